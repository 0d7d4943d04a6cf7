//! node-pg-migrate: `pgm.createTable("t", { … })` and its relatives.

use super::super::columns::{Column, Reference};
use super::super::write::{Sql, quoted, text};
use super::walk::{Chain, Walker};
use crate::parse::javascript::{Kind, NodeId};

/// Whether a chain is one of `pgm`, whose statements are added.
pub(super) fn builder<'m>(walker: &mut Walker<'m>, chain: &Chain<'m>) -> bool {
    let Some((method, call)) = chain.calls.first().copied() else { return false };
    if walker.module.last_name(chain.root) != Some("pgm") || matches!(method, "sql" | "query") {
        return false;
    }
    if matches!(method, "noTransaction" | "func" | "comment" | "db") {
        return true;
    }
    let arguments: Vec<_> = walker.module.arguments(call).collect();
    let done = tables(walker, method, call, &arguments)
        .or_else(|| changes(walker, method, call, &arguments))
        .or_else(|| keys(walker, method, call, &arguments))
        .or_else(|| others(walker, method, call, &arguments));
    if done.is_none() {
        walker.gap(call, "the call of the builder is not understood");
    }
    true
}

fn name(walker: &Walker<'_>, node: Option<&NodeId>) -> Option<String> {
    walker.table_name(*node?)
}

/// `IF EXISTS ` and ` CASCADE`, where options ask for them.
fn ends(walker: &Walker<'_>, options: Option<&NodeId>) -> (&'static str, &'static str) {
    let on = |key: &str| options.is_some_and(|options| walker.is_on(*options, key));
    (if on("ifExists") { "IF EXISTS " } else { "" }, if on("cascade") { " CASCADE" } else { "" })
}

fn tables(walker: &mut Walker<'_>, method: &str, call: NodeId, arguments: &[NodeId]) -> Option<()> {
    let span = walker.module.span(call);
    let mut sql = Sql::at(span);
    let on = |walker: &Walker<'_>, index: usize, key: &str| {
        arguments.get(index).is_some_and(|options| walker.is_on(*options, key))
    };
    match method {
        "createTable" => {
            let guard = if on(walker, 2, "ifNotExists") { "IF NOT EXISTS " } else { "" };
            sql.push("CREATE TABLE ").push(guard).table(&name(walker, arguments.first())?).push(" (");
            for (number, (key, spec)) in walker.object(*arguments.get(1)?)?.into_iter().enumerate() {
                sql.push(if number > 0 { ", " } else { "" });
                column(walker, key, spec)?.write(&mut sql);
            }
            let constraints = arguments.get(2).and_then(|options| walker.property(*options, "constraints"));
            if let Some(constraints) = constraints {
                constrain(walker, constraints, ", ", &mut sql)?;
            }
            sql.push(")");
        }
        "dropTable" => {
            let (exists, cascade) = ends(walker, arguments.get(1));
            sql.push("DROP TABLE ").push(exists).table(&name(walker, arguments.first())?).push(cascade);
        }
        "renameTable" => {
            let to = walker.string(*arguments.get(1)?)?;
            sql.push("ALTER TABLE ").table(&name(walker, arguments.first())?).push(" RENAME TO ").name(&to);
        }
        _ => return None,
    }
    walker.made(sql);
    Some(())
}

/// What changes a table that is there.
fn changes(walker: &mut Walker<'_>, method: &str, call: NodeId, arguments: &[NodeId]) -> Option<()> {
    let mut sql = Sql::at(walker.module.span(call));
    match method {
        "addColumn" | "addColumns" => {
            sql.push("ALTER TABLE ").table(&name(walker, arguments.first())?);
            let guard = if arguments.get(2).is_some_and(|options| walker.is_on(*options, "ifNotExists")) {
                " ADD COLUMN IF NOT EXISTS "
            } else {
                " ADD COLUMN "
            };
            for (number, (key, spec)) in walker.object(*arguments.get(1)?)?.into_iter().enumerate() {
                sql.push(if number > 0 { "," } else { "" }).push(guard);
                column(walker, key, spec)?.write(&mut sql);
            }
        }
        "dropColumn" | "dropColumns" => {
            let (exists, cascade) = ends(walker, arguments.get(2));
            sql.push("ALTER TABLE ").table(&name(walker, arguments.first())?);
            let given = *arguments.get(1)?;
            let names = match walker.object(given) {
                Some(keys) => keys.into_iter().map(|(key, _)| key.to_owned()).collect(),
                None => walker.strings(given)?,
            };
            let drops: Vec<_> = names
                .iter()
                .map(|column| format!(" DROP COLUMN {exists}{}{cascade}", quoted(column)))
                .collect();
            sql.push(&drops.join(","));
        }
        "renameColumn" | "renameConstraint" => {
            let words = if method == "renameColumn" { " RENAME COLUMN " } else { " RENAME CONSTRAINT " };
            sql.push("ALTER TABLE ").table(&name(walker, arguments.first())?).push(words);
            sql.name(&walker.string(*arguments.get(1)?)?)
                .push(" TO ")
                .name(&walker.string(*arguments.get(2)?)?);
        }
        "alterColumn" => alter(walker, arguments, &mut sql)?,
        "alterTable" => {
            let level = walker.property_text(*arguments.get(1)?, "levelSecurity")?;
            sql.push("ALTER TABLE ")
                .table(&name(walker, arguments.first())?)
                .push(" ")
                .push(&level)
                .push(" ROW LEVEL SECURITY");
        }
        _ => return None,
    }
    walker.made(sql);
    Some(())
}

/// A column: a type, or an object with one.
fn column(walker: &Walker<'_>, key: &str, spec: NodeId) -> Option<Column> {
    let mut column = Column { name: key.to_owned(), span: walker.module.span(spec), ..Column::default() };
    let of = match walker.object(spec) {
        Some(_) => walker.property_text(spec, "type")?,
        None => walker.string(spec)?,
    };
    if of == "id" {
        return Some(Column { of: "serial".to_owned(), primary: true, ..column });
    }
    column.of = match of.as_str() {
        "string" => "varchar".to_owned(),
        "datetime" => "timestamp".to_owned(),
        "double" => "double precision".to_owned(),
        _ => of,
    };
    if walker.object(spec).is_none() {
        return Some(column);
    }
    let on = |key: &str| walker.is_on(spec, key);
    (column.not_null, column.primary, column.unique) = (on("notNull"), on("primaryKey"), on("unique"));
    column.check = walker.property_text(spec, "check");
    column.default = walker.property(spec, "default").map(|value| walker.default(value));
    if let Some(target) = walker.property(spec, "references") {
        column.references = Some(reference(walker, target, spec)?);
    }
    Some(column)
}

/// What `references` names: a table, `"schema"."t"(a)` as text, or an object.
fn reference(walker: &Walker<'_>, target: NodeId, options: NodeId) -> Option<Reference> {
    let written = walker.table_name(target)?;
    let (table, columns) = match written.split_once('(') {
        Some((table, rest)) => (table, rest.trim_end().trim_end_matches(')')),
        None => (written.as_str(), ""),
    };
    let plain = |name: &str| name.trim().trim_matches('"').to_owned();
    let parts: Vec<_> = table.split('.').map(plain).collect();
    Some(Reference {
        table: parts.join("."),
        columns: columns.split(',').map(plain).filter(|name| !name.is_empty()).collect(),
        on_delete: walker.property_text(options, "onDelete"),
        on_update: walker.property_text(options, "onUpdate"),
    })
}

/// Constraints of an object: `{ primaryKey, unique, check, foreignKeys }`, each behind `before`.
fn constrain(walker: &Walker<'_>, object: NodeId, before: &str, sql: &mut Sql) -> Option<()> {
    for (key, value) in walker.object(object)? {
        sql.place(walker.module.span(value));
        match key {
            "primaryKey" => {
                sql.push(before).push("PRIMARY KEY ").names(&walker.strings(value)?);
            }
            "unique" => {
                let lists = walker.value(value);
                let nested = walker
                    .module
                    .children(lists)
                    .next()
                    .is_some_and(|item| walker.module.kind(walker.module.resolve(item)) == Kind::Array);
                let all: Vec<NodeId> =
                    if nested { walker.module.children(lists).collect() } else { vec![lists] };
                for (number, list) in all.into_iter().enumerate() {
                    sql.push(if number > 0 { ", " } else { before })
                        .push("UNIQUE ")
                        .names(&walker.strings(list)?);
                }
            }
            "check" => {
                sql.push(before).push("CHECK (").push(&walker.string(value)?).push(")");
            }
            "foreignKeys" => {
                let list = walker.value(value);
                let all: Vec<NodeId> = if walker.module.kind(list) == Kind::Array {
                    walker.module.children(list).collect()
                } else {
                    vec![list]
                };
                for (number, key) in all.into_iter().enumerate() {
                    let columns = walker.strings(walker.property(key, "columns")?)?;
                    sql.push(if number > 0 { ", " } else { before })
                        .push("FOREIGN KEY ")
                        .names(&columns)
                        .push(" ");
                    reference(walker, walker.property(key, "references")?, key)?.write(sql);
                }
            }
            _ => {}
        }
    }
    Some(())
}

fn alter(walker: &Walker<'_>, arguments: &[NodeId], sql: &mut Sql) -> Option<()> {
    let column = quoted(&walker.string(*arguments.get(1)?)?);
    let options = *arguments.get(2)?;
    let mut changes = Vec::new();
    if let Some(of) = walker.property_text(options, "type") {
        changes.push(format!("ALTER COLUMN {column} TYPE {of}"));
    }
    if let Some(not_null) =
        walker.flag(options, "notNull").or_else(|| walker.flag(options, "allowNull").map(|allow| !allow))
    {
        changes.push(format!("ALTER COLUMN {column} {} NOT NULL", if not_null { "SET" } else { "DROP" }));
    }
    if let Some(default) = walker.property(options, "default") {
        let drops = walker.module.kind(walker.value(default)) == Kind::Null;
        let change = if drops {
            "DROP DEFAULT".to_owned()
        } else {
            format!("SET DEFAULT {}", walker.default(default))
        };
        changes.push(format!("ALTER COLUMN {column} {change}"));
    }
    sql.push("ALTER TABLE ").table(&name(walker, arguments.first())?).push(" ").push(&changes.join(", "));
    (!changes.is_empty()).then_some(())
}

fn keys(walker: &mut Walker<'_>, method: &str, call: NodeId, arguments: &[NodeId]) -> Option<()> {
    let mut sql = Sql::at(walker.module.span(call));
    match method {
        "createIndex" | "addIndex" => {
            let table = name(walker, arguments.first())?;
            let columns = walker.strings(*arguments.get(1)?)?;
            let text = |key: &str| arguments.get(2).and_then(|options| walker.property_text(*options, key));
            let on = |key: &str| arguments.get(2).is_some_and(|options| walker.is_on(*options, key));
            let short = table.rsplit('.').next().unwrap_or(&table);
            let unique = if on("unique") { "_unique" } else { "" };
            let own = text("name").unwrap_or_else(|| format!("{short}_{}{unique}_index", columns.join("_")));
            sql.push(if on("unique") { "CREATE UNIQUE INDEX " } else { "CREATE INDEX " });
            sql.push(if on("concurrently") { "CONCURRENTLY " } else { "" });
            sql.push(if on("ifNotExists") { "IF NOT EXISTS " } else { "" })
                .name(&own)
                .push(" ON ")
                .table(&table)
                .push(" ");
            if let Some(method) = text("method") {
                sql.push("USING ").push(&method).push(" ");
            }
            sql.names(&columns);
            if let Some(filter) = text("where") {
                sql.push(" WHERE ").push(&filter);
            }
        }
        "dropIndex" => {
            let (exists, cascade) = ends(walker, arguments.get(2));
            let table = name(walker, arguments.first())?;
            let columns = walker.strings(*arguments.get(1)?)?;
            let own = arguments.get(2).and_then(|options| walker.property_text(*options, "name"));
            let short = table.rsplit('.').next().unwrap_or(&table);
            let own = own.unwrap_or_else(|| format!("{short}_{}_index", columns.join("_")));
            sql.push("DROP INDEX ").push(exists).name(&own).push(cascade);
        }
        "addConstraint" | "createConstraint" => {
            let given = *arguments.get(2)?;
            sql.push("ALTER TABLE ").table(&name(walker, arguments.first())?).push(" ADD ");
            if let Some(own) = walker.string(*arguments.get(1)?) {
                sql.push("CONSTRAINT ").name(&own).push(" ");
            }
            match walker.string(given) {
                Some(expression) => {
                    sql.push(&expression);
                }
                None => constrain(walker, given, "", &mut sql)?,
            }
        }
        "dropConstraint" => {
            let (exists, cascade) = ends(walker, arguments.get(2));
            let own = walker.string(*arguments.get(1)?)?;
            sql.push("ALTER TABLE ").table(&name(walker, arguments.first())?);
            sql.push(" DROP CONSTRAINT ").push(exists).name(&own).push(cascade);
        }
        _ => return None,
    }
    walker.made(sql);
    Some(())
}

fn others(walker: &mut Walker<'_>, method: &str, call: NodeId, arguments: &[NodeId]) -> Option<()> {
    let mut sql = Sql::at(walker.module.span(call));
    let own = name(walker, arguments.first())?;
    let guarded = arguments.get(1).is_some_and(|options| walker.is_on(*options, "ifNotExists"));
    let guard = if guarded { "IF NOT EXISTS " } else { "" };
    let (exists, cascade) = ends(walker, arguments.get(1));
    match method {
        "createExtension" | "addExtension" => sql.push("CREATE EXTENSION ").push(guard).name(&own),
        "dropExtension" => sql.push("DROP EXTENSION ").push(exists).name(&own).push(cascade),
        "createSchema" => sql.push("CREATE SCHEMA ").push(guard).name(&own),
        "dropSchema" => sql.push("DROP SCHEMA ").push(exists).name(&own).push(cascade),
        "dropType" => sql.push("DROP TYPE ").push(exists).table(&own).push(cascade),
        "createType" | "addType" => {
            let values = walker.strings(*arguments.get(1)?)?;
            let list: Vec<_> = values.iter().map(|value| text(value)).collect();
            sql.push("CREATE TYPE ").table(&own).push(" AS ENUM (").push(&list.join(", ")).push(")")
        }
        "addTypeValue" => {
            let value = walker.string(*arguments.get(1)?)?;
            sql.push("ALTER TYPE ").table(&own).push(" ADD VALUE IF NOT EXISTS ").push(&text(&value))
        }
        "createView" | "createMaterializedView" => {
            let words = if method == "createView" { "CREATE VIEW " } else { "CREATE MATERIALIZED VIEW " };
            let query = walker.string(*arguments.last()?)?;
            sql.push(words).table(&own).push(" AS ").push(&query)
        }
        "dropView" => sql.push("DROP VIEW ").push(exists).table(&own).push(cascade),
        "dropMaterializedView" => sql.push("DROP MATERIALIZED VIEW ").push(exists).table(&own).push(cascade),
        "dropTrigger" => {
            let (exists, cascade) = ends(walker, arguments.get(2));
            let trigger = walker.string(*arguments.get(1)?)?;
            sql.push("DROP TRIGGER ").push(exists).name(&trigger).push(" ON ").table(&own).push(cascade)
        }
        _ => return None,
    };
    walker.made(sql);
    Some(())
}
