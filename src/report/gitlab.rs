//! GitLab's code quality report: one issue a finding that is open.

use serde_json::{Value, json};

use super::{Finding, Report, Severity, clean};

/// The report as a list of issues.
pub fn render(report: &Report) -> String {
    let shown = clean::report(report);
    let findings = report.findings.iter().zip(&shown.findings).filter(|(raw, _)| raw.is_open());
    let issues: Vec<Value> = findings.map(|(raw, shown)| issue(raw, shown)).collect();
    let mut out = serde_json::to_string_pretty(&issues).unwrap_or_default();
    out.push('\n');
    out
}

fn issue(raw: &Finding, shown: &Finding) -> Value {
    let place = raw.places.first();
    let (path, line) = place.map_or((".", 1), |place| (place.path.as_str(), place.line.max(1)));
    let end = place.map_or(1, |place| place.end_line.max(line));
    json!({
        "type": "issue",
        "check_name": shown.rule,
        "description": shown.message,
        "fingerprint": raw.fingerprint,
        "severity": severity(shown.severity),
        "categories": [shown.category],
        "location": { "path": path, "lines": { "begin": line, "end": end } },
    })
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Blocker => "blocker",
        Severity::High => "critical",
        Severity::Medium => "major",
        Severity::Low => "minor",
        Severity::Info => "info",
    }
}
