//! What an image holds: from a path in it back to the repository, through every `COPY` on the way.

use super::dockerfiles::{Image, is_remote, sources};
use super::manager;
use super::paths::{below, clamp, dir, in_image, name, under};
use super::ran::{self, Ran};
use super::world::{State, World};
use crate::parse::dockerfile::{Kind, Origin, Transfer};

/// What is at a path of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// A file or folder of the repository.
    Repository(String),
    /// Something the build may make, or a base image may hold.
    Made,
    /// Copied by its name, and not in the build context: that is another finding.
    NotInContext,
    /// Nothing.
    Absent,
}

/// How many stages a path is followed through.
const DEEPEST: usize = 20;

/// A stage, or what it is before one of its instructions.
#[derive(Debug, Clone, Copy)]
pub(super) struct Point {
    /// The stage.
    pub(super) stage: usize,
    /// The number of the instruction; none for the end of the stage.
    pub(super) until: Option<usize>,
}

/// Looks for paths in an image.
pub(super) struct Search<'s, 'c> {
    /// The repository.
    pub(super) world: &'s World<'c>,
    /// The image.
    pub(super) image: &'s Image<'c>,
    /// Whether a command may make the file that is looked for.
    pub(super) makes: &'s dyn Fn(&Ran) -> bool,
}

impl Search<'_, '_> {
    /// What is at `path`, absolute.
    pub(super) fn find(&self, at: Point, path: &str) -> Found {
        self.find_in(at, path, DEEPEST)
    }

    fn find_in(&self, at: Point, path: &str, depth: usize) -> Found {
        let dockerfile = self.image.dockerfile;
        if depth == 0 {
            return Found::Made;
        }
        let mut found = Found::Absent;
        for (number, stage) in dockerfile.lineage(at.stage) {
            let limit = at.until.filter(|_| number == at.stage).unwrap_or(stage.instructions.len());
            let workdirs = self.workdirs(number);
            for (index, instruction) in stage.instructions.iter().enumerate().take(limit).rev() {
                let here = match &instruction.kind {
                    Kind::Copy(transfer) | Kind::Add(transfer) => {
                        self.arrival(transfer, &workdirs[index], path, depth)
                    }
                    Kind::Run(_) if self.runs_maker(number, index) => Found::Made,
                    _ => Found::Absent,
                };
                match here {
                    Found::Absent => {}
                    Found::NotInContext => found = Found::NotInContext,
                    other => return other,
                }
            }
        }
        match dockerfile.root(at.stage) {
            Some(Origin::Scratch) => found,
            Some(Origin::Image(base)) if super::images::lookup(base).is_some() => found,
            _ => Found::Made,
        }
    }

    /// What one transfer brings to `path`.
    fn arrival(&self, transfer: &Transfer, workdir: &str, path: &str, depth: usize) -> Found {
        let Some(destination) = transfer.destination.known() else { return Found::Made };
        let target = in_image(workdir, destination);
        let Some(inside) = below(path, &target) else { return Found::Absent };
        let known = sources(transfer).count();
        let packed =
            |source: &str| [".tar", ".gz", ".tgz", ".xz", ".bz2"].iter().any(|end| source.ends_with(end));
        if known != transfer.sources.len() || sources(transfer).any(|(one, _)| is_remote(one) || packed(one))
        {
            return Found::Made;
        }
        let folder = destination.ends_with('/') || matches!(destination, "." | "..") || known > 1;
        let mut missing = false;
        for (source, _) in sources(transfer) {
            let found = match &transfer.from {
                None => self.of_context(source, inside, folder),
                Some(Origin::Stage(other)) => self.of_stage(*other, source, (inside, folder), depth),
                Some(_) => Found::Made,
            };
            match found {
                Found::Absent => {}
                Found::NotInContext => missing = true,
                other => return other,
            }
        }
        if missing { Found::NotInContext } else { Found::Absent }
    }

    /// What a source of another stage brings: it is a folder or a file, and only that stage knows.
    fn of_stage(&self, stage: usize, source: &str, (inside, folder): (&str, bool), depth: usize) -> Found {
        if source.contains(['*', '?', '[']) {
            return Found::Made;
        }
        let at = Point { stage, until: None };
        let source = in_image("/", source);
        let found = self.find_in(at, &in_image("/", &format!("{source}/{inside}")), depth - 1);
        let itself = folder && inside == name(&source);
        if found == Found::Absent && itself { self.find_in(at, &source, depth - 1) } else { found }
    }

    /// What a source of the build context brings to `inside` of the destination.
    fn of_context(&self, source: &str, inside: &str, folder: bool) -> Found {
        let clean = clamp(source);
        if clean.contains(['*', '?', '[']) {
            let wanted = under(dir(&clean), inside);
            let glob = globset::GlobBuilder::new(&clean).literal_separator(true).build();
            let depth = clean.split('/').count();
            let first = wanted.split('/').take(depth).collect::<Vec<_>>().join("/");
            let fits = glob.is_ok_and(|glob| glob.compile_matcher().is_match(&first));
            return if fits { self.in_folders(&wanted) } else { Found::Absent };
        }
        let tree = self.world.context.tree;
        if clean.is_empty() || self.image.folders.iter().any(|one| tree.has_dir(&under(&one.dir, &clean))) {
            return self.in_folders(&under(&clean, inside));
        }
        if !(inside.is_empty() || folder && inside == name(&clean)) {
            let known = self.image.folders.iter().any(|one| tree.by_path(&under(&one.dir, &clean)).is_some());
            // What is not in the tree may be a folder once it is built.
            return if known { Found::Absent } else { self.in_folders(&clean).or_missing() };
        }
        self.in_folders(&clean).or_missing()
    }

    fn in_folders(&self, source: &str) -> Found {
        for folder in &self.image.folders {
            let path = under(&folder.dir, source);
            match self.world.state(folder, source) {
                State::Present => return Found::Repository(path),
                State::Unknown => return Found::Made,
                State::Missing if self.world.made_by(&path).is_some() => {
                    let excluded =
                        folder.ignore.as_ref().is_some_and(|(_, file)| file.docker_excludes(source));
                    if !excluded {
                        return Found::Made;
                    }
                }
                State::Missing | State::Excluded => {}
            }
        }
        if self.image.open { Found::Made } else { Found::Absent }
    }

    /// The working directory before each instruction of a stage.
    fn workdirs(&self, stage: usize) -> Vec<String> {
        let dockerfile = self.image.dockerfile;
        let Some(stage) = dockerfile.stages.get(stage) else { return Vec::new() };
        let mut workdir = match stage.base.origin {
            Origin::Stage(base) => ran::workdir(dockerfile, base),
            _ => "/".to_owned(),
        };
        let mut all = Vec::new();
        for instruction in &stage.instructions {
            if let Kind::Workdir(dir) = &instruction.kind {
                workdir = in_image(&workdir, &dir.value.display());
            }
            all.push(workdir.clone());
        }
        all
    }

    fn runs_maker(&self, stage: usize, instruction: usize) -> bool {
        let mut here =
            self.image.ran.iter().filter(|ran| ran.stage == stage && ran.instruction == instruction);
        let mut any = false;
        here.any(|ran| {
            any = true;
            (self.makes)(ran)
        }) || !any
    }
}

impl Found {
    fn or_missing(self) -> Self {
        if self == Self::Absent { Self::NotInContext } else { self }
    }
}

/// Whether a command may make files of the application: anything but installing packages, setting owners and the like.
pub(super) fn makes_files(world: &World<'_>, ran: &Ran) -> bool {
    const HARMLESS: &[&str] = &[
        "apt-get",
        "apt",
        "apk",
        "yum",
        "dnf",
        "microdnf",
        "adduser",
        "addgroup",
        "useradd",
        "groupadd",
        "usermod",
        "chown",
        "chmod",
        "mkdir",
        "rm",
        "pip",
        "pip3",
        "echo",
        "corepack",
        "set",
        "test",
        "true",
        "cd",
        "update-ca-certificates",
        "export",
    ];
    let words = ran.text();
    let program = words.first().copied().unwrap_or_default();
    let tools = matches!(
        words.as_slice(),
        ["python" | "python3", "-m", "pip", ..]
            | ["npm" | "yarn" | "pnpm", "cache" | "config" | "prune" | "store", ..]
            | ["npm", "install" | "i", "-g" | "--global", ..]
            | ["npm", "-g", ..]
    );
    ran.writes || !(HARMLESS.contains(&program) || tools || is_plain_install(world, &words))
}

/// An install that runs no scripts of the project.
fn is_plain_install(world: &World<'_>, words: &[&str]) -> bool {
    let Some(install) = manager::install(words) else { return false };
    manager::manifest(install.manager) == "package.json" && !world.hooked
}
