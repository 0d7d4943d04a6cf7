//! Types and names as PostgreSQL's catalogue spells them.

use std::fmt::Write;

use crate::parse::sql::model::TypeName;

/// A type without what stands in its parentheses: functions do not keep it.
pub(super) fn plain_text(of: &TypeName) -> String {
    let mut of = of.clone();
    of.modifiers.clear();
    match of.name.as_str() {
        "bit" | "character" => type_text(&of).replace("(1)", ""),
        _ => type_text(&of),
    }
}

/// A type as `format_type` spells it, without quotes.
pub fn type_text(of: &TypeName) -> String {
    let mut text = String::new();
    if let Some(schema) = of.schema.as_deref().filter(|schema| *schema != "pg_catalog") {
        let _ = write!(text, "{schema}.");
    }
    let mut modifiers = of.modifiers.join(",");
    match (of.name.as_str(), of.modifiers.len()) {
        ("numeric", 1) => modifiers.push_str(",0"),
        ("bit" | "character", 0) => modifiers.push('1'),
        _ => {}
    }
    let (head, tail) = match of.name.split_once(' ') {
        Some((head @ ("time" | "timestamp"), tail)) => (head, tail),
        _ => (of.name.as_str(), ""),
    };
    let quoted = if of.schema.is_none() && head == "char" { "\"char\"" } else { head };
    text.push_str(quoted);
    if !modifiers.is_empty() {
        let _ = write!(text, "({modifiers})");
    }
    if !tail.is_empty() {
        let _ = write!(text, " {tail}");
    }
    text.push_str(if of.dimensions > 0 { "[]" } else { "" });
    text
}

/// A value of `search_path` as `proconfig` has it.
pub(super) fn quoted(name: &str) -> String {
    let plain = name.starts_with(|first: char| first.is_ascii_lowercase() || first == '_')
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if plain { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}
