//! Statements that read or change rows: what they name must exist.

use super::names::{Found, dotted};
use super::uses::{self, Own};
use super::{Outcome, Replay, blocks, refuse, session};
use crate::extract::schema::catalog::{ConstraintKind, FaultKind, RelationId, RelationKind};
use crate::parse::sql::expression::Expr;
use crate::parse::sql::model::{Change, Item, ObjectName, Query};

/// A query. Functions that it calls may change the schema.
pub(super) fn query(replay: &mut Replay, query: &Query) -> Outcome {
    uses::query(replay, query)?;
    for item in query.selects.iter().flat_map(|select| &select.items) {
        if let Item::Value(Expr::Call(call), _) = item
            && call.name.name == "set_config"
            && let [Expr::Text(name), Expr::Text(value), ..] = call.arguments.as_slice()
            && name == "search_path"
        {
            session::set_path(replay, value);
        }
    }
    blocks::called(replay, query)
}

/// `insert`, `update`, `delete`, `merge`, `truncate`, `copy`, `lock`.
pub(super) fn change(replay: &mut Replay, change: &Change) -> Outcome {
    let mut tables = Vec::with_capacity(change.tables.len());
    for name in &change.tables {
        let Some(id) = replay.read_relation(name)? else { continue };
        let kind = replay.known(id)?.kind;
        let fits = match change.command.as_str() {
            "truncate" => {
                matches!(kind, RelationKind::Table | RelationKind::Partitioned | RelationKind::Foreign)
            }
            "insert" | "update" | "delete" | "merge" => {
                !matches!(kind, RelationKind::Sequence | RelationKind::Materialized)
            }
            _ => true,
        };
        if !fits {
            return refuse(FaultKind::WrongKind, dotted(&replay.key(id)));
        }
        tables.push(id);
    }
    if change.command == "truncate" && !change.cascade {
        refuse_referenced(replay, &tables)?;
    }
    let target = tables.first().copied();
    if let Some(id) = target {
        for (column, _) in &change.columns {
            replay.column_of(id, column)?;
        }
    }
    if target.is_none() && !change.tables.is_empty() {
        // A catalogue of the system: its columns are not known.
        return Ok(());
    }
    let Some(query) = &change.query else { return Ok(()) };
    let own = target.filter(|_| change.command != "insert");
    let relation = own.and_then(|id| {
        let relation = replay.relation(id)?;
        let own = Own::new(id, relation);
        Some(Own { name: change.alias.as_ref().unwrap_or(own.name), ..own })
    });
    uses::query_over(replay, query, relation).map(drop)
}

/// A table cannot be truncated alone while foreign keys of others refer to it.
fn refuse_referenced(replay: &Replay, tables: &[RelationId]) -> Outcome {
    for id in tables {
        for user in replay.users_of(*id) {
            let refers = |constraint: &crate::extract::schema::catalog::Constraint| matches!(&constraint.kind, ConstraintKind::Foreign { table, .. } if table == id);
            if !tables.contains(&user)
                && replay.relation(user).is_some_and(|user| user.constraints.iter().any(refers))
            {
                return refuse(FaultKind::Depended, dotted(&replay.key(user)));
            }
        }
    }
    Ok(())
}

/// `refresh`, `reindex`, `vacuum`, `analyze`, `cluster`.
pub(super) fn maintain(replay: &Replay, command: &str, name: Option<&ObjectName>) -> Outcome {
    let Some(name) = name else { return Ok(()) };
    match replay.find(name) {
        Some(Found::Relation(id)) => {
            let wrong =
                command.starts_with("refresh") && replay.known(id)?.kind != RelationKind::Materialized;
            if wrong { refuse(FaultKind::WrongKind, dotted(&replay.key(id))) } else { Ok(()) }
        }
        Some(_) => Ok(()),
        // `reindex schema s`, `reindex database d`.
        None if command.starts_with("reindex") => Ok(()),
        None => replay.missing(name),
    }
}
