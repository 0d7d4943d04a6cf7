//! What the sentences of rules mean: a rule, a repository, and the verdict.

#![allow(clippy::expect_used, clippy::panic)] // a test that cannot read its own input fails

use golive::parse::Documents;
use golive::rules::{Catalogue, Rule, compile};
use golive::source::{MemoryFile, Tree};
use golive::verdict::{Outcome, Verdict};
use golive::{engine, extract};

fn rule(id: &str, lines: &str) -> Rule {
    let text = format!("id: {id}\ntitle: T\nseverity: low\neffort: 5m\nwhy: W\nfix: F\n{lines}\n");
    compile(&format!("rules/{id}.yml"), &text).expect("the rule is well formed")
}

fn judge(rules: Vec<Rule>, paths: &[&str]) -> Vec<Verdict> {
    let tree =
        Tree::from_memory(paths.iter().map(|path| ((*path).to_owned(), MemoryFile::Text("x".to_owned()))));
    let (mut facts, _) = extract::facts(&tree, &Documents::parse(&tree), &[]);
    let judged = engine::judge(&Catalogue::new(rules), &tree, &mut facts);
    judged.verdicts.into_iter().map(|(verdict, _)| verdict).collect()
}

/// The verdict of one rule: how it ended, how many were checked, how many fail, what is said.
fn one(lines: &str, paths: &[&str]) -> (Outcome, u32, u32, Vec<String>) {
    let verdict = judge(vec![rule("ci/sample", lines)], paths).remove(0);
    let messages = verdict.findings.into_iter().map(|finding| finding.message).collect();
    (verdict.outcome, verdict.checked, verdict.failing, messages)
}

const EVERY: &str =
    "every: file\nwhere: { name: { glob: '*.js' } }\nis: { name: { not: bad.js } }\nmessage: '{path} is bad'";

#[test]
fn every_judges_each_subject() {
    assert_eq!(one(EVERY, &["a.js", "bad.js"]), (Outcome::Fail, 2, 1, vec!["bad.js is bad".into()]));
    assert_eq!(one(EVERY, &["a.js"]), (Outcome::Pass, 1, 0, vec![]));
    assert_eq!(one(EVERY, &["a.md"]), (Outcome::NotApplicable, 0, 0, vec![]));
}

#[test]
fn facts_in_tests_are_invisible_unless_a_condition_speaks_of_them() {
    assert_eq!(one(EVERY, &["a.js", "tests/bad.js"]), (Outcome::Pass, 1, 0, vec![]));
    let asking = EVERY.replace("where: {", "where: { test: true,");
    assert_eq!(
        one(&asking, &["a.js", "tests/bad.js"]),
        (Outcome::Fail, 1, 1, vec!["tests/bad.js is bad".into()])
    );
}

#[test]
fn require_is_met_once_and_speaks_of_what_made_it_necessary() {
    let lines = "when: { file: { name: app.js } }\nrequire: file\nwhere: { name: LICENSE }\nmessage: '{path} has no license'";
    assert_eq!(one(lines, &["app.js"]), (Outcome::Fail, 1, 1, vec!["app.js has no license".into()]));
    assert_eq!(one(lines, &["app.js", "LICENSE"]), (Outcome::Pass, 1, 0, vec![]));
    assert_eq!(one(lines, &["LICENSE"]), (Outcome::NotApplicable, 0, 0, vec![]));
}

#[test]
fn forbid_counts_what_it_finds() {
    let lines = "forbid: file\nwhere: { name: bad.js }\nmessage: 'bad'";
    let (outcome, _, failing, messages) = one(lines, &["a.js", "b/bad.js", "c/bad.js"]);
    assert_eq!((outcome, failing), (Outcome::Fail, 2));
    assert_eq!(messages, ["bad"], "equal messages fold");
    assert_eq!(one(lines, &["a.js"]).0, Outcome::Pass);
}

#[test]
fn unless_silences() {
    let lines = "unless: { file: { name: off } }\nforbid: file\nwhere: { name: bad.js }\nmessage: 'bad'";
    assert_eq!(one(lines, &["bad.js"]).0, Outcome::Fail);
    assert_eq!(one(lines, &["bad.js", "off"]).0, Outcome::NotApplicable);
}

#[test]
fn joins_look_within_their_scope_for_shared_values() {
    let lines = "every: file\nwhere: { name: { glob: '*.js' } }\nhas: file\nwith: { dir: $dir, name: twin }\nmessage: '{path}'";
    assert_eq!(one(lines, &["a/x.js", "a/twin", "b/y.js"]), (Outcome::Fail, 2, 1, vec!["b/y.js".into()]));
    let lacks = lines.replace("has:", "lacks:");
    assert_eq!(one(&lacks, &["a/x.js", "a/twin", "b/y.js"]), (Outcome::Fail, 2, 1, vec!["a/x.js".into()]));
    let package = "every: file\nwhere: { name: { glob: '*.js' } }\nhas: file\nwith: { name: twin }\nwithin: package\nmessage: '{path}'";
    let paths = ["a/package.json", "a/src/x.js", "a/twin", "b/package.json", "b/y.js"];
    assert_eq!(one(package, &paths), (Outcome::Fail, 2, 1, vec!["b/y.js".into()]));
}

#[test]
fn what_is_doubtful_does_not_fail() {
    let doubt = "undecided:\n  - has: file\n    with: { dir: $dir, name: proxy.conf }\n    because: a proxy may do it";
    let lines = format!("{EVERY}\n{doubt}");
    let because = Outcome::Inconclusive { because: "a proxy may do it".into() };
    assert_eq!(one(&lines, &["a/bad.js", "a/proxy.conf"]), (because, 0, 0, vec![]));
    let (outcome, checked, failing, _) = one(&lines, &["a/bad.js", "a/proxy.conf", "b/bad.js"]);
    assert_eq!((outcome, checked, failing), (Outcome::Fail, 1, 1), "one is certain");
}

#[test]
fn a_rule_that_refines_a_failing_one_fails_with_it_in_silence() {
    let parent = rule("ci/parent", "require: file\nwhere: { name: ci.yml }\nmessage: 'no pipeline'");
    let child = rule(
        "ci/child",
        "refines: [ci/parent]\nrequire: file\nwhere: { name: tests.yml }\nmessage: 'no tests'",
    );
    let verdicts = judge(vec![parent.clone(), child.clone()], &["a.js"]);
    assert_eq!(verdicts[0].part_of.as_deref(), Some("ci/parent"), "the child comes first by id");
    assert!(verdicts[0].failed() && verdicts[0].findings.is_empty());
    let verdicts = judge(vec![parent, child], &["a.js", "ci.yml"]);
    assert_eq!(verdicts[0].part_of, None);
    assert_eq!(verdicts[0].findings.len(), 1, "the parent holds: the child speaks for itself");
}
