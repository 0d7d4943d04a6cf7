//! Publications: which tables they hold.

use std::collections::BTreeSet;

use super::{Outcome, Replay, names, refuse};
use crate::extract::schema::catalog::{FaultKind, Publication, Relation, RelationId, RelationKind};
use crate::parse::sql::expression::Name;
use crate::parse::sql::model::{AlterObject, Dropped, ObjectName, PublicationChange};

/// The schema that a statement means, rather than names.
const CURRENT: &str = "current_schema";

/// `create publication`, `alter publication … add`, `set`, `drop`.
pub(super) fn change(
    replay: &mut Replay,
    name: &Name,
    change: PublicationChange,
    all: bool,
    tables: &[ObjectName],
    schemas: &[Name],
) -> Outcome {
    let known = replay.catalog.publications.get(name).cloned();
    let mut of = match (known, change) {
        (Some(_), PublicationChange::Create) => return refuse(FaultKind::Duplicate, name.as_str()),
        (None, PublicationChange::Create) => Publication { all, ..Publication::default() },
        (Some(known), _) if known.all => return refuse(FaultKind::Invalid, name.as_str()),
        (Some(_), PublicationChange::Set) => Publication::default(),
        (Some(known), _) => known,
        (None, _) => return refuse(FaultKind::UnknownObject, name.as_str()),
    };
    let anew = matches!(change, PublicationChange::Create | PublicationChange::Set);
    for table in tables {
        let id = replay.relation_named(table)?;
        if change == PublicationChange::Drop {
            if !of.tables.remove(&id) {
                return refuse(FaultKind::UnknownObject, names::written(table));
            }
            continue;
        }
        if !holds(replay.known(id)?) {
            return refuse(FaultKind::WrongKind, names::written(table));
        }
        if !of.tables.insert(id) && !anew {
            return refuse(FaultKind::Duplicate, names::written(table));
        }
    }
    for schema in schemas {
        let schema = known_schema(replay, schema)?;
        if change == PublicationChange::Drop {
            if !of.schemas.remove(&schema) {
                return refuse(FaultKind::UnknownObject, schema.as_str());
            }
        } else if !of.schemas.insert(schema.clone()) && !anew {
            return refuse(FaultKind::Duplicate, schema.as_str());
        }
    }
    replay.put_publication(name.clone(), Some(of));
    Ok(())
}

/// A schema of a publication, which exists.
fn known_schema(replay: &Replay, name: &Name) -> Outcome<Name> {
    let found = if name == CURRENT { replay.path().next() } else { Some(name) };
    match found {
        Some(name) if replay.is_schema(name) => Ok(name.clone()),
        _ => refuse(FaultKind::UnknownSchema, name.as_str()),
    }
}

/// Whether a publication may hold a relation: a table that is kept in the log.
fn holds(relation: &Relation) -> bool {
    matches!(relation.kind, RelationKind::Table | RelationKind::Partitioned)
        && !relation.unlogged
        && !relation.temporary
}

/// Whether a publication names a table.
pub(super) fn named_in_one(replay: &Replay, id: RelationId) -> bool {
    replay.catalog.publications.values().any(|of| of.tables.contains(&id))
}

/// The tables of a publication: those it names, those of its schemas, or all.
pub(super) fn tables(replay: &Replay, of: &Publication) -> BTreeSet<RelationId> {
    let mut tables = of.tables.clone();
    if of.all || !of.schemas.is_empty() {
        let more = replay.catalog.relations().filter(|(_, relation)| {
            relation.kind == RelationKind::Table
                && holds(relation)
                && (of.all || of.schemas.contains(&relation.schema))
        });
        tables.extend(more.map(|(id, _)| id));
    }
    tables
}

/// Renames a publication, or gives it to another role.
pub(super) fn alter(replay: &mut Replay, name: &ObjectName, action: &AlterObject) -> Outcome {
    let Some(known) = replay.catalog.publications.get(&name.name).cloned() else {
        return refuse(FaultKind::UnknownObject, name.name.as_str());
    };
    match action {
        AlterObject::Rename(to) => {
            if replay.catalog.publications.contains_key(to) {
                return refuse(FaultKind::Duplicate, to.as_str());
            }
            replay.put_publication(name.name.clone(), None);
            replay.put_publication(to.clone(), Some(known));
        }
        AlterObject::Owner(role) => {
            replay.role_named(role)?;
        }
        AlterObject::Other => {}
    }
    Ok(())
}

/// Drops a publication.
pub(super) fn drop(replay: &mut Replay, publication: &Dropped, if_exists: bool) -> Outcome {
    let name = &publication.name.name;
    if !replay.catalog.publications.contains_key(name) {
        return if if_exists { Ok(()) } else { refuse(FaultKind::UnknownObject, name.as_str()) };
    }
    replay.put_publication(name.clone(), None);
    Ok(())
}

/// After a table was dropped: no publication holds it.
pub(super) fn forget_table(replay: &mut Replay, id: RelationId) {
    if named_in_one(replay, id) {
        adjust(replay, |of| of.tables.remove(&id));
    }
}

/// After a schema was renamed (`to`) or dropped (`None`): publications of its tables follow.
pub(super) fn follow_schema(replay: &mut Replay, from: &Name, to: Option<&Name>) {
    adjust(replay, |of| {
        let held = of.schemas.remove(from);
        if held {
            of.schemas.extend(to.cloned());
        }
        held
    });
}

/// Changes every publication that the change says it touches.
fn adjust(replay: &mut Replay, mut touch: impl FnMut(&mut Publication) -> bool) {
    let mut changed = Vec::new();
    for (name, of) in &replay.catalog.publications {
        let mut of = of.clone();
        if touch(&mut of) {
            changed.push((name.clone(), of));
        }
    }
    for (name, of) in changed {
        replay.put_publication(name, Some(of));
    }
}
