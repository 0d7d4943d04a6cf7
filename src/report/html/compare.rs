//! A comparison in HTML: a page of its own, and the section of it in the report.

use std::fmt::Write as _;

use super::{POLICY, STYLE, place, section, tone};
use crate::report::clean;
use crate::report::compare::words::{CAUSES, causes, points, signed};
use crate::report::escape::{markup, sentence};
use crate::report::{Compared, Comparison, Place, ScoreChange, Side, Verdict};

/// Findings of a list that are shown.
const LISTED: usize = 500;
/// Places of a finding that are named.
const PLACES: usize = 8;

/// The page, ending with a newline.
pub(in crate::report) fn render(comparison: &Comparison) -> String {
    let comparison = clean::comparison(comparison);
    let name = markup(&comparison.after.repository.name);
    let headline = comparison.headline();
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\"/>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n\
         <meta name=\"color-scheme\" content=\"light dark\"/>\n\
         <meta name=\"referrer\" content=\"no-referrer\"/>\n\
         <title>{name}: {headline}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#main\">Skip to the comparison</a>\n"
    );
    hero(&mut out, &comparison);
    out.push_str("<main id=\"main\">\n");
    section(&mut out, "score", "Score", &scores(&comparison));
    findings(&mut out, &comparison);
    let tool = &comparison.after.tool;
    let _ = write!(
        out,
        "</main>\n<footer>{} {} · rules <code>{}</code> · scoring model {}</footer>\n</body>\n</html>\n",
        markup(&tool.name),
        markup(&tool.version),
        markup(&tool.ruleset),
        markup(&tool.scoring_model)
    );
    out
}

/// The section of a report that was compared.
pub(super) fn block(comparison: &Comparison) -> String {
    let mut body = format!(
        "<p>Since {}: <strong>{}</strong>. {}.</p>\n{}",
        side(&comparison.before),
        comparison.headline(),
        comparison.tally(),
        remarks(comparison)
    );
    body.push_str(&scores(comparison));
    for (title, findings, moved) in lists(comparison) {
        let _ = write!(
            body,
            "<details>\n<summary>{title} <span class=\"quiet\">{}</span></summary>\n{}</details>\n",
            findings.len(),
            list(findings, moved)
        );
    }
    body
}

fn hero(out: &mut String, comparison: &Comparison) {
    let verdict = match comparison.after.verdict {
        Verdict::Ready => "good",
        Verdict::Conditional => "fair",
        Verdict::NotReady => "bad",
        Verdict::InsufficientEvidence => "none",
    };
    let deploy = if comparison.after.deploy && comparison.after.total.is_some() { "good" } else { "bad" };
    let _ = write!(
        out,
        "<header class=\"hero\">\n<div>\n<p class=\"quiet\">{}: {} → {}</p>\n<h1>{}</h1>\n\
         <p class=\"verdict {verdict}\">{}</p>\n<p class=\"deploy {deploy}\"><strong>Deploy now?</strong> {}</p>\n\
         <p class=\"quiet\">{}</p>\n{}</div>\n</header>\n",
        markup(&comparison.after.repository.name),
        side(&comparison.before),
        side(&comparison.after),
        comparison.headline(),
        comparison.verdict(),
        comparison.deploy_now(),
        comparison.tally(),
        remarks(comparison)
    );
}

/// What was compared: `main` and its commit.
fn side(side: &Side) -> String {
    let (named, commit) = side.label();
    let commit = commit.map(|commit| format!(" ({})", markup(&commit))).unwrap_or_default();
    format!("<code>{}</code>{commit}", markup(named))
}

fn remarks(comparison: &Comparison) -> String {
    let remarks = comparison.remarks();
    let remarks: Vec<String> =
        remarks.iter().map(|remark| format!("<li>{}</li>\n", sentence(remark))).collect();
    if remarks.is_empty() {
        return String::new();
    }
    format!("<ul class=\"quiet\">\n{}</ul>\n", remarks.concat())
}

/// The categories before and after, and why the score is another.
fn scores(comparison: &Comparison) -> String {
    let mut body = String::from(
        "<div class=\"wide\" tabindex=\"0\"><table class=\"scores\">\n<thead><tr><th scope=\"col\">Category</th>\
         <th scope=\"col\" class=\"chart\">Before and after</th><th scope=\"col\" class=\"n\">Before</th>\
         <th scope=\"col\" class=\"n\">After</th><th scope=\"col\" class=\"n\">Change</th></tr></thead>\n<tbody>\n",
    );
    for category in &comparison.categories {
        let change = category.change.map_or(String::new(), |change| signed(change, 1));
        let _ = writeln!(
            body,
            "<tr><th scope=\"row\">{}</th><td class=\"chart\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n {}\">{change}</td></tr>",
            markup(&category.id),
            bars(category.before, category.after),
            points(category.before),
            points(category.after),
            direction(category.change.unwrap_or_default())
        );
    }
    let total = |total: Option<u8>| total.map_or("–".to_owned(), |total| total.to_string());
    let change = comparison.score.map_or(0.0, |score| f64::from(score.total));
    let words = comparison.score.map_or(String::new(), |_| signed(change, 0));
    let _ = write!(
        body,
        "</tbody>\n<tfoot><tr><th scope=\"row\">Total</th><td class=\"chart\"></td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n {}\">{words}</td></tr></tfoot>\n</table></div>\n",
        total(comparison.before.total),
        total(comparison.after.total),
        direction(change)
    );
    body.push_str(&why(comparison));
    body
}

/// The change by its causes.
fn why(comparison: &Comparison) -> String {
    let Some(score) = comparison.score.filter(ScoreChange::is_any) else { return String::new() };
    let mut body = String::from(
        "<div class=\"wide\" tabindex=\"0\"><table class=\"scores\">\n<thead><tr><th scope=\"col\">Why the score changed</th>\
         <th scope=\"col\">What that is</th><th scope=\"col\" class=\"n\">Points</th><th scope=\"col\" class=\"n\">Before caps</th></tr></thead>\n<tbody>\n",
    );
    let parts = causes(&score.total_parts).into_iter().zip(causes(&score.raw_parts)).zip(CAUSES);
    for (((cause, total), (_, raw)), what) in parts {
        let _ = writeln!(
            body,
            "<tr><th scope=\"row\">{cause}</th><td>{what}</td><td class=\"n {}\">{}</td><td class=\"n\">{}</td></tr>",
            direction(total),
            signed(total, 0),
            signed(raw, 2)
        );
    }
    let _ = write!(
        body,
        "</tbody>\n<tfoot><tr><th scope=\"row\">Together</th><td></td><td class=\"n\">{}</td><td class=\"n\">{}</td></tr></tfoot>\n</table></div>\n",
        signed(f64::from(score.total), 0),
        signed(score.raw, 2)
    );
    body
}

/// Two bars, one above the other: before, thin, and after.
fn bars(before: Option<f64>, after: Option<f64>) -> String {
    let bar = |score: Option<f64>, y: u8, height: u8| {
        score.map_or(String::new(), |score| {
            format!("<rect class=\"{}\" y=\"{y}\" width=\"{score:.1}\" height=\"{height}\"/>", tone(score))
        })
    };
    format!(
        "<svg class=\"bar\" viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\
         <rect class=\"track\" width=\"100\" height=\"10\"/>{}{}</svg>",
        bar(before, 0, 3),
        bar(after, 4, 6)
    )
}

/// The name of a colour for a change.
fn direction(change: f64) -> &'static str {
    match change {
        change if change > 0.0 => "better",
        change if change < 0.0 => "worse",
        _ => "same",
    }
}

/// The lists of findings by their titles, and whether they tell what changed by place.
fn lists(comparison: &Comparison) -> [(&'static str, &[Compared], bool); 4] {
    [
        ("New", &comparison.new, false),
        ("Mended", &comparison.mended, false),
        ("In other places", &comparison.changed, true),
        ("Unchanged", &comparison.unchanged, false),
    ]
}

fn findings(out: &mut String, comparison: &Comparison) {
    for ((title, findings, moved), id) in
        lists(comparison).into_iter().zip(["new", "mended", "changed", "unchanged"])
    {
        let title = format!("{title}: {}", findings.len());
        let body = list(findings, moved);
        if id == "unchanged" {
            section(out, id, &title, &format!("<details>\n<summary>Show them</summary>\n{body}</details>\n"));
        } else {
            section(out, id, &title, &body);
        }
    }
}

fn list(findings: &[Compared], moved: bool) -> String {
    if findings.is_empty() {
        return "<p>Nothing.</p>\n".to_owned();
    }
    let mut body = String::from("<ul class=\"found\">\n");
    for finding in findings.iter().take(LISTED) {
        let (severity, aside) = (finding.severity.word(), finding.aside());
        let _ = writeln!(
            body,
            "<li><p><span class=\"pill {severity}\">{severity}</span> {}{aside} <code>{}</code></p>{}</li>",
            sentence(&finding.message),
            markup(&finding.rule),
            places(finding, moved)
        );
    }
    body.push_str("</ul>\n");
    if findings.len() > LISTED {
        let _ = writeln!(body, "<p>… and {} more.</p>", findings.len() - LISTED);
    }
    body
}

fn places(finding: &Compared, moved: bool) -> String {
    let named = |places: &[Place]| {
        let named: Vec<String> = places.iter().take(PLACES).map(place).collect();
        let more = places.len().saturating_sub(PLACES);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("{}{more}", named.join(" "))
    };
    if moved {
        let moves = finding.moves().map(|(number, places)| format!("<p>{number}: {}</p>", named(places)));
        return moves.collect::<Vec<_>>().concat();
    }
    format!("<p>{}</p>", named(finding.places()))
}
