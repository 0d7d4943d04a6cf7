//! `drop` of named objects.

use squawk_syntax::ast;

use super::{At, unread};
use crate::parse::sql::model::Kind;

pub(super) fn lower(stmt: &ast::Stmt, at: &At) -> Kind {
    unread(stmt, at)
}
