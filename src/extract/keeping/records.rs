//! What records who did what: tables, columns, extensions, libraries and code.

use std::sync::LazyLock;

use super::One;
use crate::facts::{AuditRecord, Dependency, Entry, SqlColumn, SqlExtension, SqlTable, Store};
use crate::source::{FileKind, Needles};

/// Names that code gives to what records actions.
static SPOKEN: LazyLock<Needles> = LazyLock::new(|| {
    Needles::of([
        "audit",
        "activitylog",
        "activity_log",
        "activity-log",
        "eventlog",
        "event_log",
        "eventstore",
        "event_store",
        "debezium",
        "temporal_tables",
    ])
});

/// Extensions that record statements or rows.
const EXTENSIONS: &[&str] = &["pgaudit", "supa_audit", "temporal_tables", "periods", "pgmemento", "wal2json"];

/// Parts of names of libraries that do.
const LIBRARIES: &[&str] = &[
    "audit",
    "simple-history",
    "paper_trail",
    "papertrail",
    "retraced",
    "envers",
    "javers",
    "activitylog",
    "change-data-capture",
    "debezium",
    "workos",
    "logidze",
    "eventstore",
];

/// Code that records what is done.
pub(super) fn of_file(one: &One<'_>) -> Option<Entry> {
    let speaks = one.file.kind.is_code() || matches!(one.file.kind, FileKind::Yaml | FileKind::Hcl);
    let pipeline = one.file.path.starts_with('.');
    let says = speaks && !pipeline && SPOKEN.are_in(one.text);
    says.then(|| Entry::new(one.whole(), record(one.file.path.clone(), "code")))
}

/// Tables, columns, extensions and libraries that do.
pub(super) fn facts(store: &Store, entries: &mut Vec<Entry>) {
    let tables = store.all::<SqlTable>().filter(|(_, table)| table.log || table.audit);
    entries.extend(tables.map(|(entry, table)| Entry::new(entry.place, record(table.name.clone(), "table"))));
    let columns = store.all::<SqlColumn>().filter(|(_, column)| says_who(&column.name));
    entries.extend(columns.map(|(entry, column)| {
        Entry::new(entry.place, record(format!("{}.{}", column.table, column.name), "column"))
    }));
    let extensions =
        store.all::<SqlExtension>().filter(|(_, extension)| EXTENSIONS.contains(&extension.name.as_str()));
    entries.extend(
        extensions
            .map(|(entry, extension)| Entry::new(entry.place, record(extension.name.clone(), "extension"))),
    );
    let libraries = store
        .all::<Dependency>()
        .filter(|(_, dependency)| LIBRARIES.iter().any(|part| dependency.name.contains(part)));
    entries.extend(
        libraries
            .map(|(entry, dependency)| Entry::new(entry.place, record(dependency.name.clone(), "library"))),
    );
}

fn record(by: String, form: &str) -> AuditRecord {
    AuditRecord { by, form: form.to_owned() }
}

/// Whether a column says who changed the row.
fn says_who(column: &str) -> bool {
    const WHO: &[&str] = &[
        "updated_by",
        "changed_by",
        "modified_by",
        "deleted_by",
        "approved_by",
        "performed_by",
        "last_edited_by",
    ];
    let plain: String = column.to_ascii_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    WHO.iter().any(|who| plain.starts_with(&who.replace('_', "")))
}
