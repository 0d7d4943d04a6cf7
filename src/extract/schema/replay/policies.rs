//! Policies and row level security.

use std::collections::BTreeSet;

use super::{Outcome, Replay, names, refuse, roles, uses};
use crate::extract::schema::acl::PUBLIC;
use crate::extract::schema::catalog::{FaultKind, FunctionId, Policy, RelationId, RelationKind};
use crate::parse::sql::expression::{Expr, Name};
use crate::parse::sql::model::{Command, CreatePolicy, Dropped, ObjectName};

/// Creates a policy.
pub(super) fn create(replay: &mut Replay, policy: &CreatePolicy) -> Outcome {
    let table = table_named(replay, &policy.table)?;
    let roles = roles_named(replay, &policy.roles)?;
    let known = replay.known(table)?;
    if known.policies.contains_key(&policy.name) {
        return refuse(FaultKind::Duplicate, path(replay, table, &policy.name));
    }
    fits(policy.command, policy.using.is_some(), policy.check.is_some(), &policy.name)?;
    let Spoken { reads, columns, calls } =
        speaks_of(replay, table, [policy.using.as_ref(), policy.check.as_ref()])?;
    let place = replay.here();
    let new = Policy {
        name: policy.name.clone(),
        permissive: policy.permissive,
        command: policy.command,
        roles,
        using: policy.using.clone(),
        check: policy.check.clone(),
        reads,
        columns,
        calls,
        place,
    };
    if let Some(relation) = replay.relation_mut(table) {
        relation.policies.insert(policy.name.clone(), new);
    }
    Ok(())
}

/// The table that a policy is on; views, foreign tables and sequences have none.
fn table_named(replay: &Replay, name: &ObjectName) -> Outcome<RelationId> {
    let id = replay.relation_named(name)?;
    match replay.known(id)?.kind {
        RelationKind::Table | RelationKind::Partitioned => Ok(id),
        _ => refuse(FaultKind::WrongKind, replay.full(name)),
    }
}

/// `schema.table.policy`.
fn path(replay: &Replay, table: RelationId, policy: &Name) -> String {
    format!("{}.{policy}", names::dotted(&replay.key(table)))
}

/// Roles of a policy, sorted; `public` where none is written or it is among them.
fn roles_named(replay: &Replay, list: &[Name]) -> Outcome<Vec<Name>> {
    if list.is_empty() || list.iter().any(|role| role == PUBLIC) {
        return Ok(vec![Name::const_new(PUBLIC)]);
    }
    let mut roles = list.iter().map(|role| roles::named(replay, role)).collect::<Outcome<Vec<Name>>>()?;
    roles.sort_unstable();
    roles.dedup();
    Ok(roles)
}

/// Refuses a condition that the command of a policy does not take.
fn fits(command: Command, using: bool, check: bool, name: &Name) -> Outcome {
    let wrong = match command {
        Command::Insert => using,
        Command::Select | Command::Delete => check,
        Command::All | Command::Update => false,
    };
    if wrong { refuse(FaultKind::Invalid, name.as_str()) } else { Ok(()) }
}

/// What the conditions of a policy speak of.
#[derive(Default)]
struct Spoken {
    reads: BTreeSet<RelationId>,
    columns: BTreeSet<(RelationId, Name)>,
    calls: BTreeSet<FunctionId>,
}

/// What the conditions of a policy speak of, remembered for drops.
fn speaks_of(replay: &mut Replay, table: RelationId, conditions: [Option<&Expr>; 2]) -> Outcome<Spoken> {
    let Spoken { mut reads, mut columns, mut calls } = Spoken::default();
    for condition in conditions.into_iter().flatten() {
        let uses = uses::expression(replay, condition, Some(table))?;
        reads.extend(uses.relations);
        columns.extend(uses.columns);
        calls.extend(uses.functions);
    }
    reads.remove(&table);
    for read in &reads {
        replay.users.entry(*read).or_default().insert(table);
    }
    for call in &calls {
        replay.callers.entry(*call).or_default().insert(table);
    }
    Ok(Spoken { reads, columns, calls })
}

/// Changes or renames a policy.
pub(super) fn alter(
    replay: &mut Replay,
    name: &Name,
    table: &ObjectName,
    rename: Option<&Name>,
    roles: Option<&[Name]>,
    using: Option<&Expr>,
    check: Option<&Expr>,
) -> Outcome {
    let id = table_named(replay, table)?;
    let Some(old) = replay.known(id)?.policies.get(name).cloned() else {
        return refuse(FaultKind::UnknownPolicy, path(replay, id, name));
    };
    let mut new = old;
    if let Some(to) = rename {
        if replay.known(id)?.policies.contains_key(to) {
            return refuse(FaultKind::Duplicate, path(replay, id, to));
        }
        new.name.clone_from(to);
    }
    fits(new.command, using.is_some(), check.is_some(), name)?;
    if let Some(roles) = roles {
        new.roles = roles_named(replay, roles)?;
    }
    if let Some(using) = using {
        new.using = Some(using.clone());
    }
    if let Some(check) = check {
        new.check = Some(check.clone());
    }
    if using.is_some() || check.is_some() {
        let spoken = speaks_of(replay, id, [new.using.as_ref(), new.check.as_ref()])?;
        (new.reads, new.columns, new.calls) = (spoken.reads, spoken.columns, spoken.calls);
    }
    new.place = replay.here();
    if let Some(relation) = replay.relation_mut(id) {
        relation.policies.remove(name);
        relation.policies.insert(new.name.clone(), new);
    }
    Ok(())
}

/// Drops a policy.
pub(super) fn drop(replay: &mut Replay, policy: &Dropped, if_exists: bool) -> Outcome {
    let Some(table) = &policy.of else { return Ok(()) };
    let id = match replay.relation_named(table) {
        Ok(id) => id,
        Err(refusal) if if_exists && refusal.kind != FaultKind::WrongKind => return Ok(()),
        Err(refusal) => return Err(refusal),
    };
    let name = &policy.name.name;
    if !replay.known(id)?.policies.contains_key(name) {
        return if if_exists { Ok(()) } else { refuse(FaultKind::UnknownPolicy, path(replay, id, name)) };
    }
    if let Some(relation) = replay.relation_mut(id) {
        relation.policies.remove(name);
    }
    Ok(())
}

/// `enable`, `disable`, `force`, `no force row level security`.
pub(super) fn row_security(
    replay: &mut Replay,
    table: RelationId,
    enabled: Option<bool>,
    forced: Option<bool>,
) -> Outcome {
    if !matches!(replay.known(table)?.kind, RelationKind::Table | RelationKind::Partitioned) {
        return refuse(FaultKind::WrongKind, names::dotted(&replay.key(table)));
    }
    if let Some(relation) = replay.relation_mut(table) {
        relation.rls = enabled.unwrap_or(relation.rls);
        relation.rls_forced = forced.unwrap_or(relation.rls_forced);
    }
    Ok(())
}
