//! Calls, with the forms that have a grammar of their own.

use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::{self, AstNode};

use super::{called, expression, inner, optional, other, word_call};
use crate::parse::sql::lower::{At, queried};
use crate::parse::sql::model::{Call, Expr};

/// A call; `exists` is no call.
pub(super) fn call(node: &ast::CallExpr, at: &At) -> Expr {
    if let (Some(of), Some(list)) = (node.expr(), node.arg_list()) {
        return plain(node, &of, &list, at);
    }
    let Some(form) = node.syntax().children().next() else { return other(node.syntax(), at) };
    if let Some(exists) = ast::ExistsFn::cast(form.clone()) {
        let inner = exists.select_variant().map(|inner| queried(&inner, at)).unwrap_or_default();
        return Expr::Exists(Box::new(inner));
    }
    if let Some(extract) = ast::ExtractFn::cast(form.clone()) {
        let field =
            extract.extract_field().map(|field| at.text(&field).trim_matches('\'').to_ascii_lowercase());
        return word_call(
            "extract",
            vec![Expr::Text(field.unwrap_or_default()), optional(extract.expr(), at)],
        );
    }
    special(&form, at)
}

fn plain(node: &ast::CallExpr, of: &ast::Expr, list: &ast::ArgList, at: &At) -> Expr {
    if !matches!(of, ast::Expr::NameRef(_) | ast::Expr::FieldExpr(_)) {
        return other(node.syntax(), at);
    }
    let ordered = list.args().any(|arg| arg.order_by_clause().is_some());
    let aggregate = ordered
        || list.all_or_distinct().is_some()
        || node.over_clause().is_some()
        || node.filter_clause().is_some()
        || node.within_clause().is_some();
    let mut arguments: Vec<Expr> = list.args().filter_map(|arg| argument(arg.func_arg_expr()?, at)).collect();
    let clauses = [
        node.over_clause().map(|part| part.syntax().clone()),
        node.filter_clause().map(|part| part.syntax().clone()),
        node.within_clause().map(|part| part.syntax().clone()),
    ];
    for clause in clauses.into_iter().flatten() {
        let parts = inner(&clause, at);
        if !parts.is_empty() {
            arguments.push(Expr::Other(at.text_of(&clause).to_owned(), parts));
        }
    }
    let star = list.star_token().is_some();
    Expr::Call(Box::new(Call { name: called(of.syntax(), at), arguments, star, aggregate }))
}

/// The value of an argument; its name is left out.
pub(in crate::parse::sql) fn argument(node: ast::FuncArgExpr, at: &At) -> Option<Expr> {
    match node {
        ast::FuncArgExpr::NamedArg(named) => named.expr().map(|value| expression(&value, at)),
        ast::FuncArgExpr::Expr(value) => Some(expression(&value, at)),
    }
}

/// `substring(a from 1)`, `trim(both from a)`, `json_object(…)`: a call by its first word.
fn special(form: &SyntaxNode, at: &At) -> Expr {
    let word = form.first_token().map(|token| token.text().to_ascii_lowercase()).unwrap_or_default();
    word_call(&word, inner(form, at))
}
