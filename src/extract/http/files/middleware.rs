//! A middleware that a framework finds by its file, and the routes it stands before.

use super::exported::Exported;
use super::gate::{Passage, passage};
use super::handler::{is_marker, value};
use super::pattern::Pattern;
use crate::extract::code::{Capabilities, Capability, Code, Site};
use crate::extract::http::{Guard, Route};
use crate::parse::javascript::{Kind, Module};

/// Packages whose middleware turns away whoever is not signed in, with nothing to set.
const CLOSED: &[&str] = &["next-auth/middleware"];

/// A middleware.
#[derive(Debug, Clone)]
pub(in crate::extract) struct Middleware {
    /// Where it is exported.
    pub site: Site,
    /// What is exported, where it is code of the repository.
    value: Option<Site>,
    /// Its name.
    pub name: String,
    /// What it does.
    pub gives: Capabilities,
    /// What it is called for.
    pub scope: Scope,
}

/// The paths that a middleware is called for.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::extract) enum Scope {
    /// All.
    All,
    /// Those that one of these matches.
    Paths(Vec<Pattern>),
    /// It cannot be told.
    Unreadable,
    /// All, where a condition holds that is settled when the application is built.
    Sometimes,
}

/// Whether a middleware stands before a route.
#[derive(Debug, Clone)]
pub(in crate::extract::http) enum Stands {
    /// It is not called for it.
    No,
    /// It does.
    Before(Guard),
    /// It cannot be told, for this reason.
    Unsure(String),
}

impl Middleware {
    /// What a module exports as a middleware; `file` is its name without extension.
    pub(in crate::extract::http) fn new(
        code: &Code<'_>,
        exported: &Exported,
        file: &str,
        scope: Scope,
    ) -> Self {
        let mut gives = code.capabilities(exported.value.unwrap_or(exported.site));
        if exported.package.as_ref().is_some_and(|(package, _)| CLOSED.contains(&package.as_str())) {
            gives = gives.with(Capability::Auth);
        }
        let name = exported.value.and_then(|at| wrapper(code, at)).unwrap_or_else(|| file.to_owned());
        Self { site: exported.site, value: exported.value, name, gives, scope }
    }

    /// One of several that are called in turn.
    pub(in crate::extract::http) fn part(code: &Code<'_>, site: Site, name: &str) -> Self {
        let name = code
            .module(site.file)
            .and_then(|module| named(module, site).map(str::to_owned))
            .unwrap_or_else(|| name.to_owned());
        Self { site, value: Some(site), name, gives: code.capabilities(site), scope: Scope::All }
    }

    /// What a module of the framework puts before all routes.
    pub(in crate::extract::http) fn module(
        site: Site,
        name: &str,
        gives: Capabilities,
        scope: Scope,
    ) -> Self {
        Self { site, value: None, name: name.to_owned(), gives, scope }
    }

    /// Whether it stands before a route, and as what. `id` is the path with the groups of its folders.
    pub(in crate::extract::http) fn stands(&self, code: &Code<'_>, path: &str, id: &str) -> Stands {
        let is_in = match &self.scope {
            Scope::All => true,
            Scope::Sometimes => {
                return Stands::Unsure(format!("a condition decides whether `{}` is there", self.name));
            }
            Scope::Paths(patterns) => patterns.iter().any(|pattern| pattern.matches(path)),
            Scope::Unreadable => {
                return Stands::Unsure(format!(
                    "it cannot be read which paths `{}` is called for",
                    self.name
                ));
            }
        };
        if !is_in {
            return Stands::No;
        }
        let decides = self.gives.has(Capability::Auth) || self.gives.has(Capability::Role);
        let passes =
            decides && self.value.is_some_and(|value| passage(code, value, path, id) == Passage::Passes);
        let kept = self
            .gives
            .iter()
            .filter(|capability| !(passes && matches!(capability, Capability::Auth | Capability::Role)));
        let gives = kept.fold(Capabilities::default(), Capabilities::with);
        Stands::Before(Guard { site: self.site, name: self.name.clone(), gives })
    }

    /// Whether it is known to let every request for this path pass.
    pub(in crate::extract) fn passes(&self, code: &Code<'_>, path: &str) -> bool {
        self.value.is_some_and(|value| passage(code, value, path, path) == Passage::Passes)
    }
}

/// The guards of all middlewares before a route, in order, and why that is unsure.
pub(in crate::extract::http) fn before(
    code: &Code<'_>,
    middlewares: &[Middleware],
    path: &str,
    id: &str,
) -> (Vec<Guard>, Option<String>) {
    let mut guards = Vec::new();
    let mut unsure = None;
    for middleware in middlewares {
        match middleware.stands(code, path, id) {
            Stands::No => {}
            Stands::Before(guard) => guards.push(guard),
            Stands::Unsure(reason) => unsure = Some(reason),
        }
    }
    (guards, unsure)
}

/// The guards before the pages and all routes of an application.
pub(in crate::extract::http) fn before_all(
    code: &Code<'_>,
    middlewares: &[Middleware],
    routes: &[Route],
) -> Vec<Guard> {
    let (mut guards, _) = before(code, middlewares, "/", "/");
    for route in routes.iter().filter(|route| route.path.is_some()) {
        for guard in &mut guards {
            let same = route.guards.iter().find(|other| other.site == guard.site);
            let kept = guard.gives.iter().filter(|gives| same.is_some_and(|same| same.gives.has(*gives)));
            guard.gives = kept.fold(Capabilities::default(), Capabilities::with);
        }
        guards.retain(|guard| route.guards.iter().any(|other| other.site == guard.site));
    }
    guards
}

/// The middlewares of an export in order: `sequence(a, b)` is two.
pub(in crate::extract::http) fn sequence(
    code: &Code<'_>,
    exported: &Exported,
    file: &str,
) -> Vec<Middleware> {
    let parts = exported.value.map(|at| value(code, at)).and_then(|at| {
        let module = code.module(at.file)?;
        let is_sequence = module.kind(at.node) == Kind::Call && module.called(at.node) == Some("sequence");
        let parts = module.arguments(at.node).map(|node| Site { file: at.file, node });
        is_sequence.then(|| parts.map(|site| Middleware::part(code, site, file)).collect())
    });
    parts.unwrap_or_else(|| vec![Middleware::new(code, exported, file, Scope::All)])
}

/// The name of what makes a middleware: `clerkMiddleware`.
fn wrapper(code: &Code<'_>, site: Site) -> Option<String> {
    let at = value(code, site);
    let module = code.module(at.file)?;
    (module.kind(at.node) == Kind::Call).then(|| named(module, at).map(str::to_owned)).flatten()
}

fn named(module: &Module, site: Site) -> Option<&str> {
    match module.kind(site.node) {
        Kind::Call => module.called(site.node).filter(|name| !is_marker(name)),
        _ => module.last_name(site.node),
    }
}
