//! `create view`, `create materialized view`.

use squawk_syntax::ast;

use super::{At, unread};
use crate::parse::sql::model::Kind;

pub(super) fn create(node: &ast::CreateView, at: &At) -> Kind {
    unread(node, at)
}

pub(super) fn create_materialized(node: &ast::CreateMaterializedView, at: &At) -> Kind {
    unread(node, at)
}
