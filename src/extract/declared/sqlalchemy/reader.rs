//! What the readers of tables and of columns share.

use super::super::python::{ClassId, Named, Project};
use crate::extract::migrations::python::Value;

/// How many classes above one are looked at.
pub(super) const MAX_DEPTH: usize = 8;

/// Reads the classes of a project.
pub(super) struct Reader<'p> {
    pub(super) project: &'p Project<'p>,
}

impl Reader<'_> {
    /// What a value in the head of a class names.
    pub(super) fn base(&self, id: ClassId, base: &Value) -> Named {
        match base {
            Value::Name(name) => self.project.named(id.module, name),
            _ => Named::Unknown,
        }
    }
}
