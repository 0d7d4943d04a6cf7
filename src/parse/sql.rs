//! SQL as migrations write it: text in, typed statements with their places out.
//!
//! The grammar is PostgreSQL's, by `squawk-syntax`, which recovers from errors. Its tree is lowered at once into the
//! plain statements of [`model`]: they can cross threads, are small, and say only what a replay needs.

pub mod block;
pub mod expression;
pub mod model;
pub mod relation;
pub mod routine;
pub mod walk;
