//! Whether rows are what a request for reading is answered with, through the functions that hand them on.

use std::collections::HashSet;

use crate::extract::Context;
use crate::extract::code::Site;
use crate::extract::reached::{readers, target};
use crate::extract::view::View;
use crate::parse::javascript::{Bound, Kind, Module, NodeId};
use crate::source::FileId;

/// Names of functions that send an answer.
const ANSWERS: &[&str] =
    &["json", "send", "render", "status", "jsonp", "success", "ok", "sendSuccess", "body"];

/// Calls on rows that leave as many of them as there were.
const KEEPS: &[&str] = &[
    "map",
    "sort",
    "reverse",
    "lean",
    "exec",
    "populate",
    "select",
    "then",
    "toArray",
    "limit",
    "skip",
    "sort",
    "order",
    "orderBy",
    "where",
    "from",
    "leftJoin",
    "innerJoin",
    "filter",
    "toJSON",
    "all",
    "rows",
];

/// Calls whose callback makes something else of what it gives back: one row, a list of lists, a condition.
const LESS: &[&str] =
    &["map", "flatMap", "filter", "find", "reduce", "forEach", "some", "every", "sort", "findIndex"];

/// How far rows are followed from the handler that answers with them.
const DEPTH: usize = 4;

/// Functions whose value is answered: handlers of requests for reading, and what these hand on.
#[derive(Default)]
pub(super) struct Answered {
    sites: HashSet<Site>,
}

impl Answered {
    /// Follows the calls whose value a handler answers with, a few steps far.
    pub(super) fn find(context: &Context<'_>) -> Self {
        let mut answered = Self::default();
        let mut open = readers(context).to_vec();
        open.retain(|site| answered.sites.insert(*site));
        for _ in 0..DEPTH {
            let next: Vec<Site> = open.iter().flat_map(|site| answered.handed_on(context, *site)).collect();
            open = next.into_iter().filter(|site| answered.sites.insert(*site)).collect();
        }
        answered
    }

    /// Whether the value of a node is answered.
    pub(super) fn holds(&self, view: &View<'_>, node: NodeId) -> bool {
        self.is_answered(view.module, view.file, node, 0)
    }

    /// The functions whose value a function answers with.
    fn handed_on(&self, context: &Context<'_>, site: Site) -> Vec<Site> {
        let Some(module) = context.code.module(site.file) else { return Vec::new() };
        let calls = module.descendants(site.node).filter(|node| module.kind(*node) == Kind::Call);
        let calls = calls.filter_map(|call| Some((call, target(context, module, site.file, call)?)));
        let calls = calls.filter(|(call, target)| {
            !self.sites.contains(target) && self.is_answered(module, site.file, *call, 0)
        });
        calls.map(|(_, target)| target).collect()
    }

    fn is_answered(&self, module: &Module, file: FileId, node: NodeId, depth: usize) -> bool {
        let mut at = node;
        for _ in 0..24 {
            let Some(parent) = module.parent(at) else { return false };
            match module.kind(parent) {
                Kind::Await | Kind::Property(_) | Kind::Object | Kind::Spread | Kind::Logical(_) => {}
                Kind::Return => match self.given_back(module, file, module.function_around(parent)) {
                    Given::Answered => return true,
                    Given::To(call) => at = call,
                    Given::Nowhere => return false,
                },
                // The value of an arrow without braces.
                Kind::Function(_) if module.body(parent) == Some(at) => {
                    match self.given_back(module, file, Some(parent)) {
                        Given::Answered => return true,
                        Given::To(call) => at = call,
                        Given::Nowhere => return false,
                    }
                }
                Kind::Member(word) if KEEPS.contains(&module.word(word)) => {}
                Kind::Call | Kind::New if module.callee(parent) == Some(at) => {}
                Kind::Call | Kind::New => {
                    let name = module.called(parent).unwrap_or_default();
                    return ANSWERS.contains(&name);
                }
                Kind::Array => return self.answered_item(module, file, (parent, at), depth),
                Kind::Declarator => {
                    let pattern = module.child(parent, 0);
                    return pattern.is_some_and(|pattern| self.used_in_answer(module, file, pattern, depth));
                }
                _ => return false,
            }
            if !matches!(module.kind(parent), Kind::Return | Kind::Function(_)) {
                at = parent;
            }
        }
        false
    }

    /// Where the value of a function goes: into the answer, or to what it is a callback of, such as a transaction.
    fn given_back(&self, module: &Module, file: FileId, function: Option<NodeId>) -> Given {
        let Some(function) = function else { return Given::Nowhere };
        if self.sites.contains(&Site { file, node: function }) {
            return Given::Answered;
        }
        let call = module.parent(function).filter(|call| module.kind(*call) == Kind::Call);
        match call {
            Some(call) if !LESS.contains(&module.called(call).unwrap_or_default()) => Given::To(call),
            _ => Given::Nowhere,
        }
    }

    /// `const [rows, total] = await Promise.all([query, count])`.
    fn answered_item(
        &self,
        module: &Module,
        file: FileId,
        (array, item): (NodeId, NodeId),
        depth: usize,
    ) -> bool {
        let index = module.children(array).position(|child| child == item);
        let mut around = module.ancestors(array);
        let declarator = around.find(|node| !matches!(module.kind(*node), Kind::Call | Kind::Await));
        let pattern = declarator.and_then(|declarator| module.child(declarator, 0));
        let part = pattern.zip(index).filter(|(pattern, _)| module.kind(*pattern) == Kind::ArrayPattern);
        let name = part.and_then(|(pattern, index)| module.child(pattern, index));
        name.is_some_and(|name| self.used_in_answer(module, file, name, depth))
    }

    /// Whether a variable is used in an answer.
    fn used_in_answer(&self, module: &Module, file: FileId, pattern: NodeId, depth: usize) -> bool {
        let binding = match module.kind(pattern) {
            Kind::ObjectPattern => {
                // `const { rows } = await pool.query(…)`
                let rows = module.children(pattern).find(|child| {
                    matches!(module.kind(*child), Kind::Property(word) if matches!(module.word(word), "rows" | "data" | "docs"))
                });
                rows.and_then(|rows| module.child(rows, 0)).and_then(|name| module.binding(name))
            }
            Kind::ArrayPattern => module.child(pattern, 0).and_then(|name| module.binding(name)),
            _ => module.binding(pattern),
        };
        let Some(binding) = binding.filter(|_| depth < 3) else { return false };
        if !matches!(
            module.bindings[binding.0 as usize].bound,
            Bound::Value(_) | Bound::Item(..) | Bound::Part(..)
        ) {
            return false;
        }
        module.uses(binding).iter().any(|using| self.is_answered(module, file, *using, depth + 1))
    }
}

/// Where the value of a function goes.
enum Given {
    /// It is answered.
    Answered,
    /// A call has it from its callback.
    To(NodeId),
    /// It is not known to go anywhere.
    Nowhere,
}
