//! Installs that hold to the lockfile.

use serde_json::Value;

use super::edit::Edit;
use super::{Sources, Target};
use crate::facts::{CiInstall, DockerCommand};
use crate::source::folder_of;

/// An install in a workflow.
pub(super) fn workflow(sources: &Sources<'_>, target: &Target<'_>) -> Result<Vec<Edit>, String> {
    let (_, install) = sources.fact::<CiInstall>(target).ok_or("the command is not written out here")?;
    let flag = install.better.split(' ').next_back().filter(|word| word.starts_with('-'));
    edit(sources, target, &install.manager, flag)
}

/// An install in an image.
pub(super) fn image(sources: &Sources<'_>, target: &Target<'_>) -> Result<Vec<Edit>, String> {
    let (_, command) = sources.fact::<DockerCommand>(target).ok_or("the command is not written out here")?;
    if command.lockfile.as_deref() != Some("present") {
        let name = command.lockfile_name.as_deref().unwrap_or("the lockfile");
        return Err(format!("{name} is not copied into the image before"));
    }
    let manager = command.manager.as_deref().unwrap_or_default();
    let flag = match manager {
        "yarn" if is_berry(sources) => "--immutable",
        _ => "--frozen-lockfile",
    };
    edit(sources, target, manager, Some(flag))
}

/// Whether the lockfile at the root is of yarn from version 2 on.
fn is_berry(sources: &Sources<'_>) -> bool {
    sources.tree.by_path("yarn.lock").is_some_and(|file| sources.tree.text(file).contains("__metadata:"))
}

fn edit(
    sources: &Sources<'_>,
    target: &Target<'_>,
    manager: &str,
    flag: Option<&str>,
) -> Result<Vec<Edit>, String> {
    let written = target.span.of(sources.tree.text(target.file));
    let frozen = frozen(written, manager, flag).ok_or("the command is not a plain install")?;
    if manager == "npm"
        && let Some(lockfile) = unfit(sources)
    {
        return Err(format!(
            "`{lockfile}` does not fit its package.json, so that `npm ci` would fail; run `npm install` there first"
        ));
    }
    Ok(vec![Edit::replace(sources.path(target.file), target.span, frozen)])
}

/// The command that installs the same and holds to the lockfile; none for one that is more than words.
fn frozen(command: &str, manager: &str, flag: Option<&str>) -> Option<String> {
    const LETS_GO: &[&str] = &["--no-frozen-lockfile", "--no-immutable", "--frozen-lockfile=false"];
    if command.contains(['\n', '\r', '"', '\'', '\\', '$', '&', '|', ';', '<', '>', '`', '(']) {
        return None;
    }
    let words: Vec<&str> = command.split(' ').filter(|word| !LETS_GO.contains(word)).collect();
    let (program, rest) = words.split_first()?;
    if *program != manager {
        return None;
    }
    if manager == "npm" {
        let verb = rest.iter().position(|word| matches!(*word, "install" | "i"))?;
        let word = |(at, word): (usize, &&str)| match *word {
            _ if at == verb => Some("ci".to_owned()),
            "--production" | "--only=production" | "--only=prod" => Some("--omit=dev".to_owned()),
            "--save" | "--no-save" | "-S" | "--package-lock" | "--prefer-offline" => {
                (*word == "--prefer-offline").then(|| (*word).to_owned())
            }
            _ => Some((*word).to_owned()),
        };
        let words: Vec<String> = rest.iter().enumerate().filter_map(word).collect();
        return Some(format!("npm {}", words.join(" ")));
    }
    let verb = if rest.iter().any(|word| !word.starts_with('-')) { "" } else { "install" };
    let verb = (!verb.is_empty()).then_some(verb);
    let words = [*program].into_iter().chain(verb).chain(rest.iter().copied()).chain([flag?]);
    Some(words.collect::<Vec<_>>().join(" "))
}

/// The first lockfile of npm that asks for other versions than its manifest.
fn unfit<'a>(sources: &Sources<'a>) -> Option<&'a str> {
    let lockfiles = sources
        .tree
        .files()
        .iter()
        .filter(|file| file.name() == "package-lock.json" && !file.test && !file.vendored);
    lockfiles.map(|file| file.path.as_str()).find(|path| {
        let folder = folder_of(path);
        let manifest =
            if folder.is_empty() { "package.json".to_owned() } else { format!("{folder}/package.json") };
        let read = |path: &str| {
            let file = sources.tree.by_path(path)?;
            serde_json::from_str::<Value>(sources.tree.text(file)).ok()
        };
        read(&manifest).zip(read(path)).is_some_and(|(manifest, lockfile)| !fits(&manifest, &lockfile))
    })
}

/// Whether a lockfile asks for the versions of a manifest, as far as it tells what it asks for.
fn fits(manifest: &Value, lockfile: &Value) -> bool {
    let Some(root) = lockfile.get("packages").and_then(|packages| packages.get("")) else { return true };
    let none = Value::Object(serde_json::Map::new());
    ["dependencies", "devDependencies", "optionalDependencies"]
        .iter()
        .all(|kind| manifest.get(kind).unwrap_or(&none) == root.get(kind).unwrap_or(&none))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_install_keeps_its_options() {
        let cases = [
            ("npm install", "npm", Some("npm ci")),
            ("npm i --omit=dev", "npm", Some("npm ci --omit=dev")),
            ("npm --prefix web install --production", "npm", Some("npm --prefix web ci --omit=dev")),
            ("yarn", "yarn", Some("yarn install --frozen-lockfile")),
            ("yarn install --production", "yarn", Some("yarn install --production --frozen-lockfile")),
            ("pnpm i --no-frozen-lockfile", "pnpm", Some("pnpm i --frozen-lockfile")),
            ("bun install", "bun", Some("bun install --frozen-lockfile")),
            ("npm install \"$PACKAGE\"", "npm", None),
            ("cd web && npm install", "npm", None),
            ("npm \\\n install", "npm", None),
        ];
        for (command, manager, expected) in cases {
            assert_eq!(frozen(command, manager, Some("--frozen-lockfile")).as_deref(), expected, "{command}");
        }
    }

    #[test]
    fn a_lockfile_that_asks_for_something_else_does_not_fit() {
        let manifest: Value = serde_json::from_str(r#"{"dependencies": {"a": "^1.0.0"}}"#).expect("JSON");
        let lockfile =
            |root: &str| serde_json::from_str(&format!(r#"{{"packages": {{"": {root}}}}}"#)).expect("JSON");
        assert!(fits(&manifest, &lockfile(r#"{"dependencies": {"a": "^1.0.0"}, "name": "x"}"#)));
        assert!(!fits(&manifest, &lockfile(r#"{"dependencies": {"a": "^2.0.0"}}"#)));
        assert!(!fits(&manifest, &lockfile(r#"{"devDependencies": {"a": "^1.0.0"}}"#)));
        assert!(fits(&manifest, &Value::Null));
    }
}
