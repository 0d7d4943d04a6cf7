//! Statements that change rows: `insert`, `update`, `delete`, `merge`, `truncate`, `copy`, `lock`.

use squawk_syntax::ast::{self, AstNode};

use super::expr::expression;
use super::names::{name, object_name};
use super::query::{filter, from_items, items, query, source, with};
use super::{At, unread};
use crate::parse::sql::model::{Change, Expr, Item, Kind, Name, Query, Select, Source};
use crate::source::Span;

/// A statement that changes rows.
pub(super) fn statement(stmt: &ast::Stmt, at: &At) -> Kind {
    match stmt {
        ast::Stmt::Copy(node) => copy(node, at),
        _ => change(stmt, at).map_or_else(|| unread(stmt, at), |change| Kind::Change(Box::new(change))),
    }
}

/// A change inside a `with`: what it reads and returns, and what it writes to.
pub(super) fn writes(stmt: &ast::Stmt, at: &At) -> Query {
    let Some(change) = change(stmt, at) else { return Query::default() };
    let mut out = change.query.unwrap_or_default();
    out.writes.extend(change.tables);
    let returning = match stmt {
        ast::Stmt::Insert(node) => node.returning_clause(),
        ast::Stmt::Update(node) => node.returning_clause(),
        ast::Stmt::Delete(node) => node.returning_clause(),
        ast::Stmt::Merge(node) => node.returning_clause(),
        _ => None,
    };
    let from = out.writes.last().cloned().map(|name| Source::Relation {
        name,
        alias: change.alias,
        columns: Vec::new(),
    });
    let returned = Select {
        items: returning
            .and_then(|clause| clause.target_list())
            .map(|list| items(&list, at))
            .unwrap_or_default(),
        from: from.iter().cloned().collect(),
        ..Select::default()
    };
    for select in &mut out.selects {
        select.from.extend(from.clone());
    }
    // What it returns comes first: a query's columns are those of its first part.
    out.selects.insert(0, returned);
    out
}

fn change(stmt: &ast::Stmt, at: &At) -> Option<Change> {
    Some(match stmt {
        ast::Stmt::Insert(node) => insert(node, at),
        ast::Stmt::Update(node) => update(node, at),
        ast::Stmt::Delete(node) => delete(node, at),
        ast::Stmt::Merge(node) => merge(node, at),
        ast::Stmt::Truncate(node) => {
            let list = node.table_list().into_iter().flat_map(|list| list.table_relation_names());
            let tables = list.map(|node| object_name(&node, at)).collect();
            let cascade = matches!(node.drop_behavior(), Some(ast::DropBehavior::Cascade(_)));
            Change { command: "truncate".into(), tables, cascade, ..Change::default() }
        }
        ast::Stmt::Lock(node) => {
            let list = node.relation_list().into_iter().flat_map(|list| list.relation_names());
            let tables = list.map(|node| object_name(&node, at)).collect();
            Change { command: "lock".into(), tables, ..Change::default() }
        }
        _ => return None,
    })
}

fn insert(node: &ast::Insert, at: &At) -> Change {
    let mut out = Change { command: "insert".into(), ..Change::default() };
    out.tables.extend(node.relation_name_ref().map(|table| object_name(&table, at)));
    out.alias = node.alias().and_then(|alias| alias.name()).map(|node| name(&node));
    targets(&mut out.columns, node.column_target_list(), at);
    let mut reads = Query::default();
    with(&mut reads, node.with_clause(), at);
    match node.insert_source() {
        Some(ast::InsertSource::SelectVariant(select)) => {
            let inner = query(&select, at);
            reads.with.extend(inner.with);
            reads.writes.extend(inner.writes);
            reads.selects = inner.selects;
            reads.limited = inner.limited;
        }
        Some(ast::InsertSource::DefaultValues(_)) | None => {}
    }
    if let Some(clause) = node.on_conflict_clause() {
        conflict(&mut out, &clause, at);
    }
    out.query = Some(reads);
    out
}

/// `on conflict (a) do update set b = …`: both name columns of the table.
fn conflict(out: &mut Change, clause: &ast::OnConflictClause, at: &At) {
    if let Some(ast::ConflictTarget::ConflictOnIndex(target)) = clause.conflict_target() {
        let items =
            target.conflict_index_item_list().into_iter().flat_map(|list| list.conflict_index_items());
        for value in items.filter_map(|item| item.expr()) {
            if let Expr::Column(names, span) = expression(&value, at)
                && let [one] = names.as_slice()
            {
                out.columns.push((one.clone(), span));
            }
        }
    }
    if let Some(ast::ConflictAction::ConflictDoUpdateSet(action)) = clause.conflict_action() {
        set(out, action.set_clause(), at);
    }
}

fn update(node: &ast::Update, at: &At) -> Change {
    let mut out = Change { command: "update".into(), ..Change::default() };
    out.tables.extend(node.relation_name().map(|table| object_name(&table, at)));
    out.alias = node.alias().and_then(|alias| alias.name()).map(|node| name(&node));
    let items = set(&mut out, node.set_clause(), at);
    let from = node.from_clause().map(|clause| from_items(clause.items(), at)).unwrap_or_default();
    finish(
        &mut out,
        node.with_clause(),
        Select { items, from, ..Select::default() },
        node.where_clause_or_current_of(),
        at,
    );
    out
}

fn delete(node: &ast::Delete, at: &At) -> Change {
    let mut out = Change { command: "delete".into(), ..Change::default() };
    out.tables.extend(node.relation_name().map(|table| object_name(&table, at)));
    out.alias = node.alias().and_then(|alias| alias.name()).map(|node| name(&node));
    let from = node.using_clause().map(|clause| from_items(clause.items(), at)).unwrap_or_default();
    finish(
        &mut out,
        node.with_clause(),
        Select { from, ..Select::default() },
        node.where_clause_or_current_of(),
        at,
    );
    out
}

/// The condition, and all that is read.
fn finish(
    out: &mut Change,
    named: Option<ast::WithClause>,
    mut select: Select,
    condition: Option<ast::WhereClauseOrCurrentOf>,
    at: &At,
) {
    if let Some(ast::WhereClauseOrCurrentOf::WhereClause(clause)) = condition {
        select.filter = filter(Some(clause), at);
    }
    let mut reads = Query { selects: vec![select], ..Query::default() };
    with(&mut reads, named, at);
    out.query = Some(reads);
}

fn merge(node: &ast::Merge, at: &At) -> Change {
    let mut out = Change { command: "merge".into(), ..Change::default() };
    out.tables.extend(node.table_relation_name().map(|table| object_name(&table, at)));
    out.alias = node.alias().and_then(|alias| alias.name()).map(|node| name(&node));
    let mut select = Select::default();
    if let Some(clause) = node.using_on_clause() {
        select.from.extend(clause.from_list_item().and_then(|item| source(&item, at)));
        select.filter = clause.on_clause().and_then(|on| on.expr()).map(|on| expression(&on, at));
    }
    for clause in node.merge_when_clauses() {
        let action = match clause {
            ast::MergeWhenClause::MergeWhenMatched(clause) => clause.merge_action(),
            ast::MergeWhenClause::MergeWhenNotMatchedSource(clause) => clause.merge_action(),
            ast::MergeWhenClause::MergeWhenNotMatchedTarget(clause) => clause.merge_action(),
        };
        match action {
            Some(ast::MergeAction::MergeInsert(action)) => {
                targets(&mut out.columns, action.column_target_list(), at);
            }
            Some(ast::MergeAction::MergeUpdate(action)) => {
                let items = set(&mut out, action.set_clause(), at);
                select.items.extend(items);
            }
            _ => {}
        }
    }
    let mut reads = Query { selects: vec![select], ..Query::default() };
    with(&mut reads, node.with_clause(), at);
    out.query = Some(reads);
    out
}

fn targets(out: &mut Vec<(Name, Span)>, list: Option<ast::ColumnTargetList>, at: &At) {
    for node in list.into_iter().flat_map(|list| list.column_targets()).filter_map(|target| target.name()) {
        out.push((name(&node), at.span(&node)));
    }
}

/// The columns of a `set`; gives the values.
fn set(out: &mut Change, clause: Option<ast::SetClause>, at: &At) -> Vec<Item> {
    let mut items = Vec::new();
    let list = clause.and_then(|clause| clause.set_column_list());
    for column in list.into_iter().flat_map(|list| list.set_columns()) {
        match column {
            ast::SetColumn::SetSingleColumn(one) => {
                let target = one.column_target().and_then(|target| target.name());
                let named = target.map(|node| (name(&node), at.span(&node)));
                if let Some(value) = one.set_expr().and_then(|value| value.expr()) {
                    let column = named.as_ref().map(|(name, _)| name.clone());
                    items.push(Item::Value(expression(&value, at), column));
                }
                out.columns.extend(named);
            }
            ast::SetColumn::SetMultipleColumns(many) => {
                targets(&mut out.columns, many.column_target_list(), at);
                let values = many.set_expr_list().into_iter().flat_map(|list| list.set_exprs());
                items.extend(
                    values
                        .filter_map(|value| value.expr())
                        .map(|value| Item::Value(expression(&value, at), None)),
                );
                if let Some(inner) = many.paren_select() {
                    let inner = query(&ast::SelectVariant::ParenSelect(inner), at);
                    items.push(Item::Value(Expr::Query(Box::new(inner)), None));
                }
            }
        }
    }
    items
}

/// `copy t from` changes rows, `copy t to` and `copy (query) to` read them.
fn copy(node: &ast::Copy, at: &At) -> Kind {
    if let Some(inner) = node.copy_query().and_then(|inner| inner.preparable_stmt()) {
        let select = ast::SelectVariant::cast(inner.syntax().clone());
        let stmt = || ast::Stmt::cast(inner.syntax().clone());
        let read = select.map(|select| query(&select, at)).or_else(|| stmt().map(|stmt| writes(&stmt, at)));
        return Kind::Query(Box::new(read.unwrap_or_default()));
    }
    let Some(table) = node.copy_table() else { return unread(node, at) };
    let Some(target) = table.table_name_ref().map(|name| object_name(&name, at)) else {
        return unread(node, at);
    };
    let columns = table.column_ref_list().into_iter().flat_map(|list| list.column_name_refs());
    let columns: Vec<(Name, Span)> = columns.map(|node| (name(&node), at.span(&node))).collect();
    if let Some(ast::CopyDirection::CopyTo(_)) = node.copy_direction() {
        let items = columns
            .into_iter()
            .map(|(name, span)| Item::Value(Expr::Column(vec![name], span), None))
            .collect();
        let from = vec![Source::Relation { name: target, alias: None, columns: Vec::new() }];
        let select = Select { items, from, ..Select::default() };
        return Kind::Query(Box::new(Query { selects: vec![select], ..Query::default() }));
    }
    Kind::Change(Box::new(Change {
        command: "copy".into(),
        tables: vec![target],
        columns,
        ..Change::default()
    }))
}
