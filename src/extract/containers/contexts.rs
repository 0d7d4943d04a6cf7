//! Build contexts: what keeps things out of them, and what gets in.

use super::dockerfiles::{Image, is_whole, sources};
use super::paths::{below, in_image, shown, under};
use super::ran;
use super::world::World;
use crate::facts::{DockerContext, Entry};
use crate::parse::dockerfile::Origin;
use crate::source::Place;

/// Env files that people make beside a project.
const ENV_FILES: [&str; 3] = [".env", ".env.local", ".env.production"];

/// One fact for a Dockerfile whose build context can be told. Where several folders are possible, the best kept one counts.
pub(super) fn facts(world: &World<'_>, image: &Image<'_>) -> Vec<Entry> {
    if image.open {
        return Vec::new();
    }
    let with_file = image.folders.iter().find(|folder| folder.ignore.is_some());
    let Some(folder) = with_file.or_else(|| image.folder()) else { return Vec::new() };
    let stages = (0..image.dockerfile.stages.len()).filter(|stage| image.needed[*stage]);
    let whole: Vec<(usize, String)> = stages.flat_map(|stage| wholes(image, stage)).collect();
    let ships = whole.iter().any(|(stage, target)| reaches(image, *stage, target));
    let kept_out = |name: &str| {
        let files = image.folders.iter().filter_map(|one| one.ignore.as_ref());
        files.into_iter().any(|(_, ignore)| ignore.docker_excludes(name))
    };
    let exposed = ENV_FILES.iter().filter(|name| ships && !kept_out(name));
    let env = |name: &str| under(&folder.dir, name);
    let template = [".env.example", ".env.sample", ".env.template", ".env.dist", "env.example"];
    let fact = DockerContext {
        context: shown(&folder.dir),
        source: image.told_by.clone().unwrap_or_else(|| "assumed".to_owned()),
        role: image.role.name.to_owned(),
        ignore_file: folder.ignore.as_ref().map(|(path, _)| path.clone()),
        whole: !whole.is_empty(),
        env_likely: world.is_ignored(&env(".env"))
            || template.iter().any(|name| world.context.tree.by_path(&env(name)).is_some()),
        exposed: exposed.map(|name| (*name).to_owned()).collect(),
    };
    vec![Entry::new(Place::file(image.file), fact)]
}

/// The folders of a stage that the whole context is copied to.
fn wholes(image: &Image<'_>, stage: usize) -> Vec<(usize, String)> {
    let workdir = ran::workdir(image.dockerfile, stage);
    let transfers = image.transfers(stage).filter(|(_, _, transfer)| transfer.from.is_none());
    let whole = transfers.filter(|(_, _, transfer)| sources(transfer).any(|(source, _)| is_whole(source)));
    whole.map(|(_, _, transfer)| (stage, in_image(&workdir, &transfer.destination.value.display()))).collect()
}

/// Whether what lies in folder `target` of a stage gets into the final stage as a whole.
fn reaches(image: &Image<'_>, stage: usize, target: &str) -> bool {
    if image.shipped(stage) {
        return true;
    }
    let shipped = (0..image.dockerfile.stages.len()).filter(|stage| image.shipped(*stage));
    let mut copies = shipped.flat_map(|stage| image.transfers(stage));
    copies.any(|(_, _, transfer)| {
        let from_there = matches!(transfer.from, Some(Origin::Stage(other)) if image.dockerfile.lineage(other).any(|(one, _)| one == stage));
        from_there && sources(transfer).any(|(source, _)| below(target, &in_image("/", source)).is_some())
    })
}
