//! Schemas.

use super::{Outcome, Replay};
use crate::parse::sql::expression::Name;
use crate::parse::sql::model::{AlterObject, ObjectName, Statement};

/// Creates a schema and what is inside the statement.
pub(super) fn create(
    _replay: &mut Replay,
    _name: &Name,
    _if_not_exists: bool,
    _owner: Option<&Name>,
    _inside: &[Statement],
) -> Outcome {
    Ok(())
}

/// Renames a schema or gives it another owner.
pub(super) fn alter(_replay: &mut Replay, _name: &ObjectName, _action: &AlterObject) -> Outcome {
    Ok(())
}
