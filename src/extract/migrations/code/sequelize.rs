//! Sequelize: `queryInterface.createTable("t", { … })` and its relatives. `db-migrate` has calls of the same shape.

use super::super::columns::{Column, Reference};
use super::super::write::{Sql, quoted, quoted_path, text};
use super::find::Tool;
use super::walk::{Chain, Walker};
use crate::parse::javascript::{Kind, NodeId};

/// Methods that read, or change rows only.
const QUIET: &[&str] = &[
    "describeTable",
    "showAllTables",
    "tableExists",
    "bulkInsert",
    "bulkUpdate",
    "bulkDelete",
    "insert",
    "upsert",
    "select",
    "showIndex",
    "getForeignKeyReferencesForTable",
    "showConstraint",
    "showAllSchemas",
    "transaction",
    "sequelize",
    "then",
    "commit",
    "rollback",
    "rawSelect",
    "getForeignKeysForTables",
    "createDatabase",
];

/// Whether a chain is one of a query interface, whose statements are added.
pub(super) fn builder<'m>(walker: &mut Walker<'m>, chain: &Chain<'m>) -> bool {
    let Some((method, call)) = chain.calls.first().copied() else { return false };
    let module = walker.module;
    let interface = module.last_name(chain.root).is_some_and(|name| {
        let name = name.to_ascii_lowercase();
        name.contains("queryinterface") || matches!(name.as_str(), "qi" | "context" | "query" | "migration")
    });
    if !interface || matches!(method, "query" | "transaction") {
        return false;
    }
    if QUIET.contains(&method) {
        return true;
    }
    run(walker, method, call);
    true
}

/// The same for `db-migrate`.
pub(super) fn db_migrate<'m>(walker: &mut Walker<'m>, chain: &Chain<'m>) -> bool {
    let Some((method, call)) = chain.calls.first().copied() else { return false };
    if walker.module.last_name(chain.root) != Some("db") || matches!(method, "runSql" | "all") {
        return false;
    }
    let last = walker.given(call).last().copied();
    run(walker, method, call);
    // What is done next stands in the callback.
    if let Some(callback) = last.filter(|last| walker.module.function(*last).is_some()) {
        walker.visit(callback);
    }
    true
}

fn run(walker: &mut Walker<'_>, method: &str, call: NodeId) {
    let arguments = walker.given(call);
    let done = tables(walker, method, call, &arguments)
        .or_else(|| columns(walker, method, call, &arguments))
        .or_else(|| keys(walker, method, call, &arguments));
    if done.is_none() {
        walker.gap(call, "the call of the builder is not understood");
    }
}

fn table_name(walker: &Walker<'_>, node: Option<&NodeId>) -> Option<String> {
    walker.table_name(*node?)
}

fn exists(walker: &Walker<'_>) -> &'static str {
    if walker.guarded { "IF EXISTS " } else { "" }
}

fn tables(walker: &mut Walker<'_>, method: &str, call: NodeId, arguments: &[NodeId]) -> Option<()> {
    let mut sql = Sql::at(walker.module.span(call));
    match method {
        "createTable" => return create(walker, call, arguments),
        // Sequelize drops a table only where there is one.
        "dropTable" => {
            sql.push("DROP TABLE IF EXISTS ").table(&table_name(walker, arguments.first())?);
        }
        "renameTable" => {
            let to = table_name(walker, arguments.get(1))?;
            let to = to.rsplit('.').next().unwrap_or(&to).to_owned();
            sql.push("ALTER TABLE ")
                .table(&table_name(walker, arguments.first())?)
                .push(" RENAME TO ")
                .name(&to);
        }
        "createSchema" => {
            sql.push("CREATE SCHEMA IF NOT EXISTS ").name(&table_name(walker, arguments.first())?);
        }
        "dropSchema" => {
            sql.push("DROP SCHEMA IF EXISTS ").name(&table_name(walker, arguments.first())?).push(" CASCADE");
        }
        _ => return None,
    }
    walker.made(sql);
    Some(())
}

fn create(walker: &mut Walker<'_>, call: NodeId, arguments: &[NodeId]) -> Option<()> {
    let options = arguments.get(2).copied();
    let mut table = table_name(walker, arguments.first())?;
    if let Some(schema) = options.and_then(|options| walker.property_text(options, "schema")) {
        table = format!("{schema}.{table}");
    }
    let mut given = *arguments.get(1)?;
    let nested = walker.property(given, "columns").filter(|_| walker.tool == Tool::DbMigrate);
    given = nested.unwrap_or(given);
    let mut columns = Vec::new();
    for (name, spec) in walker.object(given)? {
        columns.push(column(walker, &table, name, spec)?);
    }
    let keys: Vec<String> =
        columns.iter().filter(|column| column.primary).map(|column| column.name.clone()).collect();
    let mut sql = Sql::at(walker.module.span(call));
    sql.push("CREATE TABLE IF NOT EXISTS ").table(&table).push(" (");
    for (number, mut column) in columns.into_iter().enumerate() {
        column.primary &= keys.len() == 1;
        sql.push(if number > 0 { ", " } else { "" });
        column.write(&mut sql);
    }
    if keys.len() > 1 {
        sql.push(", PRIMARY KEY ").names(&keys);
    }
    let uniques = options.and_then(|options| walker.property(options, "uniqueKeys"));
    for (name, spec) in uniques.and_then(|uniques| walker.object(uniques)).unwrap_or_default() {
        if let Some(fields) = walker.property(spec, "fields").and_then(|fields| walker.strings(fields)) {
            sql.push(", CONSTRAINT ").name(name).push(" UNIQUE ").names(&fields);
        }
    }
    sql.push(")");
    walker.made(sql);
    Some(())
}

fn columns(walker: &mut Walker<'_>, method: &str, call: NodeId, arguments: &[NodeId]) -> Option<()> {
    let table = table_name(walker, arguments.first())?;
    let name = walker.string(*arguments.get(1)?);
    let mut sql = Sql::at(walker.module.span(call));
    sql.push("ALTER TABLE ").table(&table);
    match method {
        "addColumn" => {
            let column = column(walker, &table, &name?, *arguments.get(2)?)?;
            sql = Sql::at(walker.module.span(call));
            sql.push("ALTER TABLE ").table(&table);
            sql.push(if walker.guarded { " ADD COLUMN IF NOT EXISTS " } else { " ADD COLUMN " });
            column.write(&mut sql);
        }
        "removeColumn" => {
            sql.push(" DROP COLUMN ").push(exists(walker)).name(&name?);
        }
        "renameColumn" => {
            let to = walker.string(*arguments.get(2)?)?;
            sql.push(" RENAME COLUMN ").name(&name?).push(" TO ").name(&to);
        }
        "changeColumn" => {
            let column = column(walker, &table, &name?, *arguments.get(2)?)?;
            let said = |key: &str| walker.property(arguments[2], key).is_some();
            let quoted = quoted(&column.name);
            let mut changes = vec![format!("ALTER COLUMN {quoted} TYPE {}", column.of)];
            if said("allowNull") || said("notNull") {
                changes.push(format!(
                    "ALTER COLUMN {quoted} {} NOT NULL",
                    if column.not_null { "SET" } else { "DROP" }
                ));
            }
            if let Some(default) = &column.default {
                changes.push(format!("ALTER COLUMN {quoted} SET DEFAULT {default}"));
            }
            if column.unique {
                changes.push(format!("ADD UNIQUE ({quoted})"));
            }
            if let Some(reference) = &column.references {
                let mut key = Sql::default();
                key.push("ADD FOREIGN KEY (").push(&quoted).push(") ");
                reference.write(&mut key);
                changes.push(key.text);
            }
            sql.push(" ").push(&changes.join(", "));
        }
        _ => return None,
    }
    walker.made(sql);
    Some(())
}

/// A column: an object with a `type`, or a type alone.
fn column(walker: &mut Walker<'_>, table: &str, name: &str, spec: NodeId) -> Option<Column> {
    let module = walker.module;
    let object = walker.value(spec);
    let plain = module.kind(object) != Kind::Object;
    let mut column = Column { name: name.to_owned(), span: module.span(spec), ..Column::default() };
    let type_node = if plain { object } else { walker.property(object, "type")? };
    column.of = type_of(walker, type_node, table, name)?;
    if plain {
        return Some(column);
    }
    if let Some(field) = walker.property_text(object, "field") {
        column.name = field;
    }
    let on = |key: &str| walker.is_on(object, key);
    column.not_null = walker.flag(object, "allowNull") == Some(false) || on("notNull");
    column.primary = on("primaryKey");
    // A name in place of `true` puts the column into a key of several.
    column.unique = on("unique")
        || walker.property(object, "unique").is_some_and(|unique| walker.object(unique).is_some());
    if on("autoIncrement") {
        let counted = if column.of == "bigint" { "bigserial" } else { "serial" };
        counted.clone_into(&mut column.of);
    }
    if let Some(length) = walker.property(object, "length").and_then(|length| walker.string(length)) {
        column.of = format!("{}({length})", column.of.split('(').next().unwrap_or_default());
    }
    let default = walker.property(object, "defaultValue");
    let default = default.filter(|value| module.kind(walker.value(*value)) != Kind::Null);
    column.default = default.map(|value| walker.default(value));
    if let Some(references) = walker.property(object, "references") {
        let target = walker.property(references, "model").map_or(references, |model| model);
        column.references = Some(Reference {
            table: walker.table_name(target)?,
            columns: walker.property_text(references, "key").into_iter().collect(),
            on_delete: walker.property_text(object, "onDelete"),
            on_update: walker.property_text(object, "onUpdate"),
        });
    }
    Some(column)
}

/// The type of a column: `Sequelize.STRING(64)`, `DataTypes.ENUM("a")`, `"text"`. An enumeration is made before.
fn type_of(walker: &mut Walker<'_>, node: NodeId, table: &str, column: &str) -> Option<String> {
    let module = walker.module;
    let value = walker.value(node);
    if let Some(text) = walker.string(value) {
        return Some(if text == "string" { "varchar(255)".to_owned() } else { text });
    }
    let arguments: Vec<_> =
        if module.kind(value) == Kind::Call { module.arguments(value).collect() } else { Vec::new() };
    let named = if module.kind(value) == Kind::Call { module.callee(value)? } else { value };
    let word = module.last_name(named)?;
    let sizes: Vec<_> = arguments.iter().filter_map(|argument| walker.string(*argument)).collect();
    let sized =
        |of: &str| if sizes.is_empty() { of.to_owned() } else { format!("{of}({})", sizes.join(", ")) };
    Some(match word {
        "STRING" => format!("varchar({})", sizes.first().map_or("255", String::as_str)),
        "CHAR" => sized("char"),
        "TEXT" => "text".to_owned(),
        "CITEXT" | "UUID" | "JSON" | "JSONB" | "BOOLEAN" | "INTEGER" | "BIGINT" | "SMALLINT" | "DATEONLY"
        | "TIME" | "INET" | "CIDR" | "MACADDR" | "REAL" | "HSTORE" | "TSVECTOR" => match word {
            "DATEONLY" => "date".to_owned(),
            _ => word.to_ascii_lowercase(),
        },
        "TINYINT" => "smallint".to_owned(),
        "MEDIUMINT" | "UNSIGNED" | "NUMBER" | "INT" => "integer".to_owned(),
        "FLOAT" | "DOUBLE" | "PRECISION" => "double precision".to_owned(),
        "DECIMAL" | "NUMERIC" => sized("numeric"),
        "DATE" | "NOW" => "timestamptz".to_owned(),
        "DATETIME" | "TIMESTAMP" => "timestamp".to_owned(),
        "BLOB" => "bytea".to_owned(),
        "ARRAY" => format!("{}[]", type_of(walker, *arguments.first()?, table, column)?),
        "ENUM" => {
            let values = match arguments[..] {
                [one] => walker.strings(one).or_else(|| walker.strings(walker.property(one, "values")?)),
                _ => (!sizes.is_empty()).then_some(sizes),
            };
            let (schema, short) = table.rsplit_once('.').unwrap_or(("", table));
            let name = format!("enum_{short}_{column}");
            let full = if schema.is_empty() { name } else { format!("{schema}.{name}") };
            let mut sql = Sql::at(module.span(node));
            let list: Vec<_> = values.unwrap_or_default().iter().map(|value| text(value)).collect();
            sql.push("CREATE TYPE ").table(&full).push(" AS ENUM (").push(&list.join(", ")).push(")");
            walker.made(sql);
            quoted_path(&full)
        }
        _ => return None,
    })
}

fn keys(walker: &mut Walker<'_>, method: &str, call: NodeId, arguments: &[NodeId]) -> Option<()> {
    let table = table_name(walker, arguments.first())?;
    let given = *arguments.get(1)?;
    let mut sql = Sql::at(walker.module.span(call));
    match method {
        "addIndex" => return add_index(walker, &table, call, arguments),
        "addConstraint" => return add_constraint(walker, &table, call, arguments),
        "removeIndex" => {
            let value = walker.value(given);
            let name = match walker.module.kind(value) {
                Kind::Array => index_name(&table, &walker.strings(value)?),
                _ => walker.string(value)?,
            };
            let schema = table.split_once('.').map(|(schema, _)| format!("{schema}."));
            sql.push("DROP INDEX IF EXISTS ").table(&[schema.as_deref().unwrap_or(""), &name].concat());
        }
        "removeConstraint" => {
            sql.push("ALTER TABLE ")
                .table(&table)
                .push(" DROP CONSTRAINT ")
                .push(exists(walker))
                .name(&walker.string(given)?);
        }
        _ => return None,
    }
    walker.made(sql);
    Some(())
}

/// The name that an index gets by itself.
fn index_name(table: &str, columns: &[String]) -> String {
    let short = table.rsplit('.').next().unwrap_or(table);
    let joined = format!("{short}_{}", columns.join("_"));
    let mut name = String::new();
    let mut before = '_';
    for letter in joined.chars() {
        if letter.is_uppercase() && before.is_ascii_lowercase() {
            name.push('_');
        }
        name.extend(letter.to_lowercase());
        before = letter;
    }
    name.replace('-', "_")
}

fn add_index(walker: &mut Walker<'_>, table: &str, call: NodeId, arguments: &[NodeId]) -> Option<()> {
    // `addIndex(table, fields, options)`, `addIndex(table, { fields, … })`; of db-migrate `(table, name, fields, unique)`.
    let given = *arguments.get(1)?;
    let (fields, options, named) = match (walker.tool, walker.object(given)) {
        (Tool::DbMigrate, _) => (*arguments.get(2)?, arguments.get(3).copied(), walker.string(given)),
        (_, Some(_)) => (walker.property(given, "fields")?, Some(given), None),
        (_, None) => (given, arguments.get(2).copied(), None),
    };
    let columns = fields_of(walker, fields)?;
    let option = |key: &str| options.and_then(|options| walker.property_text(options, key));
    let flag = options.is_some_and(|options| walker.module.kind(options) == Kind::Flag(true));
    let unique = flag
        || options.is_some_and(|options| walker.is_on(options, "unique"))
        || ["type", "indicesType"]
            .iter()
            .any(|key| option(key).is_some_and(|kind| kind.eq_ignore_ascii_case("unique")));
    let name = named
        .or_else(|| option("name"))
        .or_else(|| option("indexName"))
        .unwrap_or_else(|| index_name(table, &columns));
    let mut sql = Sql::at(walker.module.span(call));
    sql.push(if unique { "CREATE UNIQUE INDEX " } else { "CREATE INDEX " });
    if options.is_some_and(|options| walker.is_on(options, "concurrently")) {
        sql.push("CONCURRENTLY ");
    }
    sql.push(if walker.guarded { "IF NOT EXISTS " } else { "" })
        .name(&name)
        .push(" ON ")
        .table(table)
        .push(" ");
    if let Some(method) = option("using")
        .or_else(|| option("method"))
        .filter(|word| word.bytes().all(|b| b.is_ascii_alphabetic()))
    {
        sql.push("USING ").push(&method).push(" ");
    }
    sql.names(&columns);
    // What a partial index holds is an object of its own; that it is one is kept.
    if options.is_some_and(|options| walker.property(options, "where").is_some()) {
        sql.push(" WHERE ").name(columns.first()?).push(" IS NOT NULL");
    }
    walker.made(sql);
    Some(())
}

/// The columns of an index: texts, or objects with `name` or `attribute`.
fn fields_of(walker: &Walker<'_>, node: NodeId) -> Option<Vec<String>> {
    let value = walker.value(node);
    if walker.module.kind(value) != Kind::Array {
        return walker.strings(value);
    }
    let one = |item: NodeId| {
        walker
            .string(item)
            .or_else(|| ["name", "attribute"].iter().find_map(|key| walker.property_text(item, key)))
    };
    walker.module.children(value).map(one).collect()
}

fn add_constraint(walker: &mut Walker<'_>, table: &str, call: NodeId, arguments: &[NodeId]) -> Option<()> {
    let given = *arguments.get(1)?;
    let (options, fields) = match walker.object(given) {
        Some(_) => (given, walker.property(given, "fields")),
        None => (*arguments.get(2)?, Some(given)),
    };
    let columns = fields.and_then(|fields| fields_of(walker, fields)).unwrap_or_default();
    let kind = walker.property_text(options, "type")?.to_ascii_lowercase();
    let mut sql = Sql::at(walker.module.span(call));
    sql.push("ALTER TABLE ").table(table).push(" ADD ");
    let suffix = match kind.as_str() {
        "unique" => "uk",
        "primary key" => "pk",
        "check" => "ck",
        _ => "fk",
    };
    let name = walker.property_text(options, "name");
    let short = table.rsplit('.').next().unwrap_or(table);
    sql.push("CONSTRAINT ")
        .name(&name.unwrap_or_else(|| format!("{short}_{}_{suffix}", columns.join("_"))))
        .push(" ");
    match kind.as_str() {
        "unique" => sql.push("UNIQUE ").names(&columns),
        "primary key" => sql.push("PRIMARY KEY ").names(&columns),
        "check" => {
            let column = columns.first()?;
            sql.push("CHECK (").name(column).push(" IS NOT NULL OR ").name(column).push(" IS NULL)")
        }
        "foreign key" => {
            let references = walker.property(options, "references")?;
            let field =
                walker.property(references, "field").or_else(|| walker.property(references, "fields"));
            let reference = Reference {
                table: walker.table_name(walker.property(references, "table").unwrap_or(references))?,
                columns: field.and_then(|field| walker.strings(field)).unwrap_or_default(),
                on_delete: walker.property_text(options, "onDelete"),
                on_update: walker.property_text(options, "onUpdate"),
            };
            sql.push("FOREIGN KEY ").names(&columns).push(" ");
            reference.write(&mut sql);
            &mut sql
        }
        _ => return None,
    };
    walker.made(sql);
    Some(())
}
