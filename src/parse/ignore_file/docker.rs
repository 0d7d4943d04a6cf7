//! A pattern of `.dockerignore`: Go's `filepath.Match` with `**`, as docker translates it to a regular expression.

use crate::source::pattern;
use std::fmt::Write as _;

use regex::Regex;

/// A compiled pattern. Most are plain, and need no expression.
#[derive(Debug, Clone)]
pub(super) enum Pattern {
    /// `build/output`: exactly this path.
    Path(String),
    /// `**/node_modules`: this path below any directory.
    Anywhere(String),
    /// `*.log`, `**/*.tmp`, `apps/*/dist`: names of folders and files with stars that stand for a part of a name each.
    Starred(Starred),
    /// Everything else.
    Expression(Regex),
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Path(one), Self::Path(other)) | (Self::Anywhere(one), Self::Anywhere(other)) => {
                one == other
            }
            (Self::Starred(one), Self::Starred(other)) => one == other,
            (Self::Expression(one), Self::Expression(other)) => one.as_str() == other.as_str(),
            _ => false,
        }
    }
}

impl Eq for Pattern {}

impl Pattern {
    /// Compiles a pattern without its `!`; `None` where it is malformed.
    pub(super) fn new(line: &str) -> Option<Self> {
        let path = cleaned(line);
        let is_plain = |path: &str| !path.is_empty() && !path.contains(['*', '?', '[', ']', '\\']);
        match path.strip_prefix("**/").filter(|rest| is_plain(rest)) {
            Some(rest) => Some(Self::Anywhere(rest.to_owned())),
            None if is_plain(&path) => Some(Self::Path(path)),
            None if Starred::is(&path) => Some(Self::Starred(Starred(path))),
            None => pattern(&expression(&path)).map(Self::Expression),
        }
    }

    /// Whether it matches the path or a directory above it.
    pub(super) fn matches_or_above(&self, path: &str) -> bool {
        let ends = |rest: &str| rest.is_empty() || rest.starts_with('/');
        match self {
            Self::Path(own) => path.strip_prefix(own.as_str()).is_some_and(ends),
            Self::Anywhere(own) => {
                let below = |at: usize| path[at..].strip_prefix(own.as_str()).is_some_and(ends);
                below(0) || memchr::memchr_iter(b'/', path.as_bytes()).any(|slash| below(slash + 1))
            }
            Self::Starred(starred) => starred.matches_or_above(path),
            Self::Expression(expression) => expression.is_match(path),
        }
    }
}

/// A pattern whose stars stand within one name each, but for `**/` at its beginning. To compile an expression for each
/// takes longer than to read the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Starred(String);

impl Starred {
    fn is(path: &str) -> bool {
        let names = path.strip_prefix("**/").unwrap_or(path);
        !names.is_empty() && !names.contains(['?', '[', ']', '\\']) && !names.contains("**")
    }

    fn matches_or_above(&self, path: &str) -> bool {
        match self.0.strip_prefix("**/") {
            Some(names) => {
                let below = |at: usize| fit(names, &path[at..]);
                below(0) || memchr::memchr_iter(b'/', path.as_bytes()).any(|slash| below(slash + 1))
            }
            None => fit(&self.0, path),
        }
    }
}

/// Whether the first names of a path are as those of a pattern.
fn fit(pattern: &str, path: &str) -> bool {
    let mut names = path.split('/');
    pattern.split('/').all(|own| names.next().is_some_and(|name| fits(own, name)))
}

/// Whether a name is as a pattern, in which a star stands for any part of it.
fn fits(pattern: &str, name: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut name) = name.strip_prefix(start) else { return false };
    let mut parts = rest.split('*');
    let last = parts.next_back().unwrap_or_default();
    for part in parts {
        let Some(at) = name.find(part) else { return false };
        name = &name[at + part.len()..];
    }
    name.ends_with(last)
}

/// Without `.`, `..`, repeated, leading and trailing slashes, as Go's `filepath.Clean` does.
fn cleaned(pattern: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in pattern.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

fn expression(pattern: &str) -> String {
    let mut result = String::from("^(?s:");
    let mut rest = pattern.chars().peekable();
    let mut in_class = false;
    while let Some(character) = rest.next() {
        match character {
            '\\' => {
                if let Some(escaped) = rest.next() {
                    result.push_str(&regex::escape(escaped.encode_utf8(&mut [0; 4])));
                }
            }
            ']' => {
                in_class = false;
                result.push(']');
            }
            '[' if !in_class => {
                in_class = true;
                result.push('[');
            }
            // Inside of brackets only the hyphen and a first `^` mean something.
            '^' | '-' if in_class => result.push(character),
            _ if in_class => {
                let _ = write!(result, "{}", regex::escape(character.encode_utf8(&mut [0; 4])));
            }
            '*' if rest.peek() == Some(&'*') => {
                rest.next();
                if rest.peek() == Some(&'/') {
                    rest.next();
                }
                result.push_str(if rest.peek().is_none() { ".*" } else { "(.*/)?" });
            }
            '*' => result.push_str("[^/]*"),
            '?' => result.push_str("[^/]"),
            _ => result.push_str(&regex::escape(character.encode_utf8(&mut [0; 4]))),
        }
    }
    // A directory above is the path up to one of its slashes.
    result.push_str(")(?:/|$)");
    result
}
