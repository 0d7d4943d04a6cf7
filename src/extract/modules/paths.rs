//! Where packages say that others find them, and where nothing can be.

use crate::extract::Context;
use crate::extract::packages::{Package, Role, join, resolve};
use crate::facts::{Entry, PackagePath};
use crate::parse::node::{Node, Value};
use crate::source::Place;

/// Scripts that may write files of a package.
const BUILDS: &[&str] = &[
    "build",
    "prepare",
    "prepack",
    "prepublish",
    "prepublishOnly",
    "postinstall",
    "compile",
    "bundle",
    "dist",
    "package",
];

/// One fact for each path to a file of code in `main`, `module`, `bin` and `exports`.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let packages = context.packages.all().iter().filter(|package| package.ecosystem == "npm");
    packages.flat_map(|package| of(context, package)).collect()
}

fn of(context: &Context<'_>, package: &Package) -> Vec<Entry> {
    let Some(node) = context.documents.node(package.file()) else { return Vec::new() };
    let mut paths = Vec::new();
    for key in ["main", "module", "bin", "exports"] {
        if let Some(value) = node.get(key) {
            texts(key, value, &mut paths);
        }
    }
    let facts = paths.into_iter().map(|(key, path)| {
        let target = path.text().unwrap_or_default();
        let fact = PackagePath {
            key: key.to_owned(),
            target: target.to_owned(),
            role: package.role.word().to_owned(),
            lost: lost(context, package, target),
        };
        Entry::new(Place { file: package.file(), span: path.span }, fact)
    });
    facts.collect()
}

/// Every path to code in a value.
fn texts<'n>(key: &'static str, node: &'n Node, found: &mut Vec<(&'static str, &'n Node)>) {
    match &node.value {
        Value::Text(path) => {
            let code =
                [".js", ".mjs", ".cjs", ".ts", ".mts", ".cts"].iter().any(|ending| path.ends_with(ending));
            if code && !path.contains('*') {
                found.push((key, node));
            }
        }
        Value::List(items) => items.iter().for_each(|item| texts(key, item, found)),
        Value::Map(entries) => entries.iter().for_each(|entry| texts(key, &entry.value, found)),
        _ => {}
    }
}

/// Why nothing can be at a path of a package that others ask for.
fn lost(context: &Context<'_>, package: &Package, target: &str) -> Option<String> {
    if !matches!(package.role, Role::Library | Role::Cli) {
        return None;
    }
    let path = resolve(&package.dir, target)?;
    let tree = context.tree;
    let there =
        tree.by_path(&path).is_some() || tree.unread().iter().any(|unread| path.starts_with(&unread.path));
    if there {
        return None;
    }
    // `"main": "../dist/index.js"`: what another folder's build writes is that one's.
    let within =
        if package.dir.is_empty() { &path } else { path.strip_prefix(&package.dir)?.strip_prefix('/')? };
    let first = within.split('/').next().unwrap_or_default();
    let written = written_to(context, package);
    if let Some(written) = &written
        && first != written
        && !tree.has_dir(&join(&package.dir, first))
    {
        return Some(format!("the compiler writes to `{written}`"));
    }
    let builds = context.packages.lineage(package).any(|package| {
        package.scripts().any(|(_, script)| BUILDS.iter().any(|name| script.name.starts_with(name)))
    });
    let configured = written.is_some() || has_config(context, package);
    (!builds && !configured).then(|| "nothing builds it".to_owned())
}

/// The folder that the compiler of TypeScript writes to, where a plain `tsc` is all that builds the package.
fn written_to(context: &Context<'_>, package: &Package) -> Option<String> {
    let (_, build) = package.script("build")?;
    let words: Vec<&str> = build.command.split_whitespace().collect();
    if !matches!(words.as_slice(), ["tsc"] | ["tsc", "-b" | "--build"]) {
        return None;
    }
    let config = context.tree.by_path(&join(&package.dir, "tsconfig.json"))?;
    let node = context.documents.node(config)?;
    let written = node.at(&["compilerOptions", "outDir"])?.text()?;
    let written = written.trim_start_matches("./").trim_end_matches('/');
    let known = package
        .scripts()
        .all(|(_, script)| !script.name.starts_with("pre") && !script.name.starts_with("post"));
    (known && !written.is_empty() && !written.contains(['/', '$'])).then(|| written.to_owned())
}

/// Whether a compiler or a bundler is set up.
fn has_config(context: &Context<'_>, package: &Package) -> bool {
    let files = context.tree.below(&package.dir).iter();
    let mut own = files.filter(|file| file.dir() == package.dir);
    own.any(|file| {
        let name = file.name();
        name.starts_with("tsconfig")
            || name.contains(".config.")
            || name.starts_with("build")
            || name == "Makefile"
            || name == "project.json"
    })
}
