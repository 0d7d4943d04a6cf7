//! What readers of a script get: the flat list of its commands.

use std::collections::HashSet;

use super::map::Offsets;
use super::wrapper::{self, Wrapper};
use crate::source::Span;

/// A script as the commands in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Script {
    /// Every simple command, in the order they would run; those of a function where it is defined, those of a
    /// substitution before the command it belongs to, those of `sh -c '…'` behind that.
    pub commands: Vec<Command>,
    /// The names of the functions defined.
    pub functions: Vec<String>,
}

/// One simple command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// From its first word, assignment or redirection to its last.
    pub span: Span,
    /// The name and the arguments as written; empty for a statement that only assigns or redirects.
    pub words: Vec<Word>,
    /// `NAME=value` before the name, or handed to `env` or `cross-env`.
    pub assignments: Vec<Assignment>,
    /// Its redirections.
    pub redirects: Vec<Redirect>,
    /// What becomes of a non-zero exit.
    pub failure: Failure,
    /// What it stands in, outermost first.
    pub within: Vec<Within>,
    /// The programs that only run it, outermost first.
    pub wrappers: Vec<Wrapper>,
    /// The working directory, relative to where the script starts (`.`) or absolute; none where it is computed.
    pub dir: Option<String>,
    /// Whether `set -e` is on here.
    pub errexit: bool,
    /// Whether `set -o pipefail` is on here.
    pub pipefail: bool,
    /// It stands behind an unconditional `exit`.
    pub unreachable: bool,
    pub(super) skip: usize,
}

/// One word.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Word {
    /// The text with quotes and escapes resolved; variables, substitutions and GitHub expressions as written.
    pub text: String,
    /// Where it stands, quotes included.
    pub span: Span,
    /// It holds a variable, a substitution or a GitHub expression: the text is not what the command gets.
    pub expansion: bool,
    /// Some of it is quoted or escaped.
    pub quoted: bool,
    /// Where the bytes of `text` stand.
    pub map: Offsets,
}

/// `NAME=value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// The whole of it.
    pub span: Span,
    /// The variable.
    pub name: String,
    /// The value; an array as written.
    pub value: Word,
}

/// A redirection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    /// The whole of it.
    pub span: Span,
    /// The descriptor before the operator, where one is written.
    pub fd: Option<String>,
    /// `>`, `>>`, `<`, `<<`, `<<-`, `<<<`, `>&`, `&>` …
    pub operator: &'static str,
    /// The file, descriptor, text of `<<<` or delimiter.
    pub target: Word,
    /// The lines of `<<`.
    pub heredoc: Option<Heredoc>,
}

/// The lines of a here-document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heredoc {
    /// The text; tabs stripped for `<<-`.
    pub body: Word,
    /// The delimiter is quoted: nothing in the body expands.
    pub literal: bool,
}

/// What becomes of a non-zero exit of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Failure {
    /// The script fails.
    Stops,
    /// The script goes on and may end well.
    Masked(Mask),
}

/// Why a failure does not fail the script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mask {
    /// `|| true`, `|| :`, `|| echo …`: what follows cannot fail.
    Fallback,
    /// `|| other`: another command is tried, whose own failure is judged by itself.
    Alternative,
    /// Its status is put in a variable or read as `$?`; whether that decides anything later is not told.
    Recorded,
    /// The script or block ends in `exit 0`, `true` or `:`, without `set -e`.
    ExitZero,
    /// `! command`.
    Negated,
    /// Not the last of a pipe, without `pipefail`.
    Pipe,
    /// It is the condition of `if`, `while` or `until`, and failing it leads to no failing exit.
    Condition,
    /// `command &`.
    Background,
    /// Later commands decide: no `set -e` is on, or it stands left of `&&`, where `set -e` does not hold.
    Unchecked,
    /// Its output is an argument, `$(…)` or `<(…)`, and its status is lost.
    Substitution,
    /// A dash before the recipe line of a makefile or justfile.
    Prefix,
}

/// What a command stands in.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Within {
    /// The body of a function of this name.
    Function(String),
    /// `( … )`.
    Subshell,
    /// A branch of `if` or `case`, the right side of `||`, or of `&&` behind a test.
    Branch,
    /// The condition of `if`, `while` or `until`.
    Condition,
    /// The body of a loop.
    Loop,
    /// `$(…)`, backticks or `<(…)`.
    Substitution,
    /// The text handed to `sh -c` or the like.
    Script,
}

impl Failure {
    /// Whether the script may end well in spite of it.
    pub fn is_masked(self) -> bool {
        self != Self::Stops
    }

    /// What becomes of it inside something of which `outer` becomes.
    #[must_use]
    pub fn inside(self, outer: Self) -> Self {
        if outer.is_masked() { outer } else { self }
    }
}

impl Command {
    /// The words without the wrappers before them: `npx jest` is `jest`.
    pub fn effective(&self) -> &[Word] {
        self.words.get(self.skip..).unwrap_or_default()
    }

    /// The program, without wrappers and without its directory where it is a system one; none where it is computed.
    pub fn name(&self) -> Option<&str> {
        let word = self.effective().first().filter(|word| !word.expansion)?;
        Some(wrapper::base(&word.text))
    }

    /// The arguments of the program as text.
    pub fn arguments(&self) -> Vec<&str> {
        self.effective().iter().skip(1).map(|word| word.text.as_str()).collect()
    }

    /// The innermost function it stands in.
    pub fn function(&self) -> Option<&str> {
        self.within.iter().rev().find_map(|within| match within {
            Within::Function(name) => Some(name.as_str()),
            _ => None,
        })
    }

    /// Whether anything around it is `within`.
    pub fn is_within(&self, within: &Within) -> bool {
        self.within.contains(within)
    }

    /// Turns its spans, which are those of a text cut out of a file, into those of the file.
    pub fn remap(&mut self, map: &Offsets) {
        self.place(&|span| map.span(span));
        for word in self.every_word() {
            word.map = word.map.then(map);
        }
    }

    /// The same for any way to place a span; the maps of its words still lead to the text cut out.
    pub fn place(&mut self, place: &dyn Fn(Span) -> Span) {
        self.span = place(self.span);
        self.assignments.iter_mut().for_each(|assignment| assignment.span = place(assignment.span));
        self.redirects.iter_mut().for_each(|redirect| redirect.span = place(redirect.span));
        for word in self.every_word() {
            word.span = place(word.span);
        }
    }

    fn every_word(&mut self) -> impl Iterator<Item = &mut Word> {
        let values = self.assignments.iter_mut().map(|assignment| &mut assignment.value);
        let redirects = self.redirects.iter_mut().flat_map(|redirect| {
            let body = redirect.heredoc.as_mut().map(|heredoc| &mut heredoc.body);
            [&mut redirect.target].into_iter().chain(body)
        });
        self.words.iter_mut().chain(values).chain(redirects)
    }
}

impl Word {
    /// The text, where nothing in it expands.
    pub fn fixed(&self) -> Option<&str> {
        (!self.expansion).then_some(self.text.as_str())
    }
}

/// More commands than this are not expanded out of functions that call each other.
const MOST_RESOLVED: usize = 10_000;

/// Functions that call functions are followed this deep.
const DEEPEST_CALL: usize = 50;

impl Script {
    /// What a command runs: the commands of the function it calls, those of the functions called there in turn, or
    /// itself; each with what becomes of its failure.
    pub fn resolve<'a>(&'a self, command: &'a Command) -> Vec<(&'a Command, Failure)> {
        let mut found = Vec::new();
        self.resolve_into(command, Failure::Stops, &mut HashSet::new(), &mut found);
        found
    }

    /// Every command that runs, functions resolved where they are called; those of a function nobody calls are left
    /// out.
    pub fn runs(&self) -> Vec<(&Command, Failure)> {
        let mut found = Vec::new();
        for command in self.commands.iter().filter(|command| command.function().is_none()) {
            self.resolve_into(command, Failure::Stops, &mut HashSet::new(), &mut found);
        }
        found
    }

    fn resolve_into<'a>(
        &'a self,
        command: &'a Command,
        outer: Failure,
        open: &mut HashSet<&'a str>,
        found: &mut Vec<(&'a Command, Failure)>,
    ) {
        if found.len() >= MOST_RESOLVED {
            return;
        }
        let failure = command.failure.inside(outer);
        let called = command.effective().first().and_then(Word::fixed);
        let Some(name) = called.filter(|name| self.functions.iter().any(|known| known == name)) else {
            found.push((command, failure));
            return;
        };
        if open.len() >= DEEPEST_CALL || !open.insert(name) {
            return;
        }
        for inner in self.commands.iter().filter(|inner| inner.function() == Some(name)) {
            self.resolve_into(inner, failure, open, found);
        }
        open.remove(name);
    }
}
