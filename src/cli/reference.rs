//! The page about the command line, made from the arguments themselves.

use std::fmt::Write as _;

use clap::{Command, CommandFactory as _};

use super::args::Args;

/// The help of every command, in Markdown.
pub fn reference() -> String {
    let mut page = String::from("# The command line\n\nMade from the arguments; what `--help` prints.\n");
    let mut command = Args::command().term_width(100);
    command.build();
    section(&mut page, &mut command, "golive");
    page
}

fn section(page: &mut String, command: &mut Command, path: &str) {
    let help = command.render_long_help().to_string();
    let help: Vec<_> = help.trim_end().lines().map(str::trim_end).collect();
    let _ = write!(page, "\n## {path}\n\n```text\n{}\n```\n", help.join("\n"));
    for below in command.get_subcommands_mut().filter(|below| below.get_name() != "help") {
        let path = format!("{path} {}", below.get_name());
        section(page, below, &path);
    }
}
