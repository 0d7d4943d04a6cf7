//! Privileges: grants, default privileges, owners.

mod standing;

pub(super) use standing::{defaults, initial};

use super::{Key, Outcome, Replay, names, refuse};
use crate::extract::schema::acl::{self, AclKind, Granted, PUBLIC};
use crate::extract::schema::catalog::{Acl, FaultKind, Function, FunctionId, RelationId, RelationKind};
use crate::parse::sql::expression::Name;
use crate::parse::sql::model::{Grant, GrantTarget, ObjectName, Privilege, TypeName};

/// An object that has an owner and privileges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Owned {
    Schema(Name),
    Relation(RelationId),
    Function(FunctionId),
    Type(Key),
}

/// `grant` and `revoke` of privileges.
pub(super) fn grant(replay: &mut Replay, grant: &Grant) -> Outcome {
    let who = grantees(replay, grant)?;
    for (object, kind) in targets(replay, grant)? {
        match object {
            Owned::Relation(id) => on_relation(replay, id, kind, grant, &who)?,
            object => {
                let privileges = wanted(&grant.privileges, kind)?;
                change(replay, &object, kind, grant, &who, &privileges);
            }
        }
    }
    Ok(())
}

/// The roles of a grant, each known.
fn grantees(replay: &Replay, grant: &Grant) -> Outcome<Vec<Name>> {
    let who = grant
        .roles
        .iter()
        .map(|role| if role == PUBLIC { Ok(role.clone()) } else { replay.role_named(role) })
        .collect::<Outcome<Vec<Name>>>()?;
    if grant.grant_option && !grant.revoke && who.iter().any(|role| role == PUBLIC) {
        return refuse(FaultKind::Invalid, PUBLIC);
    }
    Ok(who)
}

/// The objects that a grant is on.
fn targets(replay: &Replay, grant: &Grant) -> Outcome<Vec<(Owned, AclKind)>> {
    let mut found = Vec::new();
    match &grant.target {
        GrantTarget::Relations(list) => {
            for name in list {
                let Some(id) = replay.read_relation(name)? else { continue };
                found.push((Owned::Relation(id), kind_of(replay, id)));
            }
        }
        GrantTarget::Sequences(list) => {
            for name in list {
                let Some(id) = replay.read_relation(name)? else { continue };
                if kind_of(replay, id) != AclKind::Sequence {
                    return refuse(FaultKind::WrongKind, names::written(name));
                }
                found.push((Owned::Relation(id), AclKind::Sequence));
            }
        }
        GrantTarget::Functions(list) => {
            for function in list {
                if let Some(id) = replay.routine(&function.name, function.arguments.as_deref())? {
                    found.push((Owned::Function(id), AclKind::Function));
                }
            }
        }
        GrantTarget::Schemas(list) => {
            for name in existing(replay, list)? {
                found.push((Owned::Schema(name), AclKind::Schema));
            }
        }
        GrantTarget::Types(list) => types(replay, list, &mut found)?,
        GrantTarget::AllTables(list) => all_relations(replay, list, false, &mut found)?,
        GrantTarget::AllSequences(list) => all_relations(replay, list, true, &mut found)?,
        GrantTarget::AllFunctions(list)
        | GrantTarget::AllProcedures(list)
        | GrantTarget::AllRoutines(list) => all_functions(replay, &grant.target, list, &mut found)?,
        GrantTarget::Default(_) | GrantTarget::Other => {}
    }
    Ok(found)
}

fn types(replay: &Replay, list: &[ObjectName], found: &mut Vec<(Owned, AclKind)>) -> Outcome {
    for name in list {
        let of = TypeName::from(name);
        if let Some(key) = replay.type_named(&of)? {
            found.push((Owned::Type(key), AclKind::Type));
        }
    }
    Ok(())
}

fn all_functions(
    replay: &Replay,
    target: &GrantTarget,
    list: &[Name],
    found: &mut Vec<(Owned, AclKind)>,
) -> Outcome {
    let schemas = existing(replay, list)?;
    let meant = |function: &Function| match target {
        GrantTarget::AllFunctions(_) => !function.procedure,
        GrantTarget::AllProcedures(_) => function.procedure,
        _ => true,
    };
    let all = replay.catalog.functions();
    let these = all.filter(|(_, function)| meant(function) && schemas.contains(&function.schema));
    found.extend(these.map(|(id, _)| (Owned::Function(id), AclKind::Function)));
    Ok(())
}

fn existing(replay: &Replay, list: &[Name]) -> Outcome<Vec<Name>> {
    for name in list {
        if !replay.is_schema(name) {
            return refuse(FaultKind::UnknownSchema, name.as_str());
        }
    }
    Ok(list.iter().filter(|name| replay.catalog.schemas.contains_key(*name)).cloned().collect())
}

fn all_relations(
    replay: &Replay,
    list: &[Name],
    sequences: bool,
    found: &mut Vec<(Owned, AclKind)>,
) -> Outcome {
    let schemas = existing(replay, list)?;
    for (id, relation) in replay.catalog.relations() {
        let sequence = relation.kind == RelationKind::Sequence;
        if sequence == sequences && schemas.contains(&relation.schema) {
            let kind = if sequence { AclKind::Sequence } else { AclKind::Table };
            found.push((Owned::Relation(id), kind));
        }
    }
    Ok(())
}

fn kind_of(replay: &Replay, id: RelationId) -> AclKind {
    match replay.relation(id) {
        Some(relation) if relation.kind == RelationKind::Sequence => AclKind::Sequence,
        _ => AclKind::Table,
    }
}

/// The privileges that a list names, for a kind of object. One that the kind does not have is refused.
fn wanted(list: &[Privilege], kind: AclKind) -> Outcome<Vec<Name>> {
    let mut privileges = Vec::new();
    for privilege in list {
        if matches!(privilege.name.as_str(), "all" | "all privileges") {
            privileges.extend(kind.privileges().iter().map(|name| Name::const_new(name)));
        } else if kind.privileges().contains(&privilege.name.as_str()) {
            privileges.push(privilege.name.clone());
        } else {
            return refuse(FaultKind::Invalid, privilege.name.as_str());
        }
    }
    Ok(privileges)
}

/// Privileges on a relation and on its columns.
fn on_relation(replay: &mut Replay, id: RelationId, kind: AclKind, grant: &Grant, who: &[Name]) -> Outcome {
    let (whole, partial): (Vec<Privilege>, Vec<Privilege>) =
        grant.privileges.iter().cloned().partition(|privilege| privilege.columns.is_empty());
    let mut privileges = match (kind, &grant.target) {
        // `grant … on table` of a sequence takes what a sequence has, and passes over the rest.
        (AclKind::Sequence, GrantTarget::Relations(_)) => {
            let all = whole.iter().any(|privilege| privilege.name.starts_with("all"));
            let named = if all {
                Vec::new()
            } else {
                wanted(&whole, AclKind::Table).or_else(|_| wanted(&whole, kind))?
            };
            kind.privileges()
                .iter()
                .map(|name| Name::const_new(name))
                .filter(|name| all || named.contains(name))
                .collect()
        }
        _ => wanted(&whole, kind)?,
    };
    privileges.dedup();
    for privilege in &partial {
        on_columns(replay, id, privilege, grant, who)?;
    }
    if privileges.is_empty() {
        return Ok(());
    }
    change(replay, &Owned::Relation(id), kind, grant, who, &privileges);
    // What is taken from the table is taken from its columns too.
    let has_columns = replay
        .relation(id)
        .is_some_and(|relation| relation.columns.iter().any(|column| column.acl.granted.is_some()));
    if grant.revoke && has_columns {
        privileges.retain(|privilege| AclKind::Column.privileges().contains(&privilege.as_str()));
        let Some(relation) = replay.relation_mut(id) else { return Ok(()) };
        for column in &mut relation.columns {
            if let Some(mut granted) = column.acl.granted.take() {
                apply(&mut granted, grant, who, &privileges);
                column.acl.granted = (!granted.is_empty()).then_some(granted);
            }
        }
    }
    Ok(())
}

fn on_columns(
    replay: &mut Replay,
    id: RelationId,
    privilege: &Privilege,
    grant: &Grant,
    who: &[Name],
) -> Outcome {
    let privileges = wanted(std::slice::from_ref(privilege), AclKind::Column)?;
    let relation = replay.known(id)?;
    let key = replay.key(id);
    for name in &privilege.columns {
        let known = relation.columns.iter().any(|column| column.name == *name);
        if !known && !SYSTEM_COLUMNS.contains(&name.as_str()) {
            return refuse(FaultKind::UnknownColumn, format!("{}.{name}", names::dotted(&key)));
        }
    }
    let Some(relation) = replay.relation_mut(id) else { return Ok(()) };
    for column in &mut relation.columns {
        if !privilege.columns.contains(&column.name) {
            continue;
        }
        let mut granted = column.acl.granted.take().unwrap_or_default();
        apply(&mut granted, grant, who, &privileges);
        column.acl.granted = (!granted.is_empty()).then_some(granted);
    }
    Ok(())
}

/// Columns that every table has.
const SYSTEM_COLUMNS: [&str; 6] = ["ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"];

/// Applies a grant to the privileges of an object, where the running role may grant them.
fn change(
    replay: &mut Replay,
    object: &Owned,
    kind: AclKind,
    grant: &Grant,
    who: &[Name],
    privileges: &[Name],
) {
    let Some((acl, owner)) = rights(replay, object) else { return };
    let mut granted = acl::granted(&acl, kind, &owner);
    let may: Vec<Name> =
        privileges.iter().filter(|name| may_grant(replay, &granted, &owner, name)).cloned().collect();
    if may.is_empty() && !privileges.is_empty() {
        return;
    }
    apply(&mut granted, grant, who, &may);
    let new = Acl { granted: Some(granted) };
    set_rights(replay, object, new, None);
}

/// Whether the running role may grant a privilege: as the owner, a superuser, or by a grant option.
fn may_grant(replay: &Replay, granted: &Granted, owner: &Name, privilege: &Name) -> bool {
    let catalog = &replay.catalog;
    replay.platform
        || acl::has_rights_of(catalog, &replay.role, owner)
        || granted.iter().any(|(role, privileges)| {
            privileges.get(privilege) == Some(&true) && acl::has_rights_of(catalog, &replay.role, role)
        })
        // Platforms let the role of migrations grant on what they bring.
        || (replay.role == catalog.owner && catalog.roles.get(owner).is_some_and(|role| role.platform))
}

/// Gives or takes privileges.
fn apply(granted: &mut Granted, grant: &Grant, who: &[Name], privileges: &[Name]) {
    for role in who {
        if grant.revoke {
            let Some(held) = granted.get_mut(role) else { continue };
            for privilege in privileges {
                if grant.grant_option {
                    if let Some(option) = held.get_mut(privilege) {
                        *option = false;
                    }
                } else {
                    held.remove(privilege);
                }
            }
            if held.is_empty() {
                granted.remove(role);
            }
        } else if !privileges.is_empty() {
            let held = granted.entry(role.clone()).or_default();
            for privilege in privileges {
                let option = held.entry(privilege.clone()).or_default();
                *option |= grant.grant_option;
            }
        }
    }
}

/// The privileges and the owner of an object.
pub(super) fn rights(replay: &Replay, object: &Owned) -> Option<(Acl, Name)> {
    let catalog = &replay.catalog;
    match object {
        Owned::Schema(name) => catalog.schemas.get(name).map(|of| (of.acl.clone(), of.owner.clone())),
        Owned::Relation(id) => replay.relation(*id).map(|of| (of.acl.clone(), of.owner.clone())),
        Owned::Function(id) => replay.function(*id).map(|of| (of.acl.clone(), of.owner.clone())),
        Owned::Type(key) => catalog.types.get(key).map(|of| (of.acl.clone(), of.owner.clone())),
    }
}

/// Writes the privileges of an object, and its owner where one is given.
pub(super) fn set_rights(replay: &mut Replay, object: &Owned, new: Acl, owner: Option<Name>) {
    let (acl, of) = match object {
        Owned::Schema(name) => match replay.schema_mut(name) {
            Some(found) => (&mut found.acl, &mut found.owner),
            None => return,
        },
        Owned::Relation(id) => match replay.relation_mut(*id) {
            Some(found) => (&mut found.acl, &mut found.owner),
            None => return,
        },
        Owned::Function(id) => match replay.function_mut(*id) {
            Some(found) => (&mut found.acl, &mut found.owner),
            None => return,
        },
        Owned::Type(key) => match replay.type_mut(key) {
            Some(found) => (&mut found.acl, &mut found.owner),
            None => return,
        },
    };
    *acl = new;
    if let Some(owner) = owner {
        *of = owner;
    }
}

/// `grant role to role` and its revoke.
pub(super) fn role(replay: &mut Replay, revoke: bool, of: &[Name], members: &[Name], admin: bool) -> Outcome {
    for role in of {
        let role = replay.role_named(role)?;
        for member in members {
            let member = replay.role_named(member)?;
            if revoke {
                // `revoke admin option for` leaves the membership.
                if !admin && let Some(found) = replay.role_mut(&member) {
                    found.member_of.remove(&role);
                }
                continue;
            }
            replay.join_role(&member, &role)?;
        }
    }
    Ok(())
}

/// `owner to`: also `current_user` and its like as written.
pub(super) fn owner(replay: &mut Replay, object: &Owned, role: &Name) -> Outcome {
    let role = replay.role_named(role)?;
    give(replay, object, &role)
}

/// Gives an object to a role, and with a table the sequences that belong to its columns.
pub(super) fn give(replay: &mut Replay, object: &Owned, role: &Name) -> Outcome {
    let Some((acl, old)) = rights(replay, object) else { return Ok(()) };
    if old == *role {
        return Ok(());
    }
    if let Owned::Relation(id) = object {
        let relation = replay.known(*id)?;
        if let (RelationKind::Sequence, Some((table, _))) = (relation.kind, &relation.owned_by)
            && replay.relation(*table).is_some_and(|table| table.owner != *role)
        {
            return refuse(FaultKind::Invalid, names::dotted(&replay.key(*id)));
        }
    }
    let new = Acl { granted: acl.granted.map(|granted| moved(granted, &old, role)) };
    set_rights(replay, object, new, Some(role.clone()));
    let Owned::Relation(id) = object else { return Ok(()) };
    if let Some(relation) = replay.relation_mut(*id) {
        for column in &mut relation.columns {
            column.acl.granted = column.acl.granted.take().map(|granted| moved(granted, &old, role));
        }
    }
    for sequence in replay.sequences_of(*id) {
        give(replay, &Owned::Relation(sequence), role)?;
    }
    Ok(())
}

/// Privileges with one role in the place of another.
pub(super) fn moved(mut granted: Granted, from: &Name, to: &Name) -> Granted {
    if let Some(privileges) = granted.remove(from) {
        let held = granted.entry(to.clone()).or_default();
        for (privilege, option) in privileges {
            *held.entry(privilege).or_default() |= option;
        }
    }
    granted
}
