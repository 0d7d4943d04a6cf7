//! Why a score changed: the way from one audit to another, one kind of change after the other.

use super::{Line, Score, State, score};

/// A rule in two audits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// Its line in the first; none where that did not run it.
    pub before: Option<Line>,
    /// Its line in the second; none where that did not run it.
    pub after: Option<Line>,
    /// Failing subjects that were waived as false, which a line counts as passing: in the first, and in the second.
    pub waived: [u32; 2],
}

/// A change, taken apart by its causes: they sum to it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Parts {
    /// What rules found that apply, or would have found if they had before or still did.
    pub findings: i32,
    /// Rules that began to apply, or could be decided at last, and those that ceased to.
    pub applicability: i32,
    /// Findings that were waived as false, and those that are no longer.
    pub waivers: i32,
    /// Rules that only one of the two ran, and rules of which only the severity is another.
    pub ruleset: i32,
}

/// The change of a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// In hundredths of a point, before caps.
    pub raw: Parts,
    /// In whole points, after caps.
    pub total: Parts,
}

impl Parts {
    /// All parts together.
    pub fn sum(self) -> i32 {
        self.findings + self.applicability + self.waivers + self.ruleset
    }
}

/// What each kind of change does to the score. The way back is the same in the other direction, part by part, where no
/// rule changes its severity.
pub fn change(pairs: &[Pair]) -> Change {
    let steps =
        Step::WAY.map(|step| score(&pairs.iter().filter_map(|pair| step.line(pair)).collect::<Vec<_>>()));
    Change {
        raw: parts(&steps.each_ref().map(|score| i32::try_from(score.raw).unwrap_or(i32::MAX))),
        total: parts(&steps.each_ref().map(|score| i32::from(Score::held(score)))),
    }
}

/// What the score was at each step of the way, as the differences that it comes to.
fn parts(way: &[i32; Step::WAY.len()]) -> Parts {
    let [before, shared, entered, found, waived, left, after] = *way;
    Parts {
        findings: found - entered,
        applicability: entered - shared + left - waived,
        waivers: waived - found,
        ruleset: shared - before + after - left,
    }
}

/// How far a rule has come on the way from the first audit to the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    /// As it was.
    Before,
    /// Rules that only the first ran are gone, and the others count as they do in the second.
    Shared,
    /// Rules that began to apply do, and find nothing yet.
    Entered,
    /// All found what they find; those that cease to apply find nothing any more.
    Found,
    /// What is waived as false passes.
    Waived,
    /// Rules that ceased to apply are out.
    Left,
    /// Rules that only the second ran are there.
    After,
}

impl Step {
    const WAY: [Self; 7] =
        [Self::Before, Self::Shared, Self::Entered, Self::Found, Self::Waived, Self::Left, Self::After];

    fn line(self, pair: &Pair) -> Option<Line> {
        match (&pair.before, &pair.after) {
            (Some(before), Some(after)) if self > Self::Before => {
                Some(Line { state: self.state(before.state, after.state, pair.waived), ..after.clone() })
            }
            (Some(before), _) => (self == Self::Before).then(|| before.clone()),
            (None, after) => after.clone().filter(|_| self == Self::After),
        }
    }

    /// The state of a rule that both ran.
    fn state(self, before: State, after: State, waived: [u32; 2]) -> State {
        let enters = rank(after) > rank(before);
        let leaves = rank(after) < rank(before);
        match self {
            Self::Before | Self::Shared => before,
            Self::Entered if enters => passing(after),
            Self::Entered => before,
            Self::Found if leaves => passing(before),
            Self::Found => with_failing(after, waived[1], waived[0]),
            Self::Waived if leaves => passing(before),
            Self::Waived | Self::Left | Self::After => after,
        }
    }
}

/// How far a rule takes part: not at all, undecided, judged.
fn rank(state: State) -> u8 {
    match state {
        State::NotApplicable => 0,
        State::Inconclusive => 1,
        State::Judged { .. } => 2,
    }
}

/// The same with nothing failing.
fn passing(state: State) -> State {
    match state {
        State::Judged { checked, .. } => State::Judged { checked, failing: 0 },
        state => state,
    }
}

/// The same with so many failing subjects more and so many fewer.
fn with_failing(state: State, more: u32, fewer: u32) -> State {
    match state {
        State::Judged { checked, failing } => {
            let failing = failing.saturating_add(more).saturating_sub(fewer);
            State::Judged { checked: checked.max(failing), failing }
        }
        state => state,
    }
}
