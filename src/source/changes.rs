//! Which lines of a tree are not those of an earlier one.

use std::collections::{HashMap, HashSet};
use std::ops::RangeInclusive;

use gix::diff::blob::{Algorithm, Diff, InternedInput};
use rayon::prelude::*;

use super::file::SourceFile;
use super::tree::Tree;

/// So many pairs of files are compared to find out which was renamed to which; where there are more, only those are
/// that did not change otherwise.
const PAIRS: usize = 20_000;

/// Of the lines of a file that was renamed so many percent are those it had, as git has it.
const ALIKE: usize = 50;

/// The lines that are new or other than they were.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// By path, in order; from 1.
    lines: HashMap<String, Vec<RangeInclusive<u32>>>,
}

impl Changes {
    /// What changed from one tree to another. A file that was renamed is compared with what it was.
    pub fn between(before: &Tree, after: &Tree) -> Self {
        let gone = before.files().iter().filter(|file| after.by_path(&file.path).is_none());
        let gone: Vec<&SourceFile> = gone.filter(|file| !file.text.is_empty()).collect();
        let is_new = |file: &&SourceFile| before.by_path(&file.path).is_none();
        let pairs = after.files().iter().filter(is_new).count().saturating_mul(gone.len());
        let changed = after.files().par_iter().filter_map(|file| {
            let was = match before.by_path(&file.path) {
                Some(id) => &*before.file(id).text,
                None => renamed(file, &gone, pairs <= PAIRS).map_or("", |file| &file.text),
            };
            let lines = if was == &*file.text { vec![] } else { changed(was, &file.text) };
            (!lines.is_empty()).then(|| (file.path.clone(), lines))
        });
        Self { lines: changed.collect() }
    }

    /// Whether any of these lines of a file changed.
    pub fn touch(&self, path: &str, lines: RangeInclusive<u32>) -> bool {
        let changed = self.lines.get(path).map_or(&[][..], Vec::as_slice);
        changed.iter().any(|changed| changed.start() <= lines.end() && lines.start() <= changed.end())
    }
}

/// The lines of `after` that `before` does not have there. Other line ends are no change.
fn changed(before: &str, after: &str) -> Vec<RangeInclusive<u32>> {
    let mut input = InternedInput::default();
    input.update_before(before.lines());
    input.update_after(after.lines());
    let diff = Diff::compute(Algorithm::Histogram, &input);
    let new = diff.hunks().filter(|hunk| !hunk.after.is_empty());
    new.map(|hunk| hunk.after.start + 1..=hunk.after.end).collect()
}

/// What a file was called before, of those that are there no more.
fn renamed<'t>(file: &SourceFile, gone: &[&'t SourceFile], is_few: bool) -> Option<&'t SourceFile> {
    if let Some(same) = gone.iter().find(|old| old.text == file.text) {
        return Some(same);
    }
    let lines: HashSet<&str> = if is_few { words(&file.text).collect() } else { HashSet::new() };
    let alike = gone.iter().filter(|old| old.kind == file.kind).filter_map(|old| {
        let all = words(&old.text).count().max(lines.len());
        let common = words(&old.text).filter(|line| lines.contains(line)).count();
        (common * 100 >= all * ALIKE && common > 0).then_some((common, *old))
    });
    alike.max_by_key(|(common, _)| *common).map(|(_, old)| old)
}

/// The lines that say something.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty())
}

#[cfg(test)]
mod tests {
    use super::super::tree::MemoryFile;
    use super::*;

    fn tree(files: &[(&str, &str)]) -> Tree {
        let text = |text: &str| MemoryFile::Text(text.to_owned());
        Tree::from_memory(files.iter().map(|(path, content)| ((*path).to_owned(), text(content))))
    }

    /// The lines of `a.ts` that changed.
    fn lines(before: &[(&str, &str)], after: &str) -> Vec<u32> {
        let changes = Changes::between(&tree(before), &tree(&[("a.ts", after)]));
        (1..=after.lines().count())
            .filter_map(|line| u32::try_from(line).ok())
            .filter(|line| changes.touch("a.ts", *line..=*line))
            .collect()
    }

    #[test]
    fn lines_that_are_new_or_other_changed() {
        let cases: [(&str, &str, &[u32]); 8] = [
            ("one\ntwo\n", "one\ntwo\n", &[]),
            ("one\ntwo\n", "one\r\ntwo\r\n", &[]),
            ("one\ntwo\n", "one\ntwo", &[]),
            ("one\ntwo\n", "zero\none\ntwo\n", &[1]),
            ("one\ntwo\n", "one\n2\n", &[2]),
            ("one\ntwo\nthree\n", "one\nthree\n", &[]),
            ("one\ntwo\nthree\nfour\n", "0\none\ntwo\n3\nfour\n5\n", &[1, 4, 6]),
            ("", "one\ntwo\n", &[1, 2]),
        ];
        for (before, after, changed) in cases {
            assert_eq!(lines(&[("a.ts", before)], after), changed, "{before:?} {after:?}");
        }
    }

    #[test]
    fn a_renamed_file_is_compared_with_what_it_was() {
        let text = "one\ntwo\nthree\nfour\n";
        assert!(lines(&[("old/a.ts", text)], text).is_empty());
        assert_eq!(lines(&[("b.ts", text), ("c.ts", "other\n")], "one\ntwo\n3\nfour\n"), [3]);
        assert_eq!(lines(&[("b.ts", "five\nsix\nseven\n")], "one\ntwo\n"), [1, 2]);
        assert_eq!(lines(&[("b.md", text)], "one\ntwo\n3\nfour\n"), [1, 2, 3, 4], "a file of another kind");
        assert_eq!(lines(&[], text), [1, 2, 3, 4]);
    }

    #[test]
    fn a_stretch_is_touched_where_one_of_its_lines_changed() {
        let changes =
            Changes::between(&tree(&[("a.ts", "1\n2\n3\n4\n")]), &tree(&[("a.ts", "1\n2\n3\nfour\n")]));
        assert!(changes.touch("a.ts", 2..=4) && changes.touch("a.ts", 4..=9));
        assert!(!changes.touch("a.ts", 1..=3) && !changes.touch("b.ts", 4..=4));
    }
}
