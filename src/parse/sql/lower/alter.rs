//! `alter table` and its relatives.

use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::{self, AstNode};

use super::expr::optional;
use super::node::{attributes, cascades, named, object, owner};
use super::{At, names, table};
use crate::parse::sql::model::{Alter, Class, Kind, Name, ObjectName, TriggerState};

/// `alter table`.
pub(super) fn table(node: &ast::AlterTable, at: &At) -> Kind {
    let actions = node.actions().flat_map(|action| actions(&action, at)).collect();
    of_table(Class::Table, node.table_relation_name(), node.if_exists().is_some(), actions, at)
}

/// `alter foreign table`.
pub(super) fn foreign_table(node: &ast::AlterForeignTable, at: &At) -> Kind {
    let actions = node.actions().flat_map(|action| actions(&action, at)).collect();
    of_table(Class::ForeignTable, node.table_relation_name(), node.if_exists().is_some(), actions, at)
}

fn of_table(
    class: Class,
    name: Option<ast::TableRelationName>,
    if_exists: bool,
    actions: Vec<Alter>,
    at: &At,
) -> Kind {
    let Some(name) = name else {
        return Kind::Other { what: Name::const_new("alter table all in tablespace"), name: None };
    };
    let only = name.only_token().is_some();
    Kind::AlterRelation { class, name: object(name.table_name_ref(), at), if_exists, only, actions }
}

fn relation(class: Class, name: ObjectName, if_exists: bool, actions: Vec<Alter>) -> Kind {
    Kind::AlterRelation { class, name, if_exists, only: false, actions }
}

/// `alter view`.
pub(super) fn view(node: &ast::AlterView, at: &At) -> Kind {
    use ast::AlterViewAction as A;
    let actions = node.action().map(|action| match action {
        A::AlterViewColumn(it) => Alter::SetDefault {
            column: named(it.name()),
            value: match it.alter_view_column_action() {
                Some(ast::AlterViewColumnAction::SetDefault(set)) => Some(optional(set.expr(), at)),
                _ => None,
            },
        },
        A::ViewRenameTo(it) => Alter::Rename(object(it.view(), at).name),
        other => shared(other.syntax(), at),
    });
    relation(
        Class::View,
        object(node.view_ref(), at),
        node.if_exists().is_some(),
        actions.into_iter().collect(),
    )
}

/// `alter materialized view`.
pub(super) fn materialized_view(node: &ast::AlterMaterializedView, at: &At) -> Kind {
    use ast::AlterMaterializedViewAction as A;
    if node.all_in_tablespace().is_some() {
        return Kind::Other {
            what: Name::const_new("alter materialized view all in tablespace"),
            name: None,
        };
    }
    let mut out = Vec::new();
    for action in node.action() {
        match action {
            A::ViewRenameTo(it) => out.push(Alter::Rename(object(it.view(), at).name)),
            A::AlterTableAction(it) => out.extend(actions(&it, at)),
            other => out.push(shared(other.syntax(), at)),
        }
    }
    relation(Class::MaterializedView, object(node.view_ref(), at), node.if_exists().is_some(), out)
}

/// `alter index`.
pub(super) fn index(node: &ast::AlterIndex, at: &At) -> Kind {
    use ast::AlterIndexAction as A;
    if node.all_in_tablespace().is_some() {
        return Kind::Other { what: Name::const_new("alter index all in tablespace"), name: None };
    }
    let actions = node.action().map(|action| match action {
        A::AttachIndexPartition(it) => Alter::AttachIndex(object(it.index_ref(), at)),
        A::IndexRenameTo(it) => Alter::Rename(object(it.index(), at).name),
        other => shared(other.syntax(), at),
    });
    relation(
        Class::Index,
        object(node.index_ref(), at),
        node.if_exists().is_some(),
        actions.into_iter().collect(),
    )
}

/// `alter sequence`.
pub(super) fn sequence(node: &ast::AlterSequence, at: &At) -> Kind {
    use ast::AlterSequenceAction as A;
    let actions = node
        .actions()
        .map(|action| match action {
            A::SequenceRenameTo(it) => Alter::Rename(object(it.sequence(), at).name),
            A::SequenceOption(ast::SequenceOption::OptionOwnedBy(it)) => {
                Alter::OwnedBy(table::owned_by(&it, at))
            }
            other => shared(other.syntax(), at),
        })
        .collect();
    relation(Class::Sequence, object(node.sequence_ref(), at), node.if_exists().is_some(), actions)
}

/// What all relations share: owner, schema, options.
fn shared(node: &SyntaxNode, at: &At) -> Alter {
    if let Some(it) = ast::OwnerTo::cast(node.clone()) {
        return Alter::Owner(owner(&it));
    }
    if let Some(it) = ast::SetSchema::cast(node.clone()) {
        return Alter::SetSchema(named(it.schema_ref()));
    }
    if let Some(it) = ast::SetOptions::cast(node.clone()) {
        return Alter::Options { set: true, options: attributes(it.attribute_list()) };
    }
    if let Some(it) = ast::ResetOptions::cast(node.clone()) {
        return Alter::Options { set: false, options: attributes(it.attribute_list()) };
    }
    if let Some(it) = ast::RenameColumn::cast(node.clone()) {
        return Alter::RenameColumn { from: named(it.column_name_ref()), to: named(it.column_name()) };
    }
    if ast::SetLogged::can_cast(node.kind()) || ast::SetUnlogged::can_cast(node.kind()) {
        return Alter::Logged(ast::SetLogged::can_cast(node.kind()));
    }
    other(node, at)
}

fn other(node: &SyntaxNode, at: &At) -> Alter {
    Alter::Other(super::first_words(at.text_of(node)))
}

/// One action of `alter table`; `alter column` can hold several.
fn actions(action: &ast::AlterTableAction, at: &At) -> Vec<Alter> {
    use ast::AlterTableAction as A;
    let one = match action {
        A::AddColumn(it) => {
            Alter::AddColumn { column: table::added(it, at), if_not_exists: it.if_not_exists().is_some() }
        }
        A::DropColumn(it) => Alter::DropColumn {
            name: named(it.column_name_ref()),
            if_exists: it.if_exists().is_some(),
            cascade: cascades(it.drop_behavior()),
        },
        A::AlterColumn(it) => return column(it, at),
        A::AddConstraint(it) => match it.constraint() {
            Some(constraint) => Alter::AddConstraint(table::constraint(&constraint, at)),
            None => other(it.syntax(), at),
        },
        A::DropConstraint(it) => Alter::DropConstraint {
            name: object(it.constraint_name_ref(), at).name,
            if_exists: it.if_exists().is_some(),
            cascade: cascades(it.drop_behavior()),
        },
        A::ValidateConstraint(it) => Alter::ValidateConstraint(object(it.constraint_name_ref(), at).name),
        A::AlterConstraint(it) => Alter::AlterConstraint {
            name: object(it.constraint_name_ref(), at).name,
            deferrable: table::deferrable(it.constraint_options()),
        },
        A::RenameConstraint(it) => Alter::RenameConstraint {
            from: object(it.constraint_name_ref(), at).name,
            to: named(it.constraint_name()),
        },
        A::TableRenameTo(it) => Alter::Rename(object(it.table_name(), at).name),
        A::EnableRls(_) => Alter::RowSecurity(true),
        A::DisableRls(_) => Alter::RowSecurity(false),
        A::ForceRls(_) => Alter::ForceRowSecurity(true),
        A::NoForceRls(_) => Alter::ForceRowSecurity(false),
        A::InheritTable(it) => Alter::Inherit { parent: object(it.table_name_ref(), at), add: true },
        A::NoInheritTable(it) => Alter::Inherit { parent: object(it.table_name_ref(), at), add: false },
        A::AttachPartition(it) => Alter::AttachPartition {
            table: object(it.table_name_ref(), at),
            default: matches!(it.partition_type(), Some(ast::PartitionType::PartitionDefault(_))),
        },
        A::DetachPartition(it) => Alter::DetachPartition { table: object(it.table_name_ref(), at) },
        A::EnableTrigger(_)
        | A::DisableTrigger(_)
        | A::EnableReplicaTrigger(_)
        | A::EnableAlwaysTrigger(_) => trigger(action),
        rest => shared(rest.syntax(), at),
    };
    vec![one]
}

fn trigger(action: &ast::AlterTableAction) -> Alter {
    use ast::AlterTableAction as A;
    let target = |target: Option<ast::TriggerTarget>| match target {
        Some(ast::TriggerTarget::TriggerRef(name)) => Some(named(Some(name))),
        _ => None,
    };
    let (name, state) = match action {
        A::EnableTrigger(it) => (target(it.trigger_target()), TriggerState::Enabled),
        A::EnableReplicaTrigger(it) => (Some(named(it.trigger_ref())), TriggerState::Replica),
        A::EnableAlwaysTrigger(it) => (Some(named(it.trigger_ref())), TriggerState::Always),
        A::DisableTrigger(it) => (target(it.trigger_target()), TriggerState::Disabled),
        _ => (None, TriggerState::Enabled),
    };
    Alter::Trigger { name, state }
}

/// `alter column`.
fn column(node: &ast::AlterColumn, at: &At) -> Vec<Alter> {
    use ast::AlterColumnOption as O;
    let column = named(node.column_name_ref());
    let one = match node.option() {
        Some(O::SetType(it)) => Alter::SetType {
            column,
            to: it.ty().map(|ty| names::type_name(&ty, at)).unwrap_or_default(),
            using: it.using_expr().map(|using| optional(using.expr(), at)),
        },
        Some(O::SetDefault(it)) => Alter::SetDefault { column, value: Some(optional(it.expr(), at)) },
        Some(O::DropDefault(_)) => Alter::SetDefault { column, value: None },
        Some(O::SetNotNull(_)) => Alter::SetNotNull { column, not_null: true },
        Some(O::DropNotNull(_)) => Alter::SetNotNull { column, not_null: false },
        Some(O::AddGenerated(it)) => Alter::Identity {
            column,
            always: Some(table::always(it.generated_when().as_ref())),
            add: true,
            if_exists: false,
        },
        Some(O::SetGenerated(it)) => set_generated(column, &it),
        Some(O::SetGeneratedOptions(it)) => {
            return it
                .set_generated_options()
                .map(|option| match option {
                    ast::SetGeneratedOption::SetGenerated(it) => set_generated(column.clone(), &it),
                    rest => other(rest.syntax(), at),
                })
                .collect();
        }
        Some(O::DropIdentity(it)) => {
            Alter::Identity { column, always: None, add: false, if_exists: it.if_exists().is_some() }
        }
        Some(O::DropExpression(it)) => Alter::DropExpression { column, if_exists: it.if_exists().is_some() },
        Some(_) | None => other(node.syntax(), at),
    };
    vec![one]
}

fn set_generated(column: Name, node: &ast::SetGenerated) -> Alter {
    let always = Some(table::always(node.generated_when().as_ref()));
    Alter::Identity { column, always, add: false, if_exists: false }
}
