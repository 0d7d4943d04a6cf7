//! From the offsets of a text that was cut out, unquoted or joined back to those of its file.

use crate::source::Span;

/// Where the bytes of a derived text stand in the text it came from.
///
/// Runs of `(offset in the derived text, offset in the source)`, ascending; each holds up to the next. Empty: the
/// derived text is the source itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Offsets {
    runs: Vec<(u32, u32)>,
}

impl Offsets {
    /// A text that is a plain stretch of its source from `start` on.
    pub fn from_start(start: usize) -> Self {
        let mut map = Self::default();
        map.push(0, start);
        map
    }

    /// From `text` on, the derived text is the source from `source` on. To be called in ascending order of `text`.
    pub fn push(&mut self, text: usize, source: usize) {
        let at = Span::new(text, text).start;
        let from = Span::new(source, source).start;
        while let Some(&(last, begin)) = self.runs.last() {
            if at > last && at - last == from.wrapping_sub(begin) {
                return;
            }
            if at > last {
                break;
            }
            self.runs.pop();
        }
        self.runs.push((at, from));
    }

    /// The place in the source of an offset of the derived text.
    pub fn offset(&self, text: u32) -> u32 {
        let after = self.runs.partition_point(|&(at, _)| at <= text);
        let run = after.checked_sub(1).and_then(|index| self.runs.get(index));
        run.map_or(text, |&(at, from)| from.saturating_add(text - at))
    }

    /// The place in the source of a stretch of the derived text: from its first byte to just past its last.
    pub fn span(&self, span: Span) -> Span {
        let start = self.offset(span.start);
        let end = if span.is_empty() { start } else { self.offset(span.end - 1).saturating_add(1) };
        Span { start, end: end.max(start) }
    }

    /// This map followed by `outer`, which maps the source of this one onward.
    #[must_use]
    pub fn then(&self, outer: &Offsets) -> Offsets {
        if outer.runs.is_empty() {
            return self.clone();
        }
        if self.runs.is_empty() {
            return outer.clone();
        }
        let mut runs = Vec::new();
        for (index, &(at, from)) in self.runs.iter().enumerate() {
            let length = self.runs.get(index + 1).map_or(u32::MAX, |&(next, _)| next - at);
            runs.push((at, outer.offset(from)));
            let first = outer.runs.partition_point(|&(begin, _)| begin <= from);
            let inside = outer.runs[first..].iter().take_while(|&&(begin, _)| begin - from < length);
            runs.extend(inside.map(|&(begin, source)| (at + (begin - from), source)));
        }
        Offsets { runs }
    }
}
