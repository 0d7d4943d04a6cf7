//! Comments: the object must exist.

use super::names::{Found, written};
use super::{Outcome, Replay, refuse};
use crate::extract::schema::catalog::{FaultKind, RelationKind};
use crate::parse::sql::model::{Class, ObjectName, TypeName};

/// Checks that what is commented on exists.
pub(super) fn comment(replay: &Replay, class: Class, name: &ObjectName, of: Option<&ObjectName>) -> Outcome {
    match class {
        Class::Table | Class::View | Class::MaterializedView | Class::ForeignTable | Class::Sequence => {
            let id = replay.relation_named(name)?;
            let kind = replay.known(id)?.kind;
            let fits = match class {
                Class::Table => matches!(kind, RelationKind::Table | RelationKind::Partitioned),
                Class::View => kind == RelationKind::View,
                Class::MaterializedView => kind == RelationKind::Materialized,
                Class::ForeignTable => kind == RelationKind::Foreign,
                _ => kind == RelationKind::Sequence,
            };
            if fits { Ok(()) } else { refuse(FaultKind::WrongKind, written(name)) }
        }
        Class::Index => super::indexes::named(replay, name).map(drop),
        Class::Column | Class::Constraint | Class::Policy | Class::Trigger | Class::Rule => {
            of.map_or(Ok(()), |table| part(replay, class, name, table))
        }
        Class::Type | Class::Domain => {
            let of = TypeName::from(name);
            replay.type_named(&of).map(drop)
        }
        Class::Schema if !replay.is_schema(&name.name) => {
            refuse(FaultKind::UnknownSchema, name.name.as_str())
        }
        Class::Function | Class::Procedure | Class::Routine
            if replay.functions_named(name).is_empty() && !Replay::is_builtin_function(name) =>
        {
            if replay.is_complete(name) {
                return refuse(FaultKind::UnknownFunction, written(name));
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// A part of a relation.
fn part(replay: &Replay, class: Class, name: &ObjectName, table: &ObjectName) -> Outcome {
    if matches!(replay.find(table), Some(Found::Composite(_))) {
        return Ok(());
    }
    if class == Class::Constraint {
        // Of a domain, perhaps.
        let of = TypeName { schema: table.schema.clone(), name: table.name.clone(), ..TypeName::default() };
        if replay.find(table).is_none() && replay.type_named(&of).is_ok() {
            return Ok(());
        }
    }
    let id = replay.relation_named(table)?;
    let relation = replay.known(id)?;
    let name = &name.name;
    let (known, kind) = match class {
        Class::Column => return replay.column_of(id, name).map(drop),
        Class::Constraint => {
            (relation.constraints.iter().any(|other| other.name == *name), FaultKind::UnknownConstraint)
        }
        Class::Policy => (relation.policies.contains_key(name), FaultKind::UnknownPolicy),
        Class::Trigger => (relation.triggers.contains_key(name), FaultKind::UnknownTrigger),
        _ => (relation.rules.contains_key(name), FaultKind::UnknownObject),
    };
    if known { Ok(()) } else { refuse(kind, replay.column_name(id, name)) }
}
