//! Expressions and queries: what policies, checks, defaults, views and function bodies are made of.

use compact_str::CompactString;

use super::model::{ObjectName, TypeName};
use crate::source::Span;

/// A name as PostgreSQL stores it: folded to lower case unless it was quoted, without quotes.
pub type Name = CompactString;

/// What PostgreSQL takes a text for as a truth value: `yes`, `tr`, `0`.
pub fn truth(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "t" | "tr" | "tru" | "true" | "y" | "ye" | "yes" | "on" | "1" => Some(true),
        "f" | "fa" | "fal" | "fals" | "false" | "n" | "no" | "of" | "off" | "0" => Some(false),
        _ => None,
    }
}

/// An expression. What the replay never asks for is kept as [`Expr::Other`] with the columns inside it.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// `null`.
    Null,
    /// `true` or `false`, also as `'t'::boolean`.
    Bool(bool),
    /// A number, as written.
    Number(Name),
    /// A string, decoded: `'it''s'`, `E'a\n'` and `$$text$$` alike.
    Text(String),
    /// A column, possibly qualified: `["t", "a"]`. A whole row (`t.*`) ends in `*`.
    Column(Vec<Name>, Span),
    /// `$1`.
    Parameter(u32),
    /// A call. Keywords that are calls (`current_user`, `now()`, `coalesce`) have their own name and no schema.
    Call(Box<Call>),
    /// `expr::type`, `cast(expr as type)`, `type 'text'`.
    Cast(Box<Expr>, Box<TypeName>),
    /// All of them.
    And(Vec<Expr>),
    /// Any of them.
    Or(Vec<Expr>),
    /// `not`.
    Not(Box<Expr>),
    /// A binary operator as written, in lower case: `=`, `<>`, `->>`, `||`, `like`, `is distinct from`, `~`.
    Binary(Box<Expr>, Name, Box<Expr>),
    /// A prefix operator: `-`, `+`, `@`, `~`.
    Unary(Name, Box<Expr>),
    /// `is null` (`true`) or `is not null` (`false`).
    IsNull(Box<Expr>, bool),
    /// `is true`, `is not true`, `is false`, `is not false`, `is unknown`: the value asked for, and whether negated.
    IsBool(Box<Expr>, Option<bool>, bool),
    /// `in (a, b)`, or `not in` where negated.
    In {
        /// What is looked for.
        needle: Box<Expr>,
        /// Where.
        list: Vec<Expr>,
        /// `not in`.
        negated: bool,
    },
    /// `in (select …)`, or `not in` where negated.
    InQuery {
        /// What is looked for.
        needle: Box<Expr>,
        /// Where.
        query: Box<Query>,
        /// `not in`.
        negated: bool,
    },
    /// `left op any (array or query)`, or `all`.
    Quantified {
        /// What is compared.
        left: Box<Expr>,
        /// How.
        op: Name,
        /// `all` instead of `any`.
        all: bool,
        /// An array, or a [`Expr::Query`].
        right: Box<Expr>,
    },
    /// `between low and high`.
    Between(Box<Expr>, Box<Expr>, Box<Expr>, bool),
    /// `case`: the operand, the arms, the `else`.
    Case(Option<Box<Expr>>, Vec<(Expr, Expr)>, Option<Box<Expr>>),
    /// `array[…]`.
    Array(Vec<Expr>),
    /// `row(…)` or `(a, b)`.
    Row(Vec<Expr>),
    /// A scalar subquery.
    Query(Box<Query>),
    /// `exists (select …)`.
    Exists(Box<Query>),
    /// `a[1]`.
    Index(Box<Expr>, Box<Expr>),
    /// `(a).b`.
    Field(Box<Expr>, Name),
    /// What is not read further: its text, and the expressions inside.
    Other(String, Vec<Expr>),
}

/// A call of a function.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// What is called.
    pub name: ObjectName,
    /// The arguments in order; those given by name keep only their value.
    pub arguments: Vec<Expr>,
    /// `count(*)`.
    pub star: bool,
    /// Whether it is windowed (`over`), filtered or ordered: then it is no plain value.
    pub aggregate: bool,
}

/// A query: `select`, `values`, set operations, with its `with` list.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Query {
    /// Named queries, in order. Data-modifying ones are there by what they return and read.
    pub with: Vec<(Name, Query)>,
    /// The parts of a `union` (`intersect`, `except`), one for a plain select.
    pub selects: Vec<Select>,
    /// Whether a `limit`, `offset` or `fetch` cuts the rows.
    pub limited: bool,
    /// The relations that `insert`, `update`, `delete` and `merge` inside it write to.
    pub writes: Vec<ObjectName>,
}

/// One `select` or `values`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Select {
    /// What is returned.
    pub items: Vec<Item>,
    /// Where it comes from.
    pub from: Vec<Source>,
    /// `where`.
    pub filter: Option<Expr>,
    /// `group by` or `having` or `distinct`.
    pub grouped: bool,
    /// Rows of a `values` list.
    pub values: Vec<Vec<Expr>>,
}

/// One thing that a select returns.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// `*` or `t.*`.
    Star(Option<Name>),
    /// An expression and the name it is given.
    Value(Expr, Option<Name>),
}

/// Something in `from`.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// A table, a view or a named query.
    Relation {
        /// Its name.
        name: ObjectName,
        /// What it is called here.
        alias: Option<Name>,
        /// What its columns are called here: `t(a, b)`.
        columns: Vec<Name>,
    },
    /// A query in parentheses.
    Query {
        /// The query.
        query: Box<Query>,
        /// What it is called here.
        alias: Option<Name>,
        /// What its columns are called here.
        columns: Vec<Name>,
    },
    /// A function that gives rows: `unnest(array[…]) as t(a)`.
    Call {
        /// The call.
        call: Box<Expr>,
        /// What it is called here.
        alias: Option<Name>,
        /// What its columns are called here.
        columns: Vec<Name>,
    },
    /// A join.
    Join {
        /// The left side.
        left: Box<Source>,
        /// The right side.
        right: Box<Source>,
        /// `on`.
        on: Option<Expr>,
        /// `using`; `*` alone for a natural join.
        using: Vec<Name>,
        /// Whether rows of a side without a partner stay (`left`, `right`, `full`).
        outer: bool,
    },
}
