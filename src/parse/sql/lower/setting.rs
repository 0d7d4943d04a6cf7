//! `set name to value`, as functions, roles and databases keep it.

use squawk_syntax::ast::{self, AstNode};

use super::names;
use super::node::{quoted, words};
use crate::parse::sql::model::{Name, Setting};

/// `set name to value`.
pub(super) fn set(node: &ast::SetConfigParam) -> Setting {
    let mut out = Setting { name: parameter(node.config_parameter_ref()), ..Setting::default() };
    match node.config_assignment() {
        Some(ast::ConfigAssignment::FromCurrent(_)) => out.current = true,
        Some(ast::ConfigAssignment::ToConfigValue(to)) => {
            out.values = to.config_values().map(|it| value(&it)).collect()
        }
        None => {}
    }
    out
}

/// The name of a parameter, in lower case: `app.tenant`.
pub(super) fn parameter(node: Option<ast::ConfigParameterRef>) -> Name {
    node.map(|node| {
        let parts = names::parts(node.syntax());
        Name::from(parts.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(".").to_lowercase())
    })
    .unwrap_or_default()
}

/// A value as PostgreSQL reads it: strings decoded, names folded, numbers as written.
pub(super) fn value(node: &ast::ConfigValue) -> String {
    match node {
        ast::ConfigValue::ConfigValueName(name) => names::name(name).into_string(),
        ast::ConfigValue::Literal(literal) if quoted(literal) => literal.string_value().unwrap_or_default(),
        other => words(other.syntax()).replace(' ', ""),
    }
}
