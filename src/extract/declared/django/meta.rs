//! What `class Meta` says of a model.

use super::super::python::{ClassId, Named};
use super::model::Reader;
use crate::extract::migrations::python::{self, Value};

/// How many classes above one are looked at.
const MAX_DEPTH: usize = 8;

/// The settings of a model.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools)] // independent settings, each named as in Django
pub(super) struct Meta {
    /// It has no table, others take over its fields.
    pub(super) is_abstract: bool,
    /// It stands for the table of the class above it.
    pub(super) proxy: bool,
    /// Its table is made by migrations.
    pub(super) managed: bool,
    /// Its table has a column that no field names.
    pub(super) ordered: bool,
    /// The application, where another one is named.
    pub(super) app: Option<String>,
    /// The table, where it is named.
    pub(super) table: Option<String>,
    /// Whether all of this can be told.
    pub(super) told: bool,
}

impl Reader<'_> {
    /// The settings of a class, with what it takes over from abstract classes.
    pub(super) fn meta(&self, id: ClassId, depth: usize) -> Meta {
        let mut meta = Meta {
            is_abstract: false,
            proxy: false,
            managed: true,
            ordered: false,
            app: None,
            table: None,
            told: true,
        };
        let (Some(class), Some(module)) = (self.project.class(id), self.project.module(id)) else {
            return meta;
        };
        let own = class.within("Meta");
        let extends = class.own().any(|line| line.text.starts_with("class Meta("));
        if (own.is_none() || extends) && depth < MAX_DEPTH {
            let above = class.bases.iter().filter_map(|base| match self.base(id, base) {
                Named::Class(base) => Some(self.meta(base, depth + 1)),
                _ => None,
            });
            if let Some(above) = above.into_iter().find(|above| above.is_abstract) {
                meta = Meta { is_abstract: false, proxy: false, ..above };
            }
        }
        for line in own.unwrap_or_default() {
            let Some(assigned) = python::assignment(module.text, line) else { continue };
            let Some(at) = assigned.value else { continue };
            let (value, _) = python::value(module.text, at);
            let flag = match &value {
                Value::Name(name) if name == "True" => Some(true),
                Value::Name(name) if name == "False" => Some(false),
                _ => None,
            };
            match assigned.name {
                "abstract" => meta.is_abstract = flag.unwrap_or(true),
                "proxy" => meta.proxy = flag.unwrap_or(true),
                "managed" => meta.managed = flag.unwrap_or(false),
                "app_label" => meta.app = text_of(&value, &mut meta.told),
                "db_table" => meta.table = text_of(&value, &mut meta.told),
                "order_with_respect_to" => meta.ordered = true,
                // Another class may stand for it.
                "swappable" => meta.told = false,
                _ => {}
            }
        }
        meta
    }
}

/// A text that a setting is given; it is not told where that is computed.
fn text_of(value: &Value, told: &mut bool) -> Option<String> {
    *told &= value.text().is_some();
    value.text().map(str::to_owned)
}
