//! Blocks ask the system: rows of the views of `information_schema`.

use super::{Values, Wanted, row, text, wants, yes};
use crate::extract::schema::catalog::{Column, ConstraintKind, Relation, RelationKind, Trigger};
use crate::extract::schema::replay::blocks::eval::Env;
use crate::extract::schema::replay::blocks::value::Val;
use crate::extract::schema::replay::builtin::short;
use crate::parse::sql::expression::Name;
use crate::parse::sql::routine::Timing;

impl Env<'_> {
    pub(super) fn information(&self, view: &str, wanted: &Wanted) -> Option<Vec<Values>> {
        Some(match view {
            "tables" | "views" => self.information_tables(wanted, view),
            "columns" => self.information_columns(wanted),
            "schemata" => self.information_schemata(),
            "table_constraints"
            | "key_column_usage"
            | "constraint_column_usage"
            | "check_constraints"
            | "referential_constraints" => self.constraints(view, wanted),
            "routines" => self.information_routines(wanted),
            "triggers" => self
                .named(wanted, "event_object_schema", "event_object_table")
                .into_iter()
                .flat_map(|(_, relation)| {
                    relation.triggers.iter().flat_map(|(name, trigger)| events(relation, name, trigger))
                })
                .collect(),
            "sequences" => self.information_sequences(wanted),
            _ => return None,
        })
    }

    pub(super) fn information_tables(&self, wanted: &Wanted, view: &str) -> Vec<Values> {
        self.named(wanted, "table_schema", "table_name")
            .into_iter()
            .filter(|(_, relation)| listed(relation, view == "views"))
            .map(|(_, relation)| {
                row([
                    ("table_schema", text(&relation.schema)),
                    ("table_name", text(&relation.name)),
                    ("table_type", text(table_type(relation))),
                ])
            })
            .collect()
    }

    pub(super) fn information_columns(&self, wanted: &Wanted) -> Vec<Values> {
        self.named(wanted, "table_schema", "table_name")
            .into_iter()
            .filter(|(_, relation)| {
                !matches!(relation.kind, RelationKind::Sequence | RelationKind::Materialized)
            })
            .flat_map(|(_, relation)| columns(relation, wanted))
            .collect()
    }

    pub(super) fn information_schemata(&self) -> Vec<Values> {
        self.replay
            .catalog
            .schemas
            .iter()
            .map(|(name, schema)| row([("schema_name", text(name)), ("schema_owner", text(&schema.owner))]))
            .collect()
    }

    pub(super) fn information_routines(&self, wanted: &Wanted) -> Vec<Values> {
        self.functions()
            .filter(|(_, function)| {
                wants(wanted, "routine_schema", &function.schema)
                    && wants(wanted, "routine_name", &function.name)
            })
            .map(|(_, function)| {
                let kind = if function.procedure { "PROCEDURE" } else { "FUNCTION" };
                row([
                    ("routine_schema", text(&function.schema)),
                    ("routine_name", text(&function.name)),
                    ("specific_schema", text(&function.schema)),
                    ("routine_type", text(kind)),
                ])
            })
            .collect()
    }

    pub(super) fn information_sequences(&self, wanted: &Wanted) -> Vec<Values> {
        self.named(wanted, "sequence_schema", "sequence_name")
            .into_iter()
            .filter(|(_, relation)| relation.kind == RelationKind::Sequence)
            .map(|(_, relation)| {
                row([("sequence_schema", text(&relation.schema)), ("sequence_name", text(&relation.name))])
            })
            .collect()
    }

    fn constraints(&self, view: &str, wanted: &Wanted) -> Vec<Values> {
        let by_target = view == "constraint_column_usage"
            || view == "check_constraints"
            || view == "referential_constraints";
        let relations = if by_target {
            self.relations().collect()
        } else {
            self.named(wanted, "table_schema", "table_name")
        };
        let mut rows = Vec::new();
        for (_, relation) in relations {
            for constraint in &relation.constraints {
                if !wants(wanted, "constraint_name", &constraint.name) {
                    continue;
                }
                let kind = match &constraint.kind {
                    ConstraintKind::Check(_) => "CHECK",
                    ConstraintKind::Primary => "PRIMARY KEY",
                    ConstraintKind::Unique => "UNIQUE",
                    ConstraintKind::Foreign { .. } => "FOREIGN KEY",
                    ConstraintKind::Exclude => continue,
                };
                let (of, columns) = match &constraint.kind {
                    ConstraintKind::Foreign { table, columns, .. } if view == "constraint_column_usage" => {
                        (self.replay.relation(*table).unwrap_or(relation), columns)
                    }
                    _ => (relation, &constraint.columns),
                };
                let whole =
                    matches!(view, "table_constraints" | "check_constraints" | "referential_constraints");
                let each: Vec<Val> =
                    if whole { vec![Val::Null] } else { columns.iter().map(|name| text(name)).collect() };
                for column in each {
                    rows.push(row([
                        ("constraint_schema", text(&relation.schema)),
                        ("constraint_name", text(&constraint.name)),
                        ("table_schema", text(&of.schema)),
                        ("table_name", text(&of.name)),
                        ("constraint_type", text(kind)),
                        ("column_name", column),
                    ]));
                }
            }
        }
        rows
    }
}

fn listed(relation: &Relation, views: bool) -> bool {
    match relation.kind {
        RelationKind::View => true,
        RelationKind::Table | RelationKind::Partitioned | RelationKind::Foreign => !views,
        RelationKind::Materialized | RelationKind::Sequence => false,
    }
}

fn table_type(relation: &Relation) -> &'static str {
    match relation.kind {
        RelationKind::View => "VIEW",
        RelationKind::Foreign => "FOREIGN",
        _ if relation.temporary => "LOCAL TEMPORARY",
        _ => "BASE TABLE",
    }
}

fn columns(relation: &Relation, wanted: &Wanted) -> Vec<Values> {
    let of_schema =
        |column: &Column| column.of.schema.as_ref().map_or("pg_catalog", |schema| schema.as_str()).to_owned();
    relation
        .columns
        .iter()
        .enumerate()
        .filter(|(_, column)| wants(wanted, "column_name", &column.name))
        .map(|(at, column)| {
            let kind = if column.of.dimensions > 0 {
                "ARRAY"
            } else if column.of.schema.is_some() {
                "USER-DEFINED"
            } else {
                column.of.name.as_str()
            };
            row([
                ("table_schema", text(&relation.schema)),
                ("table_name", text(&relation.name)),
                ("column_name", text(&column.name)),
                ("ordinal_position", Val::number(at + 1)),
                ("data_type", text(kind)),
                ("udt_schema", text(&of_schema(column))),
                ("udt_name", text(short(&column.of.name))),
                ("is_nullable", yes(!column.not_null)),
                ("column_default", if column.default.is_some() { Val::Unknown } else { Val::Null }),
                ("is_identity", yes(column.identity.is_some())),
                ("is_generated", text(if column.generated.is_some() { "ALWAYS" } else { "NEVER" })),
                ("character_maximum_length", length(column)),
            ])
        })
        .collect()
}

fn length(column: &Column) -> Val {
    match column.of.modifiers.first() {
        Some(length) if column.of.name.starts_with("char") => text(length),
        _ => Val::Null,
    }
}

/// A trigger as `information_schema.triggers` has it: a row for every event.
fn events(relation: &Relation, name: &Name, trigger: &Trigger) -> Vec<Values> {
    let timing = match trigger.timing {
        Timing::Before => "BEFORE",
        Timing::After => "AFTER",
        Timing::InsteadOf => "INSTEAD OF",
    };
    [("INSERT", trigger.insert), ("UPDATE", trigger.update), ("DELETE", trigger.delete)]
        .into_iter()
        .filter(|(_, fires)| *fires)
        .map(|(event, _)| {
            row([
                ("trigger_schema", text(&relation.schema)),
                ("trigger_name", text(name)),
                ("event_manipulation", text(event)),
                ("event_object_schema", text(&relation.schema)),
                ("event_object_table", text(&relation.name)),
                ("action_timing", text(timing)),
            ])
        })
        .collect()
}
