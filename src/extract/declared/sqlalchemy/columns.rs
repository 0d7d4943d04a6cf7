//! Columns as attributes of classes, with those that classes above bring.

use super::super::python::{ClassId, Module, Named};
use super::reader::{MAX_DEPTH, Reader};
use crate::extract::declared::{Column, Index};
use crate::extract::migrations::python::{self, Call, Class, Value};
use crate::source::{FileId, Place, Span};

/// The columns of a table.
pub(super) struct Columns {
    pub(super) found: Vec<Column>,
    pub(super) indexes: Vec<Index>,
    /// Attributes that have been read: one of a class hides that of the class above.
    taken: Vec<String>,
    /// Whether each attribute with a type is a column, as in `SQLModel`.
    typed: bool,
    /// Whether there are no others.
    pub(super) whole: bool,
}

impl Columns {
    pub(super) fn new(typed: bool) -> Self {
        Self { found: Vec::new(), indexes: Vec::new(), taken: Vec::new(), typed, whole: true }
    }

    fn push(&mut self, name: &str, place: Place) {
        if self.found.iter().all(|column| column.name != name) {
            self.found.push(Column { name: name.to_owned(), ignored: false, place });
        }
    }
}

/// Calls that make no column.
const OTHERS: &[&str] = &[
    "relationship",
    "Relationship",
    "dynamic_loader",
    "association_proxy",
    "synonym",
    "query_expression",
    "column_property",
    "backref",
];

/// What classes of `SQLAlchemy` itself and of what extends it bring no columns.
const PLAIN: &[&str] = &[
    "sqlalchemy.",
    "sqlmodel.SQLModel",
    "flask_sqlalchemy.",
    "typing.",
    "abc.",
    "advanced_alchemy.base.DefaultBase",
];

impl Reader<'_> {
    /// Reads the attributes of a class, and those of the classes above it that have no table of their own.
    pub(super) fn columns(&self, id: ClassId, columns: &mut Columns, depth: usize) {
        let (Some(class), Some(module)) = (self.project.class(id), self.project.module(id)) else { return };
        if depth > MAX_DEPTH {
            columns.whole = false;
            return;
        }
        own(class, module, columns);
        for base in &class.bases {
            let told = matches!(base, Value::Name(path) if path.ends_with("db.Model"));
            match self.base(id, base) {
                Named::Class(base) if self.has_table(base) => {}
                Named::Class(base) => self.columns(base, columns, depth + 1),
                Named::External(full) if PLAIN.iter().any(|plain| full.starts_with(plain)) => {}
                Named::External(_) | Named::Unknown => columns.whole &= told,
            }
        }
    }
}

/// Reads the attributes of one class.
fn own(class: &Class<'_>, module: &Module<'_>, columns: &mut Columns) {
    let mut attribute = false;
    let own = class.indent();
    for (number, line) in class.lines.iter().enumerate().filter(|(_, line)| line.indent == own) {
        // What a function makes for each class that takes it over.
        if line.text.starts_with("@declared_attr") || line.text.contains(".declared_attr") {
            attribute = true;
            continue;
        }
        if let Some(rest) = line.text.strip_prefix("def ") {
            let name = rest.split('(').next().unwrap_or_default();
            let new = !columns.taken.iter().any(|taken| taken == name);
            if std::mem::take(&mut attribute) && !name.starts_with("__") && new {
                columns.taken.push(name.to_owned());
                let body = class.lines.get(number + 1..).unwrap_or_default();
                let body = body.iter().take_while(|line| line.indent > own);
                let result = body.filter(|line| line.text.starts_with("return ")).last();
                let value = result.map(|line| python::value(module.text, line.at + "return ".len()).0);
                let place = Place {
                    file: module.file,
                    span: Span::new(line.at, line.at + line.text.trim_end().len()),
                };
                take(name, None, value.as_ref(), place, columns);
            }
            continue;
        }
        if ["if ", "for ", "with ", "try:"].iter().any(|word| line.text.starts_with(word))
            && !line.text.contains("TYPE_CHECKING")
        {
            columns.whole = false;
        }
        let Some(assigned) = python::assignment(module.text, line) else { continue };
        if assigned.name.starts_with("__") || columns.taken.iter().any(|taken| taken == assigned.name) {
            continue;
        }
        columns.taken.push(assigned.name.to_owned());
        let value = assigned.value.map(|at| python::value(module.text, at).0);
        let place = Place { file: module.file, span: assigned.span };
        take(assigned.name, assigned.of, value.as_ref(), place, columns);
    }
}

/// Takes what an attribute is: a column, or something else.
fn take(name: &str, of: Option<&str>, value: Option<&Value>, place: Place, columns: &mut Columns) {
    let mapped = of.is_some_and(|of| of.starts_with("Mapped[") || of.contains(".Mapped["));
    let typed = columns.typed && of.is_some_and(|of| !of.contains("ClassVar"));
    match value {
        Some(Value::Call(call)) => match call.last() {
            "Column" | "mapped_column" => add(call, Some((name, place)), place.file, columns),
            "deferred" => match call.arguments.first().and_then(Value::call) {
                Some(inner) => add(inner, Some((name, place)), place.file, columns),
                None => columns.whole = false,
            },
            "Field" if typed => field(call, name, place, columns),
            last if OTHERS.contains(&last) => {}
            // A function may give a column.
            last => columns.whole &= !(mapped || typed || last.starts_with(char::is_lowercase)),
        },
        Some(_) if typed && name != "model_config" => columns.push(name, place),
        Some(_) => columns.whole &= !mapped,
        None if mapped || typed => columns.push(name, place),
        None => {}
    }
}

/// `email: str = Field(unique=True, sa_column=Column("e_mail"))`.
fn field(call: &Call, name: &str, place: Place, columns: &mut Columns) {
    if let Some(column) = call.named("sa_column").and_then(Value::call) {
        return add(column, Some((name, place)), place.file, columns);
    }
    if call.named("sa_column_kwargs").is_some_and(|options| match options {
        Value::Dict(pairs) => pairs.iter().any(|(key, _)| key.text() == Some("name")),
        _ => true,
    }) {
        columns.whole = false;
        return;
    }
    if call.named("unique").is_some_and(|on| on.is("True")) {
        columns.indexes.push(Index { columns: vec![name.to_owned()], unique: true, place });
    }
    columns.push(name, place);
}

/// Adds the column that a call makes: `Column("e_mail", String)`, `mapped_column(unique=True)`. It has the name that it
/// is given, else that of the attribute.
pub(super) fn add(call: &Call, attribute: Option<(&str, Place)>, file: FileId, columns: &mut Columns) {
    let first = call.arguments.first();
    let given = call.named("name").or_else(|| first.filter(|first| matches!(first, Value::Text(..))));
    // `Column(*arguments)` may give one too.
    let hidden = matches!(first, Some(Value::Other(_)));
    let place = attribute.map_or(Place { file, span: call.span }, |(_, place)| place);
    let name = match given {
        Some(given) => given.text(),
        None => attribute.map(|(name, _)| name).filter(|_| !hidden),
    };
    let Some(name) = name else {
        columns.whole = false;
        return;
    };
    if call.named("unique").is_some_and(|on| on.is("True")) {
        columns.indexes.push(Index { columns: vec![name.to_owned()], unique: true, place });
    }
    columns.push(name, place);
}
