//! Privileges: grants, default privileges, owners.

use super::{Key, Outcome, Replay};
use crate::extract::schema::catalog::{Acl, FunctionId, RelationId};
use crate::parse::sql::expression::Name;
use crate::parse::sql::model::Grant;

/// An object that has an owner and privileges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Owned {
    Schema(Name),
    Relation(RelationId),
    Function(FunctionId),
    Type(Key),
}

/// `grant` and `revoke` of privileges.
pub(super) fn grant(_replay: &mut Replay, _grant: &Grant) -> Outcome {
    Ok(())
}

/// `grant role to role` and its revoke.
pub(super) fn role(
    _replay: &mut Replay,
    _revoke: bool,
    _roles: &[Name],
    _members: &[Name],
    _admin: bool,
) -> Outcome {
    Ok(())
}

/// `alter default privileges`.
pub(super) fn defaults(_replay: &mut Replay, _owners: &[Name], _schemas: &[Name], _grant: &Grant) -> Outcome {
    Ok(())
}

/// The privileges of a new object of `class` (`tables`, `sequences`, `functions`, `types`, `schemas`) that `owner` makes
/// in `schema`.
pub(super) fn initial(_replay: &Replay, _class: &str, _schema: Option<&str>, _owner: &str) -> Acl {
    Acl::default()
}

/// `owner to`: also `current_user` and its like as written.
pub(super) fn owner(_replay: &mut Replay, _object: &Owned, _role: &Name) -> Outcome {
    Ok(())
}
