//! Row level security of a table, for a role and a command.

use std::cell::Cell;

use super::formula::Formula;
use super::scope::Scope;
use super::{Access, Asker, Bar};
use crate::extract::schema::acl;
use crate::extract::schema::catalog::{Policy, Relation, RelationId, RelationKind};
use crate::parse::sql::expression::{Expr, Name};
use crate::parse::sql::model::Command;

/// Which rows policies let through; the privilege is there.
pub(super) fn access(asker: &Asker<'_>, relation: &Relation, command: Command) -> Access {
    if !applies(asker, relation) {
        return Access::Everyone;
    }
    let of: Vec<&Policy> =
        relation.policies.values().filter(|policy| is_for(asker, policy, command)).collect();
    let refused = match command {
        Command::Insert => refuses(asker, &of, checked),
        Command::Update => refuses(asker, &of, read) || refuses(asker, &of, checked),
        _ => refuses(asker, &of, read),
    };
    if refused {
        return Access::Nobody(Bar::Privilege);
    }
    if !of.iter().any(|policy| policy.permissive) {
        return Access::Nobody(Bar::Policy);
    }
    let rows = match command {
        Command::Insert => combined(asker, relation, &of, checked),
        // A changed row has to pass as well.
        Command::Update => {
            Formula::all([combined(asker, relation, &of, read), combined(asker, relation, &of, checked)])
        }
        _ => combined(asker, relation, &of, read),
    };
    rows.access()
}

/// Which rows one permissive policy lets a role through to, as if it were the only one; of a policy for all commands the
/// widest answer of any. Privileges are not asked.
pub(super) fn alone(asker: &Asker<'_>, relation: &Relation, policy: &Policy) -> Access {
    let reaches = |role: &Name| role == acl::PUBLIC || acl::has_rights_of(asker.catalog, &asker.rights, role);
    if !policy.permissive || !policy.roles.iter().any(reaches) {
        return Access::Nobody(Bar::Policy);
    }
    let touched = || combined(asker, relation, &[policy], |policy| policy.using.as_ref()).access();
    let added = || combined(asker, relation, &[policy], checked).access();
    match policy.command {
        Command::Insert => added(),
        Command::All => Some(touched()).filter(|rows| *rows == Access::Everyone).unwrap_or_else(added),
        Command::Select | Command::Update | Command::Delete => touched(),
    }
}

/// Whether a policy is for the role and the command.
fn is_for(asker: &Asker<'_>, policy: &Policy, command: Command) -> bool {
    (policy.command == command || policy.command == Command::All)
        && policy
            .roles
            .iter()
            .any(|role| role == acl::PUBLIC || acl::has_rights_of(asker.catalog, &asker.rights, role))
}

/// Whether the statement is refused because one of the policies reads what the role may not read. Where a permissive
/// one is plainly true, PostgreSQL does not ask the others.
fn refuses(asker: &Asker<'_>, policies: &[&Policy], condition: fn(&Policy) -> Option<&Expr>) -> bool {
    let plain =
        policies.iter().any(|policy| policy.permissive && condition(policy).is_some_and(plainly_true));
    policies
        .iter()
        .filter(|policy| condition(policy).is_some() && !(plain && policy.permissive))
        .any(|policy| !may_ask(asker, policy))
}

/// Whether a condition is true without a look at anything.
fn plainly_true(expr: &Expr) -> bool {
    match expr {
        Expr::Bool(value) => *value,
        Expr::Or(list) => list.iter().any(plainly_true),
        Expr::And(list) => list.iter().all(plainly_true),
        Expr::Binary(left, op, right) => {
            op == "=" && matches!(**left, Expr::Number(_) | Expr::Text(_)) && left == right
        }
        _ => false,
    }
}

/// Whether the role may read every relation that the policy reads.
fn may_ask(asker: &Asker<'_>, policy: &Policy) -> bool {
    let read = |id: &RelationId| asker.catalog.relation(*id);
    policy.reads.iter().filter_map(read).all(|relation| {
        relation.kind == RelationKind::Sequence
            || super::holds_privilege(asker.catalog, relation, &asker.rights, Command::Select)
    })
}

/// Whether row level security lets the role read no row at all, for want of a policy.
pub(super) fn shut(asker: &Asker<'_>, relation: &Relation) -> bool {
    applies(asker, relation)
        && !relation
            .policies
            .values()
            .any(|policy| policy.permissive && is_for(asker, policy, Command::Select))
}

/// Whether policies are asked at all for this role.
fn applies(asker: &Asker<'_>, relation: &Relation) -> bool {
    let role = asker.catalog.roles.get(&asker.rights);
    if !relation.rls || role.is_some_and(|role| role.superuser || role.bypass_rls) {
        return false;
    }
    relation.rls_forced || !acl::has_rights_of(asker.catalog, &asker.rights, &relation.owner)
}

/// What a row has to fulfil to be reached.
fn read(policy: &Policy) -> Option<&Expr> {
    policy.using.as_ref()
}

/// What a new row has to fulfil.
fn checked(policy: &Policy) -> Option<&Expr> {
    policy.check.as_ref().or(policy.using.as_ref())
}

/// A condition of a policy, folded; each is folded once for all commands.
fn truth(asker: &Asker<'_>, relation: &Relation, expr: &Expr) -> Formula {
    let key = (std::ptr::from_ref(expr) as usize, asker.rights.clone());
    if let Some(known) = asker.folded.borrow().get(&key) {
        return known.clone();
    }
    let count = Cell::default();
    let formula = Scope::of(asker, Some(relation), &count).truth(expr);
    asker.folded.borrow_mut().insert(key, formula.clone());
    formula
}

/// One of the permissive policies, and all of the restrictive ones. A policy without the condition asked for counts
/// for nothing, as in PostgreSQL.
fn combined<'p>(
    asker: &Asker<'_>,
    relation: &Relation,
    policies: &[&'p Policy],
    condition: impl Fn(&'p Policy) -> Option<&'p Expr>,
) -> Formula {
    let folded = |policy: &&'p Policy| condition(policy).map(|expr| truth(asker, relation, expr));
    let permissive = policies.iter().filter(|policy| policy.permissive).filter_map(folded);
    let any = Formula::any(permissive);
    let restrictive = policies.iter().filter(|policy| !policy.permissive).filter_map(folded);
    Formula::all(std::iter::once(any).chain(restrictive))
}
