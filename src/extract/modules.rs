//! Modules: who asks for them, whether a test reaches them, and what packages they ask for.

mod critical;
mod imports;
mod paths;
mod tests_of;

use std::collections::HashMap;

use rayon::prelude::*;

use super::Context;
use super::packages::Package;
use crate::facts::{Entry, Module as Fact, PackageCode};
use crate::parse::javascript::Module;
use crate::source::{FileId, Place};
use tests_of::Tests;

/// Facts of every module, of what each asks for, and of the code of packages.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let tests = Tests::of(context);
    let modules: Vec<(FileId, &Module)> =
        context.code.modules().filter(|(file, _)| !context.tree.file(*file).is_aside()).collect();
    let mut entries: Vec<Entry> =
        modules.par_iter().map(|(file, module)| entry(context, &tests, *file, module)).collect();
    entries.extend(packages(context, &modules));
    entries.extend(imports::facts(context, &modules));
    entries.extend(paths::facts(context));
    entries
}

fn entry(context: &Context<'_>, tests: &Tests<'_>, file: FileId, module: &Module) -> Entry {
    let graph = &context.code.graph;
    let source = context.tree.file(file);
    let name = source.name();
    let importers = graph.importers(file).iter().filter(|from| !context.tree.file(**from).is_aside());
    let fact = Fact {
        name: name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned(),
        importers: count(importers.count()),
        type_importers: count(graph.type_importers(file).len()),
        entry: graph.entry(file).map(str::to_owned),
        client: graph.client(file),
        tested: tests.reach(context, file),
        decides: critical::decides(context, file, module).map(str::to_owned),
    };
    Entry::new(Place::file(file), fact)
}

/// What each package of npm and Deno holds.
fn packages(context: &Context<'_>, modules: &[(FileId, &Module)]) -> Vec<Entry> {
    let mut codes: HashMap<&str, PackageCode> = HashMap::new();
    for (file, module) in modules {
        let Some(package) = owner(context, *file) else { continue };
        let code = codes.entry(&package.dir).or_default();
        code.modules += 1;
        code.functions += count(module.functions.len());
        code.tests += i64::from(context.code.graph.tested(*file));
    }
    let packages = context.packages.all().iter().filter(|package| is_script(package));
    let facts = packages.filter_map(|package| {
        let code = codes.remove(package.dir.as_str())?;
        let member = package.workspace.map(|_| "member").or_else(|| package.is_root().then_some("root"));
        let fact = PackageCode {
            role: package.role.word().to_owned(),
            workspace: member.map(str::to_owned),
            tests: if package.test_files > 0 { count(package.test_files) } else { code.tests },
            ..code
        };
        Some(Entry::new(Place::file(package.file()), fact))
    });
    facts.collect()
}

/// The nearest package of npm or Deno.
fn owner<'c>(context: &'c Context<'_>, file: FileId) -> Option<&'c Package> {
    let path = &context.tree.file(file).path;
    let (npm, deno) = (context.packages.owner(path, "npm"), context.packages.owner(path, "deno"));
    npm.into_iter().chain(deno).max_by_key(|package| package.dir.len())
}

fn is_script(package: &Package) -> bool {
    matches!(package.ecosystem, "npm" | "deno")
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
