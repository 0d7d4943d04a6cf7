//! Tools that keep a folder for each migration: Prisma, Diesel, Hasura, and Drizzle since its version 1.

use std::collections::BTreeMap;

use super::model::{Dialect, Gap, Set, Step, Unrun, Why};
use super::survey::{self, Survey, join, last, lineage, numbered, parent};
use crate::parse::Document;
use crate::parse::node::Node;
use crate::source::{FileId, FileKind, Place};

/// The sets of every folder whose folders hold `migration.sql` or `up.sql`.
pub(super) fn sets(survey: &mut Survey<'_>) -> Vec<Set> {
    let mut found: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for dir in survey.free() {
        let Some(above) = parent(dir).filter(|_| numbered(last(dir)).is_some()) else { continue };
        let (single, pairs) = found.entry(above).or_default();
        *single += usize::from(survey.first(dir, &["migration.sql"]).is_some());
        *pairs += usize::from(survey.first(dir, &["up.sql"]).is_some());
    }
    // `0_init`, `init` and what has no number stand beside others that have one.
    let mut sets = Vec::new();
    for (dir, (single, pairs)) in found {
        if single > 0 && single >= pairs {
            let snapshot = |folder: &&str| survey.first(folder, &["snapshot.json"]).is_some();
            let drizzle = survey.below(dir).iter().filter(|folder| snapshot(folder)).count() > 0;
            let locked = survey.first(dir, &["migration_lock.toml"]).is_some();
            sets.push(if drizzle && !locked { drizzle_set(survey, dir) } else { prisma(survey, dir) });
        } else if pairs > 0 {
            sets.push(pair(survey, dir));
        }
    }
    sets
}

fn prisma(survey: &mut Survey<'_>, dir: &str) -> Set {
    let lock = survey.first(dir, &["migration_lock.toml"]);
    let mut set = Set { tool: "prisma", directory: dir.to_owned(), ..Set::default() };
    let schema = schema_of(survey, dir);
    set.configured =
        lock.or(schema).map(Place::file).or_else(|| survey.depends(dir, &["prisma", "@prisma/client"]));
    let locked = lock.and_then(|file| survey.data(file)?.get("provider")?.scalar());
    let told = locked.or_else(|| schema.and_then(|file| provider(survey, file)).map(str::to_owned));
    set.dialect = told.map_or_else(|| survey.driver(dir), |provider| survey::dialect(&provider));
    single(survey, dir, &mut set);
    set
}

fn drizzle_set(survey: &mut Survey<'_>, dir: &str) -> Set {
    let mut set = Set { tool: "drizzle", directory: dir.to_owned(), ..Set::default() };
    let config = survey.above(dir, super::drizzle::CONFIGS);
    set.configured = config.map(Place::file);
    let named = config.and_then(|file| survey.data(file)?.get("dialect")?.scalar());
    set.dialect = named.map_or_else(|| survey.driver(dir), |dialect| survey::dialect(&dialect));
    single(survey, dir, &mut set);
    set
}

/// Folders with a `migration.sql` each, in the order of their names.
fn single(survey: &mut Survey<'_>, dir: &str, set: &mut Set) {
    survey.take(dir);
    for folder in survey.below(dir) {
        survey.take(folder);
        let Some(file) = survey.first(folder, &["migration.sql"]) else {
            let why = Why::Name("<timestamp>_name/migration.sql");
            set.unrun.extend(survey.sql(folder).map(|(file, _)| Unrun { file, why: why.clone() }));
            continue;
        };
        let (version, name) = numbered(last(folder)).unwrap_or((last(folder), last(folder)));
        let mut step = survey.whole(file, Some(version), name);
        step.version = Some(last(folder).to_owned());
        step.transaction = set.dialect == Dialect::Postgres;
        for (other, source) in survey.sql(folder).filter(|(other, _)| *other != file) {
            if matches!(source.name(), "down.sql" | "rollback.sql" | "revert.sql" | "undo.sql") {
                step.down = survey::down_file(survey, other);
            } else {
                set.unrun.push(Unrun { file: other, why: Why::Name("migration.sql") });
            }
        }
        set.steps.push(step);
    }
    // Folders without SQL are asked for all the same.
    for file in survey.context.tree.below(dir) {
        let code = matches!(file.name(), "migration.ts" | "migration.js");
        if code && let Some(id) = survey.path(&file.path) {
            set.gaps
                .push(Gap::file(id, "it is a migration in code, which a program of this repository runs"));
        }
    }
    let loose =
        survey.sql(dir).map(|(file, _)| Unrun { file, why: Why::Name("<timestamp>_name/migration.sql") });
    set.unrun.extend(loose.collect::<Vec<_>>());
}

/// The schema beside or above a folder of migrations.
fn schema_of(survey: &Survey<'_>, dir: &str) -> Option<FileId> {
    let beside =
        lineage(dir).take(3).find_map(|dir| survey.first(dir, &["schema.prisma", "prisma/schema.prisma"]));
    beside.or_else(|| {
        let above = parent(dir)?;
        let schema = survey.context.tree.below(above).iter().find(|file| {
            file.kind == FileKind::Prisma
                && survey.path(&file.path).is_some_and(|id| provider(survey, id).is_some())
        })?;
        survey.path(&schema.path)
    })
}

/// The provider of the data source of a Prisma schema.
fn provider<'c>(survey: &Survey<'c>, file: FileId) -> Option<&'c str> {
    match survey.context.documents.get(file)? {
        Document::Prisma(schema) => schema.provider(),
        _ => None,
    }
}

/// Folders with `up.sql` and `down.sql`: Diesel or Hasura.
fn pair(survey: &mut Survey<'_>, dir: &str) -> Set {
    let diesel = survey.above(dir, &["diesel.toml"]).map(Place::file);
    let diesel = diesel.or_else(|| survey.depends(dir, &["diesel", "diesel_migrations", "diesel-async"]));
    let hasura = hasura_config(survey, dir);
    let tool = match (diesel, hasura) {
        (Some(_), None) => "diesel",
        (_, Some(_)) => "hasura",
        _ if survey.below(dir).iter().any(|folder| last(folder).contains("diesel_initial_setup")) => "diesel",
        _ => "folders",
    };
    let mut set = Set {
        tool,
        directory: dir.to_owned(),
        configured: hasura.map(Place::file).or(diesel),
        ..Set::default()
    };
    set.dialect = if tool == "hasura" { Dialect::Postgres } else { survey.crate_dialect(dir, "diesel") };
    survey.take(dir);
    for folder in survey.below(dir) {
        survey.take(folder);
        let Some(file) = survey.first(folder, &["up.sql"]) else {
            let others = survey.sql(folder).filter(|(_, source)| source.name() != "down.sql");
            let unrun: Vec<_> = others.map(|(file, _)| Unrun { file, why: Why::Name("up.sql") }).collect();
            set.unrun.extend(unrun);
            continue;
        };
        set.steps.push(of_pair(survey, folder, file));
    }
    set.steps.sort_by(|a, b| key(a).cmp(&key(b)));
    survey::refuse_doubles(survey, &mut set.steps);
    set
}

fn key(step: &Step) -> (u128, &str) {
    let version = step.version.as_deref().unwrap_or_default();
    (survey::number(version), version)
}

fn of_pair(survey: &Survey<'_>, folder: &str, file: FileId) -> Step {
    // Diesel counts `2020-01-02-030405_name` by its digits.
    let (version, name) = last(folder).split_once('_').unwrap_or((last(folder), ""));
    let mut step = survey.whole(file, Some(&version.replace('-', "")), name);
    step.down = survey.first(folder, &["down.sql"]).and_then(|down| survey::down_file(survey, down));
    let data = survey.first(folder, &["metadata.toml"]).and_then(|file| survey.data(file));
    let flag = data.as_ref().and_then(|node| node.get("run_in_transaction")).and_then(Node::flag);
    step.transaction = flag.unwrap_or(true);
    step
}

/// The configuration of Hasura above a folder: `config.yaml` beside `metadata` or `migrations`.
fn hasura_config(survey: &Survey<'_>, dir: &str) -> Option<FileId> {
    lineage(dir).skip(1).take(2).find_map(|above| {
        let config = survey.first(above, &["config.yaml", "config.yml"])?;
        let text = survey.text(config);
        let says =
            text.contains("metadata_directory") || text.contains("hasura") || text.contains("graphql-engine");
        (says || survey.context.tree.has_dir(&join(above, "metadata"))).then_some(config)
    })
}
