//! Changes of Liquibase as SQL.

use super::super::columns::{Column, Reference};
use super::super::model::{Dialect, Part, Reach};
use super::super::write::{Sql, quoted, text};
use super::element::Element;
use crate::source::Span;

/// Changes that change rows, or nothing.
pub(super) const ROWS: &[&str] = &[
    "comment",
    "delete",
    "empty",
    "insert",
    "loadData",
    "loadUpdateData",
    "output",
    "preConditions",
    "rollback",
    "setColumnRemarks",
    "setTableRemarks",
    "stop",
    "tagDatabase",
    "update",
    "validCheckSum",
];

/// What the changes of a changeset come to.
pub(super) struct Writer<'w> {
    pub(super) text: &'w str,
    pub(super) dialect: Dialect,
    /// A precondition asks whether what is made or dropped is there.
    pub(super) guarded: bool,
    /// The text of a file that a change names.
    pub(super) load: &'w dyn Fn(&Element, &str) -> Option<String>,
    pub(super) parts: Vec<Part>,
    pub(super) gaps: Vec<(Span, String, Reach)>,
}

/// A name as Liquibase writes it: in quotes where small and capital letters stand in it.
fn name(given: &str) -> String {
    let given = given.trim_matches(['"', '`']);
    let mixed =
        given.bytes().any(|b| b.is_ascii_lowercase()) && given.bytes().any(|b| b.is_ascii_uppercase());
    if mixed { given.to_owned() } else { given.to_lowercase() }
}

fn names(list: &str) -> Vec<String> {
    list.split(',').map(|item| name(item.trim())).filter(|item| !item.is_empty()).collect()
}

/// A table with its schema, as a change names it.
fn table(change: &Element, attribute: &str, schema: &str) -> Option<String> {
    let table = name(change.get(attribute)?);
    Some(match change.get(schema).filter(|schema| !schema.contains('$')) {
        Some(schema) => format!("{}.{table}", name(schema)),
        None => table,
    })
}

/// A type as PostgreSQL has it.
fn type_of(given: &str) -> String {
    let given = given.trim().trim_start_matches("java.sql.Types.");
    let lower = given.to_ascii_lowercase();
    let (word, rest) = lower.split_at(lower.find('(').unwrap_or(lower.len()));
    let whole = |of: &str| of.to_owned();
    match word.trim() {
        "int" | "integer" | "mediumint" | "int4" => whole("integer"),
        "bigint" | "int8" | "long" => whole("bigint"),
        "tinyint" | "smallint" | "int2" => whole("smallint"),
        "boolean" | "bit" | "bool" if rest.is_empty() || rest == "(1)" => whole("boolean"),
        "datetime" | "datetime2" | "java.util.date" => whole("timestamp"),
        "double" | "float8" | "double precision" => whole("double precision"),
        "float" => whole("double precision"),
        "number" | "decimal" | "numeric" | "currency" => format!("numeric{rest}"),
        "clob" | "nclob" | "longvarchar" | "longnvarchar" | "longtext" | "mediumtext" | "ntext" => {
            whole("text")
        }
        "blob" => whole("oid"),
        "longblob" | "binary" | "varbinary" | "longvarbinary" | "mediumblob" | "tinyblob" => whole("bytea"),
        "nvarchar" | "varchar2" | "nvarchar2" | "string" | "varchar" => {
            format!("varchar{}", rest.replace(" char)", ")"))
        }
        "nchar" | "char" => format!("char{rest}"),
        _ if given.contains("${") => whole("text"),
        _ => given.to_owned(),
    }
}

impl Writer<'_> {
    fn if_missing(&self) -> &'static str {
        if self.guarded { "IF NOT EXISTS " } else { "" }
    }

    fn if_there(&self) -> &'static str {
        if self.guarded { "IF EXISTS " } else { "" }
    }

    fn alter(&mut self, change: &Element, table: &str, action: &str) {
        let mut sql = Sql::at(change.span);
        sql.push("ALTER TABLE ").table(table).push(" ").push(action);
        self.parts.push(sql.part());
    }

    /// Reads a change.
    pub(super) fn change(&mut self, change: &Element) {
        if ROWS.contains(&change.name.as_str()) {
            return;
        }
        let done = match change.name.as_str() {
            "sql" | "createProcedure" | "createView" | "sqlFile" | "createFunction" | "createTrigger" => {
                self.text(change)
            }
            "createTable" => self.create_table(change),
            "addColumn" => self.add_column(change),
            "createIndex" => self.create_index(change),
            "dropTable" | "dropView" | "dropIndex" | "dropSequence" | "renameTable" | "renameView"
            | "createSequence" | "renameSequence" => self.whole(change),
            "addForeignKeyConstraint" => self.foreign_key(change),
            "modifySql" => {
                let ours = change.get("dbms").is_none_or(|dbms| super::is_of(dbms, self.dialect));
                (!ours).then_some(())
            }
            _ => self.on_table(change),
        };
        if done.is_none() {
            let named = ["tableName", "baseTableName", "newTableName", "existingTableName"];
            let names: Vec<String> =
                named.iter().filter_map(|attribute| Some(name(change.get(attribute)?))).collect();
            let reach = if names.is_empty() { Reach::Anything } else { Reach::Tables(names) };
            let why = format!("the change `{}` is not read", change.name);
            self.gaps.push((change.span, why, reach));
        }
    }

    /// Changes that are SQL.
    fn text(&mut self, change: &Element) -> Option<()> {
        if change.get("dbms").is_some_and(|dbms| !super::is_of(dbms, self.dialect)) {
            return Some(());
        }
        let from_file = change.get("path").map(|path| (self.load)(change, path));
        let sql = match from_file {
            Some(sql) => sql?,
            None if change.text.trim().is_empty() => return None,
            None => change.text.clone(),
        };
        if sql.contains("${") {
            return None;
        }
        let is_view = change.name == "createView" && !change.on("fullDefinition");
        if !is_view {
            let raw = change.raw.filter(|raw| raw.of(self.text) == sql);
            self.parts.push(match raw {
                Some(span) => Part::Sql(span),
                None => Part::Text { text: sql, places: vec![(0, change.span)] },
            });
            return Some(());
        }
        let mut view = Sql::at(change.span);
        view.push(if change.on("replaceIfExists") { "CREATE OR REPLACE VIEW " } else { "CREATE VIEW " });
        view.table(&table(change, "viewName", "schemaName")?)
            .push(" AS ")
            .push(sql.trim().trim_end_matches(';'));
        self.parts.push(view.part());
        Some(())
    }

    fn column(column: &Element) -> Option<Column> {
        let constraints = column.children.iter().find(|child| child.name == "constraints");
        let on = |name: &str| constraints.is_some_and(|constraints| constraints.on(name));
        let mut of = type_of(column.get("type")?);
        let counts = column.on("autoIncrement");
        if counts {
            of = of.replace("bigserial", "bigint").replace("serial", "integer");
            of.push_str(" GENERATED BY DEFAULT AS IDENTITY");
        }
        let nullable = constraints.and_then(|constraints| constraints.get("nullable"));
        Some(Column {
            name: name(column.get("name")?),
            of,
            not_null: nullable.is_some_and(|nullable| nullable.eq_ignore_ascii_case("false")),
            default: default(column),
            unique: on("unique") && constraints.is_none_or(|own| own.get("uniqueConstraintName").is_none()),
            references: constraints.and_then(reference),
            span: column.span,
            ..Column::default()
        })
    }

    fn create_table(&mut self, change: &Element) -> Option<()> {
        let table = table(change, "tableName", "schemaName")?;
        let columns: Option<Vec<Column>> = change.all("column").map(Self::column).collect();
        let mut sql = Sql::at(change.span);
        sql.push("CREATE TABLE ").push(self.if_missing()).table(&table).push(" (");
        for (number, column) in columns?.iter().enumerate() {
            sql.push(if number > 0 { ", " } else { "" });
            column.write(&mut sql);
        }
        let constraints =
            |column: &Element| column.children.iter().find(|child| child.name == "constraints").cloned();
        let (mut keys, mut key_name) = (Vec::new(), None);
        for column in change.all("column") {
            let Some(own) = constraints(column) else { continue };
            let column = name(column.get("name")?);
            if own.on("primaryKey") {
                key_name = key_name.or_else(|| own.get("primaryKeyName").map(name));
                keys.push(column.clone());
            }
            if let Some(unique) = own.get("uniqueConstraintName").filter(|_| own.on("unique")) {
                sql.push(", CONSTRAINT ").name(&name(unique)).push(" UNIQUE ").names(&[column]);
            }
        }
        if !keys.is_empty() {
            sql.push(", ");
            if let Some(name) = key_name {
                sql.push("CONSTRAINT ").name(&name).push(" ");
            }
            sql.push("PRIMARY KEY ").names(&keys);
        }
        sql.push(")");
        self.parts.push(sql.part());
        Some(())
    }

    fn add_column(&mut self, change: &Element) -> Option<()> {
        let table = table(change, "tableName", "schemaName")?;
        for element in change.all("column") {
            let column = Self::column(element)?;
            let constraints = element.children.iter().find(|child| child.name == "constraints");
            let mut sql = Sql::at(element.span);
            sql.push("ALTER TABLE ").table(&table).push(" ADD COLUMN ").push(self.if_missing());
            column.write(&mut sql);
            self.parts.push(sql.part());
            if let Some(unique) =
                constraints.filter(|own| own.on("unique")).and_then(|own| own.get("uniqueConstraintName"))
            {
                let action =
                    format!("ADD CONSTRAINT {} UNIQUE ({})", quoted(&name(unique)), quoted(&column.name));
                self.alter(element, &table, &action);
            }
            if constraints.is_some_and(|own| own.on("primaryKey")) {
                self.alter(element, &table, &format!("ADD PRIMARY KEY ({})", quoted(&column.name)));
            }
        }
        Some(())
    }

    fn create_index(&mut self, change: &Element) -> Option<()> {
        let table = table(change, "tableName", "schemaName")?;
        let mut sql = Sql::at(change.span);
        sql.push(if change.on("unique") { "CREATE UNIQUE INDEX " } else { "CREATE INDEX " });
        if let Some(index) = change.get("indexName") {
            sql.push(self.if_missing()).name(&name(index)).push(" ");
        }
        sql.push("ON ").table(&table).push(" (");
        for (number, column) in change.all("column").enumerate() {
            let key = column.get("name")?;
            sql.push(if number > 0 { ", " } else { "" });
            // Expressions are written as they are.
            if column.on("computed") || key.contains('(') {
                sql.push("(").push(key).push(")");
            } else {
                let (key, down) = key.split_once(' ').unwrap_or((key, ""));
                sql.name(&name(key)).push(if down.trim().eq_ignore_ascii_case("desc") {
                    " DESC"
                } else {
                    ""
                });
            }
        }
        sql.push(")");
        self.parts.push(sql.part());
        Some(())
    }

    fn foreign_key(&mut self, change: &Element) -> Option<()> {
        let base = table(change, "baseTableName", "baseTableSchemaName")?;
        let action = |attribute: &str| change.get(attribute).map(str::to_owned);
        let cascade = change.on("deleteCascade").then(|| "CASCADE".to_owned());
        let reference = Reference {
            table: table(change, "referencedTableName", "referencedTableSchemaName")?,
            columns: names(change.get("referencedColumnNames")?),
            on_delete: action("onDelete").or(cascade),
            on_update: action("onUpdate"),
        };
        let mut sql = Sql::at(change.span);
        sql.push("ALTER TABLE ").table(&base).push(" ADD CONSTRAINT ");
        sql.name(&name(change.get("constraintName")?)).push(" FOREIGN KEY ");
        sql.names(&names(change.get("baseColumnNames")?)).push(" ");
        reference.write(&mut sql);
        self.parts.push(sql.part());
        Some(())
    }

    /// Changes of whole relations.
    fn whole(&mut self, change: &Element) -> Option<()> {
        let there = self.if_there();
        let of = |attribute: &str| table(change, attribute, "schemaName");
        let mut sql = Sql::at(change.span);
        let cascade = if change.on("cascadeConstraints") { " CASCADE" } else { "" };
        match change.name.as_str() {
            "dropTable" => sql.push("DROP TABLE ").push(there).table(&of("tableName")?).push(cascade),
            "dropView" => sql.push("DROP VIEW ").push(there).table(&of("viewName")?),
            "dropIndex" => sql.push("DROP INDEX ").push(there).table(&of("indexName")?),
            "dropSequence" => sql.push("DROP SEQUENCE ").push(there).table(&of("sequenceName")?),
            "createSequence" => sql.push("CREATE SEQUENCE IF NOT EXISTS ").table(&of("sequenceName")?),
            "renameSequence" => sql
                .push("ALTER SEQUENCE ")
                .table(&of("oldSequenceName")?)
                .push(" RENAME TO ")
                .name(&name(change.get("newSequenceName")?)),
            "renameView" => sql
                .push("ALTER VIEW ")
                .table(&of("oldViewName")?)
                .push(" RENAME TO ")
                .name(&name(change.get("newViewName")?)),
            _ => sql
                .push("ALTER TABLE ")
                .push(there)
                .table(&of("oldTableName")?)
                .push(" RENAME TO ")
                .name(&name(change.get("newTableName")?)),
        };
        self.parts.push(sql.part());
        Some(())
    }

    /// Changes of columns and constraints of a table.
    fn on_table(&mut self, change: &Element) -> Option<()> {
        let attribute = if change.name == "dropForeignKeyConstraint" { "baseTableName" } else { "tableName" };
        let schema = if attribute == "tableName" { "schemaName" } else { "baseTableSchemaName" };
        let table = table(change, attribute, schema)?;
        let get = |attribute: &str| change.get(attribute).map(name);
        let column = || get("columnName").map(|name| quoted(&name));
        let list = |attribute: &str| {
            let names = change.get(attribute).map(names)?;
            Some(names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", "))
        };
        let constraint =
            || get("constraintName").map_or(String::new(), |name| format!("CONSTRAINT {} ", quoted(&name)));
        let action = match change.name.as_str() {
            "dropColumn" => {
                let mut columns: Vec<String> =
                    change.all("column").filter_map(|column| Some(name(column.get("name")?))).collect();
                columns.extend(get("columnName"));
                let drops: Vec<_> = columns
                    .iter()
                    .map(|column| format!("DROP COLUMN {}{}", self.if_there(), quoted(column)))
                    .collect();
                if drops.is_empty() {
                    return None;
                }
                drops.join(", ")
            }
            "renameColumn" => format!(
                "RENAME COLUMN {} TO {}",
                quoted(&get("oldColumnName")?),
                quoted(&get("newColumnName")?)
            ),
            "modifyDataType" => {
                let of = type_of(change.get("newDataType")?);
                let column = column()?;
                format!("ALTER COLUMN {column} TYPE {of} USING ({column}::{of})")
            }
            "addNotNullConstraint" => format!("ALTER COLUMN {} SET NOT NULL", column()?),
            "dropNotNullConstraint" => format!("ALTER COLUMN {} DROP NOT NULL", column()?),
            "dropDefaultValue" => format!("ALTER COLUMN {} DROP DEFAULT", column()?),
            "addDefaultValue" => format!("ALTER COLUMN {} SET DEFAULT {}", column()?, default(change)?),
            "addAutoIncrement" => {
                format!("ALTER COLUMN {} ADD GENERATED BY DEFAULT AS IDENTITY", column()?)
            }
            "addPrimaryKey" => format!("ADD {}PRIMARY KEY ({})", constraint(), list("columnNames")?),
            "addUniqueConstraint" => format!("ADD {}UNIQUE ({})", constraint(), list("columnNames")?),
            "dropPrimaryKey" => {
                let short = table.rsplit('.').next().unwrap_or(&table);
                let own = get("constraintName").unwrap_or_else(|| format!("{short}_pkey"));
                format!("DROP CONSTRAINT {}{}", self.if_there(), quoted(&own))
            }
            "dropForeignKeyConstraint" | "dropUniqueConstraint" => {
                format!("DROP CONSTRAINT {}{}", self.if_there(), quoted(&get("constraintName")?))
            }
            _ => return None,
        };
        self.alter(change, &table, &action);
        Some(())
    }
}

fn default(column: &Element) -> Option<String> {
    let get = |attribute: &str| column.get(attribute);
    let plain = get("defaultValueComputed")
        .or_else(|| get("defaultValueNumeric"))
        .map(str::to_owned)
        .filter(|value| !value.contains("${"));
    let truth = get("defaultValueBoolean").map(|value| (value == "true" || value == "1").to_string());
    let date = get("defaultValueDate").map(|value| {
        let computed = value.bytes().next().is_some_and(|first| first.is_ascii_alphabetic());
        if computed { value.to_owned() } else { text(value) }
    });
    plain.or(truth).or(date).or_else(|| get("defaultValue").map(text))
}

/// What `references="t(c)"` and its longer forms refer to.
fn reference(constraints: &Element) -> Option<Reference> {
    let cascade = constraints.on("deleteCascade").then(|| "CASCADE".to_owned());
    if let Some((table, columns)) = constraints.get("references").and_then(|to| to.split_once('(')) {
        return Some(Reference {
            table: name(table.trim()),
            columns: names(columns.trim_end().trim_end_matches(')')),
            on_delete: cascade,
            on_update: None,
        });
    }
    Some(Reference {
        table: name(constraints.get("referencedTableName")?),
        columns: names(constraints.get("referencedColumnNames")?),
        on_delete: cascade,
        on_update: None,
    })
}
