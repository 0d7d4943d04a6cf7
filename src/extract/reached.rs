//! Which functions run while a request is handled and waited for.

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::Context;
use super::branch;
use super::code::{Origin, Site};
use super::context::Handling;
use super::http;
use super::view::{View, each};
use crate::parse::javascript::{Kind, Module, NodeId};
use crate::source::FileId;

/// How far calls are followed from a handler.
const DEPTH: usize = 4;

/// Follows the calls of every handler, a few steps far, for all who ask later.
pub(super) fn prepare(context: &Context<'_>) {
    handling(context);
}

/// What answers requests, looked for once.
fn handling<'c>(context: &'c Context<'_>) -> &'c Handling {
    context.handling.get_or_init(|| find(context))
}

fn find(context: &Context<'_>) -> Handling {
    let found = each(context, |view, found: &mut Vec<(Site, Option<&'static str>)>| {
        if view.is_server() {
            let handlers = view.module.functions.iter().map(|function| function.node);
            let handlers =
                handlers.filter(|node| view.is_handler(*node) && !branch::development(view.module, *node));
            found.extend(handlers.map(|node| (view.site(node), view.method_of(node))));
        }
    });
    // Where a route is registered tells more than the name of its handler.
    let routes = http::handlers(context);
    let known: FxHashSet<Site> = routes.iter().map(|(site, _)| *site).collect();
    let by_name = found.iter().filter(|(site, _)| !known.contains(site));
    let by_name = by_name.map(|(site, method)| (*site, method.unwrap_or("ALL")));
    let by_route = routes.iter().map(|(site, method)| (*site, method.as_str()));
    let handlers: Vec<(Site, &str)> = by_name.chain(by_route).collect();
    let readers = handlers.iter().filter(|(_, method)| matches!(*method, "GET" | "QUERY"));
    let readers: Vec<Site> = readers.map(|(site, _)| *site).collect();
    Handling {
        reading: reached(context, readers.clone()),
        readers,
        any: reached(context, handlers.iter().map(|(site, _)| *site).collect()),
    }
}

/// The handlers of routes that only read.
pub(super) fn readers<'c>(context: &'c Context<'_>) -> &'c [Site] {
    &handling(context).readers
}

/// These functions, and those that they call.
fn reached(context: &Context<'_>, mut open: Vec<Site>) -> FxHashSet<Site> {
    let mut sites = FxHashSet::default();
    open.retain(|site| sites.insert(*site));
    for _ in 0..DEPTH {
        let called: Vec<Site> = open.par_iter().flat_map_iter(|site| called(context, *site)).collect();
        open = called.into_iter().filter(|site| sites.insert(*site)).collect();
    }
    sites
}

/// These functions, and those that they call, a few steps far.
pub(super) fn from(context: &Context<'_>, functions: Vec<Site>) -> FxHashSet<Site> {
    reached(context, functions)
}

/// Functions that run while a request is handled and waited for.
pub(super) struct Reached<'c> {
    sites: &'c FxHashSet<Site>,
}

impl<'c> Reached<'c> {
    /// Of any request.
    pub(super) fn by_any(context: &'c Context<'_>) -> Self {
        Self { sites: &handling(context).any }
    }

    /// Of those that read.
    pub(super) fn by_reading(context: &'c Context<'_>) -> Self {
        Self { sites: &handling(context).reading }
    }

    /// Whether a node stands in such a function.
    pub(super) fn holds(&self, view: &View<'_>, node: NodeId) -> bool {
        let mut functions =
            view.module.ancestors(node).filter(|id| matches!(view.module.kind(*id), Kind::Function(_)));
        functions.any(|id| self.sites.contains(&view.site(id)))
    }
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
