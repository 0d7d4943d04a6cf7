//! Changing names inside expressions, and comparing expressions wherever they stand.

use crate::parse::sql::expression::{Expr, Item, Name, Query, Select, Source};

/// A visitor of columns: their parts, and whether they are inside a query.
type Visit<'v> = &'v mut dyn FnMut(&mut Vec<Name>, bool);

/// Whether two expressions are written alike, but for where.
pub(super) fn same(one: &Expr, other: &Expr) -> bool {
    let text = |expr: &Expr| without_spans(&format!("{expr:?}"));
    let alike = std::mem::discriminant(one) == std::mem::discriminant(other);
    one == other || (alike && text(one) == text(other))
}

/// The text of a value without the places in it.
fn without_spans(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("Span {") {
        out.push_str(rest.get(..at).unwrap_or_default());
        rest = rest.get(at..).and_then(|rest| rest.split_once('}')).map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out
}

/// Gives a column of a table another name in an expression over it.
pub(super) fn rename_column(expr: &mut Expr, table: &Name, from: &Name, to: &Name) {
    columns(
        expr,
        &mut |names, inside| {
            let own = match names.as_slice() {
                [name] => !inside && name == from,
                [of, name] => of == table && name == from,
                _ => false,
            };
            if own && let Some(last) = names.last_mut() {
                last.clone_from(to);
            }
        },
        false,
    );
}

/// Gives a table another name where columns are qualified by it.
pub(super) fn rename_table(expr: &mut Expr, from: &Name, to: &Name) {
    columns(
        expr,
        &mut |names, _| {
            if let [of, _] = names.as_mut_slice()
                && of == from
            {
                of.clone_from(to);
            }
        },
        false,
    );
}

/// Visits every column of an expression. Its depth was bounded when it was read.
fn columns(expr: &mut Expr, visit: Visit<'_>, inside: bool) {
    match expr {
        Expr::Null | Expr::Bool(_) | Expr::Number(_) | Expr::Text(_) | Expr::Parameter(_) => {}
        Expr::Column(names, _) => visit(names, inside),
        Expr::Call(call) => all(&mut call.arguments, visit, inside),
        Expr::And(list) | Expr::Or(list) | Expr::Array(list) | Expr::Row(list) | Expr::Other(_, list) => {
            all(list, visit, inside);
        }
        Expr::Cast(inner, _)
        | Expr::Not(inner)
        | Expr::Unary(_, inner)
        | Expr::IsNull(inner, _)
        | Expr::IsBool(inner, ..)
        | Expr::Field(inner, _) => columns(inner, visit, inside),
        Expr::Binary(left, _, right) | Expr::Quantified { left, right, .. } | Expr::Index(left, right) => {
            columns(left, visit, inside);
            columns(right, visit, inside);
        }
        Expr::In { needle, list, .. } => {
            columns(needle, visit, inside);
            all(list, visit, inside);
        }
        Expr::InQuery { needle, query, .. } => {
            columns(needle, visit, inside);
            in_query(query, visit);
        }
        Expr::Between(value, low, high, _) => {
            columns(value, visit, inside);
            columns(low, visit, inside);
            columns(high, visit, inside);
        }
        Expr::Case(operand, arms, otherwise) => {
            for inner in operand.iter_mut().chain(otherwise) {
                columns(inner, visit, inside);
            }
            for (when, then) in arms {
                columns(when, visit, inside);
                columns(then, visit, inside);
            }
        }
        Expr::Query(query) | Expr::Exists(query) => in_query(query, visit),
    }
}

fn all(list: &mut [Expr], visit: Visit<'_>, inside: bool) {
    for expr in list {
        columns(expr, visit, inside);
    }
}

fn in_query(query: &mut Query, visit: Visit<'_>) {
    for (_, named) in &mut query.with {
        in_query(named, visit);
    }
    for select in &mut query.selects {
        in_select(select, visit);
    }
}

fn in_select(select: &mut Select, visit: Visit<'_>) {
    for item in &mut select.items {
        if let Item::Value(expr, _) = item {
            columns(expr, visit, true);
        }
    }
    for source in &mut select.from {
        in_source(source, visit);
    }
    if let Some(filter) = &mut select.filter {
        columns(filter, visit, true);
    }
    for row in &mut select.values {
        all(row, visit, true);
    }
}

fn in_source(source: &mut Source, visit: Visit<'_>) {
    match source {
        Source::Relation { .. } => {}
        Source::Query { query, .. } => in_query(query, visit),
        Source::Call { call, .. } => columns(call, visit, true),
        Source::Join { left, right, on, .. } => {
            in_source(left, visit);
            in_source(right, visit);
            if let Some(on) = on {
                columns(on, visit, true);
            }
        }
    }
}
