//! Policies that come back to their own table: `infinite recursion detected in policy`.
//!
//! PostgreSQL puts the policies of a table into a query, then those of the tables that the subqueries of these policies
//! read. It gives up when a table comes up again whose policies hold subqueries. Functions are not looked into: what a
//! `security definer` reads stands under no policy, and what another function reads is put together at run time.

use super::{Database, expressions};
use crate::extract::schema::catalog::{Policy, Relation, RelationId};
use crate::parse::sql::expression::Source;
use crate::parse::sql::model::Command;
use crate::parse::sql::walk::{self, Part};

/// How a policy comes back to a table that is being read, as the end of a sentence.
pub(super) fn of(database: &Database<'_>, id: RelationId, policy: &Policy) -> Option<String> {
    let table = database.relation(id)?;
    if !table.rls {
        return None;
    }
    let mut way = vec![id];
    if !comes_back(database, policy, &mut way, 0) {
        return None;
    }
    let again = *way.last()?;
    let name = |id: RelationId| database.relation(id).map_or("", |table| table.name.as_str()).to_owned();
    let through: Vec<String> = way[1..way.len() - 1].iter().map(|id| format!("`{}`", name(*id))).collect();
    if through.is_empty() {
        return Some(format!("reads `{}`, its own table", name(again)));
    }
    Some(format!("reads {}, whose policies read `{}` again", through.join(", "), name(again)))
}

/// Whether what a policy reads leads to a table of the way; then the way ends there.
fn comes_back(database: &Database<'_>, policy: &Policy, way: &mut Vec<RelationId>, depth: usize) -> bool {
    const DEEPEST: usize = 8;
    if depth > DEEPEST || !has_query(policy) {
        return false;
    }
    let own = way.last().copied().filter(|id| reads_own(database, *id, policy));
    for read in own.iter().chain(&policy.reads) {
        let Some(table) = database.relation(*read).filter(|table| table.rls) else { continue };
        let mut asked = reading(table, policy).filter(|policy| has_query(policy)).peekable();
        if asked.peek().is_none() {
            continue;
        }
        let seen = way.contains(read);
        way.push(*read);
        if seen || asked.any(|policy| comes_back(database, policy, way, depth + 1)) {
            return true;
        }
        way.pop();
    }
    false
}

/// The policies that a select on a table stands under, for the roles of the policy that makes it.
fn reading<'t>(table: &'t Relation, by: &'t Policy) -> impl Iterator<Item = &'t Policy> {
    table.policies.values().filter(|policy| {
        let reads = matches!(policy.command, Command::Select | Command::All);
        let everyone = |policy: &Policy| policy.roles.iter().any(|role| role == "public");
        reads && (everyone(policy) || everyone(by) || policy.roles.iter().any(|role| by.roles.contains(role)))
    })
}

/// Whether a policy reads the table it is on, by its name: what a policy depends on leaves out its own table.
fn reads_own(database: &Database<'_>, id: RelationId, policy: &Policy) -> bool {
    let Some(table) = database.relation(id) else { return false };
    let (mut found, mut named) = (false, Vec::new());
    for expr in expressions(policy) {
        walk::expression(expr, &mut |part| {
            match part {
                Part::Query(query) => named.extend(query.with.iter().map(|(name, _)| name.clone())),
                Part::Source(Source::Relation { name, .. }) => {
                    let here = name.schema.as_ref().is_none_or(|schema| *schema == table.schema);
                    let query = name.schema.is_none() && named.contains(&name.name);
                    found |= here && !query && name.name == table.name;
                }
                _ => {}
            }
            true
        });
    }
    found
}

/// Whether a policy holds a subquery, be it `(select auth.uid())`.
fn has_query(policy: &Policy) -> bool {
    let mut found = false;
    for expr in expressions(policy) {
        walk::expression(expr, &mut |part| {
            found |= matches!(part, Part::Query(_));
            !found
        });
    }
    found
}
