//! What counts at the gate since a revision: what is found on changed lines, and what the change brought about.

#![allow(clippy::unwrap_used, clippy::panic)] // a test may fail

mod repositories;

use std::path::Path;
use std::process::Command;

use repositories::{commit, folder, git, repository, shallow, write};
use serde_json::Value;

/// The exit code, standard output and standard error.
fn golive(root: &Path, args: &[&str]) -> (i32, String, String) {
    let program = env!("CARGO_BIN_EXE_golive");
    let done = Command::new(program).args(args).current_dir(root).env("NO_COLOR", "1").output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (done.status.code().unwrap(), text(&done.stdout), text(&done.stderr))
}

fn report(root: &Path, args: &[&str]) -> Value {
    let (_, report, told) = golive(root, &[args, &["--format", "json"]].concat());
    serde_json::from_str(&report).unwrap_or_else(|error| panic!("{error}: {told}"))
}

/// The rules and first lines of what counts.
fn open(report: &Value) -> Vec<(String, u64)> {
    let findings = report["findings"].as_array().unwrap().iter();
    let open = findings.filter(|finding| finding["status"] == "open");
    open.map(|it| (it["rule"].as_str().unwrap().to_owned(), it["places"][0]["line"].as_u64().unwrap()))
        .collect()
}

const DOCKERFILE: &str = "FROM node:latest\nWORKDIR /app\nCOPY . .\nCMD [\"node\", \"server.js\"]\n";
const WORKFLOW: &str = "name: ci\non: pull_request\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: \
                        actions/checkout@v4\n      - run: npm test\n";

fn weak() -> tempfile::TempDir {
    repository(&[
        ("Dockerfile", DOCKERFILE),
        (".github/workflows/ci.yml", WORKFLOW),
        ("README.md", "# App\n"),
    ])
}

#[test]
fn nothing_counts_where_nothing_changed_or_only_moved() {
    let dir = weak();
    let root = dir.path();
    let whole = report(root, &[]);
    assert!(open(&whole).len() > 3);
    let since = report(root, &["--since", "HEAD"]);
    assert_eq!(open(&since), []);
    assert_eq!(since["baseline"], "revision HEAD");
    assert_eq!(since["score"]["total"], whole["score"]["total"], "the score stays");
    assert_eq!(golive(root, &["--since", "HEAD", "--fail-on", "info"]).0, 0);
    git(root, &["mv", "Dockerfile", "Dockerfile.web"]);
    write(root, &[(".github/workflows/ci.yml", &format!("\n\n{WORKFLOW}"))]);
    assert_eq!(open(&report(root, &["--since", "HEAD"])), []);
}

#[test]
fn what_is_found_on_a_changed_line_counts() {
    let dir = weak();
    write(
        dir.path(),
        &[(".github/workflows/ci.yml", &WORKFLOW.replace("on: pull_request", "on: [pull_request]"))],
    );
    let open = open(&report(dir.path(), &["--since", "HEAD"]));
    assert_eq!(open, [("ci/permissions-missing".to_owned(), 2)]);
    // The same content on a line that is indented anew.
    write(
        dir.path(),
        &[
            (".github/workflows/ci.yml", WORKFLOW),
            ("Dockerfile", &DOCKERFILE.replace("FROM node", "FROM  node")),
        ],
    );
    let (exit, _, told) =
        golive(dir.path(), &["--since", "HEAD", "--fail-on", "info", "--format", "shields"]);
    assert_eq!(exit, 1);
    assert!(told.contains("container/"), "{told}");
}

#[test]
fn what_a_change_brings_about_elsewhere_counts() {
    let ready = DOCKERFILE.replace("CMD", "USER node\nCMD");
    let dir = repository(&[("Dockerfile", &ready), ("README.md", "# App\n")]);
    write(dir.path(), &[("Dockerfile", DOCKERFILE)]);
    let open = open(&report(dir.path(), &["--since", "HEAD"]));
    assert!(open.iter().any(|(rule, _)| rule == "container/root-user"), "{open:?}");
}

#[test]
fn a_baseline_and_a_revision_are_both_known() {
    let dir = weak();
    let root = dir.path();
    golive(root, &["baseline"]);
    commit(root, "the baseline");
    write(
        root,
        &[
            ("README.md", "# App\n\nmore\n"),
            (".github/workflows/ci.yml", &WORKFLOW.replace("  test:", "  unit:")),
        ],
    );
    commit(root, "a change");
    let args = ["--since", "HEAD~1", "--baseline", "golive-baseline.json"];
    let both = report(root, &args);
    assert_eq!(both["baseline"], "golive-baseline.json and revision HEAD~1");
    assert_eq!(open(&both), [("ci/no-timeout".to_owned(), 4)]);
    let (_, _, told) = golive(root, &[&args[..], &["--format", "shields"]].concat());
    assert!(told.contains("in `golive-baseline.json` is mended"), "{told}");
}

#[test]
fn a_revision_that_is_not_there_says_what_to_do() {
    let dir = weak();
    write(dir.path(), &[("README.md", "# Another\n")]);
    commit(dir.path(), "second");
    let clone = shallow(dir.path(), 1);
    let outside = folder(&[("README.md", "# App\n")]);
    for (root, revision) in [(dir.path(), "nowhere"), (clone.path(), "HEAD~1"), (outside.path(), "HEAD")] {
        let (exit, report, told) = golive(root, &["--since", revision]);
        assert_eq!((exit, report.as_str()), (2, ""), "{told}");
        assert!(told.contains(revision) && told.contains("fetch") || told.contains("git"), "{told}");
    }
    let (_, _, told) = golive(clone.path(), &["--since", "HEAD~1"]);
    assert!(told.contains("depth") || told.contains("--unshallow"), "{told}");
}
