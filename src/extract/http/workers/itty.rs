//! itty-router: routes in the order they are added; one for every path is a middleware for those behind it.

use super::super::files::{Handler, Routed, handler, join, text, value};
use super::super::model::{Found, Guard};
use crate::extract::code::{Code, Site};
use crate::extract::http::files::property;
use crate::parse::javascript::{Bound, Kind, Module, NodeId};
use crate::source::FileId;

/// Functions that make a router.
const MAKERS: &[&str] = &["Router", "AutoRouter", "IttyRouter", "ThrowableRouter"];

/// Methods that add a route.
const METHODS: &[&str] = &["get", "post", "put", "patch", "delete", "head", "options", "all"];

/// Whether a function hands its requests to such a router.
pub(super) fn routes(code: &Code<'_>, function: Site) -> bool {
    let Some(module) = code.module(function.file) else { return false };
    module.descendants(function.node).any(|node| {
        matches!(module.called(node), Some("fetch" | "handle"))
            && module.receiver(node).is_some_and(|router| {
                let made = value(code, Site { file: function.file, node: router });
                code.module(made.file)
                    .is_some_and(|module| is_router(module, module.leftmost_call(made.node)))
            })
    })
}

/// Every route that a module adds to routers it makes.
pub(super) fn read(code: &Code<'_>, file: FileId, module: &Module, found: &mut Found) {
    if !module.imports.iter().any(|import| module.word(import.source).starts_with("itty-router")) {
        return;
    }
    let routed = Routed::new(code, "itty-router", Vec::new());
    let mut routers: Vec<(NodeId, Vec<Guard>, String)> = Vec::new();
    let mut calls: Vec<NodeId> = module.calls().filter(|node| module.kind(*node) == Kind::Call).collect();
    // Of a chain, the outer call comes first in the tree and last in the program.
    calls.sort_by_key(|call| module.callee(*call).map_or(0, |callee| module.span(callee).end));
    for call in calls {
        let Some(method) = module.called(call).filter(|method| METHODS.contains(method)) else { continue };
        let Some(receiver) = module.receiver(call) else { continue };
        let made = module.leftmost_call(module.resolve(receiver));
        if !is_router(module, made) {
            continue;
        }
        if !routers.iter().any(|(known, ..)| *known == made) {
            routers.push(router(code, file, module, made));
        }
        let Some((_, before, base)) = routers.iter_mut().find(|(known, ..)| *known == made) else { continue };
        let mut arguments: Vec<NodeId> = module.arguments(call).collect();
        if arguments.is_empty() {
            continue;
        }
        let path = module.text(arguments.remove(0)).map(std::borrow::Cow::into_owned);
        let guard = |node: &NodeId| guard(code, module, Site { file, node: *node });
        if method == "all" && matches!(path.as_deref(), Some("*" | "/*")) && !is_last(module, call) {
            before.extend(arguments.iter().map(guard));
            continue;
        }
        let Some(answer) = arguments.pop() else { continue };
        let inner = handler(code, Site { file, node: answer });
        let guards = before.iter().cloned().chain(arguments.iter().map(guard)).chain(inner.guards).collect();
        let known = path.as_deref().map(|path| join(base, path));
        let shown = known.clone().unwrap_or_default();
        let method = method.to_ascii_uppercase();
        let mut route = routed.route(
            Site { file, node: call },
            &method,
            (&shown, &shown),
            Handler { site: inner.site, guards },
        );
        route.path = known;
        found.routes.push(route);
    }
}

/// A route for every path with nothing behind it answers what is not found.
fn is_last(module: &Module, call: NodeId) -> bool {
    let text = module.argument(call, 1).map(|node| module.resolve(node));
    text.is_some_and(|node| match module.kind(node) {
        Kind::Function(_) => module.descendants(node).any(|inner| {
            matches!(module.kind(inner), Kind::Number(word) if module.word(word) == "404")
                || matches!(module.called(inner), Some("error" | "notFound"))
        }),
        _ => false,
    })
}

fn router(code: &Code<'_>, file: FileId, module: &Module, made: NodeId) -> (NodeId, Vec<Guard>, String) {
    let options = module.argument(made, 0).map(|node| Site { file, node });
    let base = options.and_then(|options| text(code, options, "base")).unwrap_or_default();
    let before = options.and_then(|options| property(code, options, "before")).map(|at| value(code, at));
    let list = before.and_then(|list| Some((list, code.module(list.file)?)));
    let guards = list.map(|(list, module)| {
        let items =
            module.children(list.node).map(|node| guard(code, module, Site { file: list.file, node }));
        items.collect()
    });
    (made, guards.unwrap_or_default(), base)
}

fn guard(code: &Code<'_>, module: &Module, site: Site) -> Guard {
    let name = match module.kind(site.node) {
        Kind::Call => module.called(site.node),
        _ => module.last_name(site.node),
    };
    Guard { site, name: name.unwrap_or("middleware").to_owned(), gives: code.capabilities(site) }
}

fn is_router(module: &Module, call: NodeId) -> bool {
    let callee = module.callee(call).and_then(|callee| module.binding(callee));
    let Some(Bound::Import(import, _)) = callee.map(|binding| module.bindings[binding.0 as usize].bound)
    else {
        return false;
    };
    module.called(call).is_some_and(|name| MAKERS.contains(&name))
        && module.word(module.imports[import.0 as usize].source).starts_with("itty-router")
}

/// Chains of calls.
trait Chain {
    /// The first call of a chain: `Router()` of `Router().get(…).post(…)`, names followed.
    fn leftmost_call(&self, node: NodeId) -> NodeId;
}

impl Chain for Module {
    fn leftmost_call(&self, node: NodeId) -> NodeId {
        let mut at = self.resolve(node);
        while let Some(receiver) = self.receiver(at) {
            at = self.resolve(receiver);
        }
        at
    }
}
