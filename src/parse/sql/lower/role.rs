//! Roles.

use squawk_syntax::ast;

use super::{At, unread};
use crate::parse::sql::model::Kind;

pub(super) fn create(node: &ast::CreateRole, at: &At) -> Kind {
    unread(node, at)
}

pub(super) fn create_user(node: &ast::CreateUser, at: &At) -> Kind {
    unread(node, at)
}

pub(super) fn create_group(node: &ast::CreateGroup, at: &At) -> Kind {
    unread(node, at)
}

pub(super) fn alter(node: &ast::AlterRole, at: &At) -> Kind {
    unread(node, at)
}

pub(super) fn alter_user(node: &ast::AlterUser, at: &At) -> Kind {
    unread(node, at)
}

pub(super) fn alter_group(node: &ast::AlterGroup, at: &At) -> Kind {
    unread(node, at)
}

pub(super) fn drop_owned(node: &ast::DropOwned, at: &At) -> Kind {
    unread(node, at)
}

pub(super) fn reassign(node: &ast::Reassign, at: &At) -> Kind {
    unread(node, at)
}
