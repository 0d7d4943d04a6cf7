//! Views, materialized views and rules.

use super::{Outcome, Replay};
use crate::parse::sql::expression::Name;
use crate::parse::sql::model::{CreateView, ObjectName};

/// Creates or replaces a view.
pub(super) fn create(_replay: &mut Replay, _view: &CreateView) -> Outcome {
    Ok(())
}

/// Creates a rewrite rule.
pub(super) fn rule(
    _replay: &mut Replay,
    _name: &Name,
    _table: &ObjectName,
    _event: &Name,
    _nothing: bool,
    _or_replace: bool,
) -> Outcome {
    Ok(())
}
