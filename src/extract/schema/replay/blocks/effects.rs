//! What steps that cannot be followed may change.

use crate::extract::schema::catalog::About;
use crate::parse::sql::block::{Block, Step, StepKind};
use crate::parse::sql::expression::{Expr, Name};
use crate::parse::sql::model::{Kind, ObjectName, Statement};
use crate::parse::sql::walk::{self, Part};

/// What steps may change, without the same twice. Rows are no matter.
pub(super) fn of(steps: &[Step]) -> Vec<About> {
    let mut found = Vec::new();
    visit(steps, &mut |effect| {
        if let Some(about) = effect
            && !found.contains(&about)
        {
            found.push(about);
        }
    });
    found
}

/// Whether steps may change the schema, or call a function, which is told by its name.
pub(super) fn may_change(block: &Block, called: &mut dyn FnMut(&ObjectName) -> bool) -> bool {
    let mut change = false;
    visit(&block.statements, &mut |effect| change |= effect.is_some());
    for handler in &block.handlers {
        visit(&handler.statements, &mut |effect| change |= effect.is_some());
    }
    if change {
        return true;
    }
    let mut calls = Vec::new();
    queries(&block.statements, &mut calls, 0);
    calls.iter().any(called)
}

/// The functions that the queries of steps call.
fn queries(steps: &[Step], found: &mut Vec<ObjectName>, depth: u32) {
    if depth > 50 {
        return;
    }
    let mut take = |part: Part<'_>| {
        if let Part::Expr(Expr::Call(call)) = part {
            found.push(call.name.clone());
        }
        true
    };
    for step in steps {
        match &step.kind {
            StepKind::Perform(query) | StepKind::SelectInto { query, .. } => walk::query(query, &mut take),
            StepKind::Assign { value, .. } => walk::expression(value, &mut take),
            StepKind::Sql(statement) => {
                if let Kind::Query(query) = &statement.kind {
                    walk::query(query, &mut take);
                }
            }
            _ => {}
        }
    }
    for step in steps {
        for inner in inside(&step.kind) {
            queries(inner, found, depth + 1);
        }
    }
}

/// The lists of steps inside a step.
pub(super) fn inside(kind: &StepKind) -> Vec<&[Step]> {
    match kind {
        StepKind::If { arms, otherwise } => {
            arms.iter().map(|(_, steps)| steps.as_slice()).chain([otherwise.as_slice()]).collect()
        }
        StepKind::ForQuery { body, .. }
        | StepKind::ForExecute { body, .. }
        | StepKind::ForRange { body, .. }
        | StepKind::ForEach { body, .. }
        | StepKind::Loop(body) => vec![body],
        StepKind::Block(block) => {
            let handlers = block.handlers.iter().map(|handler| handler.statements.as_slice());
            std::iter::once(block.statements.as_slice()).chain(handlers).collect()
        }
        _ => Vec::new(),
    }
}

fn visit(steps: &[Step], found: &mut dyn FnMut(Option<About>)) {
    // Steps inside steps, without recursion.
    let mut lists = vec![steps];
    while let Some(list) = lists.pop() {
        for step in list {
            match &step.kind {
                StepKind::Sql(statement) => found(statement_effect(statement)),
                StepKind::Execute { text, .. } | StepKind::ForExecute { text, .. } => {
                    found(text_effect(text));
                }
                _ => {}
            }
            lists.extend(inside(&step.kind));
        }
    }
}

fn relation(name: &ObjectName) -> About {
    About::Relation(name.schema.clone().unwrap_or_else(|| Name::const_new("public")), name.name.clone())
}

/// What a statement may change.
pub(super) fn statement_effect(statement: &Statement) -> Option<About> {
    Some(match &statement.kind {
        Kind::Query(_)
        | Kind::Change(_)
        | Kind::Maintain { .. }
        | Kind::Comment { .. }
        | Kind::Set { .. }
        | Kind::Transaction(_)
        | Kind::Other { .. } => return None,
        Kind::CreateTable(table) => relation(&table.name),
        Kind::CreateView(view) => relation(&view.name),
        Kind::AlterRelation { name, .. } => relation(name),
        Kind::CreateIndex(index) => relation(&index.table),
        Kind::CreatePolicy(policy) => relation(&policy.table),
        Kind::AlterPolicy { table, .. } => relation(table),
        Kind::CreateTrigger(trigger) => relation(&trigger.table),
        Kind::CreateRule { table, .. } => relation(table),
        Kind::CreateFunction(_) | Kind::AlterFunction { .. } => About::Functions,
        Kind::Grant(_) | Kind::GrantRole { .. } | Kind::DefaultPrivileges { .. } => About::Privileges,
        Kind::CreateRole { .. } | Kind::AlterRole { .. } => About::Privileges,
        Kind::CreateSchema { name, .. } => About::Schema(name.clone()),
        Kind::CreateType { name, .. } | Kind::AlterType { name, .. } | Kind::CreateDomain { name, .. } => {
            relation(name)
        }
        Kind::CreateSequence { name, .. } => relation(name),
        Kind::Publication { .. } => return None,
        Kind::Drop { names, .. } => match names.as_slice() {
            [one] => relation(one.of.as_ref().unwrap_or(&one.name)),
            _ => About::Everything,
        },
        _ => About::Everything,
    })
}

/// What an executed text may change, by its first words.
pub(super) fn text_effect(text: &Expr) -> Option<About> {
    let mut literal = None;
    walk::expression(text, &mut |part| {
        if let Part::Expr(Expr::Text(text)) = part
            && literal.is_none()
        {
            literal = Some(text.trim_start().to_ascii_lowercase());
        }
        true
    });
    let Some(literal) = literal else { return Some(About::Everything) };
    let words: Vec<&str> = literal.split_whitespace().take(3).collect();
    match words.as_slice() {
        [
            "select" | "insert" | "update" | "delete" | "with" | "analyze" | "vacuum" | "refresh" | "comment"
            | "notify" | "set" | "lock" | "truncate" | "reindex" | "copy",
            ..,
        ] => None,
        ["grant" | "revoke", ..] => Some(About::Privileges),
        ["create" | "drop" | "alter", "policy", ..] => Some(About::Policies),
        ["create" | "alter", "role" | "user", ..] => Some(About::Privileges),
        ["alter", "system" | "database", ..] => None,
        ["alter", "table", ..] if literal.contains("row level security") => Some(About::Policies),
        ["alter", "function" | "procedure" | "routine", ..] => Some(About::Functions),
        ["create", "trigger", ..] | ["create", "or", "replace"] if literal.contains(" trigger ") => {
            Some(About::Triggers)
        }
        ["drop", "trigger", ..] => Some(About::Triggers),
        ["alter", "table", ..] if literal.contains("able trigger") => Some(About::Triggers),
        ["create" | "drop", "function", ..] => Some(About::Functions),
        ["create", "or", "replace"] if literal.contains("function") => Some(About::Functions),
        ["alter", "publication", ..] => None,
        _ => Some(About::Everything),
    }
}
