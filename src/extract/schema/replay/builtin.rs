//! What PostgreSQL brings itself: names of relations, types and functions of `pg_catalog` and `information_schema`.
//!
//! The lists are those of PostgreSQL 15, and functions of later versions, so that none is taken for unknown.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

static FUNCTIONS: LazyLock<FxHashSet<&str>> =
    LazyLock::new(|| include_str!("builtin/functions.txt").lines().collect());
static RELATIONS: LazyLock<FxHashSet<&str>> =
    LazyLock::new(|| include_str!("builtin/relations.txt").lines().collect());
/// Types of columns, by their full names and by those of `pg_type`.
static TYPES: LazyLock<FxHashSet<&str>> =
    LazyLock::new(|| include_str!("builtin/types.txt").lines().collect());
static INFORMATION: LazyLock<FxHashSet<&str>> =
    LazyLock::new(|| include_str!("builtin/information.txt").lines().collect());

/// Whether `pg_catalog` has a relation of that name.
pub(super) fn relation(name: &str) -> bool {
    name.starts_with("pg_") && RELATIONS.contains(name)
}

/// Whether `information_schema` has a relation of that name.
pub(super) fn information(name: &str) -> bool {
    INFORMATION.contains(name)
}

/// Whether a function is built in.
pub(super) fn function(name: &str) -> bool {
    FUNCTIONS.contains(name)
}

/// Whether a type is built in: `integer`, `character varying`, `int4`, `_text`.
pub(super) fn type_name(name: &str) -> bool {
    let name = name.strip_prefix('_').unwrap_or(name);
    TYPES.contains(name) || is_pseudo(name) || name.starts_with("interval ") || relation(name)
}

/// Types of arguments and results only, and `serial`, which stands for a type.
fn is_pseudo(name: &str) -> bool {
    matches!(
        name,
        "any"
            | "anyarray"
            | "anycompatible"
            | "anycompatiblearray"
            | "anycompatiblemultirange"
            | "anycompatiblenonarray"
            | "anycompatiblerange"
            | "anyelement"
            | "anyenum"
            | "anymultirange"
            | "anynonarray"
            | "anyrange"
            | "cstring"
            | "event_trigger"
            | "fdw_handler"
            | "index_am_handler"
            | "internal"
            | "language_handler"
            | "pg_ddl_command"
            | "record"
            | "serial"
            | "serial2"
            | "serial4"
            | "serial8"
            | "bigserial"
            | "smallserial"
            | "table_am_handler"
            | "trigger"
            | "tsm_handler"
            | "unknown"
            | "void"
    )
}

/// The short name of a type, as PostgreSQL names a column after a cast: `int4` for `integer`.
pub(super) fn short(name: &str) -> &str {
    match name {
        "bigint" => "int8",
        "bit varying" => "varbit",
        "boolean" => "bool",
        "character" => "bpchar",
        "character varying" => "varchar",
        "decimal" => "numeric",
        "double precision" | "float" => "float8",
        "int" | "integer" => "int4",
        "real" => "float4",
        "smallint" => "int2",
        "time with time zone" => "timetz",
        "time without time zone" => "time",
        "timestamp with time zone" => "timestamptz",
        "timestamp without time zone" => "timestamp",
        _ if name.starts_with("interval") => "interval",
        _ => name,
    }
}
