//! The score as a badge: as a picture, and as data for a service that draws badges.

use serde_json::json;

use super::escape::markup;
use super::{Report, Verdict};

/// The words on the left.
const LABEL: &str = "go live";

/// The badge as an SVG of its own, with nothing to fetch.
pub fn svg(report: &Report) -> String {
    let message = message(report);
    let (left, right) = (width(LABEL), width(&message));
    let (all, middle) = (left + right, left + right / 2);
    let (label, message) = (markup(LABEL), markup(&message));
    let colour = colour(report.score.verdict);
    let half = left / 2;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{all}\" height=\"20\" role=\"img\" aria-label=\"{label}: {message}\">\n  \
         <title>{label}: {message}</title>\n  \
         <clipPath id=\"r\"><rect width=\"{all}\" height=\"20\" rx=\"3\"/></clipPath>\n  \
         <g clip-path=\"url(#r)\">\n    \
         <rect width=\"{left}\" height=\"20\" fill=\"#3b4048\"/>\n    \
         <rect x=\"{left}\" width=\"{right}\" height=\"20\" fill=\"{colour}\"/>\n  </g>\n  \
         <g fill=\"#fff\" text-anchor=\"middle\" font-family=\"Verdana,DejaVu Sans,sans-serif\" font-size=\"11\">\n    \
         <text x=\"{half}\" y=\"14\">{label}</text>\n    \
         <text x=\"{middle}\" y=\"14\" font-weight=\"bold\">{message}</text>\n  </g>\n</svg>\n"
    )
}

/// The badge as the endpoint JSON of badge services.
pub fn endpoint(report: &Report) -> String {
    let badge = json!({
        "schemaVersion": 1,
        "label": LABEL,
        "message": message(report),
        "color": colour(report.score.verdict),
        "isError": !report.score.deploy,
    });
    let mut out = serde_json::to_string_pretty(&badge).unwrap_or_default();
    out.push('\n');
    out
}

/// The number and whether blockers are open: a number alone hides them.
fn message(report: &Report) -> String {
    let total = report.score.total.map_or("no number".to_owned(), |total| format!("{total}/100"));
    if report.score.deploy { total } else { format!("{total}, blocked") }
}

/// Dark enough for white letters: a contrast of 4.5 and more.
fn colour(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Ready => "#1a7f37",
        Verdict::Conditional => "#8a6100",
        Verdict::NotReady => "#c62828",
        Verdict::InsufficientEvidence => "#57606a",
    }
}

/// Pixels that a text takes, with its margins.
fn width(text: &str) -> usize {
    text.chars().count() * 7 + 12
}
