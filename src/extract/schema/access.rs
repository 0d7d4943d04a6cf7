//! What a role may do with the rows of a relation: grants, row level security and policies folded together.
//!
//! [`access`] answers for `select`, `insert`, `update` and `delete`. Policies are folded with what is known of the role
//! (an anonymous request has no user; `auth.role()` is the role), helper functions of one expression are read as if
//! they stood in the policy, and what is left is told as rules: own rows, rows of the tenant, a claim, a condition.
//!
//! An update reaches the rows that it may change into themselves: those that pass the `using` of its policies and their
//! `check`. An update or a delete that reads (with a `where`) asks the policies of `select` too; they are told there.

mod bodies;
mod calls;
mod evaluate;
mod formula;
mod policies;
mod query;
mod scope;
mod text;
mod truth;
mod value;
mod views;

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::acl::{self, AclKind};
use super::catalog::{Catalog, Function, Policy, Relation, RelationId, RelationKind};
use crate::parse::sql::expression::Name;
use crate::parse::sql::model::Command;

/// The commands that [`access`] answers for, in its order.
pub const COMMANDS: [Command; 4] = [Command::Select, Command::Insert, Command::Update, Command::Delete];

/// What a role may do with the rows of a relation by one command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Access {
    /// No row at all, and why.
    Nobody(Bar),
    /// Every row.
    Everyone,
    /// The rows that fulfil one of these rules.
    Rows(Vec<Rule>),
}

/// Why nothing is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Bar {
    /// The role may not use the schema.
    Schema,
    /// The privilege was not granted.
    Privilege,
    /// Row level security is on, and no policy is for the role and the command.
    Policy,
    /// Policies are there, and none is ever true for the role.
    Never,
    /// The relation does not take the command: an update of a materialized view.
    Kind,
}

/// Which rows a policy lets through.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// The user's own: the column that is compared with the user of the request.
    Own(Name),
    /// Those of a tenant, a group or a parent that the user belongs to: the column that is compared.
    Tenant(Name),
    /// Every row, for users with a claim or a standing that the server decides: its text.
    Claim(String),
    /// Every row, for users with a claim that they can write themselves (`user_metadata`): its text.
    UserClaim(String),
    /// Rows with a property that has nothing to do with who asks: its text.
    Condition(String),
    /// Rows told by who asks in any other way (`user_id <> auth.uid()`, `not` of a rule): the text.
    Others(String),
    /// Rows that fulfil all of these; none of them is such a list itself.
    All(Vec<Rule>),
    /// What could not be followed, and why.
    Unknown(String),
}

impl fmt::Display for Rule {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Own(column) => write!(out, "own rows by {column}"),
            Self::Tenant(column) => write!(out, "rows of the tenant by {column}"),
            Self::Claim(text) => write!(out, "with claim: {text}"),
            Self::UserClaim(text) => write!(out, "with a claim users can write: {text}"),
            Self::Condition(text) => write!(out, "rows where {text}"),
            Self::Others(text) => write!(out, "rows by who asks: {text}"),
            Self::All(rules) => joined(out, rules, " and "),
            Self::Unknown(why) => write!(out, "unknown: {why}"),
        }
    }
}

impl fmt::Display for Access {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everyone => out.write_str("everyone"),
            Self::Rows(rules) => joined(out, rules, " or "),
            Self::Nobody(bar) => out.write_str(match bar {
                Bar::Schema => "nobody: no usage of the schema",
                Bar::Privilege => "nobody: no privilege",
                Bar::Policy => "nobody: no policy",
                Bar::Never => "nobody: never true",
                Bar::Kind => "nobody: not possible",
            }),
        }
    }
}

fn joined(out: &mut fmt::Formatter<'_>, rules: &[Rule], between: &str) -> fmt::Result {
    for (index, rule) in rules.iter().enumerate() {
        if index > 0 {
            out.write_str(between)?;
        }
        write!(out, "{rule}")?;
    }
    Ok(())
}

/// Who asks: whose privileges and policies count, and who the session is (they differ inside views and functions).
#[derive(Debug, Clone)]
struct Asker<'a> {
    catalog: &'a Catalog,
    /// Whose privileges and policies count.
    rights: Name,
    /// The role of the session: `current_user`, and the role of the request.
    session: Name,
    /// Conditions of policies that were folded already, by where they stand in the catalogue and whose rights count.
    folded: Rc<RefCell<FxHashMap<(usize, Name), formula::Formula>>>,
}

impl<'a> Asker<'a> {
    fn new(catalog: &'a Catalog, role: &Name) -> Self {
        Self { catalog, rights: role.clone(), session: role.clone(), folded: Rc::default() }
    }
}

/// What a role may do with the rows of a relation: for each of [`COMMANDS`].
pub fn access(catalog: &Catalog, relation: RelationId, role: &Name) -> [Access; 4] {
    let asker = Asker::new(catalog, role);
    COMMANDS.map(|command| match catalog.relation(relation) {
        Some(found) => of_relation(&asker, found, command, 0),
        None => Access::Nobody(Bar::Kind),
    })
}

/// Which rows one permissive policy lets a role through to by its own command, as if it were the only policy: nobody
/// where it is not for the role, and where the role holds no privilege of the command.
pub fn policy_access(catalog: &Catalog, relation: RelationId, policy: &Policy, role: &Name) -> Access {
    let Some(relation) = catalog.relation(relation) else {
        return Access::Nobody(Bar::Kind);
    };
    let mut commands = COMMANDS
        .iter()
        .filter(|command| matches!(policy.command, Command::All) || policy.command == **command);
    if !commands.any(|command| holds_privilege(catalog, relation, role, *command)) {
        return Access::Nobody(Bar::Privilege);
    }
    let asker = Asker::new(catalog, role);
    policies::alone(&asker, relation, policy)
}

/// Whether a role may call a function: it may execute it and use its schema.
pub fn may_execute(catalog: &Catalog, function: &Function, role: &Name) -> bool {
    may_use_schema(catalog, &function.schema, role)
        && acl::holds(catalog, &function.acl, AclKind::Function, &function.owner, role, "execute")
}

/// Whether a role may use what is in a schema.
pub fn may_use_schema(catalog: &Catalog, schema: &Name, role: &Name) -> bool {
    if matches!(schema.as_str(), "pg_catalog" | "information_schema") {
        return true;
    }
    if ["pg_read_all_data", "pg_write_all_data"].iter().any(|all| reads_all(catalog, role, all)) {
        return true;
    }
    catalog
        .schemas
        .get(schema)
        .is_some_and(|found| acl::holds(catalog, &found.acl, AclKind::Schema, &found.owner, role, "usage"))
}

fn reads_all(catalog: &Catalog, role: &Name, all: &'static str) -> bool {
    acl::has_rights_of(catalog, role, &Name::const_new(all))
}

/// Whether a role holds the privilege of a command on a relation, or on a column of it.
pub fn holds_privilege(catalog: &Catalog, relation: &Relation, role: &Name, command: Command) -> bool {
    let (privilege, all) = match command {
        Command::Insert => ("insert", "pg_write_all_data"),
        Command::Update => ("update", "pg_write_all_data"),
        Command::Delete => ("delete", "pg_write_all_data"),
        Command::Select | Command::All => ("select", "pg_read_all_data"),
    };
    let kind = if relation.kind == RelationKind::Sequence { AclKind::Sequence } else { AclKind::Table };
    acl::holds(catalog, &relation.acl, kind, &relation.owner, role, privilege)
        || reads_all(catalog, role, all)
        || relation.columns.iter().any(|column| {
            column.acl.granted.is_some()
                && acl::holds(catalog, &column.acl, AclKind::Column, &relation.owner, role, privilege)
        })
}

fn of_relation(asker: &Asker<'_>, relation: &Relation, command: Command, depth: u32) -> Access {
    if !may_use_schema(asker.catalog, &relation.schema, &asker.rights) {
        return Access::Nobody(Bar::Schema);
    }
    of_rows(asker, relation, command, depth)
}

/// As [`access`], where the name of the relation is already resolved and the schema asked for nothing (inside a view).
fn of_rows(asker: &Asker<'_>, relation: &Relation, command: Command, depth: u32) -> Access {
    if !holds_privilege(asker.catalog, relation, &asker.rights, command) {
        return Access::Nobody(Bar::Privilege);
    }
    match relation.kind {
        RelationKind::View => views::access(asker, relation, command, depth),
        RelationKind::Materialized | RelationKind::Sequence if command != Command::Select => {
            Access::Nobody(Bar::Kind)
        }
        RelationKind::Materialized | RelationKind::Sequence | RelationKind::Foreign => Access::Everyone,
        RelationKind::Table | RelationKind::Partitioned => policies::access(asker, relation, command),
    }
}

#[cfg(test)]
mod tests;
