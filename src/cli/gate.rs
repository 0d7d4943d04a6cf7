//! The gate: what is asked of a report, which of it holds, and the exit code that follows.

use super::Exit;
use super::args::{FailOn, GateArgs};
use crate::report::words::{count, first_of};
use crate::report::{Finding, Report, Severity};

/// What is asked of a report, and what an answer needs beside it.
#[derive(Debug)]
pub(super) struct Gate<'a> {
    /// The conditions, as they were given.
    pub(super) asked: &'a GateArgs,
    /// How far the score may fall and from where it came; none where nothing is compared.
    pub(super) lost: Option<Fall>,
    /// What keeps the audit from having seen everything, each counted.
    pub(super) missing: Vec<String>,
}

/// A score, compared with an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fall {
    /// The most whole points of the total that may be lost.
    pub(super) at_most: u8,
    /// The total that was; none where there was no score.
    pub(super) before: Option<u8>,
    /// The total that is, by the same rules; none where there is no score.
    pub(super) after: Option<u8>,
}

/// One thing that is asked of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Condition {
    /// How the audit ends where it does not hold.
    exit: Exit,
    /// Why it does not hold; none where it does.
    broken: Option<String>,
}

/// How a gate stands: its conditions, in the order in which they are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Standing(Vec<Condition>);

impl Gate<'_> {
    /// Holds every condition against the report.
    pub(super) fn stands(&self, report: &Report) -> Standing {
        let mut conditions = vec![];
        let mut ask = |exit, broken| conditions.push(Condition { exit, broken });
        if let FailOn::Severity(from) = self.asked.fail_on {
            ask(Exit::Fails, too_grave(report, from));
        }
        if let Some(least) = self.asked.min_score {
            ask(Exit::Fails, too_low(report, least));
        }
        if let Some(drop) = self.lost {
            ask(Exit::Fails, drop.too_far());
        }
        if self.asked.strict {
            let missing = (!self.missing.is_empty()).then(|| self.missing.join(", "));
            let broken = missing.map(|missing| format!("{missing}, which --strict does not allow"));
            ask(Exit::Incomplete, broken);
        }
        Standing(conditions)
    }
}

impl Standing {
    /// The exit code: of several broken conditions the first decides.
    pub(super) fn exit(&self) -> Exit {
        let broken = self.0.iter().find(|condition| condition.broken.is_some());
        broken.map_or(Exit::Holds, |condition| condition.exit)
    }

    /// What shuts the gate, in a line; none where it is open.
    pub(super) fn last_line(&self) -> Option<String> {
        let broken: Vec<&str> = self.0.iter().filter_map(|condition| condition.broken.as_deref()).collect();
        (!broken.is_empty()).then(|| format!("golive: the gate is shut: {}", broken.join("; ")))
    }
}

/// Open findings of this severity or a graver one, counted and named by their rules. What is only previewed counts
/// nowhere.
fn too_grave(report: &Report, from: Severity) -> Option<String> {
    let counts = |finding: &&Finding| !finding.preview && finding.severity <= from;
    let of = |severity| report.open(severity).filter(counts).count();
    let parts = Severity::ALL.into_iter().map(|severity| (of(severity), severity));
    let parts = parts.filter(|(number, _)| *number > 0).map(|(number, severity)| match severity {
        Severity::Blocker => count(number, "open blocker"),
        other => count(number, &format!("open {} finding", other.word())),
    });
    let parts: Vec<String> = parts.collect();
    let mut rules: Vec<&str> = vec![];
    for finding in Severity::ALL.into_iter().flat_map(|severity| report.open(severity)).filter(counts) {
        if !rules.contains(&finding.rule.as_str()) {
            rules.push(&finding.rule);
        }
    }
    let asked = match from {
        Severity::Blocker => String::new(), // the word is said already
        from => format!(", with --fail-on {}", from.word()),
    };
    (!parts.is_empty()).then(|| format!("{} ({}){asked}", parts.join(", "), first_of(&rules)))
}

/// Why the total is not so high. No score is none that is high enough.
fn too_low(report: &Report, least: u8) -> Option<String> {
    let Some(total) = report.score.total else {
        let next = if report.score.decided < 60 {
            "check in what the undecided rules ask for, or leave --min-score out"
        } else {
            "run all rules, without --only and --skip, or leave --min-score out"
        };
        let why = report.score.no_number().unwrap_or_default();
        return Some(format!("there is no score to hold against --min-score {least}: {why}; {next}"));
    };
    (total < least).then(|| format!("score {total} is below --min-score {least}"))
}

impl Fall {
    fn too_far(self) -> Option<String> {
        let Self { at_most, before, after } = self;
        let (Some(before), Some(after)) = (before, after) else {
            let which = if after.is_none() { "this audit has" } else { "what it is compared with had" };
            return Some(format!(
                "--max-drop {at_most} cannot be told, since {which} no score; compare whole audits, or leave it out"
            ));
        };
        let lost = before.saturating_sub(after);
        let points = count(usize::from(lost), "point");
        (lost > at_most).then(|| {
            format!("the score fell by {points}, from {before} to {after}, more than --max-drop {at_most}")
        })
    }
}

#[cfg(test)]
mod tests;
