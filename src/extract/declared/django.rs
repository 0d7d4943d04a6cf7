//! Models of Django: classes below `models.Model` of the applications whose migrations are there.

mod meta;
mod model;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use super::python::{ClassId, Project};
use super::{Declared, merged};
use crate::extract::Context;
use crate::extract::migrations::Set;
use crate::source::{folder_of, is_below};
use model::Reader;

/// The models of each project.
pub(super) fn declared(context: &Context<'_>, sets: &[Set]) -> Vec<Declared> {
    let own = sets.iter().enumerate().filter(|(_, set)| set.tool == "django");
    own.filter_map(|(number, set)| of_project(context, set, number)).collect()
}

fn of_project(context: &Context<'_>, set: &Set, number: usize) -> Option<Declared> {
    let project = Project::of(context, &set.directory);
    // A version begins with the label of its application: `shop.0001`.
    let label = |version: &Option<String>| Some(version.as_ref()?.rsplit_once('.')?.0.to_owned());
    let app = |path: &str| folder_of(folder_of(path)).to_owned();
    let apps: BTreeMap<String, String> = set
        .steps
        .iter()
        .filter_map(|step| Some((app(&context.tree.file(step.file).path), label(&step.version)?)))
        .collect();
    // What is added to classes from outside is not seen.
    let whole = !project.modules.iter().any(|module| module.text.contains("add_to_class("));
    let reader = Reader { project: &project, apps: &apps, whole };
    let classes = project.classes().filter(|(id, _)| reader.app(*id).is_some());
    let tables = merged(classes.flat_map(|(id, class)| reader.tables(id, class)));
    Some(Declared {
        tool: "django",
        place: tables.first()?.place,
        set: Some(number),
        enums: Vec::new(),
        without_keys: false,
        own_steps: true,
        unsure: None,
        tables,
    })
}

impl Reader<'_> {
    /// The application that a class belongs to: that of the folder around it, where its modules of models have it.
    fn app(&self, id: ClassId) -> Option<&str> {
        let path = self.project.module(id)?.path;
        let around = self.apps.iter().filter(|(dir, _)| is_below(path, dir));
        let (dir, label) = around.max_by_key(|(dir, _)| dir.len())?;
        let inner = path.get(dir.len()..)?.trim_start_matches('/');
        let loaded = match inner.strip_prefix("models/") {
            Some("__init__.py") => true,
            Some(inner) => {
                let stem = inner.trim_end_matches(".py");
                let list = [dir.as_str(), "models/__init__.py"].into_iter().filter(|part| !part.is_empty());
                let list = list.collect::<Vec<_>>().join("/");
                let list = self.project.modules.iter().find(|module| module.path == list);
                list.is_some_and(|list| list.text.contains(&stem.replace('/', ".")))
            }
            None => inner == "models.py",
        };
        loaded.then_some(label)
    }
}
