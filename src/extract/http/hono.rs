//! Hono, with its chains, its factories and its `OpenAPI` form.

use super::model::{Found, Guard};
use super::mount::{
    self, Env, Eval, Event, Filter, Flow, Instance, Key, Middlewares, Reader, Registration, Role, Shape, Use,
    arguments, arity, handler, middlewares, opened, paths, verb,
};
use crate::extract::Context;
use crate::extract::code::{Capabilities, Capability, Origin, Site};
use crate::parse::javascript::Kind;

const SHAPE: Shape = Shape {
    framework: "hono",
    makers: &[
        ("hono", "Hono()", Role::App),
        ("@hono/hono", "Hono()", Role::App),
        ("@hono/zod-openapi", "OpenAPIHono()", Role::App),
        ("@asteasolutions/zod-to-openapi", "OpenAPIHono()", Role::App),
        ("hono", "createFactory().createApp()", Role::App),
        ("hono", "Factory().createApp()", Role::App),
    ],
    itself: &[
        "use", "get", "post", "put", "patch", "delete", "options", "all", "on", "route", "openapi", "mount",
        "onError", "notFound", "doc", "doc31",
    ],
    derived: &["basePath"],
    flow: Flow::Through,
};

struct Hono;

/// The routes of every application.
pub(super) fn find(context: &Context<'_>) -> Found {
    mount::find(context, &Hono)
}

impl Reader for Hono {
    fn shape(&self) -> &'static Shape {
        &SHAPE
    }

    fn read(&self, eval: &Eval<'_>, registration: &Registration, env: &Env, events: &mut Vec<Event>) {
        if registration.by != Use::Method {
            return;
        }
        let call = registration.call;
        let given = arguments(eval, call);
        match (eval.module(call).called(call.node).unwrap_or_default(), given.as_slice()) {
            ("use", _) => used(eval, registration, &given, env, events),
            ("route", [path, router, ..]) => {
                let prefixes = paths(eval, *path, env).unwrap_or_else(|| vec![None]);
                let routers = eval.mounted(*router, env).into_iter();
                events.extend(routers.map(|router| Event::Mount {
                    router,
                    prefixes: prefixes.clone(),
                    scoped: false,
                }));
            }
            ("basePath", [path, ..]) => {
                let prefixes = vec![eval.text(*path, env)];
                let router = Instance { key: Key::Made(call), env: env.clone() };
                events.push(Event::Mount { router, prefixes, scoped: false });
            }
            ("openapi", [route, rest @ ..]) => openapi(eval, registration, *route, rest, env, events),
            ("mount", [path, handler, ..]) => {
                let below =
                    |path: Option<String>| path.map(|path| format!("{}/*", path.trim_end_matches('/')));
                let paths = paths(eval, *path, env).unwrap_or_else(|| vec![None]);
                let paths = paths.into_iter().map(below).collect();
                let handlers = vec![(*handler, env.clone())];
                route(eval, registration, vec!["ALL".to_owned()], paths, &handlers, events);
            }
            ("on", [methods, path, rest @ ..]) => {
                let methods = paths(eval, *methods, env).unwrap_or_default();
                let methods =
                    methods.into_iter().flatten().map(|method| method.to_ascii_uppercase()).collect();
                let paths = paths(eval, *path, env).unwrap_or_else(|| vec![None]);
                let values = handlers(eval, rest, env);
                route(eval, registration, methods, paths, &values, events);
            }
            ("fire", []) => events.push(Event::Listen(call)),
            (method, [first, rest @ ..]) => {
                let Some(verb) = verb(method) else { return };
                let (paths, rest) = match paths(eval, *first, env) {
                    Some(paths) => (paths, rest),
                    None => (vec![Some(String::new())], given.as_slice()),
                };
                let values = handlers(eval, rest, env);
                if values.is_empty() {
                    // `app.get("/x")` of a client, or of a map.
                    return;
                }
                route(eval, registration, vec![verb.to_owned()], paths, &values, events);
            }
            _ => {}
        }
    }
}

fn used(eval: &Eval<'_>, registration: &Registration, given: &[Site], env: &Env, events: &mut Vec<Event>) {
    let named = given.first().filter(|_| given.len() > 1).and_then(|first| paths(eval, *first, env));
    let rest = if named.is_some() { &given[1..] } else { given };
    let patterns = named.unwrap_or_else(|| vec![Some("*".to_owned())]);
    let found = middlewares(eval, &handlers(eval, rest, env), registration.conditional);
    for guard in found.guards {
        events.extend(patterns.iter().map(|path| {
            let all = path.as_deref().is_some_and(|path| path.trim_matches('/') == "*");
            let filter = if all { Filter::All } else { Filter::Pattern(path.clone()) };
            Event::Guard { guard: guard.clone(), filter }
        }));
    }
    events.extend(found.unsure.map(Event::Unsure));
}

/// Handlers one by one; those that a factory put together are opened.
fn handlers(eval: &Eval<'_>, given: &[Site], env: &Env) -> Vec<(Site, Env)> {
    let mut all = Vec::new();
    for (value, env) in given.iter().flat_map(|value| opened(eval, *value, env)) {
        let inner = if eval.kind(value) == Kind::Spread { eval.below(value, 0) } else { None };
        let (at, within) = eval.value(inner.unwrap_or(value), &env);
        match eval.code().origin(at) {
            Origin::External { path, .. } if path.ends_with("createHandlers()") => {
                all.extend(arguments(eval, at).into_iter().map(|value| (value, within.clone())));
            }
            _ => all.push((value, env)),
        }
    }
    all
}

fn route(
    eval: &Eval<'_>,
    registration: &Registration,
    methods: Vec<String>,
    paths: Vec<Option<String>>,
    values: &[(Site, Env)],
    events: &mut Vec<Event>,
) {
    let Some((last, before)) = values.split_last() else { return };
    if methods.iter().all(|method| method == "ALL") && arity(eval, last.0, &last.1) == Some(2) {
        // It hands requests on.
        let found = middlewares(eval, values, registration.conditional);
        for guard in found.guards {
            events.extend(
                paths
                    .iter()
                    .map(|path| Event::Guard { guard: guard.clone(), filter: Filter::Pattern(path.clone()) }),
            );
        }
        return;
    }
    let mut found = middlewares(eval, before, false);
    let (handler, wrappers) = handler(eval, last.0, &last.1);
    found.extend(wrappers);
    push(registration, methods, paths, Some(handler), found, events);
}

fn push(
    registration: &Registration,
    methods: Vec<String>,
    paths: Vec<Option<String>>,
    handler: Option<Site>,
    found: Middlewares,
    events: &mut Vec<Event>,
) {
    events.push(Event::Route {
        site: registration.call,
        methods,
        paths,
        handler,
        guards: found.guards,
        unsure: found.unsure,
    });
}

/// `openapi(createRoute({ method, path, request, middleware }), handler)`.
fn openapi(
    eval: &Eval<'_>,
    registration: &Registration,
    described: Site,
    rest: &[Site],
    env: &Env,
    events: &mut Vec<Event>,
) {
    let (at, inner) = eval.value(described, env);
    let description = match eval.kind(at) {
        Kind::Call => arguments(eval, at).first().copied(),
        Kind::Object => Some(at),
        _ => None,
    };
    let Some(description) = description else { return };
    let part = |name: &str| eval.property(description, &inner, name);
    let method = part("method").and_then(|(method, env)| eval.text(method, &env));
    let path = part("path").and_then(|(path, env)| eval.text(path, &env));
    let mut found = Middlewares::default();
    if let Some((list, env)) = part("middleware") {
        found.extend(middlewares(eval, &opened(eval, list, &env), false));
    }
    if let Some((site, _)) = part("request") {
        let gives = Capabilities::default().with(Capability::Validation);
        found.guards.push(Guard { site, name: "request".to_owned(), gives });
    }
    let values = handlers(eval, rest, env);
    let answers = values.first().map(|(value, env)| handler(eval, *value, env));
    let answers = answers.map(|(answers, wrappers)| {
        found.extend(wrappers);
        answers
    });
    let method = method.map_or_else(|| "ALL".to_owned(), |method| method.to_ascii_uppercase());
    push(registration, vec![method], vec![path], answers, found, events);
}

#[cfg(test)]
mod tests {
    use super::find;
    use crate::extract::http::mount::{finds, shown};

    finds! {
        chains_and_parts: {
            "src/index.ts": r#"
                import { Hono } from "hono";
                import { cors } from "hono/cors";
                import users from "./users";
                import { serve } from "@hono/node-server";
                const app = new Hono().basePath("/api");
                app.use("*", cors());
                app.use("/admin/*", bearerAuth({ token }));
                app.use("/admin", audit);
                const routes = app.route("/users", users).get("/health", (c) => c.text("ok"));
                app.get("/admin/stats", stats);
                app.on(["PUT", "DELETE"], "/admin/:id{[0-9]+}", change);
                app.notFound((c) => c.text("no"));
                serve({ fetch: app.fetch, port: 3000 });
            "#,
            "src/users.ts": r#"
                import { Hono } from "hono";
                import { zValidator } from "@hono/zod-validator";
                const app = new Hono()
                    .get("/", list)
                    .use(auth)
                    .post("/", zValidator("json", schema), async (c) => c.json({}));
                export default app;
            "#,
        } => [
            "GET /api/users list [cors]",
            "POST /api/users (…) [cors, auth, zValidator]",
            "GET /api/health (…) [cors]",
            "GET /api/admin/stats stats [cors, bearerAuth]",
            "PUT /api/admin/:id change [cors, bearerAuth]",
            "DELETE /api/admin/:id change [cors, bearerAuth]",
            "hono [] listens",
        ];

        openapi_and_functions_that_register: {
            "worker.ts": r#"
                import { newApp } from "./app";
                import { registerGetKey } from "./get_key";
                const app = newApp();
                app.use("*", init());
                registerGetKey(app);
                export default { fetch: (req, env, ctx) => app.fetch(req, env, ctx) };
            "#,
            "app.ts": r#"
                import { OpenAPIHono } from "@hono/zod-openapi";
                export function newApp() { const app = new OpenAPIHono({}); app.use(prettyJSON()); app.doc("/openapi.json", {}); return app; }
            "#,
            "get_key.ts": r#"
                import { createRoute } from "@hono/zod-openapi";
                const route = createRoute({ method: "get", path: "/v1/keys/{id}", middleware: [limit], request: { query: q }, responses: {} });
                export const registerGetKey = (app: App) => app.openapi(route, async (c) => c.json({}));
            "#,
        } => [
            "GET /v1/keys/:id (…) [prettyJSON, init, limit, request]",
            "hono [prettyJSON, init]",
        ];

        each_call_of_a_factory_makes_a_router_of_its_own: {
            "lib.ts": r#"
                import { OpenAPIHono } from "@hono/zod-openapi";
                import { createFactory } from "hono/factory";
                export const createRouter = () => new OpenAPIHono({ strict: false });
                export const factory = createFactory();
            "#,
            "a.ts": "import { createRouter } from './lib'; export const a = createRouter().get('/', listA);",
            "b.ts": "import { createRouter, factory } from './lib'; const b = createRouter(); b.get('/', ...factory.createHandlers(check, listB)); export default b;",
            "main.ts": r#"
                import { factory } from "./lib";
                import { a } from "./a";
                import b from "./b";
                const app = factory.createApp();
                [a, b].forEach((route) => { app.route("/x", route); });
                app.route("/b", b);
                export default app;
            "#,
        } => [
            "GET /x listA []",
            "GET /x listB [check]",
            "GET /b listB [check]",
            "hono []",
        ];
    }
}
