//! Whether a handler asks a language model with every request that it answers.

use std::collections::HashSet;

use crate::extract::branch;
use crate::extract::code::{Capability, Code, Origin, Site};
use crate::parse::javascript::{Kind, Module, NodeId};

/// Functions that call functions are followed this deep.
const DEEPEST: usize = 6;

/// A handler is followed through no more functions than this.
const MOST: usize = 80;

/// What a handler itself, and what it calls, may make depend on the request: whether there is a question at all, say.
/// Deeper down a condition is that of code that serves many, and most who call it come by without.
const OWN: usize = 1;

/// Whether a handler comes to a call of a model, by a way that no setting and no condition deeper down may close.
pub(in crate::extract::http) fn asks_a_model(code: &Code<'_>, handler: Site) -> bool {
    let mut seen = HashSet::new();
    super::functions(code, handler, 0).into_iter().any(|function| asks(code, function, 0, &mut seen))
}

fn asks(code: &Code<'_>, function: Site, depth: usize, seen: &mut HashSet<Site>) -> bool {
    let Some(module) = code.module(function.file) else { return false };
    if depth > DEEPEST || seen.len() > MOST || !seen.insert(function) {
        return false;
    }
    let gives = |site: Site| code.capabilities(site).has(Capability::Llm);
    for node in module.descendants(function.node) {
        if !matches!(module.kind(node), Kind::Call | Kind::New | Kind::Tagged)
            || is_chosen(module, function.node, node, depth)
        {
            continue;
        }
        let Some(callee) = module.child(node, 0).map(|node| Site { node, ..function }) else { continue };
        if !gives(callee) {
            continue;
        }
        let inner = match code.origin(callee) {
            Origin::Local(_) => super::functions(code, callee, 3),
            _ => return true,
        };
        // What cannot be looked into asks, as far as can be told.
        if inner.is_empty() || inner.into_iter().any(|inner| asks(code, inner, depth + 1, seen)) {
            return true;
        }
    }
    false
}

/// Whether a call is made only where a setting says so, or deeper down under any condition; or not here, but where a
/// function that is declared here is called.
fn is_chosen(module: &Module, function: NodeId, call: NodeId, depth: usize) -> bool {
    let mut below = call;
    for around in module.ancestors(call).take_while(|around| *around != function) {
        let parent = module.parent(around).map(|parent| module.kind(parent));
        let declared = matches!(parent, Some(Kind::Declarator | Kind::Block));
        if declared && matches!(module.kind(around), Kind::Function(_)) {
            return true;
        }
        let test = match module.kind(around) {
            Kind::If | Kind::Conditional | Kind::Logical(_) => module.child(around, 0),
            _ => None,
        };
        if let Some(test) = test.filter(|test| *test != below)
            && (depth > OWN || branch::by_setting(module, test))
        {
            return true;
        }
        below = around;
    }
    false
}
