//! `drop` statements: what they name, and which module takes it out.

use super::drops::{self, Object};
use super::names::{Found, dotted, written};
use super::sequences::is_identity;
use super::{Outcome, Replay, extensions, functions, policies, publications, refuse, roles, triggers};
use crate::extract::schema::catalog::{FaultKind, RelationKind, TypeKind};
use crate::parse::sql::model::{Class, Dropped, ObjectName, TypeName};

/// A `drop` of named objects.
pub(super) fn statement(
    replay: &mut Replay,
    class: Class,
    names: &[Dropped],
    if_exists: bool,
    cascade: bool,
) -> Outcome {
    let mut objects = Vec::with_capacity(names.len());
    for dropped in names {
        match class {
            Class::Policy => policies::drop(replay, dropped, if_exists)?,
            Class::Trigger => triggers::drop(replay, dropped, if_exists)?,
            Class::Function | Class::Procedure | Class::Routine | Class::Aggregate => {
                functions::drop(replay, class, dropped, if_exists, cascade)?;
            }
            Class::Role => roles::drop(replay, dropped, if_exists)?,
            Class::Extension => extensions::drop(replay, dropped, if_exists, cascade)?,
            Class::Publication => publications::drop(replay, dropped, if_exists)?,
            _ => match named(replay, class, dropped) {
                Ok(found) => objects.extend(found),
                Err(refusal) if if_exists && is_missing(refusal.kind) => {}
                Err(refusal) => return Err(refusal),
            },
        }
    }
    drops::remove(replay, objects, cascade)
}

/// Whether a fault says that something does not exist: what `if exists` forgives.
fn is_missing(kind: FaultKind) -> bool {
    matches!(
        kind,
        FaultKind::UnknownSchema
            | FaultKind::UnknownRelation
            | FaultKind::UnknownIndex
            | FaultKind::UnknownType
            | FaultKind::UnknownObject
    )
}

/// The object that a `drop` names; `None` where it is of a kind that is not kept.
fn named(replay: &Replay, class: Class, dropped: &Dropped) -> Outcome<Option<Object>> {
    let name = &dropped.name;
    match class {
        Class::Table | Class::View | Class::MaterializedView | Class::ForeignTable | Class::Sequence => {
            relation(replay, class, name).map(Some)
        }
        Class::Index => index(replay, name).map(Some),
        Class::Schema => {
            if replay.catalog.schemas.contains_key(&name.name) {
                Ok(Some(Object::Schema(name.name.clone())))
            } else {
                refuse(FaultKind::UnknownSchema, name.name.as_str())
            }
        }
        Class::Type | Class::Domain => {
            let of = TypeName::from(name);
            let Some(key) = replay.type_named(&of)? else {
                return refuse(FaultKind::WrongKind, written(name));
            };
            let domain =
                matches!(replay.catalog.types.get(&key).map(|of| &of.kind), Some(TypeKind::Domain { .. }));
            if class == Class::Domain && !domain {
                return refuse(FaultKind::WrongKind, dotted(&key));
            }
            Ok(Some(Object::Type(key)))
        }
        Class::Rule => {
            let Some(table) = &dropped.of else { return Ok(None) };
            let id = replay.relation_named(table)?;
            if !replay.known(id)?.rules.contains_key(&name.name) {
                return refuse(FaultKind::UnknownObject, replay.column_name(id, &name.name));
            }
            Ok(Some(Object::Rule(id, name.name.clone())))
        }
        _ => Ok(None),
    }
}

fn relation(replay: &Replay, class: Class, name: &ObjectName) -> Outcome<Object> {
    let id = replay.relation_named(name)?;
    let relation = replay.known(id)?;
    let fits = match class {
        Class::View => relation.kind == RelationKind::View,
        Class::MaterializedView => relation.kind == RelationKind::Materialized,
        Class::ForeignTable => relation.kind == RelationKind::Foreign,
        Class::Sequence => relation.kind == RelationKind::Sequence,
        _ => matches!(relation.kind, RelationKind::Table | RelationKind::Partitioned),
    };
    if !fits {
        return refuse(FaultKind::WrongKind, dotted(&replay.key(id)));
    }
    if let Some((table, column)) = &relation.owned_by
        && replay.relation(*table).is_some_and(|table| is_identity(table, column))
    {
        return refuse(FaultKind::Depended, dotted(&replay.key(id)));
    }
    Ok(Object::Relation(id))
}

fn index(replay: &Replay, name: &ObjectName) -> Outcome<Object> {
    match replay.find(name) {
        Some(Found::Index(key)) => {
            let index = replay.catalog.indexes.get(&key);
            if index.is_some_and(|index| index.constraint.is_some() || index.parent.is_some()) {
                return refuse(FaultKind::Depended, dotted(&key));
            }
            Ok(Object::Index(key))
        }
        Some(_) => refuse(FaultKind::WrongKind, written(name)),
        None if name.schema.as_ref().is_some_and(|schema| !replay.is_schema(schema)) => {
            refuse(FaultKind::UnknownSchema, replay.full(name))
        }
        None => refuse(FaultKind::UnknownIndex, replay.full(name)),
    }
}
