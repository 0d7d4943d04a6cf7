//! The words every format uses for the same thing.

use super::{Outcome, Severity, Status, Verdict, WaiverState};

impl Severity {
    /// Every severity, gravest first.
    pub const ALL: [Self; 5] = [Self::Blocker, Self::High, Self::Medium, Self::Low, Self::Info];

    /// `blocker`, `high`, `medium`, `low` or `info`, as in the JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Blocker => "blocker",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
            Self::Info => "info",
        }
    }

    /// The severity of this word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.word() == word)
    }
}

impl Verdict {
    /// The verdict as people write it.
    pub fn phrase(self) -> &'static str {
        match self {
            Self::Ready => "Production ready",
            Self::Conditional => "Conditional go-live",
            Self::NotReady => "Not ready",
            Self::InsufficientEvidence => "Insufficient evidence",
        }
    }
}

impl Status {
    /// `open`, `baseline` or `waived`, as in the JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Baseline => "baseline",
            Self::Waived => "waived",
        }
    }
}

impl WaiverState {
    /// Every state: what is as it should be first.
    pub const ALL: [Self; 4] = [Self::Active, Self::Expired, Self::Unused, Self::Malformed];

    /// `active`, `expired`, `unused` or `malformed`, as in the JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Expired => "expired",
            Self::Unused => "unused",
            Self::Malformed => "malformed",
        }
    }
}

impl Outcome {
    /// `pass`, `fail`, `not-applicable` or `inconclusive`, as in the JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::NotApplicable => "not-applicable",
            Self::Inconclusive => "inconclusive",
        }
    }
}

/// A count with its noun: `1 finding`, `4 findings`.
pub fn count(number: usize, noun: &str) -> String {
    let stem = noun.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'o', 'u']));
    match (number, stem) {
        (1, _) => format!("1 {noun}"),
        (_, Some(stem)) => format!("{number} {stem}ies"),
        _ => format!("{number} {noun}s"),
    }
}

/// The first three of a list and how many more there are: `a, b, c and 4 more`.
pub fn first_of(items: &[&str]) -> String {
    let (first, rest) = items.split_at(items.len().min(3));
    let more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
    format!("{}{more}", first.join(", "))
}

/// An effort: minutes below an hour, hours below a working day of eight, then days.
pub fn effort(minutes: u32) -> String {
    let (amount, unit) = match minutes {
        0..60 => return format!("{minutes} min"),
        60..480 => (f64::from(minutes) / 60.0, "h"),
        _ => (f64::from(minutes) / 480.0, "d"),
    };
    let amount = format!("{amount:.1}");
    format!("{} {unit}", amount.strip_suffix(".0").unwrap_or(&amount))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn efforts_in_the_largest_fitting_unit() {
        let cases = [
            (0, "0 min"),
            (15, "15 min"),
            (59, "59 min"),
            (60, "1 h"),
            (90, "1.5 h"),
            (480, "1 d"),
            (1200, "2.5 d"),
        ];
        for (minutes, text) in cases {
            assert_eq!(effort(minutes), text);
        }
    }

    #[test]
    fn counts_with_their_noun() {
        assert_eq!(count(1, "finding"), "1 finding");
        assert_eq!(count(0, "finding"), "0 findings");
        assert_eq!(count(2, "category"), "2 categories");
        assert_eq!(count(2, "day"), "2 days");
    }

    #[test]
    fn severities_are_read_back_from_their_words() {
        for severity in Severity::ALL {
            assert_eq!(Severity::of_word(severity.word()), Some(severity));
        }
        assert_eq!(Severity::of_word("grave"), None);
    }
}
