//! Operations of Alembic as SQL: `op.create_table`, `op.add_column`, `op.execute` …

use super::super::columns::Reference;
use super::super::model::{Part, Reach};
use super::super::python::{self, Call, Value};
use super::super::reach;
use super::super::write::{Sql, quoted};
use super::types;
use crate::source::Span;

/// What the functions of a revision come to.
pub(super) struct Writer<'t> {
    pub(super) text: &'t str,
    pub(super) parts: Vec<Part>,
    pub(super) gaps: Vec<(Span, String, Reach)>,
    /// Functions that are being read.
    pub(super) following: Vec<String>,
    /// Values of names.
    pub(super) names: Vec<(String, Value)>,
    /// `with op.batch_alter_table("t") as batch_op`: the name and the table.
    batch: Option<(String, String)>,
}

impl<'t> Writer<'t> {
    /// What a name of the function that is read stands for.
    pub(super) fn local(&self, name: &str) -> Option<&Value> {
        self.names.iter().rev().find(|(own, _)| own == name).map(|(_, value)| value)
    }

    pub(super) fn new(text: &'t str) -> Self {
        let (parts, gaps, following, names) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { text, parts, gaps, following, names, batch: None }
    }

    pub(super) fn gap(&mut self, span: Span, why: &str, reach: Reach) {
        match self.gaps.last_mut() {
            Some((last, _, both)) if *last == span => *both = std::mem::take(both).and(reach),
            _ => self.gaps.push((span, why.to_owned(), reach)),
        }
    }

    /// What a call may concern: the tables that it names, or all that its SQL says.
    pub(super) fn reach(&self, call: &Call) -> Reach {
        let (head, method) = call.name.rsplit_once('.').unwrap_or(("", &call.name));
        if let Some((_, table)) = self.batch.as_ref().filter(|(alias, _)| alias == head) {
            return Reach::table(table.clone());
        }
        let (index, name) = match method {
            "execute" => {
                let sql = call.arguments.first().and_then(|sql| self.string(sql));
                return sql.map_or(Reach::Anything, |(sql, _)| reach::of_sql(&sql));
            }
            "add_column" | "alter_column" | "create_table" | "drop_column" | "drop_table" => {
                (0, "table_name")
            }
            "create_foreign_key" => (1, "source_table"),
            "create_check_constraint"
            | "create_index"
            | "create_primary_key"
            | "create_unique_constraint"
            | "drop_constraint"
            | "drop_index" => (1, "table_name"),
            _ => return Reach::Anything,
        };
        self.qualified(call, index, name).map_or(Reach::Anything, Reach::table)
    }

    /// Notes the value of a name.
    pub(super) fn name(&mut self, name: &str, value: &Value) {
        self.names.push((name.to_owned(), value.clone()));
    }

    /// Notes the table of `with op.batch_alter_table("t") as batch_op:`.
    pub(super) fn batch(&mut self, line: &str, at: usize) {
        let Some(begin) = line.find("op.batch_alter_table(") else { return };
        let (Value::Call(call), end) = python::value(self.text, at + begin) else { return };
        let alias = self.text[end..].trim_start().strip_prefix("as ").unwrap_or_default();
        let alias: String = alias.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        if let Some(table) = self.qualified(&call, 0, "table_name") {
            self.batch = Some((alias, table));
        }
    }

    /// A text: a literal, `sa.text(…)`, `op.f(…)`, a name of one.
    pub(super) fn string(&self, value: &Value) -> Option<(String, Span)> {
        match value {
            Value::Text(text, span) => Some((text.clone(), *span)),
            Value::Call(call) if matches!(call.last(), "text" | "f" | "quoted_name" | "DDL" | "dedent") => {
                self.string(call.arguments.first()?)
            }
            Value::Name(name) => {
                let local = self.local(name).cloned();
                let value = local.or_else(|| python::assigned(self.text, name))?;
                // `sql = text(sql)` says nothing of what it was before.
                let again = value.call().is_some_and(|call| call.arguments.iter().any(|one| one.is(name)));
                if again || matches!(&value, Value::Name(_)) { None } else { self.string(&value) }
            }
            Value::Other(span) => {
                let value =
                    |name: &str| self.local(name).cloned().or_else(|| python::assigned(self.text, name));
                let name = |name: &str| value(name)?.text().map(str::to_owned);
                Some((python::filled(span.of(self.text), name)?, *span))
            }
            _ => None,
        }
    }

    pub(super) fn given(&self, call: &Call, index: usize, name: &str) -> Option<String> {
        self.string(call.argument(index, name)?).map(|(text, _)| text)
    }

    fn strings(&self, value: &Value) -> Option<Vec<String>> {
        match value {
            Value::List(items) => items.iter().map(|item| self.element(item)).collect(),
            _ => Some(vec![self.element(value)?]),
        }
    }

    /// A column of an index: its name, or an expression in parentheses.
    fn element(&self, value: &Value) -> Option<String> {
        match value {
            Value::Call(call) if call.last() == "text" => Some(format!("({})", self.given(call, 0, "text")?)),
            _ => Some(quoted(&self.string(value)?.0)),
        }
    }

    /// A table with its schema.
    pub(super) fn qualified(&self, call: &Call, index: usize, name: &str) -> Option<String> {
        let table = self.given(call, index, name)?;
        let schema = call.named("schema").or_else(|| call.named("source_schema"));
        Some(match schema.and_then(|schema| self.string(schema)) {
            Some((schema, _)) => format!("{schema}.{table}"),
            None => table,
        })
    }

    /// Whether a call would change a schema.
    pub(super) fn would_change(&self, call: &Call) -> bool {
        let head = call.name.split('.').next().unwrap_or_default();
        let known = head == "op" || self.batch.as_ref().is_some_and(|(alias, _)| alias == head);
        if call.last() == "execute" {
            let text = call.arguments.first().and_then(|sql| self.string(sql)).map(|(text, _)| text);
            // Of a computed text, what is written in it tells.
            let written =
                || call.span.of(self.text).rsplit(['"', '\'', '(']).map(str::to_owned).collect::<Vec<_>>();
            let texts = text.map_or_else(written, |text| vec![text]);
            return texts.iter().any(|text| {
                let text = text.trim_start().to_ascii_lowercase();
                ["create ", "alter ", "drop ", "grant ", "revoke "].iter().any(|word| text.starts_with(word))
            });
        }
        known && !matches!(call.last(), "get_bind" | "get_context" | "bulk_insert" | "f")
    }

    /// Reads a call. Gives whether it is one of an operation.
    pub(super) fn operation(&mut self, call: &Call) -> bool {
        let (head, method) = call.name.rsplit_once('.').unwrap_or(("", &call.name));
        if matches!(method, "execute" | "exec_driver_sql") && !head.is_empty() {
            self.execute(call);
            return true;
        }
        // `sa.Enum("a", name="x").create(op.get_bind())`, and the same by a name.
        if matches!(method, "create" | "drop") {
            return self.enumeration(call, head, method);
        }
        let batch = self.batch.as_ref().filter(|(alias, _)| alias == head).map(|(_, table)| table.clone());
        if head != "op" && batch.is_none() {
            return false;
        }
        if matches!(
            method,
            "get_bind" | "get_context" | "bulk_insert" | "f" | "create_table_comment" | "drop_table_comment"
        ) {
            return true;
        }
        if method.ends_with("_entity") {
            if self.entity(call, method).is_none() {
                self.gap(call.span, "the operation is not understood", Reach::Anything);
            }
            return true;
        }
        let done = match batch {
            Some(table) => self.altered(call, method, &table, 0),
            None => self.whole(call, method).or_else(|| {
                let table = self.qualified(call, 0, "table_name")?;
                self.altered(call, method, &table, 1)
            }),
        };
        if done.is_none() {
            let reach = self.reach(call);
            self.gap(call.span, "the operation is not understood", reach);
        }
        true
    }

    fn execute(&mut self, call: &Call) {
        let Some(given) = call.arguments.first() else { return };
        match self.string(given) {
            Some((sql, span)) if span.of(self.text) == sql => self.parts.push(Part::Sql(span)),
            Some((sql, span)) => self.parts.push(Part::Text { text: sql, places: vec![(0, span)] }),
            // Expressions of SQLAlchemy and texts with values in them mostly change rows.
            None => {
                let text = call.span.of(self.text).to_ascii_uppercase();
                let changes = ["CREATE ", "ALTER ", "DROP ", "GRANT ", "REVOKE "]
                    .iter()
                    .any(|word| text.contains(word));
                if changes || !text.contains("SELECT") && text.contains("F\"") {
                    self.gap(call.span, "its SQL is put together when it runs", Reach::Anything);
                }
            }
        }
    }

    fn enumeration(&mut self, call: &Call, head: &str, method: &str) -> bool {
        let named = self.local(head).cloned();
        let global = || python::assigned(self.text, head);
        let value = if head.ends_with("()") {
            Some(python::value(self.text, call.span.start as usize).0)
        } else {
            named.or_else(global)
        };
        let of = match value {
            Some(Value::Call(inner)) if head.ends_with("()") => {
                // The chain's own call is the last: its text is read again up to the first.
                let text = inner.span.of(self.text);
                let Some(end) = text.rfind(".create(").or_else(|| text.rfind(".drop(")) else { return false };
                python::value(&text[..end], 0).0
            }
            Some(value) => value,
            None => return false,
        };
        let is_enumeration = of.call().is_some_and(|call| call.last().eq_ignore_ascii_case("enum"));
        let name = of.call().and_then(|call| call.named("name")).and_then(|name| self.string(name));
        let Some((name, _)) = name.filter(|_| is_enumeration) else { return false };
        let mut sql = Sql::at(call.span);
        if method == "drop" {
            sql.push("DROP TYPE IF EXISTS ").table(&name);
        } else {
            let values = of.call().map(|call| {
                call.arguments.iter().filter_map(Value::text).map(str::to_owned).collect::<Vec<_>>()
            });
            let made = types::create(&name, &values.unwrap_or_default());
            sql.push(&if_missing(&made));
        }
        self.parts.push(sql.part());
        true
    }

    /// Operations that name no table first, or make or drop one.
    fn whole(&mut self, call: &Call, method: &str) -> Option<()> {
        let mut sql = Sql::at(call.span);
        match method {
            "create_table" => return self.create_table(call),
            "drop_table" => {
                let guard =
                    if call.named("if_exists").is_some_and(|on| on.is("True")) { "IF EXISTS " } else { "" };
                sql.push("DROP TABLE ").push(guard).table(&self.qualified(call, 0, "table_name")?);
            }
            "rename_table" => {
                let to = self.given(call, 1, "new_table_name")?;
                sql.push("ALTER TABLE ")
                    .table(&self.qualified(call, 0, "old_table_name")?)
                    .push(" RENAME TO ")
                    .name(&to);
            }
            "create_index" => {
                let table = self.qualified(call, 1, "table_name")?;
                return self.index(call, &table, 2);
            }
            "drop_index" => {
                let name = self.given(call, 0, "index_name")?;
                let schema = call.named("schema").and_then(|schema| self.string(schema));
                let full = schema.map_or(name.clone(), |(schema, _)| format!("{schema}.{name}"));
                let guard =
                    if call.named("if_exists").is_some_and(|on| on.is("True")) { "IF EXISTS " } else { "" };
                sql.push("DROP INDEX ").push(guard).table(&full);
            }
            "create_foreign_key" => {
                let table = self.qualified(call, 1, "source_table")?;
                return self.foreign(call, &table, 2);
            }
            "create_unique_constraint"
            | "create_primary_key"
            | "create_check_constraint"
            | "drop_constraint" => {
                let table = self.qualified(call, 1, "table_name")?;
                return self.constraint(call, method, &table, 2);
            }
            _ => return None,
        }
        self.parts.push(sql.part());
        Some(())
    }

    /// Operations on a table that is there. Their other arguments begin at a place.
    fn altered(&mut self, call: &Call, method: &str, table: &str, first: usize) -> Option<()> {
        let mut sql = Sql::at(call.span);
        sql.push("ALTER TABLE ").table(table);
        match method {
            "add_column" => {
                let column = call.argument(first, "column")?.call()?;
                let (column, indexed) = self.column(column, false)?;
                sql.push(" ADD COLUMN ");
                column.write(&mut sql);
                self.parts.push(sql.part());
                if indexed {
                    self.column_index(table, &column);
                }
                return Some(());
            }
            "drop_column" => {
                sql.push(" DROP COLUMN ").name(&self.given(call, first, "column_name")?);
            }
            "alter_column" => {
                let changes = self.changes(call, &self.given(call, first, "column_name")?);
                if changes.is_empty() {
                    return Some(());
                }
                for change in changes {
                    let mut sql = Sql::at(call.span);
                    sql.push("ALTER TABLE ").table(table).push(" ").push(&change);
                    self.parts.push(sql.part());
                }
                return Some(());
            }
            "create_index" => return self.index(call, table, 1),
            "create_foreign_key" => return self.foreign(call, table, 1),
            "drop_index" => {
                sql = Sql::at(call.span);
                sql.push("DROP INDEX ").name(&self.given(call, 0, "index_name")?);
            }
            _ => return self.constraint(call, method, table, 1),
        }
        self.parts.push(sql.part());
        Some(())
    }

    fn changes(&self, call: &Call, column: &str) -> Vec<String> {
        let quoted_name = quoted(column);
        let mut changes = Vec::new();
        if let Some(of) = call.named("type_") {
            changes.push(format!("ALTER COLUMN {quoted_name} TYPE {}", types::of(of).sql));
        }
        if let Some(nullable) = call.named("nullable") {
            let word = if nullable.is("True") { "DROP" } else { "SET" };
            changes.push(format!("ALTER COLUMN {quoted_name} {word} NOT NULL"));
        }
        match call.named("server_default") {
            Some(default) if default.is("None") => {
                changes.push(format!("ALTER COLUMN {quoted_name} DROP DEFAULT"));
            }
            Some(default) => {
                changes.push(format!("ALTER COLUMN {quoted_name} SET DEFAULT {}", self.default(default)));
            }
            None => {}
        }
        if let Some((to, _)) = call.named("new_column_name").and_then(|to| self.string(to)) {
            changes.push(format!("RENAME COLUMN {quoted_name} TO {}", quoted(&to)));
        }
        changes
    }

    fn constraint(&mut self, call: &Call, method: &str, table: &str, first: usize) -> Option<()> {
        let name =
            call.argument(0, "constraint_name").and_then(|name| self.string(name)).map(|(name, _)| name);
        let mut sql = Sql::at(call.span);
        sql.push("ALTER TABLE ").table(table);
        if method == "drop_constraint" {
            let guard =
                if call.named("if_exists").is_some_and(|on| on.is("True")) { "IF EXISTS " } else { "" };
            sql.push(" DROP CONSTRAINT ").push(guard).name(&name?);
            self.parts.push(sql.part());
            return Some(());
        }
        sql.push(" ADD ");
        if let Some(name) = name {
            sql.push("CONSTRAINT ").name(&name).push(" ");
        }
        match method {
            "create_unique_constraint" => {
                let columns = self.strings(call.argument(first, "columns")?)?;
                sql.push("UNIQUE (").push(&columns.join(", ")).push(")");
            }
            "create_primary_key" => {
                let columns = self.strings(call.argument(first, "columns")?)?;
                sql.push("PRIMARY KEY (").push(&columns.join(", ")).push(")");
            }
            "create_check_constraint" => {
                sql.push("CHECK (").push(&self.given(call, first, "condition")?).push(")");
            }
            _ => return None,
        }
        self.parts.push(sql.part());
        Some(())
    }

    fn index(&mut self, call: &Call, table: &str, first: usize) -> Option<()> {
        let on = |name: &str| call.named(name).is_some_and(|on| on.is("True"));
        let columns = self.strings(call.argument(first, "columns")?)?;
        let mut sql = Sql::at(call.span);
        sql.push(if on("unique") { "CREATE UNIQUE INDEX " } else { "CREATE INDEX " });
        sql.push(if on("postgresql_concurrently") { "CONCURRENTLY " } else { "" });
        sql.push(if on("if_not_exists") { "IF NOT EXISTS " } else { "" });
        if let Some((name, _)) = call.argument(0, "index_name").and_then(|name| self.string(name)) {
            sql.name(&name).push(" ");
        }
        sql.push("ON ").table(table).push(" ");
        if let Some((method, _)) = call.named("postgresql_using").and_then(|method| self.string(method)) {
            sql.push("USING ").push(&method).push(" ");
        }
        sql.push("(").push(&columns.join(", ")).push(")");
        if let Some(filter) = call.named("postgresql_where") {
            let first = columns.first()?.clone();
            let filter =
                self.string(filter).map_or_else(|| format!("{first} IS NOT NULL"), |(filter, _)| filter);
            sql.push(" WHERE ").push(&filter);
        }
        self.parts.push(sql.part());
        Some(())
    }

    fn foreign(&mut self, call: &Call, table: &str, first: usize) -> Option<()> {
        let target = self.given(call, first, "referent_table")?;
        let schema = call.named("referent_schema").and_then(|schema| self.string(schema));
        let columns = self.plain_names(call.argument(first + 1, "local_cols")?)?;
        let reference = Reference {
            table: schema.map_or(target.clone(), |(schema, _)| format!("{schema}.{target}")),
            columns: self.plain_names(call.argument(first + 2, "remote_cols")?)?,
            on_delete: call
                .named("ondelete")
                .and_then(|action| self.string(action))
                .map(|(action, _)| action),
            on_update: call
                .named("onupdate")
                .and_then(|action| self.string(action))
                .map(|(action, _)| action),
        };
        let mut sql = Sql::at(call.span);
        sql.push("ALTER TABLE ").table(table).push(" ADD ");
        if let Some((name, _)) = call.argument(0, "constraint_name").and_then(|name| self.string(name)) {
            sql.push("CONSTRAINT ").name(&name).push(" ");
        }
        sql.push("FOREIGN KEY ").names(&columns).push(" ");
        reference.write(&mut sql);
        self.parts.push(sql.part());
        Some(())
    }

    pub(super) fn plain_names(&self, value: &Value) -> Option<Vec<String>> {
        match value {
            Value::List(items) => items.iter().map(|item| self.string(item).map(|(text, _)| text)).collect(),
            _ => Some(vec![self.string(value)?.0]),
        }
    }
}

/// A type that is made where it is not there yet: `create type` has no word for it.
pub(super) fn if_missing(create: &str) -> String {
    format!("DO $$ BEGIN {create}; EXCEPTION WHEN duplicate_object THEN NULL; END $$")
}
