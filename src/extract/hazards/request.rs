//! What of a request a value is.

use crate::parse::javascript::{Bound, Kind, Module, NodeId, Operator};

/// How many steps a value is followed.
const MAX_STEPS: usize = 12;

/// The part of a request that a client writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Query,
    Body,
    Path,
    Header,
    Cookie,
}

/// Which part of a request a value is, or is a part of.
pub(super) fn part(module: &Module, node: NodeId) -> Option<Part> {
    part_at(module, node, 0)
}

fn part_at(module: &Module, node: NodeId, steps: usize) -> Option<Part> {
    if steps > MAX_STEPS {
        return None;
    }
    let of = |node: NodeId| part_at(module, node, steps + 1);
    match module.kind(node) {
        Kind::Name(_, Some(binding)) => match module.bindings[binding.0 as usize].bound {
            Bound::Value(value) | Bound::Item(value, _) => of(value),
            Bound::Part(value, word) => of(value).or_else(|| own(module, value, module.word(word))),
            Bound::ParameterPart(_, _, word) => match module.word(word) {
                "searchParams" => Some(Part::Query),
                _ => None,
            },
            _ => None,
        },
        Kind::Member(word) => {
            let object = module.child(node, 0)?;
            own(module, object, module.word(word)).or_else(|| of(object))
        }
        Kind::Call => call(module, node).or_else(|| passed_on(module, node, steps)),
        Kind::Index | Kind::Await | Kind::Logical(Operator::Or | Operator::Coalesce) => {
            of(module.child(node, 0)?)
        }
        _ => None,
    }
}

/// The part that a property of a request is: `req.query`.
fn own(module: &Module, object: NodeId, key: &str) -> Option<Part> {
    let part = match key {
        "query" | "searchParams" => Part::Query,
        "body" => Part::Body,
        "params" => Part::Path,
        "headers" => Part::Header,
        "cookies" => Part::Cookie,
        _ => return None,
    };
    // `new URL(request.url).searchParams`.
    let object = module.resolve(object);
    let of_request = || {
        module.called(object) == Some("URL")
            && module.argument(object, 0).is_some_and(|address| {
                let inner = module.child(address, 0);
                module.last_name(address) == Some("url")
                    && inner.is_some_and(|inner| is_request(module, inner))
            })
    };
    (is_request(module, object) || part == Part::Query && of_request()).then_some(part)
}

/// What a method of a request gives: `await req.json()`, `c.req.query("x")`, `req.headers.get("x")`.
fn call(module: &Module, node: NodeId) -> Option<Part> {
    if let Some(part) = of_event(module, node) {
        return Some(part);
    }
    let object = module.receiver(node)?;
    if !is_request(module, object) {
        return None;
    }
    match module.called(node)? {
        "json" | "formData" | "text" | "parseBody" => Some(Part::Body),
        "query" => Some(Part::Query),
        "param" => Some(Part::Path),
        "header" | "get" => Some(Part::Header),
        _ => None,
    }
}

/// What a function of h3 reads of the event that a handler is given: `getQuery(event)`.
fn of_event(module: &Module, node: NodeId) -> Option<Part> {
    let part = match module.called(node)? {
        "getQuery" => Part::Query,
        "readBody" | "readRawBody" | "readFormData" => Part::Body,
        "getRouterParam" | "getRouterParams" => Part::Path,
        "getHeader" | "getHeaders" | "getRequestHeader" | "getRequestHeaders" => Part::Header,
        "getCookie" | "parseCookies" => Part::Cookie,
        _ => return None,
    };
    let by_name = matches!(module.kind(module.callee(node)?), Kind::Name(..));
    (by_name && module.last_name(module.argument(node, 0)?) == Some("event")).then_some(part)
}

/// What methods and conversions pass on: `searchParams.get("x")`, `x.trim()`, `String(x)`.
fn passed_on(module: &Module, node: NodeId, steps: usize) -> Option<Part> {
    match module.called(node)? {
        "get" | "getAll" | "trim" | "toString" | "toLowerCase" | "split" | "slice" | "replace" => {
            part_at(module, module.receiver(node)?, steps + 1)
        }
        "String" | "decodeURIComponent" => part_at(module, module.argument(node, 0)?, steps + 1),
        _ => None,
    }
}

/// Whether a node is a request, by the name of the parameter or of the property of a context.
pub(in crate::extract) fn is_request(module: &Module, node: NodeId) -> bool {
    // `context.switchToHttp().getRequest()`
    if module.called(node) == Some("getRequest") {
        return true;
    }
    let Some(name) = module.last_name(node) else { return false };
    match module.kind(node) {
        Kind::Name(_, binding) => {
            let parameter = binding.is_none_or(|binding| {
                !matches!(module.bindings[binding.0 as usize].bound, Bound::Import(..))
            });
            parameter && matches!(name, "req" | "request" | "ctx" | "_req" | "nextUrl" | "handshake")
        }
        Kind::Member(_) => matches!(name, "req" | "request" | "nextUrl" | "handshake"),
        _ => false,
    }
}
