//! Calls on the table of a migration as SQL: `$table->string('name')->nullable()`.

use super::super::columns::{Column, Reference};
use super::super::model::Reach;
use super::super::write::{Sql, quoted, quoted_path, text};
use super::php::{Call, Value};
use super::{Writer, named_after};
use crate::source::Span;

/// A table whose closure is read.
pub(super) struct Table {
    pub(super) name: String,
    pub(super) create: bool,
    pub(super) columns: Vec<Column>,
    /// What is done behind the making of the table: an action of `alter table`, or a statement.
    pub(super) later: Vec<(Span, Later)>,
}

/// What is done to a table.
pub(super) enum Later {
    /// An action of `alter table`.
    Action(String),
    /// A statement of its own.
    Whole(String),
    /// A column that is added.
    Column(Column),
}

/// Methods that make a column, with its type.
const TYPES: &[(&str, &str)] = &[
    ("bigIncrements", "bigserial"),
    ("bigInteger", "bigint"),
    ("binary", "bytea"),
    ("boolean", "boolean"),
    ("date", "date"),
    ("dateTime", "timestamp(0)"),
    ("dateTimeTz", "timestamptz(0)"),
    ("double", "double precision"),
    ("enum", "varchar(255)"),
    ("float", "double precision"),
    ("foreignId", "bigint"),
    ("foreignUlid", "char(26)"),
    ("foreignUuid", "uuid"),
    ("increments", "serial"),
    ("integer", "integer"),
    ("integerIncrements", "serial"),
    ("ipAddress", "inet"),
    ("json", "json"),
    ("jsonb", "jsonb"),
    ("longText", "text"),
    ("macAddress", "macaddr"),
    ("mediumIncrements", "serial"),
    ("mediumInteger", "integer"),
    ("mediumText", "text"),
    ("set", "varchar(255)"),
    ("smallIncrements", "smallserial"),
    ("smallInteger", "smallint"),
    ("text", "text"),
    ("time", "time(0)"),
    ("timeTz", "timetz(0)"),
    ("timestamp", "timestamp(0)"),
    ("timestampTz", "timestamptz(0)"),
    ("tinyIncrements", "smallserial"),
    ("tinyInteger", "smallint"),
    ("tinyText", "varchar(255)"),
    ("ulid", "char(26)"),
    ("unsignedBigInteger", "bigint"),
    ("unsignedInteger", "integer"),
    ("unsignedMediumInteger", "integer"),
    ("unsignedSmallInteger", "smallint"),
    ("unsignedTinyInteger", "smallint"),
    ("uuid", "uuid"),
    ("year", "integer"),
];

/// The texts of an argument: one, or those of a list.
pub(super) fn texts(value: Option<&Value>) -> Option<Vec<String>> {
    match value? {
        Value::Text(text, _) => Some(vec![text.clone()]),
        Value::List(items) => items.iter().map(|item| item.text().map(str::to_owned)).collect(),
        _ => None,
    }
}

fn first(call: &Call) -> Option<&str> {
    call.arguments.first().and_then(Value::text)
}

/// The column that a call makes; none where it makes none.
fn column(call: &Call, span: Span) -> Option<Column> {
    let number = |index: usize| match call.arguments.get(index) {
        Some(Value::Word(word)) if word.bytes().all(|byte| byte.is_ascii_digit()) => Some(word.as_str()),
        _ => None,
    };
    let method = call.name.as_str();
    let (name, of) = match method {
        "id" => (first(call).unwrap_or("id"), "bigserial".to_owned()),
        "uuid" | "ulid" if call.arguments.is_empty() => {
            (method, if method == "uuid" { "uuid" } else { "char(26)" }.to_owned())
        }
        "ipAddress" | "macAddress" if call.arguments.is_empty() => {
            let ip = method == "ipAddress";
            (if ip { "ip_address" } else { "mac_address" }, if ip { "inet" } else { "macaddr" }.to_owned())
        }
        "string" => (first(call)?, format!("varchar({})", number(1).unwrap_or("255"))),
        "char" => (first(call)?, format!("char({})", number(1).unwrap_or("255"))),
        "decimal" | "unsignedDecimal" => {
            (first(call)?, format!("numeric({}, {})", number(1).unwrap_or("8"), number(2).unwrap_or("2")))
        }
        "vector" => (first(call)?, number(1).map_or("vector".to_owned(), |size| format!("vector({size})"))),
        _ => {
            let (_, of) = TYPES.iter().find(|(known, _)| *known == method)?;
            (first(call)?, (*of).to_owned())
        }
    };
    let primary = of.ends_with("serial");
    Some(Column { name: name.to_owned(), of, not_null: true, primary, span, ..Column::default() })
}

fn default(value: Option<&Value>) -> Option<String> {
    Some(match value? {
        Value::Text(plain, _) => text(plain),
        Value::Word(word) if word.eq_ignore_ascii_case("null") => return None,
        Value::Word(word) if word.eq_ignore_ascii_case("true") || word.eq_ignore_ascii_case("false") => {
            word.to_ascii_lowercase()
        }
        Value::Word(word) if word.starts_with(|c: char| c.is_ascii_digit() || c == '-') => text(word),
        _ => return None,
    })
}

impl Table {
    /// A name that Laravel makes up.
    fn made_up(&self, columns: &[String], end: &str) -> String {
        let name = format!("{}_{}_{end}", self.name, columns.join("_")).to_lowercase();
        name.replace(['-', '.'], "_")
    }

    fn action(&mut self, span: Span, action: String) {
        self.later.push((span, Later::Action(action)));
    }

    fn list(columns: &[String]) -> String {
        columns.iter().map(|column| quoted(column)).collect::<Vec<_>>().join(", ")
    }

    fn index(&mut self, span: Span, method: &str, columns: &[String], name: Option<&str>) {
        let list = Self::list(columns);
        match method {
            "primary" => {
                let name = self.made_up(&[], "pkey").replace("__", "_");
                self.action(span, format!("ADD CONSTRAINT {} PRIMARY KEY ({list})", quoted(&name)));
            }
            "unique" => {
                let name = name.map_or_else(|| self.made_up(columns, "unique"), str::to_owned);
                self.action(span, format!("ADD CONSTRAINT {} UNIQUE ({list})", quoted(&name)));
            }
            _ => {
                let name = name.map_or_else(|| self.made_up(columns, "index"), str::to_owned);
                let table = quoted_path(&self.name);
                let sql = format!("CREATE INDEX {} ON {table} ({list})", quoted(&name));
                self.later.push((span, Later::Whole(sql)));
            }
        }
    }

    fn refer(&mut self, span: Span, columns: &[String], name: Option<&str>, to: &Reference) {
        let name = name.map_or_else(|| self.made_up(columns, "foreign"), str::to_owned);
        let mut sql = Sql::default();
        sql.push("ADD CONSTRAINT ").name(&name).push(" FOREIGN KEY ").names(columns).push(" ");
        to.write(&mut sql);
        self.action(span, sql.text);
    }
}

impl Writer<'_> {
    /// Reads a chain on the table. Gives none where it is not understood.
    pub(super) fn on_table(&mut self, table: &mut Table, calls: &[Call], span: Span) -> Option<()> {
        let (call, modifiers) = calls.split_first()?;
        let several = |names: &[(&str, &str)], table: &mut Table| {
            for (name, of) in names {
                let column =
                    Column { name: (*name).to_owned(), of: (*of).to_owned(), span, ..Column::default() };
                table.columns.push(column);
            }
            Some(())
        };
        match call.name.as_str() {
            "timestamps" | "nullableTimestamps" => {
                return several(&[("created_at", "timestamp(0)"), ("updated_at", "timestamp(0)")], table);
            }
            "timestampsTz" => {
                return several(&[("created_at", "timestamptz(0)"), ("updated_at", "timestamptz(0)")], table);
            }
            "softDeletes" => return several(&[(first(call).unwrap_or("deleted_at"), "timestamp(0)")], table),
            "softDeletesTz" => {
                return several(&[(first(call).unwrap_or("deleted_at"), "timestamptz(0)")], table);
            }
            "rememberToken" => return several(&[("remember_token", "varchar(100)")], table),
            "comment" | "engine" | "charset" | "collation" | "fullText" | "dropFullText"
            | "dropSpatialIndex" => {
                return Some(());
            }
            "morphs"
            | "nullableMorphs"
            | "uuidMorphs"
            | "nullableUuidMorphs"
            | "ulidMorphs"
            | "nullableUlidMorphs"
            | "numericMorphs"
            | "nullableNumericMorphs" => return Self::morphs(table, call, span),
            "foreign" => return Self::foreign(table, call, modifiers, span),
            "index" | "unique" | "primary" => {
                let columns = texts(call.arguments.first())?;
                let name = call.arguments.get(1).and_then(Value::text);
                table.index(span, &call.name, &columns, name);
                return Some(());
            }
            "renameColumn" | "renameIndex" | "rename" | "drop" | "dropIfExists" => {
                return Self::renamed(table, call, span);
            }
            method if method.starts_with("drop") => return Self::dropped(table, call, span),
            _ => {}
        }
        let made = match call.name.as_str() {
            "foreignIdFor" => {
                let Some(Value::Word(model)) = call.arguments.first() else { return None };
                let name = format!("{}_id", snake(model.strip_suffix("::class")?));
                let name = call.arguments.get(1).and_then(Value::text).map_or(name, str::to_owned);
                Column { name, of: "bigint".to_owned(), not_null: true, span, ..Column::default() }
            }
            _ => column(call, span)?,
        };
        self.column(table, made, modifiers, span)
    }

    /// A column with what is said of it.
    fn column(
        &mut self,
        table: &mut Table,
        mut column: Column,
        modifiers: &[Call],
        span: Span,
    ) -> Option<()> {
        let own = [column.name.clone()];
        let (mut change, mut reference) = (false, None::<Reference>);
        for call in modifiers {
            let value = call.arguments.first();
            match call.name.as_str() {
                "nullable" => column.not_null = value.is_some_and(|value| value.is("false")),
                "default" => column.default = default(value),
                "useCurrent" => column.default = Some("CURRENT_TIMESTAMP".to_owned()),
                "primary" => column.primary = true,
                "unique" if value.is_none_or(|value| !value.is("false")) => {
                    table.index(span, "unique", &own, value.and_then(Value::text));
                }
                "index" => table.index(span, "index", &own, value.and_then(Value::text)),
                "autoIncrement" => {
                    column.of = column.of.replace("bigint", "bigserial").replace("integer", "serial");
                    column.primary = true;
                }
                "change" => change = true,
                "constrained" => {
                    let target = value.and_then(Value::text).map(str::to_owned);
                    let guessed = || self.known(&own[0]).unwrap_or_else(|| named_after(&own[0]));
                    let name = target.unwrap_or_else(guessed);
                    let key = call.arguments.get(1).and_then(Value::text).unwrap_or("id").to_owned();
                    reference = Some(Reference { table: name, columns: vec![key], ..Reference::default() });
                }
                "references" => {
                    let columns = texts(value)?;
                    reference = Some(Reference { columns, ..Reference::default() });
                }
                "on" => value?.text()?.clone_into(&mut reference.get_or_insert_default().table),
                "storedAs" | "virtualAs" | "generatedAs" => return None,
                _ => action(call, &mut reference),
            }
        }
        if change {
            let name = quoted(&column.name);
            let of = &column.of;
            table.action(span, format!("ALTER COLUMN {name} TYPE {of} USING {name}::{of}"));
            let word = if column.not_null { "SET" } else { "DROP" };
            table.action(span, format!("ALTER COLUMN {name} {word} NOT NULL"));
            return Some(());
        }
        if let Some(reference) = reference.filter(|reference| !reference.table.is_empty()) {
            table.refer(span, &own, None, &reference);
        }
        table.columns.push(column);
        Some(())
    }

    fn foreign(table: &mut Table, call: &Call, modifiers: &[Call], span: Span) -> Option<()> {
        let columns = texts(call.arguments.first())?;
        let mut reference = Some(Reference::default());
        for call in modifiers {
            match call.name.as_str() {
                "references" => reference.as_mut()?.columns = texts(call.arguments.first())?,
                "on" => first(call)?.clone_into(&mut reference.as_mut()?.table),
                _ => action(call, &mut reference),
            }
        }
        let reference = reference.filter(|reference| !reference.table.is_empty())?;
        table.refer(span, &columns, call.arguments.get(1).and_then(Value::text), &reference);
        Some(())
    }

    fn morphs(table: &mut Table, call: &Call, span: Span) -> Option<()> {
        let name = first(call)?;
        let method = call.name.to_ascii_lowercase();
        let of = if method.contains("uuid") {
            "uuid"
        } else if method.contains("ulid") {
            "char(26)"
        } else {
            "bigint"
        };
        let not_null = !method.starts_with("nullable");
        let names = [format!("{name}_type"), format!("{name}_id")];
        for (name, of) in names.iter().zip(["varchar(255)", of]) {
            let (name, of) = (name.clone(), of.to_owned());
            table.columns.push(Column { name, of, not_null, span, ..Column::default() });
        }
        table.index(span, "index", &names, call.arguments.get(1).and_then(Value::text));
        Some(())
    }

    fn renamed(table: &mut Table, call: &Call, span: Span) -> Option<()> {
        let whole = quoted_path(&table.name);
        let second = call.arguments.get(1).and_then(Value::text);
        match call.name.as_str() {
            "renameColumn" => {
                let action = format!("RENAME COLUMN {} TO {}", quoted(first(call)?), quoted(second?));
                table.action(span, action);
            }
            "renameIndex" => {
                let sql = format!("ALTER INDEX {} RENAME TO {}", quoted(first(call)?), quoted(second?));
                table.later.push((span, Later::Whole(sql)));
            }
            "rename" => table.action(span, format!("RENAME TO {}", quoted(first(call)?))),
            "drop" => table.later.push((span, Later::Whole(format!("DROP TABLE {whole}")))),
            _ => table.later.push((span, Later::Whole(format!("DROP TABLE IF EXISTS {whole}")))),
        }
        Some(())
    }

    fn dropped(table: &mut Table, call: &Call, span: Span) -> Option<()> {
        let drop_columns = |table: &mut Table, names: &[&str]| {
            for name in names {
                table.action(span, format!("DROP COLUMN {}", quoted(name)));
            }
            Some(())
        };
        // A list names columns, a text the thing itself.
        let named = |table: &Table, end: &str| match call.arguments.first()? {
            Value::Text(name, _) => Some(name.clone()),
            list => Some(table.made_up(&texts(Some(list))?, end)),
        };
        match call.name.as_str() {
            "dropColumn" => {
                let mut names = Vec::new();
                for argument in &call.arguments {
                    names.extend(texts(Some(argument))?);
                }
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                drop_columns(table, &names)
            }
            "dropTimestamps" | "dropTimestampsTz" => drop_columns(table, &["created_at", "updated_at"]),
            "dropSoftDeletes" | "dropSoftDeletesTz" => {
                drop_columns(table, &[first(call).unwrap_or("deleted_at")])
            }
            "dropRememberToken" => drop_columns(table, &["remember_token"]),
            "dropMorphs" => {
                let name = first(call)?;
                drop_columns(table, &[&format!("{name}_type"), &format!("{name}_id")])
            }
            "dropConstrainedForeignId" => {
                let name = first(call)?.to_owned();
                let made = table.made_up(std::slice::from_ref(&name), "foreign");
                table.action(span, format!("DROP CONSTRAINT {}", quoted(&made)));
                drop_columns(table, &[&name])
            }
            "dropForeign" | "dropUnique" => {
                let end = if call.name == "dropForeign" { "foreign" } else { "unique" };
                let name = named(table, end)?;
                table.action(span, format!("DROP CONSTRAINT {}", quoted(&name)));
                Some(())
            }
            "dropPrimary" => {
                let name = format!("{}_pkey", table.name);
                table.action(span, format!("DROP CONSTRAINT {}", quoted(&name)));
                Some(())
            }
            "dropIndex" => {
                let name = named(table, "index")?;
                table.later.push((span, Later::Whole(format!("DROP INDEX {}", quoted(&name)))));
                Some(())
            }
            _ => None,
        }
    }

    /// Adds what a table came to.
    pub(super) fn close(&mut self, table: Table, span: Span) {
        if table.create {
            let mut sql = Sql::at(span);
            sql.push("CREATE TABLE ").table(&table.name).push(" (");
            for (number, column) in table.columns.iter().enumerate() {
                sql.push(if number > 0 { ", " } else { "" });
                column.write(&mut sql);
            }
            sql.push(")");
            self.parts.push(sql.part());
        }
        for (span, later) in table.later {
            let mut sql = Sql::at(span);
            match later {
                Later::Action(action) => sql.push("ALTER TABLE ").table(&table.name).push(" ").push(&action),
                Later::Whole(whole) => sql.push(&whole),
                Later::Column(column) => {
                    sql.push("ALTER TABLE ").table(&table.name).push(" ADD COLUMN ");
                    column.write(&mut sql);
                    &mut sql
                }
            };
            self.parts.push(sql.part());
        }
    }

    /// A chain on a table that is not understood.
    pub(super) fn unclear(&mut self, table: &Table, span: Span) {
        self.gaps.push((
            span,
            "the call on the table is not understood".to_owned(),
            Reach::table(&*table.name),
        ));
    }
}

/// What happens to rows that refer to what goes.
fn action(call: &Call, reference: &mut Option<Reference>) {
    let Some(reference) = reference else { return };
    let given = first(call).map(str::to_owned);
    let word = |word: &str| Some(word.to_owned());
    match call.name.as_str() {
        "onDelete" => reference.on_delete = given,
        "onUpdate" => reference.on_update = given,
        "cascadeOnDelete" => reference.on_delete = word("cascade"),
        "nullOnDelete" => reference.on_delete = word("set null"),
        "restrictOnDelete" => reference.on_delete = word("restrict"),
        "noActionOnDelete" => reference.on_delete = word("no action"),
        "cascadeOnUpdate" => reference.on_update = word("cascade"),
        "restrictOnUpdate" => reference.on_update = word("restrict"),
        _ => {}
    }
}

/// `BlogPost` as `blog_post`.
fn snake(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}
