//! What expressions and queries speak of: relations, columns, functions. Names that nothing has are faults.

use std::collections::BTreeSet;

use super::{Outcome, Replay};
use crate::extract::schema::catalog::{FunctionId, RelationId};
use crate::parse::sql::expression::{Expr, Name, Query};

/// What an expression or a query speaks of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Uses {
    /// Relations: in `from`, and sequences in `nextval('s')`.
    pub(super) relations: BTreeSet<RelationId>,
    /// Columns, where it is known whose they are.
    pub(super) columns: BTreeSet<(RelationId, Name)>,
    /// Functions that migrations made; every overload of a name.
    pub(super) functions: BTreeSet<FunctionId>,
}

/// What an expression speaks of. Columns without a table are those of `own` (a policy, a check, a default).
pub(super) fn expression(_replay: &Replay, _expr: &Expr, _own: Option<RelationId>) -> Outcome<Uses> {
    Ok(Uses::default())
}

/// What a query speaks of, and the names of the columns it gives: `None` where they are not known for sure.
pub(super) fn query(_replay: &Replay, _query: &Query) -> Outcome<(Uses, Option<Vec<Name>>)> {
    Ok((Uses::default(), None))
}
