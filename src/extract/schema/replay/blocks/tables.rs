//! The system's own tables and views, as far as blocks ask them: rows made of the catalogue.

mod information;
mod objects;
mod relations;
mod views;

use super::eval::Env;
use super::value::Val;
use crate::extract::schema::catalog::{Function, FunctionId, Relation, RelationId};
use crate::parse::sql::expression::Name;
use crate::parse::sql::model::ObjectName;

/// A row: names and values of columns.
type Values = Vec<(Name, Val)>;

/// What rows are looked up by: columns and the texts they have to be.
type Wanted = [(Name, String)];

/// Whether a row may be wanted, by one of its columns.
fn wants(wanted: &Wanted, column: &str, value: &str) -> bool {
    wanted.iter().all(|(name, text)| name != column || text == value)
}

fn row<const N: usize>(columns: [(&'static str, Val); N]) -> Values {
    columns.into_iter().map(|(name, value)| (Name::const_new(name), value)).collect()
}

fn text(text: &str) -> Val {
    Val::text(text)
}

fn yes(yes: bool) -> Val {
    text(if yes { "YES" } else { "NO" })
}

impl<'a> Env<'a> {
    /// The rows of a table or view of the system; `None` of any other.
    pub(super) fn system(&self, name: &ObjectName, wanted: &Wanted) -> Option<Vec<Values>> {
        let schema = name.schema.as_deref();
        // A table of the user's own that has the name comes first only where it is not the system's.
        match (schema, name.name.as_str()) {
            (Some("information_schema"), view) => self.information(view, wanted),
            (None | Some("pg_catalog"), table) => self
                .views(table, wanted)
                .or_else(|| self.tables(table, wanted))
                .or_else(|| self.objects(table, wanted)),
            _ => None,
        }
    }

    fn relations(&self) -> impl Iterator<Item = (RelationId, &'a Relation)> + use<'a> {
        self.replay.catalog.relations()
    }

    fn functions(&self) -> impl Iterator<Item = (FunctionId, &'a Function)> + use<'a> {
        self.replay.catalog.functions()
    }

    /// Relations that may be wanted by the columns of their schema and name.
    fn named(&self, wanted: &Wanted, schema: &str, name: &str) -> Vec<(RelationId, &'a Relation)> {
        self.relations()
            .filter(|(_, relation)| {
                wants(wanted, schema, &relation.schema) && wants(wanted, name, &relation.name)
            })
            .collect()
    }
}
