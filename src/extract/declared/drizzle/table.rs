//! Tables and lists of values, as calls make them: `pgTable("users", { … })`, `pgEnum("role", [ … ])`.

use super::columns::Known;
use super::indexes;
use super::reader::{MAX_STEPS, Reader};
use crate::extract::code::{Origin, Site};
use crate::extract::declared::{Enum, Table};
use crate::extract::migrations::Dialect;
use crate::parse::javascript::{Bound, Kind, Module, NodeId, Operator};

/// What a call of Drizzle makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Made {
    Table,
    Enum,
}

/// The schema that a table or a type is in.
enum Schema {
    Default,
    Named(String),
    Unknown,
}

/// What a path within `drizzle-orm/pg-core` and its like makes when it is called: `pgTable`, `pgTableCreator()`,
/// `pgSchema().table`.
fn made(path: &str) -> Option<Made> {
    let path = path.strip_suffix(".withRLS").unwrap_or(path);
    let table = ["Table", "TableCreator()", "Schema().table"]
        .iter()
        .any(|end| path.strip_suffix(end).is_some_and(|start| matches!(start, "pg" | "mysql" | "sqlite")));
    match path {
        _ if table => Some(Made::Table),
        "pgEnum" | "pgSchema().enum" => Some(Made::Enum),
        _ => None,
    }
}

impl Reader<'_> {
    /// The call that makes a table or a list of values, where a value is one: of `pgTable(…).enableRLS()` the first call.
    pub(super) fn made(&self, site: Site) -> Option<Site> {
        let mut call = self.code.definition(site);
        for _ in 0..MAX_STEPS {
            if self.what(call).is_some() {
                return Some(call);
            }
            call = self.behind(call)?;
        }
        None
    }

    /// What a call makes, where it is of Drizzle, and for the database of the configuration.
    fn what(&self, call: Site) -> Option<Made> {
        if self.module(call)?.kind(call.node) != Kind::Call {
            return None;
        }
        let Origin::External { package, path } = self.code.callee(call) else { return None };
        let dialect = match package.strip_prefix("drizzle-orm/")?.strip_suffix("-core")? {
            "pg" => Dialect::Postgres,
            "mysql" => Dialect::MySql,
            "sqlite" => Dialect::Sqlite,
            _ => return None,
        };
        made(&path).filter(|_| self.dialect == Dialect::Unknown || dialect == self.dialect)
    }

    /// The table that a call makes; none where its name cannot be told.
    pub(super) fn table(&self, call: Site) -> Option<Table> {
        if self.what(call)? != Made::Table {
            return None;
        }
        let module = self.module(call)?;
        let argument = |index| Some(Site { node: module.argument(call.node, index)?, ..call });
        let named = argument(0)?;
        let name = self.name(call, &self.text(named)?)?;
        let schema = match self.schema(call) {
            Schema::Default => None,
            Schema::Named(name) => Some(name),
            Schema::Unknown => return None,
        };
        let mut known = Known::default();
        match argument(1) {
            Some(columns) => self.columns(columns, &mut known),
            None => known.whole = false,
        }
        let mut indexes = known.indexes();
        if let Some(extra) = argument(2) {
            indexes.extend(indexes::read(self, extra, &known));
        }
        Some(Table {
            schema,
            name,
            place: self.place(named),
            called: None,
            whole: known.whole,
            columns: known.columns(),
            indexes,
        })
    }

    /// The type that a call makes; none where its name or its values cannot be told.
    pub(super) fn listed(&self, call: Site) -> Option<Enum> {
        if self.what(call)? != Made::Enum {
            return None;
        }
        let module = self.module(call)?;
        let argument = |index| Some(Site { node: module.argument(call.node, index)?, ..call });
        let schema = match self.schema(call) {
            Schema::Default => None,
            Schema::Named(name) => Some(name),
            Schema::Unknown => return None,
        };
        let list = self.code.definition(argument(1)?);
        let module = self.module(list)?;
        if module.kind(list.node) != Kind::Array {
            return None;
        }
        let value = |node: NodeId| {
            let value = Site { node, ..list };
            Some((self.text(value)?, self.place(value)))
        };
        let values = module.children(list.node).map(value).collect::<Option<Vec<_>>>()?;
        Some(Enum { schema, name: self.text(argument(0)?)?, values })
    }

    /// The call that makes the schema of a table: `pgSchema("shop")` of `pgSchema("shop").table(…)`.
    fn schema(&self, call: Site) -> Schema {
        let within =
            matches!(self.code.callee(call), Origin::External { path, .. } if path.contains("Schema()"));
        if !within {
            return Schema::Default;
        }
        let named = self
            .behind(call)
            .and_then(|made| self.text(Site { node: self.module(made)?.argument(made.node, 0)?, ..made }));
        named.map_or(Schema::Unknown, Schema::Named)
    }

    /// The name that a table gets: `pgTableCreator((name) => "app_" + name)` makes it of the one that it is given.
    fn name(&self, call: Site, given: &str) -> Option<String> {
        let Origin::External { path, .. } = self.code.callee(call) else { return None };
        if !path.contains("TableCreator()") {
            return Some(given.to_owned());
        }
        let callee = self.module(call)?.callee(call.node)?;
        let creator = self.code.definition(Site { node: callee, ..call });
        let made = Site { node: self.module(creator)?.argument(creator.node, 0)?, ..creator };
        let function = self.code.definition(made);
        let module = self.module(function)?;
        match module.results(function.node)[..] {
            [result] => self.filled(module, Site { node: result, ..function }, (function.node, given), 0),
            _ => None,
        }
    }

    /// The text of a value in which the only parameter of a function is this text.
    fn filled(&self, module: &Module, site: Site, given: (NodeId, &str), depth: usize) -> Option<String> {
        if depth > MAX_STEPS {
            return None;
        }
        let part = |node: NodeId| self.filled(module, Site { node, ..site }, given, depth + 1);
        match module.kind(site.node) {
            Kind::Name(_, Some(binding)) => match module.bindings.get(binding.0 as usize)?.bound {
                Bound::Parameter(function, 0) if function == given.0 => Some(given.1.to_owned()),
                _ => self.text(site),
            },
            Kind::Template | Kind::Binary(Operator::Add) => {
                module.children(site.node).map(part).collect::<Option<Vec<_>>>().map(|parts| parts.concat())
            }
            _ => self.text(site),
        }
    }
}
