//! What each step of a set runs, as statements with their places in the step's file.

use std::borrow::Cow;

use rayon::prelude::*;

use crate::extract::Context;
use crate::extract::migrations::{Part, Set, Step};
use crate::parse::sql;
use crate::parse::sql::dialect::Dialect;
use crate::parse::sql::model::Script;
use crate::source::Span;

/// What a step runs.
#[derive(Debug, Default)]
pub(super) struct Run {
    /// Its statements.
    pub(super) script: Script,
    /// SQL that does not stand in the file as it is has places past the end of the file: from each on, up to the next, what
    /// is read comes from there in the file.
    made: Vec<(u32, Span)>,
}

impl Run {
    /// Where in the file something stands that a statement says.
    pub(super) fn place(&self, span: Span) -> Span {
        let after = self.made.partition_point(|(from, _)| *from <= span.start);
        after.checked_sub(1).map_or(span, |at| self.made[at].1)
    }
}

/// What each step runs, in the order of the steps.
pub(super) fn of(context: &Context<'_>, set: &Set) -> Vec<Run> {
    set.steps.par_iter().map(|step| run(context.tree.text(step.file), step, set.dialect)).collect()
}

/// Reads those steps once more whose texts do not tell their dialect, as the one that others of the set tell.
pub(super) fn read_as(context: &Context<'_>, set: &Set, dialect: Dialect, runs: &mut [Run]) {
    if !is_read_otherwise(dialect) {
        return;
    }
    runs.par_iter_mut().zip(&set.steps).for_each(|(own, step)| {
        if own.script.dialect == Dialect::Unknown {
            *own = run(context.tree.text(step.file), step, dialect);
        }
    });
}

/// Whether texts of a dialect are read otherwise than PostgreSQL's.
fn is_read_otherwise(dialect: Dialect) -> bool {
    matches!(dialect, Dialect::MySql | Dialect::Sqlite | Dialect::TSql | Dialect::Oracle)
}

fn run(text: &str, step: &Step, dialect: Dialect) -> Run {
    let mut run = Run::default();
    let mut end = text.len();
    for parts in step.up.chunk_by(|one, next| is_made(one) && is_made(next)) {
        if let [Part::Sql(span)] = parts {
            append(&mut run.script, read(text, *span, dialect));
            continue;
        }
        let mut made = " ".repeat(end);
        for part in parts {
            let Part::Text { text, places } = part else { continue };
            let start = u32::try_from(made.len()).unwrap_or(u32::MAX);
            run.made.extend(places.iter().map(|(offset, span)| (start.saturating_add(*offset), *span)));
            made.push_str(&named(text, dialect));
            made.push_str(";\n");
        }
        end = made.len();
        append(&mut run.script, of_dialect(&made, dialect));
    }
    run
}

/// The same text with names as the dialect quotes them: builders of ours quote all of them as PostgreSQL does.
fn named(text: &str, dialect: Dialect) -> Cow<'_, str> {
    const QUOTED: &[&str] = &["TABLE \"", "EXISTS \"", "INDEX \"", "VIEW \"", "TYPE \"", "SEQUENCE \""];
    if dialect == Dialect::MySql && QUOTED.iter().any(|word| text.contains(word)) {
        return Cow::Owned(text.replace('"', "`"));
    }
    Cow::Borrowed(text)
}

fn is_made(part: &Part) -> bool {
    matches!(part, Part::Text { .. })
}

/// Reads a part of a file; places are those of the file.
fn read(text: &str, span: Span, dialect: Dialect) -> Script {
    let (start, part) = (span.start as usize, span.of(text));
    if start == 0 {
        return of_dialect(part, dialect);
    }
    // Spaces in place of what stands before it: the statements are where they are.
    of_dialect(&(" ".repeat(start) + part), dialect)
}

/// Reads SQL. Where the set is known to be of another database it is not guessed: a column of the type `datetime` may be
/// of either, and a name in double quotes is one to SQLite alone.
fn of_dialect(text: &str, dialect: Dialect) -> Script {
    if is_read_otherwise(dialect) { sql::read_as(text, dialect) } else { sql::read(text) }
}

fn append(script: &mut Script, more: Script) {
    script.statements.extend(more.statements);
    script.errors.extend(more.errors);
    script.templated.extend(more.templated);
    script.unread.extend(more.unread);
    if script.dialect == Dialect::Unknown {
        script.dialect = more.dialect;
    }
}
