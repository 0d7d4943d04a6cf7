//! Roles.

use std::collections::BTreeSet;

use super::grants::{self, Owned};
use super::{Outcome, Replay, drops, refuse};
use crate::extract::schema::acl::{self, Granted, PUBLIC};
use crate::extract::schema::catalog::{Acl, FaultKind, Relation, RelationId, Role};
use crate::parse::sql::expression::Name;
use crate::parse::sql::model::{Dropped, RoleOption, Setting};

impl Replay {
    /// The role that a name stands for; a fault where there is none.
    pub(super) fn role_named(&self, role: &Name) -> Outcome<Name> {
        named(self, role)
    }

    /// Makes a role a member of another.
    pub(super) fn join_role(&mut self, member: &Name, role: &Name) -> Outcome {
        join(self, member, role)
    }
}

/// The role that a name stands for: `current_user` and its like, or a role that exists.
pub(super) fn named(replay: &Replay, role: &Name) -> Outcome<Name> {
    match role.as_str() {
        "current_user" | "current_role" => Ok(replay.role.clone()),
        "session_user" => Ok(replay.catalog.owner.clone()),
        _ if replay.catalog.roles.contains_key(role) => Ok(role.clone()),
        _ => refuse(FaultKind::UnknownRole, role.as_str()),
    }
}

/// Creates a role.
pub(super) fn create(
    replay: &mut Replay,
    name: &Name,
    login: bool,
    options: &[RoleOption],
    member_of: &[Name],
    members: &[Name],
) -> Outcome {
    free(replay, name)?;
    let platform = replay.platform;
    let mut role = Role { inherit: true, login, platform, place: replay.here(), ..Role::default() };
    set(&mut role, options);
    replay.put_role(name.clone(), Some(role));
    for above in member_of {
        let above = named(replay, above)?;
        join(replay, name, &above)?;
    }
    for member in members {
        let member = named(replay, member)?;
        join(replay, &member, name)?;
    }
    Ok(())
}

/// Refuses a name that a role has or must not have.
fn free(replay: &Replay, name: &Name) -> Outcome {
    if replay.catalog.roles.contains_key(name) {
        return refuse(FaultKind::Duplicate, name.as_str());
    }
    let reserved = name.starts_with("pg_") || matches!(name.as_str(), PUBLIC | "none");
    if reserved && !replay.platform {
        return refuse(FaultKind::Invalid, name.as_str());
    }
    Ok(())
}

fn set(role: &mut Role, options: &[RoleOption]) {
    for option in options {
        match *option {
            RoleOption::Superuser(on) => role.superuser = on,
            RoleOption::BypassRls(on) => role.bypass_rls = on,
            RoleOption::Inherit(on) => role.inherit = on,
            RoleOption::Login(on) => role.login = on,
            RoleOption::CreateRole(_) | RoleOption::CreateDatabase(_) => {}
        }
    }
}

/// Makes a role a member of another; both exist.
pub(super) fn join(replay: &mut Replay, member: &Name, role: &Name) -> Outcome {
    let superuser = acl::superuser(&replay.catalog, role);
    let around = role == member
        || (!superuser && acl::is_member_of(&replay.catalog, role, member))
        || (superuser && above(replay, role).contains(member));
    if around {
        return refuse(FaultKind::Invalid, role.as_str());
    }
    if let Some(found) = replay.role_mut(member) {
        found.member_of.insert(role.clone());
    }
    Ok(())
}

/// Every role that a role is a member of, by its memberships alone.
fn above(replay: &Replay, role: &Name) -> BTreeSet<Name> {
    let mut all: BTreeSet<Name> = BTreeSet::new();
    let mut next = vec![role.clone()];
    while let Some(name) = next.pop() {
        let of = replay.catalog.roles.get(&name).map(|found| found.member_of.clone()).unwrap_or_default();
        next.extend(of.into_iter().filter(|role| all.insert(role.clone())));
    }
    all
}

/// Changes or renames a role.
pub(super) fn alter(
    replay: &mut Replay,
    name: &Name,
    options: &[RoleOption],
    rename: Option<&Name>,
    settings: &[Setting],
) -> Outcome {
    let all = name == "all" && !settings.is_empty();
    let name = if all { replay.catalog.owner.clone() } else { named(replay, name)? };
    for setting in
        settings.iter().filter(|setting| setting.name == "search_path" && name == replay.catalog.owner)
    {
        let path = setting.values.iter().map(|schema| Name::from(schema.as_str())).collect();
        replay.home = (!setting.values.is_empty()).then_some(path);
    }
    if all {
        return Ok(());
    }
    if let Some(to) = rename {
        return self::rename(replay, &name, to);
    }
    if let Some(role) = replay.role_mut(&name) {
        set(role, options);
    }
    Ok(())
}

fn rename(replay: &mut Replay, from: &Name, to: &Name) -> Outcome {
    free(replay, to)?;
    if *from == replay.catalog.owner || *from == replay.role {
        return refuse(FaultKind::Invalid, from.as_str());
    }
    for object in all_objects(replay) {
        let Some((acl, owner)) = grants::rights(replay, &object) else { continue };
        let held = acl.granted.as_ref().is_some_and(|granted| granted.contains_key(from));
        if owner == *from || held {
            let owner = (owner == *from).then(|| to.clone());
            let new = Acl { granted: acl.granted.map(|granted| grants::moved(granted, from, to)) };
            grants::set_rights(replay, &object, new, owner);
        }
    }
    for id in relations_with(replay, from) {
        let Some(relation) = replay.relation_mut(id) else { continue };
        for policy in relation.policies.values_mut() {
            policy.roles.iter_mut().filter(|role| *role == from).for_each(|role| role.clone_from(to));
            policy.roles.sort_unstable();
        }
        for column in &mut relation.columns {
            column.acl.granted = column.acl.granted.take().map(|granted| grants::moved(granted, from, to));
        }
    }
    for default in replay.defaults_mut() {
        if default.owner == *from {
            default.owner.clone_from(to);
        }
        default.acl = grants::moved(std::mem::take(&mut default.acl), from, to);
    }
    let members: Vec<Name> = members_of(replay, from);
    for member in members {
        if let Some(role) = replay.role_mut(&member) {
            role.member_of.remove(from);
            role.member_of.insert(to.clone());
        }
    }
    let old = replay.put_role(from.clone(), None);
    replay.put_role(to.clone(), old);
    Ok(())
}

fn members_of(replay: &Replay, role: &Name) -> Vec<Name> {
    let roles = replay.catalog.roles.iter();
    roles.filter(|(_, found)| found.member_of.contains(role)).map(|(name, _)| name.clone()).collect()
}

/// Every object that has an owner and privileges.
fn all_objects(replay: &Replay) -> Vec<Owned> {
    let catalog = &replay.catalog;
    let schemas = catalog.schemas.keys().cloned().map(Owned::Schema);
    let relations = catalog.relations().map(|(id, _)| Owned::Relation(id));
    let functions = catalog.functions().map(|(id, _)| Owned::Function(id));
    let types = catalog.types.keys().cloned().map(Owned::Type);
    schemas.chain(relations).chain(functions).chain(types).collect()
}

/// Relations that name a role in a policy or in the privileges of a column.
fn relations_with(replay: &Replay, role: &Name) -> Vec<RelationId> {
    let names = |relation: &Relation| {
        relation.policies.values().any(|policy| policy.roles.contains(role))
            || relation.columns.iter().any(|column| holds(&column.acl, role))
    };
    replay.catalog.relations().filter(|(_, relation)| names(relation)).map(|(id, _)| id).collect()
}

fn holds(acl: &Acl, role: &Name) -> bool {
    acl.granted.as_ref().is_some_and(|granted| granted.contains_key(role))
}

/// Drops a role.
pub(super) fn drop(replay: &mut Replay, role: &Dropped, if_exists: bool) -> Outcome {
    let name = &role.name.name;
    if !replay.catalog.roles.contains_key(name) {
        return if if_exists { Ok(()) } else { refuse(FaultKind::UnknownRole, name.as_str()) };
    }
    if *name == replay.role || *name == replay.catalog.owner {
        return refuse(FaultKind::Invalid, name.as_str());
    }
    let used = all_objects(replay).iter().any(|object| {
        grants::rights(replay, object).is_some_and(|(acl, owner)| owner == *name || holds(&acl, name))
    });
    let defaults = replay.catalog.defaults.iter().any(|of| of.owner == *name || of.acl.contains_key(name));
    if used || defaults || !relations_with(replay, name).is_empty() {
        return refuse(FaultKind::Depended, name.as_str());
    }
    for member in members_of(replay, name) {
        if let Some(found) = replay.role_mut(&member) {
            found.member_of.remove(name);
        }
    }
    replay.put_role(name.clone(), None);
    Ok(())
}

/// `drop owned by`, `reassign owned by`.
pub(super) fn owned(replay: &mut Replay, roles: &[Name], to: Option<&Name>, cascade: bool) -> Outcome {
    let of = roles.iter().map(|role| named(replay, role)).collect::<Outcome<Vec<Name>>>()?;
    if of.contains(&replay.catalog.owner) {
        // What the system needs is among it.
        return refuse(FaultKind::Depended, replay.catalog.owner.to_string());
    }
    let Some(to) = to else { return drop_owned(replay, &of, cascade) };
    let to = named(replay, to)?;
    for object in all_objects(replay) {
        let owned = grants::rights(replay, &object).is_some_and(|(_, owner)| of.contains(&owner));
        // Sequences of columns go with their table.
        let linked = matches!(&object, Owned::Relation(id)
            if replay.relation(*id).is_some_and(|relation| relation.owned_by.is_some()));
        if owned && !linked {
            grants::give(replay, &object, &to)?;
        }
    }
    Ok(())
}

fn drop_owned(replay: &mut Replay, of: &[Name], cascade: bool) -> Outcome {
    let mut objects = Vec::new();
    for object in all_objects(replay) {
        let Some((mut acl, owner)) = grants::rights(replay, &object) else { continue };
        if of.contains(&owner) {
            objects.push(match object {
                Owned::Schema(name) => drops::Object::Schema(name),
                Owned::Relation(id) => drops::Object::Relation(id),
                Owned::Function(id) => drops::Object::Function(id),
                Owned::Type(key) => drops::Object::Type(key),
            });
        } else if of.iter().any(|role| holds(&acl, role)) {
            without(&mut acl.granted, of);
            grants::set_rights(replay, &object, acl, None);
        }
    }
    for role in of {
        for id in relations_with(replay, role) {
            let Some(relation) = replay.relation_mut(id) else { continue };
            relation.policies.retain(|_, policy| {
                policy.roles.retain(|name| name != role);
                !policy.roles.is_empty()
            });
            for column in &mut relation.columns {
                without(&mut column.acl.granted, of);
                column.acl.granted = column.acl.granted.take().filter(|granted| !granted.is_empty());
            }
        }
    }
    let touched = |known: &Granted| of.iter().any(|role| known.contains_key(role));
    if replay.catalog.defaults.iter().any(|known| of.contains(&known.owner) || touched(&known.acl)) {
        replay.defaults_mut().retain_mut(|known| {
            known.acl.retain(|role, _| !of.contains(role));
            !of.contains(&known.owner) && (!known.acl.is_empty() || known.schema.is_none())
        });
    }
    drops::remove(replay, objects, cascade)
}

fn without(granted: &mut Option<Granted>, roles: &[Name]) {
    if let Some(granted) = granted {
        granted.retain(|role, _| !roles.contains(role));
    }
}

/// Whether a role that `set role` names exists.
pub(super) fn check(replay: &Replay, role: Option<&str>) -> Outcome {
    match role {
        None | Some("none" | "default") => Ok(()),
        Some(role) => named(replay, &role.into()).map(|_| ()),
    }
}

/// `set role`, `set session authorization`; `None` for `reset`.
pub(super) fn become_role(replay: &mut Replay, role: Option<&str>) -> Outcome {
    replay.role = match role {
        None | Some("none" | "default") => replay.catalog.owner.clone(),
        Some(role) => named(replay, &role.into())?,
    };
    Ok(())
}
