//! Lines of ignore files: what neither git nor an image is to hold.

use std::collections::BTreeSet;

use super::edit::Edit;
use super::{Sources, Target};
use crate::facts::{DockerCommand, DockerContext, EnvFile, IgnoreProbe};
use crate::parse::Document;
use crate::parse::ignore_file::GitIgnores;
use crate::source::{FileKind, IgnoreDialect, SourceFile, is_below};

/// Versions that are read from the history while an image is built.
const READS_HISTORY: &[&str] =
    &["setuptools_scm", "setuptools-scm", "hatch-vcs", "poetry-dynamic-versioning", "versioneer"];

/// Env files in the nearest `.gitignore`, or in that of the root.
pub(super) fn git(sources: &Sources<'_>, target: &Target<'_>) -> Result<Vec<Edit>, String> {
    let is_ignore = sources.tree.file(target.file).kind == FileKind::Ignore(IgnoreDialect::Git);
    let path = if is_ignore { sources.path(target.file) } else { ".gitignore" };
    let place = crate::source::Place { file: target.file, span: target.span };
    let probes = sources.facts.all::<IgnoreProbe>().filter(|(entry, _)| entry.place == place);
    let exposed: BTreeSet<&str> =
        probes.flat_map(|(_, probe)| &probe.exposed).filter_map(|name| name.rsplit('/').next()).collect();
    if exposed.is_empty() {
        return Err("which names are uncovered is not known here".to_owned());
    }
    Ok(vec![Edit::append(path, git_lines(sources, path, &exposed))])
}

/// The lines that keep these names out of git, from the folder of an ignore file on.
pub(super) fn git_lines(sources: &Sources<'_>, ignore_file: &str, names: &BTreeSet<&str>) -> Vec<String> {
    let folder = crate::source::folder_of(ignore_file);
    let (env, keys): (Vec<&str>, Vec<&str>) =
        names.iter().copied().partition(|name| name.starts_with(".env"));
    let mut lines: Vec<String> = Vec::new();
    if !env.is_empty() {
        let mut kept = kept(sources, folder);
        if kept.is_empty() {
            kept.insert(".env.example");
        }
        lines.push(".env*".to_owned());
        lines.extend(kept.iter().map(|name| format!("!{name}")));
    }
    lines.extend(keys.into_iter().map(str::to_owned));
    lines
}

/// The names of files like `.env` below a folder that are tracked and meant for everybody.
fn kept<'a>(sources: &Sources<'a>, folder: &str) -> BTreeSet<&'a str> {
    let holds_secrets = |path: &str| {
        let mut files = sources.facts.all::<EnvFile>();
        files.any(|(entry, file)| {
            sources.path(entry.place.file) == path && file.role != "template" && !file.credentials.is_empty()
        })
    };
    let files =
        sources.tree.below(folder).iter().filter(|file| file.tracked && file.name().starts_with(".env"));
    files.filter(|file| !file.vendored && !holds_secrets(&file.path)).map(SourceFile::name).collect()
}

/// What a build context does not need in its `.dockerignore`.
pub(super) fn context(sources: &Sources<'_>, target: &Target<'_>) -> Result<Vec<Edit>, String> {
    let mut contexts = sources.facts.all::<DockerContext>();
    let (_, context) = contexts
        .find(|(entry, _)| entry.place.file == target.file)
        .ok_or("where it is built is not known")?;
    let folder = if context.context == "." { "" } else { &context.context };
    let env = || {
        let kept = kept(sources, folder).into_iter().map(|name| format!("!**/{name}"));
        std::iter::once("**/.env*".to_owned()).chain(kept)
    };
    if let Some(path) = &context.ignore_file {
        return Ok(vec![Edit::append(path.as_str(), env())]);
    }
    let path = if folder.is_empty() { ".dockerignore".to_owned() } else { format!("{folder}/.dockerignore") };
    let mut lines = Vec::new();
    if !reads_history(sources, target, folder) {
        lines.push(".git".to_owned());
    }
    if installs_packages(sources, target) {
        lines.push("**/node_modules".to_owned());
    }
    lines.extend(env());
    Ok(vec![Edit::append(path, lines)])
}

/// Whether the image is made of what the history says.
fn reads_history(sources: &Sources<'_>, target: &Target<'_>, folder: &str) -> bool {
    let text = sources.tree.text(target.file);
    let asks = ["git ", ".git"].iter().any(|word| text.contains(word));
    asks || sources.tree.entries().any(|(id, file)| {
        let is_manifest = matches!(file.name(), "pyproject.toml" | "setup.py" | "setup.cfg");
        is_manifest && is_below(&file.path, folder) && {
            let text = sources.tree.text(id);
            READS_HISTORY.iter().any(|name| text.contains(name))
        }
    })
}

/// Whether the image gets its `node_modules` by itself.
fn installs_packages(sources: &Sources<'_>, target: &Target<'_>) -> bool {
    let mut commands = sources.facts.all::<DockerCommand>();
    commands.any(|(entry, command)| {
        let manager = command.manager.as_deref();
        entry.place.file == target.file && matches!(manager, Some("npm" | "yarn" | "pnpm" | "bun"))
    })
}

/// What git ignores in this repository.
pub(super) fn git_ignores(sources: &Sources<'_>) -> GitIgnores {
    let mut ignores = GitIgnores::default();
    for (id, file) in sources.tree.entries().filter(|(_, file)| file.name() == ".gitignore") {
        if let Some(Document::Ignore(ignore)) = sources.documents.get(id) {
            ignores.add(&file.path, ignore.clone());
        }
    }
    ignores
}
