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
    /// Everything else.
    Expression(Regex),
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Path(one), Self::Path(other)) | (Self::Anywhere(one), Self::Anywhere(other)) => {
                one == other
            }
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
            Self::Expression(expression) => expression.is_match(path),
        }
    }
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
