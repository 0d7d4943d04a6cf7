//! What makes tables before the first migration: scripts of the image of a database, and programs that ask a builder.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

use super::model::{Dialect, Gap, Reach, Set};
use super::runner;
use super::survey::Survey;
use crate::extract::pushes::syncs;
use crate::parse::javascript::{Module, NodeId};
use crate::parse::sql::dialect as told;
use crate::source::{FileId, FileKind, Needles, Place};

/// Says of each set what the image of its database runs before it, where that may make what migrations stand on.
pub(super) fn tell(survey: &Survey<'_>, sets: &mut [Set]) {
    /// Words of tables that record what changes.
    static RECORDS: LazyLock<Needles> = LazyLock::new(|| Needles::of(["audit", "history", "_log"]));
    for set in &mut *sets {
        let scripts = runner::first_scripts(survey, &set.directory);
        // What another file gives to an image is another database than the one that this set is made for.
        let other = |place: &Place| {
            set.tool == "initdb" && set.configured.is_none_or(|configured| configured.file != place.file)
        };
        let base = scripts.into_iter().find(|(place, script)| !other(place) && is_base(survey, set, *script));
        if let Some((place, script)) = base {
            let path = &survey.context.tree.file(script).path;
            let why = format!("the image of the database runs `{path}` before the migrations");
            let reach = if RECORDS.are_in(survey.text(script)) { Reach::Others } else { Reach::Base };
            set.gaps.push(Gap::of(place, why, reach));
        }
    }
    let by_code = |set: &Set| matches!(set.tool, "knex" | "kysely" | "sequelize");
    if !sets.iter().any(by_code) {
        return;
    }
    let steps: FxHashSet<FileId> = sets.iter().flat_map(|set| &set.steps).map(|step| step.file).collect();
    let makers = makers(survey, &steps);
    for set in sets.iter_mut().filter(|set| by_code(set)) {
        let packages = &survey.context.packages;
        let own = packages.dir_of_dir(&set.directory);
        let near = |place: &&Place| packages.dir_of(&survey.context.tree.file(place.file).path) == own;
        if let Some(place) = makers.iter().find(near) {
            let why = "a program makes tables without migrations".to_owned();
            set.gaps.push(Gap::of(*place, why, Reach::Others));
        }
    }
}

/// Where programs that are no migrations make tables: `knex.schema.createTable(…)`, `sequelize.sync()`.
fn makers(survey: &Survey<'_>, steps: &FxHashSet<FileId>) -> Vec<Place> {
    let code = &survey.context.code;
    let programs = code.modules().filter(|(file, _)| {
        let source = survey.context.tree.file(*file);
        // Migrations of other tools, and those that are passed over, are none.
        !steps.contains(file) && !source.is_aside() && !source.dir().contains("migrat")
    });
    let first = |(file, module): (FileId, &Module)| {
        if !["createTable", "createTableIfNotExists", "sync"].iter().any(|word| module.may_say(word)) {
            return None;
        }
        let makes = |call: &NodeId| match module.called(*call) {
            Some("createTable" | "createTableIfNotExists") => module
                .receiver(*call)
                .and_then(|on| module.last_name(on))
                .is_some_and(|on| BUILDERS.contains(&on)),
            _ => syncs(module, *call),
        };
        let call = module.calls().find(makes)?;
        Some(Place { file, span: module.span(call) })
    };
    programs.filter_map(first).collect()
}

/// Names of what builds tables.
const BUILDERS: &[&str] = &["schema", "queryInterface"];

/// Whether a script is none of a set, speaks to the same kind of database, and makes something.
fn is_base(survey: &Survey<'_>, set: &Set, script: FileId) -> bool {
    static MAKES: LazyLock<Needles> = LazyLock::new(|| {
        Needles::of([
            "create table",
            "create type",
            "create domain",
            "create schema",
            "create view",
            "create function",
            "create or replace function",
            "create role",
            "create user",
        ])
    });
    let source = survey.context.tree.file(script);
    let runs = matches!(source.kind, FileKind::Sql | FileKind::Shell);
    if !runs || set.steps.iter().any(|step| step.file == script) {
        return false;
    }
    let text = survey.text(script);
    let dialect = if source.kind == FileKind::Sql { told::dialect(text) } else { Dialect::Unknown };
    let known = |dialect: Dialect| dialect != Dialect::Unknown;
    MAKES.are_in(text) && !(known(dialect) && known(set.dialect) && dialect != set.dialect)
}
