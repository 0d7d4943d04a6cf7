//! `alter table` and its relatives.

mod columns;
mod renames;

pub(super) use renames::relocate;

use super::drops::{self, Object};
use super::grants::{self, Owned};
use super::names::{Found, dotted, written};
use super::{
    Key, Outcome, Replay, constraints, indexes, partitions, policies, publications, refuse, sequences,
    triggers,
};
use crate::extract::schema::catalog::{ConstraintKind, FaultKind, RelationId, RelationKind};
use crate::parse::sql::expression::Name;
use crate::parse::sql::model::{self, Alter, Class, ObjectName};

/// A part of a statement, in the order in which PostgreSQL does them.
enum Task<'a> {
    Alter(&'a Alter),
    /// A constraint that came with a new column.
    Constraint(model::Constraint),
}

/// How many passes a statement has.
const PASSES: usize = 8;

/// Applies the actions of one statement.
pub(super) fn relation(
    replay: &mut Replay,
    class: Class,
    name: &ObjectName,
    if_exists: bool,
    only: bool,
    actions: &[Alter],
) -> Outcome {
    if actions.len() > 1 && actions.iter().any(stands_alone) {
        return refuse(FaultKind::Invalid, replay.full(name));
    }
    let id = match replay.find(name) {
        Some(Found::Relation(id)) => id,
        Some(Found::Index(key)) => return index(replay, class, &key, actions),
        Some(_) => return refuse(FaultKind::WrongKind, written(name)),
        None if if_exists => return Ok(()),
        None if class == Class::Index => return refuse(FaultKind::UnknownIndex, replay.full(name)),
        None => return replay.missing(name),
    };
    let kind = replay.known(id)?.kind;
    if !fits(class, kind, actions) {
        return refuse(FaultKind::WrongKind, dotted(&replay.key(id)));
    }
    let mut passes: [Vec<Task<'_>>; PASSES] = Default::default();
    for action in actions {
        if let Some(tasks) = passes.get_mut(pass(action)) {
            tasks.push(Task::Alter(action));
        }
    }
    for at in 0..PASSES {
        let tasks = passes.get_mut(at).map(std::mem::take).unwrap_or_default();
        for task in tasks {
            let added = match task {
                Task::Alter(action) => apply(replay, id, kind, only, action)?,
                Task::Constraint(constraint) => {
                    constraints::add(replay, id, &constraint)?;
                    Vec::new()
                }
            };
            for constraint in added {
                if let Some(tasks) = passes.get_mut(pass_of(&constraint)) {
                    tasks.push(Task::Constraint(constraint));
                }
            }
        }
    }
    Ok(())
}

/// Whether the grammar allows an action only alone in its statement.
fn stands_alone(action: &Alter) -> bool {
    matches!(
        action,
        Alter::Rename(_)
            | Alter::SetSchema(_)
            | Alter::RenameColumn { .. }
            | Alter::RenameConstraint { .. }
            | Alter::AttachPartition { .. }
            | Alter::DetachPartition { .. }
    )
}

/// Whether a statement for one class of relations may do something to a relation of a kind: `alter table` renames and
/// moves all of them.
fn fits(class: Class, kind: RelationKind, actions: &[Alter]) -> bool {
    let moves = actions.iter().all(|action| {
        matches!(
            action,
            Alter::Rename(_) | Alter::SetSchema(_) | Alter::Owner(_) | Alter::RenameColumn { .. }
        )
    });
    match class {
        Class::Table => moves || kind != RelationKind::Sequence,
        Class::View => kind == RelationKind::View,
        Class::MaterializedView => kind == RelationKind::Materialized,
        Class::ForeignTable => kind == RelationKind::Foreign,
        Class::Sequence => kind == RelationKind::Sequence,
        Class::Index => matches!(actions, [Alter::Rename(_)]),
        _ => true,
    }
}

/// When an action is done: drops first, then types, new columns, their properties, checks, keys, the rest.
fn pass(action: &Alter) -> usize {
    match action {
        Alter::DropColumn { .. }
        | Alter::DropConstraint { .. }
        | Alter::SetDefault { value: None, .. }
        | Alter::SetNotNull { not_null: false, .. }
        | Alter::Identity { always: None, .. }
        | Alter::DropExpression { .. } => 0,
        Alter::SetType { .. } => 1,
        Alter::AddColumn { .. } => 2,
        Alter::AddConstraint(constraint) => pass_of(constraint),
        Alter::SetNotNull { .. } => 4,
        Alter::SetDefault { .. } | Alter::Identity { .. } => 6,
        _ => 7,
    }
}

/// When a constraint is added.
fn pass_of(constraint: &model::Constraint) -> usize {
    match constraint.kind {
        model::ConstraintKind::Check { .. } => 3,
        model::ConstraintKind::Foreign(_) => 6,
        _ => 5,
    }
}

/// Whether an action is for what has rows of its own.
fn is_of_rows(action: &Alter) -> bool {
    matches!(
        action,
        Alter::AddColumn { .. }
            | Alter::Trigger { .. }
            | Alter::DropColumn { .. }
            | Alter::SetType { .. }
            | Alter::SetNotNull { .. }
            | Alter::Identity { .. }
            | Alter::DropExpression { .. }
            | Alter::AddConstraint(_)
            | Alter::DropConstraint { .. }
            | Alter::ValidateConstraint(_)
            | Alter::AlterConstraint { .. }
            | Alter::RenameConstraint { .. }
    )
}

fn apply(
    replay: &mut Replay,
    id: RelationId,
    kind: RelationKind,
    only: bool,
    action: &Alter,
) -> Outcome<Vec<model::Constraint>> {
    let wrong = || refuse(FaultKind::WrongKind, dotted(&replay.key(id)));
    let rows = matches!(kind, RelationKind::Table | RelationKind::Partitioned | RelationKind::Foreign);
    let done = match action {
        Alter::SetDefault { .. } if !rows && kind != RelationKind::View => return wrong(),
        Alter::Identity { always: None, column, if_exists, .. } if kind == RelationKind::View => {
            replay.column_of(id, column)?;
            return if *if_exists { Ok(Vec::new()) } else { wrong() };
        }
        Alter::AddConstraint(constraint)
            if only
                && matches!(constraint.kind, model::ConstraintKind::Check { no_inherit: false, .. })
                && !replay.children(id).is_empty() =>
        {
            return wrong();
        }
        _ if !rows && is_of_rows(action) => return wrong(),
        Alter::AddColumn { column, if_not_exists } => {
            return columns::add(replay, id, column, *if_not_exists, only);
        }
        Alter::DropColumn { name, if_exists, cascade } => {
            columns::remove(replay, id, name, (*if_exists, *cascade), only)
        }
        Alter::SetType { column, to, using } => columns::set_type(replay, id, column, to, using.is_some()),
        Alter::SetDefault { column, value } => columns::set_default(replay, id, column, value.as_ref(), only),
        Alter::SetNotNull { column, not_null } => columns::set_not_null(replay, id, column, *not_null),
        Alter::Identity { column, always, add, if_exists } => {
            columns::identity(replay, id, column, *always, *add, *if_exists)
        }
        Alter::DropExpression { column, if_exists } => columns::plain(replay, id, column, *if_exists),
        Alter::AddConstraint(constraint) => constraints::add(replay, id, constraint),
        Alter::DropConstraint { name, if_exists, cascade } => {
            drop_constraint(replay, id, name, *if_exists, *cascade)
        }
        Alter::ValidateConstraint(name) => validate(replay, id, name),
        Alter::AlterConstraint { name, deferrable } => defer(replay, id, name, deferrable.unwrap_or(false)),
        Alter::RenameConstraint { from, to } => renames::constraint(replay, id, from, to),
        Alter::RenameColumn { .. } if only && !replay.children(id).is_empty() => {
            return refuse(FaultKind::Invalid, dotted(&replay.key(id)));
        }
        Alter::RenameColumn { from, to } => renames::column(replay, id, from, to),
        Alter::Rename(to) => renames::relation(replay, id, to),
        Alter::SetSchema(schema) => renames::set_schema(replay, id, schema),
        _ => apply_rest(replay, id, kind, action),
    };
    done.map(|()| Vec::new())
}

fn apply_rest(replay: &mut Replay, id: RelationId, kind: RelationKind, action: &Alter) -> Outcome {
    let wrong = || refuse(FaultKind::WrongKind, dotted(&replay.key(id)));
    let table = matches!(kind, RelationKind::Table | RelationKind::Partitioned);
    match action {
        Alter::Owner(role) => grants::owner(replay, &Owned::Relation(id), role),
        Alter::RowSecurity(on) => policies::row_security(replay, id, Some(*on), None),
        Alter::ForceRowSecurity(on) => policies::row_security(replay, id, None, Some(*on)),
        Alter::Trigger { name, state } => triggers::state(replay, id, name.as_ref(), *state),
        Alter::Inherit { .. } | Alter::AttachPartition { .. } | Alter::DetachPartition { .. } if !table => {
            wrong()
        }
        Alter::Inherit { parent, add: true } => partitions::inherit(replay, id, parent),
        Alter::Inherit { parent, add: false } => {
            let parent = replay.relation_named(parent)?;
            replay.leave_parent(parent, id)
        }
        Alter::AttachPartition { table, default } => partitions::attach(replay, id, table, *default),
        Alter::DetachPartition { table } => {
            let part = replay.relation_named(table)?;
            replay.leave_parent(id, part)
        }
        Alter::Options { set, options } => {
            set_options(replay, id, *set, options);
            Ok(())
        }
        Alter::Logged(logged) => {
            if !logged && publications::named_in_one(replay, id) {
                return refuse(FaultKind::Invalid, dotted(&replay.key(id)));
            }
            let owned = replay.sequences_of(id);
            for id in owned.into_iter().chain([id]) {
                if let Some(relation) = replay.relation_mut(id) {
                    relation.unlogged = !logged;
                }
            }
            Ok(())
        }
        Alter::OwnedBy(_) if kind != RelationKind::Sequence => wrong(),
        Alter::OwnedBy(owner) => {
            sequences::own(replay, id, owner.as_ref().map(|(table, column)| (table, column)))
        }
        _ => Ok(()),
    }
}

fn set_options(replay: &mut Replay, id: RelationId, set: bool, options: &[(Name, Option<String>)]) {
    let Some(relation) = replay.relation_mut(id) else { return };
    for (name, value) in options {
        if set {
            relation.options.insert(name.clone(), value.clone().unwrap_or_else(|| "true".to_owned()));
        } else {
            relation.options.remove(name);
        }
    }
}

/// What `alter index`, or `alter table` on an index, can do.
fn index(replay: &mut Replay, class: Class, key: &Key, actions: &[Alter]) -> Outcome {
    for action in actions {
        match action {
            Alter::Rename(to) => indexes::rename(replay, key, to)?,
            _ if class != Class::Index => return refuse(FaultKind::WrongKind, dotted(key)),
            Alter::AttachIndex(part) => {
                let part = indexes::named(replay, part)?;
                let (one, other) = (replay.catalog.indexes.get(&part), replay.catalog.indexes.get(key));
                if let (Some(one), Some(other)) = (one, other) {
                    let child = replay.known(one.table)?.parents.contains(&other.table);
                    if !child || !partitions::alike(one, other) {
                        return refuse(FaultKind::Invalid, dotted(&part));
                    }
                }
                partitions::attach_index(replay, &part, key);
            }
            Alter::SetSchema(_) | Alter::Owner(_) => return refuse(FaultKind::WrongKind, dotted(key)),
            _ => {}
        }
    }
    Ok(())
}

fn drop_constraint(
    replay: &mut Replay,
    id: RelationId,
    name: &Name,
    if_exists: bool,
    cascade: bool,
) -> Outcome {
    let relation = replay.known(id)?;
    let Some(constraint) = relation.constraints.iter().find(|constraint| constraint.name == *name) else {
        if if_exists {
            return Ok(());
        }
        return refuse(FaultKind::UnknownConstraint, replay.column_name(id, name));
    };
    let inherited = constraint.inherited || from_parent(replay, id, name);
    if inherited {
        return refuse(FaultKind::Invalid, replay.column_name(id, name));
    }
    drops::remove(replay, vec![Object::Constraint(id, name.clone())], cascade)
}

/// Whether a parent of a table has a check of that name.
fn from_parent(replay: &Replay, id: RelationId, name: &Name) -> bool {
    replay.relation(id).is_some_and(|relation| {
        relation.parents.iter().filter_map(|parent| replay.relation(*parent)).any(|parent| {
            parent
                .constraints
                .iter()
                .any(|check| check.name == *name && matches!(check.kind, ConstraintKind::Check(_)))
        })
    })
}

fn validate(replay: &mut Replay, id: RelationId, name: &Name) -> Outcome {
    let relation = replay.known(id)?;
    let Some(constraint) = relation.constraints.iter().find(|constraint| constraint.name == *name) else {
        return refuse(FaultKind::UnknownConstraint, replay.column_name(id, name));
    };
    if !matches!(constraint.kind, ConstraintKind::Check(_) | ConstraintKind::Foreign { .. }) {
        return refuse(FaultKind::WrongKind, replay.column_name(id, name));
    }
    let check = matches!(constraint.kind, ConstraintKind::Check(_));
    set_valid(replay, id, name, check);
    Ok(())
}

/// `alter constraint`: only foreign keys, on all partitions at once. What it does not say is `not deferrable`.
fn defer(replay: &mut Replay, id: RelationId, name: &Name, deferrable: bool) -> Outcome {
    let relation = replay.known(id)?;
    let Some(constraint) = relation.constraints.iter().find(|constraint| constraint.name == *name) else {
        return refuse(FaultKind::UnknownConstraint, replay.column_name(id, name));
    };
    if !matches!(constraint.kind, ConstraintKind::Foreign { .. }) {
        return refuse(FaultKind::WrongKind, replay.column_name(id, name));
    }
    for id in replay.family(id) {
        let Some(relation) = replay.relation_mut(id) else { continue };
        for constraint in relation.constraints.iter_mut().filter(|constraint| constraint.name == *name) {
            constraint.deferrable = deferrable;
        }
    }
    Ok(())
}

fn set_valid(replay: &mut Replay, id: RelationId, name: &Name, check: bool) {
    let tables = if check { replay.family(id) } else { vec![id] };
    for id in tables {
        if let Some(relation) = replay.relation_mut(id) {
            for constraint in relation.constraints.iter_mut().filter(|constraint| constraint.name == *name) {
                constraint.valid = true;
            }
        }
    }
}
