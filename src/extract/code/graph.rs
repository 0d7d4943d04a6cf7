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
pub struct Graph {}

impl Graph {
    /// Resolves every specifier as Node and TypeScript do, and follows them from the entry points.
    pub fn new(_tree: &Tree, _documents: &Documents, _packages: &Packages) -> Self {
        Self {}
    }

    /// What an import leads to.
    pub fn target(&self, _file: FileId, _import: ImportId) -> &Target {
        &Target::Unknown
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
