//! All facts of a repository, by kind.

use std::any::Any;
use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;

use super::{COMMON, Fact, Kind, Value};
use crate::source::{FileId, Place, folder_of};

/// A fact and where it stands.
#[derive(Debug)]
pub struct Entry {
    /// The place that proves it.
    pub place: Place,
    /// Further places that belong to it, each with a note: the cause beside the proof.
    pub also: Vec<Label>,
    fact: Box<dyn Fact>,
}

/// A place with a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub place: Place,
    /// What is to be seen there, in a few words.
    pub note: String,
}

/// What every fact of a file has in common.
#[derive(Debug, Clone, Default)]
pub struct FileContext {
    /// Relative to the root, with `/`.
    pub path: String,
    /// The directory of the nearest manifest at or above it; empty for the root.
    pub package: String,
    /// Tests, fixtures, mocks, examples, stories, generated or vendored code; images and pipelines that a tool wrote are none.
    pub test: bool,
    /// Reachable from an entry point of its package; `None` where that cannot be told.
    pub live: Option<bool>,
}

/// Every fact of one repository, by kind and in the order of places.
#[derive(Debug, Default)]
pub struct Store {
    contexts: Vec<FileContext>,
    by_kind: HashMap<&'static str, Vec<Entry>>,
    /// The kinds of which facts may be missing, with the extractor that failed.
    lost: BTreeMap<&'static str, &'static str>,
    /// The first of these that was asked for.
    missed: Mutex<Option<&'static str>>,
}

impl Entry {
    /// A fact at its place.
    pub fn new(place: Place, fact: impl Fact) -> Self {
        Self { place, also: Vec::new(), fact: Box::new(fact) }
    }

    /// The same with a further place.
    #[must_use]
    pub fn with(mut self, place: Place, note: impl Into<String>) -> Self {
        self.also.push(Label { place, note: note.into() });
        self
    }

    /// The fact, whatever its kind.
    pub fn fact(&self) -> &dyn Fact {
        self.fact.as_ref()
    }

    /// The fact as a `K`; `None` where it is of another kind.
    pub fn get<K: Kind>(&self) -> Option<&K> {
        (self.fact.as_ref() as &dyn Any).downcast_ref()
    }
}

impl Store {
    /// An empty store over files, given in the order of their ids.
    pub fn new(contexts: Vec<FileContext>) -> Self {
        Self { contexts, ..Self::default() }
    }

    /// Takes note that an extractor failed: of these kinds facts may be missing.
    pub fn lose(&mut self, extractor: &'static str, kinds: &[&'static str]) {
        for kind in kinds {
            self.lost.entry(kind).or_insert(extractor);
        }
    }

    /// The extractor whose failure is why facts of this kind may be missing.
    pub fn lost(&self, kind: &str) -> Option<&'static str> {
        self.lost.get(kind).copied()
    }

    /// Whether facts of no kind are missing for such a reason.
    pub fn is_whole(&self) -> bool {
        self.lost.is_empty()
    }

    /// The extractor whose facts were asked for since this was last asked, and may be missing.
    pub fn was_missed(&self) -> Option<&'static str> {
        self.missed.lock().ok().and_then(|mut missed| missed.take())
    }

    /// Takes a fact in. Kinds are sorted by [`Store::sort`] once all are in.
    pub fn add(&mut self, entry: Entry) {
        self.by_kind.entry(entry.fact().schema().name).or_default().push(entry);
    }

    /// Takes many in.
    pub fn extend(&mut self, entries: impl IntoIterator<Item = Entry>) {
        for entry in entries {
            self.add(entry);
        }
    }

    /// Takes all facts of a kind out.
    pub fn take<K: Kind>(&mut self) -> Vec<Entry> {
        self.by_kind.remove(K::SCHEMA.name).unwrap_or_default()
    }

    /// Brings every kind into the order of places; facts at one place keep the order they came in.
    pub fn sort(&mut self) {
        for entries in self.by_kind.values_mut() {
            entries.sort_by_key(|entry| entry.place);
        }
    }

    /// All facts of the kind of this name.
    pub fn of(&self, kind: &str) -> &[Entry] {
        if let Some(extractor) = self.lost(kind)
            && let Ok(mut missed) = self.missed.lock()
        {
            missed.get_or_insert(extractor);
        }
        self.by_kind.get(kind).map_or(&[], Vec::as_slice)
    }

    /// All facts of a kind, typed.
    pub fn all<K: Kind>(&self) -> impl Iterator<Item = (&Entry, &K)> {
        self.of(K::SCHEMA.name).iter().filter_map(|entry| Some((entry, entry.get::<K>()?)))
    }

    /// What the facts of a file have in common.
    pub fn context(&self, file: FileId) -> &FileContext {
        &self.contexts[file.0 as usize]
    }

    /// The attribute number `index` of an entry: first those common to all kinds, then its own.
    pub fn value<'f>(&'f self, entry: &'f Entry, index: usize) -> Value<'f> {
        if index >= COMMON.len() {
            return entry.fact().attribute(index - COMMON.len());
        }
        let context = self.context(entry.place.file);
        match COMMON[index].name {
            "path" => Value::Text(&context.path),
            "dir" => Value::Text(folder_of(&context.path)),
            "package" => Value::Text(&context.package),
            "test" => Value::Flag(context.test),
            _ => context.live.map_or(Value::Absent, Value::Flag),
        }
    }
}
