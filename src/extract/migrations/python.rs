//! As much of Python as migrations are written in: calls with literals, names, lists and further calls.

mod classes;

pub(in crate::extract) use classes::{Class, assignment, classes, imports};

use super::cursor::{Cursor, unescaped};
use crate::source::Span;

/// How deep values are read.
const DEEPEST: u16 = 64;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::extract) enum Value {
    /// A text, with where its letters stand; adjacent literals are one.
    Text(String, Span),
    /// A number, as written.
    Number(String),
    /// A name or a path of names: `sa.text`, `None`, `True`.
    Name(String),
    /// A call.
    Call(Box<Call>),
    /// A list, a tuple or a set.
    List(Vec<Value>),
    /// A dictionary, in the order of its keys.
    Dict(Vec<(Value, Value)>),
    /// Anything else, with its place.
    Other(Span),
}

/// A call.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::extract) struct Call {
    /// What is called: `op.create_table`. Calls on values of calls have `()` in it: `sa.Enum().create`.
    pub(in crate::extract) name: String,
    pub(in crate::extract) arguments: Vec<Value>,
    pub(in crate::extract) named: Vec<(String, Value)>,
    pub(in crate::extract) span: Span,
}

impl Value {
    /// The text, where it is one.
    pub(in crate::extract) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text, _) => Some(text),
            _ => None,
        }
    }

    /// The call, where it is one.
    pub(in crate::extract) fn call(&self) -> Option<&Call> {
        match self {
            Self::Call(call) => Some(call),
            _ => None,
        }
    }

    /// Whether it is this name.
    pub(in crate::extract) fn is(&self, name: &str) -> bool {
        matches!(self, Self::Name(own) if own == name)
    }
}

impl Call {
    /// The last name of what is called: `create_table`.
    pub(in crate::extract) fn last(&self) -> &str {
        self.path().rsplit('.').next().unwrap_or(&self.name)
    }

    /// What is called, without the types that it is given: `models.JSONField` of `models.JSONField[list](…)`.
    pub(in crate::extract) fn path(&self) -> &str {
        self.name.trim_end_matches("[]")
    }

    /// An argument by its name.
    pub(in crate::extract) fn named(&self, name: &str) -> Option<&Value> {
        self.named.iter().find(|(own, _)| own == name).map(|(_, value)| value)
    }

    /// An argument by its place, else by its name.
    pub(in crate::extract) fn argument(&self, index: usize, name: &str) -> Option<&Value> {
        self.arguments.get(index).or_else(|| self.named(name))
    }
}

/// Reads one value from a byte of a text on. Gives it with the byte behind it.
pub(in crate::extract) fn value(text: &str, start: usize) -> (Value, usize) {
    let mut reader = Reader { text, at: start, depth: 0 };
    let value = reader.expression();
    (value, reader.at)
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
}

impl Reader<'_> {
    /// Passes over blanks, ends of lines and comments.
    fn blank(&mut self) {
        loop {
            match self.byte() {
                b' ' | b'\t' | b'\r' | b'\n' | b'\\' if !self.done() => self.at += 1,
                b'#' => self.at += self.rest().find('\n').unwrap_or(self.rest().len()),
                _ => return,
            }
        }
    }

    fn expression(&mut self) -> Value {
        self.blank();
        let start = self.at;
        if self.depth > DEEPEST {
            self.skip();
            return Value::Other(Span::new(start, self.at));
        }
        self.depth += 1;
        let mut value = self.primary();
        self.depth -= 1;
        // Texts side by side, and sums of texts.
        loop {
            let before = self.at;
            let line_ends = self.text[before..].trim_start_matches([' ', '\t']).starts_with(['\n', '\r']);
            if line_ends && self.depth == 0 {
                return value;
            }
            self.blank();
            match self.byte() {
                b'+' if matches!(value, Value::Text(..)) => {
                    self.at += 1;
                    let right = self.expression();
                    value = joined(value, right, start, self.at);
                }
                b'"' | b'\'' if matches!(value, Value::Text(..)) => {
                    let right = self.primary();
                    value = joined(value, right, start, self.at);
                }
                b',' | b')' | b']' | b'}' | b':' | b'=' | 0 => return value,
                _ if self.depth == 0 && before != self.at => {
                    self.at = before;
                    return value;
                }
                _ => {
                    self.skip();
                    return Value::Other(Span::new(start, self.at));
                }
            }
        }
    }

    fn primary(&mut self) -> Value {
        let start = self.at;
        match self.byte() {
            b'"' | b'\'' => self.string(start, false),
            b'(' | b'[' | b'{' => self.list(),
            b'0'..=b'9' | b'-' => {
                let rest = &self.text[self.at + 1..];
                let length = rest
                    .find(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '_')
                    .unwrap_or(rest.len());
                self.at += 1 + length;
                Value::Number(self.text[start..self.at].to_owned())
            }
            byte if byte.is_ascii_alphabetic() || byte == b'_' => self.path(),
            _ => {
                self.skip();
                Value::Other(Span::new(start, self.at))
            }
        }
    }

    /// A name with what follows it: members, calls; or the letters before a text.
    fn path(&mut self) -> Value {
        let start = self.at;
        let mut name = self.word();
        let prefix = name.to_ascii_lowercase();
        if matches!(self.byte(), b'"' | b'\'')
            && matches!(prefix.as_str(), "r" | "b" | "u" | "f" | "rb" | "br" | "fr" | "rf")
        {
            let text = self.string(start, prefix.contains('r'));
            let computed =
                prefix.contains('f') && matches!(&text, Value::Text(text, _) if text.contains('{'));
            return if computed { Value::Other(Span::new(start, self.at)) } else { text };
        }
        let mut value = None;
        loop {
            match self.byte() {
                b'.' => {
                    self.at += 1;
                    let next = self.word();
                    if let Some(Value::Call(call)) = value.take() {
                        name = format!("{}()", call.name);
                    }
                    name = format!("{name}.{next}");
                }
                b'(' => {
                    let (arguments, named) = self.arguments();
                    let own = name.clone();
                    value = Some(Value::Call(Box::new(Call {
                        name: own,
                        arguments,
                        named,
                        span: Span::new(start, self.at),
                    })));
                }
                b'[' => {
                    self.list();
                    value = Some(Value::Other(Span::new(start, self.at)));
                    name.push_str("[]");
                }
                _ => break,
            }
        }
        value.unwrap_or(Value::Name(name))
    }

    fn word(&mut self) -> String {
        self.word_with(&[])
    }

    fn arguments(&mut self) -> (Vec<Value>, Vec<(String, Value)>) {
        let (mut arguments, mut named) = (Vec::new(), Vec::new());
        self.at += 1;
        self.depth += 1;
        loop {
            self.blank();
            match self.byte() {
                b')' => {
                    self.at += 1;
                    break;
                }
                0 => break,
                b',' => self.at += 1,
                b'*' => {
                    self.skip();
                    arguments.push(Value::Other(Span::new(self.at, self.at)));
                }
                _ => {
                    let before = self.at;
                    let name = self.word();
                    self.blank();
                    let is_name = self.byte() == b'=' && self.text.as_bytes().get(self.at + 1) != Some(&b'=');
                    if is_name && !name.is_empty() {
                        self.at += 1;
                        named.push((name, self.expression()));
                    } else {
                        self.at = before;
                        arguments.push(self.expression());
                    }
                    if self.at == before || matches!(self.byte(), b']' | b'}' | b':' | b'=') {
                        self.at = before.max(self.at) + usize::from(self.at == before || !self.done());
                        self.at = self.text.ceil_char_boundary(self.at.min(self.text.len()));
                    }
                }
            }
        }
        self.depth -= 1;
        (arguments, named)
    }

    fn list(&mut self) -> Value {
        let start = self.at;
        let (mut items, mut pairs) = (Vec::new(), Vec::new());
        let curly = self.byte() == b'{';
        self.at += 1;
        self.depth += 1;
        let mut plain = true;
        loop {
            self.blank();
            match self.byte() {
                b')' | b']' | b'}' => {
                    self.at += 1;
                    break;
                }
                0 => break,
                b',' => self.at += 1,
                _ => {
                    let before = self.at;
                    items.push(self.expression());
                    if curly && self.byte() == b':' {
                        self.at += 1;
                        let value = self.expression();
                        pairs.extend(items.pop().map(|key| (key, value)));
                    } else if matches!(self.byte(), b':' | b'=') || self.at == before {
                        plain = false;
                        self.letter();
                    }
                }
            }
        }
        self.depth -= 1;
        let round = self.text.as_bytes().get(start) == Some(&b'(');
        if !pairs.is_empty() {
            return Value::Dict(pairs);
        }
        match items.len() {
            // Parentheses around one value are nothing but a group.
            1 if round && !self.text[start..self.at].trim_end_matches(')').trim_end().ends_with(',') => {
                items.pop().unwrap_or(Value::Other(Span::new(start, self.at)))
            }
            _ if plain => Value::List(items),
            _ => Value::Other(Span::new(start, self.at)),
        }
    }

    /// A text from its first quote on.
    fn string(&mut self, start: usize, raw: bool) -> Value {
        let quote = self.byte();
        let bytes = self.text.as_bytes();
        let triple = bytes.get(self.at + 1) == Some(&quote) && bytes.get(self.at + 2) == Some(&quote);
        let marks = if triple { 3 } else { 1 };
        self.at += marks;
        let inner = self.at;
        let mut end = self.text.len();
        while let Some(byte) = bytes.get(self.at).copied() {
            let closes = byte == quote
                && (!triple
                    || bytes.get(self.at + 1) == Some(&quote) && bytes.get(self.at + 2) == Some(&quote));
            if closes || byte == b'\n' && !triple {
                end = self.at;
                break;
            }
            self.at += if byte == b'\\' { 2 } else { 1 };
        }
        let end = self.text.floor_char_boundary(end.min(self.text.len()));
        self.at = (end + marks).min(self.text.len());
        self.at = self.text.ceil_char_boundary(self.at);
        let letters = self.text.get(inner..end).unwrap_or_default();
        let span = Span::new(inner.min(end).max(start), end);
        let text =
            if raw || !letters.contains('\\') { letters.to_owned() } else { unescaped(letters, false) };
        Value::Text(text, span)
    }

    /// Passes over what is not understood, up to the end of an argument.
    fn skip(&mut self) {
        let mut depth = 0_u32;
        while !self.done() {
            match self.byte() {
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' if depth == 0 => return,
                b')' | b']' | b'}' => depth -= 1,
                b',' if depth == 0 => return,
                b'\n' if depth == 0 && self.depth == 0 => return,
                b'"' | b'\'' => {
                    self.string(self.at, false);
                    continue;
                }
                b'#' => {
                    self.blank();
                    continue;
                }
                _ => {}
            }
            self.at += 1;
        }
    }
}

fn joined(left: Value, right: Value, start: usize, end: usize) -> Value {
    match (left, right) {
        (Value::Text(left, from), Value::Text(right, to)) => Value::Text(left + &right, from.to(to)),
        _ => Value::Other(Span::new(start, end)),
    }
}

/// What a text with names in it, `f"alter table {TABLE} …"`, comes to; none where it is no such text, or has more in it
/// than names that `of` knows.
pub(in crate::extract) fn filled(text: &str, of: impl Fn(&str) -> Option<String>) -> Option<String> {
    let quoted = text.trim_start_matches(['f', 'F', 'r', 'R']);
    let raw = text[..text.len() - quoted.len()].contains(['r', 'R']);
    let mark = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|mark| quoted.starts_with(mark))?;
    let letters = quoted.strip_prefix(mark)?.strip_suffix(mark)?;
    // Several texts side by side are not told apart from one.
    if letters.contains(mark) || quoted.len() == text.len() {
        return None;
    }
    let mut made = String::new();
    let mut rest = letters;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, mark) = rest.split_at(at);
        made.push_str(before);
        if let Some(behind) = mark.strip_prefix("{{").or_else(|| mark.strip_prefix("}}")) {
            made.push_str(&mark[..1]);
            rest = behind;
            continue;
        }
        let (name, behind) = mark.strip_prefix('{')?.split_once('}')?;
        made.push_str(&of(name.trim())?);
        rest = behind;
    }
    made.push_str(rest);
    Some(if raw || !made.contains('\\') { made } else { unescaped(&made, false) })
}

/// The value that a name is given at the top of a module.
pub(in crate::extract) fn assigned(text: &str, name: &str) -> Option<Value> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if let Some(rest) = line.strip_prefix(name)
            && let Some((types, _)) = rest.split_once('=')
            && (types.trim().is_empty() || types.trim_start().starts_with(':'))
        {
            return Some(value(text, at + name.len() + types.len() + 1).0);
        }
        at += line.len();
    }
    None
}

/// A statement of a function: where it begins, how far it is indented, and its first line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::extract) struct Line<'t> {
    pub(in crate::extract) at: usize,
    pub(in crate::extract) indent: usize,
    pub(in crate::extract) text: &'t str,
}

/// The statements of a top-level function, in order; none where there is no such function. Lines within brackets and
/// texts belong to the statement that they began in.
pub(in crate::extract) fn body<'t>(text: &'t str, function: &str) -> Option<Vec<Line<'t>>> {
    block(text, &["def ", function, "("].concat())
}

/// The statements of what begins so, `class Migration(`: those of functions within it among them.
pub(in crate::extract) fn block<'t>(text: &'t str, head: &str) -> Option<Vec<Line<'t>>> {
    let begin =
        text.match_indices(head).map(|(at, _)| at).find(|at| *at == 0 || text[..*at].ends_with('\n'))?;
    let (_, mut at) = value(text, begin + head.find(' ').map_or(0, |blank| blank + 1));
    at += text[at..].find('\n').map_or(text.len() - at, |end| end + 1);
    Some(indented(text, at).0)
}

/// The statements from the beginning of a line on that are indented, and where the first one begins that is not.
fn indented(text: &str, mut at: usize) -> (Vec<Line<'_>>, usize) {
    let mut lines = Vec::new();
    while at < text.len() {
        let line = text[at..].lines().next().unwrap_or_default();
        let trimmed = line.trim_start();
        let indent = line.len() - trimmed.len();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            at += text[at..].find('\n').map_or(text.len() - at, |end| end + 1);
            continue;
        }
        if indent == 0 {
            break;
        }
        lines.push(Line { at: at + indent, indent, text: trimmed });
        at = end_of(text, at + indent);
    }
    (lines, at)
}

/// The beginning of the line behind a statement.
fn end_of(text: &str, start: usize) -> usize {
    let mut reader = Reader { text, at: start, depth: 0 };
    let mut depth = 0_u32;
    while !reader.done() {
        match reader.byte() {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b'"' | b'\'' => {
                reader.string(reader.at, false);
                continue;
            }
            b'#' => {
                let rest = &text[reader.at..];
                reader.at += rest.find('\n').unwrap_or(rest.len());
                continue;
            }
            b'\\' => reader.at += 1,
            b'\n' if depth == 0 => return reader.at + 1,
            _ => {}
        }
        reader.at += 1;
    }
    text.len()
}

#[cfg(test)]
mod tests;
