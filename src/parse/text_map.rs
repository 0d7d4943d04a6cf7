//! From a text value back to its file: where the bytes of an embedded script stand.

use std::ops::Range;

use super::node::Node;
use crate::source::Span;

/// Where each byte of a text value is written in its file.
///
/// A shell script in `run: |` or in `"scripts"` is parsed as a text of its own; this turns the offsets of that text
/// into offsets of the file. Exact for literal block scalars, plain scalars and quoted ones, escapes included; in a
/// folded scalar, a space that stands for a line break is placed at the break.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextMap {
    /// Runs of bytes that are the same in both, in order.
    pieces: Vec<Piece>,
    /// The span of the value in the file.
    whole: Span,
}

/// A part of the value and where it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Piece {
    /// Where it begins in the value.
    value: usize,
    /// Where it begins in the file.
    file: usize,
    /// How many bytes from there on are the same in both; 0 for an escape or a folded line break.
    same: usize,
    /// Where what stands for it ends in the file.
    end: usize,
}

impl TextMap {
    /// The map of a text node of YAML, JSON or TOML in its file. Of a node that is no text, or none of `text`, it is
    /// empty and every range is that of the node.
    pub fn new(text: &str, node: &Node) -> Self {
        let written = node.span.of(text);
        let start = node.span.start as usize;
        let value = node.text().unwrap_or_default();
        let pieces = match written.as_bytes().first() {
            Some(b'|') => literal(text, start, written, value),
            Some(quote @ (b'"' | b'\'')) => {
                let triple = [*quote; 3];
                let opening =
                    if written.len() >= 6 && written.as_bytes().starts_with(&triple) { 3 } else { 1 };
                align(&written[opening..], start + opening, value, Some(*quote))
            }
            Some(b'>') => {
                let header = written.find('\n').map_or(written.len(), |at| at + 1);
                align(&written[header..], start + header, value, None)
            }
            _ => align(written, start, value, None),
        };
        Self { pieces, whole: node.span }
    }

    /// Where a range of the value, in bytes, is written. It may hold more than the range: indentation between lines.
    pub fn span(&self, range: Range<usize>) -> Span {
        let Some((start, _)) = self.offset(range.start) else { return self.whole };
        let last = range.end.checked_sub(1).filter(|last| *last >= range.start);
        let end = last.and_then(|last| self.offset(last)).map_or(start, |(_, end)| end);
        let (low, high) = (self.whole.start as usize, self.whole.end as usize);
        Span::new(start.clamp(low, high), end.clamp(low, high))
    }

    /// Where one byte of the value begins and ends in the file.
    fn offset(&self, at: usize) -> Option<(usize, usize)> {
        let next = self.pieces.partition_point(|piece| piece.value <= at);
        let piece = self.pieces.get(next.checked_sub(1)?)?;
        let within = at - piece.value;
        if within < piece.same {
            return Some((piece.file + within, piece.file + within + 1));
        }
        Some((piece.file + piece.same, piece.end))
    }
}

/// The lines of a literal block scalar. `start` is the place of its `|`.
fn literal(text: &str, start: usize, written: &str, value: &str) -> Vec<Piece> {
    let header = written.find('\n').map_or(written.len(), |at| at + 1);
    let mut file = start + header;
    let body = text.get(file..).unwrap_or_default();
    let indent = indentation(text, start, &written[..header.min(written.len())], body);
    let mut pieces = Vec::new();
    let mut at = 0;
    let mut lines = body.split_inclusive('\n');
    for line in value.split_inclusive('\n') {
        let Some(written) = lines.next() else { break };
        let leading = written.bytes().take_while(|byte| *byte == b' ').count();
        let skipped = leading.min(indent);
        let content = &written[skipped..];
        let same = line.chars().zip(content.chars()).take_while(|(a, b)| a == b && *a != '\n');
        let same = same.map(|(character, _)| character.len_utf8()).sum();
        // What remains of the piece is the line break.
        pieces.push(Piece { value: at, file: file + skipped, same, end: file + written.len() });
        at += line.len();
        file += written.len();
    }
    pieces
}

/// How many spaces the lines of a block scalar are indented by: those of its first line that is not blank, or what
/// its header says.
fn indentation(text: &str, start: usize, header: &str, body: &str) -> usize {
    let content = body.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let found = content.bytes().take_while(|byte| *byte == b' ').count();
    let Some(explicit) = header.bytes().skip(1).take(2).find(u8::is_ascii_digit) else { return found };
    // An explicit indentation counts from the parent's, which is at most that of the line the header is on.
    let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let is_marker = |byte: &u8| *byte == b' ' || *byte == b'-';
    let parent = text[line..start].bytes().take_while(is_marker).count();
    (parent + usize::from(explicit - b'0')).min(found)
}

/// Walks value and source side by side: equal characters belong together, an escape belongs to what it stands for,
/// white space that folding removed is stepped over.
fn align(source: &str, start: usize, value: &str, quote: Option<u8>) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut file = 0;
    for (at, wanted) in value.char_indices() {
        file = skip_to(source, file, wanted, quote == Some(b'"'));
        let rest = &source[file..];
        let escape = match quote {
            Some(b'"') if rest.starts_with('\\') => escape_length(rest.as_bytes(), wanted),
            Some(b'\'') if rest.starts_with("''") => 2,
            _ => 0,
        };
        let (same, length) = match rest.chars().next() {
            Some(_) if escape > 0 => (0, escape),
            Some(found) if found == wanted => (found.len_utf8(), found.len_utf8()),
            Some(found) if found.is_whitespace() && wanted.is_whitespace() => (0, found.len_utf8()),
            _ => (0, 0),
        };
        let place = start + file;
        file += length;
        while !source.is_char_boundary(file) {
            file += 1;
        }
        match pieces.last_mut() {
            Some(piece)
                if same > 0
                    && piece.value + piece.same == at
                    && piece.end == place
                    && piece.file + piece.same == place =>
            {
                piece.same += same;
                piece.end += same;
            }
            _ => pieces.push(Piece { value: at, file: place, same, end: start + file }),
        }
    }
    pieces
}

/// Steps over white space until `wanted` can begin.
fn skip_to(source: &str, from: usize, wanted: char, escapes: bool) -> usize {
    let rest = &source[from..];
    let blank = |c: char| c.is_ascii_whitespace();
    if rest.starts_with(wanted) || !rest.starts_with(blank) {
        // `\` before a line break joins the lines.
        let joined = Some(rest)
            .filter(|_| escapes)
            .and_then(|rest| rest.strip_prefix("\\\r\n").or_else(|| rest.strip_prefix("\\\n")));
        return match joined {
            Some(after) => source.len() - after.trim_start_matches(blank).len(),
            None => from,
        };
    }
    if wanted.is_ascii_whitespace() {
        // A space that stands for a line break.
        return rest
            .find(['\n', '\r'])
            .filter(|at| rest[..*at].trim().is_empty())
            .map_or(from, |at| from + at);
    }
    source.len() - rest.trim_start_matches(blank).len()
}

/// How many bytes an escape has that stands for `wanted`.
fn escape_length(bytes: &[u8], wanted: char) -> usize {
    match bytes.get(1) {
        Some(b'x') => 4,
        // Outside the basic plane JSON writes a pair of escapes.
        Some(b'u') if wanted as u32 > 0xffff && bytes.get(6) == Some(&b'\\') => 12,
        Some(b'u') => 6,
        Some(b'U') => 10,
        _ => 2,
    }
    .min(bytes.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::TextMap;
    use crate::parse::lines::check;
    use crate::parse::{json, yaml};

    /// For every line of the value at `path`: what of the file its place covers.
    fn lines(text: &str, path: &[&str]) -> Vec<String> {
        let documents = yaml::parse(text).document;
        let node = documents[0].at(path).unwrap();
        let (map, value) = (TextMap::new(text, node), node.text().unwrap());
        let mut at = 0;
        value
            .split_inclusive('\n')
            .map(|line| {
                let range = at..at + line.trim_end_matches('\n').len();
                at += line.len();
                map.span(range).of(text).to_owned()
            })
            .collect()
    }

    #[test]
    fn lines_of_block_scalars_stand_where_they_are_written() {
        for (text, expected) in [
            ("run: |\n  echo é\n    two\n\n  three\n", &["echo é", "  two", "", "three"][..]),
            ("run: |\r\n  one\r\n  two\r\n", &["one", "two"]),
            ("run: |2-\n    one\n  two\n", &["  one", "two"]),
            ("run: |+ # keep | all\n\n  one\n\n\nb: 1\n", &["", "one", "", ""]),
            ("\u{feff}run: |\n  one", &["one"]),
            ("é: 1\nrun: |\n\n   a\n    b\n", &["", "a", " b"]),
        ] {
            assert_eq!(lines(text, &["run"]), expected, "{text}");
        }
    }

    #[test]
    fn words_of_any_scalar_stand_where_they_are_written() {
        for text in [
            "run: |\n  echo target\n",
            "run: >\n  echo\n  it\n  target\n",
            "run: echo target\n",
            "run: echo\n  target\n",
            "run: \"a\\tb \\u00e9\\x41 é \\\n  target\"\n",
            "run: 'it''s target'\n",
            r#"{"run": "x \"y\" \ud83d\ude00 \n target"}"#,
        ] {
            let documents = yaml::parse(text).document;
            let json = json::parse(text).document;
            let node = if text.starts_with('{') { &json } else { &documents[0] }.get("run").unwrap();
            let at = node.text().unwrap().find("target").unwrap();
            let span = TextMap::new(text, node).span(at..at + 6);
            assert_eq!(span.of(text), "target", "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_place_lies_in_the_node(text in check::soup(&[
            "a: ", "|", ">", "-", "+", "2", "\n", "\n  ", "\r\n   ", "x", "é", "\"", "'", "\\", "\\n", " ", "  # c",
        ])) {
            for document in yaml::parse(&text).document {
                for node in std::iter::once(&document).chain(document.entries().iter().map(|entry| &entry.value)) {
                    let map = TextMap::new(&text, node);
                    for (at, character) in node.text().unwrap_or_default().char_indices() {
                        check::span(&text, map.span(at..at + character.len_utf8()));
                    }
                }
            }
        }
    }
}
