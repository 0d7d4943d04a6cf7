//! Sums over trees, and the merge key.

use crate::parse::node::{Entry, Node, Value};

/// How many values a tree has, long texts counted as several: the cost of a copy.
pub(super) fn weight(node: &Node) -> usize {
    let length = |text: &str| text.len() / 64;
    1 + match &node.value {
        Value::Text(text) | Value::Number(text) => length(text),
        Value::List(items) => items.iter().map(weight).sum(),
        Value::Map(entries) => entries.iter().map(|entry| length(&entry.key) + weight(&entry.value)).sum(),
        _ => 0,
    }
}

/// How many levels of collections a tree has: 0 for a scalar.
pub(super) fn depth(node: &Node) -> usize {
    match &node.value {
        Value::List(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Map(entries) => 1 + entries.iter().map(|entry| depth(&entry.value)).max().unwrap_or(0),
        _ => 0,
    }
}

/// The entries with those of their merge keys, which stand at `merges`, put in place of them. An explicit entry
/// wins over a merged one and an earlier merge over a later one. What cannot be merged stays as it is.
pub(super) fn merged(entries: Vec<Entry>, merges: &[usize]) -> Vec<Entry> {
    let mut taken: std::collections::HashSet<String> = entries
        .iter()
        .enumerate()
        .filter(|(at, _)| !merges.contains(at))
        .map(|(_, entry)| entry.key.clone())
        .collect();
    let mut result = Vec::with_capacity(entries.len());
    for (at, entry) in entries.into_iter().enumerate() {
        let sources = match entry.value.value {
            _ if !merges.contains(&at) => {
                result.push(entry);
                continue;
            }
            Value::Map(_) => vec![entry.value],
            Value::List(items) if items.iter().all(|item| matches!(item.value, Value::Map(_))) => items,
            _ => {
                result.push(entry);
                continue;
            }
        };
        for source in sources {
            if let Value::Map(given) = source.value {
                result.extend(given.into_iter().filter(|entry| taken.insert(entry.key.clone())));
            }
        }
    }
    result
}
