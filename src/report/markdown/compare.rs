//! A comparison in Markdown: a document of its own, and the block of it in the report.

use super::{LISTED, Page};
use crate::report::clean;
use crate::report::compare::words::{CAUSES, causes, points, signed};
use crate::report::escape::{code, markdown as text};
use crate::report::{Compared, Comparison, Place, ScoreChange, Side, Style};

/// Places of a finding that are named.
const PLACES: usize = 5;

/// The document, ending with a newline.
pub(in crate::report) fn render(comparison: &Comparison, style: &Style) -> String {
    let comparison = clean::comparison(comparison);
    let mut page = Page { out: String::new(), full: style.full };
    let (name, headline) = (text(&comparison.after.repository.name), comparison.headline());
    page.line(&format!("# {name}: {headline} · {}\n", comparison.verdict()));
    page.line(&format!("{} → {}\n", side(&comparison.before), side(&comparison.after)));
    page.line(&format!("> **Deploy now? {}** {}.", comparison.deploy_now(), comparison.tally()));
    remarks(&mut page, &comparison);
    page.heading("Score");
    scores(&mut page, &comparison);
    findings(&mut page, &comparison, "##");
    page.out
}

/// What the report says of a comparison, below a heading of its own.
pub(super) fn block(page: &mut Page, comparison: &Comparison) {
    let headline = comparison.headline();
    page.line(&format!("Since {}: {headline}. {}.\n", side(&comparison.before), comparison.tally()));
    remarks(page, comparison);
    scores(page, comparison);
    findings(page, comparison, "###");
}

/// What was compared: `main` and its commit.
fn side(side: &Side) -> String {
    let (named, commit) = side.label();
    let commit = commit.map(|commit| format!(" ({})", text(&commit))).unwrap_or_default();
    format!("{}{commit}", code(named))
}

fn remarks(page: &mut Page, comparison: &Comparison) {
    let remarks = comparison.remarks();
    if remarks.is_empty() {
        return;
    }
    page.line("");
    for remark in remarks {
        page.line(&format!("- {}", text(&remark)));
    }
    page.line("");
}

/// The categories before and after, and why the score is another.
fn scores(page: &mut Page, comparison: &Comparison) {
    page.line("| Category | Before | After | Change |\n|---|---:|---:|---:|");
    for category in &comparison.categories {
        let change = category.change.map_or(String::new(), |change| signed(change, 1));
        page.line(&format!(
            "| {} | {} | {} | {change} |",
            text(&category.id),
            points(category.before),
            points(category.after)
        ));
    }
    let total = |total: Option<u8>| total.map_or("–".to_owned(), |total| total.to_string());
    let change = comparison.score.map_or(String::new(), |score| signed(f64::from(score.total), 0));
    let (before, after) = (total(comparison.before.total), total(comparison.after.total));
    page.line(&format!("| **Total** | {before} | **{after}** | {change} |"));
    let Some(score) = comparison.score.filter(ScoreChange::is_any) else { return };
    page.line("\n| Why the score changed | What that is | Points | Before caps |\n|---|---|---:|---:|");
    let parts = causes(&score.total_parts).into_iter().zip(causes(&score.raw_parts)).zip(CAUSES);
    for (((cause, total), (_, raw)), what) in parts {
        page.line(&format!("| {cause} | {what} | {} | {} |", signed(total, 0), signed(raw, 2)));
    }
    let (total, raw) = (signed(f64::from(score.total), 0), signed(score.raw, 2));
    page.line(&format!("| **Together** | | **{total}** | {raw} |"));
}

/// What is new, mended and changed, one list each; what is unchanged is folded away.
fn findings(page: &mut Page, comparison: &Comparison, level: &str) {
    let lists = [
        ("New", &comparison.new, false),
        ("Mended", &comparison.mended, false),
        ("In other places", &comparison.changed, true),
    ];
    for (title, findings, moved) in lists {
        page.line(&format!("\n{level} {title}: {}\n", findings.len()));
        list(page, findings, moved);
    }
    if !comparison.unchanged.is_empty() {
        page.line(&format!(
            "\n<details><summary><b>Unchanged: {}</b></summary>\n",
            comparison.unchanged.len()
        ));
        list(page, &comparison.unchanged, false);
        page.line("\n</details>");
    }
}

fn list(page: &mut Page, findings: &[Compared], moved: bool) {
    let shown = page.shown(findings.len(), LISTED);
    for finding in &findings[..shown] {
        page.line(&item(finding, moved));
    }
    page.more(findings.len() - shown, "finding");
}

/// A finding on a line of a list; `moved` if what changed is only where it is.
pub(in crate::report) fn item(finding: &Compared, moved: bool) -> String {
    let (severity, rule, message) = (finding.severity.word(), text(&finding.rule), text(&finding.message));
    let places = if moved {
        let moves = finding.moves().map(|(number, places)| format!("; {number}: {}", named(places)));
        moves.collect::<Vec<_>>().concat()
    } else if finding.places().is_empty() {
        String::new()
    } else {
        format!(": {}", named(finding.places()))
    };
    format!("- **{severity}** {rule} {message}{}{places}", finding.aside())
}

/// The first of some places, and how many more there are.
fn named(places: &[Place]) -> String {
    let named: Vec<String> = places.iter().take(PLACES).map(|place| code(&place.words())).collect();
    let more = places.len().saturating_sub(PLACES);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", named.join(", "))
}
