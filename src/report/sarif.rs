//! SARIF 2.1.0, within what GitHub takes: at most 5,000 results by severity, 100 places a result, 10 tags a rule, texts
//! of rules of 1,024 characters.

use std::collections::HashMap;
use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::clean::{self, visible};
use super::escape::{address, sarif as text};
use super::words::count;
use super::{Finding, Place, Report, Severity, Status, Waived, WaiverOrigin};

/// Results that are shown by GitHub; the gravest come first.
const RESULTS: usize = 5000;
/// Places of a result, beside the first.
const RELATED: usize = 99;
/// Notes of places that are linked in the message.
const LINKED: usize = 4;
/// Tags of a rule.
const TAGS: usize = 10;
/// Characters of the texts of a rule.
const RULE_TEXT: usize = 1024;
/// What could not be parsed or read, told one by one.
const NOTIFICATIONS: usize = 100;
/// Where the paths begin.
const ROOT: &str = "%SRCROOT%";

/// The report as one run.
pub fn render(report: &Report) -> String {
    let shown = clean::report(report);
    let count = report.findings.len().min(RESULTS);
    let mut rules: Vec<&Finding> = Vec::new();
    let mut indices: HashMap<&str, usize> = HashMap::new();
    for finding in &shown.findings[..count] {
        indices.entry(&finding.rule).or_insert_with(|| {
            rules.push(finding);
            rules.len() - 1
        });
    }
    let results = report.findings.iter().zip(&shown.findings).take(count);
    // Either every result says how it stands to a baseline, or none does.
    let is_baseline = report.findings.iter().any(|finding| finding.status == Status::Baseline);
    let states = (is_baseline || report.compared.is_some()).then(|| states(report));
    let results = results.map(|(raw, shown)| {
        let mut result = result(raw, shown, indices[shown.rule.as_str()]);
        if let Some(states) = &states {
            let known = states.get(raw.fingerprint.as_str()).copied();
            let state = if shown.status == Status::Baseline { Some("unchanged") } else { known };
            result["baselineState"] = state.unwrap_or("new").into();
        }
        result
    });
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": shown.tool.name,
                "version": shown.tool.version,
                "semanticVersion": shown.tool.version,
                "rules": rules.into_iter().map(rule).collect::<Vec<_>>(),
            } },
            "automationDetails": { "id": "golive/" },
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": { ROOT: { "description": { "text": "The root of the repository." } } },
            "invocations": [{
                "executionSuccessful": true,
                "toolExecutionNotifications": notifications(report, &shown),
            }],
            "results": results.collect::<Vec<_>>(),
            "properties": {
                "score": report.score.total,
                "verdict": report.score.verdict,
                "deploy": report.score.deploy,
                "ruleset": shown.tool.ruleset,
                "scoringModel": shown.tool.scoring_model,
            },
        }],
    });
    let mut out = serde_json::to_string_pretty(&document).unwrap_or_default();
    out.push('\n');
    out
}

/// How the findings stand to those of an earlier audit, by their fingerprints; what is not among them is new.
fn states(report: &Report) -> HashMap<&str, &'static str> {
    let lists = report
        .compared
        .iter()
        .flat_map(|compared| [("updated", &compared.changed), ("unchanged", &compared.unchanged)]);
    let states = lists.flat_map(|(state, findings)| {
        findings.iter().map(move |finding| (finding.fingerprint.as_str(), state))
    });
    states.collect()
}

/// A rule, as the first of its findings tells of it.
fn rule(finding: &Finding) -> Value {
    let help = format!("{}\n\n**To mend it.** {}", finding.why.trim(), finding.fix.trim());
    let mut properties = Map::new();
    properties.insert("tags".to_owned(), tags(finding).into());
    properties.insert("precision".to_owned(), "high".into());
    properties.insert("problem.severity".to_owned(), problem(finding.severity).into());
    if is_security(finding) {
        properties.insert("security-severity".to_owned(), security(finding.severity).into());
    }
    json!({
        "id": finding.rule,
        "name": name(&finding.rule),
        "shortDescription": { "text": cut(&finding.title) },
        "fullDescription": { "text": cut(&finding.why) },
        "help": { "text": help, "markdown": help },
        "defaultConfiguration": { "level": level(finding.severity) },
        "properties": properties,
    })
}

fn result(raw: &Finding, shown: &Finding, index: usize) -> Value {
    let mut places = raw.places.iter().zip(&shown.places);
    let primary = places.next();
    let related: Vec<_> = places.take(RELATED).collect();
    let mut message = text(&shown.message);
    let notes = related.iter().zip(1..).filter_map(|((_, place), id)| Some((place.note.as_ref()?, id)));
    for (note, id) in notes.take(LINKED) {
        let note = note.replace(['[', ']', '\\'], "");
        let _ = write!(message, "\n[{note}]({id})");
    }
    let mut result = json!({
        "ruleId": shown.rule,
        "ruleIndex": index,
        "level": if shown.preview { "note" } else { level(shown.severity) },
        "message": { "text": message },
        // A result without a place is not shown at all: the root stands for the repository as a whole.
        "locations": [primary.map_or_else(|| json!({ "physicalLocation": { "artifactLocation": artifact(".") } }), |place| location(place, None))],
        "partialFingerprints": {
            "goliveFingerprint/v1": shown.fingerprint,
            // The one that GitHub tells results by.
            "primaryLocationLineHash": format!("{}:1", shown.fingerprint),
        },
        "properties": {
            "severity": shown.severity,
            "points": shown.points,
            "effortMinutes": shown.effort_minutes,
            "preview": shown.preview,
        },
    });
    if !related.is_empty() {
        let related = related.iter().zip(1..).map(|(place, id)| location(*place, Some(id)));
        result["relatedLocations"] = related.collect();
    }
    if shown.status == Status::Waived {
        result["suppressions"] = json!([suppression(raw.waiver.as_ref(), shown.waiver.as_ref())]);
    }
    result
}

/// Why a result does not count: by a comment beside it, or by the configuration.
fn suppression(raw: Option<&Waived>, shown: Option<&Waived>) -> Value {
    let (Some(raw), Some(shown)) = (raw, shown) else {
        return json!({ "kind": "external", "status": "accepted" });
    };
    let kind = if raw.origin == WaiverOrigin::Comment { "inSource" } else { "external" };
    json!({
        "kind": kind,
        "status": "accepted",
        "justification": text(&shown.words()),
        "location": location((&raw.place, &shown.place), None),
    })
}

/// A place; `id` where a message links to it.
fn location((raw, shown): (&Place, &Place), id: Option<u32>) -> Value {
    let mut location = json!({
        "physicalLocation": { "artifactLocation": artifact(&raw.path), "region": region(raw) },
    });
    if let Some(id) = id {
        location["id"] = id.into();
        location["message"] =
            json!({ "text": shown.note.as_deref().map_or_else(|| "the same here".to_owned(), text) });
    } else if let Some(note) = &shown.note {
        location["message"] = json!({ "text": text(note) });
    }
    location
}

fn artifact(path: &str) -> Value {
    json!({ "uri": address(path), "uriBaseId": ROOT })
}

fn region(place: &Place) -> Value {
    let line = place.line.max(1);
    if place.is_whole_file() {
        return json!({ "startLine": line });
    }
    let (column, end_line) = (place.column.max(1), place.end_line.max(line));
    let end_column = if end_line == line { place.end_column.max(column) } else { place.end_column.max(1) };
    json!({ "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column })
}

/// What kept the audit from seeing everything, and what is not told here.
fn notifications(report: &Report, shown: &Report) -> Vec<Value> {
    let mut notifications = Vec::new();
    let left = report.findings.len().saturating_sub(RESULTS);
    if left > 0 {
        let message = format!(
            "{} of lesser severity left out: at most {RESULTS} results are taken",
            count(left, "finding")
        );
        notifications.push(json!({ "level": "warning", "message": { "text": message } }));
    }
    for (raw, error) in report.syntax_errors.iter().zip(&shown.syntax_errors).take(NOTIFICATIONS) {
        notifications.push(json!({
            "level": "warning",
            "message": { "text": text(&error.message) },
            "locations": [{ "physicalLocation": {
                "artifactLocation": artifact(&raw.path),
                "region": { "startLine": error.line.max(1) },
            } }],
        }));
    }
    for (raw, unread) in report.unread.iter().zip(&shown.unread).take(NOTIFICATIONS) {
        notifications.push(json!({
            "level": "note",
            "message": { "text": format!("not read: {}", text(&unread.reason)) },
            "locations": [{ "physicalLocation": { "artifactLocation": artifact(&raw.path) } }],
        }));
    }
    notifications
}

/// The category, the severity, and what other standards call the problem.
fn tags(finding: &Finding) -> Vec<String> {
    let mut tags = vec![finding.category.clone(), finding.severity.word().to_owned()];
    if is_security(finding) && finding.category != "security" {
        tags.push("security".to_owned());
    }
    let weaknesses = finding.references.iter().filter_map(|reference| {
        let number = reference.strip_prefix("CWE-")?;
        number.bytes().all(|byte| byte.is_ascii_digit()).then(|| format!("external/cwe/cwe-{number:0>3}"))
    });
    tags.extend(weaknesses);
    tags.truncate(TAGS);
    tags
}

/// Whether GitHub shows it with a security severity rather than as a matter of quality.
fn is_security(finding: &Finding) -> bool {
    matches!(finding.category.as_str(), "security" | "secrets" | "supply-chain")
        || finding
            .references
            .iter()
            .any(|reference| reference.starts_with("CWE-") || reference.starts_with("OWASP"))
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Blocker | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "note",
    }
}

fn problem(severity: Severity) -> &'static str {
    match severity {
        Severity::Blocker | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "recommendation",
    }
}

/// The middle of the range that GitHub calls critical, high, medium and low.
fn security(severity: Severity) -> &'static str {
    match severity {
        Severity::Blocker => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "3.0",
        Severity::Info => "1.0",
    }
}

/// `ci/no-tests` as `CiNoTests`.
fn name(rule: &str) -> String {
    let words = rule.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty());
    words
        .map(|word| {
            let mut characters = word.chars();
            characters.next().map_or(String::new(), |first| first.to_uppercase().chain(characters).collect())
        })
        .collect()
}

/// A text of at most [`RULE_TEXT`] characters in one line.
fn cut(words: &str) -> String {
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let words = visible(&words);
    if words.chars().count() <= RULE_TEXT {
        return words.into_owned();
    }
    words.chars().take(RULE_TEXT - 1).chain(['…']).collect()
}
