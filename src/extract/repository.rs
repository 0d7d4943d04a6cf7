//! The repository itself, its files, and what in them could not be parsed.

use std::collections::HashMap;

use super::Context;
use crate::facts::{Entry, File, Repo, SyntaxFault};
use crate::source::{FileKind, Place, SourceFile};

/// One fact for the repository, one for each file, one for each syntax error.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = repo(context).into_iter().collect();
    entries.extend(context.tree.entries().map(|(id, file)| Entry::new(Place::file(id), self::file(file))));
    for (file, error) in context.documents.errors() {
        let place = Place { file, span: error.span };
        entries.push(Entry::new(place, SyntaxFault { message: error.message.clone() }));
    }
    entries
}

/// The repository stands where a reader begins: at its README, else its manifest, else its first file.
fn repo(context: &Context<'_>) -> Option<Entry> {
    let tree = context.tree;
    let readme = tree
        .entries()
        .find(|(_, file)| file.dir().is_empty() && file.name().to_ascii_lowercase().starts_with("readme"));
    let manifest = || context.packages.manifests("").first().map(|manifest| manifest.file);
    let first = || tree.entries().next().map(|(id, _)| id);
    let place = Place::file(readme.map(|(id, _)| id).or_else(manifest).or_else(first)?);
    let mut languages: HashMap<&str, usize> = HashMap::new();
    let mut source_files = 0;
    for file in tree.files().iter().filter(|file| !file.test && !file.generated && !file.vendored) {
        if let Some(language) = file.kind.language() {
            *languages.entry(language).or_default() += 1;
            source_files += 1;
        }
    }
    let mut languages: Vec<_> = languages.into_iter().collect();
    languages.sort_by_key(|(language, count)| (std::cmp::Reverse(*count), *language));
    Some(Entry::new(
        place,
        Repo {
            name: tree.name().to_owned(),
            git: tree.git().is_some(),
            source_files,
            languages: languages.into_iter().map(|(language, _)| language.to_owned()).collect(),
            code_files: i64::try_from(context.packages.code_files).unwrap_or(i64::MAX),
            test_files: i64::try_from(context.packages.test_files).unwrap_or(i64::MAX),
        },
    ))
}

fn file(file: &SourceFile) -> File {
    File {
        name: file.name().to_owned(),
        kind: word(file.kind),
        tracked: file.tracked,
        ignored: file.ignored,
        bytes: i64::try_from(file.bytes).unwrap_or(i64::MAX),
        link: file.link.as_ref().map(|link| link.target.clone()),
        dangling: file.link.as_ref().is_some_and(|link| link.dangling),
        generated: file.generated,
    }
}

/// The kind as rules name it: `dockerfile`, `typescript`, `ignore`.
fn word(kind: FileKind) -> String {
    let debug = format!("{kind:?}");
    debug.split('(').next().unwrap_or_default().to_ascii_lowercase()
}
