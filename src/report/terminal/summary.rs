//! The first screen: may it go live, why not, what first, where.

use super::page::{Ink, Line, Page};
use super::text::{fit, flow, width};
use crate::report::words::{count, effort};
use crate::report::{Category, Finding, Place, Report, Severity, Verdict};

/// Categories shown before the others are summed up in a line.
const CATEGORIES: usize = 7;
/// Blockers shown on the first screen.
const BLOCKERS: usize = 5;
/// Proposals for what to do first.
const FIRST: usize = 3;
/// The narrowest column in which messages that do not fit are cut rather than given a line of their own.
const MESSAGE: usize = 48;

pub(super) fn draw(page: &mut Page, report: &Report) {
    title(page, report);
    verdict(page, report);
    categories(page, report);
    blockers(page, report);
    first(page, report);
    counts(page, report);
}

fn title(page: &mut Page, report: &Report) {
    let repository = &report.repository;
    let commit = repository.commit.as_deref().map_or("no commit", |commit| commit.get(..7).unwrap_or(commit));
    let commit = if repository.dirty { format!("{commit} (dirty)") } else { commit.to_owned() };
    let files = usize::try_from(repository.files).unwrap_or(usize::MAX);
    let packages = usize::try_from(repository.packages).unwrap_or(usize::MAX);
    let size = format!("{}, {}", count(files, "file"), count(packages, "package"));
    let room = page.width.saturating_sub(1 + 2 + width(&commit) + 3 + width(&size));
    let name = fit(&repository.name, room.max(12), page.signs.more);
    let line = page.line(1).ink(Ink::Strong, &name).add("  ").ink(Ink::Quiet, &commit).add("   ");
    page.put(&line.ink(Ink::Quiet, &size));
}

fn verdict(page: &mut Page, report: &Report) {
    let score = &report.score;
    page.gap();
    let ink = match score.verdict {
        Verdict::Ready => Ink::Good,
        Verdict::Conditional => Ink::Warning,
        Verdict::NotReady => Ink::Grave,
        Verdict::InsufficientEvidence => Ink::Strong,
    };
    if let Some(total) = score.total {
        let line =
            page.line(2).ink(ink, &format!("{total} / 100")).add("   ").ink(ink, score.verdict.phrase());
        remark(page, line, score.held().as_deref());
    } else {
        let line = page.line(2).ink(ink, "no number");
        let line = if score.decided < 60 { line.add("   ").ink(ink, score.verdict.phrase()) } else { line };
        remark(page, line, score.no_number().as_deref());
    }
    let (ink, answer) = deploy(report);
    let line = page.line(2).ink(ink, &format!("Deploy now? {answer}"));
    page.put(&line);
}

/// Whether it may go live now.
fn deploy(report: &Report) -> (Ink, String) {
    let ink = match (report.score.deploy, report.score.total) {
        (true, None) => Ink::Strong,
        (true, Some(_)) => Ink::Good,
        (false, _) => Ink::Bad,
    };
    (ink, report.deploy_now())
}

/// Adds a remark to a line where it fits, else puts it below.
fn remark(page: &mut Page, line: Line, remark: Option<&str>) {
    let Some(remark) = remark else { return page.put(&line) };
    if line.width() + 3 + width(remark) <= page.width {
        let column = (line.width() + 3).max(35).min(page.width - width(remark));
        page.put(&line.to(column).ink(Ink::Quiet, remark));
    } else {
        page.put(&line);
        page.paragraph(2, Ink::Quiet, remark);
    }
}

/// The columns of the category table.
struct Table {
    name: usize,
    bar: usize,
    costs: bool,
    weights: f64,
}

fn categories(page: &mut Page, report: &Report) {
    let weights: f64 = report.score.categories.iter().map(|category| category.weight_used).sum();
    let cost = |category: &Category| category.cost(weights);
    let mut applicable: Vec<&Category> =
        report.score.categories.iter().filter(|c| c.score.is_some()).collect();
    // The sort is stable: categories that cost the same keep the order of the model.
    applicable.sort_by(|a, b| cost(b).total_cmp(&cost(a)));
    if applicable.is_empty() {
        return;
    }
    page.gap();
    let table = Table {
        name: applicable.iter().map(|category| width(&category.id)).max().unwrap_or(0),
        bar: (page.width / 4).clamp(10, 30),
        costs: page.width >= 76,
        weights,
    };
    let after_bar = 2 + table.name + 2 + 5 + 2 + table.bar;
    let mut head = page.line(0).right(2 + table.name + 2 + 5, Ink::Quiet, "score").right(
        after_bar + 8,
        Ink::Quiet,
        "weight",
    );
    if table.costs {
        head = head.right(after_bar + 8 + 8, Ink::Quiet, "costs");
    }
    page.put(&head);
    // One more is shown rather than a line that says that there is one more.
    let shown =
        if page.style.full || applicable.len() <= CATEGORIES + 1 { applicable.len() } else { CATEGORIES };
    for category in &applicable[..shown] {
        let line = row(page, &table, category, &report.findings);
        page.put(&line);
    }
    if let Some(others) = others(&applicable[shown..], page) {
        page.put(&others);
    }
}

fn row(page: &Page, table: &Table, category: &Category, findings: &[Finding]) -> Line {
    let score = category.score.unwrap_or_default();
    let ink = if score < 50.0 {
        Ink::Bad
    } else if score < 85.0 {
        Ink::Warning
    } else {
        Ink::Good
    };
    let bar = bar(page, score, table.bar);
    let after_bar = 2 + table.name + 2 + 5 + 2 + table.bar;
    let mut line = page
        .line(2)
        .add(&category.id)
        .right(2 + table.name + 2 + 5, Ink::Strong, &format!("{score:.1}"))
        .add("  ")
        .ink(ink, &bar)
        .right(after_bar + 8, Ink::Plain, &format!("{:.1}", category.weight_used));
    let mut end = after_bar + 8;
    if table.costs {
        end += 8;
        let cost = format!("{:.1}", category.cost(table.weights));
        let cost = if cost == "0.0" { cost } else { format!("{}{cost}", page.signs.minus) };
        line = line.right(end, Ink::Plain, &cost);
    }
    let room = page.width.saturating_sub(end + 3);
    line.add("   ").ink(Ink::Quiet, &severities(findings, &category.id, room))
}

/// How many findings of which severity a category has, as many as fit.
fn severities(findings: &[Finding], category: &str, room: usize) -> String {
    let open = |severity| {
        findings.iter().filter(|f| f.is_open() && f.category == category && f.severity == severity).count()
    };
    let mut words = String::new();
    for severity in Severity::ALL {
        let number = open(severity);
        let comma = if words.is_empty() { "" } else { ", " };
        let word = match (number, severity) {
            (0, _) => continue,
            (2.., Severity::Blocker) => "blockers",
            _ => severity.word(),
        };
        let next = format!("{comma}{number} {word}");
        if width(&words) + width(&next) > room {
            break;
        }
        words.push_str(&next);
    }
    words
}

fn bar(page: &Page, score: f64, cells: usize) -> String {
    let whole = u32::try_from(cells).unwrap_or(0) * 8;
    let eighths = (score.clamp(0.0, 100.0) / 100.0 * f64::from(whole)).round();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 8 × 30")]
    let eighths = eighths as usize;
    let part = (eighths % 8).checked_sub(1).and_then(|part| page.signs.eighths.get(part));
    page.signs.cell.repeat(eighths / 8) + part.unwrap_or(&"")
}

/// The line for the categories that are not shown.
fn others(categories: &[&Category], page: &Page) -> Option<Line> {
    if categories.is_empty() {
        return None;
    }
    let each: Vec<String> = categories
        .iter()
        .map(|category| format!("{} {:.1}", category.id, category.score.unwrap_or_default()))
        .collect();
    let words = format!("{} {} more: {}", page.signs.more, categories.len(), each.join(", "));
    Some(page.line(2).ink(Ink::Quiet, &fit(&words, page.width - 2, page.signs.more)))
}

fn blockers(page: &mut Page, report: &Report) {
    let all: Vec<&Finding> =
        report.findings.iter().filter(|f| f.is_open() && f.severity == Severity::Blocker).collect();
    if all.is_empty() {
        return;
    }
    page.heading("Blockers", "");
    let shown = if page.style.full { all.len() } else { all.len().min(BLOCKERS) };
    let rows: Vec<(String, &Finding)> =
        all[..shown].iter().map(|f| (page.signs.cross.to_owned(), *f)).collect();
    list(page, &List { rows, ink: Ink::Grave, message: true });
    more(page, all.len() - shown, "blocker");
}

/// What brings the most points for an hour of work, rule by rule: mending one of many places brings little.
fn first(page: &mut Page, report: &Report) {
    let open: Vec<&Finding> = report.findings.iter().filter(|finding| finding.is_open()).collect();
    // Findings of one rule stand together: they share a severity and a category.
    let mut worth: Vec<Finding> = open.chunk_by(|a, b| a.rule == b.rule).filter_map(together).collect();
    worth.retain(|finding| finding.points >= 0.05);
    let rate = |finding: &Finding| finding.points / f64::from(finding.effort_minutes.max(1));
    worth.sort_by(|a, b| rate(b).total_cmp(&rate(a)));
    worth.truncate(FIRST);
    if worth.is_empty() {
        return;
    }
    let capped = report.score.held().is_some();
    page.heading(
        "First",
        if capped { "   most raw points for an hour" } else { "   most points for an hour" },
    );
    let efforts: Vec<String> = worth.iter().map(|finding| effort(finding.effort_minutes)).collect();
    let widest = efforts.iter().map(|effort| width(effort)).max().unwrap_or(0);
    let rows: Vec<(String, &Finding)> = worth
        .iter()
        .zip(&efforts)
        .map(|(finding, effort)| {
            (format!("{:>5}  {effort:>widest$}", format!("+{:.1}", finding.points)), finding)
        })
        .collect();
    list(page, &List { rows, ink: Ink::Good, message: false });
}

/// All findings of a rule as one: the first, with the points and the effort of all.
fn together(findings: &[&Finding]) -> Option<Finding> {
    let mut all = Finding::clone(findings.first()?);
    all.points = findings.iter().map(|finding| finding.points).sum();
    all.effort_minutes = findings.iter().fold(0, |sum, finding| sum.saturating_add(finding.effort_minutes));
    if findings.len() > 1 {
        all.message = format!("{}, the first: {}", count(findings.len(), "finding"), all.message);
    }
    Some(all)
}

/// A list of findings with a mark before each, such as a cross or its points.
struct List<'r> {
    rows: Vec<(String, &'r Finding)>,
    ink: Ink,
    /// Whether the message stays where it needs a line of its own.
    message: bool,
}

/// Findings in columns: the mark, the rule, the message cut to what is left, the place last so that a terminal can
/// follow it. Where that is too narrow: the message, and rule and place below.
fn list(page: &mut Page, list: &List) {
    let place = |finding: &Finding| finding.places.first().map(Place::words).unwrap_or_default();
    let widest =
        |measure: &dyn Fn(&(String, &Finding)) -> usize| list.rows.iter().map(measure).max().unwrap_or(0);
    let mark = 2 + widest(&|(mark, _)| width(mark)) + 2;
    let message = mark + widest(&|(_, finding)| width(&finding.rule)) + 2;
    let room = page.width.saturating_sub(message + 2 + widest(&|(_, finding)| width(&place(finding))));
    let columns = room >= MESSAGE.min(widest(&|(_, finding)| width(&finding.message)));
    for (sign, finding) in &list.rows {
        let mut line = page.line(2).ink(list.ink, sign).to(mark);
        if columns {
            line = line.add(&finding.rule).to(message).add(&fit(&finding.message, room, page.signs.more));
            line = line.to(message + room + 2);
        } else if list.message {
            page.put(&line.add(&fit(&finding.message, page.width - mark, page.signs.more)));
            line = page.line(mark).ink(Ink::Quiet, &finding.rule).add("  ");
        } else {
            line = line.add(&finding.rule).add("  ");
        }
        let fits = line.width() + width(&place(finding)) <= page.width;
        if !fits && list.message {
            page.put(&line);
            line = page.line(mark);
        }
        if let Some(place) = finding.places.first().filter(|_| fits || list.message) {
            line = page.place(line, place);
        }
        page.put(&line);
    }
}

/// The line that says how many of a list are not shown.
pub(super) fn more(page: &mut Page, number: usize, noun: &str) {
    if number > 0 {
        let words =
            format!("{} and {} (--full shows all)", page.signs.more, count(number, &format!("more {noun}")));
        let line = page.line(2).ink(Ink::Quiet, &words);
        page.put(&line);
    }
}

/// What was found, what passed, and what is not known, in one line; then what to type next.
fn counts(page: &mut Page, report: &Report) {
    page.gap();
    let items = report.tally();
    let next =
        if page.style.full { "golive explain RULE" } else { "golive --full for all, golive explain RULE" };
    let mut lines = flow(&items, page.signs.dot, page.width - 2);
    let last = lines.pop().unwrap_or_default();
    for line in lines {
        let line = page.line(2).add(&line);
        page.put(&line);
    }
    let line = page.line(2).add(&last);
    if line.width() + 3 + width(next) <= page.width {
        let line = line.right(page.width, Ink::Quiet, &format!("   {next}"));
        page.put(&line);
    } else {
        page.put(&line);
        let line = page.line(2).ink(Ink::Quiet, next);
        page.put(&line);
    }
}
