//! `golive plan`: what to do in which order, as a checklist or as issues.

use std::path::Path;

use super::args::{PlanArgs, PlanFormat, SelectArgs};
use super::{Exit, Failure, output, report, repository};
use crate::parse::on_big_stack;
use crate::report::{Report, plan};

/// Writes the plan of a folder or of a report.
pub(super) fn run(args: &PlanArgs) -> Result<Exit, Failure> {
    let is_standard_input = args.from.as_os_str() == "-";
    let report = if is_standard_input || args.from.is_file() {
        report::read(&args.from)?
    } else {
        on_big_stack(0, || audited(&args.from))?
    };
    let text = match args.format {
        PlanFormat::Markdown => plan::checklist(&report),
        PlanFormat::Json => plan::issues(&report),
    };
    if args.output.as_os_str() == "-" {
        output::print(&text)?;
    } else {
        output::replace(&args.output, &text)?;
    }
    Ok(Exit::Holds)
}

fn audited(root: &Path) -> Result<Report, Failure> {
    repository::exists(root)?;
    let (judges, tree) = repository::read_with_rules(root, &SelectArgs::default())?;
    Ok(crate::audit(&tree, &judges.catalogue, judges.partial).report)
}
