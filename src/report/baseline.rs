//! The baseline: what was known when it was taken, by fingerprint, and what of a report is known by it.
//!
//! The file has a line for each place of a finding, with its rule and path, so that a change of it can be reviewed. A
//! finding is known by content, wherever that has moved to.

use std::collections::{BTreeSet, HashSet};
use std::fmt::Write as _;

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use super::{Finding, Outcome, Place, Report, Status, json};

/// The version of the file.
const VERSION: &str = "1";

/// What the file says of itself, to who comes upon it.
const ABOUT: &str = "What golive found when this was written and does not count at the gate. `golive baseline` writes it anew.";

/// What was known when it was taken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baseline {
    /// Sorted: an audit that finds the same writes the same.
    known: BTreeSet<Known>,
}

/// A place of a finding, or a finding without one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    rule: String,
    path: String,
    fingerprint: String,
}

/// The file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "schema_version")]
    _version: IgnoredAny,
    #[serde(rename = "about", default)]
    _about: IgnoredAny,
    known: BTreeSet<Known>,
}

impl Baseline {
    /// All that a report found and that is not waived.
    pub fn of(report: &Report) -> Self {
        let found = report.findings.iter().filter(|finding| finding.status != Status::Waived);
        let known = found.flat_map(|finding| {
            identities(finding).map(|(fingerprint, place)| Known {
                rule: finding.rule.clone(),
                path: place.map_or(String::new(), |place| place.path.clone()),
                fingerprint: fingerprint.to_owned(),
            })
        });
        Self { known: known.collect() }
    }

    /// How many places it holds.
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// Whether nothing was known.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// How many of its places another does not hold.
    pub fn without(&self, other: &Self) -> usize {
        self.known.difference(&other.known).count()
    }

    /// The fingerprints of what it holds.
    pub fn fingerprints(&self) -> HashSet<&str> {
        self.known.iter().map(|known| known.fingerprint.as_str()).collect()
    }

    /// How many of its places are mended: their rule was run and decided, and does not find them.
    pub fn mended(&self, report: &Report) -> usize {
        let decided = report.rules.iter().filter(|rule| rule.outcome != Outcome::Inconclusive);
        let decided: HashSet<&str> = decided.map(|rule| rule.id.as_str()).collect();
        let found = report.findings.iter().flat_map(identities);
        let found: HashSet<&str> = found.map(|(fingerprint, _)| fingerprint).collect();
        let is_mended = |known: &&Known| {
            decided.contains(known.rule.as_str()) && !found.contains(known.fingerprint.as_str())
        };
        self.known.iter().filter(is_mended).count()
    }

    /// The file: JSON, a line for each place, with a final newline.
    pub fn render(&self) -> String {
        let mut out =
            format!("{{\n  \"schema_version\": \"{VERSION}\",\n  \"about\": {ABOUT:?},\n  \"known\": [");
        for (number, known) in self.known.iter().enumerate() {
            let comma = if number == 0 { "" } else { "," };
            let line = serde_json::to_string(known).unwrap_or_default(); // texts only: it has no way to fail
            let _ = write!(out, "{comma}\n    {line}");
        }
        out.push_str(if self.known.is_empty() { "]\n}\n" } else { "\n  ]\n}\n" });
        out
    }

    /// Reads the file that [`Baseline::render`] wrote, or takes a JSON report for one.
    ///
    /// # Errors
    /// What is wrong with it and what to do, in a sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        if let Some(own) = Self::own(text)? {
            return Ok(own);
        }
        let next = "; write a baseline with `golive baseline`";
        json::parse(text).map(|report| Self::of(&report)).map_err(|error| match error {
            json::Error::NoVersion => format!("neither a baseline nor a report of golive{next}"),
            error => format!("{error}{next}"),
        })
    }

    /// Reads the file that [`Baseline::render`] wrote; none where the text is something else.
    ///
    /// # Errors
    /// It is a baseline that cannot be read: what is wrong with it and what to do, in a sentence.
    pub fn own(text: &str) -> Result<Option<Self>, String> {
        /// What every version has.
        #[derive(Deserialize)]
        struct Head {
            schema_version: serde_json::Value,
            #[serde(rename = "known")]
            _known: IgnoredAny,
        }
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let Ok(head) = serde_json::from_str::<Head>(text) else { return Ok(None) };
        if head.schema_version != VERSION {
            return Err(format!(
                "a baseline of schema version {}; this golive reads version \"{VERSION}\": take the golive that wrote it, or \
                 remove the file and write it with `golive baseline`",
                head.schema_version
            ));
        }
        let file: File = serde_json::from_str(text).map_err(|error| {
            format!("not a baseline of schema version \"{VERSION}\": {error}; remove the file and write it with `golive baseline`")
        })?;
        Ok(Some(Self { known: file.known }))
    }
}

/// By what a finding is known: each of its places where it has several, itself where it has one.
pub fn identities(finding: &Finding) -> impl Iterator<Item = (&str, Option<&Place>)> {
    let is_one = finding.places.iter().all(|place| place.fingerprint.is_none());
    let itself = is_one.then(|| (finding.fingerprint.as_str(), finding.places.first()));
    let places = finding.places.iter().filter_map(|place| Some((place.fingerprint.as_deref()?, Some(place))));
    itself.into_iter().chain(places)
}

impl Report {
    /// Takes what is known out of what counts at the gate; the score stays. A finding that has places which are not
    /// known counts with these: they come first, and the others are said to be known. `from` says from what.
    pub fn set_known(&mut self, from: &str, is_known: impl Fn(&str, Option<&Place>) -> bool) {
        self.baseline = Some(from.to_owned());
        for finding in self.findings.iter_mut().filter(|finding| finding.is_open()) {
            let known: HashSet<String> = identities(finding)
                .filter(|(fingerprint, place)| is_known(fingerprint, *place))
                .map(|(fingerprint, _)| fingerprint.to_owned())
                .collect();
            if known.len() == identities(finding).count() {
                finding.status = Status::Baseline;
                continue;
            }
            let is_known = |place: &Place| place.fingerprint.as_ref().is_some_and(|it| known.contains(it));
            for place in finding.places.iter_mut().filter(|place| is_known(place)) {
                place.note.get_or_insert_with(|| format!("known before, from {from}"));
            }
            finding.places.sort_by_key(is_known);
        }
    }
}

#[cfg(test)]
mod tests;
