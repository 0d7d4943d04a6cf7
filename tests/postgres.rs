//! golive's replay against PostgreSQL itself: migration sets are applied to a private server and replayed, and both
//! must refuse the same statements and end with the same catalogue.
//!
//! Without a server (PostgreSQL 15 or newer, as Debian installs it or on the path) the tests say that they were skipped
//! and pass; with `GOLIVE_POSTGRES=required` they fail. `GOLIVE_SETS=word,word` runs only sets with one of
//! these words in their name, `GOLIVE_SHOWN=n` shows more differences than five, `GOLIVE_SEED=n` makes other
//! sets up.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic)] // a test that cannot talk to its server fails

#[path = "postgres/compare.rs"]
mod compare;
#[path = "postgres/generate.rs"]
mod generate;
#[path = "postgres/rows.rs"]
mod rows;
#[path = "postgres/server.rs"]
mod server;
#[path = "postgres/set.rs"]
mod set;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use server::Server;
use set::Set;

/// How many sets are made up.
const GENERATED: u64 = 2_000;
/// How many sets are made up whose rows are tried.
const ROWS: u64 = 300;
/// How many differences are shown and cut down to their cause.
const SHOWN: usize = 5;

/// The server; none says so, and fails where one is required.
fn server() -> Option<Server> {
    let server = Server::start();
    if server.is_none() {
        assert!(
            std::env::var_os("GOLIVE_POSTGRES").is_none_or(|value| value != "required"),
            "PostgreSQL 15 or newer is required here and was not found"
        );
        eprintln!("skipped: no PostgreSQL 15 or newer on this machine");
    }
    server
}

/// Sets whose names have the word that was asked for.
fn asked(sets: Vec<Set>) -> Vec<Set> {
    match std::env::var("GOLIVE_SETS") {
        Ok(word) => {
            sets.into_iter().filter(|set| word.split(',').any(|word| set.name.contains(word))).collect()
        }
        Err(_) => sets,
    }
}

#[test]
fn hand_written_sets_agree() {
    let Some(server) = server() else { return };
    let sets = asked(set::hand_written());
    agree(&server, &sets);
}

/// `GOLIVE_FOLDER=folder` runs the files of a folder as one set, in the order of their names: real migrations.
#[test]
fn a_folder_agrees() {
    let Some(folder) = std::env::var_os("GOLIVE_FOLDER") else { return };
    let Some(server) = server() else { return };
    agree(&server, &[set::folder(std::path::Path::new(&folder))]);
}

#[test]
fn generated_sets_agree() {
    let Some(server) = server() else { return };
    let from = std::env::var("GOLIVE_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let sets = asked((from..from + GENERATED).map(generate::set).collect());
    let (first, second) = sets.split_at(sets.len() / 2);
    let failed = std::thread::scope(|scope| {
        // Roles are of a whole server: two at a time need two.
        let other = scope.spawn(|| Server::start().map(|server| differing(&server, second)));
        let mut failed = differing(&server, first);
        failed.extend(other.join().expect("the other half runs").unwrap_or_default());
        failed
    });
    report(&server, &sets, &failed);
}

#[test]
fn rows_that_roles_reach_agree() {
    let Some(server) = server() else { return };
    let mut sets = asked((1..=ROWS).map(generate::rows::set).collect());
    for set in &mut sets {
        set.probe = rows::probe(set);
    }
    let mut count = rows::Count::default();
    let mut failed = Vec::new();
    for chunk in sets.chunks(50) {
        for (set, truth) in chunk.iter().zip(server.run(chunk)) {
            let mut difference = compare::difference(set, &truth);
            difference.extend(rows::difference(set, &truth, &mut count));
            if !difference.is_empty() {
                failed.push(format!("=== {}\n{}\n{}\n", set.name, set.files[0].1, difference.join("\n")));
            }
        }
    }
    let number = failed.len();
    let report = failed.into_iter().take(shown()).collect::<String>();
    assert!(number == 0, "{number} of {} sets differ, {count:?}\n{report}", sets.len());
    // What golive leaves open is said by its rules; it must stay the exception.
    assert!(count.open * 20 <= count.compared, "too much is left open: {count:?}");
}

/// How many differences are shown.
fn shown() -> usize {
    std::env::var("GOLIVE_SHOWN").ok().and_then(|number| number.parse().ok()).unwrap_or(SHOWN)
}

/// The sets that differ, and how.
fn differing<'s>(server: &Server, sets: &'s [Set]) -> Vec<(&'s Set, Vec<String>)> {
    let mut failed = Vec::new();
    for chunk in sets.chunks(250) {
        for (set, truth) in chunk.iter().zip(server.run(chunk)) {
            let difference = compare::difference(set, &truth);
            if !difference.is_empty() {
                failed.push((set, difference));
            }
        }
    }
    failed
}

/// All sets must agree.
fn agree(server: &Server, sets: &[Set]) {
    report(server, sets, &differing(server, sets));
}

/// Fails where sets differ. Of generated ones, the first are cut down to the statements that matter.
fn report(server: &Server, sets: &[Set], failed: &[(&Set, Vec<String>)]) {
    if failed.is_empty() {
        return;
    }
    let mut gists = BTreeMap::<String, usize>::new();
    for (_, difference) in failed {
        for gist in difference.iter().map(|line| compare::gist(line)).collect::<BTreeSet<_>>() {
            *gists.entry(gist).or_default() += 1;
        }
    }
    let mut report = format!("{} of {} sets differ\n", failed.len(), sets.len());
    let names = failed.iter().map(|(set, _)| set.name.as_str()).collect::<Vec<_>>();
    let _ = writeln!(report, "{}", names.join(","));
    for (gist, count) in &gists {
        let _ = writeln!(report, "{count:6} {gist}");
    }
    for (set, difference) in failed.iter().take(shown()) {
        let _ = writeln!(report, "\n=== {}", set.name);
        if set.generated {
            let small = compare::cut_down(server, set);
            report.push_str(&small.files[0].1);
            let truth = server.run(std::slice::from_ref(&small)).remove(0);
            report.push_str(&compare::difference(&small, &truth).join("\n"));
        } else {
            report.push_str(&difference.join("\n"));
        }
        report.push('\n');
    }
    panic!("{report}");
}
