//! `create table`.

use super::{Outcome, Replay};
use crate::parse::sql::model::CreateTable;

/// Creates a table.
pub(super) fn create(_replay: &mut Replay, _table: &CreateTable) -> Outcome {
    Ok(())
}
