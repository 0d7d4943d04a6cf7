//! A table as a callback of Knex describes it, with the names that Knex gives by itself.

use super::super::columns::{Column, Reference};
use super::super::write::Sql;
use crate::parse::javascript::BindingId;
use crate::source::Span;

/// A table whose callback is walked through.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    /// The name the callback gives it; none where it speaks of `this`.
    pub(super) binding: Option<BindingId>,
    pub(super) name: String,
    pub(super) create: bool,
    pub(super) columns: Vec<Column>,
    /// Statements behind it.
    pub(super) later: Vec<Sql>,
    /// The primary key of several columns.
    pub(super) primary: Vec<String>,
}

impl Table {
    /// How much is known so far.
    pub(super) fn len(&self) -> (usize, usize) {
        (self.columns.len(), self.later.len())
    }

    /// Forgets what came later.
    pub(super) fn truncate(&mut self, (columns, later): (usize, usize)) {
        self.columns.truncate(columns);
        self.later.truncate(later);
    }

    /// The name that Knex gives to an index or a constraint.
    pub(super) fn named(&self, columns: &[String], kind: &str) -> String {
        let table = self.name.rsplit('.').next().unwrap_or(&self.name);
        format!("{table}_{}_{kind}", columns.join("_")).to_lowercase().replace(['.', '-'], "_")
    }

    /// The beginning of a statement that alters it.
    pub(super) fn alter(&self, span: Span) -> Sql {
        let mut sql = Sql::at(span);
        sql.push("ALTER TABLE ").table(&self.name).push(" ");
        sql
    }
}

/// Makes an index on a table.
pub(super) fn create_index(
    table: &Table,
    name: &str,
    columns: &[String],
    span: Span,
    method: Option<&str>,
) -> Sql {
    let mut sql = Sql::at(span);
    sql.push("CREATE INDEX ").name(name).push(" ON ").table(&table.name).push(" ");
    if let Some(method) = method.filter(|method| {
        ["gin", "gist", "hash", "btree", "brin"].contains(&method.to_ascii_lowercase().as_str())
    }) {
        sql.push("USING ").push(method).push(" ");
    }
    sql.names(columns);
    sql
}

/// Adds a unique key to a table.
pub(super) fn unique(table: &Table, name: Option<String>, columns: &[String], span: Span) -> Sql {
    let name = name.unwrap_or_else(|| table.named(columns, "unique"));
    let mut sql = table.alter(span);
    sql.push("ADD CONSTRAINT ").name(&name).push(" UNIQUE ").names(columns);
    sql
}

/// Adds a foreign key to a table.
pub(super) fn foreign(table: &Table, name: &str, columns: &[String], target: &Reference, span: Span) -> Sql {
    let mut sql = table.alter(span);
    sql.push("ADD CONSTRAINT ").name(name).push(" FOREIGN KEY ").names(columns).push(" ");
    target.write(&mut sql);
    sql
}

/// Gives a column of a table another type, default and nullability.
pub(super) fn alter_column(table: &mut Table, column: &Column, span: Span) {
    let mut changes = vec![format!("TYPE {}", column.of)];
    changes.push(
        column.default.as_ref().map_or("DROP DEFAULT".to_owned(), |default| format!("SET DEFAULT {default}")),
    );
    changes.push(if column.not_null { "SET NOT NULL" } else { "DROP NOT NULL" }.to_owned());
    for change in changes {
        let mut sql = table.alter(span);
        sql.push("ALTER COLUMN ").name(&column.name).push(" ").push(&change);
        table.later.push(sql);
    }
}

/// Drops an index or a constraint by its name, or by the one that its columns gave it.
pub(super) fn drop_named(
    table: &Table,
    method: &str,
    name: Option<String>,
    columns: &[String],
    span: Span,
    exists: &str,
) -> Sql {
    let kind = match method {
        "dropForeign" => "foreign",
        "dropUnique" => "unique",
        _ => "index",
    };
    let name = name.unwrap_or_else(|| table.named(columns, kind));
    if kind == "index" {
        let mut sql = Sql::at(span);
        let schema = table.name.split_once('.').map(|(schema, _)| schema);
        let full = schema.map_or(name.clone(), |schema| format!("{schema}.{name}"));
        sql.push("DROP INDEX ").push(exists).table(&full);
        return sql;
    }
    let mut sql = table.alter(span);
    sql.push("DROP CONSTRAINT ").push(exists).name(&name);
    sql
}

/// `table.column`, or a column alone.
pub(super) fn referenced(text: &str) -> Reference {
    let (table, column) = text.rsplit_once('.').unwrap_or(("", text));
    Reference { table: table.to_owned(), columns: vec![column.to_owned()], ..Reference::default() }
}
