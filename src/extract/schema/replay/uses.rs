//! What expressions and queries speak of: relations, columns, functions. Names that nothing has are faults.
//!
//! Relations are always checked, columns where all columns of what is read are known: a query over a function whose
//! result is not known accepts every name.

mod outputs;
mod scope;

use std::collections::BTreeSet;

use super::{Key, Outcome, Replay, refuse};
use crate::extract::schema::catalog::{Column, FaultKind, FunctionId, Relation, RelationId};
use crate::parse::sql::expression::{Call, Expr, Item, Name, Query, Select, Source};
use crate::parse::sql::model::{ObjectName, TypeName};
pub(super) use outputs::column_name;
use scope::{Columns, Seen, Table};

/// What an expression or a query speaks of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Uses {
    /// Relations: in `from`, and sequences in `nextval('s')`.
    pub(super) relations: BTreeSet<RelationId>,
    /// Columns, where it is known whose they are.
    pub(super) columns: BTreeSet<(RelationId, Name)>,
    /// Functions that migrations made; every overload that takes so many arguments.
    pub(super) functions: BTreeSet<FunctionId>,
    /// Types that it casts to.
    pub(super) types: BTreeSet<Key>,
}

/// A column that a query gives.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Output {
    pub(super) name: Name,
    /// Its type, where it is plain.
    pub(super) of: Option<TypeName>,
}

/// The table whose columns an expression may name without saying so.
#[derive(Debug, Clone, Copy)]
pub(super) struct Own<'a> {
    pub(super) id: Option<RelationId>,
    pub(super) name: &'a Name,
    pub(super) columns: &'a [Column],
}

impl<'a> Own<'a> {
    /// A relation of the catalogue.
    pub(super) fn new(id: RelationId, relation: &'a Relation) -> Self {
        Self { id: Some(id), name: &relation.name, columns: &relation.columns }
    }
}

/// What an expression speaks of. Columns without a table are those of `own` (a policy, a check, a default).
pub(super) fn expression(replay: &Replay, expr: &Expr, own: Option<RelationId>) -> Outcome<Uses> {
    let own = own.and_then(|id| replay.relation(id).map(|relation| Own::new(id, relation)));
    over(replay, expr, own)
}

/// What an expression over a table speaks of, be the table in the catalogue or not.
pub(super) fn over(replay: &Replay, expr: &Expr, own: Option<Own<'_>>) -> Outcome<Uses> {
    let mut reader = Reader::new(replay);
    reader.scopes.push(own.map(Table::own).into_iter().collect());
    reader.expr(expr)?;
    Ok(reader.uses)
}

/// What the condition of a trigger or a rule speaks of: the columns are those of `old` and `new`.
pub(super) fn row_condition(replay: &Replay, expr: &Expr, table: RelationId) -> Outcome<Uses> {
    let mut reader = Reader::new(replay);
    if let Some(relation) = replay.relation(table) {
        let named = |name: &str| {
            let mut table = Table::own(Own::new(table, relation));
            table.name = Some(name.into());
            table
        };
        reader.scopes.push(vec![named("old"), named("new")]);
    }
    reader.expr(expr)?;
    Ok(reader.uses)
}

/// What a query speaks of, and the columns it gives: `None` where they are not known for sure.
pub(super) fn query(replay: &Replay, query: &Query) -> Outcome<(Uses, Option<Vec<Output>>)> {
    query_over(replay, query, None)
}

/// What a query speaks of that may also name the columns of a table around it.
pub(super) fn query_over(
    replay: &Replay,
    query: &Query,
    own: Option<Own<'_>>,
) -> Outcome<(Uses, Option<Vec<Output>>)> {
    let mut reader = Reader::new(replay);
    reader.scopes.push(own.map(Table::own).into_iter().collect());
    let outputs = reader.query(query)?;
    Ok((reader.uses, outputs))
}

/// How deep expressions and queries are read.
const DEEPEST: u32 = 400;

/// A reading of one expression or query.
struct Reader<'r> {
    replay: &'r Replay,
    uses: Uses,
    /// What is in `from`, the innermost query last.
    scopes: Vec<Vec<Table<'r>>>,
    /// Named queries, the innermost last.
    with: Vec<(&'r Name, Option<Vec<Output>>)>,
    /// The named query that is read now: it may name itself.
    naming: Option<usize>,
    depth: u32,
}

impl<'r> Reader<'r> {
    fn new(replay: &'r Replay) -> Self {
        Self { replay, uses: Uses::default(), scopes: Vec::new(), with: Vec::new(), naming: None, depth: 0 }
    }

    fn query(&mut self, query: &'r Query) -> Outcome<Option<Vec<Output>>> {
        if self.depth > DEEPEST {
            return Ok(None);
        }
        self.depth += 1;
        let outputs = self.query_inside(query);
        self.depth -= 1;
        outputs
    }

    fn query_inside(&mut self, query: &'r Query) -> Outcome<Option<Vec<Output>>> {
        let with = self.with.len();
        let naming = self.naming.take();
        for (at, (name, named)) in query.with.iter().enumerate() {
            // A query that names itself is recursive: its columns are those of its first part.
            self.with.push((name, None));
            self.naming = Some(with + at);
            let outputs = self.query(named)?;
            self.naming = None;
            if let Some(last) = self.with.last_mut() {
                last.1 = outputs;
            }
        }
        let mut outputs = None;
        for (at, select) in query.selects.iter().enumerate() {
            let given = self.select(select)?;
            if at == 0 {
                outputs = given;
                if let Some(own) = naming.and_then(|at| self.with.get_mut(at)) {
                    own.1.clone_from(&outputs);
                }
            }
        }
        for name in &query.writes {
            if let Some(id) = self.relation(name)? {
                self.uses.relations.insert(id);
            }
        }
        self.with.truncate(with);
        Ok(outputs)
    }

    fn select(&mut self, select: &'r Select) -> Outcome<Option<Vec<Output>>> {
        self.scopes.push(Vec::new());
        let outputs = self.select_inside(select);
        self.scopes.pop();
        outputs
    }

    fn select_inside(&mut self, select: &'r Select) -> Outcome<Option<Vec<Output>>> {
        for source in &select.from {
            self.source(source)?;
        }
        for source in &select.from {
            self.conditions(source)?;
        }
        if let Some(filter) = &select.filter {
            self.expr(filter)?;
        }
        for row in &select.values {
            self.all(row)?;
        }
        if let (Some(row), true) = (select.values.first(), select.items.is_empty()) {
            return Ok(Some(self.values(row)));
        }
        for item in &select.items {
            match item {
                Item::Star(name) => self.star(name.as_ref())?,
                Item::Value(expr, _) => self.expr(expr)?,
            }
        }
        Ok(self.outputs(&select.items, &select.from))
    }

    /// Every column of one or all tables in scope is used.
    fn star(&mut self, name: Option<&Name>) -> Outcome {
        let tables = self.scopes.last().map_or(&[][..], Vec::as_slice);
        if let Some(name) = name {
            let found = self.scopes.iter().rev().flatten().find(|table| table.is(name));
            return match found {
                Some(table) => {
                    self.uses.columns.extend(table.sources());
                    Ok(())
                }
                None => refuse(FaultKind::UnknownObject, name.as_str()),
            };
        }
        for table in tables {
            self.uses.columns.extend(table.sources());
        }
        Ok(())
    }

    /// Puts what a part of `from` reads in scope.
    fn source(&mut self, source: &'r Source) -> Outcome {
        let table = match source {
            Source::Relation { name, alias, columns } => self.named(name, alias.as_ref(), columns)?,
            Source::Query { query, alias, columns } => {
                let outputs = self.query(query)?;
                Table { name: alias.clone(), id: None, columns: Columns::given(outputs, columns) }
            }
            Source::Call { call, alias, columns } => {
                self.expr(call)?;
                self.called(call, alias.as_ref(), columns)
            }
            Source::Join { left, right, .. } => {
                if self.depth > DEEPEST {
                    return Ok(());
                }
                self.depth += 1;
                self.source(left)?;
                self.source(right)?;
                self.depth -= 1;
                return Ok(());
            }
        };
        if let Some(scope) = self.scopes.last_mut() {
            scope.push(table);
        }
        Ok(())
    }

    /// The conditions of joins, when both sides are in scope.
    fn conditions(&mut self, source: &'r Source) -> Outcome {
        let Source::Join { left, right, on, using, .. } = source else { return Ok(()) };
        if self.depth > DEEPEST {
            return Ok(());
        }
        self.depth += 1;
        self.conditions(left)?;
        self.conditions(right)?;
        for name in using.iter().filter(|name| *name != "*") {
            self.column(std::slice::from_ref(name))?;
        }
        if let Some(on) = on {
            self.expr(on)?;
        }
        self.depth -= 1;
        Ok(())
    }

    /// A relation or a named query in `from`.
    fn named(&mut self, name: &'r ObjectName, alias: Option<&Name>, columns: &[Name]) -> Outcome<Table<'r>> {
        let shown = Some(alias.unwrap_or(&name.name).clone());
        if name.schema.is_none()
            && let Some((_, outputs)) = self.with.iter().rev().find(|(with, _)| **with == name.name)
        {
            return Ok(Table { name: shown, id: None, columns: Columns::given(outputs.clone(), columns) });
        }
        let Some(id) = self.relation(name)? else {
            return Ok(Table { name: shown, id: None, columns: Columns::Unknown });
        };
        let Some(relation) = self.replay.relation(id) else {
            return Ok(Table { name: shown, id: None, columns: Columns::Unknown });
        };
        let known = if scope::is_sure(relation) {
            Columns::Relation(id, &relation.columns, columns.to_vec())
        } else {
            Columns::Unknown
        };
        Ok(Table { name: shown, id: Some(id), columns: known })
    }

    fn relation(&mut self, name: &ObjectName) -> Outcome<Option<RelationId>> {
        let id = self.replay.read_relation(name)?;
        self.uses.relations.extend(id);
        Ok(id)
    }

    fn all(&mut self, list: &'r [Expr]) -> Outcome {
        list.iter().try_for_each(|expr| self.expr(expr))
    }

    fn expr(&mut self, expr: &'r Expr) -> Outcome {
        if self.depth > DEEPEST {
            return Ok(());
        }
        self.depth += 1;
        let outcome = self.expr_inside(expr);
        self.depth -= 1;
        outcome
    }

    fn expr_inside(&mut self, expr: &'r Expr) -> Outcome {
        match expr {
            Expr::Null | Expr::Bool(_) | Expr::Number(_) | Expr::Text(_) | Expr::Parameter(_) => Ok(()),
            Expr::Column(names, _) => self.column(names),
            Expr::Call(call) => self.call(call),
            Expr::Cast(inner, of) => self.cast(inner, of),
            Expr::And(list) | Expr::Or(list) | Expr::Array(list) | Expr::Row(list) | Expr::Other(_, list) => {
                self.all(list)
            }
            Expr::Not(inner)
            | Expr::Unary(_, inner)
            | Expr::IsNull(inner, _)
            | Expr::IsBool(inner, ..)
            | Expr::Field(inner, _) => self.expr(inner),
            Expr::Binary(left, _, right)
            | Expr::Quantified { left, right, .. }
            | Expr::Index(left, right) => {
                self.expr(left)?;
                self.expr(right)
            }
            Expr::In { needle, list, .. } => {
                self.expr(needle)?;
                self.all(list)
            }
            Expr::InQuery { needle, query, .. } => {
                self.expr(needle)?;
                self.query(query).map(drop)
            }
            Expr::Between(value, low, high, _) => {
                self.expr(value)?;
                self.expr(low)?;
                self.expr(high)
            }
            Expr::Case(operand, arms, otherwise) => {
                for inner in operand.iter().chain(otherwise) {
                    self.expr(inner)?;
                }
                arms.iter().try_for_each(|(when, then)| self.expr(when).and_then(|()| self.expr(then)))
            }
            Expr::Query(query) | Expr::Exists(query) => self.query(query).map(drop),
        }
    }

    fn cast(&mut self, inner: &'r Expr, of: &TypeName) -> Outcome {
        self.expr(inner)?;
        if of.schema.is_none()
            && of.name == "regclass"
            && of.dimensions == 0
            && let Expr::Text(text) = inner
        {
            return self.regclass(text);
        }
        let key = self.replay.type_named(of)?;
        self.uses.types.extend(key);
        Ok(())
    }

    /// A relation that is named by a text.
    fn regclass(&mut self, text: &str) -> Outcome {
        let Some(name) = super::names::parsed(text) else { return Ok(()) };
        if matches!(self.replay.find(&name), Some(super::names::Found::Index(_))) {
            return Ok(());
        }
        self.relation(&name).map(drop)
    }

    fn call(&mut self, call: &'r Call) -> Outcome {
        self.all(&call.arguments)?;
        if call.name.schema.is_none() && matches!(call.name.name.as_str(), "nextval" | "currval" | "setval") {
            if let Some(Expr::Text(text)) = call.arguments.first() {
                self.regclass(text)?;
            }
            return Ok(());
        }
        let functions = self.replay.functions_named(&call.name);
        let given = call.arguments.len();
        let fitting = functions.iter().copied().filter(|id| {
            self.replay.function(*id).is_some_and(|function| scope::takes(&function.arguments, given))
        });
        let fitting = fitting.collect::<Vec<_>>();
        if !functions.is_empty() {
            self.uses.functions.extend(if fitting.is_empty() { functions } else { fitting });
            return Ok(());
        }
        if Replay::is_builtin_function(&call.name) || self.is_other_call(call) {
            return Ok(());
        }
        if !self.replay.is_complete(&call.name) {
            return Ok(());
        }
        match &call.name.schema {
            Some(schema) if !self.replay.is_schema(schema) => {
                refuse(FaultKind::UnknownSchema, schema.as_str())
            }
            _ => refuse(FaultKind::UnknownFunction, super::names::written(&call.name)),
        }
    }

    /// A call that is a cast (`citext(a)`), or a column (`name(t)`).
    fn is_other_call(&self, call: &Call) -> bool {
        let of = TypeName {
            schema: call.name.schema.clone(),
            name: call.name.name.clone(),
            ..TypeName::default()
        };
        call.arguments.len() == 1
            && (self.replay.type_named(&of).is_ok()
                || matches!(call.arguments.first(), Some(Expr::Column(names, _)) if names.len() == 1))
    }

    fn column(&mut self, names: &[Name]) -> Outcome {
        match self.seen(names) {
            Seen::Column(source, _) => {
                self.uses.columns.extend(source);
                Ok(())
            }
            Seen::Row(sources) => {
                self.uses.columns.extend(sources);
                Ok(())
            }
            Seen::Unsure => Ok(()),
            Seen::NoTable(name) => refuse(FaultKind::UnknownObject, name.as_str()),
            Seen::NoColumn(table) => {
                let column = names.last().map_or("", Name::as_str);
                let name = match table.and_then(|id| self.replay.relation(id)) {
                    Some(table) => format!("{}.{}.{column}", table.schema, table.name),
                    None => column.to_owned(),
                };
                refuse(FaultKind::UnknownColumn, name)
            }
        }
    }
}
