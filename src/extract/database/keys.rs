//! Foreign keys and indexes: which keys no index serves, and which indexes say the same.

use std::collections::BTreeMap;

use super::Database;
use crate::extract::schema::catalog::{Catalog, ConstraintKind, Index, Key, Relation, RelationId};
use crate::facts::{Entry, SqlForeignKey, SqlIndex};
use crate::parse::sql::dialect::Dialect;
use crate::parse::sql::expression::{Expr, Name};
use crate::parse::sql::walk::{self, Part};

/// Indexes by the table they are on, in the order of their names.
pub(super) fn by_table(catalog: &Catalog) -> BTreeMap<RelationId, Vec<(&Name, &Index)>> {
    let mut tables: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for ((_, name), index) in &catalog.indexes {
        tables.entry(index.table).or_default().push((name, index));
    }
    tables
}

/// One fact for each foreign key and each index.
pub(super) fn facts(database: &Database<'_>, entries: &mut Vec<Entry>) {
    let indexes = by_table(&database.catalog);
    for (id, table) in database.tables() {
        let of_table = indexes.get(&id).map_or(&[][..], Vec::as_slice);
        foreign(database, table, of_table, entries);
        repeated(database, table, of_table, entries);
    }
}

/// The foreign keys of a table; those that a partition takes from its table are told there.
fn foreign(database: &Database<'_>, table: &Relation, indexes: &[(&Name, &Index)], entries: &mut Vec<Entry>) {
    for constraint in table.constraints.iter().filter(|constraint| !constraint.inherited) {
        let ConstraintKind::Foreign { table: to, columns: refers, .. } = &constraint.kind else { continue };
        let Some(place) = database.place(constraint.place) else { continue };
        let Some(to) = database.relation(*to) else { continue };
        let served = indexes.iter().any(|(_, index)| serves(index, &constraint.columns));
        let fact = SqlForeignKey {
            table: super::full_name(table),
            columns: constraint.columns.join(", "),
            to: super::full_name(to),
            refers: refers.join(", "),
            platform: to.platform,
            indexed: served || database.dialect == Dialect::MySql,
        };
        entries.push(Entry::new(place, fact));
    }
}

/// Whether an index finds rows by these columns: its first keys are they, in any order, and it holds every row.
fn serves(index: &Index, columns: &[Name]) -> bool {
    let first: Vec<_> = index.keys.iter().take(columns.len()).map(|key| key.column.as_ref()).collect();
    let named = |column: &Name| first.contains(&Some(column));
    let whole = index.predicate.is_none() || only_present(index, columns);
    first.len() == columns.len() && columns.iter().all(named) && whole
}

/// Whether the condition of an index leaves out only rows that refer to nothing.
fn only_present(index: &Index, columns: &[Name]) -> bool {
    let Some(Expr::IsNull(of, false)) = &index.predicate else { return false };
    matches!(of.as_ref(), Expr::Column(name, _) if name.last().is_some_and(|last| columns.contains(last)))
}

/// The indexes of a table, each with an earlier one that says the same.
fn repeated(
    database: &Database<'_>,
    table: &Relation,
    indexes: &[(&Name, &Index)],
    entries: &mut Vec<Entry>,
) {
    let mut in_order: Vec<_> = indexes.iter().filter(|(_, index)| index.parent.is_none()).collect();
    in_order.sort_by_key(|(name, index)| (index.constraint.is_none(), index.place, *name));
    for (at, (name, index)) in in_order.iter().enumerate() {
        let Some(place) = database.place(index.place) else { continue };
        let same = in_order[..at].iter().find(|(_, earlier)| covers(earlier, index));
        let fact = SqlIndex {
            name: name.to_string(),
            table: super::full_name(table),
            same_as: same.map(|(name, _)| name.to_string()),
        };
        entries.push(Entry::new(place, fact));
    }
}

/// Whether an index does all that a later one does: the same keys, and it is unique if the later one is.
fn covers(earlier: &Index, later: &Index) -> bool {
    let same = |(one, other): (&Key, &Key)| {
        let options = |key: &Key| (key.class.clone(), key.descending, key.nulls_first);
        options(one) == options(other) && shape(&one.expr) == shape(&other.expr)
    };
    earlier.method == later.method
        && earlier.keys.len() == later.keys.len()
        && earlier.keys.iter().zip(&later.keys).all(same)
        && earlier.include == later.include
        && earlier.predicate.as_ref().map(shape) == later.predicate.as_ref().map(shape)
        && (earlier.unique || !later.unique)
        && (earlier.nulls_not_distinct == later.nulls_not_distinct || !later.unique)
}

/// What an expression says, wherever it stands.
fn shape(expr: &Expr) -> String {
    let mut shape = String::new();
    walk::expression(expr, &mut |part| {
        let Part::Expr(expr) = part else { return true };
        match expr {
            Expr::Column(path, _) => shape.push_str(path.last().map_or("", |name| name)),
            Expr::Call(call) => shape.push_str(&call.name.name),
            Expr::Binary(_, op, _) | Expr::Unary(op, _) => shape.push_str(op),
            Expr::Cast(_, of) => shape.push_str(&of.name),
            Expr::IsNull(_, is) => shape.push_str(if *is { "null" } else { "some" }),
            Expr::IsBool(_, value, negated) => shape.extend([format!("{value:?}"), negated.to_string()]),
            Expr::Null | Expr::Bool(_) | Expr::Number(_) | Expr::Text(_) => {
                shape.extend([format!("{expr:?}")]);
            }
            Expr::Other(text, _) => shape.push_str(text),
            Expr::And(list) => shape.extend(["and".to_owned(), list.len().to_string()]),
            Expr::Or(list) => shape.extend(["or".to_owned(), list.len().to_string()]),
            Expr::Not(_) => shape.push_str("not"),
            _ => shape.push('('),
        }
        shape.push(' ');
        true
    });
    shape
}
