//! From a logical line to an instruction: keyword, flags, words.

use std::collections::HashSet;
use std::ops::Range;

use super::document::{Flag, Heredoc, Instruction};
use super::lex::{self, Nothing, Variables};
use super::scope::{Current, Global, Scopes};
use super::script::Script;
use super::value::{Expanded, Word};
use super::words::{self, RawFlag};
use crate::parse::SyntaxError;
use crate::source::Span;

/// Turns logical lines into instructions.
pub(super) struct Builder<'a> {
    /// The escape character of the file.
    pub(super) escape: char,
    /// Variables, as far as the file has been read.
    pub(super) scopes: &'a mut Scopes,
    /// What the file does wrong.
    pub(super) errors: &'a mut Vec<SyntaxError>,
    /// Which variables words see.
    pub(super) view: View,
}

/// Which variables words see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum View {
    /// Those before the first `FROM`.
    Global,
    /// Those of the stage.
    Stage,
    /// Those of a later build, of which nothing is known.
    Later,
}

/// A logical line cut in keyword, flags and the rest.
pub(super) struct Line<'s> {
    /// The line itself.
    pub(super) script: &'s Script,
    /// The keyword.
    pub(super) keyword: Range<usize>,
    /// Everything in front of the arguments that begins with two dashes.
    pub(super) flags: Vec<RawFlag>,
    /// The arguments, without white space around them.
    pub(super) args: Range<usize>,
}

impl<'s> Line<'s> {
    /// Cuts the part `range` of a logical line.
    pub(super) fn new(script: &'s Script, range: Range<usize>, escape: char) -> Self {
        let text = &script.text;
        let (keyword, rest) = words::first(text, words::trim(text, range));
        let (flags, args) = words::flags(script, rest, escape);
        Self { script, keyword, flags, args: words::trim(text, args) }
    }

    /// The keyword in lower case.
    pub(super) fn name(&self) -> String {
        self.script.text[self.keyword.clone()].to_lowercase()
    }

    /// The arguments as written.
    pub(super) fn args(&self) -> &'s str {
        &self.script.text[self.args.clone()]
    }

    /// From the keyword to the last argument.
    pub(super) fn span(&self) -> Span {
        let end = self.flags.last().map_or(self.keyword.end, |flag| flag.range.end);
        self.script.span(self.keyword.start..self.args.end.max(end))
    }

    /// An error about the line as a whole.
    pub(super) fn error(&self, message: impl Into<String>) -> SyntaxError {
        SyntaxError::new(self.span(), message)
    }

    /// Whether `<<` on this line begins a heredoc: `ADD`, `COPY` and `RUN` in shell form, also after `ONBUILD`.
    pub(super) fn takes_heredocs(&self, escape: char) -> bool {
        match self.name().as_str() {
            "add" | "copy" | "run" => {
                !matches!(words::json(&self.script.text, self.args.clone()), words::Json::Strings(_))
            }
            "onbuild" => {
                let inner = Line::new(self.script, self.args.clone(), escape);
                inner.name() != "onbuild" && inner.takes_heredocs(escape)
            }
            _ => false,
        }
    }
}

impl Builder<'_> {
    /// The instruction of a line other than `FROM`.
    pub(super) fn instruction(
        &mut self,
        line: &Line<'_>,
        heredocs: Vec<Heredoc>,
    ) -> Result<Instruction, SyntaxError> {
        let name = line.name();
        let flags = self.flags(line, &name);
        let kind = self.kind(line, &name, &flags, heredocs)?;
        Ok(Instruction {
            keyword: literal(line.script, line.keyword.clone()),
            span: line.span(),
            flags,
            kind,
        })
    }

    /// The flags of a line. One that the instruction does not know is an error, and is kept.
    pub(super) fn flags(&mut self, line: &Line<'_>, instruction: &str) -> Vec<Flag> {
        let mut flags = Vec::new();
        let mut earlier = HashSet::new();
        for raw in &line.flags {
            let text = &raw.text.text;
            let equals = text.find('=');
            let name = text[..equals.unwrap_or(text.len())].trim_start_matches("--").to_owned();
            let span = line.script.span(raw.range.clone());
            if let Some(message) =
                flag_mistake(instruction, &name, equals.is_some(), !earlier.insert(name.clone()))
            {
                self.errors.push(SyntaxError::new(span, message));
            }
            let value = equals.map(|at| {
                let range = at + 1..text.len();
                match name.as_str() {
                    "platform" | "chown" | "chmod" | "checksum" => self.word(&raw.text, range),
                    _ => literal(&raw.text, range),
                }
            });
            flags.push(Flag { name, value, span });
        }
        flags
    }

    /// A word with its quotes removed and its variables substituted.
    pub(super) fn word(&mut self, script: &Script, range: Range<usize>) -> Word {
        let span = script.span(range.clone());
        self.expanded(span, script.text[range].to_owned())
    }

    /// As [`Builder::word`], for a text that stands at `span`.
    pub(super) fn expanded(&mut self, span: Span, text: String) -> Word {
        let result = {
            let (global, current) = (Global(self.scopes), Current(self.scopes));
            let variables: &dyn Variables = match self.view {
                View::Global => &global,
                View::Stage => &current,
                View::Later => &Nothing,
            };
            lex::expand(&text, self.escape, variables)
        };
        let value = result.unwrap_or_else(|message| {
            self.errors.push(SyntaxError::new(span, message));
            Expanded::unknown("", &text)
        });
        Word { span, text, value }
    }
}

/// A word that is taken as written.
pub(super) fn literal(script: &Script, range: Range<usize>) -> Word {
    Word::literal(script.span(range.clone()), &script.text[range])
}

/// What is wrong with a flag.
fn flag_mistake(instruction: &str, name: &str, has_value: bool, repeated: bool) -> Option<String> {
    let known: &[&str] = match instruction {
        "arg" | "stopsignal" => return None, // the builder does not look at them
        "add" => &["chown", "chmod", "link", "keep-git-dir", "checksum", "unpack", "exclude"],
        "copy" => &["chown", "from", "chmod", "link", "exclude", "parents"],
        "from" => &["platform"],
        "run" => &["mount", "network", "security", "device"],
        "healthcheck" => &["interval", "timeout", "start-period", "start-interval", "retries"],
        _ => &[],
    };
    if !known.contains(&name) {
        return Some(format!("{} has no flag `--{name}`", instruction.to_uppercase()));
    }
    if !has_value && !["link", "keep-git-dir", "unpack", "parents"].contains(&name) {
        return Some(format!("the flag `--{name}` needs a value"));
    }
    if repeated && !["mount", "exclude", "device"].contains(&name) {
        return Some(format!("the flag `--{name}` may stand only once"));
    }
    None
}
