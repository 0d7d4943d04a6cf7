//! Which variables an instruction sees, and what is known of them.

use std::cell::Cell;
use std::collections::HashMap;

use super::lex::{Lookup, Variables};
use super::value::Expanded;

/// How many stages up a variable is looked for; a longer chain is no real file.
const CHAIN: usize = 200;

/// Steps and bytes that substitution may take in one file: `ENV a=$a$a` doubles a text with every line.
const BUDGET: usize = 64 << 20;

/// Arguments that the builder itself gives to `FROM`, and to a stage that declares them.
const PREDEFINED: [&str; 10] = [
    "BUILDPLATFORM",
    "BUILDOS",
    "BUILDOSVERSION",
    "BUILDARCH",
    "BUILDVARIANT",
    "TARGETPLATFORM",
    "TARGETOS",
    "TARGETOSVERSION",
    "TARGETARCH",
    "TARGETVARIANT",
];

/// What a declaration says of a variable.
#[derive(Debug, Clone)]
enum Variable {
    /// It has a value.
    Value(Expanded),
    /// `ARG name`: it has one only if the command line gives it.
    Declared,
    /// It has a value that the file does not tell.
    Given,
}

/// What a stage begins with.
#[derive(Debug, Clone, Copy)]
pub(super) enum Inherits {
    /// Nothing at all.
    Nothing,
    /// The variables of an earlier stage.
    Stage(usize),
    /// What the image sets, which the file does not tell.
    Image,
}

/// All variables of a file, as far as it has been read.
#[derive(Debug)]
pub(super) struct Scopes {
    global: HashMap<String, Variable>,
    stages: Vec<(HashMap<String, Variable>, Inherits)>,
    budget: Cell<usize>,
}

/// What `FROM` and `ARG` before it see.
pub(super) struct Global<'a>(pub(super) &'a Scopes);

/// What an instruction of the latest stage sees.
pub(super) struct Current<'a>(pub(super) &'a Scopes);

impl Scopes {
    pub(super) fn new() -> Self {
        let given = PREDEFINED.iter().chain(&["TARGETSTAGE"]);
        Self {
            global: given.map(|name| ((*name).to_owned(), Variable::Given)).collect(),
            stages: Vec::new(),
            budget: Cell::new(BUDGET),
        }
    }

    /// Begins the scope of the next stage.
    pub(super) fn enter(&mut self, inherits: Inherits) {
        self.stages.push((HashMap::new(), inherits));
    }

    /// Whether a stage has begun.
    pub(super) fn in_stage(&self) -> bool {
        !self.stages.is_empty()
    }

    /// `ENV name=value`.
    pub(super) fn set(&mut self, name: &str, value: &Expanded) {
        let variable =
            if self.spend(value.size() * 16) { Variable::Value(value.clone()) } else { Variable::Given };
        let scope = self.stages.last_mut().map_or(&mut self.global, |(own, _)| own);
        scope.insert(name.to_owned(), variable);
    }

    /// `ARG name` or `ARG name=default`. Without a default, a stage takes the value of the global argument.
    pub(super) fn declare(&mut self, name: &str, default: Option<&Expanded>) {
        if let Some(value) = default {
            self.set(name, value);
            return;
        }
        let Some((own, _)) = self.stages.last_mut() else {
            self.global.entry(name.to_owned()).or_insert(Variable::Declared);
            return;
        };
        match self.global.get(name) {
            Some(Variable::Value(value)) => {
                let value = value.clone();
                self.set(name, &value);
            }
            Some(Variable::Given) => {
                own.insert(name.to_owned(), Variable::Given);
            }
            Some(Variable::Declared) | None => {
                own.entry(name.to_owned()).or_insert(Variable::Declared);
            }
        }
    }

    fn spend(&self, steps: usize) -> bool {
        let left = self.budget.get().checked_sub(steps);
        self.budget.set(left.unwrap_or(self.budget.get()));
        left.is_some()
    }
}

impl Variables for Global<'_> {
    fn get(&self, name: &str) -> Lookup<'_> {
        match self.0.global.get(name) {
            Some(Variable::Value(value)) => Lookup::Known(value),
            Some(Variable::Given) => Lookup::Unknown,
            Some(Variable::Declared) | None => Lookup::Unset,
        }
    }

    fn spend(&self, steps: usize) -> bool {
        self.0.spend(steps)
    }
}

impl Variables for Current<'_> {
    fn get(&self, name: &str) -> Lookup<'_> {
        let mut declared = false;
        let mut next = self.0.stages.len().checked_sub(1);
        for _ in 0..CHAIN {
            let Some((own, inherits)) = next.and_then(|index| self.0.stages.get(index)) else { break };
            match own.get(name) {
                Some(Variable::Value(value)) => return Lookup::Known(value),
                Some(Variable::Given) => return Lookup::Unknown,
                Some(Variable::Declared) => declared = true,
                None => {}
            }
            match inherits {
                Inherits::Nothing => return Lookup::Unset,
                Inherits::Stage(base) => next = Some(*base),
                Inherits::Image => break,
            }
        }
        if declared { Lookup::Unset } else { Lookup::Unknown }
    }

    fn spend(&self, steps: usize) -> bool {
        self.0.spend(steps)
    }
}
