//! `create table`, in all its forms, with columns and constraints.

use squawk_syntax::SyntaxKind;
use squawk_syntax::ast::{self, AstNode};

use super::expr::optional;
use super::index::keys;
use super::node::{attributes, has, named, names_of, object, words};
use super::{At, names, query};
use crate::parse::sql::model::{
    Column, Constraint, ConstraintKind, CreateTable, Foreign, Kind, Name, ObjectName,
};
use crate::source::Span;

/// `create table`.
pub(super) fn create(stmt: &ast::CreateTable, at: &At) -> Kind {
    let mut table = CreateTable {
        name: object(stmt.table_name(), at),
        if_not_exists: stmt.if_not_exists().is_some(),
        partition_of: stmt.partition_of().map(|of| object(of.table_name_ref(), at)),
        partition_default: matches!(stmt.partition_type(), Some(ast::PartitionType::PartitionDefault(_))),
        partition_by: stmt.partition_by().map(|by| {
            let strategy = by.partition_strategy().map(|s| words(s.syntax())).unwrap_or_default();
            (strategy, keys(by.partition_item_list(), at))
        }),
        inherits: inherits(stmt.inherits(), at),
        of_type: stmt.of_type().and_then(|of| of.ty()).map(|ty| {
            let ty = names::type_name(&ty, at);
            ObjectName { schema: ty.schema, name: ty.name, span: ty.span }
        }),
        options: params(stmt.table_params()),
        ..CreateTable::default()
    };
    persist(&mut table, stmt.persistence());
    arguments(&mut table, stmt.table_arg_list(), at);
    Kind::CreateTable(Box::new(table))
}

/// `create table … as`.
pub(super) fn create_as(stmt: &ast::CreateTableAs, at: &At) -> Kind {
    let mut table = CreateTable {
        name: object(stmt.table_name(), at),
        if_not_exists: stmt.if_not_exists().is_some(),
        query: Some(
            stmt.query()
                .and_then(|q| q.select_variant())
                .map_or_else(Default::default, |select| query::query(&select, at)),
        ),
        options: params(stmt.table_params()),
        ..CreateTable::default()
    };
    persist(&mut table, stmt.persistence());
    if let Some(list) = stmt.table_arg_list() {
        table.query_columns = list
            .args()
            .filter_map(|arg| match arg {
                ast::TableArg::Column(column) => Some(named(column.name())),
                _ => None,
            })
            .collect();
    }
    Kind::CreateTable(Box::new(table))
}

/// `create foreign table`.
pub(super) fn create_foreign(stmt: &ast::CreateForeignTable, at: &At) -> Kind {
    let mut table = CreateTable {
        name: object(stmt.table_name(), at),
        if_not_exists: stmt.if_not_exists().is_some(),
        partition_of: stmt.partition_of().map(|of| object(of.table_name_ref(), at)),
        partition_default: matches!(stmt.partition_type(), Some(ast::PartitionType::PartitionDefault(_))),
        inherits: inherits(stmt.inherits(), at),
        server: Some(named(stmt.server_clause().and_then(|clause| clause.server_ref()))),
        ..CreateTable::default()
    };
    arguments(&mut table, stmt.table_arg_list(), at);
    Kind::CreateTable(Box::new(table))
}

fn inherits(clause: Option<ast::Inherits>, at: &At) -> Vec<ObjectName> {
    clause.map(|list| list.table_name_refs().map(|name| object(Some(name), at)).collect()).unwrap_or_default()
}

fn persist(table: &mut CreateTable, persistence: Option<ast::Persistence>) {
    let Some(persistence) = persistence else { return };
    match persistence {
        ast::Persistence::Temp(_) => table.temporary = true,
        ast::Persistence::Unlogged(_) => table.unlogged = true,
    }
}

fn params(params: Option<ast::TableParams>) -> Vec<(Name, Option<String>)> {
    match params {
        Some(ast::TableParams::WithParams(with)) => attributes(with.attribute_list()),
        _ => Vec::new(),
    }
}

fn arguments(table: &mut CreateTable, list: Option<ast::TableArgList>, at: &At) {
    for arg in list.into_iter().flat_map(|list| list.args()) {
        match arg {
            ast::TableArg::Column(node) => {
                let own = table.partition_of.is_none() && table.of_type.is_none();
                if node.ty().is_none() && own {
                    at.refuse("a column has no type", node.syntax());
                }
                table.columns.push(column(&node, at));
            }
            ast::TableArg::LikeClause(like) => {
                let before = table.columns.len();
                table.likes.push((object(like.relation_name_ref(), at), included(&like), before));
            }
            ast::TableArg::TableConstraint(node) => {
                push(&mut table.constraints, node.syntax(), at);
            }
        }
    }
}

/// What a `like` takes over; what is excluded after `including all` is named with a minus.
fn included(like: &ast::LikeClause) -> Vec<Name> {
    like.like_options()
        .filter_map(|option| match option {
            ast::LikeOption::IncludingProperty(it) => it.table_property().map(|p| words(p.syntax())),
            ast::LikeOption::ExcludingProperty(it) => {
                it.table_property().map(|p| Name::from(format!("-{}", words(p.syntax()))))
            }
        })
        .collect()
}

/// A column as a table or a partition declares it.
fn column(node: &ast::Column, at: &At) -> Column {
    let mut constraints = Vec::new();
    for clause in node.clauses() {
        match clause {
            ast::ColumnClause::ColumnConstraint(it) => {
                push(&mut constraints, it.syntax(), at);
            }
            ast::ColumnClause::Collate(collate) => constraints.push(collation(&collate, at)),
            _ => {}
        }
    }
    Column {
        name: named(node.name()),
        of: node.ty().map(|ty| names::type_name(&ty, at)),
        constraints,
        span: at.span(node),
    }
}

/// The column of `add column`.
pub(super) fn added(node: &ast::AddColumn, at: &At) -> Column {
    let mut constraints: Vec<_> = node.collate().iter().map(|collate| collation(collate, at)).collect();
    for it in node.constraints() {
        push(&mut constraints, it.syntax(), at);
    }
    let name = node.column_name();
    let whole = at.span(node);
    let start = name.as_ref().map_or(whole, |name| at.span(name)).start;
    Column {
        name: named(name),
        of: node.ty().map(|ty| names::type_name(&ty, at)),
        constraints,
        span: Span { start, ..whole },
    }
}

fn push(into: &mut Vec<Constraint>, node: &squawk_syntax::SyntaxNode, at: &At) {
    into.extend(ast::Constraint::cast(node.clone()).map(|it| constraint(&it, at)));
}

fn collation(collate: &ast::Collate, at: &At) -> Constraint {
    Constraint {
        name: None,
        kind: ConstraintKind::Collate(object(collate.collation_ref(), at).name),
        not_valid: false,
        deferrable: false,
        span: at.span(collate),
    }
}

/// Any constraint, of a column, a table or a domain.
pub(super) fn constraint(node: &ast::Constraint, at: &At) -> Constraint {
    Constraint {
        name: node.constraint_name().map(|name| named(Some(name))),
        kind: demand(node, at),
        not_valid: node.is_not_valid(),
        deferrable: deferrable(node.constraint_options()).unwrap_or(false),
        span: at.span(node),
    }
}

/// Whether the options make a constraint deferrable; `initially deferred` alone does. `None` where they do not say.
pub(super) fn deferrable(options: impl Iterator<Item = ast::ConstraintOption>) -> Option<bool> {
    use ast::ConstraintOption as O;
    let mut out = None;
    for option in options {
        match option {
            O::DeferrableConstraintOption(_) | O::InitiallyDeferredConstraintOption(_) => out = Some(true),
            O::NotDeferrableConstraintOption(_) => out = Some(false),
            _ => {}
        }
    }
    out
}

fn demand(node: &ast::Constraint, at: &At) -> ConstraintKind {
    use ast::Constraint as C;
    match node {
        C::NotNullConstraint(_) => ConstraintKind::NotNull,
        C::NullConstraint(_) => ConstraintKind::Null,
        C::DefaultConstraint(it) => ConstraintKind::Default(optional(it.expr(), at)),
        C::GeneratedConstraint(it) => generated(it, at),
        C::CheckConstraint(it) => ConstraintKind::Check {
            expr: optional(it.expr(), at),
            no_inherit: node.constraint_options().any(|o| matches!(o, ast::ConstraintOption::NoInherit(_))),
        },
        C::PrimaryKeyConstraint(it) => ConstraintKind::Primary {
            columns: key_columns(it.index_parameters()),
            include: included_columns(it.index_parameters()),
            index: using_index(it.using_index(), at),
        },
        C::UniqueConstraint(it) => ConstraintKind::Unique {
            columns: key_columns(it.index_parameters()),
            include: included_columns(it.index_parameters()),
            index: using_index(it.using_index(), at),
            nulls_not_distinct: it.index_parameters().is_some_and(|parameters| {
                matches!(
                    parameters.nulls_distinct_option(),
                    Some(ast::NullsDistinctOption::NullsNotDistinct(_))
                )
            }),
        },
        C::ForeignKeyConstraint(it) => {
            let mut key = Foreign {
                columns: it.from_columns().map(|list| names_of(list.column_name_refs())).unwrap_or_default(),
                table: object(it.table_name_ref(), at),
                references: it.to_columns().map(|list| names_of(list.column_name_refs())).unwrap_or_default(),
                ..Foreign::default()
            };
            actions(&mut key, it.referential_actions());
            ConstraintKind::Foreign(Box::new(key))
        }
        C::ReferencesConstraint(it) => {
            let mut key = Foreign {
                table: object(it.table(), at),
                references: it.column().into_iter().map(|column| named(Some(column))).collect(),
                ..Foreign::default()
            };
            actions(&mut key, it.referential_actions());
            ConstraintKind::Foreign(Box::new(key))
        }
        C::ExcludeConstraint(it) => super::index::exclude(it, at),
    }
}

fn generated(node: &ast::GeneratedConstraint, at: &At) -> ConstraintKind {
    match node.generated_as() {
        Some(ast::GeneratedAs::GeneratedStored(it)) => ConstraintKind::Generated(optional(it.expr(), at)),
        Some(ast::GeneratedAs::GeneratedIdentity(it)) => {
            ConstraintKind::Identity { always: always(it.generated_when().as_ref()) }
        }
        None => ConstraintKind::Identity { always: has(node.syntax(), SyntaxKind::ALWAYS_KW) },
    }
}

/// Whether it says `always` and not `by default`.
pub(super) fn always(when: Option<&ast::GeneratedWhen>) -> bool {
    !matches!(when, Some(ast::GeneratedWhen::GeneratedByDefault(_)))
}

fn key_columns(parameters: Option<ast::IndexParameters>) -> Vec<Name> {
    parameters
        .and_then(|it| it.column_list())
        .map(|list| names_of(list.column_name_refs()))
        .unwrap_or_default()
}

fn included_columns(parameters: Option<ast::IndexParameters>) -> Vec<Name> {
    parameters
        .and_then(|it| it.constraint_include_clause())
        .and_then(|clause| clause.column_ref_list())
        .map(|list| names_of(list.column_name_refs()))
        .unwrap_or_default()
}

fn using_index(clause: Option<ast::UsingIndexName>, at: &At) -> Option<Name> {
    clause.map(|clause| object(clause.index_ref(), at).name)
}

fn actions(key: &mut Foreign, actions: ast::AstChildren<ast::ReferentialAction>) {
    for action in actions {
        match action {
            ast::ReferentialAction::OnDeleteAction(it) => key.on_delete = action_name(it.ref_action()),
            ast::ReferentialAction::OnUpdateAction(it) => key.on_update = action_name(it.ref_action()),
        }
    }
}

fn action_name(action: Option<ast::RefAction>) -> Option<Name> {
    Some(Name::const_new(match action? {
        ast::RefAction::Cascade(_) => "cascade",
        ast::RefAction::NoAction(_) => "no action",
        ast::RefAction::Restrict(_) => "restrict",
        ast::RefAction::SetDefaultColumns(_) => "set default",
        ast::RefAction::SetNullColumns(_) => "set null",
    }))
}

/// `create sequence`.
pub(super) fn sequence(node: &ast::CreateSequence, at: &At) -> Kind {
    let mut base = None;
    let mut owned_by = None;
    for option in node.sequence_options() {
        match option {
            ast::SequenceOption::OptionAsType(it) => base = it.ty().map(|ty| names::type_name(&ty, at)),
            ast::SequenceOption::OptionOwnedBy(it) => owned_by = self::owned_by(&it, at),
            _ => {}
        }
    }
    Kind::CreateSequence {
        name: object(node.sequence(), at),
        if_not_exists: node.if_not_exists().is_some(),
        temporary: matches!(node.persistence(), Some(ast::Persistence::Temp(_))),
        base,
        owned_by,
    }
}

/// The column of `owned by`; `None` for `none`.
pub(super) fn owned_by(node: &ast::OptionOwnedBy, at: &At) -> Option<(ObjectName, Name)> {
    match node.owned_by_target()? {
        ast::OwnedByTarget::OwnedByNone(_) => None,
        ast::OwnedByTarget::QualifiedColumnNameRef(it) => names::column_of(&it, at),
    }
}
