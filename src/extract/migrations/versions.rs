//! Tools of the names `V1__x.sql` and `1_x.sql`: Flyway, refinery, sqlx.

use std::cmp::Ordering;

use super::model::{Gap, Set, Step, Unrun, Why};
use super::survey::{self, Survey, last, lineage, number, numbered};
use crate::source::{FileId, FileKind, Place, SourceFile, Span};

/// What a name says to Flyway.
enum Named<'n> {
    Versioned(&'n str, &'n str),
    Undo(&'n str),
    Baseline(&'n str, &'n str),
    Repeatable(&'n str),
    /// `beforeMigrate.sql`, `afterMigrate__name.sql`.
    Callback {
        before: bool,
    },
}

/// The sets of Flyway, refinery and sqlx.
pub(super) fn sets(survey: &mut Survey<'_>) -> Vec<Set> {
    let mut sets = Vec::new();
    for dir in survey.free() {
        if survey.is_taken(dir) {
            continue;
        }
        if survey
            .sql(dir)
            .any(|(_, file)| matches!(named(file.name()), Some(Named::Versioned(..) | Named::Baseline(..))))
        {
            sets.push(flyway(survey, dir));
        } else if let Some(place) = sqlx(survey, dir) {
            survey.take(dir);
            sets.push(sqlx_set(survey, dir, place));
        }
    }
    sets
}

fn named(name: &str) -> Option<Named<'_>> {
    let stem = name.strip_suffix(".sql")?;
    let (front, description) = stem.split_once("__").unwrap_or((stem, ""));
    let version = |prefix: char| {
        let version = front.strip_prefix(prefix)?;
        let fits = version.starts_with(|c: char| c.is_ascii_digit())
            && version.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'_'));
        (fits && stem.contains("__")).then_some(version)
    };
    if let Some(version) = version('V') {
        return Some(Named::Versioned(version, description));
    }
    if let Some(version) = version('U') {
        return Some(Named::Undo(version));
    }
    if let Some(version) = version('B') {
        return Some(Named::Baseline(version, description));
    }
    if front == "R" && !description.is_empty() {
        return Some(Named::Repeatable(description));
    }
    // Those of other commands do not run with migrations, nor those of failures.
    let others = ["Clean", "Info", "Validate", "Undo", "Baseline", "Repair", "Error"];
    let event = |when: &str| {
        let event =
            front.strip_prefix(when).filter(|event| event.starts_with(|c: char| c.is_ascii_uppercase()));
        event.is_some_and(|event| !others.iter().any(|other| event.contains(other)))
    };
    let before = event("before") || front == "createSchema";
    let after = event("after");
    (before || after).then_some(Named::Callback { before })
}

/// A version as numbers: `1.2` and `1_2` alike, ends of zeros left out.
fn parts(version: &str) -> Vec<u128> {
    let mut parts: Vec<u128> =
        version.split(['.', '_']).map(|part| if part.is_empty() { 0 } else { number(part) }).collect();
    while parts.len() > 1 && parts.last() == Some(&0) {
        parts.pop();
    }
    parts
}

fn flyway(survey: &mut Survey<'_>, dir: &str) -> Set {
    let refinery = survey.depends(dir, &["refinery", "refinery-core", "refinery-cli"]);
    let (tool, configured) = match refinery {
        Some(place) => ("refinery", Some(place)),
        None => ("flyway", configuration(survey, dir)),
    };
    let mut set = Set { tool, directory: dir.to_owned(), configured, ..Set::default() };
    set.dialect = survey.driver(dir);
    let mut folders = vec![dir];
    // Flyway looks into folders below; those of another kind of database are another location.
    folders.extend(survey.deep(dir).into_iter().filter(|_| tool == "flyway"));
    let mut order: Vec<(u8, Vec<u128>, String, Step)> = Vec::new();
    let mut undo: Vec<(Vec<u128>, FileId)> = Vec::new();
    for folder in folders {
        survey.take(folder);
        for (file, source) in survey.files(folder) {
            if !survey::is_sql(source) {
                set.gaps.extend(in_code(file, source));
                continue;
            }
            let (rank, version, name) = match named(source.name()) {
                Some(Named::Undo(version)) => {
                    undo.push((parts(version), file));
                    continue;
                }
                Some(Named::Versioned(version, name)) => (2, Some(version), name),
                Some(Named::Baseline(version, name)) => (1, Some(version), name),
                Some(Named::Repeatable(name)) if tool == "flyway" => (3, None, name),
                Some(Named::Callback { before }) if tool == "flyway" => {
                    (if before { 0 } else { 4 }, None, source.stem())
                }
                _ => {
                    set.unrun.push(Unrun { file, why: Why::Name("V<version>__name.sql") });
                    continue;
                }
            };
            let step = flyway_step(survey, file, source, version, name);
            order.push((rank, version.map(parts).unwrap_or_default(), name.to_owned(), step));
        }
    }
    order.sort_by(|a, b| (a.0, &a.1, &a.2).cmp(&(b.0, &b.1, &b.2)));
    finish(survey, &mut set, order, &undo);
    set
}

fn finish(
    survey: &Survey<'_>,
    set: &mut Set,
    order: Vec<(u8, Vec<u128>, String, Step)>,
    undo: &[(Vec<u128>, FileId)],
) {
    // A new database begins at the last baseline.
    let baseline = order.iter().filter(|(rank, ..)| *rank == 1).map(|(_, version, ..)| version.clone()).max();
    for (rank, version, _, mut step) in order {
        let is_old = baseline.as_ref().is_some_and(|base| match rank {
            1 => version < *base,
            2 => version.cmp(base) != Ordering::Greater,
            _ => false,
        });
        if is_old {
            let why = Why::Rule("a new database begins at a later baseline");
            set.unrun.push(Unrun { file: step.file, why });
            continue;
        }
        let back = undo.iter().find(|(other, _)| rank == 2 && *other == version);
        step.down = back.and_then(|(_, file)| survey::down_file(survey, *file));
        set.steps.push(step);
    }
    survey::refuse_doubles(survey, &mut set.steps);
}

fn flyway_step(
    survey: &Survey<'_>,
    file: FileId,
    source: &SourceFile,
    version: Option<&str>,
    name: &str,
) -> Step {
    let canonical =
        version.map(|version| parts(version).iter().map(u128::to_string).collect::<Vec<_>>().join("."));
    let mut step = survey.whole(file, canonical.as_deref(), name);
    let config = survey.path(&[source.path.as_str(), ".conf"].concat());
    step.transaction = !config.is_some_and(|file| {
        let text: String = survey.text(file).split_whitespace().collect();
        text.contains("executeInTransaction=false")
    });
    step
}

/// A migration in Java, Kotlin or Rust beside the SQL.
fn in_code(file: FileId, source: &SourceFile) -> Option<Gap> {
    let code = matches!(source.kind, FileKind::Java | FileKind::Kotlin | FileKind::Rust | FileKind::Groovy);
    let versioned = source.stem().contains("__") && source.name().starts_with(['V', 'R', 'U']);
    (code && versioned).then(|| Gap::file(file, "it is a migration in code"))
}

/// Where Flyway is configured: its own file, the settings of Spring, a dependency.
fn configuration(survey: &Survey<'_>, dir: &str) -> Option<Place> {
    let own = survey.above(dir, &["flyway.conf", "flyway.toml", "conf/flyway.conf", "flyway.user.toml"]);
    if let Some(file) = own {
        return Some(Place::file(file));
    }
    let names = ["application.yml", "application.yaml", "application.properties"];
    let spring = lineage(dir).take(4).find_map(|above| {
        let file = survey.first(above, &names)?;
        let at = survey.text(file).find("flyway")?;
        Some(Place { file, span: Span::new(at, at + "flyway".len()) })
    });
    let named = ["org.flywaydb:*", "org.flywaydb*", "flyway*", "node-flywaydb"];
    spring.or_else(|| survey.depends(dir, &named)).or_else(|| {
        // Manifests of Gradle and Maven that no parser reads, and compose files that run the image.
        let files = [
            "build.gradle",
            "build.gradle.kts",
            "pom.xml",
            "docker-compose.yml",
            "compose.yml",
            "compose.yaml",
            "docker-compose.yaml",
            "Makefile",
        ];
        lineage(dir).find_map(|above| {
            files.iter().filter_map(|name| survey.first(above, &[name])).find_map(|file| {
                let at = survey.text(file).find("flyway")?;
                Some(Place { file, span: Span::new(at, at + "flyway".len()) })
            })
        })
    })
}

/// Whether sqlx runs a folder: a package of Rust around it depends on it, and it is named `migrations`, or code or a
/// setting names it.
fn sqlx(survey: &Survey<'_>, dir: &str) -> Option<Place> {
    let place = survey.depends(dir, &["sqlx", "sqlx-cli"])?;
    let numbered = survey.sql(dir).any(|(_, file)| numbered(file.name()).is_some());
    (numbered && last(dir).contains("migration")).then_some(place)
}

fn sqlx_set(survey: &Survey<'_>, dir: &str, place: Place) -> Set {
    let mut set = Set { tool: "sqlx", directory: dir.to_owned(), configured: Some(place), ..Set::default() };
    set.dialect = survey.crate_dialect(dir, "sqlx");
    for (file, source) in survey.sql(dir) {
        match source.stem().split_once('_') {
            Some((version, name)) if version.parse::<i64>().is_ok() => {
                let mut step = survey.whole(file, Some(version), name);
                step.transaction = !survey.text(file).starts_with("-- no-transaction");
                set.steps.push(step);
            }
            _ => set.unrun.push(Unrun { file, why: Why::Name("<version>_name.sql") }),
        }
    }
    set.steps.sort_by_key(|step| number(step.version.as_deref().unwrap_or_default()));
    survey::refuse_doubles(survey, &mut set.steps);
    set
}
