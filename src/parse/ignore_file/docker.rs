//! A pattern of `.dockerignore`: Go's `filepath.Match` with `**`, as docker translates it to a regular expression.

use crate::source::pattern;
use std::fmt::Write as _;

use regex::Regex;

/// A compiled pattern.
#[derive(Debug, Clone)]
pub(super) struct Pattern(Regex);

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_str() == other.0.as_str()
    }
}

impl Eq for Pattern {}

impl Pattern {
    /// Compiles a pattern without its `!`; `None` where it is malformed.
    pub(super) fn new(line: &str) -> Option<Self> {
        pattern(&expression(&cleaned(line))).map(Self)
    }

    /// Whether it matches the path or a directory above it.
    pub(super) fn matches_or_above(&self, path: &str) -> bool {
        self.0.is_match(path)
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
