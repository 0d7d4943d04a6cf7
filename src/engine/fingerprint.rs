//! What identifies a finding across commits: its rule, what it says, and the content it points at; never where that
//! content stands. Moved lines, other indentation, and other names of files and folders change nothing.

use std::collections::HashMap;

use crate::verdict::Fingerprint;

/// So much of the content counts, in characters that are no white space: what follows the beginning of a long
/// statement may change without making another finding of it.
const CONTENT: usize = 200;

/// Gives fingerprints, in the order of the findings: of those that say the same of equal content each has its own.
#[derive(Debug, Default)]
pub(super) struct Fingerprints {
    /// How many of a fingerprint there were.
    given: HashMap<Fingerprint, u32>,
}

impl Fingerprints {
    /// The next fingerprint. `paths` are the files that the finding points at, `content` is what it points at.
    pub(super) fn next(&mut self, rule: &str, message: &str, paths: &[&str], content: &str) -> String {
        let content: String =
            content.chars().filter(|character| !character.is_whitespace()).take(CONTENT).collect();
        let fingerprint = Fingerprint::of([rule, &without_places(message, paths), &content]);
        let number = self.given.entry(fingerprint).or_default();
        *number += 1;
        match number {
            1 => fingerprint.to_string(),
            number => Fingerprint::of([fingerprint.to_string().as_str(), &number.to_string()]).to_string(),
        }
    }
}

/// A message without the names of files and folders it is about, and without numbers, which count what else there is.
fn without_places(message: &str, paths: &[&str]) -> String {
    let mut out = String::with_capacity(message.len());
    let mut is_code = false;
    for word in message
        .split_inclusive(|character: char| character.is_whitespace() || "`'\"(),;:".contains(character))
    {
        let end = word.len() - word.chars().next_back().map_or(0, char::len_utf8);
        let is_last =
            !word.ends_with(|character: char| character.is_whitespace() || "`'\"(),;:".contains(character));
        let (word, mark) = if is_last { (word, "") } else { word.split_at(end) };
        let name = word.trim_end_matches('.');
        if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit()) {
            out.push('#');
        } else if paths.iter().any(|path| names(name, path, is_code)) {
            out.push('/');
        } else {
            out.push_str(word);
        }
        out.push_str(mark);
        is_code ^= mark == "`";
    }
    out
}

/// Whether a word is the name of a file, or of a folder it is in. A folder is known by its slash, or by being code.
fn names(word: &str, path: &str, is_code: bool) -> bool {
    let name = word.trim_start_matches("./").trim_end_matches('/');
    if name.is_empty() {
        return false;
    }
    let is_folder = path.strip_prefix(name).is_some_and(|rest| rest.starts_with('/'));
    let base = path.rsplit('/').next().unwrap_or_default();
    name == path || (is_folder && (is_code || word.contains('/'))) || (is_code && name == base)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The fingerprint of a finding that stands alone.
    fn of(message: &str, path: &str, content: &str) -> String {
        Fingerprints::default().next("security/a", message, &[path], content)
    }

    #[test]
    fn what_is_the_same_finding() {
        let first =
            of("`server/src/app.ts` limits 0 of 74 routes", "server/src/app.ts", "app.use('/api', api)");
        let cases = [
            (
                "indented anew",
                "`server/src/app.ts` limits 0 of 74 routes",
                "server/src/app.ts",
                "  app.use(\n    '/api',\tapi)",
            ),
            (
                "in a renamed file",
                "`server/src/main.ts` limits 0 of 74 routes",
                "server/src/main.ts",
                "app.use('/api', api)",
            ),
            (
                "in a moved folder",
                "`apps/api/app.ts` limits 0 of 74 routes",
                "apps/api/app.ts",
                "app.use('/api', api)",
            ),
            (
                "beside another route",
                "`server/src/app.ts` limits 0 of 75 routes",
                "server/src/app.ts",
                "app.use('/api', api)",
            ),
        ];
        for (why, message, path, content) in cases {
            assert_eq!(of(message, path, content), first, "{why}");
        }
    }

    #[test]
    fn what_is_another_finding() {
        let first = of("public.notes is open to anon", "db/1.sql", "create table notes ()");
        let cases = [
            ("another table", "public.users is open to anon", "db/1.sql", "create table notes ()"),
            ("another statement", "public.notes is open to anon", "db/1.sql", "alter table notes"),
            ("a number in a name", "public.notes2 is open to anon", "db/1.sql", "create table notes ()"),
        ];
        for (why, message, path, content) in cases {
            assert_ne!(of(message, path, content), first, "{why}");
        }
        let other = Fingerprints::default().next(
            "security/b",
            "public.notes is open to anon",
            &["db/1.sql"],
            "create table notes ()",
        );
        assert_ne!(other, first, "another rule");
    }

    #[test]
    fn of_equals_each_has_its_own() {
        let mut fingerprints = Fingerprints::default();
        let mut next = |path: &str| fingerprints.next("a/b", "runs as root", &[path], "FROM node");
        let (first, second, third) = (next("a/Dockerfile"), next("b/Dockerfile"), next("c/Dockerfile"));
        assert!(first != second && second != third && first != third);
        assert_eq!(first, of_rule("a/b", "runs as root", "FROM node"));
    }

    fn of_rule(rule: &str, message: &str, content: &str) -> String {
        Fingerprints::default().next(rule, message, &[], content)
    }

    #[test]
    fn names_of_places_and_counts_are_no_part_of_what_is_said() {
        let cases = [
            ("`apps/web` has no test", "apps/web/package.json", "`/` has no test"),
            ("`apps/web/` has no test", "apps/web/package.json", "`/` has no test"),
            ("the api has no api/ folder", "api/x.ts", "the api has no / folder"),
            ("`package.json` (12 scripts)", "apps/web/package.json", "`/` (# scripts)"),
            ("`react` 18 in apps/web.", "apps/web/package.json", "`react` # in /"),
            ("step2 of 3.", "a.ts", "step2 of #"),
            ("", "a.ts", ""),
        ];
        for (message, path, masked) in cases {
            assert_eq!(without_places(message, &[path]), masked, "{message}");
        }
    }
}
