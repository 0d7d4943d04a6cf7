//! The schema that code declares, held against the one that migrations lead to.

mod ever;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use super::{Database, keys, missing};
use crate::extract::declared::{Column, Declared, Enum, Index, Table};
use crate::extract::migrations::{Gap, Reach, Set, Step};
use crate::extract::schema::catalog::{self, ConstraintKind, Relation, RelationId, RelationKind, TypeKind};
use crate::facts::{DeclaredSchema, Entry, SqlDrift};
use crate::parse::sql::dialect::Dialect;
use crate::parse::sql::expression::Name;
use crate::source::Place;

/// One fact for each schema.
pub(super) fn schemas(sets: &[Set], declared: &[Declared], entries: &mut Vec<Entry>) {
    for one in declared.iter().filter(|one| !one.tables.is_empty()) {
        let set = one.set.and_then(|number| sets.get(number));
        let fact = DeclaredSchema {
            tool: one.tool.to_owned(),
            tables: super::number(one.tables.len()),
            migrations: set.map(|set| set.directory.clone()),
        };
        entries.push(Entry::new(one.place, fact));
    }
}

/// One fact for each difference.
pub(super) fn facts(database: &Database<'_>, declared: &Declared, entries: &mut Vec<Entry>) {
    if !matches!(database.dialect, Dialect::Postgres | Dialect::MySql | Dialect::Sqlite) {
        return;
    }
    let mut drift = Drift::of(database, declared);
    let start = entries.len();
    drift.all(entries);
    drift.together = drift.summary();
    if drift.together.is_some() {
        entries.truncate(start);
        drift.all(entries);
    }
}

/// What is compared.
struct Drift<'d> {
    database: &'d Database<'d>,
    declared: &'d Declared,
    /// Tables and views by their names in small letters.
    relations: FxHashMap<String, Vec<(RelationId, &'d Relation)>>,
    /// Indexes by their tables.
    indexes: BTreeMap<RelationId, Vec<(&'d Name, &'d catalog::Index)>>,
    /// Why nothing is sure.
    unsure: Option<String>,
    /// The texts of steps that are passed over where others ran before, and why each is.
    refused: Vec<(&'d str, &'d str)>,
    /// The differences that are sure, by their kinds.
    found: RefCell<BTreeMap<&'static str, BTreeSet<String>>>,
    /// What is said of all of them where they are many: that has one cause.
    together: Option<String>,
}

impl<'d> Drift<'d> {
    fn of(database: &'d Database<'d>, declared: &'d Declared) -> Self {
        let mut relations: FxHashMap<String, Vec<_>> = FxHashMap::default();
        for (id, relation) in database.relations().filter(|(_, one)| one.kind != RelationKind::Sequence) {
            relations.entry(relation.name.as_str().to_lowercase()).or_default().push((id, relation));
        }
        let indexes = keys::by_table(&database.catalog);
        let text = |step: &Step| database.context.tree.text(step.file);
        let refused =
            database.set.steps.iter().filter_map(|step| Some((text(step), step.refused.as_deref()?)));
        let open = || if declared.own_steps { database.unsure() } else { database.stands_on() };
        let unsure = declared.unsure.clone().or_else(open);
        let (found, together) = (RefCell::default(), None);
        Self { database, declared, relations, indexes, unsure, refused: refused.collect(), found, together }
    }

    /// One fact for each difference.
    fn all(&self, entries: &mut Vec<Entry>) {
        if self.database.dialect != Dialect::Postgres {
            ever::facts(self, entries);
            return;
        }
        // What the platform brings may be named, and no migration makes it.
        let own = |schema: &Option<String>| {
            let made = schema.as_ref().and_then(|name| self.database.catalog.schemas.get(name.as_str()));
            schema.as_deref() == Some("public") || made.is_none_or(|schema| !schema.platform)
        };
        for table in self.declared.tables.iter().filter(|table| own(&table.schema)) {
            self.table(table, entries);
        }
        for listed in self.declared.enums.iter().filter(|listed| own(&listed.schema)) {
            self.listed(listed, entries);
        }
    }

    /// How many differences there are of each kind, where they are many.
    fn summary(&self) -> Option<String> {
        const MANY: usize = 6;
        let found = self.found.borrow();
        let kinds = found.iter().filter(|(kind, _)| **kind != "index");
        if kinds.clone().map(|(_, names)| names.len()).sum::<usize>() < MANY {
            return None;
        }
        let words = kinds.map(|(kind, names)| {
            let (one, several) = match *kind {
                "table" => ("table", "tables"),
                "unique" => ("unique key", "unique keys"),
                "value" => ("value of an enum", "values of enums"),
                "required" => ("column that must be given and is not declared", "columns that must be given"),
                _ => ("column", "columns"),
            };
            let first = names.iter().next().map(|name| format!(" (`{name}` …)")).filter(|_| names.len() > 1);
            let word = if names.len() == 1 { one } else { several };
            format!("{} {word}{}", names.len(), first.unwrap_or_default())
        });
        let path = &self.database.context.tree.file(self.declared.place.file).path;
        let words: Vec<String> = words.collect();
        Some(format!("the migrations do not make what `{path}` declares: {}", words.join(", ")))
    }

    /// Why what is said of a relation may be otherwise.
    fn unsure(&self, name: &str) -> Option<String> {
        let refused =
            || self.refused.iter().find(|(text, _)| text.contains(name)).map(|(_, why)| (*why).to_owned());
        let named = |gap: &&Gap| matches!(&gap.reach, Reach::Tables(names) if names.iter().any(|own| is_named(own, name)));
        let gap = || self.database.set.gaps.iter().find(named).map(|gap| gap.why.clone());
        let missing = || missing::unsure_of(self.database, name, false);
        self.unsure.clone().or_else(refused).or_else(gap).or_else(missing)
    }

    fn entry(
        &self,
        place: Place,
        kind: &'static str,
        (table, name): (&str, String),
        problem: String,
    ) -> Entry {
        let unsure = self.unsure(table);
        if unsure.is_none() {
            self.found.borrow_mut().entry(kind).or_default().insert(name.clone());
        }
        let together = self.together.clone().filter(|_| kind != "index");
        let fact = SqlDrift {
            tool: self.declared.tool.to_owned(),
            kind: kind.to_owned(),
            name,
            problem: together.unwrap_or(problem),
            unsure,
        };
        Entry::new(place, fact)
    }

    fn table(&self, table: &Table, entries: &mut Vec<Entry>) {
        let named = self.relations.get(&table.name.to_lowercase()).map_or(&[][..], Vec::as_slice);
        let of_schema =
            |relation: &Relation| table.schema.as_ref().is_none_or(|schema| *schema == relation.schema);
        let found: Vec<_> = named.iter().copied().filter(|(_, relation)| of_schema(relation)).collect();
        let Some((_, first)) = found.first() else {
            entries.push(self.no_table(table));
            return;
        };
        if found.iter().any(|(_, one)| matches!(one.kind, RelationKind::View | RelationKind::Materialized)) {
            return;
        }
        let missing = |column: &&Column| {
            let is = |there: &catalog::Column| there.name.eq_ignore_ascii_case(&column.name);
            !column.ignored && !found.iter().any(|(_, relation)| relation.columns.iter().any(is))
        };
        for column in table.columns.iter().filter(missing) {
            entries.push(self.no_column(table, column));
        }
        for index in &table.indexes {
            self.index(table, index, &found, entries);
        }
        if found.len() == 1 {
            self.required(table, first, entries);
        }
    }

    /// A table that no migration makes.
    fn no_table(&self, table: &Table) -> Entry {
        let full = match &table.schema {
            Some(schema) => format!("{schema}.{}", table.name),
            None => table.name.clone(),
        };
        let called = table.called.as_ref().map_or_else(String::new, |name| format!(" of the model `{name}`"));
        let problem = format!("no migration makes the table `{full}`{called}");
        self.entry(table.place, "table", (&table.name, full), problem)
    }

    /// A column that no migration makes.
    fn no_column(&self, table: &Table, column: &Column) -> Entry {
        let name = format!("{}.{}", table.name, column.name);
        let problem = format!("no migration makes the column `{name}`");
        self.entry(column.place, "column", (&table.name, name), problem)
    }

    /// A key or an index that no migration makes on columns that there are.
    fn index(
        &self,
        table: &Table,
        index: &Index,
        found: &[(RelationId, &Relation)],
        entries: &mut Vec<Entry>,
    ) {
        let there = index.columns.iter().all(|name| {
            let is = |column: &catalog::Column| column.name.eq_ignore_ascii_case(name);
            found.iter().any(|(_, relation)| relation.columns.iter().any(is))
        });
        let made = found.iter().any(|(id, relation)| {
            let keys = relation.constraints.iter().any(|constraint| {
                matches!(constraint.kind, ConstraintKind::Primary | ConstraintKind::Unique)
                    && same(constraint.columns.iter().map(Name::as_str), index)
            });
            let indexes = self.indexes.get(id).into_iter().flatten();
            keys || indexes.map(|(_, one)| one).filter(|one| one.unique || !index.unique).any(|one| {
                same(one.keys.iter().filter_map(|key| key.column.as_ref()).map(Name::as_str), index)
            })
        });
        if !there || made {
            return;
        }
        let name = format!("{} ({})", table.name, index.columns.join(", "));
        let (kind, what) = if index.unique { ("unique", "unique key") } else { ("index", "index") };
        let problem = format!("no migration makes the {what} on `{name}`");
        entries.push(self.entry(index.place, kind, (&table.name, name), problem));
    }

    /// Columns that have to be given, and that the schema does not know.
    fn required(&self, table: &Table, relation: &Relation, entries: &mut Vec<Entry>) {
        // A trigger may fill it.
        if !table.whole || relation.kind != RelationKind::Table || !relation.triggers.is_empty() {
            return;
        }
        let known = |name: &str| table.columns.iter().any(|column| column.name.eq_ignore_ascii_case(name));
        for column in relation.columns.iter().filter(|column| !known(&column.name)) {
            let given = column.default.is_none() && column.generated.is_none() && column.identity.is_none();
            let counted = matches!(column.of.name.as_str(), "serial" | "bigserial" | "smallserial");
            if !column.not_null || !given || counted {
                continue;
            }
            let name = format!("{}.{}", relation.name, column.name);
            let problem =
                format!("`{name}` must be given in each new row, and the schema does not have the column");
            let mut entry = self.entry(table.place, "required", (&table.name, name), problem);
            if let Some(place) = self.database.place(column.place) {
                entry = entry.with(place, "the column");
            }
            entries.push(entry);
        }
    }

    /// A type without one of its declared values.
    fn listed(&self, listed: &Enum, entries: &mut Vec<Entry>) {
        let types = self.database.catalog.types.iter().filter(|((schema, name), _)| {
            name.eq_ignore_ascii_case(&listed.name)
                && listed.schema.as_ref().is_none_or(|own| *own == *schema.as_str())
        });
        let made: Vec<&Vec<String>> = types
            .filter_map(|(_, of)| match &of.kind {
                TypeKind::Enum(values) => Some(values),
                _ => None,
            })
            .collect();
        if made.is_empty() {
            // One that no column uses is not made.
            return;
        }
        for (value, place) in &listed.values {
            if !made.iter().any(|values| values.contains(value)) {
                let name = format!("{}.{value}", listed.name);
                let problem = format!("no migration gives the type `{}` the value `{value}`", listed.name);
                entries.push(self.entry(*place, "value", (&listed.name, name), problem));
            }
        }
    }
}

/// Whether a table that is named with or without its schema is this one.
fn is_named(full: &str, name: &str) -> bool {
    full.rsplit('.').next().is_some_and(|own| own.eq_ignore_ascii_case(name))
}

/// Whether an index with these columns serves as the one that is declared: a unique one has the same, in any order,
/// another begins with them.
fn same<'n>(columns: impl Iterator<Item = &'n str>, index: &Index) -> bool {
    let columns: Vec<String> = columns.map(str::to_lowercase).collect();
    let wanted: Vec<String> = index.columns.iter().map(|name| name.to_lowercase()).collect();
    if index.unique {
        return columns.len() == wanted.len() && wanted.iter().all(|name| columns.contains(name));
    }
    columns.starts_with(&wanted)
}
