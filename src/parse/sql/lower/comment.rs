//! `comment on`.

use squawk_syntax::ast::{self, AstNode};

use super::node::{first_object, object, quoted, single};
use super::{At, function, names};
use crate::parse::sql::model::{Class, Kind, ObjectName};

/// `comment on`.
pub(super) fn on(node: &ast::CommentOn, at: &At) -> Kind {
    let text = node.literal().filter(quoted).and_then(|literal| literal.string_value());
    let Some(target) = node.comment_object() else { return super::unread(node, at) };
    let (class, name, of) = object_of(&target, at);
    Kind::Comment { class, name, of, text }
}

/// The object: its class, its name, and what it is a part of.
fn object_of(target: &ast::CommentObject, at: &At) -> (Class, ObjectName, Option<ObjectName>) {
    use ast::CommentObject as O;
    match target {
        O::ObjectColumn(it) => match it.name().and_then(|name| names::column_of(&name, at)) {
            Some((table, column)) => {
                let name = ObjectName { schema: None, name: column, span: at.span(it) };
                (Class::Column, name, Some(table))
            }
            None => (Class::Column, ObjectName::default(), None),
        },
        O::ObjectConstraint(it) => {
            let table = match it.table_name_ref() {
                Some(table) => object(Some(table), at),
                None => object(it.domain_ref(), at),
            };
            (Class::Constraint, object(it.constraint_name_ref(), at), Some(table))
        }
        O::ObjectPolicy(it) => {
            (Class::Policy, single(it.policy_ref(), at), Some(object(it.table_name_ref(), at)))
        }
        O::ObjectTrigger(it) => {
            (Class::Trigger, single(it.trigger_ref(), at), Some(object(it.relation_name_ref(), at)))
        }
        O::ObjectRule(it) => {
            (Class::Rule, single(it.rule_ref(), at), Some(object(it.relation_name_ref(), at)))
        }
        O::ObjectFunction(it) => {
            let sig = it.function_sig();
            let name = sig.map(|it| function::reference(it.function_name_ref(), None, at).name);
            (Class::Function, name.unwrap_or_default(), None)
        }
        other => (class(other), first_object(other.syntax(), at), None),
    }
}

fn class(target: &ast::CommentObject) -> Class {
    use ast::CommentObject as O;
    match target {
        O::ObjectTable(_) => Class::Table,
        O::ObjectView(_) => Class::View,
        O::ObjectMaterializedView(_) => Class::MaterializedView,
        O::ObjectForeignTable(_) => Class::ForeignTable,
        O::ObjectIndex(_) => Class::Index,
        O::ObjectSequence(_) => Class::Sequence,
        O::ObjectSchema(_) => Class::Schema,
        O::ObjectProcedure(_) => Class::Procedure,
        O::ObjectRoutine(_) => Class::Routine,
        O::ObjectAggregate(_) => Class::Aggregate,
        O::ObjectType(_) => Class::Type,
        O::ObjectDomain(_) => Class::Domain,
        O::ObjectEventTrigger(_) => Class::EventTrigger,
        O::ObjectExtension(_) => Class::Extension,
        O::ObjectRole(_) => Class::Role,
        O::ObjectDatabase(_) => Class::Database,
        O::ObjectPublication(_) => Class::Publication,
        O::ObjectServer(_) => Class::Server,
        O::ObjectLanguage(_) => Class::Language,
        O::ObjectOperator(_) => Class::Operator,
        O::ObjectCollation(_) => Class::Collation,
        O::ObjectCast(_) => Class::Cast,
        _ => Class::Other,
    }
}
