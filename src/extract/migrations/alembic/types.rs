//! Types of `SQLAlchemy` as SQL.

use super::super::python::{Call, Value};
use super::super::write::{quoted_path, text};

/// A type, and the enumeration that is made before it.
pub(super) struct Type {
    pub(super) sql: String,
    /// Its name and its values.
    pub(super) enumeration: Option<(String, Vec<String>)>,
}

fn plain(sql: impl Into<String>) -> Type {
    Type { sql: sql.into(), enumeration: None }
}

/// The type that a value stands for. What is not known counts as a text.
pub(super) fn of(value: &Value) -> Type {
    match value {
        Value::Call(call) => of_call(call),
        Value::Name(name) => of_call(&Call {
            name: name.clone(),
            arguments: Vec::new(),
            named: Vec::new(),
            span: crate::source::Span::default(),
        }),
        _ => plain("text"),
    }
}

fn of_call(call: &Call) -> Type {
    let number = |index: usize, name: &str| match call.argument(index, name) {
        Some(Value::Number(number)) => Some(number.clone()),
        _ => None,
    };
    let zoned = call.named("timezone").is_some_and(|zone| zone.is("True"));
    let word = call.last();
    plain(match word.to_ascii_lowercase().as_str() {
        "string" | "unicode" | "varchar" | "autostring" | "nvarchar" => match number(0, "length") {
            Some(length) => format!("varchar({length})"),
            None => "varchar".to_owned(),
        },
        "char" => format!("char({})", number(0, "length").unwrap_or_else(|| "1".to_owned())),
        "integer" | "int" => "integer".to_owned(),
        "biginteger" | "bigint" => "bigint".to_owned(),
        "smallinteger" | "smallint" | "tinyint" => "smallint".to_owned(),
        "datetime" | "timestamp" | "utcdatetime" => {
            if zoned { "timestamptz" } else { "timestamp" }.to_owned()
        }
        "time" => if zoned { "timetz" } else { "time" }.to_owned(),
        "numeric" | "decimal" => match (number(0, "precision"), number(1, "scale")) {
            (Some(precision), Some(scale)) => format!("numeric({precision}, {scale})"),
            (Some(precision), None) => format!("numeric({precision})"),
            _ => "numeric".to_owned(),
        },
        "float" | "double" | "double_precision" => "double precision".to_owned(),
        "largebinary" | "bytea" | "blob" | "binary" => "bytea".to_owned(),
        "uuid" | "guid" => "uuid".to_owned(),
        word @ ("boolean" | "date" | "json" | "jsonb" | "inet" | "cidr" | "macaddr" | "interval"
        | "tsvector" | "citext" | "hstore" | "real" | "oid" | "money" | "int4range" | "int8range"
        | "numrange" | "tsrange" | "tstzrange" | "daterange" | "ltree" | "bit" | "xml") => word.to_owned(),
        "vector" => number(0, "dim").map_or("vector".to_owned(), |size| format!("vector({size})")),
        "array" => {
            let inner = call.argument(0, "item_type").map_or_else(|| plain("text"), of);
            return Type { sql: [&inner.sql, "[]"].concat(), enumeration: inner.enumeration };
        }
        "enum" => return enumeration(call),
        _ => "text".to_owned(),
    })
}

/// `sa.Enum("a", "b", name="kind")`: a type of its own, unless it is not native or made elsewhere.
fn enumeration(call: &Call) -> Type {
    let values: Vec<String> = call.arguments.iter().filter_map(Value::text).map(str::to_owned).collect();
    let name = call.named("name").and_then(Value::text);
    let native = !call.named("native_enum").is_some_and(|native| native.is("False"));
    let Some(name) = name.filter(|_| native) else { return plain("varchar") };
    let full = match call.named("schema").and_then(Value::text) {
        Some(schema) => format!("{schema}.{name}"),
        None => name.to_owned(),
    };
    let made = !call.named("create_type").is_some_and(|made| made.is("False"));
    let sql = quoted_path(&full);
    Type { sql, enumeration: made.then_some((full, values)) }
}

/// `CREATE TYPE … AS ENUM (…)`.
pub(super) fn create(name: &str, values: &[String]) -> String {
    let full = quoted_path(name);
    let list: Vec<_> = values.iter().map(|value| text(value)).collect();
    format!("CREATE TYPE {full} AS ENUM ({})", list.join(", "))
}
