//! Command lines and actions → kinds of task, by the tables in `rules/knowledge/`.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::extract::knowledge;
use crate::parse::node::{Node, Value};

/// Every kind of task.
const KINDS: &[&str] = &[
    "lint",
    "format",
    "typecheck",
    "test",
    "coverage",
    "build",
    "e2e",
    "audit",
    "sast",
    "secret-scan",
    "image-scan",
    "iac-scan",
    "migrate",
    "deploy",
    "release",
    "docs",
    "other-lint",
    "hooks",
];

static COMMANDS: LazyLock<HashMap<&'static str, &'static Node>> = LazyLock::new(|| table("commands"));
static ACTIONS: LazyLock<HashMap<String, &'static Node>> = LazyLock::new(|| {
    table("actions").into_iter().map(|(name, node)| (name.to_ascii_lowercase(), node)).collect()
});

fn table(name: &str) -> HashMap<&'static str, &'static Node> {
    knowledge::file(name).entries().iter().map(|entry| (entry.key.as_str(), &entry.value)).collect()
}

/// The kinds of task of a program with its arguments: none where the program is not known, empty where it is and does
/// nothing of interest.
pub(super) fn command(program: &str, arguments: &[&str]) -> Option<Vec<&'static str>> {
    let name = program.rsplit(['/', '\\']).next().unwrap_or(program);
    let name = name.strip_suffix(".exe").or_else(|| name.strip_suffix(".cmd")).unwrap_or(name);
    let name = if name.starts_with("gradlew") { "gradle" } else { name };
    let entry = COMMANDS.get(name)?;
    Some(select(entry, arguments, many_goals(name)))
}

/// Whether every argument is a goal of its own.
fn many_goals(name: &str) -> bool {
    matches!(name, "gradle" | "mvn" | "mvnw" | "rake" | "sbt")
}

fn select(entry: &'static Node, arguments: &[&str], many: bool) -> Vec<&'static str> {
    match &entry.value {
        Value::Map(entries) => {
            let given = |option: &str| {
                arguments.iter().any(|argument| {
                    argument.strip_prefix(option).is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
                })
            };
            let option = entries.iter().find(|entry| entry.key.starts_with('-') && given(&entry.key));
            if let Some(entry) = option {
                return select(&entry.value, arguments, false);
            }
            if many {
                let goals = arguments
                    .iter()
                    .filter_map(|goal| entry.get(goal.rsplit(':').next()?).or_else(|| entry.get(goal)));
                let mut kinds: Vec<_> = goals.flat_map(kinds).collect();
                kinds.dedup();
                return kinds;
            }
            let mut words = 0;
            for (index, argument) in arguments.iter().enumerate() {
                if argument.starts_with(['-', '+']) {
                    continue;
                }
                if let Some(value) = entry.get(argument) {
                    return select(value, &arguments[index + 1..], false);
                }
                // Only the first words can be a subcommand; what an option takes may stand before it.
                let taken = index.checked_sub(1).and_then(|before| arguments.get(before));
                words += usize::from(!taken.is_some_and(|option| option.starts_with('-')));
                if index > 2 && words > 2 {
                    break;
                }
            }
            entry.get("*").map(|value| select(value, arguments, false)).unwrap_or_default()
        }
        _ => kinds(entry),
    }
}

fn kinds(node: &Node) -> Vec<&'static str> {
    node.scalars().iter().filter_map(|word| KINDS.iter().find(|kind| *kind == word).copied()).collect()
}

/// What is known of an action.
pub(super) struct Known {
    pub(super) kinds: Vec<&'static str>,
    /// The input with a command line, and what stands before it.
    pub(super) command: Option<(&'static str, &'static str)>,
}

/// What an action that no table knows does by the scanner in its name: `acme/actions/trivy-scan`.
pub(super) fn scanner(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    let words: Vec<&str> = name.split(['/', '-', '_', '.']).skip(1).collect();
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(word));
    if has(&["setup", "install", "cache", "upload", "download", "comment", "report"]) {
        return None;
    }
    let kinds: [(&'static str, &[&str]); 3] = [
        ("image-scan", &["trivy", "grype"]),
        ("sast", &["codeql", "semgrep", "zizmor"]),
        ("secret-scan", &["gitleaks", "trufflehog"]),
    ];
    kinds.iter().find(|(_, names)| has(names)).map(|(kind, _)| *kind)
}

/// What is known of the action `owner/name/path`, given its inputs.
pub(super) fn action(name: &str, with: Option<&Node>) -> Option<Known> {
    let node = ACTIONS.get(&name.to_ascii_lowercase())?;
    let input = |name: &str| with.and_then(|with| with.get(name)).and_then(Node::scalar);
    if node.entries().is_empty() {
        return Some(Known { kinds: kinds(node), command: None });
    }
    let mut found = node.get("kinds").map(kinds).unwrap_or_default();
    if let Some(name) = node.at(&["by", "input"]).and_then(Node::text) {
        let value = input(name).unwrap_or_default();
        found.extend(node.at(&["by", "values", &value]).map(kinds).unwrap_or_default());
    }
    if let Some(name) = node.get("image").and_then(Node::text)
        && input(name).is_some_and(|value| value != "false")
    {
        found.push("release");
    }
    let command = node.get("command").and_then(Node::text);
    let prefix = node.get("prefix").and_then(Node::text).unwrap_or_default();
    Some(Known { kinds: found, command: command.map(|command| (command, prefix)) })
}

/// The kind of task a script, target or step is named after: `test:unit`, `check-types`, `lint_ci`.
pub(super) fn name(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    let words: Vec<&str> =
        name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(word));
    let first = *words.first()?;
    // What prepares, mends or watches is none.
    if has(&[
        "install", "setup", "up", "down", "prepare", "clean", "deps", "watch", "fix", "write", "update",
        "dev", "seed", "start", "serve",
    ]) {
        return None;
    }
    let kind = match first {
        _ if has(&["e2e", "playwright", "cypress", "browser"]) && !has(&["install", "setup", "build"]) => {
            "e2e"
        }
        _ if has(&["typecheck", "typechecks", "tsc", "mypy", "pyright"]) => "typecheck",
        _ if has(&["type", "types"]) && has(&["check", "lint", "test"]) => "typecheck",
        "lint" | "lints" | "linter" | "linting" | "eslint" | "clippy" | "ruff" | "vet" => "lint",
        "test" | "tests" | "testing" | "unittest" | "unittests" | "unit" | "integration" | "spec"
        | "specs" | "jest" | "vitest" | "pytest" => "test",
        "coverage" | "cov" => "coverage",
        "build" | "compile" | "bundle" | "dist" => "build",
        "format" | "fmt" | "prettier" => "format",
        "deploy" | "deployment" => "deploy",
        "migrate" | "migration" | "migrations" => "migrate",
        "audit" => "audit",
        "release" | "publish" => "release",
        _ if words.last().is_some_and(|last| matches!(*last, "test" | "tests")) => "test",
        _ if words.last() == Some(&"lint") => "lint",
        _ => return None,
    };
    Some(kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn command_lines_have_kinds() {
        for (line, expected) in [
            ("eslint .", Some("lint")),
            ("./node_modules/.bin/eslint", Some("lint")),
            ("tsc --noEmit", Some("typecheck")),
            ("tsc -p .", Some("typecheck build")),
            ("prettier --write .", Some("")),
            ("prettier --check .", Some("format")),
            ("vitest run --coverage", Some("test coverage")),
            ("cargo +nightly fmt --all --check", Some("format")),
            ("cargo clippy -- -D warnings", Some("lint")),
            ("go test -coverprofile=c.out ./...", Some("test coverage")),
            ("prisma migrate deploy", Some("migrate")),
            ("prisma generate", Some("")),
            ("./gradlew :app:test lint", Some("test typecheck lint")),
            ("docker compose -f x.yml build", Some("build")),
            ("vercel --token x deploy --prod", Some("deploy")),
            ("frobnicate test", None),
        ] {
            let words: Vec<_> = line.split(' ').collect();
            let kinds = command(words[0], &words[1..]);
            assert_eq!(kinds.map(|kinds| kinds.join(" ")).as_deref(), expected, "{line}");
        }
    }

    #[test]
    fn scanners_are_known_by_name() {
        for (name, expected) in [
            ("acme/actions/trivy-scan-image", Some("image-scan")),
            ("acme/run-semgrep", Some("sast")),
            ("acme/setup-trivy", None),
            ("trivy/checkout", None),
            ("acme/scan", None),
        ] {
            assert_eq!(scanner(name), expected, "{name}");
        }
    }

    #[test]
    fn names_have_kinds() {
        for (text, expected) in [
            ("test:unit", Some("test")),
            ("type:check", Some("typecheck")),
            ("check-types", Some("typecheck")),
            ("lint:fix", None),
            ("unit-tests", Some("test")),
            ("go-test", Some("test")),
            ("build:test", Some("build")),
            ("test:e2e", Some("e2e")),
            ("start", None),
        ] {
            assert_eq!(name(text), expected, "{text}");
        }
    }

    #[test]
    fn every_kind_in_the_tables_is_one() {
        fn walk(node: &Node, path: &str) {
            match &node.value {
                Value::Map(entries) => {
                    for entry in entries.iter().filter(|entry| {
                        !matches!(entry.key.as_str(), "input" | "command" | "prefix" | "image" | "no")
                    }) {
                        walk(&entry.value, &format!("{path} {}", entry.key));
                    }
                }
                Value::Null => {}
                _ => {
                    for word in node.scalars() {
                        assert!(KINDS.contains(&word.as_str()), "{path}: {word} is no kind");
                    }
                }
            }
        }
        walk(knowledge::file("commands"), "commands.yml");
        for (name, node) in ACTIONS.iter() {
            if node.get("command").is_none() {
                walk(node, name);
            }
        }
    }
}
