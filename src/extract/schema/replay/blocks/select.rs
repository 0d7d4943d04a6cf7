//! Queries of blocks: over literal lists and over the catalogue.

use super::eval::{Env, budget};
use super::run::Machine;
use super::value::{Found, Row, Val};
use crate::extract::schema::catalog::FunctionId;
use crate::parse::sql::expression::{Call, Expr, Item, Name, Query, Select, Source};
use crate::parse::sql::walk::{self, Part};

/// Rows of sources that meet, each with a row for every source.
struct Tuples {
    list: Vec<Vec<Row>>,
    unsure: bool,
}

/// Functions that make one value of many rows.
const AGGREGATES: [&str; 9] =
    ["count", "string_agg", "array_agg", "max", "min", "bool_or", "bool_and", "sum", "jsonb_agg"];

impl Env<'_> {
    /// What a query gives; `None` where nothing of it is known.
    pub(super) fn query(&self, query: &Query) -> Option<Found> {
        let env = self.deeper()?;
        if !query.writes.is_empty() {
            return None;
        }
        let mut with: Vec<(Name, Found)> = env.with.to_vec();
        for (name, named) in &query.with {
            let found = Env { with: &with, ..env }.query(named)?;
            with.push((name.clone(), found));
        }
        let env = Env { with: &with, ..env };
        let mut all = Found::default();
        for select in &query.selects {
            let found = env.select(select)?;
            all.unsure |= found.unsure;
            for row in found.rows {
                if query.selects.len() == 1 || !all.rows.contains(&row) {
                    all.rows.push(row);
                }
            }
        }
        all.cut = query.limited && all.rows.len() > 1;
        Some(all)
    }

    /// The one value of a query.
    pub(super) fn scalar(&self, query: &Query) -> Val {
        match self.query(query) {
            Some(found) if !found.unsure && !found.cut => {
                match found.rows.first().and_then(|row| row.first()) {
                    Some((_, value)) => value.clone(),
                    None => Val::Null,
                }
            }
            _ => Val::Unknown,
        }
    }

    fn select(&self, select: &Select) -> Option<Found> {
        if !select.values.is_empty() {
            let rows = select.values.iter().map(|row| {
                let values = row.iter().enumerate();
                values.map(|(at, one)| (format!("column{}", at + 1).into(), self.value(one))).collect()
            });
            return Some(Found { rows: rows.collect(), ..Found::default() });
        }
        let tuples = self.tuples(select)?;
        let aggregated = select.items.iter().any(|item| match item {
            Item::Value(expr, _) => aggregate(expr).is_some(),
            Item::Star(_) => false,
        });
        if aggregated {
            return self.aggregated(select, &tuples);
        }
        let mut found = Found { unsure: tuples.unsure, ..Found::default() };
        for tuple in &tuples.list {
            let rows: Vec<Row> = self.rows.iter().chain(tuple).cloned().collect();
            let env = Env { rows: &rows, ..*self };
            for row in env.items(&select.items, tuple)? {
                if !select.grouped || !found.rows.contains(&row) {
                    found.rows.push(row);
                }
            }
        }
        Some(found)
    }

    /// What the items of a select give for one row: several rows where one of them is a list that is unnested.
    fn items(&self, items: &[Item], tuple: &[Row]) -> Option<Vec<Vec<(Name, Val)>>> {
        let mut rows = vec![Vec::new()];
        for item in items {
            match item {
                Item::Star(of) => {
                    for source in tuple.iter().filter(|row| of.as_ref().is_none_or(|of| *of == row.name)) {
                        for row in &mut rows {
                            row.extend(source.values.iter().cloned());
                        }
                    }
                }
                Item::Value(expr, alias) => {
                    let name = alias.clone().unwrap_or_else(|| named(expr));
                    if let Expr::Call(call) = expr
                        && matches!(
                            call.name.name.as_str(),
                            "unnest" | "generate_series" | "regexp_split_to_table"
                        )
                    {
                        let values = self.series(call)?;
                        rows = rows
                            .iter()
                            .flat_map(|row| {
                                values.iter().map(|value| {
                                    let mut row: Vec<(Name, Val)> = row.clone();
                                    row.push((name.clone(), value.clone()));
                                    row
                                })
                            })
                            .collect();
                        continue;
                    }
                    let value = self.value(expr);
                    for row in &mut rows {
                        row.push((name.clone(), value.clone()));
                    }
                }
            }
        }
        Some(rows)
    }

    fn aggregated(&self, select: &Select, tuples: &Tuples) -> Option<Found> {
        if select.grouped || tuples.unsure {
            return None;
        }
        let mut row = Vec::new();
        for item in &select.items {
            let Item::Value(expr, alias) = item else { return None };
            let call = aggregate(expr)?;
            let name = alias.clone().unwrap_or_else(|| call.name.name.clone());
            let value = self.aggregate(call, tuples);
            // `count(*) > 0`, `coalesce(max(x), 0)`: the rest is computed with the value in its place.
            row.push((name, self.around(expr, call, value)));
        }
        Some(Found { rows: vec![row], ..Found::default() })
    }

    fn around(&self, expr: &Expr, call: &Call, value: Val) -> Val {
        match expr {
            Expr::Binary(left, op, right) if aggregate(left).is_some() => {
                let left = self.around(left, call, value);
                self.operator(left, op, self.value(right))
            }
            Expr::Call(outer) if std::ptr::eq(&raw const **outer, &raw const *call) => value,
            Expr::Call(outer) if outer.name.name == "coalesce" && value != Val::Null => value,
            Expr::Call(outer) if outer.name.name == "coalesce" => {
                outer.arguments.get(1).map_or(Val::Null, |other| self.value(other))
            }
            Expr::Cast(inner, _) => self.around(inner, call, value),
            _ => Val::Unknown,
        }
    }

    fn aggregate(&self, call: &Call, tuples: &Tuples) -> Val {
        let values: Vec<Val> = tuples
            .list
            .iter()
            .map(|tuple| {
                let rows: Vec<Row> = self.rows.iter().chain(tuple).cloned().collect();
                let env = Env { rows: &rows, ..*self };
                call.arguments.first().map_or(Val::Bool(true), |one| env.value(one))
            })
            .collect();
        if values.iter().any(|value| !value.known()) && call.name.name != "count" {
            return Val::Unknown;
        }
        let some = values.iter().filter(|value| **value != Val::Null);
        match call.name.name.as_str() {
            "count" if call.aggregate => Val::Unknown,
            "count" => Val::number(some.count()),
            "array_agg" if values.is_empty() => Val::Null,
            "array_agg" => Val::List(values),
            "string_agg" => {
                let parts: Option<Vec<String>> = some.map(|value| self.text(value)).collect();
                match (parts, call.arguments.get(1).map(|by| self.value(by))) {
                    (Some(parts), _) if parts.is_empty() => Val::Null,
                    (Some(parts), Some(Val::Text(by))) => Val::Text(parts.join(&by)),
                    _ => Val::Unknown,
                }
            }
            "bool_or" => super::eval::or(values),
            "bool_and" => super::eval::and(values),
            "max" | "min" => match values.as_slice() {
                [] => Val::Null,
                [one] => one.clone(),
                _ => Val::Unknown,
            },
            _ => Val::Unknown,
        }
    }

    fn tuples(&self, select: &Select) -> Option<Tuples> {
        let filter = select.filter.as_ref();
        let mut tuples = Tuples { list: vec![Vec::new()], unsure: false };
        for source in &select.from {
            tuples = self.joined(tuples, source, filter, 0)?;
        }
        let Some(filter) = filter else { return Some(tuples) };
        Some(self.filtered(tuples, filter))
    }

    fn filtered(&self, tuples: Tuples, filter: &Expr) -> Tuples {
        let mut kept = Tuples { list: Vec::new(), unsure: tuples.unsure };
        for tuple in tuples.list {
            let rows: Vec<Row> = self.rows.iter().chain(&tuple).cloned().collect();
            match (Env { rows: &rows, ..*self }).value(filter).holds() {
                Some(true) => kept.list.push(tuple),
                Some(false) => {}
                None => kept.unsure = true,
            }
        }
        kept
    }

    /// Every row so far with every row of a source.
    fn joined(&self, tuples: Tuples, source: &Source, filter: Option<&Expr>, depth: u32) -> Option<Tuples> {
        if depth > 20 {
            return None;
        }
        if let Source::Join { left, right, on, using, outer } = source {
            let before = tuples.list.len();
            let met = self.joined(tuples, left, filter, depth + 1)?;
            let lefts = met.list.len();
            let mut both = self.joined(met, right, filter, depth + 1)?;
            if !using.is_empty() {
                both.list.retain(|tuple| using.iter().all(|name| self.meets(tuple, name)));
            }
            if let Some(on) = on {
                both = self.filtered(both, on);
            }
            // Rows without a partner stay in an outer join: how many there are is not worked out.
            both.unsure |= *outer && both.list.len() < lefts.max(before);
            return Some(both);
        }
        let mut all = Tuples { list: Vec::new(), unsure: tuples.unsure };
        for tuple in tuples.list {
            let rows: Vec<Row> = self.rows.iter().chain(&tuple).cloned().collect();
            let (found, unsure) = Env { rows: &rows, ..*self }.source(source, filter)?;
            all.unsure |= unsure;
            for row in found {
                self.left.set(self.left.get().checked_sub(1)?);
                all.list.push(tuple.iter().cloned().chain([row]).collect());
            }
        }
        Some(all)
    }

    fn meets(&self, tuple: &[Row], name: &Name) -> bool {
        let mut values = tuple.iter().filter_map(|row| row.values.iter().find(|(known, _)| known == name));
        match (values.next(), values.next()) {
            (Some((_, a)), Some((_, b))) => self.operator(a.clone(), "=", b.clone()).holds() == Some(true),
            _ => true,
        }
    }

    /// The rows of something in `from`, and whether there may be more.
    fn source(&self, source: &Source, filter: Option<&Expr>) -> Option<(Vec<Row>, bool)> {
        match source {
            Source::Relation { name, alias, columns } => {
                let called = alias.clone().unwrap_or_else(|| name.name.clone());
                if name.schema.is_none()
                    && let Some((_, found)) = self.with.iter().rev().find(|(known, _)| *known == name.name)
                {
                    return Some((given(&found.rows, &called, columns), found.unsure));
                }
                let wanted = filter.map(|filter| self.wanted(filter)).unwrap_or_default();
                let rows = self.system(name, &wanted)?;
                let rows = rows.into_iter().map(|values| Row { name: called.clone(), values, open: true });
                Some((rows.collect(), false))
            }
            Source::Query { query, alias, columns } => {
                let found = self.query(query)?;
                let called = alias.clone().unwrap_or_default();
                Some((given(&found.rows, &called, columns), found.unsure || found.cut))
            }
            Source::Call { call, alias, columns } => {
                let Expr::Call(call) = &**call else { return None };
                let called = alias.clone().unwrap_or_else(|| call.name.name.clone());
                let values = self.series(call)?;
                let name = columns.first().cloned().unwrap_or_else(|| called.clone());
                let rows: Vec<Vec<(Name, Val)>> = values
                    .into_iter()
                    .map(|value| match value {
                        Val::Row(row) => row,
                        value => vec![(name.clone(), value)],
                    })
                    .collect();
                Some((given(&rows, &called, columns), false))
            }
            Source::Join { .. } => None,
        }
    }

    /// Columns that a condition compares with a known value: what the rows of the catalogue are looked up by.
    fn wanted(&self, filter: &Expr) -> Vec<(Name, String)> {
        let parts = match filter {
            Expr::And(parts) => parts.iter().collect(),
            other => vec![other],
        };
        let mut wanted = Vec::new();
        for part in parts {
            if let Expr::Binary(left, op, right) = part
                && op == "="
                && let Expr::Column(path, _) = &**left
                && let Some(name) = path.last()
                && let Val::Text(text) = self.value(right)
            {
                wanted.push((name.clone(), text));
            }
        }
        wanted
    }

    /// The values of a function that gives rows.
    fn series(&self, call: &Call) -> Option<Vec<Val>> {
        let argument = |at: usize| call.arguments.get(at).map(|one| self.value(one));
        match call.name.name.as_str() {
            "unnest" => argument(0)?.list().filter(|_| call.arguments.len() == 1),
            "generate_series" => {
                let (from, to) = (argument(0)?.integer()?, argument(1)?.integer()?);
                Some((from..=to).take(10_000).map(|at| Val::text(at.to_string())).collect())
            }
            "string_to_table" => {
                let (Val::Text(text), Val::Text(by)) = (argument(0)?, argument(1)?) else { return None };
                (!by.is_empty()).then(|| text.split(&by).map(Val::text).collect())
            }
            "regexp_split_to_table" => {
                let (Val::Text(text), Val::Text(by)) = (argument(0)?, argument(1)?) else { return None };
                let plain = by.trim_start_matches("\\s*").trim_end_matches("\\s*");
                let single = plain.len() == 1 && !matches!(plain, "." | "|");
                single.then(|| text.split(plain).map(|part| Val::text(part.trim())).collect())
            }
            _ => None,
        }
    }
}

impl Machine<'_> {
    /// The calls of some functions in what a query returns, with their arguments, for each row. `None` where the rows
    /// are not known.
    pub(super) fn calls_of(
        &self,
        query: &Query,
        among: &[FunctionId],
    ) -> Option<Vec<(FunctionId, Vec<Val>)>> {
        let left = budget();
        let env = self.env(&left);
        let mut calls = Vec::new();
        for select in &query.selects {
            let tuples = match select.from.as_slice() {
                [Source::Call { call, .. }] if self.is_among(call, among) => {
                    self.calls_in(&env, call, among, &mut calls);
                    continue;
                }
                _ => env.tuples(select)?,
            };
            if tuples.unsure {
                return None;
            }
            for tuple in &tuples.list {
                let env = Env { rows: tuple, ..env };
                for item in &select.items {
                    if let Item::Value(expr, _) = item {
                        self.calls_in(&env, expr, among, &mut calls);
                    }
                }
            }
        }
        Some(calls)
    }

    fn is_among(&self, expr: &Expr, among: &[FunctionId]) -> bool {
        matches!(expr, Expr::Call(call) if self.meant(call, among).is_some())
    }

    fn calls_in(
        &self,
        env: &Env<'_>,
        expr: &Expr,
        among: &[FunctionId],
        calls: &mut Vec<(FunctionId, Vec<Val>)>,
    ) {
        walk::expression(expr, &mut |part| {
            if let Part::Expr(Expr::Call(call)) = part
                && let Some(id) = self.meant(call, among)
            {
                calls.push((id, call.arguments.iter().map(|one| env.value(one)).collect()));
            }
            true
        });
    }
}

/// Rows under the names that a source gives its columns.
fn given(rows: &[Vec<(Name, Val)>], called: &Name, columns: &[Name]) -> Vec<Row> {
    let row = |row: &Vec<(Name, Val)>| {
        let values = row.iter().enumerate();
        let values =
            values.map(|(at, (name, value))| (columns.get(at).unwrap_or(name).clone(), value.clone()));
        Row { name: called.clone(), values: values.collect(), open: false }
    };
    rows.iter().map(row).collect()
}

/// The name that an expression gives a column.
fn named(expr: &Expr) -> Name {
    match expr {
        Expr::Column(path, _) => path.last().cloned().unwrap_or_default(),
        Expr::Call(call) => call.name.name.clone(),
        Expr::Cast(inner, _) => named(inner),
        Expr::Field(_, name) => name.clone(),
        _ => Name::const_new("?column?"),
    }
}

/// The aggregate in an item, on the way along casts and the left sides of operators.
fn aggregate(expr: &Expr) -> Option<&Call> {
    match expr {
        Expr::Call(call) if AGGREGATES.contains(&call.name.name.as_str()) => Some(call),
        Expr::Call(call) if call.name.name == "coalesce" => call.arguments.first().and_then(aggregate),
        Expr::Cast(inner, _) | Expr::Binary(inner, ..) => aggregate(inner),
        _ => None,
    }
}
