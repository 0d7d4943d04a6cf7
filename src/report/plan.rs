//! The plan alone: as a checklist to work along, and as issues for a tracker.
//!
//! Both are made of the report's phases. What a repository says of itself is escaped as in the whole document.

use std::fmt::Write as _;

use serde::Serialize;

use super::escape::{code, markdown as text};
use super::markdown::rule_text::rule_text;
use super::words::count;
use super::{Finding, Phase, Report, brief, clean};
use crate::verdict::Fingerprint;

/// Places of a finding that are named.
const PLACES: usize = 8;
/// Bytes of the list in an issue, so that its body stays below the 65,536 characters that GitHub takes.
const LIST: usize = 40_000;
/// Bytes of why and how in an issue; a rule of golive has a tenth of it.
const TEXT: usize = 10_000;

/// The phases as a checklist in Markdown, a box for each rule and each finding.
pub fn checklist(report: &Report) -> String {
    let report = clean::report(report);
    let mut out =
        format!("# Plan for {}\n\n> **Deploy now? {}**", text(&report.repository.name), report.deploy_now());
    if let Some(total) = report.score.total {
        let _ = write!(out, " Score {total} of 100.");
    }
    out.push('\n');
    if report.plan.is_empty() {
        out.push_str("\nThere is nothing to plan.\n");
    } else {
        out.push_str("\nA range counts what is undecided as failing, and as passing.\n");
    }
    for phase in &report.plan {
        let hours =
            format!("{:.1} h of work, {} of 100 after it", phase.hours, brief::range(phase.projected));
        let _ = writeln!(out, "\n## Phase {}: {}\n\n{hours}.\n", phase.phase, text(&phase.title));
        for findings in by_rule(&report, phase, &|_| true) {
            rule(&mut out, &findings);
        }
    }
    out
}

/// A rule of the checklist with what it found. Its box is ticked where nothing of it is open.
fn rule(out: &mut String, findings: &[&Finding]) {
    let Some(first) = findings.first() else { return };
    let open = findings.iter().any(|finding| finding.is_open());
    let _ = writeln!(
        out,
        "- [{}] **{}** {} · {} · {}",
        if open { " " } else { "x" },
        text(&first.title),
        code(&first.rule),
        first.severity.word(),
        brief::worth(findings)
    );
    for finding in findings {
        let _ = writeln!(out, "  {}", item(finding));
    }
}

/// A finding as an item of a list with a box: what it says, and where.
fn item(finding: &Finding) -> String {
    let places: Vec<String> = finding.places.iter().take(PLACES).map(|place| code(&place.words())).collect();
    let more = finding.places.len() - places.len();
    let more = if more > 0 { format!(" and {}", count(more, "more place")) } else { String::new() };
    let done = if finding.is_open() { "[ ]".to_owned() } else { format!("[x] {}:", finding.status.word()) };
    format!("- {done} {}: {}{more}", text(&finding.message), places.join(", "))
}

/// The findings of a phase that `keep` lets through, each rule's together.
fn by_rule<'r>(report: &'r Report, phase: &Phase, keep: &dyn Fn(&Finding) -> bool) -> Vec<Vec<&'r Finding>> {
    let findings = phase.findings.iter().filter_map(|index| report.findings.get(*index as usize));
    let findings: Vec<&Finding> = findings.filter(|finding| keep(finding)).collect();
    findings.chunk_by(|left, right| left.rule == right.rule).map(<[&Finding]>::to_vec).collect()
}

/// What is open as a list of issues, one for each rule, in the form in which GitHub's REST API takes them: `title`, `body`
/// and `labels`. The body begins with a comment that is the same for a rule as long as it exists
/// (`<!-- golive-issue: … -->`), and each finding ends with one of its own, so that a script can tell what is there already.
pub fn issues(report: &Report) -> String {
    let shown = clean::report(report);
    let of_phase = |phase: &Phase| {
        let rules = by_rule(&shown, phase, &Finding::is_open);
        rules.into_iter().filter_map(|findings| issue(phase, &findings)).collect::<Vec<_>>()
    };
    let issues: Vec<Issue> = shown.plan.iter().flat_map(of_phase).collect();
    let mut out = serde_json::to_string_pretty(&issues).unwrap_or_default();
    out.push('\n');
    out
}

/// An issue in the words of GitHub's REST API.
#[derive(Serialize)]
struct Issue {
    title: String,
    body: String,
    labels: [String; 4],
}

fn issue(phase: &Phase, findings: &[&Finding]) -> Option<Issue> {
    let first = findings.first()?;
    let mut body = format!("<!-- golive-issue: {} -->\n", Fingerprint::of(["issue", &first.rule]));
    let head = [first.severity.word().to_owned(), brief::worth(findings), code(&first.rule)];
    let _ = writeln!(body, "**Phase {}: {}** · {}\n", phase.phase, text(&phase.title), head.join(" · "));
    for (number, finding) in findings.iter().enumerate() {
        if body.len() > LIST {
            let left = count(findings.len() - number, "more finding");
            let _ = writeln!(body, "\n… and {left}; `golive --only {} --full` lists all.", text(&first.rule));
            break;
        }
        let _ = writeln!(body, "{}{}", item(finding), marker(&finding.fingerprint));
    }
    let _ = writeln!(body, "\n### Why it matters\n\n{}\n", rule_text(cut(&first.why)));
    let _ = writeln!(body, "### How to mend it\n\n{}", rule_text(cut(&first.fix)));
    let phase = format!("phase {}", phase.phase);
    Some(Issue {
        title: first.title.chars().take(250).collect(),
        body,
        labels: ["golive".to_owned(), first.severity.word().to_owned(), first.category.clone(), phase],
    })
}

/// What tells a finding again, hidden. A report that was written by hand may hold anything: only what is a name is shown.
fn marker(fingerprint: &str) -> String {
    if fingerprint.is_empty() || !fingerprint.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return String::new();
    }
    format!(" <!-- golive-finding: {fingerprint} -->")
}

fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(TEXT)]
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::rules::embedded;
    use crate::source::{MemoryFile, Tree};

    fn report() -> Report {
        let files = [
            ("Dockerfile", "FROM node:24\nCOPY . .\nCMD [\"node\", \"server.js\"]\n"),
            (".github/workflows/ci.yml", "on: push\njobs:\n  a|b:\n    steps:\n      - run: npm test\n"),
            (
                "package.json",
                r#"{"scripts": {"start": "node server.js"}, "dependencies": {"express": "5.1.0"}}"#,
            ),
        ];
        let files = files.map(|(path, text)| (path.to_owned(), MemoryFile::Text(text.to_owned())));
        crate::audit(&Tree::from_memory(files), embedded(), false).report
    }

    #[test]
    fn every_finding_of_the_plan_has_a_box() {
        let report = report();
        let list = checklist(&report);
        let planned: usize = report.plan.iter().map(|phase| phase.findings.len()).sum();
        assert_eq!(list.lines().filter(|line| line.starts_with("  - [ ] ")).count(), planned, "{list}");
        assert!(planned > 10, "{list}");
        assert!(list.contains("## Phase 2: "), "{list}");
        assert!(list.contains("<code>a&#124;b</code>"), "{list}");
    }

    #[test]
    fn issues_are_one_a_rule_and_told_again_by_their_marks() {
        let report = report();
        let written: Vec<Value> = serde_json::from_str(&issues(&report)).expect("JSON");
        let planned = report.plan.iter().flat_map(|phase| &phase.findings);
        let mut rules: Vec<&str> =
            planned.map(|index| report.findings[*index as usize].rule.as_str()).collect();
        rules.sort_unstable();
        rules.dedup();
        assert_eq!(written.len(), rules.len());
        for issue in &written {
            let body = issue["body"].as_str().expect("a text");
            assert!(body.starts_with("<!-- golive-issue: "), "{body}");
            assert!(body.contains(" <!-- golive-finding: "), "{body}");
            assert!(body.len() < 65_536);
            assert_eq!(issue["labels"][0], "golive");
        }
    }

    #[test]
    fn a_list_that_no_issue_could_hold_is_cut() {
        let mut report = report();
        let one = report.findings[0].clone();
        report.findings = vec![one; 2000];
        report.plan.truncate(1);
        report.plan[0].findings = (0..2000).collect();
        let written: Vec<Value> = serde_json::from_str(&issues(&report)).expect("JSON");
        let body = written[0]["body"].as_str().expect("a text");
        assert!(body.len() < 65_536 && body.contains("more findings; `golive --only "), "{}", body.len());
    }

    #[test]
    fn a_mark_cannot_end_its_comment() {
        assert_eq!(marker("--><script>"), "");
        assert_eq!(marker("0a"), " <!-- golive-finding: 0a -->");
    }
}
