//! What is on disk. Only this layer and `cli` touch it.
//!
//! [`Tree::read`] takes a picture of a folder: every file with its kind, its text and what git says of it, and a list of
//! what was left unread and why. After it nothing fails. [`Tree::from_memory`] builds the same from text, for examples
//! and tests. This layer knows names and bytes, not what any format means.

mod attributes;
mod changes;
mod classify;
mod copies;
mod deal;
mod decode;
mod exclude;
mod file;
mod found;
mod git;
mod kind;
mod limits;
mod links;
mod load;
mod pattern;
mod read;
mod repository;
mod revision;
mod span;
mod tree;
mod unknown;
mod unread;
mod unsaved;
mod walk;

pub use changes::Changes;
pub use deal::dealt;
pub use exclude::path_glob;
pub use file::{Link, SourceFile, folder_of, is_below};
pub use git::{Git, RemoteHost};
pub use kind::{FileKind, IgnoreDialect};
pub use limits::Limits;
pub use pattern::{Needles, Phrases, begins, pattern};
pub use revision::Revision;
pub use span::{FileId, Place, Span};
pub use tree::{MemoryFile, Tree};
pub use unknown::RevisionError;
pub use unread::{ReadError, Reason, Unread};
pub use unsaved::unsaved;
