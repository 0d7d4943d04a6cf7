//! Whether the pipes before a route can hold its input against what its parameters declare.

use super::class;
use crate::extract::code::{Code, Origin, Site};
use crate::extract::http::value;
use crate::parse::javascript::{Kind, Module, NodeId};

/// How many classes a class of input may be made of.
const MAX_DEPTH: usize = 8;

/// The input of a route.
#[derive(Debug, Default)]
pub(super) struct Input {
    /// A body or a query is taken that no class with validators and no pipe of its own describes.
    pub open: bool,
    /// Pipes of single parameters.
    pub pipes: Vec<Site>,
}

/// What the parameters of a handler take.
pub(super) fn of(code: &Code<'_>, handler: Site) -> Input {
    let mut input = Input::default();
    let Some(module) = code.module(handler.file) else { return input };
    for parameter in module.children(handler.node).filter(|child| module.kind(*child) == Kind::Parameter) {
        let site = Site { node: parameter, ..handler };
        for mark in class::marks(code, site) {
            let taken = match (mark.package.as_str(), mark.name.as_str()) {
                ("@nestjs/common", name @ ("Body" | "Query" | "Param" | "RawBody")) => name,
                ("@nestjs/graphql", "Args") => "Args",
                _ => continue,
            };
            let named = mark.arguments.first().is_some_and(|first| value::text(code, *first).is_some());
            let pipes = mark.arguments.iter().skip(usize::from(named)).copied();
            let pipes: Vec<Site> = pipes.filter(|pipe| !is_options(code, *pipe)).collect();
            let whole = !named && matches!(taken, "Body" | "Query") || named && taken == "Body";
            input.open |= whole && pipes.is_empty() && !described(code, module, site);
            input.pipes.extend(pipes);
        }
    }
    input
}

fn is_options(code: &Code<'_>, site: Site) -> bool {
    code.module(site.file).is_some_and(|module| module.kind(site.node) == Kind::Object)
}

/// Whether the type of a parameter is a class that says what it must hold.
fn described(code: &Code<'_>, module: &Module, parameter: Site) -> bool {
    let types = module.children(parameter.node).find(|child| matches!(module.kind(*child), Kind::Type(..)));
    types.is_some_and(|node| has_validators(code, code.definition(Site { node, ..parameter }), 0))
}

/// Whether a class has validators, or is made of one that has.
fn has_validators(code: &Code<'_>, class: Site, depth: usize) -> bool {
    let Some(module) = code.module(class.file).filter(|_| depth < MAX_DEPTH) else { return false };
    let at = |node: NodeId| Site { node, ..class };
    match module.kind(class.node) {
        Kind::Class => {
            let fields =
                module.children(class.node).filter(|child| matches!(module.kind(*child), Kind::Field(_)));
            let mut marks = fields.flat_map(|field| class::marks(code, at(field)));
            marks.any(|mark| mark.package == "class-validator" || mark.package == "nestjs-zod")
                || class::base(code, class)
                    .is_some_and(|base| has_validators(code, code.definition(base), depth + 1))
        }
        // `PartialType(X)`, `IntersectionType(X, Y)`; `createZodDto(schema)` of nestjs-zod and the like.
        Kind::Call => {
            let made = module.callee(class.node).map(|callee| code.origin(at(callee)));
            matches!(made, Some(Origin::External { path, .. }) if path.starts_with("create"))
                || module
                    .arguments(class.node)
                    .any(|of| has_validators(code, code.definition(at(of)), depth + 1))
        }
        _ => false,
    }
}
