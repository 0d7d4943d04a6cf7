//! A rule as the engine judges it: every name resolved, every number counted.

use super::{Condition, Template};
use crate::facts::KindSchema;
use crate::verdict::{Fingerprint, Polarity, Severity};

/// A rule, ready to be judged.
#[derive(Debug, Clone)]
pub struct Rule {
    /// `category/problem`.
    pub id: String,
    /// The problem in a sentence.
    pub title: String,
    /// How grave it is.
    pub severity: Severity,
    /// Minutes it takes to mend once.
    pub effort: u32,
    /// Why it matters, in Markdown.
    pub why: String,
    /// How to mend it, in Markdown.
    pub fix: String,
    /// Standards and rules of other tools that speak of the same.
    pub references: Vec<String>,
    /// Ids of the rules it makes sense within.
    pub refines: Vec<String>,
    /// Reported, but without a part in the score.
    pub preview: bool,
    /// On a blocker: holds the total at 59 rather than 84.
    pub capped: bool,
    /// What it points at is secret: no excerpt of it is ever printed.
    pub sensitive: bool,
    /// Facts that must exist for it to speak.
    pub when: Vec<Pattern>,
    /// Facts that silence it.
    pub unless: Vec<Pattern>,
    /// What it demands.
    pub sentence: Sentence,
    /// What leaves a failing subject undecided.
    pub undecided: Vec<Doubt>,
    /// What a finding says.
    pub message: Template,
    /// What is said where it holds.
    pub strength: Option<Template>,
    /// Of the text it was compiled from.
    pub written: Fingerprint,
}

/// What a rule demands.
#[derive(Debug, Clone)]
pub enum Sentence {
    /// Each subject satisfies the conditions and the join.
    Every {
        /// Who is judged.
        subject: Pattern,
        /// What each must be.
        is: Vec<Condition>,
        /// What each must have or lack.
        join: Option<Join>,
    },
    /// At least one such fact exists.
    Require(Pattern),
    /// No such fact exists.
    Forbid {
        /// What must not be.
        subject: Pattern,
        /// Only where it also has, or lacks, this.
        join: Option<Join>,
    },
    /// The regular expression matches nowhere.
    Match {
        /// The expression; a group named `secret` narrows the place.
        regex: String,
        /// Where it counts: conditions on the fact `text`.
        subject: Pattern,
    },
}

/// Facts of a kind that satisfy conditions.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// The kind.
    pub kind: &'static KindSchema,
    /// What each must satisfy.
    pub conditions: Vec<Condition>,
}

/// Another fact that a subject must have, or lack.
#[derive(Debug, Clone)]
pub struct Join {
    /// `has` or `lacks`.
    pub wanted: bool,
    /// The other fact.
    pub pattern: Pattern,
    /// How far to look for it.
    pub within: Scope,
}

/// How far from the subject another fact may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Anywhere.
    Repo,
    /// In a file of the same package.
    Package,
    /// In the same file.
    File,
}

/// Something that leaves a failing subject undecided.
#[derive(Debug, Clone)]
pub struct Doubt {
    /// The fact that raises it.
    pub join: Join,
    /// Why, in a sentence.
    pub because: String,
}

impl Rule {
    /// The kinds of facts that it speaks of: its sentence and its doubts, then `when` and `unless`.
    pub fn kinds(&self) -> impl Iterator<Item = &'static str> {
        let (subject, join) = match &self.sentence {
            Sentence::Every { subject, join, .. } | Sentence::Forbid { subject, join } => {
                (subject, join.as_ref())
            }
            Sentence::Require(subject) | Sentence::Match { subject, .. } => (subject, None),
        };
        let joins = join.into_iter().chain(self.undecided.iter().map(|doubt| &doubt.join));
        let sentence = std::iter::once(subject).chain(joins.map(|join| &join.pattern));
        sentence.chain(&self.when).chain(&self.unless).map(|pattern| pattern.kind.name)
    }

    /// The part of the id before the slash.
    pub fn category(&self) -> &str {
        self.id.split_once('/').map_or(self.id.as_str(), |(category, _)| category)
    }

    /// Whether silence earns points.
    pub fn polarity(&self) -> Polarity {
        match self.sentence {
            Sentence::Every { .. } | Sentence::Require(_) => Polarity::Control,
            Sentence::Forbid { .. } | Sentence::Match { .. } => Polarity::Hazard,
        }
    }

    /// The regular expression it looks for in the text of files, if it does.
    pub fn text_pattern(&self) -> Option<&str> {
        match &self.sentence {
            Sentence::Match { regex, .. } => Some(regex),
            _ => None,
        }
    }
}
