//! Statements that the database refuses: what does not parse, and what the replay could not apply.

use super::Database;
use crate::extract::schema::catalog::{Fault, FaultKind};
use crate::facts::{Entry, MigrationFault};

/// One fact for each. Only PostgreSQL is replayed so closely that a refusal is known to be one.
pub(super) fn facts(database: &Database<'_>, entries: &mut Vec<Entry>) {
    if database.dialect() != "postgres" {
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
                unsure: (!script.templated.is_empty()).then(|| "the file is a template".to_owned()),
            };
            entries.extend(database.at(step, *span).map(|place| Entry::new(place, fact)));
        }
    }
    let broken = database.steps().any(|(.., script)| !script.errors.is_empty());
    for fault in &database.catalog.faults {
        let Some(place) = database.place(fault.place) else { continue };
        let unread = broken.then(|| "a statement before it could not be read".to_owned());
        let fact = MigrationFault {
            tool: tool(),
            kind: kind(fault.kind).to_owned(),
            name: fault.name.clone(),
            problem: problem(fault),
            unsure: database.unsure().or(unread),
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
