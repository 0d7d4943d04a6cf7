//! The methods that a handler of all methods answers to.

use crate::extract::code::{Code, Site};
use crate::parse::javascript::{Bound, Kind, Module, NodeId, Operator};

/// The methods of HTTP that handlers are named after.
pub(in crate::extract::http) const VERBS: &[&str] =
    &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// The methods a function asks for, in the order of the text; `ALL` where it asks for none. Preflight is none.
pub(in crate::extract::http) fn methods(code: &Code<'_>, handler: Option<Site>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    if let Some((site, module)) = handler.and_then(|site| Some((site, code.module(site.file)?))) {
        for node in module.own_descendants(site.node) {
            for verb in asked(module, node) {
                let verb = verb.to_ascii_uppercase();
                let counts = VERBS.contains(&verb.as_str()) && verb != "OPTIONS" && verb != "HEAD";
                if counts && !found.contains(&verb) {
                    found.push(verb);
                }
            }
        }
    }
    if found.is_empty() { vec!["ALL".to_owned()] } else { found }
}

/// The methods that a node compares the method of the request with.
fn asked(module: &Module, node: NodeId) -> Vec<String> {
    use Operator::{Equal, NotEqual, StrictEqual, StrictNotEqual};
    let text = |node: NodeId| module.text(node).map(std::borrow::Cow::into_owned);
    let (first, second) = (module.child(node, 0), module.child(node, 1));
    match (module.kind(node), first, second) {
        (Kind::Binary(Equal | NotEqual | StrictEqual | StrictNotEqual), Some(left), Some(right)) => {
            let other = if is_method(module, left) {
                text(right)
            } else if is_method(module, right) {
                text(left)
            } else {
                None
            };
            other.into_iter().collect()
        }
        (Kind::Switch, Some(subject), _) if is_method(module, subject) => {
            let tests = module.children(node).skip(1).filter_map(|case| module.child(case, 0));
            tests.filter_map(text).collect()
        }
        (Kind::Call, Some(_), Some(argument))
            if module.called(node) == Some("includes") && is_method(module, argument) =>
        {
            let list = module.receiver(node).map(|list| module.resolve(list));
            list.into_iter().flat_map(|list| module.children(list)).filter_map(text).collect()
        }
        // `handlers[req.method]` of an object that is written out.
        (Kind::Index, Some(table), Some(key)) if is_method(module, key) => {
            module.properties(table).into_iter().map(|(key, _)| key.to_owned()).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether a node is the method of a request.
fn is_method(module: &Module, node: NodeId) -> bool {
    const NAMES: &[&str] = &["method", "httpMethod", "requestMethod"];
    let node = module.resolve(node);
    match module.kind(node) {
        Kind::Member(word) => NAMES.contains(&module.word(word)),
        Kind::Call => {
            matches!(module.called(node), Some("toUpperCase" | "toLowerCase" | "getMethod"))
                && (module.called(node) == Some("getMethod")
                    || module.receiver(node).is_some_and(|node| is_method(module, node)))
        }
        Kind::Logical(_) => module.child(node, 0).is_some_and(|node| is_method(module, node)),
        Kind::Name(_, Some(binding)) => {
            let key = match module.bindings[binding.0 as usize].bound {
                Bound::Part(_, key) | Bound::ParameterPart(_, _, key) => module.word(key),
                _ => return false,
            };
            NAMES.contains(&key)
        }
        _ => false,
    }
}
