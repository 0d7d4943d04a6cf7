//! An application whose routes are files.

use super::exported::{Exported, exported, named};
use super::folder::{join, sample};
use super::handler::{Handler, handler};
use super::methods::{VERBS, methods};
use super::middleware::{Middleware, before, before_all};
use crate::extract::code::{Code, Site};
use crate::extract::http::{App, Found, Route};
use crate::parse::javascript::NodeId;
use crate::source::FileId;

/// An application whose routes are files.
pub(in crate::extract::http) struct Routed<'c> {
    /// The code.
    pub code: &'c Code<'c>,
    /// The framework.
    pub framework: &'static str,
    /// What every path begins with, which middlewares do not see.
    pub base: String,
    /// What stands before routes, in order.
    pub middlewares: Vec<Middleware>,
}

impl<'c> Routed<'c> {
    /// One without a base.
    pub(in crate::extract::http) fn new(
        code: &'c Code<'c>,
        framework: &'static str,
        middlewares: Vec<Middleware>,
    ) -> Self {
        Self { code, framework, base: String::new(), middlewares }
    }

    /// A route of a handler. `id` is its path with the groups of its folders.
    pub(in crate::extract::http) fn route(
        &self,
        site: Site,
        method: &str,
        (path, id): (&str, &str),
        handler: Handler,
    ) -> Route {
        let (mut guards, unsure) = before(self.code, &self.middlewares, &sample(path), id);
        guards.extend(handler.guards);
        Route {
            site,
            framework: self.framework,
            method: method.to_owned(),
            path: Some(join(&self.base, path)),
            handler: handler.site,
            guards,
            unsure,
            server: None,
        }
    }

    /// A route for each function that a module names after a method; `any` is the name of one that answers all.
    pub(in crate::extract::http) fn verbs(
        &self,
        file: FileId,
        path: (&str, &str),
        any: &str,
        found: &mut Found,
    ) {
        let names = named(self.code, file);
        for verb in VERBS.iter().chain([&any]).filter(|verb| names.iter().any(|name| name == *verb)) {
            if let Some(exported) = exported(self.code, file, verb) {
                let handler = answering(self.code, &exported);
                let method = if *verb == any { "ALL" } else { verb };
                found.routes.push(self.route(exported.site, method, path, handler));
            }
        }
    }

    /// A route of an export under a fixed method.
    pub(in crate::extract::http) fn one(
        &self,
        file: FileId,
        name: &str,
        method: &str,
        path: (&str, &str),
        found: &mut Found,
    ) {
        if let Some(exported) = exported(self.code, file, name) {
            let handler = answering(self.code, &exported);
            found.routes.push(self.route(exported.site, method, path, handler));
        }
    }

    /// The routes of an export that answers all methods: those it asks for, or `ALL`.
    pub(in crate::extract::http) fn any(&self, exported: &Exported, path: (&str, &str), found: &mut Found) {
        let handler = answering(self.code, exported);
        for method in methods(self.code, handler.site) {
            let handler = Handler { site: handler.site, guards: handler.guards.clone() };
            found.routes.push(self.route(exported.site, &method, path, handler));
        }
    }

    /// The application itself, at its configuration or its first route; `first` is the number of that.
    pub(in crate::extract::http) fn app(&self, config: Option<FileId>, first: usize, found: &mut Found) {
        let site = config.map(|file| Site { file, node: NodeId(0) });
        let Some(site) = site.or_else(|| Some(found.routes.get(first)?.site)) else { return };
        let guards = before_all(self.code, &self.middlewares, &found.routes[first..]);
        found.apps.push(App { site, framework: self.framework, guards, listens: None });
    }
}

/// The function behind an export; nothing where a package gives it.
pub(in crate::extract::http) fn answering(code: &Code<'_>, exported: &Exported) -> Handler {
    exported.value.map(|at| handler(code, at)).unwrap_or_default()
}
