//! The steps of a block, one after the other.

use super::value::{Found, Val};
use super::{DEPTH, changing};
use super::{conditions, effects};
use crate::extract::schema::catalog::{About, FaultKind, FunctionId};
use crate::extract::schema::replay::{Outcome, Replay, builtin, mend, refuse};
use crate::parse::sql;
use crate::parse::sql::block::{Block, Handler, Step, StepKind};
use crate::parse::sql::expression::{Call, Expr, Name, Query};
use crate::parse::sql::model::{Kind, Statement};
use crate::parse::sql::routine::{Argument, Body};
use crate::parse::sql::walk::{self, Part};

/// How many steps a block may take; a text that is executed counts as ten.
const STEPS: u32 = 40_000;

/// What comes after a step.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Flow {
    Next,
    /// `exit`, `continue`: the rest of the loop's body is passed over; `exit` ends the loop.
    Leave(bool),
    Return(Val),
}

/// A block that runs.
pub(super) struct Machine<'r> {
    pub(super) replay: &'r mut Replay,
    /// Variables, innermost last.
    pub(super) vars: Vec<(Name, Val)>,
    /// Variables that hold one value, not a row.
    scalars: Vec<Name>,
    /// Parameters of `execute … using` and of SQL functions.
    pub(super) parameters: Vec<Val>,
    steps: u32,
    calls: u32,
    /// The statement that was refused last.
    failed: Option<Statement>,
}

impl<'r> Machine<'r> {
    pub(super) fn new(replay: &'r mut Replay) -> Self {
        Self {
            replay,
            vars: Vec::new(),
            scalars: Vec::new(),
            parameters: Vec::new(),
            steps: 0,
            calls: 0,
            failed: None,
        }
    }

    /// Runs a block: what fails inside one with an `exception` part is undone and handled.
    pub(super) fn block(&mut self, block: &Block) -> Outcome<Flow> {
        let outer = self.vars.len();
        for (name, of, first) in &block.declares {
            if of
                .as_ref()
                .is_some_and(|of| of.name != "record" && (builtin::type_name(&of.name) || of.of_column))
            {
                self.scalars.push(name.clone());
            }
            let value = first.as_ref().map_or(Val::Null, |first| self.value(first));
            self.vars.push((name.clone(), value));
        }
        let flow = if block.exception {
            let mark = self.replay.mark();
            // What a handler may catch has to fail.
            let mending = std::mem::take(&mut self.replay.mending);
            let flow = self.steps(&block.statements);
            self.replay.mending = mending;
            match flow {
                Ok(flow) => {
                    self.replay.keep(mark);
                    Ok(flow)
                }
                Err(refusal) => {
                    self.replay.undo(mark);
                    let failed = self.failed.take();
                    let caught = |handler: &&Handler| {
                        conditions::catch(&handler.conditions, &refusal, failed.as_ref())
                    };
                    match block.handlers.iter().find(caught) {
                        Some(handler) => self.steps(&handler.statements),
                        None => Err(refusal),
                    }
                }
            }
        } else {
            self.steps(&block.statements)
        };
        self.vars.truncate(outer);
        flow
    }

    pub(super) fn steps(&mut self, steps: &[Step]) -> Outcome<Flow> {
        for step in steps {
            let flow = match self.step(step) {
                Err(refusal) if self.replay.mending => {
                    if let Some(failed) = self.failed.take() {
                        mend::statement(self.replay, &failed, refusal);
                    }
                    Flow::Next
                }
                flow => flow?,
            };
            if flow != Flow::Next {
                return Ok(flow);
            }
        }
        Ok(Flow::Next)
    }

    fn step(&mut self, step: &Step) -> Outcome<Flow> {
        self.steps += 1;
        if self.steps > STEPS {
            self.replay.doubt("a block that runs too long", About::Everything);
            return Ok(Flow::Return(Val::Unknown));
        }
        match &step.kind {
            StepKind::Sql(statement) => self.statement(statement)?,
            StepKind::Execute { text, using, into } => self.execute(text, using, into)?,
            StepKind::Perform(query) => {
                let found = self.found(query).map(|found| found.exists());
                self.set(&Name::const_new("found"), truth(found.flatten()));
                self.reads(query)?;
            }
            StepKind::Assign { name, value } => {
                self.expression_calls(value)?;
                let value = self.value(value);
                self.set(name, value);
            }
            StepKind::SelectInto { names, query } => self.select_into(names, query)?,
            StepKind::If { arms, otherwise } => return self.choose(arms, otherwise),
            StepKind::Block(block) => return self.block(block),
            StepKind::Raise(true) => return refuse(FaultKind::Invalid, "raise exception"),
            StepKind::Return(value) => {
                if let Some(value) = value {
                    self.expression_calls(value)?;
                }
                return Ok(Flow::Return(value.as_ref().map_or(Val::Null, |value| self.value(value))));
            }
            StepKind::ReturnQuery(query) => self.reads(query)?,
            StepKind::Raise(false) => {}
            StepKind::Other(word) => {
                return Ok(match word.split_whitespace().next() {
                    Some("exit") => Flow::Leave(true),
                    Some("continue") => Flow::Leave(false),
                    _ => Flow::Next,
                });
            }
            loops => return self.repeated(loops),
        }
        Ok(Flow::Next)
    }

    /// A query: its tables are there, and what it calls is run.
    fn reads(&mut self, query: &Query) -> Outcome {
        self.read(query)?;
        self.query_calls(query)
    }

    fn statement(&mut self, statement: &Statement) -> Outcome {
        match &statement.kind {
            Kind::Query(query) => self.reads(query),
            Kind::Change(change) => self.changed(change),
            _ => {
                let outcome = self.replay.run(statement);
                self.failed = outcome.is_err().then(|| statement.clone());
                outcome
            }
        }
    }

    /// `if`: the first arm whose condition holds. Where that is not known, what the arms change stays a doubt.
    fn choose(&mut self, arms: &[(Expr, Vec<Step>)], otherwise: &[Step]) -> Outcome<Flow> {
        for (at, (condition, steps)) in arms.iter().enumerate() {
            self.asked(condition)?;
            match self.value(condition).holds() {
                Some(true) => return self.steps(steps),
                Some(false) => {}
                None => {
                    let rest = arms.get(at..).unwrap_or_default().iter().map(|(_, steps)| steps.as_slice());
                    for steps in rest.chain([otherwise]) {
                        self.unsure(steps, "a condition that could not be decided");
                    }
                    return Ok(Flow::Next);
                }
            }
        }
        self.steps(otherwise)
    }

    /// Steps that may or may not have run: doubts about what they change, and variables that are not known.
    fn unsure(&mut self, steps: &[Step], why: &str) {
        for about in effects::of(steps) {
            self.replay.doubt(why, about);
        }
        let mut lists = vec![steps];
        while let Some(list) = lists.pop() {
            for step in list {
                match &step.kind {
                    StepKind::Assign { name, .. } => self.set(name, Val::Unknown),
                    StepKind::SelectInto { names, .. } | StepKind::Execute { into: names, .. } => {
                        for name in names {
                            self.set(name, Val::Unknown);
                        }
                    }
                    _ => {}
                }
                lists.extend(effects::inside(&step.kind));
            }
        }
    }

    fn repeated(&mut self, kind: &StepKind) -> Outcome<Flow> {
        match kind {
            StepKind::ForEach { names, array, body } => {
                if let Some(list) = self.value(array).list() {
                    let rows = list.into_iter().map(|value| vec![(Name::default(), value)]).collect();
                    self.each(names, rows, body)
                } else {
                    self.unsure(body, "a loop over a list that is not known");
                    Ok(Flow::Next)
                }
            }
            StepKind::ForQuery { names, query, body } => {
                self.reads(query)?;
                let found = self.found(query);
                self.over(found, names, body)
            }
            StepKind::ForExecute { names, text, body } => {
                let found = match self.value(text) {
                    Val::Text(text) => self.queried(&text),
                    _ => None,
                };
                self.over(found, names, body)
            }
            StepKind::ForRange { name, from, to, reverse, body } => {
                let (from, to) = (self.value(from).integer(), self.value(to).integer());
                let (Some(from), Some(to)) = (from, to) else {
                    self.unsure(body, "a loop over a range that is not known");
                    return Ok(Flow::Next);
                };
                let row = |at: i64| vec![(Name::default(), Val::text(at.to_string()))];
                let most = usize::try_from(STEPS).unwrap_or(usize::MAX);
                let rows = if *reverse {
                    (to..=from).rev().take(most).map(row).collect()
                } else {
                    (from..=to).take(most).map(row).collect()
                };
                self.each(std::slice::from_ref(name), rows, body)
            }
            StepKind::Loop(body) => {
                self.unsure(body, "a loop that runs an unknown number of times");
                Ok(Flow::Next)
            }
            _ => Ok(Flow::Next),
        }
    }

    /// A loop over what a query gives.
    fn over(&mut self, found: Option<Found>, names: &[Name], body: &[Step]) -> Outcome<Flow> {
        let (rows, unsure) =
            found.map_or((Vec::new(), true), |found| (found.rows, found.unsure || found.cut));
        if unsure {
            self.unsure(body, "a loop over rows that are not known");
        }
        self.each(names, rows, body)
    }

    fn each(&mut self, names: &[Name], rows: Vec<Vec<(Name, Val)>>, body: &[Step]) -> Outcome<Flow> {
        for row in rows {
            match names {
                [one] => {
                    let value = match row.as_slice() {
                        [(name, value)] if name.is_empty() || self.is_scalar(one) => value.clone(),
                        _ => Val::Row(row),
                    };
                    self.set(one, value);
                }
                several => {
                    for (name, (_, value)) in several.iter().zip(row) {
                        self.set(name, value);
                    }
                }
            }
            match self.steps(body)? {
                Flow::Next | Flow::Leave(false) => {}
                Flow::Leave(true) => break,
                done @ Flow::Return(_) => return Ok(done),
            }
        }
        Ok(Flow::Next)
    }

    /// Whether a variable was declared with a built-in type, so that a row of one column is its value.
    fn is_scalar(&self, name: &Name) -> bool {
        self.scalars.contains(name)
    }

    fn select_into(&mut self, names: &[Name], query: &Query) -> Outcome {
        self.reads(query)?;
        let found = self.found(query);
        let first = found.as_ref().and_then(|found| match found.rows.as_slice() {
            [] if !found.unsure => Some(None),
            [row, rest @ ..] if !found.unsure && (rest.is_empty() || !found.cut) => Some(Some(row.clone())),
            _ => None,
        });
        let exists = found.and_then(|found| found.exists());
        self.set(&Name::const_new("found"), truth(exists));
        match (first, names) {
            (Some(Some(row)), [one]) if row.len() != 1 => self.set(one, Val::Row(row)),
            (Some(Some(row)), names) => {
                for (name, (_, value)) in names.iter().zip(row) {
                    self.set(name, value);
                }
            }
            (Some(None), names) => names.iter().for_each(|name| self.set(name, Val::Null)),
            (None, names) => names.iter().for_each(|name| self.set(name, Val::Unknown)),
        }
        Ok(())
    }

    /// `execute`: the text is read and run in the place of the statement.
    fn execute(&mut self, text: &Expr, using: &[Expr], into: &[Name]) -> Outcome {
        let given = self.value(text);
        let Val::Text(script) = given else {
            if given == Val::Null {
                return refuse(FaultKind::Invalid, "null");
            }
            if let Some(about) = effects::text_effect(text) {
                self.replay.doubt("a statement whose text is not known", about);
            }
            for name in into {
                self.set(name, Val::Unknown);
            }
            return Ok(());
        };
        let outer = std::mem::take(&mut self.parameters);
        self.parameters = using.iter().map(|one| self.value(one)).collect();
        let outcome = self.executed(&script, into);
        self.parameters = outer;
        outcome
    }

    fn executed(&mut self, text: &str, into: &[Name]) -> Outcome {
        self.steps += 9;
        let script = sql::read(text);
        if !script.errors.is_empty() {
            return refuse(FaultKind::Invalid, text.split_whitespace().take(4).collect::<Vec<_>>().join(" "));
        }
        for statement in &script.statements {
            match &statement.kind {
                Kind::Query(query) if !into.is_empty() => self.select_into(into, query)?,
                _ => self.statement(statement)?,
            }
        }
        Ok(())
    }

    /// The rows of a query that is given as a text.
    fn queried(&mut self, text: &str) -> Option<Found> {
        let script = sql::read(text);
        match script.statements.as_slice() {
            [only] => match &only.kind {
                Kind::Query(query) => self.found(query),
                _ => None,
            },
            _ => None,
        }
    }

    /// Runs what the calls of an expression change.
    fn expression_calls(&mut self, expr: &Expr) -> Outcome {
        let mut any = false;
        walk::expression(expr, &mut |part| {
            any |= matches!(part, Part::Expr(Expr::Call(_)));
            true
        });
        if !any {
            return Ok(());
        }
        let select = sql::expression::Select {
            items: vec![sql::expression::Item::Value(expr.clone(), None)],
            ..sql::expression::Select::default()
        };
        self.query_calls(&Query { selects: vec![select], ..Query::default() })
    }

    /// Runs the functions that a query calls in what it returns, once for each of its rows.
    pub(super) fn query_calls(&mut self, query: &Query) -> Outcome {
        let changing = changing(self.replay, query);
        if changing.is_empty() {
            return Ok(());
        }
        let Some(calls) = self.calls_of(query, &changing) else {
            for id in changing {
                self.unsure_call(id);
            }
            return Ok(());
        };
        for (id, arguments) in calls {
            self.run_function(id, &arguments)?;
        }
        Ok(())
    }

    /// The function that a call with this many arguments means, among some.
    pub(super) fn meant(&self, call: &Call, among: &[FunctionId]) -> Option<FunctionId> {
        self.replay.functions_named(&call.name).into_iter().find(|id| {
            among.contains(id)
                && self.replay.function(*id).is_some_and(|function| {
                    let takes = inputs(&function.arguments).count();
                    let must = inputs(&function.arguments).filter(|argument| !argument.default).count();
                    (must..=takes).contains(&call.arguments.len())
                })
        })
    }

    fn unsure_call(&mut self, id: FunctionId) {
        let why = "a call of a function that could not be followed";
        match self.replay.function(id).map(|function| function.body.clone()) {
            Some(Body::Plpgsql(block)) => self.unsure(&block.statements, why),
            Some(Body::Sql(statements)) => {
                for about in statements.iter().filter_map(effects::statement_effect) {
                    self.replay.doubt(why, about);
                }
            }
            _ => {}
        }
    }

    fn run_function(&mut self, id: FunctionId, arguments: &[Val]) -> Outcome {
        if self.calls >= DEPTH || self.replay.depth > DEPTH {
            self.unsure_call(id);
            return Ok(());
        }
        let Some(function) = self.replay.function(id) else { return Ok(()) };
        let named: Vec<(Name, Val)> = inputs(&function.arguments)
            .enumerate()
            .map(|(at, argument)| {
                let missing = if argument.default { Val::Unknown } else { Val::Null };
                (argument.name.clone().unwrap_or_default(), arguments.get(at).cloned().unwrap_or(missing))
            })
            .collect();
        let body = function.body.clone();
        let path = function.settings.get("search_path").map(|setting| setting.values.clone());
        let owner = function.definer.then(|| function.owner.clone());
        let old_path = path.map(|path| {
            let new = path.iter().map(|name| Name::from(name.as_str())).collect();
            std::mem::replace(&mut self.replay.catalog.search_path, new)
        });
        let old_role = owner.map(|owner| std::mem::replace(&mut self.replay.role, owner));
        self.replay.depth += 1;
        let mut inner = Machine::new(self.replay);
        inner.calls = self.calls + 1;
        inner.steps = self.steps;
        inner.parameters = named.iter().map(|(_, value)| value.clone()).collect();
        inner.vars = named;
        let outcome = match &body {
            Body::Plpgsql(block) => inner.block(block).map(drop),
            Body::Sql(statements) => statements.iter().try_for_each(|statement| inner.statement(statement)),
            Body::None | Body::Unread(_) => Ok(()),
        };
        self.steps = inner.steps;
        self.replay.depth -= 1;
        if let Some(path) = old_path {
            self.replay.catalog.search_path = path;
        }
        if let Some(role) = old_role {
            self.replay.role = role;
        }
        outcome
    }
}

fn inputs(arguments: &[Argument]) -> impl Iterator<Item = &Argument> {
    arguments.iter().filter(|argument| argument.mode.goes_in())
}

fn truth(value: Option<bool>) -> Val {
    value.map_or(Val::Unknown, Val::Bool)
}
