//! What the parsers share: limits, lines and repeated keys.

use std::collections::HashMap;

use super::SyntaxError;
use super::node::Entry;
use crate::source::Span;

/// How deep a document may nest. What lies deeper is read as [`Opaque`](super::node::Value::Opaque): trees are
/// walked, compared and dropped recursively, and no honest configuration comes near it.
pub(crate) const MAX_DEPTH: usize = 200;

/// How many errors one file may give. A file with more is not of the language at all.
pub(crate) const MAX_ERRORS: usize = 100;

/// A line of a text without its line break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Line<'a> {
    /// Offset of its first byte.
    pub start: usize,
    /// The text, without `\n` or `\r\n`.
    pub text: &'a str,
}

impl Line<'_> {
    /// Offset just past its last byte, the line break not counted.
    pub(crate) fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// Its span without leading and trailing white space.
    pub(crate) fn trimmed(&self) -> Span {
        trim(self.text, self.start)
    }
}

/// The lines of a text; a byte order mark belongs to no line.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let mut start = bom_length(text);
    text[start..].split_inclusive('\n').map(move |whole| {
        let line = whole.strip_suffix('\n').unwrap_or(whole);
        let line = Line { start, text: line.strip_suffix('\r').unwrap_or(line) };
        start += whole.len();
        line
    })
}

/// The span of `text`, which stands at `start`, without leading and trailing white space.
pub(crate) fn trim(text: &str, start: usize) -> Span {
    let left = text.len() - text.trim_start().len();
    Span::new(start + left, start + left + text.trim().len())
}

/// The bytes of a leading byte order mark: 3 or 0.
pub(crate) fn bom_length(text: &str) -> usize {
    if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 }
}

/// The number, from 1, of the line on which `offset` stands.
pub(crate) fn line_number(text: &str, offset: usize) -> usize {
    let before = &text.as_bytes()[..offset.min(text.len())];
    memchr::memchr_iter(b'\n', before).count() + 1
}

/// The next char boundary at or after `offset`, at most the length of the text.
pub(crate) fn boundary_after(text: &str, offset: usize) -> usize {
    (offset..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len())
}

/// One error for each key that repeats an earlier one of the same mapping, naming the line of the first.
pub(crate) fn repeated_keys(text: &str, entries: &[Entry], errors: &mut Vec<SyntaxError>) {
    let mut report = |entry: &Entry, first: Span| {
        if errors.len() < MAX_ERRORS {
            let line = line_number(text, first.start as usize);
            let message = format!("the key `{}` is repeated; it first stands on line {line}", entry.key);
            errors.push(SyntaxError::new(entry.key_span, message));
        }
    };
    if entries.len() <= 12 {
        for (at, entry) in entries.iter().enumerate().skip(1) {
            if let Some(first) = entries[..at].iter().find(|other| other.key == entry.key) {
                report(entry, first.key_span);
            }
        }
        return;
    }
    let mut seen: HashMap<&str, Span> = HashMap::with_capacity(entries.len());
    for entry in entries {
        match seen.get(entry.key.as_str()) {
            Some(first) => report(entry, *first),
            None => drop(seen.insert(&entry.key, entry.key_span)),
        }
    }
}

/// Puts errors in the order of the file and keeps at most [`MAX_ERRORS`].
pub(crate) fn in_order(mut errors: Vec<SyntaxError>) -> Vec<SyntaxError> {
    errors.sort_by(|a, b| (a.span, &a.message).cmp(&(b.span, &b.message)));
    errors.dedup();
    errors.truncate(MAX_ERRORS);
    errors
}

/// What every parser owes, whatever it is given.
#[cfg(test)]
pub(crate) mod check {
    use super::super::node::{Node, Value};
    use super::{Span, SyntaxError};

    /// Asserts that a span lies in the text, on char boundaries.
    pub(crate) fn span(text: &str, span: Span) {
        let (start, end) = (span.start as usize, span.end as usize);
        assert!(text.get(start..end).is_some(), "{start}..{end} is no slice of {text:?}");
    }

    /// Asserts it of all errors.
    pub(crate) fn errors(text: &str, errors: &[SyntaxError]) {
        for error in errors {
            span(text, error.span);
        }
        assert!(errors.windows(2).all(|pair| pair[0].span <= pair[1].span), "{errors:?} is out of order");
    }

    /// Asserts it of a tree.
    pub(crate) fn node(text: &str, node: &Node) {
        span(text, node.span);
        node.items().iter().for_each(|item| self::node(text, item));
        for entry in node.entries() {
            span(text, entry.key_span);
            self::node(text, &entry.value);
        }
    }

    /// A tree as compact text: `{a: 1, b: [true, "x"], c: ?}`.
    pub(crate) fn show(node: &Node) -> String {
        match &node.value {
            Value::Null => "null".into(),
            Value::Bool(flag) => flag.to_string(),
            Value::Number(number) => number.clone(),
            Value::Text(text) => format!("{text:?}"),
            Value::List(items) => format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(", ")),
            Value::Map(entries) => {
                let entry = |entry: &super::Entry| format!("{}: {}", entry.key, show(&entry.value));
                format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
            }
            Value::Opaque => "?".into(),
        }
    }

    /// Texts made of the pieces a language is made of, which reach further into a parser than random text does.
    pub(crate) fn soup(pieces: &'static [&'static str]) -> impl proptest::strategy::Strategy<Value = String> {
        use proptest::prelude::*;
        prop::collection::vec(
            prop_oneof![6 => prop::sample::select(pieces).prop_map(str::to_owned), 1 => ".{0,3}"],
            0..40,
        )
        .prop_map(|parts| parts.concat())
    }
}
