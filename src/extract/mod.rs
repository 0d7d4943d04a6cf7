//! Documents → facts. An extractor is a function from what was read to facts; a derivation also sees earlier facts.
//!
//! Extractors run in parallel and know nothing of each other; what needs the facts of others is a derivation.

mod branch;
pub mod code;
mod context;
mod formatters;
#[cfg(test)]
mod given;
mod hosting;
mod idle;
mod knowledge;
mod libraries;
mod linters;
mod mentions;
pub mod migrations;
mod owners;
pub mod packages;
mod reached;
pub mod schema;
mod scripts;
mod side;
mod variables;
mod view;
mod words;

pub use context::{Context, TextPattern};

use std::time::{Duration, Instant};

use rayon::prelude::*;

use crate::facts::{Entry, FileContext, Store};
use crate::parse::Documents;
use crate::source::Tree;

/// A function from what was read to facts.
type Extractor = fn(&Context<'_>) -> Vec<Entry>;

/// A function from what was read and the facts so far to more facts.
type Derivation = fn(&Context<'_>, &Store) -> Vec<Entry>;

/// Names the modules that extract facts: one word adds the module and its place in the order.
macro_rules! extractors {
    (first: $($first:ident),* $(,)?; then: $($then:ident),* $(,)?; last: $($last:ident),* $(,)?;) => {
        $( mod $first; )*
        $( mod $then; )*
        $( mod $last; )*
        const FIRST: &[(&str, Extractor)] = &[ $( (stringify!($first), $first::facts), )* ];
        /// By wave: those of one see the facts of all before, not of each other.
        const DERIVED: &[&[(&str, Derivation)]] = &[
            &[ $( (stringify!($then), $then::facts), )* ],
            &[ $( (stringify!($last), $last::facts), )* ],
        ];
    };
}

extractors! {
    first: repository, package, dependencies, lockfiles, toolchains, starts, settings, typescript, coverage, builds, containers,
        env_files, keys, docs, deploy, gateways, headers, http, modules, protection, hazards, text,
        requests, processes, catches, logs, memory, blocking, jobs, queries, stores, failures, sites,
        quality, artefacts, debug, webhooks, statics, copies, watches, invalidation, records, database;
    then: environment, controls, ci, apis, pushes;
    last: suites, claims, configuration, ignores;
}

/// Reads what golive knows of packages, calls, actions and images. It is read when it is first asked for; who has time
/// before that, while files are read, calls this.
pub fn load_knowledge() {
    knowledge::load();
    packages::capabilities("npm", "");
    code::purpose("");
}

/// Every fact of a repository, and how long each extractor took.
pub fn facts(
    tree: &Tree,
    documents: &Documents,
    texts: &[TextPattern],
) -> (Store, Vec<(&'static str, Duration)>) {
    let context = Context::new(tree, documents, texts);
    let mut store = Store::new(contexts(&context));
    let mut timings = Vec::new();
    // Several extractors ask for the routes and for what they run. These are found before: who waited for them within
    // one could be given another to run, and that one would wait for itself.
    let found = timed("routes", || {
        http::prepare(&context);
        reached::prepare(&context);
        Vec::new()
    });
    timings.push(found.0);
    let first: Vec<_> = FIRST.par_iter().map(|(name, extract)| timed(name, || extract(&context))).collect();
    for (timing, entries) in first {
        timings.push(timing);
        store.extend(entries);
    }
    store.sort();
    for wave in DERIVED {
        let found: Vec<_> =
            wave.par_iter().map(|(name, derive)| timed(name, || derive(&context, &store))).collect();
        for (timing, entries) in found {
            timings.push(timing);
            store.extend(entries);
        }
        store.sort();
    }
    (store, timings)
}

fn timed(name: &'static str, extract: impl FnOnce() -> Vec<Entry>) -> ((&'static str, Duration), Vec<Entry>) {
    let start = Instant::now();
    let entries = extract();
    ((name, start.elapsed()), entries)
}

fn contexts(context: &Context<'_>) -> Vec<FileContext> {
    let files = context.tree.entries();
    files
        .map(|(id, file)| FileContext {
            path: file.path.clone(),
            package: context.packages.dir_of(&file.path).to_owned(),
            test: file.is_aside(),
            live: context.code.graph.live(id),
        })
        .collect()
}
