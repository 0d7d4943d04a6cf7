//! Rules × facts → verdicts. Rules run in parallel; none sees another until those that refine others are settled.

mod join;
mod judge;
mod proof;
mod refine;

pub use proof::{Complaint, Proof};

use std::time::{Duration, Instant};

use rayon::prelude::*;

use crate::facts::Store;
use crate::rules::Catalogue;
use crate::verdict::Verdict;

/// The verdicts on a repository, in the order of the catalogue's rules, each with the time it took.
pub fn judge(catalogue: &Catalogue, facts: &Store) -> Vec<(Verdict, Duration)> {
    let mut verdicts: Vec<_> = catalogue
        .rules()
        .par_iter()
        .map(|rule| {
            let start = Instant::now();
            (judge::rule(rule, facts), start.elapsed())
        })
        .collect();
    refine::settle(catalogue, &mut verdicts);
    verdicts
}
