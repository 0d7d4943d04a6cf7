//! Types and domains.

use squawk_syntax::ast;

use super::{At, unread};
use crate::parse::sql::model::Kind;

pub(super) fn create(node: &ast::CreateType, at: &At) -> Kind {
    unread(node, at)
}

pub(super) fn alter(node: &ast::AlterType, at: &At) -> Kind {
    unread(node, at)
}

pub(super) fn domain(node: &ast::CreateDomain, at: &At) -> Kind {
    unread(node, at)
}

pub(super) fn alter_domain(node: &ast::AlterDomain, at: &At) -> Kind {
    unread(node, at)
}
