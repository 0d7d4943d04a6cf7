//! Every rule proves itself: alone, on its own examples.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use golive::extract::TextPattern;
use golive::facts::Store;
use golive::parse::Documents;
use golive::rules::{self, Catalogue, Example, Rule, Sentence};
use golive::source::{MemoryFile, Span, Tree};
use golive::verdict::{Outcome, Polarity, Verdict};
use golive::{engine, extract};
use rayon::prelude::*;

/// An example with its facts, extracted once for all variants of its rule.
struct Case {
    group: &'static str,
    line: usize,
    marks: BTreeSet<(String, Span)>,
    tree: Tree,
    facts: Store,
}

#[test]
fn the_embedded_rules_have_no_mistakes() {
    let mistakes: Vec<_> = rules::mistakes().iter().map(ToString::to_string).collect();
    assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));
    assert!(!rules::embedded().rules().is_empty(), "there are rules");
}

#[test]
fn every_rule_proves_itself_on_its_own_examples() {
    report(rules::embedded().rules().par_iter().flat_map(|rule| {
        let cases = cases(rule);
        let mut wrong = Vec::new();
        for group in ["bad", "good"] {
            if !cases.iter().any(|case| case.group == group) {
                wrong.push(format!("{}: has no `{group}` example", rule.id));
            }
        }
        wrong.extend(cases.iter().filter_map(|case| complaint(rule, case)));
        wrong
    }));
}

#[test]
fn no_condition_of_a_rule_is_idle() {
    report(rules::embedded().rules().par_iter().flat_map(|rule| {
        let cases = cases(rule);
        let idle = |(what, variant): (String, Rule)| {
            let broken = cases.iter().any(|case| complaint(&variant, case).is_some());
            (!broken).then(|| format!("{}: {what} can be dropped and every example still holds", rule.id))
        };
        variants(rule).into_iter().filter_map(idle).collect::<Vec<_>>()
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
    let catalogue = rules::embedded();
    report(catalogue.rules().par_iter().flat_map(|rule| {
        let files = snippets(&rule.fix);
        if files.is_empty() {
            return Vec::new();
        }
        let tree = Tree::from_memory(files);
        let facts = facts(catalogue, &tree);
        let verdicts = engine::judge(catalogue, &facts);
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

fn cases(rule: &Rule) -> Vec<Case> {
    let examples = rules::examples_of(&rule.id).expect("examples are well formed");
    let alone = Catalogue::new(vec![rule.clone()]);
    examples.all().map(|(group, example)| case(group, example, &alone)).collect()
}

fn case(group: &'static str, example: &Example, alone: &Catalogue) -> Case {
    let tree = Tree::from_memory(example.files.iter().map(|(path, file)| (path.clone(), file.clone())));
    let facts = facts(alone, &tree);
    Case { group, line: example.line, marks: example.marks.iter().cloned().collect(), tree, facts }
}

fn facts(catalogue: &Catalogue, tree: &Tree) -> Store {
    let texts = catalogue.rules().iter().filter_map(|rule| {
        Some(TextPattern { rule: rule.id.clone(), regex: rule.text_pattern()?.to_owned() })
    });
    extract::facts(tree, &Documents::parse(tree), &texts.collect::<Vec<_>>()).0
}

/// What is wrong with the rule's verdict on an example, if anything.
fn complaint(rule: &Rule, case: &Case) -> Option<String> {
    let mut rule = rule.clone();
    rule.refines.clear();
    let (verdict, _) = engine::judge(&Catalogue::new(vec![rule.clone()]), &case.facts).swap_remove(0);
    let expected = match case.group {
        "bad" => verdict.outcome == Outcome::Fail,
        "good" => verdict.outcome == Outcome::Pass,
        "skip" => verdict.outcome == Outcome::NotApplicable,
        _ => matches!(verdict.outcome, Outcome::Inconclusive { .. }),
    };
    let mut wrong = String::new();
    if !expected {
        let _ = write!(wrong, "is {:?}", verdict.outcome);
        for finding in &verdict.findings {
            let _ = write!(wrong, "\n    {}", finding.message);
        }
    } else if case.group == "bad" {
        let found = found(&verdict, &case.tree);
        if found != case.marks {
            let show = |spans: &BTreeSet<(String, Span)>| -> Vec<String> {
                let text = |path: &str| case.tree.by_path(path).map_or("", |file| case.tree.text(file));
                spans.iter().map(|(path, span)| format!("{path}: `{}`", span.of(text(path)))).collect()
            };
            let _ = write!(wrong, "marks {:?}\n    finds {:?}", show(&case.marks), show(&found));
        }
    }
    (!wrong.is_empty())
        .then(|| format!("rules/{}.yml:{}: {} example {wrong}", rule.id, case.line, case.group))
}

/// The places found that are more than a file as a whole.
fn found(verdict: &Verdict, tree: &Tree) -> BTreeSet<(String, Span)> {
    let places = verdict.findings.iter().flat_map(|finding| &finding.places);
    let places = places.filter(|place| !place.span.is_empty());
    places.map(|place| (tree.file(place.file).path.clone(), place.span)).collect()
}

/// The rule without one of its conditions, for each of them.
fn variants(rule: &Rule) -> Vec<(String, Rule)> {
    let mut variants = Vec::new();
    let conditions = |rule: &Rule| {
        let mut variant = rule.clone();
        lists(&mut variant).iter().map(|(name, list)| (name.clone(), list.len())).collect::<Vec<_>>()
    };
    for (list, (name, length)) in conditions(rule).into_iter().enumerate() {
        for index in 0..length {
            let mut variant = rule.clone();
            lists(&mut variant)[list].1.remove(index);
            variants.push((format!("condition {} of `{name}`", index + 1), variant));
        }
    }
    for index in 0..rule.when.len() {
        let mut variant = rule.clone();
        let pattern = variant.when.remove(index);
        variants.push((format!("`{}` of `when`", pattern.kind.name), variant));
    }
    for index in 0..rule.unless.len() {
        let mut variant = rule.clone();
        let pattern = variant.unless.remove(index);
        variants.push((format!("`{}` of `unless`", pattern.kind.name), variant));
    }
    for index in 0..rule.undecided.len() {
        let mut variant = rule.clone();
        variant.undecided.remove(index);
        variants.push((format!("doubt {} of `undecided`", index + 1), variant));
    }
    variants
}

/// Every list of conditions in a rule, by where it stands.
fn lists(rule: &mut Rule) -> Vec<(String, &mut Vec<rules::Condition>)> {
    let mut lists = Vec::new();
    for pattern in &mut rule.when {
        lists.push((format!("when {}", pattern.kind.name), &mut pattern.conditions));
    }
    for pattern in &mut rule.unless {
        lists.push((format!("unless {}", pattern.kind.name), &mut pattern.conditions));
    }
    let join = match &mut rule.sentence {
        Sentence::Every { subject, is, join } => {
            lists.push(("where".to_owned(), &mut subject.conditions));
            lists.push(("is".to_owned(), is));
            join.as_mut()
        }
        Sentence::Forbid { subject, join } => {
            lists.push(("where".to_owned(), &mut subject.conditions));
            join.as_mut()
        }
        Sentence::Require(subject) | Sentence::Match { subject, .. } => {
            lists.push(("where".to_owned(), &mut subject.conditions));
            None
        }
    };
    if let Some(join) = join {
        lists.push(("with".to_owned(), &mut join.pattern.conditions));
    }
    for doubt in &mut rule.undecided {
        lists.push(("undecided with".to_owned(), &mut doubt.join.pattern.conditions));
    }
    lists
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
