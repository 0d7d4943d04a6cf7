//! Statements that fail when they are run a second time.

use super::Database;
use crate::extract::migrations::Step;
use crate::parse::sql::dialect::Dialect;
use crate::parse::sql::expression::Name;
use crate::parse::sql::model::{Alter, Class, Kind, Script};

/// Of a migration outside of a transaction, the first statement that fails when the migration is run again after a later
/// one failed.
pub(super) fn unguarded(database: &Database<'_>, step: &Step, script: &Script) -> Option<String> {
    let guards = matches!(database.dialect, Dialect::Postgres | Dialect::Sqlite | Dialect::Unknown);
    // An image applies its files to a new database only.
    if step.transaction || super::begins(script) || !guards || database.set.tool == "initdb" {
        return None;
    }
    // Behind the last statement nothing fails any more.
    let (_, statements) = script.statements.split_last()?;
    let mut dropped: Vec<&Name> = Vec::new();
    for statement in statements {
        match &statement.kind {
            Kind::Drop { names, if_exists: true, .. } => {
                dropped.extend(names.iter().map(|dropped| &dropped.name.name));
            }
            kind => {
                if let Some((what, name)) = of(kind).filter(|(_, name)| !dropped.contains(name)) {
                    return Some(format!("`{what} {name}`"));
                }
            }
        }
    }
    None
}

/// What a statement makes or drops without asking whether it is there, where it could ask.
fn of(kind: &Kind) -> Option<(&'static str, &Name)> {
    match kind {
        Kind::CreateTable(table) if !table.if_not_exists && !table.temporary => {
            Some(("create table", &table.name.name))
        }
        Kind::CreateIndex(index) if !index.if_not_exists => Some(("create index", index.name.as_ref()?)),
        Kind::AlterRelation { class: Class::Table, actions, .. } => {
            actions.iter().find_map(|action| match action {
                Alter::AddColumn { column, if_not_exists: false, .. } => Some(("add column", &column.name)),
                Alter::DropColumn { name, if_exists: false, .. } => Some(("drop column", name)),
                _ => None,
            })
        }
        Kind::CreateExtension { name, if_not_exists: false, .. } => Some(("create extension", name)),
        Kind::CreateSchema { name, if_not_exists: false, .. } => Some(("create schema", name)),
        Kind::Drop { class: Class::Table, names, if_exists: false, .. } => {
            Some(("drop table", &names.first()?.name.name))
        }
        _ => None,
    }
}
