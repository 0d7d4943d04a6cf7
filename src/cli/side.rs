//! What an audit is compared with: a JSON report, a folder, or a git revision.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use super::repository::{self, Judges, Own};
use super::{Failure, report};
use crate::report::Report;
use crate::source::{Limits, ReadError, Revision, Tree};

/// One of the two things that are compared.
#[derive(Debug)]
pub(super) struct Side {
    /// As it was named.
    pub(super) named: String,
    /// What the name leads to.
    pub(super) what: What,
}

/// What can be compared.
#[derive(Debug)]
pub(super) enum What {
    /// An audit that was made.
    Report(Box<Report>),
    /// Something to audit.
    Source(Source),
}

/// Something to audit.
#[derive(Debug)]
pub(super) enum Source {
    /// A folder as it is.
    Folder(PathBuf),
    /// A commit, whatever is on disk.
    Revision(Revision),
}

impl Side {
    /// What a word names: what is at that path, else a revision of the repository.
    pub(super) fn find(named: &str, repository: &Path) -> Result<Self, Failure> {
        let path = Path::new(named);
        let what = match fs::metadata(path) {
            _ if named == "-" => What::Report(Box::new(report::read(path)?)),
            Ok(found) if found.is_dir() => What::Source(Source::Folder(path.to_owned())),
            Ok(_) => What::Report(Box::new(report::read(path)?)),
            Err(_) if is_path(named) => return Err(failed(&ReadError::Missing(path.to_owned()))),
            Err(_) => return Self::revision(named, repository),
        };
        Ok(Self { named: named.to_owned(), what })
    }

    /// A folder as it is.
    pub(super) fn folder(path: &Path) -> Self {
        let named = path.display().to_string();
        Self { named, what: What::Source(Source::Folder(path.to_owned())) }
    }

    /// A revision of a repository.
    pub(super) fn revision(named: &str, repository: &Path) -> Result<Self, Failure> {
        Self::commit(named.to_owned(), Revision::find(repository, named))
    }

    /// The commit in which two revisions of a repository parted.
    pub(super) fn fork(ours: &str, theirs: &str, repository: &Path) -> Result<Self, Failure> {
        Self::commit(format!("{ours}...{theirs}"), Revision::fork(repository, ours, theirs))
    }

    fn commit(named: String, found: Result<Revision, ReadError>) -> Result<Self, Failure> {
        let found = found.map_err(|error| failed(&error))?;
        Ok(Self { named, what: What::Source(Source::Revision(found)) })
    }

    /// Its report: as it was made, or by the rules of who compares.
    pub(super) fn report(self, judges: &Judges, limits: &Limits) -> Result<Report, Failure> {
        match self.what {
            What::Report(report) => Ok(*report),
            What::Source(source) => Ok(judge(&source.tree(limits)?, judges)),
        }
    }
}

impl Source {
    /// Where its rules and its configuration are.
    pub(super) fn own(&self) -> Own<'_> {
        match self {
            Self::Folder(path) => Own::Folder(path),
            Self::Revision(revision) => Own::Revision(revision),
        }
    }

    /// Its files.
    pub(super) fn tree(&self, limits: &Limits) -> Result<Tree, Failure> {
        match self {
            Self::Folder(path) => repository::tree(path, limits),
            Self::Revision(revision) => {
                let tree = revision.read(limits).map_err(|error| failed(&error))?;
                repository::something(tree, &revision.to_string())
            }
        }
    }
}

/// The report on a tree. What it was made from is taken apart while others work.
pub(super) fn judge(tree: &Tree, judges: &Judges) -> Report {
    let audit = crate::audit(tree, &judges.catalogue, judges.partial);
    let made_from = (audit.facts, audit.documents);
    thread::spawn(move || drop(made_from));
    audit.report
}

/// Whether a word that leads to nothing was meant as a path.
fn is_path(named: &str) -> bool {
    let path = Path::new(named);
    path.starts_with(".")
        || path.starts_with("..")
        || path.is_absolute()
        || path.extension().is_some_and(|it| it == "json")
}

fn failed(error: &ReadError) -> Failure {
    Failure::usage(error.to_string())
}
