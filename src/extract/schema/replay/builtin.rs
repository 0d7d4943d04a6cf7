//! What PostgreSQL brings itself: names of relations, types and functions of `pg_catalog` and `information_schema`.

/// Whether the system has a relation of that name.
pub(super) fn relation(_name: &str) -> bool {
    false
}

/// Whether a type is built in: `integer`, `character varying`, `int4`, `_text`.
pub(super) fn type_name(_name: &str) -> bool {
    true
}

/// Whether a function is built in.
pub(super) fn function(_name: &str) -> bool {
    true
}
