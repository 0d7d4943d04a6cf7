//! Queries for many rows in functions that answer requests for reading, and what limits them.

mod bound;
mod shape;

use std::collections::HashSet;

use self::bound::Bounds;
use self::shape::Query;
use super::Context;
use super::reached::Reached;
use super::view::{View, each};
use crate::facts::{Entry, ListQuery};
use crate::parse::javascript::{Bound, Kind, NodeId};

/// Names of functions that send an answer.
const ANSWERS: &[&str] =
    &["json", "send", "render", "status", "jsonp", "success", "ok", "sendSuccess", "body"];

/// Calls on rows that leave as many of them as there were.
const KEEPS: &[&str] = &[
    "map",
    "sort",
    "reverse",
    "lean",
    "exec",
    "populate",
    "select",
    "then",
    "toArray",
    "limit",
    "skip",
    "sort",
    "order",
    "orderBy",
    "where",
    "from",
    "leftJoin",
    "innerJoin",
    "filter",
    "toJSON",
    "all",
    "rows",
];

/// One fact for each query.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let reached = Reached::by_reading(context);
    let libraries = Libraries::find(context);
    each(context, |view, found| {
        if context.code.graph.live(view.file) == Some(false) || !view.is_server() {
            return;
        }
        for call in view.calls() {
            if let Some(fact) = query(view, call, &reached, &libraries) {
                found.push(view.entry(call, fact));
            }
        }
    })
}

/// Which libraries any package of the repository depends on.
struct Libraries(HashSet<String>);

impl Libraries {
    fn find(context: &Context<'_>) -> Self {
        let packages = context.packages.all().iter().filter(|package| package.ecosystem == "npm");
        let names = packages.flat_map(|package| package.dependencies().map(|(_, one)| one.name.clone()));
        Self(names.collect())
    }

    fn has(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.0.contains(*name))
    }
}

fn query(view: &View<'_>, call: NodeId, reached: &Reached, libraries: &Libraries) -> Option<ListQuery> {
    let query = Query::read(view, call, &|names| libraries.has(names))?;
    if is_small(&query.of) || !reached.holds(view, call) || !is_answered(view, query.whole, 0) {
        return None;
    }
    let bounds = Bounds::of(view, &query);
    Some(ListQuery {
        of: query.of,
        limit: bounds.limit,
        asked: bounds.asked,
        maximum: bounds.maximum,
        unsure: bounds.unsure,
    })
}

/// Whether a table holds few rows by its nature: categories, roles, settings.
fn is_small(of: &str) -> bool {
    const SMALL: &[&str] = &[
        "categor",
        "setting",
        "config",
        "role",
        "permission",
        "countr",
        "currenc",
        "plan",
        "tag",
        "language",
        "status",
        "locale",
        "type",
        "feature",
        "department",
        "option",
        "level",
        "region",
        "city",
        "state",
        "subject",
        "skill",
        "topic",
        "badge",
        "theme",
        "menu",
        "banner",
        "faq",
        "slider",
        "hero",
        "social",
        "provider",
        "model",
        "template",
        "unit",
        "tier",
        "brand",
        "size",
        "color",
        "shift",
        "branch",
        "tax",
        "holiday",
        "slot",
        "machine",
    ];
    let name = of.rsplit('.').nth(1).unwrap_or(of).to_ascii_lowercase();
    SMALL.iter().any(|word| name.contains(word))
}

/// Whether the rows of a query are what a function answers or gives back, all of them.
fn is_answered(view: &View<'_>, node: NodeId, depth: usize) -> bool {
    let module = view.module;
    let mut at = node;
    for _ in 0..24 {
        let Some(parent) = module.parent(at) else { return false };
        match module.kind(parent) {
            Kind::Await | Kind::Property(_) | Kind::Object | Kind::Spread | Kind::Logical(_) => {}
            Kind::Return => return true,
            // The value of an arrow without braces.
            Kind::Function(_) => return module.body(parent) == Some(at) && returns_to_answer(view, parent),
            Kind::Member(word) if KEEPS.contains(&module.word(word)) => {}
            Kind::Call | Kind::New if module.callee(parent) == Some(at) => {}
            Kind::Call | Kind::New => {
                let name = module.called(parent).unwrap_or_default();
                return ANSWERS.contains(&name);
            }
            Kind::Array => return answered_item(view, parent, at, depth),
            Kind::Declarator => {
                let pattern = module.child(parent, 0);
                return pattern.is_some_and(|pattern| used_in_answer(view, pattern, depth));
            }
            _ => return false,
        }
        at = parent;
    }
    false
}

/// Whether a function is no callback of something that makes less of its value.
fn returns_to_answer(view: &View<'_>, function: NodeId) -> bool {
    let parent = view.module.parent(function).map(|parent| view.module.kind(parent));
    !matches!(parent, Some(Kind::Call | Kind::New)) || view.is_handler(function)
}

/// `const [rows, total] = await Promise.all([query, count])`.
fn answered_item(view: &View<'_>, array: NodeId, item: NodeId, depth: usize) -> bool {
    let module = view.module;
    let index = module.children(array).position(|child| child == item);
    let mut around = module.ancestors(array);
    let declarator = around.find(|node| !matches!(module.kind(*node), Kind::Call | Kind::Await));
    let pattern = declarator.and_then(|declarator| module.child(declarator, 0));
    let part = pattern.zip(index).filter(|(pattern, _)| module.kind(*pattern) == Kind::ArrayPattern);
    let name = part.and_then(|(pattern, index)| module.child(pattern, index));
    name.is_some_and(|name| used_in_answer(view, name, depth))
}

/// Whether a variable is used in an answer.
fn used_in_answer(view: &View<'_>, pattern: NodeId, depth: usize) -> bool {
    let module = view.module;
    let binding = match module.kind(pattern) {
        Kind::ObjectPattern => {
            // `const { rows } = await pool.query(…)`
            let rows = module.children(pattern).find(|child| {
                matches!(module.kind(*child), Kind::Property(word) if matches!(module.word(word), "rows" | "data" | "docs"))
            });
            rows.and_then(|rows| module.child(rows, 0)).and_then(|name| module.binding(name))
        }
        Kind::ArrayPattern => module.child(pattern, 0).and_then(|name| module.binding(name)),
        _ => module.binding(pattern),
    };
    let Some(binding) = binding.filter(|_| depth < 3) else { return false };
    if !matches!(
        module.bindings[binding.0 as usize].bound,
        Bound::Value(_) | Bound::Item(..) | Bound::Part(..)
    ) {
        return false;
    }
    module.uses(binding).iter().any(|using| is_answered(view, *using, depth + 1))
}

#[cfg(test)]
mod tests {
    use crate::extract::given::{SHOP, show};

    #[test]
    fn lists_that_are_answered() {
        for (text, expected) in [
            (
                "exports.getUsers = async (req, res) => res.json(await db.user.findMany())",
                vec!["db.user.findMany |  | false |  | "],
            ),
            (
                "exports.getUsers = async (req, res) => { const [users, n] = await Promise.all([db.user.findMany({ take: 5 }), db.user.count()]); res.json({ users, n }) }",
                vec!["db.user.findMany | take | false |  | "],
            ),
            (
                r#"exports.getUsers = async (req, res) => { const { limit = 10 } = req.query; res.json(await User.find().limit(limit)) }
const User = require("mongoose").model("User")"#,
                vec!["User.find | limit | true |  | "],
            ),
            (
                "exports.getUsers = async (req, res) => { const n = Math.min(req.query.n, 9); res.json(await db.user.findMany({ take: n })) }",
                vec!["db.user.findMany | take | true | a maximum | "],
            ),
            (
                "exports.getUsers = async (req, res) => res.json(await db.user.findMany({ where }))",
                vec!["db.user.findMany |  | false |  | its filter is put together in several steps"],
            ),
            (
                "exports.getUsers = async (req, res) => { const users = await db.user.findMany(); res.json(users.length) }",
                vec![],
            ),
            ("exports.getRoles = async (req, res) => res.json(await db.role.findMany())", vec![]),
            ("exports.createUser = async (req, res) => res.json(await db.user.findMany())", vec![]),
            (
                r#"exports.getUsers = async (req, res) => res.json(await pool.query("SELECT * FROM users"))"#,
                vec!["users.select |  | false |  | "],
            ),
        ] {
            let files = [SHOP, ("a.js", text)];
            assert_eq!(
                show("list.query", &["of", "limit", "asked", "maximum", "unsure"], &files),
                expected,
                "{text}"
            );
        }
    }
}
