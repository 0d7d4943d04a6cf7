//! Continuous integration: what the pipelines of a repository do, whichever way they lead there.

mod checks;
mod classify;
mod events;
mod github;
mod gitlab;
mod images;
mod injection;
mod managers;
mod model;
mod monorepo;
mod others;
mod paths;
mod python;
mod remote;
mod resolve;
mod scripts;
mod security;
mod steps;
mod targets;
mod updates;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use super::Context;
use crate::facts::{Ci, CiJob, CiUnknown, CiWorkflow, Entry, Store};
use crate::source::Place;

use model::{Flow, Job};
use resolve::Resolver;
use steps::JobFacts;

/// The kinds of task of a program with its arguments; none where the program is not known.
pub(super) fn kinds(program: &str, arguments: &[&str]) -> Vec<&'static str> {
    classify::command(program, arguments).unwrap_or_default()
}

pub(super) use resolve::reason;

/// The facts about continuous integration.
pub(super) fn facts(context: &Context<'_>, store: &Store) -> Vec<Entry> {
    let sources = github::workflows(context);
    let mut flows = github::flows(context, &sources);
    flows.extend(gitlab::flows(context));
    flows.extend(others::flows(context));
    flows.extend(others::platforms(context));
    let resolver = Resolver::new(context);
    let mut entries = Vec::new();
    let judged: Vec<Vec<JobFacts>> = flows
        .iter()
        .map(|flow| flow.jobs.iter().map(|job| steps::facts(context, &resolver, flow, job)).collect())
        .collect();
    let kinds = kinds_by_path(context, &flows, &judged);
    for (flow, jobs) in flows.iter().zip(&judged) {
        entries.push(Entry::new(flow.place, workflow(flow, jobs)));
        for (job, facts) in flow.jobs.iter().zip(jobs) {
            entries.push(Entry::new(job.place, self::job(flow, job, facts, jobs, &kinds)));
        }
        entries.extend(flow.unknown.iter().map(|unknown| {
            Entry::new(unknown.place, CiUnknown { kind: unknown.kind.to_owned(), name: unknown.name.clone() })
        }));
    }
    if let Some(place) = home(&flows, &judged).or_else(|| store.of("repo").first().map(|entry| entry.place)) {
        entries.push(Entry::new(place, summary(context, store, &flows)));
    }
    let tools: BTreeSet<String> =
        judged.iter().flatten().flat_map(|facts| facts.tools.iter().cloned()).collect();
    entries.extend(checks::facts(context, &tools));
    entries.extend(judged.into_iter().flatten().flat_map(|facts| facts.entries));
    entries.extend(injection::facts(context, &sources));
    entries.extend(security::facts(context, &sources));
    entries.extend(updates::facts(context));
    entries
}

fn summary(context: &Context<'_>, store: &Store, flows: &[Flow<'_>]) -> Ci {
    let providers: BTreeSet<&str> = flows.iter().map(|flow| flow.provider).collect();
    let repo = store.all::<crate::facts::Repo>().next();
    let dirs = context.packages.dirs();
    let manifests = dirs.iter().flat_map(|dir| context.packages.manifests(dir));
    let own = manifests.filter(|manifest| !context.tree.file(manifest.file).test);
    let ecosystems: BTreeSet<&str> = own.map(|manifest| manifest.ecosystem).collect();
    Ci {
        providers: providers.into_iter().map(str::to_owned).collect(),
        source_files: repo.map(|(_, repo)| repo.source_files).unwrap_or_default(),
        ecosystems: ecosystems.into_iter().map(str::to_owned).collect(),
    }
}

/// Where statements about all pipelines stand: at the first that tests, else the first that checks anything.
fn home(flows: &[Flow<'_>], judged: &[Vec<JobFacts>]) -> Option<Place> {
    let rank = |(flow, jobs): (&Flow<'_>, &Vec<JobFacts>)| {
        let has = |kind: &str| jobs.iter().any(|job| job.kinds.contains(kind));
        let worth = if has("test") {
            0
        } else if steps::CHECKS.iter().any(|kind| has(kind)) {
            1
        } else {
            2
        };
        (worth, flow.place)
    };
    let pipelines = flows.iter().zip(judged).filter(|(flow, _)| flow.kind == "pipeline");
    pipelines.map(rank).min().map(|(_, place)| place)
}

fn workflow(flow: &Flow<'_>, jobs: &[JobFacts]) -> CiWorkflow {
    let has = |kind: &str| jobs.iter().any(|job| job.kinds.contains(kind));
    let bundled = jobs.iter().any(|job| job.tools.contains("next"));
    // A platform that is told to test is a pipeline; that its build lints by itself does not make it one.
    let checks = has("test") || has("e2e") || (has("lint") && !bundled);
    let kind = if flow.kind == "platform" && checks { "pipeline" } else { flow.kind };
    CiWorkflow {
        provider: flow.provider.to_owned(),
        name: flow.name.clone(),
        kind: kind.to_owned(),
        triggers: flow.triggers.iter().cloned().collect(),
        permissions: flow.permissions.clone(),
        jobs: i64::try_from(flow.jobs.len()).unwrap_or_default(),
    }
}

/// The kinds of tasks of each called workflow, those it calls in turn included.
fn kinds_by_path(
    context: &Context<'_>,
    flows: &[Flow<'_>],
    judged: &[Vec<JobFacts>],
) -> BTreeMap<String, BTreeSet<&'static str>> {
    let mut kinds: BTreeMap<String, BTreeSet<&'static str>> = BTreeMap::new();
    for _ in 0..4 {
        for (flow, jobs) in flows.iter().zip(judged) {
            let mut own: BTreeSet<&'static str> =
                jobs.iter().flat_map(|job| job.kinds.iter().copied()).collect();
            for call in flow.jobs.iter().filter_map(|job| job.calls.as_deref()?.strip_prefix("./")) {
                own.extend(kinds.get(call).into_iter().flatten());
            }
            kinds.insert(context.tree.file(flow.file).path.clone(), own);
        }
    }
    kinds
}

fn job(
    flow: &Flow<'_>,
    job: &Job<'_>,
    facts: &JobFacts,
    all: &[JobFacts],
    kinds: &BTreeMap<String, BTreeSet<&'static str>>,
) -> CiJob {
    let of = |job: &Job<'_>, facts: &JobFacts| {
        let called = job.calls.as_deref().and_then(|path| kinds.get(path.strip_prefix("./")?));
        let mut own = facts.kinds.clone();
        own.extend(called.into_iter().flatten());
        own
    };
    let tasks = of(job, facts);
    let gate = job.gate.clone().or_else(|| {
        let before = waits_for(flow, job);
        let waits = flow.jobs.iter().zip(all).find(|(other, facts)| {
            before.contains(other.id.as_str())
                && of(other, facts).iter().any(|kind| steps::CHECKS.contains(kind))
        });
        let own = facts.checks_before_deploy.as_ref().map(|check| format!("{check} before it"));
        waits.map(|(other, _)| format!("needs {}", other.id)).or(own)
    });
    CiJob {
        name: job.id.clone(),
        provider: flow.provider.to_owned(),
        workflow: flow.name.clone(),
        triggers: job.triggers.iter().cloned().collect(),
        timeout: job.timeout,
        calls: job.calls.clone(),
        deploys: flow.kind == "pipeline" && tasks.contains("deploy") && job.triggers.contains("push"),
        tasks: tasks.into_iter().map(str::to_owned).collect(),
        gate,
    }
}

/// The jobs that must end well before this one starts.
fn waits_for<'f>(flow: &'f Flow<'_>, job: &'f Job<'_>) -> BTreeSet<&'f str> {
    let mut found: BTreeSet<&str> = BTreeSet::new();
    let mut open: Vec<&str> = job.needs.iter().map(String::as_str).collect();
    while let Some(name) = open.pop() {
        if found.insert(name)
            && let Some(other) = flow.jobs.iter().find(|other| other.id == name)
        {
            open.extend(other.needs.iter().map(String::as_str));
        }
    }
    found
}
