use super::*;
use crate::rules::embedded;
use crate::source::{MemoryFile, Tree};

const PINNED_ACTION: &str = "example/golive@0123456789abcdef0123456789abcdef01234567";

/// The fingerprints of what rules on pipelines find.
fn found(files: &[(&str, &str)]) -> Vec<(String, String)> {
    let files = files.iter().map(|(path, text)| ((*path).to_owned(), MemoryFile::Text((*text).to_owned())));
    let report = crate::audit(&Tree::from_memory(files), embedded(), false).report;
    let of_pipelines = report.findings.into_iter().filter(|finding| finding.category == "ci");
    of_pipelines.map(|finding| (finding.rule, finding.message)).collect()
}

#[test]
fn the_workflow_passes_the_rules_on_workflows() {
    let manifest = "{\"name\": \"app\", \"scripts\": {\"test\": \"vitest run\"}}";
    for (below, has_baseline) in [("", false), ("", true), ("apps/my app", true)] {
        let workflow = workflow(PINNED_ACTION, below, has_baseline);
        assert_eq!(found(&[(WORKFLOW, &workflow), ("README.md", "# App\n")]), [], "{workflow}");
        let before = found(&[("package.json", manifest)]);
        let after = found(&[("package.json", manifest), (WORKFLOW, &workflow)]);
        assert!(after.iter().all(|one| before.contains(one) || one.0 == "ci/no-tests"), "{after:?}");
        assert_eq!(workflow.contains("baseline: "), has_baseline);
        assert_eq!(workflow.contains("path: \"apps/my app\""), !below.is_empty());
    }
}

/// The workflow checks out with the action that golive's own pipeline is tried with.
#[test]
fn the_checkout_is_that_of_the_own_pipeline() {
    let own = include_str!("../../../.github/workflows/ci.yml");
    let checkout = include_str!("workflow.yml").lines().find(|line| line.contains("actions/checkout@"));
    let checkout = checkout.expect("a checkout").trim();
    assert!(own.lines().any(|line| line.trim() == checkout), "{checkout}");
}

#[test]
fn an_action_is_pinned() {
    assert_eq!(action(Some(PINNED_ACTION)), Ok(PINNED_ACTION.to_owned()));
    for named in [
        "golive",
        "example/golive",
        "example/golive@v1",
        "example/golive@0123456",
        "a b/c@0123456789abcdef0123456789abcdef01234567",
        "",
    ] {
        assert!(action(Some(named)).is_err(), "{named}");
    }
}

#[test]
fn a_workflow_stands_in_the_root_of_the_work_tree() {
    let folder = tempfile::tempdir().expect("a folder");
    let below = folder.path().join("apps/web");
    fs::create_dir_all(&below).expect("made");
    assert_eq!(work_tree(&below), (below.clone(), String::new()));
    fs::create_dir(folder.path().join(".git")).expect("made");
    assert_eq!(work_tree(&below), (below.join("../.."), "apps/web".to_owned()));
    assert_eq!(work_tree(folder.path()), (folder.path().to_owned(), String::new()));
}
