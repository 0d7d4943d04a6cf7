//! `headers()` of the configuration of Next.js, in every way it is written.

use super::{Set, gives_headers, is_everything, text};
use crate::extract::Context;
use crate::extract::code::Site;
use crate::extract::http::files::{property, roots, settings, value};
use crate::facts::Entry;
use crate::parse::javascript::{Kind, NodeId};

/// How deep lists may nest.
const MAX_DEPTH: usize = 8;

/// The headers that configurations of Next.js set.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let configs = roots(context, &["next"], "next.config").into_iter().filter_map(|root| root.config);
    let entries = configs.flat_map(|config| {
        let headers = settings(&context.code, config).and_then(|at| property(&context.code, at, "headers"));
        headers.map(|at| rules(context, at)).unwrap_or_default()
    });
    entries.collect()
}

/// The rules of `headers`: a function that returns a list, or something that cannot be read.
fn rules(context: &Context<'_>, headers: Site) -> Vec<Entry> {
    let mut items = Vec::new();
    let mut computed = false;
    collect(context, headers, &mut items, &mut computed, 0);
    let mut entries: Vec<Entry> = items.iter().filter_map(|rule| one(context, *rule)).collect();
    if computed || items.is_empty() && gives_headers(context, headers) {
        let set = Set { computed: true, ..Set::default() };
        entries.extend(set.fact("next.config", true, context.code.place(headers)));
    }
    entries
}

/// The items of a list: names, spreads and functions opened.
fn collect(context: &Context<'_>, site: Site, items: &mut Vec<Site>, computed: &mut bool, depth: usize) {
    let code = &context.code;
    let at = value(code, site);
    let Some(module) = code.module(at.file).filter(|_| depth < MAX_DEPTH) else { return };
    let here = |node: NodeId| Site { file: at.file, node };
    match module.kind(at.node) {
        Kind::Array => {
            for item in module.children(at.node) {
                match (module.kind(item), module.child(item, 0)) {
                    (Kind::Spread, Some(inner)) => collect(context, here(inner), items, computed, depth + 1),
                    _ => items.push(here(item)),
                }
            }
        }
        Kind::Function(_) => {
            let Some(body) = module.body(at.node) else { return };
            if module.kind(body) != Kind::Block {
                return collect(context, here(body), items, computed, depth + 1);
            }
            let returns = module.own_descendants(body).filter(|node| module.kind(*node) == Kind::Return);
            for value in returns.filter_map(|node| module.child(node, 0)) {
                collect(context, here(value), items, computed, depth + 1);
            }
        }
        Kind::Conditional | Kind::Logical(_) => {
            for part in module.children(at.node).skip(1) {
                collect(context, here(part), items, computed, depth + 1);
            }
        }
        Kind::Await => {
            if let Some(inner) = module.child(at.node, 0) {
                collect(context, here(inner), items, computed, depth + 1);
            }
        }
        Kind::Call => {
            // A local function that makes the list is read; what a package makes cannot be.
            let callee = module.callee(at.node).map(|callee| value(code, here(callee)));
            let is_function = |at: &Site| {
                code.module(at.file).is_some_and(|module| matches!(module.kind(at.node), Kind::Function(_)))
            };
            match callee.filter(is_function) {
                Some(function) => collect(context, function, items, computed, depth + 1),
                None => *computed = true,
            }
        }
        _ => {}
    }
}

/// `{ source, headers: [{ key, value }] }`
fn one(context: &Context<'_>, rule: Site) -> Option<Entry> {
    let code = &context.code;
    let source = property(code, rule, "source")?;
    let everywhere = text(context, source).is_some_and(|source| is_everything(&source));
    // A rule that holds only for some hosts or requests covers nothing for sure.
    let everywhere = everywhere && property(code, rule, "has").is_none();
    let mut items = Vec::new();
    let mut set = Set::default();
    collect(context, property(code, rule, "headers")?, &mut items, &mut set.computed, 0);
    for item in items {
        if let Some(key) = property(code, item, "key").and_then(|key| text(context, key)) {
            let value = property(code, item, "value").and_then(|value| text(context, value));
            set.add(&key, value.as_deref());
        }
    }
    set.fact("next.config", everywhere, code.place(source))
}
