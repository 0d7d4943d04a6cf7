//! Conditions, folded: and, or, not, comparisons, and what a bare value is as a condition.

use std::cmp::Ordering;

use super::formula::Formula;
use super::scope::Scope;
use super::value::Value;
use super::{Rule, text};
use crate::parse::sql::expression::{Expr, Name, truth};

impl Scope<'_> {
    /// A condition, folded.
    pub(super) fn truth(&self, expr: &Expr) -> Formula {
        let Some(_deeper) = self.deeper() else { return Formula::unknown("it is nested too deep") };
        self.truth_here(expr)
    }

    fn truth_here(&self, expr: &Expr) -> Formula {
        match expr {
            Expr::Bool(value) => Formula::of(*value),
            Expr::And(list) => Formula::all(list.iter().map(|one| self.truth(one))),
            Expr::Or(list) => Formula::any(list.iter().map(|one| self.truth(one))),
            Expr::Not(inner) => self.truth(inner).negated(|| text::expression(expr)),
            Expr::Cast(inner, _) => match &**inner {
                Expr::Text(_) => bare(self.value(inner), expr),
                _ => self.truth(inner),
            },
            Expr::Binary(left, op, right) => self.binary(left, op, right, expr),
            Expr::In { needle, list, negated } => {
                let any = Formula::any(list.iter().map(|one| self.equal(needle, one, expr)));
                turned(any, *negated, expr)
            }
            Expr::InQuery { needle, query, negated } => {
                turned(self.query_has(query, Some((needle, "=")), expr), *negated, expr)
            }
            Expr::Quantified { left, op, all, right } => self.quantified(left, op, *all, right, expr),
            Expr::IsNull(inner, null) => turned(self.is_null(inner, expr), !null, expr),
            Expr::IsBool(inner, value, negated) => {
                let inside = self.truth(inner);
                let asked = match value {
                    Some(true) => inside.settled(),
                    Some(false) => match inside {
                        Formula::Null => Formula::False,
                        other => other.negated(|| text::expression(expr)),
                    },
                    None if matches!(inside, Formula::True | Formula::False) => Formula::False,
                    None if inside == Formula::Null => Formula::True,
                    None => bare(self.value(inner), expr),
                };
                turned(asked, *negated, expr)
            }
            Expr::Between(one, low, high, negated) => {
                let value = self.value(one);
                let parts = [
                    compare(&value, ">=", &self.value(low), expr),
                    compare(&value, "<=", &self.value(high), expr),
                ];
                turned(Formula::all(parts), *negated, expr)
            }
            Expr::Case(of, arms, otherwise) => self.case(of.as_deref(), arms, otherwise.as_deref(), expr),
            Expr::Exists(query) => self.query_exists(query, expr),
            Expr::Query(query) => self.query_truth(query, expr),
            Expr::Call(call) => self.call_truth(call, expr),
            Expr::Column(path, _) => match self.variable(path) {
                Some(truth) => truth,
                None => bare(self.value(expr), expr),
            },
            _ => bare(self.value(expr), expr),
        }
    }

    fn binary(&self, left: &Expr, op: &Name, right: &Expr, whole: &Expr) -> Formula {
        if let (Expr::Row(a), Expr::Row(b)) = (left, right)
            && op == "="
            && a.len() == b.len()
        {
            return Formula::all(a.iter().zip(b).map(|(a, b)| self.equal(a, b, whole)));
        }
        // `condition = true` is the condition.
        for (one, other) in [(left, right), (right, left)] {
            if let Expr::Bool(value) = other
                && matches!(op.as_str(), "=" | "<>" | "!=")
                && !matches!(one, Expr::Column(..))
            {
                return turned(self.truth(one), *value != (op == "="), whole);
            }
        }
        for (query, needle) in [(right, left), (left, right)] {
            if let Some(query) = selected(query)
                && matches!(op.as_str(), "=" | "@>" | "<@" | "&&")
            {
                return self.query_has(query, Some((needle, op.as_str())), whole);
            }
        }
        compare(&self.value(left), op, &self.value(right), whole)
    }

    fn equal(&self, left: &Expr, right: &Expr, whole: &Expr) -> Formula {
        compare(&self.value(left), "=", &self.value(right), whole)
    }

    fn quantified(&self, left: &Expr, op: &Name, all: bool, right: &Expr, whole: &Expr) -> Formula {
        let inside = match right {
            Expr::Cast(inner, _) => inner,
            other => other,
        };
        if let Expr::Array(list) = inside {
            let parts = list.iter().map(|one| compare(&self.value(left), op, &self.value(one), whole));
            return if all { Formula::all(parts) } else { Formula::any(parts) };
        }
        if let Expr::Query(query) = inside
            && op == "="
            && !all
        {
            return self.query_has(query, Some((left, "=")), whole);
        }
        if let (Expr::Call(call), "=", false) = (inside, op.as_str(), all)
            && call.name.name == "array"
            && let [Expr::Query(query)] = call.arguments.as_slice()
        {
            return self.query_has(query, Some((left, "=")), whole);
        }
        match self.value(inside) {
            Value::List(list) => {
                let left = self.value(left);
                let parts = list.iter().map(|one| compare(&left, op, one, whole));
                if all { Formula::all(parts) } else { Formula::any(parts) }
            }
            Value::Constant(text) if text.starts_with('{') && text.ends_with('}') => {
                let left = self.value(left);
                let inner = text.trim_matches(['{', '}']);
                let parts = inner
                    .split(',')
                    .map(|one| compare(&left, op, &Value::constant(one.trim().trim_matches('"')), whole));
                if all { Formula::all(parts) } else { Formula::any(parts) }
            }
            right if all => compare(&self.value(left), "all", &right, whole),
            right => compare(&self.value(left), op, &right, whole),
        }
    }

    fn is_null(&self, inner: &Expr, whole: &Expr) -> Formula {
        match self.value(inner) {
            Value::Null => Formula::True,
            Value::User if self.signed_in() => Formula::False,
            Value::Constant(_) | Value::Fixed | Value::Role(_) | Value::Token(_) | Value::List(_) => {
                Formula::False
            }
            Value::Column(column) if self.never_null(&column) => Formula::False,
            other => bare(other, whole),
        }
    }

    fn never_null(&self, column: &Name) -> bool {
        self.row.is_some_and(|row| row.columns.iter().any(|own| own.name == *column && own.not_null))
    }

    fn case(
        &self,
        of: Option<&Expr>,
        arms: &[(Expr, Expr)],
        otherwise: Option<&Expr>,
        whole: &Expr,
    ) -> Formula {
        let mut before: Vec<Formula> = Vec::new();
        let mut any: Vec<Formula> = Vec::new();
        for (when, then) in arms {
            let met = match of {
                Some(of) => self.equal(of, when, whole),
                None => self.truth(when),
            }
            .settled();
            let reached = before.iter().cloned().chain([met.clone()]);
            any.push(Formula::all(reached.chain([self.truth(then).settled()])));
            before.push(met.negated(|| format!("not ({})", text::expression(when))));
        }
        if let Some(otherwise) = otherwise {
            any.push(Formula::all(before.into_iter().chain([self.truth(otherwise)])));
        }
        Formula::any(any)
    }
}

/// The query behind `(select …)` that reads something.
fn selected(expr: &Expr) -> Option<&crate::parse::sql::expression::Query> {
    match expr {
        Expr::Query(query) if query.selects.iter().any(|select| !select.from.is_empty()) => Some(query),
        Expr::Cast(inner, _) => selected(inner),
        _ => None,
    }
}

fn turned(formula: Formula, negated: bool, whole: &Expr) -> Formula {
    if negated { formula.negated(|| text::expression(whole)) } else { formula }
}

/// What a value is as a condition.
pub(super) fn bare(value: Value, whole: &Expr) -> Formula {
    let text = || text::expression(whole);
    match value {
        Value::Null => Formula::Null,
        Value::Constant(word) => truth(&word).map_or_else(|| Formula::unknown(text()), Formula::of),
        Value::Column(_) | Value::Through(_, false) | Value::Fixed | Value::List(_) => {
            Formula::Rule(Rule::Condition(text()))
        }
        Value::Through(column, true) => Formula::Rule(Rule::Tenant(column)),
        Value::Inner(_) => Formula::Local(text()),
        Value::User | Value::Claim(_) | Value::Token(_) | Value::Role(_) => {
            Formula::Rule(Rule::Claim(text()))
        }
        Value::UserClaim(_) => Formula::Rule(Rule::UserClaim(text())),
        Value::Unknown(why) => Formula::unknown(why),
    }
}

/// A comparison, folded.
pub(super) fn compare(left: &Value, op: &str, right: &Value, whole: &Expr) -> Formula {
    let text = || text::expression(whole);
    let same = matches!(
        op,
        "=" | "is not distinct from" | "@>" | "<@" | "&&" | "?" | "like" | "ilike" | "~~" | "^@"
    );
    if let (Value::Null, _) | (_, Value::Null) = (left, right) {
        return Formula::Null;
    }
    if let (Value::Unknown(why), _) | (_, Value::Unknown(why)) = (left, right) {
        return Formula::unknown(why.clone());
    }
    if let (Value::UserClaim(_), _) | (_, Value::UserClaim(_)) = (left, right) {
        return Formula::Rule(Rule::UserClaim(text()));
    }
    for (one, other) in [(left, right), (right, left)] {
        match (one, other) {
            (Value::List(list), other) => {
                return Formula::any(list.iter().map(|one| compare(one, op, other, whole)));
            }
            (Value::Inner(inner), Value::User | Value::Claim(_) | Value::Role(_) | Value::Column(_))
                if same =>
            {
                return Formula::Link(inner.clone(), other.clone());
            }
            (Value::Inner(inner), Value::Through(column, user)) if same => {
                let to = if *user { Value::Claim(column.to_string()) } else { Value::Column(column.clone()) };
                return Formula::Link(inner.clone(), to);
            }
            (Value::Column(column), Value::User | Value::Role(_)) if same => {
                return Formula::Rule(Rule::Own(column.clone()));
            }
            (Value::Column(column), Value::Claim(_) | Value::Token(_)) if same => {
                return Formula::Rule(Rule::Tenant(column.clone()));
            }
            (Value::Through(column, _), Value::User | Value::Claim(_) | Value::Role(_))
            | (Value::Through(column, true), _)
                if same =>
            {
                return Formula::Rule(Rule::Tenant(column.clone()));
            }
            _ => {}
        }
    }
    told(left, same, op, right, whole)
}

/// A comparison that is no rule by itself: of a subquery's own rows, a condition of the row, or constants.
fn told(left: &Value, same: bool, op: &str, right: &Value, whole: &Expr) -> Formula {
    let text = || text::expression(whole);
    match (left, right) {
        (Value::Inner(a), Value::Inner(b)) if same && a.frame != b.frame => {
            Formula::Link(a.clone(), Value::Inner(b.clone()))
        }
        (Value::Inner(_), _) | (_, Value::Inner(_)) => Formula::Local(text()),
        (Value::Column(_) | Value::Through(..), other) | (other, Value::Column(_) | Value::Through(..)) => {
            let who = other.of_user()
                || matches!(other, Value::Token(_) | Value::Role(_) | Value::Through(_, true));
            Formula::Rule(if who { Rule::Others(text()) } else { Rule::Condition(text()) })
        }
        _ => constants(left, op, right).unwrap_or_else(|| {
            let who = [left, right]
                .iter()
                .any(|value| value.of_user() || matches!(value, Value::Token(_) | Value::Role(_)));
            Formula::Rule(if who { Rule::Claim(text()) } else { Rule::Condition(text()) })
        }),
    }
}

/// Two constants, compared.
fn constants(left: &Value, op: &str, right: &Value) -> Option<Formula> {
    let plain = |value: &Value| match value {
        Value::Constant(text) => Some(text.clone()),
        Value::Role(name) => Some(name.to_string()),
        _ => None,
    };
    if left == right && left.of_user() && op == "=" {
        return Some(Formula::True);
    }
    let (left, right) = (plain(left)?, plain(right)?);
    let order = match (left.parse::<f64>(), right.parse::<f64>()) {
        (Ok(a), Ok(b)) => a.partial_cmp(&b)?,
        _ => left.cmp(&right),
    };
    Some(Formula::of(match op {
        "=" | "is not distinct from" => order == Ordering::Equal,
        "<>" | "!=" | "is distinct from" => order != Ordering::Equal,
        "<" => order == Ordering::Less,
        ">" => order == Ordering::Greater,
        "<=" => order != Ordering::Greater,
        ">=" => order != Ordering::Less,
        _ => return None,
    }))
}
