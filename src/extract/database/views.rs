//! Views: whose rights they use, and what they show past the policies of their tables.

use super::Database;
use crate::extract::schema::access::Access;
use crate::extract::schema::catalog::{Relation, RelationKind};
use crate::facts::{Entry, SqlView};

/// One fact for each view that the migrations make.
pub(super) fn facts(database: &Database<'_>, entries: &mut Vec<Entry>) {
    let views = database
        .relations()
        .filter(|(_, view)| matches!(view.kind, RelationKind::View | RelationKind::Materialized));
    for (id, view) in views {
        let Some(place) = database.place(view.changed) else { continue };
        let readers = database.access(id).filter(|(_, [select, ..])| !matches!(select, Access::Nobody(_)));
        let fact = SqlView {
            name: super::full_name(view),
            materialized: view.kind == RelationKind::Materialized,
            exposed: database.is_exposed(id),
            definer: !view.is_invoker(),
            past: past(database, view),
            users: view.reads.iter().any(|id| {
                database.relation(*id).is_some_and(|table| table.schema == "auth" && table.name == "users")
            }),
            read_by: readers.map(|(role, _)| role.to_string()).collect(),
            unsure: database.unsure_of_table(view),
        };
        entries.push(Entry::new(place, fact));
    }
}

/// The tables under row level security that a view reads, by name.
fn past(database: &Database<'_>, view: &Relation) -> Vec<String> {
    let tables = view.reads.iter().filter_map(|id| database.relation(*id));
    tables.filter(|table| table.rls).map(super::full_name).collect()
}
