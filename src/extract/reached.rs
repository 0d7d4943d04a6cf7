//! Which functions run while a request is handled and waited for.

use std::collections::HashSet;

use super::Context;
use super::code::{Origin, Site};
use super::http;
use super::view::{View, each};
use crate::parse::javascript::{Kind, Module, NodeId};
use crate::source::FileId;

/// How far calls are followed from a handler.
const DEPTH: usize = 4;

/// Functions that run while a request is handled and waited for.
#[derive(Default)]
pub(super) struct Reached {
    sites: HashSet<Site>,
}

impl Reached {
    /// Follows the calls of every handler, a few steps far.
    pub(super) fn by_any(context: &Context<'_>) -> Self {
        Self::from(context, |_| true)
    }

    /// The same of handlers for reading.
    pub(super) fn by_reading(context: &Context<'_>) -> Self {
        Self::from(context, reads)
    }

    fn from(context: &Context<'_>, wanted: impl Fn(&str) -> bool + Sync + Send) -> Self {
        let mut open = handlers(context, wanted);
        let mut reached = Self::default();
        open.retain(|site| reached.sites.insert(*site));
        for _ in 0..DEPTH {
            let called: Vec<Site> = open.iter().flat_map(|site| called(context, *site)).collect();
            open = called.into_iter().filter(|site| reached.sites.insert(*site)).collect();
        }
        reached
    }

    /// Whether a node stands in such a function.
    pub(super) fn holds(&self, view: &View<'_>, node: NodeId) -> bool {
        let functions =
            view.module.ancestors(node).filter(|id| matches!(view.module.kind(*id), Kind::Function(_)));
        functions.into_iter().any(|id| self.sites.contains(&view.site(id)))
    }
}

/// The handlers of routes of the wanted methods.
pub(super) fn handlers(context: &Context<'_>, wanted: impl Fn(&str) -> bool + Sync + Send) -> Vec<Site> {
    let found = each(context, |view, found: &mut Vec<(Site, Option<&'static str>)>| {
        if view.is_server() {
            let handlers = view.module.functions.iter().map(|function| function.node);
            let handlers = handlers.filter(|node| view.is_handler(*node));
            found.extend(handlers.map(|node| (view.site(node), view.method_of(node))));
        }
    });
    // Where a route is registered tells more than the name of its handler.
    let routes = http::handlers(context);
    let known: HashSet<Site> = routes.iter().map(|(site, _)| *site).collect();
    let by_name = found.into_iter().filter(|(site, _)| !known.contains(site));
    let by_name = by_name.filter(|(_, method)| wanted(method.unwrap_or("ALL"))).map(|(site, _)| site);
    let by_route = routes.iter().filter(|(_, method)| wanted(method)).map(|(site, _)| *site);
    by_name.chain(by_route).collect()
}

/// Whether a method only reads.
pub(super) fn reads(method: &str) -> bool {
    matches!(method, "GET" | "QUERY")
}

/// The functions of this repository that a function calls.
fn called(context: &Context<'_>, site: Site) -> Vec<Site> {
    let code = &context.code;
    let Some(module) = code.module(site.file) else { return Vec::new() };
    let calls = module.descendants(site.node).filter(|node| module.kind(*node) == Kind::Call);
    calls.filter_map(|call| target(context, module, site.file, call)).collect()
}

/// The function of this repository that a call calls.
pub(super) fn target(context: &Context<'_>, module: &Module, file: FileId, call: NodeId) -> Option<Site> {
    let callee = module.callee(call)?;
    // `res.json` and methods of globals lead nowhere.
    let left = module.leftmost(callee);
    if module.binding(left).is_none() && module.kind(left) != Kind::This {
        return None;
    }
    match context.code.origin(Site { file, node: callee }) {
        Origin::Local(target) => {
            context.code.module(target.file)?.function(target.node)?;
            Some(target)
        }
        _ => None,
    }
}
