//! What a repository accepts for a time: findings that stay in the score, and close no gate until a day.

use jiff::civil::Date;

use crate::source::{Place, Span};

/// A waiver as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    /// The rule it waives.
    pub rule: String,
    /// What of its findings.
    pub scope: Scope,
    /// Why.
    pub reason: String,
    /// The last day on which it holds; none where it names none, and is malformed.
    pub until: Option<Date>,
    /// What was found is not so: it counts as mended in the score.
    pub false_positive: bool,
    /// Where it stands.
    pub written: Written,
}

/// What of a rule's findings a waiver is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// All of them.
    Everywhere,
    /// Those in files whose paths a glob matches.
    Path(String),
    /// One finding, or one of its places.
    Fingerprint(String),
    /// Those in one file.
    File(Place),
    /// Those that begin or end within a place: a line.
    Line(Place),
    /// None: a comment that no code follows.
    Nothing,
}

/// Where a waiver stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// In the configuration: its file as the report names it, and the place in its text.
    Configuration {
        /// Relative to the root where it is below that.
        file: String,
        /// Where in the file.
        span: Span,
        /// The line of it, from 1.
        line: u32,
    },
    /// In a comment.
    Comment(Place),
}

/// Whether a waiver holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It holds.
    Active,
    /// Its last day is over.
    Expired,
    /// It is for nothing that was found.
    Unused,
    /// It waives nothing: what is wrong with it, and what to write.
    Malformed(String),
}

/// A waiver, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// As it was written.
    pub waiver: Waiver,
    /// Whether it holds.
    pub state: State,
    /// Fingerprints of the findings it is for, of their places where it is for some of them only.
    pub findings: Vec<String>,
}
