//! A comparison as plain data: a contract of its own, which a report carries where it was compared.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Place, Repository, Severity, Status, Tool, Verdict};

/// The version of the contract of comparisons; what it names may not change without a new one.
pub const COMPARISON_VERSION: &str = "comparison-1";

/// Two audits of one repository, held against each other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Comparison {
    /// The version of this contract.
    pub schema_version: String,
    /// The earlier audit.
    pub before: Side,
    /// The later audit.
    pub after: Side,
    /// The rules by which they were made.
    pub rules: Rulesets,
    /// How the score changed, and why; absent where one side has no score, or they were counted by different models.
    pub score: Option<ScoreChange>,
    /// The categories in the order of the model.
    pub categories: Vec<CategoryChange>,
    /// What only the later audit found, in its order. Of rules that only one side ran, nothing is compared.
    pub new: Vec<Compared>,
    /// What both found, the later in more places or fewer, in its order.
    pub changed: Vec<Compared>,
    /// What only the earlier audit found, in its order.
    pub mended: Vec<Compared>,
    /// What both found in the same places, in the order of the later.
    pub unchanged: Vec<Compared>,
}

/// One of the two audits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Side {
    /// What was compared, as it was named: a revision, a folder, a report.
    pub named: String,
    /// What made its report.
    pub tool: Tool,
    /// What was audited.
    pub repository: Repository,
    /// Whole points of 100, after caps; absent where there is no score.
    pub total: Option<u8>,
    /// Points of 100 before caps, with two decimals.
    pub raw: Option<f64>,
    /// Why there is no score.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_score: Option<String>,
    /// The verdict.
    pub verdict: Verdict,
    /// Whether it may go live: no blocker was found.
    pub deploy: bool,
    /// Open findings.
    pub open: u64,
    /// Open blockers among them.
    pub blockers: u64,
}

/// The rules by which two reports were made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rulesets {
    /// Whether both were made by the very same rules.
    pub same: bool,
    /// How many rules both ran.
    pub shared: u64,
    /// Rules that only the earlier audit ran.
    pub before_only: Vec<String>,
    /// Rules that only the later audit ran.
    pub after_only: Vec<String>,
    /// Rules that both ran, of another severity in each.
    pub reweighed: Vec<String>,
}

/// How the score changed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScoreChange {
    /// Whole points of the total, after caps.
    pub total: i32,
    /// The parts of that change; they sum to it.
    pub total_parts: Parts,
    /// Points before caps, with two decimals.
    pub raw: f64,
    /// The parts of that change; they sum to it.
    pub raw_parts: Parts,
}

/// A change of points, taken apart by its causes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Parts {
    /// What rules found that apply.
    pub findings: f64,
    /// Rules that began to apply, and rules that ceased to.
    pub applicability: f64,
    /// What was waived as false, and what is no longer.
    pub waivers: f64,
    /// Rules that only one side ran, and rules of another severity.
    pub ruleset: f64,
}

/// A category before and after.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CategoryChange {
    /// Its id, such as `security`.
    pub id: String,
    /// Points of 100, with one decimal; absent where no control of it was applicable.
    pub before: Option<f64>,
    /// Points of 100, with one decimal; absent where no control of it is applicable.
    pub after: Option<f64>,
    /// The second less the first; absent where one of them is.
    pub change: Option<f64>,
}

/// A finding in a comparison.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Compared {
    /// The rule that found it.
    pub rule: String,
    /// Its category.
    pub category: String,
    /// How grave it is.
    pub severity: Severity,
    /// The rule's title.
    pub title: String,
    /// A sentence about the repository.
    pub message: String,
    /// Identifies it, as in its report.
    pub fingerprint: String,
    /// Whether it counts at the gate; of a mended one, whether it did.
    pub status: Status,
    /// Reported, but without a part in the score.
    pub preview: bool,
    /// Points that the raw total gains by mending it; of a mended one, what it would have.
    pub points: f64,
    /// Minutes it takes to mend; of a mended one, what it would have.
    pub effort_minutes: u32,
    /// The first of its places; of a mended one, where it was.
    pub place: Option<Place>,
    /// The places where it is now and was not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub new_places: Vec<Place>,
    /// The places where it was and is no longer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mended_places: Vec<Place>,
}
