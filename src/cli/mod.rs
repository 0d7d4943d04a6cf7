//! The command line: arguments, and one file per command. Only here and in `source` is anything read or written.

mod args;
mod audit;
mod baseline;
mod compare;
mod completions;
mod config;
mod environment;
mod exit;
mod explain;
mod facts;
mod fix;
mod gate;
mod init;
mod known;
mod man;
mod output;
mod plan;
mod progress;
mod reference;
mod report;
mod repository;
mod rules;
mod schema;
mod score;
mod select;
mod settings;
mod side;
mod waivers;

use std::ffi::OsString;

use clap::Parser;

use args::{Args, Command, RulesCommand};

pub use exit::{Exit, Failure};
pub use reference::reference;

/// Runs the command that the arguments name; the first is the name of the program.
///
/// # Errors
/// What kept the command from doing its work, in a sentence.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Result<Exit, Failure> {
    let args = match Args::try_parse_from(arguments) {
        Ok(args) => args,
        // Help and version come this way too; they are written to standard output and are no failure.
        Err(error) => {
            let text = error.render();
            if error.use_stderr() {
                let colour = environment::error_colour();
                return Err(Failure::usage(if colour { text.ansi().to_string() } else { text.to_string() }));
            }
            return output::print(&text.to_string()).map(|()| Exit::Holds);
        }
    };
    match args.command {
        None => audit::run(&args.audit),
        Some(Command::Baseline(command)) => baseline::run(&command),
        Some(Command::Explain(command)) => explain::run(&command),
        Some(Command::Rules(command)) => match command.command {
            RulesCommand::List(command) => rules::list::run(&command),
            RulesCommand::Check(command) => rules::check::run(&command),
            RulesCommand::New(command) => rules::new::run(&command),
        },
        Some(Command::Facts(command)) => facts::run(&command),
        Some(Command::Compare(command)) => compare::run(&command),
        Some(Command::Init(command)) => init::run(&command),
        Some(Command::Report(command)) => report::run(&command),
        Some(Command::Fix(command)) => fix::run(&command),
        Some(Command::Plan(command)) => plan::run(&command),
        Some(Command::Score(command)) => score::run(&command),
        Some(Command::Waivers(command)) => waivers::run(&command),
        Some(Command::Schema(command)) => schema::run(&command),
        Some(Command::Completions(command)) => completions::run(&command),
        Some(Command::Man) => man::run(),
    }
}
