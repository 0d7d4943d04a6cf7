//! As much of Ruby as `schema.rb` is written in: a call on each line, with literals.

use crate::source::Span;

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// A text or a symbol.
    Text(String),
    /// A number, `true`, `false`, `nil`, a name.
    Word(String),
    /// `-> { "now()" }`: the text within.
    Code(String),
    /// A list.
    List(Vec<Value>),
    /// Anything else.
    Other,
}

impl Value {
    /// The text, where it is one.
    pub(super) fn text(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.clone()),
            _ => None,
        }
    }
}

/// A call on a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// `create_table`, `t.string`, `end`.
    pub(super) method: String,
    pub(super) arguments: Vec<Value>,
    named: Vec<(String, Value)>,
    /// A block begins behind it.
    pub(super) block: bool,
    /// Without the blanks around it.
    pub(super) span: Span,
}

impl Line {
    /// The text of an argument.
    pub(super) fn text(&self, index: usize) -> Option<String> {
        self.arguments.get(index)?.text()
    }

    /// An option.
    pub(super) fn value(&self, name: &str) -> Option<&Value> {
        self.named.iter().find(|(own, _)| own == name).map(|(_, value)| value)
    }

    /// The text of an option.
    pub(super) fn named(&self, name: &str) -> Option<String> {
        self.value(name)?.text()
    }
}

/// The calls of a text, a line each.
pub(super) fn lines(text: &str) -> Vec<Line> {
    let mut found = Vec::new();
    let mut at = 0;
    for whole in text.split_inclusive('\n') {
        let start = at + (whole.len() - whole.trim_start().len());
        at += whole.len();
        let line = whole.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let span = Span::new(start, start + line.len());
        let method = line.split([' ', '(']).next().unwrap_or_default().to_owned();
        let block = line.ends_with('|') && line.contains(" do |");
        let rest = line[method.len()..].trim_start_matches('(');
        let rest = rest.rsplit_once(" do |").filter(|_| block).map_or(rest, |(rest, _)| rest);
        let (mut arguments, mut named) = (Vec::new(), Vec::new());
        for item in split(rest) {
            match key(item) {
                Some((name, value)) => named.push((name.to_owned(), read(value))),
                None => arguments.push(read(item)),
            }
        }
        found.push(Line { method, arguments, named, block, span });
    }
    found
}

/// `name: value` apart.
fn key(item: &str) -> Option<(&str, &str)> {
    let length = item.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')?;
    let value = item[length..].strip_prefix(':').filter(|rest| !rest.starts_with(':'))?;
    (length > 0).then_some((&item[..length], value.trim()))
}

/// A list of items at its commas, those within quotes and brackets left alone.
fn split(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let (mut items, mut start, mut depth, mut at) = (Vec::new(), 0, 0_i32, 0);
    while at < bytes.len() {
        match bytes[at] {
            quote @ (b'"' | b'\'') => {
                at += 1;
                while at < bytes.len() && bytes[at] != quote {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
            }
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth -= 1,
            b',' if depth == 0 => {
                items.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    items.push(text[start..].trim());
    items.retain(|item| !item.is_empty());
    items
}

fn read(item: &str) -> Value {
    if let Some(inner) = item.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        return Value::Text(unescaped(inner));
    }
    if let Some(inner) = item.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        return Value::Text(inner.replace("\\'", "'"));
    }
    if let Some(symbol) = item.strip_prefix(':') {
        return Value::Text(symbol.trim_matches('"').to_owned());
    }
    if let Some(code) = item.strip_prefix("-> {").and_then(|rest| rest.strip_suffix('}')) {
        return match read(code.trim()) {
            Value::Text(text) => Value::Code(text),
            _ => Value::Other,
        };
    }
    if let Some(inner) = item.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        // Lists within lists are none of a schema.
        let items = split(inner);
        return Value::List(items.into_iter().filter(|item| !item.starts_with('[')).map(read).collect());
    }
    let plain = item.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'));
    if plain { Value::Word(item.to_owned()) } else { Value::Other }
}

fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(letter) = rest.next() {
        match (letter, if letter == '\\' { rest.next() } else { None }) {
            ('\\', Some('n')) => plain.push('\n'),
            ('\\', Some('t')) => plain.push('\t'),
            ('\\', Some(other)) => plain.push(other),
            (letter, _) => plain.push(letter),
        }
    }
    plain
}
