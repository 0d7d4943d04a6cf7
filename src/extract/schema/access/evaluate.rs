//! What an expression stands for at a place in a condition.

use super::scope::Scope;
use super::text;
use super::value::{Inner, Value};
use crate::parse::sql::expression::{Expr, Name};

impl Scope<'_> {
    /// What an expression stands for.
    pub(super) fn value(&self, expr: &Expr) -> Value {
        let Some(_deeper) = self.deeper() else { return Value::unknown("it is nested too deep") };
        self.value_here(expr)
    }

    fn value_here(&self, expr: &Expr) -> Value {
        match expr {
            Expr::Null => Value::Null,
            Expr::Bool(value) => Value::constant(value.to_string()),
            Expr::Number(value) => Value::constant(value.as_str()),
            Expr::Text(value) => Value::constant(value.as_str()),
            Expr::Column(path, _) => self.column(path),
            Expr::Parameter(number) => self.parameter(*number),
            Expr::Call(call) => self.call(call),
            Expr::Cast(inner, _) | Expr::Unary(_, inner) => self.value(inner),
            Expr::Array(list) | Expr::Row(list) => {
                Value::List(list.iter().map(|one| self.value(one)).collect())
            }
            Expr::Query(query) | Expr::Exists(query) => self.query_value(query),
            Expr::Index(of, at) => match (self.value(of), self.value(at)) {
                (Value::Token(path), Value::Constant(key)) => self.token(path, &key),
                (of, at) => Value::made_of(vec![of, at]),
            },
            Expr::Field(of, name) => match self.value(of) {
                Value::Inner(inner) if inner.column == "*" => {
                    Value::Inner(Inner { column: name.clone(), ..inner })
                }
                Value::Column(_) => Value::Column(name.clone()),
                other => other,
            },
            Expr::Binary(left, op, right) => self.operator(left, op, right),
            Expr::Case(of, arms, otherwise) => {
                let mut values: Vec<Value> = of.iter().chain(otherwise).map(|one| self.value(one)).collect();
                for (when, then) in arms {
                    values.push(self.value(when));
                    values.push(self.value(then));
                }
                Value::made_of(values)
            }
            Expr::Other(_, inside) => Value::made_of(inside.iter().map(|one| self.value(one)).collect()),
            Expr::And(list) | Expr::Or(list) => {
                Value::made_of(list.iter().map(|one| self.value(one)).collect())
            }
            Expr::Not(inner) | Expr::IsNull(inner, _) | Expr::IsBool(inner, ..) => {
                Value::made_of(vec![self.value(inner)])
            }
            Expr::In { needle, .. } | Expr::InQuery { needle, .. } => self.value(needle),
            Expr::Quantified { left, right, .. } => Value::made_of(vec![self.value(left), self.value(right)]),
            Expr::Between(one, low, high, _) => {
                Value::made_of(vec![self.value(one), self.value(low), self.value(high)])
            }
        }
    }

    /// A binary operator that gives a value: paths into the token, joined texts, sums.
    fn operator(&self, left: &Expr, op: &Name, right: &Expr) -> Value {
        let (of, with) = (self.value(left), self.value(right));
        match (op.as_str(), of, with) {
            ("->" | "->>" | "#>" | "#>>", Value::Token(path), Value::Constant(key)) => self.token(path, &key),
            ("->" | "->>" | "#>" | "#>>", Value::UserClaim(_), _) => Value::UserClaim(text::expression(
                &Expr::Binary(Box::new(left.clone()), op.clone(), Box::new(right.clone())),
            )),
            ("||", Value::Constant(a), Value::Constant(b)) => Value::Constant(a + &b),
            (_, Value::Null, _) | (_, _, Value::Null) => Value::Null,
            (_, of, with) => Value::made_of(vec![of, with]),
        }
    }

    /// What a claim of the token is, for the role of the request.
    pub(super) fn token(&self, mut path: Vec<Name>, key: &str) -> Value {
        for part in key.trim_matches(['{', '}']).split(',') {
            path.push(part.trim().into());
        }
        let text = path.join(".");
        let first = path.first().map_or("", |name| name.as_str());
        match first {
            "role" if path.len() == 1 => Value::Role(self.asker.session.clone()),
            "aud" | "iss" | "exp" | "iat" | "ref" => Value::Fixed,
            _ if self.anonymous() => Value::Null,
            "sub" | "user_id" | "userId" | "uid" | "email" | "phone" | "preferred_username" => Value::User,
            "user_metadata" | "raw_user_meta_data" | "app_metadata" | "raw_app_meta_data"
                if path.len() == 1 =>
            {
                Value::Token(path)
            }
            "user_metadata" | "raw_user_meta_data" => Value::UserClaim(text),
            _ => Value::Claim(text),
        }
    }

    /// Whether requests of the role always have a user.
    pub(super) fn signed_in(&self) -> bool {
        self.asker.session == "authenticated"
    }

    /// Whether the role is that of requests without a user.
    pub(super) fn anonymous(&self) -> bool {
        matches!(self.asker.session.as_str(), "anon" | "service_role")
    }
}
