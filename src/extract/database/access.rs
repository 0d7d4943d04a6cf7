//! Who may do what with the rows of exposed tables and views.

use super::Database;
use crate::extract::schema::catalog::{Relation, RelationId, RelationKind};
use crate::facts::{Entry, SqlAccess};

/// One fact for each exposed relation and each role of clients.
pub(super) fn facts(database: &Database<'_>, entries: &mut Vec<Entry>) {
    for (id, relation) in rows(database) {
        let Some(place) = database.place(relation.place) else { continue };
        for (role, access) in database.access(id) {
            let [select, insert, update, delete] = access.each_ref().map(ToString::to_string);
            let table = super::full_name(relation);
            let fact = SqlAccess { table, role: role.to_string(), select, insert, update, delete };
            entries.push(Entry::new(place, fact));
        }
    }
}

/// Relations that clients may ask for rows.
fn rows<'d>(database: &'d Database<'_>) -> impl Iterator<Item = (RelationId, &'d Relation)> {
    let exposed = database.relations().filter(|(id, _)| database.is_exposed(*id));
    exposed.filter(|(_, relation)| relation.kind != RelationKind::Sequence)
}
