//! The statements of `SeaORM`'s schema manager, as SQL.

use std::collections::BTreeMap;

use super::super::model::{Part, Reach};
use super::super::write::{Sql, quoted, text};
use super::columns;
use super::idens::Idens;
use super::names::Names;
use super::rust::{self, Call, Chain, Statement, Value};
use crate::source::Span;

/// Why something is left out.
pub(super) const UNKNOWN: &str = "the call is not understood";

/// What a migration comes to.
pub(super) struct Writer<'i> {
    names: Names<'i>,
    pub(super) parts: Vec<Part>,
    pub(super) gaps: Vec<(Span, String, Reach)>,
}

impl<'i> Writer<'i> {
    pub(super) fn new(own: Idens, all: &'i [Idens]) -> Self {
        Self { names: Names { own, all, values: BTreeMap::new() }, parts: Vec::new(), gaps: Vec::new() }
    }

    /// Reads the statements of `up`.
    pub(super) fn statements(&mut self, source: &str, body: Span) {
        for statement in rust::statements(source, body) {
            match statement {
                Statement::Let(name, value) => {
                    self.run(&value, source);
                    self.names.values.insert(name, value);
                }
                Statement::Value(value, _) => self.run(&value, source),
                Statement::Block(span) => {
                    if changes(span.of(source)) {
                        self.gap(span, "what it does depends on a condition", Reach::Anything);
                    }
                }
            }
        }
    }

    pub(super) fn gap(&mut self, span: Span, why: &str, reach: Reach) {
        self.gaps.push((span, why.to_owned(), reach));
    }

    fn run(&mut self, value: &Value, source: &str) {
        let span = match value {
            Value::Chain(chain) => {
                if self.chain(chain) {
                    return;
                }
                chain.span
            }
            Value::Other(span) => *span,
            Value::Text(..) | Value::Number(_) | Value::List(_) => return,
        };
        if changes(span.of(source)) {
            let rows = ["ActiveModel", "Query::", "::insert", "Entity::"];
            let reach = if rows.iter().any(|word| span.of(source).contains(word)) {
                Reach::Rows
            } else {
                Reach::Anything
            };
            self.gap(span, UNKNOWN, reach);
        }
    }

    /// Whether a chain was understood.
    fn chain(&mut self, chain: &Chain) -> bool {
        let mut known = false;
        for call in &chain.calls {
            known |= self.call(call);
        }
        known
    }

    fn call(&mut self, call: &Call) -> bool {
        let argument = call.arguments.first().map(|value| self.names.named(value));
        let built = argument.as_ref().and_then(Value::chain);
        match (call.name.as_str(), built) {
            ("execute_unprepared" | "execute", _) => return self.raw(call, argument.as_ref()),
            ("create_table", Some(chain)) => self.create_table(chain),
            ("alter_table", Some(chain)) => self.alter_table(chain),
            ("drop_table", Some(chain)) => self.drop_table(chain),
            ("rename_table", Some(chain)) => self.rename_table(chain),
            ("create_index", Some(chain)) => self.create_index(chain),
            ("drop_index", Some(chain)) => self.drop_index(chain),
            ("create_foreign_key", Some(chain)) => self.create_foreign_key(chain),
            ("drop_foreign_key", Some(chain)) => self.drop_foreign_key(chain),
            ("create_type", Some(chain)) => self.create_type(chain),
            ("drop_type", Some(chain)) => self.drop_type(chain),
            ("truncate_table" | "exec_stmt", _) => {}
            _ => return false,
        }
        true
    }

    /// SQL that is run as it is written.
    fn raw(&mut self, call: &Call, argument: Option<&Value>) -> bool {
        let within = |value: &Value| match value {
            Value::Text(..) => Some(value.clone()),
            // `Statement::from_string(backend, "…")`.
            Value::Chain(chain) => {
                let mut texts = chain.with.iter().flatten().rev().map(|value| self.names.named(value));
                texts.find(|value| value.text().is_some())
            }
            _ => None,
        };
        match argument.and_then(within) {
            Some(Value::Text(sql, span)) => {
                let whole = span.end.saturating_sub(span.start) as usize == sql.len();
                self.parts.push(if whole {
                    Part::Sql(span)
                } else {
                    Part::Text { text: sql, places: vec![(0, span)] }
                });
            }
            _ => self.gap(call.span, "the SQL that it runs is put together", Reach::Anything),
        }
        true
    }

    /// The table that a statement speaks of.
    fn table(&self, chain: &Chain) -> Option<String> {
        let call = chain.calls.iter().find(|call| call.name == "table");
        let value = call.and_then(|call| call.arguments.first());
        self.names.name(value.or_else(|| chain.with.iter().flatten().next())?)
    }

    /// A gap of a statement on a table whose name may be known.
    fn left(&mut self, chain: &Chain, span: Span) {
        let reach = self.table(chain).map_or(Reach::Anything, Reach::table);
        self.gap(span, UNKNOWN, reach);
    }

    fn push(&mut self, sql: Sql) {
        self.parts.push(sql.part());
    }

    fn create_table(&mut self, chain: &Chain) {
        let Some(table) = self.table(chain) else { return self.left(chain, chain.span) };
        let mut sql = Sql::at(chain.span);
        let mut parts: Vec<Sql> = Vec::new();
        let mut gently = chain.head.ends_with("table_auto");
        for call in &chain.calls {
            let argument = call.arguments.first().map(|value| self.names.named(value));
            match (call.name.as_str(), argument.as_ref().and_then(Value::chain)) {
                ("if_not_exists", _) => gently = true,
                ("col", Some(column)) => match columns::read(&self.names, column) {
                    Some(column) => {
                        let mut one = Sql::at(call.span);
                        column.write(&mut one);
                        parts.push(one);
                    }
                    None => self.left(chain, call.span),
                },
                ("primary_key", Some(index)) => {
                    parts.extend(
                        self.columns_of(index).map(|columns| listed(call.span, "PRIMARY KEY ", &columns)),
                    );
                }
                ("index", Some(index)) => {
                    let unique = index.calls.iter().any(|call| call.name == "unique");
                    if let Some(columns) = self.columns_of(index).filter(|_| unique) {
                        parts.push(listed(call.span, "UNIQUE ", &columns));
                    }
                }
                ("foreign_key", Some(key)) => match self.foreign_key(key) {
                    Some((_, constraint)) => parts.push(constraint),
                    None => self.left(chain, call.span),
                },
                (
                    "table" | "comment" | "to_owned" | "take" | "engine" | "collate" | "character_set"
                    | "await",
                    _,
                ) => {}
                _ => self.left(chain, call.span),
            }
        }
        if chain.head.ends_with("table_auto") {
            for name in ["created_at", "updated_at"] {
                let mut one = Sql::at(chain.span);
                one.name(name).push(" timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP");
                parts.push(one);
            }
        }
        sql.push(if gently { "CREATE TABLE IF NOT EXISTS " } else { "CREATE TABLE " })
            .table(&table)
            .push(" (");
        for (number, part) in parts.into_iter().enumerate() {
            if number > 0 {
                sql.push(", ");
            }
            sql.append(part);
        }
        sql.push(")");
        self.push(sql);
    }

    /// The columns of an index.
    fn columns_of(&self, index: &Chain) -> Option<Vec<String>> {
        let columns = index.calls.iter().filter(|call| call.name == "col");
        let first = |call: &Call| match call.arguments.first()? {
            Value::List(items) => self.names.name(items.first()?),
            value => self.names.name(value),
        };
        columns.map(first).collect::<Option<Vec<_>>>().filter(|columns| !columns.is_empty())
    }

    /// The table of a foreign key, and the key as a constraint.
    fn foreign_key(&self, chain: &Chain) -> Option<(Option<String>, Sql)> {
        let (mut name, mut from, mut to) = (None, (None, Vec::new()), (None, Vec::new()));
        let (mut on_delete, mut on_update) = (None, None);
        let names = |value: &Value| {
            value.items().iter().map(|item| self.names.name(item)).collect::<Option<Vec<_>>>()
        };
        for call in &chain.calls {
            let first = call.arguments.first();
            let action = || first?.chain()?.head.rsplit("::").next().map(str::to_owned);
            match (call.name.as_str(), first, call.arguments.get(1)) {
                ("name", Some(value), _) => name = Some(self.names.name(value)?),
                ("from", Some(table), Some(columns)) => {
                    from = (Some(self.names.name(table)?), names(columns)?);
                }
                ("to", Some(table), Some(columns)) => to = (Some(self.names.name(table)?), names(columns)?),
                ("from_tbl", Some(table), _) => from.0 = Some(self.names.name(table)?),
                ("to_tbl", Some(table), _) => to.0 = Some(self.names.name(table)?),
                ("from_col", Some(column), _) => from.1.push(self.names.name(column)?),
                ("to_col", Some(column), _) => to.1.push(self.names.name(column)?),
                ("on_delete", ..) => on_delete = action(),
                ("on_update", ..) => on_update = action(),
                _ => {}
            }
        }
        let reference =
            super::super::columns::Reference { table: to.0?, columns: to.1, on_delete, on_update };
        let mut sql = Sql::at(chain.span);
        if let Some(name) = name {
            sql.push("CONSTRAINT ").name(&name).push(" ");
        }
        sql.push("FOREIGN KEY ").names(&from.1).push(" ");
        reference.write(&mut sql);
        Some((from.0, sql))
    }

    fn create_foreign_key(&mut self, chain: &Chain) {
        match self.foreign_key(chain) {
            Some((Some(table), key)) => {
                let mut sql = Sql::at(chain.span);
                sql.push("ALTER TABLE ").table(&table).push(" ADD ").append(key);
                self.push(sql);
            }
            _ => self.left(chain, chain.span),
        }
    }

    fn drop_foreign_key(&mut self, chain: &Chain) {
        let name = chain.calls.iter().find(|call| call.name == "name");
        let name = name.and_then(|call| self.names.name(call.arguments.first()?));
        match (self.table(chain), name) {
            (Some(table), Some(name)) => {
                let mut sql = Sql::at(chain.span);
                sql.push("ALTER TABLE ").table(&table).push(" DROP CONSTRAINT ").name(&name);
                self.push(sql);
            }
            _ => self.left(chain, chain.span),
        }
    }

    fn alter_table(&mut self, chain: &Chain) {
        let Some(table) = self.table(chain) else { return self.left(chain, chain.span) };
        for call in &chain.calls {
            let first = call.arguments.first().map(|value| self.names.named(value));
            let built = first.as_ref().and_then(Value::chain);
            let mut sql = Sql::at(call.span);
            sql.push("ALTER TABLE ").table(&table);
            let name = first.as_ref().and_then(|value| self.names.name(value));
            match (call.name.as_str(), built, name) {
                ("table" | "to_owned" | "take", ..) => continue,
                ("add_column" | "add_column_if_not_exists", Some(column), _) => {
                    let Some(column) = columns::read(&self.names, column) else {
                        return self.left(chain, call.span);
                    };
                    let gently = call.name.ends_with("exists");
                    sql.push(if gently { " ADD COLUMN IF NOT EXISTS " } else { " ADD COLUMN " });
                    column.write(&mut sql);
                }
                ("drop_column", _, Some(name)) => {
                    sql.push(" DROP COLUMN ").name(&name);
                }
                ("rename_column", _, Some(name)) => {
                    let Some(to) = call.arguments.get(1).and_then(|value| self.names.name(value)) else {
                        return self.left(chain, call.span);
                    };
                    sql.push(" RENAME COLUMN ").name(&name).push(" TO ").name(&to);
                }
                ("modify_column", Some(column), _) => {
                    let Some(changed) = columns::modified(&self.names, column, &table, call.span) else {
                        return self.left(chain, call.span);
                    };
                    self.parts.extend(changed);
                    continue;
                }
                ("add_foreign_key", Some(key), _) => {
                    let Some((_, key)) = self.foreign_key(key) else { return self.left(chain, call.span) };
                    sql.push(" ADD ").append(key);
                }
                ("drop_foreign_key", _, Some(name)) => {
                    sql.push(" DROP CONSTRAINT ").name(&name);
                }
                _ => {
                    self.left(chain, call.span);
                    continue;
                }
            }
            self.push(sql);
        }
    }

    fn drop_table(&mut self, chain: &Chain) {
        let gently = chain.calls.iter().any(|call| call.name == "if_exists");
        let cascade = chain.calls.iter().any(|call| call.name == "cascade");
        let tables: Vec<&Call> = chain.calls.iter().filter(|call| call.name == "table").collect();
        for call in tables {
            let Some(table) = call.arguments.first().and_then(|value| self.names.name(value)) else {
                return self.left(chain, chain.span);
            };
            let mut sql = Sql::at(chain.span);
            sql.push(if gently { "DROP TABLE IF EXISTS " } else { "DROP TABLE " }).table(&table);
            sql.push(if cascade { " CASCADE" } else { "" });
            self.push(sql);
        }
    }

    fn rename_table(&mut self, chain: &Chain) {
        let call = chain.calls.iter().find(|call| call.name == "table");
        let names: Vec<_> = call
            .into_iter()
            .flat_map(|call| &call.arguments)
            .filter_map(|value| self.names.name(value))
            .collect();
        let [from, to] = names.as_slice() else { return self.left(chain, chain.span) };
        let mut sql = Sql::at(chain.span);
        sql.push("ALTER TABLE ").table(from).push(" RENAME TO ").name(to);
        self.push(sql);
    }

    fn create_index(&mut self, chain: &Chain) {
        let call = |name: &str| chain.calls.iter().find(|call| call.name == name);
        let plain =
            ["and_where", "cond_where", "full_text", "index_type"].iter().all(|name| call(name).is_none());
        let (Some(table), Some(columns), true) = (self.table(chain), self.columns_of(chain), plain) else {
            return self.left(chain, chain.span);
        };
        let mut sql = Sql::at(chain.span);
        sql.push(if call("unique").is_some() { "CREATE UNIQUE INDEX " } else { "CREATE INDEX " });
        if let Some(name) = call("name").and_then(|call| self.names.name(call.arguments.first()?)) {
            sql.push(if call("if_not_exists").is_some() { "IF NOT EXISTS " } else { "" })
                .name(&name)
                .push(" ");
        }
        sql.push("ON ").table(&table).push(" ").names(&columns);
        self.push(sql);
    }

    fn drop_index(&mut self, chain: &Chain) {
        let name = chain.calls.iter().find(|call| call.name == "name");
        match name.and_then(|call| self.names.name(call.arguments.first()?)) {
            Some(name) => {
                let gently = chain.calls.iter().any(|call| call.name == "if_exists");
                let mut sql = Sql::at(chain.span);
                sql.push(if gently { "DROP INDEX IF EXISTS " } else { "DROP INDEX " }).name(&name);
                self.push(sql);
            }
            None => self.left(chain, chain.span),
        }
    }

    fn create_type(&mut self, chain: &Chain) {
        let call = |name: &str| chain.calls.iter().find(|call| call.name == name)?.arguments.first();
        let Some(name) = call("as_enum").and_then(|value| self.names.name(value)) else {
            return self.gap(chain.span, UNKNOWN, Reach::Others);
        };
        let values = call("values").map(|value| self.names.named(value));
        let names: Vec<String> = values
            .iter()
            .flat_map(Value::items)
            .filter_map(|value| self.names.name(value))
            .map(|name| text(&name))
            .collect();
        let mut sql = Sql::at(chain.span);
        sql.push("CREATE TYPE ").push(&quoted(&name)).push(" AS ENUM (").push(&names.join(", ")).push(")");
        self.push(sql);
    }

    fn drop_type(&mut self, chain: &Chain) {
        let gently = chain.calls.iter().any(|call| call.name == "if_exists");
        let cascade = chain.calls.iter().any(|call| call.name == "cascade");
        let call = chain.calls.iter().find(|call| call.name == "name");
        if let Some(name) = call.and_then(|call| self.names.name(call.arguments.first()?)) {
            let mut sql = Sql::at(chain.span);
            sql.push(if gently { "DROP TYPE IF EXISTS " } else { "DROP TYPE " }).name(&name);
            sql.push(if cascade { " CASCADE" } else { "" });
            self.push(sql);
        }
    }
}

/// What stands in parentheses behind some words.
fn listed(span: Span, words: &str, columns: &[String]) -> Sql {
    let mut sql = Sql::at(span);
    sql.push(words).names(columns);
    sql
}

/// Whether a stretch of a program may change the database.
fn changes(source: &str) -> bool {
    source.contains(".await")
}
