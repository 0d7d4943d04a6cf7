//! The rules: as written, as compiled, their mistakes, their examples, and the catalogue in the binary.

mod catalogue;
mod compile;
mod condition;
mod example;
mod head;
mod message;
mod mistake;
mod pattern;
mod reader;
mod rule;

pub use catalogue::{Catalogue, embedded, examples_of, mistakes, source};
pub use compile::compile;
pub use condition::{Condition, Literal, Test};
pub use example::{Example, Examples, examples};
pub use message::Template;
pub use mistake::{Mistake, closest};
pub use pattern::generate;
pub use rule::{Doubt, Join, Pattern, Rule, Scope, Sentence};
