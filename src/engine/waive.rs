//! Waivers are held against what was found: what they cover is marked, and what is not so is taken out of the count.

use std::collections::HashMap;
use std::time::Duration;

use globset::GlobSet;
use jiff::civil::Date;

use super::is_about_waivers;
use crate::facts::{Entry, Store, Waiver as Fact};
use crate::rules::{Catalogue, closest};
use crate::source::{Place, Tree, path_glob};
use crate::verdict::{Finding, Outcome, Part, Scope, Settled, State, Verdict, Waiver, Written};

/// Marks what waivers cover, and says of each whether it holds: those of the configuration, then those in comments. The
/// facts about waivers are made anew, with their state.
pub(super) fn settle(
    catalogue: &Catalogue,
    tree: &Tree,
    facts: &mut Store,
    verdicts: &mut [(Verdict, Duration)],
) -> Vec<Settled> {
    let comments = facts.take::<Fact>();
    let configured = catalogue.waivers().iter().map(|waiver| (waiver.clone(), None));
    let written = configured.chain(comments.iter().filter_map(in_comment));
    let mut settled: Vec<Settled> = written
        .map(|(waiver, mistake)| {
            let state = state(catalogue, &waiver, mistake);
            Settled { waiver, state, findings: Vec::new() }
        })
        .collect();
    if settled.is_empty() {
        return settled;
    }
    apply(catalogue, tree, &mut settled, verdicts);
    for one in &mut settled {
        let is_idle = one.state == State::Active && one.findings.is_empty();
        if is_idle && is_decided(catalogue, verdicts, &one.waiver.rule) {
            one.state = State::Unused;
        }
    }
    let root = facts.of("repo").first().map(|repository| repository.place);
    facts.extend(settled.iter().filter_map(|one| fact(tree, root, one)));
    facts.sort();
    settled
}

/// A waiver in a comment, and what is wrong with it.
fn in_comment(entry: &Entry) -> Option<(Waiver, Option<String>)> {
    let fact = entry.get::<Fact>()?;
    let scope = match entry.also.first() {
        Some(label) if fact.file => Scope::File(label.place),
        Some(label) => Scope::Line(label.place),
        None => Scope::Nothing,
    };
    let waiver = Waiver {
        rule: fact.rule.clone(),
        scope,
        reason: fact.reason.clone().unwrap_or_default(),
        until: fact.until.as_ref().and_then(|until| until.parse().ok()),
        // What changes the score stands where it is seen by whoever reviews the configuration.
        false_positive: false,
        written: Written::Comment(entry.place),
    };
    Some((waiver, fact.mistake.clone()))
}

/// Whether a waiver holds, before it is known what it is for.
fn state(catalogue: &Catalogue, waiver: &Waiver, mistake: Option<String>) -> State {
    let id = &waiver.rule;
    if let Some(mistake) = mistake {
        return State::Malformed(mistake);
    }
    if !catalogue.knows(id) {
        let meant = closest(id, catalogue.rules().iter().map(|rule| rule.id.as_str()));
        let hint = meant
            .map_or("`golive rules list` names them".to_owned(), |meant| format!("did you mean `{meant}`?"));
        return State::Malformed(format!("unknown rule `{id}`; {hint}"));
    }
    if catalogue.get(id).is_some_and(is_about_waivers) {
        return State::Malformed(format!("`{id}` is about waivers; mend or remove the waiver it speaks of"));
    }
    let is_over = |until: Date| catalogue.day().is_some_and(|day| until < day);
    if waiver.until.is_some_and(is_over) { State::Expired } else { State::Active }
}

/// Whether it is known that a rule found no more than it did: not where it was left out, nor where it is undecided.
fn is_decided(catalogue: &Catalogue, verdicts: &[(Verdict, Duration)], id: &str) -> bool {
    let found = catalogue.rules().iter().position(|rule| rule.id == id);
    match found {
        Some(number) => !matches!(verdicts[number].0.outcome, Outcome::Inconclusive { .. }),
        None => catalogue.off().iter().any(|off| off == id),
    }
}

/// The fact that a waiver is there, at its place; of one that stands in no file of the tree, at that of the repository.
fn fact(tree: &Tree, root: Option<Place>, settled: &Settled) -> Option<Entry> {
    let waiver = &settled.waiver;
    let place = match &waiver.written {
        Written::Comment(place) => Some(*place),
        Written::Configuration { file, span, .. } => {
            tree.by_path(file).map(|file| Place { file, span: *span }).or(root)
        }
    };
    let (state, mistake) = match &settled.state {
        State::Active => ("active", None),
        State::Expired => ("expired", None),
        State::Unused => ("unused", None),
        State::Malformed(mistake) => ("malformed", Some(mistake.clone())),
    };
    let fact = Fact {
        rule: waiver.rule.clone(),
        until: waiver.until.map(|until| until.to_string()),
        reason: Some(waiver.reason.clone()).filter(|reason| !reason.is_empty()),
        file: matches!(waiver.scope, Scope::File(_)),
        state: Some(state.to_owned()),
        mistake,
    };
    Some(Entry::new(place?, fact))
}

/// Marks what is covered. What is not so comes first: beside it, what is merely accepted changes nothing.
fn apply(catalogue: &Catalogue, tree: &Tree, settled: &mut [Settled], verdicts: &mut [(Verdict, Duration)]) {
    let mut by_rule: HashMap<String, Vec<(usize, Option<GlobSet>)>> = HashMap::new();
    let mut order: Vec<usize> = (0..settled.len()).collect();
    order.sort_by_key(|number| !settled[*number].waiver.false_positive);
    for number in order {
        let Settled { waiver, state, .. } = &settled[number];
        if !matches!(state, State::Malformed(_)) {
            let glob = if let Scope::Path(glob) = &waiver.scope { path_glob(glob).ok() } else { None };
            by_rule.entry(waiver.rule.clone()).or_default().push((number, glob));
        }
    }
    for (rule, (verdict, _)) in catalogue.rules().iter().zip(verdicts) {
        let Some(waivers) = by_rule.get(&rule.id) else { continue };
        let found = std::mem::take(&mut verdict.findings);
        for finding in found {
            let marks = marks(tree, settled, waivers, &finding);
            for part in split(finding, &marks) {
                if part.waiver.is_some_and(|number| settled[number].waiver.false_positive) {
                    verdict.failing = verdict.failing.saturating_sub(part.subjects);
                }
                verdict.findings.push(part);
            }
        }
        if verdict.failing == 0 && verdict.failed() {
            verdict.outcome = Outcome::Pass;
        }
    }
}

/// For each place of a finding, the number of the waiver that covers it. Each waiver is told what it is for.
fn marks(
    tree: &Tree,
    settled: &mut [Settled],
    waivers: &[(usize, Option<GlobSet>)],
    finding: &Finding,
) -> Vec<Option<usize>> {
    let mut marks = vec![None; finding.places.len()];
    for (number, glob) in waivers {
        let scope = &settled[*number].waiver.scope;
        let places = finding.places.iter().zip(&finding.parts).enumerate();
        let covered = places.filter(|(_, (place, part))| {
            covers(
                scope,
                glob.as_ref(),
                tree,
                **place,
                [Some(&finding.fingerprint), part.fingerprint.as_ref()],
            )
        });
        let covered: Vec<usize> = covered.map(|(at, _)| at).collect();
        let one = &mut settled[*number];
        if covered.len() == finding.places.len() {
            one.findings.push(finding.fingerprint.clone());
        } else {
            one.findings.extend(covered.iter().filter_map(|at| finding.parts[*at].fingerprint.clone()));
        }
        if one.state == State::Active {
            for at in covered {
                marks[at].get_or_insert(*number);
            }
        }
    }
    marks
}

fn covers(
    scope: &Scope,
    glob: Option<&GlobSet>,
    tree: &Tree,
    place: Place,
    fingerprints: [Option<&String>; 2],
) -> bool {
    match scope {
        Scope::Everywhere => true,
        Scope::Path(_) => glob.is_some_and(|glob| glob.is_match(&tree.file(place.file).path)),
        Scope::Fingerprint(wanted) => fingerprints.contains(&Some(wanted)),
        Scope::File(file) => place.file == file.file,
        Scope::Line(line) => {
            let (start, end) = (line.span.start, line.span.end);
            let begins = (start..=end).contains(&place.span.start);
            let ends = start < place.span.end && place.span.end <= end;
            // What is so of a file as a whole points at its first byte.
            place.file == line.file && place != Place::file(place.file) && (begins || ends)
        }
        Scope::Nothing => false,
    }
}

/// A finding by the waivers of its places: what none covers stays what it was, and what others cover is taken out of it.
fn split(finding: Finding, marks: &[Option<usize>]) -> Vec<Finding> {
    let mut kinds: Vec<Option<usize>> = Vec::new();
    for mark in marks {
        if !kinds.contains(mark) {
            kinds.push(*mark);
        }
    }
    // What is open stands first, and keeps the name of the whole.
    kinds.sort_unstable();
    if let [waiver] = kinds[..] {
        return vec![Finding { waiver, ..finding }];
    }
    let mut parts = Vec::new();
    for (number, waiver) in kinds.into_iter().enumerate() {
        let own = |at: &usize| marks[*at] == waiver;
        let places = (0..marks.len()).filter(own).map(|at| finding.places[at]).collect();
        let own_parts: Vec<Part> = (0..marks.len()).filter(own).map(|at| finding.parts[at].clone()).collect();
        let first = own_parts.iter().find_map(|part| part.fingerprint.clone()).unwrap_or_default();
        parts.push(Finding {
            message: finding.message.clone(),
            places,
            also: finding.also.clone(),
            subjects: own_parts.iter().map(|part| part.subjects).sum(),
            parts: own_parts,
            fingerprint: if number == 0 { finding.fingerprint.clone() } else { first },
            waiver,
        });
    }
    parts
}
