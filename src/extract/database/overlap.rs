//! Folders of migrations that change the same tables of one database.

use std::collections::{BTreeMap, BTreeSet};

use super::Database;
use crate::extract::Context;
use crate::extract::migrations::Set;
use crate::facts::{Entry, Label, MigrationOverlap};
use crate::parse::sql::dialect::Dialect;
use crate::parse::sql::model::{Class, Kind, ObjectName};
use crate::source::Place;

/// Words of folders that nobody takes for the migrations of now.
const ASIDE: &[&str] =
    &["archive", "legacy", "deprecated", "old", "example", "template", "test", "seed", "sample"];

/// What a set makes and changes.
pub(super) struct Touched<'c> {
    set: &'c Set,
    dialect: Dialect,
    /// Its tables, and whether the set makes them.
    tables: BTreeMap<String, bool>,
}

impl<'c> Touched<'c> {
    /// Looks at the statements of every step.
    pub(super) fn of(database: &Database<'c>) -> Self {
        let mut tables: BTreeMap<String, bool> = BTreeMap::new();
        let mut add = |name: &ObjectName, makes: bool| {
            let schema = name.schema.as_ref().map_or("public", |schema| schema.as_str());
            *tables.entry(format!("{schema}.{}", name.name)).or_default() |= makes;
        };
        for statement in database.steps().flat_map(|(_, _, script)| &script.statements) {
            match &statement.kind {
                Kind::CreateTable(table) if !table.temporary => add(&table.name, true),
                Kind::AlterRelation { class: Class::Table, name, .. } => add(name, false),
                _ => {}
            }
        }
        Self { set: database.set, dialect: database.dialect, tables }
    }
}

/// One fact for each two folders that share tables, at the smaller one.
pub(super) fn facts(context: &Context<'_>, touched: &[Touched<'_>]) -> Vec<Entry> {
    let mut order: Vec<&Touched<'_>> = touched.iter().collect();
    order.sort_by_key(|touched| std::cmp::Reverse(touched.set.steps.len()));
    let mut entries = Vec::new();
    for (number, larger) in order.iter().enumerate() {
        let others = order[number + 1..].iter();
        entries.extend(others.filter_map(|smaller| overlap(context, larger, smaller)));
    }
    entries
}

fn overlap(context: &Context<'_>, larger: &Touched<'_>, smaller: &Touched<'_>) -> Option<Entry> {
    let (one, two) = (larger.set, smaller.set);
    let dialects = [larger.dialect, smaller.dialect];
    let same = dialects[0] == dialects[1] || dialects.contains(&Dialect::Unknown);
    let aside = |set: &Set| {
        let lower = set.directory.to_ascii_lowercase();
        let mut words = lower.split(['/', '-', '_', '.']);
        set.tool == "initdb" || words.any(|word| ASIDE.contains(&word))
    };
    let package = |set: &Set| context.packages.dir_of_dir(&set.directory).to_owned();
    if !same || one.directory == two.directory || aside(one) || aside(two) || package(one) != package(two) {
        return None;
    }
    let shared: Vec<&String> = smaller
        .tables
        .iter()
        .filter(|(name, makes)| larger.tables.get(*name).is_some_and(|made| *made || **makes))
        .map(|(name, _)| name)
        .collect();
    if shared.is_empty() || is_copy(context, one, two) {
        return None;
    }
    let named: Vec<String> = shared.iter().take(3).map(|name| format!("`{name}`")).collect();
    let more = shared.len().saturating_sub(3);
    let tables = if more > 0 { format!("{} and {more} more", named.join(", ")) } else { named.join(", ") };
    let fact = MigrationOverlap {
        directory: two.directory.clone(),
        other: one.directory.clone(),
        tables,
        shared: super::number(shared.len()),
    };
    let mut entry = Entry::new(Place::file(two.steps.first()?.file), fact);
    let other = Place::file(one.steps.first()?.file);
    entry.also.push(Label { place: other, note: format!("the first of `{}`", one.directory) });
    Some(entry)
}

/// Whether most files of the smaller folder stand in the larger one as well: the same migrations for another tool.
fn is_copy(context: &Context<'_>, larger: &Set, smaller: &Set) -> bool {
    let text = |set: &'_ Set| -> BTreeSet<String> {
        let texts = set.steps.iter().map(|step| context.tree.text(step.file));
        texts.map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
    };
    let (larger, smaller) = (text(larger), text(smaller));
    smaller.intersection(&larger).count() * 2 > smaller.len()
}
