//! A rule proves itself: alone, on its own examples, and with no condition to spare.

use std::collections::BTreeSet;

use jiff::civil::{Date, date};

use super::judge;
use crate::extract::{self, TextPattern};
use crate::facts::Store;
use crate::parse::Documents;
use crate::rules::{Condition, Example, Examples, Rule, Sentence, embedded};
use crate::source::{Span, Tree};
use crate::verdict::{Outcome, Verdict};

/// The day on which examples are judged.
const DAY: Date = date(2026, 1, 1);

/// A rule and its examples, their facts extracted once for all variants of the rule.
#[derive(Debug)]
pub struct Proof<'r> {
    rule: &'r Rule,
    cases: Vec<Case>,
}

/// An example that does not come out as its group says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// The line of the rule file on which the example begins.
    pub line: usize,
    /// What is wrong, in a sentence about the example.
    pub message: String,
}

#[derive(Debug)]
struct Case {
    group: &'static str,
    line: usize,
    marks: BTreeSet<(String, Span)>,
    tree: Tree,
    facts: Store,
}

impl<'r> Proof<'r> {
    /// Extracts the facts of every example.
    pub fn new(rule: &'r Rule, examples: &Examples) -> Self {
        Self { rule, cases: examples.all().map(|(group, example)| case(rule, group, example)).collect() }
    }

    /// How many examples there are.
    pub fn examples(&self) -> usize {
        self.cases.len()
    }

    /// The groups every rule needs and this one lacks.
    pub fn missing(&self) -> Vec<&'static str> {
        let lacks = |group: &&str| !self.cases.iter().any(|case| case.group == *group);
        ["bad", "good"].into_iter().filter(lacks).collect()
    }

    /// The examples that do not come out as they must.
    pub fn complaints(&self) -> Vec<Complaint> {
        let complaint = |case: &Case| Some(Complaint { line: case.line, message: wrong(self.rule, case)? });
        self.cases.iter().filter_map(complaint).collect()
    }

    /// The conditions that could be dropped while every example still holds: what they guard against is not shown.
    pub fn idle(&self) -> Vec<String> {
        let broken = |variant: &Rule| self.cases.iter().any(|case| wrong(variant, case).is_some());
        variants(self.rule)
            .into_iter()
            .filter(|(_, variant)| !broken(variant))
            .map(|(what, _)| what)
            .collect()
    }
}

fn case(rule: &Rule, group: &'static str, example: &Example) -> Case {
    let tree = Tree::from_memory(example.files.iter().cloned());
    let pattern = rule.text_pattern();
    let pattern = pattern.map(|regex| TextPattern { rule: rule.id.clone(), regex: regex.to_owned() });
    let (mut facts, _) = extract::facts(&tree, &Documents::parse(&tree), pattern.as_slice());
    if super::is_about_waivers(rule) {
        // Whether a waiver holds shows in what all the other rules find.
        super::judge(&embedded().waiving(Vec::new(), Some(DAY)), &tree, &mut facts);
    }
    Case { group, line: example.line, marks: example.marks.iter().cloned().collect(), tree, facts }
}

/// What is wrong with the rule's verdict on an example, if anything.
fn wrong(rule: &Rule, case: &Case) -> Option<String> {
    let verdict = judge::rule(rule, &case.facts);
    let ends = match verdict.outcome {
        Outcome::Fail => "bad",
        Outcome::Pass => "good",
        Outcome::NotApplicable => "skip",
        Outcome::Inconclusive { .. } => "unsure",
    };
    if ends != case.group {
        let messages = verdict.findings.iter().map(|finding| format!("\n    {}", finding.message));
        return Some(format!("comes out as `{ends}`{}", messages.collect::<String>()));
    }
    let found = found(&verdict, &case.tree);
    let exact = case.group != "bad" || found == case.marks;
    (!exact).then(|| {
        format!("marks {}, and the rule finds {}", shown(&case.marks, &case.tree), shown(&found, &case.tree))
    })
}

/// The places found that are more than a file as a whole.
fn found(verdict: &Verdict, tree: &Tree) -> BTreeSet<(String, Span)> {
    let places = verdict.findings.iter().flat_map(|finding| &finding.places);
    let places = places.filter(|place| !place.span.is_empty());
    places.map(|place| (tree.file(place.file).path.clone(), place.span)).collect()
}

fn shown(places: &BTreeSet<(String, Span)>, tree: &Tree) -> String {
    let text = |path: &str| tree.by_path(path).map_or("", |file| tree.text(file));
    let each: Vec<_> =
        places.iter().map(|(path, span)| format!("`{}` in {path}", span.of(text(path)))).collect();
    if each.is_empty() { "no place".to_owned() } else { each.join(", ") }
}

/// The rule without one of its conditions, for each of them.
fn variants(rule: &Rule) -> Vec<(String, Rule)> {
    let mut variants = Vec::new();
    let lengths: Vec<_> =
        lists(&mut rule.clone()).into_iter().map(|(name, list)| (name, list.len())).collect();
    for (list, (name, length)) in lengths.into_iter().enumerate() {
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
        variants.push((format!("entry {} of `undecided`", index + 1), variant));
    }
    variants
}

/// Every list of conditions in a rule, by where it stands.
fn lists(rule: &mut Rule) -> Vec<(String, &mut Vec<Condition>)> {
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
