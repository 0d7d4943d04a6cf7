//! The page that the parts of the terminal report draw on: lines of measured pieces, painted only where colour is on.

use std::fmt::Write as _;

use super::{Style, text};
use crate::report::{Place, Severity, escape};

/// A meaning that a colour carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    Plain,
    Strong,
    Quiet,
    Bad,
    Grave,
    Warning,
    Good,
    Notice,
}

impl Ink {
    /// The ink of a severity.
    pub(super) fn of(severity: Severity) -> Self {
        match severity {
            Severity::Blocker => Self::Grave,
            Severity::High => Self::Bad,
            Severity::Medium => Self::Warning,
            Severity::Low => Self::Notice,
            Severity::Info => Self::Quiet,
        }
    }

    /// The parameters of the escape sequence that selects it.
    fn code(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Strong => "1",
            Self::Quiet => "2",
            Self::Bad => "31",
            Self::Grave => "1;31",
            Self::Warning => "33",
            Self::Good => "32",
            Self::Notice => "36",
        }
    }
}

/// The signs of the page, for terminals with and without characters outside ASCII.
#[derive(Debug, Clone, Copy)]
pub(super) struct Signs {
    pub(super) cross: &'static str,
    pub(super) dot: &'static str,
    pub(super) more: &'static str,
    pub(super) minus: &'static str,
    pub(super) dash: &'static str,
    /// A full cell of a bar, and its eighths from one to seven; without eighths a cell is full or empty.
    pub(super) cell: &'static str,
    pub(super) eighths: &'static [&'static str],
}

const UNICODE: Signs = Signs {
    cross: "✗",
    dot: " · ",
    more: "…",
    minus: "−",
    dash: "–",
    cell: "█",
    eighths: &["▏", "▎", "▍", "▌", "▋", "▊", "▉"],
};
const ASCII: Signs =
    Signs { cross: "x", dot: ", ", more: "...", minus: "-", dash: "-", cell: "#", eighths: &[] };

/// What has been drawn so far.
pub(super) struct Page<'s> {
    pub(super) style: &'s Style,
    pub(super) signs: Signs,
    /// Columns of the page.
    pub(super) width: usize,
    out: String,
}

/// A line that is being drawn, and the columns it takes.
pub(super) struct Line {
    text: String,
    width: usize,
    colour: bool,
}

impl<'s> Page<'s> {
    /// An empty page.
    pub(super) fn new(style: &'s Style) -> Self {
        let signs = if style.unicode { UNICODE } else { ASCII };
        Self { style, signs, width: usize::from(style.width.clamp(60, 160)), out: String::new() }
    }

    /// An empty line to draw on, indented by so many columns.
    pub(super) fn line(&self, indent: usize) -> Line {
        Line { text: " ".repeat(indent), width: indent, colour: self.style.colour }
    }

    /// Puts a line on the page.
    pub(super) fn put(&mut self, line: &Line) {
        self.out.push_str(line.text.trim_end_matches(' '));
        self.out.push('\n');
    }

    /// Puts an empty line on the page; never two, and none at the top.
    pub(super) fn gap(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    /// Puts a heading on the page, after an empty line.
    pub(super) fn heading(&mut self, title: &str, remark: &str) {
        self.gap();
        let line = self.line(2).ink(Ink::Strong, title).ink(Ink::Quiet, remark);
        self.put(&line);
    }

    /// Puts a text on the page, wrapped at the width.
    pub(super) fn paragraph(&mut self, indent: usize, ink: Ink, content: &str) {
        for part in text::wrap(content, self.width.saturating_sub(indent)) {
            let line = self.line(indent).ink(ink, &part);
            self.put(&line);
        }
    }

    /// Puts lines on the page that are drawn already.
    pub(super) fn verbatim(&mut self, lines: &str) {
        self.out.push_str(lines);
    }

    /// How a place is written: `path:line:column`, or the path alone for a file as a whole.
    pub(super) fn place(&self, line: Line, place: &Place) -> Line {
        let words = place.words();
        match &self.style.links {
            Some(root) => {
                let width = line.width + text::width(&words);
                let mut text = line.text;
                let _ = write!(
                    text,
                    "\u{1b}]8;;{root}/{}\u{1b}\\{words}\u{1b}]8;;\u{1b}\\",
                    escape::address(&place.path)
                );
                Line { text, width, ..line }
            }
            None => line.ink(Ink::Plain, &words),
        }
    }

    /// The whole page.
    pub(super) fn finish(self) -> String {
        self.out
    }
}

impl Line {
    /// Columns it takes so far.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// The line as it was drawn.
    pub(super) fn into_text(self) -> String {
        self.text
    }

    /// Adds a text.
    pub(super) fn add(self, content: &str) -> Self {
        self.ink(Ink::Plain, content)
    }

    /// Adds a text in an ink.
    pub(super) fn ink(mut self, ink: Ink, content: &str) -> Self {
        self.width += text::width(content);
        if self.colour && ink != Ink::Plain && !content.trim().is_empty() {
            let _ = write!(self.text, "\u{1b}[{}m{content}\u{1b}[0m", ink.code());
        } else {
            self.text.push_str(content);
        }
        self
    }

    /// Adds spaces up to a column, and at least one where something stands before it.
    pub(super) fn to(self, column: usize) -> Self {
        let missing = column.saturating_sub(self.width).max(usize::from(self.width > 0));
        self.add(&" ".repeat(missing))
    }

    /// Adds a text so that it ends before a column.
    pub(super) fn right(self, column: usize, ink: Ink, content: &str) -> Self {
        let missing = column.saturating_sub(self.width + text::width(content));
        self.add(&" ".repeat(missing)).ink(ink, content)
    }
}
