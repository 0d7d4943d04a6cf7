//! Partitions and children: what travels to them from their parents, and what does not.
//!
//! Columns, checks, keys, indexes, foreign keys and row triggers of a partitioned table are also those of its parts;
//! privileges, policies and row level security are not.

use super::indexes::{self, Held};
use super::names::dotted;
use super::{DEEPEST, Key, Outcome, Replay, naming, refuse, rewrite, triggers};
use crate::extract::schema::catalog::{
    Constraint, ConstraintKind, FaultKind, Index, Relation, RelationId, RelationKind,
};
use crate::parse::sql::model::ObjectName;

/// A partitioned table has one default partition, and none where rows are spread by hash.
pub(super) fn refuse_default(replay: &Replay, parent: RelationId, default: bool) -> Outcome {
    let taken = |part: RelationId| replay.relation(part).is_some_and(|part| part.partition_default);
    let hash = replay.known(parent)?.partition_by.as_ref().is_some_and(|(method, _)| method == "hash");
    if default && (hash || replay.children(parent).into_iter().any(taken)) {
        return refuse(FaultKind::Invalid, dotted(&replay.key(parent)));
    }
    Ok(())
}

/// Gives the partitions of a table an index like one of it; one that they have already becomes part of it.
fn inherit_index(
    replay: &mut Replay,
    table: RelationId,
    parent: &Key,
    new: &Index,
    held: Option<&Held>,
    depth: u32,
) -> Outcome {
    if replay.known(table)?.kind != RelationKind::Partitioned {
        return Ok(());
    }
    for part in replay.children(table) {
        if !join_index(replay, part, parent, new, held.is_some()) {
            let mut new = new.clone();
            new.parent = Some(parent.clone());
            if held.is_some_and(|held| matches!(held.kind, ConstraintKind::Primary)) {
                let constraints = &replay.known(part)?.constraints;
                if constraints.iter().any(|other| matches!(other.kind, ConstraintKind::Primary)) {
                    return refuse(FaultKind::Invalid, dotted(&replay.key(part)));
                }
            }
            indexes::build(replay, part, None, &new, held, depth + 1)?;
        }
    }
    Ok(())
}

/// Makes an index that a partition has already a part of its parent's, where one is like it.
fn join_index(replay: &mut Replay, part: RelationId, parent: &Key, wanted: &Index, held: bool) -> bool {
    let fitting = replay.indexes_of(part).into_iter().find(|key| {
        replay.catalog.indexes.get(key).is_some_and(|index| {
            index.parent.is_none() && (!held || index.constraint.is_some()) && alike(index, wanted)
        })
    });
    let Some(key) = fitting else { return false };
    attach_index(replay, &key, parent);
    true
}

/// Makes an index a part of another.
pub(super) fn attach_index(replay: &mut Replay, part: &Key, parent: &Key) {
    let held = replay.catalog.indexes.get(parent).is_some_and(|index| index.constraint.is_some());
    let Some(mut index) = replay.catalog.indexes.get(part).cloned() else { return };
    index.parent = Some(parent.clone());
    let table = index.table;
    let constraint = index.constraint.clone().filter(|_| held);
    replay.put_index(part.clone(), Some(index));
    if let (Some(name), Some(relation)) = (constraint, replay.relation_mut(table)) {
        for constraint in relation.constraints.iter_mut().filter(|other| other.name == name) {
            constraint.inherited = true;
        }
    }
}

/// Whether two indexes keep the same: the order of keys counts, their direction does not.
pub(super) fn alike(one: &Index, other: &Index) -> bool {
    let same = |one: &crate::extract::schema::catalog::Key, other: &crate::extract::schema::catalog::Key| {
        one.column == other.column
            && one.class == other.class
            && (one.column.is_some() || rewrite::same(&one.expr, &other.expr))
    };
    one.unique == other.unique
        && one.method == other.method
        && one.nulls_not_distinct == other.nulls_not_distinct
        && one.include == other.include
        && one.keys.len() == other.keys.len()
        && one.keys.iter().zip(&other.keys).all(|(one, other)| same(one, other))
        && match (&one.predicate, &other.predicate) {
            (None, None) => true,
            (Some(one), Some(other)) => rewrite::same(one, other),
            _ => false,
        }
}

/// Gives the partitions of a table a foreign key of it.
fn inherit_foreign(replay: &mut Replay, table: RelationId, foreign: &Constraint, depth: u32) -> Outcome {
    if replay.known(table)?.kind != RelationKind::Partitioned || depth >= DEEPEST {
        return Ok(());
    }
    for part in replay.children(table) {
        give_foreign(replay, part, foreign, depth)?;
    }
    Ok(())
}

fn give_foreign(replay: &mut Replay, part: RelationId, foreign: &Constraint, depth: u32) -> Outcome {
    let relation = replay.known(part)?;
    let alike = |other: &Constraint| !other.inherited && same_foreign(other, foreign);
    if let Some(at) = relation.constraints.iter().position(alike) {
        if let Some(other) = replay.relation_mut(part).and_then(|relation| relation.constraints.get_mut(at)) {
            other.inherited = true;
        }
        return Ok(());
    }
    let name = if relation.constraints.iter().any(|other| other.name == foreign.name) {
        let middle = naming::addition(&foreign.columns);
        replay.free_constraint_name(&relation.schema, &relation.name, Some(&middle), "fkey", &[])
    } else {
        foreign.name.clone()
    };
    let new = Constraint { name, inherited: true, ..foreign.clone() };
    replay.push_constraint(part, new.clone());
    inherit_foreign(replay, part, &new, depth + 1)
}

fn same_foreign(one: &Constraint, other: &Constraint) -> bool {
    let (
        ConstraintKind::Foreign { table, columns, on_delete, on_update },
        ConstraintKind::Foreign { table: table2, columns: columns2, on_delete: delete2, on_update: update2 },
    ) = (&one.kind, &other.kind)
    else {
        return false;
    };
    one.columns == other.columns
        && table == table2
        && columns == columns2
        && on_delete == delete2
        && on_update == update2
        && one.deferrable == other.deferrable
}

/// Gives a new part of a partitioned table its indexes, foreign keys and triggers.
pub(super) fn clone_to(replay: &mut Replay, parent: RelationId, part: RelationId) -> Outcome {
    for key in replay.indexes_of(parent) {
        let Some(index) = replay.catalog.indexes.get(&key).cloned() else { continue };
        let held = index.constraint.as_ref().and_then(|name| {
            let constraints = &replay.relation(parent)?.constraints;
            let constraint = constraints.iter().find(|constraint| constraint.name == *name)?;
            Some(Held { kind: constraint.kind.clone(), deferrable: constraint.deferrable })
        });
        if join_index(replay, part, &key, &index, held.is_some()) {
            continue;
        }
        if index.primary {
            let constraints = &replay.known(part)?.constraints;
            if constraints.iter().any(|other| matches!(other.kind, ConstraintKind::Primary)) {
                return refuse(FaultKind::Invalid, dotted(&replay.key(part)));
            }
            let columns = index.keys.iter().filter_map(|key| key.column.clone()).collect::<Vec<_>>();
            for column in &columns {
                super::constraints::not_null(replay, part, column);
            }
        }
        let new = Index { parent: Some(key), ..index };
        indexes::build(replay, part, None, &new, held.as_ref(), 0)?;
    }
    let constraints = replay.known(parent)?.constraints.clone();
    for foreign in constraints.iter().filter(|other| matches!(other.kind, ConstraintKind::Foreign { .. })) {
        give_foreign(replay, part, foreign, 0)?;
    }
    triggers::inherit(replay, parent, part)
}

/// `attach partition`.
pub(super) fn attach(replay: &mut Replay, parent: RelationId, table: &ObjectName, default: bool) -> Outcome {
    let part = replay.relation_named(table)?;
    let part_relation = replay.known(part)?;
    let parent_relation = replay.known(parent)?;
    if parent_relation.kind != RelationKind::Partitioned {
        return refuse(FaultKind::WrongKind, dotted(&replay.key(parent)));
    }
    if !matches!(part_relation.kind, RelationKind::Table | RelationKind::Partitioned | RelationKind::Foreign)
    {
        return refuse(FaultKind::WrongKind, dotted(&replay.key(part)));
    }
    if part_relation.partition || !part_relation.parents.is_empty() || is_above(replay, part, parent) {
        return refuse(FaultKind::Invalid, dotted(&replay.key(part)));
    }
    // A column that the parent has not is refused, in whatever order.
    for column in &part_relation.columns {
        if !parent_relation.columns.iter().any(|other| other.name == column.name) {
            return refuse(FaultKind::Invalid, replay.column_name(part, &column.name));
        }
    }
    refuse_default(replay, parent, default)?;
    merge(replay, parent, part, true)?;
    if let Some(relation) = replay.relation_mut(part) {
        relation.partition = true;
        relation.partition_default = default;
    }
    clone_to(replay, parent, part)
}

/// `inherit`: a table becomes a child of another.
pub(super) fn inherit(replay: &mut Replay, child: RelationId, parent: &ObjectName) -> Outcome {
    let parent = replay.relation_named(parent)?;
    let relation = replay.known(parent)?;
    if !matches!(relation.kind, RelationKind::Table | RelationKind::Foreign) {
        return refuse(FaultKind::WrongKind, dotted(&replay.key(parent)));
    }
    let relation = replay.known(child)?;
    if relation.parents.contains(&parent) {
        return refuse(FaultKind::Duplicate, dotted(&replay.key(parent)));
    }
    if relation.partition || is_above(replay, child, parent) {
        return refuse(FaultKind::Invalid, dotted(&replay.key(child)));
    }
    merge(replay, parent, child, false)
}

/// Whether a table is another, or one of its ancestors.
fn is_above(replay: &Replay, table: RelationId, below: RelationId) -> bool {
    let mut seen = vec![below];
    let mut at = 0;
    while let Some(id) = seen.get(at).copied() {
        if id == table {
            return true;
        }
        if let Some(relation) = replay.relation(id) {
            for parent in &relation.parents {
                if !seen.contains(parent) {
                    seen.push(*parent);
                }
            }
        }
        at += 1;
    }
    false
}

/// Makes an existing table a child: it must have the columns and the checks of its parent.
fn merge(replay: &mut Replay, parent: RelationId, child: RelationId, partition: bool) -> Outcome {
    let parent_relation = replay.known(parent)?;
    let child_relation = replay.known(child)?;
    for column in &parent_relation.columns {
        let Some(own) = child_relation.columns.iter().find(|other| other.name == column.name) else {
            return refuse(FaultKind::UnknownColumn, replay.column_name(child, &column.name));
        };
        let same = own.of.name == column.of.name
            && own.of.schema == column.of.schema
            && own.of.dimensions.min(1) == column.of.dimensions.min(1);
        if !same
            || (column.not_null && !own.not_null)
            || own.generated.is_some() != column.generated.is_some()
        {
            return refuse(FaultKind::Invalid, replay.column_name(child, &column.name));
        }
    }
    let checks = checks_of(parent_relation);
    for check in &checks {
        let is_it =
            |other: &&Constraint| other.name == check.name && matches!(other.kind, ConstraintKind::Check(_));
        if !child_relation.constraints.iter().any(|other| is_it(&other)) {
            return refuse(FaultKind::UnknownConstraint, replay.column_name(child, &check.name));
        }
    }
    let columns = parent_relation.columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>();
    replay.users.entry(parent).or_default().insert(child);
    if let Some(relation) = replay.relation_mut(child) {
        relation.parents.push(parent);
        if partition {
            for column in relation.columns.iter_mut().filter(|column| columns.contains(&column.name)) {
                column.inherited = true;
            }
            for constraint in &mut relation.constraints {
                if checks.iter().any(|check| check.name == constraint.name) {
                    constraint.inherited = true;
                }
            }
        }
    }
    Ok(())
}

/// The checks of a table that its children have too.
fn checks_of(relation: &Relation) -> Vec<Constraint> {
    let checks = relation.constraints.iter().filter(|other| matches!(other.kind, ConstraintKind::Check(_)));
    checks.cloned().collect()
}

/// `detach partition`, and `no inherit`: what came from the parent stays, as its own.
fn leave(replay: &mut Replay, parent: RelationId, child: RelationId) -> Outcome {
    let relation = replay.known(child)?;
    if !relation.parents.contains(&parent) {
        return refuse(FaultKind::UnknownRelation, dotted(&replay.key(child)));
    }
    let partition = relation.partition;
    if let Some(relation) = replay.relation_mut(child) {
        relation.parents.retain(|other| *other != parent);
        relation.partition = false;
        if relation.parents.is_empty() {
            for column in &mut relation.columns {
                column.inherited = false;
            }
            for constraint in &mut relation.constraints {
                constraint.inherited = false;
            }
        }
        if partition {
            relation.triggers.retain(|_, trigger| !trigger.inherited);
        }
    }
    for key in replay.indexes_of(child) {
        if let Some(mut index) = replay.catalog.indexes.get(&key).cloned()
            && index.parent.take().is_some()
        {
            replay.put_index(key, Some(index));
        }
    }
    Ok(())
}

impl Replay {
    /// Gives the partitions of a table an index like one of it; one that they have already becomes part of it.
    pub(super) fn inherit_index(
        &mut self,
        table: RelationId,
        parent: &Key,
        new: &Index,
        held: Option<&Held>,
        depth: u32,
    ) -> Outcome {
        inherit_index(self, table, parent, new, held, depth)
    }

    /// Gives the partitions of a table a foreign key of it.
    pub(super) fn inherit_foreign(&mut self, table: RelationId, foreign: &Constraint) -> Outcome {
        inherit_foreign(self, table, foreign, 0)
    }

    /// `detach partition`, and `no inherit`: what came from the parent stays, as its own.
    pub(super) fn leave_parent(&mut self, parent: RelationId, child: RelationId) -> Outcome {
        leave(self, parent, child)
    }
}
