//! Two reports held against each other: what is new, what is mended, and why the score changed.

mod findings;
mod parts;
pub(super) mod words;

use super::{
    COMPARISON_VERSION, CategoryChange, Comparison, Polarity, Report, Rule, Rulesets, Severity, Side,
};

/// Holds a later report against an earlier one; `named` is what each was called by who compares them.
pub fn compare(before: &Report, after: &Report, named: [&str; 2]) -> Comparison {
    let rules = rulesets(before, after);
    let found = findings::compare(before, after, &rules);
    Comparison {
        schema_version: COMPARISON_VERSION.to_owned(),
        before: side(before, named[0]),
        after: side(after, named[1]),
        rules,
        score: parts::score(before, after),
        categories: categories(before, after),
        new: found.new,
        changed: found.changed,
        mended: found.mended,
        unchanged: found.unchanged,
    }
}

impl Comparison {
    /// The totals before and after, the later without what other rules than those of the earlier brought: what a score
    /// fell by is what the repository lost.
    pub fn totals(&self) -> (Option<u8>, Option<u8>) {
        let by_rules = self.score.map_or(0.0, |score| score.total_parts.ruleset);
        let after = self.after.total.map(|after| f64::from(after) - by_rules);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 100")]
        let after = after.map(|after| after.clamp(0.0, 100.0).round() as u8);
        (self.before.total, after)
    }
}

fn side(report: &Report, named: &str) -> Side {
    let open = report.findings.iter().filter(|finding| finding.is_open()).count();
    Side {
        named: named.to_owned(),
        tool: report.tool.clone(),
        repository: report.repository.clone(),
        total: report.score.total,
        raw: report.score.raw,
        no_score: report.score.no_number(),
        verdict: report.score.verdict,
        deploy: report.score.deploy,
        open: open as u64,
        blockers: report.open(Severity::Blocker).count() as u64,
    }
}

fn rulesets(before: &Report, after: &Report) -> Rulesets {
    let mut rules = Rulesets {
        same: before.tool.ruleset == after.tool.ruleset,
        shared: 0,
        before_only: vec![],
        after_only: vec![],
        reweighed: vec![],
    };
    let weight =
        |rule: &Rule| (rule.severity, matches!(rule.polarity, Polarity::Hazard), rule.preview, rule.capped);
    for (earlier, later) in parts::pairs(before, after) {
        match (earlier, later) {
            (Some(earlier), Some(later)) => {
                rules.shared += 1;
                if weight(earlier) != weight(later) {
                    rules.reweighed.push(later.id.clone());
                }
            }
            (Some(earlier), None) => rules.before_only.push(earlier.id.clone()),
            (None, Some(later)) => rules.after_only.push(later.id.clone()),
            (None, None) => {}
        }
    }
    rules
}

fn categories(before: &Report, after: &Report) -> Vec<CategoryChange> {
    let earlier = |id: &str| before.score.categories.iter().find(|category| category.id == id)?.score;
    let later = after.score.categories.iter();
    let changes = later.map(|category| {
        let (before, after) = (earlier(&category.id), category.score);
        // Both have one decimal; their difference has no more.
        let change = before.zip(after).map(|(before, after)| ((after - before) * 10.0).round() / 10.0 + 0.0);
        CategoryChange { id: category.id.clone(), before, after, change }
    });
    changes.collect()
}
