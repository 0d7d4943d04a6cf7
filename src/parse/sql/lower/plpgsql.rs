//! PL/pgSQL blocks: declarations, control flow, and the SQL inside them.

mod into;
mod steps;

use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::{self, AstNode};
use squawk_syntax::body::BodyLanguage;
use squawk_syntax::decoded_text::DecodedText;

use super::node::{child, named, words};
use super::{At, expr, names, statement};
use crate::parse::sql::model::{Block, Expr, Handler, Kind, Name, Query, Step, TypeName};

/// The block that a text is; `None` where there is none.
pub(super) fn block(at: &At) -> Option<Block> {
    let (tree, _) = <ast::Plpgsql as BodyLanguage>::parse_text(at.text);
    let root = ast::Plpgsql::cast(SyntaxNode::new_root(tree))?;
    root.block().map(|node| read(&node, at))
}

/// A block of the tree.
fn read(node: &ast::PlpgsqlBlock, at: &At) -> Block {
    let mut out = Block::default();
    for declared in node.declare_section().iter().flat_map(ast::PlpgsqlDeclareSection::decls) {
        out.declares.push(declaration(&declared, at));
    }
    out.statements = steps_of(node.body(), at);
    if let Some(section) = node.exception() {
        out.exception = true;
        out.handlers = section.handlers().map(|handler| handled(&handler, at)).collect();
    }
    out
}

fn handled(node: &ast::PlpgsqlExceptionHandler, at: &At) -> Handler {
    Handler {
        conditions: node.conditions().map(|condition| words(condition.syntax())).collect(),
        statements: steps_of(node.body(), at),
    }
}

fn declaration(node: &ast::PlpgsqlDecl, at: &At) -> (Name, Option<TypeName>, Option<Expr>) {
    match node {
        ast::PlpgsqlDecl::PlpgsqlVarDecl(it) => {
            let of = it.ty().map(|ty| declared_type(&ty, at));
            let first = it.init().and_then(|init| init.expr()).map(|it| expression(&it, at));
            (named(it.name()), of, first)
        }
        ast::PlpgsqlDecl::PlpgsqlAliasDecl(it) => {
            let target = child::<ast::PlpgsqlAliasTarget>(it.syntax()).map(|target| {
                let parts =
                    names::parts(target.syntax()).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
                match parts.first().and_then(|part| part.strip_prefix('$')).and_then(|n| n.parse().ok()) {
                    Some(number) => Expr::Parameter(number),
                    None => Expr::Column(parts, at.span(&target)),
                }
            });
            (named(it.name()), None, target)
        }
        ast::PlpgsqlDecl::PlpgsqlCursorDecl(it) => {
            let query = it.query().map(|stmt| Expr::Query(Box::new(query_of(&stmt, at))));
            (named(it.name()), None, query)
        }
    }
}

fn declared_type(node: &ast::PlpgsqlDeclType, at: &At) -> TypeName {
    match node {
        ast::PlpgsqlDeclType::FuncType(ty) => names::func_type(ty, at),
        ast::PlpgsqlDeclType::PlpgsqlPercentRowtype(row) => {
            let name = row.path_ref().map(|path| names::object_name(&path, at)).unwrap_or_default();
            TypeName::from(&name)
        }
    }
}

/// The statements of a body, in order. What the grammar of PL/pgSQL refuses can be SQL with `into`.
fn steps_of(body: Option<ast::PlpgsqlBody>, at: &At) -> Vec<Step> {
    let Some(body) = body else { return Vec::new() };
    at.deeper(2, || {
        let mut out = Vec::new();
        for node in body.syntax().children() {
            match ast::PlpgsqlStmt::cast(node.clone()) {
                Some(stmt) => steps::lower(&stmt, at, &mut out),
                None => into::lower(&node, at, &mut out),
            }
        }
        out
    })
    .unwrap_or_default()
}

/// The query that a statement is; of one that changes rows, what it writes.
fn query_of(stmt: &ast::Stmt, at: &At) -> Query {
    match statement(stmt, at) {
        Some(Kind::Query(query)) => *query,
        Some(Kind::Change(change)) => {
            let mut query = change.query.unwrap_or_default();
            query.writes.extend(change.tables);
            query
        }
        _ => Query::default(),
    }
}

/// An expression of PL/pgSQL, which is a `select` without its first word: `count(*) from t`.
fn expression(node: &ast::PlpgsqlExpr, at: &At) -> Expr {
    let plain = node.syntax().children().count() == 1;
    match node.target_list() {
        Some(list) if plain => {
            let mut targets: Vec<_> = list.targets().collect();
            if targets.len() == 1 {
                let target = targets.remove(0);
                return target.expr().map_or(Expr::Null, |it| expr::expression(&it, at));
            }
            Expr::Row(
                targets.iter().filter_map(ast::Target::expr).map(|it| expr::expression(&it, at)).collect(),
            )
        }
        _ => Expr::Query(Box::new(select(node.syntax(), at))),
    }
}

/// An expression where a query is expected.
fn select(node: &SyntaxNode, at: &At) -> Query {
    let range = node.text_range();
    let mut decoded = DecodedText::new(range.start());
    decoded.push_str("select ", range.start());
    decoded.push_str(at.text_of(node), range.start());
    parsed(&decoded, at)
        .and_then(|kind| if let Kind::Query(query) = kind { Some(*query) } else { None })
        .unwrap_or_default()
}

/// The first statement of a text that was put together from parts of this one.
fn parsed(decoded: &DecodedText, at: &At) -> Option<Kind> {
    let (tree, errors) = <ast::SourceFile as BodyLanguage>::parse_text(decoded.text());
    if !errors.is_empty() {
        return None;
    }
    let file = ast::SourceFile::cast(SyntaxNode::new_root(tree))?;
    let stmt = file.stmts().next()?;
    statement(&stmt, &At::inside(decoded, at))
}
