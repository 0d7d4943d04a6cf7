//! The tables and functions that code names when it asks a database, where the client is known by its package.

use crate::extract::Context;
use crate::extract::view::{View, each};
use crate::parse::javascript::{Kind, NodeId};
use crate::source::Place;

/// A table or a function that code names.
#[derive(Debug, Clone)]
pub(in crate::extract) struct Use {
    /// The client: `supabase`, `knex`, `kysely`.
    pub(in crate::extract) client: &'static str,
    /// Whether it is a function rather than a table.
    pub(in crate::extract) function: bool,
    /// Its name, without schema.
    pub(in crate::extract) name: String,
    /// Where it is named.
    pub(in crate::extract) place: Place,
}

/// Methods that take the name of a table.
const TABLES: &[&str] = &[
    "from",
    "table",
    "into",
    "selectFrom",
    "insertInto",
    "updateTable",
    "deleteFrom",
    "replaceInto",
    "mergeInto",
];

/// Every table and function that code names as it stands, in the order of files.
pub(in crate::extract) fn uses(context: &Context<'_>) -> Vec<Use> {
    each(context, of_module)
}

fn of_module(view: &View<'_>, found: &mut Vec<Use>) {
    let aside = || {
        view.context.tree.file(view.file).is_aside() || view.context.code.graph.live(view.file) == Some(false)
    };
    let words = ["rpc", "knex"];
    if !TABLES.iter().chain(&words).any(|word| view.module.may_say(word)) || aside() {
        return;
    }
    found.extend(view.calls().filter_map(|call| one(view, call)));
}

/// What a call names.
fn one(view: &View<'_>, call: NodeId) -> Option<Use> {
    let module = view.module;
    let named = module.argument(call, 0)?;
    if !matches!(module.kind(named), Kind::Text(_)) {
        return None;
    }
    let name = module.text(named)?;
    let method = module.called(call)?;
    let receiver = module.receiver(call);
    let client = match receiver {
        Some(receiver) if method == "rpc" || TABLES.contains(&method) => client(view, receiver, method)?,
        None if is_knex(view, call) => "knex",
        _ => return None,
    };
    let name = plain(client, &name)?;
    Some(Use { client, function: method == "rpc", name, place: view.place(named) })
}

/// `knex("users")`.
fn is_knex(view: &View<'_>, call: NodeId) -> bool {
    let callee = view.module.callee(call).and_then(|callee| view.external(callee));
    callee.is_some_and(|(package, path)| {
        package == "knex" && matches!(path.as_str(), "()" | "knex()" | "Knex()")
    })
}

/// The client that is asked.
fn client(view: &View<'_>, receiver: NodeId, method: &str) -> Option<&'static str> {
    let (package, path) = view.external(receiver)?;
    if package.contains("@supabase/") && matches!(method, "from" | "rpc") {
        let (made, rest) = path.split_once("()").unwrap_or((&path, ""));
        return (made.starts_with("create") && matches!(rest, "" | ".schema()")).then_some("supabase");
    }
    match package.as_str() {
        "kysely" if path == "Kysely()" && !matches!(method, "from" | "rpc" | "table" | "into") => {
            Some("kysely")
        }
        "knex" if matches!(method, "from" | "table" | "into") && is_plain(&path) => Some("knex"),
        _ => None,
    }
}

/// Whether a path of Knex names no schema and no table that the query itself makes.
fn is_plain(path: &str) -> bool {
    matches!(path, "()" | "knex()" | "Knex()" | "().select()" | "knex().select()" | "().insert()")
}

/// A name without its schema and the name it gets in the query; none where it is no plain name.
fn plain(client: &str, name: &str) -> Option<String> {
    let name = name.trim();
    let name = if client == "supabase" { name } else { name.split(" as ").next().unwrap_or(name).trim() };
    let name = name.rsplit('.').next().unwrap_or(name);
    let plain = !name.is_empty() && name.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
    plain.then(|| name.to_owned())
}
