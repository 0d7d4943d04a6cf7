//! What each step of a set runs, as statements with their places in the step's file.

use rayon::prelude::*;

use crate::extract::Context;
use crate::extract::migrations::{Part, Set, Step};
use crate::parse::sql::model::{Script, Statement};
use crate::parse::sql;
use crate::source::Span;

/// One script for each step, in the order of the steps.
pub(super) fn of(context: &Context<'_>, set: &Set) -> Vec<Script> {
    set.steps.par_iter().map(|step| script(context.tree.text(step.file), step)).collect()
}

fn script(text: &str, step: &Step) -> Script {
    let mut script = Script::default();
    for part in &step.up {
        match part {
            Part::Sql(span) => append(&mut script, read(text, *span)),
            Part::Text(span, text) => {
                let mut read = sql::read(text);
                for statement in &mut read.statements {
                    statement.span = *span;
                }
                for (place, _) in &mut read.errors {
                    *place = *span;
                }
                append(&mut script, read);
            }
            Part::Statement(statement) => script.statements.push(Statement::clone(statement)),
        }
    }
    script
}

/// Reads a part of a file; places are those of the file.
fn read(text: &str, span: Span) -> Script {
    let (start, part) = (span.start as usize, span.of(text));
    if start == 0 {
        return sql::read(part);
    }
    // Spaces in place of what stands before it: the statements are where they are.
    sql::read(&(" ".repeat(start) + part))
}

fn append(script: &mut Script, more: Script) {
    script.statements.extend(more.statements);
    script.errors.extend(more.errors);
}
