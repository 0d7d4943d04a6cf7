//! TOML into [`Node`], by the recoverable parser of the `toml` crate.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::lines::{MAX_DEPTH, bom_length, boundary_after, in_order};
use super::node::{Entry, Node, Value};
use super::{Parsed, SyntaxError};
use crate::source::Span;

/// Reads a TOML document into a mapping. Numbers and dates are as written, dates as text. A table's span reaches from
/// its first header or key to its last value. What cannot be read is an error, and the rest is kept.
pub fn parse(text: &str) -> Parsed<Node> {
    let start = bom_length(text);
    let reader = Reader { text, start };
    if let Some(error) = too_deep(text) {
        let document = Node { span: Span::new(start, text.len()), value: Value::Opaque };
        return Parsed { document, errors: vec![error] };
    }
    let text = &text[start..];
    let (table, found) = DeTable::parse_recoverable(text);
    let broken = if found.is_empty() { Vec::new() } else { broken_chunks(text) };
    if broken.is_empty() {
        let errors = found.iter().map(|error| reader.error(error, 0)).collect();
        return reader.parsed(table.get_ref(), errors);
    }
    // The parser gives up the tables after some mistakes: it reads the file again without the broken parts.
    let mut blanked = text.as_bytes().to_vec();
    for (chunk, _) in &broken {
        blanked[chunk.clone()].iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
    }
    let blanked = String::from_utf8(blanked).unwrap_or_default();
    let (table, more) = DeTable::parse_recoverable(&blanked);
    let mut errors: Vec<_> = broken.iter().map(|(chunk, error)| reader.error(error, chunk.start)).collect();
    errors.extend(more.iter().map(|error| reader.error(error, 0)));
    reader.parsed(table.get_ref(), errors)
}

/// The headers and `key = value`s that are no TOML on their own, with the first error of each.
fn broken_chunks(text: &str) -> Vec<(Range<usize>, toml::de::Error)> {
    let begins = |line: &str| {
        line.starts_with('[')
            || line.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '"' | '\'' | '_'))
                && !line.trim_end().ends_with(',')
    };
    let mut starts: Vec<usize> =
        super::lines::lines(text).filter(|line| begins(line.text)).map(|line| line.start).collect();
    starts.push(text.len());
    let chunks = starts.windows(2).map(|pair| pair[0]..pair[1]);
    chunks
        .filter_map(|chunk| {
            let (_, errors) = DeTable::parse_recoverable(&text[chunk.clone()]);
            Some((chunk, errors.into_iter().next()?))
        })
        .collect()
}

/// An error for a line whose dotted keys or brackets nest without end: each is a level of the tree.
fn too_deep(text: &str) -> Option<SyntaxError> {
    let limit = MAX_DEPTH * 10;
    super::lines::lines(text).find_map(|line| {
        let levels = line.text.bytes().filter(|byte| matches!(byte, b'.' | b'[' | b'{')).count();
        let key_end = line.text.find(['=', '"', '\'', '#']).unwrap_or(line.text.len());
        let dots = line.text[..key_end].bytes().filter(|byte| *byte == b'.').count();
        let nested = levels > limit && dots > MAX_DEPTH;
        nested.then(|| SyntaxError::new(line.trimmed(), "nested too deep to be read"))
    })
}

struct Reader<'a> {
    text: &'a str,
    /// Where the text that the parser sees begins.
    start: usize,
}

impl Reader<'_> {
    fn parsed(&self, table: &DeTable<'_>, errors: Vec<SyntaxError>) -> Parsed<Node> {
        let span = Span::new(self.start, self.text.len());
        Parsed { document: Node { span, value: self.table(table, 0) }, errors: in_order(errors) }
    }

    fn error(&self, error: &toml::de::Error, shift: usize) -> SyntaxError {
        let range = error.span().unwrap_or_default();
        let message = error.message().lines().next().unwrap_or_default();
        SyntaxError::new(self.span(range.start + shift, range.end + shift), message)
    }

    fn span(&self, start: usize, end: usize) -> Span {
        let at = |offset: usize| boundary_after(self.text, (offset + self.start).min(self.text.len()));
        Span::new(at(start), at(end))
    }

    fn table(&self, table: &DeTable<'_>, depth: usize) -> Value {
        if depth > MAX_DEPTH {
            return Value::Opaque;
        }
        let entry = |(key, value): (&Spanned<_>, &Spanned<DeValue<'_>>)| {
            let key_span = self.span(key.span().start, key.span().end);
            let text: &std::borrow::Cow<'_, str> = key.get_ref();
            Entry { key: text.to_string(), key_span, value: self.node(value, depth + 1) }
        };
        let mut entries: Vec<Entry> = table.iter().map(entry).collect();
        entries.sort_by_key(|entry| entry.key_span);
        Value::Map(entries)
    }

    fn node(&self, value: &Spanned<DeValue<'_>>, depth: usize) -> Node {
        let mut span = self.span(value.span().start, value.span().end);
        let written = || span.of(self.text).to_owned();
        let value = match value.get_ref() {
            DeValue::String(text) => Value::Text(text.to_string()),
            DeValue::Integer(_) | DeValue::Float(_) => Value::Number(written()),
            DeValue::Datetime(_) => Value::Text(written()),
            DeValue::Boolean(flag) => Value::Bool(*flag),
            DeValue::Array(_) if depth > MAX_DEPTH => Value::Opaque,
            DeValue::Array(items) => {
                let items: Vec<Node> = items.iter().map(|item| self.node(item, depth + 1)).collect();
                span = items.iter().fold(span, |span, item| span.to(item.span));
                Value::List(items)
            }
            DeValue::Table(table) => {
                let value = self.table(table, depth);
                if let Value::Map(entries) = &value {
                    span = entries.iter().fold(span, |span, entry| span.to(entry.value.span));
                }
                value
            }
        };
        Node { span, value }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::parse;
    use crate::parse::lines::check;

    #[test]
    fn values() {
        for (text, expected) in [
            ("", "{}"),
            ("z = 1\na = \"x\"\n", r#"{z: 1, a: "x"}"#),
            ("[b.c]\nx = [1, 2.5]\n[a]\ny = true\n", "{b: {c: {x: [1, 2.5]}}, a: {y: true}}"),
            ("[[bin]]\nname = \"a\"\n[[bin]]\nname = 'b'\n", r#"{bin: [{name: "a"}, {name: "b"}]}"#),
            (
                "d = 2024-01-02\nh = 0x1F\nm = \"\"\"\nx\ny\"\"\"\n",
                r#"{d: "2024-01-02", h: 0x1F, m: "x\ny"}"#,
            ),
            ("a.b.c = 1\n", "{a: {b: {c: 1}}}"),
            ("\u{feff}é = 1\r\n", "{é: 1}"),
        ] {
            let text = text.replace("é", "\"é\"");
            let parsed = parse(&text);
            assert_eq!(check::show(&parsed.document), expected, "{text}");
            assert_eq!(parsed.errors, [], "{text}");
        }
    }

    #[test]
    fn the_rest_survives_an_error() {
        for (text, kept) in [
            ("a = \n[b]\nc = 1\n", "b"),
            ("a = \"x\n[b]\nc = 1\n", "b"),
            ("just words\n[b]\nc = 1\n", "b"),
            ("a = 1\na = 2\n[b]\nc = 1\n", "b"),
            ("[a\nx = 1\n[b]\nc = 1\n", "b"),
            ("a = [1, 2\n[b]\nc = 1\n", "b"),
        ] {
            let parsed = parse(text);
            assert!(!parsed.errors.is_empty(), "{text}");
            assert_eq!(parsed.document.at(&[kept, "c"]).unwrap().scalar().as_deref(), Some("1"), "{text}");
        }
    }

    #[test]
    fn spans_are_bytes_of_the_given_text() {
        let text = "\u{feff}[tool]\r\nname = \"é\"\r\nversion = 'x'\r\n";
        let document = parse(text).document;
        let tool = document.get("tool").unwrap();
        assert_eq!(tool.get("name").unwrap().span.of(text), "\"é\"");
        assert_eq!(tool.entry("version").unwrap().key_span.of(text), "version");
        assert!(tool.span.of(text).ends_with("'x'"));
    }

    #[test]
    fn hostile_nesting_is_an_error_not_an_overflow() {
        for text in [
            format!("a = {}{}", "[".repeat(10_000), "]".repeat(10_000)),
            "a = {b = ".repeat(10_000),
            format!("{}b = 1", "a.".repeat(10_000)),
            format!("[{}b]", "a.".repeat(10_000)),
        ] {
            assert!(!parse(&text).errors.is_empty());
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in prop_oneof![".*", check::soup(&[
            "a", "b", ".", " = ", "\n", "[", "]", "[[", "]]", "{", "}", ",", "\"", "'", "\"\"\"", "'''", "1", "true",
            "2024-01-01", "é", "\r\n", "# c", "\\u00e9", "\\", "\u{feff}",
        ])]) {
            let parsed = parse(&text);
            check::node(&text, &parsed.document);
            check::errors(&text, &parsed.errors);
        }
    }
}
