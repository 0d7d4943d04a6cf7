//! `golive baseline`: writes what is found today, so that from tomorrow on only what is new counts at the gate.

use std::fs;
use std::path::Path;

use super::args::{BaselineArgs, SelectArgs};
use super::{Exit, Failure, output, repository};
use crate::parse::on_big_stack;
use crate::report::words::count;
use crate::report::{Baseline, Report, Status};

/// The file, where nothing else is said.
pub(super) const FILE: &str = "golive-baseline.json";

/// Audits and writes the file; one that is there already is replaced.
pub(super) fn run(args: &BaselineArgs) -> Result<Exit, Failure> {
    let file = args.output.clone().unwrap_or_else(|| args.path.join(FILE));
    let told = write(&args.path, &args.select, &file)?;
    output::print(&format!("{told}; from now on audit with --baseline {}\n", shown(&file)))?;
    Ok(Exit::Holds)
}

/// Writes the baseline of a folder to a file, and says what was written.
pub(super) fn write(root: &Path, select: &SelectArgs, file: &Path) -> Result<String, Failure> {
    let before = there(file)?;
    let report = audit(root, select)?;
    let baseline = Baseline::of(&report);
    output::replace(file, &baseline.render())?;
    let findings = report.findings.iter().filter(|finding| finding.status != Status::Waived).count();
    let known = format!("{} at {}", count(findings, "finding"), count(baseline.len(), "place"));
    let change = match before.map(|before| (before.without(&baseline), baseline.without(&before))) {
        None | Some((0, 0)) => String::new(),
        Some((gone, 0)) => format!(", {gone} fewer than before"),
        Some((0, more)) => format!(", {more} more than before"),
        Some((gone, more)) => format!(", {gone} gone and {more} more than before"),
    };
    Ok(format!("wrote {}: {known}{change}", shown(file)))
}

/// What a file holds on which an audit relies.
pub(super) fn read(file: &Path) -> Result<Baseline, Failure> {
    let text = repository::read(file).map_err(|failure| {
        Failure::usage(format!("{}; write a baseline with `golive baseline`", failure.message))
    })?;
    Baseline::parse(&text).map_err(|why| at(file, &why))
}

/// The baseline that is there already; none where nothing is. What is no baseline is not replaced.
fn there(file: &Path) -> Result<Option<Baseline>, Failure> {
    if fs::symlink_metadata(file).is_err() {
        return Ok(None);
    }
    let other = || {
        let name = file.display();
        Failure::usage(format!(
            "`{name}` is there and is no baseline of golive; remove it, or name another file with --output"
        ))
    };
    let text = repository::read(file).map_err(|_| other())?;
    Baseline::own(&text).map_err(|why| at(file, &why))?.ok_or_else(other).map(Some)
}

fn at(file: &Path, why: &str) -> Failure {
    Failure::usage(format!("`{}`: {why}", file.display()))
}

/// A path as people write it.
pub(super) fn shown(file: &Path) -> String {
    file.strip_prefix(".").unwrap_or(file).display().to_string()
}

fn audit(root: &Path, select: &SelectArgs) -> Result<Report, Failure> {
    repository::exists(root)?;
    on_big_stack(select.threads, || {
        let (judges, tree) = repository::read_with_rules(root, select)?;
        Ok(crate::audit(&tree, &judges.catalogue, judges.partial).report)
    })
}
