//! Pipelines of every provider in one shape.

use std::collections::BTreeSet;

use crate::facts::Label;
use crate::parse::node::Node;
use crate::parse::shell::Dialect;
use crate::source::{FileId, FileKind, Place, Tree};

/// What starts a pipeline.
pub(super) type Triggers = BTreeSet<String>;

/// A workflow or pipeline.
#[derive(Debug)]
pub(super) struct Flow<'d> {
    pub(super) file: FileId,
    pub(super) place: Place,
    pub(super) provider: &'static str,
    pub(super) name: String,
    /// `pipeline`, `called`, `action` or `platform`.
    pub(super) kind: &'static str,
    pub(super) triggers: Triggers,
    pub(super) permissions: Option<String>,
    pub(super) jobs: Vec<Job<'d>>,
    pub(super) unknown: Vec<Unknown>,
}

/// Something that is not to be seen.
#[derive(Debug, Clone)]
pub(super) struct Unknown {
    pub(super) place: Place,
    pub(super) kind: &'static str,
    pub(super) name: String,
}

/// A job.
#[derive(Debug)]
pub(super) struct Job<'d> {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) place: Place,
    pub(super) triggers: Triggers,
    pub(super) masked: Option<String>,
    pub(super) informs: bool,
    pub(super) needs: Vec<String>,
    /// A gate of its own: an environment, a manual start.
    pub(super) gate: Option<String>,
    pub(super) timeout: Option<i64>,
    pub(super) calls: Option<String>,
    /// It sets up a cluster of its own: what it deploys there is a test.
    pub(super) local_cluster: bool,
    /// The repository is checked out; without it no path of it is there.
    pub(super) has_checkout: bool,
    pub(super) steps: Vec<Step<'d>>,
}

/// A step.
#[derive(Debug)]
pub(super) struct Step<'d> {
    pub(super) name: Option<String>,
    pub(super) place: Place,
    pub(super) condition: Option<String>,
    pub(super) triggers: Triggers,
    pub(super) masked: Option<String>,
    pub(super) work: Work<'d>,
    /// The values of the matrix.
    pub(super) matrix: Vec<Vec<(String, String)>>,
    /// A composite action or workflow it stands in, as the chain and label of its tasks.
    pub(super) through: Vec<(String, Label)>,
}

/// What a step does.
#[derive(Debug)]
pub(super) enum Work<'d> {
    /// A script.
    Run(Run<'d>),
    /// A public action, with its inputs.
    Action { name: String, with: Option<&'d Node> },
    /// Nothing that is looked at.
    None,
}

/// A script of a step.
#[derive(Debug, Clone)]
pub(super) struct Run<'d> {
    pub(super) file: FileId,
    pub(super) text: Text<'d>,
    /// None for a language that is no shell.
    pub(super) dialect: Option<Dialect>,
    pub(super) errexit: bool,
    pub(super) pipefail: bool,
    /// Where it starts, relative to the root; none where computed or outside.
    pub(super) dir: Option<String>,
    /// What stands before the text: the program whose arguments it is.
    pub(super) prefix: &'static str,
}

/// The text of a script.
#[derive(Debug, Clone)]
pub(super) enum Text<'d> {
    /// A value of a YAML file.
    Node(&'d Node),
    /// A stretch of a file, from an offset on.
    Plain(&'d str, usize),
    /// Made up: it has no place of its own.
    Made(String, Place),
}

/// What a command leads to.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) what: What,
    /// The directory it happens in.
    pub(super) dir: String,
    pub(super) masked: Option<String>,
    /// The ways that led there, outermost first.
    pub(super) chain: Vec<String>,
    /// Where those are written.
    pub(super) also: Vec<Label>,
}

/// The kinds of things found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    /// A task.
    Task { kind: &'static str, tool: String },
    /// A reference.
    Reference { kind: &'static str, name: String, place: String, user: String, exists: Option<bool> },
    /// An installation.
    Install { manager: &'static str, command: String, frozen: Option<bool>, better: &'static str },
    /// A tool that changes what it finds instead of failing: `prettier --write`.
    Mends,
    /// Something unknown.
    Unknown { kind: &'static str, name: String },
}

impl Found {
    /// Something found directly.
    pub(super) fn new(what: What, dir: &str) -> Self {
        Self { what, dir: dir.to_owned(), masked: None, chain: Vec::new(), also: Vec::new() }
    }

    /// Whether this is no more than the compiler's part in the build of an image: nobody takes that for a check.
    pub(super) fn is_only_built(&self, tree: &Tree) -> bool {
        let in_image = |label: &Label| tree.file(label.place.file).kind == FileKind::Dockerfile;
        let compiles = match &self.what {
            What::Task { kind, tool } => *kind == "typecheck" || tool == "next",
            _ => false,
        };
        compiles && self.also.iter().any(in_image)
    }
}

/// Joins a path to a directory, both relative to the root; none where it leads out of it.
pub(super) fn join(dir: &str, path: &str) -> Option<String> {
    if path.starts_with(['/', '~', '\\']) || path.contains(['$', '`', '*']) {
        return None;
    }
    let mut parts: Vec<&str> = dir.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}
