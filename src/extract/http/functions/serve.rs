//! The call with which code of Deno begins to answer.

use crate::extract::code::{Code, Site, Target};
use crate::extract::http::files::value;
use crate::parse::javascript::{Bound, Kind, Module, NodeId};
use crate::source::FileId;

/// The call that serves, and what it serves with: a function, or the `fetch` of an application.
pub(super) fn served(code: &Code<'_>, file: FileId, module: &Module) -> Option<(Site, Option<Site>)> {
    let says = module.may_say("serve");
    let calls = module.calls().filter(|node| says && module.kind(*node) == Kind::Call);
    let call = calls.into_iter().find(|call| is_serve(code, file, module, *call))?;
    let arguments = module.arguments(call).map(|node| Site { file, node });
    // `Deno.serve({ port }, handler)`, `Deno.serve({ handler })`
    let answer = arguments.filter_map(|site| answer(code, site)).last();
    Some((Site { file, node: call }, answer))
}

fn answer(code: &Code<'_>, site: Site) -> Option<Site> {
    let at = value(code, site);
    let module = code.module(at.file)?;
    match module.kind(at.node) {
        Kind::Function(_) | Kind::Call | Kind::Member(_) => Some(at),
        Kind::Object => {
            let inner = module.property(at.node, "handler").or_else(|| module.property(at.node, "fetch"))?;
            Some(Site { file: at.file, node: inner })
        }
        _ => None,
    }
}

fn is_serve(code: &Code<'_>, file: FileId, module: &Module, call: NodeId) -> bool {
    let Some(callee) = module.callee(call) else { return false };
    match module.kind(callee) {
        Kind::Member(word) => module.word(word) == "serve" && module.is_global(callee, "Deno.serve"),
        Kind::Name(word, Some(binding)) if module.word(word) == "serve" => {
            let Bound::Import(import, _) = module.bindings[binding.0 as usize].bound else { return false };
            let source = module.word(module.imports[import.0 as usize].source);
            let is_std = |name: &str| {
                name.contains("deno.land/std") || name.contains("std/http") || name == "http/server.ts"
            };
            is_std(source)
                || matches!(code.graph.target(file, import), Target::Package(name, _) if is_std(name))
        }
        _ => false,
    }
}
