//! Queries: `select`, `values`, set operations, and what they read from.

use squawk_syntax::ast::{self, AstNode};
use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::expr::{expression, optional, other};
use super::names::{name, object_name, object_name_of};
use super::node::child;
use super::{At, unread, written};
use crate::parse::sql::model::{
    Call, CreateTable, Expr, Item, Kind, Name, ObjectName, Query, Select, Source,
};

/// `select`, `values`, `table`, set operations, with all around them.
pub(in crate::parse::sql) fn query(node: &ast::SelectVariant, at: &At) -> Query {
    let mut out = Query::default();
    add(&mut out, node, at);
    out
}

/// Adds the parts of a query. Set operations nest to the left: those are walked without recursion.
fn add(out: &mut Query, node: &ast::SelectVariant, at: &At) {
    let mut open = vec![node.clone()];
    while let Some(node) = open.pop() {
        match &node {
            ast::SelectVariant::CompoundSelect(node) => {
                limit(out, node.tail_clauses());
                open.extend(node.rhs());
                open.extend(node.lhs());
            }
            ast::SelectVariant::ParenSelect(node) => {
                with(out, node.with_clause(), at);
                limit(out, node.tail_clauses());
                open.extend(node.select());
            }
            ast::SelectVariant::Select(node) => {
                with(out, node.with_clause(), at);
                limit(out, node.tail_clauses());
                let select = at.deeper(1, || select(node, at));
                out.selects.push(select.unwrap_or_default());
            }
            ast::SelectVariant::SelectInto(node) => {
                with(out, node.with_clause(), at);
                limit(out, node.tail_clauses());
                let select = at.deeper(1, || selected(node.syntax(), at));
                out.selects.push(select.unwrap_or_default());
            }
            ast::SelectVariant::Table(node) => {
                with(out, node.with_clause(), at);
                limit(out, node.tail_clauses());
                let from = node.relation_name().map(|relation| relation_source(object_name(&relation, at)));
                let items = vec![Item::Star(None)];
                out.selects.push(Select { items, from: from.into_iter().collect(), ..Select::default() });
            }
            ast::SelectVariant::Values(node) => {
                with(out, node.with_clause(), at);
                limit(out, node.tail_clauses());
                out.selects.push(values(node, at));
            }
        }
    }
}

fn relation_source(name: ObjectName) -> Source {
    Source::Relation { name, alias: None, columns: Vec::new() }
}

fn limit(out: &mut Query, mut tail: impl Iterator<Item = ast::SelectTailClause>) {
    out.limited |= tail.any(|clause| {
        matches!(
            clause,
            ast::SelectTailClause::FetchClause(_)
                | ast::SelectTailClause::LimitClause(_)
                | ast::SelectTailClause::OffsetClause(_)
        )
    });
}

/// Adds named queries, and what the changing ones among them write to.
pub(super) fn with(out: &mut Query, clause: Option<ast::WithClause>, at: &At) {
    let Some(clause) = clause else { return };
    for table in clause.with_tables() {
        let Some(name) = table.name().map(|node| name(&node)) else { continue };
        let mut inner =
            table.query().and_then(|inner| at.deeper(1, || with_query(&inner, at))).unwrap_or_default();
        if let Some(list) = table.column_list() {
            rename(&mut inner, list.column_names().map(|node| self::name(&node)));
        }
        out.writes.extend(inner.writes.iter().cloned());
        out.with.push((name, inner));
    }
}

/// `with t(a, b) as`: what the first part returns is called so.
pub(super) fn rename(query: &mut Query, names: impl Iterator<Item = Name>) {
    let Some(first) = query.selects.first_mut() else { return };
    if let (true, Some(row)) = (first.items.is_empty(), first.values.first()) {
        first.items = row.iter().map(|value| Item::Value(value.clone(), None)).collect();
    }
    for (item, name) in first.items.iter_mut().zip(names) {
        let Item::Value(_, alias) = item else { break };
        *alias = Some(name);
    }
}

fn with_query(node: &ast::WithQuery, at: &At) -> Query {
    if let Some(select) = ast::SelectVariant::cast(node.syntax().clone()) {
        return query(&select, at);
    }
    ast::Stmt::cast(node.syntax().clone()).map(|stmt| written(&stmt, at)).unwrap_or_default()
}

/// How many rows of a `values` list are kept.
const KEPT_ROWS: usize = 50;

fn values(node: &ast::Values, at: &At) -> Select {
    let rows = node.row_list().into_iter().flat_map(|list| list.rows()).take(KEPT_ROWS);
    let values = rows.map(|row| row.exprs().map(|value| expression(&value, at)).collect()).collect();
    Select { values, ..Select::default() }
}

fn select(node: &ast::Select, at: &At) -> Select {
    if node.syntax().first_child().is_some_and(|first| first.kind() == SyntaxKind::FROM_CLAUSE) {
        at.refuse("a query begins with from", node.syntax());
    }
    selected(node.syntax(), at)
}

/// What `select` and `select … into` have in common.
fn selected(node: &SyntaxNode, at: &At) -> Select {
    let clause = child::<ast::SelectClause>(node);
    let list = clause.as_ref().and_then(ast::SelectClause::target_list);
    let from = child::<ast::FromClause>(node);
    Select {
        items: list.map(|list| items(&list, at)).unwrap_or_default(),
        from: from.map(|clause| from_items(clause.items(), at)).unwrap_or_default(),
        filter: filter(child(node), at),
        grouped: child::<ast::GroupByClause>(node).is_some()
            || child::<ast::HavingClause>(node).is_some()
            || distinct(clause),
        values: Vec::new(),
    }
}

fn distinct(clause: Option<ast::SelectClause>) -> bool {
    let quantifier = clause.and_then(|clause| clause.select_quantifier());
    matches!(quantifier, Some(ast::SelectQuantifier::DistinctClause(_)))
}

/// The condition of a `where`.
pub(in crate::parse::sql) fn filter(clause: Option<ast::WhereClause>, at: &At) -> Option<Expr> {
    clause.and_then(|clause| clause.expr()).map(|condition| expression(&condition, at))
}

/// What is returned.
pub(in crate::parse::sql) fn items(list: &ast::TargetList, at: &At) -> Vec<Item> {
    list.targets().map(|target| item(&target, at)).collect()
}

fn item(target: &ast::Target, at: &At) -> Item {
    let Some(value) = target.expr() else { return Item::Star(None) };
    let value = expression(&value, at);
    if let Expr::Column(names, _) = &value
        && names.last().is_some_and(|last| last == "*")
    {
        let of = names.len().checked_sub(2).and_then(|last| names.get(last)).cloned();
        return Item::Star(of);
    }
    Item::Value(value, target.as_name().and_then(|clause| clause.name()).map(|node| name(&node)))
}

/// What stands in `from` or `using`.
pub(in crate::parse::sql) fn from_items(
    nodes: impl Iterator<Item = ast::FromListItem>,
    at: &At,
) -> Vec<Source> {
    nodes.filter_map(|node| source(&node, at)).collect()
}

/// One thing in `from`.
pub(super) fn source(node: &ast::FromListItem, at: &At) -> Option<Source> {
    match node {
        ast::FromListItem::FromItem(node) => at.deeper(1, || from_item(node, at))?,
        ast::FromListItem::JoinExpr(node) => at.deeper(1, || join(node, at))?,
    }
}

fn join(node: &ast::JoinExpr, at: &At) -> Option<Source> {
    let left = node.from_list_item().and_then(|left| source(&left, at));
    let join = node.join()?;
    let right = join.from_list_item().and_then(|right| source(&right, at));
    let (left, right) = match (left, right) {
        (Some(left), Some(right)) => (Box::new(left), Box::new(right)),
        (left, right) => return left.or(right),
    };
    let (mut on, mut using) = (None, Vec::new());
    match join.join_condition() {
        Some(ast::JoinCondition::OnClause(clause)) => on = clause.expr().map(|on| expression(&on, at)),
        Some(ast::JoinCondition::JoinUsingClause(clause)) => using = columns(clause.column_ref_list()),
        None if join.natural_token().is_some() => using.push("*".into()),
        None => {
            let alone = join.natural_token().is_some()
                || matches!(join.join_type(), Some(ast::JoinType::JoinCross(_)));
            if !alone {
                at.refuse("a join has no condition", node.syntax());
            }
        }
    }
    let outer = matches!(
        join.join_type(),
        Some(ast::JoinType::JoinLeft(_) | ast::JoinType::JoinRight(_) | ast::JoinType::JoinFull(_))
    );
    Some(Source::Join { left, right, on, using, outer })
}

/// The names in a list of columns.
pub(in crate::parse::sql) fn columns(list: Option<ast::ColumnRefList>) -> Vec<Name> {
    list.map(|list| list.column_name_refs().map(|node| name(&node)).collect()).unwrap_or_default()
}

fn alias(node: Option<ast::FromAlias>) -> (Option<Name>, Vec<Name>) {
    let Some(node) = node else { return (None, Vec::new()) };
    let columns = match node.columns() {
        Some(ast::FromAliasColumns::ColumnList(list)) => {
            list.column_names().map(|node| name(&node)).collect()
        }
        Some(ast::FromAliasColumns::ColumnDefList(list)) => {
            list.column_defs().filter_map(|def| def.name()).map(|node| name(&node)).collect()
        }
        None => Vec::new(),
    };
    (node.name().map(|node| name(&node)).filter(|name| !name.is_empty()), columns)
}

fn from_item(node: &ast::FromItem, at: &At) -> Option<Source> {
    let (alias, columns) = alias(node.alias());
    Some(match node {
        ast::FromItem::RelationFromItem(node) => {
            let name = object_name(&node.relation_name_ref()?, at);
            Source::Relation { name, alias, columns }
        }
        ast::FromItem::ParenFromItem(node) => {
            if let Some(inner) = node.paren_select() {
                let query = query(&ast::SelectVariant::ParenSelect(inner), at);
                return Some(Source::Query { query: Box::new(query), alias, columns });
            }
            let inner = innermost(node.paren_expr()?);
            if let Some(query) = parenthesised(&inner, at) {
                return Some(Source::Query { query: Box::new(query), alias, columns });
            }
            source(&inner.from_list_item()?, at)?
        }
        ast::FromItem::FunctionFromItem(node) => {
            let call = Box::new(expression(&ast::Expr::CallExpr(node.call_expr()?), at));
            Source::Call { call, alias, columns }
        }
        ast::FromItem::ExprFromItem(node) => {
            let value =
                node.call_expr().map(ast::Expr::CallExpr).or(node.cast_expr().map(ast::Expr::CastExpr));
            Source::Call { call: Box::new(optional(value, at)), alias, columns }
        }
        ast::FromItem::GraphTableFromItem(_)
        | ast::FromItem::JsonTableFromItem(_)
        | ast::FromItem::RowsFromItem(_)
        | ast::FromItem::XmlTableFromItem(_) => {
            Source::Call { call: Box::new(other(node.syntax(), at)), alias, columns }
        }
    })
}

/// The last of parentheses in parentheses.
fn innermost(mut node: ast::ParenExpr) -> ast::ParenExpr {
    while let Some(ast::Expr::ParenExpr(inner)) = node.expr() {
        node = inner;
    }
    node
}

/// The query in parentheses, where it is one.
pub(in crate::parse::sql) fn parenthesised(node: &ast::ParenExpr, at: &At) -> Option<Query> {
    let inner = innermost(node.clone());
    let variant = inner.syntax().children().find_map(ast::SelectVariant::cast)?;
    at.deeper(1, || query(&variant, at))
}

/// `select`, `values`, `explain`, `call`, `declare`.
pub(super) fn statement(stmt: &ast::Stmt, at: &At) -> Kind {
    if let ast::Stmt::SelectInto(node) = stmt {
        return into_table(node, at);
    }
    if let Some(select) = ast::SelectVariant::cast(stmt.syntax().clone()) {
        return Kind::Query(Box::new(query(&select, at)));
    }
    match stmt {
        ast::Stmt::Explain(node) => explain(node, at),
        ast::Stmt::Call(node) => {
            let mut arguments = Vec::new();
            for arg in node.arg_list().into_iter().flat_map(|list| list.args()) {
                arguments.extend(arg.func_arg_expr().and_then(|value| super::expr::argument(value, at)));
            }
            let name = node.procedure_name_ref().map(|node| object_name(&node, at)).unwrap_or_default();
            let call = Expr::Call(Box::new(Call { name, arguments, star: false, aggregate: false }));
            let select = Select { items: vec![Item::Value(call, None)], ..Select::default() };
            Kind::Query(Box::new(Query { selects: vec![select], ..Query::default() }))
        }
        ast::Stmt::Declare(node) => match node.query() {
            Some(inner) => Kind::Query(Box::new(query(&inner, at))),
            None => unread(stmt, at),
        },
        _ => unread(stmt, at),
    }
}

/// `select … into table`, which makes it.
fn into_table(node: &ast::SelectInto, at: &At) -> Kind {
    let Some(clause) = node.into_clause() else { return unread(node, at) };
    let target = clause.table_name().map(|name| object_name_of(name.syntax(), at)).unwrap_or_default();
    let text = at.text(&clause).to_ascii_lowercase();
    let words: Vec<&str> = text.split_whitespace().collect();
    Kind::CreateTable(Box::new(CreateTable {
        name: target,
        temporary: words.iter().any(|word| matches!(*word, "temp" | "temporary")),
        unlogged: words.contains(&"unlogged"),
        query: Some(query(&ast::SelectVariant::SelectInto(node.clone()), at)),
        ..CreateTable::default()
    }))
}

/// Only `explain analyze` does what it explains.
fn explain(node: &ast::Explain, at: &At) -> Kind {
    let Some(inner) = node.explain_stmt() else { return unread(node, at) };
    if let Some(select) = ast::SelectVariant::cast(inner.syntax().clone()) {
        return Kind::Query(Box::new(query(&select, at)));
    }
    let head =
        at.text(node).get(..at.text(node).len().saturating_sub(at.text(&inner).len())).unwrap_or_default();
    let runs = head.to_ascii_lowercase().contains("analyz");
    let stmt = ast::Stmt::cast(inner.syntax().clone()).filter(|_| runs);
    stmt.and_then(|stmt| super::statement(&stmt, at)).unwrap_or_else(|| unread(node, at))
}
