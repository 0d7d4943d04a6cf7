//! Queries.

use squawk_syntax::ast;

use super::{At, unread};
use crate::parse::sql::model::{Kind, Query};

/// `select`, `values`, `table`, set operations, with all around them.
pub(in crate::parse::sql) fn query(_node: &ast::SelectVariant, _at: &At) -> Query {
    Query::default()
}

pub(super) fn statement(stmt: &ast::Stmt, at: &At) -> Kind {
    unread(stmt, at)
}
