//! Operators: chains of them are read from the left without recursion.

use squawk_syntax::ast::{self, AstNode, BinOp, PostfixOp, PrefixOp};
use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::{expression, optional, other, word_call};
use crate::parse::sql::lower::{At, DEEPEST, bracketed, queried};
use crate::parse::sql::model::{Expr, Name, Query};

/// An operator and what stands right of it.
struct Right {
    op: Option<BinOp>,
    value: Option<ast::Expr>,
}

/// `a op b op c`, left to right.
pub(super) fn binary(node: &ast::BinExpr, at: &At) -> Expr {
    let mut nodes = vec![node.clone()];
    let mut first = node.lhs();
    while let Some(ast::Expr::BinExpr(inner)) = first {
        first = inner.lhs();
        nodes.push(inner);
    }
    let mut chain = Vec::with_capacity(nodes.len());
    for node in nodes.iter().rev() {
        rights(node, &mut chain);
    }
    let logic = |right: &Right| matches!(right.op, Some(BinOp::And(_) | BinOp::Or(_)));
    let levels = chain.iter().filter(|right| !logic(right)).count();
    if levels > usize::from(DEEPEST) / 2 {
        let parts = first.into_iter().chain(chain.into_iter().filter_map(|right| right.value));
        let parts = parts.map(|part| expression(&part, at)).collect();
        return Expr::Other(at.text(node).to_owned(), parts);
    }
    let by = u16::try_from(levels).unwrap_or(DEEPEST);
    let fold = || chain.into_iter().fold(optional(first, at), |value, right| combine(value, right, at));
    at.deeper(by, fold).unwrap_or_else(|| super::flat(node.syntax(), at))
}

/// What stands right of the first operator. The tree nests chains of `||` and `->` to the right; PostgreSQL reads
/// them from the left.
fn rights(node: &ast::BinExpr, out: &mut Vec<Right>) {
    let (mut op, mut right) = (node.op(), node.rhs());
    while let (Some(BinOp::CustomOp(_)), Some(ast::Expr::BinExpr(next))) = (&op, &right) {
        let following = next.op();
        if !matches!(following, Some(BinOp::CustomOp(_))) {
            break;
        }
        let rest = next.rhs();
        out.push(Right { op, value: next.lhs() });
        (op, right) = (following, rest);
    }
    out.push(Right { op, value: right });
}

fn combine(left: Expr, right: Right, at: &At) -> Expr {
    let Right { op: Some(op), value: right } = right else { return left };
    match op {
        BinOp::And(_) => match (left, optional(right, at)) {
            (Expr::And(mut list), right) => {
                extend(&mut list, right, true);
                Expr::And(list)
            }
            (left, right) => {
                let mut list = vec![left];
                extend(&mut list, right, true);
                Expr::And(list)
            }
        },
        BinOp::Or(_) => {
            let right = optional(right, at);
            let mut list = if let Expr::Or(list) = left { list } else { vec![left] };
            extend(&mut list, right, false);
            Expr::Or(list)
        }
        BinOp::In(_) => within(left, right, false, at),
        BinOp::NotIn(_) => within(left, right, true, at),
        BinOp::Is(_) => is(left, right, false, at),
        BinOp::IsNot(_) => is(left, right, true, at),
        BinOp::AtTimeZone(_) => word_call("timezone", vec![optional(right, at), left]),
        // `like … escape`: the character does not matter to what asks.
        BinOp::Escape(_) => left,
        BinOp::ColonEq(_) | BinOp::FatArrow(_) => optional(right, at),
        op => compare(left, operator(&op), right, at),
    }
}

/// `and` and `or` are flat, also across parentheses.
fn extend(list: &mut Vec<Expr>, right: Expr, and: bool) {
    match right {
        Expr::And(inner) if and => list.extend(inner),
        Expr::Or(inner) if !and => list.extend(inner),
        right => list.push(right),
    }
}

/// `left op right`, where the right may be `any (…)`.
fn compare(left: Expr, op: Name, right: Option<ast::Expr>, at: &At) -> Expr {
    let left = Box::new(left);
    if let Some(ast::Expr::CallExpr(call)) = &right {
        let some = |select: Option<ast::SelectVariant>, value: Option<ast::Expr>| match select {
            Some(select) => Expr::Query(Box::new(queried(&select, at))),
            None => optional(value, at),
        };
        let found = call
            .any_fn()
            .map(|it| (false, some(it.select_variant(), it.expr())))
            .or_else(|| call.some_fn().map(|it| (false, some(it.select_variant(), it.expr()))))
            .or_else(|| call.all_fn().map(|it| (true, some(it.select_variant(), it.expr()))));
        if let Some((all, value)) = found {
            return Expr::Quantified { left, op, all, right: Box::new(value) };
        }
    }
    Expr::Binary(left, op, Box::new(optional(right, at)))
}

fn within(needle: Expr, right: Option<ast::Expr>, negated: bool, at: &At) -> Expr {
    let needle = Box::new(needle);
    let list = match right {
        Some(ast::Expr::TupleExpr(list)) if list.exprs().next().is_none() => {
            at.refuse("a list is empty", list.syntax());
            Vec::new()
        }
        Some(ast::Expr::TupleExpr(list)) => list.exprs().map(|part| expression(&part, at)).collect(),
        Some(ast::Expr::ParenExpr(inner)) => {
            let Some(one) = inner.expr() else {
                let query: Query = bracketed(&inner, at).unwrap_or_default();
                return Expr::InQuery { needle, query: Box::new(query), negated };
            };
            match expression(&one, at) {
                Expr::Query(query) => return Expr::InQuery { needle, query, negated },
                one => vec![one],
            }
        }
        right => {
            if let Some(right) = &right {
                at.refuse("a list is not in parentheses", right.syntax());
            }
            vec![optional(right, at)]
        }
    };
    Expr::In { needle, list, negated }
}

/// `is null`, `is not true`, `is unknown`.
fn is(left: Expr, right: Option<ast::Expr>, negated: bool, at: &At) -> Expr {
    let left = Box::new(left);
    match optional(right, at) {
        Expr::Null => Expr::IsNull(left, !negated),
        Expr::Bool(value) => Expr::IsBool(left, Some(value), negated),
        Expr::Column(name, _) if name.len() == 1 && name[0] == "unknown" => Expr::IsBool(left, None, negated),
        right => Expr::Binary(left, if negated { "is not".into() } else { "is".into() }, Box::new(right)),
    }
}

/// An operator as written, in lower case, without spaces around.
fn operator(op: &BinOp) -> Name {
    match op {
        BinOp::IsDistinctFrom(_) => Name::const_new("is distinct from"),
        BinOp::IsNotDistinctFrom(_) => Name::const_new("is not distinct from"),
        BinOp::NotIlike(_) => Name::const_new("not ilike"),
        BinOp::NotLike(_) => Name::const_new("not like"),
        BinOp::NotSimilarTo(_) => Name::const_new("not similar to"),
        BinOp::SimilarTo(_) => Name::const_new("similar to"),
        BinOp::CustomOp(node) => symbols(node.syntax()),
        BinOp::OperatorCall(node) => qualified(node.syntax()),
        BinOp::ColonColon(_) => Name::const_new("::"),
        BinOp::Neq(_) | BinOp::Neqb(_) => Name::const_new("<>"),
        BinOp::Caret(token)
        | BinOp::Eq(token)
        | BinOp::Gteq(token)
        | BinOp::Ilike(token)
        | BinOp::LAngle(token)
        | BinOp::Like(token)
        | BinOp::Lteq(token)
        | BinOp::Minus(token)
        | BinOp::Overlaps(token)
        | BinOp::Percent(token)
        | BinOp::Plus(token)
        | BinOp::RAngle(token)
        | BinOp::Slash(token)
        | BinOp::Star(token) => token.text().to_ascii_lowercase().into(),
        _ => Name::default(),
    }
}

/// The signs of an operator, without trivia.
fn symbols(node: &SyntaxNode) -> Name {
    let mut out = Name::default();
    for element in node.descendants_with_tokens() {
        if let Some(token) = element.into_token()
            && !token.kind().is_trivia()
        {
            out.push_str(token.text());
        }
    }
    out
}

/// `operator(pg_catalog.=)`: the signs after the last dot.
fn qualified(node: &SyntaxNode) -> Name {
    let text = symbols(node);
    let inner = text.split_once('(').map_or("", |(_, rest)| rest).trim_end_matches(')');
    let signs = inner
        .trim_start_matches(|letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '.' | '"'));
    signs.into()
}

/// `not a`, `- a`.
pub(super) fn prefix(node: &ast::PrefixExpr, at: &At) -> Expr {
    let value = node.syntax().children().find_map(ast::Expr::cast);
    let Some(op) = node.op() else { return other(node.syntax(), at) };
    let value = Box::new(optional(value, at));
    match (op, *value) {
        (PrefixOp::Not(_), value) => Expr::Not(Box::new(value)),
        (PrefixOp::Minus(_), Expr::Number(digits)) if !digits.starts_with('-') => {
            let mut number = Name::const_new("-");
            number.push_str(&digits);
            Expr::Number(number)
        }
        (PrefixOp::Minus(_), value) => Expr::Unary("-".into(), Box::new(value)),
        (PrefixOp::Plus(_), value) => Expr::Unary("+".into(), Box::new(value)),
        (PrefixOp::CustomOp(op), value) => Expr::Unary(symbols(op.syntax()), Box::new(value)),
        (PrefixOp::OperatorCall(op), value) => Expr::Unary(qualified(op.syntax()), Box::new(value)),
    }
}

/// `a isnull`, `a is json`.
pub(super) fn postfix(node: &ast::PostfixExpr, at: &At) -> Expr {
    let value = node.syntax().children().find_map(ast::Expr::cast);
    match node.op() {
        Some(PostfixOp::IsNull(_)) => Expr::IsNull(Box::new(optional(value, at)), true),
        Some(PostfixOp::NotNull(_)) => Expr::IsNull(Box::new(optional(value, at)), false),
        Some(PostfixOp::AtLocal(_)) => word_call("timezone", vec![optional(value, at)]),
        _ if node.syntax().kind() == SyntaxKind::POSTFIX_EXPR => other(node.syntax(), at),
        _ => optional(value, at),
    }
}
