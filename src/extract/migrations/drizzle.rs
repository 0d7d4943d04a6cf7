//! Drizzle: `meta/_journal.json` lists the migrations in order.

use super::model::{Gap, Reach, Set, Unrun, Why};
use super::survey::{self, Survey, join};
use crate::parse::node::Node;
use crate::source::{FileId, Place};

/// Where Drizzle is configured.
pub(super) const CONFIGS: &[&str] = &[
    "drizzle.config.ts",
    "drizzle.config.js",
    "drizzle.config.mjs",
    "drizzle.config.json",
    "drizzle.config.mts",
];

/// The sets of every journal.
pub(super) fn sets(survey: &mut Survey<'_>) -> Vec<Set> {
    let mut sets = Vec::new();
    for dir in survey.free() {
        if let Some(journal) = survey.first(dir, &["meta/_journal.json"]) {
            survey.take(dir);
            sets.push(set(survey, dir, journal));
        }
    }
    sets
}

fn set(survey: &Survey<'_>, dir: &str, journal: FileId) -> Set {
    let mut set = Set { tool: "drizzle", directory: dir.to_owned(), ..Set::default() };
    let config = survey.above(dir, CONFIGS);
    set.configured = config.map(Place::file);
    let Some(node) = survey.data(journal) else {
        set.gaps.push(Gap::file(journal, "the journal could not be read"));
        return set;
    };
    let named = node.get("dialect").and_then(Node::scalar).map(|word| survey::dialect(&word));
    set.dialect = named.unwrap_or_default();
    let mut entries: Vec<&Node> = node.get("entries").map(Node::items).unwrap_or_default().iter().collect();
    entries
        .sort_by_key(|entry| entry.get("idx").and_then(Node::scalar).and_then(|idx| idx.parse::<u64>().ok()));
    let mut listed = Vec::new();
    let mut latest = (0_u128, String::new());
    for entry in entries {
        let Some(tag) = entry.get("tag").and_then(Node::text) else { continue };
        let Some(file) = survey.path(&join(dir, &[tag, ".sql"].concat())) else {
            let place = Place { file: journal, span: entry.span };
            set.gaps.push(Gap::of(
                place,
                format!("`{tag}.sql`, which the journal lists, is missing"),
                Reach::Anything,
            ));
            continue;
        };
        listed.push(file);
        let (version, name) = survey::numbered(tag).unwrap_or((tag, tag));
        let mut step = survey.whole(file, Some(version), name);
        step.transaction = set.dialect != survey::dialect("mysql");
        // The migrator passes over what is older than the last one it ran.
        let when = entry.get("when").and_then(Node::scalar).map_or(0, |when| survey::number(&when));
        if when < latest.0 {
            step.refused = Some(format!("the journal dates it before `{}`", latest.1));
        } else {
            latest = (when, tag.to_owned());
        }
        set.steps.push(step);
    }
    let others = survey.sql(dir).filter(|(file, _)| !listed.contains(file));
    let why = Why::Unlisted("meta/_journal.json".to_owned());
    set.unrun.extend(others.map(|(file, _)| Unrun { file, why: why.clone() }));
    set
}
