//! As much of Rust as migrations are written in: chains of calls with literals, paths and lists.

use crate::extract::migrations::cursor::{Cursor, unescaped};
use crate::source::Span;

/// How deep values are read.
const DEEPEST: u16 = 64;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    /// A text, with where its letters stand.
    Text(String, Span),
    /// A number, as written.
    Number(String),
    /// An array, a tuple or `vec![…]`.
    List(Vec<Value>),
    /// A path with what is called on it: `Post::Id`, `ColumnDef::new(…).integer()`.
    Chain(Box<Chain>),
    /// Anything else.
    Other(Span),
}

/// A path and calls.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Chain {
    /// `Table::create`; a macro ends in `!`.
    pub(super) head: String,
    /// What the path itself is called with, where it is.
    pub(super) with: Option<Vec<Value>>,
    /// What is called on it, in order.
    pub(super) calls: Vec<Call>,
    pub(super) span: Span,
}

/// A call of a method.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Call {
    pub(super) name: String,
    pub(super) arguments: Vec<Value>,
    pub(super) span: Span,
}

/// A statement of a function.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Statement {
    /// An expression.
    Value(Value, Span),
    /// `let name = …`.
    Let(String, Value),
    /// What stands under a condition or in a loop.
    Block(Span),
}

impl Value {
    /// The text, where it is one.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text, _) => Some(text),
            _ => None,
        }
    }

    /// The chain, where it is one.
    pub(super) fn chain(&self) -> Option<&Chain> {
        match self {
            Self::Chain(chain) => Some(chain),
            _ => None,
        }
    }

    /// The items of a list; else the value alone.
    pub(super) fn items(&self) -> &[Value] {
        match self {
            Self::List(items) => items,
            other => std::slice::from_ref(other),
        }
    }
}

/// Where the statements of a function stand, between its braces; none where there is no such function.
pub(super) fn body(text: &str, function: &str) -> Option<Span> {
    let head = ["fn ", function, "("].concat();
    let mut reader = Reader { text, at: text.find(&head)? + head.len() - 1, depth: 0 };
    reader.group();
    while !reader.done() && !matches!(reader.byte(), b'{' | b';') {
        reader.step();
    }
    let begin = reader.at + 1;
    if reader.byte() != b'{' {
        return None;
    }
    reader.group();
    Some(Span::new(begin.min(text.len()), reader.at.saturating_sub(1).max(begin.min(text.len()))))
}

/// The statements of a stretch of a text.
pub(super) fn statements(text: &str, span: Span) -> Vec<Statement> {
    let end = (span.end as usize).min(text.len());
    let mut reader =
        Reader { text: &text[..text.floor_char_boundary(end)], at: span.start as usize, depth: 0 };
    let mut found = Vec::new();
    loop {
        reader.blank();
        if reader.done() {
            return found;
        }
        let before = reader.at;
        found.extend(reader.statement());
        if reader.at == before {
            reader.step();
        }
    }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    depth: u16,
}

impl<'t> Cursor<'t> for Reader<'t> {
    fn place(&self) -> (&'t str, usize) {
        (self.text, self.at)
    }

    fn go(&mut self, at: usize) {
        self.at = at;
    }

    fn step(&mut self) {
        match self.byte() {
            b'"' => drop(self.string()),
            b'r' if self.is_raw() => drop(self.string()),
            b'(' | b'[' | b'{' => self.group(),
            b'/' if self.rest().starts_with("//") || self.rest().starts_with("/*") => self.blank(),
            b'\'' => self.quoted_letter(),
            byte if byte.is_ascii_alphabetic() || byte == b'_' => drop(self.word()),
            _ => self.letter(),
        }
    }
}

impl Reader<'_> {
    /// Passes over blanks, comments and attributes.
    fn blank(&mut self) {
        loop {
            let rest = self.rest();
            let length = if rest.starts_with("//") {
                rest.find('\n').unwrap_or(rest.len())
            } else if rest.starts_with("/*") {
                rest.find("*/").map_or(rest.len(), |end| end + 2)
            } else if rest.starts_with("#[") {
                rest.find('\n').unwrap_or(rest.len())
            } else {
                rest.len() - rest.trim_start().len()
            };
            if length == 0 {
                return;
            }
            self.at += length;
        }
    }

    /// Passes over `'a'`, or the quote of a lifetime.
    fn quoted_letter(&mut self) {
        let rest = &self.rest()[1..];
        let escaped = rest.starts_with('\\');
        let close = rest.char_indices().skip(if escaped { 2 } else { 1 }).find(|(_, letter)| *letter == '\'');
        let length = close.map(|(at, _)| at).filter(|at| *at <= 4 || escaped && *at <= 10);
        self.at += 1 + length.map_or(0, |length| length + 1);
    }

    fn is_raw(&self) -> bool {
        let rest = self.rest();
        rest.starts_with('r') && rest[1..].trim_start_matches('#').starts_with('"')
    }

    fn word(&mut self) -> String {
        self.word_with(&[])
    }

    /// A text from its first quote, or from its `r`, on.
    fn string(&mut self) -> Value {
        let start = self.at;
        let raw = self.goes_on("r");
        let marks = self.rest().len() - self.rest().trim_start_matches('#').len();
        self.at += marks + 1;
        let inner = self.at.min(self.text.len());
        let bytes = self.text.as_bytes();
        let close = ["\"", &"#".repeat(marks)].concat();
        while !self.done() && !self.text.as_bytes()[self.at..].starts_with(close.as_bytes()) {
            self.at += if bytes[self.at] == b'\\' && !raw { 2 } else { 1 };
        }
        let end = self.text.floor_char_boundary(self.at.min(self.text.len())).max(inner);
        self.at = self.text.ceil_char_boundary((end + close.len()).min(self.text.len()));
        let letters = self.text.get(inner..end).unwrap_or_default();
        let text = if raw || !letters.contains('\\') { letters.to_owned() } else { unescaped(letters, true) };
        Value::Text(text, Span::new(inner.max(start), end))
    }

    fn statement(&mut self) -> Option<Statement> {
        let start = self.at;
        let word = self.word();
        match word.as_str() {
            "let" => {
                self.blank();
                let mut name = self.word();
                if name == "mut" {
                    self.blank();
                    name = self.word();
                }
                while !self.done() && !matches!(self.byte(), b'=' | b';') {
                    self.step();
                }
                if !self.goes_on("=") {
                    return None;
                }
                let value = self.value();
                self.end();
                return Some(Statement::Let(name, value));
            }
            "if" | "for" | "while" | "match" | "loop" | "else" | "unsafe" => {
                while !self.done() && !matches!(self.byte(), b'{' | b';') {
                    match self.byte() {
                        b'(' | b'[' => self.group(),
                        _ => self.step(),
                    }
                }
                self.group();
                return Some(Statement::Block(Span::new(start, self.at)));
            }
            "return" => {}
            _ => self.at = start,
        }
        if matches!(self.byte(), b';' | b'}') {
            return None;
        }
        let value = self.value();
        self.end();
        Some(Statement::Value(value, Span::new(start, self.at)))
    }

    /// Passes over what is left of a statement.
    fn end(&mut self) {
        while !self.done() && self.byte() != b';' {
            self.step();
        }
        self.goes_on(";");
    }

    /// A value, up to the `,`, the `;` or the bracket behind it.
    fn value(&mut self) -> Value {
        self.blank();
        let start = self.at;
        if self.depth > DEEPEST {
            return self.other(start);
        }
        self.depth += 1;
        let value = self.whole(start);
        self.depth -= 1;
        self.blank();
        if matches!(self.byte(), b',' | b';' | b')' | b']' | b'}' | 0) { value } else { self.other(start) }
    }

    fn other(&mut self, start: usize) -> Value {
        while !self.done() && !matches!(self.byte(), b',' | b';' | b')' | b']' | b'}') {
            self.step();
        }
        Value::Other(Span::new(start, self.at))
    }

    fn whole(&mut self, start: usize) -> Value {
        while self.goes_on("&") || self.goes_on("*") {
            self.blank();
        }
        if self.rest().starts_with("mut ") {
            self.at += 4;
            self.blank();
        }
        let value = match self.byte() {
            b'"' => self.string(),
            b'r' if self.is_raw() => self.string(),
            b'(' | b'[' => Value::List(self.list()),
            b'0'..=b'9' | b'-' => {
                self.at += 1;
                self.word();
                while self.byte() == b'.'
                    && self.text.as_bytes().get(self.at + 1).is_some_and(u8::is_ascii_digit)
                {
                    self.at += 1;
                    self.word();
                }
                Value::Number(self.text[start..self.at].replace('_', ""))
            }
            byte if byte.is_ascii_alphabetic() || byte == b'_' => self.path(start),
            _ => return self.other(start),
        };
        self.calls(value, start)
    }

    /// A path, with what it is called with.
    fn path(&mut self, start: usize) -> Value {
        let mut head = self.word();
        while self.goes_on("::") {
            if self.byte() == b'<' {
                while !self.done() && self.byte() != b'>' {
                    self.step();
                }
                self.at += 1;
                continue;
            }
            head.push_str("::");
            head.push_str(&self.word());
        }
        let mut with = None;
        if self.byte() == b'!' && self.text.as_bytes().get(self.at + 1) != Some(&b'=') {
            self.at += 1;
            if head == "vec" {
                return Value::List(self.list());
            }
            head.push('!');
            self.group();
        } else if self.byte() == b'(' {
            with = Some(self.list());
        } else if self.byte() == b'{' && head.contains(|c: char| c.is_uppercase()) {
            self.group();
            head.push_str("{}");
        }
        Value::Chain(Box::new(Chain { head, with, calls: Vec::new(), span: Span::new(start, self.at) }))
    }

    /// What is called on a value. Of texts, what makes one of another kind leaves them what they are.
    fn calls(&mut self, value: Value, start: usize) -> Value {
        let mut value = value;
        loop {
            let before = self.at;
            self.blank();
            if self.goes_on("?") {
                continue;
            }
            if !self.rest().starts_with('.') || self.rest().starts_with("..") {
                self.at = before;
                return value;
            }
            self.at += 1;
            self.blank();
            let at = self.at;
            let name = self.word();
            if self.rest().starts_with("::<") {
                while !self.done() && self.byte() != b'>' {
                    self.step();
                }
                self.at += 1;
            }
            let arguments = if self.byte() == b'(' { self.list() } else { Vec::new() };
            let span = Span::new(at, self.at);
            match &mut value {
                Value::Chain(chain) => {
                    chain.calls.push(Call { name, arguments, span });
                    chain.span = Span::new(start, self.at);
                }
                Value::Text(..) | Value::Number(_)
                    if matches!(
                        name.as_str(),
                        "to_owned" | "to_string" | "into" | "into_iden" | "as_str"
                    ) => {}
                _ => value = Value::Other(Span::new(start, self.at)),
            }
        }
    }

    /// What stands in brackets, from the opening one on.
    fn list(&mut self) -> Vec<Value> {
        let mut found = Vec::new();
        self.at += 1;
        self.depth += 1;
        loop {
            self.blank();
            match self.byte() {
                b')' | b']' | b'}' => {
                    self.at += 1;
                    break;
                }
                b',' | b';' => self.at += 1,
                _ if self.done() => break,
                _ => {
                    let before = self.at;
                    found.push(self.value());
                    if self.at == before {
                        self.step();
                    }
                }
            }
        }
        self.depth -= 1;
        found
    }
}
