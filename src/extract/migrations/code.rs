//! Migrations in JavaScript and TypeScript: modules with an `up`, whose raw SQL and plain builder calls are read.

mod condition;
mod find;
mod knex;
mod kysely;
mod literal;
mod objects;
mod pgm;
mod sequelize;
mod table;
#[cfg(test)]
mod tests;
mod typeorm;
mod walk;

use std::collections::BTreeMap;

use super::model::{Dialect, Down, Gap, Platform, Reach, Set, Step, Unrun, Why};
use super::survey::{self, Survey, lineage, number, numbered};
use crate::extract::code::Site;
use crate::parse::javascript::{Kind, Module, NodeId};
use crate::source::{FileId, Place, SourceFile};

pub(super) use find::Tool;
use walk::{Builder, Walker};

/// The sets of every folder of modules with an `up`.
pub(super) fn sets(survey: &mut Survey<'_>) -> Vec<Set> {
    let mut found = Folders::new();
    for (file, module) in survey.context.code.modules() {
        let source = survey.context.tree.file(file);
        let dir = source.dir().to_ascii_lowercase();
        if !dir.contains("migrat") || survey::last(&dir).contains("seed") {
            continue;
        }
        if source.vendored || source.generated || !module.may_say("up") {
            continue;
        }
        if let Some(tool) = find::tool(module, |names| survey.depends(source.dir(), names).is_some()) {
            found.entry((source.dir(), tool)).or_default().push(file);
        }
    }
    let mut sets = Vec::new();
    for (&(dir, tool), files) in &found {
        if scope_of(dir, tool, &found).is_some() {
            continue;
        }
        let tests = files.iter().filter(|file| survey.context.tree.file(**file).test).count();
        if tests * 2 <= files.len() {
            let mut made = set(survey, dir, tool, files);
            let below = found
                .iter()
                .filter(|((below, of), _)| *of == tool && scope_of(below, tool, &found) == Some(dir));
            let unrun = |file: &FileId| Unrun { file: *file, why: Why::Rule(SCOPED) };
            made.unrun.extend(below.flat_map(|(_, files)| files).map(unrun));
            sets.push(made);
        }
    }
    sets
}

/// Modules by their folder and the tool that runs them.
type Folders<'c> = BTreeMap<(&'c str, Tool), Vec<FileId>>;

/// Why `db-migrate` passes over folders below.
const SCOPED: &str = "db-migrate runs a folder below only when it is named";

/// The folder of which another one is a scope, which only `db-migrate` knows.
fn scope_of<'c>(dir: &'c str, tool: Tool, found: &Folders<'_>) -> Option<&'c str> {
    let mut above = lineage(dir).skip(1);
    above.find(|above| tool == Tool::DbMigrate && found.contains_key(&(*above, tool)))
}

fn set(survey: &mut Survey<'_>, dir: &str, tool: Tool, files: &[FileId]) -> Set {
    let mut set = Set { tool: tool.name(), directory: dir.to_owned(), ..Set::default() };
    (set.configured, set.dialect) = find::configuration(survey, dir, tool);
    // SQL beside them is what they load, or a tool of its own runs it.
    for file in files {
        let Some(module) = survey.context.code.module(*file) else { continue };
        let source = survey.context.tree.file(*file);
        let Some(up) = find::way(module, "up") else { continue };
        let text = survey.text(*file);
        let code = &survey.context.code;
        let abroad = |node: NodeId| {
            let site = code.definition(Site { file: *file, node });
            let other = code.module(site.file).filter(|_| site.file != *file)?;
            other.text(site.node).map(std::borrow::Cow::into_owned)
        };
        let mut walker = Walker::new(module, text, tool, set.dialect, builder(tool), &abroad);
        walker.way(up);
        let (version, name) = version(module, source, tool);
        let down = find::way(module, "down").filter(|down| {
            module.descendants(*down).any(|node| matches!(module.kind(node), Kind::Call | Kind::Tagged))
        });
        // Builders give names that no literal says, and what one step may have made the next one needs: what is not
        // understood of a program leaves everything open.
        let gap = |(span, why)| Gap::of(Place { file: *file, span }, why, Reach::Anything);
        set.gaps.extend(walker.gaps.into_iter().map(gap));
        set.steps.push(Step {
            file: *file,
            version: Some(version),
            name,
            up: walker.parts,
            down: down.map(|down| Down::Span(module.span(down))),
            transaction: tool != Tool::Sequelize && !is_alone(module),
            refused: None,
        });
    }
    if matches!(tool, Tool::TypeOrm | Tool::PgMigrate) {
        set.steps.sort_by_key(|step| number(step.version.as_deref().unwrap_or_default()));
    }
    if tool == Tool::TypeOrm
        && let Some(place) = find::synchronizes(survey, dir)
    {
        let why = "`synchronize: true` makes tables before migrations run".to_owned();
        set.gaps.push(Gap::of(place, why, Reach::Anything));
    }
    if tool == Tool::TypeOrm && !makes_identifiers(survey, &set) {
        set.platform = Platform::TypeOrm;
    }
    if set.dialect == Dialect::Unknown && tool == Tool::PgMigrate {
        set.dialect = Dialect::Postgres;
    }
    set
}

/// Whether the migrations themselves make the extension that `TypeORM` makes where they do not.
fn makes_identifiers(survey: &Survey<'_>, set: &Set) -> bool {
    set.steps.iter().any(|step| survey.text(step.file).contains("uuid-ossp"))
}

/// What reads the calls of a tool.
fn builder(tool: Tool) -> Builder {
    match tool {
        Tool::Knex => |walker, chain| walker.knex(chain),
        // Its statements are all SQL.
        Tool::MikroOrm => |_, _| false,
        Tool::TypeOrm => typeorm::builder,
        Tool::Sequelize => sequelize::builder,
        Tool::Kysely => kysely::builder,
        Tool::PgMigrate => pgm::builder,
        Tool::DbMigrate => sequelize::db_migrate,
    }
}

/// The version and the name: of `TypeORM` by the class, of all others by the file.
fn version(module: &Module, source: &SourceFile, tool: Tool) -> (String, String) {
    let stem = source.stem();
    if tool == Tool::TypeOrm
        && let Some(name) = find::class_name(module)
    {
        let letters = name.trim_end_matches(|c: char| c.is_ascii_digit());
        if letters.len() + 8 < name.len() {
            return (name[letters.len()..].to_owned(), letters.to_owned());
        }
    }
    let stem = stem.strip_prefix("Migration").unwrap_or(stem);
    match numbered(stem) {
        Some((version, name)) => (version.to_owned(), name.to_owned()),
        None => (stem.to_owned(), stem.to_owned()),
    }
}

/// Whether a module switches its transaction off: `exports.config = { transaction: false }`, `transaction = false`,
/// `pgm.noTransaction()`, `isTransactional() { return false }`.
fn is_alone(module: &Module) -> bool {
    if !["transaction", "noTransaction", "isTransactional"].iter().any(|word| module.may_say(word)) {
        return false;
    }
    let off = |node: NodeId| match module.kind(node) {
        Kind::Property(word) | Kind::Field(word) => {
            module.word(word) == "transaction"
                && module.children(node).any(|value| module.kind(value) == Kind::Flag(false))
        }
        Kind::Method(word) => {
            module.word(word) == "isTransactional"
                && module.descendants(node).any(|value| module.kind(value) == Kind::Flag(false))
        }
        Kind::Call => module.called(node) == Some("noTransaction"),
        _ => false,
    };
    module.all().any(off)
}

/// The dialect that a text names behind one of these keys: `client: 'pg'`, `"dialect": "postgres"`.
pub(super) fn quoted_dialect(text: &str, keys: &[&str]) -> Option<Dialect> {
    for key in keys {
        for (at, _) in text.match_indices(key) {
            let rest = text[at + key.len()..].trim_start_matches(['"', '\'']).trim_start();
            let Some(rest) = rest.strip_prefix([':', '=']) else { continue };
            let Some(rest) = rest.trim_start().strip_prefix(['"', '\'', '`']) else { continue };
            let word = rest.split(['"', '\'', '`']).next().unwrap_or_default();
            let known = survey::dialect(word);
            if known != Dialect::Unknown {
                return Some(known);
            }
        }
    }
    None
}
