//! A comparison for reading: may it go live, what changed, and why the score is another.

use std::fmt::Write as _;

use super::Style;
use super::page::{Ink, Page};
use super::summary::more;
use super::text::width;
use crate::report::clean;
use crate::report::compare::words::{causes, points, signed};
use crate::report::{Compared, Comparison, Place, ScoreChange, Side};

/// Findings of a list that are shown without `--full`.
const LISTED: usize = 10;
/// Places of a finding that are named.
const PLACES: usize = 3;

/// The comparison as text that ends with a newline.
pub(in crate::report) fn render(comparison: &Comparison, style: &Style) -> String {
    let comparison = clean::comparison(comparison);
    if style.piped {
        return piped(&comparison);
    }
    let mut page = Page::new(style);
    summary(&mut page, &comparison);
    categories(&mut page, &comparison);
    let lists = [
        ("New", "+", Ink::Bad, &comparison.new, false),
        ("In other places", "~", Ink::Warning, &comparison.changed, true),
        ("Mended", "-", Ink::Good, &comparison.mended, false),
    ];
    for (title, sign, ink, findings, moved) in lists {
        if !findings.is_empty() {
            page.heading(&format!("{title}: {}", findings.len()), "");
            list(&mut page, (sign, ink), findings, moved);
        }
    }
    page.finish()
}

fn label(side: &Side) -> String {
    let (named, commit) = side.label();
    commit.map_or_else(|| named.to_owned(), |commit| format!("{named} ({commit})"))
}

fn summary(page: &mut Page, comparison: &Comparison) {
    let arrow = if page.style.unicode { "→" } else { "->" };
    let sides = format!("{} {arrow} {}", label(&comparison.before), label(&comparison.after));
    let name = &comparison.after.repository.name;
    let line = page.line(1).ink(Ink::Strong, name);
    if line.width() + 3 + width(&sides) <= page.width {
        page.put(&line.add("   ").ink(Ink::Quiet, &sides));
    } else {
        page.put(&line);
        page.paragraph(2, Ink::Quiet, &sides);
    }
    page.gap();
    let ink = match comparison.score.map(|score| score.total.signum()) {
        Some(1) => Ink::Good,
        Some(-1) => Ink::Grave,
        _ => Ink::Strong,
    };
    let line = page.line(2).ink(ink, &signs(page, &comparison.headline()));
    page.put(&line.add("   ").add(&comparison.verdict()));
    let deploy = if comparison.after.deploy { Ink::Good } else { Ink::Bad };
    let deploy =
        if comparison.after.total.is_none() && comparison.after.deploy { Ink::Strong } else { deploy };
    page.paragraph(2, deploy, &format!("Deploy now? {}", comparison.deploy_now()));
    page.paragraph(2, Ink::Plain, &format!("{}.", comparison.tally()));
    if let Some(why) = comparison.why() {
        let why = signs(page, &why);
        page.paragraph(2, Ink::Quiet, &why);
    }
    for remark in comparison.remarks() {
        page.gap();
        page.paragraph(2, Ink::Notice, &remark);
    }
}

/// A text with the signs that the terminal has.
fn signs(page: &Page, words: &str) -> String {
    if page.style.unicode { words.to_owned() } else { ascii(words) }
}

fn ascii(words: &str) -> String {
    words.replace('→', "->").replace(['−', '–'], "-")
}

/// The categories that changed, or all with `--full`.
fn categories(page: &mut Page, comparison: &Comparison) {
    let changed = |before: Option<f64>, after: Option<f64>| before != after;
    let all = comparison.categories.iter();
    let shown = all.filter(|category| page.style.full || changed(category.before, category.after));
    let shown: Vec<_> = shown.filter(|category| category.before.or(category.after).is_some()).collect();
    if shown.is_empty() {
        return;
    }
    page.gap();
    let name = 2 + shown.iter().map(|category| width(&category.id)).max().unwrap_or(0);
    let columns = [name + 9, name + 18, name + 27];
    let head = page.line(0).right(columns[0], Ink::Quiet, "before").right(columns[1], Ink::Quiet, "after");
    page.put(&head.right(columns[2], Ink::Quiet, "change"));
    for category in shown {
        let change = category.change.unwrap_or_default();
        let ink = match change {
            change if change > 0.0 => Ink::Good,
            change if change < 0.0 => Ink::Bad,
            _ => Ink::Plain,
        };
        let words = category.change.map(|change| signed(change, 1)).unwrap_or_default();
        let line = page
            .line(2)
            .add(&category.id)
            .right(columns[0], Ink::Plain, &signs(page, &points(category.before)))
            .right(columns[1], Ink::Strong, &signs(page, &points(category.after)))
            .right(columns[2], ink, &signs(page, &words));
        page.put(&line);
    }
}

fn list(page: &mut Page, (sign, ink): (&str, Ink), findings: &[Compared], moved: bool) {
    let shown = if page.style.full { findings.len() } else { findings.len().min(LISTED) };
    for finding in &findings[..shown] {
        let severity = finding.severity;
        let line = page.line(2).ink(ink, sign).to(4).ink(Ink::of(severity), severity.word()).to(13);
        let line = line.add(&finding.rule).ink(Ink::Quiet, finding.aside());
        page.put(&line);
        page.paragraph(13, Ink::Plain, &finding.message);
        if moved {
            for (number, places) in finding.moves() {
                page.paragraph(13, Ink::Quiet, &number);
                self::places(page, places);
            }
        } else {
            places(page, finding.places());
        }
    }
    more(page, findings.len() - shown, "finding");
}

fn places(page: &mut Page, places: &[Place]) {
    for place in places.iter().take(PLACES) {
        let line = page.place(page.line(13), place);
        page.put(&line);
    }
    if places.len() > PLACES {
        page.paragraph(13, Ink::Quiet, &format!("and {} more", places.len() - PLACES));
    }
}

/// The comparison for another program: a finding a line, `+` new, `-` mended, `~` in other places; then the score.
fn piped(comparison: &Comparison) -> String {
    let mut out = String::new();
    let lists = [("+", &comparison.new), ("~", &comparison.changed), ("-", &comparison.mended)];
    for (sign, findings) in lists {
        for finding in findings {
            let place = finding.places().first();
            let place =
                place.map_or(".:1:1".to_owned(), |at| format!("{}:{}:{}", at.path, at.line, at.column));
            let (severity, aside) = (finding.severity.word(), finding.aside());
            let moves = finding.moves().filter(|_| sign == "~").map(|(number, _)| format!("; {number}"));
            let places = moves.collect::<Vec<_>>().concat();
            let _ = writeln!(
                out,
                "{sign} {place} {severity} {} {}{aside}{places}",
                finding.rule, finding.message
            );
        }
    }
    if !out.is_empty() {
        out.push('\n');
    }
    for category in comparison.categories.iter().filter(|category| category.before != category.after) {
        let (before, after) = (points(category.before), points(category.after));
        let _ = writeln!(out, "category {} {before} -> {after}", category.id);
    }
    if let Some(score) = comparison.score.filter(ScoreChange::is_any) {
        let parts = causes(&score.raw_parts)
            .map(|(cause, part)| format!("{} {}", cause.to_lowercase(), signed(part, 2)));
        let _ = writeln!(out, "before caps {}: {}", signed(score.raw, 2), parts.join(", "));
    }
    for remark in comparison.remarks() {
        let _ = writeln!(out, "{remark}");
    }
    let _ = writeln!(out, "score {}; {}", comparison.headline(), comparison.verdict());
    let _ = writeln!(out, "deploy now: {}", comparison.deploy_now());
    let _ = writeln!(out, "{}", comparison.tally());
    out
}
