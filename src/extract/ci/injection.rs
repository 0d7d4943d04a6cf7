//! Expressions that put what strangers write into scripts.

use std::collections::HashMap;

use super::github::Source;
use crate::extract::Context;
use crate::facts::{CiInjection, Entry};
use crate::parse::github::{self, Step, Variable, Workflow, expressions};
use crate::parse::node::Node;
use crate::parse::text_map::TextMap;
use crate::source::{FileId, Place};

/// Context values that anyone can fill who may open an issue or a pull request; `*` stands for one part. With the
/// events that carry them; none for any event.
const ANYONE: &[(&str, &[&str])] = &[
    ("github.head_ref", PULLS),
    ("github.event.pull_request.title", PULLS),
    ("github.event.pull_request.body", PULLS),
    ("github.event.pull_request.head.ref", PULLS),
    ("github.event.pull_request.head.label", PULLS),
    ("github.event.pull_request.head.repo.default_branch", PULLS),
    ("github.event.pull_request.head.repo.description", PULLS),
    ("github.event.pull_request.head.repo.homepage", PULLS),
    ("github.event.issue.title", ISSUES),
    ("github.event.issue.body", ISSUES),
    ("github.event.comment.body", COMMENTS),
    ("github.event.review.body", COMMENTS),
    ("github.event.review_comment.body", COMMENTS),
    ("github.event.discussion.title", &["discussion", "discussion_comment"]),
    ("github.event.discussion.body", &["discussion", "discussion_comment"]),
    ("github.event.pages.*.page_name", &["gollum"]),
    ("github.event.commits.*.message", &["push"]),
    ("github.event.commits.*.author.name", &["push"]),
    ("github.event.commits.*.author.email", &["push"]),
    ("github.event.head_commit.message", &["push"]),
    ("github.event.head_commit.author.name", &["push"]),
    ("github.event.head_commit.author.email", &["push"]),
    ("github.event.workflow_run.head_branch", &["workflow_run"]),
    ("github.event.workflow_run.display_title", &["workflow_run"]),
    ("github.event.workflow_run.head_commit.message", &["workflow_run"]),
    ("github.event.workflow_run.head_commit.author.name", &["workflow_run"]),
    ("github.event.workflow_run.head_commit.author.email", &["workflow_run"]),
    ("github.event.workflow_run.head_repository.description", &["workflow_run"]),
];

const PULLS: &[&str] =
    &["pull_request", "pull_request_target", "pull_request_review", "pull_request_review_comment"];
const ISSUES: &[&str] = &["issues", "issue_comment"];
const COMMENTS: &[&str] = &[
    "issue_comment",
    "discussion_comment",
    "pull_request_review",
    "pull_request_review_comment",
    "commit_comment",
];

/// Actions that run a script given as an input.
const SCRIPTS: &[(&str, &str)] = &[
    ("actions/github-script", "script"),
    ("azure/cli", "inlinescript"),
    ("azure/powershell", "inlinescript"),
    ("nick-fields/retry", "command"),
    ("appleboy/ssh-action", "script"),
    ("addnab/docker-run-action", "run"),
    ("cardinalby/js-eval-action", "expression"),
    ("mikefarah/yq", "cmd"),
];

/// Every such expression in the workflows and in the actions of the tree.
pub(super) fn facts(context: &Context<'_>, sources: &[Source<'_>]) -> Vec<Entry> {
    let mut entries = Vec::new();
    for source in sources {
        let events = |event: &str| {
            source.workflow.is_triggered_by(event) || source.workflow.is_triggered_by("workflow_call")
        };
        let top = tainted(&HashMap::new(), &source.workflow.env);
        for job in &source.workflow.jobs {
            let env = tainted(&top, &job.env);
            for step in &job.steps {
                entries.extend(self::step(context, source.file, step, &tainted(&env, &step.env), &events));
            }
        }
        entries.extend(dispatched(context, source.file, &source.workflow));
    }
    for (id, file) in
        context.tree.entries().filter(|(_, file)| matches!(file.name(), "action.yml" | "action.yaml"))
    {
        let Some(action) = context.documents.node(id).and_then(github::action).filter(|_| !file.vendored)
        else {
            continue;
        };
        for step in &action.steps {
            entries.extend(self::step(context, id, step, &tainted(&HashMap::new(), &step.env), &|_| true));
        }
    }
    entries
}

/// The variables whose value strangers decide, with the context value it comes from.
fn tainted(outer: &HashMap<String, String>, env: &[Variable<'_>]) -> HashMap<String, String> {
    let mut all = outer.clone();
    for variable in env {
        let name = format!("env.{}", variable.name.to_ascii_lowercase());
        let values =
            expressions(variable.value.text().unwrap_or_default()).into_iter().flat_map(|found| found.values);
        match values.into_iter().find(|value| anyone(value, &|_| true)) {
            Some(value) => all.insert(name, value),
            None => all.remove(&name),
        };
    }
    all
}

/// The texts of a step that something reads as a script.
fn scripts<'n>(step: &Step<'n>) -> Vec<(&'n Node, String)> {
    let name = step.action().and_then(|uses| uses.split('@').next()).unwrap_or_default().to_ascii_lowercase();
    let input = SCRIPTS.iter().find(|(action, _)| *action == name).and_then(|(_, input)| {
        let entry = step.with?.entries().iter().find(|entry| entry.key.to_ascii_lowercase() == *input)?;
        Some((&entry.value, format!("`{}` of {name}", entry.key)))
    });
    step.run.map(|node| (node, "run".to_owned())).into_iter().chain(input).collect()
}

fn step(
    context: &Context<'_>,
    file: FileId,
    step: &Step<'_>,
    env: &HashMap<String, String>,
    events: &dyn Fn(&str) -> bool,
) -> Vec<Entry> {
    let mut entries = Vec::new();
    for (node, sink) in scripts(step) {
        let map = TextMap::new(context.tree.text(file), node);
        for found in expressions(node.text().unwrap_or_default()) {
            let direct = found.values.iter().find(|value| anyone(value, events)).cloned();
            let Some(value) =
                direct.or_else(|| found.values.iter().find_map(|value| env.get(value).cloned()))
            else {
                continue;
            };
            let span = map.span(found.span.start as usize..found.span.end as usize);
            let fact = CiInjection { value, author: "anyone".to_owned(), sink: sink.clone() };
            entries.push(Entry::new(Place { file, span }, fact));
        }
    }
    entries
}

/// The inputs of a start by hand: only collaborators give them.
fn dispatched(context: &Context<'_>, file: FileId, workflow: &Workflow<'_>) -> Vec<Entry> {
    if !workflow.is_triggered_by("workflow_dispatch") {
        return Vec::new();
    }
    let free = |name: &str| {
        let trigger = workflow.triggers.iter().find(|trigger| trigger.event == "workflow_dispatch");
        let input = trigger.and_then(|trigger| trigger.filters?.at(&["inputs", name]));
        input.is_some_and(|input| {
            let kind = input.get("type").and_then(Node::text).unwrap_or("string");
            !matches!(kind, "choice" | "boolean" | "number" | "environment")
        })
    };
    let mut entries = Vec::new();
    for (node, sink) in workflow.jobs.iter().flat_map(|job| &job.steps).flat_map(scripts) {
        let map = TextMap::new(context.tree.text(file), node);
        for found in expressions(node.text().unwrap_or_default()) {
            let value = found.values.iter().find(|value| {
                value
                    .strip_prefix("inputs.")
                    .or_else(|| value.strip_prefix("github.event.inputs."))
                    .is_some_and(free)
            });
            if let Some(value) = value {
                let span = map.span(found.span.start as usize..found.span.end as usize);
                let fact = CiInjection {
                    value: value.clone(),
                    author: "collaborator".to_owned(),
                    sink: sink.clone(),
                };
                entries.push(Entry::new(Place { file, span }, fact));
            }
        }
    }
    entries
}

/// Whether anyone can fill the value, given the events that start the workflow.
fn anyone(value: &str, events: &dyn Fn(&str) -> bool) -> bool {
    ANYONE
        .iter()
        .any(|(pattern, carriers)| fits(pattern, value) && carriers.iter().any(|event| events(event)))
}

/// Whether a value is the one of the pattern, or holds it whole: `github.event.issue` holds its title.
fn fits(pattern: &str, value: &str) -> bool {
    let mut pattern = pattern.split('.');
    value
        .split('.')
        .all(|part| pattern.next().is_some_and(|wanted| wanted == part || wanted == "*" || part == "*"))
        && value.matches('.').count() >= 1
        && (pattern.next().is_none()
            || value.ends_with(".*")
            || matches!(value, "github.event.issue" | "github.event.pull_request" | "github.event.comment"))
}
