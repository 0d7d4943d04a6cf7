//! Which tables are those of tenants.

use super::{LEAST, Tables};
use crate::extract::database::{names, references};
use crate::extract::schema::catalog::{Relation, RelationId};

/// Names of tables of tenants.
const TENANTS: &[&str] = &["tenant", "org", "organization", "organisation", "workspace"];

/// Names of what may be a tenant or something that a tenant keeps: it is one where users belong to it.
const GROUPS: &[&str] = &[
    "agency",
    "business",
    "clinic",
    "club",
    "company",
    "empresa",
    "family",
    "hotel",
    "household",
    "institution",
    "merchant",
    "restaurant",
    "school",
    "shop",
    "store",
    "team",
];

/// A table of tenants.
pub(super) struct Root {
    pub(super) table: RelationId,
    /// The column by which most tables name it.
    pub(super) key: String,
}

/// The tables of tenants: those whose key enough tables carry, where nothing says that they are themselves a tenant's.
pub(super) fn find(tables: &Tables<'_>) -> Vec<Root> {
    let found: Vec<(Root, &Relation)> =
        tables.all.iter().filter_map(|(id, table)| of(tables, *id, table)).collect();
    let ids: Vec<RelationId> = found.iter().map(|(root, _)| root.table).collect();
    let alone = |table: &Relation| {
        !tables.edges(table).iter().any(|edge| edge.always && ids.contains(&edge.to) && edge.held)
    };
    found.into_iter().filter(|(_, table)| alone(table)).map(|(root, _)| root).collect()
}

fn of<'d>(tables: &Tables<'d>, id: RelationId, table: &'d Relation) -> Option<(Root, &'d Relation)> {
    let words = names::words(&table.name);
    let last = references::singular(std::slice::from_ref(words.last()?));
    let sure = TENANTS.contains(&last.as_str());
    if !sure && !GROUPS.contains(&last.as_str()) {
        return None;
    }
    // Tables that name it, with the column.
    let named = |other: &'d Relation| {
        tables.edges(other).into_iter().find(|edge| edge.to == id && says(edge.column, &last))
    };
    let carriers: Vec<_> = tables
        .all
        .iter()
        .filter(|(other, _)| *other != id)
        .filter_map(|(other, one)| Some((*other, *one, named(one)?.column)))
        .collect();
    if carriers.len() < LEAST {
        return None;
    }
    let joined = || carriers.iter().any(|(other, one, _)| belongs(tables, *other, one));
    if last != "tenant" && last != "workspace" && !joined() {
        return None;
    }
    let key = carriers.iter().map(|(.., column)| *column).max_by_key(|column| {
        let alike = carriers.iter().filter(|(.., other)| other == column).count();
        (alike, std::cmp::Reverse(*column))
    })?;
    Some((Root { table: id, key: key.to_owned() }, table))
}

/// Whether a column names a tenant by this word: `organization_id`, `orgId`.
fn says(column: &str, word: &str) -> bool {
    let words = names::words(column);
    match words.as_slice() {
        [first, last] if matches!(last.as_str(), "id" | "uuid") => {
            references::singular(std::slice::from_ref(first)) == word
                || first == "org" && word.starts_with("org")
        }
        _ => false,
    }
}

/// Whether a table says which users belong to a tenant: it is that of users, or one that leads to them.
fn belongs<'d>(tables: &Tables<'d>, id: RelationId, table: &'d Relation) -> bool {
    const JOINS: &[&str] =
        &["member", "membership", "user", "staff", "role", "invitation", "invite", "usuario"];
    let words = names::words(&table.name);
    let joins = |word: &String| JOINS.contains(&references::singular(std::slice::from_ref(word)).as_str());
    tables.is_of_people(id)
        || words.iter().any(joins) && tables.edges(table).iter().any(|edge| tables.is_of_people(edge.to))
}
