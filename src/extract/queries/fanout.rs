//! Work that begins for each row or message at once.

use super::Libraries;
use super::bound::Bounds;
use super::shape::Query;
use crate::extract::code::{Capability, Origin};
use crate::extract::view::View;
use crate::facts::FanOut;
use crate::parse::javascript::{Kind, Module, NodeId};

/// Parts of names of what lets only some calls run at once.
const LIMITERS: &[&str] =
    &["limit", "throttle", "queue", "schedule", "semaphore", "acquire", "pool", "batch", "chunk"];

/// What a call begins, where it is such work.
pub(super) fn find(view: &View<'_>, call: NodeId, libraries: &Libraries) -> Option<FanOut> {
    match view.module.called(call)? {
        name @ ("all" | "allSettled") => promises(view, call, name, libraries),
        "consume" => messages(view, call),
        _ => None,
    }
}

/// `Promise.all(rows.map(async (row) => …))` over all rows of a query, where each asks another service.
fn promises(view: &View<'_>, call: NodeId, name: &str, libraries: &Libraries) -> Option<FanOut> {
    let module = view.module;
    if !module.is_global(module.callee(call)?, &format!("Promise.{name}")) {
        return None;
    }
    let mapped = module.resolve(module.argument(call, 0)?);
    let each = module.argument(mapped, 0).filter(|_| module.called(mapped) == Some("map"))?;
    let query = rows(view, module.receiver(mapped)?, libraries)?;
    let bounds = Bounds::of(view, &query);
    if bounds.limit.is_some() || bounds.unsure.is_some() {
        return None;
    }
    let each = module.resolve(each);
    let calls = || module.descendants(each).filter(|node| module.kind(*node) == Kind::Call);
    if !calls().any(|call| leaves(view, call)) {
        return None;
    }
    let limited = calls().find_map(|call| limiter(module, call));
    Some(FanOut {
        by: format!("Promise.{name}"),
        over: format!("each row of `{}`", query.of),
        limit: limited,
    })
}

/// The query whose rows a value is.
pub(super) fn rows(view: &View<'_>, value: NodeId, libraries: &Libraries) -> Option<Query> {
    let module = view.module;
    let mut at = module.awaited(module.resolve(value));
    for _ in 0..8 {
        if let Some(query) = Query::read(view, at, &|names| libraries.has(names)) {
            return Some(query);
        }
        at = module.receiver(at)?;
    }
    None
}

/// Whether a call asks a service outside.
fn leaves(view: &View<'_>, call: NodeId) -> bool {
    const OUTSIDE: &[Capability] =
        &[Capability::HttpClient, Capability::Mail, Capability::Payment, Capability::Llm];
    let Some(callee) = view.module.callee(call) else { return false };
    if matches!(view.origin(callee), Origin::Global(path) if path == "fetch") {
        return true;
    }
    let gives = view.context.code.capabilities(view.site(callee));
    OUTSIDE.iter().any(|one| gives.has(*one))
}

fn limiter(module: &Module, call: NodeId) -> Option<String> {
    let name = module.last_name(module.callee(call)?)?;
    let lower = name.to_ascii_lowercase();
    LIMITERS.iter().any(|word| lower.contains(word)).then(|| name.to_owned())
}

/// `channel.consume(queue, f)` of `RabbitMQ`, which hands over all there is where no `prefetch` was set.
fn messages(view: &View<'_>, call: NodeId) -> Option<FanOut> {
    const LIBRARIES: &[&str] = &["amqplib", "amqplib/callback_api", "amqp-connection-manager"];
    let asks =
        |module: &Module| module.imports.iter().any(|import| LIBRARIES.contains(&module.word(import.source)));
    let named = view.module.last_name(view.module.receiver(call)?)?.to_ascii_lowercase();
    let channel = named.contains("channel") || named == "ch";
    if !channel
        || view.module.argument(call, 1).is_none()
        || !view.context.code.modules().any(|(_, one)| asks(one))
    {
        return None;
    }
    // What is not confirmed is handed over at once whatever `prefetch` says: answers to calls, for the most part.
    let options = view.module.argument(call, 2);
    if options.is_some_and(|options| view.module.property(options, "noAck").is_some()) {
        return None;
    }
    let package = view.package();
    let set = view.context.code.modules().any(|(file, module)| {
        view.context.packages.dir_of(&view.context.tree.file(file).path) == package
            && module.all().any(|node| module.called(node) == Some("prefetch"))
    });
    let limit = set.then(|| "prefetch".to_owned());
    Some(FanOut { by: "channel.consume".to_owned(), over: "each message of a queue".to_owned(), limit })
}

#[cfg(test)]
mod tests {
    use crate::extract::given::{SHOP, show};

    #[test]
    fn work_for_each_at_once() {
        let head = "const a = require('./b'); exports.f = async () => {";
        for (text, expected) in [
            (
                "const users = await db.user.findMany(); await Promise.all(users.map((one) => fetch(one.url)))",
                vec!["Promise.all | each row of `db.user.findMany` | "],
            ),
            (
                "const users = await db.user.findMany(); await Promise.all(users.map((one) => limit(() => fetch(one.url))))",
                vec!["Promise.all | each row of `db.user.findMany` | limit"],
            ),
            (
                "const users = await db.user.findMany({ take: 9 }); await Promise.all(users.map((one) => fetch(one.url)))",
                vec![],
            ),
            (
                "const users = await db.user.findMany(); await Promise.all(users.map((one) => one.name))",
                vec![],
            ),
            (
                "const q = require('amqplib'); channel.consume('mail', send)",
                vec!["channel.consume | each message of a queue | "],
            ),
            (
                "const q = require('amqplib'); channel.prefetch(5); channel.consume('mail', send)",
                vec!["channel.consume | each message of a queue | prefetch"],
            ),
            ("channel.consume('mail', send)", vec![]),
            ("const q = require('amqplib'); channel.consume('answers', send, { noAck: true })", vec![]),
        ] {
            let text = format!("{head} {text} }}");
            let files = [SHOP, ("a.js", text.as_str())];
            assert_eq!(show("fan.out", &["by", "over", "limit"], &files), expected, "{text}");
        }
    }
}
