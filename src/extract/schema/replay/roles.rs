//! Roles.

use super::{Outcome, Replay};
use crate::parse::sql::expression::Name;
use crate::parse::sql::model::{Dropped, RoleOption, Setting};

/// Creates a role.
pub(super) fn create(
    _replay: &mut Replay,
    _name: &Name,
    _login: bool,
    _options: &[RoleOption],
    _member_of: &[Name],
    _members: &[Name],
) -> Outcome {
    Ok(())
}

/// Changes or renames a role.
pub(super) fn alter(
    _replay: &mut Replay,
    _name: &Name,
    _options: &[RoleOption],
    _rename: Option<&Name>,
    _settings: &[Setting],
) -> Outcome {
    Ok(())
}

/// Drops a role.
pub(super) fn drop(_replay: &mut Replay, _role: &Dropped, _if_exists: bool) -> Outcome {
    Ok(())
}

/// `drop owned by`, `reassign owned by`.
pub(super) fn owned(_replay: &mut Replay, _roles: &[Name], _to: Option<&Name>, _cascade: bool) -> Outcome {
    Ok(())
}

/// `set role`, `set session authorization`; `None` for `reset`.
pub(super) fn become_role(replay: &mut Replay, role: Option<&str>) -> Outcome {
    replay.role = role.map_or_else(|| replay.catalog.owner.clone(), Name::from);
    Ok(())
}
