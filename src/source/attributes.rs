//! `.gitattributes`: the two attributes that tell whose code a file is.
//!
//! Format: gitattributes(5); the attributes are those of github-linguist.

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};

/// The rules of all attribute files of a tree, weakest first.
#[derive(Debug, Default)]
pub(super) struct Attributes {
    globs: GlobSet,
    rules: Vec<Given>,
}

/// What attribute files say of one path; `None` where they are silent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Given {
    pub(super) generated: Option<bool>,
    pub(super) vendored: Option<bool>,
}

impl Attributes {
    /// Of attribute files as pairs of folder and text. A deeper file and a later line win; what does not parse is skipped.
    pub(super) fn of<'a>(files: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut files: Vec<_> = files.collect();
        files.sort_by_key(|(dir, _)| if dir.is_empty() { 0 } else { 1 + dir.matches('/').count() });
        let mut globs = GlobSetBuilder::new();
        let mut rules = Vec::new();
        for (dir, line) in files.iter().flat_map(|(dir, text)| text.lines().map(move |line| (dir, line))) {
            let Some((pattern, given)) = rule(line) else { continue };
            let Some(glob) = glob(dir, pattern) else { continue };
            globs.add(glob);
            rules.push(given);
        }
        match globs.build() {
            Ok(globs) => Self { globs, rules },
            Err(_) => Self::default(),
        }
    }

    /// What they say of this path.
    pub(super) fn of_path(&self, path: &str) -> Given {
        let mut given = Given::default();
        if self.rules.is_empty() {
            return given;
        }
        for rule in self.globs.matches(path) {
            let rule = self.rules[rule];
            given.generated = rule.generated.or(given.generated);
            given.vendored = rule.vendored.or(given.vendored);
        }
        given
    }
}

/// The pattern of a line and what it gives, if it speaks of our attributes.
fn rule(line: &str) -> Option<(&str, Given)> {
    let line = line.trim_start_matches('\u{feff}').trim();
    if line.starts_with('#') {
        return None;
    }
    let (pattern, attributes) = line.split_once(char::is_whitespace)?;
    let mut given = Given::default();
    for attribute in attributes.split_whitespace() {
        let (name, value) = match attribute.split_once('=') {
            Some((name, value)) => (name, value != "false"),
            None => (attribute.trim_start_matches(['-', '!']), !attribute.starts_with(['-', '!'])),
        };
        match name {
            "linguist-generated" => given.generated = Some(value),
            "linguist-vendored" => given.vendored = Some(value),
            _ => {}
        }
    }
    (given != Given::default()).then_some((pattern, given))
}

/// A pattern of the attribute file in `dir` as a glob over paths of the tree.
fn glob(dir: &str, pattern: &str) -> Option<Glob> {
    let anchored = pattern.trim_end_matches('/').contains('/');
    let dir = if dir.is_empty() { String::new() } else { format!("{}/", globset::escape(dir)) };
    let deep = if anchored { "" } else { "**/" };
    let pattern = pattern.trim_start_matches('/');
    GlobBuilder::new(&format!("{dir}{deep}{pattern}")).literal_separator(true).build().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_rule_of_the_deepest_file_wins() {
        let files = [
            ("web", "*.ts -linguist-generated\n/api.ts linguist-vendored=true"),
            (
                "",
                "# comment\n*.ts linguist-generated text\ngen/** linguist-generated=true\ngen/own.rs linguist-generated=false\n[bad linguist-vendored",
            ),
        ];
        let attributes = Attributes::of(files.into_iter());
        let table = [
            ("a.ts", Some(true), None),
            ("lib/a.ts", Some(true), None),
            ("web/a.ts", Some(false), None),
            ("web/api.ts", Some(false), Some(true)),
            ("web/src/api.ts", Some(false), None),
            ("gen/x/y.rs", Some(true), None),
            ("gen/own.rs", Some(false), None),
            ("other/gen/x.rs", None, None),
        ];
        for (path, generated, vendored) in table {
            assert_eq!(attributes.of_path(path), Given { generated, vendored }, "{path}");
        }
    }
}
