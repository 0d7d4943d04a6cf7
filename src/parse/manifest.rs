//! What the manifests of all ecosystems say, in one shape: dependencies, scripts, members, pinned runtimes.

mod cargo_toml;
mod composer;
mod go_mod;
mod package_json;
mod pyproject;
mod requirements;
mod ruby;

#[cfg(test)]
mod tests;

pub use cargo_toml::cargo_toml;
pub use composer::composer;
pub use go_mod::{go_mod, go_work};
pub use package_json::{package_json, pnpm_workspace};
pub use pyproject::{pipfile, pyproject, setup_cfg};
pub use requirements::requirements;
pub use ruby::gemfile;

use super::node::Node;
use crate::source::Span;

/// A manifest: what a directory says of the package in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // independent statements of one file
pub struct Manifest {
    /// The name of the package.
    pub name: Option<String>,
    /// Never to be published: `"private": true`, `publish = false`.
    pub private: bool,
    /// It describes a package, not only a workspace or the settings of tools.
    pub package: bool,
    /// It says how others use it: `exports`, `files`, `[lib]`, `[build-system]` …
    pub library: bool,
    /// It installs programs: `bin`, `[[bin]]`, `[project.scripts]`.
    pub binaries: bool,
    /// In the order of the file.
    pub dependencies: Vec<Declared>,
    /// In the order of the file.
    pub scripts: Vec<Script>,
    /// The members of the workspace whose root this is.
    pub members: Option<Members>,
    /// The versions of runtimes and package managers it asks for.
    pub pins: Vec<Pin>,
    /// Versions that members take over by name: `[workspace.dependencies]`, catalogs of pnpm as `catalog:name`.
    pub shared: Vec<(String, String)>,
}

/// A dependency as declared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Declared {
    /// The name of the package; of an alias, the package behind it.
    pub name: String,
    /// What is asked for, as written; empty where nothing is.
    pub version: String,
    /// When it is needed.
    pub group: Group,
    /// Where it comes from.
    pub source: Origin,
    /// The branch, tag or commit of a git source.
    pub reference: Option<String>,
    /// Nothing else can ever come from there: a commit, or an address with a checksum.
    pub pinned: bool,
    /// The directory of a `path` source, as written.
    pub dir: Option<String>,
    /// Where it stands.
    pub span: Span,
}

/// When a dependency is needed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Group {
    /// When the program runs.
    #[default]
    Prod,
    /// To develop or test it.
    Dev,
    /// Its user brings it.
    Peer,
    /// Only for a feature that is switched on.
    Optional,
    /// To build it.
    Build,
}

/// Where a dependency comes from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Origin {
    /// A registry.
    #[default]
    Registry,
    /// A git repository.
    Git,
    /// A file at an address.
    Url,
    /// A directory or a file beside it.
    Path,
    /// A member of the same workspace, or a version that its root decides.
    Workspace,
}

/// A named command.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Script {
    /// Its name.
    pub name: String,
    /// What it runs.
    pub command: String,
    /// Where the command stands.
    pub span: Span,
}

/// The members of a workspace.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Members {
    /// Patterns of directories, relative to the manifest; a leading `!` takes some out.
    pub patterns: Vec<String>,
    /// Directories that are no members although a pattern says so.
    pub excluded: Vec<String>,
}

/// The version of a runtime that is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pin {
    /// `node`, `python`, `rust`, `go`, `npm`, `pnpm` …
    pub tool: String,
    /// The version or range, as written.
    pub version: String,
    /// Where it stands.
    pub span: Span,
}

impl Group {
    /// The word rules use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Prod => "prod",
            Self::Dev => "dev",
            Self::Peer => "peer",
            Self::Optional => "optional",
            Self::Build => "build",
        }
    }
}

impl Origin {
    /// The word rules use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Registry => "registry",
            Self::Git => "git",
            Self::Url => "url",
            Self::Path => "path",
            Self::Workspace => "workspace",
        }
    }
}

impl Declared {
    /// Whether it asks for no version in particular: `*`, `latest`, `x`, `>=0` or nothing.
    pub fn is_open(&self) -> bool {
        let version = self.version.trim().trim_start_matches('v');
        self.source == Origin::Registry
            && (["", "*", "latest", "x", "X", "next", "any"].contains(&version)
                || version.starts_with("dev-")
                || version
                    .strip_prefix(">=")
                    .is_some_and(|least| least.trim().chars().all(|c| c == '0' || c == '.')))
    }
}

impl Manifest {
    /// The dependency of this name, of any group.
    pub fn dependency(&self, name: &str) -> Option<&Declared> {
        self.dependencies.iter().find(|dependency| dependency.name == name)
    }

    /// The script of this name.
    pub fn script(&self, name: &str) -> Option<&Script> {
        self.scripts.iter().find(|script| script.name == name)
    }
}

/// Whether a reference of git is a whole commit hash, or enough of one that nobody would choose it as a name.
fn is_commit(reference: &str) -> bool {
    (7..=64).contains(&reference.len())
        && reference.bytes().all(|byte| byte.is_ascii_hexdigit())
        && reference.bytes().any(|byte| byte.is_ascii_digit())
}

/// The text of a node at a key.
fn text(node: &Node, key: &str) -> Option<String> {
    node.get(key).and_then(Node::text).map(str::to_owned)
}
