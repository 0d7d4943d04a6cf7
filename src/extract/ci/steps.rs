//! The tasks, references and installations of one job.

use std::collections::{BTreeMap, BTreeSet};

use super::classify;
use super::events;
use super::model::{Flow, Found, Job, Run, Step, Text, What, Work};
use super::resolve::{COMPUTED, Line, Resolver};
use crate::extract::Context;
use crate::facts::{CiInstall, CiReference, CiStep, CiTask, CiUnknown, Entry};
use crate::parse::shell::Options;
use crate::parse::text_map::TextMap;
use crate::source::{Place, Span};

/// The kinds of tasks that tell whether code is good.
pub(super) const CHECKS: &[&str] = &["test", "lint", "typecheck", "e2e"];

/// What a job comes to.
#[derive(Default)]
pub(super) struct JobFacts {
    pub(super) entries: Vec<Entry>,
    /// The kinds of its tasks whose failure counts.
    pub(super) kinds: BTreeSet<&'static str>,
    /// The programs it runs.
    pub(super) tools: BTreeSet<String>,
    /// The first check it runs before it deploys.
    pub(super) checks_before_deploy: Option<String>,
}

/// A step with what it leads to, at its places.
struct Judged<'f> {
    step: &'f Step<'f>,
    lines: Vec<(Place, Line)>,
}

/// The facts of a job.
pub(super) fn facts(
    context: &Context<'_>,
    resolver: &Resolver<'_>,
    flow: &Flow<'_>,
    job: &Job<'_>,
) -> JobFacts {
    let judged: Vec<Judged<'_>> =
        job.steps.iter().map(|step| Judged { step, lines: lines(context, resolver, step) }).collect();
    let mut facts = JobFacts::default();
    let mut made = Made::default();
    for judged in &judged {
        made.by_action(&judged.step.work);
        let mut tasks: BTreeMap<(Place, &'static str, String, Option<String>), Vec<&Found>> = BTreeMap::new();
        for (place, line) in &judged.lines {
            for found in &line.found {
                let masked = found
                    .masked
                    .clone()
                    .or_else(|| judged.step.masked.clone())
                    .or_else(|| job.masked.clone());
                match &found.what {
                    What::Task { kind: "deploy", .. } if job.local_cluster => {}
                    What::Task { kind, tool } => {
                        tasks.entry((*place, kind, tool.clone(), masked)).or_default().push(found);
                    }
                    _ => facts.entries.extend(other(found, *place, job, &made)),
                }
            }
            made.by_line(line);
        }
        facts.entries.extend(directory(resolver, judged, job, &made));
        for ((place, kind, tool, masked), found) in tasks {
            let built = found.iter().all(|found| found.is_only_built(context.tree));
            facts.note(kind, &tool, masked.is_none() && !built);
            let line = judged.lines.iter().find(|(other, _)| *other == place).map(|(_, line)| line);
            facts.entries.push(task(
                context,
                flow,
                job,
                judged.step,
                (place, kind, tool, masked),
                &found,
                line,
            ));
        }
    }
    facts.entries.extend(promises(job, &judged, &facts.kinds));
    facts
}

impl JobFacts {
    fn note(&mut self, kind: &'static str, tool: &str, counts: bool) {
        self.tools.insert(tool.to_owned());
        if counts {
            self.kinds.insert(kind);
            let deployed = self.kinds.contains("deploy");
            if CHECKS.contains(&kind) && !deployed {
                self.checks_before_deploy.get_or_insert_with(|| kind.to_owned());
            }
        }
    }
}

/// The commands of a step with their places.
fn lines(context: &Context<'_>, resolver: &Resolver<'_>, step: &Step<'_>) -> Vec<(Place, Line)> {
    let after_failure = step
        .condition
        .as_deref()
        .is_some_and(|condition| condition.contains("failure()") || condition.contains("cancelled()"));
    if after_failure {
        return Vec::new();
    }
    let mut lines = match &step.work {
        Work::Run(run) => self::run(context, resolver, run, &step.matrix),
        Work::Action { name, with, .. } => vec![(step.place, action(resolver, name, *with))],
        Work::None => Vec::new(),
    };
    for (way, label) in step.through.iter().rev() {
        for found in lines.iter_mut().flat_map(|(_, line)| &mut line.found) {
            found.chain.insert(0, way.clone());
            found.also.insert(0, label.clone());
        }
    }
    lines
}

fn run(
    context: &Context<'_>,
    resolver: &Resolver<'_>,
    run: &Run<'_>,
    matrix: &[Vec<(String, String)>],
) -> Vec<(Place, Line)> {
    let Some(dialect) = run.dialect else { return Vec::new() };
    let options = Options { dialect, errexit: run.errexit, pipefail: run.pipefail, braces: false };
    let (text, map) = match &run.text {
        Text::Node(node) => {
            let map = TextMap::new(context.tree.text(run.file), node);
            (node.text().unwrap_or_default(), Some(map))
        }
        Text::Plain(text, _) => (*text, None),
        Text::Made(text, _) => (text.as_str(), None),
    };
    let prefixed = if run.prefix.is_empty() { text.to_owned() } else { format!("{} {text}", run.prefix) };
    // A directory that is computed stands for none: scripts there cannot be read.
    let dir = run.dir.as_deref().unwrap_or(COMPUTED);
    let lines = resolver.script(&prefixed, options, dir, matrix);
    let place = |span: Span| match (&run.text, &map) {
        (Text::Made(_, place), _) => *place,
        (Text::Node(node), _) if !run.prefix.is_empty() => Place { file: run.file, span: node.span },
        (_, Some(map)) => Place { file: run.file, span: map.span(span.start as usize..span.end as usize) },
        (Text::Plain(_, start), _) => Place { file: run.file, span: span.shifted(*start) },
        (Text::Node(node), None) => Place { file: run.file, span: node.span },
    };
    lines.into_iter().map(|line| (place(line.span), line)).collect()
}

/// What an action leads to, by the table of known ones.
fn action(resolver: &Resolver<'_>, name: &str, with: Option<&crate::parse::node::Node>) -> Line {
    let tool = name.rsplit('/').next().unwrap_or(name);
    let found = match classify::action(name, with) {
        Some(known) if known.kinds.contains(&"hooks") => resolver.hooks(""),
        Some(known) => known
            .kinds
            .into_iter()
            .map(|kind| Found::new(What::Task { kind, tool: name.to_owned() }, ""))
            .chain(if tool == "build-push-action" { resolver.image_action(with) } else { Vec::new() })
            .collect(),
        None if let Some(kind) = classify::scanner(name) => {
            vec![Found::new(What::Task { kind, tool: name.to_owned() }, "")]
        }
        None => {
            let words = ["scan", "scanner", "scanning", "audit", "security", "sast"];
            let telling =
                !name.starts_with("actions/") && tool.split(['-', '_']).any(|word| words.contains(&word));
            let what = What::Unknown { kind: "action", name: name.to_owned() };
            if telling { vec![Found::new(what, "")] } else { Vec::new() }
        }
    };
    Line {
        span: Span::default(),
        words: vec![name.to_owned()],
        idle: false,
        conditional: false,
        writes: Vec::new(),
        found,
    }
}

/// A task with the packages it runs on.
fn task(
    context: &Context<'_>,
    flow: &Flow<'_>,
    job: &Job<'_>,
    step: &Step<'_>,
    (place, kind, tool, masked): (Place, &str, String, Option<String>),
    found: &[&Found],
    line: Option<&Line>,
) -> Entry {
    let packages: BTreeSet<&str> =
        found.iter().map(|found| context.packages.dir_of_dir(&found.dir)).collect();
    let first = found.first();
    let mut chain: Vec<String> = first.map(|found| found.chain.clone()).unwrap_or_default();
    chain.dedup();
    let written = line.map(|line| line.words.join(" ")).unwrap_or_default();
    let written: String = written.lines().next().unwrap_or_default().chars().take(60).collect();
    let chain = if chain.is_empty() { written } else { format!("{} → {tool}", chain.join(" → ")) };
    let informs = job.informs || step.name.as_deref().is_some_and(events::informs);
    let task = CiTask {
        kind: kind.to_owned(),
        tool,
        provider: flow.provider.to_owned(),
        workflow: flow.name.clone(),
        job: job.id.clone(),
        triggers: step.triggers.iter().filter(|trigger| job.triggers.contains(*trigger)).cloned().collect(),
        packages: packages.into_iter().map(str::to_owned).collect(),
        masked,
        informs,
        chain,
    };
    let mut entry = Entry::new(place, task);
    entry.also = first.map(|found| found.also.clone()).unwrap_or_default();
    entry.also.truncate(4);
    entry
}

/// References, installations and unknown things.
fn other(found: &Found, place: Place, job: &Job<'_>, made: &Made) -> Option<Entry> {
    let mut entry = match &found.what {
        // Of what scripts call in turn, only what is missing counts.
        What::Reference { exists: Some(true), .. } if !found.chain.is_empty() => return None,
        What::Reference { kind, name, place: dir, user, exists } => {
            let doubtful = *exists == Some(false) && (!job.has_checkout || made.may_hold(name));
            let root = if dir.is_empty() { "the root".to_owned() } else { dir.clone() };
            let fact = CiReference {
                kind: (*kind).to_owned(),
                name: name.clone(),
                place: root,
                user: user.clone(),
                exists: exists.filter(|_| !doubtful),
            };
            Entry::new(place, fact)
        }
        What::Install { manager, command, frozen, better } => Entry::new(
            place,
            CiInstall {
                manager: (*manager).to_owned(),
                command: command.clone(),
                frozen: *frozen,
                better: (*better).to_owned(),
            },
        ),
        What::Unknown { kind, name } => {
            Entry::new(place, CiUnknown { kind: (*kind).to_owned(), name: name.clone() })
        }
        What::Task { .. } | What::Mends => return None,
    };
    entry.also.clone_from(&found.also);
    entry.also.truncate(4);
    Some(entry)
}

/// The directory a step works in.
fn directory(resolver: &Resolver<'_>, judged: &Judged<'_>, job: &Job<'_>, made: &Made) -> Option<Entry> {
    let Work::Run(run) = &judged.step.work else { return None };
    let dir = run.dir.as_deref().filter(|dir| !dir.is_empty())?;
    if matches!(run.text, Text::Made(..)) || judged.step.condition.is_some() {
        return None;
    }
    let exists = resolver.is_there(dir);
    let doubtful = !job.has_checkout || made.may_hold(dir);
    let fact = CiReference {
        kind: "directory".to_owned(),
        name: dir.to_owned(),
        place: "the root".to_owned(),
        user: "working-directory".to_owned(),
        exists: exists.filter(|exists| *exists || !doubtful),
    };
    let (place, _) = judged.lines.first()?;
    Some(Entry::new(*place, fact))
}

/// What earlier steps of a job may have made.
#[derive(Default)]
struct Made {
    /// Anything at all: an artifact, another checkout, a clone.
    anything: bool,
    words: Vec<String>,
}

impl Made {
    fn by_action(&mut self, work: &Work<'_>) {
        if let Work::Action { name, with, .. } = work {
            let elsewhere =
                with.is_some_and(|with| with.get("path").is_some() || with.get("repository").is_some());
            self.anything |= name.contains("download")
                || name.contains("cache")
                || (name.ends_with("checkout") && elsewhere);
        }
    }

    fn by_line(&mut self, line: &Line) {
        const MAKERS: &[&str] = &[
            "mkdir",
            "cp",
            "mv",
            "tar",
            "unzip",
            "curl",
            "wget",
            "tee",
            "touch",
            "ln",
            "rsync",
            "aws",
            "gsutil",
            "gcloud",
            "cookiecutter",
            "install",
            "sed",
            "envsubst",
            "kustomize",
        ];
        let program = line.words.first().map(String::as_str).unwrap_or_default();
        let second = line.words.get(1).map(String::as_str);
        self.anything |= program == "git"
            && matches!(second, Some("clone" | "submodule" | "worktree" | "checkout" | "fetch"));
        self.anything |= matches!(program, "gh" | "degit" | "npx" | "cargo-generate")
            && line
                .words
                .iter()
                .any(|word| word.contains("create") || word.contains("clone") || word.contains("download"));
        if MAKERS.contains(&program) {
            self.words.extend(line.words.iter().skip(1).cloned());
        }
        self.words.extend(line.writes.iter().cloned());
    }

    /// Whether a path may be among what was made.
    fn may_hold(&self, path: &str) -> bool {
        let first = path.trim_start_matches("./").split('/').next().unwrap_or(path);
        let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or(path);
        self.anything
            || self
                .words
                .iter()
                .any(|word| word.contains(first) || word.contains(last) || word == "." || word == "./")
    }
}

/// What a name promises, in the order in which it is looked for.
const PROMISES: &[(&str, &[&str])] = &[
    ("rollback", &["rollback", "roll back"]),
    ("backup", &["backup", "back up"]),
    ("migrate", &["migrate", "migration", "migrations"]),
    ("health-check", &["smoke test", "smoke tests", "health check", "healthcheck"]),
    ("deploy", &["deploy", "deployment"]),
    ("test", &["test", "tests"]),
    ("release", &["publish"]),
];

/// Words of steps that only tell something.
const TELLS: &[&str] = &[
    "notify",
    "readiness",
    "checklist",
    "prerequisites",
    "notification",
    "summary",
    "summarize",
    "report",
    "info",
    "information",
    "print",
    "show",
    "log",
    "status",
    "comment",
    "message",
    "announce",
    "skip",
    "skipped",
    "result",
    "results",
    "passed",
    "succeeded",
    "success",
    "complete",
    "completed",
    "done",
    "check if",
    "determine",
    "detect",
    "set",
    "prepare",
    "output",
    "wait",
    "url",
    "version",
    "failed",
    "failure",
    "required",
    "gate",
    "all",
    "debug",
    "list",
    "display",
    "config",
    "setup",
    "env",
    "environment",
    "cancel",
    "dry",
    "instructions",
    "echo",
    "finish",
    "finished",
    "start",
    "started",
    "warn",
    "needed",
    "ready",
    "name",
    "tag",
    "metadata",
    "matrix",
    "changes",
];

/// Steps whose names promise what nothing in their job does.
fn promises(job: &Job<'_>, judged: &[Judged<'_>], kinds: &BTreeSet<&'static str>) -> Vec<Entry> {
    let others_work = |step: &Step<'_>| match &step.work {
        Work::Action { name, .. } => !is_preparation(name),
        _ => false,
    };
    let works = judged.iter().any(|judged| {
        others_work(judged.step)
            || judged.lines.iter().any(|(_, line)| {
                !line.idle && line.words.first().is_some_and(|word| word.contains("ssh") || word == "curl")
            })
    });
    let mut entries = Vec::new();
    for judged in judged {
        let Work::Run(run) = &judged.step.work else { continue };
        if matches!(run.text, Text::Made(..)) || run.dialect.is_none() {
            continue;
        }
        let name = judged.step.name.as_deref().unwrap_or(if judged_alone(job) { &job.title } else { "" });
        let lower = name.to_ascii_lowercase();
        let promise = promise(&lower).filter(|kind| !works && !kinds.contains(kind));
        let excused = judged
            .step
            .condition
            .as_deref()
            .is_some_and(|text| text.contains("failure()") || text.contains('!'));
        let idle = !judged.lines.is_empty()
            && judged.lines.iter().all(|(_, line)| line.idle && !line.conditional && line.writes.is_empty());
        if let Some(kind) = promise.filter(|_| idle && !excused) {
            let fact = CiStep { name: name.to_owned(), empty_promise: Some(kind.to_owned()) };
            entries.push(Entry::new(judged.step.place, fact));
        } else {
            entries
                .push(Entry::new(judged.step.place, CiStep { name: name.to_owned(), empty_promise: None }));
        }
    }
    entries
}

/// Whether a job has a single script: its name is that of the job.
fn judged_alone(job: &Job<'_>) -> bool {
    job.steps.iter().filter(|step| matches!(step.work, Work::Run(_))).count() == 1
}

fn promise(name: &str) -> Option<&'static str> {
    let words: Vec<&str> =
        name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let line = format!(" {} ", words.join(" "));
    let has = |text: &&str| line.contains(&format!(" {text} "));
    if TELLS.iter().any(&has) {
        return None;
    }
    PROMISES.iter().find(|(_, texts)| texts.iter().any(&has)).map(|(kind, _)| *kind)
}

/// Actions that only make ready.
fn is_preparation(name: &str) -> bool {
    let tool = name.rsplit('/').next().unwrap_or(name);
    tool.starts_with("setup-")
        || [
            "checkout",
            "cache",
            "login",
            "configure",
            "upload-artifact",
            "download-artifact",
            "install",
            "toolchain",
            "action-setup",
            "auth",
        ]
        .iter()
        .any(|word| tool.contains(word))
}
