//! Byte offsets → lines and columns, once per file and only when a report is built.

const BYTE_ORDER_MARK: char = '\u{feff}';

/// Where the lines of a text begin.
#[derive(Debug)]
pub struct LineIndex<'t> {
    text: &'t str,
    /// Byte offset of the first byte of every line; never empty.
    starts: Vec<usize>,
}

impl<'t> LineIndex<'t> {
    /// Indexes a text. A line ends with LF or CR LF; a text that ends with one has an empty last line.
    pub fn new(text: &'t str) -> Self {
        let mut starts = vec![if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len_utf8() } else { 0 }];
        starts.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1));
        Self { text, starts }
    }

    /// Line and column of a byte offset, both from 1; columns count characters, and a byte order mark is none.
    /// An offset inside a character or a line end counts as its beginning, one past the end as the end.
    pub fn line_column(&self, offset: u32) -> (u32, u32) {
        let offset = self.text.floor_char_boundary((offset as usize).min(self.text.len()));
        let line = self.starts.partition_point(|start| *start <= offset).max(1);
        let start = self.starts[line - 1];
        let before = self.text.get(start..offset).unwrap_or_default();
        let at_line_feed = self.text.as_bytes().get(offset) == Some(&b'\n');
        let before = if at_line_feed { before.strip_suffix('\r').unwrap_or(before) } else { before };
        (number(line), number(before.chars().count() + 1))
    }

    /// The byte offset of a line and a column, as [`LineIndex::line_column`] counts them; what is past the end of a line or
    /// of the text is its end.
    pub fn offset(&self, line: u32, column: u32) -> usize {
        let start = (line.max(1) as usize).checked_sub(1).and_then(|line| self.starts.get(line));
        let Some(&start) = start else { return self.text.len() };
        let rest = self.text.get(start..).unwrap_or_default();
        let line = rest.split_once('\n').map_or(rest, |(line, _)| line.strip_suffix('\r').unwrap_or(line));
        let column = column.max(1) as usize - 1;
        start + line.char_indices().nth(column).map_or(line.len(), |(at, _)| at)
    }

    /// The text of the lines from `first` to `last`, both from 1, without the last line end; empty where there is none.
    pub fn lines(&self, first: u32, last: u32) -> &'t str {
        let start = (first.max(1) as usize).checked_sub(1).and_then(|line| self.starts.get(line));
        let Some(&start) = start else { return "" };
        let end = self.starts.get(last.max(first) as usize).map_or(self.text.len(), |next| next - 1);
        let text = self.text.get(start..end).unwrap_or_default();
        text.strip_suffix('\r').unwrap_or(text)
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_become_lines_and_columns() {
        let cases: &[(&str, u32, (u32, u32))] = &[
            ("", 0, (1, 1)),
            ("", 9, (1, 1)),
            ("ab\ncd", 0, (1, 1)),
            ("ab\ncd", 2, (1, 3)),
            ("ab\ncd", 3, (2, 1)),
            ("ab\ncd", 5, (2, 3)),
            ("ab\ncd", 99, (2, 3)),
            ("ab\n", 3, (2, 1)),
            ("ab\r\ncd", 2, (1, 3)),
            ("ab\r\ncd", 3, (1, 3)),
            ("ab\r\ncd", 4, (2, 1)),
            ("é\n日本x", 2, (1, 2)),
            ("é\n日本x", 9, (2, 3)),
            ("é\n日本x", 1, (1, 1)),
            ("\u{feff}FROM a", 3, (1, 1)),
            ("\u{feff}FROM a", 0, (1, 1)),
            ("\u{feff}FROM a", 8, (1, 6)),
        ];
        for (text, offset, expected) in cases {
            assert_eq!(LineIndex::new(text).line_column(*offset), *expected, "{text:?} at {offset}");
        }
    }

    #[test]
    fn lines_and_columns_become_offsets() {
        let text = "\u{feff}é b\r\n\n日本x";
        let index = LineIndex::new(text);
        for (at, _) in text.char_indices().filter(|(_, character)| !matches!(character, '\u{feff}' | '\n')) {
            let (line, column) = index.line_column(u32::try_from(at).expect("short"));
            assert_eq!(index.offset(line, column), at);
        }
        assert_eq!((index.offset(9, 1), index.offset(1, 9)), (text.len(), "\u{feff}é b".len()));
    }

    #[test]
    fn lines_come_without_their_end() {
        let index = LineIndex::new("one\r\ntwo\nthree");
        let cases =
            [((1, 1), "one"), ((1, 2), "one\r\ntwo"), ((3, 3), "three"), ((3, 9), "three"), ((4, 4), "")];
        for ((first, last), expected) in cases {
            assert_eq!(index.lines(first, last), expected);
        }
        assert_eq!(LineIndex::new("\u{feff}a").lines(1, 1), "a");
    }
}
