//! What decides whether code runs that reads a variable.

use super::names::{is_flag, is_name};
use crate::extract::code::{Code, Origin, Site};
use crate::parse::javascript::{Kind, Module, NodeId, Operator};
use crate::source::FileId;

/// How many nodes of a test, or of a function that a test asks, are looked at.
const MOST_NODES: usize = 60;

/// What stands around code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Guard {
    /// Something else decides if it runs: another variable, the stage, a switch of the entry that it belongs to, an error
    /// that is caught.
    Decides,
    /// An error in it is caught and ends the program.
    Exits,
}

/// What stands around a node; none where it runs in any case.
pub(super) fn of(code: &Code<'_>, file: FileId, module: &Module, node: NodeId) -> Option<Guard> {
    let test = |test: NodeId| asks_environment(code, file, module, test);
    let mut inner = node;
    for outer in module.ancestors(node) {
        let first = module.child(outer, 0);
        let kind = module.kind(outer);
        let branches = matches!(kind, Kind::If | Kind::Conditional | Kind::Logical(Operator::And));
        if branches && first != Some(inner) && first.is_some_and(test) {
            return Some(Guard::Decides);
        }
        match kind {
            Kind::Case => return Some(Guard::Decides),
            Kind::Try if first == Some(inner) => {
                let exits = module.child(outer, 1).is_some_and(|handler| exits(module, handler));
                return Some(if exits { Guard::Exits } else { Guard::Decides });
            }
            Kind::Block if left_before(module, outer, inner, &test) => return Some(Guard::Decides),
            Kind::Object if is_switched_entry(module, outer, inner) => return Some(Guard::Decides),
            _ => {}
        }
        inner = outer;
    }
    None
}

/// Whether an error in this code is caught and ends the program.
pub(super) fn exits_on_error(module: &Module, node: NodeId) -> bool {
    let mut inner = node;
    for outer in module.ancestors(node) {
        if module.kind(outer) == Kind::Try && module.child(outer, 0) == Some(inner) {
            return module.child(outer, 1).is_some_and(|handler| exits(module, handler));
        }
        inner = outer;
    }
    false
}

/// Whether code ends the program.
fn exits(module: &Module, node: NodeId) -> bool {
    module.descendants(node).any(|call| {
        module.kind(call) == Kind::Call
            && module.callee(call).is_some_and(|callee| {
                module.is_global(callee, "process.exit") || module.is_global(callee, "Deno.exit")
            })
    })
}

/// Whether a function is left before the statement: `if (process.env.STORE !== "s3") return;`.
fn left_before(module: &Module, block: NodeId, inner: NodeId, test: &impl Fn(NodeId) -> bool) -> bool {
    let before = module.children(block).take_while(|statement| *statement != inner);
    before.filter(|statement| module.kind(*statement) == Kind::If).any(|branch| {
        let leaves = module.child(branch, 1).is_some_and(|then| {
            let mut inside = std::iter::once(then).chain(module.own_descendants(then));
            inside.any(|node| module.kind(node) == Kind::Return)
        });
        leaves && module.child(branch, 0).is_some_and(test)
    })
}

/// Whether an object is an entry of a list that a switch beside the value turns on:
/// `[{ switch: "GITHUB_ENABLED", make: () => … }]`.
fn is_switched_entry(module: &Module, object: NodeId, inner: NodeId) -> bool {
    if module.parent(object).is_none_or(|list| module.kind(list) != Kind::Array) {
        return false;
    }
    let mut others = module.children(object).filter(|property| *property != inner);
    others.any(|property| {
        module.descendants(property).take(MOST_NODES).any(|node| match module.kind(node) {
            Kind::Text(word) => is_switch(module.word(word)),
            Kind::Member(word) => {
                is_switch(module.word(word))
                    && module.child(node, 0).is_some_and(|object| module.is_environment(object))
            }
            _ => false,
        })
    })
}

fn is_switch(name: &str) -> bool {
    is_name(name) && is_flag(name)
}

/// Whether a test asks for variables, by itself, through a constant, or through a function of this repository.
fn asks_environment(code: &Code<'_>, file: FileId, module: &Module, test: NodeId) -> bool {
    std::iter::once(test).chain(module.descendants(test)).any(|node| {
        let called = module.kind(node) == Kind::Call;
        if called && let Origin::Local(function) = code.callee(Site { file, node }) {
            return code.module(function.file).is_some_and(|module| reads_variables(module, function.node));
        }
        let node = module.resolve(node);
        is_variable(module, node)
            || matches!(module.kind(node), Kind::Binary(_) | Kind::Logical(_) | Kind::Call | Kind::Unary(_))
                && node != test
                && module.descendants(node).take(24).any(|node| is_variable(module, node))
    })
}

fn reads_variables(module: &Module, function: NodeId) -> bool {
    module.descendants(function).take(MOST_NODES).any(|node| is_variable(module, node))
}

/// `process.env.X`, `process.env[name]`; also all of them: `has(process.env, "X")`, `"X" in process.env`.
fn is_variable(module: &Module, node: NodeId) -> bool {
    if module.is_environment(node) {
        return true;
    }
    matches!(module.kind(node), Kind::Member(_) | Kind::Index)
        && module.child(node, 0).is_some_and(|object| module.is_environment(object))
}
