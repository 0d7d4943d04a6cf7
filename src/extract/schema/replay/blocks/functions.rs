//! Which functions change the schema when they are called.

use rustc_hash::FxHashSet;

use super::effects;
use crate::extract::schema::catalog::{About, FunctionId};
use crate::extract::schema::replay::Replay;
use crate::parse::sql::routine::Body;

/// Whether calling a function may change the schema: itself, or by what it calls.
pub(super) fn changes(replay: &Replay, id: FunctionId) -> bool {
    let mut seen = FxHashSet::from_iter([id]);
    let mut open = vec![id];
    while let Some(id) = open.pop() {
        let calls = match replay.function(id).map(|function| &function.body) {
            Some(Body::Sql(statements)) => {
                if statements.iter().any(|statement| effects::statement_effect(statement).is_some()) {
                    return true;
                }
                statements.iter().flat_map(effects::calls_of).collect()
            }
            Some(Body::Plpgsql(block)) => {
                if effects::changes(block) {
                    return true;
                }
                effects::calls(block)
            }
            Some(Body::None | Body::Unread(_)) | None => Vec::new(),
        };
        let called = calls.into_iter().flat_map(|name| replay.functions_named(name));
        open.extend(called.filter(|id| seen.insert(*id)));
    }
    false
}

/// What a function may change by itself.
pub(super) fn of(replay: &Replay, id: FunctionId) -> Vec<About> {
    match replay.function(id).map(|function| &function.body) {
        Some(Body::Plpgsql(block)) => effects::of(&block.statements),
        Some(Body::Sql(statements)) => statements.iter().filter_map(effects::statement_effect).collect(),
        Some(Body::None | Body::Unread(_)) | None => Vec::new(),
    }
}
