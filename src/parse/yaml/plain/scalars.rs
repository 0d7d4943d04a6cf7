//! Scalars with quotes, literal texts and flow collections.

use super::super::scalar;
use super::{DEEPEST, Line, Reader, begins_plain};
use crate::parse::lines::repeated_keys;
use crate::parse::node::{Entry, Node, Value};
use crate::source::Span;

impl Reader<'_> {
    /// A scalar in quotes on one line, with the place behind it.
    pub(super) fn quoted(&self, at: usize, end: usize) -> Option<(String, usize)> {
        let quote = self.bytes[at];
        let mut text = String::new();
        let mut from = at + 1;
        loop {
            let stop = from + memchr::memchr2(quote, b'\\', &self.bytes[from..end])?;
            text.push_str(self.text.get(from..stop)?);
            let next = self.bytes[..end].get(stop + 1);
            match (self.bytes[stop], quote) {
                (b'\\', b'\'') => {
                    text.push('\\');
                    from = stop + 1;
                }
                (b'\\', _) => {
                    text.push(match next? {
                        b'"' => '"',
                        b'\\' => '\\',
                        b'/' => '/',
                        b'n' => '\n',
                        b't' => '\t',
                        _ => return None,
                    });
                    from = stop + 2;
                }
                (_, b'\'') if next == Some(&b'\'') => {
                    text.push('\'');
                    from = stop + 2;
                }
                _ => return Some((text, stop + 1)),
            }
        }
    }

    /// `|` and the lines below it that are indented more than the column of the collection around.
    pub(super) fn literal(&mut self, at: usize, line: Line, column: usize) -> Option<Node> {
        let strips = self.bytes.get(at + 1) == Some(&b'-');
        if at + 1 + usize::from(strips) != line.end {
            return None;
        }
        self.at = line.end + 1;
        let mut text = String::new();
        let (mut indent, mut last) = (None, 0);
        let mut empty = 0;
        while self.at < self.bytes.len() {
            let end = self.end_of(self.at);
            let content = &self.bytes[self.at..end];
            let spaces = content.iter().position(|byte| *byte != b' ').unwrap_or(content.len());
            if spaces == content.len() {
                // An empty line; one of more spaces than the text is indented by would be a part of it.
                if spaces > indent.unwrap_or(0) {
                    return None;
                }
                empty += 1;
            } else {
                let indent = *indent.get_or_insert(spaces);
                if spaces < indent || indent <= column {
                    break;
                }
                text.extend(std::iter::repeat_n('\n', empty));
                text.push_str(self.text.get(self.at + indent..end)?);
                text.push('\n');
                (empty, last) = (0, end);
                if end == self.bytes.len() {
                    return None;
                }
            }
            self.at = end + 1;
        }
        if last == 0 {
            return None;
        }
        if strips {
            text.pop();
        }
        let end = at + self.text.get(at..last)?.trim_end().len();
        let node = Node { span: Span::new(at, end), value: Value::Text(text) };
        self.nothing_deeper(column).then_some(node)
    }

    /// A collection in brackets, with the place behind it. It may go on below, indented as deep as the column at least.
    pub(super) fn flow(&self, at: usize, column: usize, depth: usize) -> Option<(Node, usize)> {
        if depth > DEEPEST {
            return None;
        }
        let map = self.bytes[at] == b'{';
        let close = if map { b'}' } else { b']' };
        let (mut items, mut entries) = (Vec::new(), Vec::<Entry>::new());
        let mut next = self.skip(at + 1, column)?;
        if map && matches!(self.bytes.get(at + 1), Some(b'{' | b'%' | b'#')) {
            return None;
        }
        while self.bytes[next] != close {
            let after = if map {
                let (key, after) = self.flow_scalar(next, true)?;
                let spaced = self.bytes.get(after) == Some(&b':') && self.bytes.get(after + 1) == Some(&b' ');
                let at = self.skip(after + 1, column).filter(|_| spaced)?;
                let (value, after) = self.flow_value(at, column, depth)?;
                let text = self.key_text(&key)?;
                entries.push(Entry { key: text, key_span: key.span, value });
                after
            } else {
                let (item, after) = self.flow_value(next, column, depth)?;
                items.push(item);
                after
            };
            next = self.skip(after, column)?;
            match self.bytes[next] {
                b',' => next = self.skip(next + 1, column)?,
                byte if byte == close => {}
                _ => return None,
            }
        }
        let value = if map { Value::Map(entries) } else { Value::List(items) };
        Some((Node { span: Span::new(at, next + 1), value }, next + 1))
    }

    fn flow_value(&self, at: usize, column: usize, depth: usize) -> Option<(Node, usize)> {
        match self.bytes[at] {
            b'[' | b'{' => {
                let (mut node, end) = self.flow(at, column, depth + 1)?;
                // The full parser gives the spaces behind an inner collection to it.
                let next = self.skip_spaces(end, self.end_of(end));
                node.span = Span::new(at, next);
                (self.bytes.get(next) != Some(&b'#')).then_some((node, next))
            }
            _ => self.flow_scalar(at, false),
        }
    }

    /// The text of a key, which counts as it is written.
    fn key_text(&self, key: &Node) -> Option<String> {
        let text = match &key.value {
            Value::Text(text) => text.clone(),
            _ => key.span.of(self.text).to_owned(),
        };
        (text != "<<").then_some(text)
    }

    /// A scalar between brackets and commas.
    fn flow_scalar(&self, at: usize, key: bool) -> Option<(Node, usize)> {
        let line_end = self.end_of(at);
        if matches!(self.bytes[at], b'"' | b'\'') {
            let (text, end) = self.quoted(at, line_end)?;
            // `"a": b` in a list is a map of one.
            let next = self.skip_spaces(end, line_end);
            if !key && (self.bytes.get(end) == Some(&b':') || self.bytes.get(next) == Some(&b'#')) {
                return None;
            }
            return Some((Node { span: Span::new(at, end), value: Value::Text(text) }, end));
        }
        let bytes = &self.bytes[at..line_end];
        if !begins_plain(bytes) || bytes[0] == b'-' {
            return None;
        }
        let stop = |byte: &u8| matches!(byte, b',' | b'[' | b']' | b'{' | b'}' | b'#' | b':');
        let mut end = 0;
        loop {
            let Some(length) = bytes[end..].iter().position(stop).filter(|_| end < bytes.len()) else {
                // The last of its line: what follows below has to be a comma or a bracket.
                end = bytes.len();
                break;
            };
            end += length;
            match (bytes[end], bytes.get(end + 1)) {
                (b':', Some(b' ')) if key => break,
                (b':', Some(next)) if next.is_ascii_alphanumeric() || *next == b'/' && !key => end += 1,
                (b',' | b']' | b'}', _) if !key => break,
                _ => return None,
            }
        }
        let text = self.text.get(at..at + end)?;
        let plain = text.trim_end_matches(' ');
        if key && (plain.len() != text.len() || end == bytes.len()) {
            return None;
        }
        let value = scalar::plain(plain);
        Some((Node { span: Span::new(at, at + plain.len()), value }, at + end))
    }

    /// The next byte in brackets that says something; none where a line goes on less deep than the column.
    fn skip(&self, mut at: usize, column: usize) -> Option<usize> {
        loop {
            match self.bytes.get(at)? {
                b' ' => at += 1,
                b'#' if matches!(self.bytes[at - 1], b' ' | b'\n') => at = self.end_of(at),
                b'\n' => {
                    let start = at + 1;
                    at = start;
                    while self.bytes.get(at) == Some(&b' ') {
                        at += 1;
                    }
                    let byte = *self.bytes.get(at)?;
                    let closes = matches!(byte, b']' | b'}') && at - start == column;
                    if byte != b'\n' && at - start <= column && !closes {
                        return None;
                    }
                }
                _ => return Some(at),
            }
        }
    }

    /// Takes note of keys that are repeated within brackets, the inner ones first, as the full parser does.
    pub(super) fn repeated_within(&mut self, node: &Node) {
        match &node.value {
            Value::List(items) => items.iter().for_each(|item| self.repeated_within(item)),
            Value::Map(entries) => {
                for entry in entries {
                    self.repeated_within(&entry.value);
                }
                repeated_keys(self.text, entries, &mut self.errors);
            }
            _ => {}
        }
    }
}
