//! Models as the operations leave them.

use std::collections::BTreeMap;

use super::fields::{COUNTS, Field, Kind, ModelId};

/// How far keys that are keys themselves are followed.
const FARTHEST: usize = 8;

/// Every model.
#[derive(Debug, Clone, Default)]
pub(super) struct State {
    pub(super) models: BTreeMap<ModelId, Model>,
}

/// A model.
#[derive(Debug, Clone, Default)]
pub(super) struct Model {
    pub(super) table: String,
    /// The table's name follows that of the model.
    pub(super) named_after: bool,
    /// Django makes its table: it is no proxy, and none that stands for what is there.
    pub(super) managed: bool,
    pub(super) fields: Vec<Field>,
    /// Fields that are unique or indexed together: whether unique, which, and the name in the database.
    pub(super) together: Vec<(bool, Vec<String>, String)>,
    /// Constraints and indexes by name: whether it is a constraint; none where it is not written.
    pub(super) named: BTreeMap<String, Option<bool>>,
}

impl Model {
    pub(super) fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    pub(super) fn field_mut(&mut self, name: &str) -> Option<&mut Field> {
        self.fields.iter_mut().find(|field| field.name == name)
    }

    pub(super) fn primary(&self) -> Option<&Field> {
        self.fields.iter().find(|field| field.primary)
    }

    /// The column of a field, which may be named with the order: `-created`.
    pub(super) fn column(&self, name: &str) -> Option<String> {
        let name = name.trim_start_matches('-');
        if name == "pk" {
            return self.primary().map(Field::column);
        }
        // Some name the column.
        let by_column = || self.fields.iter().find(|field| field.is_column() && field.column() == name);
        self.field(name).filter(|field| field.is_column()).or_else(by_column).map(Field::column)
    }
}

impl State {
    /// The table and the column that a key refers to; none where the model is not one of this repository, or has no table
    /// that Django makes.
    pub(super) fn target(&self, to: Option<&ModelId>, field: Option<&str>) -> Option<(String, String)> {
        let model = self.models.get(to?).filter(|model| model.managed)?;
        let field = field.map_or_else(|| model.primary(), |name| model.field(name))?;
        Some((model.table.clone(), field.column()))
    }

    /// The type of a field's column.
    pub(super) fn type_of(&self, field: &Field) -> String {
        let mut field = field;
        for _ in 0..FARTHEST {
            let (to, name) = match &field.kind {
                Kind::Column(of) => return of.clone(),
                Kind::Key { to, field, .. } => (to, field),
                _ => break,
            };
            let Some(model) = to.as_ref().and_then(|to| self.models.get(to)) else {
                // Applications that Django brings count in integers.
                let own = to.as_ref().is_some_and(|(app, _)| {
                    matches!(app.as_str(), "auth" | "contenttypes" | "sites" | "admin" | "flatpages")
                });
                return if own { "integer" } else { "bigint" }.to_owned();
            };
            let next = name.as_ref().map_or_else(|| model.primary(), |name| model.field(name));
            match next {
                Some(next) => field = next,
                None => break,
            }
        }
        "bigint".to_owned()
    }

    /// The type of a column that refers to another: it does not count by itself.
    pub(super) fn type_of_key(&self, field: &Field) -> String {
        self.type_of(field).replace(COUNTS, "")
    }

    /// Keys to a model, with the models that have them.
    pub(super) fn keys_to(&self, id: &ModelId) -> Vec<(ModelId, String)> {
        let of = |(owner, model): (&ModelId, &Model)| {
            let keys = model.fields.iter().filter(
                |field| matches!(&field.kind, Kind::Key { to: Some(to), field: None, .. } if to == id),
            );
            keys.map(|field| (owner.clone(), field.name.clone())).collect::<Vec<_>>()
        };
        self.models.iter().flat_map(of).collect()
    }
}
