//! What others copy: the template for GitLab runs and leaves what it says, the dashboard asks for what is there.

#![cfg(unix)]
#![allow(clippy::expect_used, clippy::panic)] // a test that cannot read its own templates fails

mod sample;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;
use std::sync::LazyLock;

use golive::parse::node::Node;
use golive::parse::yaml;
use golive::report::openmetrics;
use regex::Regex;
use serde_json::Value;

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn pattern(expression: &str) -> Regex {
    Regex::new(expression).expect("a valid expression")
}

/// The families that the format writes, each with the labels that its samples have.
fn families() -> BTreeMap<String, BTreeSet<String>> {
    static LABEL: LazyLock<Regex> = LazyLock::new(|| pattern(r#"[{,]([a-z]+)=""#));
    let text = openmetrics::render(&sample::shop());
    let samples = text.lines().filter(|line| !line.starts_with('#'));
    let mut families: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for sample in samples {
        let (name, labels) = sample.split_once('{').expect("every sample names its repository");
        let labels = format!("{{{labels}");
        families
            .entry(name.to_owned())
            .or_default()
            .extend(LABEL.captures_iter(&labels).map(|found| found[1].to_owned()));
    }
    families
}

#[test]
fn the_dashboard_asks_for_gauges_that_are_written() {
    static METRIC: LazyLock<Regex> = LazyLock::new(|| pattern(r"\bgolive_[a-z_]+"));
    static LABEL: LazyLock<Regex> = LazyLock::new(|| pattern(r"([a-z]+)=~?"));
    static GROUP: LazyLock<Regex> = LazyLock::new(|| pattern(r"by \(([a-z]+)\)"));
    let dashboard: Value = serde_json::from_str(&read("templates/grafana.json")).expect("it is JSON");
    let families = families();
    let mut asked = BTreeSet::new();
    for target in dashboard["panels"]
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|panel| panel["targets"].as_array().expect("a panel asks for something").iter())
    {
        let query = target["expr"].as_str().expect("a query is a text");
        let metric = METRIC.find(query).expect("a query asks for a gauge of golive").as_str();
        let labels = families.get(metric).unwrap_or_else(|| panic!("`{metric}` is written nowhere: {query}"));
        for label in [&LABEL, &GROUP].into_iter().flat_map(|pattern| pattern.captures_iter(query)) {
            assert!(labels.contains(&label[1]), "`{metric}` has no `{}`: {query}", &label[1]);
        }
        asked.insert(metric.to_owned());
    }
    let unshown: Vec<_> = families.keys().filter(|family| !asked.contains(*family)).collect();
    assert_eq!(unshown, ["golive_files"], "a gauge that the dashboard leaves out");
}

#[test]
fn the_template_for_gitlab_leaves_what_it_says() {
    let template = yaml::parse(&read("templates/golive.gitlab-ci.yml"));
    assert!(template.errors.is_empty(), "{:?}", template.errors);
    let job = template.document[0].get("golive").expect("the job is there").clone();
    let script = job.get("script").expect("the job runs something").scalars().join("\n");
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("README.md"), "# Shop\n").expect("a file");
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_golive"));
    let path = std::env::var("PATH").expect("there is a path");
    let status = Command::new("sh")
        .args(["-ec", &script])
        .current_dir(folder.path())
        .env("PATH", format!("{}:{path}", program.parent().expect("it lies in a folder").display()))
        .envs([("GOLIVE_FAIL_ON", "blocker"), ("GOLIVE_PATH", ".")])
        .status()
        .expect("a shell runs");
    assert_eq!(status.code(), Some(0));
    let artifacts = job.get("artifacts").expect("the job keeps something");
    let reports = artifacts.get("reports").map_or(&[][..], Node::entries).iter().map(|entry| &entry.value);
    for file in reports.chain(artifacts.get("paths").map_or(&[][..], Node::items)) {
        let name = file.text().expect("a file has a name");
        assert!(folder.path().join(name).is_file(), "`{name}` was not written");
    }
}
