//! Drops, and what goes or stands in the way with them.

mod dependents;

use std::collections::{BTreeMap, VecDeque};

use super::{Key, Outcome, Replay, publications, refuse};
use crate::extract::schema::catalog::{FaultKind, FunctionId, RelationId, TypeKind};
use crate::parse::sql::expression::Name;

/// An object that can be dropped or depended on.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Object {
    Policy(RelationId, Name),
    Trigger(RelationId, Name),
    Rule(RelationId, Name),
    /// The default of a column.
    Default(RelationId, Name),
    Constraint(RelationId, Name),
    Index(Key),
    Column(RelationId, Name),
    Relation(RelationId),
    Function(FunctionId),
    /// A field of a composite type.
    Field(Key, Name),
    Type(Key),
    Extension(Name),
    Schema(Name),
}

/// Drops objects and what belongs to them (indexes, owned sequences, policies, triggers). What else depends on them
/// goes too with `cascade`, else it is a fault and nothing changes.
pub(super) fn remove(replay: &mut Replay, objects: Vec<Object>, cascade: bool) -> Outcome {
    // Every object that goes, and whether it may go without `cascade`.
    let mut going: BTreeMap<Object, bool> = BTreeMap::new();
    let mut queue: VecDeque<(Object, bool)> = objects.into_iter().map(|object| (object, true)).collect();
    while let Some((object, quiet)) = queue.pop_front() {
        match going.get_mut(&object) {
            Some(known) => {
                *known |= quiet;
                continue;
            }
            None => drop(going.insert(object.clone(), quiet)),
        }
        dependents::of(replay, &object, &mut |dependent, quiet| queue.push_back((dependent, quiet)));
    }
    if !cascade {
        for (object, quiet) in &going {
            let default = match object {
                Object::Default(id, name) => going.contains_key(&Object::Column(*id, name.clone())),
                _ => false,
            };
            if !quiet && !default && !within(object).is_some_and(|around| going.contains_key(&around)) {
                return refuse(FaultKind::Depended, dependents::shown(replay, object));
            }
        }
    }
    for object in going.keys() {
        let inside = within(object).is_some_and(|around| going.contains_key(&around));
        if !inside {
            delete(replay, object);
        }
    }
    Ok(())
}

/// The relation that an object is a part of.
fn within(object: &Object) -> Option<Object> {
    match object {
        Object::Policy(id, _)
        | Object::Trigger(id, _)
        | Object::Rule(id, _)
        | Object::Default(id, _)
        | Object::Constraint(id, _)
        | Object::Column(id, _) => Some(Object::Relation(*id)),
        Object::Field(key, _) => Some(Object::Type(key.clone())),
        _ => None,
    }
}

/// Takes one object out of the catalogue.
fn delete(replay: &mut Replay, object: &Object) {
    match object {
        Object::Policy(id, name) => {
            if let Some(relation) = replay.relation_mut(*id) {
                relation.policies.remove(name);
            }
        }
        Object::Trigger(id, name) => {
            if let Some(relation) = replay.relation_mut(*id) {
                relation.triggers.remove(name);
            }
        }
        Object::Rule(id, name) => {
            if let Some(relation) = replay.relation_mut(*id) {
                relation.rules.remove(name);
            }
        }
        Object::Default(id, name) => {
            if let Some(relation) = replay.relation_mut(*id) {
                for column in relation.columns.iter_mut().filter(|column| column.name == *name) {
                    column.default = None;
                }
            }
        }
        Object::Constraint(id, name) => delete_constraint(replay, *id, name),
        Object::Index(key) => drop(replay.put_index(key.clone(), None)),
        Object::Column(id, name) => delete_column(replay, *id, name),
        Object::Relation(id) => delete_relation(replay, *id),
        Object::Function(id) => replay.take_function(*id),
        Object::Field(key, name) => {
            if let Some(TypeKind::Composite(fields)) = replay.type_mut(key).map(|of| &mut of.kind) {
                fields.retain(|(field, _)| field != name);
            }
        }
        Object::Type(key) => drop(replay.put_type(key.clone(), None)),
        Object::Extension(name) => drop(replay.put_extension(name.clone(), None)),
        Object::Schema(name) => {
            replay.put_schema(name.clone(), None);
            publications::follow_schema(replay, name, None);
            if replay.catalog.defaults.iter().any(|other| other.schema.as_ref() == Some(name)) {
                replay.defaults_mut().retain(|other| other.schema.as_ref() != Some(name));
            }
        }
    }
}

fn delete_constraint(replay: &mut Replay, id: RelationId, name: &Name) {
    let Some(relation) = replay.relation_mut(id) else { return };
    let Some(at) = relation.constraints.iter().position(|constraint| constraint.name == *name) else {
        return;
    };
    let constraint = relation.constraints.remove(at);
    if let Some(index) = constraint.index
        && replay.catalog.indexes.get(&index).is_some_and(|index| index.constraint.as_ref() == Some(name))
        && replay.catalog.indexes.get(&index).is_some_and(|index| index.table == id)
    {
        replay.put_index(index, None);
    }
}

fn delete_column(replay: &mut Replay, id: RelationId, name: &Name) {
    if let Some(relation) = replay.relation_mut(id) {
        relation.columns.retain(|column| column.name != *name);
    }
    for child in replay.children(id) {
        let others = replay.relation(child).map(|child| child.parents.clone()).unwrap_or_default();
        let has = |parent: &RelationId| {
            replay
                .relation(*parent)
                .is_some_and(|parent| parent.columns.iter().any(|other| other.name == *name))
        };
        if !others.iter().any(has)
            && let Some(relation) = replay.relation_mut(child)
        {
            for column in relation.columns.iter_mut().filter(|column| column.name == *name) {
                column.inherited = false;
            }
        }
    }
}

fn delete_relation(replay: &mut Replay, id: RelationId) {
    for key in replay.indexes_of(id) {
        replay.put_index(key, None);
    }
    publications::forget_table(replay, id);
    for child in replay.children(id) {
        if replay.relation(child).is_some_and(|child| child.parents.contains(&id)) {
            // Dropped with it, or about to be.
            let _ = replay.leave_parent(id, child);
        }
    }
    replay.take_relation(id);
}
