//! Documents for people: what they are, and what they explain.

mod kind;
mod license;
mod topics;

use rayon::prelude::*;

use self::kind::Kind;
use super::Context;
use crate::facts::{Doc, Entry};
use crate::parse::Document;
use crate::source::{FileKind, Place};

/// One fact for each document, and those about licenses.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let files: Vec<_> = context.tree.entries().filter(|(_, file)| !file.vendored).collect();
    let found = files.into_par_iter().filter_map(|(id, file)| {
        if let Some(topics) = kind::as_code(file, context.tree.text(id)) {
            let fact = Doc { kind: "code".to_owned(), topics: words(&topics), pointers: Vec::new() };
            return Some(Entry::new(Place::file(id), fact));
        }
        let document = match context.documents.get(id) {
            Some(Document::Markdown(document)) => document,
            // An empty README is still one.
            _ if matches!(file.kind, FileKind::Markdown | FileKind::Text) => &topics::NOTHING,
            _ => return None,
        };
        let kind = kind::of(&file.path)?;
        let found = topics::of(kind, &file.path, document, context.tree.text(id));
        let fact = Doc {
            kind: kind.word().to_owned(),
            topics: words(&found.topics),
            pointers: words(&found.pointers),
        };
        Some(Entry::new(Place::file(id), fact))
    });
    let mut entries: Vec<Entry> = found.collect();
    entries.extend(license::facts(context));
    entries
}

fn words(topics: &std::collections::BTreeSet<&str>) -> Vec<String> {
    topics.iter().map(|topic| (*topic).to_owned()).collect()
}

impl Kind {
    /// Whether what it says is meant to be followed, now.
    fn explains(self) -> bool {
        !matches!(self, Self::Changelog | Self::Decision | Self::Assessment | Self::Form)
    }
}

#[cfg(test)]
mod tests;
