//! What hooks, decorators and options of routes put before a handler.

use std::cell::OnceCell;
use std::collections::HashMap;

use super::BEFORE;
use crate::extract::Context;
use crate::extract::code::{Capabilities, Capability, Site};
use crate::extract::http::model::Guard;
use crate::extract::http::mount::{Env, Eval, Middlewares, arguments, middlewares, opened};
use crate::parse::javascript::{Kind, Module, NodeId};

/// Methods that packages of the framework give to instances and requests.
const GIVEN: &[(&str, Capability)] = &[
    ("basicAuth", Capability::Auth),
    ("verifyBearerAuth", Capability::Auth),
    ("jwtVerify", Capability::Auth),
    ("csrfProtection", Capability::Csrf),
    ("rateLimit", Capability::RateLimit),
];

/// Packages that only give such methods: registered, they turn nobody away.
const DECORATE: &[&str] = &[
    "@fastify/jwt",
    "fastify-jwt",
    "@fastify/auth",
    "fastify-auth",
    "@fastify/basic-auth",
    "fastify-basic-auth",
    "@fastify/csrf-protection",
    "@fastify/passport",
    "@fastify/oauth2",
    "@fastify/sensible",
    "@fastify/static",
    "@fastify/view",
];

/// What hooks do.
pub(super) struct Hooks<'c> {
    context: &'c Context<'c>,
    /// What instances are decorated with, by name.
    decorated: OnceCell<HashMap<&'c str, Vec<Site>>>,
}

impl<'c> Hooks<'c> {
    pub(super) fn new(context: &'c Context<'c>) -> Self {
        Self { context, decorated: OnceCell::new() }
    }

    fn decorators(&self, name: &str) -> &[Site] {
        let index = self.decorated.get_or_init(|| {
            let mut found: HashMap<&str, Vec<Site>> = HashMap::new();
            for (file, module) in self.context.code.modules() {
                for node in module.calls().filter(|node| module.kind(*node) == Kind::Call) {
                    if let Some((name, value)) = decorated(module, node) {
                        found.entry(name).or_default().push(Site { file, node: value });
                    }
                }
            }
            found
        });
        index.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// What values stand for as hooks.
    pub(super) fn read(&self, eval: &Eval<'_>, values: &[(Site, Env)], conditional: bool) -> Middlewares {
        let mut found = Middlewares::default();
        for (value, env) in values {
            let mut one = middlewares(eval, &[(*value, env.clone())], conditional);
            let gives = self.gives(eval, *value, env, 0);
            for guard in &mut one.guards {
                guard.gives = guard.gives.and(gives);
            }
            found.extend(one);
        }
        found
    }

    fn gives(&self, eval: &Eval<'_>, value: Site, env: &Env, depth: usize) -> Capabilities {
        let (at, env) = eval.value(value, env);
        let module = eval.module(at);
        let mut gives = Capabilities::default();
        if depth > 3 {
            return gives;
        }
        match module.kind(at.node) {
            Kind::Member(word) => {
                let name = module.word(word);
                for decorator in self.decorators(name) {
                    gives = gives.and(eval.code().capabilities(*decorator)).and(self.gives(
                        eval,
                        *decorator,
                        &None,
                        depth + 1,
                    ));
                }
                gives = gives.and(given(name));
            }
            Kind::Call => {
                // `fastify.auth([fastify.verifyToken])`, `fastify.authorize("admin")`.
                if let Some(callee) =
                    eval.below(at, 0).filter(|callee| matches!(eval.kind(*callee), Kind::Member(_)))
                {
                    gives = gives.and(self.gives(eval, callee, &env, depth + 1));
                }
                for argument in arguments(eval, at) {
                    if matches!(eval.kind(argument), Kind::Array | Kind::Member(_)) {
                        for (value, env) in opened(eval, argument, &env) {
                            gives = gives.and(eval.code().capabilities(value)).and(self.gives(
                                eval,
                                value,
                                &env,
                                depth + 1,
                            ));
                        }
                    }
                }
            }
            Kind::Function(_) => {
                for node in module.descendants(at.node) {
                    if let (Kind::Call, Some(callee)) = (module.kind(node), module.callee(node))
                        && let Kind::Member(word) = module.kind(callee)
                    {
                        let name = module.word(word);
                        gives = gives.and(given(name));
                        if depth < 2 && !self.decorators(name).is_empty() {
                            gives = gives.and(self.gives(eval, Site { node: callee, ..at }, &env, depth + 1));
                        }
                    }
                }
            }
            _ => {}
        }
        gives
    }

    /// What a package does for every request once it is registered.
    pub(super) fn of_package(
        eval: &Eval<'_>,
        value: Site,
        package: &str,
        conditional: bool,
    ) -> Option<Guard> {
        let mut guard = middlewares(eval, &[(value, None)], conditional).guards.pop()?;
        if DECORATE.contains(&package) {
            let turns_away = [Capability::Auth, Capability::Csrf, Capability::Role];
            let kept = guard.gives.iter().filter(|one| !turns_away.contains(one));
            guard.gives = kept.fold(Capabilities::default(), Capabilities::with);
        }
        Some(guard)
    }

    /// What the options of a route put before it.
    pub(super) fn of_route(&self, eval: &Eval<'_>, options: Site, env: &Env) -> Middlewares {
        let mut found = Middlewares::default();
        for name in BEFORE {
            if let Some((hook, env)) = eval.property(options, env, name) {
                found.extend(self.read(eval, &opened(eval, hook, &env), false));
            }
        }
        if let Some((schema, env)) = eval.property(options, env, "schema")
            && validates(eval, schema, &env)
        {
            let gives = Capabilities::default().with(Capability::Validation);
            found.guards.push(Guard { site: schema, name: "schema".to_owned(), gives });
        }
        let config = eval.property(options, env, "config");
        let limit = config.and_then(|(config, env)| eval.property(config, &env, "rateLimit"));
        if let Some((limit, _)) = limit.filter(|(limit, _)| eval.kind(*limit) != Kind::Flag(false)) {
            let gives = Capabilities::default().with(Capability::RateLimit);
            found.guards.push(Guard { site: limit, name: "rateLimit".to_owned(), gives });
        }
        found
    }
}

/// Whether a schema speaks of what comes in; one that cannot be looked into may.
fn validates(eval: &Eval<'_>, schema: Site, env: &Env) -> bool {
    let (at, env) = eval.value(schema, env);
    eval.kind(at) != Kind::Object
        || ["body", "querystring", "query", "params", "headers"]
            .iter()
            .any(|part| eval.property(at, &env, part).is_some())
}

fn given(name: &str) -> Capabilities {
    let found = GIVEN.iter().filter(|(method, _)| *method == name);
    found.fold(Capabilities::default(), |all, (_, capability)| all.with(*capability))
}

/// `decorate("name", value)`.
fn decorated(module: &Module, call: NodeId) -> Option<(&str, NodeId)> {
    let name = module.called(call)?;
    if name != "decorate" && name != "decorateRequest" {
        return None;
    }
    let Kind::Text(word) = module.kind(module.argument(call, 0)?) else { return None };
    Some((module.word(word), module.argument(call, 1)?))
}
