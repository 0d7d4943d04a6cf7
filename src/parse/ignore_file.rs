//! Ignore files: `.gitignore` and its like, and `.dockerignore`.

mod docker;
mod repository;

use std::sync::OnceLock;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

pub use self::repository::{GitIgnores, Ignored};
use super::lines::{in_order, lines};
use super::{Parsed, SyntaxError};
use crate::source::Span;

/// An ignore file.
#[derive(Debug, Clone, Default)]
pub struct IgnoreFile {
    /// In the order of the file; comments and blank lines left out.
    pub patterns: Vec<IgnorePattern>,
    /// What git's dialect compiles to, made when it is first asked for.
    git: OnceLock<Gitignore>,
}

/// One line of an ignore file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IgnorePattern {
    /// As written, without white space around it.
    pub text: String,
    /// Where it stands.
    pub span: Span,
    /// Whether `!` takes paths back in.
    pub negated: bool,
    /// Whether it ends with `/` and so matches only directories (in git's dialect).
    pub directory_only: bool,
    /// Whether it matches only from the directory of the file on: it holds a `/` elsewhere than at its end. In docker's
    /// dialect every pattern is anchored.
    pub anchored: bool,
    /// What docker's dialect compiles to; only in a file read by [`parse_docker`].
    docker: Option<docker::Pattern>,
}

/// Reads an ignore file in git's dialect, which `ESLint`, Prettier, npm and others share.
pub fn parse(text: &str) -> Parsed<IgnoreFile> {
    let mut document = IgnoreFile::default();
    let mut errors = Vec::new();
    for line in lines(text) {
        if line.text.starts_with('#') {
            continue;
        }
        let content = git_trim(line.text);
        if content.is_empty() {
            continue;
        }
        let span = Span::new(line.start, line.start + content.len());
        let negated = content.starts_with('!');
        let body = content.strip_prefix('!').unwrap_or(content);
        if GitignoreBuilder::new("").add_line(None, content).is_err() {
            errors.push(SyntaxError::new(span, "this pattern matches nothing: it is malformed"));
        }
        let path = body.strip_suffix('/').unwrap_or(body);
        document.patterns.push(IgnorePattern {
            text: content.to_owned(),
            span,
            negated,
            directory_only: body.ends_with('/'),
            anchored: path.contains('/'),
            docker: None,
        });
    }
    Parsed { document, errors: in_order(errors) }
}

/// Reads a `.dockerignore`, whose patterns are relative to the root of the build context.
pub fn parse_docker(text: &str) -> Parsed<IgnoreFile> {
    let mut document = IgnoreFile::default();
    let mut errors = Vec::new();
    for line in lines(text) {
        // Like docker, a comment is one only in the first column.
        let span = line.trimmed();
        let content = span.of(text);
        if line.text.starts_with('#') || content.is_empty() {
            continue;
        }
        let negated = content.starts_with('!');
        let body = content.strip_prefix('!').unwrap_or(content).trim();
        let docker = docker::Pattern::new(body);
        if docker.is_none() {
            errors.push(SyntaxError::new(span, "this pattern matches nothing: it is malformed"));
        }
        document.patterns.push(IgnorePattern {
            text: content.to_owned(),
            span,
            negated,
            directory_only: body.ends_with('/'),
            anchored: true,
            docker,
        });
    }
    Parsed { document, errors: in_order(errors) }
}

impl IgnoreFile {
    /// What this file, which lies in `directory`, says of `path`: `Some(true)` ignored, `Some(false)` taken back in,
    /// `None` nothing. Both are relative to the repository, with `/`; the root is the empty text. Only the path itself
    /// is asked about, not the directories above it: see [`GitIgnores`].
    pub fn git_matches(&self, directory: &str, path: &str, is_directory: bool) -> Option<bool> {
        self.git_pattern(directory, path, is_directory).map(|pattern| !pattern.negated)
    }

    /// The pattern that decides, the last that matches.
    pub fn git_pattern(&self, directory: &str, path: &str, is_directory: bool) -> Option<&IgnorePattern> {
        let inside =
            if directory.is_empty() { path } else { path.strip_prefix(directory)?.strip_prefix('/')? };
        if inside.is_empty() {
            return None;
        }
        let glob = match self.git().matched(inside, is_directory) {
            Match::None => return None,
            Match::Ignore(glob) | Match::Whitelist(glob) => glob,
        };
        self.patterns.iter().rev().find(|pattern| pattern.text == glob.original())
    }

    fn git(&self) -> &Gitignore {
        self.git.get_or_init(|| {
            let mut builder = GitignoreBuilder::new("");
            for pattern in &self.patterns {
                // A malformed pattern was reported when the file was read; git ignores it as well.
                let _ = builder.add_line(None, &pattern.text);
            }
            builder.build().unwrap_or_else(|_| Gitignore::empty())
        })
    }

    /// Whether docker leaves `path`, relative to the build context, out of it: the last pattern that matches it or a
    /// directory above it decides, so a `!` takes a path back in even where its directory is left out.
    ///
    /// Only for files read by [`parse_docker`].
    pub fn docker_excludes(&self, path: &str) -> bool {
        self.docker_pattern(path).is_some_and(|pattern| !pattern.negated)
    }

    /// The pattern that decides about `path` in docker's dialect.
    pub fn docker_pattern(&self, path: &str) -> Option<&IgnorePattern> {
        let path = path.trim_matches('/');
        self.patterns
            .iter()
            .rev()
            .find(|pattern| pattern.docker.as_ref().is_some_and(|compiled| compiled.matches_or_above(path)))
    }
}

/// Without trailing spaces, unless the last is escaped.
fn git_trim(line: &str) -> &str {
    let trimmed = line.trim_end_matches(' ');
    if trimmed.ends_with('\\') && trimmed.len() < line.len() { &line[..=trimmed.len()] } else { trimmed }
}

#[cfg(test)]
mod tests;
