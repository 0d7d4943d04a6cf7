//! What proposes updates.

use std::collections::{BTreeMap, BTreeSet};

use super::edit::Edit;
use super::{Sources, Target};
use crate::facts::Package;
use crate::source::{FileKind, RemoteHost, folder_of};

/// The file in which Dependabot is set up.
const PATH: &str = ".github/dependabot.yml";

/// Ecosystems of packages under Dependabot's names.
const ECOSYSTEMS: &[(&str, &str)] = &[
    ("npm", "npm"),
    ("cargo", "cargo"),
    ("python", "pip"),
    ("go", "gomod"),
    ("composer", "composer"),
    ("ruby", "bundler"),
    ("maven", "maven"),
    ("gradle", "gradle"),
    ("nuget", "nuget"),
];

/// Dependabot for every package that is installed by itself, for actions, and for images.
pub(super) fn dependabot(sources: &Sources<'_>, _: &Target<'_>) -> Result<Vec<Edit>, String> {
    let is_github = match sources.tree.git().and_then(|git| git.host) {
        Some(RemoteHost::GitHub) => true,
        None | Some(RemoteHost::Local | RemoteHost::Other) => sources.tree.has_dir(".github"),
        Some(_) => false,
    };
    if !is_github {
        return Err(
            "whether Dependabot runs where it is hosted is not known; Renovate runs anywhere".to_owned()
        );
    }
    let mut folders: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let mut add = |ecosystem, folder: &str| {
        folders.entry(ecosystem).or_default().insert(format!("/{folder}"));
    };
    for (entry, package) in sources.facts.all::<Package>() {
        let context = sources.facts.context(entry.place.file);
        let known = ECOSYSTEMS.iter().find(|(name, _)| *name == package.ecosystem);
        if let Some((_, ecosystem)) = known.filter(|_| !context.test && package.workspace.is_none()) {
            add(ecosystem, locked(sources, ecosystem, sources.tree.file(entry.place.file).dir()));
        }
    }
    if sources.tree.has_dir(".github/workflows") {
        add("github-actions", "");
    }
    for file in
        sources.tree.files().iter().filter(|file| file.kind == FileKind::Dockerfile && !file.is_aside())
    {
        add("docker", file.dir());
    }
    if folders.keys().all(|ecosystem| matches!(*ecosystem, "docker" | "github-actions")) {
        return Err("Dependabot knows none of its ecosystems".to_owned());
    }
    let mut lines = vec!["version: 2".to_owned(), "updates:".to_owned()];
    for (ecosystem, folders) in &folders {
        lines.push(format!("  - package-ecosystem: {ecosystem}"));
        let folders: Vec<&str> = folders.iter().map(String::as_str).collect();
        if let [folder] = folders[..] {
            lines.push(format!("    directory: {}", scalar(folder)));
        } else {
            let folders: Vec<String> = folders.into_iter().map(scalar).collect();
            lines.push(format!("    directories: [{}]", folders.join(", ")));
        }
        lines.push("    schedule: { interval: weekly }".to_owned());
    }
    Ok(vec![Edit::append(PATH, lines)])
}

/// The folder whose lockfile holds what a package is installed with; its own where none does.
fn locked<'f>(sources: &Sources<'_>, ecosystem: &str, folder: &'f str) -> &'f str {
    let names: &[&str] = match ecosystem {
        "npm" => &[
            "package-lock.json",
            "npm-shrinkwrap.json",
            "yarn.lock",
            "pnpm-lock.yaml",
            "bun.lock",
            "bun.lockb",
        ],
        "cargo" => &["Cargo.lock"],
        "pip" => &["uv.lock", "poetry.lock", "pdm.lock"],
        _ => &[],
    };
    let mut above = folder;
    loop {
        let has = |name: &&str| {
            let path = if above.is_empty() { (*name).to_owned() } else { format!("{above}/{name}") };
            sources.tree.by_path(&path).is_some()
        };
        if names.iter().any(has) {
            return above;
        }
        if above.is_empty() {
            return folder;
        }
        above = folder_of(above);
    }
}

/// A folder as YAML: as it is where that can only be read one way, else in quotes.
fn scalar(folder: &str) -> String {
    let is_plain = folder.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte));
    if is_plain { folder.to_owned() } else { serde_json::to_string(folder).unwrap_or_default() }
}
