//! The names that PostgreSQL gives to what is not named: `t_pkey`, `t_a_key`, `t_a_fkey`, `t_a_check`, `t_a_seq`.

use super::{Key, Replay};
use crate::extract::schema::catalog::RelationId;
use crate::parse::sql::expression::Name;
use crate::parse::sql::model::{Expr, IndexKey};

/// How many bytes a name has at most.
const LONGEST: usize = 63;

/// A text cut to so many bytes, at the end of a character.
pub(super) fn clipped(text: &str, most: usize) -> &str {
    let mut end = most.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

/// `first_second_label`, cut where it is too long: always the longer of the two names loses a byte.
fn joined(first: &str, second: Option<&str>, label: &str) -> Name {
    let overhead = label.len() + 1 + usize::from(second.is_some());
    let available = LONGEST.saturating_sub(overhead);
    let (mut one, mut two) = (first.len(), second.map_or(0, str::len));
    while one + two > available {
        if one > two {
            one -= 1;
        } else {
            two -= 1;
        }
    }
    let first = clipped(first, one);
    match second {
        Some(second) => format!("{first}_{}_{label}", clipped(second, two)).into(),
        None => format!("{first}_{label}").into(),
    }
}

/// Names joined by underscores: what stands in the middle of the name of an index or a foreign key.
pub(super) fn addition<'n>(names: impl IntoIterator<Item = &'n Name>) -> String {
    let mut text = String::new();
    for name in names {
        if !text.is_empty() {
            text.push('_');
        }
        text.push_str(name);
        if text.len() >= LONGEST {
            break;
        }
    }
    clipped(&text, LONGEST).to_owned()
}

/// What each key of an index is called: columns by their names, expressions by what they call; numbered where two
/// are alike.
pub(super) fn key_names(keys: &[IndexKey], include: &[Name]) -> Vec<Name> {
    let mut names: Vec<Name> = Vec::with_capacity(keys.len() + include.len());
    let wanted = keys.iter().map(|key| match &key.expr {
        Expr::Column(names, _) => names.last().cloned().unwrap_or_default(),
        expr => super::uses::column_name(expr).unwrap_or(Name::const_new("expr")),
    });
    for wanted in wanted.chain(include.iter().cloned()) {
        let mut name = wanted.clone();
        let mut number = 0;
        while names.contains(&name) {
            number += 1;
            let digits = number.to_string();
            name = format!("{}{digits}", clipped(&wanted, LONGEST - digits.len())).into();
        }
        names.push(name);
    }
    names
}

impl Replay {
    /// A name that no relation of a schema has, nor, for a constraint, any constraint in it.
    pub(super) fn free_relation_name(
        &self,
        schema: &Name,
        first: &str,
        second: Option<&str>,
        label: &str,
        constraint: bool,
    ) -> Name {
        Self::free_name(
            first,
            second,
            label,
            |key| self.at(key).is_some() || (constraint && self.is_constraint_name(key)),
            schema,
        )
    }

    /// A name that no constraint in a schema has, nor is among `others`.
    pub(super) fn free_constraint_name(
        &self,
        schema: &Name,
        first: &str,
        second: Option<&str>,
        label: &str,
        others: &[Name],
    ) -> Name {
        Self::free_name(
            first,
            second,
            label,
            |key| others.contains(&key.1) || self.is_constraint_name(key),
            schema,
        )
    }

    fn free_name(
        first: &str,
        second: Option<&str>,
        label: &str,
        taken: impl Fn(&Key) -> bool,
        schema: &Name,
    ) -> Name {
        let mut key = (schema.clone(), joined(first, second, label));
        let mut number = 0;
        while taken(&key) {
            number += 1;
            key.1 = joined(first, second, &format!("{label}{number}"));
        }
        key.1
    }

    /// Whether a table of a schema has a constraint of that name.
    pub(super) fn is_constraint_name(&self, key: &Key) -> bool {
        self.constrained.get(key).is_some_and(|tables| {
            tables.iter().any(|id| {
                self.relation(*id).is_some_and(|table| {
                    table.schema == key.0
                        && table.constraints.iter().any(|constraint| constraint.name == key.1)
                })
            })
        })
    }

    /// Remembers that a table has a constraint of that name.
    pub(super) fn note_constraint(&mut self, table: RelationId, name: &Name) {
        let schema = self.key(table).0;
        self.constrained.entry((schema, name.clone())).or_default().insert(table);
    }
}
