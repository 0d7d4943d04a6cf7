//! The files of a set: their versions, what never runs, ways back, transactions.

use std::collections::BTreeMap;

use super::{Database, guards, safety};
use crate::extract::migrations::Step;
use crate::extract::migrations::tools::{self, Trait};
use crate::extract::schema::catalog::RelationKind;
use crate::facts::{Entry, Migration, MigrationSet};
use crate::parse::sql::model::{Alter, Class, Kind, Script, Transaction};
use crate::source::Place;

/// One fact for the set, and one for each of its files.
pub(super) fn facts(database: &Database<'_>, entries: &mut Vec<Entry>) {
    let set = database.set;
    let Some(first) = set.steps.first().map(|step| step.file).or(set.unrun.first().map(|unrun| unrun.file))
    else {
        return;
    };
    let counts = database.runs.iter().map(|run| run.script.counts());
    let (statements, unread) = counts.fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    let fact = MigrationSet {
        tool: set.tool.to_owned(),
        directory: set.directory.clone(),
        dialect: database.dialect.name().to_owned(),
        files: super::number(set.steps.len()),
        statements: super::number(statements),
        unread: super::number(unread),
        tables: super::number(database.tables().count()),
        api: !database.roles.is_empty(),
        serves: database.served.iter().map(ToString::to_string).collect(),
        secured: database.tables().any(|(_, table)| table.rls),
        unsure: database.incomplete(),
    };
    entries.push(Entry::new(Place::file(first), fact));
    // A program of the repository may put each file into a transaction.
    let by_program = set.tool == "numbered" && set.configured.is_some();
    let same = same_versions(set.tool, &set.steps);
    for (number, step, script) in database.steps() {
        let other = same.get(&number).and_then(|other| set.steps.get(*other));
        let path = |step: &Step| database.context.tree.file(step.file).path.clone();
        let fact = Migration {
            tool: set.tool.to_owned(),
            directory: set.directory.clone(),
            version: step.version.clone(),
            same_version: other.map(path),
            ignored: None,
            back: tools::is(set.tool, Trait::Back).then_some(step.down.is_some()),
            destroys: destroys(database, number, script),
            open: left_open(script),
            loose: !by_program && is_loose(step, script),
            unguarded: if by_program { None } else { guards::unguarded(database, step, script) },
            disorder: set.disorder.iter().find(|(file, _)| *file == step.file).map(|(_, why)| why.clone()),
            patient: safety::is_patient(database, step, script),
        };
        entries.push(Entry::new(Place::file(step.file), fact));
    }
    for unrun in &set.unrun {
        let fact = Migration {
            tool: set.tool.to_owned(),
            directory: set.directory.clone(),
            ignored: Some(unrun.why.text()),
            ..Migration::default()
        };
        entries.push(Entry::new(Place::file(unrun.file), fact));
    }
}

/// Steps whose version an earlier step has, with that step.
fn same_versions(tool: &str, steps: &[Step]) -> BTreeMap<usize, usize> {
    let mut first: BTreeMap<&str, usize> = BTreeMap::new();
    let mut same = BTreeMap::new();
    if !tools::is(tool, Trait::Versions) {
        return same;
    }
    for (number, step) in steps.iter().enumerate() {
        let Some(version) = &step.version else { continue };
        match first.get(version.as_str()) {
            Some(earlier) if steps[*earlier].file != step.file => {
                same.insert(number, *earlier);
            }
            Some(_) => {}
            None => {
                first.insert(version, number);
            }
        }
    }
    same
}

/// What a migration drops that was made before it: the first such thing.
fn destroys(database: &Database<'_>, number: usize, script: &Script) -> Option<String> {
    let made_here: Vec<&str> = script
        .statements
        .iter()
        .filter_map(|statement| match &statement.kind {
            Kind::CreateTable(table) => Some(table.name.name.as_str()),
            _ => None,
        })
        .collect();
    script.statements.iter().find_map(|statement| match &statement.kind {
        Kind::Drop { class: Class::Table, names, .. } => {
            let name = &names.first()?.name.name;
            (number > 0 && !made_here.contains(&name.as_str()) && !is_back(database, name))
                .then(|| format!("table `{name}`"))
        }
        Kind::AlterRelation { class: Class::Table, name, actions, .. } => {
            let column = actions.iter().find_map(|action| match action {
                Alter::DropColumn { name, .. } => Some(name),
                _ => None,
            })?;
            (!made_here.contains(&name.name.as_str())).then(|| format!("column `{}.{column}`", name.name))
        }
        _ => None,
    })
}

/// Whether a table of that name is there at the end: it was made anew.
fn is_back(database: &Database<'_>, name: &str) -> bool {
    database.relations().any(|(_, relation)| relation.name == name && relation.kind != RelationKind::Sequence)
}

/// What is left open of transactions.
fn left_open(script: &Script) -> Option<String> {
    // A file that begins by ending the tool's own transaction leaves the last one to the tool.
    let steps = script.statements.iter().filter_map(|statement| match &statement.kind {
        Kind::Transaction(step) => Some(step),
        _ => None,
    });
    if matches!(steps.clone().next(), Some(Transaction::Commit | Transaction::Rollback)) {
        return None;
    }
    let mut open = false;
    for step in steps {
        match step {
            Transaction::Begin if open => return Some("`begin` stands in an open transaction".to_owned()),
            Transaction::Begin => open = true,
            Transaction::Commit | Transaction::Rollback => open = false,
            _ => {}
        }
    }
    open.then(|| "`begin` has no `commit`".to_owned())
}

/// Whether several changing statements stand in no transaction.
fn is_loose(step: &Step, script: &Script) -> bool {
    let alone = script.statements.iter().any(|statement| match &statement.kind {
        Kind::CreateIndex(index) => index.concurrently,
        Kind::AlterType { action: crate::parse::sql::routine::AlterType::AddValue { .. }, .. } => true,
        _ => false,
    });
    !step.transaction && !super::begins(script) && !alone && script.statements.len() > 1
}
