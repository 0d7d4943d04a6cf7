//! Default privileges: what new objects have for having been made by somebody, somewhere.

use super::{apply, grantees, wanted};
use crate::extract::schema::acl::{AclKind, Granted};
use crate::extract::schema::catalog::{Acl, DefaultPrivileges, FaultKind};
use crate::extract::schema::replay::{Outcome, Replay, refuse, roles};
use crate::parse::sql::expression::Name;
use crate::parse::sql::model::{Grant, GrantTarget};

/// `alter default privileges`.
pub(in crate::extract::schema::replay) fn defaults(
    replay: &mut Replay,
    owners: &[Name],
    schemas: &[Name],
    grant: &Grant,
) -> Outcome {
    let GrantTarget::Default(class) = &grant.target else { return Ok(()) };
    let class = if class == "routines" { Name::const_new("functions") } else { class.clone() };
    let Some(kind) = AclKind::of_class(&class) else { return Ok(()) };
    if kind == AclKind::Schema && !schemas.is_empty() {
        return refuse(FaultKind::Invalid, class.as_str());
    }
    let who = grantees(replay, grant)?;
    let privileges = wanted(&grant.privileges, kind)?;
    let mut of = owners.iter().map(|owner| roles::named(replay, owner)).collect::<Outcome<Vec<Name>>>()?;
    if of.is_empty() {
        of.push(replay.role.clone());
    }
    for schema in schemas {
        if !replay.is_schema(schema) {
            return refuse(FaultKind::UnknownSchema, schema.as_str());
        }
    }
    let places: Vec<Option<Name>> =
        if schemas.is_empty() { vec![None] } else { schemas.iter().cloned().map(Some).collect() };
    for owner in of {
        for schema in &places {
            let built_in = if schema.is_none() { kind.defaults(&owner) } else { Granted::new() };
            let list = replay.defaults_mut();
            let at = list
                .iter()
                .position(|known| known.owner == owner && known.schema == *schema && known.class == class);
            let mut granted = match at {
                Some(at) => list.remove(at).acl,
                None => built_in.clone(),
            };
            apply(&mut granted, grant, &who, &privileges);
            if granted != built_in {
                list.push(DefaultPrivileges {
                    owner: owner.clone(),
                    schema: schema.clone(),
                    class: class.clone(),
                    acl: granted,
                });
            }
        }
    }
    Ok(())
}

/// The privileges of a new object of `class` (`tables`, `sequences`, `functions`, `types`, `schemas`) that `owner` makes
/// in `schema`.
pub(in crate::extract::schema::replay) fn initial(
    replay: &Replay,
    class: &str,
    schema: Option<&str>,
    owner: &str,
) -> Acl {
    let Some(kind) = AclKind::of_class(class) else { return Acl::default() };
    let mine = |known: &&DefaultPrivileges| known.owner == owner && known.class == class;
    let mut everywhere = None;
    let mut here = None;
    for known in replay.catalog.defaults.iter().filter(mine) {
        match &known.schema {
            None => everywhere = Some(known),
            Some(of) if schema == Some(of.as_str()) => here = Some(known),
            Some(_) => {}
        }
    }
    if everywhere.is_none() && here.is_none() {
        return Acl::default();
    }
    let built_in = kind.defaults(&owner.into());
    let mut granted = everywhere.map_or_else(|| built_in.clone(), |known| known.acl.clone());
    for (role, privileges) in here.iter().flat_map(|known| &known.acl) {
        let held = granted.entry(role.clone()).or_default();
        for (privilege, option) in privileges {
            *held.entry(privilege.clone()).or_default() |= option;
        }
    }
    // Where nothing is left of them, PostgreSQL gives the built-in ones.
    if granted == built_in || granted.values().all(std::collections::BTreeMap::is_empty) {
        return Acl::default();
    }
    Acl { granted: Some(granted) }
}
