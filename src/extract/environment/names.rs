//! Which files speak of which variables, and what is known of names by themselves.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use rayon::prelude::*;

use crate::extract::knowledge;
use crate::source::{FileId, Tree};

/// The files that speak of each name, in the order of paths.
pub(super) fn mentions<'n>(tree: &Tree, names: &HashSet<&'n str>) -> HashMap<&'n str, Vec<FileId>> {
    if names.is_empty() {
        return HashMap::new();
    }
    let files: Vec<_> = tree.entries().filter(|(_, file)| !file.vendored && !file.kind.is_binary()).collect();
    let found: Vec<(FileId, HashSet<&'n str>)> =
        files.par_iter().map(|(id, _)| (*id, in_text(tree.text(*id), names))).collect();
    let mut by_name: HashMap<&'n str, Vec<FileId>> = HashMap::new();
    for (file, names) in found {
        for name in names {
            by_name.entry(name).or_default().push(file);
        }
    }
    by_name
}

/// The names that a text speaks of, as whole words.
fn in_text<'n>(text: &str, names: &HashSet<&'n str>) -> HashSet<&'n str> {
    let words = text.as_bytes().split(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_');
    // Names of variables have two letters or more, and no small ones.
    let plain = words.filter(|word| word.len() > 1 && !word.iter().any(u8::is_ascii_lowercase));
    plain.filter_map(|word| names.get(std::str::from_utf8(word).ok()?).copied()).collect()
}

/// Names with and without an end, from `rules/knowledge/environment.yml`.
struct Patterns {
    whole: HashSet<String>,
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

/// Whether bundlers put it into what browsers get.
pub(super) fn is_client(name: &str) -> bool {
    static LIST: LazyLock<Vec<String>> = LazyLock::new(|| {
        knowledge::file("environment")
            .get("client")
            .map(crate::parse::node::Node::scalars)
            .unwrap_or_default()
    });
    LIST.iter().any(|start| name.starts_with(start.as_str()))
}

/// Whether a name switches something on or off.
pub(super) fn is_flag(name: &str) -> bool {
    const WORDS: &[&str] =
        &["ENABLE", "ENABLED", "DISABLE", "DISABLED", "FEATURE", "FLAG", "DEBUG", "USE", "SKIP"];
    name.split('_').any(|word| WORDS.contains(&word))
}

/// A name with words that mean the same made equal and put in order: `DATABASE_HOST` and `DB_HOST` have the same.
pub(super) fn meaning(name: &str) -> String {
    static SYNONYMS: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
        let groups = knowledge::file("environment")
            .get("synonyms")
            .map(crate::parse::node::Node::items)
            .unwrap_or_default();
        let mut same = HashMap::new();
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
