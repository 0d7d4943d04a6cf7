//! A catalogue in lines of text, one object a line, sorted: what tests compare with PostgreSQL's own catalogue.
//!
//! Everything outside of `pg_catalog` and `information_schema` is printed, what the platform brings too, but not what
//! extensions make. Expressions are said to be there and not printed: PostgreSQL rewrites them. The queries that print
//! the same lines from a server are in `tests/postgres/catalogue.sql`.

mod types;

use std::collections::BTreeMap;
use std::fmt::Write;

pub use types::type_text;
use types::{plain_text, quoted};

use super::acl::{self, AclKind};
use super::catalog::{
    Acl, Catalog, Column, Constraint, ConstraintKind, Function, Index, Policy, Relation, RelationId,
    RelationKind, Trigger, Type, TypeKind,
};
use crate::parse::sql::expression::Name;
use crate::parse::sql::model::TriggerState;
use crate::parse::sql::routine::{ArgumentMode, Timing, Volatility};

/// The lines of a catalogue, sorted.
pub fn lines(catalog: &Catalog) -> Vec<String> {
    let mut out = Lines { catalog, lines: Vec::new() };
    out.schemas();
    for (id, relation) in catalog.relations() {
        if !relation.temporary && relation.extension.is_none() && visible(&relation.schema) {
            out.relation(id, relation);
        }
    }
    for ((schema, name), index) in &catalog.indexes {
        out.index(&format!("{schema}.{name}"), index);
    }
    for (_, function) in catalog.functions() {
        if function.extension.is_none() && visible(&function.schema) {
            out.function(function);
        }
    }
    for ((schema, name), of) in &catalog.types {
        if of.extension.is_none() && visible(schema) {
            out.user_type(&format!("{schema}.{name}"), of);
        }
    }
    out.roles();
    out.rest();
    out.lines.sort_unstable();
    out.lines
}

/// Whether a schema is not PostgreSQL's own.
fn visible(schema: &str) -> bool {
    !schema.starts_with("pg_") && schema != "information_schema"
}

struct Lines<'a> {
    catalog: &'a Catalog,
    lines: Vec<String>,
}

impl Lines<'_> {
    /// A line: the words, without those that are empty.
    fn line(&mut self, words: &[&str]) {
        let words = words.iter().filter(|word| !word.is_empty()).copied().collect::<Vec<_>>();
        self.lines.push(words.join(" "));
    }

    fn schemas(&mut self) {
        for (name, schema) in &self.catalog.schemas {
            if visible(name) {
                self.line(&["schema", name, &format!("owner={}", schema.owner)]);
                self.acl(AclKind::Schema, name, &schema.acl, &schema.owner);
            }
        }
    }

    fn relation(&mut self, id: RelationId, relation: &Relation) {
        let path = format!("{}.{}", relation.schema, relation.name);
        let kind = match relation.kind {
            RelationKind::Table => "table",
            RelationKind::Partitioned => "partitioned",
            RelationKind::View => "view",
            RelationKind::Materialized => "materialized",
            RelationKind::Foreign => "foreign",
            RelationKind::Sequence => "sequence",
        };
        let options = relation.options.iter().map(|(name, value)| format!("{name}={value}"));
        let options = options.collect::<Vec<_>>().join(",");
        let owned =
            relation.owned_by.as_ref().map(|(table, column)| format!("{}.{column}", self.name(*table)));
        self.line(&[
            kind,
            &path,
            &format!("owner={}", relation.owner),
            flag(relation.unlogged, "unlogged"),
            flag(relation.rls, "rls"),
            flag(relation.rls_forced, "forced"),
            &prefixed("options=", &options),
            &prefixed("owned-by=", owned.as_deref().unwrap_or_default()),
        ]);
        let class = if relation.kind == RelationKind::Sequence { AclKind::Sequence } else { AclKind::Table };
        self.acl(class, &path, &relation.acl, &relation.owner);
        if relation.kind == RelationKind::Sequence {
            return;
        }
        let typed = !matches!(relation.kind, RelationKind::View | RelationKind::Materialized);
        for (position, column) in relation.columns.iter().enumerate() {
            self.column(&path, position + 1, column, typed);
        }
        for constraint in &relation.constraints {
            self.constraint(&path, constraint);
        }
        for policy in relation.policies.values() {
            self.policy(&path, policy);
        }
        for (name, trigger) in &relation.triggers {
            self.trigger(&format!("{path}.{name}"), trigger);
        }
        for (name, (event, _)) in &relation.rules {
            self.line(&["rule", &format!("{path}.{name}"), event]);
        }
        for parent in &relation.parents {
            let parent = self.name(*parent);
            self.line(&[if relation.partition { "partition" } else { "inherits" }, &path, "of", &parent]);
        }
        if let Some((method, keys)) = &relation.partition_by {
            let keys = keys.iter().map(|key| if key.is_empty() { "(expression)" } else { key });
            self.line(&[
                "partitioned-by",
                &path,
                method,
                &format!("({})", keys.collect::<Vec<_>>().join(", ")),
            ]);
        }
        debug_assert!(self.catalog.relation_names.values().any(|other| *other == id));
    }

    /// The schema and the name of a relation.
    fn name(&self, id: RelationId) -> String {
        match self.catalog.relation(id) {
            Some(relation) => format!("{}.{}", relation.schema, relation.name),
            _ => "(dropped)".to_owned(),
        }
    }

    fn column(&mut self, path: &str, position: usize, column: &Column, typed: bool) {
        let path = format!("{path}.{}", column.name);
        let identity = match column.identity {
            Some(true) => "identity=always",
            Some(false) => "identity=by-default",
            None => "",
        };
        self.line(&[
            "column",
            &path,
            &format!("#{position}"),
            &if typed { type_text(&column.of) } else { String::new() },
            flag(column.not_null, "not-null"),
            flag(column.default.is_some(), "default"),
            flag(column.generated.is_some(), "generated"),
            identity,
            flag(column.inherited, "inherited"),
        ]);
        self.acl(AclKind::Column, &path, &column.acl, &Name::default());
    }

    fn constraint(&mut self, path: &str, constraint: &Constraint) {
        let mut columns = constraint.columns.clone();
        let mut target = String::new();
        let (mut delete, mut update) = (String::new(), String::new());
        let kind = match &constraint.kind {
            ConstraintKind::Check(_) => {
                columns.sort_unstable();
                columns.dedup();
                "check"
            }
            ConstraintKind::Primary => "primary",
            ConstraintKind::Unique => "unique",
            ConstraintKind::Exclude => "exclude",
            ConstraintKind::Foreign { table, columns, on_delete, on_update } => {
                target = format!("-> {}({})", self.name(*table), columns.join(", "));
                delete = format!("delete={}", on_delete.replace(' ', "-"));
                update = format!("update={}", on_update.replace(' ', "-"));
                "foreign"
            }
        };
        self.line(&[
            "constraint",
            &format!("{path}.{}", constraint.name),
            &format!("{kind}({})", columns.join(", ")),
            &target,
            &delete,
            &update,
            flag(!constraint.valid, "invalid"),
            flag(constraint.deferrable, "deferrable"),
            flag(constraint.inherited, "inherited"),
        ]);
    }

    fn index(&mut self, path: &str, index: &Index) {
        let Some(table) = self.catalog.relation(index.table) else { return };
        if table.temporary || table.extension.is_some() || !visible(&table.schema) {
            return;
        }
        let ordered = index.method == "btree";
        let keys = index.keys.iter().map(|key| {
            let mut text = key.column.as_deref().unwrap_or("(expression)").to_owned();
            if let Some(class) = &key.class {
                let _ = write!(text, " {class}");
            }
            text.push_str(flag(key.descending && ordered, " desc"));
            text.push_str(flag(key.nulls_first && ordered, " nulls-first"));
            text
        });
        let keys = keys.collect::<Vec<_>>().join(", ");
        let include = if index.include.is_empty() {
            String::new()
        } else {
            format!("include({})", index.include.join(", "))
        };
        let parent = index.parent.as_ref().map(|(schema, name)| format!("of={schema}.{name}"));
        let table = self.name(index.table);
        self.line(&[
            "index",
            path,
            "on",
            &table,
            if index.primary { "primary" } else { flag(index.unique, "unique") },
            &index.method,
            &format!("({keys})"),
            &include,
            flag(index.predicate.is_some(), "partial"),
            flag(index.nulls_not_distinct, "nulls-not-distinct"),
            &prefixed("constraint=", index.constraint.as_deref().unwrap_or_default()),
            parent.as_deref().unwrap_or_default(),
        ]);
    }

    fn policy(&mut self, path: &str, policy: &Policy) {
        let command = policy.command.word();
        let mut roles = policy.roles.clone();
        roles.sort_unstable();
        roles.dedup();
        self.line(&[
            "policy",
            &format!("{path}.{}", policy.name),
            if policy.permissive { "permissive" } else { "restrictive" },
            command,
            &format!("to={}", roles.join(",")),
            flag(policy.using.is_some(), "using"),
            flag(policy.check.is_some(), "check"),
        ]);
    }

    fn trigger(&mut self, path: &str, trigger: &Trigger) {
        let timing = match trigger.timing {
            Timing::Before => "before",
            Timing::After => "after",
            Timing::InsteadOf => "instead-of",
        };
        let events = [
            flag(trigger.insert, "insert"),
            flag(trigger.update, "update"),
            flag(trigger.delete, "delete"),
            flag(trigger.truncate, "truncate"),
        ];
        let events = events.into_iter().filter(|event| !event.is_empty()).collect::<Vec<_>>().join(",");
        let mut columns = trigger.update_columns.clone();
        columns.sort_unstable();
        let columns = if columns.is_empty() { String::new() } else { format!("of({})", columns.join(", ")) };
        let function = match self.catalog.function(trigger.function) {
            Some(function) => format!("function={}.{}", function.schema, function.name),
            _ => "function=(dropped)".to_owned(),
        };
        self.line(&[
            "trigger",
            path,
            timing,
            &events,
            &columns,
            if trigger.for_each_row { "row" } else { "statement" },
            flag(trigger.when.is_some(), "when"),
            flag(trigger.constraint, "constraint"),
            &function,
            match trigger.state {
                TriggerState::Enabled => "",
                TriggerState::Disabled => "disabled",
                TriggerState::Replica => "replica",
                TriggerState::Always => "always",
            },
            flag(trigger.inherited, "inherited"),
        ]);
    }

    fn function(&mut self, function: &Function) {
        let types = function
            .arguments
            .iter()
            .filter(|argument| argument.mode.goes_in())
            .map(|argument| plain_text(&argument.of));
        let types = types.collect::<Vec<_>>().join(", ");
        let path = format!("{}.{}({types})", function.schema, function.name);
        let settings = function.settings.values().map(|setting| {
            let value = match setting.name.as_str() {
                "search_path" | "temp_tablespaces" => {
                    setting.values.iter().map(|value| quoted(value)).collect::<Vec<_>>().join(", ")
                }
                _ => setting.values.join(", "),
            };
            format!("{{{}={value}}}", setting.name)
        });
        let settings = settings.collect::<Vec<_>>().join(" ");
        self.line(&[
            "function",
            &path,
            &if function.procedure {
                "procedure".to_owned()
            } else {
                format!("returns={}", returned(function))
            },
            &function.language,
            match function.volatility {
                Volatility::Volatile => "",
                Volatility::Stable => "stable",
                Volatility::Immutable => "immutable",
            },
            flag(function.definer, "definer"),
            flag(function.strict, "strict"),
            &format!("owner={}", function.owner),
            &settings,
        ]);
        self.acl(AclKind::Function, &path, &function.acl, &function.owner);
    }

    fn user_type(&mut self, path: &str, of: &Type) {
        let mut checked = String::new();
        let mut rest = String::new();
        let kind = match &of.kind {
            TypeKind::Enum(values) => {
                rest = format!("({})", values.join(", "));
                "enum"
            }
            TypeKind::Domain { base, not_null, default, checks } => {
                rest = type_text(base);
                rest.push_str(flag(*not_null, " not-null"));
                rest.push_str(flag(default.is_some(), " default"));
                checked = checks.keys().map(Name::as_str).collect::<Vec<_>>().join(",");
                "domain"
            }
            TypeKind::Composite(fields) => {
                let fields = fields.iter().map(|(name, of)| format!("{name} {}", type_text(of)));
                rest = format!("({})", fields.collect::<Vec<_>>().join(", "));
                "type"
            }
            TypeKind::Range => "range",
            TypeKind::Base => "base",
        };
        self.line(&[kind, path, &format!("owner={}", of.owner), &rest, &prefixed("checks=", &checked)]);
        self.acl(AclKind::Type, path, &of.acl, &of.owner);
    }

    fn roles(&mut self) {
        for (name, role) in &self.catalog.roles {
            if name.starts_with("pg_") {
                continue;
            }
            for of in &role.member_of {
                self.line(&["member", name, "of", of]);
            }
            if *name != self.catalog.owner && name != "public" {
                self.line(&[
                    "role",
                    name,
                    flag(role.superuser, "superuser"),
                    flag(role.bypass_rls, "bypassrls"),
                    flag(role.inherit, "inherit"),
                    flag(role.login, "login"),
                ]);
            }
        }
    }

    fn rest(&mut self) {
        for (name, extension) in &self.catalog.extensions {
            if name != "plpgsql" {
                self.line(&["extension", name, &format!("schema={}", extension.schema)]);
            }
        }
        for (name, of) in &self.catalog.publications {
            self.line(&["publication", name, flag(of.all, "all")]);
            for table in &of.tables {
                self.line(&["published", name, &self.name(*table)]);
            }
            for schema in &of.schemas {
                self.line(&["published-schema", name, schema]);
            }
        }
        for default in &self.catalog.defaults {
            let class = format!("default-{}", default.class);
            let path = format!("{}@{}", default.owner, default.schema.as_deref().unwrap_or("*"));
            if default.schema.is_none()
                && AclKind::of_class(&default.class)
                    .is_some_and(|kind| default.acl == kind.defaults(&default.owner))
            {
                continue;
            }
            for (role, privileges) in &default.acl {
                self.privileges(&class, &path, role, privileges);
            }
        }
    }

    /// A line for every role that has something.
    fn acl(&mut self, kind: AclKind, path: &str, acl: &Acl, owner: &Name) {
        let class = match kind {
            AclKind::Table => "relation",
            AclKind::Sequence => "sequence",
            AclKind::Column => "column",
            AclKind::Function => "function",
            AclKind::Schema => "schema",
            AclKind::Type => "type",
        };
        for (role, privileges) in acl::granted(acl, kind, owner) {
            self.privileges(class, path, &role, &privileges);
        }
    }

    fn privileges(&mut self, class: &str, path: &str, role: &str, privileges: &BTreeMap<Name, bool>) {
        let privileges = privileges
            .iter()
            .map(|(name, option)| format!("{name}{}", flag(*option, "*")))
            .collect::<Vec<_>>();
        if !privileges.is_empty() {
            self.line(&["acl", class, path, role, &privileges.join(",")]);
        }
    }
}

fn flag(set: bool, word: &str) -> &str {
    if set { word } else { "" }
}

fn prefixed(prefix: &str, text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("{prefix}{text}") }
}

/// What a function returns, as `prorettype` has it: that of `out` arguments where they are what is returned.
fn returned(function: &Function) -> String {
    let out = function.arguments.iter().filter(|argument| argument.mode.goes_out()).collect::<Vec<_>>();
    let table = out.iter().any(|argument| argument.mode == ArgumentMode::Table);
    let set = table || function.returns.as_ref().is_some_and(|of| of.set);
    let of = match (out.as_slice(), &function.returns) {
        ([], Some(of)) => plain_text(of),
        ([], None) => "void".to_owned(),
        ([one], _) => plain_text(&one.of),
        _ => "record".to_owned(),
    };
    format!("{}{of}", flag(set, "setof "))
}
