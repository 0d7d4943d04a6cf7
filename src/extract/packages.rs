//! Where packages begin: the directories of manifests.

use crate::source::{FileId, Tree};

/// File names that make a directory a package, with the ecosystem each belongs to.
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

/// The packages of a repository, by directory.
#[derive(Debug, Default)]
pub struct Packages {
    dirs: std::collections::HashMap<String, Vec<Manifest>>,
}

/// A manifest and its ecosystem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Manifest {
    /// The file.
    pub file: FileId,
    /// `npm`, `cargo`, `python`, `go` …
    pub ecosystem: &'static str,
}

impl Packages {
    /// Finds every manifest of the tree that is not vendored.
    pub fn find(tree: &Tree) -> Self {
        let mut packages = Self::default();
        for (file, source) in tree.entries().filter(|(_, source)| !source.vendored) {
            let known = MANIFESTS.iter().find(|(name, _)| *name == source.name());
            let ecosystem = known
                .map(|(_, ecosystem)| *ecosystem)
                .or_else(|| source.name().to_ascii_lowercase().ends_with(".csproj").then_some("nuget"));
            if let Some(ecosystem) = ecosystem {
                packages.dirs.entry(source.dir().to_owned()).or_default().push(Manifest { file, ecosystem });
            }
        }
        packages
    }

    /// The directory of the nearest manifest at or above the file's directory; empty for the root.
    pub fn dir_of<'p>(&self, path: &'p str) -> &'p str {
        let mut dir = path.rsplit_once('/').map_or("", |(dir, _)| dir);
        while !dir.is_empty() && !self.dirs.contains_key(dir) {
            dir = dir.rsplit_once('/').map_or("", |(parent, _)| parent);
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
}
