//! Views, materialized views and rules.

use super::names::{TEMPORARY, dotted};
use super::uses::{self, Output, Uses};
use super::{Key, Outcome, Replay, columns, refuse, tables};
use crate::extract::schema::catalog::{About, FaultKind, Relation, RelationId, RelationKind};
use crate::parse::sql::expression::Name;
use crate::parse::sql::model::{CreateView, ObjectName, TypeName};

/// Creates or replaces a view.
pub(super) fn create(replay: &mut Replay, view: &CreateView) -> Outcome {
    let mut key = replay.target(&view.name)?;
    let kind = if view.materialized { RelationKind::Materialized } else { RelationKind::View };
    if view.materialized && view.if_not_exists && replay.at(&key).is_some() {
        return Ok(());
    }
    let (used, outputs) = uses::query(replay, &view.query)?;
    let temporary = used.relations.iter().any(|id| replay.relation(*id).is_some_and(|read| read.temporary));
    if view.materialized && temporary {
        return refuse(FaultKind::Invalid, dotted(&key));
    }
    if view.temporary || temporary {
        key.0 = TEMPORARY.into();
    }
    let names = names(view, outputs, &key)?;
    if let Some(found) = replay.at(&key) {
        let super::names::Found::Relation(id) = found else {
            return refuse(FaultKind::Duplicate, dotted(&key));
        };
        if !view.or_replace || view.materialized {
            return refuse(FaultKind::Duplicate, dotted(&key));
        }
        return replace(replay, id, view, names.as_deref(), &used);
    }
    replay.refuse_type(&key)?;
    let mut relation = replay.blank(key.clone(), kind);
    fill(replay, &mut relation, view, names.as_deref(), &used);
    if names.is_none() {
        replay.doubt("the columns of a query are not known", About::Relation(key.0, key.1));
    }
    let id = replay.add_relation(relation);
    replay.link(id, &used);
    Ok(())
}

/// The columns of a view: those of its query, the first of them under the names that are written.
fn names(view: &CreateView, outputs: Option<Vec<Output>>, key: &Key) -> Outcome<Option<Vec<Output>>> {
    let Some(mut outputs) = outputs else {
        let written = view.columns.iter().map(|name| Output { name: name.clone(), of: None });
        return Ok(Some(written.collect::<Vec<_>>()).filter(|columns| !columns.is_empty()));
    };
    if view.columns.len() > outputs.len() {
        return refuse(FaultKind::Invalid, dotted(key));
    }
    for (output, name) in outputs.iter_mut().zip(&view.columns) {
        output.name.clone_from(name);
    }
    for (at, output) in outputs.iter().enumerate() {
        if outputs.iter().take(at).any(|other| other.name == output.name) {
            return refuse(FaultKind::Duplicate, format!("{}.{}", dotted(key), output.name));
        }
    }
    Ok(Some(outputs))
}

fn fill(replay: &Replay, relation: &mut Relation, view: &CreateView, names: Option<&[Output]>, used: &Uses) {
    relation.columns = names
        .unwrap_or_default()
        .iter()
        .map(|output| columns::blank(replay, output.name.clone(), output.of.clone().unwrap_or_default()))
        .collect();
    relation.options.clear();
    tables::set_options(relation, &view.options);
    relation.query = Some(view.query.clone());
    relation.reads.clone_from(&used.relations);
    relation.read_columns.clone_from(&used.columns);
    relation.calls.clone_from(&used.functions);
}

/// `or replace`: the columns that are there must stay; the owner and privileges do.
fn replace(
    replay: &mut Replay,
    id: RelationId,
    view: &CreateView,
    names: Option<&[Output]>,
    used: &Uses,
) -> Outcome {
    let relation = replay.known(id)?;
    let key = replay.key(id);
    if relation.kind != RelationKind::View {
        return refuse(FaultKind::WrongKind, dotted(&key));
    }
    if let Some(names) = names {
        for (at, column) in relation.columns.iter().enumerate() {
            let changed = |output: &Output| {
                let of = output.of.as_ref().filter(|of| !of.name.is_empty() && !column.of.name.is_empty());
                output.name != column.name
                    || of.is_some_and(|of| {
                        (&of.name, &of.schema, of.dimensions > 0)
                            != (&column.of.name, &column.of.schema, column.of.dimensions > 0)
                    })
            };
            if names.get(at).is_none_or(changed) {
                return refuse(FaultKind::Invalid, replay.column_name(id, &column.name));
            }
        }
    }
    let mut new = relation.clone();
    fill(replay, &mut new, view, names, used);
    for (column, old) in new.columns.iter_mut().zip(&relation.columns) {
        column.acl = old.acl.clone();
        column.default.clone_from(&old.default);
        if column.of == TypeName::default() {
            column.of = old.of.clone();
        }
    }
    if let Some(relation) = replay.relation_mut(id) {
        let changed = relation.changed;
        *relation = new;
        relation.changed = changed;
    }
    replay.link(id, used);
    Ok(())
}

/// Creates a rewrite rule.
pub(super) fn rule(
    replay: &mut Replay,
    name: &Name,
    table: &ObjectName,
    event: &Name,
    nothing: bool,
    or_replace: bool,
) -> Outcome {
    let id = replay.relation_named(table)?;
    let relation = replay.known(id)?;
    if matches!(relation.kind, RelationKind::Sequence | RelationKind::Materialized | RelationKind::Foreign) {
        return refuse(FaultKind::WrongKind, dotted(&replay.key(id)));
    }
    if relation.rules.contains_key(name) && !or_replace {
        return refuse(FaultKind::Duplicate, format!("{}.{name}", dotted(&replay.key(id))));
    }
    if let Some(relation) = replay.relation_mut(id) {
        relation.rules.insert(name.clone(), (event.clone(), nothing));
    }
    Ok(())
}
