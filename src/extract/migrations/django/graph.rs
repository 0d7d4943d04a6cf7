//! The order of migrations: behind those they depend on, those of an application one after the other.

use std::collections::{BTreeMap, BTreeSet};

use super::super::model::{Gap, Reach};
use super::super::python::Value;
use crate::source::FileId;

/// An application and the name of one of its migrations.
pub(super) type Key = (String, String);

/// A migration.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) file: FileId,
    pub(super) app: String,
    pub(super) name: String,
    /// What it depends on; `__first__` and `__latest__` stand for those of an application.
    pub(super) before: Vec<Key>,
    /// What depends on it, as it says itself.
    pub(super) after: Vec<Key>,
    /// What it stands for.
    pub(super) replaces: Vec<Key>,
    pub(super) transaction: bool,
    pub(super) operations: Option<Value>,
}

impl Default for Node {
    fn default() -> Self {
        Self {
            file: FileId(0),
            app: String::new(),
            name: String::new(),
            before: Vec::new(),
            after: Vec::new(),
            replaces: Vec::new(),
            transaction: true,
            operations: None,
        }
    }
}

impl Node {
    fn key(&self) -> Key {
        (self.app.clone(), self.name.clone())
    }
}

/// Puts migrations in their order, without those that another one replaces. Gives what is wrong with the graph.
pub(super) fn order(nodes: Vec<Node>, dir: &str) -> (Vec<Node>, Vec<Gap>) {
    let mut replaced: BTreeMap<Key, Key> = BTreeMap::new();
    for node in &nodes {
        replaced.extend(node.replaces.iter().map(|key| (key.clone(), node.key())));
    }
    let mut left: BTreeMap<Key, Node> = BTreeMap::new();
    for node in nodes {
        let key = node.key();
        if replaced.contains_key(&key) {
            continue;
        }
        left.insert(key, node);
    }
    let mut gaps = Vec::new();
    let edges = edges(&left, &replaced, dir, &mut gaps);
    heads(&left, &edges, &mut gaps);
    let mut done = BTreeSet::new();
    let mut order = Vec::new();
    // Django goes to each last migration in turn, by way of all that it depends on.
    for key in left.keys() {
        visit(key, &edges, &mut done, &mut order);
    }
    let nodes = order.into_iter().filter_map(|key| left.remove(&key)).collect();
    (nodes, gaps)
}

/// What each migration stands behind.
fn edges(
    left: &BTreeMap<Key, Node>,
    replaced: &BTreeMap<Key, Key>,
    dir: &str,
    gaps: &mut Vec<Gap>,
) -> BTreeMap<Key, BTreeSet<Key>> {
    let of_app = |app: &str| {
        let from = (app.to_owned(), String::new());
        let own = left.range(from..).take_while(move |((own, _), _)| *own == app);
        own.map(|(key, _)| key.clone()).collect::<Vec<_>>()
    };
    let mut edges: BTreeMap<Key, BTreeSet<Key>> = BTreeMap::new();
    for (key, node) in left {
        edges.entry(key.clone()).or_default();
        for before in &node.before {
            let found = match before.1.as_str() {
                "__first__" => of_app(&before.0).into_iter().next(),
                "__latest__" => of_app(&before.0).into_iter().next_back(),
                _ => Some(stands_for(before, replaced)),
            };
            let Some(found) = found.filter(|found| found != key) else { continue };
            if left.contains_key(&found) {
                edges.entry(key.clone()).or_default().insert(found);
            } else if !of_app(&before.0).is_empty() {
                let why = format!("the migration before it, `{}.{}`, is not in `{dir}`", before.0, before.1);
                gaps.push(Gap::of(crate::source::Place::file(node.file), why, Reach::Anything));
            }
        }
        for after in node.after.iter().map(|after| stands_for(after, replaced)) {
            if left.contains_key(&after) {
                edges.entry(after).or_default().insert(key.clone());
            }
        }
    }
    edges
}

/// The migration that replaces another, and what replaces that.
fn stands_for(key: &Key, replaced: &BTreeMap<Key, Key>) -> Key {
    let mut at = key.clone();
    for _ in 0..8 {
        match replaced.get(&at) {
            Some(other) => at = other.clone(),
            None => break,
        }
    }
    at
}

/// Applications with several last migrations: Django refuses to go on.
fn heads(left: &BTreeMap<Key, Node>, edges: &BTreeMap<Key, BTreeSet<Key>>, gaps: &mut Vec<Gap>) {
    let mut inner: BTreeSet<&Key> = BTreeSet::new();
    for (key, before) in edges {
        inner.extend(before.iter().filter(|before| before.0 == key.0));
    }
    let mut heads: BTreeMap<&str, &Key> = BTreeMap::new();
    for (key, node) in left.iter().filter(|(key, _)| !inner.contains(key)) {
        if let Some(other) = heads.insert(&key.0, key) {
            let why = format!("the graph of `{}` has several heads, `{}` and `{}`", key.0, other.1, key.1);
            gaps.push(Gap::file(node.file, why));
        }
    }
}

fn visit(key: &Key, edges: &BTreeMap<Key, BTreeSet<Key>>, done: &mut BTreeSet<Key>, order: &mut Vec<Key>) {
    // With a stack of its own: chains are as long as projects are old. What leads in a circle is cut.
    let mut stack = vec![(key.clone(), false)];
    while let Some((key, behind)) = stack.pop() {
        if behind {
            order.push(key);
            continue;
        }
        if !done.insert(key.clone()) {
            continue;
        }
        stack.push((key.clone(), true));
        let before = edges.get(&key).into_iter().flatten().rev();
        stack.extend(before.filter(|before| !done.contains(*before)).map(|before| (before.clone(), false)));
    }
}
