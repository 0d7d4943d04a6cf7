//! Columns as `SeaORM` describes them: `ColumnDef::new(Post::Id).integer().not_null()`, `string_null(Post::Title)`.

use super::super::columns::Column;
use super::super::model::Part;
use super::super::write::{Sql, text};
use super::names::Names;
use super::rust::{Call, Chain, Value};
use crate::source::Span;

/// The column that a chain describes; none where its name or its type is not understood.
pub(super) fn read(names: &Names<'_>, chain: &Chain) -> Option<Column> {
    let name = names.name(chain.with.as_ref()?.first()?)?;
    let mut column = Column { name, span: chain.span, ..Column::default() };
    let head = chain.head.rsplit("::").next()?;
    let mut counts = false;
    if !chain.head.ends_with("ColumnDef::new") {
        counts = shorthand(&mut column, names, head, chain.with.as_deref()?)?;
    }
    for call in &chain.calls {
        counts |= option(&mut column, names, call)?;
    }
    let serial = match column.of.as_str() {
        "bigint" => "bigserial",
        "smallint" => "smallserial",
        "integer" => "serial",
        _ => "",
    };
    if counts && !serial.is_empty() {
        serial.clone_into(&mut column.of);
    }
    (!column.of.is_empty()).then_some(column)
}

/// `pk_auto(…)`, `string_len_uniq(…)`: what the name says. Gives whether the column counts.
fn shorthand(column: &mut Column, names: &Names<'_>, head: &str, with: &[Value]) -> Option<bool> {
    if let Some(rest) = head.strip_prefix("pk_") {
        (column.primary, column.not_null) = (true, true);
        if rest.starts_with("uuid") { "uuid" } else { "integer" }.clone_into(&mut column.of);
        return Some(rest == "auto");
    }
    let (head, null) = head.strip_suffix("_null").map_or((head, false), |head| (head, true));
    let (head, unique) = head.strip_suffix("_uniq").map_or((head, false), |head| (head, true));
    if head == "big_pk_auto" || head == "big_integer_pk_auto" {
        (column.primary, column.not_null, column.of) = (true, true, "bigint".to_owned());
        return Some(true);
    }
    let call = Call { name: head.to_owned(), arguments: with.get(1..)?.to_vec(), span: column.span };
    column.of = kind(names, &call)?;
    (column.not_null, column.unique) = (!null, unique);
    Some(false)
}

/// One call on a column. Gives whether it makes the column count; none where it is not understood.
fn option(column: &mut Column, names: &Names<'_>, call: &Call) -> Option<bool> {
    match call.name.as_str() {
        "not_null" => column.not_null = true,
        "null" => column.not_null = false,
        "primary_key" => column.primary = true,
        "unique_key" => column.unique = true,
        "auto_increment" => return Some(true),
        "default" => column.default = call.arguments.first().and_then(value),
        "to_owned" | "take" | "comment" | "extra" | "using" => {}
        _ => column.of = kind(names, call)?,
    }
    Some(false)
}

/// A default, where it is plain.
fn value(value: &Value) -> Option<String> {
    Some(match value {
        Value::Text(word, _) => text(word),
        Value::Number(number) => number.clone(),
        Value::Chain(chain) => match (chain.head.rsplit("::").next()?, &chain.with) {
            (flag @ ("true" | "false"), None) => flag.to_owned(),
            ("current_timestamp", _) => "CURRENT_TIMESTAMP".to_owned(),
            ("cust", Some(with)) => with.first()?.text()?.to_owned(),
            ("value" | "val" | "from", Some(with)) => self::value(with.first()?)?,
            _ => return None,
        },
        _ => return None,
    })
}

/// The type that a call gives, as PostgreSQL has it.
fn kind(names: &Names<'_>, call: &Call) -> Option<String> {
    let number = |at: usize| match call.arguments.get(at) {
        Some(Value::Number(number)) => Some(number.as_str()),
        _ => None,
    };
    let sized = |name: &str| match (number(0), number(1)) {
        (Some(first), Some(second)) => format!("{name}({first}, {second})"),
        (Some(first), None) => format!("{name}({first})"),
        _ => name.to_owned(),
    };
    Some(match call.name.as_str() {
        "integer" | "unsigned" => "integer".to_owned(),
        "big_integer" | "big_unsigned" => "bigint".to_owned(),
        "small_integer" | "small_unsigned" | "tiny_integer" | "tiny_unsigned" => "smallint".to_owned(),
        "float" => "real".to_owned(),
        "double" => "double precision".to_owned(),
        "decimal" | "decimal_len" => sized("decimal"),
        "money" | "money_len" => "money".to_owned(),
        "string" | "string_len" => sized("varchar"),
        "char" | "char_len" => sized("char"),
        "text" => "text".to_owned(),
        "boolean" => "boolean".to_owned(),
        "date" => "date".to_owned(),
        "time" => "time".to_owned(),
        "date_time" | "timestamp" => "timestamp".to_owned(),
        "timestamp_with_time_zone" => "timestamptz".to_owned(),
        "uuid" => "uuid".to_owned(),
        "json" => "json".to_owned(),
        "json_binary" => "jsonb".to_owned(),
        "binary" | "binary_len" | "var_binary" | "blob" => "bytea".to_owned(),
        "inet" | "cidr" | "ltree" => call.name.clone(),
        "mac_address" => "macaddr".to_owned(),
        "array" => {
            let of = call.arguments.first()?.chain()?.head.rsplit("::").next()?.to_owned();
            let of = match of.as_str() {
                "Text" => "text",
                "String" => "varchar",
                "Integer" => "integer",
                "BigInteger" => "bigint",
                "Uuid" => "uuid",
                _ => return None,
            };
            format!("{of}[]")
        }
        "enumeration" | "custom" => ["\"", &names.name(call.arguments.first()?)?, "\""].concat(),
        _ => return None,
    })
}

/// What a change of a column comes to: its type, whether it may be empty, its default.
pub(super) fn modified(names: &Names<'_>, chain: &Chain, table: &str, span: Span) -> Option<Vec<Part>> {
    let name = names.name(chain.with.as_ref()?.first()?)?;
    let mut parts = Vec::new();
    let mut push = |words: &str| {
        let mut sql = Sql::at(span);
        sql.push("ALTER TABLE ").table(table).push(" ALTER COLUMN ").name(&name).push(words);
        parts.push(sql.part());
    };
    for call in &chain.calls {
        let mut column = Column::default();
        option(&mut column, names, call)?;
        match call.name.as_str() {
            "not_null" => push(" SET NOT NULL"),
            "null" => push(" DROP NOT NULL"),
            "default" => push(&column.default.map(|default| format!(" SET DEFAULT {default}"))?),
            _ if !column.of.is_empty() => push(&format!(" TYPE {}", column.of)),
            "to_owned" | "take" => {}
            _ => return None,
        }
    }
    Some(parts)
}
