//! Tables, views, indexes and constraints, as statements make and change them.

#![allow(missing_docs)] // fields and variants are named as in the grammar of PostgreSQL
#![allow(clippy::struct_excessive_bools)] // each is a word of the grammar that is there or not

use super::expression::{Expr, Name, Query};
use super::model::{ObjectName, TypeName};
use crate::source::Span;

/// `create table`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CreateTable {
    /// The table.
    pub name: ObjectName,
    pub if_not_exists: bool,
    pub temporary: bool,
    pub unlogged: bool,
    /// The columns, in order.
    pub columns: Vec<Column>,
    /// Constraints of the table.
    pub constraints: Vec<Constraint>,
    /// `like other including …`: the table, what is included in lower case (`all`, `defaults`; what is excluded, as `-indexes`), and before
    /// which column.
    pub likes: Vec<(ObjectName, Vec<Name>, usize)>,
    pub inherits: Vec<ObjectName>,
    pub partition_of: Option<ObjectName>,
    /// `default` partition.
    pub partition_default: bool,
    /// `partition by`: the method and the keys.
    pub partition_by: Option<(Name, Vec<IndexKey>)>,
    /// `as select`.
    pub query: Option<Query>,
    /// Names given to the columns of `as select`.
    pub query_columns: Vec<Name>,
    /// `server` of a foreign table.
    pub server: Option<Name>,
    /// `of type`.
    pub of_type: Option<ObjectName>,
    /// `with (…)`.
    pub options: Vec<(Name, Option<String>)>,
}

/// A column as it is declared.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Column {
    pub name: Name,
    /// Its type; `None` in a partition or typed table.
    pub of: Option<TypeName>,
    /// What follows, in order.
    pub constraints: Vec<Constraint>,
    pub span: Span,
}

/// A constraint of a column or of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Constraint {
    /// `constraint name`.
    pub name: Option<Name>,
    pub kind: ConstraintKind,
    /// `not valid`.
    pub not_valid: bool,
    pub deferrable: bool,
    pub span: Span,
}

/// What a constraint demands. Of a column, the columns are empty: it is the column itself.
#[derive(Debug, Clone, PartialEq)]
pub enum ConstraintKind {
    NotNull,
    Null,
    Default(Expr),
    /// `generated always as (expr) stored`.
    Generated(Expr),
    /// `generated always|by default as identity`.
    Identity {
        always: bool,
    },
    Check {
        expr: Expr,
        no_inherit: bool,
    },
    /// `primary key`, with `include` and `using index`.
    Primary {
        columns: Vec<Name>,
        include: Vec<Name>,
        index: Option<Name>,
    },
    Unique {
        columns: Vec<Name>,
        include: Vec<Name>,
        index: Option<Name>,
        nulls_not_distinct: bool,
    },
    Foreign(Box<Foreign>),
    /// `exclude using gist (…)`.
    Exclude {
        method: Name,
        keys: Vec<IndexKey>,
        predicate: Option<Expr>,
    },
    Collate(Name),
}

/// A foreign key.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Foreign {
    /// The columns of this table; empty on a column.
    pub columns: Vec<Name>,
    /// The table that is referred to.
    pub table: ObjectName,
    /// Its columns; empty for its primary key.
    pub references: Vec<Name>,
    /// In lower case: `cascade`, `set null`, `set default`, `restrict`, `no action`.
    pub on_delete: Option<Name>,
    pub on_update: Option<Name>,
}

/// One action of `alter table` and its relatives.
#[derive(Debug, Clone, PartialEq)]
pub enum Alter {
    AddColumn {
        column: Column,
        if_not_exists: bool,
    },
    DropColumn {
        name: Name,
        if_exists: bool,
        cascade: bool,
    },
    SetType {
        column: Name,
        to: TypeName,
        using: Option<Expr>,
    },
    SetDefault {
        column: Name,
        value: Option<Expr>,
    },
    SetNotNull {
        column: Name,
        not_null: bool,
    },
    /// `add generated`, `set generated`: `always`; `drop identity` is `None`.
    Identity {
        column: Name,
        always: Option<bool>,
        /// `add generated`, which a column that is one already refuses.
        add: bool,
        if_exists: bool,
    },
    DropExpression {
        column: Name,
        if_exists: bool,
    },
    AddConstraint(Constraint),
    DropConstraint {
        name: Name,
        if_exists: bool,
        cascade: bool,
    },
    ValidateConstraint(Name),
    /// `alter constraint`: whether it is deferrable then; `None` where that is not said, which makes it not deferrable.
    AlterConstraint {
        name: Name,
        deferrable: Option<bool>,
    },
    RenameConstraint {
        from: Name,
        to: Name,
    },
    RenameColumn {
        from: Name,
        to: Name,
    },
    Rename(Name),
    SetSchema(Name),
    Owner(Name),
    /// `enable`, `disable row level security`.
    RowSecurity(bool),
    /// `force`, `no force row level security`.
    ForceRowSecurity(bool),
    /// `enable`, `disable trigger`: which (`None` for all, and for those of users), and when it fires then.
    Trigger {
        name: Option<Name>,
        state: TriggerState,
    },
    /// `inherit`, `no inherit`.
    Inherit {
        parent: ObjectName,
        add: bool,
    },
    AttachPartition {
        table: ObjectName,
        default: bool,
    },
    DetachPartition {
        table: ObjectName,
    },
    /// `alter index … attach partition`.
    AttachIndex(ObjectName),
    /// `set (…)`; `reset (…)` has no values.
    Options {
        set: bool,
        options: Vec<(Name, Option<String>)>,
    },
    Logged(bool),
    /// `owned by` of a sequence; `None` for `none`.
    OwnedBy(Option<(ObjectName, Name)>),
    /// Anything that changes nothing a replay keeps: its first words.
    Other(Name),
}

/// When a trigger fires in a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TriggerState {
    Enabled,
    Disabled,
    Replica,
    Always,
}

/// `create index`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CreateIndex {
    /// Its name, where one is given.
    pub name: Option<Name>,
    pub table: ObjectName,
    pub unique: bool,
    pub concurrently: bool,
    pub if_not_exists: bool,
    pub only: bool,
    /// `btree` where none is written.
    pub method: Name,
    pub keys: Vec<IndexKey>,
    pub include: Vec<Name>,
    pub predicate: Option<Expr>,
    pub nulls_not_distinct: bool,
}

/// One key of an index.
#[derive(Debug, Clone, PartialEq)]
pub struct IndexKey {
    /// A column, or an expression.
    pub expr: Expr,
    /// The operator class, where one is written.
    pub class: Option<ObjectName>,
    pub descending: bool,
    /// `nulls first` (`true`), `nulls last` (`false`).
    pub nulls_first: Option<bool>,
    /// The operator of an `exclude` constraint.
    pub operator: Option<Name>,
}

/// `create view`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CreateView {
    pub name: ObjectName,
    pub materialized: bool,
    pub or_replace: bool,
    pub if_not_exists: bool,
    pub temporary: bool,
    pub columns: Vec<Name>,
    /// `with (security_invoker = true)`: `None` for a bare name.
    pub options: Vec<(Name, Option<String>)>,
    pub query: Query,
}
