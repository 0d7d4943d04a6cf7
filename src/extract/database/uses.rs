//! The tables and functions that code asks for, held against what the migrations of the same database make.

use rustc_hash::FxHashSet;

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
    let mut seen: FxHashSet<(FileId, bool, &str)> = FxHashSet::default();
    for one in uses {
        // The list of what ran is the tool's own, under whatever name it is told.
        if one.name.to_ascii_lowercase().contains("migration")
            || !seen.insert((one.place.file, one.function, &one.name))
        {
            continue;
        }
        let made = if one.function { &functions } else { &relations }.contains(one.name.as_str());
        let fact = SqlUse {
            client: one.client.to_owned(),
            kind: if one.function { "function" } else { "table" }.to_owned(),
            name: one.name.clone(),
            made,
            unsure: if made { None } else { missing::unsure(database, &one.name, one.function) },
        };
        entries.push(Entry::new(one.place, fact));
    }
}
