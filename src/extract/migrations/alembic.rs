//! Alembic: modules of Python that name the revision before them, with operations or SQL in `upgrade`.

mod environments;
mod operations;
mod tables;
mod types;

use std::collections::{BTreeMap, BTreeSet};

#[cfg(test)]
use super::model::Part;
use super::model::{Dialect, Down, Gap, Reach, Set, Step, Unrun, Why};
use super::python::{self, Call, Line, Value};
use super::survey::{self, Survey};
use crate::source::{FileId, FileKind, Place, Span};
use environments::{Environment, Home};
use operations::Writer;

/// A revision.
struct Revision {
    file: FileId,
    id: String,
    /// The revisions that it comes after in its branch.
    before: Vec<String>,
    /// Revisions of other branches that run before it.
    needs: Vec<String>,
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
        let says = text.contains("down_revision") && text.contains("def upgrade(");
        if says && ["revision", "down_revision"].iter().all(|name| python::assigned(text, name).is_some()) {
            found.entry(source.dir()).or_default().push(file);
        }
    }
    let tests = |files: &[FileId]| files.iter().filter(|file| survey.context.tree.file(**file).test).count();
    found.retain(|_, files| tests(files) * 2 <= files.len());
    if found.is_empty() {
        return Vec::new();
    }
    let environments = environments::of(survey);
    let mut homes: BTreeMap<(Home, &str), Vec<FileId>> = BTreeMap::new();
    for (dir, files) in found {
        let home = environments::home(survey, &environments, dir);
        // The folders of an environment hold one graph.
        let of = if matches!(home, Home::Configured(_)) { "" } else { dir };
        homes.entry((home, of)).or_default().extend(files);
    }
    let made = homes.iter().map(|((home, dir), files)| match home {
        Home::Configured(at) => set(survey, None, environments.get(*at), files),
        Home::Own => set(survey, Some(dir), None, files),
        Home::Outside(at) => outside(survey, dir, environments.get(*at), files),
    });
    made.collect()
}

/// Revisions that no environment looks at.
fn outside(survey: &Survey<'_>, dir: &str, environment: Option<&Environment>, files: &[FileId]) -> Set {
    let mut set = Set { tool: "alembic", directory: dir.to_owned(), ..Set::default() };
    let list = environment.map(|environment| survey.context.tree.file(environment.place.file).path.clone());
    let why = Why::Unlisted(list.unwrap_or_default());
    set.unrun = files.iter().map(|file| Unrun { file: *file, why: why.clone() }).collect();
    set
}

/// The set of one graph: that of an environment, or of a folder.
fn set(survey: &Survey<'_>, dir: Option<&str>, of: Option<&Environment>, files: &[FileId]) -> Set {
    let first = || of.and_then(|of| of.folders.first()).map(String::as_str);
    let dir = dir.or_else(first).unwrap_or_default();
    let mut set = Set { tool: "alembic", directory: dir.to_owned(), ..Set::default() };
    let config = survey.above(dir, &["alembic.ini"]);
    set.configured = of
        .map(|of| of.place)
        .or(config.map(Place::file))
        .or_else(|| survey.depends(dir, &["alembic", "flask-migrate", "Flask-Migrate"]));
    set.dialect = of.map(|of| of.dialect).unwrap_or_default();
    if set.dialect == Dialect::Unknown {
        set.dialect = config.and_then(|file| of_url(survey.text(file))).unwrap_or_default();
    }
    if set.dialect == Dialect::Unknown {
        set.dialect = survey.driver(dir);
    }
    if set.dialect == Dialect::Unknown {
        let says = |word: &str| files.iter().any(|file| survey.text(*file).contains(word));
        let postgres = says("dialects.postgresql") || says("import postgresql");
        let mysql = says("import mysql");
        set.dialect = match (postgres, mysql) {
            (true, false) => Dialect::Postgres,
            (false, true) => Dialect::MySql,
            _ => Dialect::Unknown,
        };
    }
    let mut revisions: Vec<Revision> = files.iter().filter_map(|file| revision(survey, *file)).collect();
    let several = of.is_some_and(|of| of.folders.len() > 1);
    set.gaps = order(survey, dir, &mut revisions, several);
    for revision in revisions {
        let gap = |(span, why, reach)| Gap::of(Place { file: revision.file, span }, why, reach);
        set.gaps.extend(revision.gaps.into_iter().map(gap));
        set.steps.push(revision.step);
    }
    set
}

/// The language of the database that a configuration connects to.
fn of_url(text: &str) -> Option<Dialect> {
    let line = text.lines().find(|line| line.trim_start().starts_with("sqlalchemy.url"))?;
    let scheme = line.split_once('=')?.1.trim().split(['+', ':']).next()?;
    Some(survey::dialect(scheme))
}

fn revision(survey: &Survey<'_>, file: FileId) -> Option<Revision> {
    let text = survey.text(file);
    let id = python::assigned(text, "revision")?.text()?.to_owned();
    let named = |value: Value| match value {
        Value::Text(text, _) => vec![text],
        Value::List(items) => items.iter().filter_map(Value::text).map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    let before = named(python::assigned(text, "down_revision")?);
    let needs = python::assigned(text, "depends_on").map(named).unwrap_or_default();
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
    Some(Revision { file, id, before, needs, step, gaps: writer.gaps })
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

/// Puts revisions behind those they name. Gives what is wrong with the graph. Several folders hold branches, each of
/// which has a head.
fn order(survey: &Survey<'_>, dir: &str, revisions: &mut Vec<Revision>, several: bool) -> Vec<Gap> {
    let mut gaps = Vec::new();
    let ids: BTreeSet<&str> = revisions.iter().map(|revision| revision.id.as_str()).collect();
    let named: BTreeSet<&str> =
        revisions.iter().flat_map(|revision| revision.before.iter().map(String::as_str)).collect();
    let heads: Vec<&Revision> =
        revisions.iter().filter(|revision| !named.contains(revision.id.as_str())).collect();
    if let [first, second, ..] = heads[..]
        && !several
    {
        let name = |revision: &Revision| survey.context.tree.file(revision.file).name().to_owned();
        gaps.push(Gap::file(
            second.file,
            format!("the graph has several heads, `{}` and `{}`", name(first), name(second)),
        ));
    }
    for revision in revisions.iter() {
        if let Some(missing) = revision.before.iter().find(|before| !ids.contains(before.as_str())) {
            gaps.push(Gap::file(
                revision.file,
                format!("the revision before it, `{missing}`, is not in `{dir}`"),
            ));
        }
    }
    let sorted = sorted(revisions, &ids);
    let mut all: Vec<Option<Revision>> = std::mem::take(revisions).into_iter().map(Some).collect();
    revisions.extend(sorted.into_iter().filter_map(|at| all[at].take()));
    gaps
}

/// The numbers of revisions in an order in which each comes behind those that it names: first those that need none, then
/// those that need only these, and so on. What leads in a circle keeps the order of files, at the end.
fn sorted(revisions: &[Revision], ids: &BTreeSet<&str>) -> Vec<usize> {
    let mut after: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let mut waiting = vec![0_usize; revisions.len()];
    for (at, revision) in revisions.iter().enumerate() {
        let known = revision.before.iter().chain(&revision.needs).map(String::as_str);
        for id in known.filter(|id| ids.contains(id)).collect::<BTreeSet<_>>() {
            after.entry(id).or_default().push(at);
            waiting[at] += 1;
        }
    }
    let mut now: Vec<usize> = (0..revisions.len()).filter(|at| waiting[*at] == 0).collect();
    let mut order = Vec::with_capacity(revisions.len());
    while !now.is_empty() {
        let mut next = Vec::new();
        for at in &now {
            // Of two with one name the first counts.
            for later in after.remove(revisions[*at].id.as_str()).unwrap_or_default() {
                waiting[later] -= 1;
                if waiting[later] == 0 {
                    next.push(later);
                }
            }
        }
        next.sort_unstable();
        order.extend(std::mem::replace(&mut now, next));
    }
    let placed: BTreeSet<usize> = order.iter().copied().collect();
    order.extend((0..revisions.len()).filter(|at| !placed.contains(at)));
    order
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
