//! `golive score FROM.json`: the sum of a report, done again.

use std::io::{Read as _, stdin};

use super::args::ScoreArgs;
use super::output::{self, reason};
use super::{Exit, Failure, repository};
use crate::report::{json, sum};

/// Writes the sum out; numbers that do not add up are told and make the exit code 1.
pub(super) fn run(args: &ScoreArgs) -> Result<Exit, Failure> {
    let name = args.from.display();
    let text = if args.from.as_os_str() == "-" {
        let mut text = String::new();
        stdin()
            .read_to_string(&mut text)
            .map_err(|error| Failure::usage(format!("standard input cannot be read: {}", reason(&error))))?;
        text
    } else {
        repository::read(&args.from)?
    };
    let report = json::parse(&text).map_err(|error| Failure::usage(format!("`{name}`: {error}")))?;
    let sum = sum::sum(&report);
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
