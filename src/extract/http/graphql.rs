//! GraphQL: the operations of resolver maps and resolver classes, and what limits the queries a server answers.

mod server;
#[cfg(test)]
mod tests;

pub(super) use server::facts;

use std::sync::LazyLock;

use super::nest::class;
use super::{App, Found, Guard, Route, value};
use crate::extract::Context;
use crate::extract::code::{Capabilities, Capability, Code, Origin, Site};
use crate::parse::javascript::{Kind, Module, NodeId};
use crate::source::Needles;
use server::Server;

/// The types whose fields are operations.
const OPERATIONS: &[(&str, &str)] =
    &[("Query", "QUERY"), ("Mutation", "MUTATION"), ("Subscription", "SUBSCRIPTION")];

/// How deep resolvers may be wrapped and maps be merged.
const MAX_DEPTH: usize = 16;

/// Servers, and the operations of every map or list of resolvers that a schema is made of.
pub(super) fn find(context: &Context<'_>) -> Found {
    let code = &context.code;
    let mut found = Found::default();
    if !code.specifiers().any(asks) {
        return found;
    }
    let servers = server::find(context);
    for Server { site, library, .. } in &servers {
        found.apps.push(App { site: *site, framework: library, guards: Vec::new(), listens: None });
    }
    for (file, module) in code.modules().filter(|(file, _)| !context.tree.file(*file).is_aside()) {
        if !module.imports.iter().any(|import| asks(module.word(import.source))) {
            continue;
        }
        for node in module.calls() {
            let site = Site { file, node };
            let Some((framework, options)) = schema(code, module, site) else { continue };
            if let Some(resolvers) = value::option(code, options, "resolvers") {
                let first = found.routes.len();
                self::resolvers(code, framework, resolvers, &mut found.routes, 0);
                let server = server_of(code, &servers, site);
                found.routes[first..].iter_mut().for_each(|route| route.server = server);
            }
        }
    }
    found
}

/// The server that answers by a schema: the call that makes both, the one that is told of it, or the only one.
fn server_of(code: &Code<'_>, servers: &[Server], schema: Site) -> Option<Site> {
    let is_told = |server: &&Server| {
        let told = server.options.and_then(|options| value::option(code, options, "schema"));
        let told = told.map(|told| code.definition(told));
        told.is_some_and(|told| {
            let module = code.module(told.file);
            told == schema
                || told.file == schema.file
                    && module.is_some_and(|module| module.contains(told.node, schema.node))
        })
    };
    let made = servers.iter().find(|server| server.site == schema);
    let found = made.or_else(|| servers.iter().find(is_told)).or(match servers {
        [only] => Some(only),
        _ => None,
    });
    found.map(|server| server.site)
}

/// Whether a module asks for a package that may make schemas.
fn asks(source: &str) -> bool {
    static NEEDLES: LazyLock<Needles> =
        LazyLock::new(|| Needles::of(["graphql", "apollo", "mercurius", "pothos"]));
    NEEDLES.are_in(source)
}

/// The options that a schema is made of, where a call makes one.
fn schema(code: &Code<'_>, module: &Module, call: Site) -> Option<(&'static str, Site)> {
    let name = module.called(call.node)?;
    let index = usize::from(name == "register");
    let options = Site { node: module.argument(call.node, index)?, ..call };
    if index == 1 {
        let plugin = Site { node: module.argument(call.node, 0)?, ..call };
        let known = matches!(code.origin(plugin), Origin::External { package, .. } if package == "mercurius");
        return known.then_some(("mercurius", options));
    }
    let named = [
        "ApolloServer",
        "createSchema",
        "makeExecutableSchema",
        "buildSubgraphSchema",
        "buildSchema",
        "buildSchemaSync",
        "createYoga",
        "buildTypeDefsAndResolvers",
    ];
    if !named.contains(&name) {
        return None;
    }
    let Origin::External { package, .. } = code.callee(call) else { return None };
    let framework = match package.as_str() {
        "@apollo/server" => "@apollo/server",
        "graphql-yoga" => "graphql-yoga",
        "type-graphql" => "type-graphql",
        "@apollo/subgraph" | "@graphql-tools/schema" | "graphql-tools" | "@apollo/federation" => "graphql",
        _ if package.starts_with("apollo-server") => "apollo-server",
        _ => return None,
    };
    Some((framework, options))
}

/// The operations of a map `{ Query: {…}, Mutation: {…} }`, of a list of such, of merged ones, or of classes.
fn resolvers(
    code: &Code<'_>,
    framework: &'static str,
    resolvers: Site,
    routes: &mut Vec<Route>,
    depth: usize,
) {
    for item in value::items(code, resolvers) {
        if let Some(class) = class::of(code, item) {
            operations(code, framework, class, routes);
            continue;
        }
        for (key, fields) in value::entries(code, item) {
            let Some((_, method)) = OPERATIONS.iter().find(|(name, _)| *name == key) else { continue };
            for (name, resolver) in value::entries(code, fields) {
                routes.push(field(code, framework, method, name, resolver));
            }
        }
        // `mergeResolvers([one, two])`, `merge({}, one, two)`.
        let call = code.definition(item);
        let Some(module) = code.module(call.file).filter(|_| depth < MAX_DEPTH) else { continue };
        if module.kind(call.node) == Kind::Call {
            for argument in module.arguments(call.node).map(|node| Site { node, ..call }) {
                self::resolvers(code, framework, argument, routes, depth + 1);
            }
        }
    }
}

/// A field of a resolver map: a function, a wrapped one, or `{ subscribe, resolve }`.
fn field(code: &Code<'_>, framework: &'static str, method: &str, name: String, resolver: Site) -> Route {
    let mut guards = Vec::new();
    let inner = ["subscribe", "resolve"].iter().find_map(|key| value::option(code, resolver, key));
    let handler = unwrap(code, inner.unwrap_or(resolver), &mut guards, 0);
    let site = code
        .module(resolver.file)
        .and_then(|module| {
            module.parent(resolver.node).filter(|parent| matches!(module.kind(*parent), Kind::Property(_)))
        })
        .map_or(resolver, |node| Site { node, ..resolver });
    Route {
        site,
        framework,
        method: method.to_owned(),
        path: Some(name),
        handler,
        guards,
        unsure: None,
        server: None,
    }
}

/// The function within wrappers: `authenticated(fn)`, `combineResolvers(isAuthenticated, fn)`.
fn unwrap(code: &Code<'_>, value: Site, guards: &mut Vec<Guard>, depth: usize) -> Option<Site> {
    let definition = code.definition(value);
    let module = code.module(definition.file).filter(|_| depth < MAX_DEPTH)?;
    let at = |node: NodeId| Site { node, ..definition };
    match module.kind(definition.node) {
        Kind::Function(_) => Some(definition),
        Kind::Call => {
            guards.push(guard(code, module, at(module.callee(definition.node)?)));
            let arguments: Vec<NodeId> = module.arguments(definition.node).collect();
            let (last, before) = arguments.split_last()?;
            guards.extend(before.iter().map(|node| guard(code, module, at(*node))));
            unwrap(code, at(*last), guards, depth + 1)
        }
        _ => None,
    }
}

fn guard(code: &Code<'_>, module: &Module, value: Site) -> Guard {
    let called = module.callee(value.node).and_then(|callee| module.last_name(callee));
    let name = called.or_else(|| module.last_name(value.node)).unwrap_or("wrapper").to_owned();
    Guard { site: value, name, gives: code.capabilities(value) }
}

/// The operations of a class of type-graphql.
fn operations(code: &Code<'_>, framework: &'static str, class: Site, routes: &mut Vec<Route>) {
    let on_class = class::marks(code, class);
    for method in class::methods(code, class) {
        let on_method = class::marks(code, method.site);
        for mark in &on_method {
            let known = OPERATIONS.iter().find(|(name, _)| mark.is("type-graphql", name));
            let Some((_, verb)) = known else { continue };
            let mut guards = Vec::new();
            for mark in on_class.iter().chain(&on_method).filter(|mark| mark.package == "type-graphql") {
                let gives = Capabilities::default().with(Capability::Auth);
                match mark.name.as_str() {
                    "Authorized" => {
                        guards.push(Guard { site: mark.site, name: "Authorized".to_owned(), gives });
                    }
                    "UseMiddleware" => {
                        let used = mark.arguments.iter().flat_map(|list| value::items(code, *list));
                        guards
                            .extend(used.filter_map(|used| Some(guard(code, code.module(used.file)?, used))));
                    }
                    _ => {}
                }
            }
            routes.push(Route {
                site: mark.site,
                framework,
                method: (*verb).to_owned(),
                path: Some(method.name.clone()),
                handler: Some(method.function),
                guards,
                unsure: None,
                server: None,
            });
        }
    }
}
