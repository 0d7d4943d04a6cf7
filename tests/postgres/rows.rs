//! Which rows a role really reaches, and which ones golive's access says it does.
//!
//! Each set makes eight rows: owned by one of two users, of one of two teams, public or not. Every role tries every
//! command on every row; a rule of [`Access`] says which rows it should have reached.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use golive::extract::schema::access::{Access, Rule, access};
use golive::extract::schema::catalog::Catalog;

use super::compare::replayed;
use super::server::Truth;
use super::set::Set;

/// Who asks: what they are called here, their role, their claims.
const ASKERS: [(&str, &str, &str); 6] = [
    ("anon", "anon", "{\"role\": \"anon\"}"),
    ("user", "authenticated", USER),
    ("administrator", "authenticated", ADMINISTRATOR),
    ("service", "service_role", "{\"role\": \"service_role\"}"),
    ("worker", "worker", USER_OF_WORKER),
    ("owner", "owner", USER_OF_OWNER),
];
const USER: &str = "{\"sub\": \"00000000-0000-0000-0000-000000000001\", \"role\": \"authenticated\", \
                    \"tenant\": \"00000000-0000-0000-0000-0000000000a1\"}";
const USER_OF_WORKER: &str = "{\"sub\": \"00000000-0000-0000-0000-000000000001\", \"role\": \"worker\", \
                              \"tenant\": \"00000000-0000-0000-0000-0000000000a1\"}";
const USER_OF_OWNER: &str = "{\"sub\": \"00000000-0000-0000-0000-000000000001\", \"role\": \"owner\", \
                              \"tenant\": \"00000000-0000-0000-0000-0000000000a1\"}";
const ADMINISTRATOR: &str = "{\"sub\": \"00000000-0000-0000-0000-000000000001\", \"role\": \"authenticated\", \
                             \"tenant\": \"00000000-0000-0000-0000-0000000000a1\", \
                             \"app_metadata\": {\"role\": \"admin\"}, \"user_metadata\": {\"role\": \"admin\"}}";

/// The relations that are tried: the table and two views of it.
const RELATIONS: [&str; 3] = ["t", "plain_view", "invoker_view"];
const COMMANDS: [&str; 4] = ["select", "insert", "update", "delete"];

type Rows = BTreeSet<u8>;

/// The rows by number: who owns the first and who the second half is told by the bits.
fn rows_where(fulfils: impl Fn(u8) -> bool) -> Rows {
    (1..=8).filter(|row| fulfils(row - 1)).collect()
}

/// What the server is asked after a set: the rows that every asker reaches, and those that fulfil golive's conditions.
pub(crate) fn probe(set: &Set) -> String {
    let mut sql = include_str!("probe.sql").to_owned();
    for relation in RELATIONS {
        for (name, role, claims) in ASKERS {
            let _ = writeln!(
                sql,
                "select '{relation} {name} ' || said from pg_temp.probe('{relation}', '{role}', '{claims}') said;"
            );
        }
    }
    let catalog = replayed(set).catalog;
    let mut conditions = BTreeSet::new();
    for relation in RELATIONS {
        for (_, role, _) in ASKERS {
            for of in table(&catalog, relation, role) {
                if let Access::Rows(rules) = of {
                    for rule in &rules {
                        gather(rule, &mut conditions);
                    }
                }
            }
        }
    }
    for condition in conditions {
        let quoted = condition.replace('\'', "''");
        let _ = writeln!(sql, "select 'condition {quoted} :: ' || pg_temp.fulfil('{quoted}');");
    }
    sql
}

fn gather(rule: &Rule, conditions: &mut BTreeSet<String>) {
    match rule {
        Rule::Condition(text) => {
            conditions.insert(text.clone());
        }
        Rule::All(rules) => {
            for rule in rules {
                gather(rule, conditions);
            }
        }
        _ => {}
    }
}

fn table(catalog: &Catalog, relation: &str, role: &str) -> Vec<Access> {
    match catalog.relation_names.get(&("public".into(), relation.into())) {
        Some(id) => access(catalog, *id, &role.into()).to_vec(),
        None => Vec::new(),
    }
}

/// How many answers were compared, and how many golive left open.
#[derive(Debug, Default)]
pub(crate) struct Count {
    /// Compared.
    pub(crate) compared: usize,
    /// Left open.
    pub(crate) open: usize,
}

/// Where golive's access and the rows differ.
pub(crate) fn difference(set: &Set, truth: &Truth, count: &mut Count) -> Vec<String> {
    let catalog = replayed(set).catalog;
    let mut conditions = BTreeMap::new();
    let mut reached = BTreeMap::new();
    for line in &truth.probe {
        if let Some((text, rows)) = line.strip_prefix("condition ").and_then(|rest| rest.rsplit_once(" :: "))
        {
            conditions.insert(text.to_owned(), numbers(rows));
        } else if let [relation, asker, command, rest @ ..] =
            line.splitn(4, ' ').collect::<Vec<_>>().as_slice()
        {
            reached.insert((*relation, *asker, *command), rest.first().copied().unwrap_or_default());
        }
    }
    let mut complaints = Vec::new();
    for relation in RELATIONS {
        for (name, role, _) in ASKERS {
            for (command, said) in COMMANDS.iter().zip(table(&catalog, relation, role)) {
                let Some(real) = reached.get(&(relation, name, *command)) else {
                    complaints.push(format!("{relation} {name} {command}: the probe failed"));
                    continue;
                };
                let Some(rows) = numbers(real) else {
                    complaints.push(format!("{relation} {name} {command}: {real}"));
                    continue;
                };
                match possible(&said, name, &conditions) {
                    Some(possible) if possible.contains(&rows) => count.compared += 1,
                    Some(_) => {
                        complaints
                            .push(format!("{relation} {name} {command}: rows {rows:?}, golive: {said}"));
                    }
                    None => count.open += 1,
                }
            }
        }
    }
    complaints
}

/// `1,2` is two rows, an empty text and a denial none; anything else is an error.
fn numbers(text: &str) -> Option<Rows> {
    let text = text.trim();
    if text.is_empty() || text == "denied" {
        return Some(Rows::new());
    }
    text.split(',').map(|number| number.parse().ok()).collect()
}

/// The sets of rows that an access allows, one for every way its claims may turn out. None where it leaves that open.
fn possible(access: &Access, asker: &str, conditions: &BTreeMap<String, Option<Rows>>) -> Option<Vec<Rows>> {
    let rules = match access {
        Access::Nobody(_) => return Some(vec![Rows::new()]),
        Access::Everyone => return Some(vec![rows_where(|_| true)]),
        Access::Rows(rules) => rules,
    };
    let mut claims = Vec::new();
    for rule in rules {
        claimed(rule, &mut claims);
    }
    (0..1_u32 << claims.len().min(6))
        .map(|turn| {
            let granted = claims.iter().enumerate().filter(|(at, _)| turn >> at & 1 == 1);
            let granted = granted.map(|(_, claim)| claim.as_str()).collect::<BTreeSet<_>>();
            let mut all = Rows::new();
            for rule in rules {
                all.extend(rows(rule, asker, conditions, &granted)?);
            }
            Some(all)
        })
        .collect()
}

fn claimed(rule: &Rule, claims: &mut Vec<String>) {
    match rule {
        Rule::Claim(text) | Rule::UserClaim(text) if !claims.contains(text) => claims.push(text.clone()),
        Rule::All(rules) => {
            for rule in rules {
                claimed(rule, claims);
            }
        }
        _ => {}
    }
}

fn rows(
    rule: &Rule,
    asker: &str,
    conditions: &BTreeMap<String, Option<Rows>>,
    granted: &BTreeSet<&str>,
) -> Option<Rows> {
    let signed_in = matches!(asker, "user" | "administrator" | "worker" | "owner");
    Some(match rule {
        Rule::Own(column) if column == "owner_id" => rows_where(|bits| signed_in && bits & 1 == 0),
        Rule::Tenant(column) if column == "team_id" => rows_where(|bits| signed_in && bits & 2 == 0),
        Rule::Claim(text) | Rule::UserClaim(text) => rows_where(|_| granted.contains(text.as_str())),
        Rule::Condition(text) => conditions.get(text)?.clone()?,
        Rule::All(rules) => {
            let mut all = rows_where(|_| true);
            for rule in rules {
                let these = self::rows(rule, asker, conditions, granted)?;
                all.retain(|row| these.contains(row));
            }
            all
        }
        _ => return None,
    })
}
