//! What was not decided, not parsed, not read; with `--full` also what was found in place, and the plan.

use super::page::{Ink, Page};
use super::summary::more;
use super::text::{flow, width};
use crate::report::words::count;
use crate::report::{Outcome, Report, brief};

/// Lines of a list that are shown.
const LINES: usize = 10;

pub(super) fn draw(page: &mut Page, report: &Report) {
    undecided(page, report);
    syntax_errors(page, report);
    unread(page, report);
    if page.style.full {
        strengths(page, report);
        plan(page, report);
    }
}

fn shown(page: &Page, all: usize) -> usize {
    if page.style.full { all } else { all.min(LINES) }
}

fn undecided(page: &mut Page, report: &Report) {
    let all: Vec<_> = report.rules.iter().filter(|rule| rule.outcome == Outcome::Inconclusive).collect();
    if all.is_empty() {
        return;
    }
    page.heading("Undecided", "   what the repository does not show");
    let shown = shown(page, all.len());
    let widest = all[..shown].iter().map(|rule| width(&rule.id)).max().unwrap_or(0);
    for rule in &all[..shown] {
        let reason = rule.reason.as_deref().unwrap_or("no reason is given");
        entry(page, "?", &rule.id, widest, reason);
    }
    more(page, all.len() - shown, "rule");
}

/// A mark, a name and a text: in one line where the text fits, else the text below.
fn entry(page: &mut Page, mark: &str, name: &str, widest: usize, words: &str) {
    let line = page.line(2).ink(Ink::Notice, mark).to(4).add(name);
    let column = 4 + widest + 3;
    if column + width(words) <= page.width {
        let line = line.to(column).add(words);
        page.put(&line);
    } else {
        page.put(&line);
        page.paragraph(6, Ink::Plain, words);
    }
}

fn syntax_errors(page: &mut Page, report: &Report) {
    let all = &report.syntax_errors;
    if all.is_empty() {
        return;
    }
    page.heading("Syntax errors", "   the rest of these files was judged");
    let shown = shown(page, all.len());
    for error in &all[..shown] {
        let place = format!("{}:{}", error.path, error.line);
        entry(page, "!", &place, width(&place), &error.message);
    }
    more(page, all.len() - shown, "error");
}

fn unread(page: &mut Page, report: &Report) {
    if report.unread.is_empty() {
        return;
    }
    let reasons = brief::unread_by_reason(report, page.signs.more);
    let remark = if page.style.full { "" } else { "   --full names the files" };
    page.heading(&format!("Not read: {}", count(report.unread.len(), "file")), remark);
    if page.style.full {
        for unread in &report.unread {
            entry(page, page.signs.dash, &unread.path, width(&unread.path), &unread.reason);
        }
        return;
    }
    let items: Vec<String> = reasons.iter().map(|(reason, number)| format!("{number} {reason}")).collect();
    for line in flow(&items, page.signs.dot, page.width - 2) {
        page.paragraph(2, Ink::Plain, &line);
    }
}

fn strengths(page: &mut Page, report: &Report) {
    if report.strengths.is_empty() {
        return;
    }
    page.heading("In place", "   what was looked for and found");
    for strength in &report.strengths {
        let mark = if page.style.unicode { "✓" } else { "+" };
        let line = page.line(2).ink(Ink::Good, mark).to(4).add(&strength.rule);
        page.put(&line);
        page.paragraph(6, Ink::Plain, &strength.message);
        if let Some(place) = &strength.place {
            let line = page.place(page.line(6), place);
            page.put(&line);
        }
    }
}

fn plan(page: &mut Page, report: &Report) {
    if report.plan.is_empty() {
        return;
    }
    page.heading("Plan", "   the score after each phase");
    for phase in &report.plan {
        let projected = phase.projected;
        let score = if projected.low == projected.high {
            projected.low.to_string()
        } else {
            format!("{}{}{}", projected.low, page.signs.dash, projected.high)
        };
        let size = format!("{}, {:.1} h", count(phase.findings.len(), "finding"), phase.hours);
        let line = page
            .line(2)
            .add(&phase.phase.to_string())
            .to(5)
            .ink(Ink::Strong, &score)
            .to(14)
            .add(&super::text::fit(&phase.title, page.width - 14 - 3 - width(&size), page.signs.more))
            .add("   ")
            .ink(Ink::Quiet, &size);
        page.put(&line);
    }
}
