//! Models and their fields as tables.

use std::collections::BTreeMap;

use super::super::python::{ClassId, Named, Project};
use crate::extract::declared::{Column, Index, Table};
use crate::extract::migrations::django::fields::{self, Field, Kind, ModelId};
use crate::extract::migrations::django::names::{dotted, shortened};
use crate::extract::migrations::python::{self, Call, Class, Value};
use crate::source::Place;

/// How many classes above one are looked at.
const MAX_DEPTH: usize = 8;

/// Reads the models of a project.
pub(super) struct Reader<'p> {
    pub(super) project: &'p Project<'p>,
    /// The labels of applications by their folders.
    pub(super) apps: &'p BTreeMap<String, String>,
    /// Whether classes have what they say only.
    pub(super) whole: bool,
}

/// The fields of a model.
struct Fields {
    found: Vec<(Field, Place)>,
    /// Names that stand for something else, or for nothing.
    taken: Vec<String>,
    /// Whether there are no others.
    whole: bool,
}

impl Reader<'_> {
    /// The tables of a class: that of the model, and those between it and others. None where it is no model with a table
    /// that migrations make.
    pub(super) fn tables(&self, id: ClassId, class: &Class<'_>) -> Vec<Table> {
        let meta = self.meta(id, 0);
        let Some(module) = self.project.module(id) else { return Vec::new() };
        if meta.is_abstract || meta.proxy || !meta.managed || !meta.told || !self.is_model(id, 0) {
            return Vec::new();
        }
        let Some(app) = meta.app.as_deref().or_else(|| self.app(id)) else { return Vec::new() };
        if !self.apps.values().any(|label| label == app) {
            return Vec::new();
        }
        let own: ModelId = (app.to_owned(), class.name.to_lowercase());
        let made_up = || shortened(format!("{}_{}", own.0, own.1));
        let full = meta.table.map_or_else(made_up, |table| dotted(&table));
        let mut fields = Fields { found: Vec::new(), taken: Vec::new(), whole: self.whole && !meta.ordered };
        self.fields(id, &own, &mut fields, 0);
        let place = Place { file: module.file, span: class.span };
        if fields.whole && !fields.found.iter().any(|(field, _)| field.primary) {
            fields.found.push((fields::implied(class.span), place));
        }
        let mut table = empty(&full, None, place);
        table.called = Some(class.name.to_owned());
        table.whole = fields.whole;
        let mut between = Vec::new();
        for (field, place) in fields.found {
            if field.is_column() {
                let name = field.column();
                if field.index == fields::Index::Unique {
                    table.indexes.push(Index { columns: vec![name.clone()], unique: true, place });
                }
                table.columns.push(Column { name, ignored: false, place });
            } else if let Kind::Many { to, table: named, through: false } = field.kind {
                let name = named.unwrap_or_else(|| shortened(format!("{full}_{}", field.name)));
                let mut table = empty(&dotted(&name), table.schema.clone(), place);
                table.columns = columns_between(&own, to.as_ref(), place);
                between.push(table);
            }
        }
        std::iter::once(table).chain(between).collect()
    }

    /// What a value in the head of a class names.
    pub(super) fn base(&self, id: ClassId, base: &Value) -> Named {
        match base {
            Value::Name(name) => self.project.named(id.module, name),
            _ => Named::Unknown,
        }
    }

    /// Whether a class is a model.
    fn is_model(&self, id: ClassId, depth: usize) -> bool {
        let Some(class) = self.project.class(id).filter(|_| depth < MAX_DEPTH) else { return false };
        class.bases.iter().any(|base| match self.base(id, base) {
            Named::Class(base) => self.is_model(base, depth + 1),
            // Classes of packages may be models too, and are if they are extended by what has fields.
            Named::External(full) => is_base(&full) || self.has_fields(id, class),
            Named::Unknown => false,
        })
    }

    fn has_fields(&self, id: ClassId, class: &Class<'_>) -> bool {
        let Some(module) = self.project.module(id) else { return false };
        class.own().any(|line| {
            let value = python::assignment(module.text, line).and_then(|assigned| assigned.value);
            let value = value.map(|at| python::value(module.text, at).0);
            value.as_ref().and_then(Value::call).is_some_and(|call| self.is_field(id, call) == Some(true))
        })
    }

    /// Reads the fields of a class and of those above it.
    fn fields(&self, id: ClassId, own: &ModelId, fields: &mut Fields, depth: usize) {
        let (Some(class), Some(module)) = (self.project.class(id), self.project.module(id)) else { return };
        if depth > MAX_DEPTH {
            fields.whole = false;
            return;
        }
        for line in class.own() {
            if ["if ", "for ", "with ", "try:", "locals("].iter().any(|word| line.text.starts_with(word)) {
                fields.whole = false;
            }
            let Some(assigned) = python::assignment(module.text, line) else { continue };
            let Some(at) = assigned.value else { continue };
            if fields.taken.iter().any(|taken| taken == assigned.name) {
                continue;
            }
            fields.taken.push(assigned.name.to_owned());
            let (value, _) = python::value(module.text, at);
            // A constant, a manager: it hides a field of the class above.
            let Some(call) = value.call() else { continue };
            match self.is_field(id, call) {
                Some(true) => {
                    let field = fields::read(assigned.name, call, &|to| names_model(to, own));
                    fields.found.push((field, Place { file: module.file, span: assigned.span }));
                }
                Some(false) => {}
                None => fields.whole = false,
            }
        }
        for base in &class.bases {
            match self.base(id, base) {
                Named::Class(base) if !self.is_model(base, 0) => {}
                Named::Class(base) => self.above(base, own, fields, depth),
                Named::External(full) if full.ends_with(".models.Model") => {}
                // It may bring columns.
                Named::External(_) | Named::Unknown => fields.whole = false,
            }
        }
    }

    /// What a class takes over from a model above it: the fields of an abstract one, a key to the table of another.
    fn above(&self, base: ClassId, own: &ModelId, fields: &mut Fields, depth: usize) {
        if self.meta(base, 0).is_abstract {
            return self.fields(base, own, fields, depth + 1);
        }
        // The key may have a name of its own.
        fields.whole = false;
    }

    /// Whether a call makes a field of a model; none where that cannot be told.
    fn is_field(&self, id: ClassId, call: &Call) -> Option<bool> {
        let last = call.last();
        if !last.starts_with(char::is_uppercase) {
            // A function may give a field as well.
            return if last.ends_with("_field") { None } else { Some(false) };
        }
        if last.ends_with("Manager") || last == "GenericForeignKey" {
            return Some(false);
        }
        let mut named = self.project.named(id.module, call.path());
        for _ in 0..MAX_DEPTH {
            match &named {
                Named::External(full) if full.starts_with("django.") => {
                    let ends = |name: &str| ["Field", "ForeignKey"].iter().any(|end| name.ends_with(end));
                    // One of the project's own is read by its name, which may not say that it is a key.
                    let key = ["Key", "OneToOneField", "ManyToManyField"];
                    let hidden = key.iter().any(|key| full.ends_with(key) && !last.ends_with(key));
                    return (!hidden).then(|| ends(full) && !full.contains("forms"));
                }
                Named::Class(class) => {
                    let base = self.project.class(*class).and_then(|class| class.bases.first());
                    let Some(base) = base else { return Some(false) };
                    named = self.base(*class, base);
                }
                Named::External(_) | Named::Unknown => break,
            }
        }
        None
    }
}

/// Whether a class of Django is a model: `django.db.models.Model`, `django.contrib.auth.models.AbstractUser`; managers and
/// choices stand in the same modules.
fn is_base(full: &str) -> bool {
    let others = ["Manager", "Choices", "QuerySet", "Field"];
    let of_application = full.starts_with("django.contrib.") && full.contains("models.");
    full.starts_with("django.")
        && (full.ends_with("models.Model") || of_application && !others.iter().any(|end| full.ends_with(end)))
}

/// The model that a value names: `"shop.Order"`, `Order`, `"self"`.
fn names_model(value: &Value, own: &ModelId) -> Option<ModelId> {
    let name = match value {
        Value::Text(text, _) => text.as_str(),
        Value::Name(name) if name.ends_with("AUTH_USER_MODEL") => return None,
        Value::Name(name) => name.rsplit('.').next().unwrap_or(name),
        _ => return None,
    };
    if name == "self" {
        return Some(own.clone());
    }
    let (app, model) = name.split_once('.').unwrap_or((&own.0, name));
    Some((app.to_owned(), model.to_lowercase()))
}

/// A table without columns, by its name or by that of a schema with it.
fn empty(full: &str, schema: Option<String>, place: Place) -> Table {
    let (schema, name) = match full.split_once('.') {
        Some((schema, name)) => (Some(schema.to_owned()), name),
        None => (schema, full),
    };
    let (columns, indexes) = (Vec::new(), Vec::new());
    Table { schema, name: name.to_owned(), place, called: None, whole: false, columns, indexes }
}

/// The columns of a table between two models.
fn columns_between(own: &ModelId, to: Option<&ModelId>, place: Place) -> Vec<Column> {
    let names = match to {
        // Models of one name are told apart by their side.
        Some(to) if to.1 == own.1 => vec![format!("from_{}_id", own.1), format!("to_{}_id", to.1)],
        Some(to) => vec![format!("{}_id", own.1), format!("{}_id", to.1)],
        None => Vec::new(),
    };
    names.into_iter().map(|name| Column { name, ignored: false, place }).collect()
}
