//! The parts of a statement that can be applied one by one.

use super::super::Replay;
use crate::parse::sql::expression::Name;
use crate::parse::sql::model::{
    Alter, Class, Column, Constraint, ConstraintKind, CreateIndex, CreatePolicy, CreateTable, Grant,
    GrantTarget, Kind, ObjectName,
};

/// The parts of a statement, in the order in which they are applied; none where it has no smaller ones.
pub(super) fn of(replay: &Replay, kind: &Kind) -> Vec<Kind> {
    let mut parts = apart(replay, kind);
    // What comes out as it went in would be taken apart for ever: a table of nothing but bare columns.
    if parts.first() == Some(kind) {
        parts.clear();
    }
    parts
}

fn apart(replay: &Replay, kind: &Kind) -> Vec<Kind> {
    match kind {
        Kind::CreateTable(table) => created(table),
        Kind::AlterRelation { class, name, if_exists, only, actions } => {
            let alone = |action: Alter| Kind::AlterRelation {
                class: *class,
                name: name.clone(),
                if_exists: *if_exists,
                only: *only,
                actions: vec![action],
            };
            match actions.as_slice() {
                _ if replay.find(name).is_none() => Vec::new(),
                [Alter::AddColumn { column, if_not_exists }] => {
                    let (bare, rest) = bared(column);
                    if rest.is_empty() {
                        return Vec::new();
                    }
                    let first = Alter::AddColumn { column: bare, if_not_exists: *if_not_exists };
                    std::iter::once(first).chain(rest).map(alone).collect()
                }
                [_] => Vec::new(),
                several => several.iter().cloned().map(alone).collect(),
            }
        }
        Kind::Drop { class, names, if_exists, cascade } if names.len() > 1 => {
            let one = |name: &_| Kind::Drop {
                class: *class,
                names: vec![Clone::clone(name)],
                if_exists: *if_exists,
                cascade: *cascade,
            };
            names.iter().map(one).collect()
        }
        Kind::Grant(grant) => granted(grant),
        Kind::CreatePolicy(policy) => known_roles(replay, policy),
        _ => Vec::new(),
    }
}

/// Whether the first part makes what the others are of.
pub(super) fn makes(kind: &Kind) -> bool {
    match kind {
        Kind::CreateTable(_) => true,
        Kind::AlterRelation { actions, .. } => actions.len() == 1,
        _ => false,
    }
}

/// A statement that gives an index no name of its own: those of other databases need to be different only within a table.
pub(super) fn unnamed(kind: &Kind) -> Option<Kind> {
    match kind {
        Kind::CreateIndex(index) if index.name.is_some() => {
            Some(Kind::CreateIndex(Box::new(CreateIndex { name: None, ..(**index).clone() })))
        }
        Kind::AlterRelation { class: Class::Table, name, actions, .. } => match actions.as_slice() {
            [Alter::AddConstraint(constraint)] if constraint.name.is_some() => {
                Some(altered(name, Alter::AddConstraint(Constraint { name: None, ..constraint.clone() })))
            }
            _ => None,
        },
        _ => None,
    }
}

/// `alter table` with one action.
pub(super) fn altered(name: &ObjectName, action: Alter) -> Kind {
    Kind::AlterRelation {
        class: Class::Table,
        name: name.clone(),
        if_exists: false,
        only: false,
        actions: vec![action],
    }
}

/// A table with nothing but its columns, then its keys, defaults and checks, and its foreign keys.
fn created(table: &CreateTable) -> Vec<Kind> {
    if table.query.is_some() {
        return Vec::new();
    }
    let mut bare = table.clone();
    let mut rest = Vec::new();
    for column in &mut bare.columns {
        let (own, parts) = bared(column);
        *column = own;
        rest.extend(parts);
    }
    rest.extend(std::mem::take(&mut bare.constraints).into_iter().map(Alter::AddConstraint));
    rest.sort_by_key(order);
    let bare = Kind::CreateTable(Box::new(bare));
    std::iter::once(bare).chain(rest.into_iter().map(|action| altered(&table.name, action))).collect()
}

fn order(action: &Alter) -> u8 {
    match action {
        Alter::AddConstraint(constraint) => match constraint.kind {
            ConstraintKind::Primary { .. } => 0,
            ConstraintKind::Unique { .. } => 1,
            ConstraintKind::Foreign(_) => 3,
            _ => 2,
        },
        _ => 2,
    }
}

/// A column with its type only, and what it has besides.
fn bared(column: &Column) -> (Column, Vec<Alter>) {
    let mut bare = Column { constraints: Vec::new(), ..column.clone() };
    let mut rest = Vec::new();
    let own = vec![column.name.clone()];
    for constraint in &column.constraints {
        let of_table = |kind| Alter::AddConstraint(Constraint { kind, ..constraint.clone() });
        match &constraint.kind {
            ConstraintKind::NotNull | ConstraintKind::Null | ConstraintKind::Identity { .. } => {
                bare.constraints.push(constraint.clone());
            }
            // What a column is made of cannot be told later, and a collation is nothing that is kept.
            ConstraintKind::Generated(_) | ConstraintKind::Collate(_) => {}
            ConstraintKind::Default(value) => {
                rest.push(Alter::SetDefault { column: column.name.clone(), value: Some(value.clone()) });
            }
            ConstraintKind::Check { .. } | ConstraintKind::Exclude { .. } => {
                rest.push(Alter::AddConstraint(constraint.clone()));
            }
            ConstraintKind::Primary { include, index, .. } => rest.push(of_table(ConstraintKind::Primary {
                columns: own.clone(),
                include: include.clone(),
                index: index.clone(),
            })),
            ConstraintKind::Unique { include, index, nulls_not_distinct, .. } => {
                rest.push(of_table(ConstraintKind::Unique {
                    columns: own.clone(),
                    include: include.clone(),
                    index: index.clone(),
                    nulls_not_distinct: *nulls_not_distinct,
                }));
            }
            ConstraintKind::Foreign(foreign) => {
                let mut foreign = foreign.clone();
                foreign.columns.clone_from(&own);
                rest.push(of_table(ConstraintKind::Foreign(foreign)));
            }
        }
    }
    (bare, rest)
}

/// A grant on each relation to each role.
fn granted(grant: &Grant) -> Vec<Kind> {
    let targets = match &grant.target {
        GrantTarget::Relations(names) => {
            names.iter().map(|name| GrantTarget::Relations(vec![name.clone()])).collect()
        }
        GrantTarget::Functions(names) => {
            names.iter().map(|name| GrantTarget::Functions(vec![name.clone()])).collect()
        }
        other => vec![other.clone()],
    };
    if targets.len() < 2 && grant.roles.len() < 2 {
        return Vec::new();
    }
    let one = |target: &GrantTarget, role: &Name| {
        Kind::Grant(Box::new(Grant { target: target.clone(), roles: vec![role.clone()], ..grant.clone() }))
    };
    targets.iter().flat_map(|target| grant.roles.iter().map(move |role| one(target, role))).collect()
}

/// A policy for those of its roles that there are.
fn known_roles(replay: &Replay, policy: &CreatePolicy) -> Vec<Kind> {
    let known = |role: &&Name| {
        matches!(role.as_str(), "public" | "current_user" | "current_role" | "session_user")
            || replay.catalog.roles.contains_key(*role)
    };
    let roles: Vec<Name> = policy.roles.iter().filter(known).cloned().collect();
    if roles.is_empty() || roles.len() == policy.roles.len() {
        return Vec::new();
    }
    vec![Kind::CreatePolicy(Box::new(CreatePolicy { roles, ..policy.clone() }))]
}
