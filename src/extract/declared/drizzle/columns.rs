//! The columns of a table: `{ id: serial("id").primaryKey(), ...timestamps }`.

use super::reader::{MAX_STEPS, Reader};
use crate::extract::code::{Origin, Site};
use crate::extract::declared::{Column, Index};
use crate::parse::javascript::{Bound, Kind, NodeId};
use crate::source::Place;

/// The columns that were found.
pub(super) struct Known {
    /// Each with the name that code has for it.
    found: Vec<Found>,
    /// Whether there are no others.
    pub(super) whole: bool,
}

struct Found {
    key: String,
    /// Its name, and whether it alone is a key; none where that cannot be told.
    column: Option<(String, bool)>,
    place: Place,
}

impl Default for Known {
    fn default() -> Self {
        Self { found: Vec::new(), whole: true }
    }
}

impl Known {
    /// The name of the column that code has this name for.
    pub(super) fn named(&self, key: &str) -> Option<&str> {
        let found = self.found.iter().find(|found| found.key == key)?;
        found.column.as_ref().map(|(name, _)| name.as_str())
    }

    /// Those whose names are told.
    pub(super) fn columns(&self) -> Vec<Column> {
        let told = self.found.iter().filter_map(|found| {
            let (name, _) = found.column.as_ref()?;
            Some(Column { name: name.clone(), ignored: false, place: found.place })
        });
        told.collect()
    }

    /// Keys of one column each.
    pub(super) fn indexes(&self) -> Vec<Index> {
        let keys = self.found.iter().filter_map(|found| {
            let (name, _) = found.column.as_ref().filter(|(_, key)| *key)?;
            Some(Index { columns: vec![name.clone()], unique: true, place: found.place })
        });
        keys.collect()
    }

    /// Of two of the same name the later one counts.
    fn add(&mut self, found: Found) {
        self.whole &= found.column.is_some();
        self.found.retain(|other| other.key != found.key);
        self.found.push(found);
    }
}

impl Reader<'_> {
    /// Reads an object of columns, or a function that gives one.
    pub(super) fn columns(&self, site: Site, known: &mut Known) {
        self.object(site, known, 0);
    }

    fn object(&self, site: Site, known: &mut Known, depth: usize) {
        let mut site = self.code.definition(site);
        let Some(module) = self.module(site).filter(|_| depth < MAX_STEPS) else {
            known.whole = false;
            return;
        };
        if module.kind(site.node) == Kind::Call {
            // `...timestamps()` of this repository.
            match self.code.callee(site) {
                Origin::Local(function) => return self.object(function, known, depth + 1),
                _ => known.whole = false,
            }
            return;
        }
        if let Kind::Function(_) = module.kind(site.node) {
            match module.results(site.node)[..] {
                [result] => site.node = module.resolve(result),
                _ => known.whole = false,
            }
        }
        if module.kind(site.node) != Kind::Object {
            known.whole = false;
            return;
        }
        for part in module.children(site.node) {
            let value = module.child(part, 0).map(|node| Site { node, ..site });
            match (module.kind(part), value) {
                (Kind::Property(key), Some(value)) => {
                    let key = module.word(key).to_owned();
                    let column = self.column(value, &key);
                    known.add(Found { key, column, place: self.place(Site { node: part, ..site }) });
                }
                (Kind::Spread, Some(value)) => self.object(value, known, depth + 1),
                _ => known.whole = false,
            }
        }
    }

    /// The name of a column, and whether it alone is a key.
    fn column(&self, site: Site, key: &str) -> Option<(String, bool)> {
        let mut call = self.code.definition(site);
        let mut unique = false;
        for _ in 0..MAX_STEPS {
            let module = self.module(call)?;
            if module.kind(call.node) != Kind::Call {
                return None;
            }
            if self.is_builder(call) {
                return Some((self.column_name(call, key)?, unique));
            }
            if let Origin::Local(function) = self.code.callee(call) {
                // A helper that makes a column: what it returns, where that does not depend on what it is given.
                let [result] = self.module(function)?.results(function.node)[..] else { return None };
                call = self.code.definition(Site { node: result, ..function });
                continue;
            }
            unique |= matches!(module.called(call.node), Some("primaryKey" | "unique"));
            call = self.behind(call)?;
        }
        None
    }

    /// Whether a call begins a column: `text("name")`, `t.text()`, a type of one's own.
    fn is_builder(&self, call: Site) -> bool {
        if let Origin::External { package, path } = self.code.callee(call) {
            return package.starts_with("drizzle-orm/") && (!path.contains("()") || path == "customType()")
                || package == "pgvector/drizzle-orm";
        }
        let Some(module) = self.module(call) else { return false };
        let of = module.receiver(call.node).and_then(|receiver| module.binding(receiver));
        let of = of.and_then(|binding| module.bindings.get(binding.0 as usize));
        of.is_some_and(|binding| matches!(binding.bound, Bound::Parameter(_, 0)))
    }

    /// The name that a column is given, or else that which is made of the one that code has for it.
    fn column_name(&self, call: Site, key: &str) -> Option<String> {
        let module = self.module(call)?;
        let first: Option<NodeId> = module.argument(call.node, 0);
        match first.map(|first| (first, module.kind(module.resolve(first)))) {
            None | Some((_, Kind::Object)) => self.casing.column(key),
            Some((first, _)) => {
                let site = Site { node: first, ..call };
                self.text(site).or_else(|| {
                    let made = self.code.definition(site);
                    let object = self.module(made)?.kind(made.node) == Kind::Object;
                    self.casing.column(key).filter(|_| object)
                })
            }
        }
    }
}
