//! The action from its first step to its last, with a recorded pull request and a stand-in for the servers of GitHub.
//!
//! Needs `bash`, `curl`, `git` and `jq`; without them the tests say so and pass, unless `GOLIVE_RUNNER=required` is set.

#![cfg(unix)]
#![allow(clippy::expect_used, clippy::panic)] // a test that cannot make its own checkout fails

#[path = "action/api.rs"]
mod api;
#[path = "action/runner.rs"]
mod runner;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use golive::parse::node::Node;
use serde_json::{Value, json};
use tempfile::TempDir;

use api::{Api, State, comment};
use runner::{Job, Outcome};

const MARKER: &str = "<!-- golive -->";
const TOKEN: &str = "token-of-the-job";

/// Whether the tools are there that the scripts call.
fn equipped() -> bool {
    let missing: Vec<&str> = ["bash", "curl", "git", "jq"]
        .into_iter()
        .filter(|tool| Command::new(tool).arg("--version").output().is_err())
        .collect();
    let required = std::env::var_os("GOLIVE_RUNNER").is_some_and(|value| value == "required");
    assert!(missing.is_empty() || !required, "needed here: {missing:?}");
    if !missing.is_empty() {
        eprintln!("skipped: there is no {}", missing.join(", no "));
    }
    missing.is_empty()
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .args([
            "-c",
            "user.name=someone",
            "-c",
            "user.email=someone@example.org",
            "-c",
            "commit.gpgsign=false",
        ])
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("git runs");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// What a pull request does to the shop.
const HARMLESS: (&str, &str) = ("README.md", "# Shop\n\nSells tea and coffee.\n");
const LEAK: (&str, &str) = (".env", "DATABASE_URL=postgres://shop:Xk29fLq81mZt@db.internal:5432/shop\n");

/// The checkout of a pull request as the runner makes it: its merge into the base, with a history of one commit only.
fn checkout((path, text): (&str, &str)) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let origin = folder.path().join("origin");
    fs::create_dir(&origin).expect("a folder");
    git(&origin, &["init", "--quiet", "--initial-branch=main"]);
    git(&origin, &["config", "uploadpack.allowAnySHA1InWant", "true"]);
    fs::write(origin.join("README.md"), "# Shop\n\nSells tea.\n").expect("a file");
    fs::write(origin.join(".gitignore"), "node_modules\n").expect("a file");
    git(&origin, &["add", "."]);
    git(&origin, &["commit", "--quiet", "--message=a shop"]);
    git(&origin, &["checkout", "--quiet", "-b", "change"]);
    fs::write(origin.join(path), text).expect("a file");
    git(&origin, &["add", "."]);
    git(&origin, &["commit", "--quiet", "--message=a change"]);
    git(&origin, &["checkout", "--quiet", "main"]);
    git(&origin, &["merge", "--quiet", "--no-ff", "--no-edit", "change"]);
    let url = format!("file://{}", origin.display());
    git(folder.path(), &["clone", "--quiet", "--depth=1", &url, "checkout"]);
    folder
}

/// A release whose program is the one under test.
fn released() -> Vec<(String, Vec<u8>)> {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = format!("golive-{}-x86_64-unknown-linux-musl.tar.gz", env!("CARGO_PKG_VERSION"));
    let program = format!("#!/bin/sh\nexec '{}' \"$@\"\n", env!("CARGO_BIN_EXE_golive"));
    fs::write(folder.path().join("golive"), program).expect("a file");
    let script = format!("chmod +x golive && tar -czf {archive} golive && sha256sum {archive} > SHA256SUMS");
    let made = Command::new("bash").args(["-c", &script]).current_dir(folder.path()).status();
    assert!(made.is_ok_and(|status| status.success()), "the release is made");
    let read = |name: &str| fs::read(folder.path().join(name)).expect("the file was made");
    vec![(format!("/{archive}"), read(&archive)), ("/SHA256SUMS".to_owned(), read("SHA256SUMS"))]
}

fn state() -> State {
    State { files: released(), ..State::default() }
}

fn event() -> Value {
    let text = include_str!("action/pull_request.json");
    serde_json::from_str(text).expect("the event is JSON")
}

/// The event of the same pull request from somebody else's copy of the repository.
fn event_of_a_fork() -> Value {
    let mut event = event();
    event["pull_request"]["head"]["repo"] = json!({ "full_name": "stranger/shop", "fork": true });
    event
}

/// Runs the action on a pull request with this change.
fn run(change: (&str, &str), api: &Api, with: &[(&str, &str)]) -> Outcome {
    let folder = checkout(change);
    let job = Job { with: with.to_vec(), on: "pull_request", event: event(), token: TOKEN };
    job.run(&folder.path().join("checkout"), api)
}

fn bodies(api: &Api) -> Vec<String> {
    api.holds(|state| {
        let texts =
            state.comments.iter().map(|comment| comment["body"].as_str().unwrap_or_default().to_owned());
        texts.collect()
    })
}

#[test]
fn an_open_gate_is_told_and_passed() {
    if !equipped() {
        return;
    }
    let api = Api::start(state());
    let outcome = run(HARMLESS, &api, &[("max-drop", "0")]);
    assert_eq!(outcome.status, 0, "{}", outcome.log);
    assert_eq!(outcome.outputs["gate"], "open");
    assert_eq!(outcome.outputs["new-blockers"], "0");
    assert!(outcome.summary.contains("golive: the gate is open"), "{}", outcome.summary);
    assert_eq!(api.changes(), ["POST"]);
    let bodies = bodies(&api);
    assert!(bodies[0].starts_with(MARKER), "{}", bodies[0]);
    assert!(outcome.used.is_empty(), "nothing is sent to code scanning unasked");
}

#[test]
fn a_new_blocker_shuts_the_gate_after_everything_was_shown() {
    if !equipped() {
        return;
    }
    let api = Api::start(state());
    let outcome = run(LEAK, &api, &[("sarif", "true")]);
    assert_eq!(outcome.status, 1, "{}", outcome.log);
    assert_eq!(outcome.outputs["gate"], "shut");
    assert_eq!(outcome.outputs["verdict"], "not-ready");
    assert_eq!(outcome.outputs["new-blockers"], "1");
    let last = outcome.log.lines().last().expect("something was said");
    assert!(
        last.starts_with("golive: the gate is shut: 1 open blocker (secrets/env-file-tracked)"),
        "{last}"
    );
    assert!(outcome.log.contains("::error file=.env"), "annotations: {}", outcome.log);
    assert!(outcome.summary.contains("golive: the gate is shut"), "{}", outcome.summary);
    assert!(bodies(&api)[0].contains("secrets/env-file-tracked"), "{}", bodies(&api)[0]);
    let report: Value = serde_json::from_str(&outcome.outputs["json"]).expect("the report is JSON");
    assert_eq!(report["score"]["deploy"], false);
    assert!(outcome.outputs["html"].starts_with("<!doctype html>"), "the page");
    let (uses, with) = &outcome.used[0];
    assert!(uses.starts_with("github/codeql-action/upload-sarif@"), "{uses}");
    assert!(with["sarif_file"].ends_with("report.sarif"), "{with:?}");
    for text in [&outcome.log, &outcome.summary, &bodies(&api)[0]] {
        assert!(!text.contains("Xk29fLq81mZt") && !text.contains(TOKEN), "a secret is shown: {text}");
    }
}

#[test]
fn the_comment_is_found_again_among_many_and_only_our_own() {
    if !equipped() {
        return;
    }
    let forged = format!("{MARKER}\nProduction ready");
    let mut comments: Vec<Value> = (0..140).map(|id| comment(id, "someone", "User", "I like tea")).collect();
    comments[3] = comment(3, "stranger", "User", &forged);
    comments[120] = comment(120, "github-actions[bot]", "Bot", &format!("{MARKER}\nold"));
    let api = Api::start(State { comments, ..state() });
    let outcome = run(HARMLESS, &api, &[]);
    assert_eq!(outcome.status, 0, "{}", outcome.log);
    assert_eq!(api.changes(), ["PATCH"]);
    let bodies = bodies(&api);
    assert_eq!(bodies.len(), 140, "no comment is added");
    assert_eq!(bodies[3], forged, "what somebody else wrote is left alone");
    assert!(bodies[120].starts_with(MARKER) && !bodies[120].contains("old"), "{}", bodies[120]);
    api.holds(|state| {
        let asked: Vec<_> = state.requests.iter().filter(|(.., credentials)| credentials.is_some()).collect();
        assert!(asked.iter().all(|(_, path, _)| !path.contains("releases")), "no token is sent to downloads");
        assert!(
            asked.iter().all(|(.., credentials)| credentials.as_deref() == Some("Bearer token-of-the-job"))
        );
    });
}

#[test]
fn the_owner_of_a_personal_token_finds_their_own_comment() {
    if !equipped() {
        return;
    }
    let comments = vec![
        comment(1, "other[bot]", "Bot", &format!("{MARKER}\nnot ours")),
        comment(2, "keeper", "User", &format!("{MARKER}\nours")),
    ];
    let api = Api::start(State { comments, login: Some("keeper".to_owned()), ..state() });
    run(HARMLESS, &api, &[]);
    let bodies = bodies(&api);
    assert!(bodies[0].ends_with("not ours") && !bodies[1].ends_with("ours"), "{bodies:?}");
}

#[test]
fn a_fork_has_a_gate_and_no_comment() {
    if !equipped() {
        return;
    }
    let folder = checkout(LEAK);
    let with = vec![("sarif", "true")];
    for (token, refusal, requests) in [("", None, 0), (TOKEN, Some(403), 1)] {
        let api = Api::start(State { refusal, ..state() });
        let job = Job { with: with.clone(), on: "pull_request", event: event_of_a_fork(), token };
        let outcome = job.run(&folder.path().join("checkout"), &api);
        assert_eq!(outcome.status, 1, "{}", outcome.log);
        assert_eq!(api.changes().len(), requests);
        assert!(bodies(&api).is_empty());
        assert!(outcome.log.contains("golive: no comment: "), "{}", outcome.log);
        assert!(
            !outcome.log.contains("::warning title=golive::"),
            "nobody did anything wrong: {}",
            outcome.log
        );
        assert!(outcome.used.is_empty(), "code scanning is closed to forks");
    }
}

#[test]
fn a_refused_comment_is_told_and_decides_nothing() {
    if !equipped() {
        return;
    }
    for (refusal, told) in
        [(403, "permission `pull-requests: write`"), (422, "the API answered 422"), (500, "500")]
    {
        let api = Api::start(State { refusal: Some(refusal), ..state() });
        let outcome = run(HARMLESS, &api, &[]);
        assert_eq!(outcome.status, 0, "{}", outcome.log);
        let warning =
            outcome.log.lines().find(|line| line.starts_with("::warning title=golive::")).unwrap_or_default();
        assert!(warning.contains(told) && warning.contains("Resource not accessible"), "{}", outcome.log);
        assert!(!outcome.log.lines().any(|line| line.starts_with("::error")), "{}", outcome.log);
    }
}

#[test]
fn a_job_may_ask_for_no_comment_and_run_on_other_events() {
    if !equipped() {
        return;
    }
    let api = Api::start(state());
    let outcome = run(HARMLESS, &api, &[("comment", "false")]);
    assert_eq!((outcome.status, api.changes().len()), (0, 0), "{}", outcome.log);
    let folder = checkout(HARMLESS);
    for (on, event) in [
        ("schedule", json!({ "schedule": "0 6 * * 1" })),
        ("push", json!({ "before": "0000000000000000000000000000000000000000" })),
    ] {
        let job = Job { with: vec![("max-drop", "5")], on, event, token: TOKEN };
        let outcome = job.run(&folder.path().join("checkout"), &api);
        assert_eq!((outcome.status, api.changes().len()), (0, 0), "{}", outcome.log);
        assert!(outcome.log.contains("::notice title=golive::max-drop is left out"), "{}", outcome.log);
    }
}

#[test]
fn a_commit_that_is_not_here_is_asked_for_and_told() {
    if !equipped() {
        return;
    }
    let folder = checkout(HARMLESS);
    let here = folder.path().join("checkout");
    let api = Api::start(state());
    // This server knows no git.
    git(&here, &["remote", "set-url", "origin", &format!("{}/acme/shop", api.url)]);
    let job = |with| Job { with, on: "pull_request", event: event(), token: TOKEN };
    let outcome = job(vec![("max-drop", "5")]).run(&here, &api);
    assert_eq!(outcome.status, 2, "{}", outcome.log);
    assert!(outcome.log.contains("set `fetch-depth: 0` for actions/checkout"), "{}", outcome.log);
    api.holds(|state| {
        let asked = state.requests.iter().find(|(_, path, _)| path.contains("/info/refs"));
        let (.., credentials) = asked.expect("the commit is asked for");
        let expected = "basic eC1hY2Nlc3MtdG9rZW46dG9rZW4tb2YtdGhlLWpvYg=="; // x-access-token:token-of-the-job
        assert_eq!(credentials.as_deref(), Some(expected));
    });
    let outcome = job(vec![]).run(&here, &api);
    assert_eq!((outcome.status, api.changes()), (0, vec!["POST".to_owned()]), "{}", outcome.log);
    assert!(outcome.log.contains("::notice title=golive::nothing is compared"), "{}", outcome.log);
}

#[test]
fn inputs_are_data() {
    if !equipped() {
        return;
    }
    let api = Api::start(state());
    for (name, evil) in [
        ("path", "$(touch pwned)"),
        ("path", "--help"),
        ("path", "x\"; touch pwned; \""),
        ("fail-on", "high; touch pwned"),
        ("min-score", "`touch pwned`"),
        ("baseline", "$(touch pwned)"),
        ("version", "1.0.0/../../evil"),
        ("version", "$(touch pwned)"),
    ] {
        let folder = checkout(HARMLESS);
        let here = folder.path().join("checkout");
        let job = Job { with: vec![(name, evil)], on: "pull_request", event: event(), token: TOKEN };
        let outcome = job.run(&here, &api);
        assert_eq!(outcome.status, 2, "{name}: {evil}\n{}", outcome.log);
        assert!(
            outcome.log.lines().any(|line| line.starts_with("::error title=golive::")),
            "{}",
            outcome.log
        );
        assert!(!here.join("pwned").exists(), "{name}: {evil}");
    }
}

#[test]
fn a_download_that_is_not_what_was_released_is_not_run() {
    if !equipped() {
        return;
    }
    let mut files = released();
    files[0].1.push(b' ');
    let absent = vec![released().remove(1)];
    for (files, told) in
        [(files, "is not what SHA256SUMS of the release says"), (absent, "cannot be downloaded")]
    {
        let outcome = run(HARMLESS, &Api::start(State { files, ..State::default() }), &[]);
        assert_eq!(outcome.status, 2, "{}", outcome.log);
        assert!(outcome.log.contains(told), "{}", outcome.log);
    }
}

/// Everything an expression could bring into a script goes through its environment, and no input is forgotten.
#[test]
fn the_action_splices_nothing_and_uses_every_input() {
    let action = runner::action();
    let steps = action.at(&["runs", "steps"]).expect("the action has steps").items();
    let mut used = BTreeSet::new();
    for step in steps {
        let run = step.get("run").and_then(Node::text).unwrap_or_default();
        assert!(!run.contains("${{"), "spliced into a script: {run}");
        if let Some(uses) = step.get("uses").and_then(Node::text) {
            let (_, pin) = uses.split_once('@').expect("an action has a version");
            assert!(pin.len() == 40, "not pinned to a commit: {uses}");
        }
        for values in [step.get("env"), step.get("with")].into_iter().flatten() {
            used.extend(values.entries().iter().filter_map(|entry| entry.value.scalar()));
        }
        used.extend(step.get("if").and_then(Node::scalar));
    }
    for input in action.get("inputs").expect("the action has inputs").entries() {
        let name = format!("inputs.{}", input.key);
        assert!(used.iter().any(|value| value.contains(&name)), "`{name}` is read nowhere");
    }
}

/// What the action downloads is what a release holds.
#[test]
fn every_system_that_is_asked_for_is_released() {
    let install = fs::read_to_string("scripts/action/install").expect("the script is there");
    let asked: BTreeSet<&str> =
        install.split("target=").skip(1).filter_map(|rest| rest.split(' ').next()).collect();
    let release = fs::read_to_string(".github/workflows/release.yml").expect("the workflow is there");
    let release = golive::parse::yaml::parse(&release).document.remove(0);
    let matrix = release.at(&["jobs", "build", "strategy", "matrix", "include"]).expect("a matrix").items();
    let built: BTreeSet<&str> =
        matrix.iter().filter_map(|system| system.get("target").and_then(Node::text)).collect();
    assert!(built.len() > 1, "{built:?}");
    assert_eq!(asked, built);
}
