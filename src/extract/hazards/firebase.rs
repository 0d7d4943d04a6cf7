//! Rules of Firebase services, as far as they let everybody in.

use crate::extract::Context;
use crate::facts::{Entry, FirebaseRule};
use crate::parse::node::{Node, Value};
use crate::source::{FileId, Place, Span};

/// Every rule that lets everybody in.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let mut entries = Vec::new();
    for (file, source) in context.tree.entries() {
        let service = match source.name() {
            "firestore.rules" => "firestore",
            "storage.rules" => "storage",
            "database.rules.json" => {
                if let Some(node) = context.documents.node(file) {
                    database(file, node, "/", &mut entries);
                }
                continue;
            }
            _ => continue,
        };
        let found = open_rules(context.tree.text(file), service);
        entries.extend(found.into_iter().map(|(span, rule)| Entry::new(Place { file, span }, rule)));
    }
    entries
}

/// The open rules of a text in the language of rules.
fn open_rules(text: &str, service: &str) -> Vec<(Span, FirebaseRule)> {
    let text = &without_comments(text);
    let mut found = Vec::new();
    let mut paths: Vec<(usize, &str)> = Vec::new();
    let mut depth = 0;
    let mut start = 0;
    for (at, mark) in text.match_indices(['{', '}', ';']) {
        let statement = text[start..at].trim_start();
        let offset = at - statement.len();
        match mark {
            "{" => {
                // `{name}` within a path is no block.
                let path = statement.strip_prefix("match ");
                if path.is_some_and(|path| path.trim_end() == path || path.trim().is_empty()) {
                    continue;
                }
                depth += 1;
                if let Some(path) = path {
                    paths.push((depth, path.trim()));
                }
            }
            "}" if statement.starts_with("match ") => continue,
            "}" => {
                paths.retain(|(level, _)| *level < depth);
                depth = depth.saturating_sub(1);
            }
            _ => {
                let of = paths.last().map_or("/", |(_, path)| path);
                let rule = allowed(statement, of, service);
                found.extend(rule.map(|rule| (Span::new(offset, at + 1), rule)));
            }
        }
        start = at + 1;
    }
    found
}

/// The text with comments blanked out, places kept.
fn without_comments(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let at = line.find("//").unwrap_or(line.len());
        result.push_str(&line[..at]);
        result.extend(line[at..].bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
    }
    result
}

/// What `allow read, write: if true` lets everybody do.
fn allowed(statement: &str, of: &str, service: &str) -> Option<FirebaseRule> {
    let allow = statement.strip_prefix("allow ")?;
    let (methods, condition) = match allow.split_once(':') {
        Some((methods, condition)) => (methods, condition.trim().trim_start_matches("if").trim()),
        None => (allow, "true"),
    };
    let dated = condition.starts_with("request.time <") && !condition.contains("auth");
    let open = condition == "true" || dated;
    let names: Vec<_> = methods.split(',').map(str::trim).collect();
    let write = names.iter().any(|name| matches!(*name, "write" | "update" | "delete"));
    // What is read by everybody may be meant so, unless it is everything.
    let read = names.contains(&"read") && of.contains("=**}");
    let allows = match (read || write && names.contains(&"read"), write) {
        (true, true) => "read and write",
        (false, true) => "write",
        (true, false) => "read",
        (false, false) => "",
    };
    let allows = (open && !allows.is_empty()).then(|| allows.to_owned());
    Some(FirebaseRule { service: service.to_owned(), allows, of: of.to_owned(), dated })
}

/// `".write": true` anywhere, and `".read": true` at the top.
fn database(file: FileId, node: &Node, of: &str, entries: &mut Vec<Entry>) {
    let Value::Map(map) = &node.value else { return };
    for entry in map {
        let open = entry.value.scalar().as_deref() == Some("true");
        let top = of == "/rules";
        if matches!(entry.key.as_str(), ".read" | ".write") {
            let allows = (open && (top || entry.key == ".write"))
                .then(|| entry.key.trim_start_matches('.').to_owned());
            let place = Place { file, span: entry.key_span.to(entry.value.span) };
            let service = "database".to_owned();
            entries
                .push(Entry::new(place, FirebaseRule { service, allows, of: of.to_owned(), dated: false }));
        }
        let below = if of == "/" { format!("/{}", entry.key) } else { format!("{of}/{}", entry.key) };
        database(file, &entry.value, &below, entries);
    }
}
