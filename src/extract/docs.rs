//! Documents for people: what they are, and what they explain.

mod kind;
mod license;
mod own;
mod topics;

use rayon::prelude::*;

use self::kind::Kind;
use self::own::Own;
use super::Context;
use crate::facts::{Doc, Entry};
use crate::parse::Document;
use crate::source::{FileKind, Place};

/// One fact for each document, and those about licenses.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let own = Own::of(context);
    let files: Vec<_> = context.tree.entries().filter(|(_, file)| !file.vendored).collect();
    let found = files.into_par_iter().filter_map(|(id, file)| {
        if let Some(topics) = kind::as_code(file, context.tree.text(id)) {
            let fact = Doc { kind: "code".to_owned(), topics: words(&topics), pointers: Vec::new() };
            return Some((Place::file(id), fact));
        }
        let document = match context.documents.get(id) {
            Some(Document::Markdown(document)) => document,
            // An empty README is still one.
            _ if matches!(file.kind, FileKind::Markdown | FileKind::Text) => &topics::NOTHING,
            _ => return None,
        };
        let kind = kind::of(&file.path)?;
        let found = topics::of(kind, &file.path, document, context.tree.text(id), &own);
        let fact = Doc {
            kind: kind.word().to_owned(),
            topics: words(&found.topics),
            pointers: words(&found.pointers),
        };
        Some((Place::file(id), fact))
    });
    let mut found: Vec<(Place, Doc)> = found.collect();
    drop_general_pointers(&mut found);
    let mut entries: Vec<Entry> = found.into_iter().map(|(place, doc)| Entry::new(place, doc)).collect();
    entries.extend(license::facts(context));
    entries
}

/// A link to "the documentation" says nothing of what is missing where the documentation is here.
fn drop_general_pointers(docs: &mut [(Place, Doc)]) {
    const OWN: usize = 4;
    let guides = docs.iter().filter(|(_, doc)| doc.kind == "guide" && !doc.topics.is_empty());
    if guides.count() >= OWN {
        for (_, doc) in docs {
            doc.pointers.retain(|pointer| pointer != "documentation");
        }
    }
}

fn words(topics: &std::collections::BTreeSet<&str>) -> Vec<String> {
    topics.iter().map(|topic| (*topic).to_owned()).collect()
}

impl Kind {
    /// Whether what it says is meant to be followed, now.
    fn explains(self) -> bool {
        !matches!(self, Self::Changelog | Self::Decision | Self::Assessment | Self::Form | Self::Content)
    }
}

#[cfg(test)]
mod tests;
