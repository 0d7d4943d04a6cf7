//! The parts of a request, as frameworks name them.

use super::is_parameter;
use crate::parse::javascript::{Kind, Module, NodeId};

/// Which part of a request a word names.
pub(super) fn part(word: &str) -> Option<&'static str> {
    match word {
        "body" | "rawBody" | "input" => Some("body"),
        "query" | "searchParams" => Some("query"),
        "params" => Some("params"),
        "file" | "files" => Some("files"),
        _ => None,
    }
}

/// What a function of h3 reads of the event that it is handed: `readBody(event)`.
pub(super) fn part_of_event(module: &Module, node: NodeId, name: &str) -> Option<&'static str> {
    let part = match name {
        "readBody" | "readRawBody" | "readFormData" | "readValidatedBody" => "body",
        "readMultipartFormData" => "files",
        "getQuery" | "getValidatedQuery" => "query",
        "getRouterParam" | "getRouterParams" | "getValidatedRouterParams" => "params",
        _ => return None,
    };
    is_parameter(module, module.argument(node, 0)?).then_some(part)
}

/// What may be a parameter of a handler, and whether the request is a part of it: `context.request`.
pub(super) fn holder(module: &Module, object: NodeId) -> (NodeId, bool) {
    let inner = matches!(module.kind(object), Kind::Member(word) if ["request", "req", "nextUrl"].contains(&module.word(word)));
    (module.child(object, 0).filter(|_| inner).unwrap_or(object), inner)
}
