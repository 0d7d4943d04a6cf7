//! The statements of a script, as a replay needs them.
//!
//! Every statement has the bytes it spans in its file. Names are folded as PostgreSQL folds them.

#![allow(missing_docs)] // fields and variants are named as in the grammar of PostgreSQL

use std::sync::Arc;

pub use super::block::{Block, Handler, Step, StepKind};
pub use super::dialect::Dialect;
pub use super::expression::{Call, Expr, Item, Name, Query, Select, Source};
pub use super::relation::{
    Alter, Column, Constraint, ConstraintKind, CreateIndex, CreateTable, CreateView, Foreign, IndexKey,
    TriggerState,
};
pub use super::routine::{
    AlterFunction, AlterType, Argument, ArgumentMode, Body, CreateFunction, CreateTrigger, Setting, Timing,
    TypeDefinition, Volatility,
};
use crate::source::Span;

/// A script: its statements in order, and what could not be read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Script {
    /// The statements, in order.
    pub statements: Vec<Statement>,
    /// Statements that the grammar does not allow: where, and why. They are not among the statements.
    pub errors: Vec<(Span, String)>,
    /// What is not among the statements and may change the schema, in order.
    pub unread: Vec<Unread>,
    /// How many statements of another dialect could not be read.
    pub left_out: usize,
    /// Places that a template engine fills in. The statements around them are read with a made-up name in their place,
    /// and left out where that cannot be read.
    pub templated: Vec<Span>,
    /// Whose SQL it is, as the text tells.
    pub dialect: Dialect,
}

impl Script {
    /// How many statements were read, and how many could not be.
    pub fn counts(&self) -> (usize, usize) {
        (self.statements.len(), self.errors.len() + self.left_out)
    }
}

/// A part of a script that is not among its statements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// Where it stands.
    pub span: Span,
    /// Why it is not, in a sentence without a full stop.
    pub why: &'static str,
    /// What it may have made, changed or dropped.
    pub about: Vec<Subject>,
}

/// What an unread statement speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// Anything at all.
    Everything,
    /// A table, a view, a sequence, an index or a type, and what belongs to it.
    Relation(ObjectName),
    /// Functions of a name.
    Function(ObjectName),
    /// Everything in a schema.
    Schema(Name),
    /// Roles and privileges.
    Privileges,
}

/// One statement and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// From its first word to its semicolon, in bytes of the file.
    pub span: Span,
    /// What it does.
    pub kind: Kind,
}

/// A name with an optional schema. A database before the schema is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct ObjectName {
    /// The schema, where it is written.
    pub schema: Option<Name>,
    /// The name.
    pub name: Name,
    /// Where it is written.
    pub span: Span,
}

/// A type as written, in the spelling of `format_type`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct TypeName {
    /// The schema, where it is written and is not `pg_catalog`.
    pub schema: Option<Name>,
    /// The name; built-in types by their full name (`integer`, `character varying`, `timestamp with time zone`).
    pub name: Name,
    /// What stands in parentheses: `(10,2)` is `["10", "2"]`.
    pub modifiers: Vec<Name>,
    /// How many `[]` follow; PostgreSQL stores one or none.
    pub dimensions: u8,
    /// `setof`.
    pub set: bool,
    /// `table.column%type`: then `name` is the column and `schema` the table.
    pub of_column: bool,
    /// Where it is written.
    pub span: Span,
}

impl From<&ObjectName> for TypeName {
    fn from(name: &ObjectName) -> Self {
        Self { schema: name.schema.clone(), name: name.name.clone(), span: name.span, ..Self::default() }
    }
}

/// What a statement does.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// `create schema`, with the statements inside it.
    CreateSchema { name: Name, if_not_exists: bool, owner: Option<Name>, inside: Vec<Statement> },
    /// `create table`, also foreign, partition, `as select`.
    CreateTable(Box<CreateTable>),
    /// `alter table`, `alter view`, `alter index`, `alter sequence`, `alter materialized view`, `alter foreign table`.
    AlterRelation { class: Class, name: ObjectName, if_exists: bool, only: bool, actions: Vec<Alter> },
    /// `create index`.
    CreateIndex(Box<CreateIndex>),
    /// `create view`, `create materialized view`.
    CreateView(Box<CreateView>),
    /// `create policy`.
    CreatePolicy(Box<CreatePolicy>),
    /// `alter policy`: parts that are `None` stay.
    AlterPolicy {
        name: Name,
        table: ObjectName,
        rename: Option<Name>,
        roles: Option<Vec<Name>>,
        using: Option<Expr>,
        check: Option<Expr>,
    },
    /// `create function` and `create procedure`.
    CreateFunction(Box<CreateFunction>),
    /// `alter function`, `alter procedure`, `alter routine`.
    AlterFunction { function: FunctionRef, actions: Vec<AlterFunction> },
    /// `create trigger`.
    CreateTrigger(Box<CreateTrigger>),
    /// `create type`.
    CreateType { name: ObjectName, definition: TypeDefinition },
    /// `alter type` and `alter domain`.
    AlterType { name: ObjectName, domain: bool, action: AlterType },
    /// `create domain`.
    CreateDomain {
        name: ObjectName,
        base: TypeName,
        default: Option<Expr>,
        not_null: bool,
        checks: Vec<(Option<Name>, Expr)>,
    },
    /// `create sequence`.
    CreateSequence {
        name: ObjectName,
        if_not_exists: bool,
        temporary: bool,
        base: Option<TypeName>,
        owned_by: Option<(ObjectName, Name)>,
    },
    /// `create extension`.
    CreateExtension { name: Name, if_not_exists: bool, schema: Option<Name>, cascade: bool },
    /// `alter extension … set schema`.
    AlterExtension { name: Name, schema: Name },
    /// `grant` and `revoke` of privileges.
    Grant(Box<Grant>),
    /// `grant role to role` and its revoke.
    GrantRole { revoke: bool, roles: Vec<Name>, members: Vec<Name>, admin: bool },
    /// `alter default privileges`.
    DefaultPrivileges { owners: Vec<Name>, schemas: Vec<Name>, grant: Box<Grant> },
    /// `create role`, `create user`, `create group`.
    CreateRole { name: Name, login: bool, options: Vec<RoleOption>, member_of: Vec<Name>, members: Vec<Name> },
    /// `alter role`; `rename` where it is one.
    AlterRole { name: Name, options: Vec<RoleOption>, rename: Option<Name>, settings: Vec<Setting> },
    /// Every `drop` of named objects.
    Drop { class: Class, names: Vec<Dropped>, if_exists: bool, cascade: bool },
    /// `drop owned by`, `reassign owned by`.
    Owned { roles: Vec<Name>, to: Option<Name>, cascade: bool },
    /// `alter … rename to`, `set schema`, `owner to` of what is no relation, function or type.
    AlterObject { class: Class, name: ObjectName, of: Option<ObjectName>, action: AlterObject },
    /// `set`, `set local`, `reset`, `set role`.
    Set { setting: Setting, local: bool },
    /// `begin`, `commit`, `rollback`, savepoints.
    Transaction(Transaction),
    /// `do`: the language, and the body when it is PL/pgSQL.
    Do { language: Name, block: Option<Arc<Block>> },
    /// `comment on`.
    Comment { class: Class, name: ObjectName, of: Option<ObjectName>, text: Option<String> },
    /// `select`, `values`, `with`, also `explain`, `perform` and `call`.
    Query(Box<Query>),
    /// `insert`, `update`, `delete`, `merge`, `truncate`, `copy`, `lock`.
    Change(Box<Change>),
    /// `create rule`.
    CreateRule { name: Name, table: ObjectName, event: Name, instead: bool, nothing: bool, or_replace: bool },
    /// `create publication`, `alter publication`.
    Publication {
        name: Name,
        change: PublicationChange,
        all: bool,
        tables: Vec<ObjectName>,
        schemas: Vec<Name>,
    },
    /// `refresh materialized view`, `reindex`, `vacuum`, `analyze`, `cluster`.
    Maintain { command: Name, name: Option<ObjectName>, concurrently: bool },
    /// Anything else: its first words (`create event trigger`), and the name it makes, if any.
    Other { what: Name, name: Option<ObjectName> },
}

/// What kind of object a statement speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    Table,
    View,
    MaterializedView,
    ForeignTable,
    Index,
    Sequence,
    Schema,
    Function,
    Procedure,
    Routine,
    Aggregate,
    Type,
    Domain,
    Policy,
    Trigger,
    EventTrigger,
    Rule,
    Constraint,
    Column,
    Extension,
    Role,
    Database,
    Publication,
    Server,
    Language,
    Operator,
    Collation,
    Cast,
    Other,
}

/// What a `drop` names: with arguments for functions, with the table for triggers, policies and rules.
#[derive(Debug, Clone, PartialEq)]
pub struct Dropped {
    /// The object.
    pub name: ObjectName,
    /// `drop function f(integer)`: `None` where no list is written.
    pub arguments: Option<Vec<TypeName>>,
    /// `drop policy p on t`.
    pub of: Option<ObjectName>,
}

/// A function, as `alter`, `drop` and `grant` name it.
#[derive(Debug, Clone, PartialEq)]
pub struct FunctionRef {
    /// Its name.
    pub name: ObjectName,
    /// The types of its input arguments; `None` where no list is written.
    pub arguments: Option<Vec<TypeName>>,
}

/// What a policy is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Command {
    All,
    Select,
    Insert,
    Update,
    Delete,
}

impl Command {
    /// As it is written, in lower case.
    pub fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Select => "select",
            Self::Insert => "insert",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }
}

/// `create policy`.
#[derive(Debug, Clone, PartialEq)]
pub struct CreatePolicy {
    pub name: Name,
    pub table: ObjectName,
    pub permissive: bool,
    pub command: Command,
    /// As written; empty where no `to` is written (then it is `public`).
    pub roles: Vec<Name>,
    pub using: Option<Expr>,
    pub check: Option<Expr>,
}

/// A privilege, in lower case, with the columns it is limited to: `select (a, b)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Privilege {
    /// `select`, `insert`, `execute`, `usage` …; `all` for all of them.
    pub name: Name,
    pub columns: Vec<Name>,
}

/// What privileges are on.
#[derive(Debug, Clone, PartialEq)]
pub enum GrantTarget {
    Relations(Vec<ObjectName>),
    Sequences(Vec<ObjectName>),
    Functions(Vec<FunctionRef>),
    Schemas(Vec<Name>),
    Types(Vec<ObjectName>),
    AllTables(Vec<Name>),
    AllSequences(Vec<Name>),
    /// Functions, not procedures.
    AllFunctions(Vec<Name>),
    AllProcedures(Vec<Name>),
    AllRoutines(Vec<Name>),
    /// Of `alter default privileges`: `tables`, `sequences`, `functions`, `types`, `schemas`.
    Default(Name),
    /// Databases, languages, foreign servers …
    Other,
}

/// `grant` and `revoke` of privileges.
#[derive(Debug, Clone, PartialEq)]
pub struct Grant {
    pub revoke: bool,
    pub privileges: Vec<Privilege>,
    pub target: GrantTarget,
    /// Roles; `public`, `current_user` as written.
    pub roles: Vec<Name>,
    /// `with grant option`, or `grant option for`.
    pub grant_option: bool,
    pub cascade: bool,
}

/// An option of a role that decides what it may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoleOption {
    Superuser(bool),
    BypassRls(bool),
    Inherit(bool),
    Login(bool),
    CreateRole(bool),
    CreateDatabase(bool),
}

/// `rename to`, `owner to` of what is no relation, function or type.
#[derive(Debug, Clone, PartialEq)]
pub enum AlterObject {
    Rename(Name),
    Owner(Name),
    /// `set schema`, `enable`, `disable` of event triggers and whatever else.
    Other,
}

/// What becomes of the tables of a publication.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PublicationChange {
    Create,
    Add,
    Set,
    Drop,
}

/// Transaction control.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Transaction {
    Begin,
    Commit,
    Rollback,
    Savepoint(Name),
    Release(Name),
    RollbackTo(Name),
}

/// A statement that changes rows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Change {
    /// `insert`, `update`, `delete`, `merge`, `truncate`, `copy`, `lock`.
    pub command: Name,
    /// What is changed.
    pub tables: Vec<ObjectName>,
    /// What the changed table is called inside the statement.
    pub alias: Option<Name>,
    /// The columns that are named on the changed table.
    pub columns: Vec<(Name, Span)>,
    /// What else it reads: the select of an insert, `from`, `using`, with its `where` as the filter.
    pub query: Option<Query>,
    /// `truncate … cascade`.
    pub cascade: bool,
}
