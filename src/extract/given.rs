//! Facts of small repositories given as text, for tests.

use super::{Context, facts};
use crate::facts::{COMMON, Store};
use crate::parse::Documents;
use crate::source::{MemoryFile, Tree};

/// The manifest of a server with a framework and two databases, started by `node a.js`.
pub(super) const SHOP: (&str, &str) = (
    "package.json",
    r#"{"name": "shop", "dependencies": {"express": "^4.19.0", "mongoose": "^8.0.0", "sequelize": "^6.0.0"}, "scripts": {"start": "node a.js"}}"#,
);

/// A tree of these paths and texts.
pub(super) fn tree(files: &[(&str, &str)]) -> Tree {
    let file = |(path, text): &(&str, &str)| ((*path).to_owned(), MemoryFile::Text((*text).to_owned()));
    Tree::from_memory(files.iter().map(file))
}

/// Hands the context of these files to `look`.
pub(super) fn with<T>(files: &[(&str, &str)], look: impl FnOnce(&Context<'_>) -> T) -> T {
    let tree = tree(files);
    let documents = Documents::parse(&tree);
    look(&Context::new(&tree, &documents, &[]))
}

/// Every fact of a kind in these files, as the values of some of its attributes; `@` is the text it stands at.
pub(super) fn show(kind: &str, attributes: &[&str], files: &[(&str, &str)]) -> Vec<String> {
    let tree = tree(files);
    let store = facts(&tree, &Documents::parse(&tree), &[]).0;
    store
        .of(kind)
        .iter()
        .map(|entry| {
            let value = |name: &&str| {
                if *name == "@" {
                    return entry.place.span.of(tree.text(entry.place.file)).to_owned();
                }
                let own =
                    entry.fact().schema().attributes.iter().position(|attribute| attribute.name == *name);
                let common = || COMMON.iter().position(|attribute| attribute.name == *name).unwrap();
                let index = own.map_or_else(common, |own| own + COMMON.len());
                Store::value(&store, entry, index).to_string()
            };
            attributes.iter().map(value).collect::<Vec<_>>().join(" | ")
        })
        .collect()
}
