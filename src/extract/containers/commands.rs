//! The commands that run while images are built, and the sources they copy.

use super::dockerfiles::{Image, is_remote, is_whole, sources};
use super::installs;
use super::manager;
use super::paths::{clamp, dir, shown, under};
use super::stages::one_line;
use super::world::{State, World};
use crate::facts::{DockerCommand, DockerCopy, Entry};
use crate::parse::dockerfile::Transfer;

/// One fact for each command.
pub(super) fn commands(world: &World<'_>, image: &Image<'_>) -> Vec<Entry> {
    let text = world.context.tree.text(image.file);
    let mut entries = Vec::new();
    for ran in image.ran.iter().filter(|ran| image.needed[ran.stage]) {
        let words = ran.text();
        let mut install = manager::install(&words);
        if let Some(install) = install.as_mut().filter(|one| matches!(one.manager, "pnpm" | "yarn")) {
            install.frozen |= ran.automated;
        }
        let names = install.as_ref().map(|install| manager::lockfiles(install.manager)).unwrap_or_default();
        let fact = DockerCommand {
            text: one_line(ran.span.of(text)),
            role: image.role.name.to_owned(),
            manager: install.as_ref().map(|install| install.manager.to_owned()),
            frozen: install
                .as_ref()
                .is_some_and(|install| install.frozen && (install.needs_lockfile || !ran.optional)),
            lockfile: install
                .as_ref()
                .and_then(|install| installs::lockfile(world, image, ran, install))
                .filter(|state| {
                    let decided = ["present", "not copied"].contains(state);
                    decided || install.as_ref().is_some_and(|one| one.needs_lockfile)
                })
                .map(str::to_owned),
            lockfile_name: (!names.is_empty()).then(|| names.join(" or ")),
        };
        entries.push(Entry::new(image.at(ran.span), fact));
    }
    entries
}

/// One fact for each source that is taken from the build context.
pub(super) fn copies(world: &World<'_>, image: &Image<'_>) -> Vec<Entry> {
    let mut entries = Vec::new();
    let prepared = is_prepared(world, image);
    for stage in (0..image.dockerfile.stages.len()).filter(|stage| image.needed[*stage]) {
        for (_, _, transfer) in image.transfers(stage).filter(|(_, _, transfer)| transfer.from.is_none()) {
            entries.extend(of_transfer(world, image, transfer, prepared));
        }
    }
    entries
}

fn of_transfer(world: &World<'_>, image: &Image<'_>, transfer: &Transfer, prepared: bool) -> Vec<Entry> {
    let mut entries = Vec::new();
    let folder = image.folder();
    let ignore_file = folder.and_then(|folder| folder.ignore.as_ref()).map(|(path, _)| path.clone());
    for (source, span) in sources(transfer).filter(|(source, _)| !is_remote(source)) {
        let whole = is_whole(source) && !image.open;
        let state = match image.state(world, source) {
            _ if prepared && !whole => None,
            State::Present => Some("present"),
            State::Missing => Some("missing"),
            State::Excluded => Some("excluded"),
            State::Unknown => None,
        };
        // What may have made a file is asked only where it is not there: the answer is looked for in every script.
        let asked = state == Some("missing") && !leads_out(world, image, source);
        let folders = image.folders.iter().filter(|_| asked);
        let made_by =
            folders.into_iter().find_map(|folder| world.made_by(&under(&folder.dir, &clamp(source))));
        let fact = DockerCopy {
            source: if whole { ".".to_owned() } else { clamp(source) },
            role: image.role.name.to_owned(),
            whole,
            state: state.map(str::to_owned),
            made_by,
            context: shown(folder.map_or("", |folder| &folder.dir)),
            ignore_file: ignore_file.clone(),
        };
        entries.push(Entry::new(image.at(span), fact));
    }
    entries
}

/// Whether a source is meant to lie outside of the build context, where no build puts it for the image.
fn leads_out(world: &World<'_>, image: &Image<'_>, source: &str) -> bool {
    let clamped = clamp(source);
    let Some((first, _)) = clamped.split_once('/').filter(|_| source.starts_with("../")) else {
        return false;
    };
    !image.folders.iter().any(|folder| world.context.tree.has_dir(&under(&folder.dir, first)))
}

/// Whether the folder it is built in seems to be put together elsewhere: nothing tells it, the file does not lie in
/// the root, and none of the sources it names is anywhere above it.
fn is_prepared(world: &World<'_>, image: &Image<'_>) -> bool {
    if image.told_by.is_some() || dir(image.path).is_empty() {
        return false;
    }
    let stages = 0..image.dockerfile.stages.len();
    let named = stages.flat_map(|stage| image.transfers(stage).map(|(_, _, transfer)| transfer));
    let named = named.filter(|transfer| transfer.from.is_none()).flat_map(sources);
    let mut named =
        named.map(|(source, _)| source).filter(|source| !is_whole(source) && !source.contains('*'));
    !named.any(|source| image.state(world, source) == State::Present)
}
