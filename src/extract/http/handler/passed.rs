//! Whether a body is only handed to another service, as a proxy does.

use crate::extract::code::{Capability, Code, Origin, Site};
use crate::parse::javascript::{Bound, Kind, Module, NodeId, Operator};

/// How many wrappers lie around a body that is handed on: `{ body: JSON.stringify(await request.json()) }`.
const MAX_DEPTH: usize = 6;

/// Whether all that happens to a body, at this node, is that it is handed on, or put there.
pub(super) fn is_passed_on(code: &Code<'_>, site: Site) -> bool {
    code.module(site.file).is_some_and(|module| follow(code, module, site, 0))
}

fn follow(code: &Code<'_>, module: &Module, site: Site, depth: usize) -> bool {
    let Some(parent) = module.parent(site.node).filter(|_| depth < MAX_DEPTH) else { return false };
    let up = |node: NodeId| follow(code, module, Site { node, ..site }, depth + 1);
    match module.kind(parent) {
        Kind::Await => up(parent),
        Kind::Property(word) if matches!(module.word(word), "body" | "data") => {
            // Of the options of a request.
            let object = module.parent(parent);
            let call = object.and_then(|object| module.parent(object));
            call.is_some_and(|call| asks(code, module, Site { node: call, ..site }))
        }
        // `request.body = schema.parse(input)` reads nothing.
        Kind::Assign(Operator::Assign) if module.child(parent, 0) == Some(site.node) => true,
        // `options.body = request.body; fetch(url, options)`
        Kind::Assign(_) if module.child(parent, 1) == Some(site.node) => {
            let target = module.child(parent, 0).filter(
                |target| matches!(module.kind(*target), Kind::Member(word) if module.word(word) == "body"),
            );
            let options = target.and_then(|target| module.child(target, 0));
            let Some(binding) = options.and_then(|options| module.binding(options)) else { return false };
            module.uses(binding).iter().any(|used| {
                module.parent(*used).is_some_and(|call| {
                    module.callee(call) != Some(*used) && asks(code, module, Site { node: call, ..site })
                })
            })
        }
        Kind::Call | Kind::New if module.callee(parent) != Some(site.node) => {
            let serial = module.called(parent) == Some("stringify");
            let call = Site { node: parent, ..site };
            let sends = matches!(module.called(parent), Some("post" | "put" | "patch"));
            if serial { up(parent) } else { sends && asks(code, module, call) }
        }
        Kind::Declarator => {
            let name = module.child(parent, 0).filter(|name| *name != site.node);
            let Some(binding) = name.and_then(|name| module.binding(name)) else { return false };
            let whole = matches!(module.bindings[binding.0 as usize].bound, Bound::Value(_));
            let uses = module.uses(binding);
            whole && !uses.is_empty() && uses.iter().all(|node| up(*node))
        }
        _ => false,
    }
}

/// Whether a call asks another service.
fn asks(code: &Code<'_>, module: &Module, call: Site) -> bool {
    let is_fetch =
        || matches!(code.callee(call), Origin::Global(name) if name == "fetch" || name == "Request");
    matches!(module.kind(call.node), Kind::Call | Kind::New)
        && (is_fetch() || code.capabilities(call).has(Capability::HttpClient))
}
