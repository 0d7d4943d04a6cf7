//! Indexes and constraints of models as SQL.

use super::super::model::Reach;
use super::super::python::{Call, Value};
use super::super::write::{Sql, quoted, text};
use super::fields::ModelId;
use super::names::made_up;
use super::operations::Writer;
use super::state::Model;
use crate::source::Span;

impl Writer<'_> {
    pub(super) fn on_indexes(&mut self, call: &Call, last: &str) -> Option<()> {
        let owner = match last {
            "AlterUniqueTogether" | "AlterIndexTogether" | "AlterOrderWithRespectTo" => "name",
            _ => "model_name",
        };
        let id = (self.app.to_owned(), self.given(call, 0, owner)?.to_lowercase());
        self.state.models.get(&id)?;
        match last {
            "AlterUniqueTogether" | "AlterIndexTogether" => {
                let unique = last == "AlterUniqueTogether";
                let name = if unique { "unique_together" } else { "index_together" };
                let sets = call.argument(1, name)?.clone();
                self.together(call.span, &id, &sets, unique);
            }
            "AlterOrderWithRespectTo" => {
                let table = self.state.models.get(&id).filter(|model| model.managed)?.table.clone();
                let ordered = call.argument(1, "order_with_respect_to")?;
                let action = if ordered.is("None") {
                    "DROP COLUMN IF EXISTS \"_order\" CASCADE"
                } else {
                    "ADD COLUMN IF NOT EXISTS \"_order\" integer NOT NULL"
                };
                self.alter(call.span, &table, action);
            }
            "RenameIndex" => return self.rename_index(call, &id),
            "RemoveIndex" | "RemoveIndexConcurrently" | "RemoveConstraint" => {
                let name = self.given(call, 1, "name")?;
                let model = self.state.models.get_mut(&id)?;
                let (written, table) = (model.named.remove(&name).flatten(), model.table.clone());
                if model.managed {
                    self.drop_named(call.span, &table, &name, written);
                }
            }
            "AlterConstraint" => {}
            _ => {
                let item = call.argument(1, if last.contains("Index") { "index" } else { "constraint" })?;
                self.named(&id, item.call()?);
            }
        }
        Some(())
    }

    fn drop_named(&mut self, span: Span, table: &str, name: &str, constraint: Option<bool>) {
        match constraint {
            Some(true) => self.alter(span, table, &format!("DROP CONSTRAINT IF EXISTS {}", quoted(name))),
            Some(false) => {
                let mut sql = Sql::at(span);
                sql.push("DROP INDEX IF EXISTS ").name(name);
                self.push(sql);
            }
            None => {}
        }
    }

    fn rename_index(&mut self, call: &Call, id: &ModelId) -> Option<()> {
        let new = self.given(call, 1, "new_name")?;
        let old = self.given(call, 2, "old_name");
        let fields = call.argument(3, "old_fields").map(names);
        let model = self.state.models.get_mut(id)?;
        let managed = model.managed;
        let from = match (old, fields) {
            (Some(old), _) => {
                let written = model.named.remove(&old).flatten();
                model.named.insert(new.clone(), written);
                written.map(|_| old)
            }
            (None, Some(fields)) => {
                let at = model.together.iter().position(|(unique, own, _)| !unique && *own == fields)?;
                model.named.insert(new.clone(), Some(false));
                Some(model.together.remove(at).2)
            }
            _ => return None,
        };
        if let Some(from) = from.filter(|_| managed) {
            let mut sql = Sql::at(call.span);
            sql.push("ALTER INDEX IF EXISTS ").name(&from).push(" RENAME TO ").name(&new);
            self.push(sql);
        }
        Some(())
    }

    /// Makes the sets of fields that are unique or indexed together what a value says.
    pub(super) fn together(&mut self, span: Span, id: &ModelId, value: &Value, unique: bool) {
        let wanted = sets(value);
        let Some(model) = self.state.models.get_mut(id) else { return };
        let (table, managed) = (model.table.clone(), model.managed);
        let (gone, kept): (Vec<_>, Vec<_>) = std::mem::take(&mut model.together)
            .into_iter()
            .partition(|(own, fields, _)| *own == unique && !wanted.contains(fields));
        model.together = kept;
        let fresh: Vec<Vec<String>> = wanted
            .into_iter()
            .filter(|fields| !model.together.iter().any(|(own, there, _)| *own == unique && there == fields))
            .collect();
        let model = model.clone();
        for (_, _, name) in gone.into_iter().filter(|_| managed) {
            self.drop_named(span, &table, &name, Some(unique));
        }
        for fields in fresh {
            let columns: Option<Vec<String>> = fields.iter().map(|field| model.column(field)).collect();
            let Some(columns) = columns else {
                let reach = Reach::table(table.clone());
                self.gap(span, "it speaks of a field that is not known", reach);
                continue;
            };
            let name = made_up(&table, &columns.join("_"), if unique { "uniq" } else { "idx" });
            if managed && unique {
                let mut sql = Sql::at(span);
                sql.push("ALTER TABLE ").table(&table).push(" ADD CONSTRAINT ").name(&name);
                sql.push(" UNIQUE ").names(&columns);
                self.push(sql);
            } else if managed {
                let mut sql = Sql::at(span);
                sql.push("CREATE INDEX ").name(&name).push(" ON ").table(&table).push(" ").names(&columns);
                self.push(sql);
            }
            if let Some(model) = self.state.models.get_mut(id) {
                model.together.push((unique, fields, name));
            }
        }
    }

    /// Makes an index or a constraint that has a name. What is an expression is noted, and not written.
    pub(super) fn named(&mut self, id: &ModelId, item: &Call) {
        let Some(name) = item.named("name").and_then(|name| self.string(name)).map(|(name, _)| name) else {
            return;
        };
        let Some(model) = self.state.models.get(id) else { return };
        let name = name.replace("%(app_label)s", &id.0).replace("%(class)s", &id.1);
        let sql = write(model, item, &name);
        let constraint = sql.as_ref().map(|(_, constraint)| *constraint);
        let managed = model.managed;
        if let Some(model) = self.state.models.get_mut(id) {
            model.named.insert(name, constraint);
        }
        if let Some((sql, _)) = sql.filter(|_| managed) {
            self.push(sql);
        }
    }
}

/// The statement for an index or a constraint, and whether it is a constraint.
fn write(model: &Model, item: &Call, name: &str) -> Option<(Sql, bool)> {
    let last = item.last();
    let unique = last == "UniqueConstraint";
    if !unique && !last.ends_with("Index") || item.named("expressions").is_some() {
        return None;
    }
    // Expressions come first, without a name.
    if !item.arguments.is_empty() {
        return None;
    }
    let fields = names(item.named("fields")?);
    let keys: Option<Vec<(String, bool)>> =
        fields.iter().map(|field| Some((model.column(field)?, field.starts_with('-')))).collect();
    let keys = keys.filter(|keys| !keys.is_empty())?;
    let condition = match item.named("condition") {
        Some(value) if !value.is("None") => Some(predicate(model, value)?),
        _ => None,
    };
    let include = item.named("include").map(names).unwrap_or_default();
    let include: Option<Vec<String>> = include.iter().map(|field| model.column(field)).collect();
    let include = include?;
    let mut sql = Sql::at(item.span);
    if unique && condition.is_none() && include.is_empty() && item.named("opclasses").is_none() {
        let columns: Vec<String> = keys.into_iter().map(|(column, _)| column).collect();
        sql.push("ALTER TABLE ").table(&model.table).push(" ADD CONSTRAINT ").name(name);
        sql.push(" UNIQUE ").names(&columns);
        return Some((sql, true));
    }
    sql.push(if unique { "CREATE UNIQUE INDEX " } else { "CREATE INDEX " }).name(name);
    sql.push(" ON ").table(&model.table).push(" ");
    match last {
        "GinIndex" => sql.push("USING gin "),
        "GistIndex" => sql.push("USING gist "),
        "BrinIndex" => sql.push("USING brin "),
        "HashIndex" => sql.push("USING hash "),
        "SpGistIndex" => sql.push("USING spgist "),
        "UniqueConstraint" | "Index" | "BTreeIndex" => &mut sql,
        _ => return None,
    };
    let classes = item.named("opclasses").map(names).unwrap_or_default();
    let keys: Vec<String> = keys
        .iter()
        .enumerate()
        .map(|(number, (column, down))| {
            let class = classes.get(number).map_or(String::new(), |class| format!(" {class}"));
            format!("{}{class}{}", quoted(column), if *down { " DESC" } else { "" })
        })
        .collect();
    sql.push("(").push(&keys.join(", ")).push(")");
    if !include.is_empty() {
        sql.push(" INCLUDE ").names(&include);
    }
    if let Some(condition) = condition {
        sql.push(" WHERE ").push(&condition);
    }
    Some((sql, false))
}

/// `Q(deleted=False, ended__isnull=True)` as SQL, also with pairs; none where it says anything else.
fn predicate(model: &Model, value: &Value) -> Option<String> {
    let call = value.call().filter(|call| call.last() == "Q")?;
    let mut tests = Vec::new();
    let pairs = call.arguments.iter().map(|pair| match pair {
        Value::List(pair) => match pair.as_slice() {
            [Value::Text(name, _), value] => Some((name.as_str(), value)),
            _ => None,
        },
        _ => None,
    });
    let named = call.named.iter().map(|(name, value)| Some((name.as_str(), value)));
    for pair in pairs.chain(named) {
        let (name, value) = pair?;
        let (field, lookup) = name.split_once("__").unwrap_or((name, "exact"));
        let column = quoted(&model.column(field)?);
        let literal = match value {
            Value::Text(plain, _) => text(plain),
            Value::Number(number) => number.clone(),
            Value::Name(name) if name == "True" => "true".to_owned(),
            Value::Name(name) if name == "False" => "false".to_owned(),
            _ => return None,
        };
        tests.push(match (lookup, literal.as_str()) {
            ("isnull", "true") => format!("{column} IS NULL"),
            ("isnull", "false") => format!("{column} IS NOT NULL"),
            ("exact", "true") => column,
            ("exact", "false") => format!("NOT {column}"),
            ("exact", _) => format!("{column} = {literal}"),
            _ => return None,
        });
    }
    (!tests.is_empty()).then(|| tests.join(" AND "))
}

/// The texts of a list.
fn names(value: &Value) -> Vec<String> {
    match value {
        Value::List(items) => items.iter().filter_map(Value::text).map(str::to_owned).collect(),
        Value::Text(text, _) => vec![text.clone()],
        _ => Vec::new(),
    }
}

/// `{("a", "b")}`, `[["a", "b"]]` and `("a", "b")` as sets of fields.
fn sets(value: &Value) -> Vec<Vec<String>> {
    match value {
        Value::List(items) if items.iter().all(|item| item.text().is_some()) => {
            let one = names(value);
            if one.is_empty() { Vec::new() } else { vec![one] }
        }
        Value::List(items) => items.iter().map(names).filter(|names| !names.is_empty()).collect(),
        Value::Call(call) if matches!(call.last(), "set" | "list" | "tuple") => {
            call.arguments.first().map(sets).unwrap_or_default()
        }
        _ => Vec::new(),
    }
}
