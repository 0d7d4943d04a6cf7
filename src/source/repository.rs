//! The git repository a folder belongs to, through `gix`: its index, its `HEAD`, its objects.
//!
//! Nothing outside the repository is asked: no configuration of the user or the system, no environment, no program.

use std::path::{Component, Path};

use gix::bstr::{BStr, ByteSlice};
use gix::discover::upwards;
use gix::index::entry::{Flags, Mode, Stage};
use rustc_hash::FxHashSet;

use super::git::{Git, RemoteHost};
use super::unknown::RevisionError;

/// A repository, as seen from a root inside it.
pub(super) struct Repository {
    repo: gix::Repository,
    /// The root relative to the work tree, with a slash at its end; empty if it is the work tree.
    prefix: String,
}

/// How a folder relates to git.
pub(super) enum Discovery {
    /// There is no repository.
    None,
    /// There is one that cannot be opened.
    Broken,
    /// The folder is inside the data of a repository.
    InsideData,
    /// The folder is the data of a repository, bare or not: there is no work tree to walk.
    Data(Repository),
    /// The folder is a work tree or below one.
    WorkTree(Repository),
}

/// A path git tracks, below the root.
pub(super) struct Entry {
    /// Relative to the root, raw bytes with `/`.
    pub(super) path: Vec<u8>,
    pub(super) kind: EntryKind,
    pub(super) id: gix::ObjectId,
    /// When the file on disk was last known to be that object; `None` if that cannot be relied on.
    pub(super) stat: Option<Stat>,
    /// Left out of the work tree on purpose.
    pub(super) skipped: bool,
    /// To be taken as unchanged, whatever the disk says.
    pub(super) assumed: bool,
}

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EntryKind {
    File {
        executable: bool,
    },
    Link,
    Submodule,
    /// A folder of a sparse checkout.
    Folder,
}

impl EntryKind {
    pub(super) fn is_file(self) -> bool {
        matches!(self, Self::File { .. })
    }
}

/// What a change of a file shows in, in most cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stat {
    pub(super) seconds: u32,
    pub(super) nanoseconds: u32,
    /// In bytes, modulo 2³².
    pub(super) size: u32,
}

/// The index below a root.
pub(super) struct Index {
    /// In the order of paths, each once.
    pub(super) entries: Vec<Entry>,
    /// Something is staged or in conflict.
    pub(super) staged: bool,
}

/// The files of a commit below a root.
#[derive(Default)]
pub(super) struct Files {
    /// In the order of paths, each once.
    pub(super) entries: Vec<Entry>,
    /// The paths of those that an ignore file matches.
    pub(super) ignored: FxHashSet<Vec<u8>>,
}

/// Finds the repository of `root`, an absolute path without links.
pub(super) fn discover(root: &Path) -> Discovery {
    let full = gix::sec::Trust::Full;
    let upwards = upwards::Options { trust: upwards::TrustPolicy::Assume(full), ..Default::default() };
    let options = gix::open::Options::isolated;
    let trust = gix::sec::trust::Mapping { full: options(), reduced: options() };
    let has_data = std::fs::symlink_metadata(root.join(".git")).is_ok();
    let missing = if has_data { Discovery::Broken } else { Discovery::None };
    let Ok(repo) = gix::ThreadSafeRepository::discover_opts(root, upwards, trust) else { return missing };
    let repo = repo.to_thread_local();
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let (data, common) = (real(repo.git_dir()), real(repo.common_dir()));
    if root == data || root == common {
        return Discovery::Data(Repository { repo, prefix: String::new() });
    }
    if root.starts_with(&data) || root.starts_with(&common) {
        return Discovery::InsideData;
    }
    let Some(work_tree) = repo.workdir().map(real) else { return missing };
    let Ok(below) = root.strip_prefix(&work_tree) else { return missing };
    if has_data && !below.as_os_str().is_empty() {
        return Discovery::Broken;
    }
    let mut prefix: String = below.iter().map(|part| part.to_string_lossy() + "/").collect();
    prefix.shrink_to_fit();
    Discovery::WorkTree(Repository { repo, prefix })
}

/// The repository of a root, where there is one that can be opened, with a work tree or without.
pub(super) fn open(root: &Path) -> Option<Repository> {
    match discover(root) {
        Discovery::Data(repository) | Discovery::WorkTree(repository) => Some(repository),
        Discovery::None | Discovery::Broken | Discovery::InsideData => None,
    }
}

impl Repository {
    /// Whether the root is a folder below the work tree.
    pub(super) fn is_below(&self) -> bool {
        !self.prefix.is_empty()
    }

    /// Whether the file system tells executable files.
    pub(super) fn has_modes(&self) -> bool {
        cfg!(unix) && self.repo.config_snapshot().boolean("core.fileMode").unwrap_or(true)
    }

    /// The kind of its hashes.
    pub(super) fn hash(&self) -> gix::hash::Kind {
        self.repo.object_hash()
    }

    /// What it says of itself; `dirty` and `submodules` are filled in by the reader.
    pub(super) fn git(&self) -> Git {
        let branch = self.repo.head_name().ok().flatten();
        let branch = branch.map(|name| name.shorten().to_str_lossy().into_owned());
        Git { branch, ..self.git_at(self.repo.head_id().ok().map(gix::Id::detach)) }
    }

    /// What it says of a commit.
    pub(super) fn git_at(&self, commit: Option<gix::ObjectId>) -> Git {
        let committed = commit.and_then(|id| self.repo.find_commit(id).ok()?.time().ok());
        Git {
            commit: commit.map(|id| id.to_hex().to_string()),
            committed: committed.map(|time| time.format_or_unix(gix::date::time::format::SHORT)),
            shallow: self.is_shallow(),
            bare: self.repo.workdir().is_none(),
            host: self.remote().map(|url| host(&url)),
            ..Git::default()
        }
    }

    /// `owner/name` of `origin`, and the root below it.
    pub(super) fn label(&self) -> Option<String> {
        let url = self.remote()?;
        if host(&url) == RemoteHost::Local {
            return None;
        }
        let path = url.path.to_str_lossy();
        let path = path.split(['?', '#']).next()?.trim_matches('/');
        let path = path.strip_suffix(".git").unwrap_or(path);
        (!path.is_empty()).then(|| format!("{path}/{}", self.prefix).trim_end_matches('/').to_owned())
    }

    fn remote(&self) -> Option<gix::Url> {
        let url = self.repo.config_snapshot().string("remote.origin.url")?;
        gix::url::parse(url.as_bstr()).ok()
    }

    /// The index below the root; `None` if it cannot be read. A repository without one has an empty index.
    pub(super) fn index(&self) -> Option<Index> {
        let index = match self.repo.index_path().try_exists() {
            Ok(false) => gix::index::State::new(self.hash()),
            _ => self.repo.open_index().ok()?.into_parts().0,
        };
        let entries = self.entries(&index, true);
        let conflict = index.entries().iter().any(|entry| entry.stage() != Stage::Unconflicted);
        Some(Index { staged: conflict || self.is_staged(&index, &entries), entries })
    }

    /// The commit of a name as git gives them: a branch, a tag, `HEAD~3`, a hash.
    pub(super) fn commit(&self, revision: &str) -> Result<gix::ObjectId, RevisionError> {
        let parse = |name: &str| self.repo.rev_parse_single(name).ok()?.object().ok()?.peel_to_commit().ok();
        if let Some(commit) = parse(revision) {
            return Ok(commit.id);
        }
        let remote = format!("origin/{revision}");
        let meant = parse(&remote).map(|_| remote);
        Err(if meant.is_none() && self.is_shallow() {
            RevisionError::Shallow { revision: revision.to_owned(), depth: depth(revision) }
        } else {
            RevisionError::Unknown { revision: revision.to_owned(), meant }
        })
    }

    /// The best commit from which both of two revisions come.
    pub(super) fn fork(&self, ours: &str, theirs: &str) -> Result<gix::ObjectId, RevisionError> {
        let base = self.repo.merge_base(self.commit(ours)?, self.commit(theirs)?);
        base.ok().flatten().map(gix::Id::detach).ok_or_else(|| RevisionError::NoFork {
            revisions: [ours.to_owned(), theirs.to_owned()],
            shallow: self.is_shallow(),
        })
    }

    fn is_shallow(&self) -> bool {
        self.repo.is_shallow().unwrap_or(false)
    }

    /// The files of a commit, below the root; none where its trees are missing.
    pub(super) fn files(&self, commit: gix::ObjectId) -> Option<Files> {
        let tree = self.repo.find_commit(commit).ok()?.tree_id().ok()?;
        let index = self.repo.index_from_tree(&tree).ok()?;
        Some(Files { entries: self.entries(&index, false), ignored: self.ignored(&index) })
    }

    /// The files of `HEAD`; none before the first commit or where its objects are missing.
    pub(super) fn head(&self) -> Files {
        self.repo.head_id().ok().and_then(|id| self.files(id.detach())).unwrap_or_default()
    }

    /// The paths of the files of a revision, below the root.
    pub(super) fn paths_at(&self, revision: &str) -> Result<FxHashSet<Vec<u8>>, RevisionError> {
        let files = self.files(self.commit(revision)?).unwrap_or_default();
        Ok(files.entries.into_iter().map(|entry| entry.path).collect())
    }

    /// The paths below the root that the ignore files of the same tree match, as `git check-ignore --no-index` has it.
    fn ignored(&self, index: &gix::index::State) -> FxHashSet<Vec<u8>> {
        let source = gix::worktree::stack::state::ignore::Source::IdMapping;
        let Ok(mut excludes) = self.repo.excludes(index, None, source) else { return FxHashSet::default() };
        let mut matches = |path: &BStr, mode| {
            let found = excludes.at_entry(path, Some(mode));
            found.is_ok_and(|found| found.is_excluded())
        };
        let entries = index.entries().iter().filter(|entry| matches(entry.path(index), entry.mode));
        let below = entries.filter_map(|entry| entry.path(index).strip_prefix(self.prefix.as_bytes()));
        below.map(<[u8]>::to_owned).collect()
    }

    fn is_staged(&self, index: &gix::index::State, entries: &[Entry]) -> bool {
        let Ok(head) = self.repo.head_tree_id() else { return !entries.is_empty() };
        // The index remembers the tree it was read from or written as, until it is changed.
        if index.tree().is_some_and(|tree| tree.num_entries.is_some() && tree.id == head.detach()) {
            return false;
        }
        let Ok(tree) = self.repo.index_from_tree(&head) else { return false };
        if index.is_sparse() {
            return false; // folders stand for their files; telling them apart is not worth reading every tree
        }
        let head = self.entries(&tree, false);
        let same = |(a, b): (&Entry, &Entry)| a.path == b.path && a.id == b.id && a.kind == b.kind;
        head.len() != entries.len() || !head.iter().zip(entries).all(same)
    }

    fn entries(&self, index: &gix::index::State, has_stat: bool) -> Vec<Entry> {
        let written = index.timestamp();
        let mut entries: Vec<Entry> = Vec::with_capacity(index.entries().len());
        for entry in index.entries() {
            let Some(path) = entry.path(index).strip_prefix(self.prefix.as_bytes()) else { continue };
            let again = entries.last().is_some_and(|last| last.path == path); // the stages of a conflict
            if again || !is_plain(path) {
                continue;
            }
            let kind = match entry.mode {
                Mode::SYMLINK => EntryKind::Link,
                Mode::COMMIT => EntryKind::Submodule,
                Mode::DIR => EntryKind::Folder,
                mode => EntryKind::File { executable: mode == Mode::FILE_EXECUTABLE },
            };
            let racy = entry.stat.is_racy(written, gix::index::entry::stat::Options::default());
            let stat = Stat {
                seconds: entry.stat.mtime.secs,
                nanoseconds: entry.stat.mtime.nsecs,
                size: entry.stat.size,
            };
            entries.push(Entry {
                path: path.strip_suffix(b"/").unwrap_or(path).to_owned(),
                kind,
                id: entry.id,
                stat: (has_stat && !racy).then_some(stat),
                skipped: entry.flags.contains(Flags::SKIP_WORKTREE),
                assumed: entry.flags.contains(Flags::ASSUME_VALID),
            });
        }
        entries
    }

    /// The size of an object in bytes.
    pub(super) fn size(&self, id: gix::ObjectId) -> Option<u64> {
        self.repo.find_header(id).ok().map(|header| header.size())
    }

    /// The content of an object.
    pub(super) fn bytes(&self, id: gix::ObjectId) -> Option<Vec<u8>> {
        Some(self.repo.find_object(id).ok()?.detach().data)
    }
}

/// Whether a path of an index stays below the root: a forged one could lead anywhere.
fn is_plain(path: &[u8]) -> bool {
    let path = path.strip_suffix(b"/").unwrap_or(path);
    let Ok(native) = gix::path::from_byte_slice(path) else { return false };
    native.components().all(|part| matches!(part, Component::Normal(_)))
        && path.split(|byte| *byte == b'/').all(|part| !matches!(part, b"" | b"." | b".."))
}

/// How many commits a clone needs for a revision that counts back from a name: `HEAD~3` and `HEAD^^^` need four.
fn depth(revision: &str) -> Option<u32> {
    let mut steps = &revision[revision.find(['~', '^'])?..];
    let mut depth = 1_u32;
    while let Some(rest) = steps.strip_prefix(['~', '^']) {
        let number = &rest[..rest.find(['~', '^']).unwrap_or(rest.len())];
        // After `~` stands how often; after `^` stands which parent.
        let times = if steps.starts_with('~') && !number.is_empty() { number.parse().ok()? } else { 1 };
        depth = depth.checked_add(times)?;
        steps = &rest[number.len()..];
    }
    Some(depth)
}

fn host(url: &gix::Url) -> RemoteHost {
    let Some(name) = url.host().map(str::to_ascii_lowercase) else { return RemoteHost::Local };
    let known = [
        ("github", RemoteHost::GitHub),
        ("gitlab", RemoteHost::GitLab),
        ("bitbucket", RemoteHost::Bitbucket),
        ("dev.azure", RemoteHost::Azure),
        ("visualstudio", RemoteHost::Azure),
        ("gitea", RemoteHost::Gitea),
        ("forgejo", RemoteHost::Gitea),
        ("codeberg", RemoteHost::Gitea),
    ];
    known.iter().find(|(part, _)| name.contains(part)).map_or(RemoteHost::Other, |(_, host)| *host)
}
