//! What mending brings: points of single rules, and the phases of the plan.

use super::{Line, Score, State, score};
use crate::verdict::{CATEGORIES, Severity};

/// A step of the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phase {
    /// From 1.
    pub number: u32,
    /// Indices of the lines that it mends.
    pub lines: Vec<usize>,
    /// The total after it, with undecided rules counted as failing.
    pub low: u8,
    /// The total after it, with undecided rules counted as passing.
    pub high: u8,
}

/// What each phase is about, in their order.
pub const PHASES: [&str; 4] =
    ["Blockers, and what leaks or lets in", "Before the launch", "Soon after", "When passing by"];

/// For each line, the hundredths of a point that the raw total gains by mending it and what is mended with it.
pub fn gains(lines: &[Line], now: &Score) -> Vec<u32> {
    let gain = |index: usize| {
        if !lines[index].fails() || lines[index].preview || lines[index].part_of.is_some() {
            return 0;
        }
        score(&mended(lines, &|line| line == index)).raw.saturating_sub(now.raw)
    };
    (0..lines.len()).map(gain).collect()
}

/// The phase in which a failing line is mended.
pub fn phase_of(line: &Line) -> u32 {
    let guarded = matches!(CATEGORIES[line.category].id, "secrets" | "security");
    match line.severity {
        Severity::Blocker => 1,
        Severity::High if guarded => 1,
        Severity::High => 2,
        Severity::Medium => 3,
        Severity::Low | Severity::Info => 4,
    }
}

/// The phases that have something to mend, each with the total after it and all before it.
pub fn plan(lines: &[Line]) -> Vec<Phase> {
    let mut phases = Vec::new();
    for number in 1..=4 {
        let own = |line: &Line| line.fails() && line.part_of.is_none() && !line.preview;
        let of_phase = lines.iter().enumerate().filter(|(_, line)| own(line) && phase_of(line) == number);
        let indices: Vec<usize> = of_phase.map(|(index, _)| index).collect();
        if indices.is_empty() {
            continue;
        }
        let after = mended(lines, &|index| phase_of(&lines[index]) <= number);
        phases.push(Phase {
            number,
            lines: indices,
            low: score(&decided(&after, 1)).total.unwrap_or(0),
            high: score(&decided(&after, 0)).total.unwrap_or(0),
        });
    }
    phases
}

/// The lines with those mended that `chosen` names, and all that are part of them.
fn mended(lines: &[Line], chosen: &dyn Fn(usize) -> bool) -> Vec<Line> {
    let root = |mut index: usize| {
        for _ in 0..lines.len() {
            match lines[index].part_of {
                Some(parent) => index = parent,
                None => break,
            }
        }
        index
    };
    let line = |(index, line): (usize, &Line)| if chosen(root(index)) { line.mended() } else { line.clone() };
    lines.iter().enumerate().map(line).collect()
}

/// The lines with what is inconclusive counted as one subject, failing or not.
fn decided(lines: &[Line], failing: u32) -> Vec<Line> {
    let decide = |line: &Line| match line.state {
        State::Inconclusive => Line { state: State::Judged { checked: 1, failing }, ..line.clone() },
        _ => line.clone(),
    };
    lines.iter().map(decide).collect()
}
