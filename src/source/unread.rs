//! What was not read, or not as it is, and why.

use std::fmt;
use std::path::PathBuf;

use super::unknown::RevisionError;

/// Something of the tree whose content was not read, or not byte for byte.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unread {
    /// Where, relative to the root; for [`Reason::Excluded`] the glob; `.` for the root itself.
    pub path: String,
    /// Why.
    pub reason: Reason,
    /// Whether git tracks it; true for everything outside git.
    pub tracked: bool,
}

/// Why something was not read. Its `Display` ends the sentence "`path` …".
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Not text: by kind, or a NUL among its first 8 KiB.
    Binary,
    /// Larger than the limit, both in bytes.
    TooLarge {
        /// Its size.
        bytes: u64,
        /// The limit for its kind.
        limit: u64,
    },
    /// Read, with every invalid byte replaced by `?`.
    NotUtf8,
    /// Read, decoded from UTF-16; offsets are those of the decoded text.
    Utf16,
    /// A git LFS pointer; the content is elsewhere.
    LfsPointer,
    /// A submodule of git.
    Submodule,
    /// A folder that is a git repository of its own and not a submodule.
    NestedRepository,
    /// A FIFO, socket or device.
    Special,
    /// The operating system refused.
    NotPermitted,
    /// It was there when the folder was listed and not when it was opened.
    Vanished,
    /// In the git index, not on disk.
    Deleted,
    /// In the git index, left out of the work tree by a sparse checkout.
    Sparse,
    /// The file system folds it with another tracked path that differs in case only.
    CaseClash,
    /// A link to something inside the root that is not read itself.
    LinkToUnread,
    /// A link out of the root.
    LinkOutside,
    /// Matched by a glob of `exclude`.
    Excluded {
        /// How many files it matched.
        files: usize,
    },
    /// More files than the limit.
    TooManyFiles {
        /// How many were left out.
        files: usize,
    },
    /// Something of git's own could not be read; the tree was read without it.
    Git(String),
    /// Any other error of the operating system.
    Failed(String),
}

impl Reason {
    /// Whether text is there all the same, though not byte for byte what is on disk.
    pub fn has_text(&self) -> bool {
        matches!(self, Self::NotUtf8 | Self::Utf16)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLarge { bytes, limit } => {
                return write!(f, "is {bytes} bytes, over the limit of {limit}");
            }
            Self::Excluded { files } => return write!(f, "is excluded by the configuration ({files} files)"),
            Self::TooManyFiles { files } => {
                return write!(f, "has more files than the limit; {files} were left out");
            }
            Self::Git(error) => return write!(f, "could not be read as git data: {error}"),
            Self::Failed(error) => return write!(f, "could not be read: {error}"),
            Self::Binary => "is not text",
            Self::NotUtf8 => "is not UTF-8; each invalid byte was read as `?`",
            Self::Utf16 => "is UTF-16; it was decoded",
            Self::LfsPointer => "is a git LFS pointer; its content is not here",
            Self::Submodule => "is a submodule; audit it on its own",
            Self::NestedRepository => "is a git repository of its own; audit it on its own",
            Self::Special => "is a FIFO, socket or device",
            Self::NotPermitted => "may not be read by this user",
            Self::Vanished => "vanished while the tree was read",
            Self::Deleted => "is in the git index but deleted in the work tree",
            Self::Sparse => "is left out of the work tree by a sparse checkout",
            Self::CaseClash => {
                "differs only in case from another path, and this file system keeps one of them"
            }
            Self::LinkToUnread => "is a link to something that is not read",
            Self::LinkOutside => "is a link out of the repository, which is not followed",
        })
    }
}

/// Why there is no tree at all. Each is one sentence that says what to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadError {
    /// Nothing is there.
    Missing(PathBuf),
    /// It is a file.
    NotADirectory(PathBuf),
    /// It may not be listed.
    NotPermitted(PathBuf),
    /// It is inside the data of git, which is no work tree.
    InsideGitData(PathBuf),
    /// A revision cannot be read.
    Revision(RevisionError),
    /// Any other error when listing it.
    Failed(PathBuf, String),
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(path) => {
                write!(f, "`{}` does not exist; give the path of a repository or folder", path.display())
            }
            Self::NotADirectory(path) => {
                write!(
                    f,
                    "`{}` is not a folder; give the folder of the repository it belongs to",
                    path.display()
                )
            }
            Self::NotPermitted(path) => {
                write!(
                    f,
                    "`{}` may not be read by this user; change its permissions or run as its owner",
                    path.display()
                )
            }
            Self::InsideGitData(path) => {
                write!(
                    f,
                    "`{}` is inside the data of git; give the folder of the work tree instead",
                    path.display()
                )
            }
            Self::Revision(error) => error.fmt(f),
            Self::Failed(path, error) => {
                write!(
                    f,
                    "`{}` could not be listed ({error}); check that the folder can be read",
                    path.display()
                )
            }
        }
    }
}

impl std::error::Error for ReadError {}
