//! Subqueries in conditions: who is looked up, by which column of the row, and whether the user is in it.

use super::formula::Formula;
use super::scope::{Frame, Scope};
use super::truth::{bare, compare};
use super::value::{Inner, Value};
use super::{Asker, Rule, text};
use crate::extract::schema::catalog::{ConstraintKind, Relation, RelationId};
use crate::parse::sql::expression::{Expr, Item, Name, Query, Select, Source};
use crate::parse::sql::model::Command;

/// A select, taken apart: the scope inside it, its own sources, and what all of its rows fulfil.
struct Opened<'a> {
    scope: Scope<'a>,
    own: Vec<u32>,
    conditions: Vec<Formula>,
}

impl<'a> Scope<'a> {
    /// `exists (select …)`.
    pub(super) fn query_exists(&self, query: &Query, whole: &Expr) -> Formula {
        self.query_has(query, None, whole)
    }

    /// Whether a query gives a row; with a needle, one whose first column is it.
    pub(super) fn query_has(&self, query: &Query, needle: Option<(&Expr, &str)>, whole: &Expr) -> Formula {
        Formula::any(query.selects.iter().map(|select| {
            if !select.values.is_empty() {
                let needle = needle.map(|(needle, _)| self.value(needle));
                return Formula::any(select.values.iter().map(|row| match (&needle, row.first()) {
                    (Some(needle), Some(one)) => compare(needle, "=", &self.value(one), whole),
                    _ => Formula::True,
                }));
            }
            let mut opened = self.opened(select, &query.with);
            if let Some((needle, op)) = needle {
                let parts = match (needle, select.items.len()) {
                    (Expr::Row(list), count) if list.len() == count => list.iter().collect(),
                    _ => vec![needle],
                };
                for (part, item) in parts.into_iter().zip(&select.items) {
                    let found = opened.scope.item(item);
                    opened.conditions.push(compare(&self.value(part), op, &found, whole));
                }
            }
            self.closed(opened, select, whole)
        }))
    }

    /// What a row has to fulfil to be shown by a select that reads its relation.
    pub(super) fn shows(&self, select: &Select, with: &[(Name, Query)], row: Option<RelationId>) -> Formula {
        let scope = Self { shown: row, ..self.clone() };
        let mut opened = scope.opened(select, &[]);
        let filter = if select.filter.is_some() { opened.conditions.pop() } else { None };
        let filter = filter.unwrap_or(Formula::True);
        let who = opened.conditions.iter().chain([&filter]).any(Formula::links_user);
        // Sources that are only joined restrict nothing that is worth telling.
        if !who || !with.is_empty() {
            return filter;
        }
        opened.conditions.push(filter);
        let whole = select.filter.clone().unwrap_or(Expr::Bool(true));
        self.closed(opened, select, &whole)
    }

    /// A scalar query as a condition.
    pub(super) fn query_truth(&self, query: &Query, whole: &Expr) -> Formula {
        let [select] = query.selects.as_slice() else { return bare(self.query_value(query), whole) };
        let Some(Item::Value(item, _)) = select.items.first() else {
            return bare(self.query_value(query), whole);
        };
        if select.from.is_empty() && select.filter.is_none() {
            return self.truth(item);
        }
        let mut opened = self.opened(select, &query.with);
        let truth = opened.scope.truth(item);
        opened.conditions.push(truth);
        self.closed(opened, select, whole)
    }

    /// A query as a value.
    pub(super) fn query_value(&self, query: &Query) -> Value {
        let Some(_deeper) = self.deeper() else { return Value::unknown("it is nested too deep") };
        let values = query.selects.iter().map(|select| {
            if !select.values.is_empty() {
                let rows = select.values.iter().filter_map(|row| row.first());
                return Value::List(rows.map(|one| self.value(one)).collect());
            }
            let opened = self.opened(select, &query.with);
            let value = select.items.first().map_or(Value::Fixed, |item| opened.scope.item(item));
            if select.from.is_empty() { value } else { self.looked_up(&opened, value) }
        });
        let mut values: Vec<Value> = values.collect();
        if values.len() == 1 { values.remove(0) } else { Value::made_of(values) }
    }

    fn item(&self, item: &Item) -> Value {
        match item {
            Item::Value(expr, _) => self.value(expr),
            Item::Star(_) => {
                let Some(frame) = self.frames.last() else { return Value::Fixed };
                if let Some((_, value)) = frame.columns.first() {
                    return value.clone();
                }
                if let Some(relation) = frame.relation
                    && let Some(first) = self.get(relation).and_then(|known| known.columns.first())
                {
                    let column = first.name.clone();
                    return Value::Inner(Inner { frame: frame.number, relation: Some(relation), column });
                }
                frame.other.clone().unwrap_or(Value::Fixed)
            }
        }
    }

    fn opened(&self, select: &Select, with: &[(Name, Query)]) -> Opened<'a> {
        let mut opened = Opened { scope: self.clone(), own: Vec::new(), conditions: Vec::new() };
        for source in &select.from {
            opened.source(source, with, 0);
        }
        if let Some(filter) = &select.filter {
            opened.conditions.push(opened.scope.truth(filter));
        }
        opened
    }

    /// What a select with these conditions says about the row and the user.
    fn closed(&self, opened: Opened<'_>, select: &Select, whole: &Expr) -> Formula {
        if select.from.is_empty() {
            return Formula::all(opened.conditions);
        }
        let own = opened.own;
        let alternatives = match Formula::all(opened.conditions) {
            Formula::Any(parts) => parts,
            other => spread(other),
        };
        Formula::any(alternatives.into_iter().map(|part| self.summed(part, &own, whole)))
    }

    fn summed(&self, formula: Formula, own: &[u32], whole: &Expr) -> Formula {
        let parts = match formula {
            Formula::True => Vec::new(),
            Formula::All(parts) => parts,
            Formula::False | Formula::Null => return Formula::False,
            other => vec![other],
        };
        let links = Links::of(&parts, own);
        let mut kept: Vec<Formula> = parts
            .iter()
            .filter(|part| match part {
                Formula::Link(_, Value::Inner(inner)) if own.contains(&inner.frame) => false,
                Formula::Link(inner, _) => !own.contains(&inner.frame),
                Formula::Local(_) => false,
                _ => true,
            })
            .cloned()
            .collect();
        for (inner, column) in &links.columns {
            kept.push(Formula::Rule(if links.users.is_empty() && links.claims.is_empty() {
                Rule::Condition(text::expression(whole))
            } else if self.is_user(inner, &links) {
                Rule::Own(column.clone())
            } else {
                Rule::Tenant(column.clone())
            }));
        }
        for outer in &links.outside {
            let to = links.who().unwrap_or_else(|| Value::Claim(text::expression(whole)));
            kept.push(if links.who().is_some() {
                Formula::Link(outer.clone(), to)
            } else {
                Formula::Local(text::expression(whole))
            });
        }
        let by_user = kept.iter().any(|part| matches!(part, Formula::Rule(Rule::UserClaim(_))));
        if links.columns.is_empty() && links.outside.is_empty() && !by_user {
            kept.push(Formula::Rule(if links.who().is_some() {
                Rule::Claim(text::expression(whole))
            } else if kept
                .iter()
                .any(|part| matches!(part, Formula::Rule(Rule::Claim(_) | Rule::UserClaim(_))))
            {
                return Formula::all(kept);
            } else {
                Rule::Condition(text::expression(whole))
            }));
        }
        Formula::all(kept)
    }

    /// What a value of a subquery is to the outside.
    fn looked_up(&self, opened: &Opened<'_>, value: Value) -> Value {
        let Value::Inner(inner) = &value else { return value };
        if !opened.own.contains(&inner.frame) {
            return value;
        }
        let formula = Formula::all(opened.conditions.iter().cloned());
        let parts = match formula {
            Formula::All(parts) => parts,
            Formula::False | Formula::Null => return Value::Null,
            other => vec![other],
        };
        for part in &parts {
            match part {
                Formula::Rule(Rule::UserClaim(text)) => return Value::UserClaim(text.clone()),
                Formula::Rule(Rule::Unknown(why)) => return Value::Unknown(why.clone()),
                _ => {}
            }
        }
        let links = Links::of(&parts, &opened.own);
        let name = inner.relation.and_then(|id| self.get(id)).map_or("", |known| known.name.as_str());
        let text = format!("{name}.{}", inner.column);
        if matches!(inner.column.as_str(), "raw_user_meta_data" | "user_metadata") {
            return Value::UserClaim(text);
        }
        match (links.columns.first(), links.who()) {
            (Some((_, column)), who) => Value::Through(column.clone(), who.is_some()),
            (None, Some(_)) if self.is_user(inner, &links) => Value::User,
            (None, Some(_)) => Value::Claim(text),
            // Looked up by a column of a query around: as good as that column.
            (None, None) => links.outside.first().cloned().map_or(Value::Fixed, Value::Inner),
        }
    }

    /// Whether a column of a subquery says who the user is: it is compared with the user, or it is the key of the one
    /// row that is the user's.
    fn is_user(&self, inner: &Inner, links: &Links) -> bool {
        links.users.iter().any(|user| {
            user.frame == inner.frame
                && (user.column == inner.column
                    || inner.relation.is_some_and(|id| {
                        self.unique(id, &user.column, false) && self.unique(id, &inner.column, true)
                    }))
        })
    }

    fn unique(&self, id: RelationId, column: &Name, primary: bool) -> bool {
        self.get(id).is_some_and(|known| {
            known.constraints.iter().any(|constraint| {
                constraint.columns.len() == 1
                    && constraint.columns.first() == Some(column)
                    && match constraint.kind {
                        ConstraintKind::Primary => true,
                        ConstraintKind::Unique => !primary,
                        _ => false,
                    }
            })
        })
    }
}

/// What the columns of a subquery are compared with.
#[derive(Default)]
struct Links {
    users: Vec<Inner>,
    claims: Vec<Inner>,
    columns: Vec<(Inner, Name)>,
    /// Columns of subqueries around.
    outside: Vec<Inner>,
}

impl Links {
    fn of(parts: &[Formula], own: &[u32]) -> Self {
        let mut links = Self::default();
        for part in parts {
            let Formula::Link(inner, to) = part else { continue };
            let (inner, to) = match to {
                Value::Inner(other) if !own.contains(&inner.frame) && own.contains(&other.frame) => {
                    (other, &Value::Inner(inner.clone()))
                }
                to => (inner, to),
            };
            if !own.contains(&inner.frame) {
                continue;
            }
            match to {
                Value::User | Value::Role(_) => links.users.push(inner.clone()),
                Value::Column(column) => links.columns.push((inner.clone(), column.clone())),
                Value::Inner(other) if own.contains(&other.frame) => {}
                Value::Inner(other) => links.outside.push(other.clone()),
                _ => links.claims.push(inner.clone()),
            }
        }
        links
    }

    fn who(&self) -> Option<Value> {
        if self.users.is_empty() && self.claims.is_empty() {
            None
        } else {
            Some(Value::Claim(String::from("a row of the user")))
        }
    }
}

/// `a and (b or c)` as `a and b`, `a and c`, where there is one such alternative.
fn spread(formula: Formula) -> Vec<Formula> {
    let Formula::All(mut parts) = formula else { return vec![formula] };
    let Some(at) = parts.iter().position(|part| matches!(part, Formula::Any(_))) else {
        return vec![Formula::All(parts)];
    };
    let Formula::Any(alternatives) = parts.remove(at) else { return vec![Formula::All(parts)] };
    alternatives.into_iter().map(|one| Formula::all(parts.iter().cloned().chain([one]))).collect()
}

impl Scope<'_> {
    /// Whether the role here sees any row of a relation: it holds the privilege, and row level security leaves some.
    fn may_read(&self, relation: &Relation) -> bool {
        let asker = Asker { rights: self.rights.clone(), ..self.asker.clone() };
        super::holds_privilege(asker.catalog, relation, &asker.rights, Command::Select)
            && !super::policies::shut(&asker, relation)
    }
}

impl Opened<'_> {
    fn source(&mut self, source: &Source, with: &[(Name, Query)], depth: u32) {
        if depth > 20 {
            return;
        }
        match source {
            Source::Relation { name, alias, columns } => {
                let called = alias.clone().unwrap_or_else(|| name.name.clone());
                if name.schema.is_none()
                    && let Some(at) = with.iter().position(|(known, _)| *known == name.name)
                    && let (before, Some((_, query))) = (with.get(..at).unwrap_or_default(), with.get(at))
                {
                    self.derived(query, before, called, columns, depth);
                    return;
                }
                let relation = self.scope.relation(name);
                if relation.is_some() && relation == self.scope.shown.take_if(|id| relation == Some(*id)) {
                    let columns =
                        relation.and_then(|id| self.scope.get(id)).map(|known| known.columns.iter());
                    let columns = columns.into_iter().flatten().map(|column| &column.name);
                    let columns = columns.map(|name| (name.clone(), Value::Column(name.clone()))).collect();
                    self.push(called, None, columns, None);
                    return;
                }
                if let Some(known) = relation.and_then(|id| self.scope.get(id)) {
                    self.conditions.push(Formula::of(self.scope.may_read(known)));
                }
                let other = relation.is_none().then(|| Value::unknown(format!("no relation {}", name.name)));
                self.push(called, relation, Vec::new(), other);
            }
            Source::Query { query, alias, columns } => {
                let called = alias.clone().unwrap_or_default();
                self.derived(query, with, called, columns, depth);
            }
            Source::Call { call, alias, columns } => {
                let value = self.scope.value(call);
                let called = alias.clone().unwrap_or_else(|| match &**call {
                    Expr::Call(call) => call.name.name.clone(),
                    _ => Name::default(),
                });
                let named = columns.iter().map(|name| (name.clone(), value.clone())).collect();
                self.push(called, None, named, Some(value));
            }
            Source::Join { left, right, on, .. } => {
                self.source(left, with, depth + 1);
                self.source(right, with, depth + 1);
                if let Some(on) = on {
                    self.conditions.push(self.scope.truth(on));
                }
            }
        }
    }

    /// A query in `from`: its sources and conditions count as those of the query around.
    fn derived(&mut self, query: &Query, with: &[(Name, Query)], called: Name, columns: &[Name], depth: u32) {
        let all: Vec<(Name, Query)> = with.iter().chain(&query.with).cloned().collect();
        let [select] = query.selects.as_slice() else {
            let value = self.scope.query_value(query);
            self.push(called, None, Vec::new(), Some(value));
            return;
        };
        if depth > 10 {
            self.push(called, None, Vec::new(), Some(Value::unknown("it is nested too deep")));
            return;
        }
        let outer = self.scope.frames.len();
        for source in &select.from {
            self.source(source, &all, depth + 1);
        }
        if let Some(filter) = &select.filter {
            self.conditions.push(self.scope.truth(filter));
        }
        let mut named: Vec<(Name, Value)> = Vec::new();
        for (at, item) in select.items.iter().enumerate() {
            let name = columns.get(at).cloned().or_else(|| match item {
                Item::Value(_, Some(alias)) => Some(alias.clone()),
                Item::Value(Expr::Column(path, _), None) => path.last().cloned(),
                Item::Value(Expr::Call(call), None) => Some(call.name.name.clone()),
                _ => None,
            });
            if let Some(name) = name {
                named.push((name, self.scope.item(item)));
            }
        }
        let stars = select.items.iter().any(|item| matches!(item, Item::Star(_)));
        let inside: Vec<Frame> = self.scope.frames.drain(outer..).collect();
        self.own.extend(inside.iter().map(|frame| frame.number));
        if stars && let [only] = inside.as_slice() {
            self.scope.frames.push(Frame { name: called, ..only.clone() });
        } else {
            self.push(called, None, named, None);
        }
    }

    fn push(
        &mut self,
        name: Name,
        relation: Option<RelationId>,
        columns: Vec<(Name, Value)>,
        other: Option<Value>,
    ) {
        let number = self.scope.number();
        self.own.push(number);
        self.scope.frames.push(Frame { number, name, relation, columns, other });
    }
}
