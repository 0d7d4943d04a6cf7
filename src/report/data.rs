//! The report as plain data: everything any format prints, and the JSON contract itself.
//!
//! Only types of this layer are serializable, and only here do byte spans become lines and columns.

mod comparison;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use comparison::*;

/// The version of the JSON contract; what it names may not change without a new one.
pub const SCHEMA_VERSION: &str = "1";

/// The audit of one repository.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// The version of this contract.
    pub schema_version: String,
    /// What made the report.
    pub tool: Tool,
    /// What was audited.
    pub repository: Repository,
    /// The score and how it comes about.
    pub score: Score,
    /// Every rule that was run, by id.
    pub rules: Vec<Rule>,
    /// What was found: by severity, category, rule, path, start, message.
    pub findings: Vec<Finding>,
    /// What was looked for and found in place, with the place that shows it.
    pub strengths: Vec<Strength>,
    /// The phases that lead to the highest score.
    pub plan: Vec<Phase>,
    /// What clients may do with the rows of tables that a data API serves, once all migrations ran.
    #[serde(default)]
    pub access: Vec<Access>,
    /// What could not be parsed; the rest of those files was judged.
    pub syntax_errors: Vec<SyntaxError>,
    /// What was not read, with the reason.
    pub unread: Vec<Unread>,
    /// What the findings of status `baseline` were known from: a file, a revision; absent where nothing was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<String>,
    /// Every waiver of the repository, whether it covers anything or not: those of its configuration, then those in
    /// comments, in the order of their places.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waivers: Vec<Waiver>,
    /// How it stands to an earlier audit; absent where it was held against none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compared: Option<Comparison>,
}

/// What made the report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    /// `golive`.
    pub name: String,
    /// Its version.
    pub version: String,
    /// A fingerprint of the rules that were run: equal rulesets give comparable scores.
    pub ruleset: String,
    /// The model by which the score is counted.
    pub scoring_model: String,
    /// Rules that the repository's configuration turned off.
    pub off: Vec<String>,
    /// Rules to which the repository's configuration gave another severity.
    pub reweighed: Vec<String>,
}

/// What was audited.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Repository {
    /// Its directory's name, or `owner/name`.
    pub name: String,
    /// The commit that is checked out; absent outside git and before the first commit.
    pub commit: Option<String>,
    /// The day on which it was committed, as `2026-11-22`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub committed: Option<String>,
    /// Whether the work tree differs from the commit.
    pub dirty: bool,
    /// Files read.
    pub files: u64,
    /// Bytes read.
    pub bytes: u64,
    /// Packages found.
    pub packages: u64,
}

/// How far from going live.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// 85 points or more.
    Ready,
    /// 60 to 84 points.
    Conditional,
    /// Below 60 points.
    NotReady,
    /// Under 60 % of the applicable weight could be decided: there is no number.
    InsufficientEvidence,
}

/// The score and how it comes about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Score {
    /// Whole points of 100, after caps; absent where the evidence is insufficient or the scan was partial.
    pub total: Option<u8>,
    /// Points of 100 before caps, with one decimal.
    pub raw: Option<f64>,
    /// The verdict.
    pub verdict: Verdict,
    /// Whether it may go live now: no blocker is open.
    pub deploy: bool,
    /// Percent of the applicable weight that could be decided.
    pub decided: u8,
    /// What holds the total down.
    pub caps: Vec<Cap>,
    /// The categories in the order of the model.
    pub categories: Vec<Category>,
}

/// A limit on the total.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cap {
    /// The highest total it allows.
    pub at: u8,
    /// The blocker, or the category below 50, that brings it about.
    pub rule: String,
}

/// A category of the score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// Its id, such as `security`.
    pub id: String,
    /// Its weight in the model.
    pub weight: u32,
    /// Its weight as used, after evidence, in points of the model.
    pub weight_used: f64,
    /// How much of its weight the applicable controls support, in percent.
    pub evidence: u32,
    /// Points of 100, with one decimal; absent where no control of it is applicable.
    pub score: Option<f64>,
    /// What it adds to the raw total, in points with two decimals; these sum to the raw total.
    pub contribution: f64,
    /// Σ w·credit over applicable controls, with four decimals.
    pub earned: f64,
    /// Σ w over applicable controls.
    pub possible: u32,
    /// H: Σ h·(1−credit) over failing hazards, with four decimals.
    pub hazard: f64,
}

/// How a rule ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// All its subjects satisfy it.
    Pass,
    /// Some subject does not.
    Fail,
    /// There is nothing here that it speaks of.
    NotApplicable,
    /// The repository does not show what would decide it.
    Inconclusive,
}

/// A rule that was run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// `category/problem`.
    pub id: String,
    /// The problem in a sentence.
    pub title: String,
    /// `blocker`, `high`, `medium`, `low` or `info`.
    pub severity: Severity,
    /// Whether it earns points (`control`) or costs them (`hazard`).
    pub polarity: Polarity,
    /// How it ended.
    pub outcome: Outcome,
    /// Subjects judged.
    pub checked: u64,
    /// Subjects that fail.
    pub failing: u64,
    /// Subjects that would fail, were they not waived as false positives.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub false_positives: u64,
    /// Ten-thousandths of its weight that it earns.
    pub credit: u32,
    /// Reported, but without a part in the score.
    pub preview: bool,
    /// On a blocker: holds the total at 59 rather than 84.
    pub capped: bool,
    /// Why it is inconclusive, or which failing rule it is part of.
    pub reason: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Nothing goes live with it.
    Blocker,
    /// Mend before the launch.
    High,
    /// Mend soon.
    Medium,
    /// Mend when passing by.
    Low,
    /// Worth knowing.
    Info,
}

/// What silence means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Polarity {
    /// Something that has to be there: it earns points.
    Control,
    /// Something that must not be there: silence earns nothing.
    Hazard,
}

/// Whether a finding counts at the gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// It counts.
    Open,
    /// It was there when the baseline was taken.
    Baseline,
    /// A waiver covers it.
    Waived,
}

/// Something to mend.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// The rule that found it.
    pub rule: String,
    /// Its category.
    pub category: String,
    /// How grave it is.
    pub severity: Severity,
    /// The rule's title.
    pub title: String,
    /// A sentence about this repository.
    pub message: String,
    /// Where it is to be seen: the proof first, then the same elsewhere, then what belongs to it.
    pub places: Vec<Place>,
    /// Points that the raw total gains by mending it, with two decimals.
    pub points: f64,
    /// Minutes it takes to mend.
    pub effort_minutes: u32,
    /// Identifies the finding by its content; survives moved lines, other indentation, and other names of files.
    pub fingerprint: String,
    /// Whether it counts at the gate.
    pub status: Status,
    /// What waives it; absent unless its status is `waived`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiver: Option<Waived>,
    /// Reported, but without a part in the score.
    pub preview: bool,
    /// Why it matters, in Markdown.
    pub why: String,
    /// How to mend it, in Markdown.
    pub fix: String,
    /// Standards and rules of other tools that speak of the same.
    pub references: Vec<String>,
}

/// What waives a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Waived {
    /// Why, in the words of who waived it.
    pub reason: String,
    /// The last day on which it is waived, as `2026-12-31`.
    pub until: String,
    /// Where the waiver stands.
    pub place: Place,
    /// In what it stands.
    pub origin: WaiverOrigin,
    /// What was found is not so: it counts as mended in the score.
    pub false_positive: bool,
}

/// A waiver of the repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    /// The rule it waives; empty where it names none.
    pub rule: String,
    /// What of its findings, in words: `everywhere`, `src/**`, `the line below it` …
    pub scope: String,
    /// Why, in the words of who waived it; empty where it does not say.
    pub reason: String,
    /// The last day on which it holds, as `2026-12-31`; absent where it does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Where it stands.
    pub place: Place,
    /// In what it stands.
    pub origin: WaiverOrigin,
    /// What was found is not so: it counts as mended in the score.
    pub false_positive: bool,
    /// Whether it holds.
    pub state: WaiverState,
    /// What is wrong with it, where it is malformed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mistake: Option<String>,
    /// Fingerprints of the findings it is for, of their places where it is for some of them only. They are open where
    /// it holds no more.
    pub findings: Vec<String>,
}

/// In what a waiver stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WaiverOrigin {
    /// In the configuration.
    Configuration,
    /// In a comment beside what it waives.
    Comment,
}

/// Whether a waiver holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WaiverState {
    /// It holds.
    Active,
    /// Its last day is over.
    Expired,
    /// It is for nothing that was found.
    Unused,
    /// It does not say what it must, and waives nothing.
    Malformed,
}

/// A range of a file. Lines and columns start at 1, columns count characters; the end column is the one after the last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Relative to the root, with `/`.
    pub path: String,
    /// First line; 1 for a file as a whole.
    pub line: u32,
    /// First column.
    pub column: u32,
    /// Last line.
    pub end_line: u32,
    /// The column after the last character.
    pub end_column: u32,
    /// What is to be seen here.
    pub note: Option<String>,
    /// The lines from `line` to `end_line` (at most a few); absent for a file as a whole and never given for secrets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excerpt: Option<String>,
    /// Identifies this one among the places where the finding is so; absent where there is one, or it is no such place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
}

/// Something found in place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Strength {
    /// The rule that holds.
    pub rule: String,
    /// What is in place, in a sentence.
    pub message: String,
    /// Where it is to be seen; absent for something that is good by being absent.
    pub place: Option<Place>,
}

/// A step of the plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Phase {
    /// From 1.
    pub phase: u32,
    /// What it is about.
    pub title: String,
    /// Hours of work, with one decimal.
    pub hours: f64,
    /// The total after this phase and all before it.
    pub projected: Projected,
    /// Indices into `findings`.
    pub findings: Vec<u32>,
}

/// A range: what is undecided counted as failing, and as passing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Projected {
    /// Whole points, undecided rules counted as failing.
    pub low: u8,
    /// Whole points, undecided rules counted as passing.
    pub high: u8,
}

/// A table or a view that clients may ask for over a data API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Access {
    /// Its name, with its schema.
    pub table: String,
    /// The file with the statement that makes it.
    pub path: String,
    /// The line of that statement, from 1.
    pub line: u32,
    /// What each role of clients may do.
    pub roles: Vec<RoleAccess>,
}

/// What a role of clients may do with the rows of a table: `everyone` is every row, `nobody: …` none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleAccess {
    /// The role: `anon`, `authenticated`.
    pub role: String,
    /// Which rows it may read.
    pub select: String,
    /// Which rows it may add.
    pub insert: String,
    /// Which rows it may change.
    pub update: String,
    /// Which rows it may delete.
    pub delete: String,
}

/// Something that could not be parsed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SyntaxError {
    /// The file.
    pub path: String,
    /// The line, from 1.
    pub line: u32,
    /// What is wrong.
    pub message: String,
}

/// A file that was not read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Unread {
    /// The file.
    pub path: String,
    /// Why not.
    pub reason: String,
}
