//! All ignore files of a repository together, by git's rules.

use std::collections::HashMap;

use super::{IgnoreFile, IgnorePattern};
use crate::source::folder_of;

/// The ignore files of a repository.
#[derive(Debug, Clone, Default)]
pub struct GitIgnores {
    /// By the directory they count for, the weakest first.
    by_directory: HashMap<String, Vec<(String, IgnoreFile)>>,
}

/// Why a path is ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ignored<'a> {
    /// The path of the ignore file.
    pub file: &'a str,
    /// Its pattern that decides; its span is one of that file.
    pub pattern: &'a IgnorePattern,
}

impl GitIgnores {
    /// Adds the ignore file at `path`, which counts for the directory it lies in.
    pub fn add(&mut self, path: &str, file: IgnoreFile) {
        let directory = folder_of(path);
        self.add_for(directory, path, file);
    }

    /// Adds an ignore file that counts for another directory than its own, as `.git/info/exclude` does for the root.
    /// Of several files for one directory a later one wins, so add the weaker ones first.
    pub fn add_for(&mut self, directory: &str, path: &str, file: IgnoreFile) {
        self.by_directory.entry(directory.to_owned()).or_default().push((path.to_owned(), file));
    }

    /// Whether git would ignore an untracked `path` here, and why. A path that ends with `/` is a directory.
    ///
    /// The pattern in the nearest ignore file decides, in it the last that matches; what lies in an ignored directory
    /// is ignored and cannot be taken back in.
    pub fn would_ignore(&self, path: &str) -> Option<Ignored<'_>> {
        let is_directory = path.ends_with('/');
        let path = path.trim_matches('/');
        let above = path.match_indices('/').map(|(at, _)| (&path[..at], true));
        above.chain(std::iter::once((path, is_directory))).find_map(|(path, is_directory)| {
            self.decides(path, is_directory).filter(|found| !found.pattern.negated)
        })
    }

    /// The pattern that decides about a path, the directories above it left aside.
    fn decides(&self, path: &str, is_directory: bool) -> Option<Ignored<'_>> {
        let mut directory = path;
        while !directory.is_empty() {
            directory = folder_of(directory);
            let files = self.by_directory.get(directory).into_iter().flatten().rev();
            let mut found = files.filter_map(|(file, ignore)| {
                Some(Ignored { file, pattern: ignore.git_pattern(directory, path, is_directory)? })
            });
            if let Some(found) = found.next() {
                return Some(found);
            }
        }
        None
    }
}
