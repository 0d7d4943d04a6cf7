//! Expressions as short text, to be read in a report.

use crate::parse::sql::expression::{Call, Expr, Item, Query, Select, Source};

/// How deep an expression is printed.
const DEPTH: u32 = 12;

/// An expression in one line.
pub(super) fn expression(expr: &Expr) -> String {
    let mut out = String::new();
    write(&mut out, expr, DEPTH);
    out
}

fn write(out: &mut String, expr: &Expr, depth: u32) {
    if depth == 0 {
        out.push('…');
        return;
    }
    let depth = depth - 1;
    match expr {
        Expr::Null => out.push_str("null"),
        Expr::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Expr::Number(text) => out.push_str(text),
        Expr::Text(text) => {
            out.push('\'');
            out.push_str(&text.replace('\'', "''"));
            out.push('\'');
        }
        Expr::Column(path, _) => out.push_str(&path.join(".")),
        Expr::Parameter(number) => {
            out.push('$');
            out.push_str(&number.to_string());
        }
        Expr::Call(call) => called(out, call, depth),
        Expr::Cast(inner, of) => {
            write(out, inner, depth);
            out.push_str("::");
            out.push_str(&of.name);
        }
        Expr::And(list) => joined(out, list, " and ", depth),
        Expr::Or(list) => {
            out.push('(');
            joined(out, list, " or ", depth);
            out.push(')');
        }
        Expr::Not(inner) => around(out, "not (", inner, ")", depth),
        Expr::Binary(left, op, right) => between(out, left, &format!(" {op} "), right, depth),
        Expr::Unary(op, inner) => around(out, op, inner, "", depth),
        Expr::IsNull(inner, null) => {
            around(out, "", inner, if *null { " is null" } else { " is not null" }, depth);
        }
        Expr::IsBool(inner, value, negated) => {
            let value = value.map_or("unknown", |value| if value { "true" } else { "false" });
            around(out, "", inner, &format!(" is {}{value}", if *negated { "not " } else { "" }), depth);
        }
        _ => compared(out, expr, depth),
    }
}

fn compared(out: &mut String, expr: &Expr, depth: u32) {
    match expr {
        Expr::In { needle, list, negated } => {
            around(out, "", needle, if *negated { " not in (" } else { " in (" }, depth);
            joined(out, list, ", ", depth);
            out.push(')');
        }
        Expr::InQuery { needle, query, negated } => {
            around(out, "", needle, if *negated { " not in (" } else { " in (" }, depth);
            self::query(out, query, depth);
            out.push(')');
        }
        Expr::Quantified { left, op, all, right } => {
            between(out, left, &format!(" {op} {}(", if *all { "all " } else { "any " }), right, depth);
            out.push(')');
        }
        Expr::Between(one, low, high, negated) => {
            between(out, one, if *negated { " not between " } else { " between " }, low, depth);
            around(out, " and ", high, "", depth);
        }
        _ => rest(out, expr, depth),
    }
}

fn rest(out: &mut String, expr: &Expr, depth: u32) {
    match expr {
        Expr::Case(_, arms, otherwise) => {
            out.push_str("case");
            for (when, then) in arms {
                out.push_str(" when ");
                between(out, when, " then ", then, depth);
            }
            if let Some(otherwise) = otherwise {
                around(out, " else ", otherwise, "", depth);
            }
            out.push_str(" end");
        }
        Expr::Array(list) => {
            out.push_str("array[");
            joined(out, list, ", ", depth);
            out.push(']');
        }
        Expr::Row(list) => {
            out.push('(');
            joined(out, list, ", ", depth);
            out.push(')');
        }
        Expr::Query(inner) => {
            out.push('(');
            query(out, inner, depth);
            out.push(')');
        }
        Expr::Exists(inner) => {
            out.push_str("exists (");
            query(out, inner, depth);
            out.push(')');
        }
        Expr::Index(of, at) => {
            between(out, of, "[", at, depth);
            out.push(']');
        }
        Expr::Field(of, name) => around(out, "(", of, &format!(").{name}"), depth),
        Expr::Other(text, _) => out.push_str(&text.split_whitespace().collect::<Vec<_>>().join(" ")),
        _ => {}
    }
}

fn around(out: &mut String, before: &str, inner: &Expr, after: &str, depth: u32) {
    out.push_str(before);
    write(out, inner, depth);
    out.push_str(after);
}

fn between(out: &mut String, left: &Expr, middle: &str, right: &Expr, depth: u32) {
    write(out, left, depth);
    out.push_str(middle);
    write(out, right, depth);
}

fn joined(out: &mut String, list: &[Expr], with: &str, depth: u32) {
    for (at, one) in list.iter().enumerate() {
        if at > 0 {
            out.push_str(with);
        }
        write(out, one, depth);
    }
}

fn called(out: &mut String, call: &Call, depth: u32) {
    if let Some(schema) = &call.name.schema {
        out.push_str(schema);
        out.push('.');
    }
    out.push_str(&call.name.name);
    let bare = call.name.schema.is_none()
        && matches!(call.name.name.as_str(), "current_user" | "session_user" | "user");
    if bare {
        return;
    }
    out.push('(');
    if call.star {
        out.push('*');
    }
    joined(out, &call.arguments, ", ", depth);
    out.push(')');
}

fn query(out: &mut String, query: &Query, depth: u32) {
    if depth == 0 {
        out.push('…');
        return;
    }
    for (at, select) in query.selects.iter().enumerate() {
        if at > 0 {
            out.push_str(" union ");
        }
        one(out, select, depth - 1);
    }
}

fn one(out: &mut String, select: &Select, depth: u32) {
    if !select.values.is_empty() {
        out.push_str("values …");
        return;
    }
    out.push_str("select ");
    for (at, item) in select.items.iter().enumerate() {
        if at > 0 {
            out.push_str(", ");
        }
        match item {
            Item::Star(of) => {
                if let Some(of) = of {
                    out.push_str(of);
                    out.push('.');
                }
                out.push('*');
            }
            Item::Value(expr, _) => write(out, expr, depth),
        }
    }
    for (at, from) in select.from.iter().enumerate() {
        out.push_str(if at == 0 { " from " } else { ", " });
        source(out, from, depth);
    }
    if let Some(filter) = &select.filter {
        out.push_str(" where ");
        write(out, filter, depth);
    }
}

fn source(out: &mut String, from: &Source, depth: u32) {
    if depth == 0 {
        out.push('…');
        return;
    }
    match from {
        Source::Relation { name, .. } => {
            if let Some(schema) = &name.schema {
                out.push_str(schema);
                out.push('.');
            }
            out.push_str(&name.name);
        }
        Source::Query { query: inner, .. } => {
            out.push('(');
            query(out, inner, depth - 1);
            out.push(')');
        }
        Source::Call { call, .. } => write(out, call, depth - 1),
        Source::Join { left, right, on, .. } => {
            source(out, left, depth - 1);
            out.push_str(" join ");
            source(out, right, depth - 1);
            if let Some(on) = on {
                around(out, " on ", on, "", depth);
            }
        }
    }
}
