//! Bodies of functions and of `do`: texts in a text.

use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::{self, AstNode};
use squawk_syntax::body::BodyLanguage;

use super::expr::optional;
use super::{At, plpgsql, statement};
use crate::parse::sql::between;
use crate::parse::sql::model::{Body, Item, Kind, Query, Select, Statement};

/// How deep a body may nest before it is left unread: the grammar below recurses.
const DEEPEST: usize = 200;

/// A body that is written as a string.
pub(super) fn written(language: &str, literal: &ast::Literal, at: &At) -> Body {
    if language != "sql" && language != "plpgsql" {
        return Body::None;
    }
    let Some(decoded) = literal.decoded_value() else { return Body::None };
    let text = decoded.text();
    let outer = At::inside(&decoded, at);
    let mended = between::parenthesised(text);
    let inner = mended.as_ref().map(|mended| At::inside(mended, &outer));
    let inner = inner.as_ref().unwrap_or(&outer);
    if language == "plpgsql" {
        return match plpgsql::block(inner) {
            Some(block) => Body::Plpgsql(Box::new(block), text.to_owned()),
            None => Body::Unread(text.to_owned()),
        };
    }
    match statements(inner) {
        Some(statements) => Body::Sql(statements),
        None => Body::Unread(text.to_owned()),
    }
}

/// The statements of a text; `None` where the grammar refuses it.
fn statements(at: &At) -> Option<Vec<Statement>> {
    if !shallow(at.text) {
        return None;
    }
    let (tree, errors) = <ast::SourceFile as BodyLanguage>::parse_text(at.text);
    if !errors.is_empty() {
        return None;
    }
    let file = ast::SourceFile::cast(SyntaxNode::new_root(tree))?;
    Some(file.stmts().filter_map(|stmt| one(&stmt, at)).collect())
}

fn one(stmt: &ast::Stmt, at: &At) -> Option<Statement> {
    Some(Statement { span: at.span(stmt), kind: statement(stmt, at)? })
}

/// `return expr` and `begin atomic … end`, which are part of the statement around them.
pub(super) fn inline(body: &ast::RoutineBody, at: &At) -> Vec<Statement> {
    match body {
        ast::RoutineBody::ReturnStmt(node) => vec![returned(node, at)],
        ast::RoutineBody::AtomicBody(node) => node
            .routine_body_stmts()
            .filter_map(|part| match part {
                ast::RoutineBodyStmt::ReturnStmt(node) => Some(returned(&node, at)),
                ast::RoutineBodyStmt::Stmt(stmt) => one(&stmt, at),
            })
            .collect(),
    }
}

/// `return expr` is `select expr`.
fn returned(node: &ast::ReturnStmt, at: &At) -> Statement {
    let select = Select { items: vec![Item::Value(optional(node.expr(), at), None)], ..Select::default() };
    let query = Query { selects: vec![select], ..Query::default() };
    Statement { span: at.span(node), kind: Kind::Query(Box::new(query)) }
}

/// Whether a text nests so little that the grammar can read it: parentheses, brackets, blocks, `if`, `loop`, `case`.
///
/// Strings and comments are not told apart: what they hold can only make a text look deeper than it is, and real
/// bodies stay far below the bound.
pub(super) fn shallow(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (mut depth, mut deepest) = (0usize, 0usize);
    let mut ended = false;
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        if byte.is_ascii_alphabetic() || byte == b'_' {
            let length =
                bytes[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
            let word = &text[at..at + length];
            let is = |names: &[&str]| names.iter().any(|name| word.eq_ignore_ascii_case(name));
            if is(&["end"]) {
                depth = depth.saturating_sub(1);
                ended = true;
            } else {
                if !ended && is(&["begin", "if", "loop", "case"]) {
                    depth += 1;
                }
                ended = false;
            }
            at += length;
        } else {
            match byte {
                b'(' | b'[' => depth += 1,
                b')' | b']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            at += 1;
        }
        deepest = deepest.max(depth);
    }
    deepest < DEEPEST
}
