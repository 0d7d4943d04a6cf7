//! PL/pgSQL blocks.

use squawk_syntax::ast;

use super::{At, unread};
use crate::parse::sql::model::Kind;

pub(super) fn run(node: &ast::Do, at: &At) -> Kind {
    unread(node, at)
}
