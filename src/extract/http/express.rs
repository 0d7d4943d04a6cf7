//! Express and what is built like it: polka, restify.

mod loaders;

use super::model::Found;
use super::mount::{
    self, Env, Eval, Event, Filter, Flow, Instance, Key, Middlewares, Reader, Registration, Role, Shape, Use,
    arguments, arity, handler, hands_on, is_external, middlewares, name, opened, paths, verb,
};
use crate::extract::Context;
use crate::extract::code::{Capability, Origin, Site};

/// Methods that give the application or the router again.
const ITSELF: &[&str] = &[
    "use", "get", "post", "put", "patch", "delete", "del", "head", "options", "all", "param", "set",
    "enable", "disable", "engine", "search", "opts", "pre",
];

const EXPRESS: Shape = Shape {
    framework: "express",
    makers: &[
        ("express", "()", Role::App),
        ("express", "default()", Role::App),
        ("express", "Router()", Role::Router),
        ("express", "default.Router()", Role::Router),
        ("express", "Router.default()", Role::Router),
        ("express-promise-router", "()", Role::Router),
        ("express-promise-router", "default()", Role::Router),
        ("router", "()", Role::Router),
    ],
    itself: ITSELF,
    derived: &["route"],
    flow: Flow::Through,
};

const POLKA: Shape = Shape {
    framework: "polka",
    makers: &[("polka", "()", Role::App), ("polka", "default()", Role::App)],
    itself: ITSELF,
    derived: &[],
    flow: Flow::Through,
};

const RESTIFY: Shape = Shape {
    framework: "restify",
    makers: &[("restify", "createServer()", Role::App), ("restify-router", "Router()", Role::Router)],
    itself: ITSELF,
    derived: &[],
    flow: Flow::Through,
};

/// A framework of this form.
struct Express(&'static Shape);

/// The routes of every application.
pub(super) fn find(context: &Context<'_>) -> Found {
    let mut all = Found::default();
    for shape in [&EXPRESS, &POLKA, &RESTIFY] {
        all.extend(mount::find(context, &Express(shape)));
    }
    all
}

impl Reader for Express {
    fn shape(&self) -> &'static Shape {
        self.0
    }

    fn read(&self, eval: &Eval<'_>, registration: &Registration, env: &Env, events: &mut Vec<Event>) {
        if registration.by != Use::Method {
            return mounted_elsewhere(eval, registration, events);
        }
        let call = registration.call;
        let given = arguments(eval, call);
        match eval.module(call).called(call.node).unwrap_or_default() {
            "use" | "pre" => used(eval, registration, &given, env, events),
            "route" => {
                let Some(first) = given.first() else { return };
                let prefixes = paths(eval, *first, env).unwrap_or_else(|| vec![None]);
                let router = Instance { key: Key::Made(call), env: env.clone() };
                events.push(Event::Mount { router, prefixes, scoped: false });
            }
            "param" => parameter(eval, registration, &given, env, events),
            "listen" => events.push(Event::Listen(call)),
            "applyRoutes" => {}
            method => {
                if let Some(verb) = verb(method) {
                    route(eval, registration, verb, &given, env, events);
                }
            }
        }
    }
}

/// `use(path?, …middlewares and routers)`.
fn used(eval: &Eval<'_>, registration: &Registration, given: &[Site], env: &Env, events: &mut Vec<Event>) {
    let named = given.first().filter(|_| given.len() > 1).and_then(|first| paths(eval, *first, env));
    let rest = if named.is_some() { &given[1..] } else { given };
    let prefixes = named.clone().unwrap_or_else(|| vec![Some(String::new())]);
    let values: Vec<(Site, Env)> = rest.iter().flat_map(|value| opened(eval, *value, env)).collect();
    let last = values.len().saturating_sub(1);
    for (index, (value, env)) in values.iter().enumerate() {
        let mut routers = eval.mounted(*value, env);
        let folder = if routers.is_empty() { loaders::of(eval, *value) } else { None };
        let value = &folder.as_ref().and_then(|folder| folder.export).unwrap_or(*value);
        if folder.is_some() {
            routers = eval.mounted(*value, &None);
        }
        if !routers.is_empty() {
            for router in routers {
                events.push(Event::Mount { router, prefixes: prefixes.clone(), scoped: false });
            }
            continue;
        }
        if folder.is_some_and(|folder| folder.export.is_none()) {
            events.push(Event::Unsure(format!("`{}` is loaded by the name of its file", name(eval, *value))));
            continue;
        }
        let takes = arity(eval, *value, env);
        if takes == Some(4) || serves_files(eval, *value) {
            continue;
        }
        if index == last && takes.is_some_and(|takes| takes <= 2) {
            // It answers, and hands nothing on. Without a path it is what answers when no route did.
            if named.is_some() {
                let (handler, before) = handler(eval, *value, env);
                events.push(Event::Route {
                    site: registration.call,
                    methods: vec!["ALL".to_owned()],
                    paths: prefixes.clone(),
                    handler: Some(handler),
                    guards: before.guards,
                    unsure: before.unsure,
                });
            }
            continue;
        }
        let found = middlewares(eval, &[(*value, env.clone())], registration.conditional);
        guard(found, named.as_deref(), events);
    }
}

/// Middlewares that stand before everything that comes later, below these paths.
fn guard(found: Middlewares, below: Option<&[Option<String>]>, events: &mut Vec<Event>) {
    for guard in found.guards {
        match below {
            None => events.push(Event::Guard { guard, filter: Filter::All }),
            Some(paths) => events.extend(
                paths
                    .iter()
                    .map(|path| Event::Guard { guard: guard.clone(), filter: Filter::Under(path.clone()) }),
            ),
        }
    }
    events.extend(found.unsure.map(Event::Unsure));
}

fn serves_files(eval: &Eval<'_>, value: Site) -> bool {
    is_external(eval, value, &["express"], "static()")
        || is_external(eval, value, &["serve-static", "sirv", "serve-index", "serve-favicon"], "()")
}

/// `get(path, …middlewares, handler)`, and `get(…middlewares, handler)` on `route(path)`.
fn route(
    eval: &Eval<'_>,
    registration: &Registration,
    verb: &str,
    given: &[Site],
    env: &Env,
    events: &mut Vec<Event>,
) {
    let Some(first) = given.first() else { return };
    let named = paths(eval, *first, env).or_else(|| option_path(eval, *first, env));
    if given.len() == 1 && named.is_some() {
        // `app.get("env")` reads a setting.
        return;
    }
    let (paths, rest) = match named {
        Some(paths) => (paths, &given[1..]),
        None if given.len() == 1 || is_route(eval, registration) => (vec![Some(String::new())], given),
        None => (vec![None], &given[1..]),
    };
    let values: Vec<(Site, Env)> = rest.iter().flat_map(|value| opened(eval, *value, env)).collect();
    let Some((last, before)) = values.split_last() else { return };
    if verb == "ALL" && hands_on(eval, last.0, &last.1) {
        // `app.all("/api/*", requireAuth)` answers nothing.
        let found = middlewares(eval, &values, registration.conditional);
        for guard in found.guards {
            events.extend(
                paths
                    .iter()
                    .map(|path| Event::Guard { guard: guard.clone(), filter: Filter::Pattern(path.clone()) }),
            );
        }
        return;
    }
    if verb == "OPTIONS" && eval.code().capabilities(last.0).has(Capability::Cors) {
        // `app.options("*", cors())` answers browsers that ask first, and is no route of the program.
        return;
    }
    let mut found = middlewares(eval, before, false);
    let (handler, wrappers) = handler(eval, last.0, &last.1);
    found.extend(wrappers);
    events.push(Event::Route {
        site: registration.call,
        methods: vec![verb.to_owned()],
        paths,
        handler: Some(handler),
        guards: found.guards,
        unsure: found.unsure,
    });
}

/// Whether what a method is called on is what `route(path)` gave.
fn is_route(eval: &Eval<'_>, registration: &Registration) -> bool {
    matches!(registration.on, Key::Made(call) if eval.module(call).called(call.node) == Some("route"))
}

/// `{ path: "/x" }` of restify.
fn option_path(eval: &Eval<'_>, value: Site, env: &Env) -> Option<Vec<Option<String>>> {
    let (path, env) = eval.property(value, env, "path").or_else(|| eval.property(value, env, "url"))?;
    Some(vec![eval.text(path, &env)])
}

/// `param("id", …)` stands before every path with that parameter.
fn parameter(
    eval: &Eval<'_>,
    registration: &Registration,
    given: &[Site],
    env: &Env,
    events: &mut Vec<Event>,
) {
    let [name, rest @ ..] = given else { return };
    let Some(names) = paths(eval, *name, env) else { return };
    let values: Vec<(Site, Env)> = rest.iter().map(|value| (*value, env.clone())).collect();
    let found = middlewares(eval, &values, registration.conditional);
    for guard in found.guards {
        for name in names.iter().flatten() {
            let filter = Filter::Parameter(name.trim_start_matches(':').to_owned());
            events.push(Event::Guard { guard: guard.clone(), filter });
        }
    }
}

/// What other packages do with an application that they are handed.
fn mounted_elsewhere(eval: &Eval<'_>, registration: &Registration, events: &mut Vec<Event>) {
    let Use::Argument(0) = registration.by else { return };
    // `router.applyRoutes(server)` of restify-router comes from the router's side.
    let gives = eval.code().capabilities(registration.call);
    let module = eval.module(registration.call);
    let Some(callee) = module.callee(registration.call.node) else { return };
    let external =
        matches!(eval.code().origin(Site { node: callee, ..registration.call }), Origin::External { .. });
    let named = module.called(registration.call.node).unwrap_or_default();
    if external && !gives.is_empty() && named.starts_with("setup") {
        events.push(Event::Guard {
            guard: super::model::Guard { site: registration.call, name: named.to_owned(), gives },
            filter: Filter::All,
        });
    }
}

#[cfg(test)]
mod tests;
