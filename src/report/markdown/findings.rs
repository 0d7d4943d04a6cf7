//! What was found: blockers at length, the others folded, all of them in an index.

use std::fmt::Write as _;

use super::Page;
use super::rule_text::rule_text;
use crate::report::escape::{code, fenced, markdown as text, sentence};
use crate::report::words::{count, effort};
use crate::report::{Finding, Report, Severity, brief};

/// Rules below blockers that are told at length without `--full`.
const RULES: usize = 40;
/// Findings of a rule that are named without `--full`.
const OF_RULE: usize = 20;
/// Rows of the index without `--full`.
const ROWS: usize = 500;
/// Places of a finding that are named.
const PLACES: usize = 8;

/// Each blocker: where, what, why it matters, how to mend it, how long that takes.
pub(super) fn blockers(page: &mut Page, report: &Report) {
    page.heading("Blockers");
    let groups = brief::groups(report, &|finding| finding.is_open() && finding.severity == Severity::Blocker);
    if groups.is_empty() {
        page.line("No blocker is open.");
    }
    for findings in groups {
        let Some(first) = findings.first() else { continue };
        page.line(&format!(
            "### {}\n\n{} · {}\n",
            text(&first.title),
            code(&first.rule),
            brief::worth(&findings)
        ));
        of_rule(page, &findings);
        texts(page, first);
    }
}

/// The findings below blockers, rule by rule, folded.
pub(super) fn others(page: &mut Page, report: &Report) {
    page.heading("Warnings and improvements");
    let is_other = |finding: &Finding| finding.is_open() && finding.severity != Severity::Blocker;
    let groups = brief::groups(report, &is_other);
    if groups.is_empty() {
        page.line("Nothing else is open.");
    }
    let shown = page.shown(groups.len(), RULES);
    for findings in &groups[..shown] {
        let Some(first) = findings.first() else { continue };
        let number = if findings.len() > 1 { format!(" ({})", findings.len()) } else { String::new() };
        // On a line of HTML nothing is Markdown.
        page.line(&format!(
            "<details><summary><b>{}</b> · {}{number} · {}</summary>\n\n{}\n",
            first.severity.word(),
            sentence(&first.title),
            brief::worth(findings),
            code(&first.rule)
        ));
        of_rule(page, findings);
        texts(page, first);
        page.line("</details>\n");
    }
    page.more(groups.len() - shown, "rule");
}

/// What is wrong, and where; the source of the first.
fn of_rule(page: &mut Page, findings: &[&Finding]) {
    let shown = page.shown(findings.len(), OF_RULE);
    for (number, finding) in findings[..shown].iter().enumerate() {
        page.line(&format!("- **{}**", text(&finding.message)));
        for place in finding.places.iter().take(PLACES) {
            let note = place.note.as_deref().map(|note| format!(": {}", text(note))).unwrap_or_default();
            page.line(&format!("  - {}{note}", code(&place.words())));
        }
        if finding.places.len() > PLACES {
            page.line(&format!("  - … and {}", count(finding.places.len() - PLACES, "more place")));
        }
        if number == 0 {
            sources(page, finding);
        }
    }
    page.more(findings.len() - shown, "finding");
}

/// The source of a finding as a part of its list item.
fn sources(page: &mut Page, finding: &Finding) {
    for (number, (place, lines)) in brief::sources(finding).enumerate() {
        let block = fenced(&lines);
        page.out.push('\n');
        if number > 0 {
            let _ = write!(page.out, "  {}\n\n", code(&place.words()));
        }
        for line in block.lines() {
            let _ = writeln!(page.out, "  {line}");
        }
        page.out.push('\n');
    }
}

/// Why it matters and how to mend it, as the rule has it.
fn texts(page: &mut Page, finding: &Finding) {
    page.line(&format!(
        "\n**Why.** {}\n\n**To mend it.** {}\n",
        rule_text(&finding.why),
        rule_text(&finding.fix)
    ));
    if !finding.references.is_empty() {
        let references: Vec<String> = finding.references.iter().map(|reference| text(reference)).collect();
        page.line(&format!("References: {}\n", references.join(", ")));
    }
}

/// Every finding in a row.
pub(super) fn index(page: &mut Page, report: &Report) {
    if report.findings.is_empty() {
        return;
    }
    page.heading("All findings");
    page.line(
        "| # | Finding | Severity | Place | Points | Effort | Status |\n|---:|---|---|---|---:|---:|---|",
    );
    let shown = page.shown(report.findings.len(), ROWS);
    for (number, finding) in report.findings[..shown].iter().enumerate() {
        let place = finding.places.first().map(|place| code(&place.words())).unwrap_or_default();
        let more = finding.places.len().saturating_sub(1);
        let more = if more > 0 { format!(" +{more}") } else { String::new() };
        let _ = writeln!(
            page.out,
            "| {} | {}: {} | {} | {place}{more} | {:.2} | {} | {} |",
            number + 1,
            text(&finding.rule),
            text(&finding.message),
            finding.severity.word(),
            finding.points,
            effort(finding.effort_minutes),
            finding.status.word()
        );
    }
    page.more(report.findings.len() - shown, "finding");
    let minutes = report.findings.iter().filter(|finding| finding.is_open());
    let minutes = minutes.fold(0_u32, |sum, finding| sum.saturating_add(finding.effort_minutes));
    page.line(&format!("\nIn all {:.1} hours for what is open.", f64::from(minutes.div_ceil(6)) / 10.0));
}

/// What is accepted, why and for how long; what is no waiver as it is written stands among them.
pub(super) fn waivers(page: &mut Page, report: &Report) {
    if report.waivers.is_empty() {
        return;
    }
    page.heading("Waivers");
    page.line("What is waived closes no gate until its day is over, and counts in the score unless it is a false positive.\n");
    page.line("| Rule | For | State | Until | Covers | Why | Written |\n|---|---|---|---|---:|---|---|");
    let shown = page.shown(report.waivers.len(), ROWS);
    for waiver in &report.waivers[..shown] {
        let is_false = if waiver.false_positive { ", false positive" } else { "" };
        let why = waiver.mistake.as_ref().unwrap_or(&waiver.reason);
        let _ = writeln!(
            page.out,
            "| {} | {} | {}{is_false} | {} | {} | {} | {} |",
            text(&waiver.rule),
            text(&waiver.scope),
            waiver.state.word(),
            text(waiver.until.as_deref().unwrap_or("–")),
            waiver.findings.len(),
            text(why),
            code(&waiver.place.words())
        );
    }
    page.more(report.waivers.len() - shown, "waiver");
}
