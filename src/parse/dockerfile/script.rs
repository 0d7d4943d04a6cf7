//! Text joined from pieces of a file, with the way back from each of its bytes.

use std::ops::Range;

use crate::source::Span;

/// Text as the builder sees it, continuations and comment lines taken out, and where each byte of it stands in the file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Script {
    /// The joined text.
    pub text: String,
    map: SourceMap,
}

/// From offsets in a joined text to offsets in the file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct SourceMap {
    /// In the order of the text; each holds until the next begins.
    segments: Vec<Segment>,
    /// Where in the file the text stands that has no bytes.
    anchor: usize,
}

/// A run of bytes that is the same in the text and in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Segment {
    /// Where it begins in the text.
    text: usize,
    /// Where it begins in the file.
    file: usize,
}

impl Script {
    /// An empty text at a byte offset of the file.
    pub fn at(anchor: usize) -> Self {
        Self { text: String::new(), map: SourceMap { segments: Vec::new(), anchor } }
    }

    /// Appends `piece`, which stands at byte `file` of the file.
    pub fn push(&mut self, piece: &str, file: usize) {
        if piece.is_empty() {
            return;
        }
        let text = self.text.len();
        let adjacent = self.map.segments.last().is_some_and(|last| last.file + (text - last.text) == file);
        if !adjacent {
            self.map.segments.push(Segment { text, file });
        }
        self.text.push_str(piece);
    }

    /// Appends a part of another joined text, with its places.
    pub fn push_part(&mut self, other: &Script, range: Range<usize>) {
        let mut start = range.start;
        while start < range.end {
            let number = other.segment(start);
            let limit = other.map.segments.get(number + 1).map_or(other.text.len(), |next| next.text);
            let end = limit.min(range.end);
            let Some(piece) = other.text.get(start..end) else { return };
            if piece.is_empty() {
                return;
            }
            self.push(piece, other.offset(start));
            start = end;
        }
    }

    /// A part of the text as a text of its own.
    #[must_use]
    pub fn slice(&self, range: Range<usize>) -> Script {
        let mut part = Script::at(self.offset(range.start));
        part.push_part(self, range);
        part
    }

    /// Where bytes `range` of the text stand in the file. Where a continuation lies between them, the span holds it too.
    pub fn span(&self, range: Range<usize>) -> Span {
        let start = self.offset(range.start);
        if range.end <= range.start {
            return Span::new(start, start);
        }
        Span::new(start, self.offset(range.end - 1) + 1)
    }

    /// Where the whole text stands in the file.
    pub fn whole(&self) -> Span {
        self.span(0..self.text.len())
    }

    /// The interpreter line of the script without `#!`, where it has one. The builder honours it in heredocs only.
    pub fn interpreter(&self) -> Option<&str> {
        self.text.strip_prefix("#!").and_then(|rest| rest.lines().next()).map(str::trim)
    }

    /// The file's offset of one byte of the text; past the end, the end.
    fn offset(&self, at: usize) -> usize {
        let at = at.min(self.text.len());
        match self.map.segments.get(self.segment(at)) {
            Some(segment) => segment.file + (at - segment.text),
            None => self.map.anchor,
        }
    }

    /// The number of the segment that holds byte `at`.
    fn segment(&self, at: usize) -> usize {
        self.map.segments.partition_point(|segment| segment.text <= at).saturating_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined() -> Script {
        let mut script = Script::at(0);
        script.push("ab", 4);
        script.push("cd", 6);
        script.push("ef", 20);
        script
    }

    #[test]
    fn a_range_over_a_gap_spans_the_gap() {
        let script = joined();
        assert_eq!(script.text, "abcdef");
        assert_eq!(script.map.segments.len(), 2, "adjacent pieces are one segment");
        for (range, start, end) in [(0..2, 4, 6), (1..4, 5, 8), (3..5, 7, 21), (4..6, 20, 22), (0..0, 4, 4)] {
            assert_eq!(script.span(range.clone()), Span::new(start, end), "{range:?}");
        }
    }

    #[test]
    fn a_slice_keeps_its_places() {
        let part = joined().slice(3..5);
        assert_eq!((part.text.as_str(), part.whole()), ("de", Span::new(7, 21)));
        assert_eq!(joined().slice(2..2).whole(), Span::new(6, 6));
    }
}
