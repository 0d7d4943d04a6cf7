//! Expressions of blocks, computed.

use std::cell::Cell;

use super::run::Machine;
use super::value::{Found, Row, Val, identifier};
use crate::extract::schema::catalog::RelationId;
use crate::extract::schema::replay::{Replay, names};
use crate::parse::sql::expression::{Expr, Name, Query};
use crate::parse::sql::model::TypeName;

/// How many parts may be computed for one step.
const BUDGET: u32 = 400_000;
/// How deep expressions and queries are followed.
const DEPTH: u32 = 100;

/// Where an expression stands: variables, parameters, the rows of the queries around.
#[derive(Clone, Copy)]
pub(super) struct Env<'a> {
    pub(super) replay: &'a Replay,
    pub(super) vars: &'a [(Name, Val)],
    pub(super) parameters: &'a [Val],
    /// Rows of the sources of this query and of those around, innermost last.
    pub(super) rows: &'a [Row],
    /// Named queries.
    pub(super) with: &'a [(Name, Found)],
    pub(super) left: &'a Cell<u32>,
    pub(super) depth: u32,
}

impl Machine<'_> {
    /// What an expression is now.
    pub(super) fn value(&self, expr: &Expr) -> Val {
        let left = Cell::new(BUDGET);
        self.env(&left).value(expr)
    }

    /// What a query gives now; `None` where that depends on rows or on the server.
    pub(super) fn found(&self, query: &Query) -> Option<Found> {
        let left = Cell::new(BUDGET);
        self.env(&left).query(query)
    }

    pub(super) fn env<'a>(&'a self, left: &'a Cell<u32>) -> Env<'a> {
        Env {
            replay: self.replay,
            vars: &self.vars,
            parameters: &self.parameters,
            rows: &[],
            with: &[],
            left,
            depth: 0,
        }
    }
}

/// A new count of parts, for one computation.
pub(super) fn budget() -> Cell<u32> {
    Cell::new(BUDGET)
}

impl Env<'_> {
    /// One level deeper; `None` where it is too deep or too much.
    pub(super) fn deeper(&self) -> Option<Self> {
        let left = self.left.get().checked_sub(1)?;
        self.left.set(left);
        (self.depth < DEPTH).then_some(Self { depth: self.depth + 1, ..*self })
    }

    /// What an expression is.
    pub(super) fn value(&self, expr: &Expr) -> Val {
        self.deeper().map_or(Val::Unknown, |env| env.value_here(expr))
    }

    fn value_here(&self, expr: &Expr) -> Val {
        match expr {
            Expr::Null => Val::Null,
            Expr::Bool(value) => Val::Bool(*value),
            Expr::Number(text) => Val::text(text.as_str()),
            Expr::Text(text) => Val::text(text.as_str()),
            Expr::Column(path, _) => self.column(path),
            Expr::Parameter(number) => {
                let at = (*number as usize).wrapping_sub(1);
                self.parameters.get(at).cloned().unwrap_or(Val::Unknown)
            }
            Expr::Call(call) => self.call(call),
            Expr::Cast(inner, of) => self.cast(self.value(inner), of),
            Expr::And(list) => self.all(list),
            Expr::Or(list) => self.any(list),
            Expr::Not(inner) => negated(self.value(inner)),
            Expr::Binary(left, op, right) => self.operator(self.value(left), op, self.value(right)),
            Expr::Unary(op, inner) => match (op.as_str(), self.value(inner)) {
                ("-", Val::Text(text)) => Val::Text(format!("-{text}")),
                ("+", value) => value,
                _ => Val::Unknown,
            },
            Expr::IsNull(inner, null) => match self.value(inner) {
                Val::Unknown => Val::Unknown,
                Val::Row(row) => Val::Bool(row.iter().all(|(_, value)| *value == Val::Null) == *null),
                value => Val::Bool((value == Val::Null) == *null),
            },
            Expr::IsBool(inner, asked, turned) => match self.value(inner) {
                Val::Unknown => Val::Unknown,
                Val::Null => Val::Bool(asked.is_none() != *turned),
                value => Val::Bool((value.holds() == *asked && asked.is_some()) != *turned),
            },
            _ => self.compared(expr),
        }
    }

    fn compared(&self, expr: &Expr) -> Val {
        match expr {
            Expr::In { needle, list, negated } => {
                let needle = self.value(needle);
                let any = list.iter().map(|one| self.operator(needle.clone(), "=", self.value(one)));
                turned(or(any), *negated)
            }
            Expr::InQuery { needle, query, negated } => {
                let needle = self.value(needle);
                turned(self.among(&needle, query), *negated)
            }
            Expr::Quantified { left, op, all, right } => self.quantified(left, op, *all, right),
            Expr::Between(one, low, high, negated) => {
                let value = self.value(one);
                let parts = [
                    self.operator(value.clone(), ">=", self.value(low)),
                    self.operator(value, "<=", self.value(high)),
                ];
                turned(and(parts), *negated)
            }
            Expr::Case(of, arms, otherwise) => self.case(of.as_deref(), arms, otherwise.as_deref()),
            Expr::Array(list) => Val::List(list.iter().map(|one| self.value(one)).collect()),
            Expr::Row(list) => Val::Row(list.iter().map(|one| (Name::default(), self.value(one))).collect()),
            Expr::Query(query) => self.scalar(query),
            Expr::Exists(query) => match self.query(query).and_then(|found| found.exists()) {
                Some(exists) => Val::Bool(exists),
                None => Val::Unknown,
            },
            Expr::Index(of, at) => match (self.value(of).list(), self.value(at).integer()) {
                (Some(list), Some(at)) => usize::try_from(at)
                    .ok()
                    .and_then(|at| at.checked_sub(1))
                    .and_then(|at| list.get(at).cloned())
                    .unwrap_or(Val::Null),
                _ => Val::Unknown,
            },
            Expr::Field(of, name) => match self.value(of) {
                Val::Row(row) => field(&row, name),
                _ => Val::Unknown,
            },
            _ => Val::Unknown,
        }
    }

    fn all(&self, list: &[Expr]) -> Val {
        and(list.iter().map(|one| self.value(one)))
    }

    fn any(&self, list: &[Expr]) -> Val {
        or(list.iter().map(|one| self.value(one)))
    }

    fn column(&self, path: &[Name]) -> Val {
        let (of, name) = match path {
            [name] => (None, name),
            [.., of, name] => (Some(of), name),
            [] => return Val::Unknown,
        };
        for row in self.rows.iter().rev() {
            if of.is_none_or(|of| *of == row.name) {
                if let Some((_, value)) = row.values.iter().find(|(known, _)| known == name) {
                    return value.clone();
                }
                if of.is_some() && name == "*" {
                    return Val::Row(row.values.clone());
                }
                if of.is_some() && row.open {
                    return Val::Unknown;
                }
            }
            if of.is_none() && row.name == *name {
                return match row.values.as_slice() {
                    [(_, value)] => value.clone(),
                    values => Val::Row(values.to_vec()),
                };
            }
        }
        if of.is_none() && self.rows.iter().any(|row| row.open) {
            return Val::Unknown;
        }
        let variable =
            |name: &Name| self.vars.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value);
        match (of.map(variable), variable(name)) {
            (Some(Some(Val::Row(row))), _) => field(row, name),
            (_, Some(value)) => value.clone(),
            _ => Val::Unknown,
        }
    }

    fn quantified(&self, left: &Expr, op: &Name, all: bool, right: &Expr) -> Val {
        let left = self.value(left);
        if let Expr::Query(query) = right {
            return if op == "=" && !all { self.among(&left, query) } else { Val::Unknown };
        }
        let Some(list) = self.value(right).list() else { return Val::Unknown };
        let parts = list.into_iter().map(|one| self.operator(left.clone(), op, one));
        if all { and(parts) } else { or(parts) }
    }

    /// `in (select …)`.
    fn among(&self, needle: &Val, query: &Query) -> Val {
        let Some(found) = self.query(query) else { return Val::Unknown };
        let rows = found.rows.iter().filter_map(|row| row.first());
        let any = or(rows.map(|(_, value)| self.operator(needle.clone(), "=", value.clone())));
        if any.holds() == Some(true) || !found.unsure { any } else { Val::Unknown }
    }

    fn case(&self, of: Option<&Expr>, arms: &[(Expr, Expr)], otherwise: Option<&Expr>) -> Val {
        let of = of.map(|of| self.value(of));
        for (when, then) in arms {
            let when = self.value(when);
            let met = match &of {
                Some(of) => self.operator(of.clone(), "=", when),
                None => when,
            };
            match met.holds() {
                Some(true) => return self.value(then),
                Some(false) => {}
                None => return Val::Unknown,
            }
        }
        otherwise.map_or(Val::Null, |otherwise| self.value(otherwise))
    }

    /// A binary operator.
    #[allow(clippy::needless_pass_by_value)] // values are made for the question
    pub(super) fn operator(&self, left: Val, op: &str, right: Val) -> Val {
        if op == "is not distinct from" || op == "is distinct from" {
            if !left.known() || !right.known() {
                return Val::Unknown;
            }
            let same = (left == Val::Null && right == Val::Null) || self.same(&left, &right) == Some(true);
            return Val::Bool(same == (op == "is not distinct from"));
        }
        if left == Val::Null || right == Val::Null {
            return Val::Null;
        }
        if !left.known() || !right.known() {
            return Val::Unknown;
        }
        match op {
            "=" => self.same(&left, &right).map_or(Val::Unknown, Val::Bool),
            "<>" | "!=" => self.same(&left, &right).map_or(Val::Unknown, |same| Val::Bool(!same)),
            "<" | ">" | "<=" | ">=" => ordered(&left, op, &right),
            "||" => match (&left, &right) {
                (Val::List(a), Val::List(b)) => Val::List(a.iter().chain(b).cloned().collect()),
                (Val::List(a), b) => Val::List(a.iter().chain([b]).cloned().collect()),
                _ => match (self.text(&left), self.text(&right)) {
                    (Some(left), Some(right)) => Val::Text(left + &right),
                    _ => Val::Unknown,
                },
            },
            "like" | "~~" | "ilike" | "~~*" | "not like" | "!~~" | "not ilike" | "!~~*" => {
                let (Some(text), Some(pattern)) = (self.text(&left), self.text(&right)) else {
                    return Val::Unknown;
                };
                let fold = op.contains("ilike") || op.ends_with('*');
                let (text, pattern) =
                    if fold { (text.to_lowercase(), pattern.to_lowercase()) } else { (text, pattern) };
                let text: Vec<char> = text.chars().collect();
                let pattern: Vec<char> = pattern.chars().collect();
                Val::Bool(like(&text, &pattern) != (op.contains("not") || op.starts_with('!')))
            }
            "~" | "!~" | "~*" | "!~*" => match (self.text(&left), self.text(&right)) {
                (Some(text), Some(pattern)) => {
                    matches(&text, &pattern).map_or(Val::Unknown, |met| Val::Bool(met != op.starts_with('!')))
                }
                _ => Val::Unknown,
            },
            "+" | "-" | "*" => match (left.integer(), right.integer()) {
                (Some(a), Some(b)) => {
                    let done = match op {
                        "+" => a.checked_add(b),
                        "-" => a.checked_sub(b),
                        _ => a.checked_mul(b),
                    };
                    done.map_or(Val::Unknown, |number| Val::text(number.to_string()))
                }
                _ => Val::Unknown,
            },
            _ => Val::Unknown,
        }
    }

    /// Whether two known values are equal.
    fn same(&self, left: &Val, right: &Val) -> Option<bool> {
        match (left, right) {
            (Val::Bool(a), other) | (other, Val::Bool(a)) => Some(*a == other.holds()?),
            (Val::Relation(id), Val::Text(text)) | (Val::Text(text), Val::Relation(id)) => {
                let found = names::parsed(text).and_then(|name| self.relation_of(&name));
                Some(found == Some(*id))
            }
            (Val::Object(_, key), Val::Text(text)) | (Val::Text(text), Val::Object(_, key)) => {
                Some(key == text)
            }
            (Val::Text(a), Val::Text(b)) => match (a.parse::<f64>(), b.parse::<f64>()) {
                (Ok(a), Ok(b)) => Some(a.total_cmp(&b).is_eq()),
                _ => Some(a == b),
            },
            (Val::List(a), Val::List(b)) => {
                Some(a.len() == b.len() && a.iter().zip(b).all(|(a, b)| self.same(a, b) == Some(true)))
            }
            (Val::Row(a), Val::Row(b)) => Some(
                a.len() == b.len() && a.iter().zip(b).all(|((_, a), (_, b))| self.same(a, b) == Some(true)),
            ),
            (a, b) => Some(a == b),
        }
    }

    /// A value as text; `None` where it is not known.
    pub(super) fn text(&self, value: &Val) -> Option<String> {
        match value {
            Val::Text(text) => Some(text.clone()),
            Val::Bool(value) => Some(if *value { "true".into() } else { "false".into() }),
            Val::Relation(id) => Some(self.printed(*id)),
            Val::Object('f', key) => Some(self.signature(key).unwrap_or_else(|| key.clone())),
            // A type as `regtype` prints it: without its schema where the search path finds it.
            Val::Object('t', key) => Some(match key.split_once('.') {
                Some((schema, name))
                    if schema == "pg_catalog" || self.replay.path().any(|of| of == schema) =>
                {
                    name.to_owned()
                }
                _ => key.clone(),
            }),
            Val::Object(_, key) => Some(key.clone()),
            Val::List(list) => {
                let parts = list.iter().map(|one| self.text(one)).collect::<Option<Vec<String>>>()?;
                Some(format!("{{{}}}", parts.join(",")))
            }
            Val::Unknown | Val::Null | Val::Row(_) => None,
        }
    }

    /// A relation as `regclass` prints it: with its schema where the search path does not find it.
    fn printed(&self, id: RelationId) -> String {
        let (schema, name) = self.replay.key(id);
        let visible = self
            .relation_of(&crate::parse::sql::model::ObjectName { name: name.clone(), ..Default::default() });
        if visible == Some(id) {
            identifier(&name)
        } else {
            format!("{}.{}", identifier(&schema), identifier(&name))
        }
    }

    /// A cast: to identities of the catalogue, else nothing changes but what a boolean is.
    fn cast(&self, value: Val, of: &TypeName) -> Val {
        match (of.name.as_str(), value) {
            ("regclass", Val::Text(text)) if text.parse::<u32>().is_err() => {
                match names::parsed(&text).and_then(|name| self.relation_of(&name)) {
                    Some(id) => Val::Relation(id),
                    None => Val::Unknown,
                }
            }
            ("regnamespace", Val::Text(text)) => Val::Object('n', text.trim_matches('"').to_owned()),
            ("regtype", Val::Text(text)) => self.type_of(&text).unwrap_or(Val::Unknown),
            ("regrole", Val::Text(text)) => Val::Object('r', text.trim_matches('"').to_owned()),
            ("boolean" | "bool", value) => match value.holds() {
                Some(holds) if value != Val::Null => Val::Bool(holds),
                _ => value,
            },
            ("text" | "name" | "character varying" | "character", value)
                if matches!(value, Val::Relation(_) | Val::Object(..) | Val::Bool(_)) =>
            {
                self.text(&value).map_or(Val::Unknown, Val::Text)
            }
            (_, Val::Text(text)) if of.dimensions > 0 => {
                Val::Text(text).list().map_or(Val::Unknown, Val::List)
            }
            (_, value) => value,
        }
    }
}

fn field(row: &[(Name, Val)], name: &Name) -> Val {
    row.iter().find(|(known, _)| known == name).map_or(Val::Unknown, |(_, value)| value.clone())
}

fn turned(value: Val, turn: bool) -> Val {
    if turn { negated(value) } else { value }
}

#[allow(clippy::needless_pass_by_value)] // values are made for the question
fn negated(value: Val) -> Val {
    match (&value, value.holds()) {
        (Val::Null, _) => Val::Null,
        (_, Some(holds)) => Val::Bool(!holds),
        _ => Val::Unknown,
    }
}

/// All of them: false where one is, whatever the others are.
pub(super) fn and(values: impl IntoIterator<Item = Val>) -> Val {
    let mut all = Val::Bool(true);
    for value in values {
        match (&value, value.holds()) {
            (Val::Null, _) if all.known() => all = Val::Null,
            (Val::Null, _) | (_, Some(true)) => {}
            (_, Some(false)) => return Val::Bool(false),
            (_, None) => all = Val::Unknown,
        }
    }
    all
}

/// Any of them: true where one is, whatever the others are.
pub(super) fn or(values: impl IntoIterator<Item = Val>) -> Val {
    let mut any = Val::Bool(false);
    for value in values {
        match (&value, value.holds()) {
            (Val::Null, _) if any.known() => any = Val::Null,
            (Val::Null, _) | (_, Some(false)) => {}
            (_, Some(true)) => return Val::Bool(true),
            (_, None) => any = Val::Unknown,
        }
    }
    any
}

fn ordered(left: &Val, op: &str, right: &Val) -> Val {
    let (Val::Text(left), Val::Text(right)) = (left, right) else { return Val::Unknown };
    let order = match (left.parse::<f64>(), right.parse::<f64>()) {
        (Ok(a), Ok(b)) => a.total_cmp(&b),
        _ => left.cmp(right),
    };
    Val::Bool(match op {
        "<" => order.is_lt(),
        ">" => order.is_gt(),
        "<=" => order.is_le(),
        _ => order.is_ge(),
    })
}

/// `like`, with `%`, `_` and `\`.
fn like(text: &[char], pattern: &[char]) -> bool {
    // Where the last `%` stood, and how much text it took.
    let (mut at, mut of) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    while at < text.len() {
        let escaped = pattern.get(of) == Some(&'\\');
        match pattern.get(of + usize::from(escaped)) {
            Some('%') if !escaped => {
                back = Some((of, at));
                of += 1;
            }
            Some(one) if (*one == '_' && !escaped) || text.get(at) == Some(one) => {
                at += 1;
                of += 1 + usize::from(escaped);
            }
            _ => match back {
                Some((percent, taken)) => {
                    back = Some((percent, taken + 1));
                    at = taken + 1;
                    of = percent + 1;
                }
                None => return false,
            },
        }
    }
    pattern.get(of..).unwrap_or_default().iter().all(|one| *one == '%')
}

/// A regular expression of plain words with `^`, `$`, `|` and one group: anything else is not worked out.
fn matches(text: &str, pattern: &str) -> Option<bool> {
    let (start, rest) = pattern.strip_prefix('^').map_or((false, pattern), |rest| (true, rest));
    let (end, rest) = rest.strip_suffix('$').map_or((false, rest), |rest| (true, rest));
    let grouped = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    if rest.contains('|') && grouped.is_none() && (start || end) {
        return None;
    }
    let words = grouped.unwrap_or(rest);
    if words.contains(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | ' ' | '|'))) {
        return None;
    }
    Some(words.split('|').any(|word| match (start, end) {
        (true, true) => text == word,
        (true, false) => text.starts_with(word),
        (false, true) => text.ends_with(word),
        (false, false) => text.contains(word),
    }))
}
