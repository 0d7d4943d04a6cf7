//! What is told to clients: where to go, and what went wrong.

use super::environment::{self, Environment};
use super::names;
use super::request::{self, Part};
use super::scan::Scan;
use crate::facts::{ErrorAnswer, Redirect};
use crate::parse::javascript::{Bound, Kind, NodeId, Operator};

/// Looks at a call.
pub(super) fn call(scan: &mut Scan<'_, '_>, node: NodeId, called: &str) {
    match called {
        "redirect" => redirect(scan, node),
        "json" | "send" | "end" | "write" | "Response" => answer(scan, node, called),
        _ => {}
    }
}

fn redirect(scan: &mut Scan<'_, '_>, node: NodeId) {
    if scan.browser {
        return;
    }
    let module = scan.module;
    let target = module.arguments(node).find(|argument| !matches!(module.kind(*argument), Kind::Number(_)));
    let Some(target) = target else { return };
    let mut asked = target;
    let value = scan.behind(target);
    // `new URL(next, base)` is `next` where that names a host.
    if module.called(value) == Some("URL")
        && let Some(first) = module.argument(value, 0)
    {
        asked = first;
    } else if module.kind(value) == Kind::Template
        && module.child(value, 0).is_some_and(|first| module.text(first).is_some_and(|text| text.is_empty()))
        && let Some(second) = module.child(value, 1)
    {
        asked = second;
    }
    let Some(part @ (Part::Query | Part::Body)) = request::part(module, asked) else { return };
    let from = if part == Part::Query { "the query" } else { "the body" }.to_owned();
    let checked = checked(scan, asked);
    scan.add(node, Redirect { from, checked });
}

/// Whether the name of a value is used in a test or given to a function.
fn checked(scan: &Scan<'_, '_>, value: NodeId) -> bool {
    let module = scan.module;
    let mut at = value;
    for _ in 0..8 {
        if module.kind(at) == Kind::Call
            && !matches!(
                module.called(at),
                Some("get" | "toString" | "String" | "decodeURIComponent" | "json" | "trim" | "query")
            )
        {
            return true;
        }
        let Some(binding) = module.binding(at) else { return false };
        let looks = |place: &NodeId| {
            module.ancestors(*place).take(4).any(|outer| match module.kind(outer) {
                Kind::If | Kind::Conditional => module.child(outer, 0).is_some_and(|test| {
                    module.contains(test, *place)
                        && module.kind(test)
                            != Kind::Name(module.bindings[binding.0 as usize].name, Some(binding))
                }),
                Kind::Call => module.called(outer) != Some("redirect") && module.called(outer) != Some("URL"),
                _ => false,
            })
        };
        if module.uses(binding).iter().any(looks) {
            return true;
        }
        let next = scan.module.resolve(at);
        if next == at {
            return false;
        }
        at = next;
    }
    false
}

/// An answer with the error in it.
fn answer(scan: &mut Scan<'_, '_>, node: NodeId, called: &str) {
    let module = scan.module;
    if scan.browser || !is_answer(scan, node, called) {
        return;
    }
    let Some(body) = module.argument(node, 0) else { return };
    let Some(around) = module.function_around(node) else { return };
    let failed = status(scan, node) == Some(500);
    let mut found: Option<(NodeId, &str)> = None;
    for inner in std::iter::once(body).chain(module.own_descendants(body)) {
        let Kind::Member(word) = module.kind(inner) else { continue };
        let tells = match module.word(word) {
            "stack" => "stack",
            "message" if failed => "message",
            _ => continue,
        };
        if module.child(inner, 0).is_some_and(|object| is_error(scan, object, around))
            && !is_chosen(scan, inner, node)
        {
            found = Some((inner, tells));
            break;
        }
    }
    let Some((inner, tells)) = found else { return };
    let development = environment::of(module, inner) == Some(Environment::Development);
    scan.add(inner, ErrorAnswer { tells: tells.to_owned(), development });
}

/// Whether a call answers a request.
fn is_answer(scan: &Scan<'_, '_>, node: NodeId, called: &str) -> bool {
    let module = scan.module;
    if called == "Response" {
        return module.kind(node) == Kind::New;
    }
    let Some(receiver) = module.receiver(node) else { return false };
    match module.kind(receiver) {
        Kind::Call => matches!(module.called(receiver), Some("status" | "code" | "set" | "type")),
        _ => module.last_name(receiver).is_some_and(|name| {
            matches!(name, "res" | "response" | "reply" | "c" | "ctx" | "NextResponse" | "Response")
        }),
    }
}

/// The status that an answer names.
fn status(scan: &Scan<'_, '_>, node: NodeId) -> Option<u32> {
    let module = scan.module;
    let number = |node: NodeId| scan.text(node).and_then(|text| text.parse().ok());
    if let Some(receiver) = module.receiver(node).filter(|receiver| module.kind(*receiver) == Kind::Call) {
        return module.argument(receiver, 0).and_then(number);
    }
    let second = module.argument(node, 1)?;
    module.property(second, "status").and_then(number).or_else(|| number(second))
}

/// Whether a name is a caught error, or the error of an error handler.
fn is_error(scan: &Scan<'_, '_>, node: NodeId, around: NodeId) -> bool {
    let module = scan.module;
    let Kind::Name(word, Some(binding)) = module.kind(node) else { return false };
    let name = module.word(word);
    let binding = &module.bindings[binding.0 as usize];
    match binding.bound {
        Bound::Parameter(function, 0) => {
            function == around && module.function(function).is_some_and(|function| function.parameters == 4)
                || names::has(name, &["err", "error", "e"])
        }
        Bound::Unknown => {
            module.ancestors(binding.declared).take(2).any(|outer| module.kind(outer) == Kind::Catch)
        }
        // `const err = error as Error`.
        Bound::Value(value) => value < node && is_error(scan, value, around),
        _ => false,
    }
}

/// Whether a message is only told of errors of a kind that the program made itself.
fn is_chosen(scan: &Scan<'_, '_>, inner: NodeId, call: NodeId) -> bool {
    let module = scan.module;
    let own = |test: NodeId| {
        std::iter::once(test).chain(module.descendants(test)).any(|part| match module.kind(part) {
            Kind::Binary(Operator::InstanceOf) => module
                .child(part, 1)
                .and_then(|class| module.last_name(class))
                .is_some_and(|class| class != "Error"),
            Kind::Member(word) => {
                matches!(module.word(word), "isOperational" | "expose" | "code" | "statusCode" | "status")
            }
            _ => false,
        })
    };
    let mut below = inner;
    module.ancestors(inner).take_while(|outer| !matches!(module.kind(*outer), Kind::Function(_))).any(
        |outer| {
            let chosen = matches!(module.kind(outer), Kind::If | Kind::Conditional)
                && module.child(outer, 1) == Some(below)
                && module.child(outer, 0).is_some_and(own);
            below = outer;
            chosen && module.contains(outer, call) | module.contains(call, outer)
        },
    )
}
