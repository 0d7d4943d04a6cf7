//! Functions, triggers and types, as statements make and change them.

#![allow(missing_docs)] // fields and variants are named as in the grammar of PostgreSQL
#![allow(clippy::struct_excessive_bools)] // each is a word of the grammar that is there or not

use std::sync::Arc;

use super::block::Block;
use super::expression::{Expr, Name};
use super::model::{ObjectName, Statement, TypeName};

/// How much a function may change between calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Volatility {
    #[default]
    Volatile,
    Stable,
    Immutable,
}

/// An argument of a function.
#[derive(Debug, Clone, PartialEq)]
pub struct Argument {
    pub name: Option<Name>,
    /// `in`, `out`, `inout`, `variadic`, or `table` for a column of `returns table`.
    pub mode: ArgumentMode,
    pub of: TypeName,
    pub default: bool,
}

/// Which way an argument goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ArgumentMode {
    #[default]
    In,
    Out,
    InOut,
    Variadic,
    Table,
}

impl ArgumentMode {
    /// Whether who calls gives it.
    pub fn goes_in(self) -> bool {
        matches!(self, Self::In | Self::InOut | Self::Variadic)
    }

    /// Whether it is among what the call gives.
    pub fn goes_out(self) -> bool {
        matches!(self, Self::Out | Self::InOut | Self::Table)
    }
}

/// `create function` and `create procedure`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CreateFunction {
    pub name: ObjectName,
    pub procedure: bool,
    pub or_replace: bool,
    pub arguments: Vec<Argument>,
    /// `None` for procedures and functions with `out` arguments only.
    pub returns: Option<TypeName>,
    pub language: Name,
    pub volatility: Volatility,
    pub definer: bool,
    pub strict: bool,
    /// `set name to value`, `set name from current`.
    pub settings: Vec<Setting>,
    /// What it does.
    pub body: Body,
}

/// The body of a function. A replay keeps every function as it was before each change of it: bodies are shared.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Body {
    /// Not read: another language, or none.
    #[default]
    None,
    /// SQL statements.
    Sql(Arc<[Statement]>),
    /// A PL/pgSQL block.
    Plpgsql(Arc<Block>),
    /// A text that could not be read.
    Unread(String),
}

/// One action of `alter function`.
#[derive(Debug, Clone, PartialEq)]
pub enum AlterFunction {
    Rename(Name),
    SetSchema(Name),
    Owner(Name),
    Definer(bool),
    /// `strict` (`true`), `called on null input` (`false`).
    Strict(bool),
    Volatility(Volatility),
    Set(Setting),
    /// `reset name`, `reset all` where `None`.
    Reset(Option<Name>),
    Other,
}

/// A setting and its values: `search_path = a, b`; no values for `default` and `reset`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Setting {
    /// In lower case; `role` for `set role`.
    pub name: Name,
    /// As PostgreSQL reads them: `''` is one empty text.
    pub values: Vec<String>,
    /// `from current`.
    pub current: bool,
}

/// When a trigger fires.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Timing {
    Before,
    #[default]
    After,
    InsteadOf,
}

/// `create trigger`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CreateTrigger {
    pub name: Name,
    pub table: ObjectName,
    pub or_replace: bool,
    pub constraint: bool,
    pub timing: Timing,
    pub insert: bool,
    pub update: bool,
    pub delete: bool,
    pub truncate: bool,
    /// `update of a, b`.
    pub update_columns: Vec<Name>,
    pub for_each_row: bool,
    pub when: Option<Expr>,
    pub function: ObjectName,
}

/// `create type`.
#[derive(Debug, Clone, PartialEq)]
pub enum TypeDefinition {
    Enum(Vec<String>),
    Composite(Vec<(Name, TypeName)>),
    Range,
    /// A base type or a shell.
    Base,
}

/// An action of `alter type` and `alter domain`.
#[derive(Debug, Clone, PartialEq)]
pub enum AlterType {
    AddValue {
        value: String,
        if_not_exists: bool,
        before: Option<String>,
        after: Option<String>,
    },
    RenameValue {
        from: String,
        to: String,
    },
    Rename(Name),
    SetSchema(Name),
    Owner(Name),
    AddAttribute {
        name: Name,
        of: TypeName,
    },
    DropAttribute {
        name: Name,
        if_exists: bool,
    },
    SetAttribute {
        name: Name,
        to: TypeName,
    },
    RenameAttribute {
        from: Name,
        to: Name,
    },
    SetDefault(Option<Expr>),
    SetNotNull(bool),
    AddCheck(Option<Name>, Expr),
    DropCheck {
        name: Name,
        if_exists: bool,
    },
    RenameCheck {
        from: Name,
        to: Name,
    },
    /// Several attributes changed at once.
    Several(Vec<AlterType>),
    Other,
}
