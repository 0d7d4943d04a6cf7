//! From the tree to the model.

use super::model::{Action, Defaults, Job, Permissions, Step, Strategy, Trigger, Variable, Workflow};
use crate::parse::node::{Node, Value};
use crate::source::Span;

/// More combinations of a matrix than this are not made.
const MOST_COMBINATIONS: usize = 100;

/// Reads a workflow; `None` where the document has neither `on` nor `jobs`.
pub fn workflow(node: &Node) -> Option<Workflow<'_>> {
    let on = node.entry("on").or_else(|| node.entry("true"));
    if on.is_none() && node.get("jobs").is_none() {
        return None;
    }
    Some(Workflow {
        name: text(node, "name"),
        on: on.map(|entry| entry.key_span).unwrap_or_default(),
        triggers: on.map(|entry| triggers(&entry.value)).unwrap_or_default(),
        permissions: node.entry("permissions").map(|entry| permissions(entry.key_span, &entry.value)),
        env: env(node),
        defaults: defaults(node),
        concurrency: node.get("concurrency").is_some(),
        jobs: node
            .get("jobs")
            .map(|jobs| {
                jobs.entries().iter().map(|entry| job(&entry.key, entry.key_span, &entry.value)).collect()
            })
            .unwrap_or_default(),
    })
}

/// Reads `action.yml`; `None` where it has no `runs`.
pub fn action(node: &Node) -> Option<Action<'_>> {
    let runs = node.get("runs")?;
    Some(Action {
        name: text(node, "name"),
        using: text(runs, "using").unwrap_or_default(),
        steps: runs.get("steps").map(steps).unwrap_or_default(),
    })
}

fn text(node: &Node, key: &str) -> Option<String> {
    node.get(key).and_then(Node::scalar)
}

/// `on: push`, `on: [push]` and `on: { push: … }`.
fn triggers(node: &Node) -> Vec<Trigger<'_>> {
    let plain = |node: &Node| Some(Trigger { event: node.scalar()?, span: node.span, filters: None });
    match &node.value {
        Value::List(items) => items.iter().filter_map(plain).collect(),
        Value::Map(entries) => entries
            .iter()
            .map(|entry| Trigger {
                event: entry.key.clone(),
                span: entry.key_span,
                filters: (!entry.value.is_null()).then_some(&entry.value),
            })
            .collect(),
        _ => plain(node).into_iter().collect(),
    }
}

fn permissions(span: Span, node: &Node) -> Permissions {
    let scopes = node.entries().iter().filter_map(|entry| Some((entry.key.clone(), entry.value.scalar()?)));
    Permissions { span, all: node.scalar(), scopes: scopes.collect() }
}

fn env(node: &Node) -> Vec<Variable<'_>> {
    let entries = node.get("env").map(Node::entries).unwrap_or_default();
    entries.iter().map(|entry| Variable { name: entry.key.clone(), value: &entry.value }).collect()
}

fn defaults(node: &Node) -> Defaults {
    let run = node.at(&["defaults", "run"]);
    Defaults {
        shell: run.and_then(|run| text(run, "shell")),
        directory: run.and_then(|run| placed(run, "working-directory")),
    }
}

fn placed(node: &Node, key: &str) -> Option<(String, Span)> {
    let value = node.get(key)?;
    Some((value.scalar()?, value.span))
}

fn job<'n>(id: &str, span: Span, node: &'n Node) -> Job<'n> {
    let environment = node.get("environment");
    let container = node.get("container");
    Job {
        id: id.to_owned(),
        span,
        name: text(node, "name"),
        runs_on: node.get("runs-on").map(labels).unwrap_or_default(),
        needs: node.get("needs").map(Node::scalars).unwrap_or_default(),
        condition: text(node, "if"),
        uses: node.get("uses"),
        with: node.get("with"),
        secrets: node.get("secrets"),
        permissions: node.entry("permissions").map(|entry| permissions(entry.key_span, &entry.value)),
        env: env(node),
        defaults: defaults(node),
        environment: environment.and_then(|node| node.scalar().or_else(|| text(node, "name"))),
        timeout: text(node, "timeout-minutes"),
        continue_on_error: text(node, "continue-on-error"),
        strategy: node.get("strategy").map(strategy).unwrap_or_default(),
        services: node
            .get("services")
            .map(|services| services.entries().iter().map(|entry| entry.key.clone()).collect())
            .unwrap_or_default(),
        container: container.and_then(|node| node.scalar().or_else(|| text(node, "image"))),
        concurrency: node.get("concurrency").is_some(),
        steps: node.get("steps").map(steps).unwrap_or_default(),
    }
}

/// `runs-on`: a label, a list of them, or `{ group, labels }`.
fn labels(node: &Node) -> Vec<String> {
    match node.get("labels") {
        Some(labels) => labels.scalars(),
        None => node.scalars(),
    }
}

/// Steps in order. Those of a group, which run at the same time, stand where the group does.
fn steps(node: &Node) -> Vec<Step<'_>> {
    let items = node.items().iter().filter(|item| !item.entries().is_empty());
    let grouped = items.flat_map(|item| {
        let group = ["parallel", "background"].iter().find_map(|key| item.get(key));
        match group.map(Node::items).filter(|inner| !inner.is_empty()) {
            Some(inner) => inner.iter().filter(|step| !step.entries().is_empty()).collect(),
            None => vec![item],
        }
    });
    grouped
        .map(|item| Step {
            span: item.span,
            name: text(item, "name"),
            id: text(item, "id"),
            condition: text(item, "if"),
            uses: item.get("uses"),
            run: item.get("run"),
            with: item.get("with"),
            env: env(item),
            shell: text(item, "shell"),
            directory: placed(item, "working-directory"),
            continue_on_error: text(item, "continue-on-error"),
        })
        .collect()
}

fn strategy(node: &Node) -> Strategy {
    let goes_on = node.get("fail-fast").and_then(Node::flag) == Some(false);
    let Some(matrix) = node.get("matrix") else { return Strategy { goes_on, ..Strategy::default() } };
    let is_special = |key: &str| matches!(key, "include" | "exclude");
    let mut combinations: Vec<Vec<(String, String)>> = vec![Vec::new()];
    let mut computed = !matches!(matrix.value, Value::Map(_));
    for entry in matrix.entries().iter().filter(|entry| !is_special(&entry.key)) {
        if entry.value.items().is_empty() {
            computed = true;
            continue;
        }
        let values: Vec<_> = entry.value.items().iter().map(|item| pairs(&entry.key, item)).collect();
        let longer = combinations.iter().flat_map(|before| {
            values.iter().map(|value| before.iter().cloned().chain(value.iter().cloned()).collect())
        });
        combinations = longer.take(MOST_COMBINATIONS).collect();
    }
    let excluded: Vec<_> = rows(matrix, "exclude");
    combinations.retain(|combination| {
        !combination.is_empty()
            && !excluded.iter().any(|row| row.iter().all(|pair| combination.contains(pair)))
    });
    computed |= matrix.get("include").is_some_and(|node| node.items().is_empty());
    for row in rows(matrix, "include") {
        include(&mut combinations, &row);
    }
    combinations.truncate(MOST_COMBINATIONS);
    Strategy { matrix: combinations, computed, goes_on }
}

/// The pairs of one value: `name = scalar`, or `name.key = scalar` for each key of a mapping.
fn pairs(name: &str, node: &Node) -> Vec<(String, String)> {
    if let Some(value) = node.scalar() {
        return vec![(name.to_owned(), value)];
    }
    let key = |key: &str| format!("{name}.{key}");
    node.entries().iter().filter_map(|entry| Some((key(&entry.key), entry.value.scalar()?))).collect()
}

fn rows(matrix: &Node, key: &str) -> Vec<Vec<(String, String)>> {
    let items = matrix.get(key).map(Node::items).unwrap_or_default();
    items
        .iter()
        .map(|item| {
            item.entries().iter().flat_map(|entry| pairs(&entry.key, &entry.value)).collect::<Vec<_>>()
        })
        .filter(|row| !row.is_empty())
        .collect()
}

/// A row of `include` is added to the combinations whose own values it does not change; else it is one of its own.
fn include(combinations: &mut Vec<Vec<(String, String)>>, row: &[(String, String)]) {
    let mut fitted = false;
    for combination in combinations.iter_mut() {
        let clashes = |(name, value): &(String, String)| {
            combination.iter().any(|(known, other)| known == name && other != value)
        };
        if row.iter().any(clashes) {
            continue;
        }
        fitted = true;
        for pair in row {
            if !combination.contains(pair) {
                combination.push(pair.clone());
            }
        }
    }
    if !fitted {
        combinations.push(row.to_vec());
    }
}
