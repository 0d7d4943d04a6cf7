//! Variables that switch a cache or a limit on.

use std::collections::{HashMap, HashSet};

use super::runs;
use crate::extract::Context;
use crate::extract::view::{View, each};
use crate::facts::{ControlSwitch, Entry, EnvCheck, EnvGiven, EnvVariable, Store};
use crate::parse::javascript::{Kind, NodeId, Operator};

/// One fact for each place that asks such a variable.
pub(super) fn facts(context: &Context<'_>, store: &Store) -> Vec<Entry> {
    let found = each(context, |view, found| {
        if runs(context, view.file) {
            of_module(view, found);
        }
    });
    if found.is_empty() {
        return Vec::new();
    }
    let given = given(context, store);
    // What a schema reads may have its default there.
    let checked: HashSet<&str> = store.all::<EnvCheck>().map(|(_, check)| check.name.as_str()).collect();
    let found = found.into_iter().filter(|(_, switch)| !checked.contains(switch.variable.as_str()));
    found
        .map(|(place, switch)| {
            let given = given.get(switch.variable.as_str()).cloned();
            Entry::new(place, ControlSwitch { given, ..switch })
        })
        .collect()
}

/// The files that set or show variables.
fn given<'s>(context: &Context<'_>, store: &'s Store) -> HashMap<&'s str, String> {
    let path = |entry: &Entry| context.tree.file(entry.place.file).path.clone();
    let written =
        store.all::<EnvVariable>().filter(|(_, entry)| entry.role != "test" && entry.role != "development");
    let written = written.filter_map(|(at, entry)| Some((entry.name.as_deref()?, path(at))));
    store.all::<EnvGiven>().map(|(at, given)| (given.name.as_str(), path(at))).chain(written).collect()
}

fn of_module(view: &View<'_>, found: &mut Vec<(crate::source::Place, ControlSwitch)>) {
    let module = view.module;
    if !module.may_read_environment() {
        return;
    }
    for node in module.all() {
        let Kind::Member(word) = module.kind(node) else { continue };
        let name = module.word(word);
        let Some(control) = control(name) else { continue };
        if !module.child(node, 0).is_some_and(|object| module.is_environment(object)) {
            continue;
        }
        if let Some(off) = is_off(view, node) {
            let (variable, control) = (name.to_owned(), control.to_owned());
            found.push((view.place(node), ControlSwitch { variable, control, off, given: None }));
        }
    }
}

/// The control that a variable switches on, by its name.
fn control(name: &str) -> Option<&'static str> {
    if !name.contains('_') || !name.starts_with(|first: char| first.is_ascii_uppercase()) {
        return None;
    }
    let words: Vec<&str> = name.split('_').collect();
    let has = |any: &[&str]| words.iter().any(|word| any.contains(word));
    if !has(&["ENABLE", "ENABLED", "USE", "WITH"])
        || has(&["DEBUG", "DEV", "LOG", "CLEAR", "TEST", "PREVIEW"])
    {
        return None;
    }
    if name.contains("RATE_LIMIT") || has(&["RATELIMIT", "THROTTLE", "THROTTLING", "RATELIMITING"]) {
        Some("rate limit")
    } else {
        has(&["CACHE", "CACHING"]).then_some("cache")
    }
}

/// Whether the control is off where the variable is not set; none where that cannot be told.
fn is_off(view: &View<'_>, node: NodeId) -> Option<bool> {
    let module = view.module;
    let parent = module.parent(node)?;
    let first = module.child(parent, 0) == Some(node);
    match module.kind(parent) {
        Kind::Binary(operator) => {
            let other = module.children(parent).find(|side| *side != node)?;
            let text = module.text(other)?.to_ascii_lowercase();
            let yes = matches!(text.as_str(), "true" | "1" | "on" | "yes" | "enabled");
            let no = matches!(text.as_str(), "false" | "0" | "off" | "no" | "disabled");
            match operator {
                Operator::Equal | Operator::StrictEqual if yes => Some(true),
                Operator::NotEqual | Operator::StrictNotEqual if no => Some(false),
                _ => None,
            }
        }
        Kind::If | Kind::Conditional | Kind::Logical(Operator::And) if first => Some(true),
        Kind::Logical(Operator::Or | Operator::Coalesce) if first => {
            let default = module.child(parent, 1)?;
            match module.kind(default) {
                Kind::Flag(on) => Some(!on),
                _ => module.text(default).map(|text| matches!(text.as_ref(), "false" | "0" | "off" | "")),
            }
        }
        Kind::Call if !first && module.called(parent) == Some("Boolean") => Some(true),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::given::{SHOP, show};

    #[test]
    fn what_is_off_without_a_variable() {
        for (text, expected) in [
            (
                "if (process.env.ENABLE_RATE_LIMIT === 'true') limit()",
                vec!["ENABLE_RATE_LIMIT | rate limit | true"],
            ),
            (
                "if (process.env.RATE_LIMIT_ENABLED !== 'false') limit()",
                vec!["RATE_LIMIT_ENABLED | rate limit | false"],
            ),
            ("const on = process.env.USE_CACHE ?? false", vec!["USE_CACHE | cache | true"]),
            ("const on = process.env.USE_CACHE || 'true'", vec!["USE_CACHE | cache | false"]),
            ("process.env.CACHE_ENABLED && cache()", vec!["CACHE_ENABLED | cache | true"]),
            ("f(process.env.CACHE_ENABLED)", vec![]),
            ("if (process.env.ENABLE_CACHE_DEBUG === 'true') log()", vec![]),
            ("if (process.env.CACHE_URL) cache()", vec![]),
        ] {
            let found = show("control.switch", &["variable", "control", "off"], &[SHOP, ("a.js", text)]);
            assert_eq!(found, expected, "{text}");
        }
    }
}
