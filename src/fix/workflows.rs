//! Workflows of GitHub: limits on the time of a job and on what its token may do.

use std::sync::LazyLock;

use regex::Regex;

use super::edit::Edit;
use super::yaml;
use super::{Sources, Target};
use crate::facts::{CiJob, CiTask, CiWorkflow};
use crate::parse::github::{self, Job, Workflow};
use crate::source::pattern;

/// Minutes that a job gets: one that takes longer is one that hangs. The platform's own limit is six hours.
const MINUTES: u32 = 60;

/// Minutes of a job that hands something out: to be stopped halfway is worse there.
const MINUTES_OF_RELEASE: u32 = 120;

/// `timeout-minutes` of the job whose key is the target.
pub(super) fn timeout(sources: &Sources<'_>, target: &Target<'_>) -> Result<Vec<Edit>, String> {
    let jobs = sources.node(target).and_then(|root| root.get("jobs"));
    let job = jobs.and_then(|jobs| jobs.entries().iter().find(|entry| entry.key_span == target.span));
    let text = sources.tree.text(target.file);
    let releases = sources.fact::<CiJob>(target).is_some_and(|(_, job)| {
        job.deploys || job.tasks.iter().any(|task| matches!(task.as_str(), "deploy" | "release" | "migrate"))
    });
    let minutes = if releases { MINUTES_OF_RELEASE } else { MINUTES };
    let line = format!("timeout-minutes: {minutes}");
    let (at, new) = job
        .and_then(|job| yaml::insert(text, &job.value, &["runs-on", "name"], &line))
        .ok_or("the job is not written out here")?;
    Ok(vec![Edit::insert(sources.path(target.file), at, new)])
}

/// What tells that a workflow uses its token for more than reading the repository.
static USES_TOKEN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?i)GITHUB_TOKEN|github\.token|GH_TOKEN|git\s+push|\bgh\s+(pr|issue|release|api|repo|workflow|run|auth|label|cache)\b|\bgh-pages\b|semantic-release|release-it|changeset|standard-version|--provenance|ACTIONS_ID_TOKEN|role-to-assume|workload_identity_provider|ghcr\.io|only-new-issues|lerna\s+publish|docusaurus deploy|mkdocs gh-deploy",
    )
});

/// Actions that do their work with a token that may read the repository and nothing else, as they are described. Of one
/// repository all of them where a path ends with `/`.
const READERS: &[&str] = &[
    "actions/cache",
    "actions/checkout",
    "actions/download-artifact",
    "actions/setup-dotnet",
    "actions/setup-go",
    "actions/setup-java",
    "actions/setup-node",
    "actions/setup-python",
    "actions/upload-artifact",
    "actions-rs/toolchain",
    "actions-rust-lang/setup-rust-toolchain",
    "arduino/setup-protoc",
    "appleboy/scp-action",
    "appleboy/ssh-action",
    "astral-sh/ruff-action",
    "astral-sh/setup-uv",
    "biomejs/setup-biome",
    "codecov/codecov-action",
    "cypress-io/github-action",
    "denoland/setup-deno",
    "docker/build-push-action",
    "docker/login-action",
    "docker/metadata-action",
    "docker/setup-buildx-action",
    "docker/setup-compose-action",
    "docker/setup-qemu-action",
    "docker://",
    "dtolnay/rust-toolchain",
    "golangci/golangci-lint-action",
    "gradle/actions/setup-gradle",
    "gradle/actions/wrapper-validation",
    "hadolint/hadolint-action",
    "ludeeus/action-shellcheck",
    "oven-sh/setup-bun",
    "pnpm/action-setup",
    "pre-commit/action",
    "psf/black",
    "ruby/setup-ruby",
    "shivammathur/setup-php",
    "snok/install-poetry",
    "supabase/setup-cli",
    "superfly/flyctl-actions/",
    "swatinem/rust-cache",
    "taiki-e/install-action",
    "volta-cli/action",
];

/// `permissions` at the top of a workflow of which everything is known to need no more than to read.
pub(super) fn permissions(sources: &Sources<'_>, target: &Target<'_>) -> Result<Vec<Edit>, String> {
    let root = sources.node(target).ok_or("it is no workflow")?;
    let workflow = github::workflow(root).ok_or("it is no workflow")?;
    let text = sources.tree.text(target.file);
    if workflow.permissions.is_some() || text.contains("write-all") {
        return Err(
            "it asks for its permissions by itself; whether it needs them only its author knows".to_owned()
        );
    }
    if let Some(what) = needs(sources, target, &workflow, text) {
        return Err(format!("what its token has to be allowed only its author knows: {what}"));
    }
    let jobs = root.entry("jobs").ok_or("it has no jobs")?;
    let start = jobs.key_span.start as usize;
    let at = yaml::above_comments(text, start);
    if yaml::indent(text, start).is_none_or(|indent| !indent.is_empty())
        || text[..start].contains('{') && at == 0
    {
        return Err("it is written in one line".to_owned());
    }
    let step = jobs.value.entries().first().and_then(|job| yaml::indent(text, job.key_span.start as usize));
    let step = step.filter(|step| !step.is_empty() && step.len() <= 8).unwrap_or_else(|| "  ".to_owned());
    let new = format!("permissions:\n{step}contents: read\n\n");
    Ok(vec![Edit::insert(sources.path(target.file), at, new)])
}

/// The first thing of a workflow for which its token may need more than to read.
fn needs(sources: &Sources<'_>, target: &Target<'_>, workflow: &Workflow<'_>, text: &str) -> Option<String> {
    let used = USES_TOKEN.as_ref().and_then(|uses| uses.find(text));
    if let Some(used) = used {
        return Some(format!("it says `{}`", used.as_str()));
    }
    let name = sources.fact::<CiWorkflow>(target).map(|(_, workflow)| workflow.name.as_str());
    let publishes = sources.facts.all::<CiTask>().find(|(entry, task)| {
        entry.place.file == target.file
            && Some(task.workflow.as_str()) == name
            && matches!(task.kind.as_str(), "release" | "docs")
    });
    if let Some((_, task)) = publishes {
        return Some(format!("`{}` publishes", task.chain));
    }
    workflow.jobs.iter().filter(|job| job.permissions.is_none()).find_map(needs_of_job)
}

fn needs_of_job(job: &Job<'_>) -> Option<String> {
    if job.uses.is_some() {
        return Some(format!("the job `{}` calls another workflow", job.id));
    }
    let actions = job.steps.iter().filter_map(|step| step.action());
    let unknown =
        actions.map(|action| action.split('@').next().unwrap_or(action)).find(|action| !reads(action));
    unknown.map(|action| format!("it uses `{action}`"))
}

fn reads(action: &str) -> bool {
    let action = action.to_ascii_lowercase();
    READERS.iter().any(|known| match action.strip_prefix(known) {
        Some(rest) => rest.is_empty() || rest.starts_with('/') || known.ends_with('/'),
        None => false,
    })
}
