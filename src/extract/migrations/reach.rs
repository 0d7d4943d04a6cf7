//! What a gap may concern, told by the SQL that may or may not run.

use super::model::{Part, Reach};
use crate::parse::sql;
use crate::parse::sql::model::{Class, Kind, ObjectName};
use crate::parse::sql::relation::Alter;

impl Reach {
    /// What either may concern.
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Rows, reach) | (reach, Self::Rows) => reach,
            (Self::Tables(mut names), Self::Tables(more)) => {
                names.extend(more);
                Self::Tables(names)
            }
            (one, other) if one == other => one,
            _ => Self::Anything,
        }
    }

    /// One table.
    pub(super) fn table(name: impl Into<String>) -> Self {
        Self::Tables(vec![name.into()])
    }
}

/// What parts of a step may concern.
pub(super) fn of_parts(parts: impl Iterator<Item = Part>, text: &str) -> Reach {
    parts.fold(Reach::Rows, |reach, part| {
        reach.and(match part {
            Part::Sql(span) => of_sql(span.of(text)),
            Part::Text { text, .. } => of_sql(&text),
        })
    })
}

/// What statements may concern.
pub(super) fn of_sql(text: &str) -> Reach {
    if is_of_rows(text) {
        return Reach::Rows;
    }
    let script = sql::read(text);
    if !script.errors.is_empty() || script.statements.is_empty() {
        return Reach::Anything;
    }
    let mut names = Vec::new();
    for statement in &script.statements {
        match &statement.kind {
            Kind::CreateTable(table) => names.push(full(&table.name)),
            Kind::CreateIndex(index) => names.push(full(&index.table)),
            Kind::AlterRelation { class: Class::Table, name, actions, .. } => {
                names.push(full(name));
                names.extend(actions.iter().filter_map(|action| match action {
                    Alter::Rename(name) => Some(name.to_string()),
                    _ => None,
                }));
            }
            Kind::Drop { class: Class::Table, names: dropped, .. } => {
                names.extend(dropped.iter().map(|dropped| full(&dropped.name)));
            }
            Kind::CreateTrigger(trigger) => names.push(full(&trigger.table)),
            Kind::Comment { .. }
            | Kind::Set { .. }
            | Kind::Query(_)
            | Kind::Change(_)
            | Kind::Maintain { .. } => {}
            _ => return Reach::Anything,
        }
    }
    if names.is_empty() { Reach::Rows } else { Reach::Tables(names) }
}

fn full(name: &ObjectName) -> String {
    name.schema.as_ref().map_or_else(|| name.name.to_string(), |schema| format!("{schema}.{}", name.name))
}

/// Whether a text reads or changes rows only, by its first word.
pub(super) fn is_of_rows(text: &str) -> bool {
    const WORDS: &[&str] =
        &["select", "insert", "update", "delete", "with", "set", "show", "pragma", "lock", "explain"];
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '(');
    let word: String = text.chars().take_while(char::is_ascii_alphabetic).collect();
    // Several statements may hold others.
    WORDS.contains(&word.to_ascii_lowercase().as_str())
        && !text.trim_end().trim_end_matches(';').contains(';')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements() {
        let tables = |names: &[&str]| Reach::Tables(names.iter().map(|name| (*name).to_owned()).collect());
        for (text, reach) in [
            ("select 1", Reach::Rows),
            ("update a set b = 1; delete from c", Reach::Rows),
            ("create table a (b int)", tables(&["a"])),
            ("alter table s.a rename to b; create index on c (d)", tables(&["s.a", "b", "c"])),
            ("drop table if exists a, b", tables(&["a", "b"])),
            ("create function f() returns int language sql as 'select 1'", Reach::Anything),
            ("create tabel", Reach::Anything),
        ] {
            assert_eq!(of_sql(text), reach, "{text}");
        }
    }
}
