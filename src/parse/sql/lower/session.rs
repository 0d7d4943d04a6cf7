//! Stub.

use squawk_syntax::ast;

use super::{At, unread};
use crate::parse::sql::model::Kind;

pub(super) fn statement(stmt: &ast::Stmt, at: &At) -> Kind {
    unread(stmt, at)
}
