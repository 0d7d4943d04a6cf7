//! `TypeORM`: `queryRunner.createTable(new Table({ … }))` and its relatives.

use super::super::columns::{Column, Reference};
use super::super::write::{Sql, text};
use super::walk::{Chain, Walker};
use crate::parse::javascript::{Kind, NodeId};

/// Methods of a query runner that change no schema.
const QUIET: &[&str] = &[
    "getTable",
    "getTables",
    "hasTable",
    "hasColumn",
    "hasSchema",
    "hasDatabase",
    "startTransaction",
    "commitTransaction",
    "rollbackTransaction",
    "release",
    "connect",
    "clearSqlMemory",
    "clearTable",
];

/// Whether a chain is one of a query runner, whose statements are added.
pub(super) fn builder<'m>(walker: &mut Walker<'m>, chain: &Chain<'m>) -> bool {
    let Some((method, call)) = chain.calls.last().copied() else { return false };
    let module = walker.module;
    let runner =
        module.last_name(chain.root).is_some_and(|name| name.to_ascii_lowercase().ends_with("runner"));
    if !runner || method == "query" {
        return false;
    }
    if chain.calls.len() > 1 || QUIET.contains(&method) {
        return QUIET.contains(&method);
    }
    let arguments: Vec<_> = module.arguments(call).collect();
    let done = tables(walker, method, call, &arguments)
        .or_else(|| columns(walker, method, call, &arguments))
        .or_else(|| keys(walker, method, call, &arguments));
    if done.is_none() {
        walker.gap(call, "the call of the builder is not understood");
    }
    true
}

/// The object that `new Table({ … })` is given, or an object in its place.
fn options(walker: &Walker<'_>, node: NodeId) -> Option<NodeId> {
    let value = walker.value(node);
    match walker.module.kind(value) {
        Kind::New => walker.module.argument(value, 0).map(|options| walker.value(options)),
        Kind::Object => Some(value),
        _ => None,
    }
}

/// The items of a list, or the one in its place.
fn items(walker: &Walker<'_>, node: NodeId) -> Vec<NodeId> {
    let value = walker.value(node);
    if walker.module.kind(value) == Kind::Array {
        walker.module.children(value).collect()
    } else {
        vec![value]
    }
}

fn name(walker: &Walker<'_>, node: Option<&NodeId>) -> Option<String> {
    let node = *node?;
    walker.string(node).or_else(|| walker.property_text(options(walker, node)?, "name"))
}

fn tables(walker: &mut Walker<'_>, method: &str, call: NodeId, arguments: &[NodeId]) -> Option<()> {
    let module = walker.module;
    let span = module.span(call);
    let guarded = walker.guarded;
    let exists = |index: usize| {
        let flag = arguments.get(index).is_some_and(|flag| module.kind(*flag) == Kind::Flag(true));
        if flag || guarded { "IF EXISTS " } else { "" }
    };
    match method {
        "createTable" => create(walker, call, arguments),
        "dropTable" => {
            let mut sql = Sql::at(span);
            sql.push("DROP TABLE ").push(exists(1)).table(&name(walker, arguments.first())?);
            walker.made(sql);
            Some(())
        }
        "createSchema" | "dropSchema" => {
            let mut sql = Sql::at(span);
            let words = if method == "createSchema" {
                "CREATE SCHEMA IF NOT EXISTS "
            } else {
                "DROP SCHEMA IF EXISTS "
            };
            sql.push(words).name(&name(walker, arguments.first())?);
            walker.made(sql);
            Some(())
        }
        "renameTable" => {
            let mut sql = Sql::at(span);
            let to = name(walker, arguments.get(1))?;
            sql.push("ALTER TABLE ").table(&name(walker, arguments.first())?).push(" RENAME TO ").name(&to);
            walker.made(sql);
            Some(())
        }
        _ => None,
    }
}

fn columns(walker: &mut Walker<'_>, method: &str, call: NodeId, arguments: &[NodeId]) -> Option<()> {
    let span = walker.module.span(call);
    let table = name(walker, arguments.first())?;
    match method {
        "addColumn" | "addColumns" => {
            for item in items(walker, *arguments.get(1)?) {
                let column = column(walker, item)?;
                let mut sql = Sql::at(column.span);
                sql.push("ALTER TABLE ").table(&table);
                sql.push(if walker.guarded { " ADD COLUMN IF NOT EXISTS " } else { " ADD COLUMN " });
                column.write(&mut sql);
                walker.made(sql);
            }
            Some(())
        }
        "dropColumn" | "dropColumns" => {
            for item in items(walker, *arguments.get(1)?) {
                let mut sql = Sql::at(span);
                let column = name(walker, Some(&item))?;
                sql.push("ALTER TABLE ")
                    .table(&table)
                    .push(" DROP COLUMN ")
                    .push(if walker.guarded { "IF EXISTS " } else { "" })
                    .name(&column);
                walker.made(sql);
            }
            Some(())
        }
        "renameColumn" => {
            let (from, to) = (name(walker, arguments.get(1))?, name(walker, arguments.get(2))?);
            let mut sql = Sql::at(span);
            sql.push("ALTER TABLE ").table(&table);
            sql.push(" RENAME COLUMN ").name(&from).push(" TO ").name(&to);
            walker.made(sql);
            Some(())
        }
        "changeColumn" => change(walker, call, arguments),
        _ => None,
    }
}

fn create(walker: &mut Walker<'_>, call: NodeId, arguments: &[NodeId]) -> Option<()> {
    let module = walker.module;
    let table = options(walker, *arguments.first()?)?;
    let schema = walker.property_text(table, "schema");
    let short = walker.property_text(table, "name")?;
    let full = schema.map_or(short.clone(), |schema| format!("{schema}.{short}"));
    let if_not_exists =
        arguments.get(1).is_some_and(|flag| module.kind(*flag) == Kind::Flag(true)) || walker.guarded;
    let list = |walker: &Walker<'_>, key: &str| {
        walker.property(table, key).map(|list| items(walker, list)).unwrap_or_default()
    };
    let mut columns = Vec::new();
    for item in list(walker, "columns") {
        columns.push(column(walker, item)?);
    }
    // Several columns that are primary are one key.
    let keys: Vec<String> =
        columns.iter().filter(|column| column.primary).map(|column| column.name.clone()).collect();
    let mut sql = Sql::at(module.span(call));
    sql.push("CREATE TABLE ").push(if if_not_exists { "IF NOT EXISTS " } else { "" }).table(&full).push(" (");
    for (number, mut column) in columns.into_iter().enumerate() {
        column.primary &= keys.len() == 1;
        sql.push(if number > 0 { ", " } else { "" });
        column.write(&mut sql);
    }
    if keys.len() > 1 {
        sql.push(", PRIMARY KEY ").names(&keys);
    }
    for item in list(walker, "uniques") {
        let unique = options(walker, item)?;
        constraint(walker, unique, sql.push(", "));
        sql.push("UNIQUE ").names(&walker.strings(walker.property(unique, "columnNames")?)?);
    }
    for item in list(walker, "checks") {
        let check = options(walker, item)?;
        constraint(walker, check, sql.push(", "));
        let expression = walker.property_text(check, "expression")?;
        sql.push("CHECK (").push(&expression).push(")");
    }
    for item in list(walker, "foreignKeys") {
        sql.place(module.span(item));
        foreign(walker, options(walker, item)?, sql.push(", "))?;
    }
    sql.push(")");
    walker.made(sql);
    for item in list(walker, "indices") {
        index(walker, &full, item)?;
    }
    Some(())
}

/// `CONSTRAINT name `, where one is given.
fn constraint(walker: &Walker<'_>, object: NodeId, sql: &mut Sql) {
    if let Some(name) = walker.property_text(object, "name") {
        sql.push("CONSTRAINT ").name(&name).push(" ");
    }
}

fn foreign(walker: &Walker<'_>, object: NodeId, sql: &mut Sql) -> Option<()> {
    constraint(walker, object, sql);
    let columns = walker.strings(walker.property(object, "columnNames")?)?;
    let reference = Reference {
        table: walker.property_text(object, "referencedTableName")?,
        columns: walker.strings(walker.property(object, "referencedColumnNames")?)?,
        on_delete: walker.property_text(object, "onDelete"),
        on_update: walker.property_text(object, "onUpdate"),
    };
    sql.push("FOREIGN KEY ").names(&columns).push(" ");
    reference.write(sql);
    Some(())
}

fn index(walker: &mut Walker<'_>, table: &str, item: NodeId) -> Option<()> {
    let object = options(walker, item)?;
    let mut sql = Sql::at(walker.module.span(item));
    sql.push(if walker.is_on(object, "isUnique") { "CREATE UNIQUE INDEX " } else { "CREATE INDEX " });
    if let Some(name) = walker.property_text(object, "name") {
        sql.name(&name).push(" ");
    }
    let columns = walker.strings(walker.property(object, "columnNames")?)?;
    sql.push("ON ").table(table).push(" ").names(&columns);
    if let Some(predicate) = walker.property_text(object, "where") {
        sql.push(" WHERE ").push(&predicate);
    }
    walker.made(sql);
    Some(())
}

/// A column of `new TableColumn({ … })` or of the list of a table.
fn column(walker: &Walker<'_>, item: NodeId) -> Option<Column> {
    let object = options(walker, item)?;
    let on = |key: &str| walker.is_on(object, key);
    let of = walker.property_text(object, "type")?;
    let strategy = walker.property_text(object, "generationStrategy").unwrap_or_default();
    let mut column = Column {
        name: walker.property_text(object, "name")?,
        not_null: walker.flag(object, "isNullable") != Some(true),
        primary: on("isPrimary"),
        unique: on("isUnique"),
        default: walker.property(object, "default").map(|value| raw_default(walker, value)),
        span: walker.module.span(item),
        ..Column::default()
    };
    let length = walker.property_text(object, "length").filter(|length| !length.is_empty());
    column.of = match (of.as_str(), strategy.as_str(), length) {
        (_, "uuid", _) => "uuid".to_owned(),
        ("bigint" | "int8", "increment", _) => "bigserial".to_owned(),
        (_, "increment", _) => "serial".to_owned(),
        ("enum", ..) => {
            let values =
                walker.property(object, "enum").and_then(|values| walker.strings(values)).unwrap_or_default();
            let list: Vec<_> = values.iter().map(|value| text(value)).collect();
            column.check = (!list.is_empty())
                .then(|| format!("{} in ({})", super::super::write::quoted(&column.name), list.join(", ")));
            "text".to_owned()
        }
        ("datetime", ..) => "timestamp".to_owned(),
        ("tinyint", ..) => "smallint".to_owned(),
        (of, _, Some(length)) => format!("{of}({length})"),
        (of, _, None) => of.to_owned(),
    };
    if strategy == "uuid" && column.default.is_none() {
        column.default = Some("gen_random_uuid()".to_owned());
    }
    if on("isArray") {
        column.of.push_str("[]");
    }
    Some(column)
}

/// A default of `TypeORM` is SQL already: `"now()"`, `"'open'"`.
fn raw_default(walker: &Walker<'_>, value: NodeId) -> String {
    match walker.string(value) {
        Some(sql) if !sql.trim().is_empty() => sql,
        _ => walker.default(value),
    }
}

fn change(walker: &mut Walker<'_>, call: NodeId, arguments: &[NodeId]) -> Option<()> {
    let table = name(walker, arguments.first())?;
    let from = name(walker, arguments.get(1))?;
    let to = column(walker, *arguments.get(2)?)?;
    let span = walker.module.span(call);
    let mut changes = Vec::new();
    if from != to.name {
        changes.push(format!(
            "RENAME COLUMN {} TO {}",
            super::super::write::quoted(&from),
            super::super::write::quoted(&to.name)
        ));
    }
    let column = super::super::write::quoted(&to.name);
    changes.push(format!("ALTER COLUMN {column} TYPE {}", to.of));
    changes.push(format!("ALTER COLUMN {column} {} NOT NULL", if to.not_null { "SET" } else { "DROP" }));
    changes.push(match &to.default {
        Some(default) => format!("ALTER COLUMN {column} SET DEFAULT {default}"),
        None => format!("ALTER COLUMN {column} DROP DEFAULT"),
    });
    for change in changes {
        let mut sql = Sql::at(span);
        sql.push("ALTER TABLE ").table(&table).push(" ").push(&change);
        walker.made(sql);
    }
    Some(())
}

fn keys(walker: &mut Walker<'_>, method: &str, call: NodeId, arguments: &[NodeId]) -> Option<()> {
    let span = walker.module.span(call);
    let table = name(walker, arguments.first())?;
    let mut sql = Sql::at(span);
    let given = *arguments.get(1)?;
    match method {
        "createIndex" | "createIndices" => {
            for item in items(walker, given) {
                index(walker, &table, item)?;
            }
            return Some(());
        }
        "createForeignKey" | "createForeignKeys" => {
            for item in items(walker, given) {
                let mut sql = Sql::at(walker.module.span(item));
                sql.push("ALTER TABLE ").table(&table).push(" ADD ");
                foreign(walker, options(walker, item)?, &mut sql)?;
                walker.made(sql);
            }
            return Some(());
        }
        "createUniqueConstraint" => {
            let unique = options(walker, given)?;
            sql.push("ALTER TABLE ").table(&table).push(" ADD ");
            constraint(walker, unique, &mut sql);
            sql.push("UNIQUE ").names(&walker.strings(walker.property(unique, "columnNames")?)?);
        }
        "createPrimaryKey" => {
            sql.push("ALTER TABLE ").table(&table).push(" ADD PRIMARY KEY ").names(&walker.strings(given)?);
        }
        "dropIndex" => {
            let name = name(walker, Some(&given))?;
            sql.push("DROP INDEX IF EXISTS ").table(&name);
        }
        "dropForeignKey" | "dropUniqueConstraint" | "dropCheckConstraint" => {
            let name = name(walker, Some(&given))?;
            sql.push("ALTER TABLE ").table(&table).push(" DROP CONSTRAINT IF EXISTS ").name(&name);
        }
        _ => return None,
    }
    walker.made(sql);
    Some(())
}
