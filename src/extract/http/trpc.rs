//! tRPC and oRPC: procedures, what they pass through, and where routers put them.

use std::collections::HashSet;

use super::{App, Found, Guard, Route, value};
use crate::extract::Context;
use crate::extract::code::{Capabilities, Capability, Code, Origin, Site};
use crate::parse::javascript::{Import, Kind, Module, NodeId};

/// How deep routers and chains of procedures may lie in each other.
const MAX_DEPTH: usize = 32;

/// The functions that put a router behind HTTP, and where they are told of it.
const ADAPTERS: &[&str] = &[
    "fetchRequestHandler",
    "createExpressMiddleware",
    "createHTTPServer",
    "createHTTPHandler",
    "createNextApiHandler",
    "nodeHTTPRequestHandler",
    "awsLambdaRequestHandler",
    "applyWSSHandler",
    "fastifyTRPCPlugin",
    "trpcServer",
    "createHonoMiddleware",
    "RPCHandler",
    "OpenAPIHandler",
];

/// What an error says of the request that is turned away, by its code.
const CODES: &[(&str, Capability)] = &[
    ("UNAUTHORIZED", Capability::Auth),
    ("FORBIDDEN", Capability::Role),
    ("TOO_MANY_REQUESTS", Capability::RateLimit),
];

/// Every router behind an adapter, and its procedures. Where no adapter can be told, every router that no other holds.
pub(super) fn find(context: &Context<'_>) -> Found {
    let code = &context.code;
    let mut found = Found::default();
    let asks =
        |module: &Module| module.imports.iter().any(|import: &Import| is_ours(module.word(import.source)));
    if !code.modules().any(|(_, module)| asks(module)) {
        return found;
    }
    let (mut served, mut unclear, mut routers): (Vec<(Site, Option<Site>)>, _, _) =
        (Vec::new(), false, Vec::new());
    // What makes a router has a name that says so.
    let concerns = |module: &Module| {
        module.spoken().contains("outer")
            || module.may_say("register")
            || ADAPTERS.iter().any(|name| module.may_say(name))
    };
    let own =
        code.modules().filter(|(file, module)| !context.tree.file(*file).is_aside() && concerns(module));
    for (file, module) in own {
        let speaks = |name: &str| ADAPTERS.contains(&name) || name == "register" || name.contains("outer");
        for node in module.calls_named(speaks) {
            let site = Site { file, node };
            match module.called(node) {
                Some(name) if ADAPTERS.contains(&name) || name == "register" => {
                    let Some(router) = adapter(code, module, site, name) else { continue };
                    found.apps.push(app(module, site));
                    unclear |= router.is_none();
                    served.extend(router.map(|router| (router, Some(site))));
                }
                _ if is_router(code, site) => routers.push(site),
                _ => {}
            }
        }
    }
    if unclear || served.is_empty() {
        let mut held = HashSet::new();
        for router in &routers {
            hold(code, *router, &mut held, 0);
        }
        // Behind the one adapter there is.
        let only = match found.apps.as_slice() {
            [only] => Some(only.site),
            _ => None,
        };
        served.extend(routers.iter().filter(|router| !held.contains(router)).map(|router| (*router, only)));
    }
    let mut reader = Reader { code, seen: HashSet::new(), routes: Vec::new() };
    for (router, server) in served {
        let first = reader.routes.len();
        reader.router(router, "", 0);
        reader.routes[first..].iter_mut().for_each(|route| route.server = server);
    }
    found.routes = reader.routes;
    found
}

/// Whether a package is one of tRPC or oRPC.
fn is_ours(package: &str) -> bool {
    package.starts_with("@trpc/") || package.starts_with("@orpc/") || package == "@hono/trpc-server"
}

/// The router that an adapter is given; the inner one is none where it cannot be told, the outer where it is no adapter.
#[allow(clippy::option_option)] // no adapter, and one whose router cannot be told
fn adapter(code: &Code<'_>, module: &Module, site: Site, name: &str) -> Option<Option<Site>> {
    let at = |node: NodeId| Site { node, ..site };
    let external = |node: NodeId| match code.origin(at(node)) {
        Origin::External { package, .. } => is_ours(&package),
        _ => false,
    };
    let options = if name == "register" {
        module
            .argument(site.node, 0)
            .filter(|plugin| module.last_name(*plugin) == Some("fastifyTRPCPlugin"))?;
        value::option(code, at(module.argument(site.node, 1)?), "trpcOptions")
    } else {
        module.callee(site.node).filter(|callee| external(*callee))?;
        module
            .arguments(site.node)
            .map(at)
            .find(|argument| value::option(code, *argument, "router").is_some())
    };
    let direct = || module.argument(site.node, 0).map(at).filter(|_| name.ends_with("Handler"));
    let router = options.and_then(|options| value::option(code, options, "router")).or_else(direct);
    Some(
        router
            .map(|router| code.definition(router))
            .filter(|router| is_router(code, *router) || is_object(code, *router)),
    )
}

fn app(module: &Module, site: Site) -> App {
    let own = matches!(module.called(site.node), Some("createHTTPServer"));
    App { site, framework: "@trpc/server", guards: Vec::new(), listens: own.then_some(site) }
}

/// Whether a call makes a router, or merges some.
fn is_router(code: &Code<'_>, call: Site) -> bool {
    let Some(module) = code.module(call.file).filter(|module| module.kind(call.node) == Kind::Call) else {
        return false;
    };
    let Some(callee) = module.callee(call.node) else { return false };
    if !module.last_name(callee).is_some_and(|name| name.contains("outer")) {
        return false;
    }
    let Origin::External { package, path } = code.origin(Site { node: callee, ..call }) else { return false };
    let last = path.rsplit('.').next().unwrap_or(&path);
    match package.as_str() {
        "@trpc/server" => matches!(last, "router" | "mergeRouters"),
        "@orpc/server" => matches!(last, "router"),
        _ => false,
    }
}

/// What a router holds, with the names it gives them: empty for a router that is merged into it.
fn members(code: &Code<'_>, router: Site) -> Vec<(String, Site)> {
    let Some(module) = code.module(router.file) else { return Vec::new() };
    let at = |node: NodeId| Site { node, ..router };
    if module.kind(router.node) == Kind::Object {
        let entries = value::entries(code, router).into_iter();
        return entries.map(|(name, value)| (name, code.definition(value))).collect();
    }
    let given = module.arguments(router.node).map(|argument| code.definition(at(argument)));
    given
        .flat_map(
            |given| if is_object(code, given) { members(code, given) } else { vec![(String::new(), given)] },
        )
        .collect()
}

/// Takes down every router that lies in one.
fn hold(code: &Code<'_>, router: Site, held: &mut HashSet<Site>, depth: usize) {
    for (_, member) in members(code, router) {
        if is_object(code, member) && depth < MAX_DEPTH {
            hold(code, member, held, depth + 1);
        } else {
            held.insert(member);
        }
    }
}

fn is_object(code: &Code<'_>, site: Site) -> bool {
    code.module(site.file).is_some_and(|module| module.kind(site.node) == Kind::Object)
}

struct Reader<'c, 'r> {
    code: &'c Code<'r>,
    seen: HashSet<(Site, String)>,
    routes: Vec<Route>,
}

impl Reader<'_, '_> {
    /// The procedures of a router, or of an object of such.
    fn router(&mut self, router: Site, path: &str, depth: usize) {
        let router = self.code.definition(router);
        if depth > MAX_DEPTH || !self.seen.insert((router, path.to_owned())) {
            return;
        }
        for (name, value) in members(self.code, router) {
            let path = match (path, name.as_str()) {
                (_, "") => path.to_owned(),
                ("", _) => name,
                _ => format!("{path}.{name}"),
            };
            let nested = is_object(self.code, value) || is_router(self.code, value);
            if nested {
                self.router(value, &path, depth + 1);
            } else {
                self.routes.extend(procedure(self.code, value, &path));
            }
        }
    }
}

/// The route of a procedure: `t.procedure.use(a).input(b).query(c)`.
fn procedure(code: &Code<'_>, value: Site, path: &str) -> Option<Route> {
    let module = code.module(value.file)?;
    let mut chain = Chain::default();
    chain.climb(code, value, 0);
    let package = chain.package?;
    let verb = match module.called(value.node)? {
        "query" => "QUERY",
        "mutation" => "MUTATION",
        "subscription" => "SUBSCRIPTION",
        "handler" if package == "@orpc/server" => "ALL",
        _ => return None,
    };
    let at = |node: NodeId| Site { node, ..value };
    chain.guards.reverse();
    Some(Route {
        site: head(module, value),
        framework: package,
        method: verb.to_owned(),
        path: Some(path.to_owned()),
        handler: module.argument(value.node, 0).map(at),
        guards: chain.guards,
        unsure: None,
        server: None,
    })
}

/// Where a reader looks for a procedure: the name it has in its router.
fn head(module: &Module, value: Site) -> Site {
    let property =
        module.parent(value.node).filter(|parent| matches!(module.kind(*parent), Kind::Property(_)));
    Site { node: property.unwrap_or(value.node), ..value }
}

/// The steps of a procedure, the last first.
#[derive(Default)]
struct Chain {
    /// The package at its beginning, where it is one that makes procedures.
    package: Option<&'static str>,
    guards: Vec<Guard>,
}

impl Chain {
    /// Climbs from the last call of a chain to its beginning, through names and functions that return procedures.
    fn climb(&mut self, code: &Code<'_>, value: Site, depth: usize) {
        let Some(module) = code.module(value.file).filter(|_| depth < MAX_DEPTH) else { return };
        let at = |node: NodeId| Site { node, ..value };
        match module.kind(value.node) {
            Kind::Call => {
                let Some(callee) = module.callee(value.node) else { return };
                if let (Kind::Member(_), Some(object)) = (module.kind(callee), module.receiver(value.node)) {
                    self.step(code, module, value);
                    self.climb(code, at(object), depth + 1);
                    if self.package.is_some() {
                        return;
                    }
                }
                // `roleProcedure("admin")`, a function that returns a procedure.
                let function = code.definition(at(callee));
                for result in value::returned(code, function) {
                    if self.package.is_none() {
                        self.climb(code, result, depth + 1);
                    }
                }
            }
            Kind::Name(..) | Kind::Member(_) => {
                if let Origin::External { package, path } = code.origin(value) {
                    self.begin(&package, &path);
                }
                let definition = code.definition(value);
                if definition != value {
                    self.climb(code, definition, depth + 1);
                } else if let Some(object) = module.child(value.node, 0) {
                    self.climb(code, at(object), depth + 1);
                }
            }
            _ => {}
        }
    }

    fn begin(&mut self, package: &str, path: &str) {
        let known = match package {
            "@trpc/server" if path.contains("procedure") => Some("@trpc/server"),
            "@orpc/server" if path.starts_with("os") || path.starts_with("implement") => Some("@orpc/server"),
            _ => None,
        };
        self.package = self.package.or(known);
    }

    /// What one call of the chain puts before the handler.
    fn step(&mut self, code: &Code<'_>, module: &Module, call: Site) {
        let site = Site { node: call.node, ..call };
        match module.called(call.node) {
            Some("use" | "unstable_concat" | "concat") => {
                for argument in module.arguments(call.node).map(|node| Site { node, ..call }) {
                    self.guards.push(middleware(code, module, argument));
                }
            }
            Some("input") => {
                let schema = module.argument(call.node, 0).map(|node| name(module, node));
                let gives = Capabilities::default().with(Capability::Validation);
                let name = schema.flatten().unwrap_or_else(|| "input".to_owned());
                self.guards.push(Guard { site, name, gives });
            }
            _ => {}
        }
    }
}

fn name(module: &Module, node: NodeId) -> Option<String> {
    module.last_name(node).map(str::to_owned)
}

/// A middleware, by what it does and by the errors it throws.
fn middleware(code: &Code<'_>, module: &Module, value: Site) -> Guard {
    let written = match module.kind(value.node) {
        Kind::Call => module.called(value.node).map(str::to_owned),
        _ => name(module, value.node),
    };
    let gives = code.capabilities(value).and(refusals(code, value, 0));
    Guard { site: value, name: written.unwrap_or_else(|| "use".to_owned()), gives }
}

/// What the errors in a middleware say it is there for, and those of the functions it names.
fn refusals(code: &Code<'_>, value: Site, depth: usize) -> Capabilities {
    let mut gives = Capabilities::default();
    let value = code.definition(value);
    let Some(module) = code.module(value.file).filter(|_| depth < 3) else { return gives };
    let within = std::iter::once(value.node).chain(module.descendants(value.node));
    for node in within {
        match module.kind(node) {
            Kind::New if module.called(node).is_some_and(|name| name.ends_with("Error")) => {
                gives = gives.and(refusal(code, module, Site { node, ..value }));
            }
            Kind::Call => {
                let named = module.callee(node).filter(|name| matches!(module.kind(*name), Kind::Name(..)));
                let inner = named.map(|node| code.definition(Site { node, ..value }));
                let inner = inner.filter(|inner| *inner != value && !contains(module, value, *inner));
                gives = gives.and(inner.map(|inner| refusals(code, inner, depth + 1)).unwrap_or_default());
            }
            _ => {}
        }
    }
    gives
}

fn contains(module: &Module, outer: Site, inner: Site) -> bool {
    outer.file == inner.file && module.contains(outer.node, inner.node)
}

/// `new TRPCError({ code: "UNAUTHORIZED" })`, `new ORPCError("UNAUTHORIZED")`.
fn refusal(code: &Code<'_>, module: &Module, error: Site) -> Capabilities {
    let argument = module.argument(error.node, 0).map(|node| Site { node, ..error });
    let said = argument.and_then(|argument| {
        value::option(code, argument, "code")
            .and_then(|code_of| value::text(code, code_of))
            .or_else(|| value::text(code, argument))
    });
    let known = CODES.iter().filter(|(word, _)| said.as_deref() == Some(*word));
    known.fold(Capabilities::default(), |gives, (_, capability)| gives.with(*capability))
}

#[cfg(test)]
mod tests;
