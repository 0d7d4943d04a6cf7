//! Fingerprints over real files: what changes no meaning changes none of them.

#![allow(clippy::expect_used, clippy::panic)] // a test that cannot read its own input fails

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use golive::report::{Finding, Report};
use golive::rules::embedded;
use golive::source::{MemoryFile, Tree};

type Files = BTreeMap<String, String>;

/// Repositories with findings of many kinds.
const FIXTURES: &[&str] = &[
    "alembic",
    "compose-stack",
    "express-api",
    "fastify-api",
    "flyway",
    "graphql",
    "hono-api",
    "koa-api",
    "nest",
    "next",
    "prisma",
    "python-service",
    "readiness-claims",
    "supabase",
    "supabase-functions",
    "trpc",
    "turbo-monorepo",
    "weak-express",
];

fn read(folder: &Path, root: &Path, files: &mut Files) {
    let entries = fs::read_dir(folder).expect("a fixture can be listed");
    for path in entries.map(|entry| entry.expect("an entry").path()) {
        if path.is_dir() {
            read(&path, root, files);
        } else if let Ok(text) = fs::read_to_string(&path) {
            let name = path.strip_prefix(root).expect("below").to_string_lossy().into_owned();
            files.insert(name, text);
        }
    }
}

fn audit(files: &Files) -> Report {
    let files = files.iter().map(|(path, text)| (path.clone(), MemoryFile::Text(text.clone())));
    golive::audit(&Tree::from_memory(files), embedded(), false).report
}

/// Every finding by its rule and fingerprint, and the places of those that have several.
fn identities(report: &Report) -> BTreeSet<(String, String)> {
    let of = |finding: &Finding| {
        let places = finding.places.iter().filter_map(|place| place.fingerprint.clone());
        let all: Vec<_> = places.chain([finding.fingerprint.clone()]).collect();
        all.into_iter().map(|fingerprint| (finding.rule.clone(), fingerprint)).collect::<Vec<_>>()
    };
    report.findings.iter().flat_map(of).collect()
}

fn has_extension(path: &str, extensions: &[&str]) -> bool {
    path.rsplit_once('.').is_some_and(|(_, extension)| extensions.contains(&extension))
}

const CODE: &[&str] = &["ts", "tsx", "js", "jsx", "mjs", "cjs", "sql", "prisma"];

/// Lines before everything: all that follows moves down.
fn moved_down(path: &str, text: &str) -> Option<String> {
    let moves = has_extension(path, CODE) || has_extension(path, &["json", "toml"]);
    (moves && !text.starts_with("#!")).then(|| format!("\n\n\n{text}"))
}

fn indented(path: &str, text: &str) -> Option<String> {
    has_extension(path, CODE).then(|| {
        let lines = text.split('\n');
        let lines: Vec<_> =
            lines.map(|line| if line.is_empty() { String::new() } else { format!("  {line}") }).collect();
        lines.join("\n")
    })
}

fn with_other_line_ends(path: &str, text: &str) -> Option<String> {
    (has_extension(path, CODE) || has_extension(path, &["json", "yml", "yaml"]))
        .then(|| text.replace('\n', "\r\n"))
}

#[test]
fn what_changes_no_meaning_changes_no_fingerprint() {
    type Mutation = fn(&str, &str) -> Option<String>;
    let mutations: [(&str, Mutation); 3] =
        [("moved down", moved_down), ("indented", indented), ("other line ends", with_other_line_ends)];
    let mut mutated = 0;
    for fixture in FIXTURES {
        let root = Path::new("fixtures").join(fixture);
        let mut files = Files::new();
        read(&root, &root, &mut files);
        let before = identities(&audit(&files));
        for (name, mutation) in mutations {
            let mut changed = files.clone();
            for (path, text) in &mut changed {
                if let Some(new) = mutation(path, text) {
                    *text = new;
                    mutated += 1;
                }
            }
            let after = identities(&audit(&changed));
            let differ: Vec<_> = before.symmetric_difference(&after).collect();
            assert!(differ.is_empty(), "{fixture} {name}: {differ:?}");
        }
    }
    assert!(mutated > 200, "{mutated} mutations");
}
