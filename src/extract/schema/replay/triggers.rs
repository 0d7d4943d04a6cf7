//! Triggers.

use super::{Outcome, Replay};
use crate::extract::schema::catalog::RelationId;
use crate::parse::sql::expression::Name;
use crate::parse::sql::model::{AlterObject, CreateTrigger, Dropped, ObjectName, TriggerState};

/// Creates a trigger.
pub(super) fn create(_replay: &mut Replay, _trigger: &CreateTrigger) -> Outcome {
    Ok(())
}

/// Renames a trigger.
pub(super) fn alter(
    _replay: &mut Replay,
    _name: &ObjectName,
    _of: Option<&ObjectName>,
    _action: &AlterObject,
) -> Outcome {
    Ok(())
}

/// Drops a trigger.
pub(super) fn drop(_replay: &mut Replay, _trigger: &Dropped, _if_exists: bool) -> Outcome {
    Ok(())
}

/// `enable`, `disable trigger`: all of a table where no name is given.
pub(super) fn state(
    _replay: &mut Replay,
    _table: RelationId,
    _name: Option<&Name>,
    _state: TriggerState,
) -> Outcome {
    Ok(())
}

/// Gives a new partition the row triggers of the table it is a part of.
pub(super) fn inherit(_replay: &mut Replay, _parent: RelationId, _partition: RelationId) -> Outcome {
    Ok(())
}
