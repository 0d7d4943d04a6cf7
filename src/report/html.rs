//! The report as one page of HTML: no script, nothing to fetch, filters in CSS; for a desk, a phone, the dark and paper.

pub(super) mod compare;
mod findings;
mod prose;

use std::fmt::Write as _;

use super::escape::{markup, sentence};
use super::words::count;
use super::{Category, Outcome, Place, Report, Severity, Status, Verdict, brief, clean};

const STYLE: &str = include_str!("html/style.css");

/// Nothing is fetched, nothing runs, nothing is sent.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// The page, ending with a newline.
pub fn render(report: &Report) -> String {
    let report = clean::report(report);
    let mut out = String::with_capacity(64 * 1024 + report.findings.len() * 400);
    head(&mut out, &report);
    hero(&mut out, &report);
    contents(&mut out, &report);
    out.push_str("<main id=\"main\">\n");
    summary(&mut out, &report);
    scores(&mut out, &report);
    findings::blockers(&mut out, &report);
    strengths(&mut out, &report);
    findings::all(&mut out, &report);
    findings::waivers(&mut out, &report);
    access(&mut out, &report);
    plan(&mut out, &report);
    checklist(&mut out, &report);
    let compared = report.compared.as_ref().map(compare::block);
    let compared = compared.unwrap_or_else(|| "<p>No earlier report was compared.</p>\n".to_owned());
    section(&mut out, "before", "Before and after", &compared);
    unknown(&mut out, &report);
    recommendation(&mut out, &report);
    let tool = &report.tool;
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

fn place(place: &Place) -> String {
    format!("<code class=\"place\">{}</code>", markup(&place.words()))
}

fn section(out: &mut String, id: &str, title: &str, body: &str) {
    let _ = write!(out, "<section id=\"{id}\">\n<h2>{title}</h2>\n{body}</section>\n");
}

fn head(out: &mut String, report: &Report) {
    let number = report.score.total.map_or("no score".to_owned(), |total| format!("{total}/100"));
    let mut style = STYLE.to_owned();
    for index in 0..report.score.categories.len() {
        let _ = writeln!(style, "#findings:has(#c{index}:checked) .rule:not(.c{index}){{display:none}}");
    }
    let _ = write!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\"/>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n\
         <meta name=\"color-scheme\" content=\"light dark\"/>\n\
         <meta name=\"referrer\" content=\"no-referrer\"/>\n\
         <title>{}: {number}, {}</title>\n<style>\n{style}</style>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#main\">Skip to the report</a>\n",
        markup(&report.repository.name),
        report.score.verdict.phrase()
    );
}

/// The name of a colour for a score.
fn tone(score: f64) -> &'static str {
    if score >= 85.0 {
        "good"
    } else if score >= 60.0 {
        "fair"
    } else {
        "bad"
    }
}

/// The number in a ring, the verdict, and whether to deploy.
fn hero(out: &mut String, report: &Report) {
    let score = &report.score;
    let commit = match brief::commit(report) {
        Some((commit, true)) => format!("commit <code>{}</code> with changes", markup(&commit)),
        Some((commit, false)) => format!("commit <code>{}</code>", markup(&commit)),
        None => "no commit".to_owned(),
    };
    let date =
        report.repository.committed.as_deref().map_or(String::new(), |date| format!(" of {}", markup(date)));
    let size = |number: u64, noun| count(usize::try_from(number).unwrap_or(usize::MAX), noun);
    let (files, packages) =
        (size(report.repository.files, "file"), size(report.repository.packages, "package"));
    let tone = match score.verdict {
        Verdict::Ready => "good",
        Verdict::Conditional => "fair",
        Verdict::NotReady => "bad",
        Verdict::InsufficientEvidence => "none",
    };
    let held = score.held().map(|held| format!("<p class=\"quiet\">Score {}</p>\n", markup(&held)));
    let deploy = if score.deploy && score.total.is_some() { "good" } else { "bad" };
    let _ = write!(
        out,
        "<header class=\"hero\">\n{}<div>\n<p class=\"quiet\">Is it ready to go live?</p>\n<h1>{}</h1>\n\
         <p class=\"verdict {tone}\">{}</p>\n<p class=\"deploy {deploy}\"><strong>Deploy now?</strong> {}</p>\n{}\
         <p class=\"quiet\">{commit}{date} · {files}, {packages}</p>\n</div>\n</header>\n",
        ring(score.total, tone),
        markup(&report.repository.name),
        score.verdict.phrase(),
        report.deploy_now(),
        held.unwrap_or_default()
    );
}

fn ring(total: Option<u8>, tone: &str) -> String {
    // The circle is drawn with a length of 100, whatever its size.
    let part = total.unwrap_or(0);
    let number = total.map_or("–".to_owned(), |total| total.to_string());
    format!(
        "<svg class=\"ring\" viewBox=\"0 0 120 120\" role=\"img\" aria-label=\"{number} of 100 points\">\n\
         <circle class=\"track\" cx=\"60\" cy=\"60\" r=\"52\"/>\n\
         <circle class=\"part {tone}\" cx=\"60\" cy=\"60\" r=\"52\" pathLength=\"100\" stroke-dasharray=\"{part} 100\" transform=\"rotate(-90 60 60)\"/>\n\
         <text x=\"60\" y=\"68\" class=\"number\">{number}</text>\n<text x=\"60\" y=\"86\" class=\"of\">of 100</text>\n</svg>\n"
    )
}

fn contents(out: &mut String, report: &Report) {
    let mut parts = vec![
        ("summary", "Summary"),
        ("score", "Score"),
        ("blockers", "Blockers"),
        ("strengths", "Strengths"),
        ("findings", "Findings"),
    ];
    if !report.waivers.is_empty() {
        parts.push(("waivers", "Waivers"));
    }
    if !report.access.is_empty() {
        parts.push(("access", "Access"));
    }
    parts.extend([("plan", "Plan"), ("checklist", "Checklist")]);
    if report.compared.is_some() {
        parts.push(("before", "Before and after"));
    }
    parts.extend([("unknowns", "Unknowns"), ("recommendation", "Recommendation")]);
    out.push_str("<nav aria-label=\"Parts of the report\">");
    for (id, title) in parts {
        let _ = write!(out, "<a href=\"#{id}\">{title}</a>");
    }
    out.push_str("</nav>\n");
}

fn summary(out: &mut String, report: &Report) {
    let sentences: Vec<String> = brief::summary(report).iter().map(|words| sentence(words)).collect();
    section(out, "summary", "Summary", &format!("<p>{}</p>\n", sentences.join(" ")));
}

fn bar(score: f64) -> String {
    format!(
        "<svg class=\"bar\" viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\
         <rect class=\"track\" width=\"100\" height=\"10\"/><rect class=\"{}\" width=\"{score:.1}\" height=\"10\"/></svg>",
        tone(score)
    )
}

/// The chart of categories, which is a table, and the counts by severity.
fn scores(out: &mut String, report: &Report) {
    let mut body = String::from(
        "<div class=\"wide\" tabindex=\"0\"><table class=\"scores\">\n<thead><tr><th scope=\"col\">Category</th><th scope=\"col\" class=\"chart\">Score</th>\
         <th scope=\"col\" class=\"n\">of 100</th><th scope=\"col\" class=\"n\">Weight</th><th scope=\"col\" class=\"n\">Adds</th>\
         <th scope=\"col\">Status</th><th scope=\"col\" class=\"n\">Blockers</th><th scope=\"col\">Other findings</th></tr></thead>\n<tbody>\n",
    );
    for category in &report.score.categories {
        row(&mut body, report, category);
    }
    let weights: f64 = report.score.categories.iter().map(|category| category.weight_used).sum();
    let raw = report.score.raw.map_or("–".to_owned(), |raw| format!("{raw:.2}"));
    let total = report.score.total.map_or("–".to_owned(), |total| total.to_string());
    let blockers = report.open(Severity::Blocker).count();
    let verdict = report.score.verdict.phrase();
    let _ = write!(
        body,
        "</tbody>\n<tfoot><tr><th scope=\"row\">Total</th><td class=\"chart\"></td><td class=\"n\">{total}</td><td class=\"n\">{weights:.1}</td>\
         <td class=\"n\">{raw}</td><td>{verdict}</td><td class=\"n\">{blockers}</td><td></td></tr></tfoot>\n</table></div>\n\
         <p class=\"quiet\">A category counts with as much of its weight as there is evidence for; what they add sums to the raw total.</p>\n"
    );
    if !report.score.caps.is_empty() {
        body.push_str("<ul>\n");
        for cap in &report.score.caps {
            let why = if cap.is_rule() { "an open blocker" } else { "a heavy category under 50" };
            let _ =
                writeln!(body, "<li>at most {} by <code>{}</code>: {why}</li>", cap.at, markup(&cap.rule));
        }
        body.push_str("</ul>\n");
    }
    body.push_str("<div class=\"cards\">\n");
    for severity in Severity::ALL {
        let minutes =
            report.open(severity).fold(0_u32, |sum, finding| sum.saturating_add(finding.effort_minutes));
        let (number, word) = (report.open(severity).count(), severity.word());
        let _ = writeln!(
            body,
            "<div class=\"card {word}\"><span class=\"count\">{number}</span> <span>{word}</span> <span class=\"quiet\">{} to mend</span></div>",
            super::words::effort(minutes)
        );
    }
    body.push_str("</div>\n");
    section(out, "score", "Score", &body);
}

fn row(body: &mut String, report: &Report, category: &Category) {
    let (blockers, others) = brief::found(report, &category.id);
    let status = brief::status(category, blockers);
    let (chart, points) = match category.score {
        Some(score) => (bar(score), format!("{score:.1}")),
        None => (String::new(), "–".to_owned()),
    };
    let weight = if (category.weight_used - f64::from(category.weight)).abs() < 0.05 {
        category.weight.to_string()
    } else {
        format!("{:.1} of {}", category.weight_used, category.weight)
    };
    let _ = writeln!(
        body,
        "<tr><th scope=\"row\">{}</th><td class=\"chart\">{chart}</td><td class=\"n\">{points}</td><td class=\"n\">{weight}</td>\
         <td class=\"n\">{:.2}</td><td><span class=\"status {}\">{status}</span></td><td class=\"n\">{blockers}</td><td class=\"others\">{others}</td></tr>",
        markup(&category.id),
        category.contribution,
        status.replace(' ', "-")
    );
}

fn strengths(out: &mut String, report: &Report) {
    let mut body = String::new();
    if report.strengths.is_empty() {
        body.push_str("<p>Nothing that was looked for was found in place.</p>\n");
    } else {
        body.push_str("<ul class=\"strengths\">\n");
        for strength in &report.strengths {
            let at = strength.place.as_ref().map(|at| format!(" {}", place(at))).unwrap_or_default();
            let _ = writeln!(body, "<li>{}{at}</li>", sentence(&strength.message));
        }
        body.push_str("</ul>\n");
    }
    section(out, "strengths", "Strengths", &body);
}

fn access(out: &mut String, report: &Report) {
    if report.access.is_empty() {
        return;
    }
    let mut body = String::from(
        "<p>What clients may do with rows over the data API, once all migrations ran.</p>\n<div class=\"wide\" tabindex=\"0\"><table>\n<thead><tr>",
    );
    for head in ["Table", "Role", "Select", "Insert", "Update", "Delete"] {
        let _ = write!(body, "<th scope=\"col\">{head}</th>");
    }
    body.push_str("</tr></thead>\n<tbody>\n");
    for table in &report.access {
        for role in &table.roles {
            let _ = write!(
                body,
                "<tr><th scope=\"row\">{}</th><td>{}</td>",
                markup(&table.table),
                markup(&role.role)
            );
            for rows in [&role.select, &role.insert, &role.update, &role.delete] {
                let tone = if rows == "everyone" { " class=\"open\"" } else { "" };
                let _ = write!(body, "<td{tone}>{}</td>", markup(rows));
            }
            body.push_str("</tr>\n");
        }
    }
    body.push_str("</tbody>\n</table></div>\n");
    section(out, "access", "Who may do what with rows", &body);
}

fn plan(out: &mut String, report: &Report) {
    let mut body = String::new();
    if report.plan.is_empty() {
        body.push_str("<p>There is nothing to plan.</p>\n");
    } else {
        body.push_str(
            "<div class=\"wide\" tabindex=\"0\"><table class=\"scores\">\n<thead><tr><th scope=\"col\">Phase</th><th scope=\"col\" class=\"chart\">Score after it</th>\
             <th scope=\"col\" class=\"n\">of 100</th><th scope=\"col\" class=\"n\">Findings</th><th scope=\"col\" class=\"n\">Hours</th></tr></thead>\n<tbody>\n",
        );
        for phase in &report.plan {
            let _ = writeln!(
                body,
                "<tr><th scope=\"row\">{}. {}</th><td class=\"chart\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{:.1}</td></tr>",
                phase.phase,
                markup(&phase.title),
                bar(f64::from(phase.projected.low)),
                brief::range(phase.projected),
                phase.findings.len(),
                phase.hours
            );
        }
        body.push_str("</tbody>\n</table></div>\n<p class=\"quiet\">A range counts what is undecided as failing, and as passing.</p>\n");
    }
    section(out, "plan", "Plan", &body);
}

fn checklist(out: &mut String, report: &Report) {
    let mut body = String::new();
    for phase in &report.plan {
        let first = if phase.phase == 1 { " open=\"open\"" } else { "" };
        let _ = write!(
            body,
            "<details{first}>\n<summary>Phase {}: {} <span class=\"quiet\">{}, {:.1} h</span></summary>\n<ul class=\"checks\">\n",
            phase.phase,
            markup(&phase.title),
            count(phase.findings.len(), "finding"),
            phase.hours
        );
        for finding in phase.findings.iter().filter_map(|index| report.findings.get(*index as usize)) {
            let at = finding.places.first().map(|at| format!(" {}", place(at))).unwrap_or_default();
            let done = if finding.status == Status::Open { "" } else { " checked=\"checked\"" };
            let _ = writeln!(
                body,
                "<li><label><input type=\"checkbox\"{done}/> {}{at}</label></li>",
                sentence(&finding.message)
            );
        }
        body.push_str("</ul>\n</details>\n");
    }
    if body.is_empty() {
        body.push_str("<p>There is nothing to do.</p>\n");
    }
    section(out, "checklist", "Checklist", &body);
}

fn unknown(out: &mut String, report: &Report) {
    let mut body = String::from("<ul>\n");
    for assumption in brief::assumptions(report) {
        let _ = writeln!(body, "<li>{}</li>", sentence(&assumption));
    }
    body.push_str("</ul>\n");
    let undecided = report.rules.iter().filter(|rule| rule.outcome == Outcome::Inconclusive);
    let undecided: Vec<String> = undecided
        .map(|rule| {
            let reason = rule.reason.as_deref().unwrap_or("no reason is given");
            format!("<li><code>{}</code> {}</li>\n", markup(&rule.id), sentence(reason))
        })
        .collect();
    if !undecided.is_empty() {
        let _ = write!(body, "<h3>Undecided</h3>\n<ul>\n{}</ul>\n", undecided.concat());
    }
    if !report.syntax_errors.is_empty() {
        body.push_str("<h3>Not parsed; the rest of these files was judged</h3>\n<ul>\n");
        for error in &report.syntax_errors {
            let _ = writeln!(
                body,
                "<li><code class=\"place\">{}:{}</code> {}</li>",
                markup(&error.path),
                error.line,
                sentence(&error.message)
            );
        }
        body.push_str("</ul>\n");
    }
    section(out, "unknowns", "Assumptions and unknowns", &body);
}

fn recommendation(out: &mut String, report: &Report) {
    let mut body = String::from("<dl>\n");
    for (what, answer) in brief::recommendation(report) {
        let _ = writeln!(body, "<dt>{what}</dt><dd>{}</dd>", sentence(&answer));
    }
    body.push_str("</dl>\n");
    section(out, "recommendation", "Recommendation", &body);
}
