//! What must hold of every score, whatever the repository.

use golive::score::{CapReason, Line, Pair, Parts, Score, State, change, credit, gains, plan, score};
use golive::verdict::{CATEGORIES, Polarity, Severity};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// The same cases in every run: a test does not depend on chance.
fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 2_000,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(2_026),
        ..ProptestConfig::default()
    }
}

/// Any rule with any outcome; failing ones have at least one failing subject.
fn line() -> impl Strategy<Value = Line> {
    let state = prop_oneof![
        8 => (1_u32..40, 0_u32..40).prop_map(|(checked, failing)| State::Judged { checked, failing: failing.min(checked) }),
        1 => Just(State::NotApplicable),
        1 => Just(State::Inconclusive),
    ];
    let severity = prop::sample::select(Severity::ALL.to_vec());
    let polarity = prop_oneof![2 => Just(Polarity::Control), 1 => Just(Polarity::Hazard)];
    (0..CATEGORIES.len(), severity, polarity, prop::bool::weighted(0.05), prop::bool::ANY, state).prop_map(
        |(category, severity, polarity, preview, capped, state)| Line {
            category,
            severity,
            polarity,
            preview,
            capped,
            // A hazard has no subjects but those that fail.
            state: match (polarity, state) {
                (Polarity::Hazard, State::Judged { failing, .. }) => {
                    State::Judged { checked: failing, failing }
                }
                (_, state) => state,
            },
            part_of: None,
        },
    )
}

fn lines() -> impl Strategy<Value = Vec<Line>> {
    prop::collection::vec(line(), 1..60)
}

/// A repository and one of its failing rules.
fn lines_and_failing() -> impl Strategy<Value = (Vec<Line>, usize)> {
    lines().prop_filter_map("nothing fails", |lines| {
        let index = lines.iter().position(Line::fails)?;
        Some((lines, index))
    })
}

fn with(lines: &[Line], index: usize, change: impl Fn(u32, u32) -> State) -> Vec<Line> {
    let mut changed = lines.to_vec();
    if let State::Judged { checked, failing } = changed[index].state {
        changed[index].state = change(checked, failing);
    }
    changed
}

/// Neither the raw score nor what is printed of it falls, and what stood against going live is no more than before.
fn no_worse(before: &Score, after: &Score) -> Result<(), TestCaseError> {
    prop_assert!(after.raw >= before.raw, "raw fell from {} to {}", before.raw, after.raw);
    prop_assert!(after.deploy || !before.deploy);
    if let (Some(before), Some(after)) = (before.total, after.total) {
        prop_assert!(after >= before, "total fell from {before} to {after}");
    }
    Ok(())
}

/// A rule in two audits, in whichever it was run; its weight may be another, its category may not.
fn pair() -> impl Strategy<Value = Pair> {
    let waived = (0_u32..3, 0_u32..3);
    (line(), line(), 0_u32..20, prop::bool::weighted(0.1), waived).prop_map(
        |(before, after, which, reweighed, waived)| {
            let same = Line { state: after.state, ..before.clone() };
            let weighed = Line { severity: after.severity, ..same.clone() };
            let failing = |line: &Line, most: u32| match line.state {
                State::Judged { checked, failing } => most.min(checked - failing),
                _ => 0,
            };
            let after = if reweighed { weighed } else { same };
            let waived = [failing(&before, waived.0), failing(&after, waived.1)];
            Pair { before: (which != 0).then_some(before), after: (which != 1).then_some(after), waived }
        },
    )
}

fn pairs() -> impl Strategy<Value = Vec<Pair>> {
    prop::collection::vec(pair(), 1..60)
}

fn side(pairs: &[Pair], of: fn(&Pair) -> Option<Line>) -> Score {
    score(&pairs.iter().filter_map(of).collect::<Vec<_>>())
}

fn minus(parts: Parts) -> Parts {
    let Parts { findings, applicability, waivers, ruleset } = parts;
    Parts { findings: -findings, applicability: -applicability, waivers: -waivers, ruleset: -ruleset }
}

/// What a line is before and after a change.
type Causes<'c> = dyn Fn(&Line) -> (Option<Line>, Option<Line>) + 'c;

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_parts_of_a_change_sum_to_it(pairs in pairs()) {
        let (before, after) = (side(&pairs, |pair| pair.before.clone()), side(&pairs, |pair| pair.after.clone()));
        let change = change(&pairs);
        prop_assert_eq!(i64::from(change.raw.sum()), i64::from(after.raw) - i64::from(before.raw));
        prop_assert_eq!(change.total.sum(), i32::from(after.held()) - i32::from(before.held()));
    }

    #[test]
    fn the_way_back_is_the_same_way(pairs in pairs()) {
        let plain = pairs.into_iter().map(|pair| match (&pair.before, &pair.after) {
            (Some(before), Some(after)) => Pair { after: Some(Line { state: after.state, ..before.clone() }), waived: [0, 0], ..pair },
            _ => Pair { waived: [0, 0], ..pair },
        });
        let there: Vec<Pair> = plain.collect();
        let back = there.iter().map(|pair| Pair { before: pair.after.clone(), after: pair.before.clone(), waived: [0, 0] });
        let (there, back) = (change(&there), change(&back.collect::<Vec<_>>()));
        prop_assert_eq!(there.raw, minus(back.raw));
        prop_assert_eq!(there.total, minus(back.total));
    }

    #[test]
    fn a_change_is_told_by_its_cause(lines in lines()) {
        let same = |of: &Causes<'_>| {
            let pairs = lines.iter().map(|line| {
                let (before, after) = of(line);
                Pair { before, after, waived: [0, 0] }
            });
            change(&pairs.collect::<Vec<_>>()).raw
        };
        let line = |line: &Line| Some(line.clone());
        prop_assert_eq!(same(&|it| (line(it), line(it))), Parts::default());
        let mended = same(&|it| (line(it), line(&it.mended())));
        prop_assert_eq!(mended, Parts { findings: mended.sum(), ..Parts::default() });
        prop_assert!(mended.findings >= 0);
        let new = same(&|it| (None, line(it)));
        prop_assert_eq!(new, Parts { ruleset: new.sum(), ..Parts::default() });
        let of = |it: &Line| Some(Line { state: State::NotApplicable, ..it.clone() });
        let entered = same(&|it| (of(it), line(&it.mended())));
        prop_assert_eq!(entered, Parts { applicability: entered.sum(), ..Parts::default() });
    }

    #[test]
    fn mending_a_subject_never_lowers_anything((lines, index) in lines_and_failing()) {
        let mended = with(&lines, index, |checked, failing| State::Judged { checked, failing: failing - 1 });
        no_worse(&score(&lines), &score(&mended))?;
    }

    #[test]
    fn deleting_a_failing_subject_never_lowers_anything((lines, index) in lines_and_failing()) {
        let deleted = with(&lines, index, |checked, failing| match checked {
            1 => State::NotApplicable,
            _ => State::Judged { checked: checked - 1, failing: failing - 1 },
        });
        // Deleting the last subject of a category takes the category with it: there may be nothing left to score.
        let after = score(&deleted);
        if after.categories.iter().any(|category| category.weight > 0) {
            no_worse(&score(&lines), &after)?;
        }
    }

    #[test]
    fn adding_a_failing_subject_never_raises_anything((lines, index) in lines_and_failing()) {
        let added = with(&lines, index, |checked, failing| State::Judged { checked: checked + 1, failing: failing + 1 });
        no_worse(&score(&added), &score(&lines))?;
    }

    #[test]
    fn a_rule_that_begins_to_fail_never_raises_anything(lines in lines(), new in line()) {
        let new = Line { state: State::Judged { checked: 1, failing: 1 }, ..new };
        let mut added = lines.clone();
        added.push(new);
        let before = score(&lines);
        if before.categories.iter().any(|category| category.weight > 0) {
            no_worse(&score(&added), &before)?;
        }
    }

    #[test]
    fn the_parts_sum_to_the_raw_total(lines in lines()) {
        let score = score(&lines);
        let sum: u32 = score.categories.iter().map(|category| category.contribution).sum();
        prop_assert_eq!(sum, score.raw);
        prop_assert!(score.raw <= 10_000);
    }

    #[test]
    fn the_total_is_the_raw_score_held_by_the_lowest_cap(lines in lines()) {
        let score = score(&lines);
        if let Some(total) = score.total {
            let held = score.caps.iter().map(|cap| u32::from(cap.at)).min().unwrap_or(100);
            prop_assert_eq!(u32::from(total), (score.raw / 100).min(held));
        }
        let blocked = score.caps.iter().any(|cap| matches!(cap.by, CapReason::Blocker(_)));
        prop_assert_eq!(score.deploy, !blocked);
    }

    #[test]
    fn no_gain_is_more_than_what_is_missing(lines in lines()) {
        let now = score(&lines);
        for gain in gains(&lines, &now) {
            prop_assert!(now.raw + gain <= 10_000);
        }
    }

    #[test]
    fn each_phase_leads_at_least_as_high_as_the_one_before(lines in lines()) {
        let mut last = 0;
        for phase in plan(&lines) {
            prop_assert!(phase.low <= phase.high);
            prop_assert!(phase.high >= last);
            last = phase.high;
        }
    }

    #[test]
    fn the_order_of_rules_does_not_matter(lines in lines()) {
        let mut reversed = lines.clone();
        reversed.reverse();
        let (there, back) = (score(&lines), score(&reversed));
        prop_assert_eq!(there.raw, back.raw);
        prop_assert_eq!(there.total, back.total);
        prop_assert_eq!(there.categories, back.categories);
    }
}

#[test]
fn one_of_ten_earns_as_much_as_five_hundred_of_five_thousand() {
    assert_eq!(credit(10, 1), credit(5_000, 500));
    assert_eq!(credit(10, 1), 6_750);
    assert_eq!(credit(7, 0), 10_000);
    assert_eq!(credit(7, 7), 0);
}
