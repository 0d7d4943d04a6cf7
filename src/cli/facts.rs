//! `golive facts`: what the rules see of a repository, one fact a line.

use std::fmt::Write as _;

use super::args::FactsArgs;
use super::{Exit, Failure, output, repository, select};
use crate::facts::{self, COMMON, Entry, KindSchema, Store, Value};
use crate::parse::on_big_stack;
use crate::report::lines::LineIndex;
use crate::report::visible;
use crate::source::{Limits, Tree};

/// Lists the facts of the kinds asked for.
pub(super) fn run(args: &FactsArgs) -> Result<Exit, Failure> {
    for kind in &args.kind {
        if facts::kind(kind).is_none() {
            return Err(select::unknown("kind of fact", kind, facts::kinds().map(|kind| kind.name)));
        }
    }
    on_big_stack(0, || list_all(args))
}

fn list_all(args: &FactsArgs) -> Result<Exit, Failure> {
    repository::exists(&args.path)?;
    let catalogue = repository::catalogue(&args.path)?;
    let tree = repository::tree(&args.path, &Limits::default())?;
    let audit = crate::audit(&tree, &catalogue, false);
    output::print(&list(&tree, &audit.facts, &args.kind))?;
    Ok(Exit::Holds)
}

fn list(tree: &Tree, store: &Store, wanted: &[String]) -> String {
    let mut out = String::new();
    for kind in facts::kinds().filter(|kind| wanted.is_empty() || wanted.iter().any(|name| name == kind.name))
    {
        for entry in store.of(kind.name) {
            let _ = writeln!(out, "{}", line(tree, store, kind, entry));
        }
    }
    out
}

/// `kind path:line:column attribute=value …`; what is absent is left out, and so is what the place says already.
fn line(tree: &Tree, store: &Store, kind: &KindSchema, entry: &Entry) -> String {
    let place = entry.place;
    let (line, column) = LineIndex::new(tree.text(place.file)).line_column(place.span.start);
    let path = visible(&tree.file(place.file).path);
    let mut out = format!("{} {path}:{line}:{column}", kind.name);
    for (index, attribute) in COMMON.iter().chain(kind.attributes).enumerate() {
        let value = store.value(entry, index);
        let told_by_place = matches!(attribute.name, "path" | "dir") && index < COMMON.len();
        if !told_by_place && value != Value::Absent {
            let _ = write!(out, " {}={}", attribute.name, shown(value));
        }
    }
    out
}

fn shown(value: Value<'_>) -> String {
    match value {
        Value::Text(text) => quoted(text),
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(|item| quoted(item)).collect();
            format!("[{}]", items.join(", "))
        }
        other => other.to_string(),
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", visible(&text.replace('"', "\\\"")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::embedded;
    use crate::source::MemoryFile;

    #[test]
    fn one_fact_a_line_with_its_attributes() {
        let files = [("a b/x.md", "hello\n"), ("a b/\u{1b}.txt", "x")];
        let files = files.map(|(path, text)| (path.to_owned(), MemoryFile::Text(text.to_owned())));
        let tree = Tree::from_memory(files);
        let facts = crate::audit(&tree, embedded(), false).facts;
        let listed = list(&tree, &facts, &["file".to_owned()]);
        assert_eq!(listed.lines().count(), 2, "{listed}");
        assert!(listed.contains("file a b/x.md:1:1 package=\"\" test=false"), "{listed}");
        assert!(listed.contains("file a b/\\u{1b}.txt:1:1 "), "{listed}");
    }
}
