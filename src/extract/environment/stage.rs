//! What tells production from development.

use crate::extract::Context;
use crate::facts::{DeploySurface, Doc, Store};
use crate::source::FileKind;

/// The first file that does: one that deploys, one whose name says production, a document, code that asks for it.
pub(super) fn production(context: &Context<'_>, store: &Store) -> Option<String> {
    let path = |file| context.tree.file(file).path.clone();
    let deploys = store.all::<DeploySurface>().next().map(|(entry, _)| path(entry.place.file));
    let named = || {
        let mut files = context.tree.entries().filter(|(_, file)| !file.is_aside());
        files.find(|(_, file)| {
            let settings =
                matches!(file.kind, FileKind::Dotenv | FileKind::Yaml | FileKind::Json | FileKind::Toml)
                    || file.path.contains("config");
            settings && file.name().split(['.', '-', '_']).any(|word| matches!(word, "production" | "prod"))
        })
    };
    let told = || store.all::<Doc>().find(|(_, doc)| doc.topics.iter().any(|topic| topic == "deploy"));
    let asked = || {
        let mut modules = context.code.modules().filter(|(file, _)| !context.tree.file(*file).is_aside());
        modules.find(|(file, _)| {
            let text = context.tree.text(*file);
            text.contains("'production'") || text.contains("\"production\"")
        })
    };
    deploys
        .or_else(|| named().map(|(file, _)| path(file)))
        .or_else(|| told().map(|(entry, _)| path(entry.place.file)))
        .or_else(|| asked().map(|(file, _)| path(file)))
}
