//! Remix and React Router as a framework: loaders and actions of route modules, found by file name or by configuration.

mod configured;
mod convention;

use super::files::{Middleware, Root, Routed, exported, modules_below, roots, settings, stem, text, value};
use super::model::Found;
use super::mount::is_alone;
use crate::extract::Context;
use crate::extract::code::{Code, Site};
use crate::extract::packages::join;
use crate::parse::javascript::{Kind, Module, NodeId};
use crate::source::FileId;

/// Packages that make a package an application of either; the library alone routes in the browser.
const PACKAGES: &[&str] = &[
    "@remix-run/dev",
    "@remix-run/node",
    "@remix-run/serve",
    "@remix-run/cloudflare",
    "@remix-run/vercel",
    "@remix-run/express",
    "@react-router/dev",
    "@react-router/node",
    "@react-router/serve",
    "@react-router/cloudflare",
];

/// Every application of Remix and of React Router, and its routes.
pub(super) fn find(context: &Context<'_>) -> Found {
    let roots = roots(context, PACKAGES, "");
    let mut found = Found::default();
    for root in &roots {
        read(context, &roots, root, &mut found);
    }
    found
}

/// A module that routes lead to.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Leaf {
    file: FileId,
    path: String,
    /// The modules around it whose middleware it passes, outermost first.
    around: Vec<FileId>,
}

fn read(context: &Context<'_>, roots: &[Root], root: &Root, found: &mut Found) {
    let code = &context.code;
    let names = ["react-router.config", "remix.config"];
    let config = names.iter().find_map(|name| super::files::configuration(context, &root.dir, name));
    let settings = config.and_then(|file| settings(code, file));
    let app = settings.and_then(|at| text(code, at, "appDirectory"));
    let app = app.map_or_else(|| "app".to_owned(), |app| app.trim_matches(['.', '/']).to_owned());
    let first = found.routes.len();
    let modules: Vec<_> = modules_below(context, roots, root)
        .filter_map(|(file, path)| Some((file, path.strip_prefix(app.as_str())?.strip_prefix('/')?)))
        .collect();
    let top = modules.iter().find(|(_, path)| stem(path) == Some("root")).map(|(file, _)| *file);
    let table = modules.iter().find(|(_, path)| stem(path) == Some("routes")).map(|(file, _)| *file);
    let leaves = table
        .and_then(|file| configured::leaves(context, file, &join(&root.dir, &app)))
        .unwrap_or_else(|| convention::leaves(context, &root.dir, &modules));
    for leaf in leaves {
        let around = top.iter().chain(&leaf.around).chain([&leaf.file]);
        let middlewares = around.flat_map(|file| middlewares(code, *file)).collect();
        let routed = Routed::new(code, "remix", middlewares);
        let path = (leaf.path.as_str(), leaf.path.as_str());
        routed.one(leaf.file, "loader", "GET", path, found);
        routed.one(leaf.file, "action", "POST", path, found);
    }
    let shared = top.iter().flat_map(|file| middlewares(code, *file)).collect();
    let apps = found.apps.len();
    Routed::new(code, "remix", shared).app(config, first, found);
    behind(context, roots, root, (first, apps), found);
}

/// Packages that make a handler of Express of the application.
const ADAPTERS: &[&str] = &["@react-router/express", "@remix-run/express"];

/// Ties the routes to the handler that an application of Express is given: what stands before that stands before them.
fn behind(
    context: &Context<'_>,
    roots: &[Root],
    root: &Root,
    (first, apps): (usize, usize),
    found: &mut Found,
) {
    let code = &context.code;
    let (mut made, mut computed) = (Vec::new(), false);
    for (file, _) in modules_below(context, roots, root) {
        let Some(module) = code.module(file).filter(|_| !context.tree.file(file).is_aside()) else {
            continue;
        };
        let express = module.imports.iter().any(|import| module.word(import.source) == "express");
        let adapts = module.imports.iter().any(|import| ADAPTERS.contains(&module.word(import.source)));
        if !express && !adapts {
            continue;
        }
        computed |= express && is_loaded(module);
        let calls = module.calls_named(|name| name == "createRequestHandler").into_iter();
        made.extend(calls.filter(|_| adapts).map(|node| Site { file, node }));
    }
    let Some(server) = made.first().copied() else { return };
    // What is loaded is found where nothing else may be meant.
    computed &= made.iter().any(|site| site.file != server.file) || !is_alone(context, server.file);
    found.also.extend(made.iter().map(|site| (*site, server)));
    for route in &mut found.routes[first..] {
        route.server = Some(server);
        if computed && route.unsure.is_none() {
            route.unsure =
                Some("an application that it loads by a computed path is put behind others".to_owned());
        }
    }
    // The application answers where its handler is made.
    for app in &mut found.apps[apps..] {
        app.site = server;
    }
}

/// `app.use(await import(PATH).then(…))`: what is loaded from where the code does not say is put behind the application.
fn is_loaded(module: &Module) -> bool {
    let import = |node: NodeId| module.kind(node) == Kind::Call && module.called(node) == Some("import");
    module.calls_named(|name| name == "use").into_iter().any(|call| {
        module.arguments(call).any(|argument| import(argument) || module.descendants(argument).any(import))
    })
}

/// `export const middleware = [auth]`
fn middlewares(code: &Code<'_>, file: FileId) -> Vec<Middleware> {
    let listed = exported(code, file, "middleware").or_else(|| exported(code, file, "unstable_middleware"));
    let Some(list) = listed.and_then(|list| list.value).map(|at| value(code, at)) else { return Vec::new() };
    let Some(module) = code.module(list.file).filter(|module| module.kind(list.node) == Kind::Array) else {
        return Vec::new();
    };
    let items = module.children(list.node).map(|node| Site { file: list.file, node });
    items.map(|site| Middleware::part(code, site, "middleware")).collect()
}

#[cfg(test)]
mod tests;
