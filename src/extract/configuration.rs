//! What is fixed in code and files that ought to differ from stage to stage, and what is published with a build.

mod hosts;
mod platforms;
mod sourcemaps;
mod switches;

use super::Context;
use super::view::by_hand;
use crate::facts::{Entry, Store};
use crate::source::FileId;

/// Every fact of this area.
pub(super) fn facts(context: &Context<'_>, store: &Store) -> Vec<Entry> {
    let mut entries = sourcemaps::facts(context);
    entries.extend(platforms::facts(context, store));
    entries.extend(hosts::facts(context));
    entries.extend(switches::facts(context, store));
    entries
}

/// Whether a file is code of something deployed: neither a test, a script that runs once, nor out of reach.
fn runs(context: &Context<'_>, file: FileId) -> bool {
    let source = context.tree.file(file);
    let graph = &context.code.graph;
    // What nothing asks for and nothing starts is a script that somebody runs by hand.
    let loose =
        graph.live(file) != Some(true) && graph.importers(file).is_empty() && graph.entry(file).is_none();
    let owner = || context.packages.owner(&source.path, "npm");
    !source.is_aside()
        && !by_hand(context, file)
        && !loose
        && graph.live(file) != Some(false)
        && owner().is_some_and(super::packages::Package::is_deployable)
}
