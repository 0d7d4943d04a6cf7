//! Renames: whatever points at the object follows.

use super::columns::refuse_inherited;
use crate::extract::schema::catalog::{ConstraintKind, FaultKind, Relation, RelationId};
use crate::extract::schema::replay::names::dotted;
use crate::extract::schema::replay::{
    DEEPEST, Key, Outcome, Replay, indexes, refuse, rewrite, sequences, types,
};
use crate::parse::sql::expression::{Expr, Name};

/// Gives a relation another name.
pub(super) fn relation(replay: &mut Replay, id: RelationId, to: &Name) -> Outcome {
    let to = (replay.key(id).0, to.clone());
    free(replay, &to)?;
    relocate(replay, id, &to);
    Ok(())
}

fn free(replay: &Replay, key: &Key) -> Outcome {
    if replay.at(key).is_some() || replay.catalog.types.contains_key(key) {
        return refuse(FaultKind::Duplicate, dotted(key));
    }
    Ok(())
}

/// Moves a relation to another schema, with its indexes and the sequences of its columns.
pub(super) fn set_schema(replay: &mut Replay, id: RelationId, schema: &Name) -> Outcome {
    if !replay.is_schema(schema) {
        return refuse(FaultKind::UnknownSchema, schema.as_str());
    }
    let from = replay.key(id);
    if from.0 == *schema {
        return Ok(());
    }
    if replay.known(id)?.owned_by.is_some() {
        return refuse(FaultKind::Invalid, dotted(&from));
    }
    let to = (schema.clone(), from.1);
    free(replay, &to)?;
    relocate(replay, id, &to);
    for key in replay.indexes_of(id) {
        let to = (schema.clone(), key.1.clone());
        free(replay, &to)?;
        indexes::relocate(replay, &key, &to);
    }
    for sequence in replay.sequences_of(id) {
        let to = (schema.clone(), replay.key(sequence).1);
        free(replay, &to)?;
        relocate(replay, sequence, &to);
    }
    Ok(())
}

/// Gives a relation another schema and name; what knows it by name follows.
pub(in crate::extract::schema::replay) fn relocate(replay: &mut Replay, id: RelationId, to: &Key) {
    let from = replay.key(id);
    let renamed = from.1 != to.1;
    replay.move_relation(id, to.clone());
    let names = replay.relation(id).map(|relation| {
        relation.constraints.iter().map(|constraint| constraint.name.clone()).collect::<Vec<_>>()
    });
    for name in names.unwrap_or_default() {
        replay.note_constraint(id, &name);
    }
    if renamed && let Some(relation) = replay.relation_mut(id) {
        expressions(relation, &mut |expr| rewrite::rename_table(expr, &from.1, &to.1));
    }
    for key in replay.indexes_of(id) {
        if renamed && let Some(mut index) = replay.catalog.indexes.get(&key).cloned() {
            let exprs = index.keys.iter_mut().map(|key| &mut key.expr);
            exprs.chain(&mut index.predicate).for_each(|expr| rewrite::rename_table(expr, &from.1, &to.1));
            replay.put_index(key, Some(index));
        }
    }
    sequences::renamed(replay, id, &from);
    if replay.row_types.borrow().contains(&from) {
        replay.row_types.borrow_mut().insert(to.clone());
        types::retype(replay, &from, to);
    }
}

/// Every expression of a relation over its own columns.
fn expressions(relation: &mut Relation, change: &mut dyn FnMut(&mut Expr)) {
    for column in &mut relation.columns {
        column.generated.iter_mut().for_each(&mut *change);
    }
    for constraint in &mut relation.constraints {
        if let ConstraintKind::Check(expr) = &mut constraint.kind {
            change(expr);
        }
    }
    for policy in relation.policies.values_mut() {
        policy.using.iter_mut().for_each(&mut *change);
        policy.check.iter_mut().for_each(&mut *change);
    }
}

/// Gives a column another name, in the children of a table too.
pub(super) fn column(replay: &mut Replay, id: RelationId, from: &Name, to: &Name) -> Outcome {
    replay.column_of(id, from)?;
    refuse_inherited(replay, id, from)?;
    rename_column(replay, id, from, to, 0)
}

fn rename_column(replay: &mut Replay, id: RelationId, from: &Name, to: &Name, depth: u32) -> Outcome {
    if replay.known(id)?.columns.iter().any(|column| column.name == *to) {
        return refuse(FaultKind::Duplicate, replay.column_name(id, to));
    }
    let (old, new) = ((id, from.clone()), (id, to.clone()));
    let table = replay.key(id).1;
    if let Some(relation) = replay.relation_mut(id) {
        inside(relation, &table, from, to);
    }
    for key in replay.indexes_of(id) {
        let Some(mut index) = replay.catalog.indexes.get(&key).cloned() else { continue };
        let change = |name: &mut Name| {
            if *name == *from {
                name.clone_from(to);
            }
        };
        for key in &mut index.keys {
            key.column.iter_mut().for_each(change);
            rewrite::rename_column(&mut key.expr, &table, from, to);
        }
        index.include.iter_mut().for_each(change);
        index.predicate.iter_mut().for_each(|expr| rewrite::rename_column(expr, &table, from, to));
        replay.put_index(key, Some(index));
    }
    for user in replay.users_of(id).into_iter().chain([id]) {
        let Some(other) = replay.relation(user) else { continue };
        if points_at(other, id, &old)
            && let Some(other) = replay.relation_mut(user)
        {
            follow(other, id, &old, &new);
        }
    }
    if depth < DEEPEST {
        for child in replay.children(id) {
            if replay.known(child)?.columns.iter().any(|column| column.name == *from) {
                rename_column(replay, child, from, to, depth + 1)?;
            }
        }
    }
    Ok(())
}

/// A column renamed in what its own table has.
fn inside(relation: &mut Relation, table: &Name, from: &Name, to: &Name) {
    let change = |name: &mut Name| {
        if *name == *from {
            name.clone_from(to);
        }
    };
    relation.columns.iter_mut().for_each(|column| change(&mut column.name));
    relation.constraints.iter_mut().for_each(|constraint| constraint.columns.iter_mut().for_each(change));
    for trigger in relation.triggers.values_mut() {
        trigger.update_columns.iter_mut().for_each(change);
        for row in ["old", "new"] {
            trigger.when.iter_mut().for_each(|expr| rewrite::rename_column(expr, &row.into(), from, to));
        }
    }
    if let Some((_, keys)) = &mut relation.partition_by {
        keys.iter_mut().for_each(change);
    }
    expressions(relation, &mut |expr| rewrite::rename_column(expr, table, from, to));
}

/// Whether a relation has something that names a column of another.
fn points_at(relation: &Relation, id: RelationId, column: &(RelationId, Name)) -> bool {
    relation.read_columns.contains(column)
        || relation.owned_by.as_ref() == Some(column)
        || relation.policies.values().any(|policy| policy.columns.contains(column))
        || relation.constraints.iter().any(|constraint| {
            matches!(&constraint.kind, ConstraintKind::Foreign { table, columns, .. }
                if *table == id && columns.contains(&column.1))
        })
}

/// A column renamed in what another relation knows of it.
fn follow(relation: &mut Relation, id: RelationId, old: &(RelationId, Name), new: &(RelationId, Name)) {
    if relation.read_columns.remove(old) {
        relation.read_columns.insert(new.clone());
    }
    if relation.owned_by.as_ref() == Some(old) {
        relation.owned_by = Some(new.clone());
    }
    for policy in relation.policies.values_mut() {
        if policy.columns.remove(old) {
            policy.columns.insert(new.clone());
        }
    }
    for constraint in &mut relation.constraints {
        if let ConstraintKind::Foreign { table, columns, .. } = &mut constraint.kind
            && *table == id
        {
            for column in columns.iter_mut().filter(|column| **column == old.1) {
                column.clone_from(&new.1);
            }
        }
    }
}

/// Gives a constraint another name; the index that holds it too.
pub(super) fn constraint(replay: &mut Replay, id: RelationId, from: &Name, to: &Name) -> Outcome {
    let relation = replay.known(id)?;
    let Some(found) = relation.constraints.iter().find(|constraint| constraint.name == *from) else {
        return refuse(FaultKind::UnknownConstraint, replay.column_name(id, from));
    };
    if found.inherited && matches!(found.kind, ConstraintKind::Check(_)) {
        return refuse(FaultKind::Invalid, replay.column_name(id, from));
    }
    if relation.constraints.iter().any(|constraint| constraint.name == *to) {
        return refuse(FaultKind::Duplicate, replay.column_name(id, to));
    }
    let key = !matches!(found.kind, ConstraintKind::Check(_) | ConstraintKind::Foreign { .. });
    if let (Some(index), true) = (found.index.clone(), key) {
        return indexes::rename(replay, &index, to);
    }
    let check = matches!(found.kind, ConstraintKind::Check(_));
    rename_constraint(replay, id, from, to, check);
    Ok(())
}

fn rename_constraint(replay: &mut Replay, id: RelationId, from: &Name, to: &Name, check: bool) {
    let tables = if check { replay.family(id) } else { vec![id] };
    for id in tables {
        if let Some(relation) = replay.relation_mut(id) {
            for constraint in relation.constraints.iter_mut().filter(|constraint| constraint.name == *from) {
                constraint.name.clone_from(to);
            }
        }
        replay.note_constraint(id, to);
    }
}
