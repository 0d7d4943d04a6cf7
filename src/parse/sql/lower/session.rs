//! The session: settings, roles, transactions.

use squawk_syntax::ast::{self, AstNode};

use super::expr::string;
use super::names::{name, parts};
use super::{At, unread};
use crate::parse::sql::model::{Kind, Name, Setting, Transaction};

/// `set`, `reset`, `set role`, `begin`, `commit`, savepoints.
pub(super) fn statement(stmt: &ast::Stmt, at: &At) -> Kind {
    transaction(stmt)
        .map(Kind::Transaction)
        .or_else(|| settings(stmt, at))
        .unwrap_or_else(|| unread(stmt, at))
}

fn transaction(stmt: &ast::Stmt) -> Option<Transaction> {
    Some(match stmt {
        ast::Stmt::Begin(_) => Transaction::Begin,
        ast::Stmt::Commit(ast::Commit::CommitTransaction(_)) => Transaction::Commit,
        ast::Stmt::Rollback(ast::Rollback::RollbackTransaction(_)) => Transaction::Rollback,
        ast::Stmt::Rollback(ast::Rollback::RollbackToSavepoint(node)) => {
            Transaction::RollbackTo(name(&node.savepoint_ref()?))
        }
        ast::Stmt::SavepointCreate(node) => Transaction::Savepoint(name(&node.savepoint()?)),
        ast::Stmt::ReleaseSavepoint(node) => Transaction::Release(name(&node.savepoint_ref()?)),
        _ => return None,
    })
}

fn settings(stmt: &ast::Stmt, at: &At) -> Option<Kind> {
    let local = |scope: Option<ast::SetScope>| matches!(scope, Some(ast::SetScope::LocalScope(_)));
    let (setting, local) = match stmt {
        ast::Stmt::Set(node) => (set(&node.set_target()?, at)?, local(node.set_scope())),
        ast::Stmt::SetRole(node) => {
            let value = match node.set_role_target()? {
                ast::SetRoleTarget::Literal(node) => string(&node)?,
                ast::SetRoleTarget::RoleRef(node) => name(&node).into(),
                ast::SetRoleTarget::SetRoleNone(_) => "none".to_owned(),
            };
            (setting("role", vec![value]), local(node.set_scope()))
        }
        ast::Stmt::SetSessionAuth(node) => {
            let values = match node.set_session_auth_target()? {
                ast::SetSessionAuthTarget::Literal(node) => vec![string(&node)?],
                ast::SetSessionAuthTarget::RoleRef(node) => vec![name(&node).into()],
                ast::SetSessionAuthTarget::SetSessionAuthDefault(_) => Vec::new(),
            };
            (setting("session_authorization", values), local(node.set_scope()))
        }
        ast::Stmt::ResetRole(_) => (setting("role", Vec::new()), false),
        ast::Stmt::ResetSessionAuth(_) => (setting("session_authorization", Vec::new()), false),
        ast::Stmt::Reset(node) => (reset(&node.reset_target()?), false),
        _ => return None,
    };
    Some(Kind::Set { setting, local })
}

fn setting(name: &str, values: Vec<String>) -> Setting {
    Setting { name: name.into(), values, current: false }
}

fn reset(target: &ast::ResetTarget) -> Setting {
    match target {
        ast::ResetTarget::All(_) => setting("all", Vec::new()),
        ast::ResetTarget::ConfigParameterRef(node) => setting(&parameter(node), Vec::new()),
        ast::ResetTarget::ResetTimeZone(_) => setting("timezone", Vec::new()),
        ast::ResetTarget::ResetTransactionIsolation(_) => setting("transaction_isolation", Vec::new()),
    }
}

fn set(target: &ast::SetTarget, at: &At) -> Option<Setting> {
    Some(match target {
        ast::SetTarget::SetConfig(node) => {
            assignment(&node.config_parameter_ref()?, node.config_assignment().as_ref(), at)
        }
        ast::SetTarget::SetTimeZone(node) => {
            let values = match (node.config_value(), node.cast_expr()) {
                (Some(node), _) => vec![value(&node, at)],
                (None, Some(node)) => vec![at.text(&node).to_owned()],
                (None, None) => Vec::new(),
            };
            setting("timezone", values)
        }
        ast::SetTarget::SetSchemaValue(node) => setting("search_path", vec![string(&node.literal()?)?]),
        ast::SetTarget::SetCatalog(node) => setting("catalog", vec![string(&node.literal()?)?]),
        ast::SetTarget::SetXmlOption(node) => {
            let value = node.xml_document_or_content().map(|node| at.text(&node).to_ascii_lowercase());
            setting("xmloption", value.into_iter().collect())
        }
    })
}

/// The name of a setting: `app.tenant` in one, in lower case.
pub(in crate::parse::sql) fn parameter(node: &ast::ConfigParameterRef) -> Name {
    let mut out = Name::default();
    for (part, _) in parts(node.syntax()) {
        if !out.is_empty() {
            out.push('.');
        }
        out.push_str(&part.to_ascii_lowercase());
    }
    out
}

/// `name to value`, `name from current`, as `set` and functions and roles write it.
pub(in crate::parse::sql) fn assignment(
    node: &ast::ConfigParameterRef,
    to: Option<&ast::ConfigAssignment>,
    at: &At,
) -> Setting {
    let name = parameter(node);
    match to {
        Some(ast::ConfigAssignment::FromCurrent(_)) => Setting { name, values: Vec::new(), current: true },
        Some(ast::ConfigAssignment::ToConfigValue(node)) => {
            let values = node.config_values().map(|node| value(&node, at)).collect();
            Setting { name, values, current: false }
        }
        None => Setting { name, ..Setting::default() },
    }
}

/// `set name to value` as functions and roles keep it.
pub(super) fn config(node: &ast::SetConfigParam, at: &At) -> Setting {
    node.config_parameter_ref()
        .map(|name| assignment(&name, node.config_assignment().as_ref(), at))
        .unwrap_or_default()
}

fn value(node: &ast::ConfigValue, at: &At) -> String {
    match node {
        ast::ConfigValue::Literal(node) => string(node).filter(|_| !is_number(at.text(node))),
        ast::ConfigValue::ConfigValueName(node) => Some(name(node).into()),
        ast::ConfigValue::PrefixExpr(_) => None,
    }
    .unwrap_or_else(|| at.text(node).to_ascii_lowercase())
}

fn is_number(text: &str) -> bool {
    !text.contains(['\'', '$'])
}
