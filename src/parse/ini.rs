//! INI and its relatives into [`Node`]: `setup.cfg`, `pip.conf`, `.npmrc`, `.editorconfig`, git's configuration.

use std::collections::HashMap;

use super::lines::{Line, in_order, lines};
use super::node::{Entry, Node, Value};
use super::{Parsed, SyntaxError};
use crate::source::Span;

/// Reads sections and their keys.
///
/// A section is a mapping under its name; keys before any section stand at the top. All values are text, a key
/// without `=` or `:` is null. Comments are lines that begin with `;` or `#`. A line indented deeper than its key
/// continues the value, joined by a line break. Quotes around a whole value are taken off. A section that is opened
/// again goes on; repeated keys are kept and are no error, since git and npm give them a meaning.
pub fn parse(text: &str) -> Parsed<Node> {
    let mut reader = Reader {
        text,
        top: Vec::new(),
        sections: HashMap::new(),
        section: None,
        key_indent: None,
        errors: Vec::new(),
    };
    for line in lines(text) {
        reader.line(line);
    }
    let document = Node { span: Span::new(0, text.len()), value: Value::Map(reader.top) };
    Parsed { document, errors: in_order(reader.errors) }
}

struct Reader<'a> {
    text: &'a str,
    top: Vec<Entry>,
    /// The places in `top` of all sections.
    sections: HashMap<String, usize>,
    /// The place in `top` of the section that is open.
    section: Option<usize>,
    /// How far the key is indented that a deeper line would continue.
    key_indent: Option<usize>,
    errors: Vec<SyntaxError>,
}

impl Reader<'_> {
    fn line(&mut self, line: Line<'_>) {
        let span = line.trimmed();
        let content = span.of(self.text);
        let indent = span.start as usize - line.start;
        if content.is_empty() || content.starts_with([';', '#']) {
            return;
        }
        if self.key_indent.is_some_and(|key| indent > key) {
            self.goes_on(span, content);
        } else if content.starts_with('[') && !content.starts_with("[]") {
            self.open(span, content);
        } else {
            self.key(span, content, indent);
        }
    }

    /// `[name]`.
    fn open(&mut self, span: Span, content: &str) {
        self.key_indent = None;
        let start = span.start as usize;
        // A name of `.editorconfig` may hold brackets: the last one on the line ends it.
        let code =
            content.split_once(" #").or_else(|| content.split_once(" ;")).map_or(content, |(code, _)| code);
        let end = code.rfind(']').filter(|end| *end > 0).unwrap_or_else(|| {
            self.errors.push(SyntaxError::new(span, "expected `]` after the name of the section"));
            code.len()
        });
        let key_span = super::lines::trim(&content[1..end.max(1)], start + 1);
        let key = key_span.of(self.text).to_owned();
        let next = self.top.len();
        let section = *self.sections.entry(key.clone()).or_insert(next);
        if section == next {
            let value = Node { span, value: Value::Map(Vec::new()) };
            self.top.push(Entry { key, key_span, value });
        }
        self.section = Some(section);
    }

    /// `key = value`, `key: value` or `key`.
    fn key(&mut self, span: Span, content: &str, indent: usize) {
        let start = span.start as usize;
        let separator = separator(content);
        let key_span = super::lines::trim(&content[..separator.unwrap_or(content.len())], start);
        if key_span.is_empty() {
            self.errors.push(SyntaxError::new(span, "a value without a key"));
            return;
        }
        let value = match separator {
            Some(at) => {
                let value = super::lines::trim(&content[at + 1..], start + at + 1);
                Node { span: value, value: Value::Text(unquoted(value.of(self.text)).to_owned()) }
            }
            None => {
                Node { span: Span::new(key_span.end as usize, key_span.end as usize), value: Value::Null }
            }
        };
        self.key_indent = Some(indent);
        let entry = Entry { key: key_span.of(self.text).to_owned(), key_span, value };
        match self.section {
            Some(section) => {
                let section = &mut self.top[section].value;
                section.span = section.span.to(span);
                if let Value::Map(entries) = &mut section.value {
                    entries.push(entry);
                }
            }
            None => self.top.push(entry),
        }
    }

    /// A further line of the last value.
    fn goes_on(&mut self, span: Span, content: &str) {
        let section = self.section.and_then(|section| self.top.get_mut(section));
        let last = match section {
            Some(Entry { value: Node { span: whole, value: Value::Map(entries) }, .. }) => {
                *whole = whole.to(span);
                entries.last_mut()
            }
            _ => self.top.last_mut(),
        };
        let Some(Entry { value: node, .. }) = last else { return };
        node.span = node.span.to(span);
        match &mut node.value {
            Value::Text(text) => {
                text.push('\n');
                text.push_str(content);
            }
            value => *value = Value::Text(content.to_owned()),
        }
    }
}

/// Where key and value part: at the first `=`, or at a colon before it with a space behind. So the registry keys of
/// `.npmrc`, which hold a colon, stay whole.
fn separator(content: &str) -> Option<usize> {
    let equals = content.find('=');
    let bytes = content.as_bytes();
    let colon = content
        .match_indices(':')
        .map(|(at, _)| at)
        .find(|at| equals.is_none() || bytes.get(at + 1).is_none_or(u8::is_ascii_whitespace));
    match (equals, colon) {
        (Some(equals), Some(colon)) => Some(equals.min(colon)),
        (equals, colon) => equals.or(colon),
    }
}

fn unquoted(value: &str) -> &str {
    ['"', '\'']
        .into_iter()
        .find_map(|quote| {
            value.strip_prefix(quote)?.strip_suffix(quote).filter(|inner| !inner.contains(quote))
        })
        .unwrap_or(value)
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
            (
                "root = true\n\n[*.{js,ts}]\nindent_size = 2\n",
                r#"{root: "true", *.{js,ts}: {indent_size: "2"}}"#,
            ),
            (
                "[metadata]\nname: x\nurl: https://a.example/?b=c\n",
                r#"{metadata: {name: "x", url: "https://a.example/?b=c"}}"#,
            ),
            ("; note\n# note\n[a]\nb=\"q\"\nc\n", r#"{a: {b: "q", c: null}}"#),
            (
                "[options]\ninstall_requires =\n    a>=1\n    # note\n    b\nx = 1\n",
                r#"{options: {install_requires: "\na>=1\nb", x: "1"}}"#,
            ),
            (
                "[core]\n\tbare = false\n\tx = y\n[core]\n\tz = 1\n",
                r#"{core: {bare: "false", x: "y", z: "1"}}"#,
            ),
            (
                "//r.example/:_authToken=${T}\nignore-scripts=true\n",
                r#"{//r.example/:_authToken: "${T}", ignore-scripts: "true"}"#,
            ),
            ("\u{feff}[é]\r\nk = ü\r\n", r#"{é: {k: "ü"}}"#),
            ("[remote \"o\"] ; note\nfetch = a\nfetch = b\n", r#"{remote "o": {fetch: "a", fetch: "b"}}"#),
        ] {
            let parsed = parse(text);
            assert_eq!(check::show(&parsed.document), expected, "{text}");
            assert_eq!(parsed.errors, [], "{text}");
        }
    }

    #[test]
    fn the_rest_survives_an_error() {
        for (text, expected) in [("[a\nb = 1\n", r#"{a: {b: "1"}}"#), ("= 1\nb = 2\n", r#"{b: "2"}"#)] {
            let parsed = parse(text);
            assert_eq!(check::show(&parsed.document), expected, "{text}");
            assert_eq!(parsed.errors.len(), 1, "{text}");
        }
    }

    #[test]
    fn spans_are_bytes_of_the_given_text() {
        let text = "\u{feff}[é]\r\nk = ü \r\n  more\r\n";
        let document = parse(text).document;
        let entry = document.get("é").unwrap().entry("k").unwrap();
        assert_eq!((entry.key_span.of(text), entry.value.span.of(text)), ("k", "ü \r\n  more"));
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in prop_oneof![".*", check::soup(&[
            "a", "é", " = ", ":", ": ", "\n", "\r\n", "\n  ", "[", "]", "[s]\n", ";", "#", "\"", "\u{feff}", "[]", " ;",
        ])]) {
            let parsed = parse(&text);
            check::node(&text, &parsed.document);
            check::errors(&text, &parsed.errors);
        }
    }
}
