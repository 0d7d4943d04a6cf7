//! Comparisons as people ask for them: of revisions, folders and reports, by the program itself.

#![allow(clippy::unwrap_used, clippy::panic)] // a test may fail

mod repositories;

use std::path::Path;
use std::process::{Command, Output};

use repositories::{commit, git, repository, shallow, write};
use serde_json::Value;

const RULE: &str = "id: docs/todo-left\ntitle: A list is left\nseverity: blocker\neffort: 15m\nwhy: W\nfix: F\n\
                    forbid: file\nwhere: { name: TODO.txt }\nmessage: \"`{path}` is still there\"\n\
                    bad:\n  - TODO.txt: x\ngood:\n  - a.txt: x\n";

fn golive(root: &Path, args: &[&str]) -> Output {
    let program = Path::new(env!("CARGO_BIN_EXE_golive"));
    Command::new(program).args(args).current_dir(root).env("NO_COLOR", "1").output().unwrap()
}

fn json(root: &Path, args: &[&str]) -> Value {
    let done = golive(root, &[args, &["--format", "json"]].concat());
    serde_json::from_slice(&done.stdout)
        .unwrap_or_else(|_| panic!("{args:?}: {}", String::from_utf8_lossy(&done.stderr)))
}

fn rules(findings: &Value) -> Vec<&str> {
    findings.as_array().unwrap().iter().map(|it| it["rule"].as_str().unwrap()).collect()
}

/// A service on `main`, to which a branch adds a blocker and takes a weakness away.
fn branched() -> tempfile::TempDir {
    let dir = repository(&[
        ("package.json", r#"{ "name": "a", "version": "1.0.0", "dependencies": { "express": "^5.0.0" } }"#),
        (
            "src/index.js",
            "const app = require('express')();\napp.get('/', (q, s) => s.send('x'));\napp.listen(3000);\n",
        ),
        ("Dockerfile", "FROM node:22\nCOPY . .\nCMD [\"node\", \"src/index.js\"]\n"),
    ]);
    let root = dir.path();
    git(root, &["switch", "-q", "-c", "side"]);
    write(
        root,
        &[
            ("Dockerfile", "FROM node:22\nCOPY . .\nUSER node\nCMD [\"node\", \"src/index.js\"]\n"),
            ("TODO.txt", "finish this\n"),
            (".golive/rules/docs/todo-left.yml", RULE),
        ],
    );
    commit(root, "on the branch");
    git(root, &["switch", "-q", "main"]);
    write(root, &[("CHANGES.md", "# Changes\n")]);
    commit(root, "on main");
    dir
}

#[test]
fn revisions_are_compared_without_touching_the_work_tree() {
    let dir = branched();
    let root = dir.path();
    write(root, &[("TODO.txt", "not committed"), ("src/index.js", "broken(")]);
    let found = json(root, &["compare", "main..side"]);
    assert_eq!(
        (&found["schema_version"], &found["before"]["named"]),
        (&"comparison-1".into(), &"main".into())
    );
    assert!(rules(&found["new"]).contains(&"docs/todo-left"), "{:?}", rules(&found["new"]));
    assert!(rules(&found["mended"]).contains(&"container/root-user"), "{:?}", rules(&found["mended"]));
    assert_eq!(found["rules"]["same"], true, "both by the rules of the later");
    assert_eq!(found["before"]["repository"]["dirty"], false);
    let number = |value: &Value| value.as_f64().unwrap();
    for (whole, parts) in [("total", "total_parts"), ("raw", "raw_parts")] {
        let parts = found["score"][parts].as_object().unwrap().values().map(number);
        assert!((parts.sum::<f64>() - number(&found["score"][whole])).abs() < 1e-9, "{}", found["score"]);
    }
    let difference = number(&found["after"]["total"]) - number(&found["before"]["total"]);
    assert!((difference - number(&found["score"]["total"])).abs() < 1e-9);
    assert_eq!(std::fs::read_to_string(root.join("src/index.js")).unwrap(), "broken(");
    // Of what came to main since the branch left it, three dots say nothing.
    let fork = json(root, &["compare", "main...side"]);
    assert_eq!(fork["before"]["named"], "main...side");
    assert_eq!(fork["before"]["repository"]["files"], 3);
    assert_eq!(found["before"]["repository"]["files"], 4);
    // Written as two, and from elsewhere, it is the same.
    let elsewhere = tempfile::tempdir().unwrap();
    let there = json(elsewhere.path(), &["compare", "main", "side", "-C", root.to_str().unwrap()]);
    assert_eq!(there, found);
}

#[test]
fn what_is_compared_may_be_a_report_a_folder_or_a_revision() {
    let dir = branched();
    let root = dir.path();
    git(root, &["switch", "-q", "side"]);
    let elsewhere = tempfile::tempdir().unwrap();
    let report = elsewhere.path().join("side.json");
    let report = report.to_str().unwrap();
    golive(root, &["--format", "json", "--output", report, "--fail-on", "none"]);
    let of = |args: &[&str]| {
        let found = json(root, args);
        let lists = ["new", "changed", "mended", "unchanged"].map(|list| found[list].clone());
        (lists, found["score"]["raw"].clone())
    };
    let revisions = of(&["compare", "main", "side"]);
    for other in [&["compare", "main", "."][..], &["compare", "main"]] {
        assert_eq!(of(other).0, revisions.0, "{other:?}");
    }
    // A report brings no rules: what is compared with it is judged by its own, and what only one ran is left out.
    let with_report = of(&["compare", "main", report]).0;
    assert_eq!(with_report[1..], revisions.0[1..]);
    assert_eq!(rules(&with_report[0]), [""; 0]);
    let ([new, changed, mended, _], raw) = of(&["compare", report, "."]);
    assert_eq!(
        (new, changed, mended, raw),
        (Value::from(vec![0; 0]), Value::from(vec![0; 0]), Value::from(vec![0; 0]), 0.0.into())
    );
    // What is at a path goes before a revision of its name.
    write(root, &[("main/a.txt", "")]);
    let found = json(root, &["compare", "main", "."]);
    assert_eq!(found["before"]["repository"]["files"], 1);
    assert_eq!(json(root, &["compare", "heads/main", "."])["before"]["repository"]["files"], 4);
}

#[test]
fn an_audit_tells_what_changed_and_holds_the_score() {
    let dir = branched();
    let root = dir.path();
    git(root, &["switch", "-q", "side"]);
    let report = json(root, &["--fail-on", "none", "--against", "main"]);
    let compared = &report["compared"];
    assert!(rules(&compared["new"]).contains(&"docs/todo-left"));
    // The report alone is enough to draw it again.
    let file = root.join("report.json");
    std::fs::write(&file, serde_json::to_string(&report).unwrap()).unwrap();
    for format in ["markdown", "html", "sarif", "comment"] {
        let drawn = golive(root, &["report", "report.json", "--format", format]);
        let text = String::from_utf8(drawn.stdout).unwrap();
        assert!(drawn.status.success() && text.len() > 200, "{format}");
        match format {
            "sarif" => assert!(text.contains("\"baselineState\": \"new\"")),
            "comment" => assert!(text.starts_with("<!-- golive -->\n### golive: "), "{text}"),
            _ => assert!(text.contains("Why the score changed"), "{format}"),
        }
    }
    std::fs::remove_file(file).unwrap();
    // On main the image runs as root.
    git(root, &["switch", "-q", "main"]);
    let audit =
        |args: &[&str]| golive(root, &[&["--fail-on", "none", "--against", "side"][..], args].concat());
    let report = json(root, &["--fail-on", "none", "--against", "side"]);
    let lost = -report["compared"]["score"]["total"].as_i64().unwrap();
    assert!(lost > 0, "{}", report["compared"]["score"]);
    let at_most = |points: i64| audit(&["--max-drop", &points.to_string()]);
    assert_eq!(at_most(lost).status.code(), Some(0));
    let shut = at_most(lost - 1);
    assert_eq!(shut.status.code(), Some(1));
    let last = String::from_utf8(shut.stdout).unwrap();
    let last = last.lines().last().unwrap().to_owned();
    assert!(last.starts_with(&format!("golive: the gate is shut: the score fell by {lost} point")), "{last}");
}

#[test]
fn what_is_not_here_is_told_with_what_to_do() {
    let dir = branched();
    let clone = shallow(dir.path(), 1);
    let told = |args: &[&str]| {
        let done = golive(clone.path(), args);
        (done.status.code(), String::from_utf8(done.stderr).unwrap())
    };
    for (args, expected) in [
        (
            &["compare", "HEAD~1..HEAD"][..],
            "fetch 2 commits with `git fetch --depth 2`, or fetch the whole history",
        ),
        (&["compare", "side..HEAD"], "the revision `side` is not in this clone, which is shallow"),
        (&["compare", "nowhere.json", "."], "`nowhere.json` does not exist"),
        (&["--against", "side"], "`fetch-depth: 0` for actions/checkout"),
    ] {
        let (code, message) = told(args);
        assert_eq!(code, Some(2), "{args:?}");
        assert!(message.contains(expected), "{args:?}: {message}");
    }
    let (code, message) = told(&["compare", "HEAD", "HEAD", "-C", "empty"]);
    assert_eq!(code, Some(2), "{message}");
    write(clone.path(), &[("later/a.txt", "")]);
    let (code, message) = told(&["compare", "HEAD", "-C", "later"]);
    assert_eq!((code, message.contains("nothing to audit: `HEAD` (")), (Some(3), true), "{message}");
}
