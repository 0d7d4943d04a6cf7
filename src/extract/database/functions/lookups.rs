//! Whether the body of a function leaves nothing to look for in the search path.

use std::sync::LazyLock;

use regex::Regex;
use rustc_hash::FxHashSet;

use super::super::Database;
use crate::source::pattern;

/// What begins the body of a function.
static BODY: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r"\bas\s*(?:\$[a-z0-9_]*\$|')|\bbegin\s+atomic\b|\breturn\s"));

/// Comments, and words that are looked for: with what stands before and behind.
static WORDS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r#"--[^\n]*|/\*(?s:.*?)\*/|(?:(?:"[^"\n]+"|[a-z_][a-z0-9_$]*)\s*\.\s*)*(?:"[^"\n]+"|[a-z_][a-z0-9_$]*)"#,
    )
});

/// Words behind which a table is named.
const BEFORE: &[&str] = &["from", "join", "into", "update", "using", "table", "only", "truncate"];

/// Words that stand there and name none.
const NO_TABLE: &[&str] = &["only", "lateral", "set", "strict", "of", "select", "nothing", "skip"];

/// The names of a database that may be looked for.
pub(super) struct Names {
    /// Tables, views, sequences and types.
    things: FxHashSet<String>,
    functions: FxHashSet<String>,
}

impl Names {
    pub(super) fn of(database: &Database<'_>) -> Self {
        let catalog = &database.catalog;
        let relations = catalog.relations().map(|(_, relation)| relation.name.as_str().to_lowercase());
        let functions = catalog.functions().filter(|(_, function)| function.schema != "pg_catalog");
        let functions = functions.map(|(_, function)| function.name.as_str().to_lowercase());
        let own = catalog.types.iter().filter(|((schema, _), _)| schema != "pg_catalog");
        let types = own.map(|((_, name), _)| name.as_str().to_lowercase());
        Self { things: relations.chain(types).collect(), functions: functions.collect() }
    }

    /// Whether a function, in small letters, names everything with its schema. What it executes as a text is not known,
    /// and neither is where operators of extensions are found.
    pub(super) fn qualified(&self, text: &str) -> bool {
        const HIDDEN: &[&str] = &["execute", "<->", "<=>", "<#>", " % ", "set_config", "search_path"];
        let Some(body) = BODY.as_ref().and_then(|body| body.find(text)) else { return false };
        let body = &text[body.end()..];
        if HIDDEN.iter().any(|word| body.contains(word)) {
            return false;
        }
        let Some(words) = WORDS.as_ref() else { return false };
        let mut before = ["", ""];
        for found in words.find_iter(body) {
            let word = found.as_str();
            if word.starts_with("--") || word.starts_with("/*") {
                continue;
            }
            if self.is_bare(word, before, (&body[..found.start()], &body[found.end()..])) {
                return false;
            }
            before = [before[1], word];
        }
        true
    }

    /// Whether a word is looked for in the search path.
    fn is_bare(&self, word: &str, [earlier, before]: [&str; 2], (left, right): (&str, &str)) -> bool {
        if word.contains('.') || left.ends_with('\'') {
            return false;
        }
        let name = word.trim_matches('"');
        let tables = BEFORE.contains(&before)
            && !right.trim_start().starts_with('(')
            && !NO_TABLE.contains(&word)
            && left.trim_end().ends_with(before);
        // `select … into name` fills a variable.
        let filled = before == "into" && earlier != "insert";
        let called = right.trim_start().starts_with('(') && self.functions.contains(name);
        tables && !filled || called || self.things.contains(name)
    }
}
