//! `create index`.

use super::{Outcome, Replay};
use crate::parse::sql::model::CreateIndex;

/// Creates an index.
pub(super) fn create(_replay: &mut Replay, _index: &CreateIndex) -> Outcome {
    Ok(())
}
