//! The categories of the audit.

/// A category: its id and its weight in the scoring model, in points.
///
/// Weights are medians of the readiness reports that state any, thinned out where categories overlap;
/// `docs/decisions/` tells how they were chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Category {
    /// The folder of its rules, such as `security`.
    pub id: &'static str,
    /// Points of the total.
    pub weight: u32,
}

/// All categories, heaviest first.
pub const CATEGORIES: [Category; 14] = [
    Category { id: "security", weight: 20 },
    Category { id: "testing", weight: 14 },
    Category { id: "database", weight: 12 },
    Category { id: "ci", weight: 10 },
    Category { id: "secrets", weight: 8 },
    Category { id: "reliability", weight: 8 },
    Category { id: "observability", weight: 7 },
    Category { id: "container", weight: 6 },
    Category { id: "config", weight: 5 },
    Category { id: "api", weight: 3 },
    Category { id: "performance", weight: 3 },
    Category { id: "supply-chain", weight: 2 },
    Category { id: "docs", weight: 1 },
    Category { id: "quality", weight: 1 },
];
