//! A Dockerfile with everything the repository tells of it: where it is built, what its final stage is for.

use super::builds::{Build, Builds};
use super::manager;
use super::paths::{dir, name};
use super::ran::{self, Ran};
use super::role::{self, Role};
use super::spare;
use super::stacks::{self, Stack};
use super::world::{Folder, State, World};
use crate::parse::Document;
use crate::parse::dockerfile::{Dockerfile, Kind, Origin, Source, Transfer};
use crate::source::{FileId, Place, Span};

/// A Dockerfile.
pub(super) struct Image<'c> {
    /// The file.
    pub(super) file: FileId,
    /// Its path.
    pub(super) path: &'c str,
    /// What it says.
    pub(super) dockerfile: &'c Dockerfile,
    /// Where it may be built; never empty.
    pub(super) folders: Vec<Folder<'c>>,
    /// The file that tells where it is built; none where that is assumed.
    pub(super) told_by: Option<String>,
    /// Whether it may be built elsewhere too.
    pub(super) open: bool,
    /// The stage that ships: the last, or the one that builds ask for.
    pub(super) last: usize,
    /// Other stages that builds ask for, in their order.
    pub(super) targets: Vec<usize>,
    /// Whether the final stage needs a stage.
    pub(super) needed: Vec<bool>,
    /// What the final stage is for.
    pub(super) role: Role,
    /// What runs while it is built.
    pub(super) ran: Vec<Ran>,
}

/// Every Dockerfile that can be judged.
pub(super) fn all<'c>(world: &World<'c>, builds: &Builds, stacks: &[Stack]) -> Vec<Image<'c>> {
    let context = world.context;
    let mut images = Vec::new();
    for (file, source) in context.tree.entries() {
        let Some(Document::Dockerfile(dockerfile)) = context.documents.get(file) else { continue };
        if dockerfile.stages.is_empty() || is_template(&source.path, context.tree.text(file), dockerfile) {
            continue;
        }
        images.push(image(world, builds, stacks, (file, &source.path), dockerfile));
    }
    images
}

fn image<'c>(
    world: &World<'c>,
    builds: &Builds,
    stacks: &[Stack],
    (file, path): (FileId, &'c str),
    dockerfile: &'c Dockerfile,
) -> Image<'c> {
    let own: Vec<&Build> = builds.of(path).collect();
    let last = last_stage(dockerfile, &own);
    let mut told: Vec<&str> = own.iter().filter_map(|build| build.context.as_deref()).collect();
    told.dedup();
    let assumed = told.is_empty();
    let dirs = if assumed { above(dir(path)) } else { told };
    let mut folders: Vec<Folder<'c>> = Vec::new();
    for dir in dirs {
        if !folders.iter().any(|folder| folder.dir == dir) {
            folders.push(world.folder(dir, path));
        }
    }
    if assumed {
        likeliest_first(world, dockerfile, &mut folders);
    }
    let elsewhere = own.iter().any(|build| build.context.is_none());
    Image {
        file,
        path,
        dockerfile,
        told_by: own.iter().find(|build| build.context.is_some()).map(|build| build.by.clone()),
        open: elsewhere || assumed && builds.open && !folders.is_empty() && folders.len() > 1,
        folders,
        last,
        targets: targets(dockerfile, &own, last),
        needed: needed(dockerfile, last),
        role: spare::role(world.context, builds, path)
            .unwrap_or_else(|| role::of(world.context, path, dockerfile, last, &own, stacks)),
        ran: ran::of(dockerfile),
    }
}

impl<'c> Image<'c> {
    /// Whether a stage is the final one or one that it is built on.
    pub(super) fn shipped(&self, stage: usize) -> bool {
        self.dockerfile.lineage(self.last).any(|(index, _)| index == stage)
    }

    /// The numbers of the stages that begin with an image of this name and tag.
    pub(super) fn stages_on<'i>(&'i self, base: &'i str) -> impl Iterator<Item = usize> + 'i {
        let is = move |origin: &Origin| matches!(origin, Origin::Image(image) if image.display() == base);
        let stages = self.dockerfile.stages.iter().enumerate();
        stages.filter(move |(_, stage)| is(&stage.base.origin)).map(|(index, _)| index)
    }

    /// A place in the file.
    pub(super) fn at(&self, span: Span) -> Place {
        Place { file: self.file, span }
    }

    /// The folder it is most likely built in.
    pub(super) fn folder(&self) -> Option<&Folder<'c>> {
        self.folders.first()
    }

    /// Whether a source is in any of the folders it may be built in; the best of them counts.
    pub(super) fn state(&self, world: &World<'_>, source: &str) -> State {
        let best = self.folders.iter().map(|folder| world.state(folder, source)).max();
        match best.unwrap_or(State::Unknown) {
            // No folder of the repository can give a lockfile that is tracked nowhere.
            State::Missing if self.told_by.is_none() && is_untracked_lockfile(world, source) => {
                State::Missing
            }
            State::Missing | State::Excluded if self.open => State::Unknown,
            best => best,
        }
    }

    /// The transfers of a stage from the build context, with their place.
    pub(super) fn transfers(&self, stage: usize) -> impl Iterator<Item = (usize, Span, &'c Transfer)> {
        let instructions = self.dockerfile.stages.get(stage).map_or(&[][..], |stage| &stage.instructions);
        instructions.iter().enumerate().filter_map(|(index, instruction)| match &instruction.kind {
            Kind::Copy(transfer) | Kind::Add(transfer) => Some((index, instruction.span, transfer)),
            _ => None,
        })
    }

    /// The numbers of the stages the final one is built on, itself last.
    pub(super) fn lineage(&self, stage: usize) -> Vec<usize> {
        let mut lineage: Vec<usize> = self.dockerfile.lineage(stage).map(|(index, _)| index).collect();
        lineage.reverse();
        lineage
    }
}

/// Whether a source is a lockfile of which the repository tracks none.
fn is_untracked_lockfile(world: &World<'_>, source: &str) -> bool {
    const MANAGERS: [&str; 4] = ["npm", "yarn", "pnpm", "bun"];
    let lockfile = name(source);
    MANAGERS.iter().any(|manager| manager::lockfiles(manager).contains(&lockfile))
        && !world.context.tree.entries().any(|(_, file)| file.name() == lockfile)
}

/// The paths a transfer takes, as far as they are known.
pub(super) fn sources(transfer: &Transfer) -> impl Iterator<Item = (&str, Span)> {
    transfer.sources.iter().filter_map(|source| match source {
        Source::Path(word) => Some((word.known()?, word.span)),
        Source::Heredoc(_) => None,
    })
}

/// Whether a source is a URL or a repository.
pub(super) fn is_remote(source: &str) -> bool {
    source.contains("://") || source.starts_with("git@")
}

/// Whether a source is the whole context.
pub(super) fn is_whole(source: &str) -> bool {
    matches!(source.trim_end_matches('/'), "." | "./." | "" | "*" | "./*")
}

/// A Dockerfile that is made from a template, or read by a builder of its own.
fn is_template(path: &str, text: &str, dockerfile: &Dockerfile) -> bool {
    let extension = name(path).rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let template =
        ["tmpl", "tpl", "template", "in", "j2", "jinja", "jinja2", "erb", "ejs", "hbs", "mustache", "tt"];
    let from = |stage: &crate::parse::dockerfile::Stage| {
        let written = &stage.base.written.text;
        written.contains("{{")
            || written.contains("<%")
            || written.contains("%%")
            || written.starts_with("@@")
    };
    let foreign = dockerfile.directives.iter().any(|directive| {
        directive.name == "syntax"
            && !directive.value.contains("docker/dockerfile")
            && !directive.value.contains("dockerfile-upstream")
    });
    template.contains(&extension.as_str())
        || text.contains("{%")
        || dockerfile.stages.iter().any(from)
        || foreign
}

/// The stage that ships.
fn last_stage(dockerfile: &Dockerfile, builds: &[&Build]) -> usize {
    let last = dockerfile.stages.len().saturating_sub(1);
    let shipping: Vec<&&Build> = builds.iter().filter(|build| !build.dev).collect();
    let targets: Vec<Option<usize>> =
        shipping.iter().map(|build| dockerfile.stage_named(build.target.as_deref()?)).collect();
    if let (Some(Some(first)), false) = (targets.first(), targets.contains(&None)) {
        return *first;
    }
    let stage_name = |index: usize| dockerfile.stages.get(index).and_then(|stage| stage.name.as_ref());
    let for_development = stage_name(last).is_some_and(|name| stacks::is_development(&name.text));
    let production = ["production", "prod", "release", "runtime", "runner", "final", "prd"];
    let other = production.iter().find_map(|name| dockerfile.stage_named(name));
    if !for_development {
        return last;
    }
    let ships = |index: &usize| {
        let starts = dockerfile.command(*index).or(dockerfile.entrypoint(*index)).is_some();
        starts && !stage_name(*index).is_some_and(|name| stacks::is_development(&name.text))
    };
    other.or_else(|| (0..last).rev().find(ships)).unwrap_or(last)
}

/// The stages besides `last` that builds for production ask for, in the order of the file.
fn targets(dockerfile: &Dockerfile, builds: &[&Build], last: usize) -> Vec<usize> {
    let shipping = builds.iter().filter(|build| !build.dev);
    let named = shipping.filter_map(|build| dockerfile.stage_named(build.target.as_deref()?));
    let mut found: Vec<usize> = named.filter(|index| *index != last).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// The stages that building `last` needs.
pub(super) fn needed(dockerfile: &Dockerfile, last: usize) -> Vec<bool> {
    let mut needed = vec![false; dockerfile.stages.len()];
    let mut open = vec![last];
    while let Some(index) = open.pop() {
        let Some(stage) = dockerfile.stages.get(index) else { continue };
        if std::mem::replace(&mut needed[index], true) {
            continue;
        }
        let mut note = |origin: &Origin| {
            if let Origin::Stage(other) = origin {
                open.push(*other);
            }
        };
        note(&stage.base.origin);
        for instruction in &stage.instructions {
            match &instruction.kind {
                Kind::Copy(transfer) => transfer.from.iter().for_each(&mut note),
                Kind::Run(run) => {
                    run.mounts.iter().filter_map(|mount| mount.from.as_ref()).for_each(&mut note);
                }
                _ => {}
            }
        }
    }
    needed
}

/// A folder and all above it.
fn above(dir: &str) -> Vec<&str> {
    let mut dirs = vec![dir];
    let mut rest = dir;
    while let Some((parent, _)) = rest.rsplit_once('/') {
        dirs.push(parent);
        rest = parent;
    }
    if !dir.is_empty() {
        dirs.push("");
    }
    dirs
}

/// Puts the folder first that holds most of what is copied; of equals, the nearest.
fn likeliest_first(world: &World<'_>, dockerfile: &Dockerfile, folders: &mut [Folder<'_>]) {
    let transfers =
        dockerfile.stages.iter().flat_map(|stage| &stage.instructions).filter_map(|instruction| {
            match &instruction.kind {
                Kind::Copy(transfer) | Kind::Add(transfer) if transfer.from.is_none() => Some(transfer),
                _ => None,
            }
        });
    let wanted: Vec<&str> =
        transfers.flat_map(|transfer| sources(transfer).map(|(source, _)| source)).collect();
    folders.sort_by_key(|folder| {
        let there = wanted.iter().filter(|source| {
            !is_whole(source) && world.state(folder, source.trim_end_matches('*')) == State::Present
        });
        std::cmp::Reverse(there.count())
    });
}
