//! Whether names of files tell one order.

use std::collections::BTreeMap;

use crate::extract::migrations::model::{Set, Step};
use crate::extract::migrations::runner::Runner;
use crate::extract::migrations::survey::{dialect, number};
use crate::parse::sql::dialect::Dialect;
use crate::source::{FileId, Tree};

/// Numbers of at least so many digits are dates.
const DATE: usize = 8;

/// Words of files that everybody takes for the first, or for none.
const ASIDE: &[&str] = &[
    "schema",
    "init",
    "seed",
    "setup",
    "full",
    "all",
    "readme",
    "reset",
    "drop",
    "check",
    "verify",
    "test",
    "combined",
    "complete",
    "consolidated",
    "base",
    "create",
    "initial",
    "template",
];

/// Files whose place in the order is not told by their names, and why.
pub(super) fn disorder(tree: &Tree, set: &Set, runner: &Runner) -> Vec<(FileId, String)> {
    let name = |step: &Step| tree.file(step.file).name();
    let single = set.steps.iter().all(|step| tree.file(step.file).dir() == set.directory);
    if !single {
        return Vec::new();
    }
    let mut found = doubles(tree, set);
    let counted: Vec<(&Step, &str)> =
        set.steps.iter().filter_map(|step| Some((step, counted(name(step))?))).collect();
    if let Runner::Image(_) = runner {
        // The image sorts names as texts.
        for two in counted.windows(2) {
            let [(before, first), (step, second)] = two else { continue };
            let plain = |counted: &str| counted.bytes().all(|byte| byte.is_ascii_digit());
            if plain(first) && plain(second) && number(first) > number(second) {
                let why = format!("it runs behind `{}`: names are sorted as texts", name(before));
                found.push((step.file, why));
            }
        }
    }
    if *runner == Runner::None && counted.len() > 2 {
        let plain = |step: &&Step| {
            let stem = name(step).to_ascii_lowercase();
            step.version.is_none() && !ASIDE.iter().any(|word| stem.contains(word))
        };
        let others = set.steps.iter().filter(plain);
        found.extend(
            others.map(|step| (step.file, "it has no number, and most of the others have one".to_owned())),
        );
    }
    let (dates, numbers): (Vec<_>, Vec<_>) =
        counted.iter().partition(|(_, version)| version.bytes().filter(u8::is_ascii_digit).count() >= DATE);
    if let (Some((dated, _)), Some((last, _))) = (dates.first(), numbers.last())
        && dates.len() > 1
        && numbers.len() > 1
    {
        let why =
            format!("it is dated and `{}` is numbered: the next number comes before every date", name(last));
        found.push((dated.file, why));
    }
    found
}

/// What a name counts by: `001`, `2017-08-19_00`.
fn counted(name: &str) -> Option<&str> {
    let end =
        name.find(|c: char| !(c.is_ascii_digit() || matches!(c, '-' | '_' | '.'))).unwrap_or(name.len());
    let counted = name[..end].trim_end_matches(['-', '_', '.']);
    counted.starts_with(|c: char| c.is_ascii_digit()).then_some(counted)
}

/// Files with the number of an earlier one.
fn doubles(tree: &Tree, set: &Set) -> Vec<(FileId, String)> {
    let mut first: BTreeMap<&str, FileId> = BTreeMap::new();
    let mut found = Vec::new();
    for step in &set.steps {
        let name = tree.file(step.file).name();
        let Some(version) = counted(name) else { continue };
        // One of several kinds of database.
        if name.split(['.', '_', '-']).any(|word| word != "sql" && dialect(word) != Dialect::Unknown) {
            continue;
        }
        match first.get(version) {
            Some(earlier) => {
                found.push((step.file, format!("it has the number of `{}`", tree.file(*earlier).name())));
            }
            None => {
                first.insert(version, step.file);
            }
        }
    }
    found
}
