//! Images and what runs them: Dockerfiles with where they are built, compose files, Kubernetes manifests.
//!
//! What an image holds is told without building it: paths in it are followed back through every `COPY` to the files
//! of the build context, and where a command may have made them, nothing is claimed.

mod building;
mod builds;
mod cli;
mod commands;
mod contexts;
mod dockerfiles;
mod filesystem;
mod images;
mod installs;
mod manager;
mod orchestrated;
mod paths;
mod ports;
mod ran;
mod references;
mod role;
mod spare;
mod stacks;
mod stages;
mod starts;
#[cfg(test)]
mod tests;
mod world;
mod yaml_builds;

pub(in crate::extract) use building::Building;
pub(in crate::extract) use ran::script;
pub(in crate::extract) use stacks::is_development;

use super::Context;
use crate::facts::Entry;

/// All facts of this area.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let world = world::World::new(context);
    let stacks = stacks::find(context);
    let builds = builds::Builds::find(context, &stacks);
    let images = dockerfiles::all(&world, &builds, &stacks);
    let mut around = orchestrated::read(context, &stacks, &builds);
    let mut entries = std::mem::take(&mut around.entries);
    for image in &images {
        entries.extend(stages::facts(&world, image, &around));
        entries.extend(commands::commands(&world, image));
        entries.extend(commands::copies(&world, image));
        entries.extend(contexts::facts(&world, image));
        entries.extend(ports::facts(&world, image));
        entries.extend(starts::facts(&world, image, &around));
    }
    entries.extend(references::facts(context, &images, &stacks, &around, &builds));
    entries
}
