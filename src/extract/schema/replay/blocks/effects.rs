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

/// Whether a block may change the schema itself.
pub(super) fn changes(block: &Block) -> bool {
    let mut change = false;
    for steps in lists(block) {
        visit(steps, &mut |effect| change |= effect.is_some());
    }
    change
}

/// The functions that a block calls.
pub(super) fn calls(block: &Block) -> Vec<&ObjectName> {
    let mut found = Vec::new();
    let mut open = lists(block);
    while let Some(steps) = open.pop() {
        for step in steps {
            called(&step.kind, &mut found);
            open.extend(inside(&step.kind));
        }
    }
    found
}

fn lists(block: &Block) -> Vec<&[Step]> {
    let handlers = block.handlers.iter().map(|handler| handler.statements.as_slice());
    std::iter::once(block.statements.as_slice()).chain(handlers).collect()
}

/// The functions that a step calls, without those of the steps in it.
fn called<'s>(kind: &'s StepKind, found: &mut Vec<&'s ObjectName>) {
    let mut take = |part: Part<'s>| {
        if let Part::Expr(Expr::Call(call)) = part {
            found.push(&call.name);
        }
        true
    };
    match kind {
        StepKind::Perform(query)
        | StepKind::SelectInto { query, .. }
        | StepKind::ForQuery { query, .. }
        | StepKind::ReturnQuery(query) => walk::query(query, &mut take),
        StepKind::Assign { value, .. } | StepKind::Return(Some(value)) => walk::expression(value, &mut take),
        StepKind::If { arms, .. } => {
            for (condition, _) in arms {
                walk::expression(condition, &mut take);
            }
        }
        StepKind::Sql(statement) => found.extend(calls_of(statement)),
        _ => {}
    }
}

/// The functions that a query calls; none of other statements.
pub(super) fn calls_of(statement: &Statement) -> Vec<&ObjectName> {
    let mut found = Vec::new();
    if let Kind::Query(query) = &statement.kind {
        walk::query(query, &mut |part| {
            if let Part::Expr(Expr::Call(call)) = part {
                found.push(&call.name);
            }
            true
        });
    }
    found
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
        StepKind::Block(block) => lists(block),
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

fn of_function(name: &ObjectName) -> About {
    About::Function(name.schema.clone().unwrap_or_else(|| Name::const_new("public")), name.name.clone())
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
        Kind::CreateFunction(function) => of_function(&function.name),
        Kind::AlterFunction { function, .. } => of_function(&function.name),
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
