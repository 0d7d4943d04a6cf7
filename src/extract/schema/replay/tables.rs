//! `create table`.

use super::columns::NewColumn;
use super::names::{TEMPORARY, dotted};
use super::sequences;
use super::{Key, Outcome, Replay, columns, constraints, indexes, partitions, refuse, uses};
use crate::extract::schema::catalog::{
    About, Column, Constraint, ConstraintKind, FaultKind, Index, Relation, RelationId, RelationKind, TypeKind,
};
use crate::parse::sql::expression::{Expr, Name};
use crate::parse::sql::model::{self, CreateTable, ObjectName, TypeName};

/// A table that is being put together.
struct Making {
    relation: Relation,
    /// Constraints of columns and of the table, in order.
    constraints: Vec<model::Constraint>,
    /// Columns that take their values from sequences of their own.
    sequences: Vec<Name>,
    /// Indexes of tables that it is made like.
    indexes: Vec<(Index, Option<Constraint>)>,
}

/// Creates a table.
pub(super) fn create(replay: &mut Replay, table: &CreateTable) -> Outcome {
    let mut key = replay.target(&table.name)?;
    if table.temporary {
        key.0 = TEMPORARY.into();
    }
    if replay.at(&key).is_some() {
        return if table.if_not_exists { Ok(()) } else { refuse(FaultKind::Duplicate, dotted(&key)) };
    }
    replay.refuse_type(&key)?;
    if let Some(query) = &table.query {
        return create_as(replay, table, key, query);
    }
    let kind = match (&table.partition_by, &table.server) {
        (Some(_), _) => RelationKind::Partitioned,
        (None, Some(_)) => RelationKind::Foreign,
        (None, None) => RelationKind::Table,
    };
    let mut making = Making {
        relation: replay.blank(key, kind),
        constraints: Vec::new(),
        sequences: Vec::new(),
        indexes: Vec::new(),
    };
    making.relation.unlogged = table.unlogged;
    set_options(&mut making.relation, &table.options);
    if let Some(parent) = &table.partition_of {
        part_of(replay, &mut making, parent, table.partition_default)?;
    }
    if let Some(of) = &table.of_type {
        typed(replay, &mut making, of)?;
    }
    for parent in &table.inherits {
        inherit(replay, &mut making, parent)?;
    }
    declare(replay, &mut making, table)?;
    if let Some((method, keys)) = &table.partition_by {
        let mut names = Vec::with_capacity(keys.len());
        for key in keys {
            names.push(partition_key(&making.relation, &key.expr)?);
        }
        making.relation.partition_by = Some((method.clone(), names));
    }
    finish(replay, making, table)
}

/// Keeps storage parameters and view options.
pub(super) fn set_options(relation: &mut Relation, options: &[(Name, Option<String>)]) {
    for (name, value) in options {
        let value = value.clone().unwrap_or_else(|| "true".to_owned());
        relation.options.insert(name.clone(), value);
    }
}

/// The column that is a key of a partitioned table; empty for an expression.
fn partition_key(relation: &Relation, expr: &Expr) -> Outcome<Name> {
    let Expr::Column(names, _) = expr else { return Ok(Name::default()) };
    let name = names.last().cloned().unwrap_or_default();
    if !relation.columns.iter().any(|column| column.name == name) {
        return refuse(FaultKind::UnknownColumn, format!("{}.{}.{name}", relation.schema, relation.name));
    }
    Ok(name)
}

/// `create table … as select`.
fn create_as(
    replay: &mut Replay,
    table: &CreateTable,
    key: Key,
    query: &crate::parse::sql::expression::Query,
) -> Outcome {
    let (_, outputs) = uses::query(replay, query)?;
    let mut relation = replay.blank(key.clone(), RelationKind::Table);
    relation.unlogged = table.unlogged;
    set_options(&mut relation, &table.options);
    if let Some(outputs) = outputs {
        if table.query_columns.len() > outputs.len() {
            return refuse(FaultKind::Invalid, dotted(&key));
        }
        for (at, output) in outputs.into_iter().enumerate() {
            let name = table.query_columns.get(at).cloned().unwrap_or(output.name);
            if relation.columns.iter().any(|column| column.name == name) {
                return refuse(FaultKind::Duplicate, name.as_str());
            }
            relation.columns.push(columns::blank(replay, name, output.of.unwrap_or_default()));
        }
    } else {
        for name in &table.query_columns {
            relation.columns.push(columns::blank(replay, name.clone(), TypeName::default()));
        }
        replay.doubt("the columns of a query are not known", About::Relation(key.0, key.1));
    }
    replay.add_relation(relation);
    Ok(())
}

/// `partition of`: the columns and the checks of the parent.
fn part_of(replay: &mut Replay, making: &mut Making, parent: &ObjectName, default: bool) -> Outcome {
    let id = replay.relation_named(parent)?;
    partitions::refuse_default(replay, id, default)?;
    making.relation.partition_default = default;
    let relation = replay.known(id)?;
    if relation.kind != RelationKind::Partitioned {
        return refuse(FaultKind::WrongKind, dotted(&replay.key(id)));
    }
    let column = |column: &Column| Column {
        inherited: true,
        identity: None,
        acl: crate::extract::schema::catalog::Acl::default(),
        ..column.clone()
    };
    making.relation.columns = relation.columns.iter().map(column).collect();
    making.relation.parents = vec![id];
    making.relation.partition = true;
    inherit_checks(making, relation);
    Ok(())
}

fn inherit_checks(making: &mut Making, parent: &Relation) {
    for check in parent.constraints.iter().filter(|other| matches!(other.kind, ConstraintKind::Check(_))) {
        if !making.relation.constraints.iter().any(|other| other.name == check.name) {
            making.relation.constraints.push(Constraint { inherited: true, valid: true, ..check.clone() });
        }
    }
}

/// `of type`: the fields of a composite type.
fn typed(replay: &Replay, making: &mut Making, of: &ObjectName) -> Outcome {
    let name = TypeName::from(of);
    let Some(key) = replay.type_named(&name)? else {
        return refuse(FaultKind::WrongKind, of.name.as_str());
    };
    let Some(TypeKind::Composite(fields)) = replay.catalog.types.get(&key).map(|of| &of.kind) else {
        return refuse(FaultKind::WrongKind, dotted(&key));
    };
    for (name, of) in fields {
        making.relation.columns.push(columns::blank(replay, name.clone(), of.clone()));
    }
    Ok(())
}

/// `inherits`: the columns and checks of a parent; those of several parents become one.
fn inherit(replay: &Replay, making: &mut Making, parent: &ObjectName) -> Outcome {
    let id = replay.relation_named(parent)?;
    let relation = replay.known(id)?;
    if !matches!(relation.kind, RelationKind::Table | RelationKind::Foreign) || relation.partition {
        return refuse(FaultKind::WrongKind, dotted(&replay.key(id)));
    }
    if making.relation.parents.contains(&id) {
        return refuse(FaultKind::Duplicate, dotted(&replay.key(id)));
    }
    for column in &relation.columns {
        if let Some(own) = making.relation.columns.iter_mut().find(|own| own.name == column.name) {
            if !same_type(&own.of, &column.of) {
                return refuse(FaultKind::Invalid, column.name.as_str());
            }
            own.not_null |= column.not_null;
            continue;
        }
        making.relation.columns.push(Column {
            inherited: true,
            identity: None,
            acl: crate::extract::schema::catalog::Acl::default(),
            ..column.clone()
        });
    }
    inherit_checks(making, relation);
    making.relation.parents.push(id);
    Ok(())
}

/// Whether two columns have the same type, with the same modifiers.
fn same_type(one: &TypeName, other: &TypeName) -> bool {
    one.name == other.name
        && one.schema == other.schema
        && one.modifiers == other.modifiers
        && one.dimensions.min(1) == other.dimensions.min(1)
}

/// The columns that the statement declares, with those of tables it is made like where they are written.
fn declare(replay: &Replay, making: &mut Making, table: &CreateTable) -> Outcome {
    let inherited = making.relation.columns.len();
    for (at, declared) in table.columns.iter().enumerate() {
        for like in table.likes.iter().filter(|like| like.2 == at) {
            copy(replay, making, like, inherited)?;
        }
        let known = making.relation.columns.iter().position(|column| column.name == declared.name);
        let of = known.and_then(|at| making.relation.columns.get(at)).map(|column| column.of.clone());
        let without_type = declared.of.is_none();
        let new = columns::declare(replay, declared, of.as_ref())?;
        match known {
            Some(at) if at < inherited => merge(making, at, new, without_type)?,
            Some(_) => return refuse(FaultKind::Duplicate, declared.name.as_str()),
            None if table.partition_of.is_some() => {
                return refuse(FaultKind::UnknownColumn, declared.name.as_str());
            }
            None => {
                making.constraints.extend(new.constraints);
                if new.sequence {
                    making.sequences.push(declared.name.clone());
                }
                making.relation.columns.push(new.column);
            }
        }
    }
    for like in table.likes.iter().filter(|like| like.2 >= table.columns.len()) {
        copy(replay, making, like, inherited)?;
    }
    making.constraints.extend(table.constraints.iter().cloned());
    Ok(())
}

/// A declared column that a parent has too.
fn merge(making: &mut Making, at: usize, new: NewColumn, without_type: bool) -> Outcome {
    let typed = !making.relation.partition && !without_type;
    let Some(own) = making.relation.columns.get_mut(at) else { return Ok(()) };
    if !same_type(&own.of, &new.column.of) {
        return refuse(FaultKind::Invalid, own.name.as_str());
    }
    if typed {
        own.inherited = false;
    }
    own.not_null |= new.column.not_null;
    if new.defaulted {
        own.default = new.column.default;
    }
    own.identity = new.column.identity.or(own.identity);
    if new.sequence {
        making.sequences.push(own.name.clone());
    }
    making.constraints.extend(new.constraints);
    Ok(())
}

/// `like other including …`.
fn copy(
    replay: &Replay,
    making: &mut Making,
    (name, including, _): &(ObjectName, Vec<Name>, usize),
    inherited: usize,
) -> Outcome {
    let id = replay.relation_named(name)?;
    let relation = replay.known(id)?;
    if relation.kind == RelationKind::Sequence {
        return refuse(FaultKind::WrongKind, dotted(&replay.key(id)));
    }
    let included = included(including);
    for column in &relation.columns {
        if making.relation.columns.iter().skip(inherited).any(|own| own.name == column.name) {
            return refuse(FaultKind::Duplicate, column.name.as_str());
        }
        let mut own = columns::blank(replay, column.name.clone(), column.of.clone());
        own.not_null = column.not_null;
        if included.contains("defaults") {
            own.default.clone_from(&column.default);
        }
        if included.contains("generated") {
            own.generated.clone_from(&column.generated);
        }
        if included.contains("identity") && column.identity.is_some() {
            own.identity = column.identity;
            making.sequences.push(own.name.clone());
        }
        if let Some(parent) = making.relation.columns.iter_mut().find(|other| other.name == own.name) {
            parent.inherited = false;
            continue;
        }
        making.relation.columns.push(own);
    }
    for constraint in &relation.constraints {
        let held = constraint.index.as_ref().filter(|_| is_key(&constraint.kind));
        if let (Some(index), true) = (held, included.contains("indexes")) {
            if let Some(index) = replay.catalog.indexes.get(index) {
                making.indexes.push((index.clone(), Some(constraint.clone())));
            }
        } else if matches!(constraint.kind, ConstraintKind::Check(_)) && included.contains("constraints") {
            making.relation.constraints.push(Constraint {
                inherited: false,
                valid: true,
                place: replay.place,
                ..constraint.clone()
            });
        }
    }
    if included.contains("indexes") {
        for key in replay.indexes_of(id) {
            if let Some(index) = replay.catalog.indexes.get(&key).filter(|index| index.constraint.is_none()) {
                making.indexes.push((index.clone(), None));
            }
        }
    }
    Ok(())
}

/// What is taken over: `all` stands for everything, and what is named with a minus is not.
fn included(words: &[Name]) -> std::collections::BTreeSet<&str> {
    let mut included = std::collections::BTreeSet::new();
    for word in words {
        match word.strip_prefix('-') {
            Some("all") => included.clear(),
            Some(word) => drop(included.remove(word)),
            None if word == "all" => {
                included.extend(["constraints", "defaults", "generated", "identity", "indexes"]);
            }
            None => drop(included.insert(word.as_str())),
        }
    }
    included
}

fn is_key(kind: &ConstraintKind) -> bool {
    matches!(kind, ConstraintKind::Primary | ConstraintKind::Unique | ConstraintKind::Exclude)
}

/// Puts the table into the catalogue, then its sequences, checks, keys and foreign keys, in this order.
fn finish(replay: &mut Replay, making: Making, table: &CreateTable) -> Outcome {
    let parents = making.relation.parents.clone();
    let inherited = making.relation.constraints.iter().map(|check| check.name.clone()).collect::<Vec<_>>();
    let columns = making.relation.columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>();
    let id = replay.add_relation(making.relation);
    for parent in &parents {
        replay.users.entry(*parent).or_default().insert(id);
    }
    for name in &inherited {
        replay.note_constraint(id, name);
    }
    for column in &making.sequences {
        add_sequence(replay, id, column);
    }
    for column in &columns {
        columns::check(replay, id, column)?;
    }
    for constraint in &making.constraints {
        if matches!(constraint.kind, model::ConstraintKind::Check { .. }) {
            let merged = constraint.name.as_ref().is_some_and(|name| inherited.contains(name));
            if merged && (!table.inherits.is_empty() || table.partition_of.is_some()) {
                continue;
            }
            constraints::add(replay, id, constraint)?;
        }
    }
    if table.partition_of.is_some() {
        for parent in &parents {
            partitions::clone_to(replay, *parent, id)?;
        }
    }
    for constraint in keys_in_order(&making.constraints) {
        constraints::add(replay, id, &constraint)?;
    }
    copy_indexes(replay, id, making.indexes)?;
    for constraint in &making.constraints {
        if matches!(constraint.kind, model::ConstraintKind::Foreign(_)) {
            constraints::add(replay, id, constraint)?;
        }
    }
    Ok(())
}

/// The keys of a table as PostgreSQL makes them: the primary key first, and each set of columns once.
fn keys_in_order(constraints: &[model::Constraint]) -> Vec<model::Constraint> {
    use model::ConstraintKind::{Exclude, Primary, Unique};
    let mut keys: Vec<model::Constraint> = Vec::new();
    let primary = constraints.iter().filter(|other| matches!(other.kind, Primary { .. }));
    let others = constraints.iter().filter(|other| matches!(other.kind, Unique { .. } | Exclude { .. }));
    for constraint in primary.chain(others) {
        let of = |constraint: &model::Constraint| match &constraint.kind {
            Primary { columns, include, .. } => Some((columns.clone(), include.clone(), false)),
            Unique { columns, include, nulls_not_distinct, .. } => {
                Some((columns.clone(), include.clone(), *nulls_not_distinct))
            }
            _ => None,
        };
        let wanted = of(constraint);
        let unique = matches!(constraint.kind, Unique { .. });
        let same = keys
            .iter_mut()
            .find(|other| unique && of(other) == wanted && other.deferrable == constraint.deferrable);
        match same {
            Some(same) => {
                if same.name.is_none() {
                    same.name.clone_from(&constraint.name);
                }
            }
            None => keys.push(constraint.clone()),
        }
    }
    keys
}

/// Gives a `serial` or identity column its sequence.
pub(super) fn add_sequence(replay: &mut Replay, id: RelationId, column: &Name) {
    let (schema, name) = replay.key(id);
    let sequence = replay.free_relation_name(&schema, &name, Some(column), "seq", false);
    let key = (schema, sequence);
    sequences::of_column(replay, id, key.clone(), column);
    if let Some(relation) = replay.relation_mut(id) {
        for own in relation.columns.iter_mut().filter(|own| own.name == *column && own.identity.is_none()) {
            own.default = Some(sequences::nextval(&key));
        }
    }
}

/// Makes the indexes of a table that this one is made like.
fn copy_indexes(replay: &mut Replay, id: RelationId, copied: Vec<(Index, Option<Constraint>)>) -> Outcome {
    for (index, constraint) in copied {
        let held = constraint
            .map(|constraint| indexes::Held { kind: constraint.kind, deferrable: constraint.deferrable });
        let index = Index { table: id, parent: None, place: replay.place, ..index };
        indexes::build(replay, id, None, &index, held.as_ref(), 0)?;
    }
    Ok(())
}
