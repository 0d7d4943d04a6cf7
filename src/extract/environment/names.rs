//! Which files speak of which variables, and what is known of names by themselves.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, packed};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::extract::knowledge;
use crate::source::{FileId, FileKind, SourceFile, Tree, dealt};

/// The files that speak of each name, in the order of paths.
pub(super) fn mentions<'n>(tree: &Tree, names: &FxHashSet<&'n str>) -> FxHashMap<&'n str, Vec<FileId>> {
    if names.is_empty() {
        return FxHashMap::default();
    }
    let files: Vec<_> = tree.entries().filter(|(_, file)| may_speak(file)).collect();
    let names = Names::of(names);
    let found: Vec<(FileId, FxHashSet<&'n str>)> =
        dealt(&files).map(|(id, _)| (*id, names.in_text(tree.text(*id)))).collect();
    let mut by_name: FxHashMap<&'n str, Vec<FileId>> = FxHashMap::default();
    for (file, names) in found {
        for name in names {
            by_name.entry(name).or_default().push(file);
        }
    }
    by_name
}

/// Names that are looked for in texts.
struct Names<'n> {
    all: FxHashSet<&'n str>,
    /// Those without an underscore. Of the others no text speaks without one, which is found at many bytes at once.
    plain: Plain,
}

/// What finds words: many bytes at once, unless there are too many of them.
enum Plain {
    Few(packed::Searcher),
    Many(Option<AhoCorasick>),
}

impl Plain {
    fn of<'w>(words: impl Iterator<Item = &'w str>) -> Self {
        let words: Vec<&str> = words.collect();
        match packed::Searcher::new(&words) {
            Some(searcher) => Self::Few(searcher),
            None => Self::Many(AhoCorasick::new(&words).ok()),
        }
    }

    /// Where a word begins at or behind a byte.
    fn find(&self, text: &str, from: usize) -> Option<usize> {
        let span = aho_corasick::Span { start: from, end: text.len() };
        match self {
            Self::Few(searcher) => searcher.find_in(text.as_bytes(), span),
            Self::Many(words) => words.as_ref()?.find(aho_corasick::Input::new(text).span(span)),
        }
        .map(|found| found.start())
    }
}

impl<'n> Names<'n> {
    fn of(names: &FxHashSet<&'n str>) -> Self {
        let is_name = |name: &str| name.len() > 1 && name.bytes().all(|byte| IN_NAME[byte as usize]);
        let all: FxHashSet<&str> = names.iter().copied().filter(|name| is_name(name)).collect();
        let plain = Plain::of(all.iter().copied().filter(|name| !name.contains('_')));
        Self { all, plain }
    }

    /// The names that a text speaks of, as whole words.
    fn in_text(&self, text: &str) -> FxHashSet<&'n str> {
        let mut found = FxHashSet::default();
        let mut passed = 0;
        for at in memchr::memchr_iter(b'_', text.as_bytes()) {
            if at >= passed {
                passed = self.around(text, at, &mut found);
            }
        }
        passed = 0;
        while let Some(at) = self.plain.find(text, passed) {
            passed = self.around(text, at, &mut found);
        }
        found
    }

    /// Looks at the word around a byte of a name, and gives its end.
    fn around(&self, text: &str, at: usize, found: &mut FxHashSet<&'n str>) -> usize {
        let bytes = text.as_bytes();
        let is_in_name = |byte: &&u8| IN_NAME[**byte as usize];
        let start = at - bytes[..at].iter().rev().take_while(is_in_name).count();
        let end = at + bytes[at..].iter().take_while(is_in_name).count();
        let is_small = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_lowercase);
        let whole = !is_small(bytes.get(end)) && !is_small(bytes[..start].last());
        let name = text.get(start..end).filter(|_| whole).and_then(|word| self.all.get(word));
        found.extend(name.copied());
        end
    }
}

/// Whether a byte may stand in a name: capital letters, digits, `_`.
const IN_NAME: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        table[byte as usize] = byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
        byte += 1;
    }
    table
};

/// Whether people or programs speak of variables in a file: lists of versions and large data do not.
fn may_speak(file: &SourceFile) -> bool {
    const LARGEST: u64 = 256 * 1024;
    let data = matches!(file.kind, FileKind::Json | FileKind::Csv) && file.bytes > LARGEST;
    !file.vendored && !file.kind.is_binary() && file.kind != FileKind::Lockfile && !data
}

/// Names with and without an end, from `rules/knowledge/environment.yml`.
struct Patterns {
    whole: FxHashSet<String>,
    starts: Vec<String>,
}

impl Patterns {
    fn read(list: &str) -> Self {
        let items = knowledge::file("environment")
            .get(list)
            .map(crate::parse::node::Node::scalars)
            .unwrap_or_default();
        let (starts, whole): (Vec<_>, Vec<_>) = items.into_iter().partition(|name| name.ends_with('*'));
        let starts = starts.into_iter().map(|name| name.trim_end_matches('*').to_owned()).collect();
        Self { whole: whole.into_iter().collect(), starts }
    }

    fn has(&self, name: &str) -> bool {
        self.whole.contains(name) || self.starts.iter().any(|start| name.starts_with(start.as_str()))
    }
}

/// Whether the runtime or the platform sets it.
pub(super) fn is_platform(name: &str) -> bool {
    static LIST: LazyLock<Patterns> = LazyLock::new(|| Patterns::read("platform"));
    LIST.has(name)
}

/// Whether libraries and images read it by themselves.
pub(super) fn is_implicit(name: &str) -> bool {
    static LIST: LazyLock<Patterns> = LazyLock::new(|| Patterns::read("implicit"));
    LIST.has(name)
}

/// Whether a text is the name of a variable, as people write them.
pub(super) fn is_name(name: &str) -> bool {
    name.len() > 1
        && name
            .starts_with(|first: char| first.is_ascii_uppercase() || first == '_' || name.starts_with("npm_"))
        && name.chars().all(|one| {
            one.is_ascii_uppercase() || one.is_ascii_digit() || one == '_' || name.starts_with("npm_")
        })
}

/// Whether a name switches something on or off.
pub(super) fn is_flag(name: &str) -> bool {
    const WORDS: &[&str] =
        &["ENABLE", "ENABLED", "DISABLE", "DISABLED", "FEATURE", "FLAG", "DEBUG", "USE", "SKIP"];
    name.split('_').any(|word| WORDS.contains(&word))
}

/// A name with words that mean the same made equal and put in order: `DATABASE_HOST` and `DB_HOST` have the same.
pub(super) fn meaning(name: &str) -> String {
    static SYNONYMS: LazyLock<FxHashMap<String, String>> = LazyLock::new(|| {
        let groups = knowledge::file("environment")
            .get("synonyms")
            .map(crate::parse::node::Node::items)
            .unwrap_or_default();
        let mut same = FxHashMap::default();
        for words in groups.iter().map(crate::parse::node::Node::scalars) {
            if let Some(first) = words.first() {
                same.extend(words.iter().map(|word| (word.clone(), first.clone())));
            }
        }
        same
    });
    /// Words that say nothing by themselves.
    const EMPTY: &[&str] = &["BASE", "APP", "THE"];
    let words = name.split('_').filter(|word| !word.is_empty() && !EMPTY.contains(word));
    let words: Vec<&str> = words.map(|word| SYNONYMS.get(word).map_or(word, String::as_str)).collect();
    words.join("_")
}
