//! Classes and the tables that they stand for; tables that stand for themselves.

use rustc_hash::FxHashSet;

use super::super::python::{ClassId, Module, Named};
use super::columns::{self, Columns};
use super::reader::{MAX_DEPTH, Reader};
use crate::extract::declared::{Index, Table, snake};
use crate::extract::migrations::python::{self, Call, Class, Line, Value};
use crate::source::Place;

/// What holds the rows of a class.
enum Home {
    /// A table of its own.
    Own(String),
    /// The table of a class above it.
    Above(ClassId),
    /// None: it is a base of others, or no model.
    None,
    /// It cannot be told.
    Unknown,
}

impl Reader<'_> {
    /// The table of a class, or what the class brings to that of another; none where it has none, or its name cannot be
    /// told.
    pub(super) fn of_class(&self, id: ClassId, class: &Class<'_>) -> Option<Table> {
        let module = self.project.module(id)?;
        let (name, owner) = match self.home(id, 0) {
            Home::Own(name) => (name, id),
            Home::Above(owner) => match self.home(owner, 0) {
                Home::Own(name) => (name, owner),
                _ => return None,
            },
            Home::None | Home::Unknown => return None,
        };
        let mut table = Table {
            schema: None,
            name,
            place: Place { file: module.file, span: class.span },
            called: Some(class.name.to_owned()),
            whole: false,
            columns: Vec::new(),
            indexes: Vec::new(),
        };
        let arguments = self.setting(owner, "__table_args__");
        if let Some((text, value)) = arguments {
            // A view, or what the environment leaves out.
            if text.contains("info") {
                return None;
            }
            describe(&value, &mut table);
        }
        if self.setting(owner, "__bind_key__").is_some() {
            return None;
        }
        let mut columns = Columns::new(class.named.iter().any(|(name, _)| name == "table"));
        self.columns(id, &mut columns, 0);
        table.whole = columns.whole && owner == id;
        table.indexes.extend(columns.indexes);
        table.columns = columns.found;
        Some(table)
    }

    /// What holds the rows of a class.
    fn home(&self, id: ClassId, depth: usize) -> Home {
        let Some(class) = self.project.class(id).filter(|_| depth < MAX_DEPTH) else { return Home::Unknown };
        if class.bases.is_empty() || self.setting(id, "__abstract__").is_some() {
            return Home::None;
        }
        if let Some((_, name)) = self.setting(id, "__tablename__") {
            return name.text().map_or(Home::Unknown, |name| Home::Own(name.to_owned()));
        }
        if self.setting(id, "__table__").is_some() {
            return Home::Unknown;
        }
        if class.named.iter().any(|(name, value)| name == "table" && value.is("True")) {
            return Home::Own(class.name.to_lowercase());
        }
        if let Some(function) = self.function(id, "__tablename__", 0) {
            return named_by(&function, class);
        }
        let mut flask = false;
        for base in &class.bases {
            let Value::Name(path) = base else { return Home::Unknown };
            match self.project.named(id.module, path) {
                Named::Class(base) => match self.home(base, depth + 1) {
                    Home::Own(_) => return Home::Above(base),
                    Home::Above(owner) => return Home::Above(owner),
                    Home::Unknown => return Home::Unknown,
                    Home::None => {}
                },
                _ => flask |= path.ends_with("db.Model"),
            }
        }
        if flask { Home::Own(snake(class.name)) } else { Home::None }
    }

    /// The lines of the function by which a class, or one above it, makes a setting.
    fn function(&self, id: ClassId, name: &str, depth: usize) -> Option<Vec<Line<'_>>> {
        let class = self.project.class(id).filter(|_| depth < MAX_DEPTH)?;
        let own = class.indent();
        let head = ["def ", name, "("].concat();
        if let Some(at) = class.lines.iter().position(|line| line.text.starts_with(&head)) {
            let lines = class.lines.get(at + 1..)?.iter();
            return Some(lines.take_while(|line| line.indent > own).copied().collect());
        }
        class.bases.iter().find_map(|base| match self.base(id, base) {
            Named::Class(base) => self.function(base, name, depth + 1),
            _ => None,
        })
    }

    /// A setting of a class: as it is written, and its value.
    fn setting(&self, id: ClassId, name: &str) -> Option<(&str, Value)> {
        let (class, module) = (self.project.class(id)?, self.project.module(id)?);
        class.own().filter(|line| line.text.starts_with(name)).find_map(|line| {
            let assigned = python::assignment(module.text, line).filter(|assigned| assigned.name == name)?;
            Some((assigned.span.of(module.text), python::value(module.text, assigned.value?).0))
        })
    }

    /// Whether a class has a table of its own.
    pub(super) fn has_table(&self, id: ClassId) -> bool {
        matches!(self.home(id, 0), Home::Own(_) | Home::Above(_))
    }
}

/// The name that a function makes of that of the class: `return cls.__name__.lower()`.
fn named_by(function: &[Line<'_>], class: &Class<'_>) -> Home {
    let lines: Vec<&str> = function.iter().map(|line| line.text.trim_end()).collect();
    match lines[..] {
        ["return cls.__name__.lower()"] => Home::Own(class.name.to_lowercase()),
        _ => Home::Unknown,
    }
}

/// What settings say of a table: the schema, keys of several columns.
fn describe(value: &Value, table: &mut Table) {
    match value {
        Value::List(items) => items.iter().for_each(|item| describe(item, table)),
        Value::Dict(pairs) => {
            let schema = pairs.iter().find(|(key, _)| key.text() == Some("schema"));
            table.schema = schema.and_then(|(_, schema)| schema.text()).map(str::to_owned);
        }
        Value::Call(call) if call.last() == "UniqueConstraint" => {
            let names = call.arguments.iter().map(|name| name.text().map(str::to_owned));
            let columns = names.collect::<Option<Vec<_>>>().filter(|columns| !columns.is_empty());
            table.indexes.extend(columns.map(|columns| Index { columns, unique: true, place: table.place }));
        }
        _ => {}
    }
}

/// The tables of a module that stand for themselves: `orders = Table("orders", metadata, Column("id", …))`.
/// `asked` are the parts of the names that environments import.
pub(super) fn alone(module: &Module<'_>, asked: &FxHashSet<&str>) -> Vec<Table> {
    let mut found = Vec::new();
    let mut at = 0;
    for text in module.text.split_inclusive('\n') {
        let line = Line { at, indent: 0, text };
        at += text.len();
        if !text.contains("Table(") || text.starts_with([' ', '\t', '#']) {
            continue;
        }
        let assigned = python::assignment(module.text, &line);
        let value = assigned.and_then(|assigned| Some(python::value(module.text, assigned.value?).0));
        let call = value.as_ref().and_then(Value::call).filter(|call| !of_others(module, call, asked));
        found.extend(call.and_then(|call| of_call(module, call)));
    }
    found
}

/// Whether a table is listed by an object of the module that no environment asks for.
fn of_others(module: &Module<'_>, call: &Call, asked: &FxHashSet<&str>) -> bool {
    let Some(Value::Name(list)) = call.arguments.get(1) else { return false };
    python::assigned(module.text, list).is_some() && !asked.contains(module.name())
}

fn of_call(module: &Module<'_>, call: &Call) -> Option<Table> {
    if call.last() != "Table" || call.named("autoload_with").is_some() || call.named("info").is_some() {
        return None;
    }
    let name = call.arguments.first()?.text()?.to_owned();
    let schema = match call.named("schema") {
        Some(schema) => Some(schema.text()?.to_owned()),
        None => None,
    };
    let place = Place { file: module.file, span: call.span };
    let (columns, indexes) = (Vec::new(), Vec::new());
    let mut table = Table { schema, name, place, called: None, whole: true, columns, indexes };
    let mut columns = Columns::new(false);
    for item in call.arguments.iter().skip(1) {
        match item.call() {
            None if matches!(item, Value::Name(_)) => {}
            Some(item) if item.last() == "Column" => columns::add(item, None, module.file, &mut columns),
            Some(item) if item.last().ends_with("Constraint") || item.last() == "Index" => {
                describe(&Value::Call(Box::new(item.clone())), &mut table);
            }
            _ => columns.whole = false,
        }
    }
    table.whole = columns.whole;
    table.indexes.extend(columns.indexes);
    table.columns = columns.found;
    (!table.columns.is_empty()).then_some(table)
}
