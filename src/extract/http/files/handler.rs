//! The function that answers, and the wrappers around it.

use crate::extract::code::{Capabilities, Code, Site};
use crate::extract::http::Guard;
use crate::parse::javascript::{Bound, Kind, Module, NodeId};

/// How many wrappers are taken off.
const MAX_WRAPPERS: usize = 12;

/// Functions that mark a handler and do nothing before it.
const MARKERS: &[&str] = &[
    "defineEventHandler",
    "eventHandler",
    "lazyEventHandler",
    "defineLazyEventHandler",
    "cachedEventHandler",
    "defineCachedEventHandler",
    "createHandler",
    "defineMiddleware",
    "defineNuxtRouteMiddleware",
    "toNextJsHandler",
    "Object.freeze",
];

/// Whether a function of this name marks a handler and does nothing before it.
pub(super) fn is_marker(name: &str) -> bool {
    MARKERS.contains(&name)
}

/// What answers, and what it is wrapped in.
#[derive(Debug, Default)]
pub(in crate::extract::http) struct Handler {
    /// The function, or the call that makes one; none where it cannot be found.
    pub site: Option<Site>,
    /// The wrappers, outermost first.
    pub guards: Vec<Guard>,
}

/// The function behind a value: names are followed and wrappers taken off.
pub(in crate::extract::http) fn handler(code: &Code<'_>, site: Site) -> Handler {
    let mut found = Handler::default();
    let mut at = site;
    for _ in 0..MAX_WRAPPERS {
        at = value(code, at);
        let Some(module) = code.module(at.file) else { break };
        match module.kind(at.node) {
            Kind::Function(_) => {
                found.site = Some(at);
                break;
            }
            Kind::Call => {
                let Some(inner) = wrapped(code, at, module) else {
                    found.site = Some(at);
                    break;
                };
                found.guards.extend(guard(code, at));
                at = inner;
            }
            Kind::Object => {
                // `defineEventHandler({ onRequest: [auth], handler })`.
                let Some(inner) = module.property(at.node, "handler") else { break };
                found.guards.extend(listed(code, at, module));
                at = Site { file: at.file, node: inner };
            }
            Kind::Await => match module.child(at.node, 0) {
                Some(inner) => at = Site { file: at.file, node: inner },
                None => break,
            },
            _ => break,
        }
    }
    found
}

/// What a site stands for: a part of a call (`const { GET } = make()`) is the call.
pub(in crate::extract) fn value(code: &Code<'_>, site: Site) -> Site {
    let at = code.definition(site);
    let Some(module) = code.module(at.file) else { return at };
    let at = Site { file: at.file, node: module.resolve(at.node) };
    match module.binding(at.node).map(|binding| module.bindings[binding.0 as usize].bound) {
        Some(Bound::Value(node) | Bound::Part(node, _)) if node != at.node => {
            let next = code.definition(Site { file: at.file, node });
            match (code.module(next.file).map(|module| module.kind(next.node)), module.kind(node)) {
                // A property of an object that is written out is no property of a call.
                (Some(Kind::Call | Kind::Function(_)), _) => next,
                (_, Kind::Await) => Site { file: at.file, node: module.awaited(node) },
                _ => at,
            }
        }
        _ => at,
    }
}

/// The handler among the arguments of a wrapper: the last function, or call of another wrapper.
fn wrapped(code: &Code<'_>, call: Site, module: &Module) -> Option<Site> {
    let arguments: Vec<NodeId> = module.arguments(call.node).collect();
    let site = |node: &NodeId| Site { file: call.file, node: *node };
    let is_function = |at: &Site| {
        let at = value(code, *at);
        code.module(at.file).is_some_and(|module| matches!(module.kind(at.node), Kind::Function(_)))
    };
    let is_wrapped = |at: &Site| {
        let at = value(code, *at);
        at != call
            && code.module(at.file).is_some_and(|module| {
                matches!(module.kind(at.node), Kind::Call)
                    && module.arguments(at.node).any(|node| is_function(&Site { file: at.file, node }))
            })
    };
    let is_described = |at: &Site| {
        let at = value(code, *at);
        code.module(at.file).is_some_and(|module| module.property(at.node, "handler").is_some())
    };
    let last = |wanted: &dyn Fn(&Site) -> bool| arguments.iter().rev().map(site).find(|at| wanted(at));
    last(&is_function).or_else(|| last(&is_wrapped)).or_else(|| last(&is_described))
}

/// A wrapper, where it does anything: what is called, and all it was made with.
pub(in crate::extract::http) fn guard(code: &Code<'_>, call: Site) -> Option<Guard> {
    let module = code.module(call.file)?;
    let callee = module.callee(call.node)?;
    let leftmost = module.leftmost(callee);
    let name = match module.kind(callee) {
        Kind::Name(word, _) | Kind::Member(word) if leftmost == callee => module.word(word),
        Kind::Call => module.called(callee).unwrap_or_default(),
        _ => module.last_name(leftmost).unwrap_or_default(),
    };
    if is_marker(name) {
        return None;
    }
    let gives = chain(code, Site { file: call.file, node: callee });
    Some(Guard { site: Site { file: call.file, node: callee }, name: name.to_owned(), gives })
}

/// What a chain of calls gives together: `action.use(auth).schema(s).action`.
fn chain(code: &Code<'_>, site: Site) -> Capabilities {
    let mut gives = code.capabilities(site);
    let mut at = site;
    for _ in 0..MAX_WRAPPERS {
        let Some(module) = code.module(at.file) else { break };
        let next = match module.kind(at.node) {
            Kind::Member(_) | Kind::Call => module.child(at.node, 0),
            Kind::Name(..) => {
                let made = value(code, at);
                let is_call =
                    code.module(made.file).is_some_and(|module| module.kind(made.node) == Kind::Call);
                if made == at || !is_call {
                    break;
                }
                gives = gives.and(code.capabilities(made));
                at = made;
                continue;
            }
            _ => break,
        };
        let Some(next) = next else { break };
        at = Site { file: at.file, node: next };
        if matches!(module.kind(next), Kind::Call | Kind::Name(..)) {
            gives = gives.and(code.capabilities(at));
        }
    }
    gives
}

/// The guards that an object with a handler lists: `onRequest`, `middleware`, `before`.
fn listed(code: &Code<'_>, object: Site, module: &Module) -> Vec<Guard> {
    const KEYS: &[&str] = &["onRequest", "middleware", "middlewares", "before", "preHandler"];
    let mut guards = Vec::new();
    for key in KEYS {
        let Some(listed) = module.property(object.node, key) else { continue };
        let list = module.resolve(listed);
        let nodes: Vec<_> = match module.kind(list) {
            Kind::Array => module.children(list).collect(),
            _ => vec![listed],
        };
        for node in nodes {
            let site = Site { file: object.file, node };
            let name = match module.kind(node) {
                Kind::Call => module.called(node),
                _ => module.last_name(node),
            };
            let name = name.unwrap_or(key).to_owned();
            guards.push(Guard { site, name, gives: code.capabilities(site) });
        }
    }
    guards
}
