//! Servers with routes of their own behind an application of another framework: what stands before the place where they
//! are mounted stands before their routes.

use std::collections::{HashMap, HashSet};

use rayon::prelude::*;

use super::handler::functions;
use super::model::{Door, Found, Guard, Route};
use crate::extract::code::{Code, Origin, Site, Target};
use crate::parse::javascript::{ImportId, Kind, Module};
use crate::source::FileId;

/// How many values lie in each other between a mount and the server in it: `use(wrap(handler(server)))`.
const MAX_DEPTH: usize = 4;

/// Whether a package makes servers that are mounted in others, or hands requests to them.
pub(super) fn is_inner(package: &str) -> bool {
    const PREFIXES: &[&str] =
        &["@trpc/", "@orpc/", "@apollo/server", "apollo-server", "@as-integrations/", "graphql-http"];
    const WHOLE: &[&str] = &[
        "graphql-yoga",
        "express-graphql",
        "koa-graphql",
        "mercurius",
        "@hono/trpc-server",
        "@hono/graphql-server",
        "@react-router/express",
        "@remix-run/express",
    ];
    PREFIXES.iter().any(|prefix| package.starts_with(prefix)) || WHOLE.contains(&package)
}

/// Whether what a framework is handed may be such a server, or call one.
pub(super) fn may_be(code: &Code<'_>, value: Site) -> bool {
    match code.origin(value) {
        Origin::External { package, .. } => is_inner(&package),
        Origin::Global(_) => false,
        Origin::Local(at) => code.module(at.file).is_some_and(asks),
        Origin::Unknown => code.module(value.file).is_some_and(asks),
    }
}

fn asks(module: &Module) -> bool {
    module.imports.iter().any(|import| is_inner(module.word(import.source)))
}

/// Puts what stands before doors before the routes of the servers behind them.
pub(super) fn join(code: &Code<'_>, found: &mut Found) {
    let servers: HashSet<Site> = found.routes.iter().filter_map(|route| route.server).collect();
    if servers.is_empty() {
        return;
    }
    let mut made: HashMap<Site, Site> = servers.iter().map(|server| (*server, *server)).collect();
    made.extend(found.also.iter().copied());
    let inside = Inside { code, files: made.keys().map(|server| server.file).collect(), made };
    let mut doors: Vec<(Site, &Door)> = Vec::new();
    for door in &found.doors {
        doors.extend(inside.of(door.value).into_iter().map(|server| (server, door)));
    }
    let outer: Vec<_> = found.routes.iter().filter(|route| route.server.is_none()).collect();
    let routes = outer.par_iter().filter_map(|route| Some((route, route.handler?)));
    let handed: Vec<(Site, Door)> = routes
        .flat_map_iter(|(route, handler)| {
            inside.of(handler).into_iter().map(|server| (server, behind(route))).collect::<Vec<_>>()
        })
        .collect();
    doors.extend(handed.iter().map(|(server, door)| (*server, door)));
    let before: HashMap<Site, (Vec<Guard>, Option<String>)> = servers
        .iter()
        .map(|server| (*server, shared(doors.iter().filter(|(of, _)| of == server).map(|(_, door)| *door))))
        .collect();
    for route in &mut found.routes {
        let Some((guards, unsure)) = route.server.and_then(|server| before.get(&server)) else { continue };
        route.guards.splice(0..0, guards.iter().cloned());
        route.unsure = route.unsure.take().or_else(|| unsure.clone());
    }
    for app in &mut found.apps {
        let Some((guards, _)) = before.get(&app.site) else { continue };
        app.guards.splice(0..0, guards.iter().cloned());
    }
}

fn behind(route: &Route) -> Door {
    let value = route.handler.unwrap_or(route.site);
    Door { value, guards: route.guards.clone(), unsure: route.unsure.clone() }
}

/// What stands before all doors of a server.
fn shared<'d>(mut doors: impl Iterator<Item = &'d Door>) -> (Vec<Guard>, Option<String>) {
    let Some(first) = doors.next() else { return (Vec::new(), None) };
    let (mut guards, mut unsure) = (first.guards.clone(), first.unsure.clone());
    for door in doors {
        guards.retain(|guard| door.guards.iter().any(|other| other.site == guard.site));
        unsure = unsure.or_else(|| door.unsure.clone());
    }
    (guards, unsure)
}

/// Finds servers in what a framework is handed.
struct Inside<'c, 'r> {
    code: &'c Code<'r>,
    /// Where servers are made, and which they are.
    made: HashMap<Site, Site>,
    files: HashSet<FileId>,
}

impl Inside<'_, '_> {
    fn of(&self, value: Site) -> Vec<Site> {
        let mut found = Vec::new();
        let at = self.code.definition(value);
        if self.near(value.file) || self.near(at.file) {
            self.value(at, &mut found, 0);
            for function in functions(self.code, value, 0) {
                self.function(function, &mut found);
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Whether a module makes a server or asks for one that does.
    fn near(&self, file: FileId) -> bool {
        let targets = |module: &Module| {
            (0..module.imports.len()).any(|index| {
                let import = ImportId(u32::try_from(index).unwrap_or(u32::MAX));
                matches!(self.code.graph.target(file, import), Target::File(file) if self.files.contains(file))
            })
        };
        self.files.contains(&file)
            || self.code.module(file).is_some_and(|module| asks(module) || targets(module))
    }

    /// A server itself, what is made with it, a method of it.
    fn value(&self, at: Site, found: &mut Vec<Site>, depth: usize) {
        let at = self.code.definition(at);
        if let Some(server) = self.made.get(&at) {
            return found.push(*server);
        }
        let Some(module) = self.code.module(at.file).filter(|_| depth < MAX_DEPTH) else { return };
        let parts: Vec<_> = match module.kind(at.node) {
            Kind::Call | Kind::New => {
                module.receiver(at.node).into_iter().chain(module.arguments(at.node)).collect()
            }
            Kind::Await | Kind::Member(_) => module.child(at.node, 0).into_iter().collect(),
            _ => Vec::new(),
        };
        for node in parts {
            self.value(Site { node, ..at }, found, depth + 1);
        }
    }

    /// A function that makes a server for each request, or hands the request to one.
    fn function(&self, function: Site, found: &mut Vec<Site>) {
        let Some(module) = self.code.module(function.file) else { return };
        let calls = module
            .descendants(function.node)
            .filter(|node| matches!(module.kind(*node), Kind::Call | Kind::New));
        for node in calls {
            let site = Site { node, ..function };
            if let Some(server) = self.made.get(&site) {
                found.push(*server);
                continue;
            }
            let callee = module.callee(node).filter(|callee| matches!(module.kind(*callee), Kind::Name(..)));
            for node in callee.into_iter().chain(module.receiver(node)) {
                self.value(Site { node, ..function }, found, MAX_DEPTH - 2);
            }
        }
    }
}

#[cfg(test)]
mod tests;
