//! What was found: blockers at length, then all of it by rule, with filters that need no script.

use std::fmt::Write as _;

use super::{place, prose::prose, section};
use crate::report::escape::{markup, sentence};
use crate::report::words::count;
use crate::report::{Finding, Place, Report, Severity, Status, brief};

/// Findings of a rule that are listed.
const OF_RULE: usize = 500;
/// Findings of a rule whose source is shown.
const WITH_SOURCE: usize = 3;
/// With more findings than these, one of a rule is shown in its source: the page stays one that loads at once.
const MANY: usize = 500;
/// Places of a finding that are named.
const PLACES: usize = 8;
/// What takes at most so many minutes is quickly done.
const QUICK: u32 = 30;

/// Each blocker: where, what, why it matters, how to mend it, how long that takes.
pub(super) fn blockers(out: &mut String, report: &Report) {
    let mut body = String::new();
    for findings in
        brief::groups(report, &|finding| finding.is_open() && finding.severity == Severity::Blocker)
    {
        let Some(first) = findings.first() else { continue };
        let _ = write!(
            body,
            "<article class=\"blocker\">\n<h3>{}</h3>\n<p class=\"quiet\"><code>{}</code> · {}</p>\n",
            sentence(&first.title),
            markup(&first.rule),
            brief::worth(&findings)
        );
        of_rule(&mut body, report, &findings);
        body.push_str("</article>\n");
    }
    if body.is_empty() {
        body.push_str("<p>No blocker is open.</p>\n");
    }
    section(out, "blockers", "Blockers", &body);
}

/// Every finding, by rule.
pub(super) fn all(out: &mut String, report: &Report) {
    let mut body = String::new();
    let groups = brief::groups(report, &|_| true);
    if groups.is_empty() {
        body.push_str("<p>Nothing was found.</p>\n");
        return section(out, "findings", "All findings", &body);
    }
    filters(&mut body, report);
    for findings in &groups {
        rule(&mut body, report, findings);
    }
    section(out, "findings", "All findings", &body);
}

/// Boxes and buttons that the style sheet listens to.
fn filters(body: &mut String, report: &Report) {
    body.push_str("<div class=\"filters\">\n<fieldset><legend>Severity</legend>\n");
    for severity in Severity::ALL {
        let number = report.findings.iter().filter(|finding| finding.severity == severity).count();
        if number > 0 {
            let word = severity.word();
            let _ = writeln!(
                body,
                "<span class=\"choice\"><input type=\"checkbox\" id=\"s-{word}\" checked=\"checked\"/><label for=\"s-{word}\">{word} {number}</label></span>"
            );
        }
    }
    body.push_str("</fieldset>\n<fieldset><legend>Category</legend>\n<span class=\"choice\"><input type=\"radio\" name=\"category\" id=\"all\" checked=\"checked\"/><label for=\"all\">all</label></span>\n");
    for (index, category) in report.score.categories.iter().enumerate() {
        let number = report.findings.iter().filter(|finding| finding.category == category.id).count();
        if number > 0 {
            let _ = writeln!(
                body,
                "<span class=\"choice\"><input type=\"radio\" name=\"category\" id=\"c{index}\"/><label for=\"c{index}\">{} {number}</label></span>",
                markup(&category.id)
            );
        }
    }
    let _ = writeln!(
        body,
        "</fieldset>\n<fieldset><legend>Only</legend>\n\
         <span class=\"choice\"><input type=\"checkbox\" id=\"quick\"/><label for=\"quick\">at most {QUICK} minutes</label></span>\n\
         <span class=\"choice\"><input type=\"checkbox\" id=\"scored\"/><label for=\"scored\">what brings points</label></span>\n</fieldset>\n</div>"
    );
}

fn rule(body: &mut String, report: &Report, findings: &[&Finding]) {
    let Some(first) = findings.first() else { return };
    let category = report.score.categories.iter().position(|category| category.id == first.category);
    let category = category.map(|index| format!(" c{index}")).unwrap_or_default();
    let minutes = findings.iter().fold(0_u32, |sum, finding| sum.saturating_add(finding.effort_minutes));
    let quick = if minutes <= QUICK { " quick" } else { "" };
    let scored = if findings.iter().any(|finding| finding.points > 0.0) { " scored" } else { "" };
    let word = first.severity.word();
    let number = if findings.len() > 1 {
        format!(" <span class=\"times\">×{}</span>", findings.len())
    } else {
        String::new()
    };
    let _ = write!(
        body,
        "<details class=\"rule {word}{category}{quick}{scored}\">\n<summary><span class=\"pill {word}\">{word}</span> \
         <span class=\"title\">{}{number}</span> <span class=\"worth\">{}</span> <code class=\"id\">{}</code></summary>\n",
        sentence(&first.title),
        brief::worth(findings),
        markup(&first.rule)
    );
    if first.severity == Severity::Blocker && findings.iter().all(|finding| finding.is_open()) {
        body.push_str("<p>Told at length under <a href=\"#blockers\">Blockers</a>.</p>\n");
    } else {
        of_rule(body, report, findings);
    }
    body.push_str("</details>\n");
}

/// What is wrong and where, then why it matters and how to mend it.
fn of_rule(body: &mut String, report: &Report, findings: &[&Finding]) {
    let with_source = if report.findings.len() > MANY { 1 } else { WITH_SOURCE };
    body.push_str("<ul class=\"found\">\n");
    for (number, finding) in findings.iter().take(OF_RULE).enumerate() {
        one(body, finding, number < with_source);
    }
    if findings.len() > OF_RULE {
        let _ = writeln!(body, "<li>… and {}</li>", count(findings.len() - OF_RULE, "more finding"));
    }
    body.push_str("</ul>\n");
    let Some(first) = findings.first() else { return };
    let _ = write!(body, "<h4>Why</h4>\n{}<h4>To mend it</h4>\n{}", prose(&first.why), prose(&first.fix));
    if !first.references.is_empty() {
        let references: Vec<String> = first.references.iter().map(|reference| markup(reference)).collect();
        let _ = writeln!(body, "<p class=\"quiet\">References: {}</p>", references.join(", "));
    }
}

fn one(body: &mut String, finding: &Finding, with_source: bool) {
    let status = match finding.status {
        Status::Open => String::new(),
        status => format!(" <span class=\"status\">{}</span>", status.word()),
    };
    let _ = write!(body, "<li><p>{}{status}</p>", sentence(&finding.message));
    if let Some(waiver) = &finding.waiver {
        let _ = write!(body, "<p class=\"quiet\">{} {}</p>", sentence(&waiver.words()), place(&waiver.place));
    }
    let sources: Vec<_> = if with_source { brief::sources(finding).collect() } else { vec![] };
    for (at, lines) in &sources {
        let note = at.note.as_deref().map(|note| format!(" {}", sentence(note))).unwrap_or_default();
        let _ = write!(
            body,
            "\n<figure><figcaption>{}{note}</figcaption>\n<pre tabindex=\"0\"><code>{}</code></pre></figure>",
            place(at),
            numbered(at.line, lines)
        );
    }
    let is_shown = |at: &Place| sources.iter().any(|(shown, _)| std::ptr::eq(*shown, at));
    let named: Vec<&Place> = finding.places.iter().filter(|at| !is_shown(at)).collect();
    if !named.is_empty() {
        let places = named.iter().take(PLACES).map(|at| {
            let note = at.note.as_deref().map(|note| format!(" {}<br/>", sentence(note))).unwrap_or_default();
            format!("<code>{}</code>{note}", markup(&at.words()))
        });
        let places: Vec<String> = places.collect();
        let more = named.len().saturating_sub(PLACES);
        let more = if more > 0 { format!(" … and {}", count(more, "more place")) } else { String::new() };
        let _ = write!(body, "<p class=\"at\">{}{more}</p>", places.join(" "));
    }
    body.push_str("</li>\n");
}

/// What is accepted, why and for how long.
pub(super) fn waivers(out: &mut String, report: &Report) {
    if report.waivers.is_empty() {
        return;
    }
    let mut body = String::from(
        "<p>What is waived closes no gate until its day is over, and counts in the score unless it is a false positive.</p>\n\
         <div class=\"wide\" tabindex=\"0\"><table>\n<thead><tr>",
    );
    for head in ["Rule", "For", "State", "Until", "Covers", "Why", "Written"] {
        let _ = write!(body, "<th scope=\"col\">{head}</th>");
    }
    body.push_str("</tr></thead>\n<tbody>\n");
    for waiver in report.waivers.iter().take(OF_RULE) {
        let is_false = if waiver.false_positive { ", false positive" } else { "" };
        let _ = writeln!(
            body,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}{is_false}</td><td>{}</td><td class=\"n\">{}</td><td>{}</td><td>{}</td></tr>",
            markup(&waiver.rule),
            markup(&waiver.scope),
            waiver.state.word(),
            markup(waiver.until.as_deref().unwrap_or("–")),
            waiver.findings.len(),
            sentence(waiver.mistake.as_ref().unwrap_or(&waiver.reason)),
            place(&waiver.place)
        );
    }
    body.push_str("</tbody>\n</table></div>\n");
    if report.waivers.len() > OF_RULE {
        let _ = writeln!(body, "<p>… and {}</p>", count(report.waivers.len() - OF_RULE, "more waiver"));
    }
    section(out, "waivers", "Waivers", &body);
}

/// Lines of source with their numbers.
fn numbered(first: u32, lines: &str) -> String {
    let last = u32::try_from(lines.split('\n').count()).unwrap_or(0).saturating_add(first);
    let digits = last.to_string().len();
    let lines = lines.split('\n').zip(first..);
    let lines = lines
        .map(|(line, number)| format!("<span class=\"line\">{number:>digits$}</span>  {}", markup(line)));
    lines.collect::<Vec<_>>().join("\n")
}
