//! Which files git could not bring back as they are.

use std::path::Path;

use rustc_hash::FxHashMap;

use super::load::is_object;
use super::repository::{self, Discovery};

/// Of these paths, given relative to `root` with `/`, those of files that are there and not as in the last commit: changed,
/// staged, or never committed. Outside git, and where git knows nothing of the folder, it keeps nothing: the answer is none.
pub fn unsaved<'p>(root: &Path, paths: &[&'p str]) -> Vec<&'p str> {
    let Ok(root) = root.canonicalize() else { return Vec::new() };
    let Discovery::WorkTree(repository) = repository::discover(&root) else { return Vec::new() };
    let Some(index) = repository.index() else { return paths.to_vec() };
    if repository.is_below() && index.entries.is_empty() {
        return Vec::new();
    }
    let head = repository.head();
    let by_path = |entries: &[repository::Entry]| -> FxHashMap<Vec<u8>, gix::ObjectId> {
        entries.iter().map(|entry| (entry.path.clone(), entry.id)).collect()
    };
    let (head, index) = (by_path(&head.entries), by_path(&index.entries));
    let is_saved = |path: &str| {
        let Some(committed) = head.get(path.as_bytes()) else { return false };
        let staged = index.get(path.as_bytes()) == Some(committed);
        let bytes = std::fs::read(root.join(path));
        staged && bytes.is_ok_and(|bytes| is_object(repository.hash(), *committed, &bytes))
    };
    let is_there = |path: &&&str| std::fs::symlink_metadata(root.join(**path)).is_ok();
    paths.iter().filter(is_there).filter(|path| !is_saved(path)).copied().collect()
}
