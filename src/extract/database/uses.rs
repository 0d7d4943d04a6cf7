//! The tables and functions that code asks for, held against what the migrations of the same database make.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Database, missing};
use crate::extract::declared::Use;
use crate::extract::migrations::Set;
use crate::extract::schema::platform::Platform;
use crate::facts::{Entry, SqlUse};
use crate::parse::sql::dialect::Dialect;
use crate::source::FileId;

/// The uses that are asked of a set: those of its client, where it is the only such set.
pub(super) fn of_set<'u>(sets: &[Set], set: &Set, uses: &'u [Use]) -> Vec<&'u Use> {
    let client = |set: &Set| match set.tool {
        _ if set.platform == Platform::Supabase => Some("supabase"),
        // Their migrations are made by hand for a client that names its tables.
        tool @ ("knex" | "kysely") => Some(tool),
        _ => None,
    };
    let own = client(set);
    let alone = sets.iter().filter(|other| client(other) == own).count() == 1;
    uses.iter().filter(|one| alone && Some(one.client) == own).collect()
}

/// One fact for each table and function that a file names.
pub(super) fn facts(database: &Database<'_>, uses: &[&Use], entries: &mut Vec<Entry>) {
    if database.dialect != Dialect::Postgres || uses.is_empty() {
        return;
    }
    let all = database.catalog.relations.iter().flatten();
    let relations: FxHashSet<&str> = all.map(|relation| relation.name.as_str()).collect();
    let functions: FxHashSet<&str> =
        database.catalog.functions.iter().flatten().map(|function| function.name.as_str()).collect();
    let is_made = |one: &Use| if one.function { &functions } else { &relations }.contains(one.name.as_str());
    // The list of what ran is the tool's own, under whatever name it is told.
    let asked = uses.iter().filter(|one| !one.name.to_ascii_lowercase().contains("migration"));
    let asked: Vec<&Use> = asked.copied().collect();
    let mut why: FxHashMap<(bool, &str), Option<String>> = FxHashMap::default();
    for one in asked.iter().filter(|one| !is_made(one)) {
        why.entry((one.function, &one.name))
            .or_insert_with(|| missing::unsure(database, &one.name, one.function));
    }
    let together = together(database, &asked, &why);
    let mut seen: FxHashSet<(FileId, bool, &str)> = FxHashSet::default();
    for one in asked {
        if !seen.insert((one.place.file, one.function, &one.name)) {
            continue;
        }
        let kind = if one.function { "function" } else { "table" };
        let missing = why.get(&(one.function, one.name.as_str()));
        let alone = || format!("no migration makes the {kind} `{}`", one.name);
        let fact = SqlUse {
            client: one.client.to_owned(),
            kind: kind.to_owned(),
            name: one.name.clone(),
            made: missing.is_none(),
            problem: missing.map(|_| together.clone().unwrap_or_else(alone)),
            unsure: missing.cloned().flatten(),
        };
        entries.push(Entry::new(one.place, fact));
    }
}

/// What is said of all names that are missing for sure, where these are many, or all that are asked for: that has one
/// cause.
fn together(
    database: &Database<'_>,
    asked: &[&Use],
    why: &FxHashMap<(bool, &str), Option<String>>,
) -> Option<String> {
    const ALL: usize = 3;
    const MANY: usize = 6;
    let names: BTreeSet<(bool, &str)> = asked.iter().map(|one| (one.function, one.name.as_str())).collect();
    let missing: Vec<&str> =
        names.iter().filter(|name| why.get(name) == Some(&None)).map(|(_, name)| *name).collect();
    if missing.len() < ALL || missing.len() < MANY.min(names.len()) {
        return None;
    }
    let first: Vec<String> = missing.iter().take(ALL).map(|name| format!("`{name}`")).collect();
    let more = if missing.len() > ALL { " …" } else { "" };
    let (count, all, directory) = (missing.len(), names.len(), &database.set.directory);
    let first = first.join(", ");
    Some(format!(
        "`{directory}` lacks {count} of the {all} tables and functions that code asks for: {first}{more}"
    ))
}
