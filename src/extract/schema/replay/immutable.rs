//! What an index or a generated column may not be made of: what gives another value at another time.

use super::Replay;
use super::builtin;
use crate::extract::schema::catalog::{Column, TypeKind};
use crate::parse::sql::expression::{Call, Expr, Name};
use crate::parse::sql::model::TypeName;
use crate::parse::sql::routine::Volatility;
use crate::parse::sql::walk::{self, Part};

/// Whether an expression over columns is plainly not immutable. What is not known for sure counts as immutable.
pub(super) fn changes(replay: &Replay, columns: &[Column], expr: &Expr) -> bool {
    let mut found = false;
    walk::expression(expr, &mut |part| {
        match part {
            Part::Expr(Expr::Call(call)) => found |= changing_call(replay, columns, call),
            Part::Expr(Expr::Cast(inner, to)) => found |= changing_cast(replay, columns, inner, to),
            _ => {}
        }
        !found
    });
    found
}

fn changing_call(replay: &Replay, columns: &[Column], call: &Call) -> bool {
    let functions = replay.functions_named(&call.name);
    if !functions.is_empty() {
        return functions.iter().filter_map(|id| replay.function(*id)).all(|function| {
            // A function in SQL may be replaced by its body before it is judged.
            let opaque = function.language != "sql" && function.extension.is_none() && !function.platform;
            opaque && function.volatility != Volatility::Immutable
        });
    }
    if call.name.schema.as_ref().is_some_and(|schema| schema != "pg_catalog") {
        return false;
    }
    match call.name.name.as_str() {
        "now"
        | "current_timestamp"
        | "current_date"
        | "current_time"
        | "localtime"
        | "localtimestamp"
        | "clock_timestamp"
        | "statement_timestamp"
        | "transaction_timestamp"
        | "timeofday"
        | "random"
        | "gen_random_uuid"
        | "nextval"
        | "currval"
        | "current_user"
        | "session_user"
        | "user"
        | "current_role"
        | "current_setting"
        | "current_database"
        | "concat"
        | "concat_ws"
        | "format"
        | "to_char"
        | "to_date"
        | "to_timestamp"
        | "array_to_string" => call.name.name != "to_timestamp" || call.arguments.len() > 1,
        // Without a configuration they take that of the session.
        "to_tsvector" | "to_tsquery" | "plainto_tsquery" => call.arguments.len() == 1,
        "date_trunc" | "date_part" | "extract" => call
            .arguments
            .last()
            .and_then(|of| column_type(columns, of))
            .is_some_and(|of| call.arguments.len() == 2 && of.name == "timestamp with time zone"),
        _ => false,
    }
}

/// Whether a cast depends on settings of the session: dates as text, text as dates, moments as days.
fn changing_cast(replay: &Replay, columns: &[Column], inner: &Expr, to: &TypeName) -> bool {
    let Some(of) = column_type(columns, inner) else { return false };
    let is_time = |name: &str| matches!(builtin::short(name), "date" | "timestamp" | "timestamptz");
    let is_text = |name: &str| matches!(builtin::short(name), "text" | "varchar" | "bpchar");
    if to.dimensions > 0 {
        return false;
    }
    if is_text(&to.name) {
        let kind = of.schema.as_ref().and_then(|schema| {
            replay.catalog.types.get(&(schema.clone(), of.name.clone())).map(|found| &found.kind)
        });
        return of.dimensions > 0
            || is_time(&of.name) && of.schema.is_none()
            || matches!(of.name.as_str(), "money" | "interval") && of.schema.is_none()
            || matches!(kind, Some(TypeKind::Enum(_) | TypeKind::Composite(_)));
    }
    if of.schema.is_some() || of.dimensions > 0 {
        return false;
    }
    match of.name.as_str() {
        "timestamp with time zone" => matches!(builtin::short(&to.name), "date" | "timestamp" | "time"),
        "timestamp without time zone" | "date" => builtin::short(&to.name) == "timestamptz",
        name => is_text(name) && is_time(&to.name),
    }
}

/// The type of an expression that is a column.
fn column_type<'c>(columns: &'c [Column], expr: &Expr) -> Option<&'c TypeName> {
    let Expr::Column(names, _) = expr else { return None };
    let name: &Name = names.last()?;
    columns.iter().find(|column| column.name == *name).map(|column| &column.of)
}
