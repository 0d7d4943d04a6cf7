//! Migrations: which tool runs which files in which order, and which files of their folders it never runs.
//!
//! A tool is told by its journal, its configuration, its packages and the names of files together. Each reader takes the
//! folders that are its own, the surest first; folders of numbered files that are left belong to whatever reads them.

mod alembic;
mod atlas;
mod bases;
mod code;
mod columns;
mod cursor;
pub(super) mod django;
mod drizzle;
mod folders;
mod laravel;
mod liquibase;
mod model;
mod names;
mod plain;
pub(super) mod python;
mod rails;
mod reach;
mod runner;
mod sea_orm;
mod sections;
mod supabase;
mod survey;
pub mod tools;

/// Whether a name has one of these extensions.
fn ends(name: &str, extensions: &[&str]) -> bool {
    name.rsplit_once('.').is_some_and(|(_, extension)| extensions.contains(&extension))
}

#[cfg(test)]
mod tests;
mod versions;
mod write;

pub use model::{Dialect, Down, Gap, Part, Platform, Reach, Set, Step, Unrun, Why};

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::Context;
use crate::parse::sql::dialect as told;
use crate::source::{FileId, Needles, Phrases};
use survey::Survey;
pub(super) use survey::dialect as dialect_of;
use tools::Trait;

/// The readers, in the order in which they take folders.
const READERS: &[fn(&mut Survey<'_>) -> Vec<Set>] = &[
    supabase::sets,
    drizzle::sets,
    folders::sets,
    liquibase::sets,
    sections::sets,
    atlas::sets,
    names::sets,
    versions::sets,
    code::sets,
    alembic::sets,
    rails::sets,
    django::sets,
    laravel::sets,
    sea_orm::sets,
    plain::sets,
];

/// Every set of migrations of a repository, in the order of their folders. They are found once.
pub fn sets<'c>(context: &'c Context<'_>) -> &'c [Set] {
    context.migrations.get_or_init(|| find(context))
}

fn find(context: &Context<'_>) -> Vec<Set> {
    let mut survey = Survey::of(context);
    let mut sets: Vec<Set> = Vec::new();
    for reader in READERS {
        sets.extend(reader(&mut survey));
    }
    for set in &mut sets {
        left_out(&survey, set);
        set.unrun.sort_by_key(|unrun| unrun.file);
        if !tools::is(set.tool, Trait::Told) {
            set.dialect = by_text(&survey, set);
        }
        if set.dialect != Dialect::MySql && speaks_of_supabase(&survey, set) {
            set.platform = Platform::Supabase;
        }
        if set.platform == Platform::Supabase && set.dialect == Dialect::Unknown {
            set.dialect = Dialect::Postgres;
        }
    }
    sets.retain(|set| !(set.steps.is_empty() && set.unrun.is_empty() && set.gaps.is_empty()));
    bases::tell(&survey, &mut sets);
    sets.sort_by(|a, b| (&a.directory, a.dialect, a.tool).cmp(&(&b.directory, b.dialect, b.tool)));
    sets
}

/// Files that no tool looks at: those of other extensions, and those of folders below.
fn left_out(survey: &Survey<'_>, set: &mut Set) {
    let known = |set: &Set, file: FileId| {
        set.unrun.iter().any(|unrun| unrun.file == file)
            || set.steps.iter().any(|step| step.file == file || step.down == Some(Down::File(file)))
    };
    let mut found = Vec::new();
    for (file, source) in survey.files(&set.directory) {
        let name = source.name().to_ascii_lowercase();
        let kept = name.contains(".sql.") || ends(&name, &["bak", "old", "disabled", "skip"]);
        if kept && !survey::is_sql(source) && !ends(&name, &["conf"]) && !known(set, file) {
            found.push(Unrun { file, why: Why::Extension });
        }
    }
    if !tools::is(set.tool, Trait::Deep) {
        for dir in survey.deep(&set.directory).into_iter().filter(|dir| !survey.is_taken(dir)) {
            let files = survey.sql(dir).map(|(file, _)| file).filter(|file| !known(set, *file));
            found.extend(files.map(|file| Unrun { file, why: Why::Folder }).collect::<Vec<_>>());
        }
    }
    set.unrun.extend(found);
}

/// The dialect that the texts of most steps tell; that of the drivers where they tell none.
fn by_text(survey: &Survey<'_>, set: &Set) -> Dialect {
    if set.dialect == Dialect::Other {
        return set.dialect;
    }
    let mut votes: BTreeMap<Dialect, usize> = BTreeMap::new();
    for step in &set.steps {
        // Changelogs and code are in languages of their own.
        if !survey::is_sql(survey.context.tree.file(step.file)) {
            continue;
        }
        let dialect = told::dialect(survey.text(step.file));
        if dialect == Dialect::Unknown {
            continue;
        }
        *votes.entry(dialect).or_default() += 1;
    }
    let most = votes.into_iter().max_by_key(|(_, votes)| *votes);
    // One file may be misread; the drivers may be those of another database.
    let enough = if set.dialect == Dialect::Unknown { 1 } else { (set.steps.len() / 4).max(2) };
    most.filter(|(_, votes)| *votes >= enough).map_or(set.dialect, |(dialect, _)| dialect)
}

/// Whether the steps speak of what only a database of Supabase has.
fn speaks_of_supabase(survey: &Survey<'_>, set: &Set) -> bool {
    static WORDS: LazyLock<Phrases> = LazyLock::new(|| {
        Phrases::of(&[
            "auth.uid()",
            "auth.users",
            "auth.role()",
            "auth.jwt()",
            "storage.buckets",
            "supabase_",
        ])
    });
    // A database of one's own may define such a schema itself.
    static OWN: LazyLock<Needles> =
        LazyLock::new(|| Needles::of(["create schema auth", "create schema if not exists auth"]));
    set.steps.iter().any(|step| WORDS.are_in(survey.text(step.file)))
        && !set.steps.iter().any(|step| OWN.are_in(survey.text(step.file)))
}
