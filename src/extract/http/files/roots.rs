//! The directories that frameworks are rooted in, and the modules below them.

use crate::extract::Context;
use crate::extract::packages::above;
use crate::source::{FileId, SourceFile};

/// A directory that a framework reads its routes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::extract) struct Root {
    /// The directory of the package.
    pub dir: String,
    /// The configuration of the framework, where there is one.
    pub config: Option<FileId>,
}

/// The directories of packages that depend on one of these, or that hold a configuration of this name.
pub(in crate::extract) fn roots(context: &Context<'_>, dependencies: &[&str], config: &str) -> Vec<Root> {
    let depends = context.packages.all().iter().filter(|package| {
        let is_npm = matches!(package.ecosystem, "npm" | "deno");
        is_npm && dependencies.iter().any(|name| package.dependency(name).is_some())
    });
    let mut roots: Vec<Root> = depends
        .map(|package| Root {
            dir: package.dir.clone(),
            config: configuration(context, &package.dir, config),
        })
        .collect();
    // A framework that is declared at the root of a workspace is configured where it is used.
    if !config.is_empty() && !roots.is_empty() {
        for (id, file) in context.tree.entries() {
            let name = file.name();
            let is_config = name.strip_prefix(config).is_some_and(|rest| rest.starts_with('.'));
            if is_config && stem_of(name) == config && !roots.iter().any(|root| root.dir == file.dir()) {
                roots.push(Root { dir: file.dir().to_owned(), config: Some(id) });
            }
        }
    }
    roots.sort_by(|a, b| a.dir.cmp(&b.dir));
    roots.dedup_by(|a, b| a.dir == b.dir);
    roots
}

/// The configuration of this name in a directory: `next.config.ts`.
pub(in crate::extract) fn configuration(context: &Context<'_>, dir: &str, name: &str) -> Option<FileId> {
    const EXTENSIONS: &[&str] = &["ts", "mjs", "js", "mts", "cjs", "cts"];
    if name.is_empty() {
        return None;
    }
    let path = |extension| crate::extract::packages::join(dir, &format!("{name}.{extension}"));
    EXTENSIONS.iter().find_map(|extension| context.tree.by_path(&path(extension)))
}

/// The modules below a root and of no other root, with their paths relative to it. Vendored and generated ones are left
/// out.
pub(in crate::extract) fn modules_below<'c>(
    context: &'c Context<'_>,
    roots: &'c [Root],
    root: &'c Root,
) -> impl Iterator<Item = (FileId, &'c str)> + 'c {
    let files = context.tree.below(&root.dir).iter();
    files.filter_map(move |file| {
        let relative = inside(file, roots, root)?;
        let id = context.tree.by_path(&file.path)?;
        context.code.module(id).map(|_| (id, relative))
    })
}

fn inside<'c>(file: &'c SourceFile, roots: &[Root], root: &Root) -> Option<&'c str> {
    if file.vendored || file.generated || file.link.is_some() || !file.kind.is_ecmascript() {
        return None;
    }
    let nearest = above(file.dir()).find(|dir| roots.iter().any(|root| root.dir == *dir));
    if nearest != Some(root.dir.as_str()) {
        return None;
    }
    let relative = file.path.strip_prefix(root.dir.as_str())?;
    Some(relative.trim_start_matches('/'))
}

fn stem_of(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}
