//! Tables: whether they are protected, and what they hold.

use rustc_hash::FxHashSet;

use super::audit::{self, Recorders};
use super::functions::Written;
use super::{Database, ledgers, names, owners};
use crate::extract::schema::access::{Access, COMMANDS};
use crate::extract::schema::catalog::{ConstraintKind, Relation, RelationId, RelationKind};
use crate::facts::{Entry, SqlTable};

/// One fact for each table.
pub(super) fn facts(
    database: &Database<'_>,
    recorders: &Recorders,
    texts: &[Written],
    entries: &mut Vec<Entry>,
) {
    let unique = unique(database);
    for (id, table) in database.tables() {
        let Some(place) = database.place(table.place) else { continue };
        let log = names::is_log(table) || recorders.fill(id);
        let loose = ledgers::is_loose(database, id, table, texts);
        let fact = SqlTable { loose, ..fact(database, id, table, unique.contains(&id), log) };
        entries.push(Entry::new(place, fact));
    }
}

fn fact(database: &Database<'_>, id: RelationId, table: &Relation, unique: bool, log: bool) -> SqlTable {
    let (read_by, written_by) = open(database, id);
    let audit = names::is_audit(table);
    let kind = match table.kind {
        RelationKind::Partitioned => "partitioned",
        RelationKind::Foreign => "foreign",
        _ => "table",
    };
    let has = |wanted: fn(&ConstraintKind) -> bool| {
        table.constraints.iter().any(|constraint| wanted(&constraint.kind))
    };
    SqlTable {
        name: super::full_name(table),
        tool: database.set.tool.to_owned(),
        kind: kind.to_owned(),
        exposed: database.is_exposed(id),
        rls: table.rls,
        policies: super::number(table.policies.len()),
        key: has(|kind| matches!(kind, ConstraintKind::Primary | ConstraintKind::Unique)) || unique,
        partition: table.partition,
        money: names::is_money(table),
        counts: names::counts_money(table),
        audit,
        audit_lacks: if audit { audit::lacks(table) } else { Vec::new() },
        log,
        secrets: table
            .columns
            .iter()
            .filter(|column| names::is_secret(column))
            .map(|column| column.name.to_string())
            .collect(),
        read_by,
        written_by,
        loose: false,
        passed_by: owners::bypass(database, table),
        unsure: database.unsure_of_table(table),
    }
}

/// Tables whose rows a unique index finds.
fn unique(database: &Database<'_>) -> FxHashSet<RelationId> {
    let unique = database.catalog.indexes.values().filter(|index| index.unique && index.predicate.is_none());
    unique.map(|index| index.table).collect()
}

/// The roles of clients that may read every row, and those that may write any, with how.
fn open(database: &Database<'_>, id: RelationId) -> (Vec<String>, Vec<String>) {
    let (mut read_by, mut written_by) = (Vec::new(), Vec::new());
    for (role, access) in database.access(id) {
        let open = COMMANDS.iter().zip(access).filter(|(_, access)| **access == Access::Everyone);
        let commands: Vec<&str> = open.map(|(command, _)| command.word()).collect();
        if commands.contains(&"select") {
            read_by.push(role.to_string());
        }
        let writing: Vec<&str> = commands.into_iter().filter(|command| *command != "select").collect();
        if !writing.is_empty() {
            written_by.push(format!("{role}: {}", writing.join(", ")));
        }
    }
    (read_by, written_by)
}
