//! The report as the document that people hand over, in Markdown: the twelve blocks in their order.

pub(super) mod compare;
mod findings;
pub(super) mod rule_text;

use std::fmt::Write as _;

use super::escape::{code, markdown as text};
use super::words::count;
use super::{Outcome, Report, Severity, Style, brief, clean};

/// Checks of a phase that are listed without `--full`.
const CHECKS: usize = 100;
/// Undecided rules, strengths and syntax errors that are listed without `--full`.
const LISTED: usize = 60;

/// The document, ending with a newline.
pub fn render(report: &Report, style: &Style) -> String {
    let report = clean::report(report);
    let mut page = Page { out: String::new(), full: style.full };
    title(&mut page, &report);
    summary(&mut page, &report);
    scores(&mut page, &report);
    severities(&mut page, &report);
    findings::blockers(&mut page, &report);
    strengths(&mut page, &report);
    findings::others(&mut page, &report);
    findings::index(&mut page, &report);
    findings::waivers(&mut page, &report);
    access(&mut page, &report);
    plan(&mut page, &report);
    checklist(&mut page, &report);
    before_and_after(&mut page, &report);
    unknown(&mut page, &report);
    recommendation(&mut page, &report);
    page.out
}

/// What is written so far, and whether lists are given whole.
struct Page {
    out: String,
    full: bool,
}

impl Page {
    fn line(&mut self, line: &str) {
        self.out.push_str(line);
        self.out.push('\n');
    }

    fn heading(&mut self, heading: &str) {
        let _ = writeln!(self.out, "\n## {heading}\n");
    }

    /// How many of a list are shown.
    fn shown(&self, all: usize, most: usize) -> usize {
        if self.full { all } else { all.min(most) }
    }

    fn more(&mut self, number: usize, noun: &str) {
        if number > 0 {
            let _ =
                writeln!(self.out, "\n… and {}; `--full` lists all.", count(number, &format!("more {noun}")));
        }
    }
}

fn title(page: &mut Page, report: &Report) {
    let score = &report.score;
    let number = score.total.map_or("no score".to_owned(), |total| format!("{total}/100"));
    page.line(&format!("# {}: {number} · {}\n", text(&report.repository.name), score.verdict.phrase()));
    let commit = match brief::commit(report) {
        Some((commit, true)) => format!("Commit {} with changes", code(&commit)),
        Some((commit, false)) => format!("Commit {}", code(&commit)),
        None => "No commit".to_owned(),
    };
    let date =
        report.repository.committed.as_deref().map_or(String::new(), |date| format!(" of {}", text(date)));
    let (files, packages) = (report.repository.files, report.repository.packages);
    let size = |number: u64, noun| count(usize::try_from(number).unwrap_or(usize::MAX), noun);
    let tool = &report.tool;
    page.line(&format!(
        "{commit}{date} · {}, {} · {} {}, rules {}, scoring model {}\n",
        size(files, "file"),
        size(packages, "package"),
        text(&tool.name),
        text(&tool.version),
        code(&tool.ruleset),
        text(&tool.scoring_model)
    ));
    let held = score.held().map(|held| format!(" Score {}.", text(&held))).unwrap_or_default();
    page.line(&format!("> **Deploy now? {}**{held}", report.deploy_now()));
}

fn summary(page: &mut Page, report: &Report) {
    page.heading("Summary");
    let sentences: Vec<String> = brief::summary(report).iter().map(|sentence| text(sentence)).collect();
    page.line(&sentences.join(" "));
}

fn scores(page: &mut Page, report: &Report) {
    page.heading("Score");
    page.line("| Category | Weight | Score | Adds | Status | Blockers | Other findings |");
    page.line("|---|---:|---:|---:|---|---:|---|");
    for category in &report.score.categories {
        let (blockers, others) = brief::found(report, &category.id);
        let weight = if (category.weight_used - f64::from(category.weight)).abs() < 0.05 {
            category.weight.to_string()
        } else {
            format!("{:.1} of {}", category.weight_used, category.weight)
        };
        let points = category.score.map_or("–".to_owned(), |points| format!("{points:.1}"));
        let status = brief::status(category, blockers);
        page.line(&format!(
            "| {} | {weight} | {points} | {:.2} | {status} | {blockers} | {others} |",
            text(&category.id),
            category.contribution
        ));
    }
    let weights: f64 = report.score.categories.iter().map(|category| category.weight_used).sum();
    let raw = report.score.raw.map_or("–".to_owned(), |raw| format!("{raw:.2}"));
    let total = report.score.total.map_or("–".to_owned(), |total| total.to_string());
    let blockers = report.open(Severity::Blocker).count();
    page.line(&format!(
        "| **Total** | {weights:.1} | **{total}** | {raw} | {} | {blockers} | |",
        report.score.verdict.phrase()
    ));
    page.line("\nA category counts with as much of its weight as there is evidence for; what they add sums to the raw total.");
    for cap in &report.score.caps {
        let why = if cap.is_rule() { "an open blocker" } else { "a heavy category under 50" };
        page.line(&format!("- at most {} by {}: {why}", cap.at, code(&cap.rule)));
    }
}

fn severities(page: &mut Page, report: &Report) {
    page.heading("Findings by severity");
    page.line("| Severity | Open | Waived or baseline | To mend |\n|---|---:|---:|---:|");
    for severity in Severity::ALL {
        let of = report.findings.iter().filter(|finding| finding.severity == severity).count();
        let open: Vec<_> = report.open(severity).collect();
        let minutes = open.iter().fold(0_u32, |sum, finding| sum.saturating_add(finding.effort_minutes));
        let (open, effort) = (open.len(), super::words::effort(minutes));
        page.line(&format!("| {} | {open} | {} | {effort} |", severity.word(), of - open));
    }
}

fn strengths(page: &mut Page, report: &Report) {
    page.heading("Strengths");
    if report.strengths.is_empty() {
        page.line("Nothing that was looked for was found in place.");
    }
    let shown = page.shown(report.strengths.len(), LISTED);
    for strength in &report.strengths[..shown] {
        let place =
            strength.place.as_ref().map(|place| format!(": {}", code(&place.words()))).unwrap_or_default();
        page.line(&format!("- **{}** {}{place}", text(&strength.rule), text(&strength.message)));
    }
    page.more(report.strengths.len() - shown, "strength");
}

fn access(page: &mut Page, report: &Report) {
    if report.access.is_empty() {
        return;
    }
    page.heading("Who may do what with rows");
    page.line("What clients may do over the data API, once all migrations ran.\n");
    page.line("| Table | Role | Select | Insert | Update | Delete |\n|---|---|---|---|---|---|");
    let shown = page.shown(report.access.len(), LISTED);
    for table in &report.access[..shown] {
        for role in &table.roles {
            let cells = [&table.table, &role.role, &role.select, &role.insert, &role.update, &role.delete];
            let cells: Vec<String> = cells.into_iter().map(|cell| text(cell)).collect();
            page.line(&format!("| {} |", cells.join(" | ")));
        }
    }
    page.more(report.access.len() - shown, "table");
}

fn plan(page: &mut Page, report: &Report) {
    page.heading("Plan");
    if report.plan.is_empty() {
        return page.line("There is nothing to plan.");
    }
    page.line("| Phase | What | Findings | Hours | Score after it |\n|---|---|---:|---:|---:|");
    for phase in &report.plan {
        let (number, title, findings) = (phase.phase, text(&phase.title), phase.findings.len());
        let after = brief::range(phase.projected);
        page.line(&format!("| {number} | {title} | {findings} | {:.1} | {after} |", phase.hours));
    }
    page.line("\nA range counts what is undecided as failing, and as passing.");
}

fn checklist(page: &mut Page, report: &Report) {
    if report.plan.is_empty() {
        return;
    }
    page.heading("Checklist");
    for phase in &report.plan {
        page.line(&format!("\n**Phase {}: {}**\n", phase.phase, text(&phase.title)));
        let findings: Vec<_> =
            phase.findings.iter().filter_map(|index| report.findings.get(*index as usize)).collect();
        let shown = page.shown(findings.len(), CHECKS);
        for finding in &findings[..shown] {
            let done = if finding.is_open() { " " } else { "x" };
            let place =
                finding.places.first().map(|place| format!(": {}", code(&place.words()))).unwrap_or_default();
            page.line(&format!("- [{done}] **{}** {}{place}", text(&finding.rule), text(&finding.message)));
        }
        page.more(findings.len() - shown, "finding");
    }
}

fn before_and_after(page: &mut Page, report: &Report) {
    page.heading("Before and after");
    match &report.compared {
        Some(compared) => compare::block(page, compared),
        None => page.line("No earlier report was compared."),
    }
}

fn unknown(page: &mut Page, report: &Report) {
    page.heading("Assumptions and unknowns");
    for assumption in brief::assumptions(report) {
        page.line(&format!("- {}", text(&assumption)));
    }
    let undecided: Vec<_> =
        report.rules.iter().filter(|rule| rule.outcome == Outcome::Inconclusive).collect();
    let shown = page.shown(undecided.len(), LISTED);
    for rule in &undecided[..shown] {
        let reason = rule.reason.as_deref().unwrap_or("no reason is given");
        page.line(&format!("- Undecided: **{}** {}", text(&rule.id), text(reason)));
    }
    page.more(undecided.len() - shown, "undecided check");
    let shown = page.shown(report.syntax_errors.len(), LISTED);
    for error in &report.syntax_errors[..shown] {
        let place = code(&format!("{}:{}", error.path, error.line));
        page.line(&format!(
            "- Not parsed: {place} {}; the rest of the file was judged",
            text(&error.message)
        ));
    }
    page.more(report.syntax_errors.len() - shown, "syntax error");
}

fn recommendation(page: &mut Page, report: &Report) {
    page.heading("Recommendation");
    for (what, answer) in brief::recommendation(report) {
        page.line(&format!("- **{what}** {}", text(&answer)));
    }
}
