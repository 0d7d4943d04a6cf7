//! What git says of the whole repository.

/// The repository a tree belongs to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Git {
    /// The commit of `HEAD` in hex; `None` before the first commit.
    pub commit: Option<String>,
    /// The day of the commit where it was made, as `2026-11-22`.
    pub committed: Option<String>,
    /// The branch `HEAD` is on; `None` if detached.
    pub branch: Option<String>,
    /// Whether the tree differs from `commit`: changed, staged, deleted or untracked files below the root.
    pub dirty: bool,
    /// Whether the history is cut off.
    pub shallow: bool,
    /// Whether there is no work tree; the files are those of `commit` then.
    pub bare: bool,
    /// The kind of host of the remote `origin`; `None` without one.
    pub host: Option<RemoteHost>,
    /// The paths of submodules, relative to the root, sorted.
    pub submodules: Vec<String>,
}

/// The software that hosts a remote, told by its host name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RemoteHost {
    /// GitHub.
    GitHub,
    /// GitLab.
    GitLab,
    /// Bitbucket.
    Bitbucket,
    /// Azure DevOps.
    Azure,
    /// Gitea, Forgejo, Codeberg.
    Gitea,
    /// A path on disk.
    Local,
    /// Anything else.
    Other,
}
