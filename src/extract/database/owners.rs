//! Tables that only their owner may ask for: row level security that is not forced does not hold it.

use super::Database;
use crate::extract::schema::catalog::{Acl, Relation};

/// Why the policies of a table hold nobody, where no role but those that own it, or that pass by all policies, was ever
/// granted anything.
pub(super) fn bypass(database: &Database<'_>, table: &Relation) -> Option<String> {
    let secured = table.rls && !table.rls_forced && !table.policies.is_empty();
    if !secured || !database.roles.is_empty() {
        return None;
    }
    let past = |role: &str| {
        let known = database.catalog.roles.get(role);
        table.owner == role || known.is_some_and(|role| role.superuser || role.bypass_rls)
    };
    let alone = |acl: &Acl| acl.granted.iter().flatten().all(|(role, may)| past(role) || may.is_empty());
    let columns = table.columns.iter().all(|column| alone(&column.acl));
    let why = "no role but the owner of the tables may ask for them, and row level security that is not forced \
               does not hold the owner";
    (alone(&table.acl) && columns && !grants_elsewhere(database)).then(|| why.to_owned())
}

/// Whether a file that no migration is grants something: roles may be made by hand.
fn grants_elsewhere(database: &Database<'_>) -> bool {
    database.sql_outside().iter().any(|(_, text)| text.contains("grant "))
}
