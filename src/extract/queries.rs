//! Queries for many rows in functions that answer requests for reading and what limits them, and work for each row.

mod answered;
mod bound;
mod each;
mod fanout;
mod shape;

use std::collections::HashSet;

use self::answered::Answered;
use self::bound::Bounds;
use self::shape::Query;
use super::Context;
use super::reached::Reached;
use super::view::{View, each};
use crate::facts::{Entry, ListQuery};
use crate::parse::javascript::NodeId;

/// One fact for each query.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let reached = Reached::by_reading(context);
    let waited = Reached::by_any(context);
    let answered = Answered::find(context);
    let libraries = Libraries::find(context);
    each(context, |view, found| {
        if context.code.graph.live(view.file) == Some(false) || !view.is_server() {
            return;
        }
        for call in view.calls() {
            if let Some(fact) = query(view, call, (&reached, &answered), &libraries) {
                found.push(view.entry(call, fact));
            }
            found.extend(fanout::find(view, call, &libraries).map(|fact| view.entry(call, fact)));
            if let Some(fact) = each::find(view, call, &libraries).filter(|_| waited.holds(view, call)) {
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

fn query(
    view: &View<'_>,
    call: NodeId,
    (reached, answered): (&Reached<'_>, &Answered),
    libraries: &Libraries,
) -> Option<ListQuery> {
    let query = Query::read(view, call, &|names| libraries.has(names))?;
    if is_small(&query.of) || !reached.holds(view, call) || !answered.holds(view, query.whole) {
        return None;
    }
    let bounds = Bounds::of(view, &query);
    Some(ListQuery {
        rows: query.rows(),
        of: query.of,
        limit: bounds.limit,
        asked: bounds.asked,
        maximum: bounds.maximum,
        unsure: bounds.unsure,
    })
}

/// Parts of names of tables that hold few rows by their nature.
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
    "platform",
    "counter",
    "apikey",
    "api_key",
    "webhook",
    "integration",
    "environment",
    "famil",
    "framework",
    "catalog",
    "glossar",
    "invit",
];

/// Whether a table holds few rows by its nature: categories, roles, settings.
fn is_small(of: &str) -> bool {
    let name = of.rsplit('.').nth(1).unwrap_or(of).to_ascii_lowercase();
    // `blogModel` is no table of models.
    let name = name.strip_suffix("model").filter(|rest| !rest.is_empty()).unwrap_or(&name);
    SMALL.iter().any(|word| name.contains(word))
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
            (
                r#"exports.getPosts = async (req, res) => res.json(await postModel.find({}))
const postModel = require("mongoose").model("Post")"#,
                vec!["postModel.find |  | false |  | "],
            ),
            (
                r#"exports.getPosts = async (req, res) => res.json(await posts.find({}))
const posts = require("mongoose").model("Post")"#,
                vec!["posts.find |  | false |  | "],
            ),
            (
                "exports.getUsers = async (req, res) => res.json(await User.findAll({ include: { model: Item, where: { shopId: req.shop.id } } })); const User = require('./user')",
                vec!["User.findAll | the rows it belongs to | false |  | "],
            ),
            (
                "exports.getUsers = async (req, res) => res.json(await User.findAll({ include: [{ model: Item, required: false, where: { shopId: req.shop.id } }] })); const User = require('./user')",
                vec!["User.findAll |  | false |  | "],
            ),
            ("exports.getAll = async (req, res) => res.json(await db.frameworkFamily.findMany())", vec![]),
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
