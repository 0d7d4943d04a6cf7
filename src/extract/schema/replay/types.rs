//! Types, enums and domains.

use super::{Outcome, Replay};
use crate::parse::sql::expression::{Expr, Name};
use crate::parse::sql::model::{AlterType, ObjectName, TypeDefinition, TypeName};

/// Creates a type.
pub(super) fn create(_replay: &mut Replay, _name: &ObjectName, _definition: &TypeDefinition) -> Outcome {
    Ok(())
}

/// Changes a type or a domain.
pub(super) fn alter(_replay: &mut Replay, _name: &ObjectName, _domain: bool, _action: &AlterType) -> Outcome {
    Ok(())
}

/// Creates a domain.
pub(super) fn domain(
    _replay: &mut Replay,
    _name: &ObjectName,
    _base: &TypeName,
    _default: Option<&Expr>,
    _not_null: bool,
    _checks: &[(Option<Name>, Expr)],
) -> Outcome {
    Ok(())
}
