//! Policies and row level security.

use super::{Outcome, Replay};
use crate::extract::schema::catalog::RelationId;
use crate::parse::sql::expression::{Expr, Name};
use crate::parse::sql::model::{CreatePolicy, Dropped, ObjectName};

/// Creates a policy.
pub(super) fn create(_replay: &mut Replay, _policy: &CreatePolicy) -> Outcome {
    Ok(())
}

/// Changes or renames a policy.
pub(super) fn alter(
    _replay: &mut Replay,
    _name: &Name,
    _table: &ObjectName,
    _rename: Option<&Name>,
    _roles: Option<&[Name]>,
    _using: Option<&Expr>,
    _check: Option<&Expr>,
) -> Outcome {
    Ok(())
}

/// Drops a policy.
pub(super) fn drop(_replay: &mut Replay, _policy: &Dropped, _if_exists: bool) -> Outcome {
    Ok(())
}

/// `enable`, `disable`, `force`, `no force row level security`.
pub(super) fn row_security(
    _replay: &mut Replay,
    _table: RelationId,
    _enabled: Option<bool>,
    _forced: Option<bool>,
) -> Outcome {
    Ok(())
}
