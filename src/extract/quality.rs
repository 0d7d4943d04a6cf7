//! The care that is taken of code: its size and types, and the tools of those who write it.

mod lint;
mod routers;
mod size;
mod tools;
mod typescript;
mod workspace;

#[cfg(test)]
mod tests;

use super::Context;
use crate::facts::Entry;

/// Every fact of this area but artefacts.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let parts: [fn(&Context<'_>) -> Vec<Entry>; 6] =
        [size::facts, lint::facts, routers::facts, tools::facts, typescript::facts, workspace::facts];
    parts.iter().flat_map(|part| part(context)).collect()
}
