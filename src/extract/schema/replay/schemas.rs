//! Schemas.

use super::grants::{self, Owned};
use super::{Key, Outcome, Replay, publications, refuse, roles};
use crate::extract::schema::catalog::{FaultKind, FunctionId, RelationId, Schema};
use crate::parse::sql::expression::Name;
use crate::parse::sql::model::{AlterObject, ObjectName, Statement};

/// Creates a schema and what is inside the statement.
pub(super) fn create(
    replay: &mut Replay,
    name: &Name,
    if_not_exists: bool,
    owner: Option<&Name>,
    inside: &[Statement],
) -> Outcome {
    // `create schema authorization role` is called as the role.
    let name = match owner {
        Some(owner) if name.is_empty() => owner,
        _ => name,
    };
    if let Some(owner) = owner {
        roles::check(replay, Some(owner))?;
    }
    if replay.is_schema(name) {
        return if if_not_exists { Ok(()) } else { refuse(FaultKind::Duplicate, name.as_str()) };
    }
    if name.starts_with("pg_") {
        return refuse(FaultKind::Invalid, name.as_str());
    }
    let schema = Schema {
        owner: replay.role.clone(),
        acl: grants::initial(replay, "schemas", None, &replay.role),
        place: replay.place,
        platform: replay.platform,
    };
    replay.put_schema(name.clone(), Some(schema));
    if let Some(owner) = owner {
        grants::owner(replay, &Owned::Schema(name.clone()), owner)?;
    }
    let mut path = replay.catalog.search_path.clone();
    path.insert(0, name.clone());
    let path = std::mem::replace(&mut replay.catalog.search_path, path);
    let outcome = inside.iter().try_for_each(|statement| replay.run(statement));
    replay.catalog.search_path = path;
    outcome
}

/// Renames a schema or gives it another owner.
pub(super) fn alter(replay: &mut Replay, name: &ObjectName, action: &AlterObject) -> Outcome {
    let from = &name.name;
    if !replay.catalog.schemas.contains_key(from) {
        return refuse(FaultKind::UnknownSchema, from.as_str());
    }
    match action {
        AlterObject::Owner(role) => grants::owner(replay, &Owned::Schema(from.clone()), role),
        AlterObject::Rename(to) => rename(replay, from, to),
        AlterObject::Other => Ok(()),
    }
}

fn rename(replay: &mut Replay, from: &Name, to: &Name) -> Outcome {
    if replay.is_schema(to) {
        return refuse(FaultKind::Duplicate, to.as_str());
    }
    let Some(schema) = replay.put_schema(from.clone(), None) else { return Ok(()) };
    replay.put_schema(to.clone(), Some(schema));
    publications::follow_schema(replay, from, Some(to));
    for id in relations_in(replay, from) {
        let name = replay.key(id).1;
        super::alter::relocate(replay, id, &(to.clone(), name));
    }
    for key in indexes_in(replay, from) {
        super::indexes::relocate(replay, &key, &(to.clone(), key.1.clone()));
    }
    for id in functions_in(replay, from) {
        let name = replay.function(id).map(|function| function.name.clone()).unwrap_or_default();
        replay.move_function(id, (to.clone(), name));
    }
    for key in types_in(replay, from) {
        super::types::relocate(replay, &key, &(to.clone(), key.1.clone()));
    }
    for privileges in replay.defaults_mut() {
        if privileges.schema.as_ref() == Some(from) {
            privileges.schema = Some(to.clone());
        }
    }
    let moved = replay.catalog.extensions.iter().filter(|(_, extension)| extension.schema == *from);
    for (name, mut extension) in moved.map(|(name, old)| (name.clone(), old.clone())).collect::<Vec<_>>() {
        extension.schema.clone_from(to);
        replay.put_extension(name, Some(extension));
    }
    Ok(())
}

/// The relations of a schema, in the order they were made.
pub(super) fn relations_in(replay: &Replay, schema: &Name) -> Vec<RelationId> {
    let of = replay.catalog.relation_names.iter().filter(|(key, _)| key.0 == *schema);
    let mut ids = of.map(|(_, id)| *id).collect::<Vec<_>>();
    ids.sort_unstable();
    ids
}

/// The indexes of a schema.
fn indexes_in(replay: &Replay, schema: &Name) -> Vec<Key> {
    let start = (schema.clone(), Name::default());
    let of = replay.catalog.indexes.range(start..).take_while(|(key, _)| key.0 == *schema);
    of.map(|(key, _)| key.clone()).collect()
}

/// The functions of a schema, in the order they were made.
pub(super) fn functions_in(replay: &Replay, schema: &Name) -> Vec<FunctionId> {
    let of = replay.catalog.function_names.iter().filter(|(key, _)| key.0 == *schema);
    let mut ids = of.flat_map(|(_, ids)| ids.iter().copied()).collect::<Vec<_>>();
    ids.sort_unstable();
    ids
}

/// The types of a schema.
pub(super) fn types_in(replay: &Replay, schema: &Name) -> Vec<Key> {
    let start = (schema.clone(), Name::default());
    let of = replay.catalog.types.range(start..).take_while(|(key, _)| key.0 == *schema);
    of.map(|(key, _)| key.clone()).collect()
}
