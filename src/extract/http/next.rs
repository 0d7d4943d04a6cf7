//! Next.js: routes of both routers, server actions, and the middleware before them.

mod credentials;

use super::files::{
    Handler, Middleware, Pattern, Root, Routed, Scope, VERBS, answering, bracketed, exported, modules_below,
    named, property, roots, settings, stem, text, value,
};
use super::model::{Found, Route};
use crate::extract::Context;
use crate::extract::code::{Code, Site};
use crate::parse::javascript::{Kind, Module};
use crate::source::FileId;

/// Every application of Next.js and its routes.
pub(super) fn find(context: &Context<'_>) -> Found {
    let roots = roots(context, &["next"], "next.config");
    let mut found = Found::default();
    for root in &roots {
        Project::new(context, &roots, root).read(&mut found);
    }
    found
}

/// The middleware of every application.
pub(in crate::extract) fn middlewares(context: &Context<'_>) -> Vec<Middleware> {
    let roots = roots(context, &["next"], "next.config");
    let found = roots.iter().flat_map(|root| Project::new(context, &roots, root).routed.middlewares);
    found.collect()
}

/// One application.
struct Project<'c> {
    routed: Routed<'c>,
    root: &'c Root,
    modules: Vec<(FileId, &'c str)>,
}

impl<'c> Project<'c> {
    fn new(context: &'c Context<'_>, roots: &'c [Root], root: &'c Root) -> Self {
        let code = &context.code;
        let modules: Vec<_> = modules_below(context, roots, root).collect();
        let settings = root.config.and_then(|config| settings(code, config));
        let base = settings.and_then(|at| text(code, at, "basePath")).unwrap_or_default();
        let middlewares = modules.iter().filter_map(|(file, path)| middleware(code, *file, path)).collect();
        let routed = Routed { base, ..Routed::new(code, "next", middlewares) };
        Self { routed, root, modules }
    }

    fn read(&self, found: &mut Found) {
        let first = found.routes.len();
        // Next.js does not look below `src` where the root has pages itself.
        let shadowed = self.modules.iter().any(|(_, path)| is_page(path));
        for (file, path) in &self.modules {
            if let Some(at) = stem(path).filter(|at| !(shadowed && at.starts_with("src/"))) {
                let at = at.strip_prefix("src/").unwrap_or(at);
                if let Some(folders) = at.strip_prefix("app/").and_then(route_folder) {
                    if let Some(path) = bracketed(folders) {
                        self.routed.verbs(*file, (&path, &path), "", found);
                    }
                } else if at.starts_with("pages/api/") {
                    // `pageExtensions: ["page.ts"]`
                    let at = at.strip_suffix(".page").unwrap_or(at);
                    self.api_route(*file, &at["pages/".len()..], found);
                }
            }
            let is_shown = ["page", "layout", "template"]
                .iter()
                .any(|name| stem(path).is_some_and(|stem| stem.rsplit('/').next() == Some(name)));
            if !is_shown
                && self.routed.code.module(*file).is_some_and(|module| module.has_directive("use server"))
            {
                self.actions(*file, found);
            }
        }
        credentials::door(self, first, found);
        self.routed.app(self.root.config, first, found);
    }

    /// `pages/api/**`: one function for all methods.
    fn api_route(&self, file: FileId, folders: &str, found: &mut Found) {
        let code = self.routed.code;
        let folders = folders.strip_suffix("/index").unwrap_or(folders);
        // A folder of helpers is no private one here: whatever exports a default is a route.
        let Some(path) = bracketed(&folders.replace("/_", "/%5F")) else { return };
        let Some(exported) = exported(code, file, "default") else { return };
        let table = exported.value.map(|at| by_method(code, at)).unwrap_or_default();
        if table.is_empty() {
            return self.routed.any(&exported, (&path, &path), found);
        }
        let outer = answering(code, &exported).guards;
        for (verb, inner) in table {
            let inner = super::files::handler(code, inner);
            let guards = [outer.clone(), inner.guards].concat();
            let handler = Handler { site: inner.site, guards };
            found.routes.push(self.routed.route(exported.site, &verb, (&path, &path), handler));
        }
    }

    /// Functions that a client may call by their number.
    fn actions(&self, file: FileId, found: &mut Found) {
        let code = self.routed.code;
        for name in named(code, file) {
            let Some(exported) = exported(code, file, &name) else { continue };
            let Handler { site: Some(site), guards } = answering(code, &exported) else { continue };
            found.routes.push(Route {
                site: exported.site,
                framework: self.routed.framework,
                method: "ACTION".to_owned(),
                path: None,
                handler: Some(site),
                guards,
                unsure: None,
                server: None,
            });
        }
    }
}

/// Whether a file, relative to its project, makes Next.js take `app` or `pages` at the root for its routes.
fn is_page(path: &str) -> bool {
    let last = stem(path).and_then(|stem| stem.rsplit('/').next()).unwrap_or_default();
    path.starts_with("app/") && matches!(last, "page" | "layout" | "route")
        || path.starts_with("pages/") && matches!(last, "_app" | "_document" | "index")
}

/// The folders of a file of the app router that answers requests: `api/users` for `api/users/route`.
fn route_folder(stem: &str) -> Option<&str> {
    if stem == "route" { Some("") } else { stem.strip_suffix("/route") }
}

/// The handlers of a wrapper that takes one for each method: `api({ GET: list, POST: create })`.
fn by_method(code: &Code<'_>, site: Site) -> Vec<(String, Site)> {
    let at = value(code, site);
    let Some(module) = code.module(at.file) else { return Vec::new() };
    let objects = module.arguments(at.node).filter(|_| module.kind(at.node) == Kind::Call);
    let tables = objects.map(|node| {
        let verbs = module.properties(node).into_iter().filter_map(|(key, node)| {
            let verb = key.to_ascii_uppercase();
            VERBS.contains(&verb.as_str()).then_some((verb, Site { file: at.file, node }))
        });
        verbs.collect::<Vec<_>>()
    });
    tables.into_iter().find(|table| !table.is_empty()).unwrap_or_default()
}

/// The middleware of an application, where this file is the place for it.
fn middleware(code: &Code<'_>, file: FileId, path: &str) -> Option<Middleware> {
    let stem = stem(path)?;
    let name = stem.strip_prefix("src/").unwrap_or(stem);
    if !matches!(name, "middleware" | "proxy") {
        return None;
    }
    let exported = exported(code, file, name).or_else(|| exported(code, file, "default"))?;
    Some(Middleware::new(code, &exported, name, scope(code, file)))
}

/// The paths of `export const config = { matcher }`.
fn scope(code: &Code<'_>, file: FileId) -> Scope {
    let Some(config) = exported(code, file, "config").and_then(|config| config.value) else {
        return Scope::All;
    };
    let Some(matcher) = property(code, config, "matcher") else { return Scope::All };
    let matcher = value(code, matcher);
    let Some(module) = code.module(matcher.file) else { return Scope::Unreadable };
    let items = match module.kind(matcher.node) {
        Kind::Array => module.children(matcher.node).collect(),
        _ => vec![matcher.node],
    };
    let patterns =
        items.into_iter().map(|item| pattern(code, module, Site { file: matcher.file, node: item }));
    patterns.collect::<Option<Vec<_>>>().map_or(Scope::Unreadable, Scope::Paths)
}

/// A matcher: a text, or an object with its `source`.
fn pattern(code: &Code<'_>, module: &Module, item: Site) -> Option<Pattern> {
    let source = match module.kind(module.resolve(item.node)) {
        Kind::Object => text(code, item, "source")?,
        _ => module.text(item.node)?.into_owned(),
    };
    Pattern::path(&source)
}

#[cfg(test)]
mod tests;
