//! Clients of databases, and what is put into caches.

use super::Context;
use super::code::{Capability, Origin};
use super::reached::Reached;
use super::view::{View, each};
use crate::facts::{CacheCall, DatabaseClient, Entry};
use crate::parse::javascript::{Kind, Module, NodeId};

/// What makes a client or a pool: the package, the paths, the name in messages.
const CLIENTS: &[(&str, &[&str], &str)] = &[
    ("@prisma/client", &["PrismaClient"], "PrismaClient"),
    ("pg", &["Pool", "Client"], "pg.Pool"),
    ("mysql2", &["createPool", "createConnection"], "mysql2"),
    ("mysql2/promise", &["createPool", "createConnection"], "mysql2"),
    ("mysql", &["createPool", "createConnection"], "mysql"),
    ("mongodb", &["MongoClient"], "MongoClient"),
    ("sequelize", &["", "Sequelize"], "Sequelize"),
    ("postgres", &[""], "postgres"),
    ("typeorm", &["DataSource"], "DataSource"),
    ("knex", &["", "knex"], "knex"),
];

/// One client that is made.
struct Made {
    entry: crate::source::Place,
    package: String,
    library: &'static str,
    at: &'static str,
    plain: bool,
    aside: bool,
}

/// One fact for each client and each value that is put into a cache.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let made = each(context, clients);
    let modules = |one: &Made| {
        let same = made.iter().filter(|other| {
            other.library == one.library
                && other.package == one.package
                && !other.aside
                && other.at != "request"
        });
        let mut files: Vec<_> = same.map(|other| other.entry.file).collect();
        files.dedup();
        files.len()
    };
    let repeated = |one: &Made| match (one.at, modules(one)) {
        ("request", _) => Some("for every request".to_owned()),
        (_, many) if many > 1 => Some(format!("in {many} modules")),
        _ => None,
    };
    let fact = |one: &Made| DatabaseClient {
        library: one.library.to_owned(),
        repeated: repeated(one),
        plain: one.plain,
    };
    let mut entries: Vec<_> = made.iter().map(|one| Entry::new(one.entry, fact(one))).collect();
    let reached = Reached::by_any(context);
    entries.extend(each(context, |view, found| caches(view, &reached, found)));
    entries
}

fn clients(view: &View<'_>, found: &mut Vec<Made>) {
    let module = view.module;
    let asks = module.imports.iter().any(|import| {
        let source = module.word(import.source);
        CLIENTS.iter().any(|(package, ..)| *package == source) || source.contains("prisma")
    });
    if !asks || !view.is_server() || view.context.code.graph.live(view.file) == Some(false) {
        return;
    }
    for call in view.calls() {
        let Some(callee) = module.callee(call) else { continue };
        if !matches!(module.kind(callee), Kind::Name(_, Some(_)) | Kind::Member(_)) {
            continue;
        }
        let Origin::External { package, path } = view.origin(callee) else { continue };
        let Some((_, paths, library)) = CLIENTS.iter().find(|(known, ..)| *known == package) else {
            continue;
        };
        if !paths.contains(&path.as_str()) {
            continue;
        }
        let at = match module.function_around(call) {
            _ if view.handler_around(call).is_some() => "request",
            None => "module",
            Some(_) => "function",
        };
        found.push(Made {
            entry: view.place(call),
            package: view.package().to_owned(),
            library,
            at,
            plain: is_plain(module, call),
            aside: view.context.tree.file(view.file).is_aside(),
        });
    }
}

/// Whether encryption is switched off for a host that is not local: `ssl: false` beside a host, `sslmode=disable`.
fn is_plain(module: &Module, call: NodeId) -> bool {
    let off = |node: NodeId| match module.kind(node) {
        Kind::Property(word) => {
            let value = module.child(node, 0).map(|value| module.kind(value));
            matches!(module.word(word), "ssl") && matches!(value, Some(Kind::Flag(false)))
        }
        Kind::Text(word) => module.word(word).contains("sslmode=disable"),
        _ => false,
    };
    let local = |node: NodeId| match module.kind(node) {
        Kind::Text(word) => {
            module.word(word).contains("localhost") || module.word(word).contains("127.0.0.1")
        }
        _ => false,
    };
    module.descendants(call).any(off) && !module.descendants(call).any(local)
}

/// What is put into Redis and its like, and taken from it.
fn caches(view: &View<'_>, reached: &Reached<'_>, found: &mut Vec<Entry>) {
    let module = view.module;
    if !view.is_server() || view.context.code.graph.live(view.file) == Some(false) {
        return;
    }
    for call in module.calls_named(|name| matches!(name, "get" | "set" | "setex" | "setEx" | "psetex")) {
        let Some(name) = module.called(call) else { continue };
        let Some(receiver) =
            module.receiver(call).filter(|_| name == "get" || module.argument(call, 1).is_some())
        else {
            continue;
        };
        let Some(library) = cache_of(view, receiver).filter(|_| is_cached(view, call)) else { continue };
        let (expires, unsure) = if name == "get" { (None, None) } else { expires(module, call, name) };
        let fact = CacheCall {
            library,
            does: if name == "get" { "get" } else { "set" }.to_owned(),
            expires,
            unsure,
            in_request: reached.holds(view, call),
            caught: is_caught(module, call),
        };
        found.push(view.entry(call, fact));
    }
}

/// Whether the failure of a call is caught in its function.
fn is_caught(module: &Module, call: NodeId) -> bool {
    let function = module.function_around(call);
    let mut around = module.ancestors(call).take_while(|node| Some(*node) != function);
    around.any(|node| module.kind(node) == Kind::Try || module.called(node) == Some("catch"))
}

/// The library of a client of a cache, by what the receiver is.
pub(super) fn cache_of(view: &View<'_>, receiver: NodeId) -> Option<String> {
    let named = view.module.last_name(receiver)?.to_ascii_lowercase();
    let by_name = named.contains("redis") || named == "kv" || named.ends_with("cacheclient");
    if !by_name && !matches!(view.module.kind(receiver), Kind::Name(_, Some(_)) | Kind::Member(_)) {
        return None;
    }
    match view.origin(receiver) {
        Origin::External { package, .. } => {
            let known = ["ioredis", "redis", "@upstash/redis", "@vercel/kv"];
            known.contains(&package.as_str()).then_some(package)
        }
        _ if by_name && !view.context.code.capabilities(view.site(receiver)).has(Capability::HttpClient) => {
            (named.contains("redis")).then(|| "redis".to_owned())
        }
        _ => None,
    }
}

/// Whether a value is one of a cache: the key or what is around it says so. Flags and counters live by other rules.
fn is_cached(view: &View<'_>, call: NodeId) -> bool {
    let module = view.module;
    let says = |text: &str| text.to_ascii_lowercase().contains("cache");
    let key = module.argument(call, 0);
    let by_key = key.is_some_and(|key| {
        std::iter::once(key).chain(module.descendants(key)).any(|node| match module.kind(node) {
            Kind::Text(word) | Kind::Name(word, _) | Kind::Member(word) => says(module.word(word)),
            _ => false,
        })
    });
    let around = module.function_around(call).and_then(|function| module.function(function));
    let stringified = module.argument(call, 1).is_some_and(|value| module.called(value) == Some("stringify"));
    by_key
        || around.is_some_and(|function| says(module.word(function.name)))
        || stringified && says(view.path())
}

/// Whether `set` is given a time to live.
fn expires(module: &Module, call: NodeId, name: &str) -> (Option<bool>, Option<String>) {
    if name != "set" {
        return (Some(true), None);
    }
    let further: Vec<_> = module.arguments(call).skip(2).collect();
    let ends = further.iter().any(|argument| {
        let lower = |text: &str| text.to_ascii_lowercase();
        let keys = ["ex", "px", "exat", "pxat", "ttl", "keepttl"];
        module.text(*argument).is_some_and(|text| keys.contains(&lower(&text).as_str()))
            || module
                .properties(*argument)
                .iter()
                .any(|(key, _)| keys.contains(&lower(key).as_str()) || *key == "expiration")
    });
    let open = further
        .iter()
        .any(|argument| !matches!(module.kind(module.resolve(*argument)), Kind::Object | Kind::Text(_)));
    // `redis.expire(key, …)` right after it.
    let after = module.function_around(call).is_some_and(|function| {
        module
            .descendants(function)
            .any(|node| matches!(module.called(node), Some("expire" | "pexpire" | "expireat" | "expireAt")))
    });
    if ends || after {
        (Some(true), None)
    } else {
        (Some(false), open.then(|| "its options come from elsewhere".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::given::{SHOP, show};

    #[test]
    fn clients_of_databases() {
        for (text, expected) in [
            (r#"const { Pool } = require("pg"); new Pool()"#, vec!["pg.Pool |  | false"]),
            (
                r#"const { Pool } = require("pg"); exports.f = (req, res) => new Pool({ ssl: false })"#,
                vec!["pg.Pool | for every request | true"],
            ),
        ] {
            let files = [SHOP, ("a.js", text)];
            assert_eq!(show("db.client", &["library", "repeated", "plain"], &files), expected, "{text}");
        }
    }

    #[test]
    fn what_is_cached() {
        for (text, expected) in [
            (
                r#"const R = require("ioredis"); const r = new R(); r.set("cache:a", b)"#,
                vec!["ioredis | set | false | false | false"],
            ),
            (
                r#"const R = require("ioredis"); const r = new R(); r.set("cache:a", b, "EX", 5)"#,
                vec!["ioredis | set | true | false | false"],
            ),
            (
                r#"const R = require("ioredis"); const r = new R(); exports.f = async (req, res) => { try { await r.get("cache:a") } catch {} }"#,
                vec!["ioredis | get |  | true | true"],
            ),
            (
                r#"const R = require("ioredis"); const r = new R(); r.set("flag", 1); new Map().set("cache", 1)"#,
                vec![],
            ),
        ] {
            let files = [SHOP, ("a.js", text)];
            assert_eq!(
                show("cache.call", &["library", "does", "expires", "in_request", "caught"], &files),
                expected,
                "{text}"
            );
        }
    }
}
