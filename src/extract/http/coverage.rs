//! How much of a package its guards cover.

use std::collections::{HashMap, HashSet};

use super::handler::{Sign, functions};
use super::words::{segments, words};
use super::{App, Known, classify, only_reads};
use crate::extract::Context;
use crate::extract::code::{Capabilities, Capability, Origin, Site};
use crate::parse::javascript::Kind;

/// With fewer routes, most are quickly covered by what is meant for one of them.
const FEWEST: usize = 6;

/// How much of each package guards cover.
pub(super) struct Coverage<'c> {
    context: &'c Context<'c>,
    /// What stands before a whole application, or before most routes of a package.
    wide: HashSet<Site>,
    /// The packages most of whose routes find out who asks.
    closed: HashSet<&'c str>,
    /// The packages whose routes ask a database.
    stored: HashSet<&'c str>,
}

impl<'c> Coverage<'c> {
    /// Counts routes by package and guard.
    pub(super) fn of(context: &'c Context<'c>, apps: &[App], routes: &[Known<'_>]) -> Self {
        let package = |site: Site| package_of(context, site);
        let mut wide: HashSet<Site> =
            apps.iter().flat_map(|app| &app.guards).map(|guard| guard.site).collect();
        let mut all: HashMap<&str, usize> = HashMap::new();
        let mut guarded: HashMap<(Site, &str), usize> = HashMap::new();
        let mut known: HashMap<&'c str, usize> = HashMap::new();
        let mut stored = HashSet::new();
        // The parts of a package that its routes, and those behind a guard, begin with.
        let mut parts: HashMap<&str, HashSet<String>> = HashMap::new();
        let mut behind: HashMap<(Site, &str), HashSet<String>> = HashMap::new();
        for known_route in routes {
            let package = package(known_route.route.site);
            if known_route.gives.has(Capability::Orm) || known_route.gives.has(Capability::Database) {
                stored.insert(package);
            }
            *all.entry(package).or_default() += 1;
            if identifies(known_route.all()) {
                *known.entry(package).or_default() += 1;
            }
            let path = known_route.route.path.as_deref().unwrap_or_default();
            let part = segments(path).first().map(|words| words.concat()).unwrap_or_default();
            for guard in &known_route.route.guards {
                *guarded.entry((guard.site, package)).or_default() += 1;
                behind.entry((guard.site, package)).or_default().insert(part.clone());
            }
            parts.entry(package).or_default().insert(part);
        }
        let count = |package: &str| all.get(package).copied().filter(|all| *all >= FEWEST);
        let most = |package: &str, covered: usize| count(package).is_some_and(|all| covered * 2 > all);
        // What stands before one part of several is meant for that part, however many routes that has.
        let meant = |guard: &(Site, &str)| {
            let one = behind.get(guard).is_some_and(|parts| parts.len() == 1);
            one && parts.get(guard.1).is_some_and(|parts| parts.len() > 1)
        };
        wide.extend(
            guarded
                .iter()
                .filter(|(guard, covered)| most(guard.1, **covered) && !meant(guard))
                .map(|((site, _), _)| *site),
        );
        wide.retain(|guard| !limits_by_path(context, *guard));
        let closed =
            known.iter().filter(|(package, known)| count(package).is_some_and(|all| **known * 5 >= all * 3));
        Self { context, wide, stored, closed: closed.map(|(package, _)| *package).collect() }
    }

    /// Whether a guard stands before more than the routes it is meant for. A limiter that asks which route it stands
    /// before is meant for each.
    pub(super) fn is_wide(&self, guard: Site) -> bool {
        self.wide.contains(&guard)
    }

    /// Whether routes of the package of a site ask a database.
    pub(super) fn is_stored(&self, site: Site) -> bool {
        self.stored.contains(package_of(self.context, site))
    }

    /// Whether a route finds out nothing about who asks, though most others of its package do. What answers 401 asks in
    /// a way of its own, what is found by a token belongs to whoever has its link, and whoever makes an account has none
    /// yet.
    pub(super) fn is_outlier(&self, route: &Known<'_>) -> bool {
        !asks_otherwise(route)
            && !is_open(route)
            && !is_for_everybody(route)
            && !self.is_said_open(route.route.site)
            && !identifies(route.all())
            && self.closed.contains(package_of(self.context, route.route.site))
    }

    /// Whether a route is made of what is named public, and a comment above says why: `publicProcedure`.
    fn is_said_open(&self, site: Site) -> bool {
        let Some(module) = self.context.code.module(site.file) else { return false };
        let value = match module.kind(site.node) {
            Kind::Property(_) => module.child(site.node, 0).unwrap_or(site.node),
            _ => site.node,
        };
        let first = module.leftmost(value);
        let named =
            module.last_name(first).is_some_and(|name| words(name).iter().any(|word| word == "public"));
        let before = &self.context.tree.text(site.file)[..module.span(site.node).start as usize];
        let lines = before.rsplit_once('\n').map_or("", |(lines, _)| lines);
        let above = lines.lines().next_back().unwrap_or_default().trim();
        named && (above.starts_with("//") || above.ends_with("*/"))
    }
}

/// Whether how often may be asked is told by a function that looks at the path of the request:
/// `register(rateLimit, { max: (request) => (isLogin(request.url) ? 5 : 100) })`.
fn limits_by_path(context: &Context<'_>, guard: Site) -> bool {
    let Some(module) = context.code.module(guard.file) else { return false };
    let around = std::iter::once(guard.node).chain(module.ancestors(guard.node).take(2));
    let options = around
        .filter(|node| module.kind(*node) == Kind::Call)
        .flat_map(|call| module.arguments(call).collect::<Vec<_>>());
    let most = options.into_iter().filter_map(|options| {
        let value = ["max", "limit"].iter().find_map(|key| module.property(options, key))?;
        Some(Site { file: guard.file, node: value })
    });
    let mut functions = most.flat_map(|most| functions(&context.code, most, 0));
    functions.any(|function| looks_at_path(context, function, 0))
}

/// Whether a function, or one that it calls, reads the path of a request.
fn looks_at_path(context: &Context<'_>, function: Site, depth: usize) -> bool {
    const PATHS: &[&str] = &["url", "path", "originalUrl", "routeOptions", "routerPath", "baseUrl"];
    let Some(module) = context.code.module(function.file) else { return false };
    module.descendants(function.node).any(|node| match module.kind(node) {
        Kind::Member(word) => PATHS.contains(&module.word(word)),
        Kind::Call if depth < 2 => match context.code.callee(Site { node, ..function }) {
            Origin::Local(local) => looks_at_path(context, local, depth + 1),
            _ => false,
        },
        _ => false,
    })
}

/// Whether a route is meant for people without an account, or finds out by itself whether who asks may do so: it answers
/// 401, looks up what it is about by a token, makes guests of visitors, is where they sign up, fill in a form or are
/// counted.
pub(super) fn is_for_visitors(route: &Known<'_>) -> bool {
    let path = route.route.path.as_deref().map(segments).unwrap_or_default();
    let name = words(route.name.as_deref().unwrap_or_default());
    asks_otherwise(route)
        || !only_reads(&route.route.method) && (fills_in(&path, &name) || counts(&path, &name))
}

fn asks_otherwise(route: &Known<'_>) -> bool {
    [Sign::Refuses, Sign::Linked, Sign::Guests].into_iter().any(|sign| route.handler.is(sign))
        || classify::registers(&route.route.method, route.route.path.as_deref())
}

/// Whether a route is one that nobody is asked at: what signs in and out, what others come back to, what tells whether
/// the program is well.
fn is_open(route: &Known<'_>) -> bool {
    const OPEN: &[&str] = &[
        "auth", "oauth", "oauth2", "oidc", "saml", "sso", "webauthn", "passkey", "passkeys", "callback",
        "health", "healthz", "public", "logo", "favicon", "logout", "signout",
    ];
    let path = route.route.path.as_deref().unwrap_or_default();
    segments(path).iter().flatten().any(|word| OPEN.contains(&word.as_str()))
}

/// Forms and what is offered to visitors.
const FORMS: &[&str] = &[
    "waitlist",
    "newsletter",
    "newsletters",
    "subscribe",
    "unsubscribe",
    "contact",
    "feedback",
    "inquiry",
    "enquiry",
    "inquiries",
    "enquiries",
    "rsvp",
    "guest",
    "kiosk",
    "webhook",
    "webhooks",
    "captcha",
];

/// Counts of what visitors look at.
const COUNTS: &[&str] = &[
    "view",
    "views",
    "visit",
    "visits",
    "reaction",
    "reactions",
    "click",
    "clicks",
    "impression",
    "impressions",
    "track",
    "tracking",
    "beacon",
    "pixel",
    "analytics",
    "pageview",
    "pageviews",
];

/// First words of names that tell something.
const TELLS: &[&str] = &["get", "list", "fetch", "find", "search", "load", "read", "count"];

/// First words of names that change what is there.
const CHANGES: &[&str] = &["delete", "remove", "update", "edit", "seed", "clear", "reset", "set", "reply"];

/// Whether a route is for people without an account by what it is: what tells something, the forms that visitors fill
/// in, what counts their visits.
fn is_for_everybody(route: &Known<'_>) -> bool {
    let path = route.route.path.as_deref().map(segments).unwrap_or_default();
    let name = words(route.name.as_deref().unwrap_or_default());
    let last = path.last().unwrap_or(&name);
    let first = |of: &[String], known: &[&str]| of.first().is_some_and(|word| known.contains(&word.as_str()));
    match route.route.method.as_str() {
        method if only_reads(method) => !classify::orders(&path, &name),
        "ACTION" if first(&name, TELLS) => true,
        "POST" | "PUT" | "ACTION" | "MUTATION" | "ALL" => {
            let loads = last.iter().any(|word| matches!(word.as_str(), "download" | "downloads"));
            fills_in(&path, &name) || counts(&path, &name) || loads && !changes(&path, &name)
        }
        _ => false,
    }
}

/// Whether a route changes what is there, by its name.
fn changes(path: &[Vec<String>], name: &[String]) -> bool {
    let is = |words: &[String]| words.first().is_some_and(|word| CHANGES.contains(&word.as_str()));
    is(name) || path.last().is_some_and(|last| is(last))
}

/// Whether a route takes a form that visitors fill in.
fn fills_in(path: &[Vec<String>], name: &[String]) -> bool {
    let mut all = path.iter().flatten().chain(if path.is_empty() { name } else { &[] });
    let mut pairs = name.windows(2).chain(path.iter().flat_map(|one| one.windows(2)));
    !changes(path, name)
        && (all.any(|word| FORMS.contains(&word.as_str()))
            || pairs.any(|pair| matches!((&*pair[0], &*pair[1]), ("waiting" | "wait", "list"))))
}

/// Whether a route counts what visitors do.
fn counts(path: &[Vec<String>], name: &[String]) -> bool {
    const EVENTS: &[&str] =
        &["open", "opens", "page", "pages", "event", "events", "lead", "sale", "conversion"];
    let last = path.last().map_or(name, Vec::as_slice);
    let said = |known: &[&str]| last.iter().any(|word| known.contains(&word.as_str()));
    let before = path.len().checked_sub(2).map(|before| path[before].concat());
    let tracked = matches!(before.as_deref(), Some("track" | "tracking")) && said(EVENTS);
    !changes(path, name) && (said(COUNTS) || tracked)
}

/// Whether something finds out who asks.
fn identifies(gives: Capabilities) -> bool {
    let ways =
        [Capability::Auth, Capability::Role, Capability::Signature, Capability::Token, Capability::Session];
    ways.into_iter().any(|way| gives.has(way))
}

fn package_of<'c>(context: &'c Context<'_>, site: Site) -> &'c str {
    context.packages.dir_of(&context.tree.file(site.file).path)
}
