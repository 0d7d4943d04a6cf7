//! Which findings of two reports are the same.
//!
//! What stays the same is told by fingerprints. A finding in one place has one; one in many has one for itself and one
//! for each place, and the fingerprint of a place is what the finding would have if it stood there alone. So a finding is
//! new if neither it nor any of its places was known, and a place that is known is known in whatever finding it stands.

use std::collections::{HashMap, HashSet};

use crate::report::{Compared, Finding, Place, Report, Rulesets};

/// The findings of two reports, sorted out.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) new: Vec<Compared>,
    pub(super) changed: Vec<Compared>,
    pub(super) mended: Vec<Compared>,
    pub(super) unchanged: Vec<Compared>,
}

/// Sorts out the findings of rules that both ran.
pub(super) fn compare(before: &Report, after: &Report, rules: &Rulesets) -> Found {
    let shared = |finding: &&Finding| {
        !rules.before_only.contains(&finding.rule) && !rules.after_only.contains(&finding.rule)
    };
    let then: Vec<&Finding> = before.findings.iter().filter(shared).collect();
    let now: Vec<&Finding> = after.findings.iter().filter(shared).collect();
    let (known_then, known_now) = (Known::of(&then), Known::of(&now));
    let mut mended_places: HashMap<usize, Vec<Place>> = HashMap::new();
    let mut found = Found::default();
    for finding in &then {
        match known_now.partner(finding) {
            None => found.mended.push(compared(finding, vec![], places(finding).map(bare).collect())),
            Some(at) => mended_places.entry(at).or_default().extend(known_now.unknown(finding, now[at])),
        }
    }
    for (at, finding) in now.iter().enumerate() {
        let mended = mended_places.remove(&at).unwrap_or_default();
        match known_then.partner(finding) {
            None => found.new.push(compared(finding, places(finding).map(bare).collect(), mended)),
            Some(partner) => {
                let new = known_then.unknown(finding, then[partner]);
                let list = if new.is_empty() && mended.is_empty() {
                    &mut found.unchanged
                } else {
                    &mut found.changed
                };
                list.push(compared(finding, new, mended));
            }
        }
    }
    found
}

/// The fingerprints of the findings of a report, and of their places.
struct Known<'r> {
    /// To which finding each belongs, by its index.
    findings: HashMap<(&'r str, &'r str), usize>,
    places: HashMap<(&'r str, &'r str), usize>,
}

impl<'r> Known<'r> {
    fn of(findings: &[&'r Finding]) -> Self {
        let mut known = Self { findings: HashMap::new(), places: HashMap::new() };
        for (index, finding) in findings.iter().enumerate() {
            let rule = finding.rule.as_str();
            known.findings.entry((rule, &finding.fingerprint)).or_insert(index);
            for place in places(finding) {
                known.places.entry((rule, fingerprint(finding, place))).or_insert(index);
            }
        }
        known
    }

    /// The finding that is the same as one of another report: by itself, else by the first of its places that is known.
    fn partner(&self, finding: &Finding) -> Option<usize> {
        let rule = finding.rule.as_str();
        let mut places = places(finding);
        let by_place = || places.find_map(|place| self.places.get(&(rule, fingerprint(finding, place))));
        self.findings.get(&(rule, finding.fingerprint.as_str())).or_else(by_place).copied()
    }

    /// The places of a finding of another report that are not known here.
    fn unknown(&self, finding: &Finding, partner: &Finding) -> Vec<Place> {
        let rule = finding.rule.as_str();
        let is_known = |place: &&Place| self.places.contains_key(&(rule, fingerprint(finding, place)));
        let unknown: Vec<&Place> = places(finding).filter(|place| !is_known(place)).collect();
        // Where content counts for nothing, as of secrets, the one place of a finding has its fingerprint, and the
        // places of one in many have others: one of these is that one, the one in the same file if there is any.
        let alone = |finding: &Finding| places(finding).count() == 1;
        if finding.fingerprint != partner.fingerprint || alone(finding) == alone(partner) {
            return unknown.into_iter().map(bare).collect();
        }
        let paths: HashSet<&str> = places(partner).map(|place| place.path.as_str()).collect();
        let same = unknown.iter().position(|place| paths.contains(place.path.as_str())).unwrap_or_default();
        unknown.into_iter().enumerate().filter(|(at, _)| *at != same).map(|(_, place)| bare(place)).collect()
    }
}

/// Where a finding is so: all of its places that are told apart, else the first.
fn places(finding: &Finding) -> impl Iterator<Item = &Place> {
    let first = finding.places.first().filter(|place| place.fingerprint.is_none());
    first.into_iter().chain(finding.places.iter().filter(|place| place.fingerprint.is_some()))
}

/// What a place is known by.
fn fingerprint<'f>(finding: &'f Finding, place: &'f Place) -> &'f str {
    place.fingerprint.as_deref().unwrap_or(&finding.fingerprint)
}

/// A place without its lines.
fn bare(place: &Place) -> Place {
    Place { excerpt: None, ..place.clone() }
}

fn compared(finding: &Finding, new_places: Vec<Place>, mended_places: Vec<Place>) -> Compared {
    Compared {
        rule: finding.rule.clone(),
        category: finding.category.clone(),
        severity: finding.severity,
        title: finding.title.clone(),
        message: finding.message.clone(),
        fingerprint: finding.fingerprint.clone(),
        status: finding.status,
        preview: finding.preview,
        points: finding.points,
        effort_minutes: finding.effort_minutes,
        place: finding.places.first().map(bare),
        new_places,
        mended_places,
    }
}
