//! Blocks ask the system: rows of the tables about relations: `pg_class`, `pg_constraint`.

use super::{Values, Wanted, row, text, wants};
use crate::extract::schema::catalog::{Column, ConstraintKind, Relation, RelationId, RelationKind};
use crate::extract::schema::lines::type_text;
use crate::extract::schema::replay::blocks::eval::Env;
use crate::extract::schema::replay::blocks::value::Val;
use crate::parse::sql::expression::Name;
use crate::parse::sql::model::{Command, TriggerState};

impl Env<'_> {
    /// Tables whose rows belong to relations.
    pub(super) fn tables(&self, table: &str, wanted: &Wanted) -> Option<Vec<Values>> {
        Some(match table {
            "pg_class" => self.pg_class(wanted),
            "pg_attribute" => self.pg_attribute(wanted),
            "pg_constraint" => self.pg_constraint(wanted),
            "pg_trigger" => self.pg_trigger(wanted),
            "pg_policy" => self.pg_policy(wanted),
            "pg_inherits" => self
                .relations()
                .flat_map(|(id, relation)| relation.parents.iter().map(move |parent| (id, *parent)))
                .map(|(id, parent)| {
                    row([("inhrelid", Val::Relation(id)), ("inhparent", Val::Relation(parent))])
                })
                .collect(),
            _ => return None,
        })
    }

    fn pg_class(&self, wanted: &Wanted) -> Vec<Values> {
        let relations = self.relations().filter(|(_, relation)| wants(wanted, "relname", &relation.name));
        let mut rows: Vec<Values> = relations.map(|(id, relation)| class(id, relation)).collect();
        let indexes = self.replay.catalog.indexes.iter();
        rows.extend(indexes.filter(|((_, name), _)| wants(wanted, "relname", name)).map(
            |((schema, name), _)| {
                row([
                    ("oid", Val::Object('i', format!("{schema}.{name}"))),
                    ("relname", text(name)),
                    ("relnamespace", Val::Object('n', schema.to_string())),
                    ("relkind", text("i")),
                ])
            },
        ));
        rows
    }

    fn pg_attribute(&self, wanted: &Wanted) -> Vec<Values> {
        self.relations()
            .flat_map(|(id, relation)| {
                let columns = relation.columns.iter().enumerate();
                let these = columns.filter(|(_, column)| wants(wanted, "attname", &column.name));
                these.map(move |(at, column)| attribute(id, at, column))
            })
            .collect()
    }

    fn pg_constraint(&self, wanted: &Wanted) -> Vec<Values> {
        self.relations()
            .flat_map(|(id, relation)| {
                relation.constraints.iter().map(move |constraint| (id, relation, constraint))
            })
            .filter(|(.., constraint)| wants(wanted, "conname", &constraint.name))
            .map(|(id, relation, constraint)| {
                let (kind, of) = match &constraint.kind {
                    ConstraintKind::Check(_) => ("c", Val::text("0")),
                    ConstraintKind::Primary => ("p", Val::text("0")),
                    ConstraintKind::Unique => ("u", Val::text("0")),
                    ConstraintKind::Foreign { table, .. } => ("f", Val::Relation(*table)),
                    ConstraintKind::Exclude => ("x", Val::text("0")),
                };
                row([
                    ("conname", text(&constraint.name)),
                    ("conrelid", Val::Relation(id)),
                    ("confrelid", of),
                    ("contype", text(kind)),
                    ("connamespace", Val::Object('n', relation.schema.to_string())),
                    ("convalidated", Val::Bool(constraint.valid)),
                    ("conkey", numbers(relation, &constraint.columns)),
                    ("oid", Val::Object('o', format!("{}.{}", id.0, constraint.name))),
                ])
            })
            .collect()
    }

    fn pg_trigger(&self, wanted: &Wanted) -> Vec<Values> {
        self.relations()
            .flat_map(|(id, relation)| {
                relation.triggers.iter().map(move |(name, trigger)| (id, name, trigger))
            })
            .filter(|(_, name, _)| wants(wanted, "tgname", name))
            .map(|(id, name, trigger)| {
                row([
                    ("tgname", text(name)),
                    ("tgrelid", Val::Relation(id)),
                    ("tgfoid", Val::Object('f', trigger.function.0.to_string())),
                    ("tgisinternal", Val::Bool(false)),
                    ("tgenabled", text(if trigger.state == TriggerState::Disabled { "D" } else { "O" })),
                ])
            })
            .collect()
    }

    fn pg_policy(&self, wanted: &Wanted) -> Vec<Values> {
        self.relations()
            .flat_map(|(id, relation)| relation.policies.values().map(move |policy| (id, policy)))
            .filter(|(_, policy)| wants(wanted, "polname", &policy.name))
            .map(|(id, policy)| {
                row([
                    ("polname", text(&policy.name)),
                    ("polrelid", Val::Relation(id)),
                    ("polpermissive", Val::Bool(policy.permissive)),
                    (
                        "polcmd",
                        text(match policy.command {
                            Command::All => "*",
                            Command::Select => "r",
                            Command::Insert => "a",
                            Command::Update => "w",
                            Command::Delete => "d",
                        }),
                    ),
                ])
            })
            .collect()
    }
}

fn class(id: RelationId, relation: &Relation) -> Values {
    let kind = match relation.kind {
        RelationKind::Table => "r",
        RelationKind::Partitioned => "p",
        RelationKind::View => "v",
        RelationKind::Materialized => "m",
        RelationKind::Foreign => "f",
        RelationKind::Sequence => "S",
    };
    row([
        ("oid", Val::Relation(id)),
        ("relname", text(&relation.name)),
        ("relnamespace", Val::Object('n', relation.schema.to_string())),
        ("relkind", text(kind)),
        ("relowner", Val::Object('r', relation.owner.to_string())),
        ("relrowsecurity", Val::Bool(relation.rls)),
        ("relforcerowsecurity", Val::Bool(relation.rls_forced)),
        ("relispartition", Val::Bool(relation.partition)),
        ("relhastriggers", Val::Bool(!relation.triggers.is_empty())),
    ])
}

fn attribute(id: RelationId, at: usize, column: &Column) -> Values {
    let of = match &column.of.schema {
        Some(schema) => format!("{schema}.{}", column.of.name),
        None => format!("pg_catalog.{}", type_text(&column.of)),
    };
    row([
        ("attrelid", Val::Relation(id)),
        ("attname", text(&column.name)),
        ("attnum", Val::number(at + 1)),
        ("attnotnull", Val::Bool(column.not_null)),
        ("attisdropped", Val::Bool(false)),
        ("atthasdef", Val::Bool(column.default.is_some() || column.generated.is_some())),
        ("atttypid", Val::Object('t', of)),
        (
            "attidentity",
            text(match column.identity {
                Some(true) => "a",
                Some(false) => "d",
                None => "",
            }),
        ),
    ])
}

/// Columns by their numbers.
fn numbers(relation: &Relation, columns: &[Name]) -> Val {
    let number = |name: &Name| relation.columns.iter().position(|column| column.name == *name);
    Val::List(columns.iter().filter_map(number).map(|at| Val::number(at + 1)).collect())
}
