//! Whether anything in the database holds what is written into tables that count money.

use super::functions::Written;
use super::{Database, names};
use crate::extract::schema::catalog::{ConstraintKind, Relation, RelationId};
use crate::parse::sql::expression::Expr;
use crate::parse::sql::walk::{self, Part};

/// Whether a table counts money and takes whatever is written: no check of an amount, no unique key besides its own, no
/// trigger, and no function that speaks of it. Only PostgreSQL is followed so closely.
pub(super) fn is_loose(database: &Database<'_>, id: RelationId, table: &Relation, texts: &[Written]) -> bool {
    let amounts = || table.columns.iter().filter(|column| names::is_amount(column));
    names::counts_money(table)
        && database.dialect.is_postgres()
        && table.triggers.is_empty()
        // A type of the program's own may hold what is written.
        && amounts().all(|column| column.of.schema.is_none())
        && !table.constraints.iter().any(|constraint| match &constraint.kind {
            ConstraintKind::Check(expr) => amounts().any(|column| speaks(expr, &column.name)),
            ConstraintKind::Unique | ConstraintKind::Exclude => true,
            ConstraintKind::Primary | ConstraintKind::Foreign { .. } => false,
        })
        && !database.catalog.indexes.values().any(|index| index.table == id && index.unique && !index.primary)
        && !texts.iter().any(|text| text.text.contains(table.name.as_str()))
}

/// Whether an expression speaks of a column.
fn speaks(expr: &Expr, column: &str) -> bool {
    let mut found = false;
    walk::expression(expr, &mut |part| {
        found |= matches!(part, Part::Expr(Expr::Column(path, _)) if path.last().is_some_and(|name| name == column));
        !found
    });
    found
}
