//! The smallest mend of a statement that is refused: what it would do if only what is wrong in it were left out.
//!
//! A refused statement is tried again with names of types and functions taken as they are written, and in the schema that
//! it needs. Where that is refused too, it is taken apart ([`parts`]), and each part is applied by itself. A foreign key to
//! a table that is made later waits for it. What cannot be applied at all leaves a doubt about what it would have been.

mod parts;

use rustc_hash::FxHashSet;

use super::names::Found;
use super::{Key, Manner, Outcome, Place, Refusal, Replay};
use crate::extract::schema::catalog::{self, About, FaultKind, RelationId};
use crate::parse::sql::expression::Name;
use crate::parse::sql::model::{
    Alter, Class, Constraint, ConstraintKind, Dropped, Foreign, Kind, ObjectName, Statement,
};

/// Why a left out part is a doubt.
const LEFT_OUT: &str = "a statement that is refused was applied in part";
/// Why a whole statement is one.
const REFUSED: &str = "a statement that would have made it is refused";

/// What mends left.
#[derive(Debug, Clone, Default)]
pub(super) struct Mends {
    /// Relations that only a mend made: a statement that makes them once more replaces them.
    made: FxHashSet<Key>,
    /// Foreign keys whose tables are not there, with the tables that have them.
    waiting: Vec<(Place, Key, Constraint)>,
}

/// Applies what can be of a statement that was refused.
pub(super) fn statement(replay: &mut Replay, statement: &Statement, refusal: Refusal) {
    let outer = std::mem::replace(&mut replay.mending, true);
    mended(replay, &statement.kind, refusal, true);
    replay.mending = outer;
}

/// Adds the foreign keys whose tables were made after all.
pub(super) fn waiting(replay: &mut Replay) {
    replay.mending = true;
    for (place, (schema, name), constraint) in std::mem::take(&mut replay.mends.waiting) {
        replay.place = place;
        let table = ObjectName { schema: Some(schema.clone()), name: name.clone(), ..ObjectName::default() };
        let missing = |refusal: Refusal| refusal.kind != FaultKind::Duplicate;
        if replay.find(&table).is_some() && replay.attempt(&adding(&table, &constraint)).is_err_and(missing) {
            replay.doubt(LEFT_OUT, About::Part(schema, name, part_of(&constraint)));
        }
    }
    replay.mending = false;
}

/// `alter table … add constraint`.
fn adding(table: &ObjectName, constraint: &Constraint) -> Kind {
    parts::altered(table, Alter::AddConstraint(constraint.clone()))
}

/// Applies what can be of it; `again` says that it may be applied whole now.
fn mended(replay: &mut Replay, kind: &Kind, mut refusal: Refusal, mut again: bool) {
    if refusal.kind == FaultKind::UnknownSchema {
        make_schema(replay, kind);
        again = true;
    }
    if refusal.kind == FaultKind::Duplicate && is_there(replay, kind) {
        again = make_way(replay, kind);
        if !again {
            return;
        }
    }
    if again {
        match replay.attempt(kind) {
            Ok(()) => return note(replay, kind),
            Err(still) => refusal = still,
        }
    }
    if replay.manner == Manner::Foreign && elsewhere(replay, kind, &refusal) {
        return;
    }
    if wait(replay, kind, &refusal) {
        return;
    }
    let mut rest = parts::of(replay, kind).into_iter();
    let Some(first) = rest.next() else { return left_out(replay, kind) };
    // Without the first part of what makes something, there is nothing for the others.
    if !part(replay, &first) && parts::makes(kind) {
        return left_out(replay, kind);
    }
    note(replay, kind);
    for one in rest {
        part(replay, &one);
    }
}

/// What databases of other kinds do where PostgreSQL refuses: names of indexes are those of their table, and a table may be
/// dropped to which others refer, by its name, until another one has it.
fn elsewhere(replay: &mut Replay, kind: &Kind, refusal: &Refusal) -> bool {
    match (refusal.kind, kind) {
        (FaultKind::Duplicate, _) => {
            parts::unnamed(kind).is_some_and(|unnamed| replay.attempt(&unnamed).is_ok())
        }
        (FaultKind::Depended, Kind::Drop { class: Class::Table, names, .. }) => {
            let [dropped] = names.as_slice() else { return false };
            let Some(Found::Relation(id)) = replay.find(&dropped.name) else { return false };
            let kept = referring(replay, id);
            let (names, class) = (names.clone(), Class::Table);
            let done = replay.attempt(&Kind::Drop { class, names, if_exists: true, cascade: true }).is_ok();
            replay.mends.waiting.extend(kept.into_iter().filter(|_| done));
            done
        }
        _ => false,
    }
}

/// The foreign keys of other tables to a table, to be added once more.
fn referring(replay: &Replay, target: RelationId) -> Vec<(Place, Key, Constraint)> {
    let table = replay.key(target);
    let table = ObjectName { schema: Some(table.0), name: table.1, ..ObjectName::default() };
    let mut found = Vec::new();
    for user in replay.users_of(target).into_iter().filter(|user| *user != target) {
        let Some(relation) = replay.relation(user) else { continue };
        for constraint in &relation.constraints {
            let catalog::ConstraintKind::Foreign { table: of, columns, on_delete, on_update } =
                &constraint.kind
            else {
                continue;
            };
            if *of != target {
                continue;
            }
            let foreign = Foreign {
                columns: constraint.columns.clone(),
                table: table.clone(),
                references: columns.clone(),
                on_delete: Some(on_delete.clone()),
                on_update: Some(on_update.clone()),
            };
            let again = Constraint {
                name: Some(constraint.name.clone()),
                kind: ConstraintKind::Foreign(Box::new(foreign)),
                not_valid: !constraint.valid,
                deferrable: constraint.deferrable,
                span: constraint.place.span,
            };
            found.push((constraint.place, replay.key(user), again));
        }
    }
    found
}

/// Applies a part, or what can be of it. Gives whether it is applied whole.
fn part(replay: &mut Replay, kind: &Kind) -> bool {
    match replay.attempt(kind) {
        Ok(()) => true,
        Err(refusal) => {
            mended(replay, kind, refusal, false);
            false
        }
    }
}

/// The name of what a statement makes.
fn makes(kind: &Kind) -> Option<&ObjectName> {
    match kind {
        Kind::CreateTable(table) => Some(&table.name),
        Kind::CreateView(view) => Some(&view.name),
        Kind::CreateFunction(function) => Some(&function.name),
        Kind::CreateType { name, .. }
        | Kind::CreateDomain { name, .. }
        | Kind::CreateSequence { name, .. } => Some(name),
        _ => None,
    }
}

/// The schema that a statement makes something in.
fn make_schema(replay: &mut Replay, kind: &Kind) {
    let Some(schema) = makes(kind).and_then(|name| name.schema.clone()) else { return };
    if !replay.is_schema(&schema) {
        let create =
            Kind::CreateSchema { name: schema, if_not_exists: true, owner: None, inside: Vec::new() };
        // A name that no schema can have stays without one.
        let _: Outcome = replay.attempt(&create);
    }
}

fn key(replay: &Replay, name: &ObjectName) -> Option<Key> {
    replay.target(name).ok()
}

/// Whether something has the name that a statement gives.
fn is_there(replay: &Replay, kind: &Kind) -> bool {
    match kind {
        Kind::CreateTable(_) | Kind::CreateView(_) => {
            makes(kind).and_then(|name| key(replay, name)).is_some_and(|key| replay.at(&key).is_some())
        }
        Kind::AlterRelation { actions, .. } => matches!(actions.as_slice(), [Alter::AddColumn { .. }]),
        _ => false,
    }
}

/// Drops a relation that only a mend made, for a statement that makes it.
fn make_way(replay: &mut Replay, kind: &Kind) -> bool {
    let class = match kind {
        Kind::CreateTable(_) => Class::Table,
        Kind::CreateView(view) if view.materialized => Class::MaterializedView,
        Kind::CreateView(_) => Class::View,
        _ => return false,
    };
    let Some(name) = makes(kind) else { return false };
    let Some(key) = key(replay, name) else { return false };
    if !replay.mends.made.remove(&key) {
        return false;
    }
    replay.mends.waiting.retain(|(_, table, _)| *table != key);
    let dropped = Dropped { name: name.clone(), arguments: None, of: None };
    replay.attempt(&Kind::Drop { class, names: vec![dropped], if_exists: true, cascade: true }).is_ok()
}

/// Remembers what only a mend makes.
fn note(replay: &mut Replay, kind: &Kind) {
    if let Kind::CreateTable(_) | Kind::CreateView(_) = kind
        && let Some(key) = makes(kind).and_then(|name| key(replay, name))
    {
        replay.mends.made.insert(key);
    }
}

/// Whether a statement only adds a foreign key to a table that is not there: that one waits.
fn wait(replay: &mut Replay, kind: &Kind, refusal: &Refusal) -> bool {
    let Kind::AlterRelation { class: Class::Table, name, actions, .. } = kind else { return false };
    let [Alter::AddConstraint(constraint)] = actions.as_slice() else { return false };
    let missing = matches!(
        refusal.kind,
        FaultKind::UnknownRelation | FaultKind::UnknownSchema | FaultKind::UnknownColumn
    );
    match (&constraint.kind, replay.find(name)) {
        (ConstraintKind::Foreign(_), Some(Found::Relation(id))) if missing => {
            let key = replay.key(id);
            replay.mends.waiting.push((replay.place, key, constraint.clone()));
            true
        }
        _ => false,
    }
}

/// What a constraint is called in a doubt: its name, or the column that it is of.
fn part_of(constraint: &Constraint) -> Name {
    let column = match &constraint.kind {
        ConstraintKind::Foreign(foreign) => foreign.columns.first(),
        ConstraintKind::Primary { columns, .. } | ConstraintKind::Unique { columns, .. } => columns.first(),
        _ => None,
    };
    constraint.name.as_ref().or(column).cloned().unwrap_or_default()
}

/// The doubt that a statement leaves which could not be applied.
fn left_out(replay: &mut Replay, kind: &Kind) {
    match kind {
        Kind::CreateTable(_) | Kind::CreateView(_) => {
            if let Some((schema, name)) = makes(kind).and_then(|name| key(replay, name))
                && replay.at(&(schema.clone(), name.clone())).is_none()
            {
                replay.doubt(REFUSED, About::Relation(schema, name));
            }
        }
        Kind::CreatePolicy(policy) => of_policies(replay, &policy.table),
        Kind::AlterPolicy { table, .. } => of_policies(replay, table),
        Kind::AlterRelation { name, actions, .. } => {
            let Some(Found::Relation(id)) = replay.find(name) else { return };
            let (schema, name) = replay.key(id);
            for part in actions.iter().filter_map(changed) {
                replay.doubt(LEFT_OUT, About::Part(schema.clone(), name.clone(), part));
            }
        }
        _ => {}
    }
}

fn of_policies(replay: &mut Replay, table: &ObjectName) {
    if let Some(Found::Relation(id)) = replay.find(table) {
        let (schema, name) = replay.key(id);
        replay.doubt(LEFT_OUT, About::PoliciesOf(schema, name));
    }
}

/// What an action of `alter table` makes or changes.
fn changed(action: &Alter) -> Option<Name> {
    match action {
        Alter::AddColumn { column, .. } => Some(column.name.clone()),
        Alter::SetType { column, .. }
        | Alter::SetDefault { column, .. }
        | Alter::SetNotNull { column, .. }
        | Alter::Identity { column, .. } => Some(column.clone()),
        Alter::AddConstraint(constraint) => Some(part_of(constraint)),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
