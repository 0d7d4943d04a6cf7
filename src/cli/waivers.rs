//! `golive waivers [PATH]`: what is waived, why, and for how long.

use super::args::{ListFormat, WaiversArgs};
use super::{Exit, Failure, environment, output, repository};
use crate::parse::on_big_stack;
use crate::report::waivers;

/// Lists every waiver of a repository with what it covers.
pub(super) fn run(args: &WaiversArgs) -> Result<Exit, Failure> {
    on_big_stack(args.select.threads, || list(args))
}

fn list(args: &WaiversArgs) -> Result<Exit, Failure> {
    repository::exists(&args.path)?;
    let (judges, tree) = repository::read_with_rules(&args.path, &args.select)?;
    let report = crate::audit(&tree, &judges.catalogue, judges.partial).report;
    let day = environment::today()?;
    output::print(&match args.format {
        ListFormat::Text => waivers::text(&report, day),
        ListFormat::Json => waivers::json(&report, day),
    })?;
    Ok(Exit::Holds)
}
