//! Checks against a schema that is known only where the function is called.

use crate::parse::javascript::{Bound, Kind, Module, NodeId};

/// Whether a call holds something against a schema: that of a value named after schemas, or of a parameter that is
/// given what a request brings.
pub(super) fn checks(module: &Module, call: NodeId, name: &str) -> bool {
    const METHODS: &[&str] =
        &["parse", "parseAsync", "safeParse", "safeParseAsync", "validate", "validateAsync", "validateSync"];
    if !METHODS.contains(&name) {
        return false;
    }
    let Some((schema, given)) = module.receiver(call).zip(module.argument(call, 0)) else { return false };
    if matches!(module.kind(given), Kind::Function(_)) {
        return false;
    }
    is_named(module, schema) || is_parameter(module, schema) && brings(module, given)
}

/// `schema`, `schemas[name]`, `context.app.schemas.article`, `this.bodySchema`.
fn is_named(module: &Module, schema: NodeId) -> bool {
    let mut at = Some(schema);
    let mut steps = std::iter::from_fn(|| {
        let node = at?;
        at = match module.kind(node) {
            Kind::Member(_) | Kind::Index => module.child(node, 0),
            _ => None,
        };
        Some(node)
    });
    steps.any(|node| match module.kind(node) {
        Kind::Name(word, Some(_)) | Kind::Member(word) => {
            let name = module.word(word);
            name.len() < 60 && name.to_ascii_lowercase().contains("schema")
        }
        _ => false,
    })
}

fn is_parameter(module: &Module, node: NodeId) -> bool {
    module.binding(node).is_some_and(|binding| {
        matches!(module.bindings[binding.0 as usize].bound, Bound::Parameter(..) | Bound::ParameterPart(..))
    })
}

/// Whether a value is, or holds, a part of a request: `request.body`, `request[part]`, `{ ...request.query }`.
fn brings(module: &Module, given: NodeId) -> bool {
    const PARTS: &[&str] = &["body", "query", "params", "searchParams"];
    const REQUESTS: &[&str] = &["req", "request", "ctx", "context"];
    std::iter::once(given).chain(module.descendants(given)).take(40).any(|node| match module.kind(node) {
        Kind::Name(word, Some(_)) | Kind::Member(word) => PARTS.contains(&module.word(word)),
        Kind::Index => {
            let object = module.child(node, 0).and_then(|object| module.last_name(object));
            object.is_some_and(|name| REQUESTS.contains(&name))
        }
        _ => false,
    })
}
