//! Servers of GraphQL and what limits the queries that they answer.

use crate::extract::Context;
use crate::extract::code::{Code, Origin, Site};
use crate::extract::http::{place, runs, value};
use crate::facts::{Entry, GraphqlServer};
use crate::parse::javascript::{Kind, Module, NodeId};

/// Words in the names of packages and functions that limit queries by depth, by cost, or to those known before.
const LIMITS: &[&str] = &[
    "depth",
    "complexity",
    "cost",
    "armor",
    "resource-limitations",
    "persisted-operations",
    "persistedoperations",
    "maxaliases",
    "max-aliases",
    "query-limit",
];

/// A server.
#[derive(Debug)]
pub(super) struct Server {
    /// Where it is made.
    pub(super) site: Site,
    /// The package that answers.
    pub(super) library: &'static str,
    /// What it is told.
    pub(super) options: Option<Site>,
}

/// One fact for each server.
pub(in crate::extract::http) fn facts(context: &Context<'_>) -> Vec<Entry> {
    find(context)
        .iter()
        .filter(|server| runs(context, server.site.file))
        .map(|server| Entry::new(place(context, server.site), fact(context, server)))
        .collect()
}

/// Every server that the program makes.
pub(super) fn find(context: &Context<'_>) -> Vec<Server> {
    let code = &context.code;
    let mut found = Vec::new();
    if !code.specifiers().any(super::asks) {
        return found;
    }
    for (file, module) in code.modules() {
        let asks = module.imports.iter().any(|import| super::asks(module.word(import.source)));
        if !asks || context.tree.file(file).is_aside() {
            continue;
        }
        let calls = module.calls();
        found.extend(calls.filter_map(|node| server(code, module, Site { file, node })));
    }
    found
}

fn server(code: &Code<'_>, module: &Module, site: Site) -> Option<Server> {
    let at = |node: NodeId| Site { node, ..site };
    let name = module.called(site.node)?;
    let options = module.argument(site.node, usize::from(name == "register")).map(at);
    let of = |site: Site| match code.origin(site) {
        Origin::External { package, .. } => Some(package),
        _ => None,
    };
    if name == "register" {
        let plugin = of(at(module.argument(site.node, 0)?))?;
        return (plugin == "mercurius").then_some(Server { site, library: "mercurius", options });
    }
    let known = [
        "ApolloServer",
        "createYoga",
        "GraphQLServer",
        "forRoot",
        "forRootAsync",
        "graphqlHTTP",
        "createHandler",
        "graphqlServer",
    ];
    if !known.contains(&name) {
        return None;
    }
    let package = of(at(module.callee(site.node)?))?;
    let library = match (package.as_str(), name) {
        ("@apollo/server", "ApolloServer") => "@apollo/server",
        ("graphql-yoga", _) => "graphql-yoga",
        ("@nestjs/graphql", "forRoot" | "forRootAsync") => "@nestjs/graphql",
        ("express-graphql" | "koa-graphql", _) => "express-graphql",
        ("@hono/graphql-server", _) => "@hono/graphql-server",
        _ if package.starts_with("graphql-http") => "graphql-http",
        _ if package.starts_with("apollo-server") => "apollo-server",
        _ => return None,
    };
    Some(Server { site, library, options })
}

fn fact(context: &Context<'_>, server: &Server) -> GraphqlServer {
    let code = &context.code;
    let options = server.options.map(|options| told(code, options));
    let literal = options.filter(|options| {
        code.module(options.file).is_some_and(|module| module.kind(options.node) == Kind::Object)
    });
    let limit = literal.and_then(|options| limited(code, options));
    let introspection = literal.and_then(|options| introspection(code, options));
    let unsure = if limit.is_some() { None } else { unsure(context, server, literal) };
    let mut open = Vec::new();
    let always = introspection.as_deref() == Some("always");
    if limit.is_none() && (unsure.is_none() || !always) {
        open.push("nothing limits the depth or the cost of a query");
    }
    if always {
        open.push("introspection is on in production as well");
    }
    let open = (!open.is_empty()).then(|| open.join(", and "));
    GraphqlServer { library: server.library.to_owned(), limit, introspection, open, unsure }
}

/// The options themselves; those of `forRootAsync` are what its factory returns.
fn told(code: &Code<'_>, options: Site) -> Site {
    let options = code.definition(options);
    let factory = value::option(code, options, "useFactory").map(|factory| code.definition(factory));
    let result = factory.and_then(|factory| value::returned(code, factory).into_iter().next());
    result.map_or(options, |result| code.definition(result))
}

/// What limits queries, by name.
fn limited(code: &Code<'_>, options: Site) -> Option<String> {
    // Of mercurius: a number, and a switch.
    for key in ["queryDepth", "onlyPersisted"] {
        if let Some(value) = value::option(code, options, key) {
            let off =
                code.module(value.file).is_some_and(|module| module.kind(value.node) == Kind::Flag(false));
            if !off {
                return Some(key.to_owned());
            }
        }
    }
    let lists =
        ["validationRules", "plugins"].into_iter().filter_map(|key| value::option(code, options, key));
    let module = code.module(options.file)?;
    let spread = module.children(options.node).filter(|child| module.kind(*child) == Kind::Spread);
    let spread = spread.filter_map(|node| module.child(node, 0)).map(|node| Site { node, ..options });
    let mut given = lists.flat_map(|list| value::items(code, list)).chain(spread);
    given.find_map(|item| limit(code, item, 0))
}

/// The name of a limit that a value is, or that its code calls.
fn limit(code: &Code<'_>, value: Site, depth: usize) -> Option<String> {
    if let Origin::External { package, path } = code.origin(value) {
        return is_limit(&package, &path).then(|| named(&package, &path));
    }
    let definition = code.definition(value);
    let module = code.module(definition.file).filter(|_| depth < 3)?;
    let within = std::iter::once(definition.node).chain(module.descendants(definition.node));
    let calls = within.filter(|node| matches!(module.kind(*node), Kind::Call | Kind::New));
    let callees = calls.filter_map(|call| module.callee(call)).map(|node| Site { node, ..definition });
    let mut callees = callees.collect::<Vec<_>>().into_iter();
    callees.find_map(|callee| match code.origin(callee) {
        Origin::External { package, path } => is_limit(&package, &path).then(|| named(&package, &path)),
        Origin::Local(inner) if inner != definition => limit(code, inner, depth + 1),
        _ => None,
    })
}

fn is_limit(package: &str, path: &str) -> bool {
    let (package, path) = (package.to_ascii_lowercase(), path.to_ascii_lowercase());
    LIMITS.iter().any(|word| package.contains(word) || path.contains(word))
}

fn named(package: &str, path: &str) -> String {
    let path = path.trim_end_matches("()");
    if path.is_empty() { package.to_owned() } else { path.rsplit('.').next().unwrap_or(path).to_owned() }
}

fn introspection(code: &Code<'_>, options: Site) -> Option<String> {
    let value = value::option(code, options, "introspection")?;
    let definition = code.definition(value);
    let word = match code.module(definition.file)?.kind(definition.node) {
        Kind::Flag(true) => "always",
        Kind::Flag(false) => "never",
        _ => "computed",
    };
    Some(word.to_owned())
}

/// Why it cannot be told what limits queries.
fn unsure(context: &Context<'_>, server: &Server, options: Option<Site>) -> Option<String> {
    let code = &context.code;
    if options.is_none() && server.options.is_some() {
        return Some("its options are made by code that cannot be followed".to_owned());
    }
    let package = |file| context.packages.dir_of(&context.tree.file(file).path);
    let own = package(server.site.file);
    let modules =
        code.modules().filter(|(file, _)| !context.tree.file(*file).is_aside() && package(*file) == own);
    let mut imports =
        modules.flat_map(|(_, module)| module.imports.iter().map(|import| module.word(import.source)));
    let other = imports
        .find(|source| !source.starts_with('.') && source.contains("graphql") && is_limit(source, ""))?;
    Some(format!(
        "`{other}` is asked for elsewhere in the package, and whether it reaches this server cannot be followed"
    ))
}
