//! Why the score changed, counted again from the rules of both reports.

use std::collections::BTreeMap;

use crate::report::sum;
use crate::report::{Parts, Report, Rule, ScoreChange};
use crate::score::{self, Pair};

/// The rules of two reports, each with itself, by id.
pub(super) fn pairs<'r>(before: &'r Report, after: &'r Report) -> Vec<(Option<&'r Rule>, Option<&'r Rule>)> {
    let mut pairs: BTreeMap<&str, (Option<&Rule>, Option<&Rule>)> = BTreeMap::new();
    for rule in &before.rules {
        pairs.entry(&rule.id).or_default().0 = Some(rule);
    }
    for rule in &after.rules {
        pairs.entry(&rule.id).or_default().1 = Some(rule);
    }
    pairs.into_values().collect()
}

/// How the score changed; none where there are not two, or two that were counted differently.
pub(super) fn score(before: &Report, after: &Report) -> Option<ScoreChange> {
    before.score.total.and(after.score.total)?;
    if [before, after].iter().any(|report| report.tool.scoring_model != score::MODEL) {
        return None;
    }
    let false_positives =
        |rule: Option<&Rule>| rule.map_or(0, |rule| u32::try_from(rule.false_positives).unwrap_or(u32::MAX));
    let pair = |(before, after): &(Option<&Rule>, Option<&Rule>)| Pair {
        before: before.and_then(sum::line),
        after: after.and_then(sum::line),
        waived: [false_positives(*before), false_positives(*after)],
    };
    let change = score::change(&pairs(before, after).iter().map(pair).collect::<Vec<_>>());
    Some(ScoreChange {
        total: change.total.sum(),
        total_parts: parts(change.total, 1.0),
        raw: points(change.raw.sum(), 100.0),
        raw_parts: parts(change.raw, 100.0),
    })
}

fn parts(parts: score::Parts, unit: f64) -> Parts {
    Parts {
        findings: points(parts.findings, unit),
        applicability: points(parts.applicability, unit),
        waivers: points(parts.waivers, unit),
        ruleset: points(parts.ruleset, unit),
    }
}

fn points(number: i32, unit: f64) -> f64 {
    f64::from(number) / unit
}
