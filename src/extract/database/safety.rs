//! What a new migration does to a database that is in use: which statements make others wait, and which take away what
//! the version that still runs needs. Statements about tables that the same file makes do neither.

use super::Database;
use crate::extract::migrations::Step;
use crate::facts::{Entry, SqlStatement};
use crate::parse::sql::dialect::Dialect;
use crate::parse::sql::expression::{Expr, Name};
use crate::parse::sql::model::{Class, Kind, ObjectName, Script};
use crate::parse::sql::relation::{Alter, Column, Constraint, ConstraintKind, CreateIndex};
use crate::parse::sql::walk::{self, Part};
use crate::source::Span;

/// What a statement does to those that use its table: the table, what waits, what breaks.
struct Effect<'s> {
    table: &'s ObjectName,
    locks: Option<String>,
    breaks: Option<String>,
}

/// One fact for each statement of a new file that does something to what is there before.
pub(super) fn facts(database: &Database<'_>, entries: &mut Vec<Entry>) {
    for (number, step, script) in database.steps() {
        if !is_judged(database, step) {
            continue;
        }
        for (span, effect) in effects(script) {
            let fact = SqlStatement {
                table: effect.table.name.to_string(),
                locks: effect.locks,
                breaks: effect.breaks,
            };
            entries.extend(database.at(number, span).map(|place| Entry::new(place, fact)));
        }
    }
}

/// Whether a new file limits how long it waits for locks; absent where it changes nothing that is there before.
pub(super) fn is_patient(database: &Database<'_>, step: &Step, script: &Script) -> Option<bool> {
    if !is_judged(database, step) || effects(script).next().is_none() {
        return None;
    }
    Some(script.statements.iter().any(|statement| match &statement.kind {
        Kind::Set { setting, .. } => matches!(setting.name.as_str(), "lock_timeout" | "statement_timeout"),
        _ => false,
    }))
}

/// Only what PostgreSQL locks is known so closely, and only new files are still to be applied.
fn is_judged(database: &Database<'_>, step: &Step) -> bool {
    database.dialect == Dialect::Postgres && database.context.tree.file(step.file).fresh
}

/// The statements of a file that do something to tables it does not make.
fn effects(script: &Script) -> impl Iterator<Item = (Span, Effect<'_>)> {
    let made: Vec<&Name> = script.statements.iter().filter_map(|statement| made(&statement.kind)).collect();
    script
        .statements
        .iter()
        .flat_map(|statement| effect(&statement.kind).into_iter().map(move |effect| (statement.span, effect)))
        .filter(move |(_, effect)| !made.contains(&&effect.table.name))
}

/// The table that a statement makes.
fn made(kind: &Kind) -> Option<&Name> {
    match kind {
        Kind::CreateTable(table) => Some(&table.name.name),
        Kind::CreateView(view) => Some(&view.name.name),
        _ => None,
    }
}

fn effect(kind: &Kind) -> Vec<Effect<'_>> {
    match kind {
        Kind::CreateIndex(index) => of_index(index).into_iter().collect(),
        Kind::AlterRelation { class: Class::Table, name, actions, .. } => {
            actions.iter().filter_map(|action| of_action(name, action)).collect()
        }
        Kind::Drop { class: Class::Table, names, .. } => names
            .iter()
            .map(|dropped| Effect {
                table: &dropped.name,
                locks: None,
                breaks: Some(format!("drops the table `{}`", dropped.name.name)),
            })
            .collect(),
        Kind::Maintain { command, name: Some(name), concurrently: false } => {
            let what = match command.as_str() {
                "cluster" | "vacuum full" => "everything waits while the table is written anew",
                "reindex" => "writes wait while the index is built anew",
                "refresh materialized view" => "reads wait while the view is filled",
                _ => return Vec::new(),
            };
            vec![Effect { table: name, locks: Some(what.to_owned()), breaks: None }]
        }
        _ => Vec::new(),
    }
}

fn of_index(index: &CreateIndex) -> Option<Effect<'_>> {
    let locks = Some("writes wait while the index is built (no `concurrently`)".to_owned());
    (!index.concurrently).then_some(Effect { table: &index.table, locks, breaks: None })
}

fn of_action<'s>(table: &'s ObjectName, action: &'s Alter) -> Option<Effect<'s>> {
    let locks = |text: &str| Some(Effect { table, locks: Some(text.to_owned()), breaks: None });
    let breaks = |text: String| Some(Effect { table, locks: None, breaks: Some(text) });
    match action {
        Alter::AddColumn { column, .. } => of_column(table, column),
        Alter::AddConstraint(constraint) => locks(waits_for(constraint)?),
        Alter::SetNotNull { not_null: true, .. } => {
            locks("everything waits while all rows are read (`set not null`)")
        }
        Alter::SetType { column, to, using } => {
            let widens = using.is_none()
                && to.modifiers.is_empty()
                && matches!(to.name.as_str(), "text" | "character varying");
            if widens {
                return None;
            }
            let what = format!("changes the type of the column `{column}`");
            let locks = Some("everything waits while all rows are written anew".to_owned());
            Some(Effect { table, locks, breaks: Some(what) })
        }
        Alter::DropColumn { name, .. } => breaks(format!("drops the column `{name}`")),
        Alter::RenameColumn { from, .. } => breaks(format!("renames the column `{from}`")),
        Alter::Rename(_) => breaks(format!("renames the table `{}`", table.name)),
        _ => None,
    }
}

/// What waits for a constraint that is checked at once.
fn waits_for(constraint: &Constraint) -> Option<&'static str> {
    match &constraint.kind {
        ConstraintKind::Foreign(_) if !constraint.not_valid => {
            Some("writes to both tables wait while all rows are read (no `not valid`)")
        }
        ConstraintKind::Check { .. } if !constraint.not_valid => {
            Some("everything waits while all rows are read (no `not valid`)")
        }
        ConstraintKind::Primary { index: None, .. } | ConstraintKind::Unique { index: None, .. } => {
            Some("everything waits while the index is built (no `using index`)")
        }
        ConstraintKind::Exclude { .. } => Some("everything waits while the index is built"),
        _ => None,
    }
}

/// What a new column does to a table with rows.
fn of_column<'s>(table: &'s ObjectName, column: &'s Column) -> Option<Effect<'s>> {
    let has = |wanted: fn(&ConstraintKind) -> bool| {
        column.constraints.iter().any(|constraint| wanted(&constraint.kind))
    };
    let default = column.constraints.iter().find_map(|constraint| match &constraint.kind {
        ConstraintKind::Default(value) => Some(value),
        _ => None,
    });
    let counted = has(|kind| matches!(kind, ConstraintKind::Identity { .. } | ConstraintKind::Generated(_)))
        || column.of.as_ref().is_some_and(|of| of.name.ends_with("serial"));
    if counted || default.is_some_and(is_volatile) {
        let locks = Some("everything waits while all rows are written anew".to_owned());
        return Some(Effect { table, locks, breaks: None });
    }
    let refused = default.is_none() && has(|kind| matches!(kind, ConstraintKind::NotNull));
    let breaks = format!("adds the column `{}`, which inserts of the running version leave out", column.name);
    refused.then_some(Effect { table, locks: None, breaks: Some(breaks) })
}

/// Whether a default may differ from row to row: then it is written into every row at once.
fn is_volatile(value: &Expr) -> bool {
    const VOLATILE: &[&str] = &[
        "gen_random_uuid",
        "uuid_generate_v4",
        "uuid_generate_v1",
        "random",
        "clock_timestamp",
        "nextval",
        "timeofday",
        "gen_random_bytes",
        "uuidv7",
        "uuid_generate_v7",
    ];
    let mut volatile = false;
    walk::expression(value, &mut |part| {
        if let Part::Expr(Expr::Call(call)) = part {
            let name = call.name.name.as_str();
            volatile |= VOLATILE.contains(&name);
        }
        !volatile
    });
    volatile
}
