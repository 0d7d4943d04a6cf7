//! What an expression can stand for: a constant, the user, a claim, a column of the row.

use crate::extract::schema::catalog::RelationId;
use crate::parse::sql::expression::Name;

/// What an expression stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Null,
    /// A constant, as text; booleans are `true` and `false`.
    Constant(String),
    /// A constant that is not worked out: `now()`.
    Fixed,
    /// The role of the session.
    Role(Name),
    /// The user of the request: an id or an address that only they have.
    User,
    /// A claim or standing of the user that the server decides, or a setting of the session: its text.
    Claim(String),
    /// A claim that users write themselves: its text.
    UserClaim(String),
    /// The token of the request, and the path into it.
    Token(Vec<Name>),
    /// A column of the judged row, or something made of it alone.
    Column(Name),
    /// A column of a subquery.
    Inner(Inner),
    /// Something looked up in another table by a column of the row, and whether also by the user.
    Through(Name, bool),
    /// A list: of `array[…]` and `values`.
    List(Vec<Value>),
    Unknown(String),
}

impl Value {
    pub(super) fn unknown(why: impl Into<String>) -> Self {
        Self::Unknown(why.into())
    }

    pub(super) fn constant(text: impl Into<String>) -> Self {
        Self::Constant(text.into())
    }

    /// Whether it says who asks.
    pub(super) fn of_user(&self) -> bool {
        matches!(self, Self::User | Self::Claim(_))
    }

    /// What something made of several values is: what decides most of them wins.
    pub(super) fn made_of(values: Vec<Self>) -> Self {
        let mut made = Self::Fixed;
        for value in values {
            let parts = if let Self::List(parts) = value { parts } else { vec![value] };
            for part in parts {
                if weight(&part) > weight(&made) {
                    made = part;
                } else if let (Self::Column(a), Self::Column(b)) = (&made, &part)
                    && a != b
                {
                    made = Self::Column(format!("{a}, {b}").into());
                }
            }
        }
        made
    }
}

fn weight(value: &Value) -> u8 {
    match value {
        Value::Null | Value::Constant(_) | Value::Fixed => 0,
        Value::Role(_) => 1,
        Value::Column(_) => 2,
        Value::Inner(_) => 3,
        Value::Through(..) => 4,
        Value::User | Value::List(_) => 5,
        Value::Token(_) | Value::Claim(_) => 6,
        Value::UserClaim(_) => 7,
        Value::Unknown(_) => 8,
    }
}

/// A column of a source of a subquery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Inner {
    /// Which source; sources are numbered through all subqueries.
    pub(super) frame: u32,
    /// The relation, where it is one.
    pub(super) relation: Option<RelationId>,
    /// The column.
    pub(super) column: Name,
}
