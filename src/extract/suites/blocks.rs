//! What test files say: tests that keep others from running, and statuses that they expect.

use rayon::prelude::*;

use crate::extract::Context;
use crate::extract::code::{Origin, Site};
use crate::facts::{Entry, TestFocus, TestStatus};
use crate::parse::javascript::{Kind, Module, NodeId};
use crate::source::FileId;

/// The functions of test runners that can be told to run alone.
const TESTS: &[&str] = &["describe", "it", "test", "context", "suite", "specify", "bench"];

/// The functions of Jasmine and Jest that run alone.
const FOCUSED: &[&str] = &["fit", "fdescribe", "fcontext"];

/// Packages that give these functions.
const RUNNERS: &[&str] = &["vitest", "@jest/globals", "mocha", "node:test", "bun:test", "@playwright/test", "jasmine", "ava", "uvu"];

/// One fact for each test that runs alone, and one for each file that expects status 429.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let modules: Vec<_> = context.code.modules().filter(|(file, _)| context.tree.file(*file).test).collect();
    modules.into_par_iter().flat_map_iter(|(file, module)| of_module(context, file, module)).collect()
}

fn of_module(context: &Context<'_>, file: FileId, module: &Module) -> Vec<Entry> {
    let mut found = Vec::new();
    let mut limited = None;
    for node in module.all() {
        match module.kind(node) {
            Kind::Member(word) if module.word(word) == "only" => {
                let object = module.child(node, 0).filter(|object| is_test(context, module, Site { file, node: *object }));
                let called = called(module, node);
                if let Some(name) = object.filter(|_| called).and_then(|object| module.dotted(object)) {
                    let call = TestFocus { call: format!("{name}.only") };
                    found.push(Entry::new(context.code.place(Site { file, node }), call));
                }
            }
            Kind::Name(word, None) if FOCUSED.contains(&module.word(word)) && called(module, node) => {
                let call = TestFocus { call: module.word(word).to_owned() };
                found.push(Entry::new(context.code.place(Site { file, node }), call));
            }
            Kind::Number(word) if module.word(word) == "429" => limited = limited.or(Some(node)),
            Kind::Text(word) if is_limited(module.word(word)) => limited = limited.or(Some(node)),
            Kind::Member(word) if module.word(word) == "TOO_MANY_REQUESTS" => limited = limited.or(Some(node)),
            _ => {}
        }
    }
    let status = limited.map(|node| Entry::new(context.code.place(Site { file, node }), TestStatus { code: 429 }));
    found.extend(status);
    found
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
