//! Why a commit cannot be read.

use std::fmt;
use std::path::PathBuf;

/// Why a revision is no tree. Each is one sentence that says what to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RevisionError {
    /// There is no repository that could know a revision.
    NoRepository {
        /// Where it was looked for.
        root: PathBuf,
        /// The name that was taken for a revision.
        revision: String,
    },
    /// The repository knows no such revision.
    Unknown {
        /// The name that was taken for a revision.
        revision: String,
        /// A revision that it knows and may have been meant.
        meant: Option<String>,
    },
    /// The history is cut off before the revision.
    Shallow {
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
    Incomplete {
        /// Its name.
        revision: String,
        /// How many files are missing; 0 where the list of them is.
        files: usize,
    },
}

/// What fills up a shallow clone.
const UNSHALLOW: &str = "fetch the whole history with `git fetch --unshallow` (in a workflow: `fetch-depth: 0` for actions/checkout)";

impl fmt::Display for RevisionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRepository { root, revision } => {
                write!(
                    f,
                    "`{revision}` is no file or folder here, and no revision: `{}` is in no git repository; check the name, or name a folder of the repository",
                    root.display()
                )
            }
            Self::Unknown { revision, meant: Some(meant) } => {
                write!(f, "the revision `{revision}` is not known here; did you mean `{meant}`?")
            }
            Self::Unknown { revision, meant: None } => {
                write!(
                    f,
                    "the revision `{revision}` is not known here; fetch it (`git fetch origin main`), or name one that `git log` shows"
                )
            }
            Self::Shallow { revision, depth } => {
                write!(f, "the revision `{revision}` is not in this clone, which is shallow; ")?;
                if let Some(depth) = depth {
                    write!(f, "fetch {depth} commits with `git fetch --depth {depth}`, or ")?;
                }
                write!(f, "{UNSHALLOW}")
            }
            Self::NoFork { revisions: [ours, theirs], shallow } => {
                write!(f, "no commit is here from which both `{ours}` and `{theirs}` come; ")?;
                if *shallow {
                    write!(f, "this clone is shallow: {UNSHALLOW}")
                } else {
                    write!(f, "compare them as they are, with `{ours}..{theirs}`")
                }
            }
            Self::Incomplete { revision, files } => {
                match files {
                    0 => write!(f, "the list of files of the revision `{revision}` is not here")?,
                    1 => write!(f, "1 file of the revision `{revision}` is not here")?,
                    _ => write!(f, "{files} files of the revision `{revision}` are not here")?,
                }
                write!(f, ", as in a partial clone; fetch them with `git fetch --refetch --no-filter`")
            }
        }
    }
}

impl std::error::Error for RevisionError {}
