//! Which module asks for which, and which of them a program reaches.

mod aliases;
mod entries;
mod files;
mod links;
mod manifest;
mod patterns;
mod reach;
mod resolve;
mod runtime;
mod scan;
mod typescript;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::extract::packages::Packages;
use crate::parse::javascript::{ImportId, Module};
use crate::parse::{Document, Documents};
use crate::source::{FileId, SourceFile, Tree};
use entries::{Entries, Entry, Purpose};
use links::Links;
use reach::Reached;
use resolve::Resolver;

/// What a specifier leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A file of the repository.
    File(FileId),
    /// A package of a registry by its name, and the path within it, which is empty for the package itself.
    Package(String, String),
    /// A module of the runtime: `fs` for `fs` and `node:fs`.
    Runtime(String),
    /// It cannot be told.
    Unknown,
}

/// The modules of the repository and what each asks for.
#[derive(Debug, Default)]
pub struct Graph {
    links: Vec<Links>,
    /// By file.
    importers: Vec<Vec<FileId>>,
    /// By file, those that take only types.
    readers: Vec<Vec<FileId>>,
    entries: BTreeMap<FileId, Entry>,
    reached: Vec<Reached>,
    /// By file: whether what is not reached is known to be reached by nothing.
    decided: Vec<bool>,
}

impl Graph {
    /// Resolves every specifier as Node and TypeScript do, and follows them from the entry points.
    pub fn new(tree: &Tree, documents: &Documents, packages: &Packages) -> Self {
        let resolver = Resolver::new(tree, documents, packages);
        let (links, entries) = rayon::join(
            || links::links(tree, documents, &resolver),
            || Entries::find(tree, documents, packages, &resolver),
        );
        let module = |file: FileId| module(documents, file);
        let inside = |file: FileId| inside(tree, &resolver, file);
        let reached = reach::reach(&links, &entries, module, inside, |file| folder(tree, &resolver, file));
        let decided = decided(tree, documents, &resolver, &entries);
        let importers = turned(&links, |links| &links.runs);
        let readers = turned(&links, |links| &links.types);
        Self { links, importers, readers, entries: entries.found, reached, decided }
    }

    /// What an import leads to.
    pub fn target(&self, file: FileId, import: ImportId) -> &Target {
        let links = self.links.get(file.0 as usize);
        links.and_then(|links| links.targets.get(import.0 as usize)).unwrap_or(&Target::Unknown)
    }

    /// The modules that ask for a file when they run, in the order of paths.
    pub fn importers(&self, file: FileId) -> &[FileId] {
        self.importers.get(file.0 as usize).map_or(&[], Vec::as_slice)
    }

    /// The modules that take only types of a file, in the order of paths.
    pub fn type_importers(&self, file: FileId) -> &[FileId] {
        self.readers.get(file.0 as usize).map_or(&[], Vec::as_slice)
    }

    /// Whether a program of its package reaches a file; none where that cannot be told.
    ///
    /// A program is what is run, served or given to others, and also a tool of the repository; tests are none. Imports of
    /// types alone reach nothing.
    pub fn live(&self, file: FileId) -> Option<bool> {
        let reached = self.reached(file);
        if reached.any(Reached::PROGRAM.and(Reached::TOOL)) {
            return Some(true);
        }
        let decided =
            !reached.any(Reached::PERHAPS) && self.decided.get(file.0 as usize).copied().unwrap_or(false);
        decided.then_some(false)
    }

    /// Whether only tools of the repository reach a file: what seeds, migrates or builds.
    pub fn is_tool(&self, file: FileId) -> bool {
        let reached = self.reached(file);
        reached.any(Reached::TOOL) && !reached.any(Reached::PROGRAM.and(Reached::PERHAPS))
    }

    /// Whether a program loads all of a folder, or all that a pattern fits, and a file is most likely among it.
    pub fn is_listed(&self, file: FileId) -> bool {
        self.reached(file).any(Reached::LISTED)
    }

    /// Whether a file is code that could not be read.
    pub fn is_unread(&self, file: FileId) -> bool {
        self.links.get(file.0 as usize).is_some_and(|links| links.unread)
    }

    /// Why a file is where a program begins, in words: the script of this name, the command of that image. Tests are none.
    pub fn entry(&self, file: FileId) -> Option<&str> {
        let entry = self.entries.get(&file).filter(|entry| entry.purpose != Purpose::Test)?;
        Some(&entry.reason)
    }

    /// Whether the code of a file is sent to browsers or devices, and only there; none where that cannot be told.
    pub fn client(&self, file: FileId) -> Option<bool> {
        let reached = self.reached(file);
        match (reached.any(Reached::SERVER), reached.any(Reached::CLIENT)) {
            (true, false) => Some(false),
            (false, true) => Some(true),
            _ => None,
        }
    }

    /// Whether a test asks for a file, or for one that leads to it.
    pub fn tested(&self, file: FileId) -> bool {
        self.reached(file).any(Reached::TEST)
    }

    fn reached(&self, file: FileId) -> Reached {
        self.reached.get(file.0 as usize).copied().unwrap_or_default()
    }
}

fn module(documents: &Documents, file: FileId) -> Option<&Module> {
    match documents.get(file)? {
        Document::JavaScript(script) => Some(&script.module),
        _ => None,
    }
}

/// The folder of the package around a file; the root where there is none.
fn folder<'r>(tree: &Tree, resolver: &Resolver<'r>, file: FileId) -> &'r str {
    resolver.owner(tree.file(file).dir()).map_or("", |owner| owner.dir.as_str())
}

/// The files with code of the package around a file.
fn inside(tree: &Tree, resolver: &Resolver<'_>, file: FileId) -> Vec<FileId> {
    let dir = folder(tree, resolver, file);
    patterns::below(tree, dir).filter(|file| folder(tree, resolver, *file) == dir).collect()
}

/// For every file, whether it is code of a package of which a beginning is known, and no tool finds others by itself.
fn decided<'r>(
    tree: &'r Tree,
    documents: &Documents,
    resolver: &Resolver<'r>,
    entries: &Entries,
) -> Vec<bool> {
    let owner = |file: FileId| resolver.owner(tree.file(file).dir()).map(|owner| owner.dir.as_str());
    let begins = |entry: &Entry| matches!(entry.purpose, Purpose::Program | Purpose::Library);
    let begun = entries.found.iter().filter(|(_, entry)| begins(entry));
    let begun: FxHashSet<&str> = begun.filter_map(|(file, _)| owner(*file)).collect();
    let mut known: FxHashMap<&str, bool> = FxHashMap::default();
    let one = |(file, source): (FileId, &'r SourceFile)| {
        // What is built and checked in nonetheless is run as a whole, or not at all.
        if source.is_aside() || module(documents, file).is_none() || files::is_built(&source.path) {
            return false;
        }
        *known.entry(source.dir()).or_insert_with(|| {
            owner(file).is_some_and(|dir| begun.contains(dir) && !entries.open.contains(dir))
        })
    };
    tree.entries().map(one).collect()
}

/// Links the other way round: by file, those that lead to it.
fn turned(links: &[Links], of: impl Fn(&Links) -> &Vec<FileId>) -> Vec<Vec<FileId>> {
    let mut found = vec![Vec::new(); links.len()];
    for (from, links) in (0..).map(FileId).zip(links) {
        for to in of(links) {
            found[to.0 as usize].push(from);
        }
    }
    found
}
