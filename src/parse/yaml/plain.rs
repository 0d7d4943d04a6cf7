//! Plain YAML, as nearly every file is written: block maps and lists of scalars on one line, literal texts and flow
//! collections. It is read in one pass over its bytes, at a tenth of what the full parser needs.
//!
//! Whatever is not plain, or may be a mistake, is left to the full parser: this one says nothing of it. What it reads is
//! what the full parser makes of the same text, to the byte; `tests.rs` holds the two against each other.

mod scalars;

use super::scalar;
use crate::parse::SyntaxError;
use crate::parse::lines::repeated_keys;
use crate::parse::node::{Entry, Node, Value};
use crate::source::Span;

/// How deep what is read here may nest.
const DEEPEST: usize = 60;

/// The one document of a plain text and its repeated keys; none where the text is not plain.
pub(super) fn read(text: &str) -> Option<(Node, Vec<SyntaxError>)> {
    let odd = |byte: u8| byte < b' ' && byte != b'\n' || byte == 0x7f;
    if text.bytes().any(odd)
        || !text.is_ascii() && text.contains(['\u{85}', '\u{2028}', '\u{2029}', '\u{feff}'])
    {
        return None;
    }
    let mut reader = Reader { text, bytes: text.as_bytes(), at: 0, errors: Vec::new() };
    let mut first = reader.line()?;
    if reader.bytes[first.start..].starts_with(b"---") {
        if first.end - first.start > 3 || first.column > 0 {
            return None;
        }
        reader.at = first.end + 1;
        first = reader.line()?;
    }
    if first.column > 0 {
        return None;
    }
    let root = reader.block(first, 0)?;
    reader.line().is_none().then_some((root, reader.errors))
}

struct Reader<'t> {
    text: &'t str,
    bytes: &'t [u8],
    /// Where the next line begins.
    at: usize,
    errors: Vec<SyntaxError>,
}

/// A line that says something: neither empty nor a comment.
#[derive(Clone, Copy)]
struct Line {
    /// How many spaces stand before it.
    column: usize,
    /// Where it begins behind them.
    start: usize,
    /// Where its break is.
    end: usize,
}

/// The key of a map.
struct Key {
    text: String,
    span: Span,
    /// Where its colon is.
    colon: usize,
}

impl Reader<'_> {
    /// The next line that says something, which stays the next one.
    fn line(&mut self) -> Option<Line> {
        while self.at < self.bytes.len() {
            let end = self.end_of(self.at);
            let rest = &self.bytes[self.at..end];
            let column = rest.iter().position(|byte| *byte != b' ').unwrap_or(rest.len());
            match rest.get(column) {
                None | Some(b'#') => self.at = end + 1,
                Some(_) => return Some(Line { column, start: self.at + column, end }),
            }
        }
        None
    }

    fn end_of(&self, at: usize) -> usize {
        memchr::memchr(b'\n', &self.bytes[at..]).map_or(self.bytes.len(), |length| at + length)
    }

    /// A collection that begins with a line.
    fn block(&mut self, line: Line, depth: usize) -> Option<Node> {
        if depth > DEEPEST || line.column == 0 && is_marker(&self.bytes[line.start..line.end]) {
            return None;
        }
        if self.is_dash(line) {
            return self.list(line, depth);
        }
        let key = self.key(line)?;
        self.map(line, key, depth)
    }

    fn is_dash(&self, line: Line) -> bool {
        self.bytes[line.start] == b'-' && matches!(self.bytes.get(line.start + 1), None | Some(b' ' | b'\n'))
    }

    /// `- item` of a column.
    fn list(&mut self, mut line: Line, depth: usize) -> Option<Node> {
        let (start, mut items) = (line.start, Vec::new());
        loop {
            let after = line.start + 1;
            let at = self.skip_spaces(after, line.end);
            let item = if at == line.end || self.bytes[at] == b'#' {
                self.at = line.end + 1;
                let inner = self.line().filter(|inner| inner.column > line.column)?;
                self.block(inner, depth + 1)?
            } else {
                let inner = Line { column: at - line.start + line.column, start: at, end: line.end };
                if self.is_dash(inner) {
                    return None;
                }
                match self.key(inner) {
                    Some(key) => self.map(inner, key, depth + 1)?,
                    None => self.value(at, line, line.column, depth)?,
                }
            };
            items.push(item);
            match self.line() {
                Some(next) if next.column == line.column && self.is_dash(next) => line = next,
                // What stands below in the same column may be the next key of the map around.
                Some(next) if next.column > line.column => return None,
                _ => break,
            }
        }
        let end = items.last()?.span.end as usize;
        Some(Node { span: Span::new(start, end), value: Value::List(items) })
    }

    /// `key: value` of a column; the first key is read.
    fn map(&mut self, mut line: Line, mut key: Key, depth: usize) -> Option<Node> {
        if depth > DEEPEST {
            return None;
        }
        let column = line.column;
        let mut entries: Vec<Entry> = Vec::new();
        loop {
            let Key { text, span, colon } = key;
            let at = self.skip_spaces(colon + 1, line.end);
            let value = if at == line.end || self.bytes[at] == b'#' && at > colon + 1 {
                self.at = line.end + 1;
                match self.line() {
                    Some(inner) if inner.column > column => self.block(inner, depth + 1)?,
                    Some(inner) if inner.column == column && self.is_dash(inner) => {
                        self.list(inner, depth + 1)?
                    }
                    _ => Node { span: Span::new(colon + 1, colon + 1), value: Value::Null },
                }
            } else {
                self.value(at, line, column, depth)?
            };
            entries.push(Entry { key: text, key_span: span, value });
            match self.line() {
                Some(next) if next.column == column && !self.is_dash(next) => {
                    key = self.key(next)?;
                    line = next;
                }
                Some(next) if next.column >= column => return None,
                _ => break,
            }
        }
        repeated_keys(self.text, &entries, &mut self.errors);
        let (first, last) = (entries.first()?, entries.last()?);
        let end = last.value.span.end.max(last.key_span.end) as usize;
        Some(Node { span: Span::new(first.key_span.start as usize, end), value: Value::Map(entries) })
    }

    /// The key that a line begins with.
    fn key(&self, line: Line) -> Option<Key> {
        let bytes = &self.bytes[..line.end];
        let first = bytes[line.start];
        if line.column == 0 && is_marker(&bytes[line.start..]) {
            return None;
        }
        if matches!(first, b'"' | b'\'') {
            let (text, end) = self.quoted(line.start, line.end)?;
            let ends = bytes.get(end) == Some(&b':') && matches!(bytes.get(end + 1), None | Some(b' '));
            return ends.then_some(Key { text, span: Span::new(line.start, end), colon: end });
        }
        if !begins_plain(&bytes[line.start..]) {
            return None;
        }
        let mut from = line.start;
        let colon = loop {
            let colon = from + memchr::memchr(b':', &bytes[from..])?;
            if matches!(bytes.get(colon + 1), None | Some(b' ')) {
                break colon;
            }
            from = colon + 1;
        };
        let key = self.text.get(line.start..colon)?;
        let fits = key.len() < 1000 && !key.ends_with(' ') && !key.contains(['|', '>', '#']);
        (fits && key != "<<").then(|| Key { text: key.to_owned(), span: Span::new(line.start, colon), colon })
    }

    /// A value that begins on a line, within a collection of this column.
    fn value(&mut self, at: usize, line: Line, column: usize, depth: usize) -> Option<Node> {
        let node = match self.bytes[at] {
            b'|' => return self.literal(at, line, column),
            b'"' | b'\'' => {
                let (text, end) = self.quoted(at, line.end)?;
                // A comment behind it would be a part of its place.
                if self.skip_spaces(end, line.end) != line.end {
                    return None;
                }
                Node { span: Span::new(at, end), value: Value::Text(text) }
            }
            b'[' | b'{' => {
                let (node, end) = self.flow(at, column, depth + 1)?;
                let line_end = self.end_of(end);
                if end != line_end {
                    return None;
                }
                self.repeated_within(&node);
                self.at = line_end + 1;
                return self.nothing_deeper(column).then_some(node);
            }
            _ => self.plain(at, line.end)?,
        };
        self.at = line.end + 1;
        self.nothing_deeper(column).then_some(node)
    }

    /// Whether what comes next does not go on with what was read.
    fn nothing_deeper(&mut self, column: usize) -> bool {
        self.line().is_none_or(|next| next.column <= column)
    }

    fn skip_spaces(&self, at: usize, end: usize) -> usize {
        let rest = &self.bytes[at.min(end)..end];
        at.min(end) + rest.iter().position(|byte| *byte != b' ').unwrap_or(rest.len())
    }

    /// A scalar without quotes, to the end of its line.
    fn plain(&self, at: usize, end: usize) -> Option<Node> {
        let bytes = &self.bytes[at..end];
        if !begins_plain(bytes) {
            return None;
        }
        let comment = memchr::memchr_iter(b'#', bytes).find(|hash| bytes[hash - 1] == b' ');
        let text = self.text.get(at..at + comment.unwrap_or(bytes.len()))?.trim_end_matches(' ');
        if text.ends_with(':') || text.contains(": ") {
            return None;
        }
        Some(Node { span: Span::new(at, at + text.len()), value: scalar::plain(text) })
    }
}

/// Whether a line stands between documents, or is a directive.
fn is_marker(line: &[u8]) -> bool {
    line.starts_with(b"---") || line.starts_with(b"...") || line.starts_with(b"%")
}

/// Whether a scalar without quotes may begin so.
fn begins_plain(bytes: &[u8]) -> bool {
    !matches!(
        bytes,
        [] | [b'-']
            | [b'-', b' ', ..]
            | [
                b'?' | b':'
                    | b','
                    | b'['
                    | b']'
                    | b'{'
                    | b'}'
                    | b'#'
                    | b'&'
                    | b'*'
                    | b'!'
                    | b'|'
                    | b'>'
                    | b'\''
                    | b'"'
                    | b'%'
                    | b'@'
                    | b'`'
                    | b' ',
                ..
            ]
    )
}
