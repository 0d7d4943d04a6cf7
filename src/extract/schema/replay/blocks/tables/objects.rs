//! Blocks ask the system: rows of the tables about other objects: `pg_type`, `pg_proc`.

use super::{Values, Wanted, row, text, wants};
use crate::extract::schema::catalog::{Function, RelationKind, TypeKind};
use crate::extract::schema::replay::blocks::eval::Env;
use crate::extract::schema::replay::blocks::value::Val;
use crate::parse::sql::expression::Name;

impl Env<'_> {
    /// Tables of other objects.
    pub(super) fn objects(&self, table: &str, wanted: &Wanted) -> Option<Vec<Values>> {
        Some(match table {
            "pg_namespace" => self.pg_namespace(wanted),
            "pg_type" => self.pg_type(wanted),
            "pg_enum" => self.pg_enum(),
            "pg_proc" => self.pg_proc(wanted),
            _ => return None,
        })
    }

    fn pg_namespace(&self, wanted: &Wanted) -> Vec<Values> {
        let system = ["pg_catalog", "information_schema", "pg_toast"].map(Name::const_new);
        let all: Vec<Name> = self.replay.catalog.schemas.keys().cloned().chain(system).collect();
        all.iter()
            .filter(|name| wants(wanted, "nspname", name))
            .map(|name| row([("oid", Val::Object('n', name.to_string())), ("nspname", text(name))]))
            .collect()
    }

    fn pg_type(&self, wanted: &Wanted) -> Vec<Values> {
        let types = self.replay.catalog.types.iter().map(|((schema, name), of)| {
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

    fn pg_enum(&self) -> Vec<Values> {
        self.replay
            .catalog
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
            .collect()
    }

    fn pg_proc(&self, wanted: &Wanted) -> Vec<Values> {
        self.functions()
            .filter(|(_, function)| wants(wanted, "proname", &function.name))
            .map(|(id, function)| {
                row([
                    ("oid", Val::Object('f', id.0.to_string())),
                    ("proname", text(&function.name)),
                    ("pronamespace", Val::Object('n', function.schema.to_string())),
                    ("prokind", text(if function.procedure { "p" } else { "f" })),
                    ("prosecdef", Val::Bool(function.definer)),
                    ("prorettype", returned(function)),
                    ("proowner", Val::Object('r', function.owner.to_string())),
                    ("proargtypes", Val::Object('f', id.0.to_string())),
                    ("proconfig", settings(function)),
                ])
            })
            .collect()
    }
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
