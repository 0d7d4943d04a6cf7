//! Parts that are told by how statements lie within each other: trying again, giving up.

use super::seen::{Mark, Seen};
use crate::extract::code::{Capabilities, Capability};
use crate::parse::javascript::{Kind, Loop, Module, NodeId, Operator};

pub(super) fn of(module: &Module, function: NodeId, seen: &Seen, all: Capabilities) -> Capabilities {
    let retries = seen.has(Mark::Loop) && seen.has(Mark::Delay) && retry_loop(module, function)
        || seen.has(Mark::Catch) && calls_itself_again(module, function);
    let all = if retries { all.with(Capability::Retry) } else { all };
    let gives_up = seen.has(Mark::Race) && races_a_clock(module, function);
    if gives_up { all.with(Capability::Timeout) } else { all }
}

/// A loop that leaves when something worked, and waits before it goes round.
fn retry_loop(module: &Module, function: NodeId) -> bool {
    let loops = module.own_descendants(function).filter_map(|node| match module.kind(node) {
        Kind::Loop(form) => Some((node, form)),
        _ => None,
    });
    loops.into_iter().any(|(node, form)| {
        let (mut leaves, mut waits, mut catches) = (false, false, false);
        for inner in module.own_descendants(node) {
            match module.kind(inner) {
                Kind::Return | Kind::Break => leaves = true,
                Kind::Catch => catches = true,
                Kind::Call | Kind::New => {
                    waits |= matches!(
                        module.called(inner),
                        Some("sleep" | "delay" | "wait" | "setTimeout" | "pause" | "backoff" | "Promise")
                    );
                }
                _ => {}
            }
        }
        let each = matches!(form, Loop::ForOf | Loop::ForIn | Loop::ForAwait);
        leaves && waits && (catches || !each && counts_attempts(module, node))
    })
}

/// `for (let attempt = 0; attempt < retries; attempt++)`.
fn counts_attempts(module: &Module, node: NodeId) -> bool {
    let Some(body) = module.children(node).last() else { return false };
    let header = (node.0 + 1..body.0).map(NodeId);
    header.filter_map(|node| module.last_name(node)).any(|name| {
        let name = name.to_ascii_lowercase();
        ["attempt", "retr", "tries"].iter().any(|word| name.contains(word))
    })
}

/// `catch { return load(url, retries - 1) }`.
fn calls_itself_again(module: &Module, function: NodeId) -> bool {
    let name = module.function(function).map(|function| module.word(function.name)).unwrap_or_default();
    if name.is_empty() {
        return false;
    }
    module.own_descendants(function).any(|node| {
        module.kind(node) == Kind::Call
            && module.called(node) == Some(name)
            && module
                .ancestors(node)
                .take_while(|id| *id != function)
                .any(|id| module.kind(id) == Kind::Catch)
            && module.arguments(node).any(|argument| {
                matches!(module.kind(argument), Kind::Binary(Operator::Subtract | Operator::Add))
            })
    })
}

/// `Promise.race([work, new Promise((_, reject) => setTimeout(reject, ms))])`.
fn races_a_clock(module: &Module, function: NodeId) -> bool {
    let calls = module
        .own_descendants(function)
        .filter(|node| module.kind(*node) == Kind::Call && module.called(*node) == Some("race"));
    calls.into_iter().any(|call| {
        let clock = |node: NodeId| {
            matches!(module.kind(node), Kind::Name(..) | Kind::Member(_))
                && module
                    .last_name(node)
                    .is_some_and(|name| name == "setTimeout" || name.to_ascii_lowercase().contains("timeout"))
        };
        module.descendants(call).any(clock)
    })
}
