//! Names and types: folded, unquoted, cut to 63 bytes, and built-in types by the name `format_type` gives them.

use compact_str::{CompactString, ToCompactString};
use squawk_syntax::ast::{self, AstNode};
use squawk_syntax::{SyntaxKind, SyntaxNode, SyntaxToken};

use super::At;
use crate::parse::sql::model::{Name, ObjectName, TypeName};

/// How many bytes PostgreSQL keeps of a name.
const LONGEST: usize = 63;

/// The name a node holds: of a path, its last part. Empty where a mistake left none.
pub(in crate::parse::sql) fn name(node: &impl AstNode) -> Name {
    name_of(node.syntax())
}

/// As [`name`], of an untyped node.
pub(in crate::parse::sql) fn name_of(node: &SyntaxNode) -> Name {
    parts(node).pop().map(|(name, _)| name).unwrap_or_default()
}

/// A possibly qualified name. A database before the schema is left out.
pub(in crate::parse::sql) fn object_name(node: &impl AstNode, at: &At) -> ObjectName {
    object_name_of(node.syntax(), at)
}

/// As [`object_name`], of an untyped node.
pub(in crate::parse::sql) fn object_name_of(node: &SyntaxNode, at: &At) -> ObjectName {
    let mut parts = parts(node);
    let Some((name, last)) = parts.pop() else {
        return ObjectName { span: at.span_of(node), ..ObjectName::default() };
    };
    let mut span = at.token_span(&last);
    let schema = parts.pop().map(|(schema, first)| {
        span = at.token_span(&first).to(span);
        schema
    });
    ObjectName { schema, name, span }
}

/// `table.column`, as `owned by` writes it.
pub(in crate::parse::sql) fn column_of(node: &impl AstNode, at: &At) -> Option<(ObjectName, Name)> {
    let mut parts = parts(node.syntax());
    let (column, _) = parts.pop()?;
    let (name, last) = parts.pop()?;
    let span = at.token_span(&last);
    let schema = parts.pop().map(|(schema, _)| schema);
    Some((ObjectName { schema, name, span }, column))
}

/// The parts of a name, left to right, each with its token.
pub(in crate::parse::sql) fn parts(node: &SyntaxNode) -> Vec<(Name, SyntaxToken)> {
    let mut out: Vec<(Name, SyntaxToken)> = Vec::with_capacity(2);
    let mut escape = false;
    for element in node.descendants_with_tokens() {
        let Some(token) = element.into_token() else { continue };
        match token.kind() {
            kind if kind.is_trivia() => {}
            SyntaxKind::DOT | SyntaxKind::L_PAREN | SyntaxKind::STAR => {}
            SyntaxKind::ONLY_KW | SyntaxKind::GROUP_KW if out.is_empty() => {}
            SyntaxKind::R_PAREN | SyntaxKind::SEMICOLON => break,
            SyntaxKind::UESCAPE_KW => escape = true,
            SyntaxKind::STRING if escape => {
                if let (Some(mark), Some((name, quoted))) = (token.text().chars().nth(1), out.last_mut()) {
                    *name = cut(unescape(quoted.text(), mark));
                }
                break;
            }
            _ => {
                let name = fold(token.text());
                out.push((name, token));
            }
        }
    }
    out
}

/// A word as PostgreSQL stores it as a name.
pub(in crate::parse::sql) fn fold(text: &str) -> Name {
    let bytes = text.as_bytes();
    let name = match bytes {
        [b'"', .., b'"'] => {
            let inner = &text[1..text.len() - 1];
            if inner.contains('"') { inner.replace("\"\"", "\"").into() } else { CompactString::new(inner) }
        }
        [b'u' | b'U', b'&', b'"', ..] => unescape(text, '\\'),
        _ if bytes.iter().any(u8::is_ascii_uppercase) => text.to_ascii_lowercase().into(),
        _ => CompactString::new(text),
    };
    cut(name)
}

/// A name cut to the length PostgreSQL keeps, on a character's edge.
pub(in crate::parse::sql) fn cut(mut name: Name) -> Name {
    if name.len() > LONGEST {
        let edge = (0..=LONGEST).rev().find(|at| name.is_char_boundary(*at)).unwrap_or(0);
        name.truncate(edge);
    }
    name
}

/// What `U&"d\0061t\+000061"` means; a wrong escape stays as written.
fn unescape(text: &str, mark: char) -> Name {
    let inner = text.get(3..).unwrap_or_default().trim_end_matches('"');
    let mut out = CompactString::default();
    let mut rest = inner;
    while let Some(at) = rest.find([mark, '"']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let Some(first) = rest.chars().next() else { break };
        let after = &rest[first.len_utf8()..];
        if first == '"' {
            out.push('"');
            rest = after.strip_prefix('"').unwrap_or(after);
            continue;
        }
        let (digits, from) = if after.starts_with('+') { (6, 1) } else { (4, 0) };
        let value = after.get(from..from + digits).and_then(|hex| u32::from_str_radix(hex, 16).ok());
        if after.starts_with(mark) {
            out.push(mark);
            rest = &after[mark.len_utf8()..];
        } else if let Some(letter) = value.and_then(char::from_u32) {
            out.push(letter);
            rest = &after[from + digits..];
        } else {
            out.push(first);
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

/// A type as written, in the spelling of `format_type`.
pub(in crate::parse::sql) fn type_name(node: &ast::Type, at: &At) -> TypeName {
    let mut out = plain_type(node, at);
    out.span = at.span(node);
    out
}

/// The type of an argument or a result, which may be `table.column%type`.
pub(in crate::parse::sql) fn func_type(node: &ast::FuncType, at: &At) -> TypeName {
    match node {
        ast::FuncType::Type(node) => type_name(node, at),
        ast::FuncType::PercentType(node) => {
            let parts = node.path_ref().map(|path| parts(path.syntax())).unwrap_or_default();
            let mut names = parts.into_iter().map(|(name, _)| name).rev();
            let name = names.next().unwrap_or_default();
            TypeName {
                schema: names.next(),
                name,
                dimensions: dimensions(node.array_bounds().count(), node.array_token().is_some()),
                set: node.setof_token().is_some(),
                of_column: true,
                span: at.span(node),
                ..TypeName::default()
            }
        }
    }
}

fn dimensions(bounds: usize, word: bool) -> u8 {
    u8::try_from(bounds).unwrap_or(u8::MAX).max(u8::from(word))
}

fn plain_type(node: &ast::Type, at: &At) -> TypeName {
    match node {
        ast::Type::ArrayType(array) => {
            let inner = array.ty().and_then(|inner| at.deeper(1, || plain_type(&inner, at)));
            let mut out = inner.unwrap_or_default();
            out.dimensions = out
                .dimensions
                .saturating_add(dimensions(array.array_bounds().count(), array.array_token().is_some()));
            out
        }
        ast::Type::PathType(path) => path_type(path, at),
        ast::Type::VarcharType(node) => {
            built_in("character varying", arguments(node.arg_list(), at), node.setof_token().is_some())
        }
        ast::Type::CharacterType(node) => {
            built_in("character", one(arguments(node.arg_list(), at)), node.setof_token().is_some())
        }
        ast::Type::BitType(node) => {
            built_in("bit", one(arguments(node.arg_list(), at)), node.setof_token().is_some())
        }
        ast::Type::BitVaryingType(node) => {
            built_in("bit varying", arguments(node.arg_list(), at), node.setof_token().is_some())
        }
        ast::Type::DoubleType(node) => built_in("double precision", Vec::new(), node.setof_token().is_some()),
        ast::Type::TimeType(node) => {
            let name = match node.timezone() {
                Some(ast::Timezone::WithTimezone(_)) => "time with time zone",
                _ => "time without time zone",
            };
            built_in(name, precision(node.literal(), at), node.setof_token().is_some())
        }
        ast::Type::TimestampType(node) => {
            let name = match node.timezone() {
                Some(ast::Timezone::WithTimezone(_)) => "timestamp with time zone",
                _ => "timestamp without time zone",
            };
            built_in(name, precision(node.literal(), at), node.setof_token().is_some())
        }
        ast::Type::IntervalType(node) => interval(node, at),
    }
}

fn built_in(name: &str, modifiers: Vec<Name>, set: bool) -> TypeName {
    TypeName { name: name.into(), modifiers, set, ..TypeName::default() }
}

/// `character` alone is `character(1)`, `bit` alone is `bit(1)`.
fn one(mut modifiers: Vec<Name>) -> Vec<Name> {
    if modifiers.is_empty() {
        modifiers.push(CompactString::const_new("1"));
    }
    modifiers
}

fn precision(literal: Option<ast::Literal>, at: &At) -> Vec<Name> {
    literal.map(|literal| vec![at.text(&literal).into()]).unwrap_or_default()
}

/// What stands in parentheses after a type: numbers and words as written, strings without quotes.
fn arguments(list: Option<ast::ArgList>, at: &At) -> Vec<Name> {
    let Some(list) = list else { return Vec::new() };
    let one = |arg: ast::Arg| {
        let text = at.text(&arg).trim();
        let bare = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
        bare.map_or_else(|| fold(text), CompactString::new)
    };
    list.args().map(one).collect()
}

/// `interval`, `interval(3)`, `interval day to second(3)`: the fields are part of the name.
fn interval(node: &ast::IntervalType, at: &At) -> TypeName {
    let mut modifiers = precision(node.literal(), at);
    let mut name = CompactString::const_new("interval");
    if let Some(fields) = node.interval_qualifier() {
        let text = at.text(&fields).to_ascii_lowercase();
        let (words, digits) = text.split_once('(').unwrap_or((&text, ""));
        for word in words.split_whitespace() {
            name.push(' ');
            name.push_str(word);
        }
        if let Some(digits) = digits.strip_suffix(')') {
            modifiers.push(digits.trim().into());
        }
    }
    TypeName { name, modifiers, set: node.setof_token().is_some(), ..TypeName::default() }
}

fn path_type(node: &ast::PathType, at: &At) -> TypeName {
    let mut parts = node.path_ref().map(|path| parts(path.syntax())).unwrap_or_default();
    let (name, token) = parts.pop().map_or((Name::default(), None), |(name, token)| (name, Some(token)));
    let schema = parts.pop().map(|(schema, _)| schema);
    let mut modifiers = arguments(node.arg_list(), at);
    let set = node.setof_token().is_some();
    let system = schema.as_deref() == Some("pg_catalog");
    if schema.is_some() && !system {
        return TypeName { schema, name, modifiers, set, ..TypeName::default() };
    }
    // Words of the grammar mean a type only when they are neither quoted nor qualified.
    let quoted = token.is_some_and(|token| {
        !token.text().starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
    });
    if !quoted
        && !system
        && let Some(full) = word_type(&name, &mut modifiers)
    {
        return TypeName { name: full.into(), modifiers, set, ..TypeName::default() };
    }
    let array = name.strip_prefix('_').and_then(catalog_type);
    if let Some(full) = array {
        return TypeName { name: full.into(), modifiers, dimensions: 1, set, ..TypeName::default() };
    }
    if (quoted || system) && name == "char" {
        return TypeName { name: "\"char\"".into(), modifiers, set, ..TypeName::default() };
    }
    let full = catalog_type(&name).filter(|_| name != "char").map_or(name, CompactString::const_new);
    let full =
        if full == "bpchar" && !modifiers.is_empty() { CompactString::const_new("character") } else { full };
    if full == "numeric" && modifiers.len() == 1 {
        modifiers.push(CompactString::const_new("0"));
    }
    TypeName { name: full, modifiers, set, ..TypeName::default() }
}

/// The full name of a type that is a word of the grammar.
fn word_type(name: &str, modifiers: &mut Vec<Name>) -> Option<&'static str> {
    Some(match name {
        "int" | "integer" => "integer",
        "smallint" => "smallint",
        "bigint" => "bigint",
        "real" => "real",
        "boolean" => "boolean",
        "dec" | "decimal" | "numeric" => {
            if modifiers.len() == 1 {
                modifiers.push(CompactString::const_new("0"));
            }
            "numeric"
        }
        "float" => {
            let digits = modifiers.pop().and_then(|digits| digits.parse::<u32>().ok());
            modifiers.clear();
            if digits.is_some_and(|digits| digits <= 24) { "real" } else { "double precision" }
        }
        "nchar" => {
            if modifiers.is_empty() {
                modifiers.push(1.to_compact_string());
            }
            "character"
        }
        _ => return None,
    })
}

/// The full name of a type of the catalogue that has a shorter one.
fn catalog_type(name: &str) -> Option<&'static str> {
    Some(match name {
        "int2" => "smallint",
        "int4" => "integer",
        "int8" => "bigint",
        "float4" => "real",
        "float8" => "double precision",
        "bool" => "boolean",
        "varchar" => "character varying",
        "bpchar" => "bpchar",
        "timestamptz" => "timestamp with time zone",
        "timestamp" => "timestamp without time zone",
        "timetz" => "time with time zone",
        "time" => "time without time zone",
        "varbit" => "bit varying",
        "bit" => "bit",
        "char" => "\"char\"",
        "numeric" => "numeric",
        "text" => "text",
        "uuid" => "uuid",
        "jsonb" => "jsonb",
        "json" => "json",
        "bytea" => "bytea",
        "date" => "date",
        "name" => "name",
        "oid" => "oid",
        "interval" => "interval",
        "inet" => "inet",
        _ => return None,
    })
}
