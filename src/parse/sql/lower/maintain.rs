//! `refresh materialized view`, `reindex`, `vacuum`, `analyze`, `cluster`.

use squawk_syntax::ast;

use super::names::object_name;
use super::{At, unread};
use crate::parse::sql::model::{Kind, ObjectName};

/// What rewrites or measures tables and changes no definition.
pub(super) fn statement(stmt: &ast::Stmt, at: &At) -> Kind {
    let (command, name, concurrently) = match stmt {
        ast::Stmt::Refresh(node) => (
            "refresh",
            node.view_ref().map(|node| object_name(&node, at)),
            node.concurrently_token().is_some(),
        ),
        ast::Stmt::Reindex(node) => (
            "reindex",
            node.reindex_target().and_then(|target| reindexed(&target, at)),
            node.is_concurrently(),
        ),
        ast::Stmt::Vacuum(node) => {
            let command = if node.is_full() { "vacuum full" } else { "vacuum" };
            (command, node.table_and_columns_list().and_then(|list| first(&list, at)), false)
        }
        ast::Stmt::Analyze(node) => {
            ("analyze", node.table_and_columns_list().and_then(|list| first(&list, at)), false)
        }
        ast::Stmt::Cluster(node) => {
            let legacy =
                node.cluster_legacy().and_then(|legacy| legacy.on_path()).and_then(|on| on.table_name_ref());
            let name = node.table_name_ref().map(|node| object_name(&node, at));
            ("cluster", name.or_else(|| legacy.map(|path| object_name(&path, at))), false)
        }
        _ => return unread(stmt, at),
    };
    Kind::Maintain { command: command.into(), name, concurrently }
}

fn reindexed(target: &ast::ReindexTarget, at: &At) -> Option<ObjectName> {
    match target {
        ast::ReindexTarget::ReindexTargetIndex(node) => node.index_ref().map(|node| object_name(&node, at)),
        ast::ReindexTarget::ReindexTargetTable(node) => {
            node.table_name_ref().map(|node| object_name(&node, at))
        }
        ast::ReindexTarget::ReindexTargetSchema(node) => node.schema_ref().map(|node| object_name(&node, at)),
        ast::ReindexTarget::ReindexTargetDatabase(_) | ast::ReindexTarget::ReindexTargetSystem(_) => None,
    }
}

fn first(list: &ast::TableAndColumnsList, at: &At) -> Option<ObjectName> {
    let first = list.table_and_columnss().next()?;
    Some(object_name(&first.table_relation_name()?, at))
}
