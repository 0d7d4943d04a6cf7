//! Statements that the database refuses: what does not parse, and what the replay could not apply.

use rustc_hash::FxHashSet;

use super::Database;
use crate::extract::schema::catalog::{Fault, FaultKind};
use crate::facts::{Entry, MigrationFault};
use crate::parse::sql::dialect::Dialect;
use crate::parse::sql::model::Kind;
use crate::source::FileKind;

/// Files that are only numbered may stand on a schema from elsewhere, and may be run one by one.
const NOBODY: &str = "no tool is known to run these files one after the other";

/// Tables in which tools keep what they applied; they make them themselves.
const BOOKS: &[&str] = &[
    "__diesel_schema_migrations",
    "__drizzle_migrations",
    "_prisma_migrations",
    "_sqlx_migrations",
    "alembic_version",
    "databasechangelog",
    "flyway_schema_history",
    "goose_db_version",
    "knex_migrations",
    "migrations",
    "pgmigrations",
    "refinery_schema_history",
    "schema_migrations",
];

/// One fact for each. Only PostgreSQL is replayed so closely that a refusal is known to be one.
pub(super) fn facts(database: &Database<'_>, entries: &mut Vec<Entry>) {
    if database.dialect != Dialect::Postgres {
        return;
    }
    let tool = || database.set.tool.to_owned();
    for (step, _, script) in database.steps() {
        for (span, message) in &script.errors {
            let fact = MigrationFault {
                tool: tool(),
                kind: "syntax".to_owned(),
                name: message.clone(),
                problem: format!("is not SQL that PostgreSQL reads: {message}"),
                unsure: (database.set.tool == "numbered")
                    .then(|| NOBODY.to_owned())
                    .or_else(|| (!script.templated.is_empty()).then(|| "the file is a template".to_owned())),
            };
            entries.extend(database.at(step, *span).map(|place| Entry::new(place, fact)));
        }
    }
    let nobody = (database.set.tool == "numbered").then(|| NOBODY.to_owned());
    let broken = database.steps().any(|(.., script)| !script.errors.is_empty());
    let elsewhere = std::cell::OnceCell::new();
    let mut unmade = FxHashSet::default();
    for fault in &database.catalog.faults {
        // What a refused statement would have made is missing after it: that is no fault of those who need it.
        unmade.extend(database.statement(fault.place).and_then(made));
        let missing = unmade.iter().chain(BOOKS).any(|name| is_of(&fault.name, name));
        if fault.kind != FaultKind::Duplicate && missing {
            continue;
        }
        let Some(place) = database.place(fault.place) else { continue };
        let unread = broken.then(|| "a statement before it could not be read".to_owned());
        let of_extension = matches!(fault.kind, FaultKind::UnknownFunction | FaultKind::UnknownType);
        let brought = (of_extension && *elsewhere.get_or_init(|| makes_extensions(database)))
            .then(|| "an extension that may bring it is made outside of the migrations".to_owned());
        let fact = MigrationFault {
            tool: tool(),
            kind: kind(fault.kind).to_owned(),
            name: fault.name.clone(),
            problem: problem(fault),
            unsure: nobody.clone().or_else(|| database.unsure()).or(unread).or(brought),
        };
        entries.push(Entry::new(place, fact));
    }
}

/// The family of a fault.
fn kind(kind: FaultKind) -> &'static str {
    match kind {
        FaultKind::Duplicate => "duplicate",
        FaultKind::Depended => "depended",
        FaultKind::WrongKind | FaultKind::Invalid => "invalid",
        _ => "missing",
    }
}

/// What is wrong, as the end of a sentence.
fn problem(fault: &Fault) -> String {
    let name = &fault.name;
    let thing = match fault.kind {
        FaultKind::UnknownSchema => "the schema",
        FaultKind::UnknownRelation => "the relation",
        FaultKind::UnknownColumn => "the column",
        FaultKind::UnknownConstraint => "the constraint",
        FaultKind::UnknownIndex => "the index",
        FaultKind::UnknownType => "the type",
        FaultKind::UnknownFunction => "the function",
        FaultKind::UnknownRole => "the role",
        FaultKind::UnknownPolicy => "the policy",
        FaultKind::UnknownTrigger => "the trigger",
        FaultKind::UnknownExtension => "the extension",
        FaultKind::UnknownObject => "the object",
        FaultKind::Duplicate => return format!("makes `{name}`, which is there already"),
        FaultKind::Depended => return format!("drops `{name}`, which something else still needs"),
        FaultKind::WrongKind => return format!("does to `{name}` what only another kind of object allows"),
        FaultKind::Invalid => return format!("is refused: {name}"),
    };
    format!("needs {thing} `{name}`, which no earlier migration makes")
}

/// What a statement makes, by its name without schema.
fn made(kind: &Kind) -> Option<&str> {
    match kind {
        Kind::CreateTable(table) => Some(&table.name.name),
        Kind::CreateView(view) => Some(&view.name.name),
        Kind::CreateType { name, .. } | Kind::CreateDomain { name, .. } => Some(&name.name),
        Kind::CreateFunction(function) => Some(&function.name.name),
        _ => None,
    }
}

/// Whether a fault speaks of a thing, or of a part of it: `public.orders`, `public.orders.total`.
fn is_of(fault: &str, name: &str) -> bool {
    fault.split('.').any(|part| part == name)
}

/// Whether SQL that is no migration of the set makes an extension: a script of the database's image, a seed.
fn makes_extensions(database: &Database<'_>) -> bool {
    let tree = database.context.tree;
    let scripts = tree.entries().filter(|(_, source)| matches!(source.kind, FileKind::Sql | FileKind::Shell));
    let mut others = scripts.filter(|(file, _)| database.set.steps.iter().all(|step| step.file != *file));
    others.any(|(file, _)| tree.text(file).to_ascii_lowercase().contains("create extension"))
}
