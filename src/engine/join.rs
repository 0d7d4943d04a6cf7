//! Does a subject have, or lack, another fact? The other facts are hashed once per rule.

use rustc_hash::FxHashMap;

use crate::facts::{COMMON, Entry, Store, Value};
use crate::rules::{Condition, Join, Pattern, Scope, Test};

/// The other facts of a join, by where they are and by the value the subject must share.
pub(super) struct JoinIndex<'f> {
    join: &'f Join,
    facts: &'f Store,
    shared: Option<(usize, usize)>,
    buckets: FxHashMap<(String, String), Vec<&'f Entry>>,
}

impl<'f> JoinIndex<'f> {
    /// Hashes the facts that satisfy all conditions but those on the subject.
    pub(super) fn new(join: &'f Join, facts: &'f Store) -> Self {
        let shared = join.pattern.conditions.iter().find_map(|condition| match condition.test {
            Test::Same(subject) => Some((condition.attribute, subject)),
            _ => None,
        });
        let mut index = Self { join, facts, shared, buckets: FxHashMap::default() };
        for entry in visible(&join.pattern, facts) {
            let (own, _): (Vec<_>, Vec<_>) =
                join.pattern.conditions.iter().partition(|c| !speaks_of_subject(&c.test));
            if own.iter().all(|condition| holds(condition, entry, facts, None)) {
                let scope = index.scope(entry);
                let keys = match shared {
                    Some((attribute, _)) => keys(facts.value(entry, attribute)),
                    None => vec![String::new()],
                };
                for key in keys {
                    index.buckets.entry((scope.clone(), key)).or_default().push(entry);
                }
            }
        }
        index
    }

    /// Whether the join holds for `subject`: it has such a fact, or lacks it, as the rule wants.
    pub(super) fn holds(&self, subject: &Entry) -> bool {
        let scope = self.scope(subject);
        let keys = match self.shared {
            Some((_, attribute)) => keys(self.facts.value(subject, attribute)),
            None => vec![String::new()],
        };
        let found = keys.into_iter().any(|key| {
            let bucket = self.buckets.get(&(scope.clone(), key)).map_or(&[][..], Vec::as_slice);
            bucket.iter().any(|entry| self.fits(entry, subject))
        });
        found == self.join.wanted
    }

    fn fits(&self, entry: &Entry, subject: &Entry) -> bool {
        let conditions = &self.join.pattern.conditions;
        conditions.iter().all(|condition| holds(condition, entry, self.facts, Some(subject)))
    }

    fn scope(&self, entry: &Entry) -> String {
        match self.join.within {
            Scope::Repo => String::new(),
            Scope::Package => self.facts.context(entry.place.file).package.clone(),
            Scope::File => self.facts.context(entry.place.file).path.clone(),
        }
    }
}

/// The facts a pattern may speak of: code that ships, unless a condition of its own speaks of `test`.
pub(super) fn visible<'f>(pattern: &Pattern, facts: &'f Store) -> impl Iterator<Item = &'f Entry> {
    let asked = pattern
        .conditions
        .iter()
        .any(|condition| COMMON.get(condition.attribute).is_some_and(|c| c.name == "test"));
    let entries = facts.of(pattern.kind.name).iter();
    entries.filter(move |entry| asked || !facts.context(entry.place.file).test)
}

/// Whether an entry satisfies a condition; `$attribute` speaks of `subject`.
pub(super) fn holds(condition: &Condition, entry: &Entry, facts: &Store, subject: Option<&Entry>) -> bool {
    let of_subject = |attribute| subject.map_or(Value::Absent, |subject| facts.value(subject, attribute));
    condition.test.holds(facts.value(entry, condition.attribute), &of_subject)
}

fn speaks_of_subject(test: &Test) -> bool {
    match test {
        Test::Same(_) => true,
        Test::Not(test) => speaks_of_subject(test),
        Test::Any(tests) => tests.iter().any(speaks_of_subject),
        _ => false,
    }
}

fn keys(value: Value<'_>) -> Vec<String> {
    match value {
        Value::Absent => Vec::new(),
        Value::List(items) => items.to_vec(),
        value => vec![value.to_string()],
    }
}
