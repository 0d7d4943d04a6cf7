//! Tools that tell the two ways of a migration by the names of files: `x.up.sql` and `x.down.sql`, `001.do.x.sql`.

use std::collections::BTreeMap;

use super::model::{Dialect, Gap, Set, Unrun, Why};
use super::survey::{self, Survey, number, numbered};
use crate::source::{FileId, SourceFile};

/// A file by its name.
struct Named<'n> {
    version: &'n str,
    name: &'n str,
    /// `mysql` of `1_name.mysql.up.sql`.
    dialect: Option<&'n str>,
    up: bool,
}

/// The sets of every folder with such names.
pub(super) fn sets(survey: &mut Survey<'_>) -> Vec<Set> {
    let mut sets = Vec::new();
    for dir in survey.free() {
        let ups = survey.sql(dir).filter(|(_, file)| is_up(file)).count();
        let files = survey.sql(dir).count();
        // One `.down.sql` among plain files is no custom; half of the files are.
        if ups > 0 && ups * 3 >= files {
            survey.take(dir);
            sets.extend(pairs(survey, dir));
        } else if survey.sql(dir).any(|(_, file)| postgrator(file).is_some()) {
            survey.take(dir);
            sets.push(postgrator_set(survey, dir));
        }
    }
    sets
}

fn is_up(file: &SourceFile) -> bool {
    file.name().ends_with(".up.sql") && numbered(counted(file.name())).is_some()
}

/// A name from its number on: some tools write `V0001.name.up.sql`.
fn counted(name: &str) -> &str {
    name.strip_prefix(['V', 'v'])
        .filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        .unwrap_or(name)
}

fn parse(file: &SourceFile) -> Option<Named<'_>> {
    let name = file.name();
    let (rest, up) = match (name.strip_suffix(".up.sql"), name.strip_suffix(".down.sql")) {
        (Some(rest), _) => (rest, true),
        (_, Some(rest)) => (rest, false),
        _ => return None,
    };
    let rest = counted(rest);
    let (version, rest) =
        numbered(rest).or_else(|| rest.bytes().all(|b| b.is_ascii_digit()).then_some((rest, "")))?;
    // pop adds `autocommit`, bun adds `tx`.
    let rest = rest.strip_suffix(".autocommit").or_else(|| rest.strip_suffix(".tx")).unwrap_or(rest);
    let (name, dialect) = match rest.rsplit_once('.') {
        Some((name, word)) if survey::dialect(word) != Dialect::Unknown => (name, Some(word)),
        _ => (rest, None),
    };
    Some(Named { version, name, dialect, up })
}

/// The sets of a folder of pairs: one, or one for each kind of database that names speak of.
fn pairs(survey: &Survey<'_>, dir: &str) -> Vec<Set> {
    let files: Vec<_> =
        survey.sql(dir).filter_map(|(file, source)| Some((file, source, parse(source)?))).collect();
    let mut dialects: Vec<Dialect> =
        files.iter().filter_map(|(_, _, named)| named.dialect.map(survey::dialect)).collect();
    dialects.sort_unstable();
    dialects.dedup();
    if dialects.is_empty() {
        dialects.push(Dialect::Unknown);
    }
    let mut sets: Vec<Set> = dialects.iter().map(|dialect| pair_set(survey, dir, &files, *dialect)).collect();
    if let Some(set) = sets.first_mut() {
        let others = survey.sql(dir).filter(|(_, file)| parse(file).is_none());
        let why = Why::Name("<version>_name.up.sql");
        set.unrun.extend(others.map(|(file, _)| Unrun { file, why: why.clone() }));
    }
    sets
}

type Files<'n> = [(FileId, &'n SourceFile, Named<'n>)];

fn pair_set(survey: &Survey<'_>, dir: &str, files: &Files<'_>, dialect: Dialect) -> Set {
    let (tool, configured) = tool(survey, dir, dialect != Dialect::Unknown);
    let mut set = Set { tool, directory: dir.to_owned(), dialect, configured, ..Set::default() };
    if dialect == Dialect::Unknown {
        set.dialect = survey.crate_dialect(dir, "sqlx");
    }
    // The file of this database before the one of all.
    let mut ups: BTreeMap<(u128, &str, &str), (u8, FileId)> = BTreeMap::new();
    let mut downs: BTreeMap<(u128, &str, &str), (u8, FileId)> = BTreeMap::new();
    for (file, _, named) in files {
        let rank = match named.dialect {
            None => 1,
            Some("postgres" | "postgresql" | "mysql" | "sqlite3" | "sqlite")
                if named.dialect.map(survey::dialect) == Some(dialect) =>
            {
                3
            }
            Some(word) if survey::dialect(word) == dialect => 2,
            Some(_) => continue,
        };
        let side = if named.up { &mut ups } else { &mut downs };
        let key = (number(named.version), named.version, named.name);
        let held = side.entry(key).or_insert((rank, *file));
        if rank > held.0 {
            *held = (rank, *file);
        }
    }
    // An empty file of one database stands for nothing to do.
    for (key, (_, file)) in &ups {
        let mut step = survey.whole(*file, Some(key.1), key.2);
        step.down = downs.get(key).and_then(|(_, down)| survey::down_file(survey, *down));
        step.transaction = !survey.text(*file).trim_start().starts_with("-- no-transaction");
        if survey.context.tree.file(*file).name().contains(".autocommit.") {
            step.transaction = false;
        }
        set.steps.push(step);
    }
    for (_, (_, file)) in downs.iter().filter(|(key, _)| !ups.contains_key(key)) {
        set.unrun.push(Unrun { file: *file, why: Why::Rule("it undoes a migration that is not there") });
    }
    survey::refuse_doubles(survey, &mut set.steps);
    set
}

/// Which of the tools that know such names it is.
fn tool(survey: &Survey<'_>, dir: &str, dialects: bool) -> (&'static str, Option<crate::source::Place>) {
    const TOOLS: &[(&str, &[&str])] = &[
        ("sqlx", &["sqlx", "sqlx-cli"]),
        ("golang-migrate", &["github.com/golang-migrate/migrate*", "github.com/mattes/migrate"]),
        ("bun", &["github.com/uptrace/bun*"]),
        ("pop", &["github.com/gobuffalo/pop*", "github.com/ory/x", "github.com/ory/pop*"]),
    ];
    if dialects {
        return ("pop", survey.depends(dir, TOOLS[3].1));
    }
    let found = TOOLS.iter().find_map(|(tool, names)| Some((*tool, survey.depends(dir, names)?)));
    found.map_or(("golang-migrate", None), |(tool, place)| (tool, Some(place)))
}

/// The version, the way and the name of a file of postgrator: `001.do.name.sql`.
fn postgrator(file: &SourceFile) -> Option<(&str, bool, &str)> {
    let stem = file.name().strip_suffix(".sql")?;
    let mut parts = stem.splitn(3, '.');
    let version =
        parts.next().filter(|version| !version.is_empty() && version.bytes().all(|b| b.is_ascii_digit()))?;
    let up = match parts.next()? {
        "do" => true,
        "undo" => false,
        _ => return None,
    };
    Some((version, up, parts.next().unwrap_or_default()))
}

fn postgrator_set(survey: &Survey<'_>, dir: &str) -> Set {
    let configured = survey.depends(dir, &["postgrator", "postgrator-cli"]);
    let mut set = Set { tool: "postgrator", directory: dir.to_owned(), configured, ..Set::default() };
    set.dialect = survey.driver(dir);
    for (file, source) in survey.sql(dir) {
        match postgrator(source) {
            Some((version, true, name)) => {
                let mut step = survey.whole(file, Some(version), name);
                step.transaction = false;
                let undo = survey.sql(dir).find(|(_, other)| {
                    postgrator(other).is_some_and(|(other, up, _)| !up && number(other) == number(version))
                });
                step.down = undo.and_then(|(down, _)| survey::down_file(survey, down));
                set.steps.push(step);
            }
            Some(_) => {}
            None => set.unrun.push(Unrun { file, why: Why::Name("<version>.do.name.sql") }),
        }
    }
    set.steps.sort_by_key(|step| number(step.version.as_deref().unwrap_or_default()));
    for (file, source) in survey.files(dir).filter(|(_, source)| source.kind.is_ecmascript()) {
        if source.name().split('.').nth(1) == Some("do") {
            set.gaps.push(Gap::file(file, "it is a migration in code"));
        }
    }
    survey::refuse_doubles(survey, &mut set.steps);
    set
}
