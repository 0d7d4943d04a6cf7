//! Indexes, those of constraints too.

use super::names::{Found, dotted, written};
use super::uses::{self, Own};
use super::{DEEPEST, Key, Outcome, Replay, immutable, naming, refuse};
use crate::extract::schema::catalog::{
    Constraint, ConstraintKind, FaultKind, Index, Key as IndexColumn, RelationId, RelationKind, TypeKind,
};
use crate::parse::sql::expression::{Expr, Name};
use crate::parse::sql::model::{CreateIndex, IndexKey, TypeName};

/// The constraint that an index holds.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub(super) kind: ConstraintKind,
    pub(super) deferrable: bool,
}

/// Creates an index.
pub(super) fn create(replay: &mut Replay, new: &CreateIndex) -> Outcome {
    let table = replay.relation_named(&new.table)?;
    let relation = replay.known(table)?;
    match relation.kind {
        RelationKind::Table | RelationKind::Materialized => {}
        RelationKind::Partitioned if !new.concurrently => {}
        RelationKind::Partitioned | RelationKind::Foreign | RelationKind::View | RelationKind::Sequence => {
            return refuse(FaultKind::WrongKind, dotted(&replay.key(table)));
        }
    }
    let method = if new.method.is_empty() { Name::const_new("btree") } else { new.method.clone() };
    let mut index = read(replay, table, &method, &new.keys, &new.include, new.predicate.as_ref())?;
    if let Some(name) = &new.name
        && new.if_not_exists
        && replay.at(&(replay.known(table)?.schema.clone(), name.clone())).is_some()
    {
        return Ok(());
    }
    index.unique = new.unique;
    index.nulls_not_distinct = new.nulls_not_distinct;
    if new.unique && !matches!(method.as_str(), "btree" | "") {
        return refuse(FaultKind::Invalid, method.as_str());
    }
    let depth = if new.only { DEEPEST } else { 0 };
    build(replay, table, new.name.as_ref(), &index, None, depth).map(drop)
}

/// An index is of what stays the same.
fn refuse_changing(replay: &Replay, table: RelationId, expr: &Expr) -> Outcome {
    if immutable::changes(replay, &replay.known(table)?.columns, expr) {
        return refuse(FaultKind::Invalid, dotted(&replay.key(table)));
    }
    Ok(())
}

/// Reads the keys of an index of a table: what they name must exist.
pub(super) fn read(
    replay: &Replay,
    table: RelationId,
    method: &Name,
    keys: &[IndexKey],
    include: &[Name],
    predicate: Option<&Expr>,
) -> Outcome<Index> {
    let own = Own::new(table, replay.known(table)?);
    let mut columns = Vec::with_capacity(keys.len());
    for key in keys {
        let column = match &key.expr {
            Expr::Column(names, _) => {
                let name = names.last().cloned().unwrap_or_default();
                replay.column_of(table, &name)?;
                Some(name)
            }
            expr => {
                uses::over(replay, expr, Some(own))?;
                refuse_changing(replay, table, expr)?;
                None
            }
        };
        let of = column.as_ref().and_then(|name| replay.column_of(table, name).ok().flatten());
        let class = key.class.as_ref().map(|class| class.name.clone());
        columns.push(IndexColumn {
            class: class
                .filter(|class| !of.is_some_and(|of| is_default_class(replay, class, method, &of.of))),
            column,
            expr: key.expr.clone(),
            descending: key.descending,
            nulls_first: key.nulls_first.unwrap_or(key.descending),
        });
    }
    for column in include {
        replay.column_of(table, column)?;
    }
    if let Some(predicate) = predicate {
        uses::over(replay, predicate, Some(own))?;
        refuse_changing(replay, table, predicate)?;
    }
    Ok(Index {
        table,
        unique: false,
        primary: false,
        method: method.clone(),
        keys: columns,
        include: include.to_vec(),
        predicate: predicate.cloned(),
        nulls_not_distinct: false,
        names: naming::key_names(keys, include),
        constraint: None,
        parent: None,
        place: replay.place,
    })
}

/// Whether an operator class is the one that a type has where none is written.
fn is_default_class(replay: &Replay, class: &str, method: &str, of: &TypeName) -> bool {
    let of = base_type(replay, of);
    let short = if of.dimensions > 0 { "array" } else { super::builtin::short(&of.name) };
    match method {
        "gin" => {
            matches!((class, short), ("jsonb_ops", "jsonb") | ("tsvector_ops", "tsvector"))
                || class == "array_ops"
        }
        "btree" | "hash" => match short {
            "varchar" | "text" => matches!(class, "text_ops" | "varchar_ops"),
            "cidr" => class == "inet_ops",
            _ if of.schema.is_some() => match found(replay, of).map(|of| &of.kind) {
                Some(TypeKind::Enum(_)) => class == "enum_ops",
                Some(TypeKind::Range) => class == "range_ops",
                Some(TypeKind::Composite(_)) => class == "record_ops",
                _ => class.strip_suffix("_ops") == Some(short),
            },
            _ if short.ends_with("range") => class == "range_ops",
            _ => class.strip_suffix("_ops") == Some(short),
        },
        "gist" => matches!(
            (class, short),
            ("point_ops", "point")
                | ("tsvector_ops", "tsvector")
                | ("box_ops", "box")
                | ("poly_ops", "polygon")
                | ("gist_geometry_ops_2d", "geometry")
                | ("range_ops", _)
        ),
        _ => false,
    }
}

fn found<'r>(replay: &'r Replay, of: &TypeName) -> Option<&'r crate::extract::schema::catalog::Type> {
    replay.catalog.types.get(&(of.schema.clone()?, of.name.clone()))
}

/// The type that a domain is made of.
fn base_type<'r>(replay: &'r Replay, of: &'r TypeName) -> &'r TypeName {
    match found(replay, of).map(|of| &of.kind) {
        Some(TypeKind::Domain { base, .. }) if of.dimensions == 0 => base,
        _ => of,
    }
}

/// Makes an index, the constraint that it holds, and the same on the partitions of the table. Gives its name.
pub(super) fn build(
    replay: &mut Replay,
    table: RelationId,
    name: Option<&Name>,
    new: &Index,
    held: Option<&Held>,
    depth: u32,
) -> Outcome<Key> {
    let relation = replay.known(table)?;
    let schema = relation.schema.clone();
    let primary = held.is_some_and(|held| matches!(held.kind, ConstraintKind::Primary));
    if let (RelationKind::Partitioned, true) = (relation.kind, new.unique)
        && let Some((_, keys)) = &relation.partition_by
    {
        let has = |key: &Name| new.keys.iter().any(|column| column.column.as_ref() == Some(key));
        if !keys.iter().all(has) {
            return refuse(FaultKind::Invalid, dotted(&replay.key(table)));
        }
    }
    let name = if let Some(name) = name {
        let key = (schema.clone(), name.clone());
        if replay.at(&key).is_some() {
            return refuse(FaultKind::Duplicate, dotted(&key));
        }
        name.clone()
    } else {
        let middle = naming::addition(&new.names);
        let (middle, label) = match held.map(|held| &held.kind) {
            Some(ConstraintKind::Primary) => (None, "pkey"),
            Some(ConstraintKind::Exclude) => (Some(middle.as_str()), "excl"),
            Some(_) => (Some(middle.as_str()), "key"),
            None => (Some(middle.as_str()), "idx"),
        };
        replay.free_relation_name(&schema, &relation.name, middle, label, held.is_some())
    };
    let key = (schema, name);
    let mut index = new.clone();
    index.table = table;
    index.primary = primary;
    index.constraint = held.map(|_| key.1.clone());
    let inherited = index.parent.is_some();
    if let Some(held) = held {
        let constraint = Constraint {
            name: key.1.clone(),
            kind: held.kind.clone(),
            columns: index.keys.iter().filter_map(|key| key.column.clone()).collect(),
            valid: true,
            deferrable: held.deferrable,
            index: Some(key.clone()),
            inherited,
            place: replay.place,
        };
        replay.push_constraint(table, constraint);
    }
    link(replay, table, &index);
    replay.put_index(key.clone(), Some(index));
    if depth < DEEPEST {
        replay.inherit_index(table, &key, new, held, depth)?;
    }
    Ok(key)
}

/// Remembers what the expressions of an index call.
fn link(replay: &mut Replay, table: RelationId, index: &Index) {
    let exprs = index.keys.iter().filter(|key| key.column.is_none()).map(|key| &key.expr);
    for expr in exprs.chain(&index.predicate) {
        if let Ok(used) = uses::expression(replay, expr, Some(table))
            && !used.functions.is_empty()
        {
            for function in &used.functions {
                replay.callers.entry(*function).or_default().insert(table);
            }
        }
    }
}

/// Gives an index another name; the constraint that it holds has it too.
pub(super) fn rename(replay: &mut Replay, from: &Key, to: &Name) -> Outcome {
    let to = (from.0.clone(), to.clone());
    if replay.at(&to).is_some() {
        return refuse(FaultKind::Duplicate, dotted(&to));
    }
    let holder =
        replay.catalog.indexes.get(from).and_then(|index| Some((index.table, index.constraint.clone()?)));
    if let Some((table, name)) = &holder {
        let constraints = &replay.known(*table)?.constraints;
        if constraints.iter().any(|other| other.name == to.1 && other.name != *name) {
            return refuse(FaultKind::Duplicate, dotted(&to));
        }
    }
    relocate(replay, from, &to);
    Ok(())
}

/// Moves an index to another name or schema, and tells the constraints and indexes that know it by name.
pub(super) fn relocate(replay: &mut Replay, from: &Key, to: &Key) {
    let Some(mut index) = replay.put_index(from.clone(), None) else { return };
    let table = index.table;
    if let Some(old) = index.constraint.take() {
        index.constraint = Some(to.1.clone());
        if let Some(relation) = replay.relation_mut(table) {
            for constraint in relation.constraints.iter_mut().filter(|constraint| constraint.name == old) {
                constraint.name.clone_from(&to.1);
                constraint.index = Some(to.clone());
            }
        }
    }
    let unique = index.unique;
    replay.put_index(to.clone(), Some(index));
    replay.note_constraint(table, &to.1);
    if unique {
        for user in replay.users_of(table) {
            let knows = |constraint: &Constraint| constraint.index.as_ref() == Some(from);
            if replay.relation(user).is_some_and(|relation| relation.constraints.iter().any(knows))
                && let Some(relation) = replay.relation_mut(user)
            {
                for constraint in relation.constraints.iter_mut().filter(|constraint| knows(constraint)) {
                    constraint.index = Some(to.clone());
                }
            }
        }
    }
    for child in replay.children(table) {
        for key in replay.indexes_of(child) {
            if let Some(mut index) = replay.catalog.indexes.get(&key).cloned()
                && index.parent.as_ref() == Some(from)
            {
                index.parent = Some(to.clone());
                replay.put_index(key, Some(index));
            }
        }
    }
}

/// The index that a name stands for.
pub(super) fn named(replay: &Replay, name: &crate::parse::sql::model::ObjectName) -> Outcome<Key> {
    match replay.find(name) {
        Some(Found::Index(key)) => Ok(key),
        Some(_) => refuse(FaultKind::WrongKind, written(name)),
        None => refuse(FaultKind::UnknownIndex, replay.full(name)),
    }
}
