//! Every rule proves itself: alone, on its own examples.

#![allow(clippy::expect_used, clippy::panic)] // a test that cannot read its own input fails

use golive::engine::{self, Proof};
use golive::extract::{self, TextPattern};
use golive::facts::Store;
use golive::parse::Documents;
use golive::rules::{self, Catalogue};
use golive::source::{MemoryFile, Tree};
use golive::verdict::Polarity;
use rayon::prelude::*;

#[test]
fn the_embedded_rules_have_no_mistakes() {
    let mistakes: Vec<_> = rules::mistakes().iter().map(ToString::to_string).collect();
    assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));
    assert!(!rules::embedded().rules().is_empty(), "there are rules");
}

/// A worker that waits takes up further rules on top of its stack, so it gets a big one, as in the program.
fn on_big_stacks() {
    // A pool that another test made before is the same.
    let _ = rayon::ThreadPoolBuilder::new().stack_size(64 << 20).build_global();
}

#[test]
fn every_rule_proves_itself_on_its_own_examples() {
    on_big_stacks();
    report(rules::embedded().rules().par_iter().flat_map(|rule| {
        let examples = rules::examples_of(&rule.id).expect("examples are well formed");
        let proof = Proof::new(rule, &examples);
        let missing =
            proof.missing().into_iter().map(|group| format!("{}: has no `{group}` example", rule.id));
        let at = |line| format!("rules/{}.yml:{line}", rule.id);
        let wrong =
            proof.complaints().into_iter().map(|wrong| format!("{}: {}", at(wrong.line), wrong.message));
        missing.chain(wrong).collect::<Vec<_>>()
    }));
}

#[test]
fn no_condition_of_a_rule_is_idle() {
    on_big_stacks();
    report(rules::embedded().rules().par_iter().flat_map(|rule| {
        let examples = rules::examples_of(&rule.id).expect("examples are well formed");
        let idle = Proof::new(rule, &examples).idle().into_iter();
        idle.map(|what| format!("{}: {what} can be dropped and every example still holds", rule.id))
            .collect::<Vec<_>>()
    }));
}

#[test]
fn what_a_rule_refines_exists() {
    let catalogue = rules::embedded();
    report(catalogue.rules().par_iter().flat_map(|rule| {
        let missing = rule.refines.iter().filter(|parent| catalogue.get(parent).is_none());
        missing.map(|parent| format!("{}: refines `{parent}`, which is no rule", rule.id)).collect::<Vec<_>>()
    }));
}

#[test]
fn nothing_in_the_category_of_secrets_is_excerpted() {
    report(rules::embedded().rules().par_iter().flat_map(|rule| {
        (rule.category() == "secrets" && !rule.sensitive).then(|| format!("{}: is not `sensitive`", rule.id))
    }));
}

/// A fenced block of `fix` whose info string names a path is a file; together they must not trip any hazard.
#[test]
fn our_advice_passes_our_rules() {
    on_big_stacks();
    let catalogue = rules::embedded();
    report(catalogue.rules().par_iter().flat_map(|rule| {
        let files = snippets(&rule.fix);
        if files.is_empty() {
            return Vec::new();
        }
        let tree = Tree::from_memory(files);
        let mut facts = facts(catalogue, &tree);
        let verdicts = engine::judge(catalogue, &tree, &mut facts).verdicts;
        let tripped = catalogue.rules().iter().zip(&verdicts).filter(|(other, (verdict, _))| {
            verdict.failed() && (other.polarity() == Polarity::Hazard || other.id == rule.id)
        });
        tripped.map(|(other, _)| format!("{}: its advice trips {}", rule.id, other.id)).collect::<Vec<_>>()
    }));
}

fn report(complaints: impl ParallelIterator<Item = String>) {
    let complaints: Vec<_> = complaints.collect();
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

fn facts(catalogue: &Catalogue, tree: &Tree) -> Store {
    let texts = catalogue.rules().iter().filter_map(|rule| {
        Some(TextPattern { rule: rule.id.clone(), regex: rule.text_pattern()?.to_owned() })
    });
    extract::facts(tree, &Documents::parse(tree), &texts.collect::<Vec<_>>()).0
}

/// The files that the fenced blocks of a text show: those whose info string is a language and a path.
fn snippets(markdown: &str) -> Vec<(String, MemoryFile)> {
    let mut files = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in markdown.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(info)) => {
                let path = info.split_whitespace().nth(1).unwrap_or_default().to_owned();
                open = Some((path, String::new()));
            }
            (Some(_), Some(_)) => {
                let (path, text) = open.take().unwrap_or_default();
                if !path.is_empty() {
                    files.push((path, MemoryFile::Text(text)));
                }
            }
            (Some((_, text)), None) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, None) => {}
        }
    }
    files
}
