//! Tables whose rows belong to tenants: by a column that names the tenant, or by keys that lead to such a table. And what
//! lets the rows of one tenant reach another.

mod roots;
mod shared;
#[cfg(test)]
mod tests;

use rustc_hash::FxHashMap;

use super::{Database, names, number, references};
use crate::extract::declared::{Declared, Query};
use crate::extract::schema::access::Access;
use crate::extract::schema::catalog::{ConstraintKind, Relation, RelationId};
use crate::facts::{Entry, SqlTenant};
use crate::parse::sql::expression::Name;
use roots::Root;
pub(super) use shared::called;

/// How many tables have to carry the key of a tenant.
const LEAST: usize = 3;

/// How many keys lead from a row to that which says whose it is.
const HOPS: usize = 3;

/// One fact for each table that belongs to tenants, and for each that belongs to none and that they all write.
pub(super) fn facts(
    database: &Database<'_>,
    declared: Option<&Declared>,
    queries: &[Query],
    entries: &mut Vec<Entry>,
) {
    let tables = Tables::of(database);
    let roots = roots::find(&tables);
    if roots.is_empty() {
        return;
    }
    let owned = tables.owned(&roots);
    let divided = tables.is_divided(&owned);
    for (id, table) in &tables.all {
        let Some(way) = owned.get(id) else { continue };
        let Some(place) = database.place(table.place).filter(|_| way.hops > 0) else { continue };
        let gap = way.above.filter(|_| divided).and_then(|above| tables.wider(*id, above));
        let shown = gap.as_ref().is_some_and(|(_, everybody)| *everybody);
        let unsure = database.unsure_of_table(table);
        let fact = SqlTenant {
            table: super::full_name(table),
            tenant: tables.name(way.root),
            key: way.key.clone(),
            hops: number(way.hops),
            gap: gap.map(|(text, _)| text),
            unsure: unsure.or_else(|| shown.then(|| "everybody may read it, which may be meant".to_owned())),
        };
        entries.push(Entry::new(place, fact));
    }
    shared::facts(&tables, (&roots, &owned), declared, queries, entries);
}

/// How a table leads to its tenant.
struct Way {
    /// The table of tenants.
    root: RelationId,
    /// The first column.
    key: String,
    /// How many keys: none of the table of tenants itself.
    hops: usize,
    /// The table that the first key leads to.
    above: Option<RelationId>,
}

/// The tables of a database, as they name each other.
struct Tables<'d> {
    database: &'d Database<'d>,
    all: Vec<(RelationId, &'d Relation)>,
    /// By their names in one word, without the plural.
    named: FxHashMap<String, RelationId>,
}

/// A column of a table that leads to another.
struct Edge<'d> {
    column: &'d str,
    to: RelationId,
    /// Each row leads there.
    always: bool,
    /// A foreign key holds it.
    held: bool,
}

impl<'d> Tables<'d> {
    fn of(database: &'d Database<'d>) -> Self {
        let all: Vec<_> = database.tables().filter(|(_, table)| !table.partition).collect();
        let mut named = FxHashMap::default();
        for (id, table) in &all {
            named.entry(references::singular(&names::words(&table.name))).or_insert(*id);
        }
        Self { database, all, named }
    }

    fn name(&self, id: RelationId) -> String {
        self.database.relation(id).map(|table| table.name.to_string()).unwrap_or_default()
    }

    /// The columns of a table that lead to others: by a foreign key, or by their names.
    fn edges(&self, table: &'d Relation) -> Vec<Edge<'d>> {
        let always = |column: &str| {
            table.columns.iter().any(|one| one.name == column && (one.not_null || is_key(table, column)))
        };
        let mut edges: Vec<Edge<'d>> = Vec::new();
        for constraint in &table.constraints {
            if let ConstraintKind::Foreign { table: to, .. } = &constraint.kind {
                let columns = constraint.columns.iter().map(Name::as_str);
                edges.extend(columns.map(|column| Edge {
                    column,
                    to: *to,
                    always: always(column),
                    held: true,
                }));
            }
        }
        for column in &table.columns {
            let column = column.name.as_str();
            if let Some(to) = self.by_name(column)
                && !edges.iter().any(|edge| edge.column == column)
            {
                edges.push(Edge { column, to, always: always(column), held: false });
            }
        }
        edges
    }

    /// The table that a column names: `user_id` where there are `users`.
    fn by_name(&self, column: &str) -> Option<RelationId> {
        let words = names::words(column);
        let (last, rest) = words.split_last()?;
        let named = matches!(last.as_str(), "id" | "uuid" | "key") && !rest.is_empty();
        named.then(|| self.named.get(&references::singular(rest)).copied())?
    }

    /// The tables whose rows belong to a tenant, each by the shortest way of keys that every row has.
    fn owned(&self, roots: &[Root]) -> FxHashMap<RelationId, Way> {
        let mut owned: FxHashMap<RelationId, Way> = FxHashMap::default();
        for root in roots {
            owned.insert(root.table, Way { root: root.table, key: root.key.clone(), hops: 0, above: None });
        }
        for hops in 1..=HOPS {
            let mut found = Vec::new();
            for (id, table) in self.all.iter().filter(|(id, _)| !owned.contains_key(id)) {
                let edges = self.edges(table);
                let next = edges.iter().filter(|edge| edge.to != *id && (edge.always || hops == 1)).find_map(
                    |edge| {
                        let above = owned.get(&edge.to).filter(|_| !self.is_of_people(edge.to))?;
                        let always = edge.always.then_some(edge.to);
                        Some(Way { root: above.root, key: edge.column.to_owned(), hops, above: always })
                    },
                );
                found.extend(next.map(|way| (*id, way)));
            }
            owned.extend(found);
        }
        owned
    }

    /// Whether the rows of a table are those who sign in.
    fn is_of_people(&self, id: RelationId) -> bool {
        const PEOPLE: &[&str] = &["user", "profile", "member", "account", "usuario", "employee", "staff"];
        self.database.relation(id).is_some_and(|table| {
            let words = names::words(&table.name);
            let named = words.last().map(|last| references::singular(std::slice::from_ref(last)));
            table.schema == "auth" && table.name == "users"
                || words.len() <= 2 && named.is_some_and(|last| PEOPLE.contains(&last.as_str()))
        })
    }

    /// What clients who are signed in, and not only those, may read of a table.
    fn reading(&self, id: RelationId) -> Option<(&'d Access, bool)> {
        let mut signed = None;
        let mut everybody = false;
        for (role, access) in self.database.access(id) {
            match role.as_str() {
                "authenticated" => signed = Some(&access[0]),
                _ => everybody |= access[0] == Access::Everyone,
            }
        }
        Some((signed?, everybody))
    }

    /// Whether policies keep tenants apart: they decide which rows are read of tables that belong to them.
    fn is_divided(&self, owned: &FxHashMap<RelationId, Way>) -> bool {
        let by_rows = |id: &RelationId| matches!(self.reading(*id), Some((Access::Rows(_), _)));
        owned.keys().filter(|id| by_rows(id)).count() >= LEAST
    }

    /// That every row of a table is read where only some are of the table that its key leads to; and whether everybody
    /// may, without an account.
    fn wider(&self, id: RelationId, above: RelationId) -> Option<(String, bool)> {
        let (signed, everybody) = self.reading(id)?;
        let table = self.database.relation(id)?;
        let limited = matches!(self.reading(above), Some((Access::Rows(_), false)));
        (table.rls && *signed == Access::Everyone && limited).then(|| {
            let (name, above) = (self.name(id), self.name(above));
            let text =
                format!("whoever is signed in reads every row of `{name}`, and of `{above}` only some");
            (text, everybody)
        })
    }
}

/// Whether a column is one of the primary key.
fn is_key(table: &Relation, column: &str) -> bool {
    let key = |kind: &ConstraintKind| matches!(kind, ConstraintKind::Primary);
    table.constraints.iter().any(|one| key(&one.kind) && one.columns.iter().any(|name| name == column))
}
