//! Columns that code compares in its queries, held against the indexes of their tables.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use super::{Database, names, references, tenants};
use crate::extract::declared::{Declared, Does, Query};
use crate::extract::schema::catalog::{ConstraintKind, Relation, RelationId};
use crate::facts::{Entry, SqlFilter};

/// One fact for each table and each set of columns that queries compare, at the first query that does, where one of the
/// columns names another table or a state.
pub(super) fn facts(
    database: &Database<'_>,
    declared: Option<&Declared>,
    queries: &[Query],
    entries: &mut Vec<Entry>,
) {
    let mut own = queries
        .iter()
        .filter(|query| query.tool == database.set.tool && !query.columns.is_empty())
        .peekable();
    if own.peek().is_none() {
        return;
    }
    let tables: FxHashMap<String, (RelationId, &Relation)> = database
        .tables()
        .map(|(id, table)| (tenants::called(declared, table).to_lowercase(), (id, table)))
        .collect();
    let mut leading: BTreeMap<RelationId, BTreeSet<String>> = BTreeMap::new();
    for index in database.catalog.indexes.values() {
        let first = index.keys.first().and_then(|key| key.column.as_ref());
        leading.entry(index.table).or_default().extend(first.map(|name| plain(name)));
    }
    let mut seen = BTreeSet::new();
    for query in own.filter(|query| query.does != Does::Write) {
        let Some((id, table)) = tables.get(&query.table.to_lowercase()) else { continue };
        let compared = columns(table, &query.columns);
        let hot = |column: &&str| is_hot(column) && !references::is_held(table, column);
        let Some(hot) = compared.iter().copied().find(hot) else { continue };
        if !seen.insert((*id, compared.clone())) {
            continue;
        }
        let led = |column: &&str| {
            let keyed = table.constraints.iter().any(|constraint| {
                matches!(constraint.kind, ConstraintKind::Primary | ConstraintKind::Unique)
                    && constraint.columns.first().is_some_and(|first| first == *column)
            });
            keyed || leading.get(id).is_some_and(|names| names.contains(&plain(column)))
        };
        let fact = SqlFilter {
            table: super::full_name(table),
            column: hot.to_owned(),
            by: query.by.clone(),
            indexed: compared.iter().any(led),
            unsure: database.incomplete(),
        };
        entries.push(Entry::new(query.place, fact));
    }
}

/// The columns of a table that code names, however it writes them; nothing where one is not known.
fn columns<'t>(table: &'t Relation, named: &[String]) -> BTreeSet<&'t str> {
    let column = |name: &String| table.columns.iter().find(|column| plain(&column.name) == plain(name));
    let found: Option<BTreeSet<&str>> = named.iter().map(|name| Some(column(name)?.name.as_str())).collect();
    found.unwrap_or_default()
}

/// A name without what distinguishes ways to write it.
fn plain(name: &str) -> String {
    name.chars().filter(|letter| *letter != '_').flat_map(char::to_lowercase).collect()
}

/// Whether many queries ask by such a column, and each value has many rows or few: what a row belongs to, and its state.
fn is_hot(column: &str) -> bool {
    let words = names::words(column);
    let last = words.last().map_or("", String::as_str);
    words.len() > 1 && matches!(last, "id" | "uuid") || matches!(last, "status" | "state")
}

#[cfg(test)]
mod tests {
    use crate::extract::given::show;

    #[test]
    fn columns_that_code_compares() {
        let package = r#"{"dependencies": {"kysely": "^0.27.0", "express": "^5.0.0"}, "scripts": {"start": "node server.js"}}"#;
        let code = r#"import { Kysely } from "kysely"
import express from "express"
const db = new Kysely({})
express().get("/", async (req, res) => {
  await db.selectFrom("orders").where("shop_id", "=", 1).where("at", ">", 2).execute()
  await db.selectFrom("orders").where("status", "=", 1).execute()
  await db.selectFrom("orders as o").where("name", "=", 1).execute()
  await db.deleteFrom("orders").where("state", "=", 1).execute()
}).listen(3000)"#;
        let migration = r#"import { Kysely, sql } from "kysely"
export async function up(db) {
  await sql`create table orders (id bigserial primary key, shop_id bigint, status text, state text, name text, at date)`.execute(db)
  await sql`create index on orders (shop_id)`.execute(db)
}"#;
        let files = [
            ("package.json", package),
            ("server.js", code),
            ("migrations/20240101000000_init.js", migration),
        ];
        let found = show("sql.filter", &["column", "by", "indexed"], &files);
        assert_eq!(found, ["shop_id | db.selectFrom | true", "status | db.selectFrom | false"]);
    }
}
