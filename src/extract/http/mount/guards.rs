//! What stands before a route, and what answers in the end.

use super::eval::Eval;
use super::model::Env;
use crate::extract::code::{Capabilities, Site};
use crate::extract::http::model::Guard;
use crate::parse::javascript::Kind;

/// How many wrappers around a handler are opened.
const MAX_WRAPPERS: usize = 8;

/// The name of a function that has none.
pub(in crate::extract::http) const UNNAMED: &str = "an unnamed function";

/// What stands before a route.
#[derive(Debug, Default, Clone)]
pub(in crate::extract::http) struct Middlewares {
    /// In order.
    pub guards: Vec<Guard>,
    /// Why it cannot be told what else does.
    pub unsure: Option<String>,
}

impl Middlewares {
    /// Both, one after the other.
    pub(in crate::extract::http) fn extend(&mut self, other: Self) {
        self.guards.extend(other.guards);
        self.unsure = self.unsure.take().or(other.unsure);
    }
}

/// What values stand for when they are used as middlewares; lists are opened.
pub(in crate::extract::http) fn middlewares(
    eval: &Eval<'_>,
    values: &[(Site, Env)],
    conditional: bool,
) -> Middlewares {
    let mut all = Middlewares::default();
    for (value, env) in values {
        one(eval, *value, env, conditional, &mut all);
    }
    all
}

/// The values that an argument stands for: lists and spreads are opened.
pub(in crate::extract::http) fn opened(eval: &Eval<'_>, argument: Site, env: &Env) -> Vec<(Site, Env)> {
    opened_to(eval, argument, env, 0)
}

fn opened_to(eval: &Eval<'_>, argument: Site, env: &Env, depth: usize) -> Vec<(Site, Env)> {
    let module = eval.module(argument);
    let inner = match module.kind(argument.node) {
        Kind::Spread => eval.below(argument, 0).unwrap_or(argument),
        Kind::Text(_) | Kind::Function(_) => return vec![(argument, env.clone())],
        _ => argument,
    };
    match eval.items(inner, env, 0).filter(|_| depth < MAX_WRAPPERS) {
        Some(items) => {
            items.into_iter().flat_map(|(item, env)| opened_to(eval, item, &env, depth + 1)).collect()
        }
        None => vec![(argument, env.clone())],
    }
}

fn one(eval: &Eval<'_>, value: Site, env: &Env, conditional: bool, all: &mut Middlewares) {
    let (at, _) = eval.value(value, env);
    if let Kind::Name(_, Some(binding)) = eval.kind(at)
        && eval.known.handed(at.file, binding)
    {
        let gives = eval.code().capabilities(value);
        if gives.is_empty() {
            let name = name(eval, value);
            all.unsure.get_or_insert_with(|| format!("`{name}` is handed in from elsewhere"));
        }
        all.guards.push(guard(eval, value, gives, conditional));
        return;
    }
    if eval.kind(value) == Kind::Spread {
        let name = eval.below(value, 0).map(|list| name(eval, list)).unwrap_or_default();
        all.unsure.get_or_insert_with(|| format!("what `{name}` holds is computed"));
        return;
    }
    let mut gives = eval.code().capabilities(value);
    if at != value {
        gives = gives.and(eval.code().capabilities(at));
    }
    // `app.use(APP.auth.authenticate)`: what a program keeps in a global of its own can be anything.
    if gives.is_empty() && is_of_global(eval, at) {
        let name = name(eval, value);
        all.unsure.get_or_insert_with(|| format!("`{name}` is kept in a global"));
    }
    let mut guard = guard(eval, value, gives, conditional);
    let written = eval.written(value, env);
    if written != value {
        guard.name = name(eval, written);
    }
    all.guards.push(guard);
}

/// Whether a value is a member of something that nothing declares, and that no platform has.
fn is_of_global(eval: &Eval<'_>, value: Site) -> bool {
    let module = eval.module(value);
    let mut at = value.node;
    let mut within = false;
    while let (Kind::Member(_), Some(object)) = (module.kind(at), module.child(at, 0)) {
        (at, within) = (object, true);
    }
    let capital = |name: &str| name.starts_with(|first: char| first.is_ascii_uppercase());
    match module.kind(at) {
        Kind::Name(word, None) if within => {
            let name = module.word(word);
            matches!(name, "global" | "globalThis" | "app") || capital(name) && !KNOWN_GLOBALS.contains(&name)
        }
        _ => false,
    }
}

/// Objects of the platform that begin with a capital letter.
const KNOWN_GLOBALS: &[&str] = &[
    "Promise", "Object", "Array", "JSON", "Math", "Reflect", "Response", "Request", "Deno", "Bun", "Date",
    "Buffer",
];

fn guard(eval: &Eval<'_>, site: Site, gives: Capabilities, conditional: bool) -> Guard {
    let mut name = name(eval, site);
    if conditional {
        name.push_str(" (conditional)");
    }
    Guard { site, name, gives }
}

/// What a middleware is called where it is used: `helmet` of `helmet()`, `passport.authenticate`, else what it is.
pub(in crate::extract::http) fn name(eval: &Eval<'_>, site: Site) -> String {
    let module = eval.module(site);
    let mut node = module.awaited(site.node);
    for _ in 0..MAX_WRAPPERS {
        match module.kind(node) {
            Kind::Call | Kind::New => {
                let Some(callee) = module.callee(node) else { break };
                let bound = module.called(node) == Some("bind");
                node = if bound { module.receiver(node).unwrap_or(callee) } else { callee };
            }
            Kind::Name(..) | Kind::Member(_) => {
                let path = module.dotted(node);
                let path = path.or_else(|| module.last_name(node).map(str::to_owned));
                return path.map(|path| path.trim_start_matches("this.").to_owned()).unwrap_or_default();
            }
            Kind::Function(_) => {
                let name = module.function(node).map(|function| module.word(function.name));
                return name.filter(|name| !name.is_empty()).unwrap_or(UNNAMED).to_owned();
            }
            Kind::Import(import) => {
                return module.word(module.imports[import.0 as usize].source).to_owned();
            }
            _ => break,
        }
    }
    "an unnamed middleware".to_owned()
}

/// The function that answers, and the wrappers around it that stand before it.
pub(in crate::extract::http) fn handler(eval: &Eval<'_>, value: Site, env: &Env) -> (Site, Middlewares) {
    let mut before = Middlewares::default();
    let (mut at, mut env) = (value, env.clone());
    for _ in 0..MAX_WRAPPERS {
        let (found, inner) = eval.value(at, &env);
        let module = eval.module(found);
        match module.kind(found.node) {
            Kind::Function(_) => return (found, before),
            Kind::Call => {
                if module.called(found.node) == Some("bind")
                    && let Some(object) = module.receiver(found.node)
                {
                    (at, env) = (Site { node: object, ..found }, inner);
                    continue;
                }
                let Some(wrapped) = wrapped(eval, found, &inner) else {
                    return (made_handler(eval, found, &inner).unwrap_or(at), before);
                };
                let callee = eval.below(found, 0).unwrap_or(found);
                let gives = eval.code().capabilities(callee);
                if !gives.is_empty() {
                    before.guards.push(guard(eval, callee, gives, false));
                }
                (at, env) = (wrapped, inner);
            }
            _ => {
                // A name that leads nowhere is more telling than where it ends.
                let deeper = matches!(module.kind(found.node), Kind::Class | Kind::Method(_));
                return (if deeper { found } else { at }, before);
            }
        }
    }
    (at, before)
}

/// The function that a call wraps: the last argument that may be one.
fn wrapped(eval: &Eval<'_>, call: Site, env: &Env) -> Option<Site> {
    let module = eval.module(call);
    let arguments: Vec<_> = module.arguments(call.node).map(|node| Site { node, ..call }).collect();
    let is_function = |site: &Site| {
        let (found, _) = eval.value(*site, env);
        matches!(eval.kind(found), Kind::Function(_))
    };
    if let Some(found) = arguments.iter().rev().find(|site| is_function(site)) {
        return Some(*found);
    }
    // `wrap(controller.create)` of a controller that cannot be looked into, `wrap(handler.bind(this))`.
    let may_be = |site: &&Site| match eval.kind(**site) {
        Kind::Member(_) => true,
        Kind::Call => {
            let (found, _) = eval.value(**site, env);
            let module = eval.module(found);
            module.kind(found.node) == Kind::Call
                && (module.called(found.node) == Some("bind") || wrapped(eval, found, env).is_some())
        }
        _ => false,
    };
    arguments.iter().rev().find(may_be).copied()
}

/// The function that a call of the repository's own makes: `getUser(deps)`.
fn made_handler(eval: &Eval<'_>, call: Site, env: &Env) -> Option<Site> {
    let (function, inner) = eval.entered(call, env)?;
    let returned = eval.returned(function);
    returned
        .into_iter()
        .map(|value| eval.value(value, &inner).0)
        .find(|found| matches!(eval.kind(*found), Kind::Function(_)))
}
