//! Applications: the calls that make them.

use std::collections::HashSet;

use super::eval::Eval;
use super::model::{Instance, Key, Role, Shape};
use crate::extract::code::Site;
use crate::parse::javascript::{Bound, Kind, Module, NodeId, Word};

/// Whether a specifier asks for a framework.
pub(super) fn of_framework(module: &Module, source: Word, shape: &Shape) -> bool {
    names_framework(module.word(source), shape)
}

/// Whether that is so of its text.
pub(super) fn names_framework(source: &str, shape: &Shape) -> bool {
    let name = source.strip_prefix("npm:").or_else(|| source.strip_prefix("jsr:")).unwrap_or(source);
    shape.makers.iter().any(|(package, ..)| {
        let rest = name.strip_prefix(package).map(str::as_bytes);
        rest.is_some_and(|rest| matches!(rest.first(), None | Some(b'/' | b'@')))
    })
}

/// The calls that make applications.
pub(super) fn applications(eval: &Eval<'_>) -> Vec<Site> {
    let mut found = Vec::new();
    // Where the framework itself is not asked for, what another module gives may still make one: `factory.createApp()`.
    let names = eval.shape.makers.iter().map(|(_, path, _)| path.trim_end_matches("()"));
    let names: Vec<&str> = names.filter_map(|path| path.rsplit('.').next()).collect();
    for (file, module) in eval.known.modules() {
        let asks = module.imports.iter().any(|import| of_framework(module, import.source, eval.shape));
        let says = asks || names.iter().any(|name| module.may_say(name));
        for node in module.calls().filter(|_| says) {
            if (asks || module.called(node).is_some_and(|name| names.contains(&name)))
                && may_make(module, node)
                && eval.role(Site { file, node }) == Some(Role::App)
            {
                found.push(Site { file, node });
            }
        }
    }
    found
}

/// Whether a call is of an imported name or a member of one.
fn may_make(module: &Module, call: NodeId) -> bool {
    let leftmost = module.leftmost(call);
    match module.kind(leftmost) {
        Kind::Import(_) => true,
        Kind::Name(_, Some(binding)) => matches!(
            module.bindings[binding.0 as usize].bound,
            Bound::Import(..) | Bound::Value(_) | Bound::Part(..)
        ),
        _ => false,
    }
}

/// Applications as they come out of functions that make them: each call of such a function makes another one.
pub(super) fn instances(eval: &Eval<'_>, made: Vec<Site>) -> Vec<Instance> {
    let mut all = Vec::new();
    let mut seen = HashSet::new();
    let mut open = made;
    while let Some(site) = open.pop() {
        if !seen.insert(site) {
            continue;
        }
        all.push(Instance { key: Key::Made(site), env: None });
        let module = eval.module(site);
        let Some(function) = module.function_around(site.node).map(|node| Site { node, ..site }) else {
            continue;
        };
        let gives = eval
            .returned(function)
            .into_iter()
            .any(|value| eval.routers(value, &None).iter().any(|router| router.key == Key::Made(site)));
        if gives {
            let calls = eval.callers(function).into_iter();
            let calls = calls.filter(|call| {
                eval.routers(*call, &None).iter().any(|router| router.key == Key::Made(*call))
            });
            open.extend(calls.collect::<Vec<_>>());
        }
    }
    all.sort_by_key(|instance| instance.key);
    all
}
