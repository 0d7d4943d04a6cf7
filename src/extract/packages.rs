//! The packages of a repository: their manifests, the workspaces they form, and what each is for.

mod count;
mod knowledge;
mod read;
mod role;
mod workspace;

#[cfg(test)]
mod tests;

pub use knowledge::capabilities;
pub use role::Role;

use rustc_hash::FxHashMap;

use crate::parse::Documents;
use crate::parse::manifest::{self, Declared, Script};
use crate::source::{FileId, Tree, folder_of};

/// File names that make a directory a package, with the ecosystem each belongs to. Of several of one ecosystem in a
/// directory the first here speaks for the package.
const MANIFESTS: &[(&str, &str)] = &[
    ("package.json", "npm"),
    ("deno.json", "deno"),
    ("deno.jsonc", "deno"),
    ("Cargo.toml", "cargo"),
    ("pyproject.toml", "python"),
    ("setup.py", "python"),
    ("setup.cfg", "python"),
    ("requirements.txt", "python"),
    ("Pipfile", "python"),
    ("go.mod", "go"),
    ("composer.json", "composer"),
    ("Gemfile", "ruby"),
    ("pom.xml", "maven"),
    ("build.gradle", "gradle"),
    ("build.gradle.kts", "gradle"),
    ("mix.exs", "elixir"),
    ("pubspec.yaml", "dart"),
];

/// The packages of a repository.
#[derive(Debug, Default)]
pub struct Packages {
    dirs: FxHashMap<String, Vec<Manifest>>,
    /// The packages of each directory, as numbers of `list`.
    numbers: FxHashMap<String, Vec<usize>>,
    list: Vec<Package>,
    /// Files of programs: neither tests, nor generated or vendored code, nor styles, queries or scripts of a shell.
    pub code_files: usize,
    /// Files that hold automated tests, those in the files of programs counted too.
    pub test_files: usize,
}

/// A manifest and its ecosystem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Manifest {
    /// The file.
    pub file: FileId,
    /// `npm`, `cargo`, `python`, `go` …
    pub ecosystem: &'static str,
}

/// A package: what the manifests of one ecosystem in one directory describe.
#[derive(Debug, Clone, Default)]
pub struct Package {
    /// Its directory; empty for the root.
    pub dir: String,
    /// `npm`, `cargo`, `python`, `go` …
    pub ecosystem: &'static str,
    /// Its manifests, the one that speaks for it first.
    pub parts: Vec<(FileId, manifest::Manifest)>,
    /// The workspace it belongs to, as the number of the package at its root.
    pub workspace: Option<usize>,
    /// The packages of the workspace whose root this is.
    pub members: Vec<usize>,
    /// What it is for.
    pub role: Role,
    /// What told the role, in a few words.
    pub role_because: String,
    /// Frameworks it is built with, by the names of their packages.
    pub frameworks: Vec<String>,
    /// Its files of program code, tests left out.
    pub source_files: usize,
    /// Those of them that are TypeScript.
    pub typescript_files: usize,
    /// Its files with automated tests.
    pub test_files: usize,
    /// One of its files is the start of a program of its own: `package main`, `src/main.rs`, `manage.py` …
    pub starts: bool,
    /// One of its files opens a port, by the words of its language's own library.
    pub listens: bool,
}

impl Packages {
    /// Finds every manifest of the tree that is not vendored, and what the packages are for.
    pub fn find(tree: &Tree, documents: &Documents) -> Self {
        let dirs = read::manifests(tree);
        let mut packages = Self { list: read::packages(tree, documents, &dirs), dirs, ..Self::default() };
        packages.number();
        count::count(&mut packages, tree);
        packages.list.retain(is_package);
        packages.number();
        workspace::link(&mut packages.list);
        role::tell(&mut packages.list, tree);
        packages
    }

    /// The directory of the nearest manifest at or above the file's directory; empty for the root.
    pub fn dir_of<'p>(&self, path: &'p str) -> &'p str {
        let mut dir = folder_of(path);
        while !dir.is_empty() && !self.dirs.contains_key(dir) {
            dir = folder_of(dir);
        }
        dir
    }

    /// The same for a directory: itself, where a manifest stands in it.
    pub fn dir_of_dir<'p>(&self, dir: &'p str) -> &'p str {
        let mut dir = dir;
        while !dir.is_empty() && !self.dirs.contains_key(dir) {
            dir = folder_of(dir);
        }
        dir
    }

    /// The manifests that stand in exactly this directory.
    pub fn manifests(&self, dir: &str) -> &[Manifest] {
        self.dirs.get(dir).map_or(&[], Vec::as_slice)
    }

    /// Every directory with a manifest, in the order of paths.
    pub fn dirs(&self) -> Vec<&str> {
        let mut dirs: Vec<_> = self.dirs.keys().map(String::as_str).collect();
        dirs.sort_unstable();
        dirs
    }

    /// All packages, in the order of directories and then of ecosystems.
    pub fn all(&self) -> &[Package] {
        &self.list
    }

    /// The package of an ecosystem in exactly this directory.
    pub fn get(&self, dir: &str, ecosystem: &str) -> Option<&Package> {
        self.position(dir, ecosystem).map(|at| &self.list[at])
    }

    fn position(&self, dir: &str, ecosystem: &str) -> Option<usize> {
        let mut here = self.numbers.get(dir)?.iter().copied();
        here.find(|number| self.list[*number].ecosystem == ecosystem)
    }

    /// Notes which packages stand in which directory: every file asks for its own.
    fn number(&mut self) {
        self.numbers.clear();
        for (number, package) in self.list.iter().enumerate() {
            self.numbers.entry(package.dir.clone()).or_default().push(number);
        }
    }

    /// The nearest package of an ecosystem at or above the directory of a file.
    pub fn owner(&self, path: &str, ecosystem: &str) -> Option<&Package> {
        above(folder_of(path)).find_map(|dir| self.get(dir, ecosystem))
    }

    /// The npm package of this name.
    pub fn named(&self, name: &str) -> Option<&Package> {
        self.list.iter().find(|package| package.name() == Some(name))
    }

    /// The package itself and those of its ecosystem in the directories above it, nearest first: what npm and its like
    /// look through for programs, and most tools for their configuration.
    pub fn lineage<'p>(&'p self, package: &'p Package) -> impl Iterator<Item = &'p Package> {
        above(&package.dir).filter_map(|dir| self.get(dir, package.ecosystem))
    }

    /// The root of the workspace a package belongs to.
    pub fn root_of(&self, package: &Package) -> Option<&Package> {
        self.list.get(package.workspace?)
    }
}

impl Package {
    /// The name in its manifest.
    pub fn name(&self) -> Option<&str> {
        self.parts.iter().find_map(|(_, part)| part.name.as_deref())
    }

    /// The manifest that speaks for it.
    pub fn file(&self) -> FileId {
        self.parts.first().map_or(FileId(0), |(file, _)| *file)
    }

    /// Every dependency with the file it stands in.
    pub fn dependencies(&self) -> impl Iterator<Item = (FileId, &Declared)> {
        self.parts
            .iter()
            .flat_map(|(file, part)| part.dependencies.iter().map(|dependency| (*file, dependency)))
    }

    /// The dependency of this name.
    pub fn dependency(&self, name: &str) -> Option<&Declared> {
        self.parts.iter().find_map(|(_, part)| part.dependency(name))
    }

    /// Every script with the file it stands in.
    pub fn scripts(&self) -> impl Iterator<Item = (FileId, &Script)> {
        self.parts.iter().flat_map(|(file, part)| part.scripts.iter().map(|script| (*file, script)))
    }

    /// The script of this name.
    pub fn script(&self, name: &str) -> Option<(FileId, &Script)> {
        self.scripts().find(|(_, script)| script.name == name)
    }

    /// Whether a dependency of any group gives this capability.
    pub fn has(&self, capability: &str) -> bool {
        self.dependencies().any(|(_, dependency)| {
            capabilities(self.ecosystem, &dependency.name).iter().any(|known| known == capability)
        })
    }

    /// Whether it is the root of a workspace.
    pub fn is_root(&self) -> bool {
        self.parts.iter().any(|(_, part)| part.members.is_some())
    }

    /// Whether people run it somewhere: a service, a site or a worker.
    pub fn is_deployable(&self) -> bool {
        matches!(self.role, Role::Service | Role::Web | Role::Worker)
    }
}

/// Settings of tools alone make no package, unless there is code for it.
fn is_package(package: &Package) -> bool {
    package.is_root()
        || package.source_files > 0
        || package.parts.iter().any(|(_, part)| part.package || !part.dependencies.is_empty())
}

/// A directory and all above it, up to the root.
pub(super) fn above(dir: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(dir), |dir| (!dir.is_empty()).then(|| folder_of(dir)))
}

/// `dir/name`, or `name` at the root.
pub(super) fn join(dir: &str, name: &str) -> String {
    if dir.is_empty() { name.to_owned() } else { [dir, "/", name].concat() }
}

/// A path as written in a file of `dir`, relative to the root: `.` and `..` resolved; none where it leaves the root.
pub(super) fn resolve(dir: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = dir.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}
