//! The arguments as written. Help, completions and the man page come from these declarations.

use std::path::PathBuf;

use clap::builder::PossibleValue;
use clap::{Parser, Subcommand, ValueEnum};

use crate::report::{ComparisonFormat, Format, Severity};

/// A production-readiness audit for a repository: one score, its evidence at file and line, and what to do first
#[derive(Debug, Parser)]
#[command(
    name = "golive",
    version,
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true,
    max_term_width = 100,
    override_usage = "golive [OPTIONS] [PATH]\n       golive <COMMAND>",
    after_help = "A folder that is named like a command is reached as ./NAME.\n\n\
                  Exit codes: 0 the gate holds, 1 it does not, 2 usage or configuration, 3 nothing to audit, \
                  4 incomplete with --strict."
)]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
    #[command(flatten)]
    pub(super) audit: AuditArgs,
}

/// The audit of a repository.
#[derive(Debug, clap::Args)]
pub(super) struct AuditArgs {
    /// The repository or folder to audit
    #[arg(default_value = ".", value_hint = clap::ValueHint::DirPath)]
    pub(super) path: PathBuf,

    #[command(flatten)]
    pub(super) write: WriteArgs<Format>,

    /// Tell what changed since an earlier audit: a JSON report, a folder, or a git revision
    #[arg(long, value_name = "A", help_heading = "Report")]
    pub(super) against: Option<String>,

    /// Say on standard error how long every step and rule took
    #[arg(long, help_heading = "Report")]
    pub(super) timings: bool,

    #[command(flatten)]
    pub(super) gate: GateArgs,

    #[command(flatten)]
    pub(super) select: SelectArgs,
}

/// What is asked of the report for the gate to hold.
#[derive(Debug, clap::Args)]
pub(super) struct GateArgs {
    /// The gravity from which an open finding closes the gate
    #[arg(long, value_name = "SEVERITY", default_value = "blocker", help_heading = "Gate")]
    pub(super) fail_on: FailOn,

    /// The lowest score that passes the gate, from 0 to 100
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(..=100), help_heading = "Gate")]
    pub(super) min_score: Option<u8>,

    /// The most whole points that the score may have fallen since what --against names
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(..=100), requires = "against", help_heading = "Gate")]
    pub(super) max_drop: Option<u8>,

    /// Findings that do not count: a file of `golive baseline`, or a JSON report
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath, help_heading = "Gate")]
    pub(super) baseline: Option<PathBuf>,

    /// Exit with 4 if something was not read, not parsed or not decided
    #[arg(long, help_heading = "Gate")]
    pub(super) strict: bool,
}

/// In which formats something is written, and where.
#[derive(Debug, clap::Args)]
pub(super) struct WriteArgs<F: ValueEnum + Send + Sync + 'static> {
    /// In which format to write; repeat it, each with its own --output
    #[arg(long, value_name = "FORMAT", help_heading = "Report")]
    pub(super) format: Vec<F>,

    /// Where to write, one for each --format in the same order; `-` is standard output
    #[arg(long, short, value_name = "FILE", value_hint = clap::ValueHint::FilePath, help_heading = "Report")]
    pub(super) output: Vec<PathBuf>,

    /// Show everything instead of the first of each list
    #[arg(long, help_heading = "Report")]
    pub(super) full: bool,
}

/// What is audited, by which rules.
#[derive(Debug, Default, clap::Args)]
pub(super) struct SelectArgs {
    /// Run only this rule or category; there is no score then
    #[arg(long, value_name = "RULE|CATEGORY", help_heading = "Selection")]
    pub(super) only: Vec<String>,

    /// Leave this rule or category out; there is no score then
    #[arg(long, value_name = "RULE|CATEGORY", help_heading = "Selection")]
    pub(super) skip: Vec<String>,

    /// The configuration, instead of golive.toml in the audited folder
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath, help_heading = "Selection")]
    pub(super) config: Option<PathBuf>,

    /// Count at the gate only what is new since this revision: what is found on lines that changed since, and what was not
    /// found then. Migrations are judged as changes only in files that it does not have; without it, in those not committed yet
    #[arg(long, value_name = "REV", help_heading = "Selection")]
    pub(super) since: Option<String>,

    /// Threads to work with; 0 is one for each core
    #[arg(long, value_name = "N", default_value_t = 0, help_heading = "Selection")]
    pub(super) threads: usize,
}

/// The commands beside the audit.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Begin: write golive.toml, and a workflow and a baseline where asked for
    Init(InitArgs),
    /// Write down what is found today, so that only what is new counts at the gate
    Baseline(BaselineArgs),
    /// Say what a rule looks for, why, and how to mend what it finds
    Explain(ExplainArgs),
    /// List the rules, check those of a repository, begin a new one
    Rules(RulesArgs),
    /// List what the rules see of a repository: the way to debug a rule
    Facts(FactsArgs),
    /// Tell what changed between two audits: what is new, what is mended, why the score is another
    Compare(CompareArgs),
    /// Draw a JSON report in any other format
    Report(ReportArgs),
    /// Write the plan alone: a checklist, or issues for a tracker
    Plan(PlanArgs),
    /// Mend what needs no judgement: shows a diff, or writes it
    Fix(FixArgs),
    /// Count the score of a JSON report again and write the sum out
    Score(ScoreArgs),
    /// List what is waived: where, why, until when, and what it covers
    Waivers(WaiversArgs),
    /// Print the JSON Schema of the JSON report
    Schema(SchemaArgs),
    /// Print the completions for a shell
    Completions(CompletionsArgs),
    /// Print the man page
    Man,
}

#[derive(Debug, clap::Args)]
pub(super) struct BaselineArgs {
    /// The repository or folder
    #[arg(default_value = ".", value_hint = clap::ValueHint::DirPath)]
    pub(super) path: PathBuf,

    /// Where to write; without it, golive-baseline.json in that folder
    #[arg(long, short, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(super) output: Option<PathBuf>,

    #[command(flatten)]
    pub(super) select: SelectArgs,
}

#[derive(Debug, clap::Args)]
pub(super) struct InitArgs {
    /// The repository or folder
    #[arg(default_value = ".", value_hint = clap::ValueHint::DirPath)]
    pub(super) path: PathBuf,

    /// Write a GitHub workflow too, which audits every pull request
    #[arg(long)]
    pub(super) workflow: bool,

    /// The action that it runs, pinned to a commit; without it, that of the release that this program is
    #[arg(long, value_name = "OWNER/golive@COMMIT", requires = "workflow")]
    pub(super) action: Option<String>,

    /// Write the baseline too, as `golive baseline` does
    #[arg(long)]
    pub(super) baseline: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct ExplainArgs {
    /// The rule, such as container/root-user
    pub(super) rule: String,
}

#[derive(Debug, clap::Args)]
pub(super) struct RulesArgs {
    #[command(subcommand)]
    pub(super) command: RulesCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum RulesCommand {
    /// List every rule: id, severity, title
    List(ListArgs),
    /// Check rule files and prove each rule on its own examples
    Check(CheckArgs),
    /// Write the beginning of a new rule to .golive/rules/
    New(NewArgs),
}

#[derive(Debug, clap::Args)]
pub(super) struct ListArgs {
    /// Only the rules of this category
    #[arg(long, value_name = "CATEGORY")]
    pub(super) category: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(super) struct CheckArgs {
    /// Rule files, or folders of them
    #[arg(default_value = ".golive/rules", value_hint = clap::ValueHint::AnyPath)]
    pub(super) paths: Vec<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(super) struct NewArgs {
    /// Its id, category/problem, such as security/session-cookie-insecure
    pub(super) id: String,
}

#[derive(Debug, clap::Args)]
pub(super) struct FactsArgs {
    /// The repository or folder
    #[arg(default_value = ".", value_hint = clap::ValueHint::DirPath)]
    pub(super) path: PathBuf,

    /// Only facts of this kind, such as docker.stage
    #[arg(long, value_name = "KIND")]
    pub(super) kind: Vec<String>,
}

/// What is compared. A path goes before a revision of the same name, which is reached as heads/NAME.
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "golive compare [OPTIONS] A [B]\n       golive compare [OPTIONS] A..B",
    after_help = "A and B are a JSON report (`-` is standard input), a folder, or a git revision; without B, A is compared \
                  with the folder of the repository as it is. In A..B both are revisions; A...B begins where B left A. \
                  What is at a path goes before a revision of the same name, which is reached as heads/NAME.\n\n\
                  Both are judged by the rules and the golive.toml of B, without touching the work tree."
)]
pub(super) struct CompareArgs {
    /// The earlier one
    #[arg(value_name = "A")]
    pub(super) before: String,

    /// The later one
    #[arg(value_name = "B")]
    pub(super) after: Option<String>,

    /// The repository, or a folder of it, in which the revisions are
    #[arg(short = 'C', value_name = "DIR", default_value = ".", value_hint = clap::ValueHint::DirPath)]
    pub(super) repository: PathBuf,

    #[command(flatten)]
    pub(super) write: WriteArgs<ComparisonFormat>,

    /// Run only this rule or category; there is no score then
    #[arg(long, value_name = "RULE|CATEGORY", help_heading = "Selection")]
    pub(super) only: Vec<String>,

    /// Leave this rule or category out; there is no score then
    #[arg(long, value_name = "RULE|CATEGORY", help_heading = "Selection")]
    pub(super) skip: Vec<String>,

    /// The configuration, instead of the golive.toml of the later one
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath, help_heading = "Selection")]
    pub(super) config: Option<PathBuf>,

    /// Threads to work with; 0 is one for each core
    #[arg(long, value_name = "N", default_value_t = 0, help_heading = "Selection")]
    pub(super) threads: usize,
}

#[derive(Debug, clap::Args)]
pub(super) struct SchemaArgs {
    /// The schema of what `golive compare --format json` writes
    #[arg(long)]
    pub(super) comparison: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct WaiversArgs {
    /// The repository or folder
    #[arg(default_value = ".", value_hint = clap::ValueHint::DirPath)]
    pub(super) path: PathBuf,

    /// In which format to write
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "text")]
    pub(super) format: ListFormat,

    #[command(flatten)]
    pub(super) select: SelectArgs,
}

/// In which form a list is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ListFormat {
    /// For reading
    Text,
    /// As data
    Json,
}

#[derive(Debug, clap::Args)]
pub(super) struct ReportArgs {
    /// A report written with --format json; `-` is standard input
    #[arg(value_name = "FROM.json", value_hint = clap::ValueHint::FilePath)]
    pub(super) from: PathBuf,

    #[command(flatten)]
    pub(super) write: WriteArgs<Format>,
}

#[derive(Debug, clap::Args)]
pub(super) struct PlanArgs {
    /// The repository or folder to audit, or a report written with --format json; `-` is standard input
    #[arg(value_name = "PATH|FROM.json", default_value = ".", value_hint = clap::ValueHint::AnyPath)]
    pub(super) from: PathBuf,

    /// In which form to write it
    #[arg(long, value_name = "FORMAT", default_value = "markdown")]
    pub(super) format: PlanFormat,

    /// Where to write it; `-` is standard output
    #[arg(long, short, value_name = "FILE", default_value = "-", value_hint = clap::ValueHint::FilePath)]
    pub(super) output: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(super) struct FixArgs {
    /// The repository or folder to mend
    #[arg(default_value = ".", value_hint = clap::ValueHint::DirPath)]
    pub(super) path: PathBuf,

    /// Mend only what this rule or category finds
    #[arg(long, value_name = "RULE|CATEGORY")]
    pub(super) only: Vec<String>,

    /// Write the mends instead of showing them
    #[arg(long)]
    pub(super) apply: bool,

    /// Write to files that git could not bring back as they are
    #[arg(long, requires = "apply")]
    pub(super) allow_dirty: bool,

    /// List every place that is mended or left instead of the first of them
    #[arg(long)]
    pub(super) full: bool,

    /// The configuration, instead of golive.toml in the folder
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(super) config: Option<PathBuf>,
}

/// The forms of the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum PlanFormat {
    /// A checklist with boxes
    Markdown,
    /// A list of issues with title, body and labels, as GitHub's REST API takes them
    Json,
}

#[derive(Debug, clap::Args)]
pub(super) struct ScoreArgs {
    /// A report written with --format json; `-` is standard input
    #[arg(value_name = "FROM.json", value_hint = clap::ValueHint::FilePath)]
    pub(super) from: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(super) struct CompletionsArgs {
    /// The shell
    pub(super) shell: clap_complete::Shell,
}

/// From which severity on an open finding closes the gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FailOn {
    /// This or a graver one.
    Severity(Severity),
    /// Never.
    None,
}

impl ValueEnum for FailOn {
    fn value_variants<'a>() -> &'a [Self] {
        &[
            Self::Severity(Severity::Blocker),
            Self::Severity(Severity::High),
            Self::Severity(Severity::Medium),
            Self::Severity(Severity::Low),
            Self::Severity(Severity::Info),
            Self::None,
        ]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(match self {
            Self::Severity(severity) => severity.word(),
            Self::None => "none",
        }))
    }
}

impl ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Self] {
        Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()).help(self.help()))
    }
}

impl ValueEnum for ComparisonFormat {
    fn value_variants<'a>() -> &'a [Self] {
        Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()).help(self.help()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_declarations_are_consistent() {
        use clap::CommandFactory as _;
        Args::command().debug_assert();
    }

    #[test]
    fn a_path_is_audited_and_a_command_is_run() {
        let parse = |words: &[&str]| Args::try_parse_from(["golive"].iter().chain(words)).expect("arguments");
        assert!(parse(&[]).command.is_none());
        assert_eq!(parse(&[]).audit.path, PathBuf::from("."));
        assert_eq!(parse(&["some/dir", "--full"]).audit.path, PathBuf::from("some/dir"));
        assert_eq!(parse(&["./rules"]).audit.path, PathBuf::from("./rules"));
        assert!(matches!(parse(&["rules", "list"]).command, Some(Command::Rules(_))));
        assert!(matches!(parse(&["schema"]).command, Some(Command::Schema(_))));
        // After an option of the audit a word is its path.
        assert_eq!(parse(&["--full", "schema"]).audit.path, PathBuf::from("schema"));
    }
}
