//! The syntax tree between [`grammar`](super::grammar) and [`flow`](super::flow).

use super::model::Word;
use crate::source::Span;

/// Statements one after another.
#[derive(Debug, Default)]
pub(super) struct List {
    pub(super) items: Vec<Item>,
}

/// One statement: pipelines joined by `&&` and `||`.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) span: Span,
    pub(super) links: Vec<Link>,
    pub(super) background: bool,
}

#[derive(Debug)]
pub(super) struct Link {
    pub(super) joined: Joined,
    pub(super) pipeline: Pipeline,
}

/// How a pipeline hangs on the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Joined {
    First,
    And,
    Or,
}

#[derive(Debug)]
pub(super) struct Pipeline {
    pub(super) negated: bool,
    pub(super) stages: Vec<Stage>,
}

/// One member of a pipeline, with the redirections behind a compound command.
#[derive(Debug)]
pub(super) struct Stage {
    pub(super) node: Node,
    pub(super) redirects: Vec<Aim>,
}

#[derive(Debug)]
pub(super) enum Node {
    Simple(Simple),
    Group(List),
    Subshell(List),
    If { arms: Vec<(List, List)>, otherwise: Option<List> },
    Loop { head: Vec<Lexed>, condition: Option<List>, body: List },
    Case { subject: Vec<Lexed>, arms: Vec<List> },
    Function { name: String, body: Box<Stage> },
}

#[derive(Debug, Default)]
pub(super) struct Simple {
    pub(super) span: Span,
    pub(super) assignments: Vec<(String, Span, Lexed)>,
    pub(super) words: Vec<Lexed>,
    pub(super) redirects: Vec<Aim>,
}

/// A word and the command substitutions in it.
#[derive(Debug)]
pub(super) struct Lexed {
    pub(super) word: Word,
    pub(super) inner: Vec<List>,
}

/// A redirection; `heredoc` is an index into the bodies read.
#[derive(Debug)]
pub(super) struct Aim {
    pub(super) span: Span,
    pub(super) fd: Option<String>,
    pub(super) operator: &'static str,
    pub(super) target: Lexed,
    pub(super) heredoc: Option<usize>,
}

/// A here-document; the body is empty until its lines have been read.
#[derive(Debug)]
pub(super) struct Body {
    pub(super) delimiter: String,
    pub(super) quoted: bool,
    pub(super) strip: bool,
    pub(super) text: Lexed,
}

impl Simple {
    /// The text of the word at `index`, where it has no expansion.
    pub(super) fn fixed(&self, index: usize) -> Option<&str> {
        self.words
            .get(index)
            .map(|lexed| &lexed.word)
            .filter(|word| !word.expansion)
            .map(|word| word.text.as_str())
    }
}

impl Item {
    /// The simple command this statement is, where it is nothing more.
    pub(super) fn simple(&self) -> Option<&Simple> {
        match self.links.as_slice() {
            [link] if !self.background => link.pipeline.simple(),
            _ => None,
        }
    }

    /// The words of the first simple command.
    pub(super) fn into_words(self) -> Option<Vec<Word>> {
        let stage = self.links.into_iter().next()?.pipeline.stages.into_iter().next()?;
        match stage.node {
            Node::Simple(simple) => Some(simple.words.into_iter().map(|lexed| lexed.word).collect()),
            _ => None,
        }
    }
}

impl Pipeline {
    /// The simple command this pipeline is, where it is nothing more.
    pub(super) fn simple(&self) -> Option<&Simple> {
        match self.stages.as_slice() {
            [Stage { node: Node::Simple(simple), .. }] if !self.negated => Some(simple),
            _ => None,
        }
    }
}
