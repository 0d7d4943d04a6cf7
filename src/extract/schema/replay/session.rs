//! The session: settings, roles, transactions.

use rustc_hash::FxHashSet;

use super::drops::{self, Object};
use super::{Outcome, Replay, roles};
use crate::parse::sql::expression::Name;
use crate::parse::sql::model::{Kind, Setting, Statement, Transaction};

/// What a session has set.
#[derive(Debug, Clone, Default)]
pub(super) struct Session {
    /// The search path and the role as they were before `set local`: they come back when the transaction ends.
    before: Option<(Vec<Name>, Name)>,
    /// A transaction is open.
    begun: bool,
    /// Bodies of functions are not checked: `set check_function_bodies = off`.
    unchecked: bool,
}

/// Starts a session: the search path and the role are those of a new connection.
pub(super) fn open(replay: &mut Replay) {
    replay.role = replay.catalog.owner.clone();
    replay.catalog.search_path = first_path(replay);
    replay.session = Session::default();
}

fn first_path(replay: &Replay) -> Vec<Name> {
    match &replay.home {
        Some(path) => path.clone(),
        None => vec![Name::const_new("$user"), Name::const_new("public")],
    }
}

/// Ends a session: what is temporary goes.
pub(super) fn close(replay: &mut Replay) {
    let temporary = std::mem::take(&mut replay.temporary);
    let left = temporary.into_iter().filter(|id| replay.relation(*id).is_some()).map(Object::Relation);
    let left = left.collect::<Vec<_>>();
    if !left.is_empty() {
        let _ = drops::remove(replay, left, true);
    }
}

/// The statements of a script that the script rolls back itself.
pub(super) fn rolled_back(statements: &[Statement]) -> FxHashSet<usize> {
    let mut undone = FxHashSet::default();
    let mut begun = None;
    let mut savepoints: Vec<(&Name, usize)> = Vec::new();
    for (at, statement) in statements.iter().enumerate() {
        let Kind::Transaction(transaction) = &statement.kind else { continue };
        match transaction {
            Transaction::Begin => {
                begun.get_or_insert(at);
            }
            Transaction::Commit => {
                begun = None;
                savepoints.clear();
            }
            Transaction::Rollback => {
                if let Some(start) = begun.take() {
                    undone.extend(start..=at);
                }
                savepoints.clear();
            }
            Transaction::Savepoint(name) => savepoints.push((name, at)),
            Transaction::Release(name) => {
                if let Some(found) = savepoints.iter().rposition(|(other, _)| *other == name) {
                    savepoints.truncate(found);
                }
            }
            Transaction::RollbackTo(name) => {
                if let Some(found) = savepoints.iter().rposition(|(other, _)| *other == name)
                    && let Some((_, start)) = savepoints.get(found)
                {
                    undone.extend(start + 1..=at);
                    savepoints.truncate(found + 1);
                }
            }
        }
    }
    undone
}

/// `set` and `reset`.
pub(super) fn set(replay: &mut Replay, setting: &Setting, local: bool) -> Outcome {
    let name = setting.name.as_str();
    if matches!(name, "check_function_bodies" | "all") {
        let off = setting.values.first().map(String::as_str);
        replay.session.unchecked =
            name != "all" && off.is_some_and(|value| matches!(value, "off" | "false" | "0" | "no"));
    }
    if !matches!(name, "search_path" | "role" | "session_authorization" | "session authorization" | "all") {
        return Ok(());
    }
    if local && !replay.session.begun {
        // PostgreSQL warns: it lasts for the statement alone.
        return match name {
            "role" => roles::check(replay, setting.values.first().map(String::as_str)),
            _ => Ok(()),
        };
    }
    if local && replay.session.before.is_none() {
        replay.session.before = Some((replay.catalog.search_path.clone(), replay.role.clone()));
    }
    if matches!(name, "search_path" | "all") {
        replay.catalog.search_path = if setting.values.is_empty() {
            first_path(replay)
        } else {
            setting
                .values
                .iter()
                .map(|value| Name::from(value.trim()))
                .filter(|name| !name.is_empty())
                .collect()
        };
    }
    if name != "search_path" {
        let role = setting.values.first().map(String::as_str).filter(|role| *role != "none" && name != "all");
        return roles::become_role(replay, role);
    }
    Ok(())
}

impl Replay {
    /// Whether bodies of functions are checked when they are made.
    pub(super) fn checks_bodies(&self) -> bool {
        !self.session.unchecked
    }
}

/// The search path as a text sets it: `a, "B"`.
pub(super) fn path_of(text: &str) -> Vec<String> {
    let names = text.split(',').map(|name| match name.trim().strip_prefix('"') {
        Some(quoted) => quoted.trim_end_matches('"').to_owned(),
        None => name.trim().to_lowercase(),
    });
    names.filter(|name| !name.is_empty()).collect()
}

/// Sets the search path from `set_config('search_path', …)`.
pub(super) fn set_path(replay: &mut Replay, text: &str) {
    replay.catalog.search_path = path_of(text).into_iter().map(Name::from).collect();
}

/// `begin`, `commit`, `rollback`, savepoints.
pub(super) fn transaction(replay: &mut Replay, transaction: &Transaction) {
    match transaction {
        Transaction::Begin => replay.session.begun = true,
        Transaction::Commit | Transaction::Rollback => replay.session.begun = false,
        _ => {}
    }
    if matches!(transaction, Transaction::Commit | Transaction::Rollback)
        && let Some((path, role)) = replay.session.before.take()
    {
        replay.catalog.search_path = path;
        replay.role = role;
    }
}
