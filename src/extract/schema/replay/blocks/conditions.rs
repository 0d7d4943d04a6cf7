//! Which refusals the conditions of an exception handler catch.

use crate::extract::schema::catalog::FaultKind;
use crate::extract::schema::replay::Refusal;
use crate::parse::sql::expression::Name;
use crate::parse::sql::model::{Class, Kind, Statement};
use crate::parse::sql::relation::Alter;

/// Whether one of the conditions catches what a statement was refused for. The statement is the one that failed, where
/// it is known: it tells `duplicate_table` from `duplicate_object`.
pub(super) fn catch(conditions: &[Name], refusal: &Refusal, failed: Option<&Statement>) -> bool {
    conditions.iter().map(|name| named(name)).any(|name| match name {
        "others" => true,
        "syntax_error_or_access_rule_violation" => refusal.kind != FaultKind::Invalid,
        name => match raised(refusal, failed) {
            Some(states) => states.contains(&name),
            None => true,
        },
    })
}

/// The name of a condition that is written by its code.
fn named(condition: &str) -> &str {
    match condition.strip_prefix("sqlstate ").map(|code| code.trim_matches('\'')) {
        Some("42710") => "duplicate_object",
        Some("42P07") => "duplicate_table",
        Some("42701") => "duplicate_column",
        Some("42P06") => "duplicate_schema",
        Some("42723") => "duplicate_function",
        Some("42P01") => "undefined_table",
        Some("42703") => "undefined_column",
        Some("42704") => "undefined_object",
        Some("42883") => "undefined_function",
        Some("3F000") => "invalid_schema_name",
        Some("2BP01") => "dependent_objects_still_exist",
        Some("42809") => "wrong_object_type",
        Some("P0001") => "raise_exception",
        Some("42000") => "syntax_error_or_access_rule_violation",
        _ => condition,
    }
}

/// The conditions that a refusal can raise; `None` where it can be any.
fn raised(refusal: &Refusal, failed: Option<&Statement>) -> Option<&'static [&'static str]> {
    Some(match refusal.kind {
        FaultKind::UnknownSchema => &["invalid_schema_name", "undefined_table", "undefined_object"],
        FaultKind::UnknownRelation => &["undefined_table"],
        FaultKind::UnknownColumn => &["undefined_column"],
        FaultKind::UnknownFunction => &["undefined_function"],
        FaultKind::UnknownIndex => &["undefined_object", "undefined_table"],
        FaultKind::UnknownConstraint
        | FaultKind::UnknownType
        | FaultKind::UnknownRole
        | FaultKind::UnknownPolicy
        | FaultKind::UnknownTrigger => &["undefined_object"],
        FaultKind::UnknownExtension => &["undefined_object", "undefined_file", "feature_not_supported"],
        FaultKind::Depended => &["dependent_objects_still_exist"],
        FaultKind::WrongKind => &["wrong_object_type"],
        FaultKind::Duplicate => duplicate(&failed?.kind),
        FaultKind::Invalid if refusal.name == "raise exception" => &["raise_exception"],
        FaultKind::UnknownObject | FaultKind::Invalid => return None,
    })
}

/// What a statement raises where the object exists.
fn duplicate(kind: &Kind) -> &'static [&'static str] {
    match kind {
        Kind::CreateTable(_) => &["duplicate_table", "duplicate_column"],
        Kind::CreateIndex(_) | Kind::CreateView(_) | Kind::CreateSequence { .. } => &["duplicate_table"],
        Kind::CreateSchema { .. } | Kind::AlterObject { class: Class::Schema, .. } => &["duplicate_schema"],
        Kind::CreateFunction(_) | Kind::AlterFunction { .. } => &["duplicate_function"],
        Kind::AlterRelation { actions, .. } => match actions.as_slice() {
            [Alter::AddColumn { .. } | Alter::RenameColumn { .. }] => &["duplicate_column"],
            [Alter::Rename(_) | Alter::SetSchema(_)] => &["duplicate_table"],
            // A key brings an index, whose name is that of a relation.
            [Alter::AddConstraint(_) | Alter::RenameConstraint { .. }] => {
                &["duplicate_object", "duplicate_table"]
            }
            _ => &["duplicate_object", "duplicate_table", "duplicate_column"],
        },
        _ => &["duplicate_object"],
    }
}
