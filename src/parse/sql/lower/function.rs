//! Functions and procedures.

use squawk_syntax::ast;

use super::{At, unread};
use crate::parse::sql::model::Kind;

pub(super) fn create(node: &ast::CreateFunction, at: &At) -> Kind {
    unread(node, at)
}

pub(super) fn create_procedure(node: &ast::CreateProcedure, at: &At) -> Kind {
    unread(node, at)
}

pub(super) fn alter(node: &ast::AlterFunction, at: &At) -> Kind {
    unread(node, at)
}

pub(super) fn alter_procedure(node: &ast::AlterProcedure, at: &At) -> Kind {
    unread(node, at)
}

pub(super) fn alter_routine(node: &ast::AlterRoutine, at: &At) -> Kind {
    unread(node, at)
}
