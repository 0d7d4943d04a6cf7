//! Mends are proven before they are shown: with all of them in place the repository is judged again.

use std::collections::{BTreeMap, BTreeSet};

use super::edit::{Change, Edit, Edits};
use super::{Sources, Target};
use crate::report::{Outcome, Report, Rule, visible};
use crate::source::Tree;

/// The mends of a repository.
#[derive(Debug, Default)]
pub struct Fix {
    /// The places that are mended.
    pub mended: Vec<Mended>,
    /// The places that have a mender and are left.
    pub left: Vec<Left>,
    /// The files that change, by path, with their new text.
    pub texts: BTreeMap<String, String>,
}

/// A place that is mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mended {
    /// The rule that found it.
    pub rule: String,
    /// What it found.
    pub message: String,
    /// Where.
    pub place: String,
}

/// A place that is left to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// The rule that found it.
    pub rule: String,
    /// Where.
    pub place: String,
    /// Why, as the end of a sentence.
    pub because: String,
}

/// What a finding is told by when it is looked for again: its rule and its file. Messages count what else is wrong.
type Key = (String, String);

/// A mend that may be made.
struct Proposal<'r> {
    target: Target<'r>,
    edits: Vec<Edit>,
}

impl Proposal<'_> {
    fn key(&self) -> Key {
        (self.target.finding.rule.clone(), self.target.place.path.clone())
    }

    fn touches(&self, path: &str) -> bool {
        self.edits.iter().any(|edit| edit.path == path)
    }
}

/// The mends for the open findings of the rules that are wanted. `judge` is the audit that found them.
pub fn mend(sources: &Sources<'_>, wanted: &dyn Fn(&str) -> bool, judge: &dyn Fn(&Tree) -> Report) -> Fix {
    let mut fix = Fix::default();
    let mut proposals = Vec::new();
    for (mender, target) in sources.targets(wanted) {
        let edits = mender(sources, &target).and_then(|edits| match unfit(sources, &edits) {
            Some(because) => Err(because),
            None => Ok(edits),
        });
        match edits {
            Ok(edits) => proposals.push(Proposal { target, edits }),
            Err(because) => fix.left.push(left(&target, because)),
        }
    }
    let before = tally(sources.report);
    loop {
        let (edits, taken, crossed) = together(&proposals);
        let texts = edits.texts(sources.tree);
        if texts.is_empty() {
            let lost = proposals.iter().map(|one| left(&one.target, "there is nothing to edit".to_owned()));
            fix.left.extend(lost);
            break;
        }
        let after = tally(&judge(&sources.tree.with_texts(texts.clone())));
        let guilty = guilty(sources, &proposals, &taken, (&before, &after), judge);
        if guilty.is_empty() {
            finish(&mut fix, &proposals, &crossed, (&before, &after));
            fix.texts = texts;
            break;
        }
        for (number, because) in guilty.into_iter().rev() {
            fix.left.push(left(&proposals.remove(number).target, because));
        }
    }
    let order = |left: &Left| (left.rule.clone(), left.place.clone());
    fix.left.sort_by_key(order);
    fix
}

fn left(target: &Target<'_>, because: String) -> Left {
    Left { rule: target.finding.rule.clone(), place: target.place.words(), because }
}

/// Tells the mended from those whose edits crossed others and whose finding is still there.
fn finish(
    fix: &mut Fix,
    proposals: &[Proposal<'_>],
    crossed: &BTreeSet<usize>,
    (before, after): (&Tally, &Tally),
) {
    for (number, one) in proposals.iter().enumerate() {
        let count = |tally: &Tally| tally.get(&one.key()).copied().unwrap_or(0);
        if crossed.contains(&number) && count(after) >= count(before) {
            fix.left.push(left(
                &one.target,
                "another mend changes the same lines; run it again after that".to_owned(),
            ));
            continue;
        }
        fix.mended.push(Mended {
            rule: one.target.finding.rule.clone(),
            message: one.target.finding.message.clone(),
            place: one.target.place.words(),
        });
    }
}

/// All edits that go together, which proposals they are of, and which proposals stood in the way of others.
fn together(proposals: &[Proposal<'_>]) -> (Edits, Vec<usize>, BTreeSet<usize>) {
    let mut edits = Edits::default();
    let (taken, crossed): (Vec<usize>, Vec<usize>) =
        (0..proposals.len()).partition(|number| edits.take(&proposals[*number].edits));
    (edits, taken, crossed.into_iter().collect())
}

/// Why edits cannot be made: what they are of was not read or not parsed as it is.
fn unfit(sources: &Sources<'_>, edits: &[Edit]) -> Option<String> {
    edits.iter().find_map(|edit| {
        let path = &edit.path;
        let Some(id) = sources.tree.by_path(path) else { return unmakeable(sources, edit) };
        let file = sources.tree.file(id);
        let parsed = sources.documents.get(id).is_some() || sources.tree.text(id).is_empty();
        let broken = sources.report.syntax_errors.iter().any(|error| error.path == *path);
        if file.link.is_some() {
            Some(format!("`{path}` is a link"))
        } else if file.lossy {
            Some(format!("`{path}` is not UTF-8"))
        } else if broken || !parsed {
            Some(format!("`{path}` was not parsed as a whole"))
        } else {
            None
        }
    })
}

/// Why a new file cannot be made.
fn unmakeable(sources: &Sources<'_>, edit: &Edit) -> Option<String> {
    let path = &edit.path;
    if matches!(edit.change, Change::Replace(..)) {
        return Some(format!("`{path}` was not read"));
    }
    let ignores = super::ignores::git_ignores(sources);
    if let Some(by) = ignores.would_ignore(path) {
        return Some(format!("git would ignore `{path}`, by `{}` in {}", visible(&by.pattern.text), by.file));
    }
    let unread = sources.tree.unread().iter().find(|unread| unread.path == *path)?;
    Some(format!("`{path}` is there and was not read: {}", unread.reason))
}

/// How many places of each rule there are in each file; what could not be parsed counts as one rule.
type Tally = BTreeMap<Key, usize>;

fn tally(report: &Report) -> Tally {
    let mut tally = Tally::new();
    for finding in &report.findings {
        for place in finding.places.iter().filter(|place| place.note.is_none()) {
            *tally.entry((finding.rule.clone(), place.path.clone())).or_default() += 1;
        }
    }
    for error in &report.syntax_errors {
        *tally.entry(("a syntax error".to_owned(), error.path.clone())).or_default() += 1;
    }
    tally
}

/// Rules that fail with another, which mends may bring to light: what they find was there before.
fn hidden(report: &Report) -> BTreeSet<&str> {
    let is_hidden = |rule: &&Rule| rule.outcome == Outcome::Fail && rule.reason.is_some();
    report.rules.iter().filter(is_hidden).map(|rule| rule.id.as_str()).collect()
}

/// What is in one tally more often than in the other.
fn brought(before: &Tally, after: &Tally) -> Vec<Key> {
    let more = |(key, number): &(&Key, &usize)| **number > before.get(*key).copied().unwrap_or(0);
    after.iter().filter(more).map(|(key, _)| key.clone()).collect()
}

/// The proposals that leave their finding or bring another, in their order, each with what is wrong with it.
fn guilty(
    sources: &Sources<'_>,
    proposals: &[Proposal<'_>],
    taken: &[usize],
    (before, after): (&Tally, &Tally),
    judge: &dyn Fn(&Tree) -> Report,
) -> BTreeMap<usize, String> {
    let count = |tally: &Tally, key: &Key| tally.get(key).copied().unwrap_or(0);
    let mut guilty = BTreeMap::new();
    for number in taken {
        let key = proposals[*number].key();
        let mends = taken.iter().filter(|other| proposals[**other].key() == key).count();
        if count(after, &key) + mends > count(before, &key) {
            guilty.insert(*number, "the edit does not settle it".to_owned());
        }
    }
    let mended =
        |rule: &str| taken.iter().filter(|number| proposals[**number].target.finding.rule == rule).count();
    for (rule, path) in new(sources.report, before, after, &mended) {
        // Of its own rule that was told above.
        let told = guilty.keys().any(|number| proposals[*number].key() == (rule.clone(), path.clone()));
        if told {
            continue;
        }
        let because = format!("the edit would bring {rule} in `{path}`");
        let touching = taken.iter().filter(|number| proposals[**number].touches(&path));
        let mut blamed: Vec<usize> = touching.copied().collect();
        if blamed.is_empty() {
            blamed = culprits(sources, proposals, taken, before, &(rule, path), judge);
        }
        for number in blamed {
            guilty.entry(number).or_insert_with(|| because.clone());
        }
    }
    guilty
}

/// What an audit found that the one before did not. What stands at the first file of all, for want of a better place, moves
/// when a file is added, and what was part of something else that failed was there before.
fn new(report: &Report, before: &Tally, after: &Tally, mended: &dyn Fn(&str) -> usize) -> Vec<Key> {
    let total = |tally: &Tally, rule: &str| -> usize {
        tally.iter().filter(|((other, _), _)| other == rule).map(|(_, number)| number).sum()
    };
    let hidden = hidden(report);
    let is_new =
        |rule: &str| !hidden.contains(rule) && total(after, rule) + mended(rule) > total(before, rule);
    brought(before, after).into_iter().filter(|(rule, _)| is_new(rule)).collect()
}

/// The proposals of those rules whose mends alone bring a finding; all where none does.
fn culprits(
    sources: &Sources<'_>,
    proposals: &[Proposal<'_>],
    taken: &[usize],
    before: &Tally,
    new: &Key,
    judge: &dyn Fn(&Tree) -> Report,
) -> Vec<usize> {
    let rules: BTreeSet<&str> =
        taken.iter().map(|number| proposals[*number].target.finding.rule.as_str()).collect();
    let of_rule = |rule: &str| {
        let own = taken.iter().filter(|number| proposals[**number].target.finding.rule == rule);
        own.copied().collect::<Vec<_>>()
    };
    let mut blamed = Vec::new();
    for rule in rules {
        let own = of_rule(rule);
        let mut edits = Edits::default();
        for number in &own {
            edits.take(&proposals[*number].edits);
        }
        let after = tally(&judge(&sources.tree.with_texts(edits.texts(sources.tree))));
        if brought(before, &after).contains(new) {
            blamed.extend(own);
        }
    }
    if blamed.is_empty() { taken.to_vec() } else { blamed }
}
