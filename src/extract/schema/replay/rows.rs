//! Statements that read or change rows: what they name must exist.

use super::{Outcome, Replay, blocks};
use crate::parse::sql::model::{Change, ObjectName, Query};

/// A query. Functions that it calls may change the schema.
pub(super) fn query(replay: &mut Replay, query: &Query) -> Outcome {
    blocks::called(replay, query)
}

/// `insert`, `update`, `delete`, `merge`, `truncate`, `copy`, `lock`.
pub(super) fn change(_replay: &mut Replay, _change: &Change) -> Outcome {
    Ok(())
}

/// `refresh`, `reindex`, `vacuum`, `analyze`, `cluster`.
pub(super) fn maintain(_replay: &mut Replay, _name: Option<&ObjectName>) -> Outcome {
    Ok(())
}
