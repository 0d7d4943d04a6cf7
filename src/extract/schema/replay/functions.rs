//! Functions and procedures.

use super::{Outcome, Replay};
use crate::parse::sql::model::{AlterFunction, Class, CreateFunction, Dropped, FunctionRef};

/// Creates or replaces a function.
pub(super) fn create(_replay: &mut Replay, _function: &CreateFunction) -> Outcome {
    Ok(())
}

/// Changes a function.
pub(super) fn alter(_replay: &mut Replay, _function: &FunctionRef, _actions: &[AlterFunction]) -> Outcome {
    Ok(())
}

/// Drops a function: finds it, then `drops::remove`.
pub(super) fn drop(
    _replay: &mut Replay,
    _class: Class,
    _function: &Dropped,
    _if_exists: bool,
    _cascade: bool,
) -> Outcome {
    Ok(())
}
