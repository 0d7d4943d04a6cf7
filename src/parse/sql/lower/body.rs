//! Bodies of functions and of `do`: texts in a text.

use std::sync::Arc;

use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::{self, AstNode};
use squawk_syntax::body::BodyLanguage;

use super::expr::optional;
use super::{At, plpgsql, statement};
use crate::parse::sql::between;
use crate::parse::sql::model::{Body, Item, Kind, Name, Query, Select, Statement};
use crate::parse::sql::tokens;

/// How deep a body may nest before it is left unread: the grammar recurses.
const DEEPEST: usize = 200;
/// How many bytes of a body are read: at each statement the grammar looks for its end.
const LONGEST: usize = 128 * 1024;

/// `do`.
pub(super) fn run(node: &ast::Do, at: &At) -> Kind {
    let language = node.do_language().and_then(|it| it.language_name()).map(|it| it.name.to_lowercase());
    let language = Name::from(language.unwrap_or_else(|| "plpgsql".to_owned()));
    let mut out = None;
    if language == "plpgsql"
        && let Some(literal) = node.body()
        && let Body::Plpgsql(block) = written(&language, &literal, at)
    {
        out = Some(block);
    }
    Kind::Do { language, block: out }
}

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
    if !readable(inner.text) {
        return Body::Unread(text.to_owned());
    }
    if language == "plpgsql" {
        return match plpgsql::block(inner) {
            Some(block) => Body::Plpgsql(Arc::new(block)),
            None => Body::Unread(text.to_owned()),
        };
    }
    match statements(inner) {
        Some(statements) => Body::Sql(statements.into()),
        None => Body::Unread(text.to_owned()),
    }
}

/// The statements of a text; `None` where the grammar refuses it.
fn statements(at: &At) -> Option<Vec<Statement>> {
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

/// Whether a text can be read by the grammar, which recurses and looks ahead: it is not too long, parentheses,
/// brackets, blocks, `if`, `loop` and `case` nest little and close, and every `if` has its `then`.
fn readable(text: &str) -> bool {
    if text.len() > LONGEST {
        return false;
    }
    let (mut parens, mut blocks, mut deepest) = (0usize, 0usize, 0usize);
    let mut ended = false;
    // Whether a statement begins here: an `if` elsewhere is part of `if exists`.
    let mut begins = true;
    let mut condition = false;
    for token in tokens::tokens(text) {
        let ends = token.of(text) == ";";
        match token.kind {
            tokens::Kind::Open => parens += 1,
            tokens::Kind::Close => match parens.checked_sub(1) {
                Some(less) => parens = less,
                None => return false,
            },
            tokens::Kind::Word if token.is(text, &["end"]) => blocks = blocks.saturating_sub(1),
            tokens::Kind::Word if begins && token.is(text, &["if"]) => {
                blocks += 1;
                condition = true;
            }
            tokens::Kind::Word if !ended && token.is(text, &["begin", "loop", "case"]) => blocks += 1,
            tokens::Kind::Word if token.is(text, &["then"]) => condition = false,
            _ if ends && condition => return false,
            _ => {}
        }
        ended = token.is(text, &["end"]);
        begins = ends || token.is(text, &["then", "else", "begin", "loop"]);
        deepest = deepest.max(parens + blocks);
    }
    parens == 0 && deepest < DEEPEST
}
