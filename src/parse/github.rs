//! GitHub workflows and composite actions, typed, on top of a YAML tree.
//!
//! Of Forgejo and Gitea too, which took the format over. What is not as the format wants is left out: the YAML around
//! it still counts.

mod expression;
mod model;
mod read;
#[cfg(test)]
mod tests;

pub use expression::{Expression, expressions};
pub use model::{Action, Defaults, Job, Permissions, Step, Strategy, Trigger, Variable, Workflow};
pub use read::{action, workflow};
