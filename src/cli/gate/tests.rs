use clap::Parser as _;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::super::args::Args;
use super::*;
use crate::report::{Score, Status, Verdict};
use crate::rules::Catalogue;
use crate::source::Tree;

/// A report without findings and with this score.
fn report(total: Option<u8>, decided: u8) -> Report {
    let mut report = crate::audit(&Tree::from_memory([]), &Catalogue::new(vec![]), false).report;
    report.score = Score { total, decided, verdict: Verdict::Conditional, ..report.score };
    report
}

fn finding(rule: &str, severity: Severity) -> Finding {
    Finding {
        rule: rule.to_owned(),
        category: "ci".to_owned(),
        severity,
        title: String::new(),
        message: String::new(),
        places: vec![],
        points: 0.0,
        effort_minutes: 0,
        fingerprint: String::new(),
        status: Status::Open,
        waiver: None,
        preview: false,
        why: String::new(),
        fix: String::new(),
        references: vec![],
    }
}

/// A report with these findings, a letter each: `b`, `h`, `m`, `l`, `i` by severity; `k` a blocker of the baseline, `w` a
/// waived one, `p` one that is only previewed. Each is of a rule of its own, `ci/0` and on.
fn with(score: u8, findings: &str) -> Report {
    let mut report = report(Some(score), 100);
    for (number, letter) in findings.chars().enumerate() {
        let severity = match letter {
            'h' => Severity::High,
            'm' => Severity::Medium,
            'l' => Severity::Low,
            'i' => Severity::Info,
            _ => Severity::Blocker,
        };
        let mut finding = finding(&format!("ci/{number}"), severity);
        finding.preview = letter == 'p';
        finding.status = match letter {
            'k' => Status::Baseline,
            'w' => Status::Waived,
            _ => Status::Open,
        };
        report.findings.push(finding);
    }
    report
}

fn asked(options: &str) -> GateArgs {
    let words = std::iter::once("golive").chain(options.split_whitespace());
    Args::try_parse_from(words).expect("options").audit.gate
}

/// The exit code and the last line, without what every last line begins with.
fn stands(report: &Report, options: &str, lost: Option<Fall>, missing: &[&str]) -> (Exit, String) {
    let missing = missing.iter().map(|&one| one.to_owned()).collect();
    let standing = Gate { asked: &asked(options), lost, missing }.stands(report);
    let line = standing.last_line().unwrap_or_default();
    (standing.exit(), line.strip_prefix("golive: the gate is shut: ").unwrap_or(&line).to_owned())
}

#[test]
fn findings_shut_the_gate_from_a_severity_on() {
    let cases = [
        ("", "", Exit::Holds, ""),
        ("hmli", "", Exit::Holds, ""),
        ("b", "", Exit::Fails, "1 open blocker (ci/0)"),
        ("kwpb", "", Exit::Fails, "1 open blocker (ci/3)"),
        ("kwp", "--fail-on info", Exit::Holds, ""),
        ("bbbbb", "", Exit::Fails, "5 open blockers (ci/0, ci/1, ci/2 and 2 more)"),
        ("b", "--fail-on none", Exit::Holds, ""),
        ("m", "--fail-on high", Exit::Holds, ""),
        ("h", "--fail-on high", Exit::Fails, "1 open high finding (ci/0), with --fail-on high"),
        (
            "mhhb",
            "--fail-on medium",
            Exit::Fails,
            "1 open blocker, 2 open high findings, 1 open medium finding (ci/3, ci/1, ci/2 and 1 more), with --fail-on medium",
        ),
        ("i", "--fail-on info", Exit::Fails, "1 open info finding (ci/0), with --fail-on info"),
    ];
    for (findings, options, exit, line) in cases {
        let told = stands(&with(50, findings), options, None, &[]);
        assert_eq!(told, (exit, line.to_owned()), "{findings} {options}");
    }
}

#[test]
fn a_score_shuts_the_gate_where_it_is_too_low_or_missing() {
    let cases = [
        (report(Some(60), 100), "--min-score 60", Exit::Holds, ""),
        (report(Some(59), 100), "--min-score 60", Exit::Fails, "score 59 is below --min-score 60"),
        (report(Some(0), 100), "--min-score 0", Exit::Holds, ""),
        (report(None, 100), "", Exit::Holds, ""),
        (
            report(None, 40),
            "--min-score 0",
            Exit::Fails,
            "there is no score to hold against --min-score 0: 40 % of what applies could be decided, 60 % is needed; \
             check in what the undecided rules ask for, or leave --min-score out",
        ),
        (
            report(None, 100),
            "--min-score 60",
            Exit::Fails,
            "there is no score to hold against --min-score 60: no rule that was run earns points here; run all rules, \
             without --only and --skip, or leave --min-score out",
        ),
    ];
    for (report, options, exit, line) in cases {
        assert_eq!(stands(&report, options, None, &[]), (exit, line.to_owned()), "{options}");
    }
}

#[test]
fn a_drop_shuts_the_gate_where_it_is_too_far_or_not_known() {
    let drop = |at_most, before, after| Some(Fall { at_most, before, after });
    let cases = [
        (drop(2, Some(80), Some(78)), Exit::Holds, ""),
        (drop(0, Some(80), Some(90)), Exit::Holds, ""),
        (
            drop(0, Some(80), Some(79)),
            Exit::Fails,
            "the score fell by 1 point, from 80 to 79, more than --max-drop 0",
        ),
        (
            drop(2, Some(80), Some(70)),
            Exit::Fails,
            "the score fell by 10 points, from 80 to 70, more than --max-drop 2",
        ),
        (
            drop(2, None, Some(70)),
            Exit::Fails,
            "--max-drop 2 cannot be told, since what it is compared with had no score; compare whole audits, or leave it out",
        ),
        (
            drop(2, Some(70), None),
            Exit::Fails,
            "--max-drop 2 cannot be told, since this audit has no score; compare whole audits, or leave it out",
        ),
    ];
    for (lost, exit, line) in cases {
        assert_eq!(stands(&with(50, "h"), "", lost, &[]), (exit, line.to_owned()), "{lost:?}");
    }
}

#[test]
fn what_is_missing_shuts_the_gate_only_when_asked() {
    let missing = ["2 unread files", "1 syntax error"];
    assert_eq!(stands(&with(50, ""), "", None, &missing), (Exit::Holds, String::new()));
    assert_eq!(stands(&with(50, ""), "--strict", None, &[]), (Exit::Holds, String::new()));
    let line = "2 unread files, 1 syntax error, which --strict does not allow";
    assert_eq!(stands(&with(50, ""), "--strict", None, &missing), (Exit::Incomplete, line.to_owned()));
}

#[test]
fn all_that_shuts_the_gate_is_told_and_the_first_decides_the_exit() {
    let lost = Some(Fall { at_most: 0, before: Some(60), after: Some(54) });
    let line = "1 open blocker (ci/0); score 54 is below --min-score 60; the score fell by 6 points, from 60 to 54, \
                more than --max-drop 0; 1 undecided rule, which --strict does not allow";
    let told = stands(&with(54, "b"), "--min-score 60 --strict", lost, &["1 undecided rule"]);
    assert_eq!(told, (Exit::Fails, line.to_owned()));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, rng_seed: RngSeed::Fixed(2_026), ..ProptestConfig::default() })]

    #[test]
    fn another_finding_never_opens_the_gate(
        findings in "[bhmlikwp]{0,6}",
        another in "[bhmlikwp]",
        at in 0_usize..7,
        score in 0_u8..=100,
        fall in 0_u8..20,
        from in prop::sample::select(vec!["blocker", "high", "medium", "low", "info", "none"]),
        least in 0_u8..=100,
    ) {
        let options = format!("--fail-on {from} --min-score {least}");
        let (before, mut after) = (with(score, &findings), findings.clone());
        after.insert_str(at.min(findings.len()), &another);
        // A finding never raises the score: `tests/score_laws.rs`.
        let after = with(score.saturating_sub(fall), &after);
        let (exit, line) = stands(&before, &options, None, &[]);
        if exit != Exit::Holds {
            let (then, told) = stands(&after, &options, None, &[]);
            prop_assert_eq!(then, exit);
            prop_assert!(told.len() >= line.len() || told != line, "{}", told);
        }
    }
}
