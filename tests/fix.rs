//! Every mend settles its finding and brings no other, on the examples of its rule and on the fixtures.

#![allow(clippy::expect_used, clippy::panic)] // a test that cannot read its own input fails

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use golive::fix::{self, Fix, Sources};
use golive::report::{Outcome, Report};
use golive::rules::{self, embedded};
use golive::source::{Limits, MemoryFile, Tree};

/// Repositories in which a mend can be made, for rules whose own examples leave a question that only a person answers.
const MENDED: &[(&str, &[(&str, &str)])] = &[
    // Where other tables have row level security, its audit is asked for already.
    ("database/rls-policy-without-rls", &[("supabase/migrations/20240101000000_init.sql", SECURED)]),
    (
        "supply-chain/update-bot-missing",
        &[
            ("package.json", "{}"),
            ("api/go.mod", "module shop.example/api\n"),
            (".github/workflows/ci.yml", "on: push\njobs: { a: { steps: [{ run: make }] } }\n"),
        ],
    ),
    (
        "reliability/restart-policy-missing",
        &[
            ("Dockerfile", "FROM node:24\nCMD [\"node\", \"server.js\"]\n"),
            ("compose.yml", "services:\r\n  api:\r\n    build: . # here\r\n    ports: [\"80:3000\"]\r\n"),
        ],
    ),
    (
        "container/root-user",
        &[
            (
                "Dockerfile",
                "FROM python:3.13-slim\nCOPY app.py .\nEXPOSE 8000\n\n# Starts it.\nCMD [\"python\", \"app.py\"]\n",
            ),
            ("app.py", "run()\n"),
        ],
    ),
];

const SECURED: &str = r#"
create table public.orders (id uuid primary key, user_id uuid);
create policy "own orders" on public.orders using ((select auth.uid()) = user_id);
create table public.notes (id uuid primary key, user_id uuid);
alter table public.notes enable row level security;
create policy "own notes" on public.notes using ((select auth.uid()) = user_id);
"#;

fn files(tree: &Tree) -> BTreeMap<String, String> {
    let files = tree.entries().filter(|(_, file)| file.link.is_none() && !file.kind.is_binary());
    files.map(|(id, file)| (file.path.clone(), tree.text(id).to_owned())).collect()
}

fn in_memory(files: &BTreeMap<String, String>) -> Tree {
    Tree::from_memory(files.iter().map(|(path, text)| (path.clone(), MemoryFile::Text(text.clone()))))
}

fn judge(tree: &Tree) -> Report {
    golive::audit(tree, embedded(), false).report
}

fn mend(tree: &Tree, wanted: &dyn Fn(&str) -> bool) -> (Report, Fix) {
    let audit = golive::audit(tree, embedded(), false);
    let sources = Sources { tree, documents: &audit.documents, facts: &audit.facts, report: &audit.report };
    let fix = fix::mend(&sources, wanted, &judge);
    (audit.report, fix)
}

/// How many places each rule finds, and how much could not be parsed.
fn found(report: &Report) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for finding in &report.findings {
        let places = finding.places.iter().filter(|place| place.note.is_none()).count();
        *found.entry(finding.rule.clone()).or_default() += places;
    }
    found.insert("syntax".to_owned(), report.syntax_errors.len());
    found
}

/// Mends a repository and holds what a mend promises; the rules that were mended, and what is wrong.
fn proven(name: &str, tree: &Tree, wanted: &dyn Fn(&str) -> bool) -> (BTreeSet<String>, Vec<String>) {
    let (report, fix) = mend(tree, wanted);
    let before = found(&report);
    let mut edited = files(tree);
    edited.extend(fix.texts.clone());
    let tree = in_memory(&edited);
    let after = found(&judge(&tree));
    let mut wrong = Vec::new();
    let hidden = |rule: &str| {
        // What was part of something else that failed comes to light when that is mended.
        let mut rules =
            report.rules.iter().filter(|one| one.outcome == Outcome::Fail && one.reason.is_some());
        rules.any(|one| one.id == rule)
    };
    for (rule, number) in after.iter().filter(|(rule, _)| !hidden(rule)) {
        let mended = fix.mended.iter().filter(|mended| mended.rule == *rule).count();
        let there = before.get(rule).copied().unwrap_or(0);
        if number + mended > there {
            wrong
                .push(format!("{name}: {rule} found {there} places, {mended} are mended, {number} are left"));
        }
    }
    // What would bring another finding is withdrawn and told; a mender that settles nothing is broken.
    for left in fix.left.iter().filter(|left| left.because == "the edit does not settle it") {
        wrong.push(format!("{name}: {} {}: {}", left.rule, left.place, left.because));
    }
    if !mend(&tree, wanted).1.texts.is_empty() {
        wrong.push(format!("{name}: a second time there is still something to mend"));
    }
    (fix.mended.into_iter().map(|mended| mended.rule).collect(), wrong)
}

/// A worker that waits takes up further work on top of its stack, so it gets a big one, as in the program.
fn on_big_stacks() {
    let _ = rayon::ThreadPoolBuilder::new().stack_size(64 << 20).build_global();
}

#[test]
fn every_mend_settles_its_finding_and_brings_no_other() {
    on_big_stacks();
    let (mut mended, mut wrong) = (BTreeSet::new(), Vec::new());
    for rule in fix::rules() {
        let examples = rules::examples_of(rule).unwrap_or_else(|_| panic!("{rule} is no rule"));
        let own = examples.bad.iter().map(|example| Tree::from_memory(example.files.clone()));
        let others = MENDED.iter().filter(|(of, _)| *of == rule).map(|(_, files)| {
            let file =
                |(path, text): &(&str, &str)| ((*path).to_owned(), MemoryFile::Text((*text).to_owned()));
            Tree::from_memory(files.iter().map(file))
        });
        for (number, tree) in own.chain(others).enumerate() {
            let (rules, complaints) = proven(&format!("{rule} {number}"), &tree, &|other| other == rule);
            mended.extend(rules);
            wrong.extend(complaints);
        }
    }
    let never: Vec<&str> = fix::rules().filter(|rule| !mended.contains(*rule)).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(never.is_empty(), "never mended in an example: {never:?}");
}

#[test]
fn fixtures_are_mended_as_a_whole() {
    on_big_stacks();
    let (mut mended, mut wrong) = (BTreeSet::new(), Vec::new());
    for name in [
        "weak-express",
        "supabase",
        "turbo-monorepo",
        "python-service",
        "compose-stack",
        "express-api",
        "next",
    ] {
        let tree =
            Tree::read(Path::new("fixtures").join(name).as_path(), &Limits::default()).expect("a fixture");
        let tree = in_memory(&files(&tree));
        let (rules, complaints) = proven(name, &tree, &|_| true);
        mended.extend(rules);
        // What goes only with other mends, or not at all in a repository, is told as left there.
        wrong.extend(complaints.into_iter().filter(|complaint| !complaint.contains(": the edit ")));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(mended.len() > 5, "{mended:?}");
}
