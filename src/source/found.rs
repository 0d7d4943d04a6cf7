//! What a reader hands over to the tree.

use super::unread::Reason;

/// What a reader found at one path, before the tree is put together.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) path: String,
    pub(super) bytes: u64,
    pub(super) tracked: bool,
    pub(super) ignored: bool,
    pub(super) executable: bool,
    pub(super) content: Content,
}

/// The content of one path, as far as it was read.
#[derive(Debug)]
pub(super) enum Content {
    /// Text, byte for byte.
    Text(Box<str>),
    /// Text that differs from the bytes on disk, for this reason.
    Lossy(Box<str>, Reason),
    /// A symbolic link with this target.
    Link(String),
    /// Nothing, for this reason.
    Unread(Reason),
}
