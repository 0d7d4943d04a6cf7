//! Further keys in YAML, written as the file is.

use crate::parse::node::{Entry, Node, Value};
use crate::source::Span;

/// Where a key is added to a mapping, and what is written there: behind one of the entries `after` where it takes one
/// line, else before the first of the mapping. None for what is no mapping, or stands for several places (an alias).
pub(super) fn insert(text: &str, map: &Node, after: &[&str], line: &str) -> Option<(usize, String)> {
    let own: Vec<&Entry> = map.entries().iter().filter(|entry| is_within(entry.key_span, map.span)).collect();
    let first = own.first().filter(|_| !is_shared(text, map))?;
    let start = first.key_span.start as usize;
    if Span::new(map.span.start as usize, start).of(text).contains('{') {
        return Some((start, format!("{line}, ")));
    }
    let indent = indent(text, start)?;
    let behind =
        own.iter().rev().find(|entry| after.contains(&entry.key.as_str()) && is_one_line(text, entry));
    Some(match behind {
        Some(entry) => (line_end(text, entry.value.span.end as usize), format!("\n{indent}{line}")),
        None => (start, format!("{line}\n{indent}")),
    })
}

/// What stands before a key on its line, as white space.
pub(super) fn indent(text: &str, key: usize) -> Option<String> {
    let line = text.get(..key)?.rfind('\n').map_or(0, |at| at + 1);
    let before = text[line..key].trim_start_matches('\u{feff}');
    (!before.contains('\t')).then(|| " ".repeat(before.chars().count()))
}

/// The end of the line of a place, its line end left out.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let line = rest.split('\n').next().unwrap_or_default();
    at + line.strip_suffix('\r').unwrap_or(line).len()
}

/// The beginning of the lines of comment right above a line, or of the line itself.
pub(super) fn above_comments(text: &str, at: usize) -> usize {
    let mut start = text.get(..at).unwrap_or_default().rfind('\n').map_or(0, |end| end + 1);
    while start > 0 {
        let previous = text[..start - 1].rfind('\n').map_or(0, |end| end + 1);
        if !text[previous..start].trim_start().starts_with('#') {
            break;
        }
        start = previous;
    }
    start
}

fn is_within(inner: Span, outer: Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// Whether other places mean the same mapping, by the name of its anchor.
fn is_shared(text: &str, map: &Node) -> bool {
    let before = text.get(..map.span.start as usize).unwrap_or_default().trim_end();
    let word = before.rsplit(char::is_whitespace).next().unwrap_or_default();
    word.strip_prefix('&').is_some_and(|name| text.contains(&format!("*{name}")))
}

/// Whether key and value stand on one line, which nothing of them follows: no text in blocks.
fn is_one_line(text: &str, entry: &Entry) -> bool {
    let written = entry.key_span.to(entry.value.span).of(text);
    let value = entry.value.span.of(text);
    let is_block = value.starts_with(['|', '>']);
    !entry.value.is_null() && entry.value.value != Value::Opaque && !written.contains('\n') && !is_block
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::yaml;

    fn inserted(text: &str, path: &[&str], after: &[&str]) -> Option<String> {
        let document = yaml::parse(text).document;
        let node = document.first()?.at(path)?;
        let (at, new) = insert(text, node, after, "x: 1")?;
        let (before, rest) = text.split_at(at);
        let edited = format!("{before}{new}{rest}");
        assert!(yaml::parse(&edited).errors.is_empty(), "{edited}");
        Some(edited)
    }

    #[test]
    fn a_key_is_added_as_the_file_is_written() {
        let cases: &[(&str, &[&str], &str)] = &[
            ("a:\n  b: 1\n  c: 2\n", &["b"], "a:\n  b: 1\n  x: 1\n  c: 2\n"),
            ("a:\n  b: 1 # why\n  # of c\n  c: 2\n", &["b"], "a:\n  b: 1 # why\n  x: 1\n  # of c\n  c: 2\n"),
            ("a:\n  b: 1", &["b"], "a:\n  b: 1\n  x: 1"),
            ("a:\r\n  b: 1\r\n", &["b"], "a:\r\n  b: 1\n  x: 1\r\n"),
            ("a:\n    c: 2\n", &["b"], "a:\n    x: 1\n    c: 2\n"),
            ("a:\n  b:\n    - 1\n  c: 2\n", &["b"], "a:\n  x: 1\n  b:\n    - 1\n  c: 2\n"),
            ("a:\n  b: |\n    1\n", &["b"], "a:\n  x: 1\n  b: |\n    1\n"),
            ("a: { b: 1, c: 2 }\n", &["b"], "a: { x: 1, b: 1, c: 2 }\n"),
            ("a: &all\n  b: 1\n", &["b"], "a: &all\n  b: 1\n  x: 1\n"),
            (
                "d: &d\n  e: 1\na:\n  <<: *d\n  b: 2\n",
                &["e"],
                "d: &d\n  e: 1\na:\n  <<: *d\n  x: 1\n  b: 2\n",
            ),
        ];
        for (text, after, expected) in cases {
            assert_eq!(inserted(text, &["a"], after).as_deref(), Some(*expected), "{text}");
        }
        for text in ["a: 1\n", "d: &d\n  e: 1\na: *d\n", "a: {}\n"] {
            assert_eq!(inserted(text, &["a"], &[]), None, "{text}");
        }
    }
}
