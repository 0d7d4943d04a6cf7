//! What build contexts hold: the files of the tree, what ignore files leave out, what is built first.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::extract::{Context, ignores};
use crate::parse::ignore_file::{GitIgnores, IgnoreFile};
use crate::source::{FileId, FileKind};

use super::paths::{clamp, under};

/// The repository as builders see it.
pub(super) struct World<'c> {
    /// The tree and its documents.
    pub(super) context: &'c Context<'c>,
    /// Whether a `package.json` runs scripts when its packages are installed.
    pub(super) hooked: bool,
    ignores: GitIgnores,
    /// The texts in which something may be built before an image is: pipelines, makefiles, scripts, manifests.
    scripts: Vec<FileId>,
    /// The first of them that names a file, by the name.
    named: RefCell<HashMap<String, Option<FileId>>>,
}

/// A folder an image may be built in.
#[derive(Debug)]
pub(super) struct Folder<'c> {
    /// Its path; empty for the root.
    pub(super) dir: String,
    /// Its ignore file, with its path.
    pub(super) ignore: Option<(String, &'c IgnoreFile)>,
}

/// Whether a source is there when an image is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum State {
    /// Not in the tree.
    Missing,
    /// There, and kept out by the ignore file.
    Excluded,
    /// It cannot be told.
    Unknown,
    /// There.
    Present,
}

/// Folders that hold what is built, by custom.
const OUTPUTS: &[&str] = &[
    "dist",
    "build",
    "out",
    "target",
    "bin",
    ".next",
    "publish",
    "node_modules",
    "vendor",
    "coverage",
    "_build",
    "obj",
    "release",
    "releases",
    "output",
    "artifacts",
    "artifact",
    "tmp",
    "wheels",
    "wheelhouse",
    ".output",
    "generated",
    "_output",
    "certs",
    "storage",
    "linux",
    "prebuilt",
    "prebuilds",
    "www",
];

impl<'c> World<'c> {
    /// Reads the ignore files of git.
    pub(super) fn new(context: &'c Context<'c>) -> Self {
        let ignores = ignores::git_ignores(context.tree, context.documents);
        let mut scripts = Vec::new();
        for (file, source) in context.tree.entries() {
            let pipeline = source.kind == FileKind::Yaml && !source.test;
            let script = matches!(
                source.kind,
                FileKind::Shell | FileKind::Makefile | FileKind::Justfile | FileKind::Groovy
            ) || source.name() == "package.json";
            if (pipeline || script) && !source.vendored {
                scripts.push(file);
            }
        }
        let hooks = ["preinstall", "install", "postinstall", "prepare", "postprepare"];
        let manifests = scripts.iter().filter(|file| context.tree.file(**file).name() == "package.json");
        let mut tasks = manifests.filter_map(|file| context.documents.node(*file)?.get("scripts"));
        let hooked = tasks.any(|tasks| hooks.iter().any(|hook| tasks.get(hook).is_some()));
        Self { context, hooked, ignores, scripts, named: RefCell::default() }
    }

    /// The folder with the ignore file that counts for a Dockerfile.
    pub(super) fn folder(&self, dir: &str, dockerfile: &str) -> Folder<'c> {
        let (tree, documents) = (self.context.tree, self.context.documents);
        let found = ignores::docker_ignores(tree, documents, dir, dockerfile);
        let ignore = found.map(|(file, ignore)| (tree.file(file).path.clone(), ignore));
        Folder { dir: dir.to_owned(), ignore }
    }

    /// Whether a source, as written, is in a folder. `..` stops at the folder, as it does for the builder.
    pub(super) fn state(&self, folder: &Folder<'_>, source: &str) -> State {
        let source = clamp(source);
        if source.is_empty() || source == ".git" || source.starts_with(".git/") {
            return State::Present;
        }
        if source.contains(['*', '?', '[', '\\']) {
            return State::Present; // a pattern may match nothing
        }
        let path = under(&folder.dir, &source);
        let tree = self.context.tree;
        let excluded =
            |inside: &str| folder.ignore.as_ref().is_some_and(|(_, ignore)| ignore.docker_excludes(inside));
        if tree.by_path(&path).is_some() {
            return if excluded(&source) { State::Excluded } else { State::Present };
        }
        if tree.has_dir(&path) {
            let strip = if folder.dir.is_empty() { 0 } else { folder.dir.len() + 1 };
            let kept = tree.below(&path).iter().any(|file| !excluded(&file.path[strip..]));
            return if kept { State::Present } else { State::Excluded };
        }
        if self.hidden(&path) { State::Unknown } else { State::Missing }
    }

    /// Whether a path lies in something that was not read: a submodule, a link, a folder left out.
    fn hidden(&self, path: &str) -> bool {
        let tree = self.context.tree;
        let inside = |unread: &str| {
            path == unread || path.strip_prefix(unread).is_some_and(|rest| rest.starts_with('/'))
        };
        let below = |unread: &str| unread.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
        let linked = path.match_indices('/').any(|(at, _)| tree.by_path(&path[..at]).is_some());
        linked || tree.unread().iter().any(|unread| inside(&unread.path) || below(&unread.path))
    }

    /// Why a path that is not in the tree may be there when an image is built.
    pub(super) fn made_by(&self, path: &str) -> Option<String> {
        if self.is_ignored(path) || self.is_ignored(&format!("{path}/")) {
            return Some("git ignores it, so it is made before the build".to_owned());
        }
        let parts: Vec<&str> = path.split('/').collect();
        if parts.iter().any(|part| OUTPUTS.contains(&part.to_ascii_lowercase().as_str())) {
            return Some("it is named like the output of a build".to_owned());
        }
        let name = parts.last().copied().unwrap_or_default();
        let file = self.naming(name)?;
        Some(format!("`{}` names it", self.context.tree.file(file).path))
    }

    /// The first script that names a file; looked for once a name, since images ask for the same ones.
    fn naming(&self, name: &str) -> Option<FileId> {
        if let Some(known) = self.named.borrow().get(name) {
            return *known;
        }
        let found = self.scripts.iter().find(|file| mentions(self.context.tree.text(**file), name)).copied();
        self.named.borrow_mut().insert(name.to_owned(), found);
        found
    }

    /// Whether git would ignore a path.
    pub(super) fn is_ignored(&self, path: &str) -> bool {
        self.ignores.would_ignore(path).is_some()
    }
}

/// Whether a text names a file as a word of its own.
fn mentions(text: &str, name: &str) -> bool {
    let is_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '-');
    text.match_indices(name).any(|(at, _)| {
        !is_word(text[..at].chars().next_back()) && !is_word(text[at + name.len()..].chars().next())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::Documents;
    use crate::source::{MemoryFile, Tree};

    #[test]
    fn sources_are_looked_for_in_the_context() {
        let files = [
            ("api/.dockerignore", "secret\n*.md\n!keep.md\ndata\n!data/keep\n"),
            ("api/src/a.js", "x"),
            ("api/secret/x", "x"),
            ("api/keep.md", "x"),
            ("api/note.md", "x"),
            ("api/data/keep", "x"),
            ("shared/x", "x"),
            (".gitignore", "*.pem\n"),
            ("Makefile", "gen:\n\t./gen > api/made.json\n"),
        ];
        let tree =
            Tree::from_memory(files.map(|(path, text)| (path.to_owned(), MemoryFile::Text(text.to_owned()))));
        let documents = Documents::parse(&tree);
        let context = Context::new(&tree, &documents, &[]);
        let world = World::new(&context);
        let folder = world.folder("api", "api/Dockerfile");
        for (source, wanted) in [
            ("src", State::Present),
            (".", State::Present),
            ("./src/a.js", State::Present),
            ("../src", State::Present),
            ("../shared", State::Missing),
            ("nothing", State::Missing),
            ("nothing*", State::Present),
            ("secret", State::Excluded),
            ("secret/x", State::Excluded),
            ("keep.md", State::Present),
            ("note.md", State::Excluded),
            ("data", State::Present),
        ] {
            assert_eq!(world.state(&folder, source), wanted, "{source}");
        }
        assert!(world.made_by("api/key.pem").is_some_and(|why| why.contains("git ignores")));
        assert!(world.made_by("api/made.json").is_some_and(|why| why.contains("Makefile")));
        assert!(world.made_by("api/dist/x.js").is_some());
        assert_eq!(world.made_by("api/nothing"), None);
    }
}
