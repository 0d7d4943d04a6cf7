//! Kysely: `db.schema.createTable("t").addColumn(…).execute()` and `` sql`…`.execute(db) ``.

use super::super::columns::{Column, Reference};
use super::super::write::{Sql, quoted, quoted_path, text};
use super::walk::{Chain, Walker};
use crate::parse::javascript::{Kind, NodeId};

/// Whether a chain is one of Kysely, whose statements are added.
pub(super) fn builder<'m>(walker: &mut Walker<'m>, chain: &Chain<'m>) -> bool {
    let module = walker.module;
    let Some((last, call)) = chain.calls.last().copied() else { return false };
    if last == "execute" && module.kind(chain.root) == Kind::Tagged {
        walker.raw(call, Some(chain.root));
        return true;
    }
    // `sql.raw("…").execute(db)`.
    if last == "execute" && module.last_name(chain.root) == Some("sql") && chain.calls.len() == 2 {
        walker.raw(call, module.argument(chain.calls[0].1, 0));
        return true;
    }
    if module.last_name(chain.root) != Some("schema") {
        const DATA: &[&str] = &[
            "selectFrom",
            "insertInto",
            "updateTable",
            "deleteFrom",
            "with",
            "mergeInto",
            "selectNoFrom",
            "executeQuery",
        ];
        return chain.calls.iter().any(|(method, _)| DATA.contains(method));
    }
    let mut calls = chain.calls.clone();
    let mut schema = None;
    if let Some(("withSchema", call)) = calls.first().copied() {
        schema = module.argument(call, 0).and_then(|name| walker.string(name));
        calls.remove(0);
    }
    let Some((method, call)) = calls.first().copied() else { return true };
    let chain = Chain { root: chain.root, calls };
    let name = module.argument(call, 0).and_then(|name| walker.string(name));
    let name = name.map(|name| schema.map_or(name.clone(), |schema| format!("{schema}.{name}")));
    let done = name.and_then(|name| statement(walker, &chain, method, &name));
    if done.is_none() {
        walker.gap(call, "the call of the builder is not understood");
    }
    true
}

fn statement(walker: &mut Walker<'_>, chain: &Chain<'_>, method: &str, name: &str) -> Option<()> {
    let span = walker.module.span(chain.calls.last().map_or(chain.root, |(_, call)| *call));
    let if_exists = if chain.has("ifExists") || walker.guarded { "IF EXISTS " } else { "" };
    let cascade = if chain.has("cascade") { " CASCADE" } else { "" };
    let mut sql = Sql::at(span);
    match method {
        "createTable" => return create(walker, chain, name),
        "alterTable" => return alter(walker, chain, name),
        "createIndex" => return index(walker, chain, name),
        "dropTable" => sql.push("DROP TABLE ").push(if_exists).table(name).push(cascade),
        "dropView" => {
            let kind = if chain.has("materialized") { "DROP MATERIALIZED VIEW " } else { "DROP VIEW " };
            sql.push(kind).push(if_exists).table(name).push(cascade)
        }
        "dropIndex" => sql.push("DROP INDEX ").push(if_exists).table(name).push(cascade),
        "dropType" => sql.push("DROP TYPE ").push(if_exists).table(name),
        "createSchema" => sql
            .push("CREATE SCHEMA ")
            .push(if chain.has("ifNotExists") { "IF NOT EXISTS " } else { "" })
            .name(name),
        "dropSchema" => sql.push("DROP SCHEMA ").push(if_exists).name(name).push(cascade),
        "createType" => {
            let values = walker.strings(walker.module.argument(chain.call("asEnum")?, 0)?)?;
            let list: Vec<_> = values.iter().map(|value| text(value)).collect();
            sql.push("CREATE TYPE ").table(name).push(" AS ENUM (").push(&list.join(", ")).push(")")
        }
        _ => return None,
    };
    walker.made(sql);
    Some(())
}

fn create(walker: &mut Walker<'_>, chain: &Chain<'_>, name: &str) -> Option<()> {
    let mut sql = Sql::at(walker.module.span(chain.calls[0].1));
    let guard = chain.has("ifNotExists") || walker.guarded;
    sql.push("CREATE TABLE ").push(if guard { "IF NOT EXISTS " } else { "" }).table(name).push(" (");
    let mut first = true;
    for (method, call) in chain.calls.iter().skip(1).copied() {
        if matches!(
            method,
            "ifNotExists" | "execute" | "temporary" | "onCommit" | "modifyEnd" | "modifyFront"
        ) {
            continue;
        }
        sql.push(if first { "" } else { ", " });
        first = false;
        if method == "addColumn" {
            column(walker, call)?.write(&mut sql);
        } else {
            constraint(walker, method, call, &mut sql)?;
        }
    }
    sql.push(")");
    walker.made(sql);
    Some(())
}

/// A constraint of a table: `addPrimaryKeyConstraint(name, columns)` and its like.
fn constraint(walker: &Walker<'_>, method: &str, call: NodeId, sql: &mut Sql) -> Option<()> {
    let module = walker.module;
    let name = walker.string(module.argument(call, 0)?)?;
    let second = module.argument(call, 1)?;
    sql.place(module.span(call));
    sql.push("CONSTRAINT ").name(&name).push(" ");
    match method {
        "addPrimaryKeyConstraint" => sql.push("PRIMARY KEY ").names(&walker.strings(second)?),
        "addUniqueConstraint" => sql.push("UNIQUE ").names(&walker.strings(second)?),
        "addCheckConstraint" => sql.push("CHECK (").push(&walker.string(second)?).push(")"),
        "addForeignKeyConstraint" => {
            let (on_delete, on_update) = match module.argument(call, 4) {
                Some(callback) => (inner(walker, callback, "onDelete"), inner(walker, callback, "onUpdate")),
                None => (None, None),
            };
            let reference = Reference {
                table: walker.string(module.argument(call, 2)?)?,
                columns: walker.strings(module.argument(call, 3)?)?,
                on_delete,
                on_update,
            };
            sql.push("FOREIGN KEY ").names(&walker.strings(second)?).push(" ");
            reference.write(sql);
            sql
        }
        _ => return None,
    };
    Some(())
}

/// The text that a method is given in the chain of a callback: `(cb) => cb.onDelete("cascade")`.
fn inner(walker: &Walker<'_>, callback: NodeId, method: &str) -> Option<String> {
    let (chain, _) = chain_of(walker, callback)?;
    let call = chain.call(method)?;
    walker.string(walker.module.argument(call, 0)?)
}

/// The chain that a callback gives back.
fn chain_of<'m>(walker: &Walker<'m>, callback: NodeId) -> Option<(Chain<'m>, NodeId)> {
    let module = walker.module;
    let function = walker.value(callback);
    let mut body = module.body(function)?;
    if module.kind(body) == Kind::Block {
        let last = module.children(body).find(|node| module.kind(*node) == Kind::Return)?;
        body = module.child(last, 0)?;
    }
    Some((walker.chain(body), body))
}

/// A column: `addColumn("a", "text", (column) => column.notNull())`.
fn column(walker: &Walker<'_>, call: NodeId) -> Option<Column> {
    let module = walker.module;
    let of = module.argument(call, 1)?;
    let mut column = Column {
        name: walker.string(module.argument(call, 0)?)?,
        of: walker.string(of)?,
        span: module.span(call),
        ..Column::default()
    };
    if column.of == "datetime" {
        "timestamp".clone_into(&mut column.of);
    }
    let Some(callback) = module.argument(call, 2) else { return Some(column) };
    let (chain, _) = chain_of(walker, callback)?;
    for (method, call) in &chain.calls {
        let argument = module.argument(*call, 0);
        match *method {
            "notNull" => column.not_null = true,
            "primaryKey" => column.primary = true,
            "unique" => column.unique = true,
            "autoIncrement" => {
                let counted = if column.of == "bigint" { "bigserial" } else { "serial" };
                counted.clone_into(&mut column.of);
            }
            "defaultTo" => column.default = argument.map(|value| walker.default(value)),
            "check" => column.check = argument.and_then(|check| walker.string(check)),
            "references" => {
                let target = argument.and_then(|target| walker.string(target))?;
                let (table, key) = target.rsplit_once('.')?;
                column.references = Some(Reference {
                    table: table.to_owned(),
                    columns: vec![key.to_owned()],
                    ..Reference::default()
                });
            }
            "onDelete" | "onUpdate" => {
                let action = argument.and_then(|action| walker.string(action));
                if let Some(reference) = &mut column.references {
                    *(if *method == "onDelete" {
                        &mut reference.on_delete
                    } else {
                        &mut reference.on_update
                    }) = action;
                }
            }
            "identity" | "generatedAlwaysAsIdentity" => column.of.push_str(" GENERATED ALWAYS AS IDENTITY"),
            "generatedByDefaultAsIdentity" => column.of.push_str(" GENERATED BY DEFAULT AS IDENTITY"),
            "generatedAlwaysAs" => {
                let expression = argument.and_then(|expression| walker.string(expression))?;
                column.of = format!("{} GENERATED ALWAYS AS ({expression}) STORED", column.of);
            }
            _ => {}
        }
    }
    Some(column)
}

fn alter(walker: &mut Walker<'_>, chain: &Chain<'_>, name: &str) -> Option<()> {
    let module = walker.module;
    let table = quoted_path(name);
    for (method, call) in chain.calls.iter().skip(1).copied() {
        let text = |index: usize| module.argument(call, index).and_then(|argument| walker.string(argument));
        let mut sql = Sql::at(module.span(call));
        sql.push("ALTER TABLE ").push(&table).push(" ");
        match method {
            "execute" | "ifExists" | "onDelete" | "onUpdate" => continue,
            "addColumn" => {
                sql.push(if walker.guarded || chain.has("ifNotExists") {
                    "ADD COLUMN IF NOT EXISTS "
                } else {
                    "ADD COLUMN "
                });
                column(walker, call)?.write(&mut sql);
            }
            "dropColumn" => {
                sql.push(if walker.guarded { "DROP COLUMN IF EXISTS " } else { "DROP COLUMN " })
                    .name(&text(0)?);
            }
            "renameColumn" => {
                sql.push("RENAME COLUMN ").name(&text(0)?).push(" TO ").name(&text(1)?);
            }
            "renameTo" => {
                sql.push("RENAME TO ").name(&text(0)?);
            }
            "setSchema" => {
                sql.push("SET SCHEMA ").name(&text(0)?);
            }
            "dropConstraint" => {
                let exists = if chain.has("ifExists") { "IF EXISTS " } else { "" };
                sql.push("DROP CONSTRAINT ").push(exists).name(&text(0)?);
            }
            "renameConstraint" => {
                sql.push("RENAME CONSTRAINT ").name(&text(0)?).push(" TO ").name(&text(1)?);
            }
            "alterColumn" => {
                sql.push("ALTER COLUMN ").name(&text(0)?);
                alter_column(walker, module.argument(call, 1)?, &mut sql)?;
            }
            "addIndex" => return None,
            _ => {
                sql.push("ADD ");
                constraint(walker, method, call, &mut sql)?;
            }
        }
        walker.made(sql);
    }
    Some(())
}

/// The change that a callback makes of a column: `(column) => column.setNotNull()`.
fn alter_column(walker: &Walker<'_>, callback: NodeId, sql: &mut Sql) -> Option<()> {
    let (changes, _) = chain_of(walker, callback)?;
    let (change, call) = changes.calls.first().copied()?;
    let argument = walker.module.argument(call, 0);
    match change {
        "setNotNull" => sql.push(" SET NOT NULL"),
        "dropNotNull" => sql.push(" DROP NOT NULL"),
        "dropDefault" => sql.push(" DROP DEFAULT"),
        "setDefault" => sql.push(" SET DEFAULT ").push(&walker.default(argument?)),
        "setDataType" => sql.push(" TYPE ").push(&walker.string(argument?)?),
        _ => return None,
    };
    Some(())
}

fn index(walker: &mut Walker<'_>, chain: &Chain<'_>, name: &str) -> Option<()> {
    let module = walker.module;
    let argument = |method: &str| module.argument(chain.call(method)?, 0);
    let mut columns = Vec::new();
    for (method, call) in &chain.calls {
        match *method {
            "column" | "columns" => {
                // `"name desc"` has a direction behind it.
                for column in walker.strings(module.argument(*call, 0)?)? {
                    let (column, way) = column.split_once(' ').unwrap_or((&column, ""));
                    columns.push(format!("{} {way}", quoted(column)).trim_end().to_owned());
                }
            }
            "expression" => columns.push(format!("({})", walker.string(module.argument(*call, 0)?)?)),
            _ => {}
        }
    }
    let mut sql = Sql::at(module.span(chain.calls.last()?.1));
    sql.push(if chain.has("unique") { "CREATE UNIQUE INDEX " } else { "CREATE INDEX " });
    sql.push(if chain.has("ifNotExists") || walker.guarded { "IF NOT EXISTS " } else { "" });
    sql.name(name.rsplit('.').next().unwrap_or(name))
        .push(" ON ")
        .table(&walker.string(argument("on")?)?)
        .push(" ");
    if let Some(method) = argument("using").and_then(|method| walker.string(method)) {
        sql.push("USING ").push(&method).push(" ");
    }
    sql.push("(").push(&columns.join(", ")).push(")");
    if let Some(call) = chain.call("where") {
        let whole = module
            .argument(call, 0)
            .filter(|_| module.argument(call, 1).is_none())
            .and_then(|filter| walker.string(filter));
        // A comparison in parts is kept as the fact that there is one.
        let first = columns.first()?.split(' ').next().unwrap_or_default().to_owned();
        sql.push(" WHERE ").push(&whole.unwrap_or_else(|| format!("{first} IS NOT NULL")));
    }
    walker.made(sql);
    Some(())
}
