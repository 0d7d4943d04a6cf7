//! What holds the coverage of tests above a number.

use std::sync::LazyLock;

use regex::Regex;

use super::{Context, mentions};
use crate::facts::{CoverageGate, Entry};
use crate::parse::node::{Node, Value};
use crate::source::{FileId, Place, SourceFile, pattern};

/// One fact for each threshold, and for each service that may have one.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let mut entries = Vec::new();
    for (file, source) in context.tree.entries().filter(|(_, source)| !source.vendored && !source.test) {
        if let Some(node) = context.documents.node(file) {
            entries.extend(configured(source, node).map(|(tool, node)| gate(file, tool, node)));
        }
        if source.name() == "sonar-project.properties" {
            let fact = CoverageGate { tool: "sonar".to_owned(), threshold: None, outside: true };
            entries.push(Entry::new(Place::file(file), fact));
        }
    }
    entries.extend(mentioned(context));
    entries
}

/// The tool and the threshold that a configuration file sets.
fn configured<'n>(file: &SourceFile, node: &'n Node) -> Option<(&'static str, &'n Node)> {
    let name = file.name();
    let at = |tool: &'static str, path: &[&str]| {
        node.at(path).filter(|node| is_set(node)).map(|node| (tool, node))
    };
    let nyc = |node: &'n Node| {
        node.get("check-coverage").filter(|node| node.flag() == Some(true)).map(|node| ("nyc", node))
    };
    if name.starts_with("jest.config.") {
        return at("jest", &["coverageThreshold"]);
    }
    if name.starts_with("vitest.") || name.starts_with("vite.config.") {
        let old = || {
            ["lines", "branches", "functions", "statements"]
                .iter()
                .find_map(|key| at("vitest", &["test", "coverage", key]))
        };
        return at("vitest", &["test", "coverage", "thresholds"]).or_else(old);
    }
    if name.starts_with(".nycrc") || name.starts_with(".c8rc") || name.starts_with("nyc.config.") {
        return nyc(node);
    }
    match name {
        "package.json" => at("jest", &["jest", "coverageThreshold"])
            .or_else(|| node.get("nyc").and_then(nyc))
            .or_else(|| node.get("c8").and_then(nyc)),
        "pyproject.toml" => at("coverage", &["tool", "coverage", "report", "fail_under"]),
        "setup.cfg" | "tox.ini" => at("coverage", &["coverage:report", "fail_under"]),
        ".coveragerc" => at("coverage", &["report", "fail_under"]),
        ".testcoverage.yml" | ".testcoverage.yaml" => at("go-test-coverage", &["threshold"]),
        "codecov.yml" | ".codecov.yml" | "codecov.yaml" | ".codecov.yaml" => codecov(node),
        _ => None,
    }
}

/// A status that fails: not switched off, and not only for information.
fn codecov(node: &Node) -> Option<(&'static str, &Node)> {
    let status = node.at(&["coverage", "status"])?;
    let kinds = ["project", "patch"].iter().filter_map(|kind| status.get(kind));
    let mut fails = kinds.filter(|kind| {
        let informational = |node: &Node| node.get("informational").and_then(Node::flag) == Some(true);
        let nested = kind.entries().iter().any(|entry| informational(&entry.value));
        kind.flag() != Some(false) && kind.text() != Some("off") && !informational(kind) && !nested
    });
    fails.next().map(|kind| ("codecov", kind))
}

fn is_set(node: &Node) -> bool {
    match &node.value {
        Value::Map(entries) => !entries.is_empty(),
        Value::Null => false,
        _ => node.scalar().is_none_or(|text| text != "0" && text != "false"),
    }
}

fn gate(file: FileId, tool: &str, node: &Node) -> Entry {
    let fact = CoverageGate { tool: tool.to_owned(), threshold: number(node), outside: false };
    Entry::new(Place { file, span: node.span }, fact)
}

/// The first number in it.
fn number(node: &Node) -> Option<String> {
    match &node.value {
        Value::Map(entries) => entries.iter().find_map(|entry| number(&entry.value)),
        _ => node.scalar().filter(|text| text.bytes().any(|byte| byte.is_ascii_digit())),
    }
}

/// Options of commands, and steps that hand coverage to a service.
fn mentioned(context: &Context<'_>) -> Vec<Entry> {
    static OPTION: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let options = r"--(?:cov-)?fail[-_]under(?:-\w+)?|--check-coverage|--coverageThreshold|--coverage\.thresholds?(?:\.\w+)?|--test-coverage-(?:lines|branches|functions)|--min-coverage|--cov-min|(?m:^)\s*fail-under";
        pattern(&format!(r"((?:{options})(?:[ =]+\S+)?)"))
    });
    static SERVICE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        pattern(
            r"(codecov/codecov-action|coverallsapp/github-action|codecov\.io/bash|\bcodecov\b|\bcoveralls\b|SonarSource/\w+|sonarsource/\w+|sonar-scanner|codeclimate-action|qltysh/\w+|codacy)",
        )
    });
    let mut entries = Vec::new();
    for (file, _) in mentions::task_files(context) {
        let text = context.tree.text(file);
        for (span, option) in OPTION.iter().flat_map(|option| mentions::found(option, text)) {
            let threshold =
                option.split([' ', '=']).nth(1).map(|value| value.trim_matches(['"', '\'', ',']).to_owned());
            let threshold = threshold.filter(|value| value.starts_with(|c: char| c.is_ascii_digit()));
            let fact = CoverageGate { tool: "command".to_owned(), threshold, outside: false };
            entries.push(Entry::new(Place { file, span }, fact));
        }
        for (span, service) in SERVICE.iter().flat_map(|service| mentions::found(service, text)) {
            let tool = service.split('/').next().unwrap_or(service).to_ascii_lowercase();
            entries.push(Entry::new(
                Place { file, span },
                CoverageGate { tool, threshold: None, outside: true },
            ));
        }
    }
    entries
}

#[cfg(test)]
mod tests {
    use crate::extract::given::show;

    #[test]
    fn thresholds_and_services() {
        for (path, text, expected) in [
            (
                "jest.config.ts",
                "export default { coverageThreshold: { global: { lines: 80 } } }",
                vec!["jest | 80 | false"],
            ),
            (
                "package.json",
                r#"{"jest": {"coverageThreshold": {"global": {"branches": 70}}}}"#,
                vec!["jest | 70 | false"],
            ),
            (
                "vite.config.ts",
                "export default defineConfig({ test: { coverage: { thresholds: { lines: 90 } } } })",
                vec!["vitest | 90 | false"],
            ),
            (".nycrc.json", r#"{"check-coverage": true}"#, vec!["nyc |  | false"]),
            (".nycrc.json", r#"{"check-coverage": false}"#, vec![]),
            ("pyproject.toml", "[tool.coverage.report]\nfail_under = 85\n", vec!["coverage | 85 | false"]),
            (".coveragerc", "[report]\nfail_under = 85\n", vec!["coverage | 85 | false"]),
            (
                "pyproject.toml",
                "[tool.pytest.ini_options]\naddopts = \"--cov --cov-fail-under=85\"\n",
                vec!["command | 85 | false"],
            ),
            ("Makefile", "test:\n\tcargo llvm-cov --fail-under-lines 80\n", vec!["command | 80 | false"]),
            (
                "package.json",
                r#"{"scripts": {"test": "c8 --check-coverage node --test"}}"#,
                vec!["command |  | false"],
            ),
            (".github/workflows/a.yml", "# --cov-fail-under=1\n", vec![]),
            (".github/workflows/a.yml", "x: {uses: codecov/codecov-action@v5}\n", vec!["codecov |  | true"]),
            (
                "codecov.yml",
                "coverage: {status: {project: {default: {target: 80%}}}}",
                vec!["codecov | 80% | false"],
            ),
            ("codecov.yml", "coverage: {status: {project: off}}", vec![]),
            ("sonar-project.properties", "a=b", vec!["sonar |  | true"]),
        ] {
            assert_eq!(
                show("coverage.gate", &["tool", "threshold", "outside"], &[(path, text)]),
                expected,
                "{path} {text}"
            );
        }
    }
}
