//! Questions that more than one format asks of a report.

use super::words::count;
use super::{Cap, Category, Finding, Outcome, Place, Report, Score, Severity, Status, Waived};

impl Score {
    /// Why there is no number; nothing where there is one.
    pub fn no_number(&self) -> Option<String> {
        if self.total.is_some() {
            return None;
        }
        Some(if self.decided < 60 {
            format!("{} % of what applies could be decided, 60 % is needed", self.decided)
        } else if self.categories.iter().all(|category| category.score.is_none()) {
            "no rule that was run earns points here".to_owned()
        } else {
            "a part of the rules was run; a score needs all of them".to_owned()
        })
    }
}

impl Score {
    /// Why the total is not the raw total; nothing where it is.
    pub fn held(&self) -> Option<String> {
        let (total, raw) = (self.total?, self.raw?);
        let lowest = self.caps.iter().map(|cap| cap.at).min();
        let at = lowest.filter(|at| *at == total && f64::from(*at) + 1.0 <= raw)?;
        let (rules, categories): (Vec<_>, Vec<_>) =
            self.caps.iter().filter(|cap| cap.at == at).partition(|cap| cap.is_rule());
        let mut by = vec![];
        if !rules.is_empty() {
            by.push(count(rules.len(), "blocker"));
        }
        by.extend(categories.iter().map(|cap| format!("{} under 50", cap.rule)));
        // Cut off as the total is, so that 59.96 is not read as 60.
        let raw = (raw * 10.0 + 1e-6).floor() / 10.0;
        Some(format!("raw {raw:.1}, held at {at} by {}", by.join(", ")))
    }
}

impl Report {
    /// Open findings of a severity.
    pub fn open(&self, severity: Severity) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(move |finding| finding.is_open() && finding.severity == severity)
    }

    /// Whether it may go live now. That no blocker was found says nothing where too little was looked at.
    pub fn deploy_now(&self) -> String {
        match (self.score.deploy, self.open(Severity::Blocker).count()) {
            (true, _) if self.score.total.is_none() => "Not known.".to_owned(),
            (true, _) => "Yes, no blocker is open.".to_owned(),
            (false, 0) => self.deploy_at_a_risk(),
            (false, 1) => "No, 1 blocker is open.".to_owned(),
            (false, open) => format!("No, {open} blockers are open."),
        }
    }

    /// The same where blockers were found and none is open.
    fn deploy_at_a_risk(&self) -> String {
        let is_known = |it: &Finding| it.severity == Severity::Blocker && it.status == Status::Baseline;
        match self.accepted().count() {
            _ if self.findings.iter().any(is_known) => {
                "No, the blockers are in the baseline or waived, not mended.".to_owned()
            }
            0 => "No.".to_owned(),
            1 => "Only at a risk that was accepted: 1 blocker is waived, and not mended.".to_owned(),
            many => format!("Only at a risk that was accepted: {many} blockers are waived, and not mended."),
        }
    }

    /// Blockers that are waived, and count in the score.
    pub fn accepted(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| {
            finding.severity == Severity::Blocker
                && finding.status == Status::Waived
                && !finding.is_false_positive()
                && !finding.preview
        })
    }

    /// How many rules ended so.
    pub fn ended(&self, outcome: Outcome) -> usize {
        self.rules.iter().filter(|rule| rule.outcome == outcome).count()
    }

    /// Findings, then rules by outcome, then what was not read, each counted; zeros only where they matter.
    pub fn tally(&self) -> Vec<String> {
        let status = |status| self.findings.iter().filter(|finding| finding.status == status).count();
        let mut items = vec![count(status(Status::Open), "finding")];
        let known = self.baseline.as_ref().map_or(String::new(), |from| format!(" ({from})"));
        let known = format!("in the baseline{known}");
        let optional = [(status(Status::Waived), "waived"), (status(Status::Baseline), known.as_str())];
        items.extend(
            optional
                .iter()
                .filter(|(number, _)| *number > 0)
                .map(|(number, word)| format!("{number} {word}")),
        );
        items.push(format!("{} passed", self.ended(Outcome::Pass)));
        items.push(format!("{} not applicable", self.ended(Outcome::NotApplicable)));
        items.push(format!("{} undecided", self.ended(Outcome::Inconclusive)));
        let configured = [(self.tool.off.len(), "off"), (self.tool.reweighed.len(), "reweighed")];
        let configured = configured.iter().filter(|(number, _)| *number > 0);
        items.extend(configured.map(|(number, word)| format!("{} {word}", count(*number, "rule"))));
        if !self.syntax_errors.is_empty() {
            items.push(count(self.syntax_errors.len(), "syntax error"));
        }
        if !self.unread.is_empty() {
            items.push(format!("{} unread", self.unread.len()));
        }
        items
    }
}

impl Finding {
    /// Whether it counts at the gate.
    pub fn is_open(&self) -> bool {
        self.status == Status::Open
    }

    /// How it stands to the gate: `open`, `baseline`, or `waived until 2026-12-31: reason`.
    pub fn standing(&self) -> String {
        match &self.waiver {
            None => self.status.word().to_owned(),
            Some(waiver) => waiver.words(),
        }
    }

    /// Whether a waiver says that it is not so.
    pub fn is_false_positive(&self) -> bool {
        self.waiver.as_ref().is_some_and(|waiver| waiver.false_positive)
    }
}

impl Waived {
    /// The waiver in words, without its place.
    pub fn words(&self) -> String {
        let what = if self.false_positive { "waived as a false positive" } else { "waived" };
        format!("{what} until {}: {}", self.until, self.reason)
    }
}

impl Finding {
    /// Whether a report that does not show everything shows it: who has a baseline looks for what is new.
    pub(super) fn is_shown(&self, full: bool) -> bool {
        full || self.status != Status::Baseline
    }
}

impl Place {
    /// Whether it is a file as a whole rather than a part of it.
    pub fn is_whole_file(&self) -> bool {
        self.excerpt.is_none() && (self.line, self.end_column) == (1, self.column)
    }

    /// The place in words: with its line and column unless it is a file as a whole.
    pub fn words(&self) -> String {
        if self.is_whole_file() {
            self.path.clone()
        } else {
            format!("{}:{}:{}", self.path, self.line, self.column)
        }
    }
}

impl Cap {
    /// Whether a blocker brings it about rather than a category below 50.
    pub fn is_rule(&self) -> bool {
        self.rule.contains('/')
    }
}

impl Category {
    /// Points of the raw total that it costs: what it would add with a score of 100, less what it adds.
    /// `weights` is the sum of the weights of all categories as used.
    pub fn cost(&self, weights: f64) -> f64 {
        if self.score.is_none() || weights <= 0.0 {
            return 0.0;
        }
        (self.weight_used / weights * 100.0 - self.contribution).max(0.0)
    }
}
