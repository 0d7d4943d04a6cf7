//! What test files say: tests that keep others from running, and statuses that they expect.

use rayon::prelude::*;

use crate::extract::Context;
use crate::extract::code::{Origin, Site};
use crate::facts::{Entry, TestFile};
use crate::parse::javascript::{Kind, Module, NodeId};
use crate::source::{FileId, Place};

/// The functions of test runners that can be told to run alone.
const TESTS: &[&str] = &["describe", "it", "test", "context", "suite", "specify", "bench"];

/// The functions of Jasmine and Jest that run alone.
const FOCUSED: &[&str] = &["fit", "fdescribe", "fcontext"];

/// Packages that give these functions.
const RUNNERS: &[&str] = &[
    "vitest",
    "@jest/globals",
    "mocha",
    "node:test",
    "bun:test",
    "@playwright/test",
    "jasmine",
    "ava",
    "uvu",
];

/// One fact for each file with tests.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let modules: Vec<_> = context.code.modules().filter(|(file, _)| context.tree.file(*file).test).collect();
    modules.into_par_iter().map(|(file, module)| of_module(context, file, module)).collect()
}

fn of_module(context: &Context<'_>, file: FileId, module: &Module) -> Entry {
    let (mut focus, mut limited) = (Vec::new(), false);
    for node in module.all() {
        match module.kind(node) {
            Kind::Member(word) if module.word(word) == "only" && called(module, node) => {
                let object = module.child(node, 0);
                let object = object.filter(|object| is_test(context, module, Site { file, node: *object }));
                let name = object.and_then(|object| module.dotted(object));
                focus.extend(name.map(|name| (node, format!("{name}.only"))));
            }
            Kind::Member(word) => limited |= module.word(word) == "TOO_MANY_REQUESTS",
            Kind::Name(word, None) if FOCUSED.contains(&module.word(word)) && called(module, node) => {
                focus.push((node, module.word(word).to_owned()));
            }
            Kind::Number(word) => limited |= module.word(word) == "429",
            Kind::Text(word) => limited |= is_limited(module.word(word)),
            _ => {}
        }
    }
    let place = |node: NodeId| context.code.place(Site { file, node });
    let statuses = if limited { vec!["429".to_owned()] } else { Vec::new() };
    let mut focus = focus.into_iter();
    let Some((node, call)) = focus.next() else {
        return Entry::new(Place::file(file), TestFile { focus: None, statuses });
    };
    let entry = Entry::new(place(node), TestFile { focus: Some(call), statuses });
    focus.fold(entry, |entry, (node, call)| entry.with(place(node), format!("and `{call}`")))
}

fn is_limited(text: &str) -> bool {
    matches!(text, "429" | "TOO_MANY_REQUESTS") || text.to_ascii_lowercase().contains("too many requests")
}

/// Whether a node is called, by itself or by what is asked of it: `test.only(…)`, `test.only.each(…)`.
fn called(module: &Module, node: NodeId) -> bool {
    let parent = module.parent(node).map(|parent| (parent, module.kind(parent)));
    match parent {
        Some((call, Kind::Call)) => module.callee(call) == Some(node),
        Some((_, Kind::Tagged)) => true,
        Some((member, Kind::Member(_))) => called(module, member),
        _ => false,
    }
}

/// Whether a node is a function of a test runner: a global one, or one of its package.
fn is_test(context: &Context<'_>, module: &Module, site: Site) -> bool {
    let first = module.leftmost(site.node);
    let Kind::Name(word, binding) = module.kind(first) else { return false };
    if !TESTS.contains(&module.word(word)) {
        return false;
    }
    binding.is_none()
        || matches!(context.code.origin(Site { node: first, ..site }), Origin::External { package, .. } if RUNNERS.contains(&package.as_str()))
}
