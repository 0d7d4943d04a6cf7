//! Dangerous places of JavaScript and TypeScript: one pass over each module.

mod access;
mod answers;
mod crypto;
mod environment;
mod execution;
mod firebase;
mod flags;
mod guards;
mod jwt;
mod markup;
mod names;
mod passwords;
mod request;
mod scan;
mod secrets;
mod sessions;
mod stubs;
mod tables;
#[cfg(test)]
mod tests;
mod unawaited;

use rayon::prelude::*;

use super::Context;
use super::view::by_hand;
use crate::facts::Entry;
use crate::parse::javascript::{Kind, Module, NodeId, Operator};
use crate::source::{FileId, dealt};
pub(super) use guards::stand_before as judged_before;
pub(super) use names::is_session;
pub(super) use request::is_request;
use scan::Scan;
use tables::Counts;

/// Every fact of program code that runs, and of the rules of Firebase.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let modules: Vec<_> = context.code.modules().filter(|(file, _)| is_program(context, *file)).collect();
    let found: Vec<_> =
        dealt(&modules).map(|(file, module)| (*file, of_module(context, *file, module))).collect();
    let mut entries = firebase::facts(context);
    let mut counted = Vec::with_capacity(found.len());
    for (file, (facts, counts)) in found {
        entries.extend(facts);
        counted.push((file, counts));
    }
    entries.extend(tables::totals(context, &counted));
    entries
}

/// Whether a module is a part of what runs: neither aside, nor a script or the configuration of a tool, nor out of reach.
fn is_program(context: &Context<'_>, file: FileId) -> bool {
    let source = context.tree.file(file);
    let built = source.name().ends_with(".d.ts") || source.dir().split('/').any(|part| part == "dist");
    !source.is_aside() && !built && !by_hand(context, file) && context.code.graph.live(file) != Some(false)
}

fn of_module(context: &Context<'_>, file: FileId, module: &Module) -> (Vec<Entry>, Counts) {
    let mut scan = Scan {
        context,
        file,
        module,
        browser: is_browser(context, file, module),
        refuses: refuses(module),
        entries: markup::component(context, file, module),
    };
    let mut messages = Vec::new();
    for node in module.all() {
        match module.kind(node) {
            Kind::Call | Kind::New => {
                if let Some(called) = module.called(node) {
                    call(&mut scan, node, called);
                    messages.extend(tables::message(&scan, node, called));
                } else if module.callee(node).is_some_and(|callee| module.kind(callee) == Kind::Super) {
                    jwt::call(&mut scan, node, "super");
                }
            }
            kind => other(&mut scan, node, kind),
        }
    }
    let mut counts = tables::count(&scan);
    counts.messages = messages;
    (scan.entries, counts)
}

/// What is not a call, by its kind.
fn other(scan: &mut Scan<'_, '_>, node: NodeId, kind: Kind) {
    let module = scan.module;
    match kind {
        Kind::Logical(Operator::Or | Operator::Coalesce) => {
            secrets::alternative(scan, node);
            access::defaulted(scan, node);
        }
        Kind::Logical(Operator::And) => flags::branch(scan, node),
        Kind::If => {
            flags::branch(scan, node);
            unawaited::decided(scan, node);
        }
        Kind::Conditional => {
            secrets::conditional(scan, node);
            flags::branch(scan, node);
            unawaited::decided(scan, node);
        }
        Kind::Default => secrets::default(scan, node),
        Kind::Member(word) => member(scan, node, module.word(word)),
        Kind::Binary(
            Operator::Equal | Operator::StrictEqual | Operator::NotEqual | Operator::StrictNotEqual,
        ) => {
            access::compared(scan, node);
            passwords::compared(scan, node);
        }
        Kind::Binary(Operator::Less | Operator::LessEqual | Operator::GreaterEqual | Operator::Greater) => {
            passwords::measured(scan, node);
        }
        Kind::Assign(Operator::Assign) => {
            markup::assigned(scan, node);
            sessions::assigned(scan, node);
            execution::assigned(scan, node);
        }
        Kind::Attribute(word) => markup::attribute(scan, node, module.word(word)),
        Kind::Property(word) => {
            let key = module.word(word);
            execution::property(scan, node, key);
            passwords::property(scan, node, key);
            access::made_up(scan, node, key);
            flags::option(scan, node, key);
        }
        Kind::Text(word) => execution::address(scan, node, module.word(word)),
        Kind::Declarator => tables::declared(scan, node),
        Kind::Function(_) => {
            access::stub(scan, node);
            stubs::function(scan, node);
        }
        Kind::Return => flags::returned(scan, node),
        Kind::Debugger => stubs::breakpoint(scan, node),
        _ => {}
    }
}

fn call(scan: &mut Scan<'_, '_>, node: NodeId, called: &str) {
    secrets::call(scan, node, called);
    jwt::call(scan, node, called);
    passwords::call(scan, node, called);
    crypto::call(scan, node, called);
    execution::call(scan, node, called);
    markup::call(scan, node, called);
    sessions::call(scan, node, called);
    answers::call(scan, node, called);
    if matches!(called, "get" | "header")
        && let Some(name) = scan.module.argument(node, 0)
        && let Kind::Text(word) = scan.module.kind(name)
    {
        access::address(scan, node, scan.module.word(word));
    }
}

fn member(scan: &mut Scan<'_, '_>, node: NodeId, name: &str) {
    secrets::read(scan, node);
    access::metadata(scan, node, name);
    sessions::read(scan, node, name);
    if name.starts_with("x-") {
        access::address(scan, node, name);
    }
}

/// Whether the code of a module runs in browsers: the graph says so, or it is markup that nothing says more of.
fn is_browser(context: &Context<'_>, file: FileId, module: &Module) -> bool {
    let extension = context.tree.file(file).extension();
    let markup = matches!(extension, "jsx" | "tsx" | "vue" | "svelte");
    match context.code.graph.client(file) {
        Some(client) => client,
        None => module.has_directive("use client") || markup,
    }
}

/// Whether a module refuses to run in production under some condition.
fn refuses(module: &Module) -> bool {
    module.all().any(|node| {
        module.kind(node) == Kind::If
            && module.child(node, 0).is_some_and(|test| environment::mentions(module, test))
            && module.child(node, 1).is_some_and(|then| environment::refuses(module, then))
    })
}
