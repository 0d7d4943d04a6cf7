//! Policies: whom they let through, whom their names promise, and what they cost.

use std::collections::BTreeSet;

use super::{Database, expressions, recursion, settings};
use crate::extract::schema::access::{self, Access, Rule};
use crate::extract::schema::catalog::{Policy, Relation, RelationId};
use crate::facts::{Entry, SqlPolicy};
use crate::parse::sql::expression::{Expr, Name};
use crate::parse::sql::model::Command;
use crate::parse::sql::walk::{self, Part};

/// One fact for each policy.
pub(super) fn facts(database: &Database<'_>, entries: &mut Vec<Entry>) {
    let unset = settings::unset(database);
    for (id, table) in database.tables().filter(|(_, table)| !table.policies.is_empty()) {
        let unsure = database.unsure_of_table(table);
        for policy in table.policies.values() {
            let Some(place) = database.place(policy.place) else { continue };
            let doubt = unsure.clone();
            entries.push(Entry::new(place, fact(database, (id, table), policy, &unset, doubt)));
        }
    }
}

fn fact(
    database: &Database<'_>,
    (id, table): (RelationId, &Relation),
    policy: &Policy,
    unset: &BTreeSet<String>,
    unsure: Option<String>,
) -> SqlPolicy {
    let open_to = open_to(database, id, policy);
    let settings = settings::of(policy);
    SqlPolicy {
        name: policy.name.to_string(),
        table: super::full_name(table),
        command: policy.command.word().to_owned(),
        roles: policy.roles.iter().map(ToString::to_string).collect(),
        permissive: policy.permissive,
        exposed: database.is_exposed(id),
        rls: table.rls,
        promises: promises(policy, &open_to).map(str::to_owned),
        user_metadata: expressions(policy).any(reads_user_metadata),
        per_row: expressions(policy).find_map(per_row),
        recursive: recursion::of(database, id, policy),
        unset: settings.iter().find(|name| unset.contains(*name)).cloned(),
        settings,
        beside: beside(database, table, policy),
        anonymous: is_anonymous(database, id, table, policy),
        unsure,
        open_to,
    }
}

/// Roles of clients whom a permissive policy lets do its command with every row.
fn open_to(database: &Database<'_>, id: RelationId, policy: &Policy) -> Vec<String> {
    if !policy.permissive {
        return Vec::new();
    }
    let open =
        |role: &&Name| matches!(access::policy_access(&database.catalog, id, policy, role), Access::Everyone);
    database.roles.iter().filter(open).map(ToString::to_string).collect()
}

/// Whether who signs in without an account reads by a policy what is not theirs, as everyone who is signed in and nobody
/// else does.
fn is_anonymous(database: &Database<'_>, id: RelationId, table: &Relation, policy: &Policy) -> bool {
    if !database.set.anonymous || policy.command != Command::Select || !database.is_exposed(id) {
        return false;
    }
    let asks = |policy: &Policy| expressions(policy).any(asks_for_anonymous);
    let open = |role: &'static str| match access::policy_access(
        &database.catalog,
        id,
        policy,
        &Name::const_new(role),
    ) {
        Access::Everyone => true,
        Access::Rows(rules) => rules.iter().all(|rule| matches!(rule, Rule::Condition(_))),
        Access::Nobody(_) => false,
    };
    table.rls && open("authenticated") && !open("anon") && !table.policies.values().any(asks)
}

/// Whether an expression asks whether the user has no account.
fn asks_for_anonymous(expr: &Expr) -> bool {
    let mut found = false;
    walk::expression(expr, &mut |part| {
        found |= matches!(part, Part::Expr(Expr::Text(text)) if text.contains("is_anonymous"));
        found |= matches!(part, Part::Expr(Expr::Column(path, _)) if path.iter().any(|name| name == "is_anonymous"));
        !found
    });
    found
}

/// Whom the name of a policy promises to let through, where it lets others through as well.
fn promises(policy: &Policy, open_to: &[String]) -> Option<&'static str> {
    let name = policy.name.to_lowercase().replace(['_', '-'], " ");
    let says = |words: &[&str]| words.iter().any(|word| name.contains(word));
    let to = |role: &str| open_to.iter().any(|open| open == role);
    if open_to.is_empty()
        || policy.command == Command::Select && says(&["public", "anyone", "everyone", "all users"])
    {
        return None;
    }
    if says(&["service role", "servicerole", "backend only", "server only"]) {
        return Some("the service role");
    }
    if says(&["admins", "admin ", "only admin"]) || name.ends_with("admin") {
        return Some("admins");
    }
    if says(&["their own", " own ", "owners ", "owner can", "own rows", "only owner"]) {
        return Some("owners of rows");
    }
    let signed_in = says(&["authenticated", "logged in", "signed in"]) && !says(&["unauthenticated"]);
    (signed_in && to("anon")).then_some("users who are signed in")
}

/// Whether an expression reads what users write about themselves.
fn reads_user_metadata(expr: &Expr) -> bool {
    const FIELDS: &[&str] = &["user_metadata", "raw_user_meta_data"];
    let mut found = false;
    walk::expression(expr, &mut |part| {
        found |= match part {
            Part::Expr(Expr::Text(text)) => FIELDS.contains(&text.as_str()),
            Part::Expr(Expr::Column(path, _)) => path.iter().any(|name| FIELDS.contains(&name.as_str())),
            _ => false,
        };
        !found
    });
    found
}

/// A call that says the same for every row and is made for every row: it stands in no query of its own.
fn per_row(expr: &Expr) -> Option<String> {
    let mut found = None;
    walk::expression(expr, &mut |part| {
        match part {
            // `(select auth.uid())`: asked once.
            Part::Query(query) if query.selects.iter().all(|select| select.from.is_empty()) => return false,
            Part::Expr(Expr::Call(call)) => {
                let schema = call.name.schema.as_deref();
                let name = call.name.name.as_str();
                let steady = matches!((schema, name), (Some("auth"), "uid" | "role" | "jwt" | "email"))
                    || matches!((schema, name), (None | Some("pg_catalog"), "current_setting"));
                if steady && found.is_none() {
                    found = Some(
                        schema
                            .filter(|_| name != "current_setting")
                            .map_or_else(|| format!("{name}()"), |schema| format!("{schema}.{name}()")),
                    );
                }
            }
            _ => {}
        }
        true
    });
    found
}

/// Other permissive policies that let the same role of clients do the same, where there are any.
fn beside(database: &Database<'_>, table: &Relation, policy: &Policy) -> Option<String> {
    let roles = &database.roles;
    let reaches = |policy: &Policy, role: &Name| policy.roles.iter().any(|of| of == "public" || of == role);
    let meets = |other: &&Policy| {
        other.permissive
            && policy.permissive
            && (other.command == policy.command
                || other.command == Command::All
                || policy.command == Command::All)
            && other.name > policy.name
            && roles.iter().any(|role| reaches(policy, role) && reaches(other, role))
    };
    let others: Vec<String> =
        table.policies.values().filter(meets).map(|other| format!("`{}`", other.name)).collect();
    (!others.is_empty()).then(|| others.join(", "))
}
