//! Text → typed document and syntax errors. Parsers are total: they never fail, and never lose the rest of a file.

mod comments;
pub mod compose;
pub mod dockerfile;
mod document;
pub mod dotenv;
pub mod github;
pub mod gitlab;
pub mod ignore_file;
pub mod ini;
pub mod javascript;
pub mod json;
pub mod justfile;
pub mod kubernetes;
mod lines;
pub mod makefile;
pub mod manifest;
pub mod markdown;
pub mod node;
pub mod prisma;
pub mod prose;
mod script_config;
pub mod shell;
pub mod sql;
pub mod text_map;
pub mod toml;
pub mod yaml;

pub use comments::comments;
pub use document::{Document, Documents};

use std::sync::OnceLock;

use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::source::Span;

/// Runs something on workers that may recurse as deep as [`javascript::parse`] does. What it does in parallel is done by
/// them. There is one such pool: it has as many threads as the first caller asks for, 0 being one for each core.
pub fn on_big_stack<T: Send>(threads: usize, run: impl FnOnce() -> T + Send) -> T {
    static POOL: OnceLock<Option<ThreadPool>> = OnceLock::new();
    let build = || ThreadPoolBuilder::new().num_threads(threads).stack_size(javascript::STACK).build().ok();
    match POOL.get_or_init(build) {
        Some(pool) => pool.install(run),
        None => run(),
    }
}

/// Something in a file that its language does not allow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// Where.
    pub span: Span,
    /// What is wrong, in a sentence without a full stop.
    pub message: String,
}

/// What a parser returns: the document as far as it could be read, and what could not.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed<T> {
    /// The document; never missing, possibly empty.
    pub document: T,
    /// In the order of the file.
    pub errors: Vec<SyntaxError>,
}

impl SyntaxError {
    /// An error at a span.
    pub fn new(span: Span, message: impl Into<String>) -> Self {
        Self { span, message: message.into() }
    }
}

impl<T> Parsed<T> {
    /// The same errors, around another document.
    pub fn map<U>(self, map: impl FnOnce(T) -> U) -> Parsed<U> {
        Parsed { document: map(self.document), errors: self.errors }
    }
}
