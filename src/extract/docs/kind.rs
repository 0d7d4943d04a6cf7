//! What a document is, by its name and folder.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use crate::source::SourceFile;

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
            Self::Agent => "agent",
            Self::Form => "form",
        }
    }
}

/// The kind of the document at `path`; `None` where the file is no document: a license, a list of dependencies.
pub(super) fn of(path: &str) -> Option<Kind> {
    static ASSESSMENT: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let words = "audit|assessment|readiness|findings|gap.?analysis|review|roadmap|todo|backlog|report|evaluation|implementation.?(plan|status|summary)|prd|product.?requirements|proposal|progress|status|checklist.?results|analysis|tasks|next.?steps|improvements";
        Regex::new(&format!("(^|[^a-z])({words})s?([^a-z]|$)")).ok()
    });
    let path = path.to_ascii_lowercase();
    let (dir, name) = path.rsplit_once('/').unwrap_or(("", &path));
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let within = |folders: &[&str]| dir.split('/').any(|part| folders.contains(&part));
    if name.starts_with("readme") {
        return Some(Kind::Readme);
    }
    let document = ["md", "mdx", "markdown", "mdown", "rst", "adoc", "asciidoc", "org"].contains(&extension);
    if !document || is_license(name) {
        return None;
    }
    Some(
        if within(&["issue_template", "pull_request_template", "discussion_template"])
            || stem.contains("pull_request_template")
        {
            Kind::Form
        } else if ["changelog", "changes", "history", "news", "release-notes", "release_notes", "releases"]
            .contains(&stem)
            || within(&["changelog", "changelogs", ".changeset", "release-notes", "changeset"])
        {
            Kind::Changelog
        } else if within(&["adr", "adrs", "decisions", "rfc", "rfcs", "proposals", "design"])
            || stem.starts_with("rfc")
            || stem.starts_with("adr-")
        {
            Kind::Decision
        } else if path.contains("runbook") || path.contains("playbook") {
            Kind::Runbook
        } else if ASSESSMENT.as_ref().is_some_and(|words| words.is_match(stem))
            || within(&["audit", "audits", "reports", "plans", "tasks", "specs", "prds"])
        {
            Kind::Assessment
        } else if ["claude", "agents", "gemini", "skill", "copilot-instructions"].contains(&stem)
            || within(&[".claude", ".cursor", ".agents", ".windsurf", ".codex"])
        {
            Kind::Agent
        } else if stem == "security" {
            Kind::Security
        } else if stem.starts_with("contributing") {
            Kind::Contributing
        } else {
            Kind::Guide
        },
    )
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
    let path = file.path.to_ascii_lowercase();
    let name = path.rsplit('/').next().unwrap_or_default();
    let yaml = name.ends_with(".yml") || name.ends_with(".yaml");
    let alerts = yaml && (text.contains("kind: PrometheusRule") || text.contains("- alert: "))
        || name.ends_with(".tf")
            && (text.contains("\"datadog_monitor\"")
                || text.contains("_metric_alarm\"")
                || text.contains("google_monitoring_alert_policy"));
    let dashboards = yaml && text.contains("scrape_configs:")
        || yaml && (text.contains("kind: ServiceMonitor") || text.contains("kind: PodMonitor"))
        || name.ends_with(".json") && path.contains("grafana") && text.contains("\"panels\"");
    let topics: BTreeSet<_> = [(alerts, "alerting"), (dashboards, "monitoring")]
        .into_iter()
        .filter_map(|(is, topic)| is.then_some(topic))
        .collect();
    (!topics.is_empty()).then_some(topics)
}
