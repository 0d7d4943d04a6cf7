//! JSON, JSON with comments and trailing commas, and the leniencies of JSON5, into [`Node`].
//!
//! One reader for all of them, which goes on after an error and uses no recursion; see
//! `docs/decisions/tolerant-json.md`.

mod scalar;

use super::lines::{MAX_DEPTH, MAX_ERRORS, bom_length, boundary_after, in_order, repeated_keys};
use super::node::{Entry, Node, Value};
use super::{Parsed, SyntaxError};
use crate::source::Span;

/// Reads JSON, JSONC or JSON5. An empty file is `null` with an error; comments and trailing commas are no errors;
/// of a repeated key every entry is kept and each but the first is an error.
pub fn parse(text: &str) -> Parsed<Node> {
    let mut reader =
        Reader { text, bytes: text.as_bytes(), at: bom_length(text), errors: Vec::new(), open: Vec::new() };
    let document = reader.document();
    Parsed { document, errors: in_order(reader.errors) }
}

/// An object or array whose end has not been read yet.
struct Open {
    start: usize,
    body: Body,
    /// A value was read and no comma since.
    comma_due: bool,
}

enum Body {
    List(Vec<Node>),
    Map {
        entries: Vec<Entry>,
        /// The key whose value is read next.
        key: Option<(String, Span)>,
    },
}

struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    /// Offset of the next byte, always on a char boundary.
    at: usize,
    errors: Vec<SyntaxError>,
    open: Vec<Open>,
}

impl Reader<'_> {
    /// The whole text: one value, or as much of one as there is.
    fn document(&mut self) -> Node {
        let mut root: Option<Node> = None;
        loop {
            self.skip_trivia();
            let Some(byte) = self.peek() else { break };
            if self.open.is_empty() {
                match root.take() {
                    None => root = self.value(),
                    Some(done) => match self.reopen(done, byte) {
                        Ok(()) => {}
                        Err(done) => {
                            self.error(self.at, self.text.len(), "text after the end of the value");
                            root = Some(done);
                            break;
                        }
                    },
                }
            } else if let Some(done) = self.step(byte) {
                root = Some(done);
            }
        }
        while let Some(unclosed) = self.open.last() {
            let start = unclosed.start;
            self.error(start, start + 1, "this bracket is never closed");
            root = self.close(self.bytes.len()).or(root);
        }
        root.unwrap_or_else(|| {
            self.error(self.at, self.at, "a value is missing");
            Node { span: Span::new(self.at, self.at), value: Value::Null }
        })
    }

    /// One step inside the innermost open bracket. Gives the root where that ends.
    fn step(&mut self, byte: u8) -> Option<Node> {
        let open = self.open.last()?;
        let (is_map, comma_due) = (matches!(open.body, Body::Map { .. }), open.comma_due);
        match byte {
            b',' => {
                if !comma_due {
                    self.error(self.at, self.at + 1, "a value is missing before this comma");
                }
                self.comma(false);
                self.at += 1;
            }
            b'}' | b']' => return self.closing(byte, is_map),
            b':' => {
                self.error(self.at, self.at + 1, "unexpected `:`");
                self.at += 1;
            }
            _ if self.at_conflict_marker() => {
                let end = self.line_end();
                self.error(self.at, end, "a merge conflict marker");
                self.at = end;
            }
            _ => {
                if comma_due {
                    self.comma(false);
                    self.error(self.at, self.at, "a comma is missing");
                }
                if is_map {
                    self.entry();
                } else if let Some(item) = self.value() {
                    self.push(item);
                }
            }
        }
        None
    }

    fn comma(&mut self, due: bool) {
        if let Some(open) = self.open.last_mut() {
            open.comma_due = due;
        }
    }

    /// A closing bracket, which may not be the one that is due.
    fn closing(&mut self, byte: u8, is_map: bool) -> Option<Node> {
        if (byte == b'}') == is_map {
            self.at += 1;
            return self.close(self.at);
        }
        let wanted = byte == b'}';
        let outer = self.open.iter().rev().any(|open| matches!(open.body, Body::Map { .. }) == wanted);
        self.error(self.at, self.at + 1, if is_map { "expected `}`" } else { "expected `]`" });
        if outer {
            // The bracket due here was forgotten: end this one and read the bracket again.
            return self.close(self.at);
        }
        self.at += 1;
        None
    }

    /// A key, its colon and its value; where the value is a bracket, its inside follows in later steps.
    fn entry(&mut self) {
        let start = self.at;
        let Some(key) = self.key() else {
            let end = self.junk_end();
            self.error(start, end, "expected a key");
            self.at = end;
            return;
        };
        let key_span = Span::new(start, self.at);
        self.skip_trivia();
        if self.peek() == Some(b':') {
            self.at += 1;
            self.skip_trivia();
        } else {
            self.error(key_span.end as usize, key_span.end as usize, "expected `:` after the key");
        }
        if let Some(Open { body: Body::Map { key: slot, .. }, .. }) = self.open.last_mut() {
            *slot = Some((key, key_span));
        }
        if matches!(self.peek(), None | Some(b',' | b'}' | b']' | b':')) {
            self.error(self.at, self.at, "a value is missing");
            self.push(Node { span: Span::new(self.at, self.at), value: Value::Null });
        } else if let Some(value) = self.value() {
            self.push(value);
        }
    }

    /// A value; none where it is a bracket that was opened.
    fn value(&mut self) -> Option<Node> {
        let start = self.at;
        let value = match self.peek()? {
            b'{' if matches!(self.bytes.get(start + 1), Some(b'{' | b'%')) => self.template(),
            b'{' | b'[' if self.open.len() >= MAX_DEPTH => self.skip_deep(),
            b'{' => {
                self.enter(Body::Map { entries: Vec::new(), key: None });
                return None;
            }
            b'[' => {
                self.enter(Body::List(Vec::new()));
                return None;
            }
            quote @ (b'"' | b'\'') => Value::Text(self.quoted(quote)),
            _ => self.bare(),
        };
        Some(Node { span: Span::new(start, self.at), value })
    }

    fn enter(&mut self, body: Body) {
        self.open.push(Open { start: self.at, body, comma_due: false });
        self.at += 1;
    }

    /// Ends the innermost bracket and gives it to the one around it, or back where there is none.
    fn close(&mut self, end: usize) -> Option<Node> {
        let open = self.open.pop()?;
        let value = match open.body {
            Body::List(items) => Value::List(items),
            Body::Map { entries, .. } => {
                repeated_keys(self.text, &entries, &mut self.errors);
                Value::Map(entries)
            }
        };
        let node = Node { span: Span::new(open.start, end), value };
        if self.open.is_empty() {
            return Some(node);
        }
        self.push(node);
        None
    }

    /// Adds a finished value to the innermost bracket.
    fn push(&mut self, value: Node) {
        let Some(open) = self.open.last_mut() else { return };
        open.comma_due = true;
        match &mut open.body {
            Body::List(items) => items.push(value),
            Body::Map { entries, key } => {
                if let Some((key, key_span)) = key.take() {
                    entries.push(Entry { key, key_span, value });
                }
            }
        }
    }

    /// After the root ended: `, "key": …` means that one bracket too many was closed, and the root goes on.
    fn reopen(&mut self, root: Node, byte: u8) -> Result<(), Node> {
        let after_comma = self.text[self.at..].strip_prefix(',').map(str::trim_start);
        let goes_on = byte == b',' && after_comma.is_some_and(|rest| rest.starts_with('"'));
        match root.value {
            Value::Map(entries) if goes_on => {
                let end = root.span.end as usize;
                self.error(end.saturating_sub(1), end, "this bracket closes too much");
                let body = Body::Map { entries, key: None };
                self.open.push(Open { start: root.span.start as usize, body, comma_due: true });
                Ok(())
            }
            value => Err(Node { span: root.span, value }),
        }
    }

    /// Steps over a bracket that nests too deep, by counting brackets outside of strings.
    fn skip_deep(&mut self) -> Value {
        let start = self.at;
        let mut depth = 0_usize;
        while let Some(byte) = self.peek() {
            match byte {
                b'"' => drop(self.quoted(b'"')),
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' => {
                    depth -= 1;
                    self.at += 1;
                    if depth == 0 {
                        break;
                    }
                }
                _ => self.at = boundary_after(self.text, self.at + 1),
            }
        }
        self.error(start, start + 1, "nested too deep to be read");
        Value::Opaque
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn error(&mut self, start: usize, end: usize, message: &str) {
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(SyntaxError::new(Span::new(start, end), message));
        }
    }
}

#[cfg(test)]
mod tests;
