//! Which dependencies an image holds, and whether their lockfile is where they are installed.

use super::dockerfiles::{Image, sources};
use super::filesystem::{Found, Point, Search};
use super::manager::{self, Install};
use super::paths::{below, dir, in_image, under};
use super::ran::Ran;
use super::world::World;
use crate::parse::dockerfile::Origin;
use crate::parse::node::Node;

/// What is installed in a folder of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Installed {
    /// Nothing that is known.
    Nothing,
    /// With what is only used in development, by this command.
    All(String),
    /// Without it.
    Production,
}

/// The manifest that a command installs from: its path in the repository.
pub(super) fn manifest(world: &World<'_>, image: &Image<'_>, ran: &Ran, install: &Install) -> Option<String> {
    let folder = ran.dir.as_deref()?;
    let moved = ["--prefix", "-C", "--dir", "--cwd", "--directory", "--project", "--manifest-path"];
    if ran
        .words
        .iter()
        .any(|word| moved.iter().any(|flag| word == flag || word.starts_with(&format!("{flag}="))))
    {
        return None;
    }
    let path = in_image(folder, manager::manifest(install.manager));
    let search = Search { world, image, makes: &makes_projects };
    match search.find(Point { stage: ran.stage, until: Some(ran.instruction) }, &path) {
        Found::Repository(path) => Some(path),
        _ => None,
    }
}

/// The state of the lockfile where a command installs: `present`, `missing`, `ignored`; `not copied` where the command
/// goes on without the one that is tracked; none where it cannot be told.
pub(super) fn lockfile(
    world: &World<'_>,
    image: &Image<'_>,
    ran: &Ran,
    install: &Install,
) -> Option<&'static str> {
    let names = manager::lockfiles(install.manager);
    if names.is_empty() || ran.mounted || ran.optional {
        return None;
    }
    let manifest = manifest(world, image, ran, install)?;
    let makes = |other: &Ran| {
        makes_projects(other) || other.words.iter().any(|word| names.iter().any(|name| word.contains(name)))
    };
    let search = Search { world, image, makes: &makes };
    let at = Point { stage: ran.stage, until: Some(ran.instruction) };
    let mut folder = ran.dir.as_deref()?;
    loop {
        for name in names {
            match search.find(at, &in_image(folder, name)) {
                Found::Repository(_) => return Some("present"),
                Found::Made => return None,
                Found::NotInContext | Found::Absent => {}
            }
        }
        match folder.rsplit_once('/') {
            Some((above, _)) if !folder.is_empty() => folder = above,
            _ => break,
        }
    }
    let beside = |name: &&str| world.context.tree.by_path(&under(dir(&manifest), name)).is_some();
    let excluded = |name: &&str| {
        image.folders.iter().any(|folder| {
            let path = under(dir(&manifest), name);
            let inside = path.strip_prefix(&folder.dir).unwrap_or(&path).trim_start_matches('/').to_owned();
            folder.ignore.as_ref().is_some_and(|(_, file)| file.docker_excludes(&inside))
        })
    };
    let tracked = names.iter().any(beside);
    let ignored = names.iter().any(|name| beside(name) && excluded(name));
    Some(match (ignored, tracked && !install.needs_lockfile) {
        (true, _) => "ignored",
        (false, true) => "not copied",
        (false, false) => "missing",
    })
}

/// Whether a command may bring a project, or write a lockfile.
fn makes_projects(ran: &Ran) -> bool {
    let words = ran.text();
    let program = words.first().copied().unwrap_or_default();
    let brings = [
        "git", "tar", "unzip", "cp", "mv", "ln", "turbo", "npx", "touch", "rsync", "degit", "svn", "hg",
        "make", "sh", "bash",
    ];
    let writes = matches!(
        words.as_slice(),
        ["cargo", "generate-lockfile" | "init" | "new" | "update" | "chef", ..]
            | ["uv" | "poetry", "lock" | "init", ..]
            | ["npm" | "pnpm" | "yarn" | "bun", "init" | "create" | "import", ..]
    );
    brings.contains(&program)
        || program.contains('/')
        || writes
        || manager::install(&words).is_some_and(|install| !install.frozen)
        || words.iter().any(|word| word.contains("--package-lock-only") || word.contains("--lockfile-only"))
}

/// What is installed in folder `path` of a stage at its end.
pub(super) fn installed(image: &Image<'_>, stage: usize, path: &str, depth: usize) -> Installed {
    let mut result = Installed::Nothing;
    if depth == 0 {
        return result;
    }
    for number in image.lineage(stage) {
        let workdirs = super::ran::workdir(image.dockerfile, number);
        let mut copies = image.transfers(number).peekable();
        let mut runs = image.ran.iter().filter(|ran| ran.stage == number).peekable();
        loop {
            let copy_first = match (copies.peek(), runs.peek()) {
                (Some((copy, ..)), Some(ran)) => *copy < ran.instruction,
                (Some(_), None) => true,
                (None, Some(_)) => false,
                (None, None) => break,
            };
            if copy_first {
                let Some((_, _, transfer)) = copies.next() else { break };
                if let Some(Origin::Stage(other)) = transfer.from {
                    for (source, _) in sources(transfer) {
                        let source = in_image("/", source);
                        let target = in_image(&workdirs, transfer.destination.known().unwrap_or("/"));
                        let found = copied(image, other, (&source, &target), path, depth - 1);
                        if found != Installed::Nothing {
                            result = found;
                        }
                    }
                }
            } else {
                let Some(ran) = runs.next() else { break };
                result = after(ran, path, result);
            }
        }
    }
    result
}

/// What a copy from another stage brings to folder `path`: its `node_modules`, or the folder around it.
fn copied(
    image: &Image<'_>,
    stage: usize,
    (source, target): (&str, &str),
    path: &str,
    depth: usize,
) -> Installed {
    let modules = |path: &str| path.strip_suffix("/node_modules").map(str::to_owned);
    if let Some(from) = modules(source) {
        let to = modules(target).unwrap_or_else(|| target.to_owned());
        return if to == path { installed(image, stage, &from, depth) } else { Installed::Nothing };
    }
    match below(path, target) {
        Some(inside) => installed(image, stage, &in_image(source, inside), depth),
        None => Installed::Nothing,
    }
}

fn after(ran: &Ran, path: &str, before: Installed) -> Installed {
    let words = ran.text();
    if ran.dir.as_deref() != Some(path) {
        return before;
    }
    if let Some(install) =
        manager::install(&words).filter(|install| manager::manifest(install.manager) == "package.json")
    {
        if matches!(words.get(1), Some(&"fetch")) {
            return before;
        }
        let dev = install.dev && !ran.production && !ran.optional;
        return if dev { Installed::All(words.join(" ")) } else { Installed::Production };
    }
    if manager::prunes(&words) && before != Installed::Nothing { Installed::Production } else { before }
}

/// How what is only used in development came into the shipped stages.
pub(super) fn development(world: &World<'_>, image: &Image<'_>) -> Option<String> {
    let lineage = image.lineage(image.last);
    let shipped = image.ran.iter().filter(|ran| lineage.contains(&ran.stage));
    for ran in shipped {
        let words = ran.text();
        let python = match words.as_slice() {
            ["pip" | "pip3", "install", rest @ ..]
            | ["python" | "python3", "-m", "pip", "install", rest @ ..] => rest
                .iter()
                .any(|word| word.contains("requirements") && (word.contains("dev") || word.contains("test"))),
            _ => manager::install(&words)
                .filter(|install| install.dev && matches!(install.manager, "uv" | "poetry"))
                .and_then(|install| manifest(world, image, ran, &install))
                .is_some_and(|path| has_groups(world, &path)),
        };
        if python && !ran.optional {
            return Some(words.join(" "));
        }
    }
    let workdir = super::ran::workdir(image.dockerfile, image.last);
    let Installed::All(command) = installed(image, image.last, &workdir, 10) else { return None };
    let makes = |_: &Ran| false;
    let search = Search { world, image, makes: &makes };
    // The manifest of any stage tells: a runtime stage often copies `node_modules` alone.
    let manifest =
        (0..image.dockerfile.stages.len()).rev().filter(|stage| image.needed[*stage]).find_map(|stage| {
            let dir = super::ran::workdir(image.dockerfile, stage);
            match search.find(Point { stage, until: None }, &in_image(&dir, "package.json")) {
                Found::Repository(path) => Some(path),
                _ => None,
            }
        })?;
    let node = package(world, &manifest)?;
    let any = node.get("devDependencies").is_some_and(|dependencies| !dependencies.entries().is_empty());
    any.then_some(command)
}

/// The document of a manifest.
pub(super) fn package<'c>(world: &World<'c>, path: &str) -> Option<&'c Node> {
    world.context.documents.node(world.context.tree.by_path(path)?)
}

/// Whether a `pyproject.toml` has dependencies for development.
fn has_groups(world: &World<'_>, path: &str) -> bool {
    let Some(node) = package(world, path) else { return false };
    let dev = |path: &[&str]| node.at(path).is_some_and(|found| !found.is_null());
    dev(&["dependency-groups", "dev"])
        || dev(&["tool", "poetry", "group", "dev"])
        || dev(&["tool", "poetry", "dev-dependencies"])
        || dev(&["tool", "uv", "dev-dependencies"])
}
