//! Where something is: a file of the tree and a range of its bytes.

/// A half-open range of byte offsets into one file's text.
///
/// Lines and columns are computed from it only in `report/`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset just past the last byte.
    pub end: u32,
}

impl Span {
    /// The span from `start` to `end`, both byte offsets. Offsets past 4 GiB saturate: no such file is read.
    pub fn new(start: usize, end: usize) -> Self {
        let start = u32::try_from(start).unwrap_or(u32::MAX);
        let end = u32::try_from(end).unwrap_or(u32::MAX);
        Self { start, end: end.max(start) }
    }

    /// The same range moved right by `by` bytes: how a span inside an embedded text becomes one of its file.
    #[must_use]
    pub fn shifted(self, by: usize) -> Self {
        Self::new(self.start as usize + by, self.end as usize + by)
    }

    /// The smallest span that holds both.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The text it covers; empty where it does not fit `text`.
    pub fn of(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize).unwrap_or_default()
    }

    /// Whether it covers no byte: the place of a statement about a file as a whole.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }
}

/// The number of a file in its [`Tree`](super::Tree), in the order of paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A span in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file.
    pub file: FileId,
    /// The bytes of it; empty for the file as a whole.
    pub span: Span,
}

impl Place {
    /// The file as a whole.
    pub fn file(file: FileId) -> Self {
        Self { file, span: Span::default() }
    }
}
