//! Constraints of tables: checks, keys, foreign keys, exclusions.

use super::indexes::{self, Held};
use super::names::dotted;
use super::uses::{self, Own};
use super::{DEEPEST, Outcome, Replay, columns, naming, refuse};
use crate::extract::schema::catalog::{
    Constraint, ConstraintKind, FaultKind, Index, Key as IndexColumn, RelationId, RelationKind,
};
use crate::parse::sql::expression::{Expr, Name};
use crate::parse::sql::model::{self, Foreign};

/// Adds a constraint to a table.
pub(super) fn add(replay: &mut Replay, table: RelationId, constraint: &model::Constraint) -> Outcome {
    match &constraint.kind {
        model::ConstraintKind::Check { expr, no_inherit } => {
            check(replay, table, constraint, expr, *no_inherit).map(drop)
        }
        model::ConstraintKind::Primary { .. }
        | model::ConstraintKind::Unique { .. }
        | model::ConstraintKind::Exclude { .. } => key(replay, table, constraint),
        model::ConstraintKind::Foreign(foreign) => self::foreign(replay, table, constraint, foreign),
        _ => Ok(()),
    }
}

/// Refuses the name of a constraint that the table has.
fn refuse_name(replay: &Replay, table: RelationId, name: &Name) -> Outcome {
    if replay.known(table)?.constraints.iter().any(|constraint| constraint.name == *name) {
        return refuse(FaultKind::Duplicate, replay.column_name(table, name));
    }
    Ok(())
}

/// Adds a check to a table and its children. Gives its name.
fn check(
    replay: &mut Replay,
    table: RelationId,
    constraint: &model::Constraint,
    expr: &Expr,
    no_inherit: bool,
) -> Outcome<Name> {
    let relation = replay.known(table)?;
    if no_inherit && relation.kind == RelationKind::Partitioned {
        return refuse(FaultKind::Invalid, dotted(&replay.key(table)));
    }
    let used = uses::over(replay, expr, Some(Own::new(table, relation)))?;
    let columns =
        used.columns.iter().filter(|(id, _)| *id == table).map(|(_, name)| name.clone()).collect::<Vec<_>>();
    let name = if let Some(name) = &constraint.name {
        refuse_name(replay, table, name)?;
        name.clone()
    } else {
        let column = if let [only] = columns.as_slice() { Some(only.as_str()) } else { None };
        replay.free_constraint_name(&relation.schema, &relation.name, column, "check", &[])
    };
    let new = Constraint {
        name: name.clone(),
        kind: ConstraintKind::Check(expr.clone()),
        columns,
        valid: !constraint.not_valid,
        deferrable: false,
        index: None,
        inherited: false,
        place: replay.place,
    };
    replay.push_constraint(table, new.clone());
    replay.link(table, &used);
    if !no_inherit {
        inherit_check(replay, table, &new, 0)?;
    }
    Ok(name)
}

/// Gives the children of a table a check; a check of the same name becomes one with it.
fn inherit_check(replay: &mut Replay, table: RelationId, check: &Constraint, depth: u32) -> Outcome {
    for child in replay.children(table) {
        let relation = replay.known(child)?;
        let partition = relation.partition;
        match relation.constraints.iter().find(|other| other.name == check.name).map(|other| &other.kind) {
            Some(ConstraintKind::Check(_)) => {
                if partition && let Some(relation) = replay.relation_mut(child) {
                    for other in relation.constraints.iter_mut().filter(|other| other.name == check.name) {
                        other.inherited = true;
                    }
                }
            }
            Some(_) => return refuse(FaultKind::Duplicate, replay.column_name(child, &check.name)),
            None => {
                replay.push_constraint(child, Constraint { inherited: true, ..check.clone() });
                if depth < DEEPEST {
                    inherit_check(replay, child, check, depth + 1)?;
                }
            }
        }
    }
    Ok(())
}

/// Adds a primary key, a unique constraint or an exclusion.
fn key(replay: &mut Replay, table: RelationId, constraint: &model::Constraint) -> Outcome {
    if let Some(name) = &constraint.name {
        refuse_name(replay, table, name)?;
    }
    let held = |kind| Held { kind, deferrable: constraint.deferrable };
    match &constraint.kind {
        model::ConstraintKind::Primary { columns, include, index } => {
            let kind = ConstraintKind::Primary;
            if replay
                .known(table)?
                .constraints
                .iter()
                .any(|other| matches!(other.kind, ConstraintKind::Primary))
            {
                return refuse(FaultKind::Invalid, dotted(&replay.key(table)));
            }
            if let Some(index) = index {
                return adopt(replay, table, constraint, index, kind);
            }
            let new = plain_index(replay, table, columns, include, true, false)?;
            for column in columns {
                not_null(replay, table, column);
            }
            build(replay, table, constraint, &new, &held(kind))
        }
        model::ConstraintKind::Unique { columns, include, index, nulls_not_distinct } => {
            if let Some(index) = index {
                return adopt(replay, table, constraint, index, ConstraintKind::Unique);
            }
            let new = plain_index(replay, table, columns, include, false, *nulls_not_distinct)?;
            build(replay, table, constraint, &new, &held(ConstraintKind::Unique))
        }
        model::ConstraintKind::Exclude { method, keys, predicate } => {
            if replay.known(table)?.kind == RelationKind::Partitioned {
                return refuse(FaultKind::Invalid, dotted(&replay.key(table)));
            }
            let new = indexes::read(replay, table, method, keys, &[], predicate.as_ref())?;
            build(replay, table, constraint, &new, &held(ConstraintKind::Exclude))
        }
        _ => Ok(()),
    }
}

fn build(
    replay: &mut Replay,
    table: RelationId,
    constraint: &model::Constraint,
    new: &Index,
    held: &Held,
) -> Outcome {
    indexes::build(replay, table, constraint.name.as_ref(), new, Some(held), 0).map(drop)
}

/// The index of a key over plain columns.
fn plain_index(
    replay: &Replay,
    table: RelationId,
    columns: &[Name],
    include: &[Name],
    primary: bool,
    nulls_not_distinct: bool,
) -> Outcome<Index> {
    let mut keys: Vec<IndexColumn> = Vec::with_capacity(columns.len());
    for column in columns {
        replay.column_of(table, column)?;
        if keys.iter().any(|key| key.column.as_ref() == Some(column)) {
            return refuse(FaultKind::Invalid, replay.column_name(table, column));
        }
        keys.push(IndexColumn {
            column: Some(column.clone()),
            expr: Expr::Column(vec![column.clone()], crate::source::Span::default()),
            class: None,
            descending: false,
            nulls_first: false,
        });
    }
    for column in include {
        replay.column_of(table, column)?;
    }
    let mut names = columns.to_vec();
    names.extend_from_slice(include);
    Ok(Index {
        table,
        unique: true,
        primary,
        method: "btree".into(),
        keys,
        include: include.to_vec(),
        predicate: None,
        nulls_not_distinct,
        names,
        constraint: None,
        parent: None,
        place: replay.place,
    })
}

/// A constraint on an index that exists: `using index`.
fn adopt(
    replay: &mut Replay,
    table: RelationId,
    constraint: &model::Constraint,
    index: &Name,
    kind: ConstraintKind,
) -> Outcome {
    let schema = replay.known(table)?.schema.clone();
    let mut key = (schema, index.clone());
    let Some(found) = replay.catalog.indexes.get(&key).filter(|index| index.table == table) else {
        return refuse(FaultKind::UnknownIndex, dotted(&key));
    };
    let plain = found.keys.iter().all(|key| key.column.is_some() && !key.descending && !key.nulls_first);
    if !found.unique || found.predicate.is_some() || !plain || found.constraint.is_some() {
        return refuse(FaultKind::Invalid, dotted(&key));
    }
    if replay.known(table)?.kind == RelationKind::Partitioned {
        return refuse(FaultKind::Invalid, dotted(&key));
    }
    let columns = found.keys.iter().filter_map(|key| key.column.clone()).collect::<Vec<_>>();
    if let Some(name) = constraint.name.as_ref().filter(|name| *name != index) {
        indexes::rename(replay, &key, name)?;
        key.1.clone_from(name);
    } else {
        refuse_name(replay, table, index)?;
    }
    let primary = matches!(kind, ConstraintKind::Primary);
    if primary {
        for column in &columns {
            not_null(replay, table, column);
        }
    }
    if let Some(mut index) = replay.catalog.indexes.get(&key).cloned() {
        index.primary = primary;
        index.constraint = Some(key.1.clone());
        replay.put_index(key.clone(), Some(index));
    }
    let new = Constraint {
        name: key.1.clone(),
        kind,
        columns,
        valid: true,
        deferrable: constraint.deferrable,
        index: Some(key),
        inherited: false,
        place: replay.place,
    };
    replay.push_constraint(table, new);
    Ok(())
}

/// Makes a column `not null`, in the children of a table too.
pub(super) fn not_null(replay: &mut Replay, table: RelationId, column: &Name) {
    for id in replay.family(table) {
        let Some(relation) = replay.relation(id) else { continue };
        if relation.columns.iter().any(|other| other.name == *column && !other.not_null)
            && let Some(relation) = replay.relation_mut(id)
        {
            for column in relation.columns.iter_mut().filter(|other| other.name == *column) {
                column.not_null = true;
            }
        }
    }
}

/// Columns of both sides of a foreign key have types that can be compared.
fn refuse_unlike(
    replay: &Replay,
    (table, own): (RelationId, &[Name]),
    (target, references): (RelationId, &[Name]),
) -> Outcome {
    for (column, reference) in own.iter().zip(references) {
        let (Some(one), Some(other)) =
            (replay.column_of(table, column)?, replay.column_of(target, reference)?)
        else {
            continue;
        };
        if !replay.lends() && !columns::comparable(&one.of, &other.of) {
            return refuse(FaultKind::Invalid, replay.column_name(table, column));
        }
    }
    Ok(())
}

/// Adds a foreign key.
fn foreign(
    replay: &mut Replay,
    table: RelationId,
    constraint: &model::Constraint,
    foreign: &Foreign,
) -> Outcome {
    let target = replay.relation_named(&foreign.table)?;
    let target_relation = replay.known(target)?;
    if !matches!(target_relation.kind, RelationKind::Table | RelationKind::Partitioned) {
        return refuse(FaultKind::WrongKind, dotted(&replay.key(target)));
    }
    let relation = replay.known(table)?;
    let lost = target_relation.unlogged && !relation.unlogged;
    let twice = |(at, name): (usize, &Name)| foreign.references[..at].contains(name);
    let doubled = foreign.references.iter().enumerate().any(twice);
    if target_relation.temporary != relation.temporary || lost || doubled {
        return refuse(FaultKind::Invalid, dotted(&replay.key(target)));
    }
    for column in &foreign.columns {
        replay.column_of(table, column)?;
    }
    for column in &foreign.references {
        replay.column_of(target, column)?;
    }
    let (references, index) = referenced(replay, target, &foreign.references)?;
    if references.len() != foreign.columns.len() {
        return refuse(FaultKind::Invalid, dotted(&replay.key(target)));
    }
    refuse_unlike(replay, (table, &foreign.columns), (target, &references))?;
    let name = if let Some(name) = &constraint.name {
        refuse_name(replay, table, name)?;
        name.clone()
    } else {
        let middle = naming::addition(&foreign.columns);
        replay.free_constraint_name(&relation.schema, &relation.name, Some(&middle), "fkey", &[])
    };
    let action = |action: &Option<Name>| action.clone().unwrap_or(Name::const_new("no action"));
    let new = Constraint {
        name,
        kind: ConstraintKind::Foreign {
            table: target,
            columns: references,
            on_delete: action(&foreign.on_delete),
            on_update: action(&foreign.on_update),
        },
        columns: foreign.columns.clone(),
        valid: !constraint.not_valid,
        deferrable: constraint.deferrable,
        index: Some(index),
        inherited: false,
        place: replay.place,
    };
    if constraint.not_valid && relation.kind == RelationKind::Partitioned {
        return refuse(FaultKind::Invalid, dotted(&replay.key(table)));
    }
    replay.push_constraint(table, new.clone());
    replay.inherit_foreign(table, &new)
}

/// The columns that a foreign key refers to, and the index that makes them unique.
fn referenced(replay: &Replay, target: RelationId, references: &[Name]) -> Outcome<(Vec<Name>, super::Key)> {
    let mut fitting = None;
    for key in replay.indexes_of(target) {
        let Some(index) = replay.catalog.indexes.get(&key) else { continue };
        let columns = index.keys.iter().map(|key| key.column.as_ref()).collect::<Option<Vec<_>>>();
        let Some(columns) = columns.filter(|_| index.unique && index.predicate.is_none()) else { continue };
        if references.is_empty() {
            if index.primary {
                return Ok((columns.into_iter().cloned().collect(), key));
            }
            continue;
        }
        let same = columns.len() == references.len() && references.iter().all(|name| columns.contains(&name));
        if same && (fitting.is_none() || index.primary) {
            fitting = Some(key);
        }
    }
    match fitting {
        Some(key) => Ok((references.to_vec(), key)),
        None => refuse(FaultKind::Invalid, dotted(&replay.key(target))),
    }
}

impl Replay {
    /// Puts a constraint on a table.
    pub(super) fn push_constraint(&mut self, table: RelationId, constraint: Constraint) {
        self.note_constraint(table, &constraint.name);
        if let ConstraintKind::Foreign { table: target, .. } = &constraint.kind {
            self.users.entry(*target).or_default().insert(table);
        }
        if let Some(relation) = self.relation_mut(table) {
            relation.constraints.push(constraint);
        }
    }

    /// The children of a table by inheritance, and its partitions, in the order they were made.
    pub(super) fn children(&self, table: RelationId) -> Vec<RelationId> {
        let Some(users) = self.users.get(&table) else { return Vec::new() };
        let is_child =
            |id: &RelationId| self.relation(*id).is_some_and(|child| child.parents.contains(&table));
        let mut children = users.iter().copied().filter(is_child).collect::<Vec<_>>();
        children.sort_unstable();
        children
    }

    /// A table and all that inherit from it, each once, parents before children.
    pub(super) fn family(&self, table: RelationId) -> Vec<RelationId> {
        let mut family = vec![table];
        let mut seen = rustc_hash::FxHashSet::default();
        let mut at = 0;
        while let Some(id) = family.get(at).copied() {
            at += 1;
            family
                .extend(self.children(id).into_iter().filter(|child| *child != table && seen.insert(*child)));
        }
        family
    }

    /// The indexes of a table, by name.
    pub(super) fn indexes_of(&self, table: RelationId) -> Vec<super::Key> {
        let Some(keys) = self.indexed.get(&table) else { return Vec::new() };
        let is_of =
            |key: &&super::Key| self.catalog.indexes.get(*key).is_some_and(|index| index.table == table);
        let mut keys = keys.iter().filter(is_of).cloned().collect::<Vec<_>>();
        keys.sort_unstable();
        keys
    }
}
