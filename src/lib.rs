//! golive: a production-readiness audit for repositories.
//!
//! The pipeline is [`audit`]: a [`Tree`] of files becomes documents, documents become facts, rules judge the facts, and
//! the verdicts make a scored [`Report`]. Each layer below is a module; a module uses its own layer and earlier ones
//! only, and `tests/tidy.rs` holds the order.

pub mod source;

pub mod parse;

pub mod facts;

pub mod extract;

pub mod verdict;

pub mod rules;

pub mod engine;

pub mod score;

pub mod report;

pub mod fix;

pub mod cli;

use std::time::{Duration, Instant};

use extract::TextPattern;
use facts::Store;
use parse::Documents;
use report::{Audited, Report};
use rules::Catalogue;
use source::Tree;
use verdict::Verdict;

/// An audit: its report, and what it was made from.
#[derive(Debug)]
pub struct Audit {
    /// What every format prints.
    pub report: Report,
    /// What the rules saw.
    pub facts: Store,
    /// What the facts were taken from. Taking it apart needs time, which who ends with the audit does not spend.
    pub documents: Documents,
    /// How long each step took: the layer, its part, the time over all threads.
    pub timings: Vec<(&'static str, String, Duration)>,
}

/// Audits a tree by the rules of a catalogue. A `partial` catalogue leaves rules out: findings, but no score.
pub fn audit(tree: &Tree, catalogue: &Catalogue, partial: bool) -> Audit {
    let mut timings = Vec::new();
    let documents = timed(&mut timings, "parse", || Documents::parse(tree));
    let (mut facts, extracted) =
        timed(&mut timings, "extract", || extract::facts(tree, &documents, &patterns(catalogue)));
    let syntax_errors = documents.syntax_errors();
    let parsing =
        documents.timings().map(|(format, time)| ("parse", format.to_owned(), time)).collect::<Vec<_>>();
    let judged = timed(&mut timings, "judge", || engine::judge(catalogue, tree, &mut facts));
    timings.extend(parsing);
    timings.extend(extracted.into_iter().map(|(extractor, time)| ("extract", extractor.to_owned(), time)));
    let rules = catalogue.rules().iter().map(|rule| rule.id.clone());
    timings.extend(rules.zip(&judged.verdicts).map(|(rule, (_, time))| ("judge", rule, *time)));
    let verdicts: Vec<Verdict> = judged.verdicts.into_iter().map(|(verdict, _)| verdict).collect();
    let report = timed(&mut timings, "report", || {
        report::build(&Audited {
            tree,
            syntax_errors,
            facts: &facts,
            catalogue,
            verdicts: &verdicts,
            waivers: &judged.waivers,
            partial,
        })
    });
    Audit { report, facts, documents, timings }
}

/// What the rules look for in the text of files.
fn patterns(catalogue: &Catalogue) -> Vec<TextPattern> {
    let rules = catalogue.rules().iter();
    rules
        .filter_map(|rule| {
            Some(TextPattern { rule: rule.id.clone(), regex: rule.text_pattern()?.to_owned() })
        })
        .collect()
}

fn timed<T>(
    timings: &mut Vec<(&'static str, String, Duration)>,
    layer: &'static str,
    step: impl FnOnce() -> T,
) -> T {
    let start = Instant::now();
    let result = step();
    timings.push((layer, "all".to_owned(), start.elapsed()));
    result
}
