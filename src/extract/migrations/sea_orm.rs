//! `SeaORM`: modules of Rust that a `Migrator` lists in their order, with statements of a builder or SQL in `up`.

mod builder;
mod columns;
mod idens;
mod names;
mod rust;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use super::model::{Dialect, Down, Gap, Reach, Set, Step, Unrun, Why};
use super::survey::{Survey, join};
use crate::source::{FileId, FileKind, Place, Span};
use builder::Writer;
use idens::Idens;
use rust::Value;

/// The sets of every `Migrator`.
pub(super) fn sets(survey: &mut Survey<'_>) -> Vec<Set> {
    let mut sets = Vec::new();
    for (file, source) in survey.context.tree.entries() {
        if source.kind == FileKind::Rust
            && !source.is_aside()
            && survey.text(file).contains("MigratorTrait for")
            && survey.text(file).contains("sea_orm_migration")
        {
            sets.extend(set(survey, file));
        }
    }
    sets
}

fn set(survey: &Survey<'_>, list: FileId) -> Option<Set> {
    let tree = survey.context.tree;
    let text = survey.text(list);
    let source = tree.file(list);
    let body = rust::body(text, "migrations")?;
    let dir = match source.stem() {
        "lib" | "mod" | "main" => source.dir().to_owned(),
        stem => join(source.dir(), stem),
    };
    let mut set = Set { tool: "sea-orm", directory: dir.clone(), ..Set::default() };
    set.configured = Some(Place { file: list, span: body });
    set.dialect = dialect(survey, &dir);
    let (mut files, complete) = listed(survey, list, body, &dir);
    let is_step = |file: &FileId| *file != list && survey.text(*file).contains("MigrationTrait for");
    let below: Vec<FileId> = tree
        .below(&dir)
        .iter()
        .filter(|source| source.kind == FileKind::Rust)
        .filter_map(|source| tree.by_path(&source.path))
        .collect();
    if !complete {
        let why = "the list of migrations is put together by code";
        set.gaps.push(Gap::of(Place { file: list, span: body }, why, Reach::Anything));
        files = below.iter().copied().filter(is_step).collect();
    }
    let names: Vec<Idens> = below.iter().map(|file| idens::of(survey.text(*file))).collect();
    for file in &files {
        step(survey, *file, &names, &mut set);
    }
    let run: BTreeSet<FileId> = files.into_iter().collect();
    let unlisted = below.into_iter().filter(|file| !run.contains(file) && is_step(file));
    let why = Why::Unlisted(source.path.clone());
    set.unrun = unlisted.map(|file| Unrun { file, why: why.clone() }).collect();
    (!set.steps.is_empty() || !set.unrun.is_empty()).then_some(set)
}

/// The files of a list, `vec![Box::new(m1::Migration), …]`, and whether all of it was understood.
fn listed(survey: &Survey<'_>, list: FileId, body: Span, dir: &str) -> (Vec<FileId>, bool) {
    let text = survey.text(list);
    let statements = rust::statements(text, body);
    let [rust::Statement::Value(Value::List(items), _)] = statements.as_slice() else {
        return (Vec::new(), false);
    };
    let file = |item: &Value| {
        let boxed = item.chain().filter(|chain| chain.head == "Box::new")?;
        let [module] = boxed.with.as_deref()? else { return None };
        let path = module.chain()?.head.strip_suffix("::Migration")?.replace("::", "/");
        let path =
            path.trim_start_matches("self/").trim_start_matches("crate/").trim_start_matches("migrations/");
        let near = [join(dir, &format!("{path}.rs")), join(dir, &format!("{path}/mod.rs"))];
        let mut above = near.iter().filter_map(|path| survey.path(path));
        above.next().or_else(|| {
            let inner = join(dir, "migrations");
            survey.path(&join(&inner, &format!("{path}.rs")))
        })
    };
    let files: Vec<Option<FileId>> = items.iter().map(file).collect();
    let complete = files.iter().all(Option::is_some);
    (files.into_iter().flatten().collect(), complete)
}

fn step(survey: &Survey<'_>, file: FileId, names: &[Idens], set: &mut Set) {
    let text = survey.text(file);
    let mut writer = Writer::new(idens::of(text), names);
    match rust::body(text, "up") {
        Some(body) => writer.statements(text, body),
        None => writer.gap(Span::default(), builder::UNKNOWN, Reach::Anything),
    }
    let down = rust::body(text, "down").filter(|body| {
        let body = body.of(text);
        body.contains(".await") && !body.contains("todo!") && !body.contains("unimplemented!")
    });
    let stem = match survey.context.tree.file(file).stem() {
        "mod" => super::survey::last(survey.context.tree.file(file).dir()),
        stem => stem,
    };
    let name = stem.trim_start_matches('m').trim_start_matches(|c: char| c.is_ascii_digit() || c == '_');
    let at = |span: Span| Place { file, span };
    set.gaps.extend(writer.gaps.into_iter().map(|(span, why, reach)| Gap::of(at(span), why, reach)));
    set.steps.push(Step {
        file,
        version: Some(stem.to_owned()),
        name: name.to_owned(),
        up: writer.parts,
        down: down.map(Down::Span),
        // Only PostgreSQL runs them in one.
        transaction: set.dialect == Dialect::Postgres,
        refused: None,
    });
}

/// The language of the database, by the features of the crates. Who serves several kinds is judged by PostgreSQL.
fn dialect(survey: &Survey<'_>, dir: &str) -> Dialect {
    let told = ["sea-orm-migration", "sea-orm"].iter().map(|name| survey.crate_dialect(dir, name));
    let mut told = told.filter(|dialect| *dialect != Dialect::Unknown);
    told.next().unwrap_or(Dialect::Postgres)
}
