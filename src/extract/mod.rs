//! Documents → facts. An extractor is a function from what was read to facts; a derivation also sees earlier facts.
//!
//! Extractors run in parallel and know nothing of each other; what needs the facts of others is a derivation.

mod branch;
pub mod code;
mod context;
mod formatters;
#[cfg(test)]
mod given;
mod knowledge;
mod libraries;
mod linters;
mod mentions;
mod owners;
pub mod packages;
mod reached;
mod scripts;
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
    (first: $($first:ident),* $(,)?; then: $($then:ident),* $(,)?;) => {
        $( mod $first; )*
        $( mod $then; )*
        const FIRST: &[(&str, Extractor)] = &[ $( (stringify!($first), $first::facts), )* ];
        const THEN: &[(&str, Derivation)] = &[ $( (stringify!($then), $then::facts), )* ];
    };
}

extractors! {
    first: repository, package, dependencies, lockfiles, toolchains, starts, settings, typescript, coverage, builds, containers,
        env_files, keys, docs, deploy, gateways, headers, http, modules, protection, hazards, text,
        requests, processes, catches, logs, memory, blocking, jobs, queries, stores, failures, sites,
        quality, artefacts, debug, webhooks, statics, copies, watches;
    then: ignores, ci, apis, suites, environment, pushes, controls, claims;
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
    // Several extractors ask for the routes. They are found before these run: who waited for them within one could be
    // given another to run, and that one would wait for itself.
    let found = timed("routes", || {
        http::prepare(&context);
        Vec::new()
    });
    timings.push(found.0);
    let first: Vec<_> = FIRST.par_iter().map(|(name, extract)| timed(name, || extract(&context))).collect();
    for (timing, entries) in first {
        timings.push(timing);
        store.extend(entries);
    }
    store.sort();
    for (name, derive) in THEN {
        let (timing, entries) = timed(name, || derive(&context, &store));
        timings.push(timing);
        store.extend(entries);
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
