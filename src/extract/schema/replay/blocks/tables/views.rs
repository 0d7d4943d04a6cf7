//! Blocks ask the system: rows of the views that name things by text: `pg_tables`, `pg_policies`.

use super::{Values, Wanted, row, text, wants};
use crate::extract::schema::catalog::RelationKind;
use crate::extract::schema::replay::blocks::eval::Env;
use crate::extract::schema::replay::blocks::value::Val;
use crate::extract::schema::replay::publications;

impl Env<'_> {
    /// Views such as `pg_tables`, which name schemas and tables by text.
    pub(super) fn views(&self, view: &str, wanted: &Wanted) -> Option<Vec<Values>> {
        Some(match view {
            "pg_tables" => self.pg_tables(wanted),
            "pg_views" => self.kind_of(wanted, "viewname", RelationKind::View),
            "pg_matviews" => self.kind_of(wanted, "matviewname", RelationKind::Materialized),
            "pg_sequences" => self.kind_of(wanted, "sequencename", RelationKind::Sequence),
            "pg_policies" => self.pg_policies(wanted),
            "pg_indexes" => self.pg_indexes(wanted),
            "pg_publication_tables" => self.pg_publication_tables(wanted),
            "pg_roles" | "pg_user" | "pg_authid" => self.pg_roles(),
            "pg_extension" => self.pg_extension(),
            "pg_publication" => {
                let all = self.replay.catalog.publications.iter();
                all.map(|(name, of)| row([("pubname", text(name)), ("puballtables", Val::Bool(of.all))]))
                    .collect()
            }
            _ => return None,
        })
    }

    fn pg_tables(&self, wanted: &Wanted) -> Vec<Values> {
        self.named(wanted, "schemaname", "tablename")
            .into_iter()
            .filter(|(_, relation)| matches!(relation.kind, RelationKind::Table | RelationKind::Partitioned))
            .map(|(_, relation)| {
                row([
                    ("schemaname", text(&relation.schema)),
                    ("tablename", text(&relation.name)),
                    ("tableowner", text(&relation.owner)),
                    ("rowsecurity", Val::Bool(relation.rls)),
                ])
            })
            .collect()
    }

    fn pg_policies(&self, wanted: &Wanted) -> Vec<Values> {
        self.named(wanted, "schemaname", "tablename")
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
                    ("cmd", text(&policy.command.word().to_ascii_uppercase())),
                ])
            })
            .collect()
    }

    fn pg_indexes(&self, wanted: &Wanted) -> Vec<Values> {
        self.replay
            .catalog
            .indexes
            .iter()
            .filter(|((schema, name), _)| {
                wants(wanted, "schemaname", schema) && wants(wanted, "indexname", name)
            })
            .map(|((schema, name), index)| {
                let table = self.replay.key(index.table).1;
                row([("schemaname", text(schema)), ("tablename", text(&table)), ("indexname", text(name))])
            })
            .collect()
    }

    fn pg_publication_tables(&self, wanted: &Wanted) -> Vec<Values> {
        self.replay
            .catalog
            .publications
            .iter()
            .filter(|(name, _)| wants(wanted, "pubname", name))
            .flat_map(|(name, of)| {
                publications::tables(self.replay, of).into_iter().map(|table| {
                    let (schema, table) = self.replay.key(table);
                    row([("pubname", text(name)), ("schemaname", text(&schema)), ("tablename", text(&table))])
                })
            })
            .collect()
    }

    fn pg_roles(&self) -> Vec<Values> {
        self.replay
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
            .collect()
    }

    fn pg_extension(&self) -> Vec<Values> {
        self.replay
            .catalog
            .extensions
            .iter()
            .map(|(name, of)| {
                row([("extname", text(name)), ("extnamespace", Val::Object('n', of.schema.to_string()))])
            })
            .collect()
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
}
