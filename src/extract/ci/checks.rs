//! What the repository is set up to check: test runners, linters, types, builds.

use std::collections::{BTreeMap, BTreeSet};

use crate::extract::Context;
use crate::facts::{Check, Entry};
use crate::parse::node::Node;
use crate::source::{FileId, FileKind, Place, SourceFile, Span};

/// Test runners: the stem of their configuration, and the words by which a script runs them.
const RUNNERS: &[(&str, &str, &[&str])] = &[
    (
        "jest",
        "test",
        &[
            "jest",
            "react-scripts test",
            "craco test",
            "ng test",
            "nx ",
            "razzle test",
            "wsrun",
            "kcd-scripts test",
            "tsdx test",
            "expo",
        ],
    ),
    ("vitest", "test", &["vitest", "nx ", "ng test"]),
    ("mocha", "test", &["mocha", "nx "]),
    ("karma", "test", &["karma", "ng test", "nx "]),
    (
        "pytest",
        "test",
        &[
            "pytest",
            "py.test",
            "tox",
            "nox",
            "manage.py test",
            "hatch test",
            "hatch run",
            "pdm run test",
            "poe test",
        ],
    ),
    ("phpunit", "test", &["phpunit", "artisan test", "pest", "paratest", "composer test"]),
    ("playwright", "e2e", &["playwright", "nx "]),
    ("cypress", "e2e", &["cypress", "cy:", "nx "]),
];

/// The facts. `tools` are the programs that pipelines run.
pub(super) fn facts(context: &Context<'_>, tools: &BTreeSet<String>) -> Vec<Entry> {
    let mut entries = Vec::new();
    let own = || context.tree.entries().filter(|(_, file)| !file.generated && !file.vendored);
    let mut runners: BTreeMap<&str, Place> = BTreeMap::new();
    let mut found: BTreeMap<(&str, &str), Place> = BTreeMap::new();
    for (id, file) in own() {
        if let Some((tool, place)) = runner(context, id, file) {
            runners.entry(tool).or_insert(place);
        }
        if !file.test {
            for (kind, tool, place) in others(context, id, file) {
                found.entry((kind, tool)).or_insert(place);
            }
        }
    }
    for (tool, place) in runners {
        let Some((_, kind, words)) = RUNNERS.iter().find(|(name, _, _)| *name == tool) else { continue };
        let dir = context.tree.file(place.file).dir();
        let check = Check {
            kind: (*kind).to_owned(),
            tool: tool.to_owned(),
            invoked: tools.contains(tool) || is_mentioned(context, words),
            files: count(context, tool, dir),
        };
        entries.push(Entry::new(place, check));
    }
    for ((kind, tool), place) in found {
        let check =
            Check { kind: kind.to_owned(), tool: tool.to_owned(), invoked: tools.contains(tool), files: 0 };
        entries.push(Entry::new(place, check));
    }
    entries
}

/// The runner that a file configures.
fn runner(context: &Context<'_>, id: FileId, file: &SourceFile) -> Option<(&'static str, Place)> {
    let name = file.name();
    let config = |stem: &str| {
        let rest = name.strip_prefix(stem);
        rest.is_some_and(|rest| rest.starts_with(".config.") || rest.starts_with(".conf."))
    };
    let plain = ["jest", "vitest", "karma", "playwright", "cypress"].into_iter().find(|stem| config(stem));
    let place = Place::file(id);
    if let Some(tool) = plain {
        return Some((tool, place));
    }
    if name.starts_with(".mocharc") {
        return Some(("mocha", place));
    }
    if matches!(name, "phpunit.xml" | "phpunit.xml.dist" | "phpunit.dist.xml") {
        return Some(("phpunit", place));
    }
    let node = || context.documents.node(id);
    let at = |node: &Node| Place { file: id, span: node.span };
    match name {
        "pytest.ini" => Some(("pytest", place)),
        "pyproject.toml" => Some(("pytest", at(node()?.at(&["tool", "pytest"])?))),
        "setup.cfg" => Some(("pytest", at(node()?.get("tool:pytest")?))),
        "package.json" => Some(("jest", at(node()?.get("jest")?))),
        _ => None,
    }
}

/// How many files the runner would run, below the directory of its configuration.
fn count(context: &Context<'_>, tool: &str, dir: &str) -> i64 {
    let below = context.tree.below(dir).iter().filter(|file| file.test && !file.vendored && !file.generated);
    let browser = |path: &str| ["e2e/", "playwright/", "cypress/"].iter().any(|part| path.contains(part));
    let counted = below.filter(|file| {
        let name = file.name();
        let spec = name.contains(".test.") || name.contains(".spec.") || name.contains(".cy.");
        match tool {
            "pytest" => {
                file.kind == FileKind::Python && (name.starts_with("test_") || name.ends_with("_test.py"))
            }
            "phpunit" => name.ends_with("Test.php"),
            "playwright" | "cypress" => {
                file.kind.is_ecmascript() && (spec || name.contains(".e2e.")) && browser(&file.path)
            }
            _ => file.kind.is_ecmascript() && spec && !browser(&file.path),
        }
    });
    i64::try_from(counted.count()).unwrap_or(i64::MAX)
}

/// Whether anything that runs commands speaks of one of the words.
fn is_mentioned(context: &Context<'_>, words: &[&str]) -> bool {
    context.tree.entries().filter(|(_, file)| !file.vendored).any(|(id, file)| {
        let whole = matches!(
            file.kind,
            FileKind::Makefile
                | FileKind::Justfile
                | FileKind::Shell
                | FileKind::Yaml
                | FileKind::Dockerfile
                | FileKind::Batch
                | FileKind::PowerShell
                | FileKind::Groovy
        ) || matches!(
            file.name(),
            "tox.ini"
                | "noxfile.py"
                | "tasks.py"
                | "composer.json"
                | "deno.json"
                | "nx.json"
                | "Jenkinsfile"
                | "Rakefile"
        );
        if whole {
            return words.iter().any(|word| context.tree.text(id).contains(word));
        }
        if file.name() == "package.json" {
            let scripts = context
                .documents
                .node(id)
                .and_then(|node| node.get("scripts"))
                .map(Node::entries)
                .unwrap_or_default();
            return scripts
                .iter()
                .filter_map(|entry| entry.value.text())
                .map(|text| [text, " "].concat())
                .any(|text| words.iter().any(|word| text.contains(word)));
        }
        if file.name() == "pyproject.toml" {
            // The table that configures pytest does not run it.
            let tool = context
                .documents
                .node(id)
                .and_then(|node| node.get("tool"))
                .map(Node::entries)
                .unwrap_or_default();
            let runs = tool.iter().filter(|entry| {
                matches!(entry.key.as_str(), "poe" | "hatch" | "pdm" | "taskipy" | "tox" | "rye" | "poetry")
            });
            return runs.filter(|entry| entry.key != "poetry").any(|entry| {
                words.iter().any(|word| entry.value.span.of(context.tree.text(id)).contains(word))
            });
        }
        false
    })
}

/// Types to check and things to build.
fn others(context: &Context<'_>, id: FileId, file: &SourceFile) -> Vec<(&'static str, &'static str, Place)> {
    let whole = Place::file(id);
    let node = || context.documents.node(id);
    let at = |span: Span| Place { file: id, span };
    match file.name() {
        "tsconfig.json" if has_typescript(context, file.dir()) => vec![("typecheck", "tsc", whole)],
        "mypy.ini" | ".mypy.ini" => vec![("typecheck", "mypy", whole)],
        "pyrightconfig.json" => vec![("typecheck", "pyright", whole)],
        "pyproject.toml" => ["mypy", "pyright", "basedpyright", "ty", "pyrefly"]
            .into_iter()
            .filter_map(|tool| Some(("typecheck", tool, at(node()?.at(&["tool", tool])?.span))))
            .collect(),
        "setup.cfg" => node()
            .and_then(|node| node.get("mypy"))
            .map(|node| ("typecheck", "mypy", at(node.span)))
            .into_iter()
            .collect(),
        "package.json" => {
            let script = node().and_then(|node| node.at(&["scripts", "build"]));
            let script = script
                .filter(|script| script.text().is_some_and(|text| !text.trim_start().starts_with("echo")));
            script.map(|script| ("build", "the script build", at(script.span))).into_iter().collect()
        }
        _ if file.kind == FileKind::Dockerfile => vec![("build", "docker", whole)],
        _ => Vec::new(),
    }
}

fn has_typescript(context: &Context<'_>, dir: &str) -> bool {
    let files = context.tree.below(dir).iter();
    files.filter(|file| !file.test && !file.generated && !file.vendored).any(|file| {
        matches!(file.kind, FileKind::TypeScript | FileKind::Tsx) && !file.name().contains(".config.")
    })
}
