//! Triggers and rules.

use squawk_syntax::ast;

use super::{At, unread};
use crate::parse::sql::model::Kind;

pub(super) fn create(node: &ast::CreateTrigger, at: &At) -> Kind {
    unread(node, at)
}

pub(super) fn alter(node: &ast::AlterTrigger, at: &At) -> Kind {
    unread(node, at)
}

pub(super) fn rule(node: &ast::CreateRule, at: &At) -> Kind {
    unread(node, at)
}
