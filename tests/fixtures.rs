//! Whole repositories, made for this, with the report expected of them.
//!
//! The snapshots hold what was found and what could not be decided, and neither scores nor counts: a new rule moves
//! them only where it fires. What a fixture is worth is asserted as a verdict or as an order.

#![allow(clippy::expect_used, clippy::panic)] // a test that cannot read its own input fails

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use golive::report::{Outcome, Report, Severity, Verdict, json};
use golive::rules;
use golive::source::{Limits, Tree};
use insta::assert_snapshot;

fn read(folder: &Path, threads: usize) -> Tree {
    Tree::read(folder, &Limits { threads, ..Limits::default() }).expect("the fixture is a folder")
}

fn audit(tree: &Tree) -> Report {
    golive::audit(tree, rules::embedded(), false).report
}

fn fixture(name: &str) -> Report {
    audit(&read(&Path::new("fixtures").join(name), 0))
}

fn total(report: &Report) -> u8 {
    report.score.total.expect("there is evidence enough for a number")
}

/// A finding in a line, `severity rule path:line message` and its further places, then what is undecided and why.
fn findings(report: &Report) -> String {
    let mut out = String::new();
    for finding in &report.findings {
        let (severity, place) = (finding.severity.word(), &finding.places[0]);
        let _ = write!(out, "{severity} {} {}:{} {}", finding.rule, place.path, place.line, finding.message);
        for place in &finding.places[1..] {
            let _ = write!(out, " + {}:{}", place.path, place.line);
            let _ = place.note.iter().try_for_each(|note| write!(out, " ({note})"));
        }
        out.push('\n');
    }
    for rule in report.rules.iter().filter(|rule| rule.outcome == Outcome::Inconclusive) {
        let _ =
            writeln!(out, "undecided {} {}", rule.id, rule.reason.as_deref().unwrap_or("without a reason"));
    }
    out
}

#[test]
fn every_fixture_parses_and_is_read_whole() {
    for name in fs::read_dir("fixtures").expect("there are fixtures").flatten() {
        let report = audit(&read(&name.path(), 0));
        assert_eq!(report.syntax_errors, [], "{:?}", name.path());
        assert_eq!(report.unread, [], "{:?}", name.path());
    }
}

#[test]
fn a_weak_repository_is_not_ready() {
    let report = fixture("weak-express");
    assert!(total(&report) < 60, "{}", total(&report));
    assert_eq!(report.score.verdict, Verdict::NotReady);
    assert!(!report.score.deploy);
    assert_snapshot!("weak-express", findings(&report));
}

#[test]
fn the_same_repository_mended_is_production_ready() {
    let report = fixture("ready-express");
    assert_eq!(report.score.verdict, Verdict::Ready, "{}", findings(&report));
    assert!(report.score.deploy);
    let grave = report.findings.iter().find(|finding| finding.severity < Severity::Low);
    assert_eq!(grave, None, "nothing above low is left to mend");
    assert_snapshot!("ready-express", findings(&report));
}

#[test]
fn a_monorepo_of_middling_quality() {
    assert_snapshot!("turbo-monorepo", findings(&fixture("turbo-monorepo")));
}

#[test]
fn a_python_service_without_a_way_back() {
    assert_snapshot!("python-service", findings(&fixture("python-service")));
}

#[test]
fn a_rust_service_in_good_order() {
    let report = fixture("rust-service");
    assert!(report.score.deploy, "{}", findings(&report));
    assert_snapshot!("rust-service", findings(&report));
}

#[test]
fn a_compose_stack_of_two_languages() {
    assert_snapshot!("compose-stack", findings(&fixture("compose-stack")));
}

#[test]
fn better_repositories_score_higher() {
    let [weak, monorepo, compose, ready] =
        ["weak-express", "turbo-monorepo", "compose-stack", "ready-express"]
            .map(|name| total(&fixture(name)));
    assert!(weak < monorepo && monorepo < ready, "{weak} < {monorepo} < {ready}");
    assert!(weak < compose && compose < ready, "{weak} < {compose} < {ready}");
}

/// Small servers, one of a framework; each has a `-mended` twin that does the same and wires its controls.
const TWINS: &[&str] = &[
    "express-api",
    "fastify-api",
    "graphql",
    "hono-api",
    "koa-api",
    "nest",
    "next",
    "node-http",
    "nuxt",
    "remix",
    "supabase-functions",
    "sveltekit",
    "trpc",
    "workers",
];

#[test]
fn a_document_that_claims_what_is_not_wired() {
    let report = fixture("readiness-claims");
    let claims = report.findings.iter().filter(|finding| finding.rule == "docs/readiness-claim-unverified");
    assert!(claims.count() >= 4, "{}", findings(&report));
    assert_snapshot!("readiness-claims", findings(&report));
}

#[test]
fn each_server_and_its_mended_twin() {
    for name in TWINS {
        for name in [(*name).to_owned(), format!("{name}-mended")] {
            assert_snapshot!(name.clone(), findings(&fixture(&name)));
        }
    }
}

#[test]
fn a_mended_twin_scores_higher_and_is_production_ready() {
    for name in TWINS {
        let (weak, mended) = (fixture(name), fixture(&format!("{name}-mended")));
        assert!(total(&weak) + 20 < total(&mended), "{name}: {} < {}", total(&weak), total(&mended));
        assert_eq!(weak.score.verdict, Verdict::NotReady, "{name}");
        assert_eq!(mended.score.verdict, Verdict::Ready, "{name}-mended: {}", findings(&mended));
    }
}

/// Databases, told by the migrations of different tools.
const DATABASES: &[&str] = &["supabase", "supabase-mended", "prisma", "flyway", "goose", "alembic"];

/// The report with what it says of the database alone.
fn of_database(name: &str) -> Report {
    let mut report = fixture(name);
    report
        .findings
        .retain(|finding| finding.category == "database" || finding.rule == "security/exec-sql-rpc");
    report.rules.retain(|rule| rule.id.starts_with("database/"));
    report
}

#[test]
fn the_state_that_migrations_lead_to() {
    for name in DATABASES {
        assert_snapshot!(format!("database-{name}"), findings(&of_database(name)));
    }
}

#[test]
fn a_database_whose_faults_were_mended_has_none() {
    let mended = of_database("supabase-mended");
    assert_eq!(findings(&mended), "");
    let score = |report: &Report| {
        report.score.categories.iter().find(|category| category.id == "database").and_then(|one| one.score)
    };
    assert!(score(&of_database("supabase")) < score(&mended));
}

#[test]
fn who_may_do_what_with_the_rows_of_a_table() {
    let mut table = String::new();
    for name in ["supabase", "supabase-mended"] {
        for exposed in fixture(name).access {
            for role in exposed.roles {
                let _ = writeln!(
                    table,
                    "{name} {} {}: select {}, insert {}, update {}, delete {}",
                    exposed.table, role.role, role.select, role.insert, role.update, role.delete
                );
            }
        }
    }
    assert_snapshot!("access", table);
}

#[test]
fn one_thread_and_two_give_the_same_bytes() {
    for name in ["weak-express", "turbo-monorepo"] {
        let with_threads = |threads: usize| {
            let pool =
                rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads to be had");
            pool.install(|| json::render(&audit(&read(&Path::new("fixtures").join(name), threads))))
        };
        assert_eq!(with_threads(1), with_threads(2), "{name}");
    }
}

#[test]
fn outside_git_the_same_is_found() {
    for name in ["ready-express", "turbo-monorepo"] {
        let inside = read(&Path::new("fixtures").join(name), 0);
        let outside = tempfile::tempdir().expect("a temporary folder");
        for file in inside.files() {
            let copy = outside.path().join(&file.path);
            fs::create_dir_all(copy.parent().expect("a file is in a folder")).expect("a folder can be made");
            fs::copy(Path::new("fixtures").join(name).join(&file.path), copy).expect("a file can be copied");
        }
        let outside = read(outside.path(), 0);
        assert!(outside.git().is_none());
        assert_eq!(findings(&audit(&outside)), findings(&audit(&inside)), "{name}");
    }
}
