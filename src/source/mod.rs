//! What is on disk. Only this layer and `cli` touch it.

mod span;

pub use span::{FileId, Place, Span};
