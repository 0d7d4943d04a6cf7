//! Which functions change the schema when they are called.

use super::{body, effects};
use crate::extract::schema::catalog::FunctionId;
use crate::extract::schema::replay::Replay;
use crate::parse::sql::routine::Body;

/// Whether calling a function may change the schema.
pub(super) fn changes(replay: &Replay, id: FunctionId, depth: u32) -> bool {
    let Some(body) = body(replay, id) else { return false };
    match body {
        Body::Sql(statements) => {
            statements.iter().any(|statement| effects::statement_effect(statement).is_some())
        }
        Body::Plpgsql(block, _) => effects::may_change(&block, &mut |name| {
            depth > 0
                && replay
                    .functions_named(name)
                    .into_iter()
                    .any(|called| called != id && changes(replay, called, depth - 1))
        }),
        Body::None | Body::Unread(_) => false,
    }
}
