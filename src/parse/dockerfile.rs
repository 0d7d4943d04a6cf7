//! Dockerfiles, read the way `BuildKit` reads them.
//!
//! The builder stops at the first mistake; this parser notes it and goes on with the next instruction.
//! What a variable comes to is worked out from `ARG` defaults and `ENV`; a part that only the command line, the base
//! image or the platform can tell stays unknown and says so ([`Expanded`]).

mod builder;
mod document;
mod heredoc;
mod image;
mod kinds;
mod lex;
mod lines;
mod pattern;
mod query;
#[cfg(test)]
mod robustness;
mod scope;
mod script;
mod stages;
#[cfg(test)]
mod tests;
mod value;
mod words;

pub use document::{
    Argument, Base, Command, Directive, Dockerfile, Flag, Heredoc, Instruction, Kind, Mount, MountOption,
    Origin, Pairs, Run, Source, Stage, Transfer,
};
pub use image::ImageRef;
pub use script::Script;
pub use value::{Expanded, Part, Word};

use super::Parsed;

/// Reads a Dockerfile. Every logical line becomes an instruction, begins a stage, or is an error.
pub fn parse(text: &str) -> Parsed<Dockerfile> {
    stages::read(text)
}
