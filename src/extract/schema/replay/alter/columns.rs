//! Columns added, changed and dropped.

use crate::extract::schema::catalog::{
    Column, ConstraintKind, FaultKind, RelationId, RelationKind, TypeKind,
};
use crate::extract::schema::replay::drops::{self, Object};
use crate::extract::schema::replay::names::dotted;
use crate::extract::schema::replay::{
    DEEPEST, Outcome, Replay, builtin, columns, constraints, refuse, tables, uses,
};
use crate::parse::sql::expression::{Expr, Name};
use crate::parse::sql::model::{self, Column as Declared, TypeName};
use crate::parse::sql::walk::{self, Part};

/// Adds a column. Gives the constraints that come with it.
pub(super) fn add(
    replay: &mut Replay,
    id: RelationId,
    declared: &Declared,
    if_not_exists: bool,
    only: bool,
) -> Outcome<Vec<model::Constraint>> {
    let relation = replay.known(id)?;
    if relation.partition {
        return refuse(FaultKind::Invalid, dotted(&replay.key(id)));
    }
    if relation.columns.iter().any(|column| column.name == declared.name) {
        if if_not_exists {
            return Ok(Vec::new());
        }
        return refuse(FaultKind::Duplicate, replay.column_name(id, &declared.name));
    }
    let children = replay.children(id);
    if only && !children.is_empty() {
        return refuse(FaultKind::Invalid, replay.column_name(id, &declared.name));
    }
    let new = columns::declare(replay, declared, None)?;
    if new.column.identity.is_some() && !children.is_empty() {
        return refuse(FaultKind::Invalid, replay.column_name(id, &declared.name));
    }
    if let Some(relation) = replay.relation_mut(id) {
        relation.columns.push(new.column.clone());
    }
    if new.sequence {
        tables::add_sequence(replay, id, &declared.name);
    }
    columns::check(replay, id, &declared.name)?;
    let column = replay.known(id)?.columns.last().cloned();
    if let Some(column) = column {
        add_to_children(replay, id, &column, 0)?;
    }
    Ok(new.constraints)
}

fn add_to_children(replay: &mut Replay, id: RelationId, column: &Column, depth: u32) -> Outcome {
    if depth >= DEEPEST {
        return Ok(());
    }
    for child in replay.children(id) {
        let relation = replay.known(child)?;
        let partition = relation.partition;
        if let Some(own) = relation.columns.iter().find(|own| own.name == column.name) {
            if own.of.name != column.of.name || own.of.schema != column.of.schema || partition {
                return refuse(FaultKind::Invalid, replay.column_name(child, &column.name));
            }
            continue;
        }
        let mut own = column.clone();
        own.inherited = true;
        if let Some(relation) = replay.relation_mut(child) {
            relation.columns.push(own);
        }
        columns::check(replay, child, &column.name)?;
        add_to_children(replay, child, column, depth + 1)?;
    }
    Ok(())
}

/// Refuses a column that comes from a parent: it is changed there.
pub(super) fn refuse_inherited(replay: &Replay, id: RelationId, name: &Name) -> Outcome {
    let from = |parent: &RelationId| {
        replay
            .relation(*parent)
            .is_some_and(|parent| parent.columns.iter().any(|column| column.name == *name))
    };
    if replay.known(id)?.parents.iter().any(from) {
        return refuse(FaultKind::Invalid, replay.column_name(id, name));
    }
    Ok(())
}

fn refuse_partition_key(replay: &Replay, id: RelationId, name: &Name) -> Outcome {
    if let Some((_, keys)) = &replay.known(id)?.partition_by
        && keys.contains(name)
    {
        return refuse(FaultKind::Invalid, replay.column_name(id, name));
    }
    Ok(())
}

/// `only`: the children keep the column as their own; a partitioned table and its parts have the same.
fn leave_to_children(replay: &mut Replay, id: RelationId, name: &Name) -> Outcome {
    let children = replay.children(id);
    if replay.known(id)?.kind == RelationKind::Partitioned && !children.is_empty() {
        return refuse(FaultKind::Invalid, replay.column_name(id, name));
    }
    for child in children {
        if let Some(relation) = replay.relation_mut(child) {
            for column in relation.columns.iter_mut().filter(|column| column.name == *name) {
                column.inherited = false;
            }
        }
    }
    Ok(())
}

/// Drops a column and what belongs to it.
pub(super) fn remove(
    replay: &mut Replay,
    id: RelationId,
    name: &Name,
    (if_exists, cascade): (bool, bool),
    only: bool,
) -> Outcome {
    if !replay.known(id)?.columns.iter().any(|column| column.name == *name) {
        if if_exists {
            return Ok(());
        }
        return refuse(FaultKind::UnknownColumn, replay.column_name(id, name));
    }
    refuse_inherited(replay, id, name)?;
    refuse_partition_key(replay, id, name)?;
    if only {
        leave_to_children(replay, id, name)?;
    }
    drops::remove(replay, vec![Object::Column(id, name.clone())], cascade)
}

/// Gives a column another type. What is shown or compared by its old type stands in the way.
pub(super) fn set_type(
    replay: &mut Replay,
    id: RelationId,
    name: &Name,
    to: &TypeName,
    using: bool,
) -> Outcome {
    let Some(column) = replay.column_of(id, name)? else { return Ok(()) };
    let to = columns::column_type(replay, to)?;
    let identity = column.identity.is_some();
    let defaulted = column.default.is_some();
    let assigned = is_assignable(replay, &column.of, &to);
    let generated = column.generated.is_some();
    refuse_inherited(replay, id, name)?;
    refuse_partition_key(replay, id, name)?;
    let invalid = || refuse(FaultKind::Invalid, replay.column_name(id, name));
    if !assigned && (!using || defaulted)
        || (identity && !columns::is_counter(replay, &to))
        || (generated && using)
    {
        return invalid();
    }
    refuse_typed_users(replay, id, name)?;
    refuse_compared(replay, id, name, &to)?;
    keep_default_type(replay, id, name);
    retype(replay, id, name, &to);
    refuse_unlike_keys(replay, id, name)
}

/// A default keeps the type that it had: it is cast from it, and depends on it.
fn keep_default_type(replay: &mut Replay, id: RelationId, name: &Name) {
    let Some(relation) = replay.relation_mut(id) else { return };
    for column in relation.columns.iter_mut().filter(|column| column.name == *name) {
        if column.of.schema.is_some() {
            let of = Box::new(column.of.clone());
            column.default = column.default.take().map(|default| Expr::Cast(Box::new(default), of));
        }
    }
}

/// A text is not compared with a number: checks and indexes that do so stand in the way.
fn refuse_compared(replay: &Replay, id: RelationId, name: &Name, to: &TypeName) -> Outcome {
    if to.schema.is_some() || !matches!(builtin::short(&to.name), "text" | "varchar" | "bpchar") {
        return Ok(());
    }
    let relation = replay.known(id)?;
    let mut compared = false;
    let mut look = |expr: &Expr| {
        walk::expression(expr, &mut |part| {
            if let Part::Expr(Expr::Binary(left, op, right)) = part
                && matches!(op.as_str(), "=" | "<>" | "!=" | "<" | ">" | "<=" | ">=")
            {
                let is_it = |one: &Expr| matches!(one, Expr::Column(names, _) if names.last() == Some(name));
                let number = |one: &Expr| matches!(one, Expr::Number(_));
                compared |= is_it(left) && number(right) || number(left) && is_it(right);
            }
            !compared
        });
    };
    for constraint in &relation.constraints {
        if let ConstraintKind::Check(expr) = &constraint.kind {
            look(expr);
        }
    }
    for key in replay.indexes_of(id) {
        let Some(index) = replay.catalog.indexes.get(&key) else { continue };
        index.keys.iter().map(|key| &key.expr).chain(&index.predicate).for_each(&mut look);
    }
    if compared { refuse(FaultKind::Invalid, replay.column_name(id, name)) } else { Ok(()) }
}

fn retype(replay: &mut Replay, id: RelationId, name: &Name, to: &TypeName) {
    let place = replay.place;
    let tables = replay.family(id);
    change_column(replay, &tables, name, |column| {
        column.of = to.clone();
        column.place = place;
    });
}

/// Changes a column in each of some tables.
fn change_column(replay: &mut Replay, tables: &[RelationId], name: &Name, change: impl Fn(&mut Column)) {
    for id in tables {
        if let Some(relation) = replay.relation_mut(*id) {
            relation.columns.iter_mut().filter(|column| column.name == *name).for_each(&change);
        }
    }
}

/// Views, policies, triggers and generated columns are bound to the type of a column.
fn refuse_typed_users(replay: &Replay, id: RelationId, name: &Name) -> Outcome {
    let relation = replay.known(id)?;
    let column = (id, name.clone());
    let depended = |object: String| refuse(FaultKind::Depended, object);
    for user in replay.users_of(id) {
        let Some(other) = replay.relation(user) else { continue };
        if other.read_columns.contains(&column) {
            return depended(dotted(&replay.key(user)));
        }
        if let Some(policy) = other.policies.values().find(|policy| policy.columns.contains(&column)) {
            return depended(replay.column_name(user, &policy.name));
        }
    }
    if let Some(policy) = relation.policies.values().find(|policy| policy.columns.contains(&column)) {
        return depended(replay.column_name(id, &policy.name));
    }
    let named = |expr: &Expr| {
        uses::expression(replay, expr, Some(id)).is_ok_and(|used| used.columns.contains(&column))
    };
    let generated = |other: &Column| other.name != *name && other.generated.as_ref().is_some_and(named);
    if let Some(other) = relation.columns.iter().find(|other| generated(other)) {
        return depended(replay.column_name(id, &other.name));
    }
    for (trigger_name, trigger) in &relation.triggers {
        let condition = |expr: &Expr| {
            uses::row_condition(replay, expr, id).is_ok_and(|used| used.columns.contains(&column))
        };
        if trigger.update_columns.contains(name) || trigger.when.as_ref().is_some_and(condition) {
            return depended(replay.column_name(id, trigger_name));
        }
    }
    Ok(())
}

/// Foreign keys compare columns: after a change of type they must still be able to.
fn refuse_unlike_keys(replay: &Replay, id: RelationId, name: &Name) -> Outcome {
    for user in replay.users_of(id).into_iter().chain([id]) {
        let Some(other) = replay.relation(user) else { continue };
        for constraint in &other.constraints {
            let ConstraintKind::Foreign { table, columns, .. } = &constraint.kind else { continue };
            if (*table != id || !columns.contains(name)) && (user != id || !constraint.columns.contains(name))
            {
                continue;
            }
            for (one, two) in constraint.columns.iter().zip(columns) {
                let pair = (replay.column_of(user, one)?, replay.column_of(*table, two)?);
                if let (Some(one), Some(two)) = pair
                    && !columns::comparable(&one.of, &two.of)
                {
                    return refuse(FaultKind::Invalid, replay.column_name(user, &constraint.name));
                }
            }
        }
    }
    Ok(())
}

/// Whether values of a type become those of another by themselves. Only what is plainly refused is not.
fn is_assignable(replay: &Replay, from: &TypeName, to: &TypeName) -> bool {
    let is_text = |of: &TypeName| {
        of.schema.is_none()
            && of.dimensions == 0
            && matches!(of.name.as_str(), "text" | "character varying" | "character")
    };
    if is_text(to) || (from.name == to.name && from.schema == to.schema && from.dimensions == to.dimensions) {
        return true;
    }
    let enumerated = |of: &TypeName| {
        of.schema.as_ref().is_some_and(|schema| {
            let found = replay.catalog.types.get(&(schema.clone(), of.name.clone()));
            found.is_some_and(|of| matches!(of.kind, TypeKind::Enum(_)))
        })
    };
    if enumerated(from) || enumerated(to) {
        return false;
    }
    if from.dimensions != to.dimensions {
        return from.schema.is_some() || to.schema.is_some();
    }
    let (Some(one), Some(other)) = (group(from), group(to)) else { return true };
    one == other
}

/// Types between which values are assigned.
fn group(of: &TypeName) -> Option<&'static str> {
    if of.schema.is_some() {
        return None;
    }
    Some(match of.name.as_str() {
        "smallint" | "integer" | "bigint" | "numeric" | "real" | "double precision" => "number",
        "text" | "character varying" | "character" => "text",
        "date" | "timestamp without time zone" | "timestamp with time zone" => "time",
        "uuid" => "uuid",
        "boolean" => "boolean",
        "json" | "jsonb" => "json",
        "bytea" => "bytes",
        "inet" | "cidr" => "address",
        _ => return None,
    })
}

/// `set default`, `drop default`.
pub(super) fn set_default(
    replay: &mut Replay,
    id: RelationId,
    name: &Name,
    value: Option<&Expr>,
    only: bool,
) -> Outcome {
    if let Some(column) = replay.column_of(id, name)?
        && (column.identity.is_some() || column.generated.is_some())
    {
        return refuse(FaultKind::Invalid, replay.column_name(id, name));
    }
    let of = replay.column_of(id, name)?.map(|column| column.of.clone()).unwrap_or_default();
    let value = value.and_then(|value| columns::kept_default(replay, &of, value)).cloned();
    put_default(replay, id, name, value.as_ref(), only);
    columns::check(replay, id, name)
}

fn put_default(replay: &mut Replay, id: RelationId, name: &Name, value: Option<&Expr>, only: bool) {
    let tables = if only { vec![id] } else { replay.family(id) };
    change_column(replay, &tables, name, |column| column.default = value.cloned());
}

/// `set not null`, `drop not null`.
pub(super) fn set_not_null(replay: &mut Replay, id: RelationId, name: &Name, not_null: bool) -> Outcome {
    let Some(column) = replay.column_of(id, name)? else { return Ok(()) };
    if not_null {
        constraints::not_null(replay, id, name);
        return Ok(());
    }
    let relation = replay.known(id)?;
    let primary = |constraint: &crate::extract::schema::catalog::Constraint| {
        matches!(constraint.kind, ConstraintKind::Primary) && constraint.columns.contains(name)
    };
    let above = |parent: &RelationId| {
        replay
            .relation(*parent)
            .is_some_and(|parent| parent.columns.iter().any(|other| other.name == *name && other.not_null))
    };
    if column.identity.is_some()
        || relation.constraints.iter().any(primary)
        || (relation.partition && relation.parents.iter().any(above))
    {
        return refuse(FaultKind::Invalid, replay.column_name(id, name));
    }
    let tables = replay.family(id);
    change_column(replay, &tables, name, |column| column.not_null = false);
    Ok(())
}

/// `add generated … as identity`, `set generated`, `drop identity`.
pub(super) fn identity(
    replay: &mut Replay,
    id: RelationId,
    name: &Name,
    always: Option<bool>,
    add: bool,
    if_exists: bool,
) -> Outcome {
    let Some(column) = replay.column_of(id, name)? else { return Ok(()) };
    let is = column.identity.is_some();
    let ready = column.not_null && column.default.is_none() && columns::is_counter(replay, &column.of);
    let partitioned = replay.known(id)?.kind == RelationKind::Partitioned && replay.known(id)?.partition;
    if always.is_none() && !is {
        return if if_exists { Ok(()) } else { refuse(FaultKind::Invalid, replay.column_name(id, name)) };
    }
    if (!is && (!ready || partitioned)) || (always.is_some() && is == add) {
        return refuse(FaultKind::Invalid, replay.column_name(id, name));
    }
    if let Some(relation) = replay.relation_mut(id) {
        for column in relation.columns.iter_mut().filter(|column| column.name == *name) {
            column.identity = always;
        }
    }
    if always.is_none() {
        let owned = (id, name.clone());
        let of = |user: &RelationId| {
            replay.relation(*user).is_some_and(|user| user.owned_by.as_ref() == Some(&owned))
        };
        let sequences = replay.users_of(id).into_iter().filter(of).map(Object::Relation).collect();
        return drops::remove(replay, sequences, false);
    }
    if !is {
        tables::add_sequence(replay, id, name);
    }
    Ok(())
}

/// `drop expression`: a generated column becomes a plain one.
pub(super) fn plain(replay: &mut Replay, id: RelationId, name: &Name, if_exists: bool) -> Outcome {
    let Some(column) = replay.column_of(id, name)? else { return Ok(()) };
    if column.generated.is_none() {
        return if if_exists { Ok(()) } else { refuse(FaultKind::Invalid, replay.column_name(id, name)) };
    }
    refuse_inherited(replay, id, name)?;
    if let Some(relation) = replay.relation_mut(id) {
        for column in relation.columns.iter_mut().filter(|column| column.name == *name) {
            column.generated = None;
        }
    }
    for child in replay.children(id) {
        if let Some(relation) = replay.relation_mut(child) {
            for column in relation.columns.iter_mut().filter(|column| column.name == *name) {
                column.generated = None;
            }
        }
    }
    Ok(())
}
