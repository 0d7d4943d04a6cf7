//! Which environment code is for: what its conditions say of production and development.

use super::names;
use super::scan::variable;
use crate::parse::javascript::{Kind, Module, NodeId, Operator};

/// How deep conditions are followed.
const DEEPEST: usize = 12;

/// The environment code is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Environment {
    Production,
    Development,
}

use Environment::{Development, Production};

/// What a condition says of the environment when it is true, or false.
pub(super) fn implied(module: &Module, test: NodeId, truth: bool) -> Option<Environment> {
    implied_at(module, test, truth, 0)
}

fn implied_at(module: &Module, test: NodeId, truth: bool, depth: usize) -> Option<Environment> {
    let test = module.resolve(test);
    if depth > DEEPEST {
        return None;
    }
    let child = |index: usize, truth| implied_at(module, module.child(test, index)?, truth, depth + 1);
    match module.kind(test) {
        Kind::Unary(Operator::Not) => child(0, !truth),
        Kind::Logical(Operator::And) if truth => child(0, truth).or_else(|| child(1, truth)),
        Kind::Logical(Operator::Or) if !truth => child(0, truth).or_else(|| child(1, truth)),
        Kind::Logical(Operator::And | Operator::Or) => {
            child(0, truth).filter(|left| child(1, truth) == Some(*left))
        }
        Kind::Binary(Operator::Equal | Operator::StrictEqual) => compared(module, test, truth),
        Kind::Binary(Operator::NotEqual | Operator::StrictNotEqual) => compared(module, test, !truth),
        // `["development", "test"].includes(env)`.
        Kind::Call if matches!(module.called(test), Some("includes")) => {
            let list = module.receiver(test).map(|list| module.resolve(list))?;
            let first = module.children(list).next()?;
            named(&module.text(first)?, truth)
        }
        Kind::Call => module.callee(test).and_then(|callee| by_name(module.last_name(callee)?, truth)),
        Kind::Name(..) | Kind::Member(_) => {
            by_name(variable(module, test).or_else(|| module.last_name(test))?, truth)
        }
        _ => None,
    }
}

/// What `x === "production"` says.
fn compared(module: &Module, test: NodeId, truth: bool) -> Option<Environment> {
    [0, 1].into_iter().find_map(|index| {
        let side = module.child(test, index)?;
        match module.kind(side) {
            Kind::Text(word) => named(module.word(word), truth),
            _ => None,
        }
    })
}

fn named(environment: &str, truth: bool) -> Option<Environment> {
    match (environment, truth) {
        ("production" | "prod", true) | ("development" | "dev" | "local", false) => Some(Production),
        ("production" | "prod", false)
        | ("development" | "dev" | "local" | "test" | "testing" | "e2e", true) => Some(Development),
        _ => None,
    }
}

/// What `isProduction`, `IS_DEV` and the like say.
fn by_name(name: &str, truth: bool) -> Option<Environment> {
    let environment = if names::has(name, &["production", "prod"]) {
        Production
    } else if names::has(name, &["development", "dev", "develop", "localhost"]) {
        Development
    } else if names::has(name, &["test"]) && names::has(name, &["is", "vitest", "jest"]) {
        return truth.then_some(Development);
    } else {
        return None;
    };
    // `DEV_BYPASS_AUTH` is a flag for developers, and no statement about the environment.
    if names::words(name).count() > 3
        || names::has(name, &["bypass", "auth", "skip", "login", "mock", "user"])
    {
        return None;
    }
    Some(if truth { environment } else { other(environment) })
}

fn other(environment: Environment) -> Environment {
    match environment {
        Production => Development,
        Development => Production,
    }
}

/// The environment in which a node runs, by the conditions around it and the early exits before it.
pub(super) fn of(module: &Module, node: NodeId) -> Option<Environment> {
    let mut inner = node;
    for outer in module.ancestors(node) {
        let place = || module.children(outer).position(|child| child == inner).unwrap_or_default();
        let test = || module.child(outer, 0);
        let found = match module.kind(outer) {
            Kind::If | Kind::Conditional if place() > 0 => implied(module, test()?, place() == 1),
            Kind::Logical(Operator::And) if place() > 0 => implied(module, test()?, true),
            Kind::Logical(Operator::Or) if place() > 0 => implied(module, test()?, false),
            Kind::Block | Kind::Program => {
                let before = module.children(outer).take_while(|child| *child < inner);
                before
                    .filter(|child| leaves(module, *child) && module.child(*child, 2).is_none())
                    .find_map(|exit| implied(module, module.child(exit, 0)?, false))
            }
            // `{ production: …, development: { … } }`.
            Kind::Property(word) => named(module.word(word), true),
            _ => None,
        };
        if found.is_some() {
            return found;
        }
        inner = outer;
    }
    None
}

/// Whether a statement is an `if` that leaves its function where it holds.
pub(super) fn leaves(module: &Module, node: NodeId) -> bool {
    if module.kind(node) != Kind::If {
        return false;
    }
    let Some(then) = module.child(node, 1) else { return false };
    let last = match module.kind(then) {
        Kind::Block => module.children(then).last(),
        _ => Some(then),
    };
    last.is_some_and(|last| matches!(module.kind(last), Kind::Return | Kind::Throw))
}

/// Whether a statement leaves with an error or ends the program somewhere in it.
pub(super) fn refuses(module: &Module, node: NodeId) -> bool {
    std::iter::once(node).chain(module.descendants(node)).any(|inner| match module.kind(inner) {
        Kind::Throw => true,
        Kind::Call => module.callee(inner).is_some_and(|callee| {
            module.is_global(callee, "process.exit")
                || module.last_name(callee).is_some_and(|name| matches!(name, "addIssue" | "exit"))
        }),
        _ => false,
    })
}

/// Whether a node speaks of the environment at all.
pub(super) fn mentions(module: &Module, node: NodeId) -> bool {
    std::iter::once(node).chain(module.descendants(node)).any(|inner| match module.kind(inner) {
        Kind::Text(word) => matches!(module.word(word), "production" | "development"),
        Kind::Name(..) | Kind::Member(_) => module.last_name(inner).is_some_and(|name| {
            matches!(name, "NODE_ENV" | "APP_ENV" | "VERCEL_ENV") || by_name(name, true).is_some()
        }),
        _ => false,
    })
}
