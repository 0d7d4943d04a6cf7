//! What a document is, by its name and folder.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use crate::source::{FileKind, SourceFile, pattern};

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Readme,
    Guide,
    Runbook,
    Security,
    Contributing,
    Changelog,
    /// A decision record or proposal: what was or may be chosen, not what to do.
    Decision,
    /// An audit, a plan of work, a list of what is missing.
    Assessment,
    /// What the product publishes: a blog, pages, texts of its user interface.
    Content,
    /// Instructions for coding agents.
    Agent,
    /// A template of issues or pull requests.
    Form,
}

impl Kind {
    /// The word rules use.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Readme => "readme",
            Self::Guide => "guide",
            Self::Runbook => "runbook",
            Self::Security => "security",
            Self::Contributing => "contributing",
            Self::Changelog => "changelog",
            Self::Decision => "decision",
            Self::Assessment => "assessment",
            Self::Content => "content",
            Self::Agent => "agent",
            Self::Form => "form",
        }
    }
}

/// Folders of what agents are taught: other people's prose, not about this repository.
const AGENT_FOLDERS: &[&str] =
    &[".claude", ".cursor", ".agent", ".agents", ".windsurf", ".codex", ".gemini", ".kiro", ".roo", "skills"];

/// Names of documents that tell what was done.
const PAST: &[&str] = &[
    "changelog",
    "changes",
    "history",
    "news",
    "release-notes",
    "release_notes",
    "releases",
    "worklog",
    "devlog",
    "journal",
    "session_context",
];

/// The kind of the document at `path`; `None` where the file is no document: a license, a list of dependencies.
pub(super) fn of(path: &str) -> Option<Kind> {
    let path = path.to_ascii_lowercase();
    let (dir, name) = path.rsplit_once('/').unwrap_or(("", &path));
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let within = |folders: &[&str]| dir.split('/').any(|part| folders.contains(&part));
    if name.starts_with("readme") {
        // A component of a user interface may be about incidents and alerts, but not about those of this product.
        return Some(if within(&["components"]) { Kind::Content } else { Kind::Readme });
    }
    let document = ["md", "mdx", "markdown", "mdown", "rst", "adoc", "asciidoc", "org"].contains(&extension);
    // What is taught to agents below the documentation is about this repository.
    let taught = within(AGENT_FOLDERS);
    let documented = dir.split('/').any(|part| matches!(part, "docs" | "doc" | "documentation"));
    if !document || is_license(name) || taught && !documented {
        return None;
    }
    let form = within(&["issue_template", "pull_request_template", "discussion_template"])
        || stem.contains("pull_request_template");
    let past = PAST.contains(&stem)
        || within(&["changelog", "changelogs", ".changeset", "changeset", "release-notes"]);
    let decision = within(&["adr", "adrs", "decisions", "rfc", "rfcs", "proposals", "design"])
        || stem.starts_with("rfc")
        || stem.starts_with("adr-");
    let kinds = [
        (Kind::Form, form),
        (Kind::Changelog, past),
        (Kind::Decision, decision),
        (Kind::Content, is_content(dir)),
        (Kind::Runbook, path.contains("runbook") || path.contains("playbook")),
        (Kind::Assessment, is_assessment(stem)),
        (Kind::Assessment, within(&["audit", "audits", "reports", "plans", "tasks", "specs", "prds"])),
        (Kind::Agent, taught),
        (Kind::Agent, ["claude", "agents", "gemini", "copilot-instructions"].contains(&stem)),
        (Kind::Security, stem == "security"),
        (Kind::Contributing, stem.starts_with("contributing")),
    ];
    Some(kinds.into_iter().find(|(_, fits)| *fits).map_or(Kind::Guide, |(kind, _)| kind))
}

/// Whether a folder holds texts that the product shows: below its sources, but not below the documentation.
fn is_content(dir: &str) -> bool {
    let mut parts =
        dir.split('/').take_while(|part| !["docs", "doc", "documentation", "book"].contains(part));
    parts.any(|part| ["src", "app", "pages", "components", "blog", "_posts", "posts"].contains(&part))
}

/// Whether a document of this name says what was found, or what is to be done some day, rather than what to do.
fn is_assessment(stem: &str) -> bool {
    static WORDS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let found = "audit|assessment|readiness|findings?|gap.?analysis|review|evaluation|report|analysis|progress|status|summary";
        let meant = "roadmap|todo|backlog|prd|product.?requirements|proposal|tasks?|next.?steps|improvements?|strategy|marketing|pitch|brief|spec|pricing|competitors?|go.to.market";
        pattern(&format!("(^|[^a-z])({found}|{meant})s?([^a-z]|$)"))
    });
    /// A plan for the day on which something happens is to be followed; other plans are work to be done.
    const TO_FOLLOW: &[&str] = &[
        "recover",
        "rollback",
        "disaster",
        "continuity",
        "deploy",
        "incident",
        "response",
        "backup",
        "outage",
        "restor",
    ];
    let plan = stem.split(|c: char| !c.is_ascii_alphabetic()).any(|word| word == "plan" || word == "plans");
    WORDS.as_ref().is_some_and(|words| words.is_match(stem))
        || plan && !TO_FOLLOW.iter().any(|word| stem.contains(word))
}

/// Whether the name is that of a license text.
pub(super) fn is_license(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["license", "licence", "copying", "unlicense"].iter().any(|start| name.starts_with(start))
        || name.ends_with("-license")
        || name.ends_with(".license")
}

/// The topics of monitoring that is kept as files: dashboards, alert rules, monitors.
pub(super) fn as_code(file: &SourceFile, text: &str) -> Option<BTreeSet<&'static str>> {
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let (alerts, dashboards) = match file.kind {
        FileKind::Yaml => (
            says(&["kind: PrometheusRule", "- alert: "]),
            says(&["scrape_configs:", "kind: ServiceMonitor", "kind: PodMonitor"]),
        ),
        FileKind::Hcl => {
            (says(&["\"datadog_monitor\"", "_metric_alarm\"", "google_monitoring_alert_policy"]), false)
        }
        FileKind::Json => {
            (false, file.path.to_ascii_lowercase().contains("grafana") && says(&["\"panels\""]))
        }
        _ => return None,
    };
    let topics: BTreeSet<_> = [(alerts, "alerting"), (dashboards, "monitoring")]
        .into_iter()
        .filter_map(|(is, topic)| is.then_some(topic))
        .collect();
    (!topics.is_empty()).then_some(topics)
}
