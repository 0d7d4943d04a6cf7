//! Shell scripts → the simple commands that can run, in order, with what becomes of their failure.
//!
//! POSIX sh and bash as found in CI run blocks, Dockerfiles, package scripts, git hooks and `*.sh` files; PowerShell
//! and `cmd.exe` only as far as statements and words. Why this parser is our own: `docs/decisions/shell-parser.md`.
//!
//! A GitHub expression `${{ … }}` is an opaque part of a word wherever it stands.

mod compound;
mod emit;
mod expression;
mod flow;
mod foreign;
mod grammar;
mod heredoc;
mod map;
mod model;
mod options;
mod quote;
mod status;
mod tree;
mod unwrap;
mod word;
mod wrapper;

#[cfg(test)]
mod tests;

pub use map::Offsets;
pub use model::{Assignment, Command, Failure, Heredoc, Mask, Redirect, Script, Within, Word};
pub use options::{Dialect, Options};
pub use wrapper::Wrapper;

use super::Parsed;

/// Reads a script that is run by plain `sh`, from the directory it is about.
pub fn parse(text: &str) -> Parsed<Script> {
    parse_with(text, Options::default())
}

/// Reads a script started as `options` say.
pub fn parse_with(text: &str, options: Options) -> Parsed<Script> {
    flow::script(text, options, &flow::Origin::default())
}

/// Reads a script cut out of a file, and gives every span of it as one of the file.
pub fn parse_mapped(text: &str, options: Options, map: &Offsets) -> Parsed<Script> {
    let mut parsed = parse_with(text, options);
    for command in &mut parsed.document.commands {
        command.remap(map);
    }
    for error in &mut parsed.errors {
        error.span = map.span(error.span);
    }
    parsed
}

/// The words of one command line: of its first command, with the assignments before it left out.
pub fn parse_words(text: &str) -> Parsed<Vec<Word>> {
    let (list, _, errors) = grammar::read(text, Options::default());
    let words = list.items.into_iter().next().and_then(tree::Item::into_words).unwrap_or_default();
    Parsed { document: words, errors }
}
