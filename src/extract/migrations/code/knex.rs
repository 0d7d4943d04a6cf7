//! Knex: `knex.schema.createTable("t", (table) => …)` and its relatives, with the names that Knex gives by itself.

use super::super::columns::{Column, Reference};
use super::super::write::{Sql, quoted};
use super::table::{Table, alter_column, create_index, drop_named, foreign, referenced, unique};
use super::walk::{Chain, Walker};
use crate::parse::javascript::{Kind, NodeId};

/// What follows a column and is no part of it.
#[derive(Debug, Default)]
#[allow(clippy::option_option)] // none, one without a name, one with a name
struct Follows {
    /// A unique key, with its name where one is given.
    unique: Option<Option<String>>,
    index: Option<Option<String>>,
    target: Option<Reference>,
    /// The column is there and becomes what is described.
    alter: bool,
}

/// Methods of a schema that change nothing.
const QUIET: &[&str] = &[
    "hasTable",
    "hasColumn",
    "then",
    "catch",
    "finally",
    "toString",
    "debug",
    "queryContext",
    "transacting",
    "toSQL",
    "on",
    "timeout",
];

impl<'m> Walker<'m> {
    /// Whether a chain is one of Knex, whose statements are added.
    pub(super) fn knex(&mut self, chain: &Chain<'m>) -> bool {
        if self.table.is_some() && self.is_of_table(chain.root) {
            self.of_table(chain);
            return true;
        }
        let module = self.module;
        let is_schema = module.last_name(chain.root) == Some("schema")
            || module.last_name(self.value(chain.root)) == Some("schema");
        if !is_schema {
            return Self::is_data(chain);
        }
        let mut schema = None;
        for (method, call) in chain.calls.clone() {
            if method == "withSchema" {
                schema = module.argument(call, 0).and_then(|name| self.string(name));
            } else {
                self.schema_call(method, call, schema.as_deref());
            }
        }
        true
    }

    /// Whether a chain reads or writes rows.
    fn is_data(chain: &Chain<'m>) -> bool {
        const DATA: &[&str] = &[
            "insert",
            "update",
            "where",
            "select",
            "from",
            "into",
            "del",
            "delete",
            "first",
            "pluck",
            "join",
            "table",
            "batchInsert",
            "increment",
            "whereIn",
            "whereNull",
            "whereNotNull",
            "with",
            "count",
            "max",
            "orderBy",
        ];
        chain.calls.iter().any(|(method, _)| DATA.contains(method))
    }

    fn schema_call(&mut self, method: &str, call: NodeId, schema: Option<&str>) {
        let module = self.module;
        let span = module.span(call);
        let qualified = |name: String| schema.map_or(name.clone(), |schema| format!("{schema}.{name}"));
        let name = module.argument(call, 0).and_then(|name| self.string(name)).map(qualified);
        if method == "raw" {
            self.raw(call, module.argument(call, 0));
            return;
        }
        if QUIET.contains(&method) {
            for argument in module.arguments(call).filter(|argument| module.function(*argument).is_some()) {
                let before = std::mem::replace(&mut self.guarded, true);
                self.visit(argument);
                self.guarded = before;
            }
            return;
        }
        let Some(name) = name else {
            self.gap(call, "it speaks of a table whose name is computed");
            return;
        };
        let mut sql = Sql::at(span);
        let exists = if self.guarded || method.ends_with("IfExists") { "IF EXISTS " } else { "" };
        match method {
            "createTable" | "createTableIfNotExists" => {
                self.table_body(call, name, Some(method.ends_with("Exists") || self.guarded));
                return;
            }
            "alterTable" | "table" => {
                self.table_body(call, name, None);
                return;
            }
            "dropTable" | "dropTableIfExists" => sql.push("DROP TABLE ").push(exists).table(&name),
            "dropView" | "dropViewIfExists" => sql.push("DROP VIEW ").push(exists).table(&name),
            "dropMaterializedView" | "dropMaterializedViewIfExists" => {
                sql.push("DROP MATERIALIZED VIEW ").push(exists).table(&name)
            }
            "createSchema" => sql.push("CREATE SCHEMA ").name(&name),
            "createSchemaIfNotExists" => sql.push("CREATE SCHEMA IF NOT EXISTS ").name(&name),
            "dropSchema" | "dropSchemaIfExists" => sql.push("DROP SCHEMA ").push(exists).name(&name),
            "renameTable" => {
                let Some(to) = module.argument(call, 1).and_then(|to| self.string(to)) else {
                    self.gap(call, "it speaks of a table whose name is computed");
                    return;
                };
                sql.push("ALTER TABLE ").table(&name).push(" RENAME TO ").name(&to)
            }
            _ => {
                self.gap(call, "the call of the builder is not understood");
                return;
            }
        };
        self.made(sql);
    }

    /// Walks through the callback of a table. `create` says whether it is made, and only where it is not there.
    fn table_body(&mut self, call: NodeId, name: String, create: Option<bool>) {
        let module = self.module;
        let callback = module
            .arguments(call)
            .map(|argument| self.value(argument))
            .find(|argument| module.function(*argument).is_some());
        let Some(callback) = callback else {
            self.gap(call, "the callback of the table comes from elsewhere");
            return;
        };
        let table = Table {
            binding: self.first_parameter(callback),
            name,
            create: create.is_some(),
            ..Table::default()
        };
        let outer = self.table.replace(table);
        self.function(callback);
        let Some(table) = std::mem::replace(&mut self.table, outer) else { return };
        if let Some(if_not_exists) = create {
            let mut sql = Sql::at(module.span(call));
            sql.push("CREATE TABLE ")
                .push(if if_not_exists { "IF NOT EXISTS " } else { "" })
                .table(&table.name)
                .push(" (");
            for (number, column) in table.columns.iter().enumerate() {
                sql.push(if number > 0 { ", " } else { "" });
                column.write(&mut sql);
            }
            if !table.primary.is_empty() {
                sql.push(if table.columns.is_empty() { "" } else { ", " })
                    .push("PRIMARY KEY ")
                    .names(&table.primary);
            }
            sql.push(")");
            self.made(sql);
        }
        for sql in table.later {
            self.made(sql);
        }
    }

    fn is_of_table(&self, root: NodeId) -> bool {
        let Some(table) = &self.table else { return false };
        match self.module.kind(root) {
            Kind::This => table.binding.is_none() || self.module.kind(root) == Kind::This,
            Kind::Name(..) => table.binding.is_some() && self.binding(root) == table.binding,
            _ => false,
        }
    }

    /// A chain on the table of a callback: a column with what follows it, or something of the table.
    fn of_table(&mut self, chain: &Chain<'m>) {
        let Some((method, call)) = chain.calls.first().copied() else { return };
        if self.table_change(method, call, chain) {
            return;
        }
        let Some(columns) = self.columns_of(method, call) else {
            self.gap(call, "the call of the builder is not understood");
            return;
        };
        for column in columns {
            self.column(column, chain);
        }
    }

    /// A column with what follows it.
    fn column(&mut self, mut column: Column, chain: &Chain<'m>) {
        let follows = self.follows(&mut column, chain);
        let span = self.module.span(chain.calls.last().map_or(chain.root, |(_, call)| *call));
        column.span = span;
        let Some(table) = &mut self.table else { return };
        let names = [column.name.clone()];
        let target = follows.target.filter(|target| !target.table.is_empty());
        if follows.alter {
            alter_column(table, &column, span);
        } else if table.create {
            table.columns.push(column);
        } else {
            let mut sql = table.alter(span);
            sql.push(if self.guarded { "ADD COLUMN IF NOT EXISTS " } else { "ADD COLUMN " });
            column.write(&mut sql);
            table.later.push(sql);
        }
        if let Some(name) = follows.unique {
            table.later.push(unique(table, name, &names, span));
        }
        if let Some(name) = follows.index {
            let name = name.unwrap_or_else(|| table.named(&names, "index"));
            table.later.push(create_index(table, &name, &names, span, None));
        }
        if let Some(target) = target {
            let name = table.named(&names, "foreign");
            table.later.push(foreign(table, &name, &names, &target, span));
        }
    }

    /// Reads what follows a column.
    fn follows(&self, column: &mut Column, chain: &Chain<'m>) -> Follows {
        let module = self.module;
        let mut follows = Follows::default();
        for (method, call) in chain.calls.iter().skip(1).copied() {
            let argument = module.argument(call, 0);
            let text = |walker: &Self| argument.and_then(|argument| walker.string(argument));
            match method {
                "notNullable" | "notNull" => column.not_null = true,
                "nullable" => {
                    column.not_null = argument.is_some_and(|flag| module.kind(flag) == Kind::Flag(false));
                }
                "primary" => column.primary = true,
                "unique" => follows.unique = Some(self.index_name(argument)),
                "index" => follows.index = Some(self.index_name(argument)),
                "defaultTo" => column.default = argument.map(|value| self.default(value)),
                "references" => follows.target = Some(referenced(&text(self).unwrap_or_default())),
                "inTable" | "onTable" => {
                    let name = argument.and_then(|argument| self.table_name(argument));
                    if let Some(target) = &mut follows.target {
                        target.table = name.unwrap_or_default();
                    }
                }
                "onDelete" | "onUpdate" => {
                    if let Some(target) = &mut follows.target {
                        let action =
                            if method == "onDelete" { &mut target.on_delete } else { &mut target.on_update };
                        *action = text(self);
                    }
                }
                "alter" => follows.alter = true,
                _ => {}
            }
        }
        follows
    }

    /// The name that an index is given: a text, or `indexName` of options.
    fn index_name(&self, argument: Option<NodeId>) -> Option<String> {
        let argument = argument?;
        self.string(argument).or_else(|| self.property_text(argument, "indexName"))
    }

    /// What is done to the table rather than one column.
    fn table_change(&mut self, method: &str, call: NodeId, chain: &Chain<'m>) -> bool {
        const SETTINGS: &[&str] = &["comment", "engine", "charset", "collate", "inherits", "queryContext"];
        if SETTINGS.contains(&method) {
            return true;
        }
        let names = self.module.argument(call, 0).and_then(|names| self.strings(names));
        let Some(table) = &mut self.table else { return false };
        if let ("primary", true, Some(names)) = (method, table.create, &names) {
            table.primary.clone_from(names);
            return true;
        }
        let Some(made) = self
            .key_change(method, call, chain, names.as_deref())
            .or_else(|| self.column_change(method, call))
        else {
            return false;
        };
        if let Some(table) = &mut self.table {
            table.later.extend(made);
        }
        true
    }

    /// Keys and indexes of a table.
    fn key_change(
        &mut self,
        method: &str,
        call: NodeId,
        chain: &Chain<'m>,
        names: Option<&[String]>,
    ) -> Option<Vec<Sql>> {
        let module = self.module;
        let span = module.span(call);
        let name = self.index_name(module.argument(call, 1));
        let target = (method == "foreign").then(|| self.target(chain)).flatten();
        let exists = if self.guarded { "IF EXISTS " } else { "" };
        let table = self.table.as_ref()?;
        let sql = match (method, names) {
            ("primary", Some(names)) => {
                let mut sql = table.alter(span);
                sql.push("ADD PRIMARY KEY ").names(names);
                sql
            }
            // Without a column behind it: a column of this name never is.
            ("unique", Some(names)) => unique(table, name, names, span),
            ("index", Some(names)) => {
                let name = name.unwrap_or_else(|| table.named(names, "index"));
                let method = module.argument(call, 2).and_then(|method| self.string(method));
                create_index(table, &name, names, span, method.as_deref())
            }
            ("foreign", Some(names)) => {
                let name = name.unwrap_or_else(|| table.named(names, "foreign"));
                let Some(target) = target else {
                    self.gap(call, "the call of the builder is not understood");
                    return Some(Vec::new());
                };
                foreign(table, &name, names, &target, span)
            }
            ("dropPrimary", _) => {
                let short = table.name.rsplit('.').next().unwrap_or_default();
                let name =
                    names.and_then(<[String]>::first).cloned().unwrap_or_else(|| format!("{short}_pkey"));
                let mut sql = table.alter(span);
                sql.push("DROP CONSTRAINT ").name(&name);
                sql
            }
            ("dropForeign" | "dropUnique" | "dropIndex", Some(names)) => {
                drop_named(table, method, name, names, span, exists)
            }
            _ => return None,
        };
        Some(vec![sql])
    }

    /// Columns of a table that go or change.
    fn column_change(&self, method: &str, call: NodeId) -> Option<Vec<Sql>> {
        let module = self.module;
        let table = self.table.as_ref()?;
        let exists = if self.guarded { "IF EXISTS " } else { "" };
        let text = |index: usize| module.argument(call, index).and_then(|argument| self.string(argument));
        let altered = |before: &str, column: &str, after: &str| {
            let mut sql = table.alter(module.span(call));
            sql.push(before).name(column).push(after);
            sql
        };
        let drop = ["DROP COLUMN ", exists].concat();
        Some(match method {
            "dropColumn" | "dropColumns" => {
                let all = module
                    .arguments(call)
                    .map(|argument| self.strings(argument))
                    .collect::<Option<Vec<_>>>()?;
                all.concat().iter().map(|column| altered(&drop, column, "")).collect()
            }
            "dropTimestamps" => {
                ["created_at", "updated_at"].iter().map(|column| altered(&drop, column, "")).collect()
            }
            "renameColumn" => {
                vec![altered("RENAME COLUMN ", &text(0)?, &[" TO ", &quoted(&text(1)?)].concat())]
            }
            "setNullable" => vec![altered("ALTER COLUMN ", &text(0)?, " DROP NOT NULL")],
            "dropNullable" => vec![altered("ALTER COLUMN ", &text(0)?, " SET NOT NULL")],
            _ => return None,
        })
    }

    /// What a foreign key refers to, by what follows it.
    fn target(&self, chain: &Chain<'m>) -> Option<Reference> {
        let argument = |name: &str| self.module.argument(chain.call(name)?, 0);
        let columns = self.strings(argument("references")?)?;
        let mut target = match columns.as_slice() {
            [one] => referenced(one),
            _ => Reference { columns, ..Reference::default() },
        };
        if let Some(name) = argument("inTable").or_else(|| argument("onTable")) {
            target.table = self.table_name(name)?;
        }
        target.on_delete = argument("onDelete").and_then(|action| self.string(action));
        target.on_update = argument("onUpdate").and_then(|action| self.string(action));
        (!target.table.is_empty()).then_some(target)
    }

    /// The columns that a method of a table makes; none where it makes none that is known.
    fn columns_of(&self, method: &str, call: NodeId) -> Option<Vec<Column>> {
        let module = self.module;
        let text = |index: usize| module.argument(call, index).and_then(|argument| self.string(argument));
        let column =
            |name: String, of: String| Column { name, of, span: module.span(call), ..Column::default() };
        if method == "timestamps" {
            // `timestamps(useTimestamps, defaultToNow, useCamelCase)`, or an object of these.
            let flag = |index: usize, key: &str| {
                let argument = module.argument(call, index).map(|argument| module.kind(argument));
                let option = module.argument(call, 0).and_then(|options| self.flag(options, key));
                argument == Some(Kind::Flag(true)) || option == Some(true)
            };
            let names = if flag(2, "useCamelCase") {
                ["createdAt", "updatedAt"]
            } else {
                ["created_at", "updated_at"]
            };
            let now = flag(1, "defaultToNow");
            return Some(
                names
                    .map(|name| {
                        let default = now.then(|| "CURRENT_TIMESTAMP".to_owned());
                        Column { not_null: now, default, ..column(name.to_owned(), "timestamptz".to_owned()) }
                    })
                    .to_vec(),
            );
        }
        if matches!(method, "increments" | "bigIncrements" | "bigincrements") {
            let of = if method == "increments" { "serial" } else { "bigserial" };
            let keyless = module
                .argument(call, 1)
                .is_some_and(|options| self.flag(options, "primaryKey") == Some(false));
            let name = text(0).unwrap_or_else(|| "id".to_owned());
            return Some(vec![Column { primary: !keyless, not_null: true, ..column(name, of.to_owned()) }]);
        }
        let name = text(0)?;
        let (of, check) = self.type_of(method, call, &name)?;
        Some(vec![Column { check, ..column(name, of) }])
    }

    /// The type that a method stands for, and the check that it brings.
    fn type_of(&self, method: &str, call: NodeId, name: &str) -> Option<(String, Option<String>)> {
        let module = self.module;
        let text = |index: usize| module.argument(call, index).and_then(|argument| self.string(argument));
        let precision = || {
            let numbers =
                [text(1).unwrap_or_else(|| "8".to_owned()), text(2).unwrap_or_else(|| "2".to_owned())];
            format!("numeric({})", numbers.join(", "))
        };
        let of = match method {
            "integer" | "int" | "mediumint" => "integer".to_owned(),
            "tinyint" | "smallint" => "smallint".to_owned(),
            "bigInteger" | "bigint" | "biginteger" => "bigint".to_owned(),
            "string" | "varchar" => format!("varchar({})", text(1).unwrap_or_else(|| "255".to_owned())),
            "char" => format!("char({})", text(1).unwrap_or_else(|| "1".to_owned())),
            "text" | "mediumtext" | "longtext" => "text".to_owned(),
            "float" => "real".to_owned(),
            "double" => "double precision".to_owned(),
            "decimal" | "numeric" => precision(),
            "boolean" | "bool" => "boolean".to_owned(),
            "date" | "time" | "uuid" | "json" | "jsonb" | "geometry" | "geography" | "point" => {
                method.to_owned()
            }
            "datetime" | "timestamp" => {
                let options = module.argument(call, 1);
                // `{ useTz: false }`; of `timestamp` also `true` for the standard.
                let plain = options.is_some_and(|options| {
                    self.flag(options, "useTz") == Some(false) || module.kind(options) == Kind::Flag(true)
                });
                if plain { "timestamp" } else { "timestamptz" }.to_owned()
            }
            "timestamptz" | "timestampTz" => "timestamptz".to_owned(),
            "binary" => "bytea".to_owned(),
            "specificType" => text(1)?,
            "enum" | "enu" => {
                let options = module.argument(call, 2);
                if let Some(native) = options.and_then(|options| self.property_text(options, "enumName")) {
                    return Some((quoted(&native), None));
                }
                let values = module.argument(call, 1).and_then(|values| self.strings(values));
                let list: Vec<_> =
                    values.unwrap_or_default().iter().map(|value| super::super::write::text(value)).collect();
                let check = (!list.is_empty()).then(|| format!("{} in ({})", quoted(name), list.join(", ")));
                return Some(("text".to_owned(), check));
            }
            _ => return None,
        };
        Some((of, None))
    }
}
