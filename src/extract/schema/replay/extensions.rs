//! Extensions.

use super::{Outcome, Replay, drops, refuse};
use crate::extract::schema::catalog::{About, Acl, Extension, FaultKind, Key, Schema};
use crate::extract::schema::platform;
use crate::parse::sql::expression::Name;
use crate::parse::sql::model::{Dropped, ObjectName};

/// How deep extensions may require each other.
const DEPTH: u32 = 8;

/// Creates an extension and what it brings.
pub(super) fn create(
    replay: &mut Replay,
    name: &Name,
    if_not_exists: bool,
    schema: Option<&Name>,
    cascade: bool,
) -> Outcome {
    if replay.catalog.extensions.contains_key(name) {
        return if if_not_exists { Ok(()) } else { refuse(FaultKind::Duplicate, name.as_str()) };
    }
    if let Some(schema) = schema
        && !replay.is_schema(schema)
    {
        return refuse(FaultKind::UnknownSchema, schema.as_str());
    }
    install(replay, name, schema, cascade, DEPTH)
}

fn install(replay: &mut Replay, name: &Name, schema: Option<&Name>, cascade: bool, depth: u32) -> Outcome {
    if depth == 0 || replay.catalog.extensions.contains_key(name) {
        return Ok(());
    }
    let brought = platform::extension(name);
    for required in brought.map(|brought| brought.requires.as_slice()).unwrap_or_default() {
        let required = Name::const_new(required);
        if replay.catalog.extensions.contains_key(&required) {
            continue;
        }
        if !cascade {
            return refuse(FaultKind::UnknownExtension, required.as_str());
        }
        install(replay, &required, schema, cascade, depth - 1)?;
    }
    let target = match (brought.and_then(|brought| brought.schema), schema) {
        (Some(fixed), _) => Name::const_new(fixed),
        (None, Some(schema)) => schema.clone(),
        (None, None) => replay.target(&ObjectName { name: name.clone(), ..ObjectName::default() })?.0,
    };
    let place = replay.here();
    let platform = replay.platform;
    if brought.is_some_and(|brought| brought.makes_schema) && !replay.is_schema(&target) {
        let schema = Schema { owner: replay.role.clone(), acl: Acl::default(), place, platform: true };
        replay.put_schema(target.clone(), Some(schema));
    }
    replay.put_extension(name.clone(), Some(Extension { schema: target.clone(), place, platform }));
    let Some(brought) = brought else {
        // An extension nobody knows may bring anything into its schema.
        replay.doubt(format!("what the extension {name} brings"), About::Schema(target));
        replay.doubt(format!("which functions the extension {name} brings"), About::Functions);
        return Ok(());
    };
    let path = std::mem::replace(&mut replay.catalog.search_path, vec![target]);
    let outer = replay.extension.replace(name.clone());
    replay.platform = true;
    let script = brought.script();
    for statement in &script.statements {
        // Two extensions may bring the same; the first stays.
        let _ = replay.run(statement);
    }
    replay.platform = platform;
    replay.extension = outer;
    replay.catalog.search_path = path;
    Ok(())
}

/// `alter extension … set schema`.
pub(super) fn set_schema(replay: &mut Replay, name: &Name, schema: &Name) -> Outcome {
    let Some(old) = replay.catalog.extensions.get(name).cloned() else {
        return refuse(FaultKind::UnknownExtension, name.as_str());
    };
    if !replay.is_schema(schema) {
        return refuse(FaultKind::UnknownSchema, schema.as_str());
    }
    let place = replay.here();
    let from = old.schema.clone();
    replay.put_extension(name.clone(), Some(Extension { schema: schema.clone(), place, ..old }));
    for object in made_by(replay, name) {
        match object {
            drops::Object::Relation(id) => {
                let key = replay.key(id);
                if key.0 == from {
                    replay.move_relation(id, (schema.clone(), key.1));
                }
            }
            drops::Object::Function(id) => {
                let of = replay.function(id).map(|function| (function.schema.clone(), function.name.clone()));
                if let Some((old, name)) = of
                    && old == from
                {
                    replay.move_function(id, (schema.clone(), name));
                }
            }
            drops::Object::Type(key) if key.0 == from => {
                let of = replay.put_type(key.clone(), None);
                replay.put_type((schema.clone(), key.1), of);
            }
            _ => {}
        }
    }
    Ok(())
}

/// What an extension made.
fn made_by(replay: &Replay, name: &Name) -> Vec<drops::Object> {
    let catalog = &replay.catalog;
    let mine = |extension: &Option<Name>| extension.as_ref() == Some(name);
    let relations = catalog
        .relations()
        .filter(|(_, relation)| mine(&relation.extension) && relation.owned_by.is_none())
        .map(|(id, _)| drops::Object::Relation(id));
    let functions = catalog
        .functions()
        .filter(|(_, function)| mine(&function.extension))
        .map(|(id, _)| drops::Object::Function(id));
    let types = catalog.types.iter().filter(|(_, of)| mine(&of.extension));
    relations.chain(functions).chain(types.map(|(key, _)| drops::Object::Type(key.clone()))).collect()
}

/// The indexes that name an operator class of an extension.
fn indexes_by(replay: &Replay, name: &Name) -> Vec<drops::Object> {
    let classes = platform::extension(name).map(|brought| brought.classes.as_slice()).unwrap_or_default();
    let named = |key: &Key| key.class.as_ref().is_some_and(|class| classes.contains(&class.as_str()));
    let indexes = replay.catalog.indexes.iter().filter(|(_, index)| index.keys.iter().any(named));
    indexes.map(|(key, _)| drops::Object::Index(key.clone())).collect()
}

/// Drops an extension and what it brought.
pub(super) fn drop(replay: &mut Replay, extension: &Dropped, if_exists: bool, cascade: bool) -> Outcome {
    let name = &extension.name.name;
    if !replay.catalog.extensions.contains_key(name) {
        return if if_exists { Ok(()) } else { refuse(FaultKind::UnknownExtension, name.as_str()) };
    }
    let needed: Vec<Name> = replay
        .catalog
        .extensions
        .keys()
        .filter(|other| {
            platform::extension(other).is_some_and(|brought| brought.requires.contains(&name.as_str()))
        })
        .cloned()
        .collect();
    if !needed.is_empty() && !cascade {
        return refuse(FaultKind::Depended, name.as_str());
    }
    for other in needed {
        let name = ObjectName { name: other, ..ObjectName::default() };
        drop(replay, &Dropped { name, arguments: None, of: None }, true, true)?;
    }
    let mut objects = made_by(replay, name);
    let indexes = indexes_by(replay, name);
    if !indexes.is_empty() && !cascade {
        return refuse(FaultKind::Depended, name.as_str());
    }
    objects.extend(indexes);
    drops::remove(replay, objects, cascade)?;
    replay.put_extension(name.clone(), None);
    Ok(())
}
