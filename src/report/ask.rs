//! Questions that more than one format asks of a report.

use super::{Cap, Category, Finding, Status};

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
