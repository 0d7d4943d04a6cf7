//! `golive completions SHELL`: the completions for a shell.

use clap::CommandFactory as _;

use super::args::{Args, CompletionsArgs};
use super::{Exit, Failure, output};

/// Prints the completions.
pub(super) fn run(args: &CompletionsArgs) -> Result<Exit, Failure> {
    let mut script = vec![];
    clap_complete::generate(args.shell, &mut Args::command(), "golive", &mut script);
    output::print(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Holds)
}
