//! Stages: who they run as, what checks them, what is left in them.

use super::dockerfiles::Image;
use super::images;
use super::installs;
use super::manager;
use super::orchestrated::Orchestrated;
use super::paths::name;
use super::ran;
use super::world::World;
use crate::facts::{DockerStage, Entry};
use crate::parse::dockerfile::{Kind, Origin};
use crate::parse::shell::{Dialect, Wrapper};

/// One fact for each stage that the final one needs.
pub(super) fn facts(world: &World<'_>, image: &Image<'_>, around: &Orchestrated) -> Vec<Entry> {
    let dockerfile = image.dockerfile;
    let text = world.context.tree.text(image.file);
    let building: Vec<_> =
        image.ran.iter().filter(|ran| image.needed[ran.stage] && manager::builds(&ran.text())).collect();
    let build = building.first().map(|ran| one_line(ran.span.of(text)));
    let builds_here = building.iter().any(|ran| image.shipped(ran.stage));
    let development = installs::development(world, image);
    let mut entries = Vec::new();
    for (index, stage) in dockerfile.stages.iter().enumerate().filter(|(index, _)| image.needed[*index]) {
        let last = index == image.last;
        let (user, root) = user(world, image, index);
        let root_image = match dockerfile.root(index) {
            Some(Origin::Image(image)) => images::bare(image),
            _ => None,
        };
        let fact = DockerStage {
            index: i64::try_from(index).unwrap_or(i64::MAX),
            name: stage.name.as_ref().map(|name| name.text.clone()),
            image: root_image,
            last,
            role: image.role.name.to_owned(),
            role_by: image.role.by.clone(),
            user,
            root,
            others: others(world, image).filter(|_| last),
            health: health(image, index).or_else(|| around.health(image.path)),
            build: build.clone(),
            builds_here,
            dev_dependencies: development.clone().filter(|_| last),
        };
        entries.push(Entry::new(image.at(stage.base.written.span), fact));
    }
    entries
}

/// Which other stages that ship run as root.
fn others(world: &World<'_>, image: &Image<'_>) -> Option<String> {
    let root = image.targets.iter().filter(|index| user(world, image, **index).1 == Some(true));
    let name = |index: &usize| image.dockerfile.stages.get(*index)?.name.as_ref();
    let names: Vec<String> = root.filter_map(name).map(|name| format!("`{}`", name.text)).collect();
    match names.as_slice() {
        [] => None,
        [one] => Some(format!(", and so does {one}")),
        all => Some(format!(", and so do {}", all.join(", "))),
    }
}

/// A command over several lines as one.
pub(super) fn one_line(text: &str) -> String {
    text.lines().map(|line| line.trim().trim_end_matches('\\').trim()).collect::<Vec<_>>().join(" ")
}

/// Who containers of a stage run as, and whether that is root.
pub(super) fn user(world: &World<'_>, image: &Image<'_>, stage: usize) -> (Option<String>, Option<bool>) {
    let dockerfile = image.dockerfile;
    match switches(world, image, stage) {
        Some(Switch::Away(how)) => return (Some(how), Some(false)),
        Some(Switch::Unknown) => return (None, None),
        None => {}
    }
    if let Some(word) = dockerfile.user(stage) {
        let Some(user) = word.known() else { return (None, None) };
        let name = user.split(':').next().unwrap_or_default();
        let root = name == "root" || !name.is_empty() && name.bytes().all(|byte| byte == b'0');
        return (Some(user.to_owned()), Some(root));
    }
    match dockerfile.root(stage) {
        Some(Origin::Scratch) => (Some("root".to_owned()), Some(true)),
        Some(Origin::Image(base)) => match images::lookup(base) {
            Some(known) => (Some(known.user.clone()), Some(known.user == "root")),
            None => (None, None),
        },
        _ => (None, None),
    }
}

enum Switch {
    Away(String),
    Unknown,
}

/// Whether the entry point drops root before it starts the program.
fn switches(world: &World<'_>, image: &Image<'_>, stage: usize) -> Option<Switch> {
    const TOOLS: &[&str] =
        &["gosu", "su-exec", "setpriv", "runuser", "s6-setuidgid", "setuidgid", "chroot --userspec"];
    let dockerfile = image.dockerfile;
    for command in [dockerfile.entrypoint(stage), dockerfile.command(stage)].into_iter().flatten() {
        let script = ran::script(command, Dialect::Posix)?;
        for command in &script.commands {
            let words: Vec<&str> = command.words.iter().map(|word| word.text.as_str()).collect();
            if command.wrappers.contains(&Wrapper::Sudo)
                && words.iter().any(|word| TOOLS.contains(&name(word)))
            {
                return Some(Switch::Away("another user than root".to_owned()));
            }
            for word in command.effective() {
                let file = name(&word.text);
                if word.text == "/init" || file == "s6-svscan" || file == "my_init" || file == "supervisord" {
                    return Some(Switch::Unknown);
                }
                if let Some(path) = script_named(world, file) {
                    let text =
                        world.context.tree.by_path(&path).map_or("", |file| world.context.tree.text(file));
                    if TOOLS.iter().any(|tool| text.contains(tool))
                        || text.contains("\nsu ")
                        || text.contains("exec su ")
                    {
                        return Some(Switch::Away(format!("the user that `{path}` switches to")));
                    }
                }
            }
        }
    }
    None
}

/// The path of a script of the repository by its name.
fn script_named(world: &World<'_>, file: &str) -> Option<String> {
    let known = file.rsplit('.').next() == Some("sh")
        || file.contains("entrypoint")
        || file.contains("start")
        || file.contains("run");
    let mut files = world.context.tree.files().iter();
    files.find(|one| known && one.name() == file && !one.vendored).map(|one| one.path.clone())
}

/// What in the image checks its health.
fn health(image: &Image<'_>, stage: usize) -> Option<String> {
    let own = image.dockerfile.last(stage, |kind| match kind {
        Kind::Healthcheck(check) => Some(check.is_some()),
        _ => None,
    });
    match (own, image.dockerfile.root(stage)) {
        (Some(true), _) => Some("HEALTHCHECK".to_owned()),
        (None, Some(Origin::Image(base))) => {
            images::lookup(base).filter(|known| known.health).map(|_| "its base image".to_owned())
        }
        _ => None,
    }
}
