//! Tables: whether they are protected, and what they hold.

use super::{Database, names};
use crate::extract::schema::access::{Access, COMMANDS, access};
use crate::extract::schema::catalog::{ConstraintKind, Relation, RelationId, RelationKind};
use crate::facts::{Entry, SqlTable};

/// One fact for each table.
pub(super) fn facts(database: &Database<'_>, entries: &mut Vec<Entry>) {
    let commented = commented(database);
    for (id, table) in database.tables() {
        let Some(place) = database.place(table.place) else { continue };
        entries.push(Entry::new(place, fact(database, id, table, &commented)));
    }
}

fn fact(database: &Database<'_>, id: RelationId, table: &Relation, commented: &[String]) -> SqlTable {
    let exposed = database.is_exposed(id);
    let (read_by, written_by) = if exposed { open(database, id) } else { (Vec::new(), Vec::new()) };
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
        exposed,
        rls: table.rls,
        policies: table.policies.len(),
        key: has(|kind| matches!(kind, ConstraintKind::Primary)),
        unique: is_unique(database, id),
        partition: table.partition,
        money: names::is_money(table),
        audit: names::is_audit(table),
        secrets: table
            .columns
            .iter()
            .filter(|column| names::is_secret(column))
            .map(|column| column.name.to_string())
            .collect(),
        read_by,
        written_by,
        commented: !table.rls && commented.contains(&table.name.to_lowercase()),
        tenant: names::tenant(table).map(str::to_owned),
        unsure: database.unsure_of_table(table),
    }
}

/// Whether a unique index or constraint finds the rows of a table.
fn is_unique(database: &Database<'_>, id: RelationId) -> bool {
    database
        .catalog
        .indexes
        .values()
        .any(|index| index.table == id && index.unique && index.predicate.is_none())
}

/// The roles of clients that may read every row, and those that may write any, with how.
fn open(database: &Database<'_>, id: RelationId) -> (Vec<String>, Vec<String>) {
    let (mut read_by, mut written_by) = (Vec::new(), Vec::new());
    for role in database.client_roles() {
        let access = access(&database.catalog, id, role);
        let open = COMMANDS.iter().zip(&access).filter(|(_, access)| **access == Access::Everyone);
        let commands: Vec<&str> = open.map(|(command, _)| super::policies::command(*command)).collect();
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

/// Tables whose row level security is enabled in a comment: names in lower case, without schema.
fn commented(database: &Database<'_>) -> Vec<String> {
    let mut tables = Vec::new();
    for step in &database.set.steps {
        for line in database.context.tree.text(step.file).lines() {
            let Some(comment) = line.trim_start().strip_prefix("--") else { continue };
            let words: Vec<String> = comment.split_whitespace().map(str::to_lowercase).collect();
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            if let ["alter", "table", name, "enable", "row", "level", ..] = words.as_slice() {
                let name = name.rsplit('.').next().unwrap_or(name);
                tables.push(name.trim_matches('"').to_owned());
            }
        }
    }
    tables
}
