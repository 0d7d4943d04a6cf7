//! Every finding with its source, gravest first.

use super::page::{Ink, Page};
use super::summary::more;
use super::{excerpt, text};
use crate::report::words::{count, effort};
use crate::report::{Finding, Place, Report, Severity, Status};

/// Findings of a rule that are shown.
const PER_RULE: usize = 3;
/// Findings that are shown in all.
const IN_ALL: usize = 20;
/// Places whose source is shown: the proof, then what belongs to it.
const SOURCES: usize = 3;
/// Further places that are named.
const NAMED: usize = 4;
/// Lines of the fix that are shown.
const FIX: usize = 4;

pub(super) fn draw(page: &mut Page, report: &Report) {
    let mut left = if page.style.full { usize::MAX } else { IN_ALL };
    let per_rule = if page.style.full { usize::MAX } else { PER_RULE };
    let mut beyond = 0;
    let shown = report.findings.iter().filter(|finding| finding.is_shown(page.style.full));
    let findings: Vec<&Finding> = shown.collect();
    for severity in Severity::ALL {
        let all: Vec<&Finding> =
            findings.iter().copied().filter(|finding| finding.severity == severity).collect();
        if all.is_empty() {
            continue;
        }
        if left > 0 {
            heading(page, severity, all.len());
        }
        for of_rule in all.chunk_by(|a, b| a.rule == b.rule) {
            let shown = of_rule.len().min(per_rule).min(left);
            for finding in &of_rule[..shown] {
                draw_one(page, finding);
            }
            left -= shown;
            if left == 0 {
                beyond += of_rule.len() - shown;
            } else if shown < of_rule.len() {
                let words =
                    format!("{} and {} more of {}", page.signs.more, of_rule.len() - shown, of_rule[0].rule);
                page.gap();
                let line = page.line(2).ink(Ink::Quiet, &words);
                page.put(&line);
            }
        }
    }
    if beyond > 0 {
        page.gap();
        more(page, beyond, "finding");
    }
}

fn heading(page: &mut Page, severity: Severity, number: usize) {
    let title = match severity {
        Severity::Blocker => "Blockers",
        Severity::High => "High",
        Severity::Medium => "Medium",
        Severity::Low => "Low",
        Severity::Info => "Worth knowing",
    };
    page.heading(title, &format!("   {}", count(number, "finding")));
}

fn draw_one(page: &mut Page, finding: &Finding) {
    page.gap();
    head(page, finding);
    page.paragraph(2, Ink::Plain, &finding.message);
    if let Some(waiver) = &finding.waiver {
        // What was accepted is named with its reason; its source and its fix are for when that has ended.
        places(page, "at   ", &finding.places.iter().collect::<Vec<_>>());
        let why = format!("{} ({})", waiver.words(), waiver.place.words());
        return page.paragraph(2, Ink::Quiet, &why);
    }
    let (sources, named): (Vec<&Place>, Vec<&Place>) = split(&finding.places, page.style.full);
    let drawn = excerpt::draw(page, finding.severity, &sources);
    if drawn.is_empty() {
        places(page, "at   ", &finding.places.iter().collect::<Vec<_>>());
    } else {
        page.gap();
        page.verbatim(&drawn);
        places(page, "also ", &named);
    }
    fix(page, &finding.fix);
    let line = page.line(2).ink(Ink::Quiet, "why  ").add(&format!("golive explain {}", finding.rule));
    page.put(&line);
}

fn head(page: &mut Page, finding: &Finding) {
    let mut gains = vec![];
    match finding.status {
        Status::Open => {}
        status => gains.push(status.word().to_owned()),
    }
    if finding.preview {
        gains.push("preview, not scored".to_owned());
    } else if finding.points >= 0.05 {
        gains.push(format!("+{:.1} points", finding.points));
    }
    gains.push(effort(finding.effort_minutes));
    let gains = gains.join(page.signs.dot);
    let line = page.line(0).ink(Ink::of(finding.severity), finding.severity.word());
    let line = line.add("  ").ink(Ink::Strong, &finding.rule);
    if line.width() + 2 + text::width(&gains) <= page.width {
        let line = line.right(page.width, Ink::Good, &gains);
        page.put(&line);
    } else {
        page.put(&line);
        let line = page.line(2).ink(Ink::Good, &gains);
        page.put(&line);
    }
}

/// The places whose source is shown, and those that are named only: the first and what has a note of its own is
/// shown, for it says something that the others do not.
fn split(all: &[Place], full: bool) -> (Vec<&Place>, Vec<&Place>) {
    let mut left = if full { usize::MAX } else { SOURCES };
    let mut first = true;
    all.iter().partition(|place| {
        let shown = place.excerpt.is_some() && left > 0 && (first || place.note.is_some() || full);
        first = false;
        left -= usize::from(shown);
        shown
    })
}

/// Places by name, one a line, with their notes.
fn places(page: &mut Page, label: &str, all: &[&Place]) {
    let shown = if page.style.full { all.len() } else { all.len().min(NAMED) };
    for (number, place) in all[..shown].iter().enumerate() {
        let line = page.line(2).ink(Ink::Quiet, if number == 0 { label } else { "     " });
        let line = page.place(line, place);
        let note = place.note.as_deref().unwrap_or_default();
        let beside = line.width() + 2 + text::width(note) <= page.width;
        if beside && !note.is_empty() {
            let line = line.add("  ").ink(Ink::Quiet, note);
            page.put(&line);
        } else {
            page.put(&line);
            if !note.is_empty() {
                page.paragraph(9, Ink::Quiet, note);
            }
        }
    }
    if shown < all.len() {
        let words = format!("{} and {}", page.signs.more, count(all.len() - shown, "more place"));
        let line = page.line(7).ink(Ink::Quiet, &words);
        page.put(&line);
    }
}

/// The fix: its first paragraph, and the code that follows where it announces some; all of it with `--full`.
fn fix(page: &mut Page, markdown: &str) {
    let lines = fix_lines(page, markdown, page.width - 7);
    for (number, part) in lines.iter().enumerate() {
        let line = page.line(2).ink(Ink::Quiet, if number == 0 { "fix  " } else { "     " }).add(part);
        page.put(&line);
    }
}

fn fix_lines(page: &Page, markdown: &str, room: usize) -> Vec<String> {
    let sign = page.signs.more;
    let mut out: Vec<String> = vec![];
    let mut announced = true;
    for block in blocks(markdown) {
        if !page.style.full && !announced {
            break;
        }
        match block {
            Block::Prose(prose) => {
                announced = prose.ends_with(':');
                out.extend(text::wrap(&prose, room));
            }
            Block::Code(lines) => {
                announced = false;
                out.extend(lines.iter().map(|line| text::fit(line, room, sign)));
            }
        }
    }
    if !page.style.full && out.len() > FIX {
        out.truncate(FIX);
        if let Some(last) = out.last_mut() {
            *last = text::fit(last, room.saturating_sub(1 + text::width(sign)), "") + " " + sign;
        }
    }
    out
}

/// A part of a Markdown text.
enum Block {
    /// A paragraph or an item of a list, its lines joined.
    Prose(String),
    /// The lines of a fenced block.
    Code(Vec<String>),
}

fn blocks(markdown: &str) -> Vec<Block> {
    let mut blocks = vec![];
    let mut fenced = false;
    let mut open = false;
    for line in markdown.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
            open = false;
            if fenced {
                blocks.push(Block::Code(vec![]));
            }
            continue;
        }
        match blocks.last_mut() {
            Some(Block::Code(lines)) if fenced => lines.push(line.trim_end().to_owned()),
            Some(Block::Prose(prose)) if open && !begins_block(line) => {
                prose.push(' ');
                prose.push_str(line.trim());
            }
            _ if line.trim().is_empty() => open = false,
            _ => {
                blocks.push(Block::Prose(line.trim().to_owned()));
                open = true;
            }
        }
    }
    blocks
}

/// Whether a line ends the paragraph before it: nothing, or the item of a list.
fn begins_block(line: &str) -> bool {
    let line = line.trim_start();
    let number = line.trim_start_matches(|character: char| character.is_ascii_digit());
    line.is_empty()
        || line.starts_with("- ")
        || line.starts_with("* ")
        || number.len() < line.len() && number.starts_with(". ")
}
