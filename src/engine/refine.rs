//! Rules that make sense only where another holds: while that one fails, they count as failing with it.

use std::collections::HashMap;
use std::time::Duration;

use crate::rules::Catalogue;
use crate::verdict::{Outcome, Polarity, Verdict};

/// Settles all rules that refine others. A control counts as failing while its parent fails, and nothing is reported
/// of it; a hazard that was found is reported with its parent only.
pub(super) fn settle(catalogue: &Catalogue, verdicts: &mut [(Verdict, Duration)]) {
    let index: HashMap<&str, usize> =
        catalogue.rules().iter().enumerate().map(|(index, rule)| (rule.id.as_str(), index)).collect();
    let mut changed = true;
    while changed {
        changed = false;
        for (child, rule) in catalogue.rules().iter().enumerate() {
            let parents = rule.refines.iter().filter_map(|id| index.get(id.as_str()));
            let failing = parents.copied().find(|parent| *parent != child && verdicts[*parent].0.failed());
            if let Some(parent) = failing
                && subsume(&mut verdicts[child].0, rule.polarity(), &catalogue.rules()[parent].id)
            {
                changed = true;
            }
        }
    }
}

/// Makes `verdict` part of its failing parent; says whether that changed it.
fn subsume(verdict: &mut Verdict, polarity: Polarity, parent: &str) -> bool {
    let counts = match polarity {
        Polarity::Control => verdict.outcome != Outcome::NotApplicable,
        Polarity::Hazard => verdict.failed(),
    };
    if !counts || verdict.part_of.is_some() {
        return false;
    }
    verdict.outcome = Outcome::Fail;
    verdict.checked = verdict.checked.max(1);
    verdict.failing = verdict.checked;
    verdict.findings.clear();
    verdict.strength = None;
    verdict.part_of = Some(parent.to_owned());
    true
}
