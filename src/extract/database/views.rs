//! Views: whose rights they use, and what they show past the policies of their tables.

use super::Database;
use crate::extract::schema::access::{Access, access};
use crate::extract::schema::catalog::{Relation, RelationKind};
use crate::facts::{Entry, SqlView};

/// One fact for each view that the migrations make.
pub(super) fn facts(database: &Database<'_>, entries: &mut Vec<Entry>) {
    let views = database
        .relations()
        .filter(|(_, view)| matches!(view.kind, RelationKind::View | RelationKind::Materialized));
    for (id, view) in views {
        let Some(place) = database.place(view.changed) else { continue };
        let exposed = database.is_exposed(id);
        let reads = |role: &&crate::parse::sql::expression::Name| {
            !matches!(access(&database.catalog, id, role)[0], Access::Nobody(_))
        };
        let read_by = database.client_roles().iter().filter(reads).map(ToString::to_string);
        let fact = SqlView {
            name: super::full_name(view),
            materialized: view.kind == RelationKind::Materialized,
            exposed,
            definer: !asks_as_reader(view),
            past: past(database, view),
            users: view.reads.iter().any(|id| {
                database.relation(*id).is_some_and(|table| table.schema == "auth" && table.name == "users")
            }),
            read_by: if exposed { read_by.collect() } else { Vec::new() },
            unsure: database.unsure_of_table(view),
        };
        entries.push(Entry::new(place, fact));
    }
}

/// Whether a view reads with the rights of who asks it.
fn asks_as_reader(view: &Relation) -> bool {
    view.options
        .get("security_invoker")
        .is_some_and(|value| matches!(value.to_lowercase().as_str(), "" | "true" | "on" | "1" | "yes" | "t"))
}

/// The tables under row level security that a view reads, by name.
fn past(database: &Database<'_>, view: &Relation) -> Vec<String> {
    let tables = view.reads.iter().filter_map(|id| database.relation(*id));
    tables.filter(|table| table.rls).map(super::full_name).collect()
}
