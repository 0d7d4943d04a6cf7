//! Columns as builders describe them.

use super::write::Sql;
use crate::source::Span;

/// A column.
#[derive(Debug, Clone, Default)]
pub(super) struct Column {
    pub(super) name: String,
    /// Its type, as SQL.
    pub(super) of: String,
    pub(super) not_null: bool,
    /// Its default, as SQL.
    pub(super) default: Option<String>,
    pub(super) primary: bool,
    pub(super) unique: bool,
    /// A check, as SQL.
    pub(super) check: Option<String>,
    pub(super) references: Option<Reference>,
    pub(super) span: Span,
}

/// What a column or several refer to.
#[derive(Debug, Clone, Default)]
pub(super) struct Reference {
    pub(super) table: String,
    pub(super) columns: Vec<String>,
    pub(super) on_delete: Option<String>,
    pub(super) on_update: Option<String>,
}

impl Column {
    /// Writes the column as `create table` and `add column` take it.
    pub(super) fn write(&self, sql: &mut Sql) {
        sql.place(self.span);
        sql.name(&self.name).push(" ").push(&self.of);
        if let Some(default) = &self.default {
            sql.push(" DEFAULT ").push(default);
        }
        for (is, words) in
            [(self.not_null, " NOT NULL"), (self.primary, " PRIMARY KEY"), (self.unique, " UNIQUE")]
        {
            if is {
                sql.push(words);
            }
        }
        if let Some(check) = &self.check {
            sql.push(" CHECK (").push(check).push(")");
        }
        if let Some(reference) = &self.references {
            sql.push(" ");
            reference.write(sql);
        }
    }
}

impl Reference {
    /// Writes `REFERENCES …` with its actions.
    pub(super) fn write(&self, sql: &mut Sql) {
        sql.push("REFERENCES ").table(&self.table);
        if !self.columns.is_empty() {
            sql.push(" ").names(&self.columns);
        }
        for (words, action) in [(" ON DELETE ", &self.on_delete), (" ON UPDATE ", &self.on_update)] {
            if let Some(action) = action.as_deref().and_then(action_of) {
                sql.push(words).push(action);
            }
        }
    }
}

/// The action of a foreign key, in any spelling: `SET_NULL`, `setNull`, `set null`.
fn action_of(word: &str) -> Option<&'static str> {
    let letters: String = word.chars().filter(char::is_ascii_alphabetic).collect();
    Some(match letters.to_ascii_lowercase().as_str() {
        "cascade" => "CASCADE",
        "setnull" => "SET NULL",
        "setdefault" => "SET DEFAULT",
        "restrict" => "RESTRICT",
        "noaction" => "NO ACTION",
        _ => return None,
    })
}
