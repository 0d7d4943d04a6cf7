//! The package scripts of a repository, by directory.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::extract::Context;
use crate::parse::node::Node;
use crate::source::{FileId, Place, folder_of};

/// The `package.json` files with their scripts.
pub(super) struct Scripts<'r> {
    by_dir: BTreeMap<String, Manifest<'r>>,
    /// Where a `package.json` stands that was not read.
    unread: HashSet<String>,
}

/// One `package.json`.
pub(super) struct Manifest<'r> {
    pub(super) file: FileId,
    pub(super) node: &'r Node,
    pub(super) name: Option<&'r str>,
    scripts: HashMap<&'r str, &'r Node>,
}

impl<'r> Scripts<'r> {
    /// Reads every `package.json` of the tree.
    pub(super) fn find(context: &Context<'r>) -> Self {
        let manifest = |file: FileId| {
            let node = context.documents.node(file)?;
            let scripts = node.get("scripts").map(Node::entries).unwrap_or_default();
            let scripts = scripts.iter().map(|entry| (entry.key.as_str(), &entry.value)).collect();
            Some(Manifest { file, node, name: node.get("name").and_then(Node::text), scripts })
        };
        let (mut by_dir, mut unread) = (BTreeMap::new(), HashSet::new());
        for (id, file) in context.tree.entries().filter(|(_, file)| file.name() == "package.json") {
            if let Some(manifest) = manifest(id).filter(|_| !file.vendored) {
                by_dir.insert(file.dir().to_owned(), manifest);
            } else {
                unread.insert(file.dir().to_owned());
            }
        }
        Self { by_dir, unread }
    }

    /// The manifest in this directory.
    pub(super) fn at(&self, dir: &str) -> Option<&Manifest<'r>> {
        self.by_dir.get(dir)
    }

    /// The directory of the nearest manifest at or above `dir`; none where that one was not read.
    pub(super) fn nearest(&self, dir: &str) -> Option<String> {
        let mut dir = dir;
        loop {
            if self.by_dir.contains_key(dir) {
                return Some(dir.to_owned());
            }
            if dir.is_empty() || self.unread.contains(dir) {
                return None;
            }
            dir = folder_of(dir);
        }
    }

    /// The directories of all manifests.
    pub(super) fn dirs(&self) -> impl Iterator<Item = &str> {
        self.by_dir.keys().map(String::as_str)
    }

    /// The directories whose package a filter names: by name, by `./path` or `{path}`, with `*`; everything where the
    /// filter speaks of changes or of dependents.
    pub(super) fn named(&self, filter: &str, root: &str) -> Vec<String> {
        let plain = filter.trim_start_matches("...").trim_end_matches("...").trim_matches('^');
        let plain = plain.trim_start_matches(['{', '.', '/']).trim_end_matches(['}', '/']);
        if filter.starts_with('!') {
            return Vec::new();
        }
        if filter.contains('[') || filter.contains('$') {
            return self.dirs().map(str::to_owned).collect();
        }
        let under = |dir: &str| dir.strip_prefix(root).map(|rest| rest.trim_start_matches('/').to_owned());
        let fits = |dir: &str, manifest: &Manifest<'_>| {
            let path = under(dir).unwrap_or_default();
            wildcard(plain, &path)
                || manifest.name.is_some_and(|name| {
                    wildcard(plain, name)
                        || name.rsplit('/').next().is_some_and(|short| wildcard(plain, short))
                })
        };
        self.by_dir.iter().filter(|(dir, manifest)| fits(dir, manifest)).map(|(dir, _)| dir.clone()).collect()
    }
}

impl<'r> Manifest<'r> {
    /// A script.
    pub(super) fn script(&self, name: &str) -> Option<&'r Node> {
        self.scripts.get(name).copied()
    }

    /// The names of all scripts, sorted.
    pub(super) fn names(&self) -> Vec<&'r str> {
        let mut names: Vec<_> = self.scripts.keys().copied().collect();
        names.sort_unstable();
        names
    }

    /// Where a script stands.
    pub(super) fn place(&self, node: &Node) -> Place {
        Place { file: self.file, span: node.span }
    }
}

/// Whether `pattern`, in which `*` is any text, fits.
pub(super) fn wildcard(pattern: &str, text: &str) -> bool {
    let Some((head, tail)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut rest) = text.strip_prefix(head) else { return false };
    let parts: Vec<&str> = tail.split('*').collect();
    let Some((last, middle)) = parts.split_last() else { return true };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}
