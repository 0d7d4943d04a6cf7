//! Liquibase: changesets of formatted SQL, and changelogs of XML, YAML and JSON.

mod changelog;
mod changes;
mod element;

use super::model::{Dialect, Down, Part, Set, Step};
use super::survey::{Survey, does_something};
use crate::source::{FileId, Place, Span, begins};

/// The sets of every folder with formatted SQL, and of changelogs in other formats.
pub(super) fn sets(survey: &mut Survey<'_>) -> Vec<Set> {
    let mut sets = changelog::sets(survey);
    for dir in survey.free() {
        let files: Vec<FileId> =
            survey.sql(dir).map(|(file, _)| file).filter(|file| is_formatted(survey.text(*file))).collect();
        if files.is_empty() {
            continue;
        }
        survey.take(dir);
        sets.push(set(survey, dir, files));
    }
    sets
}

fn is_formatted(text: &str) -> bool {
    let head = text.trim_start_matches('\u{feff}').trim_start().lines().next().unwrap_or_default();
    let words: String = head.split_whitespace().collect();
    begins(words, "--liquibaseformattedsql")
}

fn set(survey: &Survey<'_>, dir: &str, mut files: Vec<FileId>) -> Set {
    let mut set = Set { tool: "liquibase", directory: dir.to_owned(), ..Set::default() };
    set.dialect = survey.driver(dir);
    let names = [
        "liquibase.properties",
        "db.changelog-master.yaml",
        "db.changelog-master.xml",
        "changelog.xml",
        "master.xml",
    ];
    let config = survey.above(dir, &names);
    set.configured =
        config.map(Place::file).or_else(|| survey.depends(dir, &["org.liquibase*", "liquibase*"]));
    // A changelog that names the files has their order.
    if let Some(text) = config.map(|file| survey.text(file)) {
        let place = |file: &FileId| text.find(survey.context.tree.file(*file).name()).unwrap_or(usize::MAX);
        files.sort_by_key(|file| (place(file), *file));
    }
    for file in files {
        set.steps.extend(changesets(survey.text(file), file, set.dialect));
    }
    set
}

/// The changesets of a text, in order.
fn changesets(text: &str, file: FileId, dialect: Dialect) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut at = 0;
    // Whether what is read belongs to a changeset of this database.
    let mut ours = false;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let Some(comment) = line.trim_start().strip_prefix("--").map(str::trim_start) else { continue };
        let lower = comment.to_ascii_lowercase();
        if let Some(rest) = lower.strip_prefix("changeset ") {
            close(&mut steps, ours, start);
            ours = is_for(rest, dialect);
            if ours {
                steps.push(changeset(
                    comment["changeset ".len()..].trim(),
                    rest,
                    file,
                    Span::new(at, text.len()),
                ));
            }
        } else if let Some(rest) = lower.strip_prefix("rollback").filter(|rest| ours && does_something(rest))
            && let Some(step) = steps.last_mut().filter(|_| !rest.trim_start().starts_with("not required"))
        {
            step.down = Some(Down::Span(Span::new(start, at)));
        }
    }
    steps
}

/// Ends the last changeset where the next one begins.
fn close(steps: &mut [Step], ours: bool, end: usize) {
    if let Some(Part::Sql(span)) = steps.last_mut().filter(|_| ours).and_then(|step| step.up.first_mut()) {
        *span = Span::new(span.start as usize, end);
    }
}

/// Whether a changeset is run on a kind of database: `dbms:mysql` is not on others.
fn is_for(attributes: &str, dialect: Dialect) -> bool {
    let Some((_, rest)) = attributes.split_once("dbms:") else { return true };
    let list = rest.split_whitespace().next().unwrap_or_default().trim_matches('"');
    is_of(list, dialect)
}

/// Whether a list of databases, `postgresql, !h2`, has one of this kind.
fn is_of(list: &str, dialect: Dialect) -> bool {
    if dialect == Dialect::Unknown || matches!(list.trim(), "all" | "") {
        return true;
    }
    let is = |name: &&str| super::survey::dialect(name.trim_start_matches('!')) == dialect;
    let (not, only): (Vec<&str>, Vec<&str>) =
        list.split(',').map(str::trim).partition(|name| name.starts_with('!'));
    !not.iter().any(is) && (only.is_empty() || only.iter().any(is))
}

fn changeset(head: &str, lower: &str, file: FileId, span: Span) -> Step {
    let id = head.split_whitespace().next().unwrap_or_default();
    Step {
        file,
        version: Some(id.to_owned()),
        name: id.rsplit(':').next().unwrap_or(id).to_owned(),
        up: vec![Part::Sql(span)],
        down: None,
        transaction: !lower.contains("runintransaction:false"),
        refused: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formatted_sql() {
        let text = "--liquibase formatted sql\n--changeset a:1\ncreate;\n--rollback drop;\n--changeset a:2 dbms:mysql\nno;\n--changeset a:3 runInTransaction:false\nlast;\n";
        assert!(is_formatted(text));
        let shown: Vec<_> = changesets(text, FileId(0), Dialect::Postgres)
            .iter()
            .map(|step| {
                let [Part::Sql(span)] = step.up[..] else { panic!("one part") };
                let sql = span.of(text).lines().next().unwrap_or_default();
                format!(
                    "{} {sql} {} {}",
                    step.version.as_deref().unwrap(),
                    step.down.is_some(),
                    step.transaction
                )
            })
            .collect();
        assert_eq!(shown, ["a:1 create; true true", "a:3 last; false false"]);
    }
}
