//! The schema that code declares: tables, columns and indexes that a tool expects to find in the database, told by the
//! schema of Prisma, the tables of Drizzle, the entities of `TypeORM` or the models of Django and `SQLAlchemy`. It is held
//! against what migrations lead to. What cannot be told for sure (a computed name, a class that a function makes) is left
//! out, and nothing is said of it.

mod django;
mod drizzle;
mod prisma;
mod python;
mod queries;
mod sqlalchemy;
#[cfg(test)]
mod tests;
mod typeorm;
mod uses;

pub(super) use queries::{Does, Query, TOOLS, queries, query};
pub(super) use uses::{Use, uses};

use std::collections::{BTreeMap, BTreeSet};

use super::Context;
use super::migrations::Set;
use crate::source::Place;

/// What one source declares.
#[derive(Debug, Clone)]
pub(super) struct Declared {
    /// `prisma`, `drizzle`, `typeorm`.
    pub(super) tool: &'static str,
    /// Where the source is named, or its first file.
    pub(super) place: Place,
    /// The migrations that are to make it: their number among the sets; none where there are none of its tool.
    pub(super) set: Option<usize>,
    /// Its tables.
    pub(super) tables: Vec<Table>,
    /// Types whose values are listed.
    pub(super) enums: Vec<Enum>,
    /// Whether code holds relations rather than the database: `relationMode = "prisma"`.
    pub(super) without_keys: bool,
    /// Whether packages bring none of its tables, and what is not understood of a migration concerns the tables that it
    /// names alone.
    pub(super) own_steps: bool,
    /// Why it is not known in full, or not for sure what is declared.
    pub(super) unsure: Option<String>,
}

/// A table as it is declared, with names as the database has them.
#[derive(Debug, Clone)]
pub(super) struct Table {
    /// The schema, where one is named.
    pub(super) schema: Option<String>,
    /// Its name.
    pub(super) name: String,
    /// Where it is declared.
    pub(super) place: Place,
    /// What code calls it, where that is another name.
    pub(super) called: Option<String>,
    /// Whether it has no other columns than these: some may be told by what cannot be read.
    pub(super) whole: bool,
    /// Its columns.
    pub(super) columns: Vec<Column>,
    /// Keys and indexes.
    pub(super) indexes: Vec<Index>,
}

/// A column.
#[derive(Debug, Clone)]
pub(super) struct Column {
    /// Its name.
    pub(super) name: String,
    /// The schema knows it, and says that code is not to ask for it.
    pub(super) ignored: bool,
    /// Where it is declared.
    pub(super) place: Place,
}

/// A key or an index.
#[derive(Debug, Clone)]
pub(super) struct Index {
    /// The columns, in order.
    pub(super) columns: Vec<String>,
    /// Whether it is unique; a primary key is.
    pub(super) unique: bool,
    /// Where it is declared.
    pub(super) place: Place,
}

/// A type whose values are listed.
#[derive(Debug, Clone)]
pub(super) struct Enum {
    /// The schema, where one is named.
    pub(super) schema: Option<String>,
    /// Its name.
    pub(super) name: String,
    /// Its values, each where it is declared.
    pub(super) values: Vec<(String, Place)>,
}

/// Everything that is declared. `sets` are the migrations, in the order of [`super::migrations::sets`].
pub(super) fn declared(context: &Context<'_>, sets: &[Set]) -> Vec<Declared> {
    let mut found = prisma::declared(context, sets);
    found.extend(drizzle::declared(context, sets));
    found.extend(typeorm::declared(context, sets));
    found.extend(django::declared(context, sets));
    found.extend(sqlalchemy::declared(context, sets));
    found
}

/// Tables, those of one name as one: several classes may stand for the same.
fn merged(tables: impl Iterator<Item = Table>) -> Vec<Table> {
    let mut merged: Vec<Table> = Vec::new();
    let mut places: BTreeMap<(Option<String>, String), usize> = BTreeMap::new();
    for table in tables {
        let at = *places.entry((table.schema.clone(), table.name.clone())).or_insert(merged.len());
        let Some(own) = merged.get_mut(at) else {
            merged.push(table);
            continue;
        };
        own.whole = false;
        own.indexes.extend(table.indexes);
        for column in table.columns {
            if own.columns.iter().all(|there| there.name != column.name) {
                own.columns.push(column);
            }
        }
    }
    merged
}

/// Names that stand twice among these.
fn repeated<'n>(names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let mut seen = BTreeSet::new();
    names.into_iter().find(|name| !seen.insert(*name))
}

/// `user_profile` for `UserProfile`: a word begins at a large letter behind a small one or a digit, and at the last one of
/// several where a small one follows.
fn snake(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut made = String::with_capacity(name.len() + 4);
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| letters.get(before));
        let follows = letters.get(at + 1).is_some_and(char::is_ascii_lowercase);
        let begins = before.is_some_and(|before| {
            before.is_ascii_lowercase() || before.is_ascii_digit() || before.is_ascii_uppercase() && follows
        });
        if letter.is_ascii_uppercase() && begins {
            made.push('_');
        }
        made.push(letter.to_ascii_lowercase());
    }
    made
}
