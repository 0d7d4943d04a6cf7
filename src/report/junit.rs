//! The XML of `JUnit`: a suite a category, a case for every rule that passed or could not be judged and for every finding.

use std::fmt::Write as _;

use super::escape::markup;
use super::{Finding, Outcome, Report, Rule, Severity, clean};

/// The report as test suites. What is open and counts for the score is a failure, what is not is skipped.
pub fn render(report: &Report) -> String {
    let report = clean::report(report);
    let mut suites = String::new();
    let mut sum = Counts::default();
    for category in &report.score.categories {
        let prefix = format!("{}/", category.id);
        let rules = report.rules.iter().filter(|rule| rule.id.starts_with(&prefix));
        let findings = report.findings.iter().filter(|finding| finding.category == category.id);
        let mut cases = Counts::default();
        rules.for_each(|rule| cases.rule(rule));
        findings.for_each(|finding| cases.finding(finding));
        if cases.tests == 0 {
            continue;
        }
        let _ = writeln!(suites, "  <testsuite name=\"{}\"{}>", markup(&category.id), cases.attributes());
        suites.push_str(&cases.text);
        suites.push_str("  </testsuite>\n");
        sum.tests += cases.tests;
        sum.failures += cases.failures;
        sum.skipped += cases.skipped;
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"golive\"{}>\n{suites}</testsuites>\n",
        sum.attributes()
    )
}

/// Cases, and how many of them ended how.
#[derive(Default)]
struct Counts {
    tests: usize,
    failures: usize,
    skipped: usize,
    text: String,
}

impl Counts {
    fn attributes(&self) -> String {
        let Self { tests, failures, skipped, .. } = self;
        format!(" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\" time=\"0\"")
    }

    fn rule(&mut self, rule: &Rule) {
        let skipped = match rule.outcome {
            Outcome::Pass => None,
            // Its findings are cases of their own.
            Outcome::Fail if rule.reason.is_none() => return,
            Outcome::NotApplicable => return,
            Outcome::Fail | Outcome::Inconclusive => Some(rule.reason.as_deref().unwrap_or("not decided")),
        };
        self.tests += 1;
        let (class, name) = rule.id.split_once('/').unwrap_or(("", &rule.id));
        let _ = write!(
            self.text,
            "    <testcase classname=\"{}\" name=\"{}\" time=\"0\"",
            markup(class),
            markup(name)
        );
        match skipped {
            None => self.text.push_str("/>\n"),
            Some(why) => self.skip(why),
        }
    }

    fn finding(&mut self, finding: &Finding) {
        self.tests += 1;
        let (class, name) = finding.rule.split_once('/').unwrap_or(("", &finding.rule));
        let _ = write!(
            self.text,
            "    <testcase classname=\"{}\" name=\"{}: {}\" time=\"0\"",
            markup(class),
            markup(name),
            markup(&finding.message)
        );
        if let Some(place) = finding.places.first() {
            let _ = write!(self.text, " file=\"{}\" line=\"{}\"", markup(&place.path), place.line);
        }
        if !finding.is_open() {
            return self.skip(&finding.standing());
        }
        if finding.preview || finding.severity == Severity::Info {
            return self.skip("reported only");
        }
        self.failures += 1;
        let places: Vec<String> = finding
            .places
            .iter()
            .map(|place| match &place.note {
                Some(note) => format!("{}: {note}", place.words()),
                None => place.words(),
            })
            .collect();
        let _ = writeln!(
            self.text,
            ">\n      <failure type=\"{}\" message=\"{}\">{}</failure>\n    </testcase>",
            finding.severity.word(),
            markup(&finding.message),
            markup(&format!("{}\n\n{}\n", places.join("\n"), finding.fix.trim()))
        );
    }

    /// Ends a case that is open as skipped.
    fn skip(&mut self, why: &str) {
        self.skipped += 1;
        let _ = writeln!(self.text, ">\n      <skipped message=\"{}\"/>\n    </testcase>", markup(why));
    }
}
