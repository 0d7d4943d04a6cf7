//! What golive makes of a set, and how it differs from what PostgreSQL made.

use std::collections::BTreeSet;

use golive::extract::schema::catalog::Catalog;
use golive::extract::schema::lines::lines;
use golive::extract::schema::platform::Platform;
use golive::extract::schema::replay::replay;
use golive::parse::sql::model::Script;
use golive::parse::sql::read;

use super::server::{Server, Truth};
use super::set::Set;

/// What golive's replay says.
pub(crate) struct Replayed {
    /// The catalogue it ends with.
    pub(crate) catalog: Catalog,
    /// The statements it refuses: the file, the line of their end, and why.
    pub(crate) errors: Vec<(usize, usize, String)>,
}

/// Replays a set.
pub(crate) fn replayed(set: &Set) -> Replayed {
    let scripts = set.files.iter().map(|(_, text)| read(text)).collect::<Vec<_>>();
    let catalog = replay(Platform::Plain, &scripts.iter().collect::<Vec<&Script>>());
    let mut errors = Vec::new();
    for fault in &catalog.faults {
        let file = fault.place.script as usize;
        let text = set.files.get(file).map_or("", |(_, text)| text.as_str());
        errors.push((
            file,
            line_of(text, fault.place.span.end as usize),
            format!("{:?} {}", fault.kind, fault.name),
        ));
    }
    for (file, script) in scripts.iter().enumerate() {
        let text = &set.files[file].1;
        for (span, why) in &script.errors {
            // The statement that cannot be read ends with the next line that ends with a semicolon.
            let from = (span.end.saturating_sub(1).max(span.start) as usize).min(text.len());
            let end = text[from..].find(";\n").map_or(text.len(), |end| from + end + 1);
            errors.push((file, line_of(text, end), format!("syntax: {why}")));
        }
    }
    Replayed { catalog, errors }
}

/// The line of the byte before this one.
fn line_of(text: &str, end: usize) -> usize {
    let end = end.min(text.len());
    text.as_bytes()[..end].iter().take(end.saturating_sub(1)).filter(|byte| **byte == b'\n').count() + 1
}

/// How golive differs from PostgreSQL, a line each: `-` where golive misses something, `+` where it invents something.
pub(crate) fn difference(set: &Set, truth: &Truth) -> Vec<String> {
    let replayed = replayed(set);
    let mut complaints = Vec::new();
    let place = |file: usize, line: usize| {
        let (name, text) = &set.files[file];
        format!("{name}:{line}: {}", text.lines().nth(line.saturating_sub(1)).unwrap_or_default().trim())
    };
    let at = |errors: &[(usize, usize, String)]| {
        errors.iter().map(|(file, line, _)| (*file, *line)).collect::<BTreeSet<_>>()
    };
    let (refused, faults) = (at(&truth.errors), at(&replayed.errors));
    for (file, line, why) in &truth.errors {
        if !faults.contains(&(*file, *line)) && !undone(&set.files[*file].1).contains(line) {
            complaints.push(format!("- error: {why} | {}", place(*file, *line)));
        }
    }
    for (file, line, why) in &replayed.errors {
        if !refused.contains(&(*file, *line)) {
            complaints.push(format!("+ error: {why} | {}", place(*file, *line)));
        }
    }
    let ours = lines(&replayed.catalog);
    let theirs = truth.lines.iter().collect::<BTreeSet<_>>();
    complaints.extend(truth.lines.iter().filter(|line| !ours.contains(line)).map(|line| format!("- {line}")));
    complaints.extend(ours.iter().filter(|line| !theirs.contains(line)).map(|line| format!("+ {line}")));
    if complaints.is_empty() {
        complaints
            .extend(ours.windows(2).filter(|two| two[0] == two[1]).map(|two| format!("+ twice: {}", two[0])));
    }
    if !complaints.is_empty() {
        complaints.extend(replayed.catalog.doubts.iter().map(|doubt| format!("  doubt: {}", doubt.why)));
    }
    complaints
}

/// The lines between `begin` and `rollback`, a savepoint and `rollback to`: golive does not look at what its script takes
/// back, PostgreSQL may refuse some of it.
fn undone(text: &str) -> BTreeSet<usize> {
    let mut undone = BTreeSet::new();
    let (mut begun, mut saved) = (None, Vec::new());
    for (line, words) in text.lines().map(str::to_lowercase).enumerate() {
        let words = words.trim_end_matches(';').split_whitespace().collect::<Vec<_>>();
        match words.as_slice() {
            ["begin", ..] | ["start", "transaction"] => begun = Some(line + 1),
            ["savepoint", name] => saved.push(((*name).to_owned(), line + 1)),
            ["rollback", "to", "savepoint", name] | ["rollback", "to", name] => {
                if let Some((_, from)) = saved.iter().rev().find(|(other, _)| other == name) {
                    undone.extend(*from..=line);
                }
            }
            ["rollback" | "abort", ..] => {
                undone.extend(begun.take().map_or(0..0, |from: usize| from..line + 1));
                saved.clear();
            }
            ["commit" | "end", ..] => {
                begun = None;
                saved.clear();
            }
            _ => {}
        }
    }
    undone
}

/// Leaves out statements of a set for as long as it still differs.
pub(crate) fn cut_down(server: &Server, set: &Set) -> Set {
    let gists = |set: &Set, truth: &Truth| {
        difference(set, truth).iter().map(|line| gist(line)).collect::<BTreeSet<_>>()
    };
    let mut statements = set.statements();
    let whole = gists(set, &server.run(std::slice::from_ref(set))[0]);
    let mut size = statements.len().div_ceil(2);
    while size > 0 {
        let candidates = (0..statements.len())
            .step_by(size)
            .map(|start| {
                let mut rest = statements.clone();
                rest.drain(start..(start + size).min(rest.len()));
                rest
            })
            .collect::<Vec<_>>();
        let sets = candidates.iter().map(|rest| Set::of(set.name.clone(), rest)).collect::<Vec<_>>();
        let truths = server.run(&sets);
        let differs =
            sets.iter().zip(&truths).position(|(set, truth)| !gists(set, truth).is_disjoint(&whole));
        match differs {
            Some(found) => {
                statements.clone_from(&candidates[found]);
                size = size.min(statements.len());
            }
            None => size /= 2,
        }
    }
    Set::of(set.name.clone(), &statements)
}

/// What a difference is about, without its names: to count alike ones.
pub(crate) fn gist(complaint: &str) -> String {
    let mut words = complaint.split_whitespace();
    let sign = words.next().unwrap_or_default();
    let first = words.next().unwrap_or_default();
    if first == "error:" {
        let why = complaint.split(" | ").next().unwrap_or_default();
        let statement = complaint.split_once(": ").and_then(|(_, rest)| rest.split_once(" | "));
        let statement = statement.and_then(|(_, place)| place.splitn(3, ':').nth(2)).unwrap_or_default();
        let statement = statement.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
        if sign == "+" {
            let kind = why.split_whitespace().nth(2).unwrap_or_default();
            return format!("+ error: {kind} | {statement}");
        }
        let mut quoted = false;
        let why = why
            .chars()
            .filter(|c| {
                quoted ^= *c == '"';
                !quoted
            })
            .collect::<String>();
        return format!("{why} | {statement}");
    }
    format!("{sign} {first} {}", if first == "acl" { words.next().unwrap_or_default() } else { "" })
}
