//! `OpenMetrics` text, for a dashboard that shows how scores move over time.

use std::fmt::Write as _;

use super::escape::label;
use super::{Outcome, Report, Severity, Status, WaiverState, clean};

/// The report as gauges, each with the name of the repository.
pub fn render(report: &Report) -> String {
    let report = clean::report(report);
    let mut metrics = Metrics { repository: label(&report.repository.name), out: String::new() };
    info(&mut metrics, &report);
    score(&mut metrics, &report);
    metrics.family("golive_findings", "Findings by severity and status.");
    for severity in Severity::ALL {
        for status in [Status::Open, Status::Baseline, Status::Waived] {
            let is = |finding: &&super::Finding| finding.severity == severity && finding.status == status;
            let number = report.findings.iter().filter(is).count();
            metrics.sample(&[("severity", severity.word()), ("status", status.word())], &number.to_string());
        }
    }
    metrics.family("golive_waivers", "Waivers by whether they hold.");
    for state in WaiverState::ALL {
        let number = report.waivers.iter().filter(|waiver| waiver.state == state).count();
        metrics.sample(&[("state", state.word())], &number.to_string());
    }
    metrics.family("golive_rules", "Rules by how they ended.");
    for outcome in [Outcome::Pass, Outcome::Fail, Outcome::NotApplicable, Outcome::Inconclusive] {
        metrics.sample(&[("outcome", outcome.word())], &report.ended(outcome).to_string());
    }
    metrics.family("golive_effort_minutes", "Minutes it takes to mend what is open, by severity.");
    for severity in Severity::ALL {
        let minutes: u64 = report.open(severity).map(|finding| u64::from(finding.effort_minutes)).sum();
        metrics.sample(&[("severity", severity.word())], &minutes.to_string());
    }
    metrics.family("golive_files", "Files that were read.");
    metrics.sample(&[], &report.repository.files.to_string());
    metrics.family("golive_unread_files", "Files that were not read.");
    metrics.sample(&[], &report.unread.len().to_string());
    metrics.family("golive_syntax_errors", "What could not be parsed.");
    metrics.sample(&[], &report.syntax_errors.len().to_string());
    metrics.out.push_str("# EOF\n");
    metrics.out
}

fn info(metrics: &mut Metrics, report: &Report) {
    let _ = writeln!(metrics.out, "# TYPE golive info\n# HELP golive What was audited, by what.");
    let commit = report.repository.commit.as_deref().unwrap_or_default();
    let (version, ruleset) = (&report.tool.version, &report.tool.ruleset);
    let verdict = report.score.verdict.phrase();
    let labels =
        [("version", version.as_str()), ("ruleset", ruleset), ("commit", commit), ("verdict", verdict)];
    metrics.named("golive_info", &labels, "1");
}

fn score(metrics: &mut Metrics, report: &Report) {
    let score = &report.score;
    if let Some(total) = score.total {
        metrics.family("golive_score", "Points of 100, after caps.");
        metrics.sample(&[], &total.to_string());
    }
    if let Some(raw) = score.raw {
        metrics.family("golive_score_raw", "Points of 100 before caps.");
        metrics.sample(&[], &format!("{raw:.2}"));
    }
    metrics.family("golive_deploy", "1 where no blocker is open.");
    metrics.sample(&[], if score.deploy { "1" } else { "0" });
    metrics.family("golive_decided_ratio", "The part of the applicable weight that could be decided.");
    metrics.sample(&[], &format!("{:.2}", f64::from(score.decided) / 100.0));
    metrics.family("golive_category_score", "Points of 100 of a category.");
    for category in &score.categories {
        if let Some(points) = category.score {
            metrics.sample(&[("category", &category.id)], &format!("{points:.1}"));
        }
    }
}

struct Metrics {
    /// The name of the repository, as the value of a label.
    repository: String,
    out: String,
}

impl Metrics {
    /// Begins a family of gauges.
    fn family(&mut self, name: &str, help: &str) {
        let _ = writeln!(self.out, "# TYPE {name} gauge\n# HELP {name} {help}");
    }

    /// A sample of the family that was begun last.
    fn sample(&mut self, labels: &[(&str, &str)], value: &str) {
        let last = self.out.lines().rev().find_map(|line| line.strip_prefix("# HELP "));
        let name = last.and_then(|line| line.split(' ').next()).unwrap_or_default().to_owned();
        self.named(&name, labels, value);
    }

    fn named(&mut self, name: &str, labels: &[(&str, &str)], value: &str) {
        let _ = write!(self.out, "{name}{{repository=\"{}\"", self.repository);
        for (key, value) in labels {
            let _ = write!(self.out, ",{key}=\"{}\"", label(value));
        }
        let _ = writeln!(self.out, "}} {value}");
    }
}
