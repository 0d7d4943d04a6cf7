//! `create policy`, `alter policy`.

use squawk_syntax::ast;

use super::{At, unread};
use crate::parse::sql::model::Kind;

pub(super) fn create(node: &ast::CreatePolicy, at: &At) -> Kind {
    unread(node, at)
}

pub(super) fn alter(node: &ast::AlterPolicy, at: &At) -> Kind {
    unread(node, at)
}
