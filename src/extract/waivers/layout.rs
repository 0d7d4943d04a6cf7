//! Which line of a file a comment is for.

use crate::source::Span;

/// The lines of a file, and what stands on each beside comments.
pub(super) struct Layout {
    lines: Vec<Span>,
    /// By line: itself where it holds code, else the next that does, if only comments stand between.
    code: Vec<Option<usize>>,
    /// The first line with code that does something.
    top: usize,
}

/// What stands on a line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    Nothing,
    Comment,
    /// What stands at the top of many files: `<?php`, `'use strict'`.
    Opening,
    Code,
}

impl Layout {
    /// The lines of a text with these comments, which are in its order.
    pub(super) fn of(text: &str, comments: &[Span]) -> Self {
        let (mut lines, mut holds) = (Vec::new(), Vec::new());
        let mut comments = comments.iter().peekable();
        // Where the last comment ended.
        let mut from = 0;
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let span = Span::new(start, start + line.trim_end_matches(['\r', '\n']).len());
            let mut code = String::new();
            let mut at = span.start.max(from);
            while let Some(comment) = comments.next_if(|comment| comment.start < span.end) {
                code.push_str(Span { start: at, end: comment.start.max(at) }.of(text));
                at = at.max(comment.end);
            }
            from = from.max(at);
            code.push_str(Span { start: at, end: span.end.max(at) }.of(text));
            lines.push(span);
            holds.push(what(&code, span.of(text)));
            start += line.len();
        }
        let top = holds.iter().position(|holds| *holds == Holds::Code).unwrap_or(holds.len());
        let mut code = vec![None; lines.len()];
        let mut next = None;
        for (number, holds) in holds.iter().enumerate().rev() {
            next = match holds {
                Holds::Code | Holds::Opening => Some(number),
                Holds::Comment => next,
                Holds::Nothing => None,
            };
            code[number] = next;
        }
        Self { lines, code, top }
    }

    /// Whether a comment stands at the top of the file, before all code.
    pub(super) fn is_top(&self, comment: Span) -> bool {
        self.number(comment.start) < self.top
    }

    /// The line a comment is for: its own where code stands on it, else the next with code, if only comments stand
    /// between.
    pub(super) fn line_for(&self, comment: Span) -> Option<Span> {
        let own = self.number(comment.start);
        let of_own = self.code.get(own).copied().flatten().filter(|line| *line == own);
        let line = of_own.or_else(|| *self.code.get(self.number(comment.end))?)?;
        self.lines.get(line).copied()
    }

    /// The number of the line around an offset, from 0.
    fn number(&self, offset: u32) -> usize {
        self.lines.partition_point(|line| line.start <= offset).saturating_sub(1)
    }
}

/// What a line holds, of which `code` is no comment.
fn what(code: &str, line: &str) -> Holds {
    let code = code.trim_start_matches('\u{feff}').trim();
    // `{/* … */}` is a comment of JSX.
    let is_braces = code.strip_prefix('{').and_then(|code| code.strip_suffix('}'));
    if code.is_empty() || is_braces.is_some_and(|code| code.trim().is_empty()) && line.contains("/*") {
        return if line.trim().is_empty() { Holds::Nothing } else { Holds::Comment };
    }
    if is_opening(code) { Holds::Opening } else { Holds::Code }
}

/// Whether that stands at the top of many files, and does nothing that a rule would speak of.
fn is_opening(code: &str) -> bool {
    let words = code.trim_end_matches(';').trim_matches(['"', '\'']);
    matches!(words, "---" | "<?php" | "{" | "use strict" | "use client" | "use server")
        || code.starts_with("#!")
        || code.get(..9).is_some_and(|start| start.eq_ignore_ascii_case("<!doctype"))
}
