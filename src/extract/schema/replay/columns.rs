//! Columns as they are declared: types, `serial`, identity, defaults.

use std::collections::BTreeMap;

use super::grants;
use super::names::dotted;
use super::uses::{self, Own, Uses};
use super::{Key, Outcome, Replay, builtin, immutable, refuse};
use crate::extract::schema::catalog::{Acl, Column, FaultKind, Relation, RelationId, RelationKind, TypeKind};
use crate::parse::sql::expression::Name;
use crate::parse::sql::model::{Column as Declared, Constraint, ConstraintKind, Expr, TypeName};

/// A column that was read from its declaration, and what else it makes.
#[derive(Debug)]
pub(super) struct NewColumn {
    pub(super) column: Column,
    /// Its constraints, as constraints of the table.
    pub(super) constraints: Vec<Constraint>,
    /// Whether it takes its values from a sequence of its own: `serial` or identity.
    pub(super) sequence: bool,
    /// Whether `not null` or a default is declared: then those of parents do not count.
    pub(super) defaulted: bool,
}

impl Replay {
    /// A relation without anything in it, owned by who runs the statement.
    pub(super) fn blank(&self, key: Key, kind: RelationKind) -> Relation {
        let class = if kind == RelationKind::Sequence { "sequences" } else { "tables" };
        let temporary = key.0 == super::names::TEMPORARY;
        let acl = grants::initial(self, class, Some(&key.0), &self.role);
        Relation {
            schema: key.0,
            name: key.1,
            kind,
            owner: self.role.clone(),
            temporary,
            unlogged: false,
            columns: Vec::new(),
            constraints: Vec::new(),
            rls: false,
            rls_forced: false,
            policies: BTreeMap::new(),
            triggers: BTreeMap::new(),
            rules: BTreeMap::new(),
            acl,
            parents: Vec::new(),
            partition: false,
            partition_default: false,
            partition_by: None,
            options: BTreeMap::new(),
            query: None,
            reads: std::collections::BTreeSet::new(),
            read_columns: std::collections::BTreeSet::new(),
            calls: std::collections::BTreeSet::new(),
            owned_by: None,
            extension: self.extension.clone(),
            place: self.place,
            changed: self.place,
            platform: self.platform,
        }
    }

    /// A column of a relation; a fault where it has none of that name. Where the columns of a view are not known,
    /// every name is accepted.
    pub(super) fn column_of(&self, id: RelationId, name: &Name) -> Outcome<Option<&Column>> {
        let relation = self.known(id)?;
        let found = relation.columns.iter().find(|column| column.name == *name);
        if found.is_none() && !relation.columns.is_empty() {
            return refuse(FaultKind::UnknownColumn, self.column_name(id, name));
        }
        if found.is_none() && matches!(relation.kind, RelationKind::Table | RelationKind::Partitioned) {
            return refuse(FaultKind::UnknownColumn, self.column_name(id, name));
        }
        Ok(found)
    }

    /// `schema.table.column`.
    pub(super) fn column_name(&self, id: RelationId, column: &str) -> String {
        format!("{}.{column}", dotted(&self.key(id)))
    }

    /// Refuses a name that a type has: the row type of a new relation would have it too.
    pub(super) fn refuse_type(&self, key: &Key) -> Outcome {
        if self.catalog.types.contains_key(key) {
            return refuse(FaultKind::Duplicate, dotted(key));
        }
        Ok(())
    }

    /// Remembers that a relation depends on what an expression speaks of.
    pub(super) fn link(&mut self, id: RelationId, uses: &Uses) {
        for used in &uses.relations {
            if *used != id {
                self.users.entry(*used).or_default().insert(id);
            }
        }
        for function in &uses.functions {
            self.callers.entry(*function).or_default().insert(id);
        }
        let known = self.relation(id).is_some_and(|relation| uses.functions.is_subset(&relation.calls));
        if !known && let Some(relation) = self.relation_mut(id) {
            relation.calls.extend(uses.functions.iter().copied());
        }
    }
}

/// The type that `serial` stands for.
fn serial(of: &TypeName) -> Option<&'static str> {
    if of.schema.is_some() {
        return None;
    }
    match of.name.as_str() {
        "serial" | "serial4" => Some("integer"),
        "bigserial" | "serial8" => Some("bigint"),
        "smallserial" | "serial2" => Some("smallint"),
        _ => None,
    }
}

/// Whether a name is that of a column that every table has.
fn is_system(name: &str) -> bool {
    matches!(name, "ctid" | "xmin" | "xmax" | "cmin" | "cmax" | "tableoid")
}

/// Reads the declaration of a column. Its expressions are checked later, when all columns are there ([`check`]).
/// `inherited` is the type where none is written: in partitions and typed tables.
pub(super) fn declare(
    replay: &Replay,
    declared: &Declared,
    inherited: Option<&TypeName>,
) -> Outcome<NewColumn> {
    if is_system(&declared.name) {
        return refuse(FaultKind::Duplicate, declared.name.as_str());
    }
    let mut column = blank(replay, declared.name.clone(), TypeName::default());
    // What a block executes has places of its own text; those stand within the block.
    let (inside, around) = (declared.span, replay.place.span);
    if !inside.is_empty() && around.start <= inside.start && inside.end <= around.end {
        column.place.span = inside;
    }
    let mut sequence = false;
    match (&declared.of, inherited) {
        (Some(of), _) => match serial(of) {
            Some(_) if of.dimensions > 0 => return refuse(FaultKind::Invalid, declared.name.as_str()),
            Some(name) => {
                column.of = TypeName { name: name.into(), span: of.span, ..TypeName::default() };
                column.not_null = true;
                sequence = true;
            }
            None => column.of = column_type(replay, of)?,
        },
        (None, Some(of)) => column.of = of.clone(),
        (None, None) => return refuse(FaultKind::UnknownColumn, declared.name.as_str()),
    }
    let mut new = NewColumn { column, constraints: Vec::new(), sequence, defaulted: sequence };
    for constraint in &declared.constraints {
        constrain(replay, &mut new, constraint)?;
    }
    Ok(new)
}

/// A column without anything.
pub(super) fn blank(replay: &Replay, name: Name, of: TypeName) -> Column {
    Column {
        name,
        of,
        not_null: false,
        default: None,
        generated: None,
        identity: None,
        acl: Acl::default(),
        inherited: false,
        place: replay.place,
    }
}

/// The type of a column: it must exist and be one that a column can have.
pub(super) fn column_type(replay: &Replay, of: &TypeName) -> Outcome<TypeName> {
    if of.of_column {
        // `table.column%type`, only in functions.
        return Ok(of.clone());
    }
    let pseudo = of.schema.is_none()
        && matches!(
            of.name.as_str(),
            "record" | "trigger" | "void" | "any" | "anyelement" | "unknown" | "cstring"
        );
    if pseudo || of.set {
        return refuse(FaultKind::Invalid, of.name.as_str());
    }
    replay.resolved_type(of)
}

fn constrain(replay: &Replay, new: &mut NewColumn, constraint: &Constraint) -> Outcome {
    let name = new.column.name.clone();
    let invalid = || refuse(FaultKind::Invalid, name.as_str());
    let of_table = |kind| Constraint { kind, ..constraint.clone() };
    match &constraint.kind {
        ConstraintKind::NotNull => new.column.not_null = true,
        ConstraintKind::Null | ConstraintKind::Collate(_) => {}
        ConstraintKind::Default(expr) => {
            if new.defaulted || new.column.generated.is_some() {
                return invalid();
            }
            new.defaulted = true;
            new.column.default = kept_default(replay, &new.column.of, expr).cloned();
        }
        ConstraintKind::Generated(expr) => {
            if new.defaulted || new.column.generated.is_some() {
                return invalid();
            }
            new.column.generated = Some(expr.clone());
        }
        ConstraintKind::Identity { always } => {
            if new.defaulted || new.column.generated.is_some() || !is_counter(replay, &new.column.of) {
                return invalid();
            }
            new.column.identity = Some(*always);
            new.column.not_null = true;
            new.sequence = true;
            new.defaulted = true;
        }
        ConstraintKind::Primary { include, index, .. } => {
            new.column.not_null = true;
            new.constraints.push(of_table(ConstraintKind::Primary {
                columns: vec![name],
                include: include.clone(),
                index: index.clone(),
            }));
        }
        ConstraintKind::Unique { include, index, nulls_not_distinct, .. } => {
            new.constraints.push(of_table(ConstraintKind::Unique {
                columns: vec![name],
                include: include.clone(),
                index: index.clone(),
                nulls_not_distinct: *nulls_not_distinct,
            }));
        }
        ConstraintKind::Foreign(foreign) => {
            let mut foreign = foreign.clone();
            foreign.columns = vec![name];
            new.constraints.push(of_table(ConstraintKind::Foreign(foreign)));
        }
        ConstraintKind::Check { .. } | ConstraintKind::Exclude { .. } => {
            new.constraints.push(constraint.clone());
        }
    }
    Ok(())
}

/// A default as it is kept: a plain null is none, but one that is cut to a length or checked by a domain stays.
pub(super) fn kept_default<'e>(replay: &Replay, of: &TypeName, value: &'e Expr) -> Option<&'e Expr> {
    let domain = of.dimensions == 0
        && of.schema.as_ref().is_some_and(|schema| {
            let found = replay.catalog.types.get(&(schema.clone(), of.name.clone()));
            found.is_some_and(|of| matches!(of.kind, TypeKind::Domain { .. }))
        });
    (!matches!(value, Expr::Null) || domain || (!of.modifiers.is_empty() && !of.name.starts_with("interval")))
        .then_some(value)
}

/// Whether a type can be an identity.
pub(super) fn is_counter(replay: &Replay, of: &TypeName) -> bool {
    if let Some(schema) = &of.schema
        && let Some(found) = replay.catalog.types.get(&(schema.clone(), of.name.clone()))
        && let TypeKind::Domain { base, .. } = &found.kind
    {
        return matches!(base.name.as_str(), "smallint" | "integer" | "bigint");
    }
    of.dimensions == 0 && matches!(of.name.as_str(), "smallint" | "integer" | "bigint")
}

/// Checks the default and the generating expression of a column of a table that exists, and remembers what they use.
pub(super) fn check(replay: &mut Replay, table: RelationId, name: &Name) -> Outcome {
    let relation = replay.known(table)?;
    let Some(column) = relation.columns.iter().find(|column| column.name == *name) else { return Ok(()) };
    let mut used = Uses::default();
    if let Some(expr) = &column.default
        && !matches!(expr, Expr::Bool(_) | Expr::Number(_) | Expr::Text(_) | Expr::Null)
    {
        used = uses::over(replay, expr, None)?;
        if !used.columns.is_empty() {
            return refuse(FaultKind::Invalid, name.as_str());
        }
    }
    if let Some(expr) = &column.generated {
        used = uses::over(replay, expr, Some(Own::new(table, relation)))?;
        let generated = |name: &Name| {
            relation.columns.iter().any(|other| other.name == *name && other.generated.is_some())
        };
        if used.columns.iter().any(|(_, column)| generated(column))
            || immutable::changes(replay, &relation.columns, expr)
        {
            return refuse(FaultKind::Invalid, name.as_str());
        }
    }
    replay.link(table, &used);
    Ok(())
}

/// Whether a column can refer to another by a foreign key. Only plainly different types cannot.
pub(super) fn comparable(one: &TypeName, other: &TypeName) -> bool {
    let (Some(one_family), Some(other_family)) = (family(one), family(other)) else { return true };
    one_family == other_family
        && (one.dimensions > 0) == (other.dimensions > 0)
        && (one_family != "number" || precision(one) <= precision(other))
}

/// Numbers become more precise ones by themselves, not the other way round.
fn precision(of: &TypeName) -> u8 {
    match builtin::short(&of.name) {
        "numeric" => 1,
        "float4" | "float8" => 2,
        _ => 0,
    }
}

/// A group of built-in types that can be compared with each other.
fn family(of: &TypeName) -> Option<&'static str> {
    if of.schema.is_some() {
        return None;
    }
    Some(match builtin::short(&of.name) {
        "int2" | "int4" | "int8" | "numeric" | "float4" | "float8" => "number",
        "text" | "varchar" | "bpchar" | "name" => "text",
        "date" | "timestamp" | "timestamptz" => "time",
        "uuid" => "uuid",
        "bool" => "bool",
        "bytea" => "bytes",
        "jsonb" => "json",
        "inet" | "cidr" => "address",
        _ => return None,
    })
}
