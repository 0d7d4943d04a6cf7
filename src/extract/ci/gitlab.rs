//! GitLab pipelines.

use super::events;
use super::model::{Flow, Job, Run, Step, Text, Triggers, Unknown, Work};
use super::scripts::wildcard;
use crate::extract::Context;
use crate::parse::gitlab::{self, Pipeline, Rule};
use crate::parse::node::Node;
use crate::parse::shell::Dialect;
use crate::source::{FileId, Place, Span};

/// More files are not included.
const MOST_FILES: usize = 50;

/// The pipeline of `.gitlab-ci.yml`, with the files of the repository it includes.
pub(super) fn flows<'d>(context: &Context<'d>) -> Vec<Flow<'d>> {
    let root = [".gitlab-ci.yml", ".gitlab-ci.yaml"].iter().find_map(|path| context.tree.by_path(path));
    let Some(root) = root else { return Vec::new() };
    let mut files: Vec<(FileId, &Node)> = Vec::new();
    collect(context, root, &mut files);
    let mut flow = Flow {
        file: root,
        place: Place { file: root, span: Span::default() },
        provider: "gitlab",
        name: context.tree.file(root).name().to_owned(),
        kind: "pipeline",
        triggers: Triggers::new(),
        permissions: None,
        jobs: Vec::new(),
        unknown: Vec::new(),
    };
    let mut stages: Vec<String> = Vec::new();
    let mut seen: Vec<(String, String)> = Vec::new();
    let rules = files.first().map(|(_, node)| gitlab::pipeline(node, &[]).workflow).unwrap_or_default();
    for (index, (file, node)) in files.iter().enumerate() {
        let others: Vec<(FileId, &Node)> =
            files.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, file)| *file).collect();
        let pipeline = gitlab::pipeline(node, &others.iter().map(|(_, node)| *node).collect::<Vec<_>>());
        if index == 0 {
            stages.clone_from(&pipeline.stages);
            flow.place.span =
                pipeline.jobs.iter().find(|job| !job.template).map(|job| job.span).unwrap_or_default();
        }
        let homes: Vec<FileId> = std::iter::once(*file).chain(others.iter().map(|(file, _)| *file)).collect();
        read(&mut flow, &pipeline, &homes, &rules, &mut seen);
    }
    order(&mut flow, &stages, &seen);
    vec![flow]
}

fn collect<'d>(context: &Context<'d>, file: FileId, files: &mut Vec<(FileId, &'d Node)>) {
    let Some(node) = context.documents.node(file) else { return };
    if files.len() >= MOST_FILES || files.iter().any(|(known, _)| *known == file) {
        return;
    }
    files.push((file, node));
    for path in gitlab::pipeline(node, &[]).local {
        if path.contains('*') {
            let fits =
                context.tree.entries().filter(|(_, file)| wildcard(&path.replace("**", "*"), &file.path));
            fits.for_each(|(file, _)| collect(context, file, files));
        } else if let Some(file) = context.tree.by_path(&path) {
            collect(context, file, files);
        }
    }
}

fn read<'d>(
    flow: &mut Flow<'d>,
    pipeline: &Pipeline<'d>,
    homes: &[FileId],
    workflow: &[Rule],
    stages: &mut Vec<(String, String)>,
) {
    let Some(home) = homes.first().copied() else { return };
    for (name, span) in &pipeline.remote {
        flow.unknown.push(Unknown {
            place: Place { file: home, span: *span },
            kind: "include",
            name: name.clone(),
        });
    }
    for job in pipeline.jobs.iter().filter(|job| !job.template) {
        let place = Place { file: home, span: job.span };
        if let Some(name) = &job.unknown {
            flow.unknown.push(Unknown { place, kind: "include", name: name.clone() });
        }
        stages.push((job.name.clone(), job.stage.clone().unwrap_or_else(|| "test".to_owned())));
        let triggers = triggers(job, workflow);
        flow.triggers.extend(triggers.iter().cloned());
        let manual = job.when.as_deref() == Some("manual");
        let steps = steps(job, homes, &triggers);
        flow.jobs.push(Job {
            id: job.name.clone(),
            title: job.name.clone(),
            place,
            informs: events::informs(&job.name),
            masked: (job.allow_failure && !manual).then(|| "`allow_failure`".to_owned()),
            needs: job.needs.clone(),
            gate: job
                .environment
                .as_ref()
                .map(|name| format!("environment {name}"))
                .or_else(|| manual.then(|| "a start by hand".to_owned())),
            timeout: None,
            calls: None,
            local_cluster: false,
            has_checkout: true,
            steps,
            triggers,
        });
    }
}

fn steps<'d>(job: &gitlab::Job<'d>, homes: &[FileId], triggers: &Triggers) -> Vec<Step<'d>> {
    let commands = job.commands.iter().filter(|command| !command.after);
    commands
        .filter_map(|command| {
            let file = *homes.get(command.source)?;
            let run = Run {
                file,
                text: Text::Node(command.node),
                dialect: Some(Dialect::Posix),
                errexit: true,
                pipefail: true,
                dir: Some(String::new()),
                prefix: "",
            };
            Some(Step {
                name: None,
                place: Place { file, span: command.node.span },
                condition: None,
                triggers: triggers.clone(),
                masked: None,
                work: Work::Run(run),
                matrix: Vec::new(),
                through: Vec::new(),
            })
        })
        .collect()
}

/// Without `needs`, a job waits for all jobs of earlier stages.
fn order(flow: &mut Flow<'_>, stages: &[String], jobs: &[(String, String)]) {
    let position = |stage: &str| stages.iter().position(|known| known == stage);
    for job in flow.jobs.iter_mut().filter(|job| job.needs.is_empty()) {
        let Some(own) = jobs.iter().find(|(name, _)| *name == job.id).and_then(|(_, stage)| position(stage))
        else {
            continue;
        };
        let earlier = jobs.iter().filter(|(_, stage)| position(stage).is_some_and(|at| at < own));
        job.needs = earlier.map(|(name, _)| name.clone()).collect();
    }
}

fn triggers(job: &gitlab::Job<'_>, workflow: &[Rule]) -> Triggers {
    let mut words = Triggers::new();
    if job.when.as_deref() == Some("manual") {
        words.insert("manual".to_owned());
        return words;
    }
    if !job.only.is_empty() {
        for name in &job.only {
            match name.as_str() {
                "merge_requests" => words.insert("pull_request".to_owned()),
                "tags" => words.insert("tag".to_owned()),
                "schedules" => words.insert("schedule".to_owned()),
                "branches" | "pushes" => {
                    words.insert("branch-push".to_owned()) | words.insert("push".to_owned())
                }
                "web" | "api" | "triggers" => words.insert("manual".to_owned()),
                _ => words.insert("push".to_owned()),
            };
        }
        return words;
    }
    for rule in job.rules.as_deref().unwrap_or(workflow) {
        let condition = rule.condition.as_deref().unwrap_or_default();
        if rule.when.as_deref() == Some("never") {
            continue;
        }
        if rule.when.as_deref() == Some("manual") {
            words.insert("manual".to_owned());
            continue;
        }
        let of = if condition.contains("merge_request") || condition.contains("CI_MERGE_REQUEST") {
            &["pull_request"][..]
        } else if condition.contains("schedule") {
            &["schedule"][..]
        } else if condition.contains("CI_COMMIT_TAG") && !condition.contains("null") {
            &["tag"][..]
        } else if condition.contains("CI_DEFAULT_BRANCH")
            || condition.contains("\"main\"")
            || condition.contains("\"master\"")
        {
            &["push"][..]
        } else {
            &["push", "branch-push"]
        };
        words.extend(of.iter().map(|word| (*word).to_owned()));
    }
    if job.rules.is_none() && workflow.is_empty() {
        words.extend(["push", "branch-push"].map(str::to_owned));
    }
    words
}
