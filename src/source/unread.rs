//! What was not read, or not as it is, and why.

use std::fmt;
use std::path::PathBuf;

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
    /// There is no repository that could know a revision.
    NoRepository {
        /// Where it was looked for.
        root: PathBuf,
        /// The name that was taken for a revision.
        revision: String,
    },
    /// The repository knows no such revision.
    UnknownRevision {
        /// The name that was taken for a revision.
        revision: String,
        /// A revision that it knows and may have been meant.
        meant: Option<String>,
    },
    /// The history is cut off before the revision.
    ShallowRevision {
        /// Its name.
        revision: String,
        /// How many commits have to be there, where its name tells.
        depth: Option<u32>,
    },
    /// Two revisions come from no commit that is here.
    NoFork {
        /// Their names.
        revisions: [String; 2],
        /// Whether the history is cut off, so that it may only be missing.
        shallow: bool,
    },
    /// A revision is known, but not all that it holds is here, as in a partial clone.
    MissingObjects {
        /// Its name.
        revision: String,
        /// How many files are missing; 0 where the list of them is.
        files: usize,
    },
    /// Any other error when listing it.
    Failed(PathBuf, String),
}

/// What fills up a shallow clone.
const UNSHALLOW: &str = "fetch the whole history with `git fetch --unshallow` (in a workflow: `fetch-depth: 0` for actions/checkout)";

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
            Self::NoRepository { root, revision } => {
                write!(
                    f,
                    "`{revision}` is no file or folder here, and `{}` is in no git repository in which it could be a revision; check the name, or name the repository with -C",
                    root.display()
                )
            }
            Self::UnknownRevision { revision, meant: Some(meant) } => {
                write!(f, "the revision `{revision}` is not known here; did you mean `{meant}`?")
            }
            Self::UnknownRevision { revision, meant: None } => {
                write!(
                    f,
                    "the revision `{revision}` is not known here; fetch it (`git fetch origin main`), or name one that `git log` shows"
                )
            }
            Self::ShallowRevision { revision, depth } => {
                write!(f, "the revision `{revision}` is not in this clone, which is shallow; ")?;
                if let Some(depth) = depth {
                    write!(f, "fetch {depth} commits with `git fetch --depth {depth}`, or ")?;
                }
                write!(f, "{UNSHALLOW}")
            }
            Self::NoFork { revisions: [ours, theirs], shallow } => {
                write!(f, "no commit is here from which both `{ours}` and `{theirs}` come; ")?;
                match shallow {
                    true => write!(f, "this clone is shallow: {UNSHALLOW}"),
                    false => write!(f, "compare them as they are, with `{ours}..{theirs}`"),
                }
            }
            Self::MissingObjects { revision, files } => {
                match files {
                    0 => write!(f, "the list of files of the revision `{revision}` is not here")?,
                    1 => write!(f, "1 file of the revision `{revision}` is not here")?,
                    _ => write!(f, "{files} files of the revision `{revision}` are not here")?,
                }
                write!(f, ", as in a partial clone; fetch them with `git fetch --refetch --no-filter`")
            }
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
