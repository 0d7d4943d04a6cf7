//! Alembic: modules of Python that name the revision before them, with operations or SQL in `upgrade`.

mod operations;
mod tables;
mod types;

use std::collections::{BTreeMap, BTreeSet};

#[cfg(test)]
use super::model::Part;
use super::model::{Down, Gap, Reach, Set, Step};
use super::python::{self, Call, Line, Value};
use super::survey::{self, Survey};
use crate::source::{FileId, FileKind, Place, Span};
use operations::Writer;

/// A revision.
struct Revision {
    file: FileId,
    id: String,
    before: Vec<String>,
    step: Step,
    gaps: Vec<(Span, String, Reach)>,
}

/// The sets of every folder of revisions.
pub(super) fn sets(survey: &mut Survey<'_>) -> Vec<Set> {
    let mut found: BTreeMap<&str, Vec<FileId>> = BTreeMap::new();
    for (file, source) in survey.context.tree.entries() {
        if source.kind != FileKind::Python || source.vendored || source.generated {
            continue;
        }
        let text = survey.text(file);
        if text.contains("down_revision") && text.contains("def upgrade(") {
            found.entry(source.dir()).or_default().push(file);
        }
    }
    let mut sets = Vec::new();
    for (dir, files) in found {
        let tests = files.iter().filter(|file| survey.context.tree.file(**file).test).count();
        if tests * 2 <= files.len() {
            sets.push(set(survey, dir, &files));
        }
    }
    sets
}

fn set(survey: &Survey<'_>, dir: &str, files: &[FileId]) -> Set {
    let mut set = Set { tool: "alembic", directory: dir.to_owned(), ..Set::default() };
    let config = survey.above(dir, &["alembic.ini"]);
    set.configured = config
        .map(Place::file)
        .or_else(|| survey.depends(dir, &["alembic", "flask-migrate", "Flask-Migrate"]));
    let url = config.map(|file| survey.text(file)).and_then(|text| {
        let line = text.lines().find(|line| line.trim_start().starts_with("sqlalchemy.url"))?;
        let scheme = line.split_once('=')?.1.trim().split(['+', ':']).next()?;
        Some(survey::dialect(scheme))
    });
    set.dialect =
        url.filter(|dialect| *dialect != super::Dialect::Unknown).unwrap_or_else(|| survey.driver(dir));
    if set.dialect == super::Dialect::Unknown {
        let says = |word: &str| files.iter().any(|file| survey.text(*file).contains(word));
        let postgres = says("dialects.postgresql") || says("import postgresql");
        let mysql = says("import mysql");
        set.dialect = match (postgres, mysql) {
            (true, false) => super::Dialect::Postgres,
            (false, true) => super::Dialect::MySql,
            _ => super::Dialect::Unknown,
        };
    }
    let mut revisions: Vec<Revision> = files.iter().filter_map(|file| revision(survey, *file)).collect();
    set.gaps = order(survey, dir, &mut revisions);
    for revision in revisions {
        let gap = |(span, why, reach)| Gap::of(Place { file: revision.file, span }, why, reach);
        set.gaps.extend(revision.gaps.into_iter().map(gap));
        set.steps.push(revision.step);
    }
    set
}

fn revision(survey: &Survey<'_>, file: FileId) -> Option<Revision> {
    let text = survey.text(file);
    let id = python::assigned(text, "revision")?.text()?.to_owned();
    let before = match python::assigned(text, "down_revision")? {
        Value::Text(text, _) => vec![text],
        Value::List(items) => items.iter().filter_map(Value::text).map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    let mut writer = Writer::new(text);
    walk(text, "upgrade", &mut writer);
    let down =
        python::body(text, "downgrade").filter(|lines| lines.iter().any(|line| line.text.contains('(')));
    let down = down.and_then(|lines| {
        let begin = lines.first()?.at;
        let end = lines.last()?;
        Some(Down::Span(Span::new(begin, end.at + end.text.len())))
    });
    let name = survey.context.tree.file(file).stem();
    let name = name.strip_prefix(id.as_str()).unwrap_or(name).trim_start_matches('_');
    let step = Step {
        file,
        version: Some(id.clone()),
        name: name.to_owned(),
        up: writer.parts,
        down,
        transaction: !text.contains("autocommit_block"),
        refused: None,
    };
    Some(Revision { file, id, before, step, gaps: writer.gaps })
}

/// Reads the statements of a function: calls of operations, and what stands under conditions as gaps.
fn walk(text: &str, function: &str, writer: &mut Writer<'_>) {
    let Some(lines) = python::body(text, function) else { return };
    // What is further in than this stands in a loop or under a condition.
    let mut within: Option<(usize, Line<'_>)> = None;
    for line in lines {
        if within.is_some_and(|(indent, _)| line.indent <= indent) {
            within = None;
        }
        let word = line.text.split([' ', ':', '(']).next().unwrap_or_default();
        match word {
            "with" => {
                writer.batch(line.text, line.at);
                continue;
            }
            "if" | "for" | "while" | "elif" | "else" | "try" | "except" | "finally" | "def" => {
                // `try` and `else` of a guard do what they do.
                if within.is_none() && !matches!(word, "try" | "finally") {
                    within = Some((line.indent, line));
                }
                continue;
            }
            _ => {}
        }
        // `x = op.create_table(…)`, `return op.f(…)`.
        let start = match line.text.split_once('=') {
            Some((name, _)) if name.trim().bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') => {
                line.at + name.len() + 1
            }
            _ => line.at,
        };
        let (value, _) = python::value(text, start);
        if let Some((name, _)) = line.text.split_once('=').filter(|_| start != line.at) {
            writer.name(name.trim(), &value);
        }
        let Value::Call(call) = value else { continue };
        match within {
            None => run(text, &call, writer),
            Some((_, head)) if writer.would_change(&call) => {
                let reach = writer.reach(&call);
                let place = Span::new(head.at, head.at + head.text.len());
                writer.gap(place, "what it does depends on a condition", reach);
            }
            Some(_) => {}
        }
    }
}

fn run(text: &str, call: &Call, writer: &mut Writer<'_>) {
    if writer.operation(call) {
        return;
    }
    // A function of this module: its operations are read in its place.
    let plain = !call.name.contains('.') && !writer.following.contains(&call.name);
    if plain && text.contains(&["def ", &call.name, "("].concat()) {
        if call.arguments.is_empty() && call.named.is_empty() {
            writer.following.push(call.name.clone());
            walk(text, &call.name, writer);
            writer.following.pop();
        } else if python::body(text, &call.name)
            .is_some_and(|lines| lines.iter().any(|line| line.text.contains("op.")))
        {
            writer.gap(call.span, "it is done by a function with arguments", Reach::Anything);
        }
    }
}

/// Puts revisions behind those they name. Gives what is wrong with the graph.
fn order(survey: &Survey<'_>, dir: &str, revisions: &mut Vec<Revision>) -> Vec<Gap> {
    let mut gaps = Vec::new();
    let ids: BTreeSet<String> = revisions.iter().map(|revision| revision.id.clone()).collect();
    let named: BTreeSet<&str> =
        revisions.iter().flat_map(|revision| revision.before.iter().map(String::as_str)).collect();
    let heads: Vec<&Revision> =
        revisions.iter().filter(|revision| !named.contains(revision.id.as_str())).collect();
    if let [first, second, ..] = heads[..] {
        let name = |revision: &Revision| survey.context.tree.file(revision.file).name().to_owned();
        gaps.push(Gap::file(
            second.file,
            format!("the graph has several heads, `{}` and `{}`", name(first), name(second)),
        ));
    }
    for revision in revisions.iter() {
        if let Some(missing) = revision.before.iter().find(|before| !ids.contains(*before)) {
            gaps.push(Gap::file(
                revision.file,
                format!("the revision before it, `{missing}`, is not in `{dir}`"),
            ));
        }
    }
    let mut done: BTreeSet<String> = BTreeSet::new();
    let mut left = std::mem::take(revisions);
    while !left.is_empty() {
        let ready = |revision: &Revision| {
            revision.before.iter().all(|before| done.contains(before) || !ids.contains(before))
        };
        let (now, later): (Vec<_>, Vec<_>) = left.into_iter().partition(ready);
        // What leads in a circle keeps the order of files.
        let stuck = now.is_empty();
        let (now, later) = if stuck { (later, Vec::new()) } else { (now, later) };
        done.extend(now.iter().map(|revision| revision.id.clone()));
        revisions.extend(now);
        left = later;
    }
    gaps
}

/// What a step comes to, for tests.
#[cfg(test)]
pub(super) fn read(text: &str) -> (Vec<Part>, Vec<String>) {
    let mut writer = Writer::new(text);
    walk(text, "upgrade", &mut writer);
    (writer.parts, writer.gaps.into_iter().map(|(_, why, _)| why).collect())
}

#[cfg(test)]
mod tests;
