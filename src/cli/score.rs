//! `golive score FROM.json`: the sum of a report, done again.

use super::args::ScoreArgs;
use super::{Exit, Failure, output, report};
use crate::report::sum;

/// Writes the sum out; numbers that do not add up are told and make the exit code 1.
pub(super) fn run(args: &ScoreArgs) -> Result<Exit, Failure> {
    let sum = sum::sum(&report::read(&args.from)?);
    output::print(&sum.text)?;
    if sum.wrong.is_empty() {
        output::print("The report adds up.\n")?;
        return Ok(Exit::Holds);
    }
    output::print("The report does not add up:\n")?;
    for sentence in &sum.wrong {
        output::print(&format!("- {sentence}\n"))?;
    }
    Ok(Exit::Fails)
}
