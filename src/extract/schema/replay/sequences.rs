//! Sequences.

use super::names::{TEMPORARY, dotted};
use super::{Key, Outcome, Replay, refuse};
use crate::extract::schema::catalog::{FaultKind, Relation, RelationId, RelationKind};
use crate::parse::sql::expression::{Call, Expr, Name};
use crate::parse::sql::model::{ObjectName, TypeName};

impl Replay {
    /// The sequences that belong to the columns of a table, in the order they were made.
    pub(super) fn sequences_of(&self, table: RelationId) -> Vec<RelationId> {
        let mut users = self.users_of(table);
        users.retain(|user| {
            let owner = self.relation(*user).and_then(|user| user.owned_by.as_ref());
            owner.is_some_and(|(owner, _)| *owner == table)
        });
        users
    }
}

/// Creates a sequence.
pub(super) fn create(
    replay: &mut Replay,
    name: &ObjectName,
    if_not_exists: bool,
    temporary: bool,
    base: Option<&TypeName>,
    owned_by: Option<&(ObjectName, Name)>,
) -> Outcome {
    let mut key = replay.target(name)?;
    if temporary {
        key.0 = TEMPORARY.into();
    }
    if replay.at(&key).is_some() {
        return if if_not_exists { Ok(()) } else { refuse(FaultKind::Duplicate, dotted(&key)) };
    }
    replay.refuse_type(&key)?;
    if let Some(base) = base
        && !matches!(base.name.as_str(), "smallint" | "integer" | "bigint")
    {
        return refuse(FaultKind::Invalid, dotted(&key));
    }
    let mut relation = replay.blank(key, RelationKind::Sequence);
    relation.temporary |= temporary;
    let id = replay.add_relation(relation);
    match owned_by {
        Some((table, column)) => own(replay, id, Some((table, column))),
        None => Ok(()),
    }
}

/// `owned by`: a column of a table of the same schema and owner, or `none`.
pub(super) fn own(replay: &mut Replay, sequence: RelationId, owner: Option<(&ObjectName, &Name)>) -> Outcome {
    let owned_by = match owner {
        Some((table, column)) => {
            let id = replay.relation_named(table)?;
            let relation = replay.known(id)?;
            if matches!(relation.kind, RelationKind::Sequence | RelationKind::Materialized) {
                return refuse(FaultKind::WrongKind, dotted(&replay.key(id)));
            }
            let of = replay.known(sequence)?;
            if relation.schema != of.schema || relation.owner != of.owner {
                return refuse(FaultKind::Invalid, dotted(&replay.key(sequence)));
            }
            replay.column_of(id, column)?;
            Some((id, column.clone()))
        }
        None => None,
    };
    if let Some((table, column)) = &replay.known(sequence)?.owned_by
        && is_identity(replay.known(*table)?, column)
    {
        return refuse(FaultKind::Invalid, dotted(&replay.key(sequence)));
    }
    if let Some((table, _)) = &owned_by {
        replay.users.entry(*table).or_default().insert(sequence);
    }
    if let Some(relation) = replay.relation_mut(sequence) {
        relation.owned_by = owned_by;
    }
    Ok(())
}

/// Whether a column is an identity: then its sequence belongs to it and cannot be dropped or moved alone.
pub(super) fn is_identity(table: &Relation, column: &str) -> bool {
    table.columns.iter().any(|other| other.name == column && other.identity.is_some())
}

/// Makes the sequence of a `serial` or identity column of a table that exists. Gives it.
pub(super) fn of_column(replay: &mut Replay, table: RelationId, key: Key, column: &Name) -> RelationId {
    let mut sequence = replay.blank(key, RelationKind::Sequence);
    if let Some(relation) = replay.relation(table) {
        sequence.owner.clone_from(&relation.owner);
        sequence.unlogged = relation.unlogged;
        sequence.temporary = relation.temporary;
        sequence.unlogged = relation.unlogged;
    }
    sequence.owned_by = Some((table, column.clone()));
    let id = replay.add_relation(sequence);
    replay.users.entry(table).or_default().insert(id);
    replay.users.entry(id).or_default().insert(table);
    id
}

/// `nextval` of a sequence, as the default of a `serial` column.
pub(super) fn nextval(key: &Key) -> Expr {
    Expr::Call(Box::new(Call {
        name: ObjectName { name: "nextval".into(), ..ObjectName::default() },
        arguments: vec![Expr::Text(format!("{}.{}", quoted(&key.0), quoted(&key.1)))],
        star: false,
        aggregate: false,
    }))
}

/// A name as `regclass` reads it back.
fn quoted(name: &str) -> String {
    let plain = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && !name.starts_with(|c: char| c.is_ascii_digit());
    if plain { name.to_owned() } else { format!("\"{name}\"") }
}

/// After a sequence got another name: defaults that take their value from it follow.
pub(super) fn renamed(replay: &mut Replay, sequence: RelationId, from: &Key) {
    let to = replay.key(sequence);
    for table in replay.users_of(sequence) {
        let takes = |expr: &Option<Expr>| expr.as_ref().is_some_and(|expr| takes_from(expr, from));
        if !replay
            .relation(table)
            .is_some_and(|table| table.columns.iter().any(|column| takes(&column.default)))
        {
            continue;
        }
        if let Some(table) = replay.relation_mut(table) {
            for column in table.columns.iter_mut().filter(|column| takes(&column.default)) {
                column.default = Some(nextval(&to));
            }
        }
    }
}

/// Whether a default is plainly `nextval` of a sequence.
fn takes_from(expr: &Expr, key: &Key) -> bool {
    let Expr::Call(call) = expr else { return false };
    let text = match call.arguments.first() {
        Some(Expr::Text(text)) => text,
        Some(Expr::Cast(inner, _)) => match inner.as_ref() {
            Expr::Text(text) => text,
            _ => return false,
        },
        _ => return false,
    };
    call.name.name == "nextval"
        && super::names::parsed(text)
            .is_some_and(|name| name.name == key.1 && name.schema.is_none_or(|schema| schema == key.0))
}
