//! Tables and columns of Alembic as SQL.

use super::super::columns::{Column, Reference};
use super::super::python::{Call, Value};
use super::super::write::{Sql, text};
use super::operations::{Writer, if_missing};
use super::types;

impl Writer<'_> {
    /// `op.create_entity(PGFunction(…))` of `alembic_utils`, and its relatives that replace and drop.
    pub(super) fn entity(&mut self, call: &Call, method: &str) -> Option<()> {
        let entity = match call.arguments.first()? {
            Value::Name(name) => self.local(name).cloned()?,
            value => value.clone(),
        };
        let entity = entity.call()?;
        let field =
            |name: &str| entity.named(name).and_then(|value| self.string(value)).map(|(text, _)| text);
        let signature = field("signature")?;
        let full = field("schema").map_or(signature.clone(), |schema| format!("{schema}.{signature}"));
        let kind = match entity.last() {
            "PGExtension" => "EXTENSION",
            "PGFunction" | "PGProcedure" => {
                if entity.last() == "PGFunction" {
                    "FUNCTION"
                } else {
                    "PROCEDURE"
                }
            }
            "PGTrigger" => "TRIGGER",
            "PGView" => "VIEW",
            "PGMaterializedView" => "MATERIALIZED VIEW",
            "PGPolicy" => "POLICY",
            _ => return None,
        };
        let of_table = matches!(kind, "TRIGGER" | "POLICY");
        let mut sql = Sql::at(call.span);
        if method == "drop_entity" {
            sql.push(&format!(
                "DROP {kind} {}",
                if of_table || kind == "EXTENSION" { &signature } else { &full }
            ));
            if of_table {
                sql.push(" ON ").push(&field("on_entity")?);
            }
            self.parts.push(sql.part());
            return Some(());
        }
        let replaced = method == "replace_entity" && matches!(kind, "FUNCTION" | "PROCEDURE" | "VIEW");
        sql.push(if replaced { "CREATE OR REPLACE " } else { "CREATE " }).push(kind).push(" ");
        let definition = field("definition");
        match kind {
            "EXTENSION" => sql.push("IF NOT EXISTS ").name(&signature),
            "TRIGGER" => sql.push(&signature).push(" ").push(&definition?),
            "POLICY" => sql.push(&format!("{signature} ON {} {}", field("on_entity")?, definition?)),
            "VIEW" | "MATERIALIZED VIEW" => sql.push(&full).push(" AS ").push(&definition?),
            _ => sql.push(&full).push(" ").push(&definition?),
        };
        self.parts.push(sql.part());
        Some(())
    }

    pub(super) fn create_table(&mut self, call: &Call) -> Option<()> {
        let table = self.qualified(call, 0, "table_name")?;
        let calls: Vec<&Call> = call.arguments.iter().skip(1).filter_map(Value::call).collect();
        let keys: Vec<String> = calls
            .iter()
            .filter(|item| item.last() == "PrimaryKeyConstraint")
            .flat_map(|item| {
                item.arguments.iter().filter_map(|name| Some(self.string(name)?.0)).collect::<Vec<_>>()
            })
            .collect();
        let mut columns = Vec::new();
        let mut indexed = Vec::new();
        for item in calls.iter().filter(|item| item.last() == "Column") {
            let name = self.given(item, 0, "name")?;
            let (column, index) = self.column(item, keys == [name])?;
            if index {
                indexed.push(column.clone());
            }
            columns.push(column);
        }
        let own: Vec<String> =
            columns.iter().filter(|column| column.primary).map(|column| column.name.clone()).collect();
        let guard =
            if call.named("if_not_exists").is_some_and(|on| on.is("True")) { "IF NOT EXISTS " } else { "" };
        let mut sql = Sql::at(call.span);
        sql.push("CREATE TABLE ").push(guard).table(&table).push(" (");
        for (number, mut column) in columns.into_iter().enumerate() {
            column.primary &= own.len() == 1;
            sql.push(if number > 0 { ", " } else { "" });
            column.write(&mut sql);
        }
        if own.len() > 1 {
            sql.push(", PRIMARY KEY ").names(&own);
        }
        for item in calls.iter().filter(|item| item.last().ends_with("Constraint")) {
            sql.place(item.span);
            self.table_constraint(item, &mut sql);
        }
        sql.push(")");
        self.parts.push(sql.part());
        for column in indexed {
            self.column_index(&table, &column);
        }
        Some(())
    }

    fn table_constraint(&self, item: &Call, sql: &mut Sql) {
        let name = item.named("name").and_then(|name| self.string(name));
        sql.push(", ");
        if let Some((name, _)) = name {
            sql.push("CONSTRAINT ").name(&name).push(" ");
        }
        let names: Vec<String> =
            item.arguments.iter().filter_map(|name| Some(self.string(name)?.0)).collect();
        match item.last() {
            "PrimaryKeyConstraint" => sql.push("PRIMARY KEY ").names(&names),
            "UniqueConstraint" => sql.push("UNIQUE ").names(&names),
            "ForeignKeyConstraint" => {
                let list = |index: usize| {
                    item.arguments.get(index).and_then(|list| self.plain_names(list)).unwrap_or_default()
                };
                sql.push("FOREIGN KEY ").names(&list(0)).push(" ");
                self.reference(&list(1), item).write(sql);
                sql
            }
            "CheckConstraint" => {
                let check = item.arguments.first().and_then(|check| self.string(check));
                sql.push("CHECK (").push(&check.map_or("true".to_owned(), |(check, _)| check)).push(")")
            }
            // What excludes is kept as a check of nothing.
            _ => sql.push("CHECK (true)"),
        };
    }

    /// What `["t.id"]` names, with the actions of a call.
    fn reference(&self, targets: &[String], call: &Call) -> Reference {
        let action =
            |name: &str| call.named(name).and_then(|action| self.string(action)).map(|(action, _)| action);
        let table = targets.first().and_then(|target| target.rsplit_once('.')).map_or("", |(table, _)| table);
        let column = |target: &String| target.rsplit('.').next().unwrap_or_default().to_owned();
        Reference {
            table: table.to_owned(),
            columns: targets.iter().map(column).collect(),
            on_delete: action("ondelete"),
            on_update: action("onupdate"),
        }
    }

    /// A column, and whether it has an index of its own. `key` says whether it alone is the primary key.
    pub(super) fn column(&mut self, call: &Call, key: bool) -> Option<(Column, bool)> {
        let on = |name: &str| call.named(name).is_some_and(|on| on.is("True"));
        let of = call.arguments.get(1).or_else(|| call.named("type_"));
        let of = of.map(|of| match of {
            Value::Name(name) => self
                .names
                .iter()
                .rev()
                .find(|(own, _)| own == name)
                .map_or(of.clone(), |(_, value)| value.clone()),
            _ => of.clone(),
        });
        let of = of.map_or_else(|| types::of(&Value::Name("text".to_owned())), |of| types::of(&of));
        if let Some((name, values)) = &of.enumeration {
            let mut sql = Sql::at(call.span);
            sql.push(&if_missing(&types::create(name, values)));
            self.parts.push(sql.part());
        }
        let inner =
            |last: &str| call.arguments.iter().filter_map(Value::call).find(|item| item.last() == last);
        let target = inner("ForeignKey");
        let primary = on("primary_key");
        let mut column = Column {
            name: self.given(call, 0, "name")?,
            of: of.sql,
            not_null: call.named("nullable").is_some_and(|nullable| nullable.is("False")),
            primary,
            unique: on("unique"),
            default: call
                .named("server_default")
                .filter(|value| !value.is("None"))
                .map(|value| self.default(value)),
            check: None,
            references: target
                .and_then(|target| Some(self.reference(&[self.given(target, 0, "column")?], target))),
            span: call.span,
        };
        // A single integer key counts by itself.
        let counts = (primary || key) && target.is_none() && column.default.is_none();
        if counts && !call.named("autoincrement").is_some_and(|counts| counts.is("False")) {
            column.of = match column.of.as_str() {
                "integer" => "serial".to_owned(),
                "bigint" => "bigserial".to_owned(),
                "smallint" => "smallserial".to_owned(),
                _ => column.of,
            };
        }
        if inner("Identity").is_some() {
            column.of.push_str(" GENERATED BY DEFAULT AS IDENTITY");
        }
        if let Some(computed) = inner("Computed").and_then(|computed| self.given(computed, 0, "sqltext")) {
            column.of = format!("{} GENERATED ALWAYS AS ({computed}) STORED", column.of);
            column.default = None;
        }
        Some((column, on("index")))
    }

    pub(super) fn column_index(&mut self, table: &str, column: &Column) {
        let short = table.rsplit('.').next().unwrap_or(table);
        let mut sql = Sql::at(column.span);
        sql.push(if column.unique { "CREATE UNIQUE INDEX " } else { "CREATE INDEX " });
        sql.name(&format!("ix_{short}_{}", column.name)).push(" ON ").table(table).push(" ");
        sql.names(std::slice::from_ref(&column.name));
        self.parts.push(sql.part());
    }

    /// A default of the server as SQL: a plain text is a literal, `sa.text("now()")` is SQL.
    pub(super) fn default(&self, value: &Value) -> String {
        match value {
            Value::Text(plain, _) => text(plain),
            Value::Number(number) => number.clone(),
            Value::Name(name) if name == "True" => "true".to_owned(),
            Value::Name(name) if name == "False" => "false".to_owned(),
            Value::Call(call) if call.last() == "now" => "now()".to_owned(),
            Value::Call(call) if call.last() == "true" || call.last() == "false" => call.last().to_owned(),
            Value::Call(call) => match self.string(value) {
                Some((sql, _)) if !sql.trim().is_empty() => sql,
                _ if call.name.contains("func.") => format!("{}()", call.last()),
                _ => "''".to_owned(),
            },
            _ => "''".to_owned(),
        }
    }
}
