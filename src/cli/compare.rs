//! `golive compare A B`: what changed between two audits.

use std::path::Path;

use super::args::{CompareArgs, SelectArgs};
use super::output::{self, Target};
use super::progress::Progress;
use super::repository::{Judges, judges};
use super::side::{Side, Source, What, judge};
use super::{Exit, Failure, environment};
use crate::parse::on_big_stack;
use crate::report::{self, Comparison, ComparisonFormat, Report, Style};
use crate::source::Limits;

/// Audits what is no report yet, compares, and writes what changed.
pub(super) fn run(args: &CompareArgs) -> Result<Exit, Failure> {
    on_big_stack(args.threads, || compare(args))
}

fn compare(args: &CompareArgs) -> Result<Exit, Failure> {
    let targets = output::targets(&args.write, ComparisonFormat::Terminal)?;
    let [before, after] = sides(args)?;
    let names = [before.named, after.named];
    // Places are linked where the files of the later one are on disk.
    let root = match &after.what {
        What::Source(Source::Folder(root)) => Some(root.clone()),
        What::Source(Source::Revision(_)) | What::Report(_) => None,
    };
    let select = SelectArgs {
        only: args.only.clone(),
        skip: args.skip.clone(),
        config: args.config.clone(),
        since: None,
        threads: args.threads,
    };
    // Nobody waits for it: reading files leaves time for what is needed after.
    std::thread::spawn(crate::extract::load_knowledge);
    let [before, after] = reports(before.what, after.what, &select)?;
    let comparison = report::compare(&before, &after, [&names[0], &names[1]]);
    output::write(&targets, &|format, target| {
        let style = match target {
            Target::Standard => {
                let style = environment::style(args.write.full, root.as_deref().unwrap_or(Path::new(".")));
                Style { links: style.links.filter(|_| root.is_some()), ..style }
            }
            Target::File(_) => environment::style_of_file(args.write.full),
        };
        report::draw_comparison(format, &comparison, &style)
    })?;
    Ok(Exit::Holds)
}

/// What the arguments name: two sides, a range of revisions, or one side and the work tree.
fn sides(args: &CompareArgs) -> Result<[Side; 2], Failure> {
    let (repository, before) = (args.repository.as_path(), args.before.as_str());
    let head = |named: &str| if named.is_empty() { "HEAD".to_owned() } else { named.to_owned() };
    if let Some(after) = &args.after {
        return Ok([Side::find(before, repository)?, Side::find(after, repository)?]);
    }
    // A path may hold dots too.
    let is_path = ["./", "../"].iter().any(|start| before.starts_with(start)) || Path::new(before).exists();
    if let Some((ours, theirs)) = before.split_once("...").filter(|_| !is_path) {
        let (ours, theirs) = (head(ours), head(theirs));
        return Ok([Side::fork(&ours, &theirs, repository)?, Side::revision(&theirs, repository)?]);
    }
    if let Some((ours, theirs)) = before.split_once("..").filter(|_| !is_path) {
        return Ok([Side::revision(&head(ours), repository)?, Side::revision(&head(theirs), repository)?]);
    }
    Ok([Side::find(before, repository)?, Side::folder(repository)])
}

/// Both reports. What is no report yet is judged by one ruleset: that of the later side, if it has one.
fn reports(before: What, after: What, select: &SelectArgs) -> Result<[Report; 2], Failure> {
    let court = |source: &Source| -> Result<(Judges, Limits), Failure> {
        let judges = judges(source.own(), select)?;
        let limits = judges.settings.limits(select);
        Ok((judges, limits))
    };
    let progress = Progress::start("judging the earlier");
    match (before, after) {
        (What::Report(before), What::Report(after)) => {
            if !select.only.is_empty() || !select.skip.is_empty() || select.config.is_some() {
                return Err(Failure::usage(
                    "--only, --skip and --config say how to audit, and two reports are audited already; leave them out",
                ));
            }
            Ok([*before, *after])
        }
        (What::Report(before), What::Source(after)) => {
            let (judges, limits) = court(&after)?;
            Ok([*before, judge(&after.tree(&limits)?, &judges)])
        }
        (What::Source(before), What::Report(after)) => {
            let (judges, limits) = court(&before)?;
            Ok([judge(&before.tree(&limits)?, &judges), *after])
        }
        (What::Source(before), What::Source(after)) => {
            let (judges, limits) = court(&after)?;
            let earlier = before.tree(&limits)?;
            let before = judge(&earlier, &judges);
            progress.step("judging the later");
            // What a migration does is judged where it is new.
            let later = after.tree(&limits)?.after(&earlier);
            Ok([before, judge(&later, &judges)])
        }
    }
}

/// How a report stands to an earlier side, which is judged by the same rules.
pub(super) fn against(
    earlier: Side,
    report: &Report,
    judges: &Judges,
    select: &SelectArgs,
    named: &Path,
) -> Result<Comparison, Failure> {
    let limits = Limits { since: None, ..judges.settings.limits(select) };
    let name = earlier.named.clone();
    let before = earlier.report(judges, &limits)?;
    Ok(report::compare(&before, report, [&name, &named.display().to_string()]))
}
