//! Helper functions in PL/pgSQL: conditions, early returns and looked-up variables, read as one condition or value.

use super::formula::Formula;
use super::scope::Scope;
use super::text;
use super::value::Value;
use crate::parse::sql::block::{Block, Step, StepKind};
use crate::parse::sql::expression::{Expr, Name, Query, Select};

/// What is left to run: lists of steps, the last one first.
type Rest<'b> = Vec<&'b [Step]>;

impl Scope<'_> {
    /// What a block returns, as a condition.
    pub(super) fn block_truth(&self, block: &Block) -> Formula {
        let mut scope = self.clone();
        scope.declare(block);
        scope.run(vec![&block.statements])
    }

    fn declare(&mut self, block: &Block) {
        for (name, _, first) in &block.declares {
            match first {
                Some(first) => self.assign(name, first),
                None => self.bind(name, Value::Null, Formula::Null),
            }
        }
    }

    fn run(&self, mut rest: Rest<'_>) -> Formula {
        let Some(_deeper) = self.deeper() else { return Formula::unknown("it is nested too deep") };
        let mut scope = self.clone();
        while let Some(steps) = rest.pop() {
            let Some((step, after)) = steps.split_first() else { continue };
            rest.push(after);
            match &step.kind {
                StepKind::Return(Some(value)) => return scope.truth(value),
                StepKind::Return(None) => return Formula::Null,
                StepKind::ReturnQuery(query) => {
                    return scope.query_truth(query, &Expr::Query(query.clone()));
                }
                StepKind::Raise(true) => return Formula::False,
                StepKind::If { arms, otherwise } => return scope.branches(arms, otherwise, &rest),
                StepKind::Block(block) => {
                    scope.declare(block);
                    rest.push(&block.statements);
                }
                other => {
                    if !scope.step(other) {
                        return Formula::unknown("what a helper function gives");
                    }
                }
            }
        }
        Formula::Null
    }

    /// `if`: each arm with its condition and without those before, then what follows.
    fn branches(&self, arms: &[(Expr, Vec<Step>)], otherwise: &[Step], rest: &Rest<'_>) -> Formula {
        let mut before: Vec<Formula> = Vec::new();
        let mut any: Vec<Formula> = Vec::new();
        let then = |steps| {
            let mut rest: Rest<'_> = rest.clone();
            rest.push(steps);
            rest
        };
        for (condition, steps) in arms {
            let met = self.truth(condition).settled();
            if met != Formula::False {
                let reached = before.iter().cloned().chain([met.clone()]);
                let given = self.run(then(steps)).settled();
                any.push(Formula::all(reached.chain([given])));
            }
            if met == Formula::True {
                return Formula::any(any);
            }
            before.push(met.negated(|| format!("not ({})", text::expression(condition))));
        }
        let given = self.run(then(otherwise)).settled();
        any.push(Formula::all(before.into_iter().chain([given])));
        Formula::any(any)
    }

    /// A step that gives variables a value; `false` where it cannot be followed.
    fn step(&mut self, kind: &StepKind) -> bool {
        match kind {
            StepKind::Assign { name, value } => self.assign(name, value),
            StepKind::SelectInto { names, query } => {
                let found = self.query_exists(query, &Expr::Exists(query.clone()));
                for (at, name) in names.iter().enumerate() {
                    let one = narrowed(query, at);
                    let whole = Expr::Query(Box::new(one.clone()));
                    let (value, truth) = (self.query_value(&one), self.query_truth(&one, &whole));
                    self.bind(name, value, truth);
                }
                self.bind(&Name::const_new("found"), Value::made_of(vec![self.query_value(query)]), found);
            }
            StepKind::Perform(query) => {
                let found = self.query_exists(query, &Expr::Exists(query.clone()));
                self.bind(&Name::const_new("found"), Value::made_of(vec![self.query_value(query)]), found);
            }
            StepKind::Raise(false) | StepKind::Sql(_) => {}
            StepKind::Other(word) => return matches!(word.as_str(), "null" | "get"),
            _ => return false,
        }
        true
    }

    fn assign(&mut self, name: &Name, value: &Expr) {
        let (known, truth) = (self.value(value), self.truth(value));
        self.bind(name, known, truth);
    }

    fn bind(&mut self, name: &Name, value: Value, truth: Formula) {
        self.truths.retain(|(known, _)| known != name);
        self.truths.push((name.clone(), truth));
        match self.bound.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = value,
            None => self.bound.push((name.clone(), value)),
        }
    }

    /// What a block returns, as a value: that of its returns that decides most.
    pub(super) fn block_value(&self, block: &Block) -> Value {
        let mut scope = self.clone();
        scope.declare(block);
        let mut values = Vec::new();
        let mut lists: Rest<'_> = vec![&block.statements];
        while let Some(steps) = lists.pop() {
            let Some((step, after)) = steps.split_first() else { continue };
            lists.push(after);
            match &step.kind {
                StepKind::Return(Some(value)) => values.push(scope.value(value)),
                StepKind::ReturnQuery(query) => values.push(scope.query_value(query)),
                StepKind::Return(None) | StepKind::Raise(_) => {}
                StepKind::If { arms, otherwise } => {
                    lists.push(otherwise);
                    lists.extend(arms.iter().rev().map(|(_, steps)| steps.as_slice()));
                }
                StepKind::Block(block) => {
                    scope.declare(block);
                    lists.push(&block.statements);
                }
                other => {
                    if !scope.step(other) {
                        return Value::unknown("what a helper function gives");
                    }
                }
            }
        }
        values.retain(|value| *value != Value::Null);
        if values.len() == 1 { values.remove(0) } else { Value::made_of(values) }
    }
}

/// A query with only one of the things that it returns.
fn narrowed(query: &Query, at: usize) -> Query {
    let selects = query.selects.iter().map(|select| Select {
        items: select.items.get(at).cloned().into_iter().collect(),
        ..select.clone()
    });
    Query { selects: selects.collect(), ..query.clone() }
}
