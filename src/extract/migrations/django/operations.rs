//! Operations of a migration: what they do to the models, and the SQL that they come to.

use super::super::model::{Part, Reach};
use super::super::python::{self, Call, Value};
use super::super::reach;
use super::super::write::Sql;
use super::fields::{self, Field, ModelId};
use super::names::{dotted, shortened};
use super::state::{Model, State};
use crate::source::{Span, begins};

/// What the operations of a migration come to.
pub(super) struct Writer<'t> {
    pub(super) text: &'t str,
    /// The application of the migration.
    pub(super) app: &'t str,
    pub(super) state: State,
    /// The model of users that the settings name.
    pub(super) user: Option<&'t ModelId>,
    /// Files of SQL beside the migration, by the end of their path.
    pub(super) load: &'t dyn Fn(&str) -> Option<&'t str>,
    pub(super) parts: Vec<Part>,
    /// References are made at the end: table, column, name, table and column they refer to.
    pub(super) later: Vec<Later>,
    pub(super) gaps: Vec<(Span, String, Reach)>,
    /// Only the models change: `state_operations`.
    pub(super) quiet: bool,
}

/// A reference that is made at the end of a migration.
pub(super) struct Later {
    pub(super) table: String,
    pub(super) column: String,
    pub(super) name: String,
    pub(super) target: (String, String),
    pub(super) span: Span,
}

impl Writer<'_> {
    pub(super) fn gap(&mut self, span: Span, why: &str, reach: Reach) {
        if !self.quiet {
            self.gaps.push((span, why.to_owned(), reach));
        }
    }

    /// Adds a statement.
    pub(super) fn push(&mut self, sql: Sql) {
        if !self.quiet {
            self.parts.push(sql.part());
        }
    }

    /// A statement on a table.
    pub(super) fn alter(&mut self, span: Span, table: &str, action: &str) {
        let mut sql = Sql::at(span);
        sql.push("ALTER TABLE ").table(table).push(" ").push(action);
        self.push(sql);
    }

    /// A text: a literal, or a name of the module that is given one.
    pub(super) fn string(&self, value: &Value) -> Option<(String, Span)> {
        match value {
            Value::Text(text, span) => Some((text.clone(), *span)),
            Value::Name(name) if !name.contains('.') => {
                let value = python::assigned(self.text, name)?;
                if matches!(value, Value::Text(..) | Value::Other(_)) { self.string(&value) } else { None }
            }
            Value::Call(call) if call.last() == "dedent" => self.string(call.arguments.first()?),
            Value::Other(span) => {
                let name = |name: &str| python::assigned(self.text, name)?.text().map(str::to_owned);
                Some((python::filled(span.of(self.text), name)?, *span))
            }
            _ => None,
        }
    }

    /// An argument that is a text.
    pub(super) fn given(&self, call: &Call, index: usize, name: &str) -> Option<String> {
        self.string(call.argument(index, name)?).map(|(text, _)| text)
    }

    /// The model that an argument names, of this application.
    fn model_id(&self, call: &Call, index: usize, name: &str) -> Option<ModelId> {
        Some((self.app.to_owned(), self.given(call, index, name)?.to_lowercase()))
    }

    /// The model that a value names: `"shop.Order"`, `"self"`, `settings.AUTH_USER_MODEL`.
    fn names_model(&self, value: &Value, own: &ModelId) -> Option<ModelId> {
        let text = match value {
            Value::Text(text, _) => text,
            Value::Name(name) if name.ends_with("AUTH_USER_MODEL") => return self.user.cloned(),
            _ => return None,
        };
        if text == "self" {
            return Some(own.clone());
        }
        let (app, model) = text.split_once('.').unwrap_or((self.app, text));
        Some((app.to_owned(), model.to_lowercase()))
    }

    /// A field as an operation gives it.
    pub(super) fn field(&self, name: &str, value: &Value, own: &ModelId) -> Option<Field> {
        Some(fields::read(name, value.call()?, &|value| self.names_model(value, own)))
    }

    /// Reads the operations of a list.
    pub(super) fn all(&mut self, operations: &Value, span: Span) {
        let Value::List(operations) = operations else {
            return self.gap(span, "its operations are put together when it runs", Reach::Anything);
        };
        for operation in operations {
            match operation {
                Value::Call(call) => self.operation(call),
                Value::Other(span) => {
                    self.gap(*span, "its operations are put together when it runs", Reach::Anything);
                }
                _ => self.gap(span, "its operations are put together when it runs", Reach::Anything),
            }
        }
    }

    fn operation(&mut self, call: &Call) {
        let last = call.last();
        let done = match last {
            "CreateModel" => self.create_model(call),
            "DeleteModel" | "RenameModel" | "AlterModelTable" | "AlterModelOptions" | "AddField"
            | "RemoveField" | "AlterField" | "RenameField" => self.on_model(call, last),
            "AlterUniqueTogether"
            | "AlterIndexTogether"
            | "AddIndex"
            | "AddIndexConcurrently"
            | "RemoveIndex"
            | "RemoveIndexConcurrently"
            | "RenameIndex"
            | "AddConstraint"
            | "AddConstraintNotValid"
            | "AlterConstraint"
            | "RemoveConstraint"
            | "AlterOrderWithRespectTo" => self.on_indexes(call, last),
            "AlterModelManagers" | "AlterModelTableComment" | "ValidateConstraint" => Some(()),
            "SeparateDatabaseAndState" => {
                self.separate(call);
                Some(())
            }
            "RunPython" => {
                self.function(call);
                Some(())
            }
            _ if last.ends_with("Extension") => self.extension(call, last),
            _ if call.name.contains("RunSQL") || call.name.contains("RunSql") => {
                self.run_sql(call);
                Some(())
            }
            _ => None,
        };
        if done.is_none() {
            // Operations of the repository's own or of packages, and those on models that are not known.
            let table = self.model_id(call, 0, "model_name").or_else(|| self.model_id(call, 0, "name"));
            let reach = table.map_or(Reach::Anything, |(app, model)| {
                let known = self.state.models.get(&(app.clone(), model.clone()));
                Reach::table(known.map_or_else(|| format!("{app}_{model}"), |model| model.table.clone()))
            });
            self.gap(call.span, "the operation is not understood", reach);
        }
    }

    fn on_model(&mut self, call: &Call, last: &str) -> Option<()> {
        let owner = match last {
            "AddField" | "RemoveField" | "AlterField" | "RenameField" => "model_name",
            "RenameModel" => "old_name",
            _ => "name",
        };
        let id = self.model_id(call, 0, owner)?;
        if !self.state.models.contains_key(&id) {
            return None;
        }
        let name = self.given(call, 1, if last == "RenameField" { "old_name" } else { "name" });
        match last {
            "DeleteModel" => self.delete_model(call.span, &id),
            "RenameModel" => {
                let new = self.given(call, 1, "new_name")?;
                self.rename_model(call.span, &id, &new.to_lowercase())
            }
            "AlterModelTable" => {
                let table = call.argument(1, "table").and_then(Value::text).map(str::to_owned);
                self.move_table(call.span, &id, table)
            }
            "AlterModelOptions" => {
                let managed = option(call.argument(1, "options"), "managed");
                let model = self.state.models.get_mut(&id)?;
                if let Some(managed) = managed {
                    model.managed = !managed.is("False");
                }
                Some(())
            }
            "AddField" => {
                let field = self.field(&name?, call.argument(2, "field")?, &id)?;
                self.add_field(&id, field)
            }
            "RemoveField" => self.remove_field(call.span, &id, &name?),
            "AlterField" => {
                let field = self.field(&name?, call.argument(2, "field")?, &id)?;
                self.alter_field(&id, field)
            }
            _ => {
                let new = self.given(call, 2, "new_name")?;
                self.rename_field(call.span, &id, &name?, &new)
            }
        }
    }

    fn create_model(&mut self, call: &Call) -> Option<()> {
        let id = self.model_id(call, 0, "name")?;
        let Value::List(items) = call.argument(1, "fields")? else { return None };
        let options = call.argument(2, "options");
        let proxy = option(options, "proxy").is_some_and(|proxy| proxy.is("True"));
        let unmanaged = option(options, "managed").is_some_and(|managed| managed.is("False"));
        let named = option(options, "db_table").and_then(|table| self.string(table)).map(|(table, _)| table);
        let mut model = Model {
            named_after: named.is_none(),
            table: named.map_or_else(|| shortened(format!("{}_{}", id.0, id.1)), |table| dotted(&table)),
            managed: !proxy && !unmanaged,
            ..Model::default()
        };
        for item in items {
            let Value::List(pair) = item else { return None };
            let [name, field] = pair.as_slice() else { return None };
            let (name, _) = self.string(name)?;
            if let Some(field) = self.field(&name, field, &id) {
                model.fields.push(field);
            } else {
                let reach = Reach::table(model.table.clone());
                self.gap(call.span, "the type of a field is put together when it runs", reach);
            }
        }
        let inherits = matches!(call.argument(3, "bases"), Some(Value::List(bases))
            if bases.iter().any(|base| matches!(base, Value::Text(..))));
        if model.primary().is_none() && model.managed {
            if inherits {
                let reach = Reach::table(model.table.clone());
                self.gap(call.span, "it inherits its primary key", reach);
            } else {
                model.fields.insert(0, fields::implied(call.span));
            }
        }
        self.state.models.insert(id.clone(), model);
        self.create_table(call.span, &id);
        for (name, unique) in [("unique_together", true), ("index_together", false)] {
            if let Some(sets) = option(options, name) {
                self.together(call.span, &id, &sets.clone(), unique);
            }
        }
        for name in ["indexes", "constraints"] {
            if let Some(Value::List(items)) = option(options, name) {
                for item in items.iter().filter_map(Value::call) {
                    self.named(&id, item);
                }
            }
        }
        Some(())
    }

    /// `database_operations` happen, `state_operations` change what the models say.
    fn separate(&mut self, call: &Call) {
        let before = self.state.clone();
        if let Some(operations) = call.argument(0, "database_operations") {
            self.all(&operations.clone(), call.span);
        }
        self.state = before;
        self.silently(call.argument(1, "state_operations"), call.span);
    }

    fn silently(&mut self, operations: Option<&Value>, span: Span) {
        let Some(operations) = operations.cloned() else { return };
        let before = std::mem::replace(&mut self.quiet, true);
        self.all(&operations, span);
        self.quiet = before;
    }

    fn extension(&mut self, call: &Call, last: &str) -> Option<()> {
        let name = match last {
            "TrigramExtension" => "pg_trgm".to_owned(),
            "BloomExtension" => "bloom".to_owned(),
            "BtreeGinExtension" => "btree_gin".to_owned(),
            "BtreeGistExtension" => "btree_gist".to_owned(),
            "CITextExtension" => "citext".to_owned(),
            "CryptoExtension" => "pgcrypto".to_owned(),
            "HStoreExtension" => "hstore".to_owned(),
            "UnaccentExtension" => "unaccent".to_owned(),
            "VectorExtension" => "vector".to_owned(),
            "CreateExtension" => self.given(call, 0, "name")?,
            _ => return None,
        };
        let mut sql = Sql::at(call.span);
        sql.push("CREATE EXTENSION IF NOT EXISTS ").name(&name);
        self.push(sql);
        Some(())
    }

    fn run_sql(&mut self, call: &Call) {
        match call.argument(0, "sql").cloned() {
            Some(Value::List(items)) => {
                for item in items {
                    match item {
                        // A statement with its parameters.
                        Value::List(pair) if !pair.is_empty() => self.sql(&pair[0], call),
                        item => self.sql(&item, call),
                    }
                }
            }
            Some(sql) => self.sql(&sql, call),
            None => self.gap(call.span, "its SQL is put together when it runs", Reach::Anything),
        }
        self.silently(call.argument(2, "state_operations"), call.span);
    }

    fn sql(&mut self, value: &Value, call: &Call) {
        if self.quiet || matches!(value, Value::Name(name) if name.ends_with("noop")) {
            return;
        }
        if let Some((sql, span)) = self.string(value) {
            let plain = span.of(self.text) == sql;
            self.parts.push(if plain {
                Part::Sql(span)
            } else {
                Part::Text { text: sql, places: vec![(0, span)] }
            });
            return;
        }
        // `open(os.path.join(…, "up.sql")).read()`.
        let first = call.span.of(self.text);
        let first = first.split("reverse_").next().unwrap_or(first);
        let files: Vec<&str> =
            first.split(['"', '\'']).filter(|text| text.to_ascii_lowercase().ends_with(".sql")).collect();
        let file = match (files.as_slice(), value) {
            ([file], _) => Some(*file),
            (_, Value::Name(name)) => opened(self.text, name),
            _ => None,
        };
        if let Some(sql) = file.and_then(self.load) {
            self.parts.push(Part::Text { text: sql.to_owned(), places: vec![(0, call.span)] });
            return;
        }
        // What begins as the making of an index concerns no more than that.
        let begins = first.split(['"', '\'']).nth(1).unwrap_or_default().trim_start().to_ascii_lowercase();
        let index = ["create index", "create unique index", "drop index"]
            .iter()
            .any(|words| begins.starts_with(words) && !begins.contains(';'));
        let reach = if index { Reach::Names } else { Reach::Anything };
        self.gap(call.span, "its SQL is put together when it runs", reach);
    }

    /// A function changes rows, unless it speaks of the schema.
    fn function(&mut self, call: &Call) {
        let Some(Value::Name(name)) = call.argument(0, "code") else { return };
        let Some(lines) = python::body(self.text, name) else { return };
        let (Some(first), Some(last)) = (lines.first(), lines.last()) else { return };
        let body = &self.text[first.at..last.at + last.text.len()];
        let mut reach = Reach::Rows;
        if EDITS.iter().any(|word| body.contains(word)) {
            reach = Reach::Anything;
        } else if body.contains(".execute(") {
            reach = executed(body);
        }
        if reach != Reach::Rows {
            self.gap(call.span, "a function of it changes the schema", reach);
        }
    }
}

/// The file of SQL that is opened right before a name is given what it holds.
fn opened<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let before = &text[..text.find(&[name, " = "].concat())?];
    let end = before.rfind(".sql")? + ".sql".len();
    let near = before.len() - end < 100;
    let start = before[..end].rfind(['"', '\''])? + 1;
    near.then(|| &before[start..end])
}

/// Calls that change the schema.
const EDITS: &[&str] = &[
    "schema_editor.add_",
    "schema_editor.alter_",
    "schema_editor.create_",
    "schema_editor.delete_",
    "schema_editor.remove_",
];

/// What the texts of a function may concern that speak of the schema.
fn executed(body: &str) -> Reach {
    const WORDS: &[&str] = &["create ", "alter ", "drop ", "comment ", "grant ", "revoke "];
    let mut reach = Reach::Rows;
    let mut at = 0;
    while let Some(found) = body[at..].find(['"', '\'']) {
        let (value, end) = python::value(body, at + found);
        if let Value::Text(text, _) = value
            && WORDS.iter().any(|word| begins(text.trim_start(), word))
        {
            // A text with places in it may name any table.
            let computed =
                body[..at + found].ends_with(['f', 'F']) || text.contains('{') || text.contains("%s");
            reach = reach.and(if computed { Reach::Anything } else { reach::of_sql(&text) });
        }
        at = end.max(at + found + 1);
        at = body.ceil_char_boundary(at.min(body.len()));
    }
    reach
}

/// An option of a model.
pub(super) fn option<'v>(options: Option<&'v Value>, name: &str) -> Option<&'v Value> {
    let Some(Value::Dict(pairs)) = options else { return None };
    pairs.iter().find(|(key, _)| key.text() == Some(name)).map(|(_, value)| value)
}
