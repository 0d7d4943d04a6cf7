//! Whether a workspace is built in an order that something keeps.

use super::super::packages::{Package, join, resolve};
use super::super::{Context, mentions, scripts};
use crate::facts::{Entry, WorkspaceBuild};
use crate::parse::node::Node;
use crate::source::{FileKind, Place};

/// Files of tools that build packages in the order in which they need each other.
const FILES: &[&str] = &[
    "turbo.json",
    "turbo.jsonc",
    "nx.json",
    "lerna.json",
    "rush.json",
    "lage.config.js",
    "WORKSPACE",
    "MODULE.bazel",
];

/// Words of scripts that do.
const WORDS: &[&str] = &[
    "turbo ",
    "nx ",
    "lerna ",
    "wsrun",
    "lage ",
    "pnpm -r",
    "pnpm --recursive",
    "pnpm run -r",
    "pnpm recursive",
    "--filter",
    "--topological",
    "foreach -t",
    "foreach -pt",
    "foreach -At",
    "foreach -Apt",
    "tsc -b",
    "tsc --build",
    "wireit",
    "ultra ",
];

/// One fact for each workspace in which a package needs the output of another.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let roots = context.packages.all().iter();
    let roots = roots.filter(|package| package.ecosystem == "npm" && !package.members.is_empty());
    roots.filter_map(|root| workspace(context, root)).collect()
}

fn workspace(context: &Context<'_>, root: &Package) -> Option<Entry> {
    let members: Vec<_> =
        root.members.iter().filter_map(|member| context.packages.all().get(*member)).collect();
    let (needs, built) = members.iter().find_map(|needs| {
        needs.script("build")?;
        let mut others = members.iter().filter(|built| built.dir != needs.dir && is_built(context, built));
        others
            .find(|built| built.name().is_some_and(|name| needs.dependency(name).is_some()))
            .map(|built| (*needs, *built))
    })?;
    let name = |package: &Package| package.name().unwrap_or(&package.dir).to_owned();
    let by = keeps(context, root, needs, built);
    let fact = WorkspaceBuild { needs: name(needs), built: name(built), by };
    Some(Entry::new(Place::file(root.file()), fact))
}

/// Whether others find a package where its build writes: what the manifest names is not there.
fn is_built(context: &Context<'_>, package: &Package) -> bool {
    let Some(node) = context.documents.node(package.file()) else { return false };
    let mut paths = Vec::new();
    ["main", "module", "exports"]
        .iter()
        .filter_map(|key| node.get(key))
        .for_each(|node| leaves(node, 5, &mut paths));
    let lost = |path: &String| {
        resolve(&package.dir, path).is_some_and(|path| {
            context.tree.by_path(&path).is_none() && !context.tree.has_dir(&path) && !path.contains('*')
        })
    };
    package.script("build").is_some() && !paths.is_empty() && paths.iter().all(lost)
}

/// Every text within a node.
fn leaves(node: &Node, left: usize, found: &mut Vec<String>) {
    found.extend(node.text().map(str::to_owned));
    if left > 0 {
        node.entries().iter().for_each(|entry| leaves(&entry.value, left - 1, found));
    }
}

/// What builds two packages in their order.
fn keeps(context: &Context<'_>, root: &Package, needs: &Package, built: &Package) -> Option<String> {
    if let Some(file) = FILES.iter().find(|file| context.tree.by_path(&join(&root.dir, file)).is_some()) {
        return Some((*file).to_owned());
    }
    if context.tree.has_dir(&join(&root.dir, ".moon")) {
        return Some(".moon".to_owned());
    }
    let folder = built.dir.strip_prefix(root.dir.as_str()).unwrap_or(&built.dir).trim_start_matches('/');
    let names = |word: &str| {
        let word = word.trim_start_matches("./").trim_end_matches('/');
        built.name() == Some(word) || word == folder || word.ends_with(&format!("/{folder}"))
    };
    let part = |letter: char| !letter.is_alphanumeric() && !"-_@/.".contains(letter);
    let speaks = |text: &str| text.contains("build") && text.split(part).any(names);
    let ordered = |text: &str| WORDS.iter().any(|word| text.contains(word)) || speaks(text);
    let scripts = root.scripts().chain(needs.scripts());
    if let Some((_, script)) = scripts.into_iter().find(|(_, script)| ordered(&script.command)) {
        return Some(format!("the script `{}`", script.name));
    }
    let itself = ["prepare", "postinstall", "prepublish"].iter().find_map(|name| built.script(name));
    if let Some((_, script)) = itself
        && scripts::commands(built, &script.command).iter().any(|command| command.name().is_some())
    {
        return Some(format!("its script `{}`", script.name));
    }
    let images =
        context.tree.entries().filter(|(_, file)| file.kind == FileKind::Dockerfile && !file.is_aside());
    let others = mentions::task_files(context).filter(|(_, file)| file.name() != "package.json");
    let mut files = images.chain(others);
    files
        .find(|(file, _)| context.tree.text(*file).lines().any(ordered))
        .map(|(_, source)| source.path.clone())
}
