//! Edits as data, and what a file is with some of them.

use std::collections::BTreeMap;

use crate::source::{Span, Tree};

/// A change of one file. Texts are written with LF; a file with CR LF gets those.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// Relative to the root, with `/`.
    pub path: String,
    /// What is done there.
    pub change: Change,
}

/// What an edit does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Puts a text in place of what stands at a span of the file as it was read; an empty span is a place between.
    Replace(Span, String),
    /// Adds lines at the end; those that another mend adds as well come once. Where there is no such file, it is made.
    Append(Vec<String>),
}

impl Edit {
    /// Puts a text in place of what stands at a span.
    pub(super) fn replace(path: &str, span: Span, text: impl Into<String>) -> Self {
        Self { path: path.to_owned(), change: Change::Replace(span, text.into()) }
    }

    /// Puts a text before the byte at an offset.
    pub(super) fn insert(path: &str, at: usize, text: impl Into<String>) -> Self {
        Self::replace(path, Span::new(at, at), text)
    }

    /// Adds lines at the end.
    pub(super) fn append<L: Into<String>>(
        path: impl Into<String>,
        lines: impl IntoIterator<Item = L>,
    ) -> Self {
        Self { path: path.into(), change: Change::Append(lines.into_iter().map(Into::into).collect()) }
    }
}

/// The edits of files that go together: what was taken first stays.
#[derive(Debug, Default)]
pub(super) struct Edits {
    by_path: BTreeMap<String, OfFile>,
}

#[derive(Debug, Clone, Default)]
struct OfFile {
    /// In the order of the file, none of them overlapping; of those at one place the first came first.
    replaced: Vec<(Span, String)>,
    appended: Vec<String>,
}

impl Edits {
    /// Takes the edits of one mend, all or none: none where one of them stands in the way of what was taken before.
    pub(super) fn take(&mut self, edits: &[Edit]) -> bool {
        let mut all = BTreeMap::new();
        for edit in edits {
            let own = || self.by_path.get(&edit.path).cloned().unwrap_or_default();
            let file = all.entry(edit.path.clone()).or_insert_with(own);
            if !file.take(&edit.change) {
                return false;
            }
        }
        self.by_path.extend(all);
        true
    }

    /// The texts of the files with their edits, by path.
    pub(super) fn texts(&self, tree: &Tree) -> BTreeMap<String, String> {
        let text = |path: &str| tree.by_path(path).map_or("", |file| tree.text(file));
        let texts = self.by_path.iter().map(|(path, file)| (path.clone(), file.applied(text(path))));
        texts.filter(|(path, edited)| edited != text(path)).collect()
    }
}

impl OfFile {
    fn take(&mut self, change: &Change) -> bool {
        match change {
            Change::Append(lines) => {
                let new = lines.iter().filter(|line| !self.appended.contains(line)).cloned();
                let new: Vec<String> = new.collect();
                self.appended.extend(new);
            }
            Change::Replace(span, text) => {
                let same = |(other, there): &(Span, String)| other == span && there == text;
                let crosses = |(other, _): &(Span, String)| other.start < span.end && span.start < other.end;
                if self.replaced.iter().any(same) {
                    return true;
                }
                if self.replaced.iter().any(crosses) {
                    return false;
                }
                let at = self
                    .replaced
                    .partition_point(|(other, _)| (other.start, other.end) <= (span.start, span.end));
                self.replaced.insert(at, (*span, text.clone()));
            }
        }
        true
    }

    fn applied(&self, text: &str) -> String {
        let end = line_end(text);
        let mut out = String::with_capacity(text.len() + 64);
        let mut done = 0;
        for (span, new) in &self.replaced {
            out.push_str(text.get(done..span.start as usize).unwrap_or_default());
            out.push_str(&new.replace('\n', end));
            done = span.end as usize;
        }
        out.push_str(text.get(done..).unwrap_or_default());
        if !self.appended.is_empty() && !out.is_empty() && !out.ends_with('\n') {
            out.push_str(end);
        }
        for line in &self.appended {
            out.push_str(line);
            out.push_str(end);
        }
        out
    }
}

/// How lines of a text end: as its first one does.
fn line_end(text: &str) -> &'static str {
    let first = text.split_inclusive('\n').next().unwrap_or_default();
    if first.ends_with("\r\n") { "\r\n" } else { "\n" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::MemoryFile;

    fn edited(text: &str, mends: &[&[Edit]]) -> (String, Vec<bool>) {
        let tree = Tree::from_memory([("a".to_owned(), MemoryFile::Text(text.to_owned()))]);
        let mut edits = Edits::default();
        let taken = mends.iter().map(|mend| edits.take(mend)).collect();
        (edits.texts(&tree).remove("a").unwrap_or_else(|| text.to_owned()), taken)
    }

    /// Mends, the text after them, and which of them were taken.
    type Case<'c> = (&'c [&'c [Edit]], &'c str, &'c [bool]);

    #[test]
    fn edits_compose_and_the_first_wins() {
        let replace = |start, end, text: &str| Edit::replace("a", Span::new(start, end), text);
        let cases: &[Case<'_>] = &[
            (&[&[replace(0, 3, "1")], &[replace(4, 7, "2")]], "1 2 three\n", &[true, true]),
            (&[&[replace(0, 5, "1")], &[replace(4, 7, "2")]], "1wo three\n", &[true, false]),
            (&[&[replace(4, 4, "x")], &[replace(4, 4, "y")]], "one xytwo three\n", &[true, true]),
            (&[&[replace(4, 4, "x")], &[replace(4, 4, "x")]], "one xtwo three\n", &[true, true]),
            (&[&[replace(4, 7, "")], &[replace(4, 4, "x")]], "one x three\n", &[true, true]),
            // All edits of a mend or none.
            (
                &[&[replace(0, 3, "1")], &[replace(4, 7, "2"), replace(1, 2, "")]],
                "1 two three\n",
                &[true, false],
            ),
        ];
        for (mends, text, taken) in cases {
            assert_eq!(edited("one two three\n", mends), ((*text).to_owned(), taken.to_vec()));
        }
    }

    #[test]
    fn lines_are_added_once_with_the_line_ends_of_the_file() {
        let append = |lines: &[&str]| Edit::append("a", lines.iter().copied());
        let cases: &[(&str, &[&[Edit]], &str)] = &[
            ("", &[&[append(&["x", "y"])]], "x\ny\n"),
            ("a\r\nb", &[&[append(&["x"])], &[append(&["x", "y"])]], "a\r\nb\r\nx\r\ny\r\n"),
            ("a\r\n", &[&[Edit::insert("a", 0, "1\n")]], "1\r\na\r\n"),
        ];
        for (text, mends, expected) in cases {
            assert_eq!(edited(text, mends).0, *expected, "{text:?}");
        }
    }
}
