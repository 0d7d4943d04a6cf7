//! `create index`, and the keys that indexes, partitions and exclusion constraints have in common.

use squawk_syntax::SyntaxKind;
use squawk_syntax::ast::{self, AstNode};

use super::At;
use super::expr::optional;
use super::node::{has, named, object, words};
use crate::parse::sql::model::{ConstraintKind, CreateIndex, Expr, IndexKey, Kind, Name};

/// `create index`.
pub(super) fn create(node: &ast::CreateIndex, at: &At) -> Kind {
    let relation = node.table_relation_name();
    Kind::CreateIndex(Box::new(CreateIndex {
        name: node.index().map(|name| object(Some(name), at).name),
        unique: node.unique_token().is_some(),
        concurrently: node.concurrently_token().is_some(),
        if_not_exists: node.if_not_exists().is_some(),
        only: relation.as_ref().is_some_and(|it| it.only_token().is_some()),
        table: object(relation.and_then(|it| it.table_name_ref()), at),
        method: method(node.using_method().and_then(|using| using.access_method_ref()), "btree"),
        keys: keys(node.partition_item_list(), at),
        include: included(node.index_include_clause(), at),
        predicate: node.where_clause().map(|clause| optional(clause.expr(), at)),
        nulls_not_distinct: matches!(
            node.nulls_distinct_option(),
            Some(ast::NullsDistinctOption::NullsNotDistinct(_))
        ),
    }))
}

/// The access method that is named, or the one that is meant without.
fn method(node: Option<ast::AccessMethodRef>, otherwise: &'static str) -> Name {
    node.map_or(Name::const_new(otherwise), |node| named(Some(node)))
}

fn included(clause: Option<ast::IndexIncludeClause>, at: &At) -> Vec<Name> {
    keys(clause.and_then(|clause| clause.partition_item_list()), at)
        .into_iter()
        .filter_map(|key| match key.expr {
            Expr::Column(mut path, _) => path.pop(),
            _ => None,
        })
        .collect()
}

/// The keys of an index or of a partitioned table.
pub(super) fn keys(list: Option<ast::PartitionItemList>, at: &At) -> Vec<IndexKey> {
    list.into_iter().flat_map(|list| list.partition_items()).map(|item| key(&item, at)).collect()
}

fn key(item: &ast::PartitionItem, at: &At) -> IndexKey {
    IndexKey {
        expr: key_expression(item.expr(), at),
        class: item.op_class_ref().map(|class| object(Some(class), at)),
        descending: matches!(item.sort_order(), Some(ast::SortOrder::SortDesc(_))),
        nulls_first: item.nulls_order().map(|order| matches!(order, ast::NullsOrder::NullsFirst(_))),
        operator: None,
    }
}

/// A collation on a key is no part of it.
fn key_expression(node: Option<ast::Expr>, at: &At) -> Expr {
    match node {
        Some(ast::Expr::Collate(collate)) => optional(collate.expr(), at),
        other => optional(other, at),
    }
}

/// `exclude using gist (a with =)`.
pub(super) fn exclude(node: &ast::ExcludeConstraint, at: &At) -> ConstraintKind {
    let list = node.constraint_exclusion_list();
    ConstraintKind::Exclude {
        method: method(node.constraint_index_method().and_then(|it| it.access_method_ref()), "btree"),
        keys: list
            .into_iter()
            .flat_map(|list| list.constraint_exclusions())
            .map(|part| exclusion(&part, at))
            .collect(),
        predicate: node.where_condition_clause().map(|clause| optional(clause.expr(), at)),
    }
}

fn exclusion(part: &ast::ConstraintExclusion, at: &At) -> IndexKey {
    let operator = match (part.op(), part.operator_call()) {
        (_, Some(call)) => call.op().map(|op| words(op.syntax())),
        (Some(op), None) => Some(words(op.syntax())),
        (None, None) => None,
    };
    IndexKey {
        expr: key_expression(part.expr(), at),
        class: None,
        descending: has(part.syntax(), SyntaxKind::DESC_KW),
        nulls_first: None,
        operator: operator.map(|it| Name::from(it.replace(' ', ""))),
    }
}
