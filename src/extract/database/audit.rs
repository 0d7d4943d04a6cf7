//! What writes down who changed what: triggers, the tables they write into, and the tables they watch.

use rustc_hash::FxHashSet;

use super::functions::Written;
use super::{Database, full_name, functions, names};
use crate::extract::schema::catalog::{About, Doubt, FunctionId, Relation, RelationId, Trigger};
use crate::facts::{Entry, SqlAudit};
use crate::parse::sql::block::StepKind;
use crate::parse::sql::dialect::Dialect;
use crate::parse::sql::model::TriggerState;
use crate::parse::sql::routine::{Body, Timing};

/// What writes changes down.
#[derive(Debug, Default)]
pub(super) struct Recorders {
    /// Functions that do, themselves or by one they call.
    functions: FxHashSet<FunctionId>,
    /// The tables that what was there before a change is written into.
    tables: FxHashSet<RelationId>,
}

impl Recorders {
    /// Those of a database.
    pub(super) fn of(database: &Database<'_>, texts: &[Written]) -> Self {
        let mut found = Self::default();
        for Written { id, text, .. } in texts {
            let keeps = keeps_old(text);
            for target in targets(text) {
                let mut tables =
                    database.tables().filter(|(_, table)| table.name.eq_ignore_ascii_case(target));
                let table = tables.next().map(|(id, table)| (id, names::is_audit(table)));
                match table {
                    Some((_, true)) => found.functions.extend([*id]),
                    Some((table, false)) if keeps => {
                        found.functions.extend([*id]);
                        found.tables.extend([table]);
                    }
                    // A table that is named while the program runs.
                    None if keeps && target.starts_with(['%', '\'']) => found.functions.extend([*id]),
                    _ => {}
                }
            }
        }
        functions::and_callers(texts, &mut found.functions);
        found
    }

    /// Whether what was there before a change is written into a table.
    pub(super) fn fill(&self, table: RelationId) -> bool {
        self.tables.contains(&table)
    }
}

/// Whether a function hands on a row as it was before the change.
fn keeps_old(text: &str) -> bool {
    const WHOLE: &[&str] =
        &["to_jsonb(old", "to_json(old", "row_to_json(old", "hstore(old", "old.*", "row(old"];
    WHOLE.iter().any(|whole| text.contains(whole))
}

/// The tables that a function adds rows to, without their schemas.
fn targets(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("insert into ").map(|(at, words)| {
        let rest = text[at + words.len()..].trim_start();
        let end = rest.find(|letter: char| letter.is_whitespace() || matches!(letter, '(' | ';'));
        let path = &rest[..end.unwrap_or(rest.len())];
        path.rsplit('.').next().unwrap_or(path).trim_matches('"')
    })
}

/// One fact for each table that holds money, where a trigger function writes changes down.
pub(super) fn facts(database: &Database<'_>, recorders: &Recorders, entries: &mut Vec<Entry>) {
    let writes = |id: &FunctionId| recorders.functions.contains(id);
    let mut of_triggers =
        database.functions().filter(|(id, function)| writes(id) && functions::is_trigger(function));
    let Some((_, by)) = of_triggers.next().filter(|_| database.dialect == Dialect::Postgres) else { return };
    let matter = |id: RelationId, table: &Relation| {
        names::is_money(table) && !table.partition && !names::is_log(table) && !recorders.fill(id)
    };
    let tables: Vec<(&Relation, bool)> = database
        .tables()
        .filter(|(id, table)| matter(*id, table))
        .map(|(_, table)| (table, is_audited(database, recorders, table)))
        .collect();
    let audited = tables.iter().filter(|(_, audited)| *audited).count();
    let reach = format!("{audited} of {} tables that hold money", tables.len());
    for (table, audited) in tables {
        let Some(place) = database.place(table.place) else { continue };
        let fact = SqlAudit {
            table: full_name(table),
            audited,
            reach: reach.clone(),
            by: format!("{}.{}", by.schema, by.name),
            unsure: unsure(database, table),
        };
        entries.push(Entry::new(place, fact));
    }
}

/// Whether a trigger writes down what changes in a table, or refuses every change.
fn is_audited(database: &Database<'_>, recorders: &Recorders, table: &Relation) -> bool {
    let on = table.triggers.values().filter(|trigger| trigger.state != TriggerState::Disabled);
    let mut on = on.filter(|trigger| trigger.update || trigger.delete);
    let nothing = |event: &str| table.rules.values().any(|(of, nothing)| of == event && *nothing);
    on.any(|trigger| recorders.functions.contains(&trigger.function) || refuses(database, trigger))
        || nothing("update")
}

/// Whether a trigger ends every statement that changes a row.
fn refuses(database: &Database<'_>, trigger: &Trigger) -> bool {
    let function = database.catalog.function(trigger.function);
    let Some(Body::Plpgsql(block)) = function.map(|function| &function.body) else { return false };
    trigger.update
        && trigger.timing == Timing::Before
        && trigger.when.is_none()
        && block.statements.iter().any(|step| step.kind == StepKind::Raise(true))
}

/// Why what is said of the triggers of a table may be otherwise.
fn unsure(database: &Database<'_>, table: &Relation) -> Option<String> {
    let about = |doubt: &&Doubt| matches!(doubt.about, About::Triggers | About::Functions);
    let doubt = database.catalog.doubts.iter().find(about).map(|doubt| doubt.why.clone());
    doubt.or_else(|| database.unsure_of_table(table))
}

/// What the rows of a table that records changes do not say.
pub(super) fn lacks(table: &Relation) -> Vec<String> {
    let has = |words: &[&str]| {
        let says = |name: &str| names::words(name).iter().any(|word| words.contains(&word.as_str()));
        table.columns.iter().any(|column| says(&column.name))
    };
    let of = |types: &[&str]| {
        table.columns.iter().any(|column| types.iter().any(|of| column.of.name.contains(of)))
    };
    // Only what holds more than the row as it was can say from where the change came.
    let context = table.columns.iter().any(|column| {
        let words = names::words(&column.name);
        column.of.name.contains("json") && !words.iter().any(|word| ROWS.contains(&word.as_str()))
    });
    // Who signs in or looks at something changes nothing.
    let looks = names::words(&table.name).iter().any(|word| LOOKS.contains(&word.as_str()));
    let parts = [
        ("who", has(WHO)),
        ("when", of(&["timestamp", "time", "date"]) || has(WHEN)),
        ("what changed", looks || of(&["json", "hstore", "xml"]) || has(ROWS) || has(WHAT)),
        ("from where", context || has(WHERE)),
    ];
    parts.iter().filter(|(_, said)| !said).map(|(part, _)| (*part).to_owned()).collect()
}

/// Words of columns that say who did it.
const WHO: &[&str] = &[
    "account",
    "actor",
    "admin",
    "agent",
    "author",
    "by",
    "caller",
    "client",
    "creator",
    "email",
    "employee",
    "initiator",
    "member",
    "operator",
    "owner",
    "performer",
    "person",
    "principal",
    "profile",
    "role",
    "staff",
    "subject",
    "user",
    "userid",
    "username",
    "who",
];

/// Words of names of tables that record who came in and who looked.
const LOOKS: &[&str] =
    &["access", "auth", "download", "login", "mfa", "scan", "security", "session", "signin", "view"];

/// Words of columns that say when.
const WHEN: &[&str] = &["at", "date", "on", "time", "timestamp", "ts", "when"];

/// Words of columns that hold a row as it was, or as it is.
const ROWS: &[&str] = &[
    "after",
    "before",
    "change",
    "changed",
    "changes",
    "delta",
    "diff",
    "difference",
    "new",
    "old",
    "previous",
    "row",
    "snapshot",
];

/// Words of columns that say what happened.
const WHAT: &[&str] = &[
    "body",
    "comment",
    "content",
    "data",
    "description",
    "detail",
    "details",
    "field",
    "fields",
    "info",
    "message",
    "meta",
    "metadata",
    "notes",
    "params",
    "payload",
    "properties",
    "reason",
    "value",
    "values",
    "what",
];

/// Words of columns that say in which request or session.
const WHERE: &[&str] = &[
    "agent",
    "application",
    "context",
    "correlation",
    "details",
    "device",
    "host",
    "ip",
    "meta",
    "metadata",
    "origin",
    "request",
    "session",
    "source",
    "trace",
    "transaction",
    "tx",
    "txid",
    "xid",
];
