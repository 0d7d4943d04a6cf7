use super::*;
use crate::rules::embedded;
use crate::source::{MemoryFile, Tree};

/// What is found in files, given as path and text.
fn audit(files: &[(&str, &str)]) -> Report {
    let files = files.iter().map(|(path, text)| ((*path).to_owned(), MemoryFile::Text((*text).to_owned())));
    crate::audit(&Tree::from_memory(files), embedded(), false).report
}

/// The report as a baseline leaves it.
fn judged(mut report: Report, baseline: &Baseline) -> Report {
    let known = baseline.fingerprints();
    report.set_known("golive-baseline.json", |fingerprint, _| known.contains(fingerprint));
    report
}

/// The rules that are still open, each with its places that count.
fn open(report: &Report) -> Vec<(&str, usize)> {
    let open = report.findings.iter().filter(|finding| finding.is_open());
    let places = |finding: &Finding| finding.places.iter().filter(|place| place.note.is_none()).count();
    open.map(|finding| (finding.rule.as_str(), places(finding))).collect()
}

const DOCKERFILE: &str = "FROM node:latest\nCOPY . .\nCMD [\"node\", \"server.js\"]\n";
const WORKFLOW: &str = "name: ci\non: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      \
                        - run: npm test\n";

#[test]
fn what_is_in_the_baseline_is_known_wherever_it_moved_to() {
    let before = audit(&[("Dockerfile", DOCKERFILE), (".github/workflows/ci.yml", WORKFLOW)]);
    let baseline = Baseline::of(&before);
    assert!(!baseline.is_empty());
    let moved = format!("\n\n{DOCKERFILE}");
    let cases: [&[(&str, &str)]; 3] = [
        &[("Dockerfile", DOCKERFILE), (".github/workflows/ci.yml", WORKFLOW)],
        &[("Dockerfile", &moved), (".github/workflows/ci.yml", &format!("\n\n{WORKFLOW}"))],
        &[("Dockerfile.web", DOCKERFILE), (".github/workflows/test.yml", WORKFLOW)],
    ];
    for files in cases {
        let report = audit(files);
        let (total, deploy) = (report.score.total, report.score.deploy);
        let report = judged(report, &baseline);
        assert_eq!(open(&report), [], "{files:?}");
        assert_eq!((report.score.total, report.score.deploy), (total, deploy), "the score stays");
        assert!(report.findings.iter().any(|finding| finding.status == Status::Baseline));
        assert_eq!(baseline.mended(&report), 0, "{files:?}");
    }
}

#[test]
fn what_is_new_counts_and_what_is_gone_is_told() {
    let baseline = Baseline::of(&audit(&[("Dockerfile", DOCKERFILE)]));
    let more =
        judged(audit(&[("Dockerfile", DOCKERFILE), (".github/workflows/ci.yml", WORKFLOW)]), &baseline);
    let rules: Vec<&str> = open(&more).into_iter().map(|(rule, _)| rule).collect();
    assert!(!rules.is_empty() && rules.iter().all(|rule| !rule.starts_with("container/")), "{rules:?}");
    let mended = judged(audit(&[("Dockerfile", &DOCKERFILE.replace("CMD", "USER node\nCMD"))]), &baseline);
    assert_eq!(open(&mended), []);
    assert!(baseline.mended(&mended) > 0);
}

/// A finding at places of these fingerprints.
fn at(places: &[&str]) -> Finding {
    let mut finding = audit(&[("Dockerfile", DOCKERFILE)]).findings.remove(0);
    let place = finding.places[0].clone();
    let at = |fingerprint: &&str| Place { fingerprint: Some((*fingerprint).to_owned()), ..place.clone() };
    finding.places = places.iter().map(at).collect();
    "0".clone_into(&mut finding.fingerprint);
    finding
}

#[test]
fn a_finding_that_has_grown_counts_for_what_is_new() {
    let mut report = audit(&[]);
    report.findings = vec![at(&["a", "b"])];
    let baseline = Baseline::of(&report);
    assert_eq!(baseline.len(), 2);
    let cases: [(&[&str], usize, &str); 4] = [
        (&["a", "b"], 0, "the same"),
        (&["b"], 0, "one is mended"),
        (&["a", "c", "b"], 1, "one more"),
        (&["c", "d"], 2, "two others"),
    ];
    for (places, counted, why) in cases {
        report.findings = vec![at(places)];
        let judged = judged(report.clone(), &baseline);
        assert_eq!(open(&judged).first().map_or(0, |(_, places)| *places), counted, "{why}");
        let first = &judged.findings[0].places[0];
        assert!(counted == 0 || first.note.is_none(), "{why}: what is new comes first");
    }
}

#[test]
fn what_is_waived_or_not_run_or_not_decided_is_neither_known_nor_mended() {
    let mut report = audit(&[("Dockerfile", DOCKERFILE)]);
    let baseline = Baseline::of(&report);
    report.findings.clear();
    assert_eq!(baseline.mended(&report), baseline.len());
    report.rules.iter_mut().for_each(|rule| rule.outcome = Outcome::Inconclusive);
    assert_eq!(baseline.mended(&report), 0);
    report.rules.clear();
    assert_eq!(baseline.mended(&report), 0);
    let mut report = audit(&[("Dockerfile", DOCKERFILE)]);
    report.findings.iter_mut().for_each(|finding| finding.status = Status::Waived);
    assert!(Baseline::of(&report).is_empty());
    assert!(judged(report, &baseline).findings.iter().all(|finding| finding.status == Status::Waived));
}

#[test]
fn the_file_is_read_back_and_has_a_line_for_each_place() {
    let report = audit(&[("Dockerfile", DOCKERFILE), (".github/workflows/ci.yml", WORKFLOW)]);
    for baseline in [Baseline::default(), Baseline::of(&report)] {
        let text = baseline.render();
        assert_eq!(Baseline::parse(&text), Ok(baseline.clone()), "{text}");
        assert_eq!(text.matches("\"fingerprint\"").count(), baseline.len());
        assert!(text.lines().all(|line| line.matches("\"rule\"").count() <= 1), "{text}");
    }
    // A report stands for the baseline of what it found, and what it knew before is known still.
    let baseline = Baseline::of(&report);
    assert_eq!(Baseline::parse(&json::render(&report)), Ok(baseline.clone()));
    assert_eq!(Baseline::parse(&json::render(&judged(report, &baseline))), Ok(baseline));
}

#[test]
fn what_is_no_baseline_is_told_with_what_to_do() {
    let cases = [
        ("", "1:0: not JSON: EOF while parsing a value; write a baseline with `golive baseline`"),
        ("<<<<<<< HEAD", "1:1: not JSON: expected value; write a baseline with `golive baseline`"),
        (
            "{\"name\":1}",
            "neither a baseline nor a report of golive; write a baseline with `golive baseline`",
        ),
        (
            "{\"schema_version\":\"9\",\"known\":[]}",
            "a baseline of schema version \"9\"; this golive reads version \"1\": take the golive that wrote it, or remove the \
             file and write it with `golive baseline`",
        ),
        (
            "{\"schema_version\":\"1\",\"known\":[1]}",
            "not a baseline of schema version \"1\": invalid type: integer `1`, expected struct Known at line 1 column 32; \
             remove the file and write it with `golive baseline`",
        ),
        (
            "{\"schema_version\":\"9\"}",
            "a report of schema version \"9\"; this golive reads version \"1\"; write a baseline with `golive baseline`",
        ),
    ];
    for (text, told) in cases {
        assert_eq!(Baseline::parse(text), Err(told.to_owned()), "{text}");
    }
}
