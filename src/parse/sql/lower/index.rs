//! `create index`.

use squawk_syntax::ast;

use super::{At, unread};
use crate::parse::sql::model::Kind;

pub(super) fn create(node: &ast::CreateIndex, at: &At) -> Kind {
    unread(node, at)
}
