//! Sequences.

use super::{Outcome, Replay};
use crate::parse::sql::expression::Name;
use crate::parse::sql::model::{ObjectName, TypeName};

/// Creates a sequence.
pub(super) fn create(
    _replay: &mut Replay,
    _name: &ObjectName,
    _if_not_exists: bool,
    _temporary: bool,
    _base: Option<&TypeName>,
    _owned_by: Option<&(ObjectName, Name)>,
) -> Outcome {
    Ok(())
}
