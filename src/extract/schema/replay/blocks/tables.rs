//! The system's own tables and views, as far as blocks ask them: rows made of the catalogue.

use super::eval::Env;
use super::value::Val;
use crate::extract::schema::catalog::{
    Column, ConstraintKind, Function, Relation, RelationId, RelationKind, Trigger, TypeKind,
};
use crate::extract::schema::lines::type_text;
use crate::extract::schema::replay::grants::position;
use crate::parse::sql::expression::Name;
use crate::parse::sql::model::{Command, ObjectName, TriggerState};
use crate::parse::sql::routine::Timing;

/// A row: names and values of columns.
type Values = Vec<(Name, Val)>;

/// What rows are looked up by: columns and the texts they have to be.
type Wanted = [(Name, String)];

/// Whether a row may be wanted, by one of its columns.
fn wants(wanted: &Wanted, column: &str, value: &str) -> bool {
    wanted.iter().all(|(name, text)| name != column || text == value)
}

fn row<const N: usize>(columns: [(&'static str, Val); N]) -> Values {
    columns.into_iter().map(|(name, value)| (Name::const_new(name), value)).collect()
}

fn text(text: &str) -> Val {
    Val::text(text)
}

fn yes(yes: bool) -> Val {
    text(if yes { "YES" } else { "NO" })
}

impl<'a> Env<'a> {
    /// The rows of a table or view of the system; `None` of any other.
    pub(super) fn system(&self, name: &ObjectName, wanted: &Wanted) -> Option<Vec<Values>> {
        let schema = name.schema.as_deref();
        // A table of the user's own that has the name comes first only where it is not the system's.
        match (schema, name.name.as_str()) {
            (Some("information_schema"), view) => self.information(view, wanted),
            (None | Some("pg_catalog"), table) => self
                .views(table, wanted)
                .or_else(|| self.tables(table, wanted))
                .or_else(|| self.objects(table, wanted)),
            _ => None,
        }
    }

    fn relations(&self) -> impl Iterator<Item = (RelationId, &'a Relation)> + use<'a> {
        let all = self.replay.catalog.relations.iter().enumerate();
        all.filter_map(|(at, relation)| Some((RelationId(position(at)), relation.as_ref()?)))
    }

    fn functions(&self) -> impl Iterator<Item = (u32, &'a Function)> + use<'a> {
        let all = self.replay.catalog.functions.iter().enumerate();
        all.filter_map(|(at, function)| Some((position(at), function.as_ref()?)))
    }

    /// Relations that may be wanted by the columns of their schema and name.
    fn named(&self, wanted: &Wanted, schema: &str, name: &str) -> Vec<(RelationId, &'a Relation)> {
        self.relations()
            .filter(|(_, relation)| {
                wants(wanted, schema, &relation.schema) && wants(wanted, name, &relation.name)
            })
            .collect()
    }

    fn information(&self, view: &str, wanted: &Wanted) -> Option<Vec<Values>> {
        Some(match view {
            "tables" | "views" => self
                .named(wanted, "table_schema", "table_name")
                .into_iter()
                .filter(|(_, relation)| listed(relation, view == "views"))
                .map(|(_, relation)| {
                    row([
                        ("table_schema", text(&relation.schema)),
                        ("table_name", text(&relation.name)),
                        ("table_type", text(table_type(relation))),
                    ])
                })
                .collect(),
            "columns" => self
                .named(wanted, "table_schema", "table_name")
                .into_iter()
                .filter(|(_, relation)| {
                    !matches!(relation.kind, RelationKind::Sequence | RelationKind::Materialized)
                })
                .flat_map(|(_, relation)| columns(relation, wanted))
                .collect(),
            "schemata" => self
                .replay
                .catalog
                .schemas
                .iter()
                .map(|(name, schema)| {
                    row([("schema_name", text(name)), ("schema_owner", text(&schema.owner))])
                })
                .collect(),
            "table_constraints"
            | "key_column_usage"
            | "constraint_column_usage"
            | "check_constraints"
            | "referential_constraints" => self.constraints(view, wanted),
            "routines" => self
                .functions()
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
                .collect(),
            "triggers" => self
                .named(wanted, "event_object_schema", "event_object_table")
                .into_iter()
                .flat_map(|(_, relation)| {
                    relation.triggers.iter().flat_map(|(name, trigger)| events(relation, name, trigger))
                })
                .collect(),
            "sequences" => self
                .named(wanted, "sequence_schema", "sequence_name")
                .into_iter()
                .filter(|(_, relation)| relation.kind == RelationKind::Sequence)
                .map(|(_, relation)| {
                    row([
                        ("sequence_schema", text(&relation.schema)),
                        ("sequence_name", text(&relation.name)),
                    ])
                })
                .collect(),
            _ => return None,
        })
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

    /// Views such as `pg_tables`, which name schemas and tables by text.
    fn views(&self, view: &str, wanted: &Wanted) -> Option<Vec<Values>> {
        Some(match view {
            "pg_tables" => self
                .named(wanted, "schemaname", "tablename")
                .into_iter()
                .filter(|(_, relation)| {
                    matches!(relation.kind, RelationKind::Table | RelationKind::Partitioned)
                })
                .map(|(_, relation)| {
                    row([
                        ("schemaname", text(&relation.schema)),
                        ("tablename", text(&relation.name)),
                        ("tableowner", text(&relation.owner)),
                        ("rowsecurity", Val::Bool(relation.rls)),
                    ])
                })
                .collect(),
            "pg_views" => self.kind_of(wanted, "viewname", RelationKind::View),
            "pg_matviews" => self.kind_of(wanted, "matviewname", RelationKind::Materialized),
            "pg_sequences" => self.kind_of(wanted, "sequencename", RelationKind::Sequence),
            "pg_policies" => self
                .named(wanted, "schemaname", "tablename")
                .into_iter()
                .flat_map(|(_, relation)| relation.policies.values().map(move |policy| (relation, policy)))
                .filter(|(_, policy)| wants(wanted, "policyname", &policy.name))
                .map(|(relation, policy)| {
                    row([
                        ("schemaname", text(&relation.schema)),
                        ("tablename", text(&relation.name)),
                        ("policyname", text(&policy.name)),
                        ("permissive", text(if policy.permissive { "PERMISSIVE" } else { "RESTRICTIVE" })),
                        ("roles", Val::List(policy.roles.iter().map(|role| text(role)).collect())),
                        ("cmd", text(command(policy.command))),
                    ])
                })
                .collect(),
            "pg_indexes" => self
                .replay
                .catalog
                .indexes
                .iter()
                .filter(|((schema, name), _)| {
                    wants(wanted, "schemaname", schema) && wants(wanted, "indexname", name)
                })
                .map(|((schema, name), index)| {
                    let table = self.replay.key(index.table).1;
                    row([
                        ("schemaname", text(schema)),
                        ("tablename", text(&table)),
                        ("indexname", text(name)),
                    ])
                })
                .collect(),
            "pg_publication_tables" => self
                .replay
                .catalog
                .publications
                .iter()
                .filter(|(name, _)| wants(wanted, "pubname", name))
                .flat_map(|(name, (_, tables))| {
                    tables.iter().map(|table| {
                        let (schema, table) = self.replay.key(*table);
                        row([
                            ("pubname", text(name)),
                            ("schemaname", text(&schema)),
                            ("tablename", text(&table)),
                        ])
                    })
                })
                .collect(),
            "pg_roles" | "pg_user" | "pg_authid" => self
                .replay
                .catalog
                .roles
                .iter()
                .map(|(name, role)| {
                    row([
                        ("oid", Val::Object('r', name.to_string())),
                        ("rolname", text(name)),
                        ("usename", text(name)),
                        ("rolsuper", Val::Bool(role.superuser)),
                        ("rolbypassrls", Val::Bool(role.bypass_rls)),
                        ("rolcanlogin", Val::Bool(role.login)),
                    ])
                })
                .collect(),
            "pg_extension" => self
                .replay
                .catalog
                .extensions
                .iter()
                .map(|(name, of)| {
                    row([("extname", text(name)), ("extnamespace", Val::Object('n', of.schema.to_string()))])
                })
                .collect(),
            "pg_publication" => {
                let all = self.replay.catalog.publications.iter();
                all.map(|(name, (all, _))| row([("pubname", text(name)), ("puballtables", Val::Bool(*all))]))
                    .collect()
            }
            _ => return None,
        })
    }

    fn kind_of(&self, wanted: &Wanted, column: &'static str, kind: RelationKind) -> Vec<Values> {
        self.named(wanted, "schemaname", column)
            .into_iter()
            .filter(|(_, relation)| relation.kind == kind)
            .map(|(_, relation)| {
                row([("schemaname", text(&relation.schema)), (column, text(&relation.name))])
            })
            .collect()
    }

    /// Tables whose rows belong to relations.
    fn tables(&self, table: &str, wanted: &Wanted) -> Option<Vec<Values>> {
        Some(match table {
            "pg_class" => {
                let relations =
                    self.relations().filter(|(_, relation)| wants(wanted, "relname", &relation.name));
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
            "pg_attribute" => self
                .relations()
                .flat_map(|(id, relation)| {
                    relation.columns.iter().enumerate().map(move |(at, column)| attribute(id, at, column))
                })
                .filter(
                    |row| matches!(row.get(1), Some((_, Val::Text(name))) if wants(wanted, "attname", name)),
                )
                .collect(),
            "pg_constraint" => self
                .relations()
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
                .collect(),
            "pg_trigger" => self
                .relations()
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
                .collect(),
            "pg_policy" => self
                .relations()
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
                .collect(),
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

    /// Tables of other objects.
    fn objects(&self, table: &str, wanted: &Wanted) -> Option<Vec<Values>> {
        let catalog = &self.replay.catalog;
        Some(match table {
            "pg_namespace" => {
                let system = ["pg_catalog", "information_schema", "pg_toast"].map(Name::const_new);
                let all: Vec<Name> = catalog.schemas.keys().cloned().chain(system).collect();
                all.iter()
                    .filter(|name| wants(wanted, "nspname", name))
                    .map(|name| row([("oid", Val::Object('n', name.to_string())), ("nspname", text(name))]))
                    .collect()
            }
            "pg_type" => {
                let types = catalog.types.iter().map(|((schema, name), of)| {
                    let kind = match of.kind {
                        TypeKind::Enum(_) => "e",
                        TypeKind::Domain { .. } => "d",
                        TypeKind::Composite(_) => "c",
                        TypeKind::Range => "r",
                        TypeKind::Base => "b",
                    };
                    (schema, name, kind)
                });
                let rows = self.relations().filter(|(_, relation)| relation.kind != RelationKind::Sequence);
                let rows = rows.map(|(_, relation)| (&relation.schema, &relation.name, "c"));
                types
                    .chain(rows)
                    .filter(|(_, name, _)| wants(wanted, "typname", name))
                    .map(|(schema, name, kind)| {
                        row([
                            ("oid", Val::Object('t', format!("{schema}.{name}"))),
                            ("typname", text(name)),
                            ("typnamespace", Val::Object('n', schema.to_string())),
                            ("typtype", text(kind)),
                        ])
                    })
                    .collect()
            }
            "pg_enum" => catalog
                .types
                .iter()
                .filter_map(|((schema, name), of)| match &of.kind {
                    TypeKind::Enum(values) => Some((schema, name, values)),
                    _ => None,
                })
                .flat_map(|(schema, name, values)| {
                    values.iter().map(move |value| {
                        row([
                            ("enumtypid", Val::Object('t', format!("{schema}.{name}"))),
                            ("enumlabel", text(value)),
                        ])
                    })
                })
                .collect(),
            "pg_proc" => self
                .functions()
                .filter(|(_, function)| wants(wanted, "proname", &function.name))
                .map(|(id, function)| {
                    row([
                        ("oid", Val::Object('f', id.to_string())),
                        ("proname", text(&function.name)),
                        ("pronamespace", Val::Object('n', function.schema.to_string())),
                        ("prokind", text(if function.procedure { "p" } else { "f" })),
                        ("prosecdef", Val::Bool(function.definer)),
                        ("prorettype", returned(function)),
                        ("proowner", Val::Object('r', function.owner.to_string())),
                        ("proargtypes", Val::Object('f', id.to_string())),
                        ("proconfig", settings(function)),
                    ])
                })
                .collect(),
            _ => return None,
        })
    }
}

/// `proconfig`: null where a function sets nothing.
fn settings(function: &Function) -> Val {
    if function.settings.is_empty() {
        return Val::Null;
    }
    let set = function
        .settings
        .values()
        .map(|setting| Val::Text(format!("{}={}", setting.name, setting.values.join(", "))));
    Val::List(set.collect())
}

/// The type that a function returns.
fn returned(function: &Function) -> Val {
    match &function.returns {
        Some(of) => {
            let schema = of.schema.as_ref().map_or("pg_catalog", |schema| schema.as_str());
            Val::Object('t', format!("{schema}.{}", of.name))
        }
        None => Val::Unknown,
    }
}

/// Columns by their numbers.
fn numbers(relation: &Relation, columns: &[Name]) -> Val {
    let number = |name: &Name| relation.columns.iter().position(|column| column.name == *name);
    Val::List(columns.iter().filter_map(number).map(|at| Val::number(at + 1)).collect())
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

fn command(command: Command) -> &'static str {
    match command {
        Command::All => "ALL",
        Command::Select => "SELECT",
        Command::Insert => "INSERT",
        Command::Update => "UPDATE",
        Command::Delete => "DELETE",
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
                ("udt_name", text(udt(column))),
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

/// The name of a type in `pg_type`.
fn udt(column: &Column) -> &str {
    match column.of.name.as_str() {
        "integer" => "int4",
        "bigint" => "int8",
        "smallint" => "int2",
        "boolean" => "bool",
        "character varying" => "varchar",
        "character" => "bpchar",
        "double precision" => "float8",
        "real" => "float4",
        "timestamp with time zone" => "timestamptz",
        "timestamp without time zone" => "timestamp",
        "time without time zone" => "time",
        "time with time zone" => "timetz",
        other => other,
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
