//! The report for another program: one finding a line, `path:line:column severity rule message`, then the summary.

use std::fmt::Write as _;

use crate::report::{Finding, Outcome, Report, Status};

pub(super) fn render(report: &Report, full: bool) -> String {
    let mut out = String::new();
    for finding in report.findings.iter().filter(|finding| finding.is_shown(full)) {
        let _ = writeln!(out, "{}", finding_line(finding));
    }
    for error in &report.syntax_errors {
        let _ = writeln!(out, "{}:{}:1 error syntax {}", error.path, error.line, error.message);
    }
    if !out.is_empty() {
        out.push('\n');
    }
    summary(&mut out, report);
    out
}

fn finding_line(finding: &Finding) -> String {
    let place = finding.places.first();
    let place =
        place.map_or(".:1:1".to_owned(), |place| format!("{}:{}:{}", place.path, place.line, place.column));
    let status = match finding.status {
        Status::Open => String::new(),
        _ => format!(" ({})", finding.standing()),
    };
    format!("{place} {} {} {}{status}", finding.severity.word(), finding.rule, finding.message)
}

fn summary(out: &mut String, report: &Report) {
    for rule in report.rules.iter().filter(|rule| rule.outcome == Outcome::Inconclusive) {
        let _ =
            writeln!(out, "undecided {} {}", rule.id, rule.reason.as_deref().unwrap_or("no reason is given"));
    }
    let score = &report.score;
    for category in &score.categories {
        if let Some(points) = category.score {
            let (id, weight) = (&category.id, category.weight_used);
            let _ = writeln!(
                out,
                "category {id} {points:.1} weight {weight:.1} adds {:.2}",
                category.contribution
            );
        }
    }
    let total = match (score.total, score.held()) {
        (Some(total), Some(held)) => format!("score {total}/100 {} ({held})", score.verdict.phrase()),
        (Some(total), None) => format!("score {total}/100 {}", score.verdict.phrase()),
        (None, _) => format!("no score: {}", score.no_number().unwrap_or_default()),
    };
    let deploy = match (score.deploy, score.total) {
        (true, None) => "not known",
        (true, Some(_)) => "yes",
        (false, _) => "no",
    };
    let _ = writeln!(out, "{total}; deploy now: {deploy}");
    let _ = writeln!(out, "{}", report.tally().join(", "));
}
