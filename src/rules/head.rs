//! The head of a rule file: what it is called, how grave it is, why and what to do.

use super::reader::Reader;
use crate::parse::node::Node;
use crate::verdict::{CATEGORIES, Severity};

/// What every rule states about itself.
pub(super) struct Head {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) severity: Severity,
    pub(super) effort: u32,
    pub(super) why: String,
    pub(super) fix: String,
    pub(super) references: Vec<String>,
    pub(super) refines: Vec<String>,
    pub(super) preview: bool,
    pub(super) capped: bool,
    pub(super) sensitive: bool,
}

/// Reads the head; what is missing or wrong becomes a mistake and a harmless value.
pub(super) fn read(reader: &mut Reader<'_>, rule: &Node) -> Head {
    Head {
        id: id(reader, rule),
        title: required(reader, rule, "title"),
        severity: severity(reader, rule),
        effort: effort(reader, rule),
        why: required(reader, rule, "why"),
        fix: required(reader, rule, "fix"),
        references: rule.get("references").map(Node::scalars).unwrap_or_default(),
        refines: rule.get("refines").map(Node::scalars).unwrap_or_default(),
        preview: reader.flag(rule, "preview"),
        capped: reader.flag(rule, "capped"),
        sensitive: reader.flag(rule, "sensitive"),
    }
}

fn required(reader: &mut Reader<'_>, rule: &Node, key: &str) -> String {
    match rule.get(key).and_then(Node::scalar) {
        Some(text) if !text.trim().is_empty() => text.trim().to_owned(),
        _ => {
            reader
                .mistake(rule.get(key).unwrap_or(rule), format!("`{key}` is missing: every rule states it"));
            String::new()
        }
    }
}

fn id(reader: &mut Reader<'_>, rule: &Node) -> String {
    let id = required(reader, rule, "id");
    let node = rule.get("id").unwrap_or(rule);
    let category = id.split_once('/').map(|(category, _)| category);
    if !id.is_empty() && !CATEGORIES.iter().any(|known| Some(known.id) == category) {
        let known: Vec<_> = CATEGORIES.iter().map(|category| category.id).collect();
        reader.mistake(
            node,
            format!(
                "`{id}` is in no category: an id is `category/problem`, with one of {}",
                known.join(", ")
            ),
        );
    }
    let stem =
        reader.file.strip_suffix(".yml").or_else(|| reader.file.strip_suffix(".yaml")).unwrap_or_default();
    if !id.is_empty() && !stem.ends_with(&id) {
        reader.mistake(
            node,
            format!("`{id}` is not where its file is: the id is the path below rules/, without `.yml`"),
        );
    }
    id
}

fn severity(reader: &mut Reader<'_>, rule: &Node) -> Severity {
    let word = required(reader, rule, "severity");
    Severity::parse(&word).unwrap_or_else(|| {
        if !word.is_empty() {
            let node = rule.get("severity").unwrap_or(rule);
            reader.unknown(node, "severity", &word, &Severity::ALL.map(Severity::word));
        }
        Severity::Info
    })
}

/// Minutes of `15m`, `2h` or `1d`; a day of work has eight hours.
fn effort(reader: &mut Reader<'_>, rule: &Node) -> u32 {
    let text = required(reader, rule, "effort");
    let minutes = text.strip_suffix('m').map(|n| (n, 1)).or_else(|| text.strip_suffix('h').map(|n| (n, 60)));
    let minutes = minutes.or_else(|| text.strip_suffix('d').map(|n| (n, 8 * 60)));
    let minutes = minutes.and_then(|(number, unit)| number.parse::<u32>().ok()?.checked_mul(unit));
    minutes.unwrap_or_else(|| {
        if !text.is_empty() {
            let node = rule.get("effort").unwrap_or(rule);
            reader.mistake(
                node,
                format!("`{text}` is no effort: write minutes, hours or days, as in 15m, 2h or 1d"),
            );
        }
        0
    })
}
