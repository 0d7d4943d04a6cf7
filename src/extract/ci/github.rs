//! GitHub workflows, and those of Forgejo and Gitea, as pipelines.

use std::collections::{BTreeMap, BTreeSet};

use super::classify;
use super::events;
use super::model::{Flow, Job, Run, Step, Text, Triggers, Unknown, Work, join};
use crate::extract::Context;
use crate::facts::Label;
use crate::parse::github::{self, Workflow};
use crate::parse::node::Node;
use crate::parse::shell::Dialect;
use crate::source::{FileId, Place};

/// Actions that use actions are followed this deep.
const DEEPEST: usize = 6;

/// More steps of one workflow are not read, those of actions it uses included.
const MOST_STEPS: usize = 10_000;

/// A workflow file of the repository.
pub(super) struct Source<'d> {
    pub(super) file: FileId,
    pub(super) provider: &'static str,
    pub(super) workflow: Workflow<'d>,
}

/// All workflows where a provider looks for them. A link is none: it is not followed.
pub(super) fn workflows<'d>(context: &Context<'d>) -> Vec<Source<'d>> {
    const HOMES: &[(&str, &str)] = &[
        (".github/workflows", "github"),
        (".forgejo/workflows", "forgejo"),
        (".gitea/workflows", "gitea"),
        (".depot/workflows", "depot"),
    ];
    let files = context.tree.entries().filter(|(_, file)| file.link.is_none());
    files
        .filter_map(|(id, file)| {
            let (_, provider) = HOMES.iter().find(|(home, _)| *home == file.dir())?;
            let workflow = github::workflow(context.documents.node(id)?)?;
            Some(Source { file: id, provider, workflow })
        })
        .collect()
}

/// The workflows as pipelines.
pub(super) fn flows<'d>(context: &Context<'d>, sources: &[Source<'d>]) -> Vec<Flow<'d>> {
    let called = called(context, sources);
    let mut flows = Vec::new();
    for source in sources {
        let path = context.tree.file(source.file).path.clone();
        let mut triggers = events::of_workflow(&source.workflow);
        triggers.extend(called.get(&path).into_iter().flatten().cloned());
        let unknown = Vec::new();
        let mut reader = Reader { context, source, triggers: &triggers, unknown, left: MOST_STEPS };
        let jobs = source.workflow.jobs.iter().map(|job| reader.job(job)).collect();
        let unknown = reader.unknown;
        let file_name = context.tree.file(source.file).name();
        flows.push(Flow {
            file: source.file,
            place: Place { file: source.file, span: source.workflow.on },
            provider: source.provider,
            name: source.workflow.name.clone().unwrap_or_else(|| file_name.to_owned()),
            kind: if source.workflow.is_only_called() { "called" } else { "pipeline" },
            permissions: Some(permissions(&source.workflow)),
            triggers,
            jobs,
            unknown,
        });
    }
    flows
}

/// What starts those workflows that others call, by their path: the triggers of the jobs that call them.
fn called(context: &Context<'_>, sources: &[Source<'_>]) -> BTreeMap<String, Triggers> {
    let mut called: BTreeMap<String, Triggers> = BTreeMap::new();
    // Each round carries the triggers one call further.
    for _ in 0..DEEPEST {
        let before = called.clone();
        for source in sources {
            let path = &context.tree.file(source.file).path;
            let mut triggers = events::of_workflow(&source.workflow);
            triggers.extend(before.get(path).into_iter().flatten().cloned());
            for job in &source.workflow.jobs {
                let Some(target) = job.uses.and_then(Node::text).and_then(|uses| uses.strip_prefix("./"))
                else {
                    continue;
                };
                let own = events::restrict(&triggers, job.condition.as_deref());
                let own = own.into_iter().filter(|trigger| trigger != "called");
                called.entry(target.to_owned()).or_default().extend(own);
            }
        }
        if before == called {
            break;
        }
    }
    called
}

fn permissions(workflow: &Workflow<'_>) -> String {
    let is_all = |permissions: &Option<github::Permissions>| {
        permissions.as_ref().is_some_and(|permissions| permissions.all.as_deref() == Some("write-all"))
    };
    let jobs = workflow.jobs.iter();
    let limited = jobs.clone().filter(|job| job.permissions.is_some()).count();
    let word = if is_all(&workflow.permissions) || jobs.clone().any(|job| is_all(&job.permissions)) {
        "write-all"
    } else if workflow.permissions.is_some() {
        "declared"
    } else if limited == workflow.jobs.len() && limited > 0 {
        "jobs"
    } else if limited > 0 {
        "partial"
    } else {
        "none"
    };
    word.to_owned()
}

struct Reader<'c, 'd> {
    context: &'c Context<'d>,
    source: &'c Source<'d>,
    triggers: &'c Triggers,
    unknown: Vec<Unknown>,
    /// How many more steps may be read.
    left: usize,
}

/// What the steps of a job or action share.
struct Around<'a> {
    triggers: &'a Triggers,
    directory: Option<String>,
    shell: Option<String>,
    windows: bool,
    matrix: Vec<Vec<(String, String)>>,
    through: Vec<(String, Label)>,
    /// The place of the step that uses the action whose steps these are.
    place: Option<Place>,
    file: FileId,
    condition: Option<String>,
    masked: Option<String>,
}

impl<'d> Reader<'_, 'd> {
    fn job(&mut self, job: &github::Job<'d>) -> Job<'d> {
        let triggers = events::restrict(self.triggers, job.condition.as_deref());
        let calls = job.uses.and_then(Node::text).map(str::to_owned);
        if let Some(uses) = job.uses
            && let Some(name) = uses.text().filter(|name| !name.starts_with("./"))
        {
            let place = Place { file: self.source.file, span: uses.span };
            self.unknown.push(Unknown { place, kind: "workflow", name: name.to_owned() });
        }
        let defaults = &self.source.workflow.defaults;
        let matrix = job.strategy.matrix.iter();
        let matrix = matrix
            .map(|row| row.iter().map(|(name, value)| (format!("matrix.{name}"), value.clone())).collect());
        let around = Around {
            triggers: &triggers,
            directory: job
                .defaults
                .directory
                .as_ref()
                .or(defaults.directory.as_ref())
                .map(|(dir, _)| dir.clone()),
            shell: job.defaults.shell.clone().or_else(|| defaults.shell.clone()),
            windows: job.runs_on.iter().any(|label| label.contains("windows")),
            matrix: matrix.collect(),
            through: Vec::new(),
            place: None,
            file: self.source.file,
            condition: None,
            masked: None,
        };
        let steps = self.steps(&job.steps, &around, 0);
        let title = job.name.clone().unwrap_or_else(|| job.id.clone());
        let never = job.condition.as_deref().is_some_and(events::is_never);
        let tolerant = job.continue_on_error.as_deref() == Some("true");
        let masked = never.then(|| "`if: false` on its job".to_owned());
        Job {
            informs: events::informs(&title) || events::informs(&job.id),
            title,
            id: job.id.clone(),
            place: Place { file: self.source.file, span: job.span },
            masked: masked.or_else(|| tolerant.then(|| "`continue-on-error` on its job".to_owned())),
            needs: job.needs.clone(),
            gate: job.environment.as_ref().map(|name| format!("environment {name}")),
            timeout: job.timeout.as_ref().map(|text| text.parse().unwrap_or_default()),
            calls,
            local_cluster: job.steps.iter().any(makes_cluster),
            has_checkout: job.steps.iter().any(|step| is_plain_checkout(step)),
            triggers: triggers.clone(),
            steps,
        }
    }

    fn steps(&mut self, steps: &[github::Step<'d>], around: &Around<'_>, depth: usize) -> Vec<Step<'d>> {
        steps.iter().flat_map(|step| self.step(step, around, depth)).collect()
    }

    fn step(&mut self, step: &github::Step<'d>, around: &Around<'_>, depth: usize) -> Vec<Step<'d>> {
        let Some(left) = self.left.checked_sub(1) else { return Vec::new() };
        self.left = left;
        let condition = step.condition.as_deref();
        let triggers = events::restrict(around.triggers, condition);
        let masked = around.masked.clone().or_else(|| {
            // Where its outcome is asked for, a later step decides.
            let asked =
                |id: &String| self.context.tree.text(around.file).contains(&format!("steps.{id}.outcome"));
            let tolerant =
                step.continue_on_error.as_deref() == Some("true") && !step.id.as_ref().is_some_and(asked);
            let never = condition.is_some_and(events::is_never);
            never
                .then(|| "`if: false`".to_owned())
                .or_else(|| tolerant.then(|| "`continue-on-error`".to_owned()))
        });
        let node = step.run.or(step.uses);
        let own = Place { file: around.file, span: node.map_or(step.span, |node| node.span) };
        let mut result = Step {
            name: step.name.clone(),
            place: around.place.unwrap_or(own),
            condition: step.condition.clone().or_else(|| around.condition.clone()),
            triggers,
            masked,
            work: Work::None,
            matrix: around.matrix.clone(),
            through: around.through.clone(),
        };
        if let Some(run) = step.run {
            result.work = Work::Run(self::run(step, run, around));
        } else if let Some(uses) = step.uses.and_then(Node::text) {
            if let Some(path) = uses.strip_prefix("./") {
                return self.composite(step, path, around, result, depth);
            }
            let name = uses.split('@').next().unwrap_or(uses);
            result.work = Work::Action { name: name.to_owned(), with: step.with };
            if let Some(run) = action_command(name, step, around) {
                result.work = Work::Run(run);
            }
        }
        vec![result]
    }

    /// The steps of an action of this repository, in place of the step that uses it.
    fn composite(
        &mut self,
        step: &github::Step<'d>,
        path: &str,
        around: &Around<'_>,
        result: Step<'d>,
        depth: usize,
    ) -> Vec<Step<'d>> {
        let names = ["action.yml", "action.yaml"];
        let file = names.iter().find_map(|name| self.context.tree.by_path(&join(path, name)?));
        let node = file.and_then(|file| Some((file, self.context.documents.node(file)?)));
        let action = node.and_then(|(file, node)| Some((file, node, github::action(node)?)));
        let Some((file, node, action)) = action.filter(|_| depth < DEEPEST) else { return vec![result] };
        let label = Label { place: Place::file(file), note: "the action".to_owned() };
        let mut through = around.through.clone();
        through.push((format!("./{path}"), label));
        let inputs: Vec<(String, String)> = node
            .get("inputs")
            .map(Node::entries)
            .unwrap_or_default()
            .iter()
            .filter_map(|entry| {
                let value =
                    step.input(&entry.key).or_else(|| entry.value.get("default").and_then(Node::scalar))?;
                Some((format!("inputs.{}", entry.key), value))
            })
            .collect();
        let rows = if around.matrix.is_empty() { vec![Vec::new()] } else { around.matrix.clone() };
        let matrix =
            rows.into_iter().map(|row| row.into_iter().chain(inputs.iter().cloned()).collect()).collect();
        let inner = Around {
            triggers: &result.triggers,
            directory: None,
            shell: None,
            windows: around.windows,
            matrix,
            through,
            place: Some(result.place),
            file,
            condition: result.condition.clone(),
            masked: result.masked.clone(),
        };
        self.steps(&action.steps, &inner, depth + 1)
    }
}

/// The script of a step.
fn run<'d>(step: &github::Step<'d>, node: &'d Node, around: &Around<'_>) -> Run<'d> {
    let shell = step.shell.as_deref().or(around.shell.as_deref());
    let (dialect, errexit, pipefail) = shell_options(shell, around.windows);
    let directory = step.directory.as_ref().map(|(dir, _)| dir.as_str()).or(around.directory.as_deref());
    let dir = match directory {
        Some(dir) => resolve_directory(dir, &around.matrix),
        None => Some(String::new()),
    };
    let text = text(node, around);
    Run { file: around.file, text, dialect, errexit, pipefail, dir, prefix: "" }
}

/// The command line that an action is given as an input.
fn action_command<'d>(name: &str, step: &github::Step<'d>, around: &Around<'_>) -> Option<Run<'d>> {
    let (input, prefix) = classify::action(name, step.with)?.command?;
    let node = step.with?.get(input)?;
    let directory = step.input("working-directory").or_else(|| step.input("workingDirectory"));
    let dir = directory.map_or(Some(String::new()), |dir| join("", &dir));
    let (dialect, file) = (Some(Dialect::Posix), around.file);
    Some(Run { file, text: text(node, around), dialect, errexit: true, pipefail: false, dir, prefix })
}

/// The text of a script. In an action of the tree the place that counts is where the action is used.
fn text<'d>(node: &'d Node, around: &Around<'_>) -> Text<'d> {
    match around.place {
        Some(place) => Text::Made(node.text().unwrap_or_default().to_owned(), place),
        None => Text::Node(node),
    }
}

/// The directory with the values of the matrix put in, where they come out as one.
fn resolve_directory(dir: &str, matrix: &[Vec<(String, String)>]) -> Option<String> {
    let github = dir.trim_start_matches("${{ github.workspace }}/").trim_start_matches("./");
    if !github.contains("${{") {
        return join("", github);
    }
    let mut found: BTreeSet<String> = BTreeSet::new();
    for row in matrix {
        let mut text = github.to_owned();
        for (name, value) in row {
            text = text
                .replace(&format!("${{{{ {name} }}}}"), value)
                .replace(&format!("${{{{{name}}}}}"), value);
        }
        found.insert(text);
    }
    found.into_iter().find(|text| !text.contains("${{")).and_then(|text| join("", &text))
}

/// The dialect of a shell and whether it stops at the first failure. Without one it is `bash -e`, with one
/// `bash -eo pipefail`.
fn shell_options(shell: Option<&str>, windows: bool) -> (Option<Dialect>, bool, bool) {
    match shell {
        None if windows => (Some(Dialect::PowerShell), false, false),
        Some("bash") => (Some(Dialect::Posix), true, true),
        None | Some("sh") => (Some(Dialect::Posix), true, false),
        Some("pwsh" | "powershell") => (Some(Dialect::PowerShell), false, false),
        Some("cmd") => (Some(Dialect::Cmd), false, false),
        Some(custom)
            if custom
                .split_whitespace()
                .next()
                .is_some_and(|word| word.ends_with("bash") || word.ends_with("sh")) =>
        {
            let short = |letter| {
                custom
                    .split_whitespace()
                    .any(|word| word.starts_with('-') && !word.starts_with("--") && word.contains(letter))
            };
            (Some(Dialect::Posix), short('e'), custom.contains("pipefail"))
        }
        Some(_) => (None, false, false),
    }
}

fn is_plain_checkout(step: &github::Step<'_>) -> bool {
    let is_checkout = step
        .action()
        .is_some_and(|uses| uses.split('@').next().is_some_and(|name| name.ends_with("/checkout")));
    is_checkout && step.input("repository").is_none() && step.input("path").is_none()
}

/// Whether a step starts a cluster on the runner.
fn makes_cluster(step: &github::Step<'_>) -> bool {
    let uses = step.action().unwrap_or_default();
    let run = step.run.and_then(Node::text).unwrap_or_default();
    ["kind-action", "minikube", "k3d", "k3s", "microk8s", "localstack"].iter().any(|name| uses.contains(name))
        || ["kind create", "minikube start", "k3d cluster", "localstack start"]
            .iter()
            .any(|command| run.contains(command))
}
