//! Applications, their routes, and what stands before each route.

mod address;
mod classify;
mod coverage;
mod described;
mod doors;
pub(in crate::extract) mod files;
mod handler;
mod model;
mod mount;
mod plain;
mod proxy;
#[cfg(test)]
mod shown;
mod sockets;
mod value;
mod webhook;
mod words;

use model::{App, Guard, Route};
pub(super) use model::{Found, only_reads};

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use self::classify::Asked;
use self::coverage::Coverage;
use self::handler::Sign;
use super::Context;
use super::branch;
use super::code::{Capabilities, Capability, Site};
use super::packages::Role;
use crate::facts::{Entry, HttpApp, HttpRoute};
use crate::parse::javascript::{Kind, Module, NodeId};
use crate::source::{FileId, Place, Span, dealt};

/// Names the readers of frameworks: one word adds the module and asks it.
macro_rules! readers {
    ($($reader:ident,)*) => {
        $( mod $reader; )*
        const READERS: &[fn(&Context<'_>) -> Found] = &[ $( $reader::find, )* ];
    };
}

readers! {
    next, remix, svelte, nuxt, astro, functions, workers, nest, trpc, graphql,
    express, fastify, hono, koa, node,
}

pub(in crate::extract) use next::middlewares as next_middlewares;

/// One fact for each application and one for each route.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let found = found(context);
    let modelled = handler::models_hold_schemas(context);
    let known: Vec<_> = dealt(&found.routes).map(|route| Known::of(context, route, modelled)).collect();
    let coverage = Coverage::of(context, &found.apps, &known);
    let trust = proxy::find(context);
    let apps = found.apps.iter().map(|app| self::app(context, app, &trust));
    let mut entries: Vec<_> = apps.collect();
    entries.par_extend(known.par_iter().flat_map_iter(|known| route(context, known, &coverage)));
    entries.extend(sockets::facts(context));
    entries.extend(graphql::facts(context));
    entries
}

/// Finds applications and routes, for all who ask later.
pub(super) fn prepare(context: &Context<'_>) {
    found(context);
}

/// What all readers find, looked for once.
fn found<'c>(context: &'c Context<'_>) -> &'c Found {
    context.http.get_or_init(|| find(context))
}

/// The method and the path of every route that a value is put before.
pub(super) fn behind(context: &Context<'_>, guard: Site) -> Vec<(String, Option<String>)> {
    let is = |other: &Guard| other.site == guard || context.code.definition(other.site) == guard;
    let routes = found(context).routes.iter().filter(|route| route.guards.iter().any(is));
    routes.map(|route| (route.method.clone(), route.path.clone())).collect()
}

/// The functions that answer the routes that a value is put before; none where one of them is not known, or where
/// something else before them finds out who asks.
pub(super) fn answers_behind(context: &Context<'_>, guard: Site) -> Option<Vec<Site>> {
    const WHO: [Capability; 4] = [Capability::Auth, Capability::Role, Capability::Session, Capability::Token];
    let is = |other: &Guard| other.site == guard || context.code.definition(other.site) == guard;
    let routes = found(context).routes.iter().filter(|route| route.guards.iter().any(is));
    let mut functions = Vec::new();
    for route in routes {
        let before = together(&route.guards);
        let own = handler::functions(&context.code, route.handler?, 0);
        if own.is_empty() || WHO.iter().any(|who| before.has(*who)) {
            return None;
        }
        functions.extend(own);
    }
    Some(functions)
}

/// The modules in which what stands before routes, or answers them, is made, and what it does.
pub(super) fn makers(context: &Context<'_>) -> FxHashSet<(FileId, Capability)> {
    let code = &context.code;
    let mut makers = FxHashSet::default();
    let mut seen = FxHashSet::default();
    for route in &found(context).routes {
        let guards = route.guards.iter().map(|guard| (guard.site, guard_gives(guard)));
        let handler = route.handler.map(|site| (site, code.capabilities(site)));
        for (site, gives) in guards.chain(handler).filter(|(site, _)| seen.insert(*site)) {
            let made = std::iter::once(code.definition(site)).chain(handler::functions(code, site, 0));
            makers.extend(made.flat_map(|site| gives.iter().map(move |one| (site.file, one))));
        }
    }
    makers
}

/// The methods of the routes in whose handlers a site stands.
pub(super) fn methods_around(context: &Context<'_>, site: Site) -> Vec<String> {
    let Some(module) = context.code.module(site.file) else { return Vec::new() };
    let is_in = |route: &&Route| {
        let functions = route.handler.map(|handler| handler::functions(&context.code, handler, 0));
        functions
            .into_iter()
            .flatten()
            .any(|function| function.file == site.file && module.contains(function.node, site.node))
    };
    found(context).routes.iter().filter(is_in).map(|route| route.method.clone()).collect()
}

/// The functions that answer requests, with what their guards and they themselves do, for each of their routes.
pub(super) fn answering(context: &Context<'_>) -> Vec<(Site, Capabilities)> {
    let functions = |route: &Route| {
        let site = route.handler?;
        let gives = together(&route.guards).and(context.code.capabilities(site));
        let functions = handler::functions(&context.code, site, 0);
        Some(functions.into_iter().map(|site| (site, gives)).collect::<Vec<_>>())
    };
    found(context).routes.iter().filter_map(functions).flatten().collect()
}

/// The functions that answer requests in production, with the method of their route.
pub(super) fn handlers(context: &Context<'_>) -> Vec<(Site, String)> {
    let routes: Vec<_> =
        found(context).routes.iter().filter(|route| !in_development(context, route.site)).collect();
    let functions = |route: &&Route| {
        let sites = route.handler.map(|site| handler::functions(&context.code, site, 0)).unwrap_or_default();
        sites.into_iter().map(|site| (site, route.method.clone())).collect::<Vec<_>>()
    };
    routes.par_iter().flat_map_iter(functions).collect()
}

/// What all readers find in code that runs on a server, in the order of places; what two of them find counts once.
fn find(context: &Context<'_>) -> Found {
    let mut all = Found::default();
    let found: Vec<Found> = READERS.par_iter().with_max_len(1).map(|find| find(context)).collect();
    for found in found {
        all.extend(found);
    }
    doors::join(&context.code, &mut all);
    all.apps.retain(|app| runs(context, app.site.file) && !is_documentation(context, app));
    all.routes.retain(|route| runs(context, route.site.file));
    all.apps.sort_by_key(|app| app.site);
    all.apps.dedup_by_key(|app| app.site);
    all.routes.sort_by(|a, b| (a.site, &a.method, &a.path).cmp(&(b.site, &b.method, &b.path)));
    all.routes.dedup_by(|b, a| (a.site, &a.method, &a.path) == (b.site, &b.method, &b.path));
    all
}

/// Whether an application is the site of a documentation: pages that are written by a build, and answered as files.
fn is_documentation(context: &Context<'_>, app: &App) -> bool {
    let path = &context.tree.file(app.site.file).path;
    matches!(app.framework, "next" | "nuxt" | "astro" | "remix" | "sveltekit")
        && context.packages.owner(path, "npm").is_some_and(|package| package.role == Role::Docs)
}

/// Whether a program may run a file, and not in a browser.
fn runs(context: &Context<'_>, file: FileId) -> bool {
    context.code.graph.live(file) != Some(false) && context.code.graph.client(file) != Some(true)
}

/// What a handler does that was seen to do this.
const SIGNED: &[(Sign, Capability)] = &[
    (Sign::Looks, Capability::Database),
    (Sign::Locks, Capability::RateLimit),
    (Sign::Modelled, Capability::Validation),
];

/// A route with what its handler does.
struct Known<'f> {
    route: &'f Route,
    /// What its handler is good for.
    gives: Capabilities,
    handler: handler::Handler,
    /// The name of its handler.
    name: Option<String>,
}

impl<'f> Known<'f> {
    /// `modelled`: what is written through models is held against their schemas.
    fn of(context: &Context<'_>, route: &'f Route, modelled: bool) -> Self {
        let code = &context.code;
        let handler =
            route.handler.map(|site| handler::read(code, site, route.framework)).unwrap_or_default();
        let gives = route.handler.map(|site| code.capabilities(site)).unwrap_or_default();
        let asks =
            gives.has(Capability::Llm) && route.handler.is_some_and(|site| handler::asks_a_model(code, site));
        let gives = if asks { gives } else { gives.without(Capability::Llm) };
        Self {
            route,
            gives: SIGNED
                .iter()
                .filter(|(sign, _)| handler.is(*sign) && (*sign != Sign::Modelled || modelled))
                .fold(gives, |gives, (_, more)| gives.with(*more)),
            handler,
            name: route.handler.and_then(|site| handler_name(context, site)),
        }
    }

    /// What guards and handler do together.
    fn all(&self) -> Capabilities {
        together(&self.route.guards).and(self.gives)
    }
}

fn app(context: &Context<'_>, app: &App, trust: &[proxy::Trust]) -> Entry {
    let fact = HttpApp {
        framework: app.framework.to_owned(),
        listens: app.listens.is_some(),
        loopback: app.listens.is_some_and(|site| {
            context.code.module(site.file).is_some_and(|module| address::is_loopback(module, site.node))
        }),
        guards: names(&app.guards),
        capabilities: together(&app.guards).words(),
        role: role(context, app.site.file),
        trust_proxy: proxy::of(context, app, trust),
    };
    Entry::new(place(context, app.site), fact)
}

fn route(context: &Context<'_>, known: &Known<'_>, coverage: &Coverage<'_>) -> Vec<Entry> {
    let Known { route, gives, handler, name } = known;
    let before = together(&route.guards);
    let own = route.guards.iter().filter(|guard| !coverage.is_wide(guard.site));
    let own = own.fold(*gives, |all, guard| all.and(guard_gives(guard)));
    let asked = Asked {
        method: &route.method,
        path: route.path.as_deref(),
        handler: name.as_deref().unwrap_or_default(),
        before,
        own: *gives,
        stands: handler.is(Sign::Stands),
        token: handler.is(Sign::Token) && !handler.is(Sign::Code),
        signs_in: handler.is(Sign::SignsIn),
        described: model::may_tell(&route.method) && described::tells_of_health(context, route),
    };
    let classes = owned(classify::classes(&asked));
    let is = |class: &str| classes.iter().any(|name| name == class);
    let changes =
        matches!(route.method.as_str(), "POST" | "PUT" | "PATCH" | "DELETE" | "MUTATION" | "ACTION");
    let fact = HttpRoute {
        framework: route.framework.to_owned(),
        method: route.method.clone(),
        route: route.path.clone(),
        name: title(context, route, name.as_deref()),
        handler: name.clone(),
        guards: names(&route.guards),
        before: before.words(),
        own: own.words(),
        capabilities: known.all().words(),
        unsure: route.unsure.clone(),
        changes_state: changes || handler.is(Sign::Writes),
        effects: effects(handler, *gives),
        reads: owned(handler.reads.iter().copied()),
        handed: handler.reads.contains("body") && !handler.is(Sign::Uses),
        gated: handler.is(Sign::Gated) || in_development(context, route.site),
        development: in_development(context, route.site),
        outlier: coverage.is_outlier(known),
        visitors: coverage::is_for_visitors(known),
        stored: coverage.is_stored(route.site),
        plain: plain::is(&context.code, known),
        waits: handler.is(Sign::Waits)
            || gives.has(Capability::Timeout)
            || is("health") && handler::clients_give_up(context, route.site.file),
        reveals: if is("health") { owned(handler.reveals.iter().copied()) } else { Vec::new() },
        classes,
    };
    let webhook = fact.classes.iter().any(|class| class == "webhook")
        || classify::takes_signed(&route.method, route.path.as_deref(), before);
    let check = webhook.then(|| webhook::check(context, known, &fact.name)).flatten();
    std::iter::once(Entry::new(place(context, route.site), fact)).chain(check).collect()
}

/// The role of the package that a file belongs to.
fn role(context: &Context<'_>, file: FileId) -> String {
    let package = context.packages.owner(&context.tree.file(file).path, "npm");
    package.map(|package| package.role.word()).unwrap_or_default().to_owned()
}

fn in_development(context: &Context<'_>, site: Site) -> bool {
    context.code.module(site.file).is_some_and(|module| branch::development(module, site.node))
}

/// `POST /login`; the method and the name of the handler, or of what it is declared as, where there is no path.
fn title(context: &Context<'_>, route: &Route, handler: Option<&str>) -> String {
    let declared = || {
        let module = context.code.module(route.site.file)?;
        let mut inside = std::iter::once(route.site.node).chain(module.children(route.site.node));
        let declarator = inside.find(|node| module.kind(*node) == Kind::Declarator)?;
        module.child(declarator, 0).and_then(|name| module.last_name(name))
    };
    let what = route.path.as_deref().or(handler).or_else(declared).unwrap_or("a computed path");
    format!("{} {what}", route.method)
}

fn effects(handler: &handler::Handler, gives: Capabilities) -> Vec<String> {
    let all = [
        ("database", handler.is(Sign::Writes)),
        ("memory", handler.is(Sign::Keeps) && handler.reads.contains("body")),
        ("mail", gives.has(Capability::Mail)),
        ("payment", gives.has(Capability::Payment)),
        ("llm", gives.has(Capability::Llm)),
    ];
    owned(all.into_iter().filter(|(_, does)| *does).map(|(word, _)| word))
}

/// The name of the function that answers; wrappers are looked through.
fn handler_name(context: &Context<'_>, site: Site) -> Option<String> {
    let module = context.code.module(site.file)?;
    if let Some(name) = module.last_name(site.node) {
        return Some(name.to_owned());
    }
    let named = handler::functions(&context.code, site, 0).into_iter().find_map(|site| {
        let module = context.code.module(site.file)?;
        let name = module.word(module.function(site.node)?.name);
        Some(name.to_owned()).filter(|name| !name.is_empty())
    });
    named.or_else(|| match module.kind(site.node) {
        Kind::Method(word) => Some(module.word(word).to_owned()),
        _ => None,
    })
}

fn names(guards: &[Guard]) -> Vec<String> {
    guards.iter().map(|guard| guard.name.clone()).collect()
}

fn together(guards: &[Guard]) -> Capabilities {
    guards.iter().fold(Capabilities::default(), |all, guard| all.and(guard_gives(guard)))
}

/// What a guard does. One that is named after roles asks for one, and one that is named after limits has one, however it
/// is written.
fn guard_gives(guard: &Guard) -> Capabilities {
    const LIMITS: &[&str] = &["limiter", "ratelimit", "ratelimiter", "throttle", "throttler"];
    const ROLES: &[&str] = &[
        "admin",
        "role",
        "roles",
        "permission",
        "permissions",
        "authorize",
        "authorization",
        "acl",
        "owner",
        "ability",
        "superadmin",
        "moderator",
        "staff",
        "restrict",
        "policy",
        "policies",
        "scope",
        "scopes",
        "rbac",
    ];
    let words = words::words(&guard.name);
    let named = |names: &[&str]| words.iter().any(|word| names.contains(&word.as_str()));
    let gives = if named(ROLES) { guard.gives.with(Capability::Role) } else { guard.gives };
    let limits = named(LIMITS) || words.windows(2).any(|pair| pair == ["rate", "limit"]);
    if limits { gives.with(Capability::RateLimit) } else { gives }
}

fn owned<'a>(words: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    words.into_iter().map(str::to_owned).collect()
}

/// Where a reader looks for a site: of a call its name and its first argument, of anything longer its first line.
pub(super) fn place(context: &Context<'_>, site: Site) -> Place {
    let whole = context.code.place(site);
    let text = context.tree.text(site.file);
    let Some(module) = context.code.module(site.file) else { return whole };
    let span = call_head(module, site, text).unwrap_or(whole.span);
    let shown = span.of(text);
    let line = shown.split(['\n', '\r']).next().unwrap_or(shown).trim_end();
    let line = line.strip_suffix('{').unwrap_or(line).trim_end();
    let start = span.start as usize;
    Place { file: site.file, span: Span::new(start, start + line.len()) }
}

/// `app.get("/x"` of a call, `get("/x"` of one at the end of a chain over several lines.
fn call_head(module: &Module, site: Site, text: &str) -> Option<Span> {
    let callee = module.callee(site.node)?;
    let whole = module.span(callee);
    let name = module.last_name(callee).filter(|name| whole.of(text).ends_with(name));
    let start = match name {
        Some(name) if whole.of(text).contains('\n') => whole.end as usize - name.len(),
        _ => whole.start as usize,
    };
    let path = |node: &NodeId| matches!(module.kind(*node), Kind::Text(_) | Kind::Template);
    let first = module.argument(site.node, 0).filter(path);
    let end = first.map_or(whole.end, |node| module.span(node).end);
    Some(Span::new(start, end as usize))
}
