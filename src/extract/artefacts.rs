//! What programs write or pack, and git tracks all the same.

use std::collections::BTreeMap;

use super::Context;
use super::packages::{above, join};
use crate::facts::{Artefact, Entry};
use crate::source::{FileId, Place, SourceFile};

/// Folders that only a package manager, a framework or a tool writes to.
const WRITTEN: &[(&str, &str)] = &[
    ("node_modules", "which the package manager writes"),
    ("bower_components", "which the package manager writes"),
    (".next", "which a build writes"),
    (".nuxt", "which a build writes"),
    (".output", "which a build writes"),
    (".svelte-kit", "which a build writes"),
    (".parcel-cache", "a cache"),
    (".turbo", "a cache"),
    (".serverless", "which a deployment writes"),
    ("storybook-static", "which a build writes"),
    (".nyc_output", "which a run of tests writes"),
    ("lcov-report", "which a run of tests writes"),
    ("__pycache__", "which the interpreter writes"),
    (".pytest_cache", "a cache"),
    (".mypy_cache", "a cache"),
    (".ruff_cache", "a cache"),
    (".gradle", "a cache"),
    (".dart_tool", "a cache"),
];

/// Folders that a build writes to, or that people do.
const BUILT: &[&str] = &["dist", "build", "out"];

/// Kinds of files, by the end of their names.
const FILES: &[(&str, &[&str])] = &[
    ("an archive", &[".zip", ".tar", ".tgz", ".tar.gz", ".rar", ".7z"]),
    ("a compiled file", &[".pyc", ".pyo", ".class", ".exe", ".tsbuildinfo"]),
    ("a log", &[".log"]),
    ("what a merge left", &[".orig", ".rej"]),
    ("a patch", &[".patch", ".diff"]),
    ("a note of the operating system", &[".DS_Store", "Thumbs.db", "desktop.ini"]),
];

/// Folders whose archives, patches and logs are there for their own sake.
const MEANT: &[&str] = &[
    "public",
    "static",
    "assets",
    "download",
    "downloads",
    "resources",
    "data",
    "patches",
    "patch",
    "debian",
    "packaging",
    "charts",
    "releases",
    "wordlists",
    "samples",
];

/// One fact for each folder that a program writes to, and one for each kind of files in a package.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let mut found: BTreeMap<(String, String), (FileId, i64)> = BTreeMap::new();
    for (id, file) in context.tree.entries().filter(|(_, file)| file.tracked && !file.test) {
        if let Some(key) = of(context, file) {
            found.entry(key).or_insert((id, 0)).1 += 1;
        }
    }
    let built = |place: &str| BUILT.contains(&place.rsplit('/').next().unwrap_or_default());
    found
        .into_iter()
        .filter(|((place, what), _)| !what.is_empty() || built(place) && is_build(context, place))
        .map(|((place, what), (file, count))| {
            let what = if what.is_empty() { format!("`{place}/`, which a build writes") } else { what };
            Entry::new(Place::file(file), Artefact { what, count, because: because(context, &place) })
        })
        .collect()
}

/// Where an artefact belongs, a folder or a package, and what it is; nothing for a folder that people may write to.
fn of(context: &Context<'_>, file: &SourceFile) -> Option<(String, String)> {
    let folders: Vec<&str> = file.dir().split('/').collect();
    for (at, folder) in folders.iter().enumerate() {
        let place = || folders[..=at].join("/");
        if let Some((_, why)) = WRITTEN.iter().find(|(name, _)| name == folder) {
            return Some((place(), format!("`{}/`, {why}", place())));
        }
        if BUILT.contains(folder) {
            return Some((place(), String::new()));
        }
    }
    let (what, _) = FILES.iter().find(|(_, ends)| ends.iter().any(|end| file.name().ends_with(end)))?;
    let meant = file.vendored || folders.iter().any(|folder| MEANT.contains(folder));
    (!meant).then(|| (context.packages.dir_of(&file.path).to_owned(), (*what).to_owned()))
}

/// Whether the files of a folder come from a build: one is compiled, bundled or mapped, and a package has a build.
fn is_build(context: &Context<'_>, place: &str) -> bool {
    let compiled = |file: &SourceFile| {
        file.generated
            && !file.vendored
            && [".js", ".mjs", ".cjs", ".css", ".map"].iter().any(|end| file.name().ends_with(end))
    };
    let packages = above(place).filter_map(|dir| context.packages.get(dir, "npm"));
    let builds = packages.take(1).any(|package| package.script("build").is_some());
    builds && context.tree.below(place).iter().filter(|file| file.tracked).any(compiled)
}

/// Why a folder has to be tracked: an action is run from what git has, a site of pages is served from it.
fn because(context: &Context<'_>, place: &str) -> Option<String> {
    let action = above(place).find_map(|dir| {
        let mut paths = ["action.yml", "action.yaml"].iter().map(|name| join(dir, name));
        paths.find(|path| context.tree.by_path(path).is_some())
    });
    action.map(|path| format!("`{path}` runs it"))
}

#[cfg(test)]
mod tests {
    use crate::extract::given::show;

    #[test]
    fn what_programs_write() {
        let manifest = ("package.json", r#"{"scripts": {"build": "tsc"}}"#);
        let compiled = "\"use strict\";\nvar __a = 1;\n";
        for (files, expected) in [
            (
                vec![("a/node_modules/x/index.js", "1")],
                vec!["`a/node_modules/`, which the package manager writes | 1 | "],
            ),
            (vec![manifest, ("dist/a.js", compiled)], vec!["`dist/`, which a build writes | 1 | "]),
            (
                vec![manifest, ("dist/a.js", compiled), ("action.yml", "")],
                vec!["`dist/`, which a build writes | 1 | `action.yml` runs it"],
            ),
            (vec![manifest, ("build/a.js", "task();")], vec![]),
            (vec![("dist/a.js", compiled)], vec![]),
            (vec![("a/b.zip", "x"), ("a/c.zip", "x")], vec!["an archive | 2 | "]),
            (vec![("public/b.zip", "x"), (".yarn/cache/a.zip", "x"), ("patches/a.patch", "x")], vec![]),
            (vec![("__pycache__/a.pyc", "x")], vec!["`__pycache__/`, which the interpreter writes | 1 | "]),
            (vec![("server.log", "x")], vec!["a log | 1 | "]),
            (vec![("tests/a.log", "x")], vec![]),
        ] {
            assert_eq!(show("artefact", &["what", "count", "because"], &files), expected, "{files:?}");
        }
    }
}
