//! Tables that belong to no tenant, that rows of tenants refer to, and that requests of any of them write and list.

use rustc_hash::{FxHashMap, FxHashSet};

use super::roots::Root;
use super::{Tables, Way, is_key};
use crate::extract::code::Capability;
use crate::extract::database::{Database, names};
use crate::extract::declared::{Declared, Does, Query};
use crate::extract::schema::catalog::{ConstraintKind, Relation, RelationId};
use crate::extract::{http, reached};
use crate::facts::{Entry, SqlTenant};

/// One fact for each such table.
pub(super) fn facts(
    tables: &Tables<'_>,
    (roots, owned): (&[Root], &FxHashMap<RelationId, Way>),
    declared: Option<&Declared>,
    queries: &[Query],
    entries: &mut Vec<Entry>,
) {
    let (database, Some(root)) = (tables.database, roots.first()) else { return };
    let referred = referred(tables, owned);
    let alone: Vec<_> = tables
        .all
        .iter()
        .filter(|(id, table)| {
            referred.contains(id) && !owned.contains_key(id) && is_nobodys(tables, *id, table)
        })
        .collect();
    if alone.is_empty() || queries.is_empty() {
        return;
    }
    let users = of_users(database);
    for (_, table) in alone {
        let name = called(declared, table);
        let asked = |does: Does| {
            queries.iter().find(|query| {
                query.does == does
                    && query.tool == database.set.tool
                    && query.table.eq_ignore_ascii_case(name)
                    && query.within.iter().any(|site| users.contains(site))
            })
        };
        let (Some(place), Some(write), Some(list)) =
            (database.place(table.place), asked(Does::Write), asked(Does::List))
        else {
            continue;
        };
        let gap = format!(
            "`{}` says of no row whose it is, `{}` writes it for whoever asks, and `{}` lists it",
            table.name, write.by, list.by
        );
        let fact = SqlTenant {
            table: crate::extract::database::full_name(table),
            tenant: tables.name(root.table),
            key: root.key.clone(),
            hops: 0,
            gap: Some(gap),
            unsure: database.incomplete().or_else(|| apart(database)),
        };
        entries.push(Entry::new(place, fact).with(write.place, "it is written here"));
    }
}

/// What code calls a table.
pub(in crate::extract::database) fn called<'n>(
    declared: Option<&'n Declared>,
    table: &'n Relation,
) -> &'n str {
    let of = declared.and_then(|declared| declared.tables.iter().find(|one| table.name == *one.name));
    of.and_then(|one| one.called.as_deref()).unwrap_or(&table.name)
}

/// The tables that several rows of a tenant's table may refer to.
fn referred(tables: &Tables<'_>, owned: &FxHashMap<RelationId, Way>) -> FxHashSet<RelationId> {
    let mut found = FxHashSet::default();
    let mut single = FxHashSet::default();
    for (id, table) in tables.all.iter().filter(|(id, _)| owned.contains_key(id)) {
        for edge in tables.edges(table).iter().filter(|edge| edge.held && edge.to != *id) {
            if is_unique(tables.database, *id, table, edge.column) {
                single.insert(edge.to);
            } else {
                found.insert(edge.to);
            }
        }
    }
    // What one row alone refers to belongs to that row.
    found.retain(|id| !single.contains(id));
    found
}

fn is_unique(database: &Database<'_>, id: RelationId, table: &Relation, column: &str) -> bool {
    let keys = table.constraints.iter().any(|one| {
        matches!(one.kind, ConstraintKind::Primary | ConstraintKind::Unique)
            && one.columns.len() == 1
            && one.columns[0] == *column
    });
    let is =
        |key: &crate::extract::schema::catalog::Key| key.column.as_ref().is_some_and(|name| name == column);
    keys || database.catalog.indexes.values().any(|index| {
        index.table == id && index.unique && index.keys.len() == 1 && index.keys.first().is_some_and(is)
    })
}

/// Whether nothing in a table says whose a row is: no column leads to another table, and none names a person or
/// something that is not known.
fn is_nobodys(tables: &Tables<'_>, id: RelationId, table: &Relation) -> bool {
    const WHOSE: &[&str] = &[
        "account", "actor", "author", "by", "creator", "customer", "email", "entity", "member", "owner",
        "owned", "public", "shared", "tenant", "user", "verified",
    ];
    let points = |column: &str| {
        let words = names::words(column);
        let last = words.last().map(String::as_str);
        let other = matches!(last, Some("id" | "uuid" | "uid" | "ref")) && words.len() > 1;
        other || words.iter().any(|word| WHOSE.contains(&word.as_str()))
    };
    let plain = |column: &str| is_key(table, column) || !points(column);
    !tables.database.is_exposed(id)
        && !tables.is_of_people(id)
        && tables.edges(table).is_empty()
        && table.columns.len() > 2
        && table.columns.iter().all(|column| plain(&column.name))
}

/// The functions that run while a request is handled that no role is asked for.
fn of_users(database: &Database<'_>) -> FxHashSet<crate::extract::code::Site> {
    let context = database.context;
    let aside = |gives: &crate::extract::code::Capabilities| gives.has(Capability::Role);
    let answering = http::answering(context);
    let led: FxHashSet<_> =
        answering.iter().filter(|(_, gives)| aside(gives)).map(|(site, _)| *site).collect();
    let open = answering.iter().map(|(site, _)| *site).filter(|site| {
        let path = context.tree.file(site.file).path.to_ascii_lowercase();
        !led.contains(site) && !path.contains("admin") && !path.contains("webhook")
    });
    reached::from(context, open.collect())
}

/// Why tenants may be apart all the same: each has a schema or a database of its own.
fn apart(database: &Database<'_>) -> Option<String> {
    let words = ["search_path", "withSchema", "schemaForTenant", "tenantSchema"];
    let mut modules = database.context.code.modules();
    let says = modules
        .any(|(_, module)| words.iter().any(|word| module.may_say(word) && module.spoken().contains(word)));
    says.then(|| "each tenant may have a schema of its own".to_owned())
}
