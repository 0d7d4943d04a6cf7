//! What is held against a condition before it is used.

use super::environment::leaves;
use super::scan::variable;
use super::{names, request};
use crate::parse::javascript::{Kind, Module, NodeId, Operator};

/// Whether code looks at the parts of a request in a value before the place where it is used:
/// `if (!isValid(value)) return`, `assertInside(value)`, `if (value.startsWith(root)) { … }`. Asking whether a file
/// exists is no such look.
pub(in crate::extract) fn stand_before(module: &Module, place: NodeId, value: NodeId) -> bool {
    let names = carriers(module, value);
    let looks = |test: NodeId| {
        within(module, test).any(|node| module.kind(node) == Kind::Call && judges(module, node, &names))
    };
    let mut inner = place;
    for outer in module.ancestors(place) {
        let test = || module.child(outer, 0).filter(|test| *test != inner);
        let held = match module.kind(outer) {
            Kind::Function(_) => return false,
            Kind::If | Kind::Conditional | Kind::Logical(Operator::And) => test().is_some_and(looks),
            Kind::Block | Kind::Program => {
                let mut before = module.children(outer).take_while(|child| *child < inner);
                before.any(|statement| match module.kind(statement) {
                    Kind::If => leaves(module, statement) && module.child(statement, 0).is_some_and(looks),
                    Kind::Call | Kind::Await => looks(statement),
                    _ => false,
                })
            }
            _ => false,
        };
        if held {
            return true;
        }
        inner = outer;
    }
    false
}

/// Whether code before a place leaves where what it was given is not a variable of the environment:
/// `if (token !== process.env.INTERNAL_API_KEY) return`. Who gets past it is a part of the same program.
pub(super) fn asks_for_secret(module: &Module, place: NodeId) -> bool {
    let differs = |node: NodeId| {
        matches!(module.kind(node), Kind::Binary(Operator::NotEqual | Operator::StrictNotEqual))
            && module.children(node).any(|side| {
                let read = within(module, module.resolve(side)).find_map(|part| variable(module, part));
                read.is_some_and(|name| names::has(name, SECRETS))
            })
    };
    let refuses = |statement: NodeId| {
        leaves(module, statement)
            && module.child(statement, 0).is_some_and(|test| within(module, test).any(differs))
    };
    module.ancestors(place).any(|outer| {
        module.kind(outer) == Kind::Block
            && module.children(outer).take_while(|child| *child < place).any(refuses)
    })
}

/// Words of variables that hold what parts of a program know of each other.
const SECRETS: &[&str] = &["secret", "key", "token", "password"];

fn within(module: &Module, node: NodeId) -> impl Iterator<Item = NodeId> {
    std::iter::once(node).chain(module.descendants(node))
}

/// How the parts of a request in a value are called: `file`, `req.query.file`, and the names of what is made of them.
fn carriers(module: &Module, value: NodeId) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        for node in within(module, value) {
            let behind = module.resolve(node);
            let carries = within(module, behind).any(|part| request::part(module, part).is_some());
            let name = module.dotted(node).filter(|name| carries && !names.contains(name));
            if let Some(name) = name.filter(|_| names.len() < 16) {
                names.push(name);
                open.extend((behind != node).then_some(behind));
            }
        }
    }
    names
}

/// Whether a call judges a value of one of these names.
fn judges(module: &Module, call: NodeId, of: &[String]) -> bool {
    const METHODS: &[&str] = &["startsWith", "test", "match", "includes", "has"];
    const WORDS: &[&str] = &[
        "valid",
        "validate",
        "safe",
        "allowed",
        "permitted",
        "inside",
        "within",
        "contained",
        "contains",
        "traversal",
        "check",
        "ensure",
        "assert",
        "subpath",
        "escapes",
    ];
    let Some(called) = module.called(call) else { return false };
    let judges = METHODS.contains(&called)
        || names::has(called, WORDS) && !names::has(called, &["exists", "exist", "dir", "directory"]);
    let mut about = module.receiver(call).into_iter().chain(module.arguments(call));
    judges
        && about.any(|value| {
            within(module, value).any(|node| module.dotted(node).is_some_and(|name| of.contains(&name)))
        })
}
