//! What the score needs to know of a rule's verdict: one line of the sum.

use std::sync::Arc;

use crate::rules::Rule;
use crate::verdict::{CATEGORIES, Outcome, Polarity, Severity, Verdict};

/// One rule's part in the sum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Index into [`CATEGORIES`].
    pub category: usize,
    /// How grave it is.
    pub severity: Severity,
    /// Whether it earns or costs.
    pub polarity: Polarity,
    /// Reported only.
    pub preview: bool,
    /// On a blocker: holds the total at 59 rather than 84.
    pub capped: bool,
    /// How it ended.
    pub state: State,
    /// The line it is mended with: that of the failing rule it refines.
    pub part_of: Option<usize>,
}

/// How a rule ended, in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Of so many subjects, so many fail.
    Judged {
        /// Subjects.
        checked: u32,
        /// Failing ones.
        failing: u32,
    },
    /// It leaves the mean.
    NotApplicable,
    /// It leaves the mean, and counts as undecided.
    Inconclusive,
}

impl Line {
    /// Whether some subject fails.
    pub fn fails(&self) -> bool {
        matches!(self.state, State::Judged { failing, .. } if failing > 0)
    }

    /// Whether it stands against going live.
    pub fn blocks(&self) -> bool {
        !self.preview && self.severity == Severity::Blocker && self.fails()
    }

    /// The same with all its subjects mended.
    #[must_use]
    pub fn mended(&self) -> Self {
        let state = match self.state {
            State::Judged { checked, .. } => State::Judged { checked, failing: 0 },
            state => state,
        };
        Self { state, ..self.clone() }
    }
}

/// The lines of these rules and their verdicts, in the same order.
pub fn lines<'r>(rules: &[Arc<Rule>], verdicts: impl IntoIterator<Item = &'r Verdict>) -> Vec<Line> {
    let line = |(rule, verdict): (&Arc<Rule>, &Verdict)| Line {
        category: CATEGORIES
            .iter()
            .position(|category| category.id == rule.category())
            .unwrap_or(CATEGORIES.len() - 1),
        severity: rule.severity,
        polarity: rule.polarity(),
        preview: rule.preview,
        capped: rule.capped,
        state: match verdict.outcome {
            Outcome::NotApplicable => State::NotApplicable,
            Outcome::Inconclusive { .. } => State::Inconclusive,
            Outcome::Pass | Outcome::Fail => {
                State::Judged { checked: verdict.checked, failing: verdict.failing }
            }
        },
        part_of: verdict.part_of.as_ref().and_then(|parent| rules.iter().position(|rule| &rule.id == parent)),
    };
    rules.iter().zip(verdicts).map(line).collect()
}
