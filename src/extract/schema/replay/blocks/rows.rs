//! Statements about rows inside blocks: the rows are no matter, but the tables must be there. Columns are not looked
//! at: they can be variables.

use super::run::Machine;
use crate::extract::schema::catalog::FaultKind;
use crate::extract::schema::replay::{Outcome, Refusal, uses};
use crate::parse::sql::expression::{Expr, Query};
use crate::parse::sql::model::Change;
use crate::parse::sql::walk::{self, Part};

impl Machine<'_> {
    /// `insert`, `update`, `delete` and the like.
    pub(super) fn changed(&self, change: &Change) -> Outcome {
        for name in &change.tables {
            let found = self.replay.read_relation(name).map(drop);
            self.unless_missing(found)?;
        }
        change.query.as_ref().map_or(Ok(()), |query| self.read(query))
    }

    /// A query.
    pub(super) fn read(&self, query: &Query) -> Outcome {
        self.unless_missing(uses::query(self.replay, query).map(drop))
    }

    /// The queries in an expression.
    pub(super) fn asked(&self, expr: &Expr) -> Outcome {
        let mut queries = Vec::new();
        walk::expression(expr, &mut |part| match part {
            Part::Query(query) => {
                queries.push(query);
                false
            }
            _ => true,
        });
        queries.into_iter().try_for_each(|query| self.read(query))
    }

    /// Only a table or a schema that is missing is a refusal, and only where nothing unfollowed can have made it.
    fn unless_missing(&self, outcome: Outcome) -> Outcome {
        match outcome {
            Err(Refusal { kind: kind @ (FaultKind::UnknownRelation | FaultKind::UnknownSchema), name })
                if !self.replay.explained(kind, &name) =>
            {
                Err(Refusal { kind, name })
            }
            _ => Ok(()),
        }
    }
}
