//! Columns that name another table, and how many of them a foreign key holds.

use rustc_hash::FxHashSet;

use super::{Database, names};
use crate::extract::declared::Declared;
use crate::extract::schema::catalog::{ConstraintKind, Relation};
use crate::facts::{Entry, SqlReferences};
use crate::parse::sql::dialect::Dialect;
use crate::source::Place;

/// How many tables and such columns there have to be before anything is said.
const LEAST: usize = 5;

/// One fact for a set with enough tables and columns that name tables.
pub(super) fn facts(database: &Database<'_>, number: usize, declared: &[Declared], entries: &mut Vec<Entry>) {
    if database.dialect != Dialect::Postgres {
        return;
    }
    let tables: Vec<&Relation> =
        database.tables().map(|(_, table)| table).filter(|table| !table.partition).collect();
    let known: FxHashSet<String> = tables.iter().map(|table| singular(&names::words(&table.name))).collect();
    let named: Vec<(&Relation, &str)> = tables
        .iter()
        .flat_map(|table| table.columns.iter().map(|column| (*table, column.name.as_str())))
        .filter(|(table, column)| names_table(&known, table, column))
        .collect();
    if tables.len() < LEAST || named.len() < LEAST {
        return;
    }
    let held = named.iter().filter(|(table, column)| is_held(table, column)).count();
    let place = named.iter().find(|(table, column)| !is_held(table, column));
    let place = place.and_then(|(table, _)| database.place(table.place));
    let first = database.set.steps.first().map(|step| Place::file(step.file));
    let Some(place) = place.or(first) else { return };
    let fact = SqlReferences {
        directory: database.set.directory.clone(),
        named: super::number(named.len()),
        held: super::number(held),
        few: held * 5 < named.len(),
        without: declared.iter().any(|one| one.without_keys && may_be_of(one, number, database)),
        unsure: database.incomplete(),
    };
    entries.push(Entry::new(place, fact));
}

/// Words of a name in one, the last without its plural.
pub(super) fn singular(words: &[String]) -> String {
    let joined = words.concat();
    match joined.strip_suffix("ies") {
        Some(rest) => format!("{rest}y"),
        None => joined.strip_suffix('s').filter(|rest| !rest.ends_with('s')).unwrap_or(&joined).to_owned(),
    }
}

/// Whether a column is `user_id` or `userId`, there is a table `users`, and it is not the key of its own.
fn names_table(known: &FxHashSet<String>, table: &Relation, column: &str) -> bool {
    let words = names::words(column);
    let Some((last, rest)) = words.split_last() else { return false };
    let own = || singular(&names::words(&table.name));
    last == "id" && !rest.is_empty() && known.contains(&singular(rest)) && singular(rest) != own()
}

/// Whether a foreign key holds a column.
pub(super) fn is_held(table: &Relation, column: &str) -> bool {
    table.constraints.iter().any(|constraint| {
        matches!(constraint.kind, ConstraintKind::Foreign { .. })
            && constraint.columns.iter().any(|name| name == column)
    })
}

/// Whether a set may be made from a schema: it is, or it is of the same tool and the schema has no other.
fn may_be_of(declared: &Declared, number: usize, database: &Database<'_>) -> bool {
    declared.set.map_or(declared.tool == database.set.tool, |set| set == number)
}
