//! The replay: statements applied in order to a catalogue.
//!
//! Every statement is applied whole or not at all: what it changes is written in a ledger ([`ledger`]), and a refusal
//! ([`Refusal`]) takes it back and leaves a fault; in the manner that is judged ([`Manner`]), what the smallest mend of it
//! would do is then applied ([`mend`]). The session (search path, role) starts anew with every script, as
//! migration tools open a connection or reset it between files; temporary tables end with their script.

mod alter;
mod blocks;
mod builtin;
mod columns;
mod comments;
mod constraints;
mod doubts;
mod dropping;
mod drops;
mod extensions;
mod functions;
mod grants;
mod immutable;
mod indexes;
mod ledger;
mod mend;
mod names;
mod naming;
mod partitions;
mod policies;
mod publications;
mod rewrite;
mod roles;
mod rows;
mod run;
mod schemas;
mod sequences;
mod session;
mod tables;
mod triggers;
mod types;
mod uses;
mod variables;
mod views;

#[cfg(test)]
mod tests;

use rustc_hash::{FxHashMap, FxHashSet};

use super::catalog::{Catalog, Fault, FaultKind, FunctionId, Place, RelationId};
use super::platform::{self, Platform};
use crate::parse::sql::expression::Name;
use crate::parse::sql::model::{Class, Kind, Script, Statement};
use crate::source::Span;

/// A key of objects that have no identity of their own: schema and name.
pub(super) type Key = (Name, Name);

/// How many levels of children are followed.
pub(super) const DEEPEST: u32 = 32;

/// Why a statement is not applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    /// The reason.
    pub(super) kind: FaultKind,
    /// The object, with its schema where that is known.
    pub(super) name: String,
}

/// What applying a statement gives.
pub(super) type Outcome<T = ()> = Result<T, Refusal>;

/// A refusal, to be returned.
pub(super) fn refuse<T>(kind: FaultKind, name: impl Into<String>) -> Outcome<T> {
    Err(Refusal { kind, name: name.into() })
}

/// How a replay takes what cannot be applied.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Manner {
    /// As PostgreSQL: a statement that is refused changes nothing.
    #[default]
    Strict,
    /// As PostgreSQL after the smallest mend: of a statement that is refused, all is applied that can be.
    Mended,
    /// As a database of another kind, whose types and functions are not known: they are taken as written, and the rest
    /// is mended.
    Foreign,
}

/// The state of a replay: the catalogue, and the session that changes it.
#[derive(Debug, Clone, Default)]
pub struct Replay {
    /// What exists. Change it through the methods of the ledger, so that a refused statement can be taken back.
    pub catalog: Catalog,
    /// The role that runs statements now: the owner of what is made.
    pub(super) role: Name,
    /// The search path of new connections, where the role that connects has one of its own.
    pub(super) home: Option<Vec<Name>>,
    /// The place of the running statement.
    pub(super) place: Place,
    /// Statements come from the platform or from an extension: what they make is marked so.
    pub(super) platform: bool,
    /// The extension whose script runs.
    pub(super) extension: Option<Name>,
    /// How many blocks and called functions are around the running statement: bounds recursion. Statements inside are
    /// applied with [`Replay::run`], which returns refusals; the place stays that of the outer statement.
    pub(super) depth: u32,
    /// What is done about refusals.
    manner: Manner,
    /// What a refused statement can do is applied now: names of types and functions are taken as written, and blocks go
    /// on after a step that is refused.
    mending: bool,
    /// What mends left.
    mends: mend::Mends,
    /// Changes since the oldest mark, to take them back.
    ledger: ledger::Ledger,
    /// Settings of the session.
    session: session::Session,
    /// Relations that may depend on a relation. Never shrinks: ask the candidates themselves.
    users: FxHashMap<RelationId, FxHashSet<RelationId>>,
    /// Relations that may depend on a function. Never shrinks.
    callers: FxHashMap<FunctionId, FxHashSet<RelationId>>,
    /// Indexes that may be on a relation. Never shrinks.
    indexed: FxHashMap<RelationId, FxHashSet<Key>>,
    /// Tables that may have a constraint of that name. Never shrinks.
    constrained: FxHashMap<Key, FxHashSet<RelationId>>,
    /// Relations whose rows may be the type of a column. Never shrinks.
    row_types: std::cell::RefCell<FxHashSet<Key>>,
    /// Temporary relations of the session.
    temporary: Vec<RelationId>,
}

/// Replays the scripts of a migration set on a platform, in the order given, as PostgreSQL would.
pub fn replay(platform: Platform, scripts: &[&Script]) -> Catalog {
    replay_as(platform, scripts, Manner::Strict)
}

/// Replays the scripts of a migration set in one of the manners.
///
/// The faults of [`Manner::Mended`] are those of PostgreSQL that stay when all before them are mended: what a refused
/// statement would have made is not missed by others. Those of [`Manner::Foreign`] are only what the replay could not
/// follow.
pub fn replay_as(platform: Platform, scripts: &[&Script], manner: Manner) -> Catalog {
    if manner != Manner::Mended {
        return run::whole(platform, scripts, manner);
    }
    // Both manners are one up to the first statement that is refused.
    let halted = match run::halting(platform, scripts) {
        Ok(catalog) => return catalog,
        Err(halted) => halted,
    };
    let (strict, mut mended) = halted.ends(Manner::Strict, manner);
    if strict.faults.is_empty() {
        return strict;
    }
    let own = mended.faults.iter().map(told).collect::<FxHashSet<_>>();
    let faults = strict.faults.iter().filter(|fault| own.contains(&told(fault))).cloned().collect();
    mended.faults = faults;
    mended
}

fn told(fault: &Fault) -> (u32, Span, FaultKind, &str) {
    (fault.place.script, fault.place.span, fault.kind, &fault.name)
}

impl Replay {
    /// Whether types and functions that nothing makes are taken as written.
    fn lends(&self) -> bool {
        self.mending || self.manner == Manner::Foreign
    }

    /// Applies a statement whole, or refuses it and changes nothing.
    pub(super) fn run(&mut self, statement: &Statement) -> Outcome {
        self.attempt(&statement.kind)
    }

    /// As [`Replay::run`], of what a statement does.
    fn attempt(&mut self, kind: &Kind) -> Outcome {
        let mark = self.mark();
        let outcome = self.dispatch(kind);
        match outcome {
            Ok(()) => self.keep(mark),
            Err(_) => self.undo(mark),
        }
        outcome
    }

    fn dispatch(&mut self, kind: &Kind) -> Outcome {
        match kind {
            Kind::CreateSchema { name, if_not_exists, owner, inside } => {
                schemas::create(self, name, *if_not_exists, owner.as_ref(), inside)
            }
            Kind::CreateTable(table) => tables::create(self, table),
            Kind::AlterRelation { class, name, if_exists, only, actions } => {
                alter::relation(self, *class, name, *if_exists, *only, actions)
            }
            Kind::CreateIndex(index) => indexes::create(self, index),
            Kind::CreateView(view) => views::create(self, view),
            Kind::CreateRule { name, table, event, instead, nothing, or_replace } => {
                views::rule(self, name, table, event, *instead && *nothing, *or_replace)
            }
            Kind::CreateType { name, definition } => types::create(self, name, definition),
            Kind::AlterType { name, domain, action } => types::alter(self, name, *domain, action),
            Kind::CreateDomain { name, base, default, not_null, checks } => {
                types::domain(self, name, base, default.as_ref(), *not_null, checks)
            }
            Kind::CreateSequence { name, if_not_exists, temporary, base, owned_by } => {
                sequences::create(self, name, *if_not_exists, *temporary, base.as_ref(), owned_by.as_ref())
            }
            Kind::Drop { class, names, if_exists, cascade } => {
                dropping::statement(self, *class, names, *if_exists, *cascade)
            }
            Kind::Comment { class, name, of, .. } => comments::comment(self, *class, name, of.as_ref()),
            Kind::Query(query) => rows::query(self, query),
            Kind::Change(change) => rows::change(self, change),
            Kind::Maintain { command, name, .. } => rows::maintain(self, command, name.as_ref()),
            Kind::Set { setting, local } => session::set(self, setting, *local),
            Kind::Transaction(transaction) => {
                session::transaction(self, transaction);
                Ok(())
            }
            Kind::Other { .. } => Ok(()),
            _ => self.dispatch_rights(kind),
        }
    }

    fn dispatch_rights(&mut self, kind: &Kind) -> Outcome {
        match kind {
            Kind::CreatePolicy(policy) => policies::create(self, policy),
            Kind::AlterPolicy { name, table, rename, roles, using, check } => policies::alter(
                self,
                name,
                table,
                rename.as_ref(),
                roles.as_deref(),
                using.as_ref(),
                check.as_ref(),
            ),
            Kind::CreateFunction(function) => functions::create(self, function),
            Kind::AlterFunction { function, actions } => functions::alter(self, function, actions),
            Kind::CreateTrigger(trigger) => triggers::create(self, trigger),
            Kind::CreateExtension { name, if_not_exists, schema, cascade } => {
                extensions::create(self, name, *if_not_exists, schema.as_ref(), *cascade)
            }
            Kind::AlterExtension { name, schema } => extensions::set_schema(self, name, schema),
            Kind::Grant(grant) => grants::grant(self, grant),
            Kind::GrantRole { revoke, roles, members, admin } => {
                grants::role(self, *revoke, roles, members, *admin)
            }
            Kind::DefaultPrivileges { owners, schemas, grant } => {
                grants::defaults(self, owners, schemas, grant)
            }
            Kind::CreateRole { name, login, options, member_of, members } => {
                roles::create(self, name, *login, options, member_of, members)
            }
            Kind::AlterRole { name, options, rename, settings } => {
                roles::alter(self, name, options, rename.as_ref(), settings)
            }
            Kind::Owned { roles, to, cascade } => roles::owned(self, roles, to.as_ref(), *cascade),
            Kind::AlterObject { class: Class::Schema, name, action, .. } => {
                schemas::alter(self, name, action)
            }
            Kind::AlterObject { class: Class::Trigger, name, of, action } => {
                triggers::alter(self, name, of.as_ref(), action)
            }
            Kind::AlterObject { class: Class::Publication, name, action, .. } => {
                publications::alter(self, name, action)
            }
            Kind::Do { language, block } => blocks::run(self, language, block.as_deref()),
            Kind::Publication { name, change, all, tables, schemas } => {
                publications::change(self, name, *change, *all, tables, schemas)
            }
            _ => Ok(()),
        }
    }

    /// The relations that may depend on a relation, in the order they were made.
    pub(super) fn users_of(&self, id: RelationId) -> Vec<RelationId> {
        let mut users =
            self.users.get(&id).map(|users| users.iter().copied().collect::<Vec<_>>()).unwrap_or_default();
        users.sort_unstable();
        users
    }

    /// The place of the running statement.
    pub(super) fn here(&self) -> Place {
        self.place
    }
}
