//! What the arguments of a registration say.

use std::rc::Rc;

use super::eval::Eval;
use super::model::{Env, Frame, Given, Key};
use crate::extract::code::{Capability, Origin, Site};
use crate::parse::javascript::{BindingId, Bound, Kind, Operator};

/// Methods of HTTP by the methods of routers.
const VERBS: &[(&str, &str)] = &[
    ("get", "GET"),
    ("post", "POST"),
    ("put", "PUT"),
    ("patch", "PATCH"),
    ("delete", "DELETE"),
    ("del", "DELETE"),
    ("head", "HEAD"),
    ("options", "OPTIONS"),
    ("opts", "OPTIONS"),
    ("all", "ALL"),
    ("any", "ALL"),
];

/// The method of HTTP that a method of a router stands for.
pub(in crate::extract::http) fn verb(method: &str) -> Option<&'static str> {
    VERBS.iter().find(|(name, _)| *name == method).map(|(_, verb)| *verb)
}

/// The arguments of a call.
pub(in crate::extract::http) fn arguments(eval: &Eval<'_>, call: Site) -> Vec<Site> {
    eval.module(call).arguments(call.node).map(|node| Site { node, ..call }).collect()
}

/// The paths that an argument names, each none where it is computed; none at all where it is no path.
pub(in crate::extract::http) fn paths(
    eval: &Eval<'_>,
    argument: Site,
    env: &Env,
) -> Option<Vec<Option<String>>> {
    if let Some(text) = eval.text(argument, env) {
        return Some(vec![Some(text)]);
    }
    let (at, _) = eval.value(argument, env);
    match eval.kind(at) {
        Kind::Array => {
            let items = eval.items(at, env, 0)?;
            let one = |(item, env): &(Site, Env)| match eval.kind(eval.value(*item, env).0) {
                Kind::Array => None,
                _ => paths(eval, *item, env),
            };
            let each = items.iter().map(one).collect::<Option<Vec<_>>>()?;
            (!each.is_empty()).then(|| each.concat())
        }
        Kind::Regex(_) | Kind::Template | Kind::Binary(Operator::Add) => Some(vec![None]),
        Kind::Member(_) | Kind::Name(..) | Kind::Index | Kind::Logical(_) => {
            const WORDS: &[&str] = &["path", "prefix", "url", "route", "base", "endpoint", "version"];
            let module = eval.module(argument);
            let named = module.last_name(argument.node).map(str::to_ascii_lowercase);
            let named = named.is_some_and(|name| {
                WORDS.iter().any(|word| name.ends_with(word)) && !name.ends_with("router")
            });
            named.then(|| vec![None])
        }
        _ => None,
    }
}

/// How many parameters a middleware takes, where it can be looked into: a function, or one that a call gives.
pub(in crate::extract::http) fn arity(eval: &Eval<'_>, value: Site, env: &Env) -> Option<u32> {
    let (at, env) = eval.value(value, env);
    let count = |site: Site| eval.module(site).function(site.node).map(|function| function.parameters);
    match eval.kind(at) {
        Kind::Function(_) => count(at),
        Kind::Call => {
            let (function, inner) = eval.entered(at, &env)?;
            let returned = eval.returned(function);
            returned.into_iter().find_map(|value| count(eval.value(value, &inner).0))
        }
        _ => None,
    }
}

/// Whether a value is of this package, by a path that ends so.
pub(in crate::extract::http) fn is_external(
    eval: &Eval<'_>,
    value: Site,
    packages: &[&str],
    end: &str,
) -> bool {
    match eval.code().origin(value) {
        Origin::External { package, path } => packages.contains(&package.as_str()) && path.ends_with(end),
        _ => false,
    }
}

/// Whether a middleware turns requests away or hands them on, rather than answering them.
pub(in crate::extract::http) fn hands_on(eval: &Eval<'_>, value: Site, env: &Env) -> bool {
    const GATES: &[Capability] = &[
        Capability::Auth,
        Capability::Role,
        Capability::RateLimit,
        Capability::Cors,
        Capability::Validation,
    ];
    if let Some(count) = arity(eval, value, env) {
        return count >= 3;
    }
    let gives = eval.code().capabilities(value);
    GATES.iter().any(|gate| gives.has(*gate))
}

/// What a function is handed first, as a router.
pub(in crate::extract::http) fn first_parameter(eval: &Eval<'_>, function: Site) -> Option<Key> {
    let module = eval.module(function);
    let is_first = Bound::Parameter(function.node, 0);
    let index = module.bindings.iter().position(|binding| binding.bound == is_first)?;
    Some(Key::Given(function.file, BindingId(u32::try_from(index).ok()?)))
}

/// The names of a function that a framework calls with the arguments of this call.
#[allow(clippy::unnecessary_wraps)] // the frames of a function are never none, those of a module are
pub(in crate::extract::http) fn entered_by(function: Site, call: Site, outer: &Env) -> Env {
    Some(Rc::new(Frame { owner: function, given: Given::Call(call), outer: outer.clone() }))
}
