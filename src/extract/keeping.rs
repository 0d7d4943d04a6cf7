//! How what a database holds is kept: where it runs, what copies it, what records changes, what watches it, and what
//! describes it. All of it is asked only of repositories that keep data.

mod backups;
mod described;
mod hosts;
mod policies;
mod records;
#[cfg(test)]
mod tests;
mod watching;

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::{Context, migrations};
use crate::facts::{Entry, MigrationSet, SqlTable, Store};
use crate::source::{FileId, FileKind, Place, SourceFile, Span};

/// Every fact about how data is kept.
pub(super) fn facts(context: &Context<'_>, store: &Store) -> Vec<Entry> {
    let migrated = store.all::<MigrationSet>().next().is_some();
    if !migrated && store.of("state.store").is_empty() && hosts::pods(store).next().is_none() {
        return Vec::new();
    }
    let secured = store.all::<MigrationSet>().any(|(_, set)| set.secured);
    let asks = Asks {
        records: store.all::<SqlTable>().any(|(_, table)| table.money && table.counts),
        policies: secured.then(|| policies::Ran::of(context, store)),
        described: migrated,
    };
    let run: FxHashSet<FileId> =
        migrations::sets(context).iter().flat_map(|set| set.steps.iter().map(|step| step.file)).collect();
    let files: Vec<(FileId, &SourceFile)> =
        context.tree.entries().filter(|(id, file)| speaks(file) && !run.contains(id)).collect();
    let found = files.par_iter().flat_map_iter(|(id, file)| {
        let one = One::of(context, *id, file);
        let mut entries = Vec::new();
        if !file.is_aside() {
            backups::of_file(context, &one, &mut entries);
            watching::of_file(&one, &mut entries);
        }
        if asks.records && !file.is_aside() {
            entries.extend(records::of_file(&one));
        }
        if asks.described {
            entries.extend(described::of_file(context, &one));
        }
        entries.extend(asks.policies.as_ref().and_then(|ran| policies::of_file(ran, &one)));
        entries
    });
    let mut entries: Vec<Entry> = found.collect();
    hosts::facts(context, store, &mut entries);
    backups::of_documents(context, store, &mut entries);
    watching::facts(store, &mut entries);
    if asks.records {
        records::facts(store, &mut entries);
    }
    if asks.described {
        described::facts(context, store, &mut entries);
    }
    entries
}

/// What there is to ask for.
struct Asks<'c> {
    records: bool,
    policies: Option<policies::Ran<'c>>,
    described: bool,
}

/// A file and what it says.
struct One<'a> {
    id: FileId,
    file: &'a SourceFile,
    /// Its text; of a module of JavaScript its names and texts.
    text: &'a str,
    /// Whether it is the text of the file as it stands there.
    plain: bool,
}

impl<'a> One<'a> {
    fn of(context: &'a Context<'_>, id: FileId, file: &'a SourceFile) -> Self {
        match context.code.module(id) {
            Some(module) => Self { id, file, text: module.spoken(), plain: false },
            None => Self { id, file, text: context.tree.text(id), plain: true },
        }
    }

    /// The file as a whole.
    fn whole(&self) -> Place {
        Place::file(self.id)
    }

    /// A place in the file; the whole of it where the text is not the one of the file.
    fn at(&self, start: usize, end: usize) -> Place {
        if self.plain { Place { file: self.id, span: Span::new(start, end) } } else { self.whole() }
    }

    /// Whether this stands in its text, letter by letter.
    fn says(&self, word: &str) -> bool {
        memchr::memmem::find(self.text.as_bytes(), word.as_bytes()).is_some()
    }

    /// Whether its name without extension has this word.
    fn is_called(&self, word: &str) -> bool {
        has_word(self.file.stem(), word)
    }
}

/// Whether a name has a word, in whatever way its words are told apart.
fn has_word(name: &str, word: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.split(|letter: char| !letter.is_ascii_alphanumeric()).any(|part| part.starts_with(word))
}

/// Whether a file may say anything about this.
fn speaks(file: &SourceFile) -> bool {
    !file.vendored && file.kind != FileKind::Lockfile
}
