//! Privileges as PostgreSQL keeps them: what each kind of object has, what its defaults are, who holds what.

use std::collections::BTreeMap;

use super::catalog::{Acl, Catalog};
use crate::parse::sql::expression::Name;

/// Role → privilege → whether it may be granted on.
pub type Granted = BTreeMap<Name, BTreeMap<Name, bool>>;

/// A kind of object that has privileges of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AclKind {
    /// Tables, views, materialized views, foreign tables.
    Table,
    /// Sequences.
    Sequence,
    /// One column of a table.
    Column,
    /// Functions, procedures, aggregates.
    Function,
    /// Schemas.
    Schema,
    /// Types and domains.
    Type,
}

/// The role that stands for everyone.
pub const PUBLIC: &str = "public";

impl AclKind {
    /// Every privilege that such an object has.
    pub fn privileges(self) -> &'static [&'static str] {
        match self {
            Self::Table => &["select", "insert", "update", "delete", "truncate", "references", "trigger"],
            Self::Sequence => &["select", "update", "usage"],
            Self::Column => &["select", "insert", "update", "references"],
            Self::Function => &["execute"],
            Self::Schema => &["create", "usage"],
            Self::Type => &["usage"],
        }
    }

    /// What everyone may do with a new object.
    fn public(self) -> &'static [&'static str] {
        match self {
            Self::Function => &["execute"],
            Self::Type => &["usage"],
            Self::Table | Self::Sequence | Self::Column | Self::Schema => &[],
        }
    }

    /// What an object has that nobody granted anything on (`acldefault`).
    pub fn defaults(self, owner: &Name) -> Granted {
        let mut granted = Granted::new();
        if self != Self::Column {
            granted.insert(owner.clone(), flags(self.privileges()));
        }
        if !self.public().is_empty() {
            granted.entry(Name::const_new(PUBLIC)).or_default().extend(flags(self.public()));
        }
        granted
    }

    /// The kind that a class of `alter default privileges` makes: `tables`, `sequences`, `functions`, `types`, `schemas`.
    pub fn of_class(class: &str) -> Option<Self> {
        Some(match class {
            "tables" => Self::Table,
            "sequences" => Self::Sequence,
            "functions" | "routines" => Self::Function,
            "types" => Self::Type,
            "schemas" => Self::Schema,
            _ => return None,
        })
    }
}

fn flags(privileges: &[&'static str]) -> BTreeMap<Name, bool> {
    privileges.iter().map(|privilege| (Name::const_new(privilege), false)).collect()
}

/// What is granted on an object: as kept, or the defaults of its kind.
pub fn granted(acl: &Acl, kind: AclKind, owner: &Name) -> Granted {
    acl.granted.clone().unwrap_or_else(|| kind.defaults(owner))
}

/// Whether a role is a superuser.
pub fn superuser(catalog: &Catalog, role: &str) -> bool {
    catalog.roles.get(role).is_some_and(|role| role.superuser)
}

/// Whether a role has the privileges of another: it is that role, a superuser, or a member that inherits.
pub fn has_rights_of(catalog: &Catalog, member: &Name, role: &Name) -> bool {
    reaches(catalog, member, role, true)
}

/// Whether a role may become another (`set role`): as above, also where it does not inherit.
pub fn is_member_of(catalog: &Catalog, member: &Name, role: &Name) -> bool {
    reaches(catalog, member, role, false)
}

fn reaches(catalog: &Catalog, member: &Name, role: &Name, inheriting: bool) -> bool {
    if member == role || superuser(catalog, member) {
        return true;
    }
    let mut seen = vec![member];
    let mut next = 0;
    while let Some(name) = seen.get(next).copied() {
        next += 1;
        if name == role || (role == "pg_database_owner" && *name == catalog.owner) {
            return true;
        }
        let Some(found) = catalog.roles.get(name) else { continue };
        if inheriting && !found.inherit {
            continue;
        }
        for above in &found.member_of {
            if !seen.contains(&above) {
                seen.push(above);
            }
        }
    }
    false
}

/// Whether a role holds a privilege on an object with these privileges: itself, through `public`, as a member, as the
/// owner, or as a superuser.
pub fn holds(
    catalog: &Catalog,
    acl: &Acl,
    kind: AclKind,
    owner: &Name,
    role: &Name,
    privilege: &str,
) -> bool {
    if superuser(catalog, role) {
        return true;
    }
    let through = |name: &Name| name == PUBLIC || has_rights_of(catalog, role, name);
    if let Some(granted) = &acl.granted {
        return granted.iter().any(|(name, privileges)| privileges.contains_key(privilege) && through(name));
    }
    // As `AclKind::defaults` has it.
    let of_owner = kind != AclKind::Column && kind.privileges().contains(&privilege);
    kind.public().contains(&privilege) || (of_owner && through(owner))
}
