//! Questions that more than one format asks of a report.

use super::{Cap, Category, Finding, Score, Status};

impl Score {
    /// Why there is no number; nothing where there is one.
    pub fn no_number(&self) -> Option<String> {
        if self.total.is_some() {
            return None;
        }
        Some(if self.decided < 60 {
            format!("{} % of what applies could be decided, 60 % is needed", self.decided)
        } else if self.categories.iter().all(|category| category.score.is_none()) {
            "no rule that was run earns points here".to_owned()
        } else {
            "a part of the rules was run; a score needs all of them".to_owned()
        })
    }
}

impl Finding {
    /// Whether it counts at the gate.
    pub fn is_open(&self) -> bool {
        self.status == Status::Open
    }
}

impl Cap {
    /// Whether a blocker brings it about rather than a category below 50.
    pub fn is_rule(&self) -> bool {
        self.rule.contains('/')
    }
}

impl Category {
    /// Points of the raw total that it costs: what it would add with a score of 100, less what it adds.
    /// `weights` is the sum of the weights of all categories as used.
    pub fn cost(&self, weights: f64) -> f64 {
        if self.score.is_none() || weights <= 0.0 {
            return 0.0;
        }
        (self.weight_used / weights * 100.0 - self.contribution).max(0.0)
    }
}
