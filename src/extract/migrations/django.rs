//! Django: operations on models in Python, which are not read; that they are there is said.

use std::collections::BTreeMap;

use super::model::{Gap, Set, Step};
use super::survey::{Survey, last, lineage};
use crate::source::{FileId, FileKind, Place};

/// The sets of every project of Django: one for all of its applications.
pub(super) fn sets(survey: &mut Survey<'_>) -> Vec<Set> {
    let mut found: BTreeMap<String, Vec<FileId>> = BTreeMap::new();
    for (file, source) in survey.context.tree.entries() {
        let is_step = source.kind == FileKind::Python
            && last(source.dir()) == "migrations"
            && source.name().starts_with(|c: char| c.is_ascii_digit());
        if !is_step || source.test || source.vendored || !survey.text(file).contains("migrations.Migration") {
            continue;
        }
        let project = lineage(source.dir()).find(|dir| survey.first(dir, &["manage.py"]).is_some());
        found.entry(project.unwrap_or_default().to_owned()).or_default().push(file);
    }
    found.into_iter().map(|(dir, files)| set(survey, dir, &files)).collect()
}

fn set(survey: &Survey<'_>, dir: String, files: &[FileId]) -> Set {
    let manage = survey.first(&dir, &["manage.py"]).map(Place::file);
    let configured = manage.or_else(|| survey.depends(&dir, &["django", "Django"]));
    let mut set =
        Set { tool: "django", dialect: survey.driver(&dir), configured, directory: dir, ..Set::default() };
    for file in files {
        let source = survey.context.tree.file(*file);
        let (version, name) = source.stem().split_once('_').unwrap_or((source.stem(), ""));
        // An application counts for itself: its versions are its own.
        let application = source.dir().trim_end_matches("/migrations");
        set.steps.push(Step {
            file: *file,
            version: Some(format!("{}.{version}", last(application))),
            name: name.to_owned(),
            up: Vec::new(),
            down: None,
            transaction: !survey.text(*file).contains("atomic = False"),
            refused: None,
        });
    }
    let first =
        files.first().copied().map(|file| Gap::file(file, "operations on models of Django are not read"));
    set.gaps.extend(first);
    set
}
