//! What judging a rule leaves: outcomes and findings, made of places and text only.
//!
//! A finding knows nothing of rules, configuration or formats: those look at findings, never the other way round.

mod category;
mod fingerprint;
mod waiver;

pub use category::{CATEGORIES, Category};
pub use fingerprint::Fingerprint;
pub use waiver::{Scope, Settled, State, Waiver, Written};

use crate::facts::Label;
use crate::source::Place;

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Nothing goes live with it.
    Blocker,
    /// Mend before the launch.
    High,
    /// Mend soon.
    Medium,
    /// Mend when passing by.
    Low,
    /// Worth knowing.
    Info,
}

impl Severity {
    /// All of them, gravest first.
    pub const ALL: [Self; 5] = [Self::Blocker, Self::High, Self::Medium, Self::Low, Self::Info];

    /// The word rules and reports use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Blocker => "blocker",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
            Self::Info => "info",
        }
    }

    /// The severity of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.word() == word)
    }
}

/// What silence means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Polarity {
    /// Something that has to be there: it earns points.
    Control,
    /// Something that must not be there: silence earns nothing.
    Hazard,
}

/// How a rule ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// All its subjects satisfy it.
    Pass,
    /// Some subject does not.
    Fail,
    /// There is nothing here that it speaks of.
    NotApplicable,
    /// The repository does not show what would decide it.
    Inconclusive {
        /// What is missing, in a sentence.
        because: String,
    },
}

/// Something to mend: one message, at one or more places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// A sentence about this repository.
    pub message: String,
    /// Where it is so; several when equal messages were folded. Never empty.
    pub places: Vec<Place>,
    /// What each of these places stands for, in their order.
    pub parts: Vec<Part>,
    /// Places that belong to it, with what is to be seen there.
    pub also: Vec<Label>,
    /// How many subjects of the rule it stands for.
    pub subjects: u32,
    /// Identifies it by its content, see [`Fingerprint`]; empty until all findings of its rule are known.
    pub fingerprint: String,
    /// The number of the waiver that covers it, among those of the repository.
    pub waiver: Option<usize>,
}

/// What a place of a finding stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// How many subjects of the rule.
    pub subjects: u32,
    /// Identifies the place among those of the finding; none where the finding has no other.
    pub fingerprint: Option<String>,
}

/// A rule's verdict on a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// How it ended.
    pub outcome: Outcome,
    /// Subjects judged.
    pub checked: u32,
    /// Subjects that fail.
    pub failing: u32,
    /// What to mend; empty unless it failed by itself. Of one that passes, what was found and is not so.
    pub findings: Vec<Finding>,
    /// The failing rule that this one refines: it counts as failing with it, and is mended with it.
    pub part_of: Option<String>,
    /// What is in place, where the rule says so.
    pub strength: Option<(String, Place)>,
}

impl Verdict {
    /// The verdict of a rule that has nothing to judge here.
    pub fn not_applicable() -> Self {
        Self {
            outcome: Outcome::NotApplicable,
            checked: 0,
            failing: 0,
            findings: Vec::new(),
            part_of: None,
            strength: None,
        }
    }

    /// Whether it failed, by itself or with the rule it refines.
    pub fn failed(&self) -> bool {
        self.outcome == Outcome::Fail
    }
}
