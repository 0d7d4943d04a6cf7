//! `grant`, `revoke`, `alter default privileges`.

use squawk_syntax::ast;

use super::{At, unread};
use crate::parse::sql::model::Kind;

pub(super) fn grant(node: &ast::Grant, at: &At) -> Kind {
    unread(node, at)
}

pub(super) fn revoke(node: &ast::Revoke, at: &At) -> Kind {
    unread(node, at)
}

pub(super) fn default_privileges(node: &ast::AlterDefaultPrivileges, at: &At) -> Kind {
    unread(node, at)
}
