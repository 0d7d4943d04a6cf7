//! The columns of tables.

use super::{Database, names};
use crate::extract::schema::catalog::{Column, ConstraintKind, Relation};
use crate::extract::schema::lines::type_text;
use crate::facts::{Entry, SqlColumn};
use crate::parse::sql::dialect::Dialect;

/// One fact for each column that a table declares itself.
pub(super) fn facts(database: &Database<'_>, entries: &mut Vec<Entry>) {
    for (_, table) in database.tables() {
        let declared = table.columns.iter().filter(|column| !column.inherited);
        for column in declared {
            let Some(place) = database.place(column.place) else { continue };
            entries.push(Entry::new(place, fact(database.dialect, table, column)));
        }
    }
}

fn fact(dialect: Dialect, table: &Relation, column: &Column) -> SqlColumn {
    let counts = column.default.as_ref().is_some_and(is_next);
    SqlColumn {
        table: super::full_name(table),
        name: column.name.to_string(),
        of: kind(dialect, type_text(&column.of)),
        key: is_key(table, column),
        money: names::is_amount(column),
        rounded: names::is_rounded(column),
        counted: column.identity.is_some() || counts,
    }
}

/// A type as the database means it: SQLite counts in 64 bits, and but for PostgreSQL there are no types with a zone to be
/// chosen.
fn kind(dialect: Dialect, name: String) -> String {
    match name.as_str() {
        "integer" | "smallint" if dialect == Dialect::Sqlite => "bigint".to_owned(),
        _ if dialect.is_postgres() => name,
        _ => name.replace(" without time zone", ""),
    }
}

/// Whether a column is the primary key of its table, alone.
fn is_key(table: &Relation, column: &Column) -> bool {
    table.constraints.iter().any(|constraint| {
        matches!(constraint.kind, ConstraintKind::Primary) && constraint.columns == [column.name.clone()]
    })
}

/// Whether a default takes the next number of a sequence.
fn is_next(default: &crate::parse::sql::expression::Expr) -> bool {
    use crate::parse::sql::expression::Expr;
    match default {
        Expr::Call(call) => call.name.name == "nextval",
        Expr::Cast(inner, _) => is_next(inner),
        _ => false,
    }
}
