//! Reading one path: look first, open only what will be read, and tell whether it is what git has.

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::UNIX_EPOCH;

use super::decode::{self, LFS_MAX};
use super::found::{Content, Found};
use super::kind::FileKind;
use super::limits::Limits;
use super::repository::{Entry, EntryKind, Repository, Stat};
use super::unread::Reason;
use super::walk;

/// The largest file that is hashed only to tell whether it changed, in bytes.
const MAX_HASHED: u64 = 64 * 1024 * 1024;

/// A path that is to be read.
pub(super) struct Wanted<'a> {
    /// Where it is on disk.
    pub(super) disk: PathBuf,
    /// Where it is in the tree.
    pub(super) path: String,
    pub(super) tracked: bool,
    pub(super) ignored: bool,
    /// The walk saw a regular file there.
    pub(super) plain: bool,
    /// What the git index says of it.
    pub(super) entry: Option<&'a Entry>,
}

/// Compares files with the git index; stops looking at content once one differs for certain.
pub(super) struct Compare {
    hash: gix::hash::Kind,
    has_modes: bool,
    changed: AtomicBool,
    /// The objects of files whose content differs.
    differing: Mutex<Vec<gix::ObjectId>>,
}

impl Compare {
    pub(super) fn new(repository: &Repository) -> Self {
        Self {
            hash: repository.hash(),
            has_modes: repository.has_modes(),
            changed: AtomicBool::new(false),
            differing: Mutex::default(),
        }
    }

    /// Whether any file differed. Of a file that LFS checked out git has only the pointer, so it does not count.
    pub(super) fn finish(self, repository: &Repository) -> bool {
        let differing = self.differing.into_inner().unwrap_or_else(PoisonError::into_inner);
        let is_pointer = |id| repository.bytes(id).is_some_and(|bytes| decode::is_lfs_pointer(&bytes));
        self.changed.into_inner() || differing.into_iter().any(|id| !is_pointer(id))
    }

    fn mark(&self) {
        self.changed.store(true, Ordering::Relaxed);
    }

    /// Whether only the content of this file can tell. Marks a change that shows in the metadata.
    fn needs_content(&self, entry: &Entry, found: &Metadata) -> bool {
        if self.changed.load(Ordering::Relaxed) || entry.assumed {
            return false;
        }
        let same_kind = match entry.kind {
            EntryKind::File { executable } => {
                found.is_file() && (!self.has_modes || executable == is_executable(found))
            }
            EntryKind::Link => found.is_symlink(),
            EntryKind::Submodule | EntryKind::Folder => false,
        };
        if !same_kind {
            self.mark();
        }
        same_kind && entry.stat != stat(found)
    }

    /// Marks a change if `bytes` are not the object of `entry`, also after undoing what a checkout does to line ends.
    fn content(&self, entry: &Entry, bytes: &[u8]) {
        if is_object(self.hash, entry.id, bytes) {
            return;
        }
        self.differing.lock().unwrap_or_else(PoisonError::into_inner).push(entry.id);
    }
}

/// Whether bytes are an object, also after undoing what a checkout does to line ends.
pub(super) fn is_object(hash: gix::hash::Kind, object: gix::ObjectId, bytes: &[u8]) -> bool {
    let is = |bytes: &[u8]| {
        gix::objs::compute_hash(hash, gix::objs::Kind::Blob, bytes).is_ok_and(|id| id == object)
    };
    is(bytes) || (memchr::memchr(b'\r', bytes).is_some() && is(&without_cr(bytes)))
}

/// Reads one path. Only regular files are opened, and only if their content is wanted.
pub(super) fn file(wanted: Wanted<'_>, limits: &Limits, compare: Option<&Compare>) -> Found {
    let Wanted { disk, path, tracked, ignored, plain, entry } = wanted;
    let mut found = Found {
        path,
        bytes: 0,
        tracked,
        ignored,
        executable: false,
        content: Content::Unread(Reason::Special),
    };
    // What the walk saw as a file is opened first: to look at what is open costs no search for its path.
    let opened = plain && !FileKind::of_path(&found.path).is_binary();
    let opened = opened.then(|| File::open(&disk).ok()).flatten();
    let metadata = match opened.as_ref().map_or_else(|| std::fs::symlink_metadata(&disk), File::metadata) {
        Ok(metadata) => metadata,
        Err(error) => {
            found.content = Content::Unread(walk::reason(&error));
            return found;
        }
    };
    let entry = entry.zip(compare).filter(|(entry, compare)| compare.needs_content(entry, &metadata));
    if metadata.is_symlink() {
        found.content = link(&disk, entry);
        found.bytes = metadata.len();
    } else if metadata.is_file() {
        found.bytes = metadata.len();
        found.executable = is_executable(&metadata);
        let on_disk = OnDisk { disk: &disk, opened, size: metadata.len() };
        found.content = content(on_disk, FileKind::of_path(&found.path), limits, entry);
    }
    found
}

fn link(disk: &Path, entry: Option<(&Entry, &Compare)>) -> Content {
    let target = match std::fs::read_link(disk) {
        Ok(target) => target,
        Err(error) => return Content::Unread(walk::reason(&error)),
    };
    let target = walk::relative(Path::new(""), &target);
    if let Some((entry, compare)) = entry {
        compare.content(entry, &target);
    }
    Content::Link(walk::shown(target))
}

/// A regular file.
struct OnDisk<'d> {
    disk: &'d Path,
    opened: Option<File>,
    size: u64,
}

fn content(file: OnDisk<'_>, kind: FileKind, limits: &Limits, entry: Option<(&Entry, &Compare)>) -> Content {
    let size = file.size;
    let limit = limits.of(kind);
    // A picture may still be a pointer to one.
    let skip = kind.is_binary() && size > LFS_MAX as u64;
    let unread = if skip { Reason::Binary } else { Reason::TooLarge { bytes: size, limit } };
    if skip || size > limit {
        if let Some((entry, compare)) = entry {
            match file.read(MAX_HASHED) {
                Ok(bytes) if size <= MAX_HASHED => compare.content(entry, &bytes),
                _ => compare.mark(),
            }
        }
        return Content::Unread(unread);
    }
    let bytes = match file.read(limit) {
        Ok(bytes) => bytes,
        Err(error) => return Content::Unread(walk::reason(&error)),
    };
    if bytes.len() as u64 > limit {
        return Content::Unread(Reason::TooLarge { bytes: bytes.len() as u64, limit });
    }
    if let Some((entry, compare)) = entry {
        compare.content(entry, &bytes);
    }
    decode::decode(kind, bytes)
}

impl OnDisk<'_> {
    /// The bytes of a file as long as it was when it was looked at, at most one more than `limit`.
    fn read(self, limit: u64) -> io::Result<Vec<u8>> {
        let most = self.size.min(limit + 1);
        let mut bytes = Vec::with_capacity(usize::try_from(most).unwrap_or_default());
        let file = self.opened.map_or_else(|| File::open(self.disk), Ok)?;
        file.take(most).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// What is said of an object that should be there.
pub(super) const MISSING: &str = "its object is missing";

/// Reads one path from the objects of a repository; none is one that is gone.
pub(super) fn object(
    repository: Option<&Repository>,
    entry: &Entry,
    path: String,
    ignored: bool,
    limits: &Limits,
) -> Found {
    let bytes = repository.and_then(|repository| repository.size(entry.id));
    let kind = FileKind::of_path(&path);
    let limit = limits.of(kind);
    let content = match bytes {
        None => Content::Unread(Reason::Git(MISSING.to_owned())),
        Some(bytes) if bytes > limit => Content::Unread(Reason::TooLarge { bytes, limit }),
        Some(bytes) if kind.is_binary() && bytes > LFS_MAX as u64 => Content::Unread(Reason::Binary),
        Some(_) => match (repository.and_then(|repository| repository.bytes(entry.id)), entry.kind) {
            (None, _) => Content::Unread(Reason::Git("its object is damaged".to_owned())),
            (Some(bytes), EntryKind::Link) => Content::Link(walk::shown(bytes)),
            (Some(bytes), _) => decode::decode(kind, bytes),
        },
    };
    let executable = entry.kind == EntryKind::File { executable: true };
    Found { path, bytes: bytes.unwrap_or_default(), tracked: true, ignored, executable, content }
}

fn without_cr(bytes: &[u8]) -> Vec<u8> {
    let next = bytes.iter().skip(1).chain(&[0]);
    bytes.iter().zip(next).filter(|pair| *pair != (&b'\r', &b'\n')).map(|(byte, _)| *byte).collect()
}

/// What git would note of a file, as far as it depends on the file alone.
fn stat(found: &Metadata) -> Option<Stat> {
    let time = found.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    let low = |number: u64| u32::try_from(number & u64::from(u32::MAX)).unwrap_or_default();
    Some(Stat { seconds: low(time.as_secs()), nanoseconds: time.subsec_nanos(), size: low(found.len()) })
}

#[cfg(unix)]
fn is_executable(found: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    found.permissions().mode() & 0o111 != 0
}

#[cfg(not(unix))]
fn is_executable(_: &Metadata) -> bool {
    false
}
