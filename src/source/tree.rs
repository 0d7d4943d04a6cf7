//! The tree: all files in the order of their paths, and what was left unread.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::attributes::Attributes;
use super::classify;
use super::copies;
use super::deal::dealt;
use super::decode;
use super::file::{Link, SourceFile, folder_of};
use super::found::{Content, Found};
use super::git::Git;
use super::kind::FileKind;
use super::links;
use super::span::FileId;
use super::unread::{Reason, Unread};

/// A picture of a folder: every file, its text, what git says of it, and what was not read.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    name: String,
    files: Vec<SourceFile>,
    paths: FxHashMap<Box<str>, FileId>,
    dirs: FxHashSet<Box<str>>,
    unread: Vec<Unread>,
    git: Option<Git>,
}

/// A file given as text, for examples and tests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MemoryFile {
    /// A tracked text file.
    Text(String),
    /// A tracked symbolic link to this target.
    Link(String),
    /// A text file git does not track.
    Untracked(String),
    /// A tracked file of these bytes, read as one from disk would be.
    Binary(Vec<u8>),
}

impl Tree {
    /// A tree of these paths (relative, with `/`), without git. The name is `memory`.
    pub fn from_memory(entries: impl IntoIterator<Item = (String, MemoryFile)>) -> Self {
        let found = entries.into_iter().map(|(path, file)| {
            let tracked = !matches!(file, MemoryFile::Untracked(_));
            let (bytes, content) = match file {
                MemoryFile::Text(text) | MemoryFile::Untracked(text) => {
                    (text.len(), Content::Text(text.into()))
                }
                MemoryFile::Link(target) => (target.len(), Content::Link(target)),
                MemoryFile::Binary(bytes) => (bytes.len(), decode::decode(FileKind::of_path(&path), bytes)),
            };
            Found { path, bytes: bytes as u64, tracked, ignored: false, executable: false, content }
        });
        Self::assemble("memory".to_owned(), found.collect(), Vec::new(), None)
    }

    /// Puts the tree together: sorts, classifies, resolves links. The result depends on nothing but the arguments as sets.
    pub(super) fn assemble(
        name: String,
        mut found: Vec<Found>,
        mut unread: Vec<Unread>,
        git: Option<Git>,
    ) -> Self {
        found.par_sort_by(|a, b| a.path.cmp(&b.path));
        let mut files = Vec::with_capacity(found.len());
        let known: Vec<_> = dealt(found).map(source_file).collect();
        for (file, reason) in known {
            if let Some(reason) = reason {
                unread.push(Unread { path: file.path.clone(), reason, tracked: file.tracked });
            }
            files.push(file);
        }
        let mut tree = Self { name, files, unread, git, ..Self::default() };
        tree.index();
        links::resolve(&mut tree.files, &tree.paths, &tree.dirs, &mut tree.unread);
        tree.classify();
        tree.unread.sort();
        tree.unread.dedup();
        tree
    }

    /// The same tree as part of a repository.
    pub(super) fn with_git(self, git: Git, name: Option<String>) -> Self {
        Self { name: name.unwrap_or(self.name), git: Some(git), ..self }
    }

    /// The same tree, in which files are new that are not among these, given in raw bytes.
    pub(super) fn since(mut self, there: &FxHashSet<Vec<u8>>) -> Self {
        for file in &mut self.files {
            file.fresh = !there.contains(file.path.as_bytes());
        }
        self
    }

    /// The same tree, in which files are new that are not in an earlier one.
    #[must_use]
    pub fn after(mut self, earlier: &Self) -> Self {
        for file in &mut self.files {
            file.fresh = earlier.by_path(&file.path).is_none();
        }
        self
    }

    /// The same tree with these texts: of files that it has, and of new ones that git is to track.
    #[must_use]
    pub fn with_texts(&self, texts: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut tree = self.clone();
        let mut added = Vec::new();
        for (path, text) in texts {
            let (bytes, text) = (text.len() as u64, text.into_boxed_str());
            if let Some(id) = tree.by_path(&path) {
                let file = &mut tree.files[id.0 as usize];
                (file.bytes, file.text) = (bytes, text);
                continue;
            }
            let content = Content::Text(text);
            let found = Found { path, bytes, tracked: true, ignored: false, executable: false, content };
            added.push(SourceFile { fresh: true, ..source_file(found).0 });
        }
        tree.files.extend(added);
        tree.files.sort_by(|a, b| a.path.cmp(&b.path));
        tree.paths.clear();
        tree.index();
        links::resolve(&mut tree.files, &tree.paths, &tree.dirs, &mut tree.unread);
        tree.unread.sort();
        tree.unread.dedup();
        tree.classify();
        tree
    }

    fn index(&mut self) {
        self.paths.reserve(self.files.len());
        for (number, file) in self.files.iter().enumerate() {
            let id = FileId(u32::try_from(number).unwrap_or(u32::MAX));
            self.paths.entry(file.path.as_str().into()).or_insert(id);
            let mut dir = file.dir();
            while !dir.is_empty() && !self.dirs.contains(dir) {
                self.dirs.insert(dir.into());
                dir = folder_of(dir);
            }
        }
    }

    fn classify(&mut self) {
        let attributes = Attributes::of(
            self.files
                .iter()
                .filter(|file| file.name() == ".gitattributes")
                .map(|file| (file.dir(), &*file.text)),
        );
        let texts = self.files.iter().map(|file| (file.path.as_str(), &*file.text));
        let scaffolds: FxHashSet<String> =
            classify::scaffolds(texts).into_iter().map(str::to_owned).collect();
        let texts = self.files.iter().map(|file| (file.path.as_str(), &*file.text));
        let copies: FxHashSet<String> =
            copies::folders(texts.clone()).into_iter().map(str::to_owned).collect();
        let manifests = texts.filter(|(path, _)| path.rsplit('/').next() == Some("package.json"));
        let own = self.own_modules(&manifests.clone().collect::<Vec<_>>());
        let packages: Vec<String> = manifests.filter_map(|(_, text)| copies::package(text)).collect();
        let is_copy = |file: &SourceFile| {
            copies::is_within(&file.path, &copies)
                || copies::banner(&file.path, &file.text)
                    .is_some_and(|name| !packages.iter().any(|package| copies::is_named(package, name)))
        };
        dealt(&mut self.files).for_each(|file| {
            let given = attributes.of_path(&file.path);
            file.generated =
                given.generated.unwrap_or_else(|| classify::is_generated(&file.path, &file.text));
            let place = own.iter().find_map(|folder| file.path.strip_prefix(folder.as_str()));
            let place = place.unwrap_or(&file.path);
            file.vendored = given.vendored.unwrap_or_else(|| classify::is_vendored(place) || is_copy(file));
            let scaffolded =
                classify::scaffold_of(&file.path).is_some_and(|folder| scaffolds.contains(folder));
            file.test = scaffolded || classify::is_test(&file.path) || classify::is_sample_stack(&file.path);
        });
    }

    /// The folders `…/node_modules/` that hold packages of this repository: no manifest stands beside them that they could be
    /// installed for, and one above names a program in them, or takes them for workspaces.
    fn own_modules(&self, manifests: &[(&str, &str)]) -> Vec<String> {
        let folders = self.dirs.iter().map(|dir| &**dir).filter(|dir| dir.ends_with("/node_modules"));
        let outer = folders.filter(|dir| dir.matches("node_modules").count() == 1);
        let is_own = |folder: &&str| {
            let (parent, _) = folder.rsplit_once('/').unwrap_or_default();
            let beside = self.paths.contains_key(format!("{parent}/package.json").as_str());
            let named = |(path, text): &(&str, &str)| {
                let above = path.strip_suffix("package.json").unwrap_or(path);
                let below = folder.strip_prefix(above).filter(|_| !path.contains("node_modules/"));
                below.is_some_and(|below| {
                    text.split(below).skip(1).any(|rest| rest.starts_with('/') && !rest.starts_with("/."))
                })
            };
            !beside && manifests.iter().any(named)
        };
        let mut own: Vec<String> = outer.filter(is_own).map(|folder| format!("{folder}/")).collect();
        own.sort_unstable();
        own
    }

    /// All files, ordered by path bytewise; a [`FileId`] is an index into it.
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// All files with their ids.
    pub fn entries(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        (0..).map(FileId).zip(&self.files)
    }

    /// The file of an id that this tree gave out.
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[id.0 as usize]
    }

    /// The file at a path as written in [`SourceFile::path`].
    pub fn by_path(&self, path: &str) -> Option<FileId> {
        self.paths.get(path).copied()
    }

    /// The text of a file; of a link, that of the file it leads to; empty if unread.
    pub fn text(&self, id: FileId) -> &str {
        let file = self.file(id);
        match &file.link {
            Some(Link { to: Some(target), .. }) => &self.file(*target).text,
            _ => &file.text,
        }
    }

    /// Whether any file is below this folder, given relative to the root without a slash at its end. The root is `""`.
    pub fn has_dir(&self, path: &str) -> bool {
        if path.is_empty() { !self.files.is_empty() } else { self.dirs.contains(path) }
    }

    /// The files below a folder, given as in [`Tree::has_dir`]: a stretch of all files, since these are in the order of paths.
    pub fn below(&self, path: &str) -> &[SourceFile] {
        if path.is_empty() {
            return &self.files;
        }
        let is_below =
            |file: &SourceFile| file.path.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
        let prefix = format!("{path}/");
        let first = self.files.partition_point(|file| file.path < prefix);
        let length = self.files[first..].partition_point(is_below);
        &self.files[first..first + length]
    }

    /// What was not read, or not byte for byte, ordered by path.
    pub fn unread(&self) -> &[Unread] {
        &self.unread
    }

    /// What git says of the whole; `None` outside git.
    pub fn git(&self) -> Option<&Git> {
        self.git.as_ref()
    }

    /// A label: `owner/name` of the remote `origin`, else the name of the folder.
    pub fn name(&self) -> &str {
        &self.name
    }
}

fn source_file(found: Found) -> (SourceFile, Option<Reason>) {
    let (text, link, reason) = match found.content {
        Content::Text(text) => (text, None, None),
        Content::Lossy(text, reason) => (text, None, Some(reason)),
        Content::Link(target) => {
            let link = Link { target, to: None, directory: false, dangling: false, outside: false };
            (Box::default(), Some(link), None)
        }
        Content::Unread(reason) => (Box::default(), None, Some(reason)),
    };
    let kind = FileKind::of(&found.path, &text);
    let file = SourceFile {
        kind,
        bytes: found.bytes,
        tracked: found.tracked,
        fresh: !found.tracked,
        ignored: found.ignored,
        link,
        executable: found.executable,
        lossy: reason.as_ref().is_some_and(Reason::has_text),
        generated: false,
        vendored: false,
        test: false,
        text,
        name_at: u32::try_from(found.path.rfind('/').map_or(0, |slash| slash + 1)).unwrap_or(0),
        path: found.path,
    };
    (file, reason)
}

#[cfg(test)]
mod tests;
