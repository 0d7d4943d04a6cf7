//! What watches a database from within.

use std::sync::LazyLock;

use regex::Regex;

use super::One;
use crate::facts::{Control, DatabaseWatch, Entry, QueryWatch, Store};
use crate::source::{FileKind, Needles, pattern};

/// Words without which a file watches no database.
static NEEDED: LazyLock<Needles> = LazyLock::new(|| {
    Needles::of([
        "pg_stat",
        "exporter",
        "pghero",
        "pgwatch",
        "pganalyze",
        "pgbadger",
        "processlist",
        "performance_schema",
        "serverstatus",
    ])
});

/// Statistics of databases, and what asks for them.
static WATCHES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?i)pg_stat_\w+|pg_statio_\w+|(?:postgres|mysqld|mongodb|pg)[-_]exporter|pghero|pgwatch\d?|pganalyze|pgbadger|information_schema\.processlist|performance_schema|serverstatus",
    )
});

/// What one file asks of a database's statistics.
pub(super) fn of_file(one: &One<'_>, entries: &mut Vec<Entry>) {
    let lines = matches!(
        one.file.kind,
        FileKind::Sql | FileKind::Yaml | FileKind::Shell | FileKind::Dockerfile | FileKind::Hcl
    );
    let speaks = if lines { NEEDED.are_in(one.text) } else { one.file.kind.is_code() && one.says("pg_stat") };
    if !speaks {
        return;
    }
    let found = WATCHES.as_ref().and_then(|watches| watches.find(one.text));
    entries.extend(found.map(|found| {
        Entry::new(one.at(found.start(), found.end()), DatabaseWatch { by: found.as_str().to_owned() })
    }));
}

/// What is told of queries that take long, and traces that show them.
pub(super) fn facts(store: &Store, entries: &mut Vec<Entry>) {
    let slow = store.all::<QueryWatch>().map(|(entry, watch)| (entry.place, watch.by.clone()));
    let works = |control: &Control| matches!(control.stage.as_str(), "live" | "applied");
    let traces =
        store.all::<Control>().filter(|(_, control)| control.capability == "tracing" && works(control));
    let traces = traces.map(|(entry, control)| (entry.place, control.name.clone()));
    entries.extend(slow.chain(traces).map(|(place, by)| Entry::new(place, DatabaseWatch { by })));
}
