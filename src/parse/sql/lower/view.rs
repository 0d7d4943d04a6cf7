//! `create view`, `create materialized view`.

use squawk_syntax::SyntaxKind;
use squawk_syntax::ast::{self, AstNode};

use super::node::{attributes, has, names_of, object};
use super::{At, query};
use crate::parse::sql::model::{CreateView, Expr, Item, Kind, Name, ObjectName, Query, Select, Source};

/// `create view`.
pub(super) fn create(node: &ast::CreateView, at: &At) -> Kind {
    let mut view = CreateView {
        name: object(node.view(), at),
        or_replace: node.or_replace().is_some(),
        temporary: matches!(node.persistence(), Some(ast::Persistence::Temp(_))),
        columns: columns(node.column_list()),
        options: attributes(node.with_params().and_then(|params| params.attribute_list())),
        query: node.query().map(|select| query::query(&select, at)).unwrap_or_default(),
        ..CreateView::default()
    };
    if let Some(option) = node.with_check_option() {
        let local = matches!(option.check_option_level(), Some(ast::CheckOptionLevel::LocalCheckOption(_)));
        let level = if local { "local" } else { "cascaded" };
        view.options.push((Name::const_new("check_option"), Some(level.to_owned())));
    }
    if has(node.syntax(), SyntaxKind::RECURSIVE_KW) {
        recurse(&mut view);
    }
    Kind::CreateView(Box::new(view))
}

/// `create materialized view`.
pub(super) fn create_materialized(node: &ast::CreateMaterializedView, at: &At) -> Kind {
    Kind::CreateView(Box::new(CreateView {
        name: object(node.view(), at),
        materialized: true,
        if_not_exists: node.if_not_exists().is_some(),
        columns: columns(node.column_list()),
        options: attributes(node.with_params().and_then(|params| params.attribute_list())),
        query: node.query().map(|select| query::query(&select, at)).unwrap_or_default(),
        ..CreateView::default()
    }))
}

fn columns(list: Option<ast::ColumnList>) -> Vec<Name> {
    list.map(|list| names_of(list.column_names())).unwrap_or_default()
}

/// `create recursive view v (a) as q` means `create view v as with recursive v (a) as (q) select a from v`.
fn recurse(view: &mut CreateView) {
    let mut inner = std::mem::take(&mut view.query);
    query::rename(&mut inner, view.columns.iter().cloned());
    let name = view.name.name.clone();
    let items = view
        .columns
        .iter()
        .map(|column| Item::Value(Expr::Column(vec![column.clone()], view.name.span), None));
    let select = Select {
        items: items.collect(),
        from: vec![Source::Relation {
            name: ObjectName { schema: None, name: name.clone(), span: view.name.span },
            alias: None,
            columns: view.columns.clone(),
        }],
        ..Select::default()
    };
    view.query = Query { with: vec![(name, inner)], selects: vec![select], ..Query::default() };
}
