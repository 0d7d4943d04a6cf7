//! The session: settings, roles, transactions.

use rustc_hash::FxHashSet;

use super::{Outcome, Replay};
use crate::parse::sql::model::{Setting, Statement, Transaction};

/// What a session has set.
#[derive(Debug, Default)]
pub(super) struct Session {}

/// Starts a session: the search path and the role are those of a new connection.
pub(super) fn open(replay: &mut Replay) {
    replay.role = replay.catalog.owner.clone();
    replay.catalog.search_path = vec!["$user".into(), "public".into()];
}

/// Ends a session: what is temporary goes.
pub(super) fn close(_replay: &mut Replay) {}

/// The statements of a script that the script rolls back itself.
pub(super) fn rolled_back(_statements: &[Statement]) -> FxHashSet<usize> {
    FxHashSet::default()
}

/// `set` and `reset`.
pub(super) fn set(_replay: &mut Replay, _setting: &Setting, _local: bool) -> Outcome {
    Ok(())
}

/// `begin`, `commit`, `rollback`, savepoints.
pub(super) fn transaction(_replay: &mut Replay, _transaction: &Transaction) -> Outcome {
    Ok(())
}
