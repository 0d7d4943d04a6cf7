//! Records of a database that the client of a request writes as a whole, or gets as a whole.

mod answers;
mod models;
#[cfg(test)]
mod tests;
mod writes;

use std::collections::{HashMap, HashSet};

use rayon::prelude::*;

use super::Context;
use super::code::{Capabilities, Capability, Site};
use super::http;
use crate::facts::Entry;

/// One fact for each record in a handler of a route.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let models = models::Models::new(context);
    let mut handlers: HashMap<Site, Vec<Capabilities>> = HashMap::new();
    for (function, gives) in http::answering(context) {
        handlers.entry(function).or_default().push(gives);
    }
    let mut sites: Vec<_> = handlers.into_iter().collect();
    sites.sort_by_key(|(site, _)| *site);
    // What is held against a schema holds no more than that says, and who has a role of its own may set much.
    let open = |gives: &Capabilities| !gives.has(Capability::Validation) && !gives.has(Capability::Role);
    let found = sites.par_iter().flat_map_iter(|(function, routes)| {
        let mut found = answers::of(&models, *function);
        if routes.iter().any(open) {
            found.extend(writes::of(&models, *function));
        }
        found
    });
    let mut entries: Vec<(Site, Entry)> = found.collect();
    let mut seen = HashSet::new();
    entries.retain(|(site, _)| seen.insert(*site));
    entries.into_iter().map(|(_, entry)| entry).collect()
}
