//! Which module asks for which, and which of them a program reaches.

use crate::extract::packages::Packages;
use crate::parse::Documents;
use crate::parse::javascript::ImportId;
use crate::source::{FileId, Tree};

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
    targets: Vec<Vec<Target>>,
}

impl Graph {
    /// Resolves every specifier as Node and TypeScript do, and follows them from the entry points.
    pub fn new(tree: &Tree, documents: &Documents, _packages: &Packages) -> Self {
        let one = |file: FileId| match documents.get(file) {
            Some(crate::parse::Document::JavaScript(source)) => {
                let dir = tree.files()[file.0 as usize].dir();
                let module = &source.module;
                module.imports.iter().map(|import| simple(tree, dir, module.word(import.source))).collect()
            }
            _ => Vec::new(),
        };
        Self { targets: documents.ids().map(one).collect() }
    }

    /// What an import leads to.
    pub fn target(&self, file: FileId, import: ImportId) -> &Target {
        let targets = self.targets.get(file.0 as usize);
        targets.and_then(|targets| targets.get(import.0 as usize)).unwrap_or(&Target::Unknown)
    }

    /// The modules that ask for a file when they run, in the order of paths.
    pub fn importers(&self, _file: FileId) -> &[FileId] {
        &[]
    }

    /// Whether a program of its package reaches a file; none where that cannot be told.
    pub fn live(&self, _file: FileId) -> Option<bool> {
        None
    }

    /// Why a file is where a program begins: `the script \`start\``, `the command of Dockerfile`.
    pub fn entry(&self, _file: FileId) -> Option<&str> {
        None
    }

    /// Whether the code of a file is sent to browsers; none where that cannot be told.
    pub fn client(&self, _file: FileId) -> Option<bool> {
        None
    }
}

fn simple(tree: &Tree, dir: &str, source: &str) -> Target {
    if let Some(name) = source.strip_prefix("node:") {
        return Target::Runtime(name.to_owned());
    }
    if ["http", "https", "fs", "path", "crypto", "child_process", "net", "os"].contains(&source) {
        return Target::Runtime(source.to_owned());
    }
    if !source.starts_with('.') {
        let parts = if source.starts_with('@') { 2 } else { 1 };
        let split = source.match_indices('/').nth(parts - 1).map_or(source.len(), |(at, _)| at);
        return Target::Package(
            source[..split].to_owned(),
            source[split..].trim_start_matches('/').to_owned(),
        );
    }
    let Some(path) = crate::extract::packages::resolve(dir, source) else { return Target::Unknown };
    let stem = path.strip_suffix(".js").unwrap_or(&path);
    let endings = ["", ".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", "/index.ts", "/index.js"];
    let found = endings.iter().find_map(|ending| tree.by_path(&format!("{stem}{ending}")));
    found.or_else(|| tree.by_path(&path)).map_or(Target::Unknown, Target::File)
}
