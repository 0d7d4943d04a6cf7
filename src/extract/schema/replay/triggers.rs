//! Triggers.

use super::{Outcome, Replay, names, refuse, uses};
use crate::extract::schema::catalog::{
    FaultKind, Function, FunctionId, Place, RelationId, RelationKind, Trigger,
};
use crate::parse::sql::expression::Name;
use crate::parse::sql::model::{AlterObject, CreateTrigger, Dropped, ObjectName, TriggerState, TypeName};
use crate::parse::sql::routine::Timing;

/// Trigger functions that PostgreSQL brings.
const BUILT_IN: [&str; 3] =
    ["suppress_redundant_updates_trigger", "tsvector_update_trigger", "tsvector_update_trigger_column"];

/// Creates a trigger.
pub(super) fn create(replay: &mut Replay, trigger: &CreateTrigger) -> Outcome {
    let table = replay.relation_named(&trigger.table)?;
    fits(replay, table, trigger)?;
    let key = replay.key(table);
    for column in &trigger.update_columns {
        if !replay.known(table)?.columns.iter().any(|known| known.name == *column) {
            return refuse(FaultKind::UnknownColumn, format!("{}.{column}", names::dotted(&key)));
        }
    }
    if let Some(when) = &trigger.when {
        uses::row_condition(replay, when, table)?;
    }
    let function = function_named(replay, &trigger.function)?;
    let path = format!("{}.{}", names::dotted(&key), trigger.name);
    if let Some(old) = replay.known(table)?.triggers.get(&trigger.name) {
        if !trigger.or_replace {
            return refuse(FaultKind::Duplicate, path);
        }
        if old.constraint || trigger.constraint || old.inherited {
            return refuse(FaultKind::Invalid, path);
        }
    }
    let new = Trigger {
        timing: trigger.timing,
        insert: trigger.insert,
        update: trigger.update,
        delete: trigger.delete,
        truncate: trigger.truncate,
        update_columns: trigger.update_columns.clone(),
        for_each_row: trigger.for_each_row,
        when: trigger.when.clone(),
        constraint: trigger.constraint,
        function,
        state: TriggerState::Enabled,
        inherited: false,
        place: replay.here(),
    };
    put(replay, table, &trigger.name, &new);
    if new.for_each_row && replay.known(table)?.kind == RelationKind::Partitioned {
        let clone = Trigger { inherited: true, ..new };
        for part in partitions(replay, table) {
            add_clone(replay, part, &trigger.name, &clone, trigger.or_replace)?;
        }
    }
    Ok(())
}

/// Refuses what a kind of relation does not take.
fn fits(replay: &Replay, table: RelationId, trigger: &CreateTrigger) -> Outcome {
    let kind = replay.known(table)?.kind;
    let instead = trigger.timing == Timing::InsteadOf;
    let fault = match kind {
        RelationKind::Table | RelationKind::Partitioned if instead => Some(FaultKind::WrongKind),
        RelationKind::Table | RelationKind::Partitioned => None,
        RelationKind::View if trigger.truncate => Some(FaultKind::WrongKind),
        RelationKind::View if instead != trigger.for_each_row => Some(FaultKind::WrongKind),
        RelationKind::View if trigger.constraint => Some(FaultKind::WrongKind),
        RelationKind::View => None,
        RelationKind::Foreign if instead || trigger.constraint => Some(FaultKind::WrongKind),
        RelationKind::Foreign => None,
        RelationKind::Materialized | RelationKind::Sequence => Some(FaultKind::WrongKind),
    };
    let wrong = (trigger.truncate && trigger.for_each_row)
        || (instead && (trigger.when.is_some() || !trigger.update_columns.is_empty()))
        || (trigger.constraint && (!trigger.for_each_row || trigger.timing != Timing::After));
    match fault {
        Some(kind) => refuse(kind, names::dotted(&replay.key(table))),
        None if wrong => refuse(FaultKind::Invalid, trigger.name.as_str()),
        None => Ok(()),
    }
}

/// The trigger function of a name: it takes no arguments and returns a trigger.
fn function_named(replay: &mut Replay, name: &ObjectName) -> Outcome<FunctionId> {
    let plain = |function: &Function| !function.arguments.iter().any(|argument| argument.mode.goes_in());
    let found = replay.functions_named(name).into_iter().find(|id| replay.function(*id).is_some_and(plain));
    if let Some(id) = found {
        let returns = replay.function(id).and_then(|function| function.returns.as_ref());
        return match returns {
            Some(of) if of.name == "trigger" => Ok(id),
            _ => refuse(FaultKind::Invalid, replay.full(name)),
        };
    }
    let own = name.schema.as_ref().is_none_or(|schema| schema == "pg_catalog");
    if own && BUILT_IN.contains(&name.name.as_str()) {
        return Ok(built_in(replay, &name.name));
    }
    match &name.schema {
        Some(schema) if !replay.is_schema(schema) => refuse(FaultKind::UnknownSchema, schema.as_str()),
        _ => refuse(FaultKind::UnknownFunction, replay.full(name)),
    }
}

/// A trigger function of PostgreSQL itself, made when it is first named.
fn built_in(replay: &mut Replay, name: &Name) -> FunctionId {
    let key = (Name::const_new("pg_catalog"), name.clone());
    if let Some(id) = replay.catalog.function_names.get(&key).and_then(|ids| ids.first()) {
        return *id;
    }
    replay.add_function(Function {
        schema: key.0,
        name: key.1,
        procedure: false,
        arguments: Vec::new(),
        returns: Some(TypeName { name: "trigger".into(), ..TypeName::default() }),
        language: "internal".into(),
        volatility: crate::parse::sql::routine::Volatility::Volatile,
        definer: false,
        strict: false,
        settings: std::collections::BTreeMap::new(),
        body: crate::parse::sql::routine::Body::None,
        owner: "postgres".into(),
        acl: crate::extract::schema::catalog::Acl::default(),
        extension: None,
        place: Place { script: Place::PLATFORM, ..Place::default() },
        platform: true,
    })
}

fn put(replay: &mut Replay, table: RelationId, name: &Name, trigger: &Trigger) {
    replay.callers.entry(trigger.function).or_default().insert(table);
    if let Some(relation) = replay.relation_mut(table) {
        relation.triggers.insert(name.clone(), trigger.clone());
    }
}

/// The partitions of a table, those of partitions too.
fn partitions(replay: &Replay, table: RelationId) -> Vec<RelationId> {
    let mut found: Vec<RelationId> = vec![table];
    let mut next = 0;
    while let Some(parent) = found.get(next).copied() {
        next += 1;
        let parts = replay.children(parent).into_iter();
        found.extend(parts.filter(|part| replay.relation(*part).is_some_and(|part| part.partition)));
    }
    found.remove(0);
    found
}

fn add_clone(
    replay: &mut Replay,
    part: RelationId,
    name: &Name,
    clone: &Trigger,
    or_replace: bool,
) -> Outcome {
    match replay.known(part)?.triggers.get(name) {
        Some(old) if !(or_replace && old.inherited) => {
            refuse(FaultKind::Duplicate, format!("{}.{name}", names::dotted(&replay.key(part))))
        }
        _ => {
            put(replay, part, name, clone);
            Ok(())
        }
    }
}

/// The table of a trigger statement and whether it has the trigger.
fn found(replay: &Replay, name: &Name, of: Option<&ObjectName>) -> Outcome<(RelationId, bool)> {
    let Some(of) = of else { return refuse(FaultKind::UnknownTrigger, name.as_str()) };
    let table = replay.relation_named(of)?;
    Ok((table, replay.known(table)?.triggers.contains_key(name)))
}

fn unknown<T>(replay: &Replay, table: RelationId, name: &Name) -> Outcome<T> {
    refuse(FaultKind::UnknownTrigger, format!("{}.{name}", names::dotted(&replay.key(table))))
}

/// Renames a trigger.
pub(super) fn alter(
    replay: &mut Replay,
    name: &ObjectName,
    of: Option<&ObjectName>,
    action: &AlterObject,
) -> Outcome {
    let name = &name.name;
    let (table, known) = found(replay, name, of)?;
    if !known {
        return unknown(replay, table, name);
    }
    let AlterObject::Rename(to) = action else { return Ok(()) };
    if to == name {
        return Ok(());
    }
    let path = format!("{}.{to}", names::dotted(&replay.key(table)));
    let old = replay.known(table)?.triggers.get(name);
    if old.is_some_and(|trigger| trigger.inherited) {
        return refuse(FaultKind::Invalid, path);
    }
    let mut tables = vec![table];
    if old.is_some_and(|trigger| trigger.for_each_row) {
        tables.extend(partitions(replay, table));
    }
    for id in tables {
        let triggers = &replay.known(id)?.triggers;
        if !triggers.contains_key(name) {
            continue;
        }
        if triggers.contains_key(to) {
            return refuse(FaultKind::Duplicate, path);
        }
        let place = replay.here();
        if let Some(relation) = replay.relation_mut(id)
            && let Some(mut trigger) = relation.triggers.remove(name)
        {
            trigger.place = place;
            relation.triggers.insert(to.clone(), trigger);
        }
    }
    Ok(())
}

/// Drops a trigger.
pub(super) fn drop(replay: &mut Replay, trigger: &Dropped, if_exists: bool) -> Outcome {
    let name = &trigger.name.name;
    let (table, known) = match found(replay, name, trigger.of.as_ref()) {
        Ok(found) => found,
        Err(refusal) if if_exists && refusal.kind != FaultKind::WrongKind => return Ok(()),
        Err(refusal) => return Err(refusal),
    };
    if !known {
        return if if_exists { Ok(()) } else { unknown(replay, table, name) };
    }
    let old = replay.known(table)?.triggers.get(name);
    if old.is_some_and(|trigger| trigger.inherited) {
        return refuse(FaultKind::Depended, format!("{}.{name}", names::dotted(&replay.key(table))));
    }
    remove(replay, table, name);
    Ok(())
}

/// Takes a trigger from a table, and its clones from the partitions.
pub(super) fn remove(replay: &mut Replay, table: RelationId, name: &Name) {
    let partitioned =
        replay.relation(table).is_some_and(|relation| relation.kind == RelationKind::Partitioned);
    if let Some(relation) = replay.relation_mut(table) {
        relation.triggers.remove(name);
    }
    if !partitioned {
        return;
    }
    for part in partitions(replay, table) {
        let clone = replay.relation(part).and_then(|relation| relation.triggers.get(name));
        if clone.is_some_and(|trigger| trigger.inherited)
            && let Some(relation) = replay.relation_mut(part)
        {
            relation.triggers.remove(name);
        }
    }
}

/// `enable`, `disable trigger`: all of a table where no name is given.
pub(super) fn state(
    replay: &mut Replay,
    table: RelationId,
    name: Option<&Name>,
    state: TriggerState,
) -> Outcome {
    if let Some(name) = name
        && !replay.known(table)?.triggers.contains_key(name)
    {
        return unknown(replay, table, name);
    }
    let names: Vec<Name> = match name {
        Some(name) => vec![name.clone()],
        None => replay.known(table)?.triggers.keys().cloned().collect(),
    };
    let mut tables = vec![table];
    if replay.known(table)?.kind == RelationKind::Partitioned {
        tables.extend(partitions(replay, table));
    }
    for (at, id) in tables.into_iter().enumerate() {
        let Some(relation) = replay.relation_mut(id) else { continue };
        for (known, trigger) in &mut relation.triggers {
            if names.contains(known) && (at == 0 || trigger.inherited) {
                trigger.state = state;
            }
        }
    }
    Ok(())
}

/// Gives a new partition the row triggers of the table it is a part of.
pub(super) fn inherit(replay: &mut Replay, parent: RelationId, partition: RelationId) -> Outcome {
    let row = |(name, trigger): (&Name, &Trigger)| {
        trigger.for_each_row.then(|| (name.clone(), Trigger { inherited: true, ..trigger.clone() }))
    };
    let clones: Vec<(Name, Trigger)> = replay.known(parent)?.triggers.iter().filter_map(row).collect();
    let mut tables = vec![partition];
    tables.extend(partitions(replay, partition));
    for (name, clone) in clones {
        for id in &tables {
            add_clone(replay, *id, &name, &clone, false)?;
        }
    }
    Ok(())
}
