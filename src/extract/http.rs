//! Applications, their routes, and what stands before each route.

mod classify;
pub(in crate::extract) mod files;
mod handler;
mod model;
mod mount;
mod proxy;
#[cfg(test)]
mod shown;
mod sockets;
mod value;
mod words;

pub(super) use model::Found;
use model::{App, Guard, Route};

use std::collections::{HashMap, HashSet};

use rayon::prelude::*;

use self::classify::Asked;
use super::Context;
use super::code::{Capabilities, Capability, Site};
use crate::facts::{Entry, HttpApp, HttpRoute};
use crate::parse::javascript::{Kind, Module, NodeId};
use crate::source::{FileId, Place, Span};

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
    let coverage = Coverage::of(context, found);
    let trust = proxy::find(context);
    let apps = found.apps.iter().map(|app| self::app(context, app, &trust));
    let mut entries: Vec<_> = apps.collect();
    entries.par_extend(found.routes.par_iter().map(|route| self::route(context, route, &coverage)));
    entries.extend(sockets::facts(context));
    entries.extend(graphql::facts(context));
    entries
}

/// What all readers find, looked for once.
fn found<'c>(context: &'c Context<'_>) -> &'c Found {
    context.http.get_or_init(|| find(context))
}

/// The functions that answer requests, with the method of their route.
pub(super) fn handlers(context: &Context<'_>) -> Vec<(Site, String)> {
    let routes = &found(context).routes;
    let functions = |route: &Route| {
        let sites = route.handler.map(|site| handler::functions(&context.code, site, 0)).unwrap_or_default();
        sites.into_iter().map(|site| (site, route.method.clone())).collect::<Vec<_>>()
    };
    routes.par_iter().flat_map_iter(functions).collect()
}

/// What all readers find in code that runs on a server, in the order of places; what two of them find counts once.
fn find(context: &Context<'_>) -> Found {
    let mut all = Found::default();
    let found: Vec<Found> = READERS.par_iter().map(|find| find(context)).collect();
    for found in found {
        all.apps.extend(found.apps);
        all.routes.extend(found.routes);
    }
    all.apps.retain(|app| runs(context, app.site.file));
    all.routes.retain(|route| runs(context, route.site.file));
    all.apps.sort_by_key(|app| app.site);
    all.apps.dedup_by_key(|app| app.site);
    all.routes.sort_by(|a, b| (a.site, &a.method, &a.path).cmp(&(b.site, &b.method, &b.path)));
    all.routes.dedup_by(|b, a| (a.site, &a.method, &a.path) == (b.site, &b.method, &b.path));
    all
}

/// Whether a program may run a file, and not in a browser.
fn runs(context: &Context<'_>, file: FileId) -> bool {
    context.code.graph.live(file) != Some(false) && context.code.graph.client(file) != Some(true)
}

/// How much of a package each guard covers.
struct Coverage {
    /// What stands before a whole application, or before most routes of a package.
    wide: HashSet<Site>,
}

impl Coverage {
    fn of(context: &Context<'_>, found: &Found) -> Self {
        let package = |site: Site| context.packages.dir_of(&context.tree.file(site.file).path);
        let mut wide: HashSet<Site> =
            found.apps.iter().flat_map(|app| &app.guards).map(|guard| guard.site).collect();
        let mut routes: HashMap<&str, usize> = HashMap::new();
        let mut guarded: HashMap<(Site, &str), usize> = HashMap::new();
        for route in &found.routes {
            *routes.entry(package(route.site)).or_default() += 1;
            for guard in &route.guards {
                *guarded.entry((guard.site, package(route.site))).or_default() += 1;
            }
        }
        // Of fewer routes, most are quickly covered by what is meant for one of them.
        const FEWEST: usize = 6;
        let most = |package: &str, covered: usize| {
            routes.get(package).is_some_and(|all| *all >= FEWEST && covered * 2 > *all)
        };
        wide.extend(
            guarded
                .iter()
                .filter(|((_, package), covered)| most(package, **covered))
                .map(|((site, _), _)| *site),
        );
        Self { wide }
    }
}

fn app(context: &Context<'_>, app: &App, trust: &[proxy::Trust]) -> Entry {
    let fact = HttpApp {
        framework: app.framework.to_owned(),
        listens: app.listens.is_some(),
        guards: names(&app.guards),
        capabilities: together(&app.guards).words(),
        trust_proxy: proxy::of(context, app, trust),
    };
    Entry::new(place(context, app.site), fact)
}

fn route(context: &Context<'_>, route: &Route, coverage: &Coverage) -> Entry {
    let code = &context.code;
    let gives = route.handler.map(|site| code.capabilities(site)).unwrap_or_default();
    let handler = route.handler.map(|site| handler::read(code, site)).unwrap_or_default();
    let name = route.handler.and_then(|site| handler_name(context, site));
    let before = together(&route.guards);
    let own = route.guards.iter().filter(|guard| !coverage.wide.contains(&guard.site));
    let own = own.fold(gives, |all, guard| all.and(guard.gives));
    let asked = Asked {
        method: &route.method,
        path: route.path.as_deref(),
        handler: name.as_deref().unwrap_or_default(),
        before,
        own: gives,
    };
    let classes = owned(classify::classes(&asked));
    let changes =
        matches!(route.method.as_str(), "POST" | "PUT" | "PATCH" | "DELETE" | "MUTATION" | "ACTION");
    let fact = HttpRoute {
        framework: route.framework.to_owned(),
        method: route.method.clone(),
        route: route.path.clone(),
        name: title(route, name.as_deref()),
        handler: name,
        guards: names(&route.guards),
        before: before.words(),
        own: own.words(),
        capabilities: before.and(gives).words(),
        unsure: route.unsure.clone(),
        changes_state: changes || handler.writes,
        effects: effects(&handler, gives),
        reads: owned(handler.reads),
        reveals: if classes.iter().any(|class| class == "health") {
            owned(handler.reveals)
        } else {
            Vec::new()
        },
        classes,
    };
    Entry::new(place(context, route.site), fact)
}

/// `POST /login`, or the method and the name of the handler where the path is computed.
fn title(route: &Route, handler: Option<&str>) -> String {
    let what = route.path.as_deref().or(handler).unwrap_or("a computed path");
    format!("{} {what}", route.method)
}

fn effects(handler: &handler::Handler, gives: Capabilities) -> Vec<String> {
    let all = [
        ("database", handler.writes),
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
    guards.iter().fold(Capabilities::default(), |all, guard| all.and(guard.gives))
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
