//! `alter table` and its relatives.

use super::{Outcome, Replay};
use crate::parse::sql::model::{Alter, Class, ObjectName};

/// Applies the actions of one statement.
pub(super) fn relation(
    _replay: &mut Replay,
    _class: Class,
    _name: &ObjectName,
    _if_exists: bool,
    _only: bool,
    _actions: &[Alter],
) -> Outcome {
    Ok(())
}
