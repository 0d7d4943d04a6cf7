//! The values that a block computes with.

use crate::extract::schema::catalog::RelationId;
use crate::parse::sql::expression::{Name, truth};

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Val {
    /// It depends on rows or on the server.
    Unknown,
    Null,
    Bool(bool),
    /// A text or a number.
    Text(String),
    /// The identity of a relation (`regclass`, `oid` of `pg_class`).
    Relation(RelationId),
    /// The identity of anything else: a letter for its kind, and a key.
    Object(char, String),
    List(Vec<Val>),
    Row(Vec<(Name, Val)>),
}

impl Val {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub(super) fn number(number: usize) -> Self {
        Self::Text(number.to_string())
    }

    /// Whether it is known.
    pub(super) fn known(&self) -> bool {
        !matches!(self, Self::Unknown)
    }

    /// Whether a condition of this value holds; `None` where that is not known. Null holds not.
    pub(super) fn holds(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            Self::Null => Some(false),
            Self::Text(text) => truth(text),
            _ => None,
        }
    }

    /// As a whole number.
    pub(super) fn integer(&self) -> Option<i64> {
        match self {
            Self::Text(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// A list: also of a text such as `{a,b}`.
    pub(super) fn list(&self) -> Option<Vec<Self>> {
        match self {
            Self::List(list) => Some(list.clone()),
            Self::Null => Some(Vec::new()),
            Self::Text(text) => {
                let inner = text.trim().strip_prefix('{')?.strip_suffix('}')?;
                if inner.trim().is_empty() {
                    return Some(Vec::new());
                }
                let parts = inner.split(',').map(|part| part.trim().trim_matches('"'));
                Some(parts.map(Self::text).collect())
            }
            _ => None,
        }
    }
}

/// A row of a source of a query.
#[derive(Debug, Clone, Default)]
pub(super) struct Row {
    /// What the source is called.
    pub(super) name: Name,
    pub(super) values: Vec<(Name, Val)>,
    /// It may have other columns, whose values are not known.
    pub(super) open: bool,
}

/// What a query gives.
#[derive(Debug, Clone, Default)]
pub(super) struct Found {
    pub(super) rows: Vec<Vec<(Name, Val)>>,
    /// There may be more rows.
    pub(super) unsure: bool,
    /// A limit cuts them: which of them stay is not known.
    pub(super) cut: bool,
}

impl Found {
    /// Whether there is a row; `None` where that is not known.
    pub(super) fn exists(&self) -> Option<bool> {
        if !self.rows.is_empty() {
            Some(true)
        } else if self.unsure {
            None
        } else {
            Some(false)
        }
    }
}

/// A name as `quote_ident` writes it. Words of the grammar are quoted too where they could not stand alone.
pub(super) fn identifier(name: &str) -> String {
    let plain = name.starts_with(|first: char| first.is_ascii_lowercase() || first == '_')
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if plain && !RESERVED.contains(&name) {
        name.to_owned()
    } else {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}

/// Words that need quotes as a name.
const RESERVED: [&str; 30] = [
    "all",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "check",
    "column",
    "constraint",
    "create",
    "default",
    "desc",
    "do",
    "end",
    "for",
    "foreign",
    "from",
    "grant",
    "group",
    "in",
    "limit",
    "not",
    "offset",
    "on",
    "order",
    "primary",
    "select",
    "table",
    "to",
    "user",
];
