//! `alter table` and its relatives.

use squawk_syntax::ast;

use super::{At, unread};
use crate::parse::sql::model::Kind;

pub(super) fn table(node: &ast::AlterTable, at: &At) -> Kind {
    unread(node, at)
}

pub(super) fn foreign_table(node: &ast::AlterForeignTable, at: &At) -> Kind {
    unread(node, at)
}

pub(super) fn view(node: &ast::AlterView, at: &At) -> Kind {
    unread(node, at)
}

pub(super) fn materialized_view(node: &ast::AlterMaterializedView, at: &At) -> Kind {
    unread(node, at)
}

pub(super) fn index(node: &ast::AlterIndex, at: &At) -> Kind {
    unread(node, at)
}

pub(super) fn sequence(node: &ast::AlterSequence, at: &At) -> Kind {
    unread(node, at)
}
