//! What depends on an object: quietly, as a part of it that goes along, or loudly, so that it stands in the way.

use super::{Key, Object};
use crate::extract::schema::catalog::{
    ConstraintKind, FunctionId, Relation, RelationId, RelationKind, TypeKind,
};
use crate::extract::schema::replay::names::dotted;
use crate::extract::schema::replay::{DEEPEST, Replay, schemas, types, uses};
use crate::parse::sql::expression::{Expr, Name};
use crate::parse::sql::model::TypeName;

/// Told of each dependent, and whether it goes along without `cascade`.
type Tell<'t> = &'t mut dyn FnMut(Object, bool);

/// An object as a fault names it.
pub(super) fn shown(replay: &Replay, object: &Object) -> String {
    match object {
        Object::Policy(id, name)
        | Object::Trigger(id, name)
        | Object::Rule(id, name)
        | Object::Default(id, name)
        | Object::Constraint(id, name)
        | Object::Column(id, name) => replay.column_name(*id, name),
        Object::Index(key) | Object::Type(key) => dotted(key),
        Object::Field(key, name) => format!("{}.{name}", dotted(key)),
        Object::Relation(id) => dotted(&replay.key(*id)),
        Object::Function(id) => replay
            .function(*id)
            .map(|function| format!("{}.{}", function.schema, function.name))
            .unwrap_or_default(),
        Object::Extension(name) | Object::Schema(name) => name.to_string(),
    }
}

/// Tells what depends on an object.
pub(super) fn of(replay: &Replay, object: &Object, tell: Tell<'_>) {
    match object {
        Object::Schema(name) => of_schema(replay, name, tell),
        Object::Extension(name) => of_extension(replay, name, tell),
        Object::Relation(id) => of_relation(replay, *id, tell),
        Object::Column(id, name) => of_column(replay, *id, name, tell),
        Object::Constraint(id, name) => of_constraint(replay, *id, name, tell),
        Object::Index(key) => of_index(replay, key, tell),
        Object::Function(id) => of_function(replay, *id, tell),
        Object::Type(key) => of_type(replay, key, tell),
        Object::Trigger(id, name) => {
            for child in replay.children(*id) {
                let clone = replay.relation(child).and_then(|child| child.triggers.get(name));
                if clone.is_some_and(|trigger| trigger.inherited) {
                    tell(Object::Trigger(child, name.clone()), true);
                }
            }
        }
        Object::Policy(..) | Object::Rule(..) | Object::Default(..) | Object::Field(..) => {}
    }
}

fn of_schema(replay: &Replay, name: &Name, tell: Tell<'_>) {
    for id in schemas::relations_in(replay, name) {
        tell(Object::Relation(id), false);
    }
    for id in schemas::functions_in(replay, name) {
        tell(Object::Function(id), false);
    }
    for key in schemas::types_in(replay, name) {
        tell(Object::Type(key), false);
    }
    for (extension, found) in &replay.catalog.extensions {
        if found.schema == *name {
            tell(Object::Extension(extension.clone()), false);
        }
    }
}

fn of_extension(replay: &Replay, name: &Name, tell: Tell<'_>) {
    let made = |extension: &Option<Name>| extension.as_ref() == Some(name);
    for id in replay.catalog.relation_names.values() {
        if replay.relation(*id).is_some_and(|relation| made(&relation.extension)) {
            tell(Object::Relation(*id), true);
        }
    }
    for id in replay.catalog.function_names.values().flatten() {
        if replay.function(*id).is_some_and(|function| made(&function.extension)) {
            tell(Object::Function(*id), true);
        }
    }
    for (key, of) in &replay.catalog.types {
        if made(&of.extension) {
            tell(Object::Type(key.clone()), true);
        }
    }
}

fn of_relation(replay: &Replay, id: RelationId, tell: Tell<'_>) {
    let Some(relation) = replay.relation(id) else { return };
    for user in replay.users_of(id) {
        let Some(other) = replay.relation(user) else { continue };
        if other.reads.contains(&id) {
            tell(Object::Relation(user), false);
        }
        if other.parents.contains(&id) {
            tell(Object::Relation(user), other.partition);
        }
        if other.owned_by.as_ref().is_some_and(|(table, _)| *table == id) {
            tell(Object::Relation(user), true);
        }
        for constraint in &other.constraints {
            if matches!(&constraint.kind, ConstraintKind::Foreign { table, .. } if *table == id) {
                tell(Object::Constraint(user, constraint.name.clone()), false);
            }
        }
        for policy in other.policies.values() {
            if user != id && policy.reads.contains(&id) {
                tell(Object::Policy(user, policy.name.clone()), false);
            }
        }
        if relation.kind == RelationKind::Sequence {
            for column in &other.columns {
                if column.default.as_ref().is_some_and(|default| {
                    uses::over(replay, default, None).is_ok_and(|used| used.relations.contains(&id))
                }) {
                    tell(Object::Default(user, column.name.clone()), false);
                }
            }
        }
    }
    if relation.kind != RelationKind::Sequence {
        of_row_type(replay, &replay.key(id), tell);
    }
    if relation.partition {
        referred_above(replay, relation, 0, tell);
    }
}

/// Foreign keys to a partitioned table are also to each of its parts.
fn referred_above(replay: &Replay, part: &Relation, depth: u32, tell: Tell<'_>) {
    for parent in &part.parents {
        for user in replay.users_of(*parent) {
            let Some(other) = replay.relation(user) else { continue };
            for constraint in &other.constraints {
                if matches!(&constraint.kind, ConstraintKind::Foreign { table, .. } if table == parent) {
                    tell(Object::Constraint(user, constraint.name.clone()), false);
                }
            }
        }
        if let Some(parent) = replay.relation(*parent).filter(|parent| parent.partition && depth < DEEPEST) {
            referred_above(replay, parent, depth + 1, tell);
        }
    }
}

/// What takes the rows of a relation for a type.
fn of_row_type(replay: &Replay, key: &Key, tell: Tell<'_>) {
    typed_functions(replay, key, tell);
    if replay.row_types.borrow().contains(key) {
        for (table, column) in types::columns_of(replay, key) {
            tell(Object::Column(table, column), false);
        }
    }
}

/// The functions that take or give a type. Their names without a schema are those of the search path.
fn typed_functions(replay: &Replay, key: &Key, tell: Tell<'_>) {
    let is_it = |of: &TypeName| of.name == key.1 && of.schema.as_ref().is_none_or(|schema| *schema == key.0);
    for id in replay.catalog.function_names.values().flatten() {
        let Some(function) = replay.function(*id) else { continue };
        if function.arguments.iter().map(|argument| &argument.of).chain(&function.returns).any(is_it) {
            tell(Object::Function(*id), false);
        }
    }
}

fn of_column(replay: &Replay, id: RelationId, name: &Name, tell: Tell<'_>) {
    let Some(relation) = replay.relation(id) else { return };
    let column = (id, name.clone());
    for constraint in relation.constraints.iter().filter(|constraint| constraint.columns.contains(name)) {
        tell(Object::Constraint(id, constraint.name.clone()), true);
    }
    let names_it = |expr: &Expr| {
        uses::expression(replay, expr, Some(id)).is_ok_and(|used| used.columns.contains(&column))
    };
    for key in replay.indexes_of(id) {
        let Some(index) = replay.catalog.indexes.get(&key) else { continue };
        let keyed = index.keys.iter().any(|key| match &key.column {
            Some(column) => column == name,
            None => names_it(&key.expr),
        });
        if keyed || index.include.contains(name) || index.predicate.as_ref().is_some_and(names_it) {
            match &index.constraint {
                Some(constraint) => tell(Object::Constraint(id, constraint.clone()), true),
                None => tell(Object::Index(key), true),
            }
        }
    }
    for other in relation.columns.iter().filter(|other| other.name != *name) {
        if other.generated.as_ref().is_some_and(names_it) {
            tell(Object::Column(id, other.name.clone()), false);
        }
    }
    for (trigger_name, trigger) in &relation.triggers {
        let condition = |expr: &Expr| {
            uses::row_condition(replay, expr, id).is_ok_and(|used| used.columns.contains(&column))
        };
        if trigger.update_columns.contains(name) || trigger.when.as_ref().is_some_and(condition) {
            tell(Object::Trigger(id, trigger_name.clone()), false);
        }
    }
    for policy in relation.policies.values().filter(|policy| policy.columns.contains(&column)) {
        tell(Object::Policy(id, policy.name.clone()), false);
    }
    for user in replay.users_of(id) {
        if let Some(other) = replay.relation(user) {
            of_column_outside(replay, (id, &column), (user, other), tell);
        }
    }
}

/// What another relation has that depends on a column.
fn of_column_outside(
    replay: &Replay,
    (id, column): (RelationId, &(RelationId, Name)),
    (user, other): (RelationId, &Relation),
    tell: Tell<'_>,
) {
    let name = &column.1;
    if other.read_columns.contains(column) {
        tell(Object::Relation(user), false);
    }
    if other.owned_by.as_ref() == Some(column) {
        tell(Object::Relation(user), true);
    }
    for constraint in &other.constraints {
        if let ConstraintKind::Foreign { table, columns, .. } = &constraint.kind
            && *table == id
            && columns.contains(name)
        {
            tell(Object::Constraint(user, constraint.name.clone()), false);
        }
    }
    for policy in other.policies.values().filter(|policy| user != id && policy.columns.contains(column)) {
        tell(Object::Policy(user, policy.name.clone()), false);
    }
    if other.parents.contains(&id) {
        let has = |parent: &&RelationId| {
            replay
                .relation(**parent)
                .is_some_and(|parent| parent.columns.iter().any(|other| other.name == *name))
        };
        let only = other.parents.iter().filter(has).count() == 1;
        if only && other.columns.iter().any(|other| other.name == *name && other.inherited) {
            tell(Object::Column(user, name.clone()), true);
        }
    }
}

fn of_constraint(replay: &Replay, id: RelationId, name: &Name, tell: Tell<'_>) {
    let Some(relation) = replay.relation(id) else { return };
    let Some(constraint) = relation.constraints.iter().find(|constraint| constraint.name == *name) else {
        return;
    };
    match (&constraint.kind, &constraint.index) {
        (ConstraintKind::Primary | ConstraintKind::Unique | ConstraintKind::Exclude, Some(index)) => {
            of_index(replay, index, tell);
        }
        (ConstraintKind::Check(_), _) => {
            for child in replay.children(id) {
                let of = |other: &&_| is_only_parent_with(replay, other, id, name);
                if let Some(relation) = replay.relation(child).filter(of)
                    && relation.constraints.iter().any(|other| other.name == *name && other.inherited)
                {
                    tell(Object::Constraint(child, name.clone()), true);
                }
            }
        }
        (ConstraintKind::Foreign { table, columns, .. }, _) => {
            for child in replay.children(id) {
                for other in replay.relation(child).map_or(&[][..], |child| &child.constraints) {
                    let same = matches!(&other.kind, ConstraintKind::Foreign { table: of, columns: to, .. }
                        if of == table && to == columns && other.columns == constraint.columns);
                    if same && other.inherited {
                        tell(Object::Constraint(child, other.name.clone()), true);
                    }
                }
            }
        }
        _ => {}
    }
}

/// Whether no other parent of a child has a check of that name.
fn is_only_parent_with(replay: &Replay, child: &Relation, parent: RelationId, name: &Name) -> bool {
    child.parents.iter().filter(|other| **other != parent).all(|other| {
        replay.relation(*other).is_none_or(|other| other.constraints.iter().all(|check| check.name != *name))
    })
}

fn of_index(replay: &Replay, key: &Key, tell: Tell<'_>) {
    let Some(index) = replay.catalog.indexes.get(key) else { return };
    for user in replay.users_of(index.table).into_iter().chain([index.table]) {
        let Some(other) = replay.relation(user) else { continue };
        for constraint in &other.constraints {
            if matches!(constraint.kind, ConstraintKind::Foreign { .. })
                && constraint.index.as_ref() == Some(key)
            {
                tell(Object::Constraint(user, constraint.name.clone()), false);
            }
        }
    }
    for child in replay.children(index.table) {
        for part in replay.indexes_of(child) {
            let Some(other) = replay.catalog.indexes.get(&part) else { continue };
            if other.parent.as_ref() == Some(key) {
                match &other.constraint {
                    Some(constraint) if index.constraint.is_some() => {
                        tell(Object::Constraint(child, constraint.clone()), true);
                    }
                    Some(_) => {}
                    None => tell(Object::Index(part), true),
                }
            }
        }
    }
}

fn of_function(replay: &Replay, id: FunctionId, tell: Tell<'_>) {
    let Some(callers) = replay.callers.get(&id) else { return };
    let mut callers = callers.iter().copied().collect::<Vec<_>>();
    callers.sort_unstable();
    for table in callers {
        let Some(relation) = replay.relation(table) else { continue };
        let calls = |expr: &Expr| {
            uses::expression(replay, expr, Some(table)).is_ok_and(|used| used.functions.contains(&id))
        };
        for (name, trigger) in &relation.triggers {
            let condition = |expr: &Expr| {
                uses::row_condition(replay, expr, table).is_ok_and(|used| used.functions.contains(&id))
            };
            if trigger.function == id || trigger.when.as_ref().is_some_and(condition) {
                tell(Object::Trigger(table, name.clone()), false);
            }
        }
        for policy in relation.policies.values().filter(|policy| policy.calls.contains(&id)) {
            tell(Object::Policy(table, policy.name.clone()), false);
        }
        if relation.query.is_some() {
            if relation.calls.contains(&id) {
                tell(Object::Relation(table), false);
            }
            continue;
        }
        for column in &relation.columns {
            if column.default.as_ref().is_some_and(calls) {
                tell(Object::Default(table, column.name.clone()), false);
            }
            if column.generated.as_ref().is_some_and(calls) {
                tell(Object::Column(table, column.name.clone()), false);
            }
        }
        for constraint in &relation.constraints {
            if matches!(&constraint.kind, ConstraintKind::Check(expr) if calls(expr)) {
                tell(Object::Constraint(table, constraint.name.clone()), false);
            }
        }
        for key in replay.indexes_of(table) {
            let Some(index) = replay.catalog.indexes.get(&key) else { continue };
            let exprs = index.keys.iter().filter(|key| key.column.is_none()).map(|key| &key.expr);
            if exprs.chain(&index.predicate).any(calls) {
                tell(Object::Index(key), false);
            }
        }
    }
}

fn of_type(replay: &Replay, key: &Key, tell: Tell<'_>) {
    for (table, column) in types::columns_of(replay, key) {
        let shown = replay.relation(table).is_some_and(|relation| relation.query.is_some());
        tell(if shown { Object::Relation(table) } else { Object::Column(table, column) }, false);
    }
    for id in replay.catalog.relation_names.values() {
        for column in replay.relation(*id).map_or(&[][..], |relation| &relation.columns) {
            if let Some(default @ Expr::Cast(..)) = &column.default
                && uses::over(replay, default, None).is_ok_and(|used| used.types.contains(key))
            {
                tell(Object::Default(*id, column.name.clone()), false);
            }
        }
    }
    typed_functions(replay, key, tell);
    for (other, of) in &replay.catalog.types {
        match &of.kind {
            TypeKind::Domain { base, .. } if types::is_it(base, key) => {
                tell(Object::Type(other.clone()), false);
            }
            TypeKind::Composite(fields) => {
                for (name, _) in fields.iter().filter(|(_, of)| types::is_it(of, key)) {
                    tell(Object::Field(other.clone(), name.clone()), false);
                }
            }
            _ => {}
        }
    }
}
