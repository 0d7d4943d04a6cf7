//! One rule on one repository.

use std::collections::HashMap;

use super::join::{JoinIndex, holds, visible};
use crate::facts::{Entry, Store};
use crate::rules::{Pattern, Rule, Sentence};
use crate::source::Place;
use crate::verdict::{Finding, Outcome, Part, Verdict};

/// The verdict of a rule by itself, before rules that refine others are settled.
pub(super) fn rule(rule: &Rule, facts: &Store) -> Verdict {
    let exists = |pattern: &Pattern| matching(pattern, facts).next().is_some();
    // What may be there and is missing makes no rule inapplicable.
    let may_exist = |pattern: &Pattern| exists(pattern) || facts.lost(pattern.kind.name).is_some();
    if !rule.when.iter().all(may_exist) || rule.unless.iter().any(exists) {
        return Verdict::not_applicable();
    }
    if let Some(because) = lost(rule, facts) {
        return Verdict { outcome: Outcome::Inconclusive { because }, ..Verdict::not_applicable() };
    }
    match &rule.sentence {
        Sentence::Every { subject, is, join } => {
            let index = join.as_ref().map(|join| JoinIndex::new(join, facts));
            let (passing, failing): (Vec<_>, Vec<_>) = matching(subject, facts).partition(|entry| {
                is.iter().all(|condition| holds(condition, entry, facts, None))
                    && index.as_ref().is_none_or(|index| index.holds(entry))
            });
            verdict(rule, facts, &passing, failing, passing.len())
        }
        Sentence::Require(pattern) => {
            let found: Vec<_> = matching(pattern, facts).collect();
            let speaker = rule
                .when
                .first()
                .map_or_else(|| facts.of("repo").first(), |when| matching(when, facts).next());
            let missing = if found.is_empty() { speaker.into_iter().collect() } else { Vec::new() };
            let enough = usize::from(!found.is_empty());
            verdict(rule, facts, &found, missing, enough)
        }
        Sentence::Forbid { subject, join } => {
            let index = join.as_ref().map(|join| JoinIndex::new(join, facts));
            let found: Vec<_> = matching(subject, facts)
                .filter(|entry| index.as_ref().is_none_or(|index| index.holds(entry)))
                .collect();
            let population = visible(subject, facts).count();
            verdict(rule, facts, &[], found, population)
        }
        Sentence::Match { subject, .. } => {
            let found = matching(subject, facts)
                .filter(|entry| entry.get::<crate::facts::Text>().is_some_and(|text| text.rule == rule.id));
            verdict(rule, facts, &[], found.collect(), 1)
        }
    }
}

/// Why a rule cannot be judged: golive itself failed while it looked for facts that the rule speaks of.
fn lost(rule: &Rule, facts: &Store) -> Option<String> {
    if facts.is_whole() {
        return None;
    }
    let extractor = rule.kinds().find_map(|kind| facts.lost(kind))?;
    Some(format!("golive failed while it looked for what this rule speaks of (`{extractor}`)"))
}

/// The facts that satisfy a pattern, in the order of places.
fn matching<'f>(pattern: &'f Pattern, facts: &'f Store) -> impl Iterator<Item = &'f Entry> {
    let entries = visible(pattern, facts);
    entries.filter(|entry| pattern.conditions.iter().all(|condition| holds(condition, entry, facts, None)))
}

/// Puts the verdict together. `population` counts the subjects that were judged and did not fail; for a hazard, all
/// that might have.
fn verdict(
    rule: &Rule,
    facts: &Store,
    passing: &[&Entry],
    failing: Vec<&Entry>,
    population: usize,
) -> Verdict {
    if failing.is_empty() && population == 0 {
        return Verdict::not_applicable();
    }
    let (failing, because) = doubted(rule, facts, failing);
    let control = matches!(rule.sentence, Sentence::Every { .. } | Sentence::Require(_));
    let checked = if control { population + failing.len() } else { population.max(failing.len()) };
    let outcome = match because {
        _ if !failing.is_empty() => Outcome::Fail,
        Some(because) => Outcome::Inconclusive { because },
        None => Outcome::Pass,
    };
    let strength = rule.strength.as_ref().filter(|_| outcome == Outcome::Pass);
    let strength = strength
        .zip(passing.first())
        .map(|(template, entry)| (template.render(&|attribute| facts.value(entry, attribute)), entry.place));
    Verdict {
        outcome,
        checked: count(checked),
        failing: count(failing.len()),
        findings: fold(rule, facts, &failing),
        part_of: None,
        strength,
    }
}

/// Takes out the failing subjects that the repository does not show enough of; says why for the first of them.
fn doubted<'f>(
    rule: &'f Rule,
    facts: &'f Store,
    failing: Vec<&'f Entry>,
) -> (Vec<&'f Entry>, Option<String>) {
    if failing.is_empty() || rule.undecided.is_empty() {
        return (failing, None);
    }
    let doubts: Vec<_> =
        rule.undecided.iter().map(|doubt| (JoinIndex::new(&doubt.join, facts), &doubt.because)).collect();
    let mut because = None;
    let certain = failing.into_iter().filter(|entry| {
        let doubt = doubts.iter().find(|(index, _)| index.holds(entry));
        if let Some((_, reason)) = doubt {
            because.get_or_insert_with(|| (*reason).clone());
        }
        doubt.is_none()
    });
    (certain.collect(), because)
}

/// One finding for each message, with the places of all subjects that it speaks of.
fn fold(rule: &Rule, facts: &Store, failing: &[&Entry]) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    let mut by_message: HashMap<String, usize> = HashMap::new();
    for entry in failing {
        let message = rule.message.render(&|attribute| facts.value(entry, attribute));
        let index = *by_message.entry(message.clone()).or_insert_with(|| {
            findings.push(Finding {
                message,
                places: Vec::new(),
                parts: Vec::new(),
                also: Vec::new(),
                subjects: 0,
                fingerprint: String::new(),
                waiver: None,
            });
            findings.len() - 1
        });
        let finding = &mut findings[index];
        finding.subjects += 1;
        add(finding, entry.place);
        let others = entry.also.iter().filter(|label| label.place != entry.place);
        for label in others {
            if !finding.also.contains(label) {
                finding.also.push(label.clone());
            }
        }
    }
    findings
}

/// Adds the place of one more subject.
fn add(finding: &mut Finding, place: Place) {
    if let Some(known) = finding.places.iter().position(|known| *known == place) {
        finding.parts[known].subjects += 1;
        return;
    }
    finding.places.push(place);
    finding.parts.push(Part { subjects: 1, fingerprint: None });
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::rule;
    use crate::facts::{Entry, Package, Repo, Store};
    use crate::rules::embedded;
    use crate::source::{FileId, Place};
    use crate::verdict::Outcome;

    #[test]
    fn a_rule_is_undecided_where_its_facts_were_lost() {
        let catalogue = embedded();
        let of = |id: &str| catalogue.rules().iter().find(|rule| rule.id == id).expect("the rule exists");
        let mut facts = Store::new(vec![crate::facts::FileContext::default()]);
        facts.add(Entry::new(Place::file(FileId(0)), Repo::default()));
        facts.add(Entry::new(Place::file(FileId(0)), Package::default()));
        let before = rule(of("security/cors-wildcard"), &facts).outcome;
        assert_eq!(before, Outcome::NotApplicable);
        facts.lose("protection", &["cors.policy"]);
        let Outcome::Inconclusive { because } = rule(of("security/cors-wildcard"), &facts).outcome else {
            panic!("it speaks of `cors.policy`");
        };
        assert_eq!(because, "golive failed while it looked for what this rule speaks of (`protection`)");
        assert_eq!(rule(of("container/base-latest"), &facts).outcome, Outcome::NotApplicable);
    }
}
