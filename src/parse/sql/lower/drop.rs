//! `drop` of named objects.

use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::{self, AstNode};

use super::node::{cascades, child, children, object, single, words};
use super::{At, function, names};
use crate::parse::sql::model::{Class, Dropped, FunctionRef, Kind, ObjectName};

/// Every `drop` that names objects; nothing for any other statement.
pub(super) fn lower(stmt: &ast::Stmt, at: &At) -> Option<Kind> {
    use ast::Stmt as S;
    let node = stmt.syntax();
    let routines = || function::signatures(node, at).into_iter().map(routine).collect();
    let (class, names) = match stmt {
        S::DropFunction(_) => (Class::Function, routines()),
        S::DropProcedure(_) => (Class::Procedure, routines()),
        S::DropRoutine(_) => (Class::Routine, routines()),
        S::DropAggregate(it) => (Class::Aggregate, it.aggregates().map(|it| aggregate(&it, at)).collect()),
        S::DropPolicy(it) => {
            let table = object(it.on_table().and_then(|on| on.table_name_ref()), at);
            (Class::Policy, vec![of(single(it.policy_ref(), at), table)])
        }
        S::DropTrigger(it) => {
            let table = object(it.on_relation().and_then(|on| on.relation_name_ref()), at);
            (Class::Trigger, vec![of(single(it.trigger_ref(), at), table)])
        }
        S::DropRule(it) => {
            let table = object(it.on_relation().and_then(|on| on.relation_name_ref()), at);
            (Class::Rule, vec![of(single(it.rule_ref(), at), table)])
        }
        S::DropOperator(_) => {
            (Class::Operator, children::<ast::OpSigList>(node).map(|it| text(it.syntax(), at)).collect())
        }
        S::DropCast(_) => {
            (Class::Cast, children::<ast::CastSig>(node).map(|it| text(it.syntax(), at)).collect())
        }
        _ => (class(stmt)?, listed(node, at)),
    };
    Some(Kind::Drop {
        class,
        names,
        if_exists: child::<ast::IfExists>(node).is_some(),
        cascade: cascades(child::<ast::DropBehavior>(node)),
    })
}

fn aggregate(node: &ast::Aggregate, at: &At) -> Dropped {
    routine(function::reference(node.path_ref(), node.param_list(), at))
}

fn routine(function: FunctionRef) -> Dropped {
    Dropped { name: function.name, arguments: function.arguments, of: None }
}

fn of(name: ObjectName, table: ObjectName) -> Dropped {
    Dropped { name, arguments: None, of: Some(table) }
}

/// An operator or a cast: its text as its name.
fn text(node: &SyntaxNode, at: &At) -> Dropped {
    let name = ObjectName { schema: None, name: words(node), span: at.span_of(node) };
    Dropped { name, arguments: None, of: None }
}

/// The objects of a plain list: every part but `if exists` and `cascade`.
fn listed(node: &SyntaxNode, at: &At) -> Vec<Dropped> {
    node.children()
        .filter(|part| {
            !ast::IfExists::can_cast(part.kind())
                && !ast::DropBehavior::can_cast(part.kind())
                && !ast::DropDatabaseForceClause::can_cast(part.kind())
        })
        .map(|part| Dropped { name: names::object_name_of(&part, at), arguments: None, of: None })
        .collect()
}

/// The class of what is named without arguments or a table.
fn class(stmt: &ast::Stmt) -> Option<Class> {
    use ast::Stmt as S;
    Some(match stmt {
        S::DropTable(_) => Class::Table,
        S::DropView(_) => Class::View,
        S::DropMaterializedView(_) => Class::MaterializedView,
        S::DropForeignTable(_) => Class::ForeignTable,
        S::DropIndex(_) => Class::Index,
        S::DropSequence(_) => Class::Sequence,
        S::DropSchema(_) => Class::Schema,
        S::DropType(_) => Class::Type,
        S::DropDomain(_) => Class::Domain,
        S::DropEventTrigger(_) => Class::EventTrigger,
        S::DropExtension(_) => Class::Extension,
        S::DropRole(_) | S::DropUser(_) | S::DropGroup(_) => Class::Role,
        S::DropDatabase(_) => Class::Database,
        S::DropPublication(_) => Class::Publication,
        S::DropServer(_) => Class::Server,
        S::DropLanguage(_) => Class::Language,
        S::DropCollation(_) => Class::Collation,
        _ => return None,
    })
}
