//! Rails: the state that it writes down, `db/structure.sql` or `db/schema.rb`, stands for its migrations.

mod ruby;

use std::collections::BTreeMap;

use super::columns::{Column, Reference};
use super::model::{Dialect, Gap, Part, Reach, Set};
use super::survey::{Survey, last, parent};
use super::write::{Sql, quoted, text};
use crate::source::{FileId, FileKind, Place, Span};
use ruby::{Line, Value};

/// The sets of every application of Rails.
pub(super) fn sets(survey: &mut Survey<'_>) -> Vec<Set> {
    // The states by folder, and the first migration of those folders that have none.
    let mut found: BTreeMap<&str, (Vec<FileId>, Option<FileId>)> = BTreeMap::new();
    for (file, source) in survey.context.tree.entries() {
        let (dir, name) = (source.dir(), source.name());
        if source.vendored || source.test {
            continue;
        }
        if last(dir) == "db" && (name == "structure.sql" || name.ends_with("schema.rb")) {
            found.entry(dir).or_default().0.push(file);
        } else if last(dir) == "migrate"
            && name.rsplit_once('.').is_some_and(|(_, extension)| extension == "rb")
            && name.starts_with(|c: char| c.is_ascii_digit())
        {
            found.entry(parent(dir).unwrap_or_default()).or_default().1.get_or_insert(file);
        }
    }
    let mut sets = Vec::new();
    for (dir, (mut states, step)) in found {
        // Who writes SQL down does not read the Ruby beside it.
        if survey.first(dir, &["structure.sql"]).is_some() {
            states.retain(|state| survey.context.tree.file(*state).name() != "schema.rb");
        }
        if states.is_empty() {
            sets.extend(step.and_then(|step| set(survey, dir, None, step)));
        }
        sets.extend(states.into_iter().filter_map(|state| set(survey, dir, Some(state), state)));
    }
    sets
}

fn set(survey: &Survey<'_>, dir: &str, state: Option<FileId>, first: FileId) -> Option<Set> {
    let place = survey.depends(dir, &["rails", "activerecord"]);
    let is_rails = |file: FileId| {
        let text = survey.text(file);
        text.contains("ActiveRecord::") || text.contains("schema_migrations")
    };
    if place.is_none() && !state.is_some_and(is_rails) && !is_rails(first) {
        return None;
    }
    let mut set = Set { tool: "rails", directory: dir.to_owned(), configured: place, ..Set::default() };
    set.dialect = survey.driver(dir);
    let Some(state) = state else {
        set.gaps.push(Gap::file(
            first,
            "its migrations are in Ruby, and the schema that they come to is not written down",
        ));
        return Some(set);
    };
    set.states.push(state);
    let source = survey.context.tree.file(state);
    let mut step = survey.whole(state, None, source.stem());
    if source.kind == FileKind::Ruby {
        let text = survey.text(state);
        let version = text.split_once("version: ").and_then(|(_, rest)| rest.split([')', ',']).next());
        step.version = version.map(|version| version.replace('_', ""));
        let mut writer = Writer { text, ..Writer::default() };
        writer.read();
        step.up = writer.parts;
        set.gaps = writer
            .gaps
            .into_iter()
            .map(|(span, why)| Gap::of(Place { file: state, span }, why, Reach::Anything))
            .collect();
    } else {
        set.dialect = Dialect::Postgres;
    }
    set.steps.push(step);
    Some(set)
}

/// What `schema.rb` comes to.
#[derive(Default)]
struct Writer<'t> {
    text: &'t str,
    parts: Vec<Part>,
    /// Foreign keys come last, as in the file; the columns of tables tell theirs.
    tables: Vec<(String, Vec<String>)>,
    gaps: Vec<(Span, String)>,
}

/// A table whose block is read.
struct Open {
    name: String,
    columns: Vec<Column>,
    primary: Vec<String>,
    checks: Vec<(Option<String>, String)>,
    indexes: Vec<Line>,
    span: Span,
}

impl Writer<'_> {
    fn read(&mut self) {
        let mut open: Option<Open> = None;
        for line in ruby::lines(self.text) {
            match line.method.as_str() {
                "end" => {
                    if let Some(table) = open.take() {
                        self.close(table);
                    }
                }
                "create_table" => open = self.open(&line),
                "t.index" => {
                    if let Some(table) = &mut open {
                        table.indexes.push(line);
                    }
                }
                "t.check_constraint" => {
                    if let (Some(table), Some(check)) = (&mut open, line.text(0)) {
                        table.checks.push((line.named("name"), check));
                    }
                }
                method if method.starts_with("t.") => {
                    if let Some(table) = &mut open {
                        match column(&line) {
                            Some(column) => table.columns.push(column),
                            None => self.gaps.push((line.span, "the column is not understood".to_owned())),
                        }
                    }
                }
                _ => self.statement(&line),
            }
        }
    }

    fn open(&mut self, line: &Line) -> Option<Open> {
        let name = line.text(0)?;
        let mut columns = Vec::new();
        let mut primary = Vec::new();
        match line.value("primary_key") {
            Some(Value::List(keys)) => primary = keys.iter().filter_map(Value::text).collect(),
            key => {
                let id = line.value("id");
                let named = key.and_then(Value::text).unwrap_or_else(|| "id".to_owned());
                if !matches!(id, Some(Value::Word(word)) if word == "false") {
                    let kind = id.and_then(Value::text).unwrap_or_else(|| "bigint".to_owned());
                    let of = match kind.as_str() {
                        "bigint" | "bigserial" => "bigserial".to_owned(),
                        "integer" | "serial" => "serial".to_owned(),
                        "string" => "varchar".to_owned(),
                        other => other.to_owned(),
                    };
                    let default = line.value("default").and_then(default);
                    let default = default.or_else(|| (of == "uuid").then(|| "gen_random_uuid()".to_owned()));
                    columns.push(Column {
                        name: named,
                        of,
                        primary: true,
                        not_null: true,
                        default,
                        span: line.span,
                        ..Column::default()
                    });
                }
            }
        }
        if !line.block {
            self.close(Open {
                name,
                columns,
                primary,
                checks: Vec::new(),
                indexes: Vec::new(),
                span: line.span,
            });
            return None;
        }
        Some(Open { name, columns, primary, checks: Vec::new(), indexes: Vec::new(), span: line.span })
    }

    fn close(&mut self, table: Open) {
        let mut sql = Sql::at(table.span);
        sql.push("CREATE TABLE ").table(&table.name).push(" (");
        for (number, column) in table.columns.iter().enumerate() {
            sql.push(if number > 0 { ", " } else { "" });
            column.write(&mut sql);
        }
        if !table.primary.is_empty() {
            sql.push(", PRIMARY KEY ").names(&table.primary);
        }
        for (name, check) in &table.checks {
            sql.push(", ");
            if let Some(name) = name {
                sql.push("CONSTRAINT ").name(name).push(" ");
            }
            sql.push("CHECK (").push(check).push(")");
        }
        sql.push(")");
        self.parts.push(sql.part());
        for line in &table.indexes {
            self.index(&table.name, line, 0);
        }
        let columns = table.columns.into_iter().map(|column| column.name).collect();
        self.tables.push((table.name, columns));
    }

    fn statement(&mut self, line: &Line) {
        let mut sql = Sql::at(line.span);
        match (line.method.as_str(), line.text(0)) {
            ("enable_extension", Some(name)) => {
                let (schema, name) = name.split_once('.').unwrap_or(("", &name));
                sql.push("CREATE EXTENSION IF NOT EXISTS ").name(name);
                if !schema.is_empty() && schema != "pg_catalog" {
                    sql.push(" SCHEMA ").name(schema);
                }
            }
            ("create_schema", Some(name)) => {
                sql.push("CREATE SCHEMA IF NOT EXISTS ").name(&name);
            }
            ("create_enum", Some(name)) => {
                let Some(Value::List(values)) = line.arguments.get(1) else { return };
                let values: Vec<String> =
                    values.iter().filter_map(Value::text).map(|value| text(&value)).collect();
                sql.push("CREATE TYPE ").table(&name).push(" AS ENUM (").push(&values.join(", ")).push(")");
            }
            ("add_index", Some(table)) => return self.index(&table, line, 1),
            ("add_foreign_key", Some(table)) => return self.foreign(&table, line),
            ("add_check_constraint", Some(table)) => {
                let Some(check) = line.text(1) else { return };
                sql.push("ALTER TABLE ").table(&table).push(" ADD ");
                if let Some(name) = line.named("name") {
                    sql.push("CONSTRAINT ").name(&name).push(" ");
                }
                sql.push("CHECK (").push(&check).push(")");
            }
            ("create_view" | "create_function" | "create_trigger", Some(_)) => {
                self.gaps.push((
                    line.span,
                    "views, functions and triggers of `schema.rb` are not read".to_owned(),
                ));
                return;
            }
            _ => return,
        }
        self.parts.push(sql.part());
    }

    fn index(&mut self, table: &str, line: &Line, first: usize) {
        let keys: Vec<String> = match line.arguments.get(first) {
            Some(Value::List(keys)) => keys.iter().filter_map(Value::text).map(|key| quoted(&key)).collect(),
            Some(value) => {
                // A text alone is a column, or the keys as SQL.
                let key = value.text().unwrap_or_default();
                let plain = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
                vec![if plain { quoted(&key) } else { key }]
            }
            None => return,
        };
        let mut sql = Sql::at(line.span);
        let unique = matches!(line.value("unique"), Some(Value::Word(word)) if word == "true");
        sql.push(if unique { "CREATE UNIQUE INDEX " } else { "CREATE INDEX " });
        if let Some(name) = line.named("name") {
            sql.name(&name).push(" ");
        }
        sql.push("ON ").table(table).push(" ");
        if let Some(method) = line.named("using").filter(|method| method != "btree") {
            sql.push("USING ").push(&method).push(" ");
        }
        // One operator class for all keys, or one for each.
        let class = line.named("opclass").map_or(String::new(), |class| format!(" {class}"));
        let keys: Vec<_> = keys.iter().map(|key| format!("{key}{class}")).collect();
        sql.push("(").push(&keys.join(", ")).push(")");
        if let Some(Value::List(columns)) = line.value("include") {
            let columns: Vec<String> = columns.iter().filter_map(Value::text).collect();
            sql.push(" INCLUDE ").names(&columns);
        }
        if let Some(filter) = line.named("where") {
            sql.push(" WHERE ").push(&filter);
        }
        self.parts.push(sql.part());
    }

    fn foreign(&mut self, table: &str, line: &Line) {
        let Some(target) = line.text(1) else { return };
        let columns =
            self.tables.iter().find(|(name, _)| name == table).map(|(_, columns)| columns.as_slice());
        let column = line.named("column").or_else(|| {
            // The singular of a word is told by the column that is there.
            let short = target.rsplit('.').next().unwrap_or(&target);
            singulars(short)
                .into_iter()
                .map(|word| format!("{word}_id"))
                .find(|name| columns.is_some_and(|columns| columns.contains(name)))
        });
        let Some(column) = column else {
            self.gaps.push((line.span, "the column of the foreign key is not told".to_owned()));
            return;
        };
        let action = |name: &str| {
            line.named(name).map(|action| if action == "nullify" { "set null".to_owned() } else { action })
        };
        let reference = Reference {
            table: target,
            columns: vec![line.named("primary_key").unwrap_or_else(|| "id".to_owned())],
            on_delete: action("on_delete"),
            on_update: action("on_update"),
        };
        let mut sql = Sql::at(line.span);
        sql.push("ALTER TABLE ").table(table).push(" ADD ");
        if let Some(name) = line.named("name") {
            sql.push("CONSTRAINT ").name(&name).push(" ");
        }
        sql.push("FOREIGN KEY ").names(&[column]).push(" ");
        reference.write(&mut sql);
        self.parts.push(sql.part());
    }
}

/// What the singular of a word may be.
fn singulars(word: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (end, other) in [
        ("ies", "y"),
        ("people", "person"),
        ("children", "child"),
        ("ves", "f"),
        ("a", "um"),
        ("es", ""),
        ("es", "is"),
        ("s", ""),
    ] {
        if let Some(stem) = word.strip_suffix(end) {
            found.push([stem, other].concat());
        }
    }
    found.push(word.to_owned());
    found
}

/// A column: `t.string "name", limit: 20, null: false`.
fn column(line: &Line) -> Option<Column> {
    let method = line.method.strip_prefix("t.")?;
    let name = line.text(0)?;
    let number = |key: &str| match line.value(key) {
        Some(Value::Word(word)) if word.bytes().all(|byte| byte.is_ascii_digit()) => Some(word.clone()),
        _ => None,
    };
    let kind = match method {
        "column" => line.text(1)?,
        "virtual" => line.named("type")?,
        other => other.to_owned(),
    };
    let limited = |of: &str, key: &str| number(key).map_or(of.to_owned(), |limit| format!("{of}({limit})"));
    let mut of = match kind.as_str() {
        "string" => limited("varchar", "limit"),
        "integer" => match number("limit").as_deref() {
            Some("8") => "bigint".to_owned(),
            Some("2" | "1") => "smallint".to_owned(),
            _ => "integer".to_owned(),
        },
        "datetime" | "timestamp" => {
            let none = matches!(line.value("precision"), Some(Value::Word(word)) if word == "nil");
            if none {
                "timestamp".to_owned()
            } else {
                format!("timestamp({})", number("precision").unwrap_or_else(|| "6".to_owned()))
            }
        }
        "decimal" | "numeric" => match (number("precision"), number("scale")) {
            (Some(precision), Some(scale)) => format!("numeric({precision}, {scale})"),
            (Some(precision), None) => format!("numeric({precision})"),
            _ => "numeric".to_owned(),
        },
        "float" => "double precision".to_owned(),
        "binary" | "blob" => "bytea".to_owned(),
        "enum" => quoted(&line.named("enum_type")?),
        "vector" => limited("vector", "limit"),
        "references" | "belongs_to" | "timestamps" => return None,
        "tinyint" => "smallint".to_owned(),
        "mediumtext" | "longtext" => "text".to_owned(),
        other => other.to_owned(),
    };
    let is = |key: &str, word: &str| matches!(line.value(key), Some(Value::Word(own)) if own == word);
    if is("array", "true") {
        of.push_str("[]");
    }
    if method == "virtual" {
        of = format!("{of} GENERATED ALWAYS AS ({}) STORED", line.named("as")?);
    }
    Some(Column {
        name,
        of,
        not_null: is("null", "false"),
        default: line.value("default").filter(|_| method != "virtual").and_then(default),
        span: line.span,
        ..Column::default()
    })
}

/// A default as SQL; none for `nil`.
fn default(value: &Value) -> Option<String> {
    Some(match value {
        Value::Text(plain) => text(plain),
        Value::Code(sql) => sql.clone(),
        Value::List(_) => text("{}"),
        Value::Word(word) if word == "nil" => return None,
        Value::Word(word) => word.clone(),
        Value::Other => text("{}"),
    })
}

#[cfg(test)]
mod tests;
