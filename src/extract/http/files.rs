//! What the readers of file-routed frameworks and of platform functions share: paths that folders spell, handlers
//! behind wrappers, and what a middleware lets pass.

mod exported;
mod folder;
mod gate;
mod handler;
mod methods;
mod pattern;
mod predicate;
mod roots;

pub(in crate::extract) use exported::{Exported, exported, named};
pub(in crate::extract) use folder::{bracketed, join, or_root, parameters, sample, stem};
pub(in crate::extract) use gate::{Passage, passage};
pub(in crate::extract) use handler::{Handler, guard, handler};
pub(in crate::extract) use methods::{VERBS, methods};
pub(in crate::extract) use pattern::Pattern;
pub(in crate::extract) use roots::{Root, configuration, modules_below, roots};
