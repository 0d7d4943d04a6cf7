//! What names mean at a place in a condition: columns of the judged row, of subqueries, parameters of helpers.

use std::cell::Cell;

use super::Asker;
use super::formula::Formula;
use super::value::{Inner, Value};
use crate::extract::schema::catalog::{Relation, RelationId};
use crate::parse::sql::expression::Name;
use crate::parse::sql::model::ObjectName;

/// How deep expressions, queries and helper functions are followed.
const DEPTH: u32 = 60;
/// How many parts one condition may have before it counts as unknown.
const STEPS: u32 = 5_000;

/// How much was followed: sources of subqueries, parts, levels.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Count {
    frames: u32,
    steps: u32,
    depth: u32,
}

/// A level that ends when this is dropped.
#[derive(Debug)]
pub(super) struct Deeper<'c>(&'c Cell<Count>);

impl Drop for Deeper<'_> {
    fn drop(&mut self) {
        let count = self.0.get();
        self.0.set(Count { depth: count.depth.saturating_sub(1), ..count });
    }
}

/// A source of a subquery.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    pub(super) number: u32,
    /// What it is called.
    pub(super) name: Name,
    pub(super) relation: Option<RelationId>,
    /// What its columns are, where it is no relation.
    pub(super) columns: Vec<(Name, Value)>,
    /// What any other column of it is: of functions that give rows.
    pub(super) other: Option<Value>,
}

/// Where a condition stands.
#[derive(Debug, Clone)]
pub(super) struct Scope<'a> {
    pub(super) asker: &'a Asker<'a>,
    /// `current_user` here: the owner inside functions that run as their definer.
    pub(super) user: Name,
    /// Whose privileges and policies count here.
    pub(super) rights: Name,
    /// The relation whose row is judged; none inside helper functions.
    pub(super) row: Option<&'a Relation>,
    /// The relation whose rows a query shows: its columns are those of the judged row.
    pub(super) shown: Option<RelationId>,
    /// Sources of the subqueries around, innermost last.
    pub(super) frames: Vec<Frame>,
    /// Parameters of the helper function around, by name; `$1` is the first.
    pub(super) bound: Vec<(Name, Value)>,
    /// Variables of the helper function around, as conditions.
    pub(super) truths: Vec<(Name, Formula)>,
    /// The search path that the helper function around sets.
    pub(super) path: Option<Vec<Name>>,
    /// How much was followed so far.
    pub(super) count: &'a Cell<Count>,
}

impl<'a> Scope<'a> {
    /// The scope of a policy of a relation.
    pub(super) fn of(asker: &'a Asker<'a>, row: Option<&'a Relation>, count: &'a Cell<Count>) -> Self {
        Self {
            asker,
            user: asker.session.clone(),
            rights: asker.rights.clone(),
            row,
            shown: None,
            frames: Vec::new(),
            bound: Vec::new(),
            truths: Vec::new(),
            path: None,
            count,
        }
    }

    /// Goes one level deeper while the guard lives; `None` where it is too deep or too much.
    pub(super) fn deeper(&self) -> Option<Deeper<'a>> {
        let count = self.count.get();
        let count = Count { steps: count.steps + 1, depth: count.depth + 1, ..count };
        self.count.set(count);
        let guard = Deeper(self.count);
        (count.depth <= DEPTH && count.steps <= STEPS).then_some(guard)
    }

    /// The number of a new source.
    pub(super) fn number(&self) -> u32 {
        let count = self.count.get();
        self.count.set(Count { frames: count.frames + 1, ..count });
        count.frames
    }

    /// The relation of a name, as the session stands at the end, or in `public`.
    pub(super) fn relation(&self, name: &ObjectName) -> Option<RelationId> {
        let catalog = self.asker.catalog;
        let at = |schema: &Name| catalog.relation_names.get(&(schema.clone(), name.name.clone())).copied();
        match &name.schema {
            Some(schema) => at(schema),
            None => self.schemas().iter().find_map(at).or_else(|| at(&Name::const_new("public"))),
        }
    }

    /// Where names without a schema are looked for.
    pub(super) fn schemas(&self) -> &[Name] {
        self.path.as_deref().unwrap_or(&self.asker.catalog.search_path)
    }

    /// A variable of the helper function around, as a condition.
    pub(super) fn variable(&self, path: &[Name]) -> Option<Formula> {
        let [name] = path else { return None };
        let (_, truth) = self.truths.iter().find(|(known, _)| known == name)?;
        // A column of a source of a subquery comes first.
        let column = self.frames.iter().rev().any(|frame| self.of_frame(frame, name).is_some());
        (!column).then(|| truth.clone())
    }

    /// The relation of an identity.
    pub(super) fn get(&self, id: RelationId) -> Option<&'a Relation> {
        self.asker.catalog.relation(id)
    }

    /// What a column name means.
    pub(super) fn column(&self, path: &[Name]) -> Value {
        let (of, column) = match path {
            [column] => (None, column),
            [.., of, column] => (Some(of), column),
            [] => return Value::unknown("a column without a name"),
        };
        let sources = self.frames.iter().rev().filter(|frame| of.is_none_or(|of| *of == frame.name));
        for frame in sources {
            if let Some(value) = self.of_frame(frame, column) {
                return value;
            }
        }
        if let Some(row) = self.row
            && of.is_none_or(|of| *of == row.name)
            && (column == "*" || row.columns.is_empty() || row.columns.iter().any(|own| own.name == *column))
        {
            return Value::Column(column.clone());
        }
        if let Some((_, value)) = self.bound.iter().find(|(name, _)| name == column) {
            return value.clone();
        }
        match self.row {
            // `t` alone is the whole row of a table of that name.
            Some(row) if of.is_none() && row.name == *column => Value::Column(column.clone()),
            _ => Value::unknown(format!("no column {}", path.join("."))),
        }
    }

    fn of_frame(&self, frame: &Frame, column: &Name) -> Option<Value> {
        if let Some((_, value)) = frame.columns.iter().find(|(name, _)| name == column) {
            return Some(value.clone());
        }
        if let Some(relation) = frame.relation {
            let known = self.get(relation)?;
            if known.schema == "auth" && column == "raw_user_meta_data" {
                return Some(Value::UserClaim(format!("{}.{column}", known.name)));
            }
            let has = known.columns.is_empty() || known.columns.iter().any(|own| own.name == *column);
            return (has || column == "*").then(|| {
                Value::Inner(Inner { frame: frame.number, relation: Some(relation), column: column.clone() })
            });
        }
        frame.other.clone()
    }

    /// What `$n` means.
    pub(super) fn parameter(&self, number: u32) -> Value {
        let at = (number as usize).wrapping_sub(1);
        self.bound.get(at).map_or_else(|| Value::unknown("a parameter"), |(_, value)| value.clone())
    }
}
