//! `do` blocks, and functions that change the schema when they are called.
//!
//! Blocks are run, not guessed: loops over literal lists and over the catalogue as it stands, conditions on it,
//! variables, texts put together and executed. What depends on rows or on the server stays a doubt about what it may
//! have changed.

mod calls;
mod conditions;
mod effects;
mod eval;
mod functions;
mod rows;
mod run;
mod select;
mod signatures;
mod tables;
mod value;
mod variables;

use super::{Outcome, Replay};
use crate::extract::schema::catalog::{About, FunctionId};
use crate::parse::sql::block::{Block, Declared, Step, StepKind};
use crate::parse::sql::expression::{Expr, Name, Query};
use crate::parse::sql::model::{Kind, Statement};
use crate::parse::sql::walk::{self, Part};
use run::Machine;

/// How deep called functions call others.
const DEPTH: u32 = 8;

/// Runs a `do` block. What fails inside it is returned ([`Replay::run`]), and nothing of it stays.
pub(super) fn run(replay: &mut Replay, language: &Name, block: Option<&Block>) -> Outcome {
    match block {
        Some(block) => {
            replay.check_variables(&[], block)?;
            replay.depth += 1;
            let outcome = Machine::new(replay).block(block);
            replay.depth -= 1;
            outcome.map(drop)
        }
        None if language.is_empty() || language.eq_ignore_ascii_case("plpgsql") => {
            replay.doubt("a block that could not be read", About::Everything);
            Ok(())
        }
        None => {
            replay.doubt(format!("a block in {language}"), About::Everything);
            Ok(())
        }
    }
}

/// Runs the functions that a query calls, where they change the schema.
pub(super) fn called(replay: &mut Replay, query: &Query) -> Outcome {
    let mut machine = Machine::new(replay);
    machine.query_calls(query)
}

/// What a statement may change.
pub(super) fn effects(replay: &Replay, statement: &Statement) -> Vec<About> {
    match &statement.kind {
        Kind::Do { block: Some(block), .. } => effects::of(&block.statements),
        Kind::Query(query) => {
            let called = changing(replay, query);
            called.into_iter().flat_map(|id| functions::of(replay, id)).collect()
        }
        _ => effects::statement_effect(statement).into_iter().collect(),
    }
}

/// The variables of a block and of the blocks in it.
pub(super) fn declared(block: &Block) -> Vec<&Declared> {
    let mut found: Vec<&Declared> = block.declares.iter().collect();
    let handlers = block.handlers.iter().map(|handler| handler.statements.as_slice());
    let mut lists: Vec<&[Step]> = std::iter::once(block.statements.as_slice()).chain(handlers).collect();
    while let Some(list) = lists.pop() {
        for step in list {
            if let StepKind::Block(inner) = &step.kind {
                found.extend(&inner.declares);
            }
            lists.extend(effects::inside(&step.kind));
        }
    }
    found
}

/// The functions that a query calls whose bodies change the schema.
fn changing(replay: &Replay, query: &Query) -> Vec<FunctionId> {
    let mut found = Vec::new();
    walk::query(query, &mut |part| {
        if let Part::Expr(Expr::Call(call)) = part {
            for id in replay.functions_named(&call.name) {
                if !found.contains(&id) && functions::changes(replay, id) {
                    found.push(id);
                }
            }
        }
        true
    });
    found
}

#[cfg(test)]
mod tests;
