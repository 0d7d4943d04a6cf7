//! The columns that a query gives: names as PostgreSQL chooses them, types where they are plain.

use super::scope::{Seen, Table};
use super::{Output, Reader};
use crate::extract::schema::replay::builtin;
use crate::parse::sql::expression::{Expr, Item, Name, Source};
use crate::parse::sql::model::TypeName;

/// The name of a column that PostgreSQL finds none for.
const NAMELESS: &str = "?column?";

fn plain(name: &str) -> TypeName {
    TypeName { name: name.into(), ..TypeName::default() }
}

/// The name that PostgreSQL gives to a column of an expression, where it finds one.
pub(in crate::extract::schema::replay) fn column_name(expr: &Expr) -> Option<Name> {
    named(expr).map(|(name, _)| name)
}

/// The name of a column of an expression, and whether it is a good one: a column or a function, not only the type.
fn named(expr: &Expr) -> Option<(Name, bool)> {
    match expr {
        Expr::Column(names, _) => names.last().filter(|name| *name != "*").map(|name| (name.clone(), true)),
        Expr::Call(call) if call.name.name == "trim" => Some(("btrim".into(), true)),
        Expr::Call(call) => Some((call.name.name.clone(), true)),
        Expr::Field(_, name) => Some((name.clone(), true)),
        Expr::Index(inner, _) => named(inner),
        Expr::Cast(inner, of) => match named(inner) {
            Some((name, true)) => Some((name, true)),
            _ => Some((builtin::short(&of.name).into(), false)),
        },
        Expr::Case(_, _, otherwise) => match otherwise.as_deref().and_then(named) {
            Some((name, true)) => Some((name, true)),
            _ => Some(("case".into(), false)),
        },
        Expr::Array(_) => Some(("array".into(), true)),
        Expr::Row(_) => Some(("row".into(), true)),
        Expr::Exists(_) => Some(("exists".into(), true)),
        Expr::Query(query) => match query.selects.first()?.items.first()? {
            Item::Value(_, Some(name)) => Some((name.clone(), true)),
            Item::Value(expr, None) => named(expr).map(|(name, _)| (name, true)),
            Item::Star(_) => None,
        },
        Expr::Binary(left, op, _) if op == "collate" => named(left),
        Expr::Binary(_, op, _) if op == "at time zone" => Some(("timezone".into(), true)),
        _ => None,
    }
}

/// The columns that `*` gives for a part of `from`, whose tables come next in the scope: those that a join compares are
/// given once, and first.
fn star<'t, 'r: 't>(
    source: &Source,
    tables: &mut impl Iterator<Item = &'t Table<'r>>,
) -> Option<Vec<Output>> {
    let Source::Join { left, right, using, .. } = source else {
        return tables.next()?.outputs();
    };
    // Boxed: a join in a join would ask for an iterator of an iterator.
    let tables: &mut dyn Iterator<Item = &'t Table<'r>> = tables;
    let left = star_of(left, tables);
    let right = star_of(right, tables);
    let (mut left, mut right) = (left?, right?);
    let natural = using.first().is_some_and(|name| name == "*");
    let using = if natural {
        let both = left.iter().filter(|one| right.iter().any(|other| other.name == one.name));
        both.map(|one| one.name.clone()).collect()
    } else {
        using.clone()
    };
    let mut outputs = Vec::with_capacity(left.len() + right.len());
    for name in &using {
        outputs.push(left.iter().find(|one| one.name == *name)?.clone());
    }
    left.retain(|one| !using.contains(&one.name));
    right.retain(|one| !using.contains(&one.name));
    outputs.append(&mut left);
    outputs.append(&mut right);
    Some(outputs)
}

fn star_of<'t, 'r: 't>(
    source: &Source,
    mut tables: &mut dyn Iterator<Item = &'t Table<'r>>,
) -> Option<Vec<Output>> {
    star(source, &mut tables)
}

impl Reader<'_> {
    /// The columns of `values`.
    pub(super) fn values(&self, row: &[Expr]) -> Vec<Output> {
        let output = |(at, expr)| Output { name: format!("column{}", at + 1).into(), of: self.type_of(expr) };
        row.iter().enumerate().map(output).collect()
    }

    /// The columns of a select list; `None` where they are not known.
    pub(super) fn outputs(&self, items: &[Item], from: &[Source]) -> Option<Vec<Output>> {
        let mut outputs = Vec::with_capacity(items.len());
        for item in items {
            match item {
                Item::Star(None) => {
                    let mut tables = self.scopes.last()?.iter();
                    for source in from {
                        outputs.extend(star(source, &mut tables)?);
                    }
                }
                Item::Star(Some(name)) => {
                    let table = self.scopes.iter().rev().flatten().find(|table| table.is(name))?;
                    outputs.extend(table.outputs()?);
                }
                Item::Value(Expr::Column(names, _), None) if names.last().is_some_and(|name| name == "*") => {
                    let name = names.get(names.len().checked_sub(2)?)?;
                    let table = self.scopes.iter().rev().flatten().find(|table| table.is(name))?;
                    outputs.extend(table.outputs()?);
                }
                Item::Value(Expr::Other(..), None) => return None,
                Item::Value(expr, alias) => {
                    let name = alias.clone().or_else(|| named(expr).map(|(name, _)| name));
                    outputs.push(Output { name: name.unwrap_or(NAMELESS.into()), of: self.type_of(expr) });
                }
            }
        }
        Some(outputs)
    }

    /// The type of an expression, where it is plain.
    fn type_of(&self, expr: &Expr) -> Option<TypeName> {
        match expr {
            Expr::Column(names, _) => match self.seen(names) {
                Seen::Column(_, of) => of,
                _ => None,
            },
            Expr::Cast(_, of) => self.replay.resolved_type(of).ok(),
            Expr::Text(_) | Expr::Null => Some(plain("text")),
            Expr::Number(text) if text.contains(['.', 'e', 'E']) => Some(plain("numeric")),
            Expr::Number(text) => text
                .parse::<i64>()
                .ok()
                .map(|n| plain(if i32::try_from(n).is_ok() { "integer" } else { "bigint" })),
            Expr::Bool(_)
            | Expr::And(_)
            | Expr::Or(_)
            | Expr::Not(_)
            | Expr::IsNull(..)
            | Expr::IsBool(..)
            | Expr::In { .. }
            | Expr::InQuery { .. }
            | Expr::Quantified { .. }
            | Expr::Between(..)
            | Expr::Exists(_) => Some(plain("boolean")),
            Expr::Binary(_, op, _) => match op.as_str() {
                "=" | "<>" | "!=" | "<" | ">" | "<=" | ">=" | "like" | "ilike" | "~" | "!~" => {
                    Some(plain("boolean"))
                }
                "->>" | "#>>" => Some(plain("text")),
                _ => None,
            },
            Expr::Case(_, arms, otherwise) => {
                let arms = arms.iter().map(|(_, then)| then);
                arms.chain(otherwise.as_deref())
                    .find(|arm| !matches!(arm, Expr::Null))
                    .and_then(|arm| self.type_of(arm))
            }
            Expr::Call(call) => self.type_of_call(call),
            _ => None,
        }
    }

    fn type_of_call(&self, call: &crate::parse::sql::expression::Call) -> Option<TypeName> {
        let of = match call.name.name.as_str() {
            "count" | "row_number" | "rank" | "dense_rank" | "nextval" | "currval" => "bigint",
            "now" | "current_timestamp" | "clock_timestamp" | "date_trunc" => "timestamp with time zone",
            "current_date" => "date",
            "gen_random_uuid" => "uuid",
            "lower" | "upper" | "concat" | "concat_ws" | "format" | "md5" | "string_agg" | "replace"
            | "trim" | "btrim" | "substring" | "substr" => "text",
            "coalesce" | "min" | "max" | "nullif" | "greatest" | "least" => {
                return self.type_of(call.arguments.first()?);
            }
            "jsonb_build_object" | "jsonb_agg" | "to_jsonb" | "jsonb_object_agg" => "jsonb",
            "json_build_object" | "json_agg" | "to_json" | "row_to_json" => "json",
            "length" => "integer",
            _ => {
                let functions = self.replay.functions_named(&call.name);
                let [only] = functions.as_slice() else { return None };
                return self.replay.function(*only)?.returns.clone();
            }
        };
        Some(plain(of))
    }
}
