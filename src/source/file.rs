//! One file of a tree.

use super::kind::FileKind;
use super::span::FileId;

/// A file of a tree, read or not. Its text is at [`Tree::text`](super::Tree::text).
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // independent answers about one file, each with its own source
pub struct SourceFile {
    /// Where it is, relative to the root, with `/`. Bytes of a name that are not UTF-8 show as U+FFFD.
    pub path: String,
    /// What it is, by name, extension or first line.
    pub kind: FileKind,
    /// Its size on disk in bytes; of a symbolic link, the length of its target as written.
    pub bytes: u64,
    /// In the git index. Outside git every file counts as tracked.
    pub tracked: bool,
    /// Tracked although an ignore rule matches it. (What is ignored and untracked is not in the tree.)
    pub ignored: bool,
    /// Not in the revision that the tree is compared with: `HEAD`, unless [`Limits::since`](super::Limits) names another.
    pub fresh: bool,
    /// Set if it is a symbolic link.
    pub link: Option<Link>,
    /// Has a permission bit to execute it.
    pub executable: bool,
    /// Its text is not what is on disk byte for byte: bytes that are not UTF-8 were replaced by `?`, or UTF-16 was decoded.
    pub lossy: bool,
    /// Written by a tool: by `linguist-generated`, by name, or by a mark in its first lines.
    pub generated: bool,
    /// Somebody else's code: by `linguist-vendored` or by folder.
    pub vendored: bool,
    /// A test, fixture, mock, example or story, by the naming conventions of its ecosystem.
    pub test: bool,
    /// The text, empty where unread and for links.
    pub(super) text: Box<str>,
    /// Where its name begins in its path, in bytes. Every extractor asks for names.
    pub(super) name_at: u32,
}

impl SourceFile {
    /// The last part of its path.
    pub fn name(&self) -> &str {
        self.path.get(self.name_at as usize..).unwrap_or_default()
    }

    /// The folder it is in, relative to the root; empty for the root.
    pub fn dir(&self) -> &str {
        self.path.get(..(self.name_at as usize).saturating_sub(1)).unwrap_or_default()
    }

    /// Whether nobody runs it here as a part of the product: tests and the like, other people's code, and what a tool
    /// wrote. An image or a pipeline that a tool wrote is run as it stands, and so is none.
    pub fn is_aside(&self) -> bool {
        self.test || self.vendored || self.generated && !self.is_run()
    }

    /// Whether it is the recipe of an image or a pipeline, by its path.
    fn is_run(&self) -> bool {
        const PIPELINES: &[&str] = &["workflows", ".circleci"];
        let dir = self.dir().rsplit('/').next().unwrap_or_default();
        self.kind == FileKind::Dockerfile
            || self.kind == FileKind::Yaml
                && (PIPELINES.contains(&dir) || self.name().starts_with(".gitlab-ci"))
    }

    /// The part of its name after the last dot, as written; empty if there is none or the name begins with it.
    pub fn extension(&self) -> &str {
        self.dot().filter(|dot| *dot > 0).map_or("", |dot| &self.name()[dot + 1..])
    }

    /// The part of its name before the last dot; the whole name where it has none.
    pub fn stem(&self) -> &str {
        let name = self.name();
        self.dot().map_or(name, |dot| &name[..dot])
    }

    /// Where the last dot of its name is. Bytes are looked at, since `rfind` reads characters.
    fn dot(&self) -> Option<usize> {
        self.name().as_bytes().iter().rposition(|byte| *byte == b'.')
    }
}

/// The folder around a path of the tree; the root, which is empty, where there is none.
pub fn folder_of(path: &str) -> &str {
    // Every file asks for its package: bytes are looked at, since `rsplit_once` reads characters.
    path.as_bytes().iter().rposition(|byte| *byte == b'/').map_or("", |slash| &path[..slash])
}

/// Whether a path leads through a folder; every path leads through the root.
pub fn is_below(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// Where a symbolic link leads. It is resolved within the tree, never on disk, so that a clone on another machine answers the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The target as written.
    pub target: String,
    /// The file it names, after following further links.
    pub to: Option<FileId>,
    /// It names a folder of the tree. The folder is walked once, at its own place.
    pub directory: bool,
    /// It names nothing that is in the tree, or leads to itself.
    pub dangling: bool,
    /// It leads out of the root (also when absolute). What is there is not looked at.
    pub outside: bool,
}
