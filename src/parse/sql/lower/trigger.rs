//! Triggers and rules.

use squawk_syntax::ast::{self, AstNode};

use super::At;
use super::expr::optional;
use super::node::{named, names_of, object, single, words};
use crate::parse::sql::model::{AlterObject, Class, CreateTrigger, Kind, ObjectName, Timing};

/// `create trigger`.
pub(super) fn create(node: &ast::CreateTrigger, at: &At) -> Kind {
    let mut out = CreateTrigger {
        name: named(node.trigger()),
        table: object(node.on_relation().and_then(|on| on.relation_name_ref()), at),
        or_replace: node.or_replace().is_some(),
        constraint: node.constraint_token().is_some(),
        timing: match node.timing() {
            Some(ast::Timing::TimingBefore(_)) => Timing::Before,
            Some(ast::Timing::TimingInsteadOf(_)) => Timing::InsteadOf,
            Some(ast::Timing::TimingAfter(_)) | None => Timing::After,
        },
        for_each_row: matches!(node.trigger_level(), Some(ast::TriggerLevel::ForEachRow(_))),
        when: node.when_condition().map(|when| optional(when.expr(), at)),
        function: node.call_expr().map(|call| called(&call, at)).unwrap_or_default(),
        ..CreateTrigger::default()
    };
    for event in node.trigger_event_list().iter().flat_map(ast::TriggerEventList::trigger_events) {
        match event {
            ast::TriggerEvent::TriggerEventInsert(_) => out.insert = true,
            ast::TriggerEvent::TriggerEventDelete(_) => out.delete = true,
            ast::TriggerEvent::TriggerEventTruncate(_) => out.truncate = true,
            ast::TriggerEvent::TriggerEventUpdate(it) => {
                out.update = true;
                out.update_columns.extend(names_of(it.column_name_refs()));
            }
        }
    }
    Kind::CreateTrigger(Box::new(out))
}

/// The function that a trigger calls.
pub(super) fn called(call: &ast::CallExpr, at: &At) -> ObjectName {
    object(call.expr(), at)
}

/// `alter trigger`.
pub(super) fn alter(node: &ast::AlterTrigger, at: &At) -> Kind {
    let action = match node.action() {
        Some(ast::AlterTriggerAction::TriggerRenameTo(it)) => AlterObject::Rename(named(it.trigger())),
        _ => AlterObject::Other,
    };
    Kind::AlterObject {
        class: Class::Trigger,
        name: single(node.trigger_ref(), at),
        of: Some(object(node.on_relation().and_then(|on| on.relation_name_ref()), at)),
        action,
    }
}

/// `create rule`.
pub(super) fn rule(node: &ast::CreateRule, at: &At) -> Kind {
    let on = node.rule_on();
    let does = node.rule_do();
    Kind::CreateRule {
        name: named(node.rule()),
        table: object(on.as_ref().and_then(ast::RuleOn::relation_name_ref), at),
        event: on.and_then(|on| on.rule_event()).map(|event| words(event.syntax())).unwrap_or_default(),
        instead: does.as_ref().is_some_and(|does| does.instead_token().is_some()),
        nothing: matches!(does.and_then(|does| does.rule_action()), Some(ast::RuleAction::Nothing(_))),
        or_replace: node.or_replace().is_some(),
    }
}
