//! Rules × facts → verdicts. Rules run in parallel; none sees another until waivers are held against what was found, and
//! rules that refine others are settled.

mod fingerprint;
mod identify;
mod join;
mod judge;
mod proof;
mod refine;
mod waive;

pub use proof::{Complaint, Proof};

use std::time::{Duration, Instant};

use rayon::prelude::*;

use crate::facts::{Kind as _, Store, Waiver};
use crate::rules::{Catalogue, Rule};
use crate::source::Tree;
use crate::verdict::{Settled, Verdict};

/// What comes of judging a repository.
#[derive(Debug)]
pub struct Judged {
    /// The verdicts in the order of the catalogue's rules, each with the time it took.
    pub verdicts: Vec<(Verdict, Duration)>,
    /// Every waiver, and what it is for.
    pub waivers: Vec<Settled>,
}

/// Judges a repository. The facts about waivers are completed: whether each holds shows in what the other rules found.
pub fn judge(catalogue: &Catalogue, tree: &Tree, facts: &mut Store) -> Judged {
    let mut verdicts = each(catalogue, tree, facts, |rule| !is_about_waivers(rule));
    let waivers = waive::settle(catalogue, tree, facts, &mut verdicts);
    let about_waivers = each(catalogue, tree, facts, is_about_waivers);
    for ((rule, verdict), later) in catalogue.rules().iter().zip(&mut verdicts).zip(about_waivers) {
        if is_about_waivers(rule) {
            *verdict = later;
        }
    }
    refine::settle(catalogue, &mut verdicts);
    Judged { verdicts, waivers }
}

/// The verdict of each rule by itself; those that are not `wanted` judge nothing.
fn each(
    catalogue: &Catalogue,
    tree: &Tree,
    facts: &Store,
    wanted: impl Fn(&Rule) -> bool + Sync,
) -> Vec<(Verdict, Duration)> {
    let judge = |rule: &Rule| {
        if !wanted(rule) {
            return (Verdict::not_applicable(), Duration::ZERO);
        }
        let start = Instant::now();
        let mut verdict = judge::rule(rule, facts);
        identify::findings(tree, rule, &mut verdict.findings);
        (verdict, start.elapsed())
    };
    catalogue.rules().par_iter().map(|rule| judge(rule)).collect()
}

/// Whether a rule speaks of waivers: it is judged last, and cannot be waived.
fn is_about_waivers(rule: &Rule) -> bool {
    rule.kinds().any(|kind| kind == Waiver::SCHEMA.name)
}
