//! Extensions, publications, and objects of other kinds.

use super::{Outcome, Replay};
use crate::parse::sql::expression::Name;
use crate::parse::sql::model::{AlterObject, Class, Dropped, ObjectName};

/// Creates an extension and what it brings.
pub(super) fn create(
    _replay: &mut Replay,
    _name: &Name,
    _if_not_exists: bool,
    _schema: Option<&Name>,
    _cascade: bool,
) -> Outcome {
    Ok(())
}

/// `alter extension … set schema`.
pub(super) fn set_schema(_replay: &mut Replay, _name: &Name, _schema: &Name) -> Outcome {
    Ok(())
}

/// Drops an extension and what it brought.
pub(super) fn drop(_replay: &mut Replay, _extension: &Dropped, _if_exists: bool, _cascade: bool) -> Outcome {
    Ok(())
}

/// `create publication`, `alter publication`.
pub(super) fn publication(
    _replay: &mut Replay,
    _name: &Name,
    _create: bool,
    _all: bool,
    _tables: &[ObjectName],
) -> Outcome {
    Ok(())
}

/// Drops a publication.
pub(super) fn drop_publication(_replay: &mut Replay, _publication: &Dropped, _if_exists: bool) -> Outcome {
    Ok(())
}

/// `alter` of what is no relation, function, type, schema or trigger.
pub(super) fn alter_object(
    _replay: &mut Replay,
    _class: Class,
    _name: &ObjectName,
    _action: &AlterObject,
) -> Outcome {
    Ok(())
}
