//! `golive [PATH]`: audits a folder.

use std::fmt::Write as _;
use std::mem::ManuallyDrop;
use std::time::{Duration, Instant};

use super::args::AuditArgs;
use super::gate::{Fall, Gate};
use super::known::Known;
use super::output::{self, Target};
use super::progress::Progress;
use super::side::Side;
use super::{Exit, Failure, compare, environment, repository};
use crate::parse::on_big_stack;
use crate::report::words::count;
use crate::report::{Format, Outcome, Report};
use crate::source::{Reason, Tree};

/// Audits, writes the reports, and says how the gate stands.
pub(super) fn run(args: &AuditArgs) -> Result<Exit, Failure> {
    on_big_stack(args.select.threads, || audit(args))
}

fn audit(args: &AuditArgs) -> Result<Exit, Failure> {
    let targets = output::targets(&args.write, Format::Terminal)?;
    let mut known = Known::read(args)?;
    let progress = Progress::start("reading");
    let start = Instant::now();
    repository::exists(&args.path)?;
    let against = args.against.as_deref().map(|named| Side::find(named, &args.path)).transpose()?;
    // Nobody waits for it: reading files leaves time for what is needed after.
    std::thread::spawn(crate::extract::load_knowledge);
    let (judges, tree) = repository::read_with_rules(&args.path, &args.select)?;
    // The program ends with the audit: what was made for it is left to the system, which takes it back at once.
    let (judges, tree) = (ManuallyDrop::new(judges), ManuallyDrop::new(tree));
    let reading = start.elapsed();
    progress.step("judging");
    let mut audit = ManuallyDrop::new(crate::audit(&tree, &judges.catalogue, judges.partial));
    if let Some(against) = against {
        progress.step("judging what it is compared with");
        let compared = compare::against(against, &audit.report, &judges, &args.select, &args.path)?;
        audit.report.compared = Some(compared);
    }
    if args.select.since.is_some() {
        progress.step("judging what was there before");
        known.look_back(args, &judges, &tree)?;
    }
    let mended = known.settle(&mut audit.report);
    drop(progress);
    output::draw(&targets, &audit.report, &|target| match target {
        Target::Standard => environment::style(args.write.full, &args.path),
        Target::File(_) => environment::style_of_file(args.write.full),
    })?;
    if args.timings {
        output::say(&timings(reading, &audit.timings, args.write.full));
    }
    if let Some(line) = &mended {
        output::say(line);
    }
    let lost = fall(&audit.report, args.gate.max_drop);
    let gate = Gate { asked: &args.gate, lost, missing: incomplete(&audit.report, &tree) };
    let stands = gate.stands(&audit.report);
    if let Some(line) = stands.last_line() {
        output::say_last(&targets, &line)?;
    }
    Ok(stands.exit())
}

/// How far the score fell by the rules that both audits ran, where that is asked.
fn fall(report: &Report, at_most: Option<u8>) -> Option<Fall> {
    let (before, after) = report.compared.as_ref()?.totals();
    Some(Fall { at_most: at_most?, before, after })
}

/// What keeps the audit from having seen everything.
fn incomplete(report: &Report, tree: &Tree) -> Vec<String> {
    let unread = tree.unread().iter().filter(|unread| unread.tracked && is_lost(&unread.reason)).count();
    let undecided = report.ended(Outcome::Inconclusive);
    let each = [
        (unread, count(unread, "unread file")),
        (report.syntax_errors.len(), count(report.syntax_errors.len(), "syntax error")),
        (undecided, count(undecided, "undecided rule")),
    ];
    each.into_iter().filter(|(number, _)| *number > 0).map(|(_, words)| words).collect()
}

/// Whether text that belongs to the repository was not read. What is not text, elsewhere, or left out on request is
/// no loss.
fn is_lost(reason: &Reason) -> bool {
    match reason {
        Reason::TooLarge { .. }
        | Reason::NotPermitted
        | Reason::Vanished
        | Reason::Sparse
        | Reason::CaseClash
        | Reason::TooManyFiles { .. }
        | Reason::Git(_)
        | Reason::Failed(_) => true,
        Reason::Binary
        | Reason::NotUtf8
        | Reason::Utf16
        | Reason::LfsPointer
        | Reason::Submodule
        | Reason::NestedRepository
        | Reason::Special
        | Reason::Deleted
        | Reason::LinkToUnread
        | Reason::LinkOutside
        | Reason::Excluded { .. } => false,
    }
}

/// A table of times: every step as a whole, then the parts that took the most.
fn timings(reading: Duration, parts: &[(&'static str, String, Duration)], full: bool) -> String {
    let mut out = format!("{:>12}  read\n", milliseconds(reading));
    let (steps, mut parts): (Vec<_>, Vec<_>) = parts.iter().partition(|(_, part, _)| part == "all");
    for (layer, _, time) in steps {
        let _ = writeln!(out, "{:>12}  {layer}", milliseconds(*time));
    }
    out.push_str("of these, over all threads:\n");
    parts.sort_by(|left, right| {
        right.2.cmp(&left.2).then_with(|| (left.0, &left.1).cmp(&(right.0, &right.1)))
    });
    let shown = if full { parts.len() } else { parts.len().min(15) };
    for (layer, part, time) in &parts[..shown] {
        let _ = writeln!(out, "{:>12}  {layer} {part}", milliseconds(*time));
    }
    out
}

fn milliseconds(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1000.0)
}
