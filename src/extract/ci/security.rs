//! The actions a workflow trusts, and whose code it runs with the rights of the repository.

use std::sync::LazyLock;

use regex::Regex;

use super::events;
use super::github::Source;
use crate::extract::Context;
use crate::facts::{CiAction, CiUntrustedCheckout, Entry};
use crate::parse::github::{self, Job, Step, Workflow};
use crate::parse::node::Node;
use crate::source::{FileId, Place, pattern};

/// The uses of actions, and checkouts of strangers' code.
pub(super) fn facts(context: &Context<'_>, sources: &[Source<'_>]) -> Vec<Entry> {
    let mut entries = Vec::new();
    for source in sources {
        for job in &source.workflow.jobs {
            let harmless = job.secrets.is_none() && !is_privileged(&source.workflow, job);
            entries.extend(job.uses.and_then(|uses| action(context, source.file, uses, harmless)));
            entries
                .extend(job.steps.iter().filter_map(|step| action(context, source.file, step.uses?, false)));
            entries.extend(untrusted(source, job));
        }
    }
    for (id, file) in
        context.tree.entries().filter(|(_, file)| matches!(file.name(), "action.yml" | "action.yaml"))
    {
        let Some(found) = context.documents.node(id).and_then(github::action).filter(|_| !file.vendored)
        else {
            continue;
        };
        entries.extend(found.steps.iter().filter_map(|step| action(context, id, step.uses?, false)));
    }
    entries
}

/// Actions whose branches are their documented versions.
const BY_BRANCH: &[&str] =
    &["dtolnay/rust-toolchain", "pypa/gh-action-pypi-publish", "slsa-framework/slsa-github-generator"];

/// One use of an action; none for those of the tree.
fn action(context: &Context<'_>, file: FileId, node: &Node, harmless: bool) -> Option<Entry> {
    let uses = node.text().filter(|uses| !uses.starts_with(['.', '$']) && !uses.is_empty())?;
    let place = Place { file, span: node.span };
    if let Some(image) = uses.strip_prefix("docker://") {
        let (name, pin) = match image.split_once('@') {
            Some((name, _)) => (name, "digest"),
            None => (image, "tag"),
        };
        let version = image.strip_prefix(name).unwrap_or_default().trim_start_matches('@');
        let fact = CiAction {
            action: name.to_owned(),
            version: version.to_owned(),
            pin: pin.to_owned(),
            party: "third".to_owned(),
            harmless,
        };
        return Some(Entry::new(place, fact));
    }
    let (name, version) = uses.split_once('@').unwrap_or((uses, ""));
    let owner = name.split('/').next().unwrap_or(name).to_ascii_lowercase();
    let party = if context.owners.contains(&owner) {
        "own"
    } else if matches!(owner.as_str(), "actions" | "github") {
        "platform"
    } else {
        "third"
    };
    let repository: Vec<&str> = name.split('/').take(2).collect();
    let by_branch = BY_BRANCH.contains(&repository.join("/").as_str());
    let fact = CiAction {
        action: name.to_owned(),
        version: version.to_owned(),
        pin: if party == "own" { "own" } else { pin(version, by_branch) }.to_owned(),
        party: party.to_owned(),
        harmless,
    };
    Some(Entry::new(place, fact))
}

/// What kind of reference a version is, as far as its name tells.
fn pin(version: &str, by_branch: bool) -> &'static str {
    let hex = |length: usize| version.len() == length && version.bytes().all(|byte| byte.is_ascii_hexdigit());
    match version {
        "" => "none",
        _ if hex(40) || hex(64) => "sha",
        "main" | "master" | "develop" | "dev" | "trunk" | "HEAD" | "development" if !by_branch => "branch",
        _ if !by_branch
            && (version.starts_with("refs/heads/")
                || version.starts_with("feature/")
                || version.starts_with("feat/")) =>
        {
            "branch"
        }
        _ => "tag",
    }
}

/// Events that give a workflow the rights of the repository while a stranger caused them.
const PRIVILEGED: &[&str] = &["pull_request_target", "workflow_run", "issue_comment"];

/// Where the head of a stranger's pull request is named.
static HEAD: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let event = r"github\.event\.pull_request\.head\.(sha|ref)|github\.head_ref|github\.event\.workflow_run\.(head_sha|head_branch|head_commit)";
    let number = r"refs/pull/|github\.event\.pull_request\.merge_commit_sha|steps\.[\w-]*(comment|branch|pr|head)[\w-]*\.outputs\.[\w-]*(ref|sha|branch)";
    pattern(&format!("(?i){event}|{number}"))
});

static REPOSITORY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?i)github\.event\.pull_request\.head\.repo\.full_name|github\.event\.workflow_run\.head_repository\.full_name",
    )
});

/// Conditions that keep strangers out.
static GATE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let label = r"labels?\.|author_association|permission|github\.actor\s*==|github\.triggering_actor\s*==|user\.login\s*==|sender\.login\s*==";
    let origin = r"head\.repo\.full_name\s*==\s*github\.repository|head\.repo\.fork\s*(==\s*false|!=\s*true)|head_repository\.full_name\s*==|workflow_run\.event\s*==\s*'(push|schedule|workflow_dispatch|release)'|workflow_run\.head_branch\s*==|!\s*github\.event\.pull_request\.head\.repo\.fork|merged\s*==\s*true|pull_request\.merged";
    pattern(&format!("(?i){label}|{origin}"))
});

fn untrusted(source: &Source<'_>, job: &Job<'_>) -> Option<Entry> {
    let workflow = &source.workflow;
    let trigger = PRIVILEGED.iter().find(|event| workflow.is_triggered_by(event))?;
    let triggers = workflow.triggers.iter().map(|trigger| trigger.event.clone()).collect();
    if !events::restrict(&triggers, job.condition.as_deref()).contains(*trigger) {
        return None;
    }
    let (at, node, reference) = job.steps.iter().enumerate().find_map(|(at, step)| {
        let applies = step
            .condition
            .as_deref()
            .is_none_or(|_| events::restrict(&triggers, step.condition.as_deref()).contains(*trigger));
        let (node, reference) = checkout(step).filter(|_| applies)?;
        Some((at, node, reference))
    })?;
    let runs = job.steps.iter().skip(at).find_map(runs);
    let conditions =
        job.condition.iter().chain(job.steps.iter().take(at + 1).filter_map(|step| step.condition.as_ref()));
    let mut conditions = conditions.chain(waited(workflow, job));
    let condition = conditions.find(|condition| GATE.as_ref().is_some_and(|gate| gate.is_match(condition)));
    let limited = workflow
        .triggers
        .iter()
        .any(|trigger| trigger.event == "workflow_run" && trigger.filter("branches").is_some());
    let labelled = workflow.triggers.iter().any(|trigger| {
        trigger.event == "pull_request_target"
            && trigger.filter("types").is_some_and(|types| types.iter().all(|kind| kind == "labeled"))
    });
    let gate = job.environment.as_ref().map(|name| format!("environment {name}"));
    let gate = gate.or_else(|| condition.map(|condition| format!("if: {condition}")));
    let gate = gate.or_else(|| limited.then(|| "branches of workflow_run".to_owned()));
    let gate = gate.or_else(|| labelled.then(|| "a label".to_owned()));
    let fact = CiUntrustedCheckout {
        trigger: (*trigger).to_owned(),
        reference,
        runs,
        privileged: is_privileged(workflow, job),
        gate,
    };
    Some(Entry::new(Place { file: source.file, span: node.span }, fact))
}

/// The conditions of the jobs that this one waits for.
fn waited<'w>(workflow: &'w Workflow<'_>, job: &'w Job<'_>) -> impl Iterator<Item = &'w String> {
    workflow
        .jobs
        .iter()
        .filter(|other| job.needs.contains(&other.id))
        .filter_map(|other| other.condition.as_ref())
}

/// The value by which a step checks out the head of a pull request.
fn checkout<'n>(step: &Step<'n>) -> Option<(&'n Node, String)> {
    let matches = |regex: &LazyLock<Option<Regex>>, text: &str| {
        regex.as_ref().is_some_and(|regex| regex.is_match(text))
    };
    if step.action().is_some_and(|uses| uses.starts_with("actions/checkout@")) {
        let with = step.with?;
        let head = with.get("ref").filter(|node| node.text().is_some_and(|text| matches(&HEAD, text)));
        let head = head.or_else(|| {
            with.get("repository").filter(|node| node.text().is_some_and(|text| matches(&REPOSITORY, text)))
        })?;
        return Some((head, head.text()?.to_owned()));
    }
    let run = step.run?;
    let text = run.text()?;
    text.contains("gh pr checkout").then(|| (run, "gh pr checkout".to_owned()))
}

/// The first step from the checkout on that runs something of what was checked out.
fn runs(step: &Step<'_>) -> Option<String> {
    const PROGRAMS: &[&str] = &[
        "npm",
        "pnpm",
        "yarn",
        "bun",
        "make",
        "just",
        "cargo",
        "go",
        "python",
        "pip",
        "poetry",
        "uv",
        "pytest",
        "tox",
        "mvn",
        "gradle",
        "gradlew",
        "dotnet",
        "composer",
        "bundle",
        "rake",
        "docker",
        "turbo",
        "nx",
        "npx",
        "node",
        "mix",
        "cmake",
        "bazel",
        "pre-commit",
        "bash",
        "sh",
    ];
    let name = |text: &str| {
        step.name.clone().unwrap_or_else(|| text.lines().next().unwrap_or_default().trim().to_owned())
    };
    if let Some(uses) = step.action().filter(|uses| uses.starts_with("./")) {
        return Some(name(uses));
    }
    let text = step.run.and_then(Node::text)?;
    let runs = text.lines().any(|line| {
        line.split(|c: char| c.is_whitespace() || matches!(c, ';' | '&' | '|' | '('))
            .any(|word| PROGRAMS.contains(&word) || word.starts_with("./") && word.len() > 2)
    });
    runs.then(|| name(text))
}

/// Whether a job is given secrets, or its token can write or is not limited.
fn is_privileged(workflow: &Workflow<'_>, job: &Job<'_>) -> bool {
    let writes = match job.permissions.as_ref().or(workflow.permissions.as_ref()) {
        Some(permissions) => permissions.writes(),
        None => true,
    };
    // The token that every job has is no secret given to it.
    let secret =
        |text: &str| text.to_ascii_lowercase().replace("secrets.github_token", "").contains("secrets.");
    let given = job.steps.iter().filter_map(|step| step.with).chain(job.with);
    let inputs = given.flat_map(Node::entries).map(|entry| &entry.value);
    let env = job
        .steps
        .iter()
        .flat_map(|step| &step.env)
        .chain(&job.env)
        .chain(&workflow.env)
        .map(|variable| variable.value);
    let runs = job.steps.iter().filter_map(|step| step.run);
    writes || inputs.chain(env).chain(runs).filter_map(Node::text).any(secret)
}
