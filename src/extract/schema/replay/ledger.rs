//! The ledger: every change of the catalogue goes through it and can be taken back to a mark.
//!
//! A mark costs nothing until something changes after it; an object is copied once per mark, at its first change.

use rustc_hash::FxHashMap;

use super::{Key, Replay};
use crate::extract::schema::catalog::{
    DefaultPrivileges, Extension, Function, FunctionId, Index, Publication, Relation, RelationId, Role,
    Schema, Type,
};
use crate::parse::sql::expression::Name;

/// What was there before a change.
#[derive(Debug, Clone)]
enum Undo {
    Schema(Name, Option<Schema>),
    Relation(RelationId, Option<Box<Relation>>),
    RelationName(Key, Option<RelationId>),
    Index(Key, Option<Box<Index>>),
    Function(FunctionId, Option<Box<Function>>),
    FunctionName(Key, Option<Vec<FunctionId>>),
    Type(Key, Option<Box<Type>>),
    Role(Name, Option<Role>),
    Extension(Name, Option<Extension>),
    Defaults(Vec<DefaultPrivileges>),
    Publication(Name, Option<Publication>),
}

/// Changes, oldest first.
#[derive(Debug, Clone, Default)]
pub(super) struct Ledger {
    undo: Vec<Undo>,
    /// Where each open mark stands among the changes.
    marks: Vec<usize>,
    /// The last entry that keeps a relation as it was.
    kept: FxHashMap<RelationId, usize>,
}

/// A state to come back to.
#[derive(Debug)]
#[must_use]
pub(super) struct Mark(usize);

impl Replay {
    /// Marks the state, to come back to it with [`Replay::undo`] or to forget the mark with [`Replay::keep`]. Marks
    /// nest: the last made is the first to end.
    pub(super) fn mark(&mut self) -> Mark {
        let at = self.ledger.undo.len();
        self.ledger.marks.push(at);
        Mark(at)
    }

    /// Forgets a mark; what changed since it stays.
    pub(super) fn keep(&mut self, _mark: Mark) {
        self.ledger.marks.pop();
        if self.ledger.marks.is_empty() {
            self.ledger.undo.clear();
            self.ledger.kept.clear();
        }
    }

    /// Takes back what changed since a mark.
    pub(super) fn undo(&mut self, mark: Mark) {
        while self.ledger.undo.len() > mark.0 {
            if let Some(undo) = self.ledger.undo.pop() {
                self.take_back(undo);
            }
        }
        self.ledger.kept.retain(|_, at| *at < mark.0);
        self.keep(mark);
    }

    fn take_back(&mut self, undo: Undo) {
        let catalog = &mut self.catalog;
        match undo {
            Undo::Schema(name, Some(old)) => drop(catalog.schemas.insert(name, old)),
            Undo::Schema(name, None) => drop(catalog.schemas.remove(&name)),
            Undo::Relation(id, old) => {
                if let Some(place) = catalog.relations.get_mut(id.0 as usize) {
                    *place = old.map(|relation| *relation);
                }
            }
            Undo::RelationName(key, Some(old)) => drop(catalog.relation_names.insert(key, old)),
            Undo::RelationName(key, None) => drop(catalog.relation_names.remove(&key)),
            Undo::Index(key, Some(old)) => drop(catalog.indexes.insert(key, *old)),
            Undo::Index(key, None) => drop(catalog.indexes.remove(&key)),
            Undo::Function(id, old) => {
                if let Some(place) = catalog.functions.get_mut(id.0 as usize) {
                    *place = old.map(|function| *function);
                }
            }
            Undo::FunctionName(key, Some(old)) => drop(catalog.function_names.insert(key, old)),
            Undo::FunctionName(key, None) => drop(catalog.function_names.remove(&key)),
            Undo::Type(key, Some(old)) => drop(catalog.types.insert(key, *old)),
            Undo::Type(key, None) => drop(catalog.types.remove(&key)),
            Undo::Role(name, Some(old)) => drop(catalog.roles.insert(name, old)),
            Undo::Role(name, None) => drop(catalog.roles.remove(&name)),
            Undo::Extension(name, Some(old)) => drop(catalog.extensions.insert(name, old)),
            Undo::Extension(name, None) => drop(catalog.extensions.remove(&name)),
            Undo::Defaults(old) => catalog.defaults = old,
            Undo::Publication(name, Some(old)) => drop(catalog.publications.insert(name, old)),
            Undo::Publication(name, None) => drop(catalog.publications.remove(&name)),
        }
    }

    fn log(&mut self, undo: Undo) {
        if !self.ledger.marks.is_empty() {
            self.ledger.undo.push(undo);
        }
    }

    fn save_relation(&mut self, id: RelationId) {
        let Some(last) = self.ledger.marks.last() else { return };
        if self.ledger.kept.get(&id).is_some_and(|at| at >= last) {
            return;
        }
        if let Some(Some(old)) = self.catalog.relations.get(id.0 as usize) {
            self.ledger.kept.insert(id, self.ledger.undo.len());
            self.ledger.undo.push(Undo::Relation(id, Some(Box::new(old.clone()))));
        }
    }

    /// A relation that exists.
    pub(super) fn relation(&self, id: RelationId) -> Option<&Relation> {
        self.catalog.relation(id)
    }

    /// A relation to change. Its name and schema are changed by [`Replay::move_relation`].
    pub(super) fn relation_mut(&mut self, id: RelationId) -> Option<&mut Relation> {
        self.save_relation(id);
        let place = self.place;
        let relation = self.catalog.relations.get_mut(id.0 as usize).and_then(Option::as_mut)?;
        relation.changed = place;
        Some(relation)
    }

    /// Puts a new relation into the catalogue.
    pub(super) fn add_relation(&mut self, relation: Relation) -> RelationId {
        let id = RelationId(u32::try_from(self.catalog.relations.len()).unwrap_or(u32::MAX));
        let key = (relation.schema.clone(), relation.name.clone());
        self.catalog.relations.push(Some(relation));
        if key.0 == super::names::TEMPORARY {
            self.temporary.push(id);
        }
        let kept = self.ledger.undo.len();
        self.log(Undo::Relation(id, None));
        self.ledger.kept.insert(id, kept);
        let old = self.catalog.relation_names.insert(key.clone(), id);
        self.log(Undo::RelationName(key, old));
        id
    }

    /// Takes a relation out of the catalogue, without what depends on it.
    pub(super) fn take_relation(&mut self, id: RelationId) {
        let Some(old) = self.catalog.relations.get_mut(id.0 as usize).and_then(Option::take) else { return };
        let key = (old.schema.clone(), old.name.clone());
        self.log(Undo::Relation(id, Some(Box::new(old))));
        if self.catalog.relation_names.get(&key) == Some(&id) {
            let name = self.catalog.relation_names.remove(&key);
            self.log(Undo::RelationName(key, name));
        }
    }

    /// Gives a relation another name or schema.
    pub(super) fn move_relation(&mut self, id: RelationId, to: Key) {
        let Some(relation) = self.relation_mut(id) else { return };
        let from = (
            std::mem::replace(&mut relation.schema, to.0.clone()),
            std::mem::replace(&mut relation.name, to.1.clone()),
        );
        let old = self.catalog.relation_names.remove(&from);
        self.log(Undo::RelationName(from, old));
        let old = self.catalog.relation_names.insert(to.clone(), id);
        self.log(Undo::RelationName(to, old));
    }

    /// Puts an index into the catalogue, or takes it out.
    pub(super) fn put_index(&mut self, key: Key, index: Option<Index>) -> Option<Index> {
        if let Some(index) = &index {
            self.indexed.entry(index.table).or_default().insert(key.clone());
        }
        let old = match index {
            Some(index) => self.catalog.indexes.insert(key.clone(), index),
            None => self.catalog.indexes.remove(&key),
        };
        self.log(Undo::Index(key, old.clone().map(Box::new)));
        old
    }

    /// A function that exists.
    pub(super) fn function(&self, id: FunctionId) -> Option<&Function> {
        self.catalog.function(id)
    }

    /// A function to change. Its name and schema are changed by [`Replay::move_function`].
    pub(super) fn function_mut(&mut self, id: FunctionId) -> Option<&mut Function> {
        let old = self.catalog.functions.get(id.0 as usize)?.clone()?;
        self.log(Undo::Function(id, Some(Box::new(old))));
        self.catalog.functions.get_mut(id.0 as usize).and_then(Option::as_mut)
    }

    /// Puts a new function into the catalogue.
    pub(super) fn add_function(&mut self, function: Function) -> FunctionId {
        let id = FunctionId(u32::try_from(self.catalog.functions.len()).unwrap_or(u32::MAX));
        let key = (function.schema.clone(), function.name.clone());
        self.catalog.functions.push(Some(function));
        self.log(Undo::Function(id, None));
        self.name_function(key, id, true);
        id
    }

    fn name_function(&mut self, key: Key, id: FunctionId, add: bool) {
        let old = self.catalog.function_names.get(&key).cloned();
        let mut ids = old.clone().unwrap_or_default();
        ids.retain(|other| *other != id);
        if add {
            ids.push(id);
        }
        if ids.is_empty() {
            self.catalog.function_names.remove(&key);
        } else {
            self.catalog.function_names.insert(key.clone(), ids);
        }
        self.log(Undo::FunctionName(key, old));
    }

    /// Takes a function out of the catalogue, without what depends on it.
    pub(super) fn take_function(&mut self, id: FunctionId) {
        let Some(old) = self.catalog.functions.get_mut(id.0 as usize).and_then(Option::take) else { return };
        let key = (old.schema.clone(), old.name.clone());
        self.log(Undo::Function(id, Some(Box::new(old))));
        self.name_function(key, id, false);
    }

    /// Gives a function another name or schema.
    pub(super) fn move_function(&mut self, id: FunctionId, to: Key) {
        let Some(function) = self.function_mut(id) else { return };
        let from = (
            std::mem::replace(&mut function.schema, to.0.clone()),
            std::mem::replace(&mut function.name, to.1.clone()),
        );
        self.name_function(from, id, false);
        self.name_function(to, id, true);
    }

    /// Puts a type into the catalogue, or takes it out. Gives what was there.
    pub(super) fn put_type(&mut self, key: Key, new: Option<Type>) -> Option<Type> {
        let old = match new {
            Some(new) => self.catalog.types.insert(key.clone(), new),
            None => self.catalog.types.remove(&key),
        };
        self.log(Undo::Type(key, old.clone().map(Box::new)));
        old
    }

    /// A type to change.
    pub(super) fn type_mut(&mut self, key: &Key) -> Option<&mut Type> {
        let old = self.catalog.types.get(key)?.clone();
        self.log(Undo::Type(key.clone(), Some(Box::new(old))));
        self.catalog.types.get_mut(key)
    }

    /// Puts a schema into the catalogue, or takes it out. Gives what was there.
    pub(super) fn put_schema(&mut self, name: Name, new: Option<Schema>) -> Option<Schema> {
        let old = match new {
            Some(new) => self.catalog.schemas.insert(name.clone(), new),
            None => self.catalog.schemas.remove(&name),
        };
        self.log(Undo::Schema(name, old.clone()));
        old
    }

    /// A schema to change.
    pub(super) fn schema_mut(&mut self, name: &str) -> Option<&mut Schema> {
        let old = self.catalog.schemas.get(name)?.clone();
        self.log(Undo::Schema(name.into(), Some(old)));
        self.catalog.schemas.get_mut(name)
    }

    /// Puts a role into the catalogue, or takes it out. Gives what was there.
    pub(super) fn put_role(&mut self, name: Name, new: Option<Role>) -> Option<Role> {
        let old = match new {
            Some(new) => self.catalog.roles.insert(name.clone(), new),
            None => self.catalog.roles.remove(&name),
        };
        self.log(Undo::Role(name, old.clone()));
        old
    }

    /// A role to change.
    pub(super) fn role_mut(&mut self, name: &str) -> Option<&mut Role> {
        let old = self.catalog.roles.get(name)?.clone();
        self.log(Undo::Role(name.into(), Some(old)));
        self.catalog.roles.get_mut(name)
    }

    /// Puts an extension into the catalogue, or takes it out. Gives what was there.
    pub(super) fn put_extension(&mut self, name: Name, new: Option<Extension>) -> Option<Extension> {
        let old = match new {
            Some(new) => self.catalog.extensions.insert(name.clone(), new),
            None => self.catalog.extensions.remove(&name),
        };
        self.log(Undo::Extension(name, old.clone()));
        old
    }

    /// Default privileges to change.
    pub(super) fn defaults_mut(&mut self) -> &mut Vec<DefaultPrivileges> {
        let old = self.catalog.defaults.clone();
        self.log(Undo::Defaults(old));
        &mut self.catalog.defaults
    }

    /// Puts a publication into the catalogue, or takes it out. Gives what was there.
    pub(super) fn put_publication(&mut self, name: Name, new: Option<Publication>) -> Option<Publication> {
        let old = match new {
            Some(new) => self.catalog.publications.insert(name.clone(), new),
            None => self.catalog.publications.remove(&name),
        };
        self.log(Undo::Publication(name, old.clone()));
        old
    }
}
