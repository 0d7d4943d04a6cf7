//! The variables of PL/pgSQL: PostgreSQL looks up their types when a function is made and before a block runs.

use super::{Outcome, Replay, blocks, refuse};
use crate::extract::schema::catalog::FaultKind;
use crate::parse::sql::block::Block;
use crate::parse::sql::model::{Argument, ObjectName, TypeName};

impl Replay {
    /// Refuses the first variable whose type or table is not there, unless something unfollowed can have made it.
    pub(super) fn check_variables(&self, arguments: &[Argument], block: &Block) -> Outcome {
        check(self, arguments, block)
    }
}

fn check(replay: &Replay, arguments: &[Argument], block: &Block) -> Outcome {
    let declared = blocks::declared(block);
    let is_variable = |name: &str| {
        let arguments = arguments.iter().filter_map(|argument| argument.name.as_deref());
        declared.iter().map(|(known, ..)| known.as_str()).chain(arguments).any(|known| known == name)
    };
    for (_, of, _) in &declared {
        let Some(of) = of else { continue };
        let found = match &of.schema {
            Some(table) if of.of_column => column_of(replay, table, is_variable(table)),
            _ if of.of_column => Ok(()),
            _ => type_of(replay, of),
        };
        if let Err(refusal) = found
            && !replay.explained(refusal.kind, &refusal.name)
        {
            return Err(refusal);
        }
    }
    Ok(())
}

/// `table.column%type`, or a field of a variable. The schema of the table is not kept.
fn column_of(replay: &Replay, table: &str, variable: bool) -> Outcome {
    let name = ObjectName { name: table.into(), ..ObjectName::default() };
    let known = variable
        || replay.find(&name).is_some()
        || replay.catalog.relation_names.keys().any(|(_, relation)| relation == table);
    if known { Ok(()) } else { refuse(FaultKind::UnknownRelation, replay.full(&name)) }
}

/// A type, or the row of a table.
fn type_of(replay: &Replay, of: &TypeName) -> Outcome {
    let name = ObjectName { schema: of.schema.clone(), name: of.name.clone(), span: of.span };
    match replay.type_named(of) {
        Err(_) if replay.find(&name).is_some() => Ok(()),
        found => found.map(drop),
    }
}
