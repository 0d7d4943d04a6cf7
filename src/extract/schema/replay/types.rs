//! Types, enums and domains.

use std::collections::BTreeMap;

use super::grants::{self, Owned};
use super::names::dotted;
use super::uses::{self, Own};
use super::{Key, Outcome, Replay, columns, refuse};
use crate::extract::schema::catalog::{FaultKind, Function, RelationId, Type, TypeKind};
use crate::parse::sql::expression::{Expr, Name};
use crate::parse::sql::model::{AlterType, ObjectName, TypeDefinition, TypeName};

/// Creates a type.
pub(super) fn create(replay: &mut Replay, name: &ObjectName, definition: &TypeDefinition) -> Outcome {
    let key = replay.target(name)?;
    refuse_taken(replay, &key)?;
    let kind = match definition {
        TypeDefinition::Enum(values) => {
            for (at, value) in values.iter().enumerate() {
                if values.iter().take(at).any(|other| other == value) {
                    return refuse(FaultKind::Duplicate, format!("{}.{value}", dotted(&key)));
                }
            }
            TypeKind::Enum(values.clone())
        }
        TypeDefinition::Composite(fields) => {
            let mut resolved: Vec<(Name, TypeName)> = Vec::with_capacity(fields.len());
            for (name, of) in fields {
                if resolved.iter().any(|(other, _)| other == name) {
                    return refuse(FaultKind::Duplicate, name.as_str());
                }
                resolved.push((name.clone(), columns::column_type(replay, of)?));
            }
            TypeKind::Composite(resolved)
        }
        TypeDefinition::Range => TypeKind::Range,
        TypeDefinition::Base => TypeKind::Base,
    };
    put(replay, key, kind);
    Ok(())
}

fn put(replay: &mut Replay, key: Key, kind: TypeKind) {
    let of = Type {
        kind,
        owner: replay.role.clone(),
        acl: grants::initial(replay, "types", Some(&key.0), &replay.role),
        extension: replay.extension.clone(),
        place: replay.place,
        platform: replay.platform,
    };
    replay.put_type(key, Some(of));
}

/// Refuses a name that a type or a relation has: the rows of relations are types.
fn refuse_taken(replay: &Replay, key: &Key) -> Outcome {
    if replay.catalog.types.contains_key(key) || is_row(replay, key) {
        return refuse(FaultKind::Duplicate, dotted(key));
    }
    Ok(())
}

/// Whether a relation of that name has a row type: sequences have none.
fn is_row(replay: &Replay, key: &Key) -> bool {
    use crate::extract::schema::catalog::RelationKind;
    let id = replay.catalog.relation_names.get(key);
    id.and_then(|id| replay.relation(*id)).is_some_and(|relation| relation.kind != RelationKind::Sequence)
}

/// Creates a domain.
pub(super) fn domain(
    replay: &mut Replay,
    name: &ObjectName,
    base: &TypeName,
    default: Option<&Expr>,
    not_null: bool,
    checks: &[(Option<Name>, Expr)],
) -> Outcome {
    let key = replay.target(name)?;
    refuse_taken(replay, &key)?;
    let base = columns::column_type(replay, base)?;
    if let Some(default) = default {
        uses::over(replay, default, None)?;
    }
    let mut named = BTreeMap::new();
    for (name, expr) in checks {
        add_check(replay, &key, &base, &mut named, name.as_ref(), expr)?;
    }
    put(replay, key, TypeKind::Domain { base, not_null, default: default.cloned(), checks: named });
    Ok(())
}

/// Names a check of a domain as PostgreSQL does, and keeps it. Its expression speaks of `value`.
fn add_check(
    replay: &Replay,
    key: &Key,
    base: &TypeName,
    checks: &mut BTreeMap<Name, Expr>,
    name: Option<&Name>,
    expr: &Expr,
) -> Outcome {
    let value = [columns::blank(replay, "value".into(), base.clone())];
    let domain = Name::default();
    uses::over(replay, expr, Some(Own { id: None, name: &domain, columns: &value }))?;
    let name = if let Some(name) = name {
        if checks.contains_key(name) {
            return refuse(FaultKind::Duplicate, format!("{}.{name}", dotted(key)));
        }
        name.clone()
    } else {
        let others = checks.keys().cloned().collect::<Vec<_>>();
        replay.free_constraint_name(&key.0, &key.1, None, "check", &others)
    };
    checks.insert(name, expr.clone());
    Ok(())
}

/// Changes a type or a domain.
pub(super) fn alter(replay: &mut Replay, name: &ObjectName, domain: bool, action: &AlterType) -> Outcome {
    let of = TypeName::from(name);
    let Some(key) = replay.type_named(&of)? else {
        return refuse(FaultKind::WrongKind, super::names::written(name));
    };
    let Some(found) = replay.catalog.types.get(&key) else { return Ok(()) };
    if domain && !matches!(found.kind, TypeKind::Domain { .. }) {
        return refuse(FaultKind::WrongKind, dotted(&key));
    }
    match action {
        AlterType::Rename(to) => {
            let to = (key.0.clone(), to.clone());
            refuse_taken(replay, &to)?;
            relocate(replay, &key, &to);
            Ok(())
        }
        AlterType::SetSchema(schema) => {
            if !replay.is_schema(schema) {
                return refuse(FaultKind::UnknownSchema, schema.as_str());
            }
            let to = (schema.clone(), key.1.clone());
            if to == key {
                return Ok(());
            }
            refuse_taken(replay, &to)?;
            relocate(replay, &key, &to);
            Ok(())
        }
        AlterType::Owner(role) => grants::owner(replay, &Owned::Type(key), role),
        AlterType::AddValue { .. } | AlterType::RenameValue { .. } => alter_enum(replay, &key, action),
        AlterType::AddAttribute { .. }
        | AlterType::DropAttribute { .. }
        | AlterType::SetAttribute { .. }
        | AlterType::RenameAttribute { .. } => alter_composite(replay, &key, action),
        AlterType::Several(actions) => {
            // Drops come first, then changes, then what is added.
            let mut actions = actions.iter().collect::<Vec<_>>();
            actions.sort_by_key(|action| match action {
                AlterType::DropAttribute { .. } => 0,
                AlterType::SetAttribute { .. } => 1,
                _ => 2,
            });
            actions.into_iter().try_for_each(|action| alter_composite(replay, &key, action))
        }
        _ => alter_domain(replay, &key, action),
    }
}

fn alter_enum(replay: &mut Replay, key: &Key, action: &AlterType) -> Outcome {
    let wrong = || refuse(FaultKind::WrongKind, dotted(key));
    let name = |value: &str| format!("{}.{value}", dotted(key));
    let Some(Type { kind: TypeKind::Enum(values), .. }) = replay.type_mut(key) else { return wrong() };
    match action {
        AlterType::AddValue { value, if_not_exists, before, after } => {
            if values.contains(value) {
                return if *if_not_exists { Ok(()) } else { refuse(FaultKind::Duplicate, name(value)) };
            }
            let beside = before.as_ref().or(after.as_ref());
            let at = match beside {
                None => values.len(),
                Some(beside) => match values.iter().position(|other| other == beside) {
                    Some(at) => at + usize::from(before.is_none()),
                    None => return refuse(FaultKind::UnknownObject, name(beside)),
                },
            };
            values.insert(at, value.clone());
        }
        AlterType::RenameValue { from, to } => {
            if values.contains(to) {
                return refuse(FaultKind::Duplicate, name(to));
            }
            match values.iter_mut().find(|value| *value == from) {
                Some(value) => value.clone_from(to),
                None => return refuse(FaultKind::UnknownObject, name(from)),
            }
        }
        _ => {}
    }
    Ok(())
}

fn alter_composite(replay: &mut Replay, key: &Key, action: &AlterType) -> Outcome {
    let resolved = match action {
        AlterType::AddAttribute { of, .. } | AlterType::SetAttribute { to: of, .. } => {
            Some(columns::column_type(replay, of)?)
        }
        _ => None,
    };
    if matches!(action, AlterType::SetAttribute { .. }) && !columns_of(replay, key).is_empty() {
        return refuse(FaultKind::Invalid, dotted(key));
    }
    let wrong = || refuse(FaultKind::WrongKind, dotted(key));
    let Some(Type { kind: TypeKind::Composite(fields), .. }) = replay.type_mut(key) else { return wrong() };
    let full = |name: &Name| format!("{}.{name}", dotted(key));
    let position =
        |fields: &[(Name, TypeName)], name: &Name| fields.iter().position(|(other, _)| other == name);
    match action {
        AlterType::AddAttribute { name, .. } => {
            if position(fields, name).is_some() {
                return refuse(FaultKind::Duplicate, full(name));
            }
            fields.push((name.clone(), resolved.unwrap_or_default()));
        }
        AlterType::DropAttribute { name, if_exists } => match position(fields, name) {
            Some(at) => drop(fields.remove(at)),
            None if *if_exists => {}
            None => return refuse(FaultKind::UnknownColumn, full(name)),
        },
        AlterType::SetAttribute { name, .. } => {
            match position(fields, name).and_then(|at| fields.get_mut(at)) {
                Some((_, of)) => *of = resolved.unwrap_or_default(),
                None => return refuse(FaultKind::UnknownColumn, full(name)),
            }
        }
        AlterType::RenameAttribute { from, to } => {
            if position(fields, to).is_some() {
                return refuse(FaultKind::Duplicate, full(to));
            }
            match position(fields, from).and_then(|at| fields.get_mut(at)) {
                Some((name, _)) => name.clone_from(to),
                None => return refuse(FaultKind::UnknownColumn, full(from)),
            }
        }
        _ => {}
    }
    Ok(())
}

fn alter_domain(replay: &mut Replay, key: &Key, action: &AlterType) -> Outcome {
    if matches!(action, AlterType::Other) {
        return Ok(());
    }
    let Some(Type { kind: TypeKind::Domain { base, not_null, default, checks }, .. }) =
        replay.catalog.types.get(key)
    else {
        return refuse(FaultKind::WrongKind, dotted(key));
    };
    let (base, mut not_null, mut default, mut checks) =
        (base.clone(), *not_null, default.clone(), checks.clone());
    match action {
        AlterType::SetDefault(value) => default.clone_from(value),
        AlterType::SetNotNull(value) => not_null = *value,
        AlterType::AddCheck(name, expr) => add_check(replay, key, &base, &mut checks, name.as_ref(), expr)?,
        AlterType::DropCheck { name, if_exists } if checks.remove(name).is_none() && !if_exists => {
            return refuse(FaultKind::UnknownConstraint, format!("{}.{name}", dotted(key)));
        }
        AlterType::RenameCheck { from, to } => {
            let full = |name: &Name| format!("{}.{name}", dotted(key));
            if checks.contains_key(to) {
                return refuse(FaultKind::Duplicate, full(to));
            }
            let Some(check) = checks.remove(from) else {
                return refuse(FaultKind::UnknownConstraint, full(from));
            };
            checks.insert(to.clone(), check);
        }
        _ => {}
    }
    if let Some(of) = replay.type_mut(key) {
        of.kind = TypeKind::Domain { base, not_null, default, checks };
    }
    Ok(())
}

/// The columns of a type, by relation and name.
pub(super) fn columns_of(replay: &Replay, key: &Key) -> Vec<(RelationId, Name)> {
    let mut found = Vec::new();
    for id in replay.catalog.relation_names.values() {
        let Some(relation) = replay.relation(*id) else { continue };
        let of_it = relation.columns.iter().filter(|column| is_it(&column.of, key));
        found.extend(of_it.map(|column| (*id, column.name.clone())));
    }
    found.sort_unstable();
    found
}

/// Whether a resolved type name is that of a type, or of arrays of it.
pub(super) fn is_it(of: &TypeName, key: &Key) -> bool {
    of.name == key.1 && of.schema.as_ref() == Some(&key.0)
}

/// Gives a type another name or schema, and tells the columns, functions and types that have it.
pub(super) fn relocate(replay: &mut Replay, from: &Key, to: &Key) {
    let Some(of) = replay.put_type(from.clone(), None) else { return };
    replay.put_type(to.clone(), Some(of));
    retype(replay, from, to);
}

/// Tells everything that has a type its new name.
pub(super) fn retype(replay: &mut Replay, from: &Key, to: &Key) {
    let change = |of: &mut TypeName| {
        if is_it(of, from) {
            of.schema = Some(to.0.clone());
            of.name.clone_from(&to.1);
        }
    };
    for (table, _) in &columns_of(replay, from) {
        if let Some(relation) = replay.relation_mut(*table) {
            relation.columns.iter_mut().for_each(|column| change(&mut column.of));
        }
    }
    let takes = |function: &Function| {
        let types = function.arguments.iter().map(|argument| &argument.of).chain(&function.returns);
        types.into_iter().any(|of| is_it(of, from))
    };
    let taking = replay.catalog.functions().filter(|(_, function)| takes(function)).map(|(id, _)| id);
    for id in taking.collect::<Vec<_>>() {
        if let Some(function) = replay.function_mut(id) {
            function.arguments.iter_mut().for_each(|argument| change(&mut argument.of));
            function.returns.iter_mut().for_each(change);
        }
    }
    let made_of = |of: &Type| match &of.kind {
        TypeKind::Domain { base, .. } => is_it(base, from),
        TypeKind::Composite(fields) => fields.iter().any(|(_, of)| is_it(of, from)),
        _ => false,
    };
    let types = replay.catalog.types.iter().filter(|(_, of)| made_of(of)).map(|(key, _)| key.clone());
    for key in types.collect::<Vec<_>>() {
        match replay.type_mut(&key).map(|of| &mut of.kind) {
            Some(TypeKind::Domain { base, .. }) => change(base),
            Some(TypeKind::Composite(fields)) => fields.iter_mut().for_each(|(_, of)| change(of)),
            _ => {}
        }
    }
}
