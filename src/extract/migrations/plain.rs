//! Folders of numbered SQL files without the marks of a tool: run by a program of the repository, by the image of a
//! database, or by hand.

mod order;

use std::collections::BTreeMap;

use super::model::{Down, Set, Step, Unrun, Why};
use super::runner::{self, Runner};
use super::survey::{Survey, last, number, numbered, parent};
use crate::source::{FileId, SourceFile};

/// Words of folders whose files change a schema.
const NAMES: &[&str] = &["migration", "migrate"];

/// Words of folders whose files do something else.
const OTHERS: &[&str] = &[
    "quer",
    "seed",
    "procedure",
    "function",
    "view",
    "trigger",
    "fixture",
    "report",
    "backup",
    "dump",
    "sample",
];

/// A folder and what may be run of it.
type Folder<'c> = (&'c str, Vec<(FileId, &'c SourceFile)>);

/// The sets of the folders that no tool took.
pub(super) fn sets(survey: &mut Survey<'_>) -> Vec<Set> {
    let mut own = versions(survey);
    for dir in survey.free() {
        if is_numbered(survey, dir) {
            survey.take(dir);
            own.push((dir, survey.sql(dir).collect()));
        }
    }
    own.iter().map(|(dir, files)| set(survey, dir, files)).collect()
}

/// Whether the files of a folder are migrations by their numbers or by the name of the folder.
fn is_numbered(survey: &Survey<'_>, dir: &str) -> bool {
    let name = last(dir).to_ascii_lowercase();
    if OTHERS.iter().any(|word| name.contains(word)) {
        return false;
    }
    let (mut files, mut counted) = (0, 0);
    for (_, file) in survey.sql(dir) {
        files += 1;
        counted += usize::from(numbered(file.name()).is_some());
    }
    let named = NAMES.iter().any(|word| name.contains(word));
    named && files > 0 || counted >= 2 && counted * 2 >= files
}

/// Folders of versions below one: `migration/0.21/00__x.sql`.
fn versions<'c>(survey: &mut Survey<'c>) -> Vec<Folder<'c>> {
    let mut found: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for dir in survey.free() {
        let version = last(dir).trim_start_matches('v');
        let fits = version.starts_with(|c: char| c.is_ascii_digit())
            && version.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        if let Some(above) = parent(dir).filter(|_| fits) {
            found.entry(above).or_default().push(dir);
        }
    }
    let mut own = Vec::new();
    for (above, mut folders) in found.into_iter().filter(|(_, folders)| folders.len() > 1) {
        folders.sort_by_key(|dir| {
            let version = last(dir).trim_start_matches('v');
            version.split('.').map(number).collect::<Vec<_>>()
        });
        let mut files = Vec::new();
        for folder in folders {
            survey.take(folder);
            files.extend(survey.sql(folder));
        }
        survey.take(above);
        own.push((above, files));
    }
    own
}

fn set(survey: &Survey<'_>, dir: &str, files: &[(FileId, &SourceFile)]) -> Set {
    let runner = runner::of(survey, dir, files);
    let tool = match &runner {
        Runner::Image(_) => "initdb",
        _ => "numbered",
    };
    let mut set = Set { tool, directory: dir.to_owned(), configured: runner.place(), ..Set::default() };
    set.dialect = survey.driver(dir);
    let mut backs: Vec<(FileId, &SourceFile)> = Vec::new();
    for (file, source) in files {
        if is_back(source) {
            backs.push((*file, source));
            continue;
        }
        if let Runner::List(place, list) = &runner
            && !list.contains(file)
        {
            let list = survey.context.tree.file(place.file).path.clone();
            set.unrun.push(Unrun { file: *file, why: Why::Unlisted(list) });
            continue;
        }
        let (version, name) = numbered(source.stem()).map_or((None, source.stem()), |(v, n)| (Some(v), n));
        let mut step = survey.whole(*file, version, name);
        step.transaction = false;
        set.steps.push(step);
    }
    order(survey, &mut set, &runner);
    if !matches!(runner, Runner::List(..)) {
        set.disorder = order::disorder(survey.context.tree, &set, &runner);
    }
    if files.iter().all(|(_, source)| source.dir() != dir) {
        set.states.extend(survey.sql(dir).map(|(file, _)| file));
    }
    for (file, source) in backs {
        let front = forward(source);
        let own = set.steps.iter_mut().find(|step| {
            let step = survey.context.tree.file(step.file);
            step.dir() == source.dir() && (step.stem() == front || numbered(step.stem()) == numbered(&front))
        });
        match own {
            Some(step) => step.down = Some(Down::File(file)),
            None => set.unrun.push(Unrun { file, why: Why::Rule("it undoes a migration") }),
        }
    }
    set
}

/// The order of a list, else that of names; by hand, of numbers where `10_x` is to come after `9_x`.
fn order(survey: &Survey<'_>, set: &mut Set, runner: &Runner) {
    if let Runner::List(_, list) = runner {
        set.steps.sort_by_key(|step| list.iter().position(|file| *file == step.file));
        return;
    }
    if *runner != Runner::None {
        return;
    }
    let plain = |step: &Step| {
        step.version.as_deref().is_some_and(|version| !version.starts_with('0') || version == "0")
    };
    let short = |step: &Step| step.version.as_deref().is_some_and(|version| version.len() < 8);
    let folders = |step: &Step| survey.context.tree.file(step.file).dir();
    let single = set.steps.iter().all(|step| folders(step) == set.directory);
    if single && set.steps.iter().all(|step| plain(step) && short(step)) {
        set.steps.sort_by_key(|step| number(step.version.as_deref().unwrap_or_default()));
    }
}

/// Whether a file undoes another: `001_x.down.sql`, `001_x_rollback.sql`.
fn is_back(file: &SourceFile) -> bool {
    let stem = file.stem().to_ascii_lowercase();
    ["down", "rollback", "undo", "revert"].iter().any(|word| {
        let ends = stem.strip_suffix(word).is_some_and(|rest| rest.ends_with(['.', '_', '-']));
        ends || numbered(&stem).is_some_and(|(_, rest)| {
            rest.strip_prefix(word).is_some_and(|rest| rest.starts_with(['.', '_', '-']))
        })
    })
}

/// The stem of the file that a way back belongs to.
fn forward(file: &SourceFile) -> String {
    let stem = file.stem();
    let lower = stem.to_ascii_lowercase();
    for word in ["down", "rollback", "undo", "revert"] {
        if let Some(rest) = lower.strip_suffix(word) {
            return stem[..rest.len()].trim_end_matches(['.', '_', '-']).to_owned();
        }
        if let Some(at) = lower.find(word) {
            let (before, after) = (&stem[..at], stem[at + word.len()..].trim_start_matches(['.', '_', '-']));
            return [before, after].concat();
        }
    }
    stem.to_owned()
}
