//! Settings of the session that policies read, such as the tenant of a request.

use std::collections::BTreeSet;

use super::Database;
use crate::extract::schema::catalog::Policy;
use crate::parse::sql::expression::Expr;
use crate::parse::sql::walk::{self, Part};
use crate::source::FileKind;

/// The settings a policy reads by name, without those that the data API sets.
pub(super) fn of(policy: &Policy) -> Vec<String> {
    let mut names = Vec::new();
    for expr in super::expressions(policy) {
        walk::expression(expr, &mut |part| {
            if let Part::Expr(Expr::Call(call)) = part
                && call.name.name == "current_setting"
                && let Some(name) = call.arguments.first().and_then(literal)
                && name.contains('.')
                && !name.starts_with("request.")
            {
                names.push(name.to_lowercase());
            }
            true
        });
    }
    names.sort();
    names.dedup();
    names
}

/// The settings that policies read and nothing in the repository sets.
pub(super) fn unset(database: &Database<'_>) -> BTreeSet<String> {
    let policies = database.tables().flat_map(|(_, table)| table.policies.values());
    let read: BTreeSet<String> = policies.flat_map(of).collect();
    read.into_iter().filter(|name| !is_set(database, name)).collect()
}

/// Whether something else than a policy names a setting of the session: a function, a service that sets it.
fn is_set(database: &Database<'_>, name: &str) -> bool {
    let finder = memchr::memmem::Finder::new(name.as_bytes());
    let sets = |text: &str| {
        // A migration names it to read it; who sets it says so.
        let lower = text.to_lowercase();
        lower.contains("set_config")
            || lower.contains(&format!("set {name}"))
            || lower.contains(&format!("set local {name}"))
    };
    let tree = database.context.tree;
    tree.entries().any(|(file, source)| {
        let text = tree.text(file);
        finder.find(text.as_bytes()).is_some() && (source.kind != FileKind::Sql || sets(text))
    })
}

/// A literal, also one that is cast.
fn literal(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Text(text) => Some(text),
        Expr::Cast(inner, _) => literal(inner),
        _ => None,
    }
}
