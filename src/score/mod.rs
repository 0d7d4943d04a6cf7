//! Verdicts → score, caps and plan: scoring model 1, in integer arithmetic only.
//!
//! One function, [`score`], counts the score, the points of a finding and the projection of the plan.

mod change;
mod line;
mod plan;

pub use change::{Change, Pair, Parts, change};
pub use line::{Line, State, lines};
pub use plan::{PHASES, Phase, gains, phase_of, plan};

use crate::verdict::{CATEGORIES, Polarity, Severity};

/// The name of the model, printed with every score.
pub const MODEL: &str = "1";

/// Ten-thousandths in a whole credit.
pub const WHOLE: u64 = 10_000;

/// Points are counted in billionths, so that what is cut off stays far below anything printed.
const FINE: u128 = 1_000_000_000;

/// Weight of applicable controls from which a category's evidence counts in full.
const FULL_EVIDENCE: u64 = 24;

/// The score of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Score {
    /// Whole points of 100 after caps, rounded down; `None` where the evidence is insufficient.
    pub total: Option<u8>,
    /// Hundredths of a point of 100 before caps, rounded down.
    pub raw: u32,
    /// Percent of the applicable weight that could be decided, rounded down.
    pub decided: u8,
    /// No blocker is open.
    pub deploy: bool,
    /// What holds the total down: the highest total it allows, and the index of the line or category.
    pub caps: Vec<Cap>,
    /// One for each of [`CATEGORIES`].
    pub categories: Vec<CategoryScore>,
}

impl Score {
    /// Whole points of 100 after caps, rounded down, whatever the evidence.
    pub fn held(&self) -> u8 {
        let whole = u8::try_from(self.raw / 100).unwrap_or(100);
        self.caps.iter().map(|cap| cap.at).fold(whole, u8::min)
    }
}

/// A limit on the total.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cap {
    /// The highest total it allows.
    pub at: u8,
    /// What brings it about.
    pub by: CapReason,
}

/// What holds a total down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CapReason {
    /// The failing blocker of this line.
    Blocker(usize),
    /// This category, of weight 10 or more, is under 50.
    Category(usize),
}

/// The score of a category and its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CategoryScore {
    /// Σ w·credit over applicable controls, in ten-thousandths.
    pub earned: u64,
    /// Σ w over applicable controls.
    pub possible: u64,
    /// H: Σ h·(1−credit) over failing hazards, in ten-thousandths.
    pub hazard: u64,
    /// Billionths of a point of 100; `None` where no control is applicable.
    pub fine: Option<u128>,
    /// Its weight as used: twenty-fourths of a point of the model.
    pub weight: u64,
    /// What it adds to the raw total, in hundredths of a point; these sum to the raw total.
    pub contribution: u32,
}

impl CategoryScore {
    /// Hundredths of a point of 100, rounded down.
    pub fn hundredths(&self) -> Option<u32> {
        self.fine.map(|fine| u32::try_from(fine * 100 / FINE).unwrap_or(u32::MAX))
    }
}

/// The weight of a control.
pub fn control_weight(severity: Severity) -> u64 {
    match severity {
        Severity::Blocker => 16,
        Severity::High => 8,
        Severity::Medium => 4,
        Severity::Low => 1,
        Severity::Info => 0,
    }
}

/// What a hazard that is found costs.
pub fn hazard_weight(severity: Severity) -> u64 {
    match severity {
        Severity::Blocker => 40,
        Severity::High => 15,
        Severity::Medium => 6,
        Severity::Low => 2,
        Severity::Info => 0,
    }
}

/// Credit of a rule of which `failing` of `checked` subjects fail, in ten-thousandths.
pub fn credit(checked: u32, failing: u32) -> u64 {
    if failing == 0 {
        return WHOLE;
    }
    let (checked, failing) = (u64::from(checked.max(failing)), u64::from(failing));
    WHOLE * 3 * (checked - failing) / (4 * checked)
}

/// The score of these lines.
pub fn score(lines: &[Line]) -> Score {
    let mut categories = vec![CategoryScore::default(); CATEGORIES.len()];
    for line in lines.iter().filter(|line| !line.preview) {
        if let State::Judged { checked, failing } = line.state {
            let credit = credit(checked, failing);
            let category = &mut categories[line.category];
            match line.polarity {
                Polarity::Control => {
                    category.earned += control_weight(line.severity) * credit;
                    category.possible += control_weight(line.severity);
                }
                Polarity::Hazard => category.hazard += hazard_weight(line.severity) * (WHOLE - credit),
            }
        }
    }
    for (category, model) in categories.iter_mut().zip(CATEGORIES) {
        weigh(category, model.weight);
    }
    let raw = share_out(&mut categories);
    let caps = caps(lines, &categories);
    let decided = decided(lines);
    let scored = categories.iter().any(|category| category.weight > 0);
    let deploy = !lines.iter().any(Line::blocks);
    let mut score = Score { total: None, raw, decided, deploy, caps, categories };
    score.total = (decided >= 60 && scored).then_some(score.held());
    score
}

/// Counts a category from its sums: 100 · earned/possible · 100/(100+H), and its weight from its evidence.
fn weigh(category: &mut CategoryScore, weight: u32) {
    if category.possible == 0 {
        return;
    }
    let (earned, possible) = (u128::from(category.earned), u128::from(category.possible));
    let whole = u128::from(WHOLE);
    let hundred = 100 * whole;
    let dampened = hundred + u128::from(category.hazard);
    category.fine = Some(100 * FINE * earned * hundred / (possible * whole * dampened));
    category.weight = u64::from(weight) * category.possible.min(FULL_EVIDENCE);
}

/// The weighted mean in hundredths of a point, handed out to the categories so that their parts sum to it.
fn share_out(categories: &mut [CategoryScore]) -> u32 {
    let weights: u128 = categories.iter().map(|category| u128::from(category.weight)).sum();
    if weights == 0 {
        return 0;
    }
    let part = |category: &CategoryScore| u128::from(category.weight) * category.fine.unwrap_or(0) * 100;
    let divisor = weights * FINE;
    let raw = categories.iter().map(part).sum::<u128>() / divisor;
    let mut order: Vec<usize> = (0..categories.len()).collect();
    order.sort_by_key(|index| (std::cmp::Reverse(part(&categories[*index]) % divisor), *index));
    let mut left = raw - categories.iter().map(|category| part(category) / divisor).sum::<u128>();
    for index in order {
        let extra = left.min(1);
        left -= extra;
        let contribution = part(&categories[index]) / divisor + extra;
        categories[index].contribution = u32::try_from(contribution).unwrap_or(u32::MAX);
    }
    u32::try_from(raw).unwrap_or(u32::MAX)
}

fn caps(lines: &[Line], categories: &[CategoryScore]) -> Vec<Cap> {
    let blockers = lines.iter().enumerate().filter(|(_, line)| line.blocks());
    let mut caps: Vec<Cap> = blockers
        .map(|(index, line)| Cap { at: if line.capped { 59 } else { 84 }, by: CapReason::Blocker(index) })
        .collect();
    for (index, category) in categories.iter().enumerate() {
        if CATEGORIES[index].weight >= 10 && category.fine.is_some_and(|fine| fine < 50 * FINE) {
            caps.push(Cap { at: 84, by: CapReason::Category(index) });
        }
    }
    caps.sort_by_key(|cap| cap.at);
    caps
}

/// Percent of the applicable weight that was decided, rounded down; 100 where nothing is applicable.
fn decided(lines: &[Line]) -> u8 {
    let weight = |wanted: fn(&State) -> bool| -> u64 {
        let lines = lines.iter().filter(|line| !line.preview && wanted(&line.state));
        lines.map(|line| control_weight(line.severity)).sum()
    };
    let decided = weight(|state| matches!(state, State::Judged { .. }));
    let open = weight(|state| *state == State::Inconclusive);
    u8::try_from((decided * 100).checked_div(decided + open).unwrap_or(100)).unwrap_or(100)
}
