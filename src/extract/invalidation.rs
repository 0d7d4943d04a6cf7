//! What is kept in a cache, changed in the database, and never taken out of the cache.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::Context;
use super::stores::cache_of;
use super::view::{View, each};
use crate::facts::{CachedEntity, Entry};
use crate::parse::javascript::{Kind, Module, NodeId, Operator};
use crate::source::Needles;
use crate::source::Place;

/// Methods that put something into a cache.
const SETS: &[&str] = &["set", "setex", "setEx"];

/// Methods that change rows that are there.
const WRITES: &[&str] = &[
    "update",
    "updateMany",
    "updateOne",
    "upsert",
    "delete",
    "deleteMany",
    "deleteOne",
    "findByIdAndUpdate",
    "findOneAndUpdate",
    "findByIdAndDelete",
    "findOneAndDelete",
    "findOneAndReplace",
    "destroy",
];

/// Parts of names of what takes something out of a cache.
const CLEARS: &[&str] = &[
    "invalidate",
    "evict",
    "purge",
    "bust",
    "flush",
    "unlink",
    "clear",
    "expire",
    "deletecache",
    "removecache",
];

/// Values that end within this many seconds are old for a moment only.
const SHORT: i64 = 300;

/// What a module says.
enum Sign {
    Kept { entity: String, place: Place },
    Changed(String),
    Cleared,
}

/// One fact for each place that keeps rows which the same package changes.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let signs = each(context, |view, found: &mut Vec<(String, Sign)>| {
        if view.is_server() && context.code.graph.live(view.file) != Some(false) {
            let package = view.package().to_owned();
            let calls = view.module.calls_named(speaks).into_iter();
            found.extend(calls.filter_map(|call| signs(view, call)).map(|sign| (package.clone(), sign)));
        }
    });
    let mut changed: HashMap<&str, HashSet<&str>> = HashMap::new();
    let mut cleared: HashSet<&str> = HashSet::new();
    for (package, sign) in &signs {
        match sign {
            Sign::Changed(entity) => {
                changed.entry(package).or_default().insert(entity);
            }
            Sign::Cleared => {
                cleared.insert(package);
            }
            Sign::Kept { .. } => {}
        }
    }
    let facts = signs.iter().filter_map(|(package, sign)| {
        let Sign::Kept { entity, place } = sign else { return None };
        changed.get(package.as_str())?.get(entity.as_str())?;
        let fact = CachedEntity { entity: entity.clone(), cleared: cleared.contains(package.as_str()) };
        Some(Entry::new(*place, fact))
    });
    facts.collect()
}

/// Whether calls of this name may be signs.
fn speaks(name: &str) -> bool {
    clears(name) || WRITES.contains(&name) || SETS.contains(&name)
}

fn clears(name: &str) -> bool {
    static NEEDLES: LazyLock<Needles> = LazyLock::new(|| Needles::of(CLEARS.iter().copied()));
    name == "del" || NEEDLES.are_in(name)
}

fn signs(view: &View<'_>, call: NodeId) -> Option<Sign> {
    let module = view.module;
    let name = module.called(call)?;
    if clears(name) {
        return Some(Sign::Cleared);
    }
    let receiver = module.receiver(call)?;
    if WRITES.contains(&name) {
        return Some(Sign::Changed(singular(module.last_name(receiver)?)));
    }
    if !SETS.contains(&name) || cache_of(view, receiver).is_none() {
        return None;
    }
    if seconds(module, call, name)? <= SHORT {
        return None;
    }
    let entity = entity(module, module.argument(call, 0)?)?;
    Some(Sign::Kept { entity, place: view.place(call) })
}

/// `user` of `user:${id}` and of `cache:users:all`.
fn entity(module: &Module, key: NodeId) -> Option<String> {
    let key = module.resolve(key);
    let first = match module.kind(key) {
        Kind::Template | Kind::Binary(Operator::Add) => module.child(key, 0)?,
        _ => key,
    };
    let text = module.text(first)?.into_owned();
    let mut words = text.split(|letter: char| !letter.is_ascii_alphabetic()).filter(|word| !word.is_empty());
    words.find(|word| !matches!(*word, "cache" | "api" | "v")).map(singular)
}

fn singular(word: &str) -> String {
    let lower = word.to_ascii_lowercase();
    let lower = lower.strip_suffix("model").unwrap_or(&lower);
    lower
        .strip_suffix("ies")
        .map_or_else(|| lower.strip_suffix('s').unwrap_or(lower).to_owned(), |stem| format!("{stem}y"))
}

/// For how long a value is kept: without an end, the largest number. Absent where that is not written.
fn seconds(module: &Module, call: NodeId, name: &str) -> Option<i64> {
    if name != "set" {
        return number(module, module.argument(call, 1)?, 0);
    }
    let further: Vec<_> = module.arguments(call).skip(2).collect();
    match further.as_slice() {
        [] => Some(i64::MAX),
        [unit, value] if module.text(*unit).is_some_and(|unit| unit.eq_ignore_ascii_case("ex")) => {
            number(module, *value, 0)
        }
        [options] => {
            let key = ["EX", "ex", "ttl"].iter().find_map(|key| module.property(*options, key))?;
            number(module, key, 0)
        }
        _ => None,
    }
}

/// `3600`, `60 * 60`.
fn number(module: &Module, node: NodeId, depth: usize) -> Option<i64> {
    let node = module.resolve(node);
    match module.kind(node) {
        Kind::Number(word) => module.word(word).replace('_', "").parse().ok(),
        Kind::Binary(Operator::Multiply) if depth < 6 => {
            let left = number(module, module.child(node, 0)?, depth + 1)?;
            left.checked_mul(number(module, module.child(node, 1)?, depth + 1)?)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::given::{SHOP, show};

    #[test]
    fn what_is_kept_and_changed() {
        let head = "const R = require('ioredis'); const redis = new R();";
        for (text, expected) in [
            (
                "redis.set(`user:${id}`, a, 'EX', 60 * 60); User.findByIdAndUpdate(id, b)",
                vec!["user | false"],
            ),
            ("redis.set('users', a); db.user.update(b); redis.del('users')", vec!["user | true"]),
            ("redis.setex('cache:companies', 3600, a); Company.updateOne(b)", vec!["company | false"]),
            // It ends soon; it is not changed; nothing says for how long.
            ("redis.set('users', a, 'EX', 60); db.user.update(b)", vec![]),
            ("redis.set('users', a); db.order.update(b)", vec![]),
            ("redis.set('users', a, 'EX', config.ttl); db.user.update(b)", vec![]),
        ] {
            let text = format!("{head} {text}");
            let files = [SHOP, ("a.js", text.as_str())];
            assert_eq!(show("cached.entity", &["entity", "cleared"], &files), expected, "{text}");
        }
    }
}
