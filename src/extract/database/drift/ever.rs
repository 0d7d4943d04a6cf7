//! Databases that the replay does not follow closely, MySQL and SQLite: which tables and columns any migration makes. What
//! is taken away later is left aside, so that only what was never made is missing.

use std::cell::OnceCell;

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::Database;
use super::Drift;
use crate::facts::Entry;
use crate::parse::sql::model::{Alter, Kind, Statement};

/// Tables by their names in small letters, with the names of their columns; none where these are not told.
struct Ever<'d> {
    database: &'d Database<'d>,
    tables: FxHashMap<String, Option<FxHashSet<String>>>,
    /// The texts of the migrations in small letters.
    texts: OnceCell<Vec<String>>,
}

/// One fact for each table and column that no migration makes.
pub(super) fn facts(drift: &Drift<'_>, entries: &mut Vec<Entry>) {
    let ever = Ever::of(drift.database);
    for table in &drift.declared.tables {
        match ever.tables.get(&table.name.to_lowercase()) {
            None if ever.says(&["create table", &table.name]) => {}
            None if ever.says(&["rename", &table.name]) => {}
            None => entries.push(drift.no_table(table)),
            Some(None) => {}
            Some(Some(columns)) => {
                let missing = table.columns.iter().filter(|column| {
                    !column.ignored
                        && !columns.contains(&column.name.to_lowercase())
                        && !ever.says(&[&table.name, &column.name])
                });
                entries.extend(missing.map(|column| drift.no_column(table, column)));
            }
        }
    }
}

impl<'d> Ever<'d> {
    fn of(database: &'d Database<'d>) -> Self {
        let mut ever = Self { database, tables: FxHashMap::default(), texts: OnceCell::new() };
        for statement in database.steps().flat_map(|(.., script)| &script.statements) {
            ever.take(statement);
        }
        ever
    }

    /// Whether a statement says all of these words, whatever it is: it may do what is not read.
    fn says(&self, words: &[&str]) -> bool {
        let words: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
        let texts = self.texts.get_or_init(|| {
            let steps = self.database.set.steps.iter();
            steps.map(|step| self.database.context.tree.text(step.file).to_lowercase()).collect()
        });
        let mut statements = texts.iter().flat_map(|text| text.split(';'));
        statements.any(|statement| words.iter().all(|word| statement.contains(word.as_str())))
    }

    fn take(&mut self, statement: &Statement) {
        match &statement.kind {
            Kind::CreateTable(table) => {
                let known = table.query.is_none() && table.likes.is_empty() && table.inherits.is_empty();
                let columns = table.columns.iter().map(|column| column.name.as_str().to_lowercase());
                let own = self.tables.entry(table.name.name.as_str().to_lowercase());
                let own = own.or_insert_with(|| Some(FxHashSet::default()));
                match own {
                    Some(own) if known => own.extend(columns),
                    own => *own = None,
                }
            }
            Kind::CreateView(view) => {
                self.tables.insert(view.name.name.as_str().to_lowercase(), None);
            }
            Kind::AlterRelation { name, actions, .. } => {
                let mut name = name.name.as_str().to_lowercase();
                for action in actions {
                    self.alter(&mut name, action);
                }
            }
            _ => {}
        }
    }

    fn alter(&mut self, name: &mut String, action: &Alter) {
        match action {
            Alter::AddColumn { column, .. } => self.add(name, column.name.as_str()),
            Alter::RenameColumn { to, .. } => self.add(name, to.as_str()),
            Alter::Rename(to) => {
                let to = to.as_str().to_lowercase();
                let mut columns = self.tables.get(name).cloned().unwrap_or(None);
                if let (Some(columns), Some(Some(there))) = (&mut columns, self.tables.get(&to)) {
                    columns.extend(there.iter().cloned());
                }
                self.tables.insert(to.clone(), columns);
                *name = to;
            }
            _ => {}
        }
    }

    fn add(&mut self, table: &str, column: &str) {
        if let Some(Some(columns)) = self.tables.get_mut(table) {
            columns.insert(column.to_lowercase());
        }
    }
}
