//! `create table`, `create foreign table`, `create table as`, `create sequence`.

use squawk_syntax::ast;

use super::{At, unread};
use crate::parse::sql::model::Kind;

pub(super) fn create(node: &ast::CreateTable, at: &At) -> Kind {
    unread(node, at)
}

pub(super) fn create_as(node: &ast::CreateTableAs, at: &At) -> Kind {
    unread(node, at)
}

pub(super) fn create_foreign(node: &ast::CreateForeignTable, at: &At) -> Kind {
    unread(node, at)
}

pub(super) fn sequence(node: &ast::CreateSequence, at: &At) -> Kind {
    unread(node, at)
}
