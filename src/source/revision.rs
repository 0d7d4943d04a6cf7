//! A commit as a tree, read from git's objects: the work tree is neither looked at nor changed.

use std::fmt;
use std::path::{Path, PathBuf};

use super::file::is_below;
use super::limits::Limits;
use super::load;
use super::read::{self, with_threads};
use super::repository::{self, Discovery, Repository};
use super::tree::Tree;
use super::unknown::RevisionError;
use super::unread::{ReadError, Reason};
use super::walk;

/// A commit of a repository, or the part of it below a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// The name it was found by.
    name: String,
    /// The folder, as an absolute path without links.
    root: PathBuf,
    commit: gix::ObjectId,
}

impl Revision {
    /// The commit of a name as git gives them (a branch, a tag, `HEAD~3`, a hash), in the repository of the folder `root`.
    ///
    /// # Errors
    /// There is no repository, or it does not have the commit.
    pub fn find(root: &Path, name: &str) -> Result<Self, ReadError> {
        Self::of(root, name, |repository| repository.commit(name))
    }

    /// The best commit from which both of two revisions come: where a branch left another.
    ///
    /// # Errors
    /// There is no repository, or it does not have the commits.
    pub fn fork(root: &Path, ours: &str, theirs: &str) -> Result<Self, ReadError> {
        Self::of(root, &format!("{ours}...{theirs}"), |repository| repository.fork(ours, theirs))
    }

    fn of(
        root: &Path,
        name: &str,
        commit: impl FnOnce(&Repository) -> Result<gix::ObjectId, RevisionError>,
    ) -> Result<Self, ReadError> {
        let root = read::folder(root)?;
        let commit = commit(&opened(&root, name)?).map_err(ReadError::Revision)?;
        Ok(Self { name: name.to_owned(), root, commit })
    }

    /// The commit in hex.
    pub fn commit(&self) -> String {
        self.commit.to_hex().to_string()
    }

    /// The file of a path, or the files below it: their paths and bytes, in the order of paths. Links are left out.
    ///
    /// # Errors
    /// The repository is there no more.
    pub fn files_at(&self, path: &str) -> Result<Vec<(String, Vec<u8>)>, ReadError> {
        let repository = opened(&self.root, &self.name)?;
        let files = repository.files(self.commit).unwrap_or_default();
        let plain = files.entries.into_iter().filter(|entry| entry.kind.is_file());
        let found = plain
            .map(|entry| (walk::shown(entry.path), entry.id))
            .filter(|(found, _)| found == path || is_below(found, path))
            .filter_map(|(found, id)| Some((found, repository.bytes(id)?)));
        Ok(found.collect())
    }

    /// Its files as [`Tree::read`] would read them from a checkout.
    ///
    /// # Errors
    /// Some of its objects are not here, so that the tree would lack what the commit holds.
    pub fn read(&self, limits: &Limits) -> Result<Tree, ReadError> {
        with_threads(limits, || {
            let missing =
                |files| ReadError::Revision(RevisionError::Incomplete { revision: self.name.clone(), files });
            let repository = opened(&self.root, &self.name)?;
            let files = repository.files(self.commit).ok_or_else(|| missing(0))?;
            let git = repository.git_at(Some(self.commit));
            let tree = read::objects(&self.root, &repository, files, git, limits);
            let is_lost = |reason: &Reason| matches!(reason, Reason::Git(why) if why == load::MISSING);
            match tree.unread().iter().filter(|unread| is_lost(&unread.reason)).count() {
                0 => read::since(tree, &repository, limits),
                lost => Err(missing(lost)),
            }
        })
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` ({})", self.name, self.commit.to_hex_with_len(7))
    }
}

/// The repository of a folder, in which a revision is looked for.
fn opened(root: &Path, revision: &str) -> Result<Repository, ReadError> {
    match repository::discover(root) {
        Discovery::Data(repository) | Discovery::WorkTree(repository) => Ok(repository),
        Discovery::InsideData => Err(ReadError::InsideGitData(root.to_owned())),
        Discovery::None | Discovery::Broken => {
            let (root, revision) = (root.to_owned(), revision.to_owned());
            Err(ReadError::Revision(RevisionError::NoRepository { root, revision }))
        }
    }
}
