//! What runs migrations: commands of pipelines, images, scripts and platforms, and calls in code.

mod calls;
mod commands;
mod files;
mod sqlite;

use super::Context;
use super::migrations::tools;
use crate::facts::{CiTask, Entry, MigrationRun, Store};

/// Providers that build and release, and check nothing.
const PLATFORMS: &[&str] = &["vercel", "netlify", "render", "railway", "amplify"];

/// One fact for each command, call or setting that runs migrations, and for each database in a file.
pub(super) fn facts(context: &Context<'_>, store: &Store) -> Vec<Entry> {
    let mut entries = pipelines(store);
    entries.extend(files::facts(context));
    entries.extend(calls::facts(context));
    entries.extend(sqlite::facts(context, store));
    entries
}

/// What pipelines run, whichever way they lead there.
fn pipelines(store: &Store) -> Vec<Entry> {
    let tasks = store.all::<CiTask>().filter(|(_, task)| task.kind == "migrate");
    tasks
        .map(|(entry, task)| {
            let fact = MigrationRun {
                tool: tool(&task.tool),
                by: task.chain.clone(),
                stage: if PLATFORMS.contains(&task.provider.as_str()) { "release" } else { "ci" }.to_owned(),
                masked: task.masked.clone().filter(|_| !task.informs),
                wired: Some(true),
                ..MigrationRun::default()
            };
            let mut run = Entry::new(entry.place, fact);
            run.also.clone_from(&entry.also);
            run
        })
        .collect()
}

/// The name of the tool that a program belongs to; its own where none is known.
fn tool(program: &str) -> String {
    tools::of_program(program).map_or(program, |tool| tool.name).to_owned()
}
