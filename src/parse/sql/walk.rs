//! Every expression and query inside an expression or a query, outermost first.

use super::expression::{Expr, Item, Query, Select, Source};

/// What a walk comes by.
#[derive(Debug, Clone, Copy)]
pub enum Part<'e> {
    /// An expression.
    Expr(&'e Expr),
    /// A query, before what is in it.
    Query(&'e Query),
    /// Something in a `from`, before what is in it.
    Source(&'e Source),
}

/// Walks an expression. Where `visit` says `false`, what is inside that part is passed over.
pub fn expression<'e>(expr: &'e Expr, visit: &mut dyn FnMut(Part<'e>) -> bool) {
    if !visit(Part::Expr(expr)) {
        return;
    }
    match expr {
        Expr::Null
        | Expr::Bool(_)
        | Expr::Number(_)
        | Expr::Text(_)
        | Expr::Column(..)
        | Expr::Parameter(_) => {}
        Expr::Call(call) => all(&call.arguments, visit),
        Expr::And(list) | Expr::Or(list) | Expr::Array(list) | Expr::Row(list) | Expr::Other(_, list) => {
            all(list, visit);
        }
        Expr::Cast(inner, _)
        | Expr::Not(inner)
        | Expr::Unary(_, inner)
        | Expr::IsNull(inner, _)
        | Expr::IsBool(inner, ..)
        | Expr::Field(inner, _) => expression(inner, visit),
        Expr::Binary(left, _, right) | Expr::Quantified { left, right, .. } | Expr::Index(left, right) => {
            expression(left, visit);
            expression(right, visit);
        }
        Expr::In { needle, list, .. } => {
            expression(needle, visit);
            all(list, visit);
        }
        Expr::InQuery { needle, query, .. } => {
            expression(needle, visit);
            self::query(query, visit);
        }
        Expr::Between(value, low, high, _) => {
            for part in [value, low, high] {
                expression(part, visit);
            }
        }
        Expr::Case(of, arms, otherwise) => {
            for part in of.iter().chain(otherwise) {
                expression(part, visit);
            }
            for (when, then) in arms {
                expression(when, visit);
                expression(then, visit);
            }
        }
        Expr::Query(inner) | Expr::Exists(inner) => query(inner, visit),
    }
}

/// Walks a query: its named queries, what it returns, where from, on what condition.
pub fn query<'e>(query: &'e Query, visit: &mut dyn FnMut(Part<'e>) -> bool) {
    if !visit(Part::Query(query)) {
        return;
    }
    for (_, named) in &query.with {
        self::query(named, visit);
    }
    for select in &query.selects {
        self::select(select, visit);
    }
}

fn select<'e>(select: &'e Select, visit: &mut dyn FnMut(Part<'e>) -> bool) {
    for from in &select.from {
        source(from, visit);
    }
    for item in &select.items {
        if let Item::Value(value, _) = item {
            expression(value, visit);
        }
    }
    if let Some(part) = &select.filter {
        expression(part, visit);
    }
    for row in &select.values {
        all(row, visit);
    }
}

fn source<'e>(from: &'e Source, visit: &mut dyn FnMut(Part<'e>) -> bool) {
    if !visit(Part::Source(from)) {
        return;
    }
    match from {
        Source::Relation { .. } => {}
        Source::Query { query, .. } => self::query(query, visit),
        Source::Call { call, .. } => expression(call, visit),
        Source::Join { left, right, on, .. } => {
            source(left, visit);
            source(right, visit);
            if let Some(part) = on {
                expression(part, visit);
            }
        }
    }
}

fn all<'e>(list: &'e [Expr], visit: &mut dyn FnMut(Part<'e>) -> bool) {
    for expr in list {
        expression(expr, visit);
    }
}
