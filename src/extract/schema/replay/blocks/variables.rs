//! The variables of a block.

use super::run::Machine;
use super::value::Val;
use crate::parse::sql::expression::Name;

impl Machine<'_> {
    /// Gives a variable a value; one that is not declared is made.
    pub(super) fn set(&mut self, name: &Name, value: Val) {
        let (base, field) = match name.split_once(['.', '[']) {
            Some((base, rest)) => (Name::from(base), Some(rest)),
            None => (name.clone(), None),
        };
        let value = match field {
            None => value,
            Some(field) => match self.vars.iter().rev().find(|(known, _)| *known == base) {
                Some((_, Val::Row(row))) if !name.contains('[') => {
                    let mut row = row.clone();
                    row.retain(|(known, _)| known != field);
                    row.push((field.into(), value));
                    Val::Row(row)
                }
                _ => Val::Unknown,
            },
        };
        match self.vars.iter_mut().rev().find(|(known, _)| *known == base) {
            Some((_, old)) => *old = value,
            None => self.vars.push((base, value)),
        }
    }
}
