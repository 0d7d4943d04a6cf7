//! PL/pgSQL blocks: what `do` runs and functions do.

#![allow(missing_docs)] // fields and variants are named as in the grammar of PostgreSQL

use super::expression::{Expr, Name, Query};
use super::model::{Statement, TypeName};
use crate::source::Span;

/// A declared variable: its name, its type where it has one of its own, its first value.
pub type Declared = (Name, Option<TypeName>, Option<Expr>);

/// A PL/pgSQL block.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Block {
    /// Declared variables: the name, the type, the first value.
    pub declares: Vec<Declared>,
    pub statements: Vec<Step>,
    /// Whether there is an `exception` part: then what fails inside is undone and does not end the script.
    pub exception: bool,
    /// Its handlers, in order.
    pub handlers: Vec<Handler>,
}

/// `when … then …` of an `exception` part.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Handler {
    /// What it catches, in lower case: `others`, `duplicate_object`, `sqlstate '42710'`.
    pub conditions: Vec<Name>,
    pub statements: Vec<Step>,
}

/// A statement of PL/pgSQL.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    pub span: Span,
    pub kind: StepKind,
}

/// What a PL/pgSQL statement does.
#[derive(Debug, Clone, PartialEq)]
pub enum StepKind {
    /// A plain SQL statement.
    Sql(Box<Statement>),
    /// `execute text [into names] [using …]`, also `return query execute`.
    Execute { text: Expr, using: Vec<Expr>, into: Vec<Name> },
    /// `perform`.
    Perform(Box<Query>),
    /// `name := value`. A field is named with its dots (`new.changed`), a part of an array with brackets (`list[]`).
    Assign { name: Name, value: Expr },
    /// `select … into name`.
    SelectInto { names: Vec<Name>, query: Box<Query> },
    /// `if`: the arms with their conditions, and the `else`.
    If { arms: Vec<(Expr, Vec<Step>)>, otherwise: Vec<Step> },
    /// `for name in query loop`.
    ForQuery { names: Vec<Name>, query: Box<Query>, body: Vec<Step> },
    /// `for name in execute text loop`.
    ForExecute { names: Vec<Name>, text: Expr, body: Vec<Step> },
    /// `for i in 1..3 loop`.
    ForRange { name: Name, from: Expr, to: Expr, reverse: bool, body: Vec<Step> },
    /// `foreach name in array array[…] loop`.
    ForEach { names: Vec<Name>, array: Expr, body: Vec<Step> },
    /// `loop`, `while`: bodies that run an unknown number of times.
    Loop(Vec<Step>),
    /// A nested block.
    Block(Box<Block>),
    /// `raise exception`, which ends the script (`true`), or a notice.
    Raise(bool),
    /// `return` with what it gives.
    Return(Option<Expr>),
    /// `return query`.
    ReturnQuery(Box<Query>),
    /// `continue`, `exit`, `null`, cursors …: its first word.
    Other(Name),
}
