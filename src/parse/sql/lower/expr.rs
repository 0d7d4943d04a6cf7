//! Expressions.

use squawk_syntax::ast;

use super::At;
use crate::parse::sql::model::Expr;

/// An expression; what is not read further is [`Expr::Other`].
pub(in crate::parse::sql) fn expression(node: &ast::Expr, at: &At) -> Expr {
    Expr::Other(at.text(node).to_owned(), Vec::new())
}
