//! References to images, wherever they stand.

use std::collections::HashSet;

use super::builds::Builds;
use super::dockerfiles::Image;
use super::images;
use super::orchestrated::Orchestrated;
use super::paths::name;
use super::stacks::Stack;
use crate::extract::Context;
use crate::facts::{Entry, ImageReference};
use crate::parse::dockerfile::{Expanded, ImageRef, Origin};
use crate::parse::node::Node;
use crate::source::Place;

/// Every reference to an image in Dockerfiles, compose files and manifests.
pub(super) fn facts(
    context: &Context<'_>,
    built: &[Image<'_>],
    stacks: &[Stack],
    around: &Orchestrated,
    builds: &Builds,
) -> Vec<Entry> {
    let repository = name(context.tree.name()).to_ascii_lowercase();
    let is_own = |image: &ImageRef| {
        let bare = images::bare(image).unwrap_or_default();
        let short = name(&bare).to_ascii_lowercase();
        builds.images.iter().any(|built| *built == bare || name(built).eq_ignore_ascii_case(&short))
            || bare.contains('/') && bare.split('/').any(|part| part.eq_ignore_ascii_case(&repository))
            || bare.rsplit('/').nth(1).is_some_and(|by| context.owners.contains(&by.to_ascii_lowercase()))
            || short.strip_prefix(&repository).is_some_and(|rest| rest.starts_with('-'))
    };
    let mut entries = Vec::new();
    for image in built {
        let ships =
            !matches!(image.role.name, "dev" | "ci" | "spare") && !is_builder(image, built, stacks, builds);
        for (index, stage) in image.dockerfile.stages.iter().enumerate() {
            if let Origin::Image(base) = &stage.base.origin {
                let shipped = ships && image.shipped(index);
                entries
                    .push(Entry::new(image.at(stage.base.written.span), fact(base, shipped, is_own(base))));
            }
        }
    }
    for stack in stacks {
        for service in &stack.compose.services {
            let Some(image) = service.image.as_ref().filter(|image| !image.open) else { continue };
            let reference = ImageRef::parse(&image.text);
            let built_here = service.build.is_some() || is_own(&reference);
            let ships = !stack.dev && service.profiles.is_empty() && is_deployed(stack, &is_own);
            let place = Place { file: stack.file, span: image.span };
            entries.push(Entry::new(place, fact(&reference, ships, built_here)));
        }
    }
    let pinned = kustomized(context);
    for (file, workload) in &around.workloads {
        let dev = super::stacks::is_development(&context.tree.file(*file).path);
        for (image, span) in
            workload.containers.iter().chain(&workload.init).filter_map(|one| one.image.as_ref())
        {
            let name = image.split('@').next().unwrap_or_default();
            let name =
                name.rsplit_once(':').filter(|(_, tag)| !tag.contains('/')).map_or(name, |(name, _)| name);
            if !image.contains("{{") && !image.contains('$') && !image.is_empty() && !pinned.contains(name) {
                let reference = ImageRef::parse(image);
                let place = Place { file: *file, span: *span };
                entries.push(Entry::new(place, fact(&reference, !dev, is_own(&reference))));
            }
        }
    }
    entries
}

/// Whether all that becomes of an image is that other Dockerfiles take files from it: `FROM acme/shop:builder AS build`.
fn is_builder(image: &Image<'_>, built: &[Image<'_>], stacks: &[Stack], builds: &Builds) -> bool {
    let bases = |tag: &ImageRef| {
        let base = tag.display();
        let others = built.iter().filter(|other| other.path != image.path);
        let shipped =
            |other: &Image<'_>| other.stages_on(&base).map(|stage| other.shipped(stage)).collect::<Vec<_>>();
        others.flat_map(shipped).collect::<Vec<_>>()
    };
    let runs = |tag: &ImageRef| {
        let mut services = stacks.iter().flat_map(|stack| &stack.compose.services);
        services.any(|service| {
            let used = service.image.as_ref().filter(|_| service.build.is_none());
            used.is_some_and(|used| ImageRef::parse(&used.text).display() == tag.display())
        })
    };
    let only_copied = |tag: &ImageRef| {
        let bases = bases(tag);
        tag.is_known() && !bases.is_empty() && !bases.contains(&true) && !runs(tag)
    };
    let tags = builds.tagged.iter().filter(|(path, _)| path == image.path);
    let mut tags = tags.map(|(_, tag)| ImageRef::parse(tag)).peekable();
    tags.peek().is_some() && tags.all(|tag| only_copied(&tag))
}

/// Names of the images whose version a `kustomization.yaml` sets.
fn kustomized(context: &Context<'_>) -> HashSet<String> {
    let files = context
        .tree
        .entries()
        .filter(|(_, file)| matches!(file.name(), "kustomization.yaml" | "kustomization.yml"));
    let images = files.filter_map(|(file, _)| context.documents.node(file)?.get("images"));
    let items = images.flat_map(Node::items);
    let pins = |item: &&Node| item.get("newTag").is_some() || item.get("digest").is_some();
    items.filter(pins).filter_map(|item| item.get("name")?.scalar()).collect()
}

/// Whether a compose file runs the application, and not only what it needs while it is developed.
fn is_deployed(stack: &Stack, is_own: &dyn Fn(&ImageRef) -> bool) -> bool {
    let by_name = name(&stack.path).contains("prod") || stack.path.contains("deploy");
    let own = |service: &crate::parse::compose::Service| {
        service.build.is_some()
            || service.image.as_ref().is_some_and(|image| is_own(&ImageRef::parse(&image.text)))
    };
    by_name || stack.compose.services.iter().any(own)
}

fn fact(image: &ImageRef, shipped: bool, own: bool) -> ImageReference {
    let ended = images::ended(image);
    ImageReference {
        reference: image.display(),
        tag: image.tag.as_ref().map(Expanded::display),
        digest: image.digest.as_ref().map(Expanded::display),
        resolved: image.is_known(),
        shipped,
        own,
        ended: ended.as_ref().map(|ended| ended.what.clone()),
        ended_on: ended.map(|ended| ended.on),
    }
}
