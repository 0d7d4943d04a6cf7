//! Annotations of a GitHub workflow, as commands on standard output; what GitHub would not show follows as text.

use std::fmt::Write as _;

use super::escape::{command, property};
use super::words::{count, effort};
use super::{Finding, Report, Severity, clean};

/// Annotations of a level that GitHub keeps of a step.
const PER_LEVEL: usize = 10;
/// Findings that are listed in the log.
const LISTED: usize = 1000;

/// The levels of annotations.
const LEVELS: [&str; 3] = ["error", "warning", "notice"];

/// A command a line for what is open and fits, then a group with the rest, then the score.
pub fn render(report: &Report) -> String {
    let report = clean::report(report);
    let mut out = String::new();
    let mut given = [0; LEVELS.len()];
    let mut rest = Vec::new();
    for finding in report.findings.iter().filter(|finding| finding.is_open()) {
        let level = if finding.preview { 2 } else { level(finding.severity) };
        if given[level] == PER_LEVEL {
            rest.push(finding);
            continue;
        }
        given[level] += 1;
        annotate(&mut out, LEVELS[level], finding);
    }
    if !rest.is_empty() {
        let _ = writeln!(out, "::group::{} more", count(rest.len(), "finding"));
        for finding in rest.iter().take(LISTED) {
            let place = finding.places.first().map_or_else(|| ".".to_owned(), super::Place::words);
            let (severity, rule) = (finding.severity.word(), &finding.rule);
            plain(&mut out, &format!("{severity} {rule} {place} {}", finding.message));
        }
        if rest.len() > LISTED {
            plain(&mut out, &format!("and {}", count(rest.len() - LISTED, "more finding")));
        }
        out.push_str("::endgroup::\n");
    }
    plain(&mut out, &conclusion(&report));
    out
}

fn level(severity: Severity) -> usize {
    match severity {
        Severity::Blocker | Severity::High => 0,
        Severity::Medium => 1,
        Severity::Low | Severity::Info => 2,
    }
}

fn annotate(out: &mut String, level: &str, finding: &Finding) {
    let _ = write!(out, "::{level} ");
    if let Some(place) = finding.places.first() {
        let _ = write!(out, "file={},line={},", property(&place.path), place.line.max(1));
        // Columns are only understood within one line.
        if !place.is_whole_file() && place.end_line == place.line && place.end_column > place.column {
            let _ =
                write!(out, "endLine={0},col={1},endColumn={2},", place.line, place.column, place.end_column);
        } else if place.end_line > place.line {
            let _ = write!(out, "endLine={},", place.end_line);
        }
    }
    let title = format!("{} {}", finding.severity.word(), finding.rule);
    let mut message = format!("{} ({} to mend)", finding.message, effort(finding.effort_minutes));
    for place in finding.places.iter().skip(1).filter(|place| place.note.is_some()).take(3) {
        let _ = write!(message, "\n{}: {}", place.words(), place.note.as_deref().unwrap_or_default());
    }
    let _ = writeln!(out, "title={}::{}", property(&title), command(&message));
}

/// A line that is no command: it does not begin as one, and does not hold one of the older kind.
fn plain(out: &mut String, line: &str) {
    let _ = writeln!(out, "- {}", line.replace("##[", "## ["));
}

fn conclusion(report: &Report) -> String {
    let score = &report.score;
    let total = match (score.total, score.no_number()) {
        (Some(total), _) => format!("{total}/100 {}", score.verdict.phrase()),
        (None, why) => format!("no score: {}", why.unwrap_or_default()),
    };
    let held = score.held().map(|held| format!(" ({held})")).unwrap_or_default();
    format!("{total}{held}. Deploy now? {} {}", report.deploy_now(), report.tally().join(", "))
}
