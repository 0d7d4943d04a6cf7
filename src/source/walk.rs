//! The walk over the work tree: which paths there are, before any is opened.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc;

use ignore::{DirEntry, WalkBuilder, WalkState};

use super::unread::{Reason, Unread};

/// Folders of version control systems; their content is no part of the tree.
const DATA_DIRS: &[&str] = &[".git", ".hg", ".jj", ".svn"];

/// A path the walk came to.
pub(super) struct Step {
    /// Where it is on disk.
    pub(super) disk: PathBuf,
    /// Relative to the root, raw bytes with `/`.
    pub(super) path: Vec<u8>,
    pub(super) kind: StepKind,
}

/// What is at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StepKind {
    File,
    Link,
    /// A FIFO, socket or device.
    Special,
    /// A repository of its own, which is not walked into.
    Repository,
}

/// How the root relates to git, as far as ignore files are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// No repository: ignore files below the root count.
    Folder,
    /// The root of a work tree: also `info/exclude`.
    WorkTree,
    /// A folder of a work tree: also the ignore files above it.
    Below,
}

/// All paths below `root` that are not ignored, in no order, and the folders that could not be listed.
pub(super) fn walk(root: &Path, scope: Scope, threads: usize) -> (Vec<Step>, Vec<Unread>) {
    let (send, receive) = mpsc::channel();
    let walker = WalkBuilder::new(root)
        .standard_filters(false)
        .git_ignore(true)
        .git_exclude(scope != Scope::Folder)
        .parents(scope == Scope::Below)
        .require_git(scope != Scope::Folder)
        .filter_entry(|entry| !DATA_DIRS.iter().any(|name| entry.file_name() == *name))
        .threads(threads)
        .build_parallel();
    walker.run(|| {
        let send = send.clone();
        Box::new(move |entry| {
            let (found, next) = visit(root, entry);
            match found.map(|found| send.send(found)) {
                Some(Err(_)) => WalkState::Quit,
                _ => next,
            }
        })
    });
    drop(send);
    let mut steps = Vec::new();
    let mut unread = Vec::new();
    for found in receive {
        match found {
            Ok(step) => steps.push(step),
            Err(one) => unread.push(one),
        }
    }
    (steps, unread)
}

type Found = Result<Step, Unread>;

fn visit(root: &Path, entry: Result<DirEntry, ignore::Error>) -> (Option<Found>, WalkState) {
    let entry = match entry {
        Ok(entry) => entry,
        Err(error) => return (Some(Err(failure(root, &error))), WalkState::Continue),
    };
    let Some(kind) = entry.file_type() else { return (None, WalkState::Continue) };
    let kind = if kind.is_dir() {
        if entry.depth() == 0 || std::fs::symlink_metadata(entry.path().join(".git")).is_err() {
            return (None, WalkState::Continue);
        }
        StepKind::Repository
    } else if kind.is_file() {
        StepKind::File
    } else if kind.is_symlink() {
        StepKind::Link
    } else {
        StepKind::Special
    };
    let next = if kind == StepKind::Repository { WalkState::Skip } else { WalkState::Continue };
    let path = relative(root, entry.path());
    (Some(Ok(Step { disk: entry.into_path(), path, kind })), next)
}

/// `path` below `root`, as bytes with `/`.
pub(super) fn relative(root: &Path, path: &Path) -> Vec<u8> {
    let below = path.strip_prefix(root).unwrap_or(path);
    let mut bytes = below.as_os_str().as_encoded_bytes().to_owned();
    if cfg!(windows) {
        bytes.iter_mut().filter(|byte| **byte == b'\\').for_each(|byte| *byte = b'/');
    }
    bytes
}

/// Bytes of a path as text; what is not UTF-8 shows as U+FFFD.
pub(super) fn shown(path: Vec<u8>) -> String {
    String::from_utf8(path).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// The reason for an error of the operating system, in the same words on every platform.
pub(super) fn reason(error: &io::Error) -> Reason {
    match error.kind() {
        io::ErrorKind::PermissionDenied => Reason::NotPermitted,
        io::ErrorKind::NotFound => Reason::Vanished,
        kind => Reason::Failed(kind.to_string()),
    }
}

fn failure(root: &Path, error: &ignore::Error) -> Unread {
    let path = path_of(error).map_or_else(Vec::new, |path| relative(root, path));
    let path = if path.is_empty() { ".".to_owned() } else { shown(path) };
    let reason = error.io_error().map_or_else(|| Reason::Failed("not listed".to_owned()), reason);
    Unread { path, reason, tracked: true }
}

fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of(err),
        ignore::Error::Partial(errors) => errors.iter().find_map(path_of),
        _ => None,
    }
}
