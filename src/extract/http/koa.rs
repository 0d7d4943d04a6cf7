//! Koa and its routers.

use super::model::Found;
use super::mount::{
    self, Env, Eval, Event, Filter, Flow, Reader, Registration, Role, Shape, Use, arguments, handler,
    is_external, middlewares, opened, paths, verb,
};
use crate::extract::Context;
use crate::extract::code::{Capabilities, Capability, Site};
use crate::extract::http::model::Guard;
use crate::parse::javascript::Kind;

/// How many lists of middlewares are opened in each other.
const MAX_DEPTH: usize = 6;

const SHAPE: Shape = Shape {
    framework: "koa",
    makers: &[
        ("koa", "()", Role::App),
        ("koa", "default()", Role::App),
        ("@koa/router", "()", Role::Router),
        ("@koa/router", "default()", Role::Router),
        ("@koa/router", "Router()", Role::Router),
        ("koa-router", "()", Role::Router),
        ("koa-router", "default()", Role::Router),
        ("koa-router", "Router()", Role::Router),
        ("koa-joi-router", "()", Role::Router),
        ("koa-tree-router", "()", Role::Router),
    ],
    itself: &[
        "use",
        "get",
        "post",
        "put",
        "patch",
        "delete",
        "del",
        "head",
        "options",
        "all",
        "param",
        "prefix",
        "register",
        "routes",
        "middleware",
        "route",
    ],
    derived: &[],
    flow: Flow::Scoped,
};

struct Koa;

/// The routes of every application.
pub(super) fn find(context: &Context<'_>) -> Found {
    mount::find(context, &Koa)
}

impl Reader for Koa {
    fn shape(&self) -> &'static Shape {
        &SHAPE
    }

    fn made(&self, eval: &Eval<'_>, call: Site, env: &Env, events: &mut Vec<Event>) {
        let options = arguments(eval, call).first().copied();
        if let Some((prefix, env)) = options.and_then(|options| eval.property(options, env, "prefix")) {
            events.push(Event::Prefix(eval.text(prefix, &env)));
        }
    }

    fn read(&self, eval: &Eval<'_>, registration: &Registration, env: &Env, events: &mut Vec<Event>) {
        if registration.by != Use::Method {
            return;
        }
        let given = arguments(eval, registration.call);
        match eval.module(registration.call).called(registration.call.node).unwrap_or_default() {
            "use" => used(eval, registration, &given, env, events),
            "prefix" => events.extend(given.first().map(|prefix| Event::Prefix(eval.text(*prefix, env)))),
            "param" => parameter(eval, &given, env, events),
            "listen" => events.push(Event::Listen(registration.call)),
            "route" => joi_route(eval, registration, &given, env, events),
            "register" => {
                // A route may have a name before its path.
                let named = given.len() > 3 && given[1..3].iter().all(|part| is_path(eval, *part, env));
                if let [path, methods, rest @ ..] = &given[usize::from(named)..] {
                    let methods = eval.items(*methods, env, 0).unwrap_or_default();
                    let methods = methods.iter().filter_map(|(method, env)| eval.text(*method, env));
                    let mut methods: Vec<_> = methods.map(|method| method.to_ascii_uppercase()).collect();
                    if methods.is_empty() {
                        methods.push("ALL".to_owned());
                    }
                    route(eval, registration, methods, *path, rest, env, events);
                }
            }
            method => {
                let Some(verb) = verb(method) else { return };
                // A route may have a name before its path.
                let named =
                    given.len() > 2 && eval.text(given[0], env).is_some() && is_path(eval, given[1], env);
                if let [path, rest @ ..] = &given[usize::from(named)..]
                    && !rest.is_empty()
                {
                    route(eval, registration, vec![verb.to_owned()], *path, rest, env, events);
                }
            }
        }
    }
}

/// Whether a value is a path, or a list of such.
fn is_path(eval: &Eval<'_>, value: Site, env: &Env) -> bool {
    eval.text(value, env).is_some()
        || eval.items(value, env, 0).is_some_and(|items| {
            !items.is_empty() && items.iter().all(|(item, env)| eval.text(*item, env).is_some())
        })
}

fn used(eval: &Eval<'_>, registration: &Registration, given: &[Site], env: &Env, events: &mut Vec<Event>) {
    let named = given.first().filter(|_| given.len() > 1).and_then(|first| paths(eval, *first, env));
    let rest = if named.is_some() { &given[1..] } else { given };
    let prefixes = named.clone().unwrap_or_else(|| vec![Some(String::new())]);
    for value in rest {
        for (value, env) in composed(eval, *value, env, 0) {
            one(eval, registration, value, &env, &prefixes, named.is_some(), events);
        }
    }
}

fn one(
    eval: &Eval<'_>,
    registration: &Registration,
    value: Site,
    env: &Env,
    prefixes: &[Option<String>],
    named: bool,
    events: &mut Vec<Event>,
) {
    let (at, inner) = eval.value(value, env);
    let module = eval.module(at);
    if module.kind(at.node) == Kind::Call && module.called(at.node) == Some("allowedMethods") {
        return;
    }
    if is_external(eval, at, &["koa-mount"], "()") {
        let given = arguments(eval, at);
        let (below, what) = match given.as_slice() {
            [path, what, ..] => (paths(eval, *path, &inner).unwrap_or_else(|| vec![None]), *what),
            [what] => (vec![Some(String::new())], *what),
            [] => return,
        };
        for (value, env) in composed(eval, what, &inner, 0) {
            one(eval, registration, value, &env, &below, given.len() > 1, events);
        }
        return;
    }
    let routers = eval.mounted(value, env);
    if !routers.is_empty() {
        let prefixes = prefixes.to_vec();
        let mounts = routers.into_iter().map(|router| Event::Mount {
            router,
            prefixes: prefixes.clone(),
            scoped: true,
        });
        events.extend(mounts);
        return;
    }
    if is_external(eval, at, &["koa-static", "koa-send", "koa-favicon", "koa-static-cache"], "()") {
        return;
    }
    let found = middlewares(eval, &[(value, env.clone())], registration.conditional);
    for guard in found.guards {
        if named {
            events.extend(
                prefixes
                    .iter()
                    .map(|path| Event::Guard { guard: guard.clone(), filter: Filter::Under(path.clone()) }),
            );
        } else {
            events.push(Event::Guard { guard, filter: Filter::All });
        }
    }
    events.extend(found.unsure.map(Event::Unsure));
}

/// The middlewares that one is put together of.
fn composed(eval: &Eval<'_>, value: Site, env: &Env, depth: usize) -> Vec<(Site, Env)> {
    let mut all = Vec::new();
    for (value, env) in opened(eval, value, env) {
        let (at, inner) = eval.value(value, &env);
        if depth > MAX_DEPTH || eval.kind(at) != Kind::Call {
            all.push((value, env));
        } else if is_external(eval, at, &["koa-compose"], "()") {
            let lists = arguments(eval, at);
            all.extend(lists.into_iter().flat_map(|list| composed(eval, list, &inner, depth + 1)));
        } else if let Some((function, within)) = eval.entered(at, &inner)
            && let Some(returned) = eval.returned(function).first()
            && is_external(eval, *returned, &["koa-compose"], "()")
        {
            all.extend(composed(eval, *returned, &within, depth + 1));
        } else {
            all.push((value, env));
        }
    }
    all
}

fn route(
    eval: &Eval<'_>,
    registration: &Registration,
    methods: Vec<String>,
    path: Site,
    rest: &[Site],
    env: &Env,
    events: &mut Vec<Event>,
) {
    let values: Vec<(Site, Env)> = rest.iter().flat_map(|value| composed(eval, *value, env, 0)).collect();
    let Some((last, before)) = values.split_last() else { return };
    let mut found = middlewares(eval, before, false);
    let (handler, wrappers) = handler(eval, last.0, &last.1);
    found.extend(wrappers);
    events.push(Event::Route {
        site: registration.call,
        methods,
        paths: paths(eval, path, env).unwrap_or_else(|| vec![None]),
        handler: Some(handler),
        guards: found.guards,
        unsure: found.unsure,
    });
}

/// `route({ method, path, validate, handler })` of koa-joi-router, and a list of such.
fn joi_route(
    eval: &Eval<'_>,
    registration: &Registration,
    given: &[Site],
    env: &Env,
    events: &mut Vec<Event>,
) {
    for (route, env) in given.iter().flat_map(|value| opened(eval, *value, env)) {
        let Some((handlers, inner)) = eval.property(route, &env, "handler") else { continue };
        let mut values = opened(eval, handlers, &inner);
        let Some((last, last_env)) = values.pop() else { continue };
        let before = middlewares(eval, &values, false);
        let mut guards = before.guards;
        if let Some((site, _)) = eval.property(route, &env, "validate") {
            let validates = Capabilities::default().with(Capability::Validation);
            guards.insert(0, Guard { site, name: "validate".to_owned(), gives: validates });
        }
        let method = eval.property(route, &env, "method");
        let verbs = method.map(|(method, env)| match eval.items(method, &env, 0) {
            Some(items) => items.iter().filter_map(|(item, env)| eval.text(*item, env)).collect(),
            None => eval.text(method, &env).into_iter().collect::<Vec<_>>(),
        });
        let methods = verbs.unwrap_or_default().iter().map(|method| method.to_ascii_uppercase()).collect();
        let path = eval.property(route, &env, "path");
        events.push(Event::Route {
            site: registration.call,
            methods,
            paths: path.and_then(|(path, env)| paths(eval, path, &env)).unwrap_or_else(|| vec![None]),
            handler: Some(handler(eval, last, &last_env).0),
            guards,
            unsure: before.unsure,
        });
    }
}

fn parameter(eval: &Eval<'_>, given: &[Site], env: &Env, events: &mut Vec<Event>) {
    let [name, rest @ ..] = given else { return };
    let Some(name) = eval.text(*name, env) else { return };
    let values: Vec<(Site, Env)> = rest.iter().map(|value| (*value, env.clone())).collect();
    let found = middlewares(eval, &values, false);
    let filter = Filter::Parameter(name);
    events.extend(found.guards.into_iter().map(|guard| Event::Guard { guard, filter: filter.clone() }));
}

#[cfg(test)]
mod tests {
    use super::find;
    use crate::extract::http::mount::{finds, shown};

    finds! {
        routers_and_their_prefixes: {
            "app.js": r#"
                const Koa = require("koa");
                const compose = require("koa-compose");
                const mount = require("koa-mount");
                const { users } = require("./users");
                const app = new Koa();
                app.use(helmet()).use(bodyParser());
                app.use(users.routes()).use(users.allowedMethods());
                app.use(compose([auth, require("./admin")()]));
                app.use(mount("/files", serve));
                app.listen(3000);
            "#,
            "users.js": r#"
                const Router = require("@koa/router");
                const router = new Router({ prefix: "/users" });
                router.get("list", "/", list);
                router.use(check);
                router.post("/:id", validate(schema), ctrl.create);
                exports.users = router;
            "#,
            "admin.js": r#"
                const Router = require("koa-router");
                const compose = require("koa-compose");
                const outer = new Router();
                const inner = new Router();
                inner.get("/stats", stats);
                outer.prefix("/admin");
                outer.use("/v1", role, inner.routes(), inner.allowedMethods());
                module.exports = () => compose([outer.routes(), outer.allowedMethods()]);
            "#,
        } => [
            "GET /users list [helmet, bodyParser]",
            "POST /users/:id create [helmet, bodyParser, check, validate]",
            "GET /admin/v1/stats stats [helmet, bodyParser, auth, role]",
            "koa [helmet, bodyParser] listens",
        ];

        guards_stand_in_lists: { "app.js": r#"
            const Koa = require("koa");
            const Router = require("@koa/router");
            const app = new Koa();
            const router = new Router();
            router.get("/a", [check, limit], show);
            router.post("b", ["/b", "/c"], [check, create]);
            router.register("/d", ["get", "post"], [check, both]);
            router.register("e", "/e", ["PUT"], [check, limit, change]);
            router.register("/f", methods, [check, any]);
            app.use(router.routes());
        "# } => [
            "GET /a show [check, limit]",
            "POST /b create [check]",
            "POST /c create [check]",
            "GET /d both [check]",
            "POST /d both [check]",
            "PUT /e change [check, limit]",
            "ALL /f any [check]",
            "koa []",
        ];

        a_router_of_validated_routes: { "app.js": r#"
            const Koa = require("koa");
            const router = require("koa-joi-router");
            const pub = router();
            pub.route({ method: ["POST", "PUT"], path: "/signup", validate: { type: "json" }, handler: [limit, signup] });
            const app = new Koa();
            app.use(pub.middleware());
            http.createServer(app.callback());
        "# } => [
            "POST /signup signup [validate, limit]",
            "PUT /signup signup [validate, limit]",
            "koa []",
        ];
    }
}
