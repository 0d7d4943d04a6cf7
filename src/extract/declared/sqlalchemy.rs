//! Models of `SQLAlchemy` and `SQLModel`, classes with a table and tables by themselves, of projects that Alembic migrates.

mod columns;
mod reader;
mod table;
#[cfg(test)]
mod tests;

use rustc_hash::FxHashSet;

use super::python::{Module, Project};
use super::{Declared, merged};
use crate::extract::Context;
use crate::extract::migrations::Set;
use crate::extract::packages::join;
use crate::source::{FileId, folder_of};
use reader::Reader;

/// The models of each project that has one graph of revisions.
pub(super) fn declared(context: &Context<'_>, sets: &[Set]) -> Vec<Declared> {
    // Where the configuration stands beside its environment, the project is around both.
    let home = |set: &Set| {
        let dir = folder_of(&context.tree.file(set.configured?.file).path);
        let beside = context.tree.by_path(&join(dir, "env.py")).is_some();
        Some(if beside { folder_of(dir) } else { dir }.to_owned())
    };
    let own: Vec<(usize, String)> = sets
        .iter()
        .enumerate()
        .filter(|(_, set)| set.tool == "alembic" && !set.steps.is_empty())
        .filter_map(|(number, set)| Some((number, home(set)?)))
        .collect();
    let mut found = Vec::new();
    for (number, dir) in &own {
        let within = |other: &str| dir.is_empty() || other == dir || other.starts_with(&format!("{dir}/"));
        // Of several graphs nothing tells which models are whose.
        if own.iter().filter(|(_, other)| within(other)).count() == 1 {
            found.extend(of_project(context, &sets[*number], dir, *number));
        }
    }
    found
}

fn of_project(context: &Context<'_>, set: &Set, dir: &str, number: usize) -> Option<Declared> {
    let project = Project::of(context, dir);
    let steps: FxHashSet<FileId> = set.steps.iter().map(|step| step.file).collect();
    let said: FxHashSet<&str> = project.modules.iter().flat_map(Module::said).collect();
    // Modules that none asks for are left over.
    let loaded = |module: &Module<'_>| !steps.contains(&module.file) && said.contains(module.name());
    let reader = Reader { project: &project };
    let classes = project.classes().filter(|(id, _)| project.module(*id).is_some_and(loaded));
    let of_classes = classes.filter_map(|(id, class)| reader.of_class(id, class));
    let environments = project.modules.iter().filter(|module| is_environment(module));
    let asked: FxHashSet<&str> = environments.flat_map(Module::said).collect();
    let alone = project.modules.iter().filter(|module| loaded(module));
    let alone = alone.flat_map(|module| table::alone(module, &asked));
    let tables = merged(of_classes.chain(alone));
    let made = project.modules.iter().any(|module| {
        let lines = module.text.lines().filter(|line| line.contains(".create_all"));
        lines.map(str::trim_start).any(|line| !line.starts_with('#'))
    });
    let made = made.then(|| "`create_all` may make what no migration does".to_owned());
    Some(Declared {
        tool: "sqlalchemy",
        place: tables.first()?.place,
        set: Some(number),
        enums: Vec::new(),
        without_keys: false,
        own_steps: true,
        unsure: made.or_else(|| chosen(&project)),
        tables,
    })
}

fn is_environment(module: &Module<'_>) -> bool {
    module.name() == "env"
}

/// Why migrations may leave tables of the project out: its environment chooses among them.
fn chosen(project: &Project<'_>) -> Option<String> {
    let environments = project.modules.iter().filter(|module| is_environment(module));
    // What goes by `info` is told at the tables.
    let chooses = |text: &str| {
        ["include_object", "include_name"].iter().any(|word| text.contains(word)) && !text.contains(".info")
    };
    let module = environments.into_iter().find(|module| chooses(module.text))?;
    Some(format!("`{}` leaves tables out", module.path))
}
