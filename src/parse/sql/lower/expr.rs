//! Expressions: what policies, checks, defaults and conditions compute.

mod binary;
mod call;

pub(super) use call::argument;
use squawk_syntax::ast::{self, AstNode, LitKind};
use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::names::{fold, name_of, object_name_of, type_name};
use super::{At, DEEPEST, bracketed, queried};
use crate::parse::sql::expression::truth;
use crate::parse::sql::model::{Call, Expr, Name, ObjectName, TypeName};

/// An expression; what is not read further is [`Expr::Other`]. At most [`DEEPEST`] levels are kept.
pub(in crate::parse::sql) fn expression(node: &ast::Expr, at: &At) -> Expr {
    at.deeper(1, || lowered(node, at)).unwrap_or_else(|| flat(node.syntax(), at))
}

/// As [`expression`], of what a mistake may have left out.
pub(in crate::parse::sql) fn optional(node: Option<ast::Expr>, at: &At) -> Expr {
    node.map_or(Expr::Null, |node| expression(&node, at))
}

fn lowered(node: &ast::Expr, at: &At) -> Expr {
    match node {
        ast::Expr::NameRef(node) => name_ref(node.syntax(), at),
        ast::Expr::Literal(node) => literal(node, at),
        ast::Expr::BinExpr(node) => binary::binary(node, at),
        ast::Expr::CallExpr(node) => call::call(node, at),
        ast::Expr::FieldExpr(node) => field(node, at),
        ast::Expr::CastExpr(node) => cast(node, at),
        ast::Expr::ParenExpr(node) => paren(node, at),
        ast::Expr::TupleExpr(node) => Expr::Row(list(node.exprs(), at)),
        ast::Expr::PrefixExpr(node) => binary::prefix(node, at),
        ast::Expr::PostfixExpr(node) => binary::postfix(node, at),
        ast::Expr::BetweenExpr(node) => Expr::Between(
            Box::new(optional(node.target(), at)),
            Box::new(optional(node.start(), at)),
            Box::new(optional(node.end(), at)),
            node.not_token().is_some(),
        ),
        ast::Expr::CaseExpr(node) => case(node, at),
        ast::Expr::ArrayExpr(node) => array(node, at),
        ast::Expr::IndexExpr(node) => {
            Expr::Index(Box::new(optional(node.base(), at)), Box::new(optional(node.index(), at)))
        }
        ast::Expr::Collate(node) => optional(node.expr(), at),
        ast::Expr::SliceExpr(node) => other(node.syntax(), at),
    }
}

/// `array[…]`, `array(select …)`.
fn array(node: &ast::ArrayExpr, at: &At) -> Expr {
    if let Some(inner) = node.select_variant() {
        return word_call("array", vec![Expr::Query(Box::new(queried(&inner, at)))]);
    }
    let inner = node.syntax().parent().is_some_and(|parent| parent.kind() == SyntaxKind::ARRAY_EXPR);
    if node.array_token().is_none() && !inner {
        at.refuse("an array lacks its word", node.syntax());
    }
    Expr::Array(list(node.exprs(), at))
}

fn list(nodes: impl Iterator<Item = ast::Expr>, at: &At) -> Vec<Expr> {
    nodes.map(|node| expression(&node, at)).collect()
}

/// A call of what is a word of the grammar.
fn word_call(name: &str, arguments: Vec<Expr>) -> Expr {
    let name = ObjectName { name: name.into(), ..ObjectName::default() };
    Expr::Call(Box::new(Call { name, arguments, star: false, aggregate: false }))
}

/// A column, or a word that is a call: `current_user`.
fn name_ref(node: &SyntaxNode, at: &At) -> Expr {
    let name = name_of(node);
    let kind = node.first_token().map(|token| token.kind());
    let word = match kind {
        Some(SyntaxKind::USER_KW | SyntaxKind::CURRENT_ROLE_KW | SyntaxKind::CURRENT_USER_KW) => {
            "current_user"
        }
        Some(
            SyntaxKind::CURRENT_CATALOG_KW
            | SyntaxKind::CURRENT_DATE_KW
            | SyntaxKind::CURRENT_SCHEMA_KW
            | SyntaxKind::CURRENT_TIME_KW
            | SyntaxKind::CURRENT_TIMESTAMP_KW
            | SyntaxKind::LOCALTIME_KW
            | SyntaxKind::LOCALTIMESTAMP_KW
            | SyntaxKind::SESSION_USER_KW
            | SyntaxKind::SYSTEM_USER_KW,
        ) => name.as_str(),
        _ => return Expr::Column(vec![name], at.span_of(node)),
    };
    let name = ObjectName { schema: None, name: word.into(), span: at.span_of(node) };
    Expr::Call(Box::new(Call { name, arguments: Vec::new(), star: false, aggregate: false }))
}

fn literal(node: &ast::Literal, at: &At) -> Expr {
    match node.kind() {
        Some(LitKind::Null(_)) => Expr::Null,
        Some(LitKind::True(_)) => Expr::Bool(true),
        Some(LitKind::False(_)) => Expr::Bool(false),
        Some(LitKind::IntNumber(token) | LitKind::NumericNumber(token)) => Expr::Number(token.text().into()),
        Some(LitKind::PositionalParam(token)) => {
            Expr::Parameter(token.text().trim_start_matches('$').parse().unwrap_or_default())
        }
        Some(
            LitKind::String(_)
            | LitKind::EscString(_)
            | LitKind::UnicodeEscString(_)
            | LitKind::NationalString(_)
            | LitKind::DollarQuotedString(_),
        ) => match string(node) {
            Some(text) => Expr::Text(text),
            None => Expr::Other(at.text(node).to_owned(), Vec::new()),
        },
        _ => Expr::Other(at.text(node).to_ascii_lowercase(), Vec::new()),
    }
}

/// What a string literal means.
pub(in crate::parse::sql) fn string(node: &ast::Literal) -> Option<String> {
    node.string_value()
}

/// `a.b.c` is a column; `(a).b` and `f(x).b` are fields of a value.
fn field(node: &ast::FieldExpr, at: &At) -> Expr {
    let base = node.base();
    let own = || {
        let last = node.syntax().children_with_tokens().filter(|it| !it.kind().is_trivia()).last()?;
        match last {
            squawk_syntax::SyntaxElement::Token(token) if token.kind() == SyntaxKind::STAR => {
                Some(Name::const_new("*"))
            }
            squawk_syntax::SyntaxElement::Token(token) => Some(fold(token.text())),
            squawk_syntax::SyntaxElement::Node(node) => Some(name_of(&node)),
        }
    };
    let own = own().unwrap_or_default();
    match base {
        Some(ast::Expr::NameRef(_) | ast::Expr::FieldExpr(_)) => match optional(base, at) {
            Expr::Column(mut names, _) if !matches!(names.last().map(Name::as_str), Some("*")) => {
                names.push(own);
                Expr::Column(names, at.span(node))
            }
            value => Expr::Field(Box::new(value), own),
        },
        base => Expr::Field(Box::new(optional(base, at)), own),
    }
}

fn cast(node: &ast::CastExpr, at: &At) -> Expr {
    let value = match (node.expr(), node.literal()) {
        (Some(inner), _) => expression(&inner, at),
        (None, Some(inner)) => literal(&inner, at),
        (None, None) => return other(node.syntax(), at),
    };
    let Some(to) = node.ty() else { return value };
    let to = type_name(&to, at);
    if is_boolean(&to) {
        match &value {
            Expr::Bool(_) => return value,
            Expr::Text(text) => {
                if let Some(truth) = truth(text) {
                    return Expr::Bool(truth);
                }
            }
            _ => {}
        }
    }
    Expr::Cast(Box::new(value), Box::new(to))
}

fn is_boolean(of: &TypeName) -> bool {
    of.name == "boolean" && of.schema.is_none() && of.dimensions == 0
}

fn paren(node: &ast::ParenExpr, at: &At) -> Expr {
    if let Some(inner) = node.expr() {
        return expression(&inner, at);
    }
    match bracketed(node, at) {
        Some(inner) => Expr::Query(Box::new(inner)),
        None => other(node.syntax(), at),
    }
}

fn case(node: &ast::CaseExpr, at: &At) -> Expr {
    let arms = node.when_clause_list().into_iter().flat_map(|list| list.when_clauses());
    let arms = arms.map(|arm| (optional(arm.condition(), at), optional(arm.then(), at))).collect();
    let otherwise = node.else_clause().and_then(|part| part.expr());
    Expr::Case(
        node.expr().map(|of| Box::new(expression(&of, at))),
        arms,
        otherwise.map(|part| Box::new(expression(&part, at))),
    )
}

/// What is not read further: its text, and the expressions right below it.
pub(in crate::parse::sql) fn other(node: &SyntaxNode, at: &At) -> Expr {
    Expr::Other(at.text_of(node).to_owned(), inner(node, at))
}

/// The outermost expressions and queries below a node.
fn inner(node: &SyntaxNode, at: &At) -> Vec<Expr> {
    let mut out = Vec::new();
    let mut open: Vec<SyntaxNode> = node.children().collect();
    open.reverse();
    while let Some(next) = open.pop() {
        if let Some(expr) = ast::Expr::cast(next.clone()) {
            out.push(expression(&expr, at));
        } else if let Some(select) = ast::SelectVariant::cast(next.clone()) {
            out.push(Expr::Query(Box::new(queried(&select, at))));
        } else {
            let from = open.len();
            open.extend(next.children());
            open[from..].reverse();
        }
    }
    out
}

/// An expression that nests too deep: its text and the columns anywhere in it.
fn flat(node: &SyntaxNode, at: &At) -> Expr {
    let mut columns = Vec::new();
    for below in node.descendants() {
        let known = columns.len() > usize::from(DEEPEST) * 10;
        if below.kind() != SyntaxKind::NAME_REF || known {
            continue;
        }
        let inside = below
            .parent()
            .is_some_and(|parent| matches!(parent.kind(), SyntaxKind::FIELD_EXPR | SyntaxKind::CALL_EXPR));
        if !inside {
            columns.push(name_ref(&below, at));
        }
    }
    Expr::Other(at.text_of(node).to_owned(), columns)
}

/// The name of what a call calls.
fn called(node: &SyntaxNode, at: &At) -> ObjectName {
    let name = object_name_of(node, at);
    // A qualified system function is the same as one found by the path.
    ObjectName { schema: name.schema.filter(|schema| schema != "pg_catalog"), ..name }
}
