//! Fastify: plugins that keep their hooks to themselves, and those that do not.

mod autoload;
mod hooks;

use super::doors;
use super::model::Found;
use super::mount::{
    self, Env, Eval, Event, Filter, Flow, Instance, Reader, Registration, Role, Shape, UNNAMED, Use,
    arguments, entered_by, first_parameter, handler, is_external, opened, paths, verb,
};
use crate::extract::Context;
use crate::extract::code::{Origin, Site};
use crate::extract::packages::join;
use crate::parse::javascript::Kind;
use hooks::Hooks;

const SHAPE: Shape = Shape {
    framework: "fastify",
    makers: &[
        ("fastify", "()", Role::App),
        ("fastify", "default()", Role::App),
        ("fastify", "fastify()", Role::App),
        ("fastify", "Fastify()", Role::App),
        // What a program of the framework's own command asks for.
        ("fastify-plugin", "–", Role::App),
        ("@fastify/autoload", "–", Role::App),
    ],
    itself: &[
        "withTypeProvider",
        "get",
        "post",
        "put",
        "patch",
        "delete",
        "head",
        "options",
        "all",
        "route",
        "register",
        "addHook",
        "decorate",
        "decorateRequest",
        "decorateReply",
        "setErrorHandler",
        "setNotFoundHandler",
        "setValidatorCompiler",
        "setSerializerCompiler",
        "addSchema",
        "after",
        "addContentTypeParser",
        "use",
    ],
    derived: &[],
    flow: Flow::Scoped,
};

/// Hooks that a request passes before it is answered, in their order.
const BEFORE: &[&str] = &["onRequest", "preParsing", "preValidation", "preHandler"];

/// Hooks that run around the answer: what they do counts only where it is known.
const AROUND: &[&str] = &["preSerialization", "onSend", "onResponse", "onError", "onTimeout"];

struct Fastify<'c> {
    hooks: Hooks<'c>,
}

/// The routes of every application.
pub(super) fn find(context: &Context<'_>) -> Found {
    mount::find(context, &Fastify { hooks: Hooks::new(context) })
}

impl Reader for Fastify<'_> {
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
            ("register", [plugin, options @ ..]) => {
                Self::register(eval, registration, *plugin, options.first().copied(), env, events);
            }
            ("addHook", [name, hook, ..]) => self.hook(eval, registration, *name, *hook, env, events),
            ("use", [.., middleware]) => {
                let found = self.hooks.read(eval, &opened(eval, *middleware, env), registration.conditional);
                events.extend(
                    found.guards.into_iter().map(|guard| Event::Guard { guard, filter: Filter::All }),
                );
            }
            ("listen", _) => events.push(Event::Listen(call)),
            ("route", [options, ..]) => {
                let Some((method, inner)) = eval.property(*options, env, "method") else { return };
                let methods =
                    paths(eval, method, &inner).map(|methods| methods.into_iter().flatten().collect());
                let methods: Vec<String> = methods.unwrap_or_else(|| vec!["ALL".to_owned()]);
                let path =
                    eval.property(*options, env, "url").or_else(|| eval.property(*options, env, "path"));
                let path = path.and_then(|(path, env)| eval.text(path, &env));
                self.route(eval, registration, &methods, path, Some(*options), None, env, events);
            }
            (method, [path, rest @ ..]) if !rest.is_empty() => {
                let Some(verb) = verb(method) else { return };
                let path = eval.text(*path, env);
                let (options, last) = match rest {
                    [options, last, ..] => (Some(*options), Some(*last)),
                    [only] if eval.property(*only, env, "handler").is_some() => (Some(*only), None),
                    [only] => (None, Some(*only)),
                    [] => return,
                };
                self.route(eval, registration, &[verb.to_owned()], path, options, last, env, events);
            }
            _ => {}
        }
    }

    /// `fastify start app.js`: the module gives a plugin, and the command makes the application.
    fn further(&self, eval: &Eval<'_>) -> Vec<Instance> {
        let mut found = Vec::new();
        for package in eval.context.packages.all() {
            for (_, script) in package.scripts() {
                let command = &script.command;
                let started = command.split_once("fastify start");
                let Some((_, rest)) = started.or_else(|| command.split_once("fastify-cli start")) else {
                    continue;
                };
                let words = rest.split([' ', '&', ';']).filter(|word| !word.starts_with('-'));
                let Some(file) = words.rev().find_map(|word| program(eval, &package.dir, word)) else {
                    continue;
                };
                let plugin = eval.export(file, "default").map(|site| plugin(eval, site, &None));
                if let Some((function, env, _)) = plugin
                    && let Some(key) = first_parameter(eval, function)
                    && !found.iter().any(|instance: &Instance| instance.key == key)
                {
                    found.push(Instance { key, env });
                }
            }
        }
        found
    }
}

/// The source of the program that a script names, before it was built.
fn program(eval: &Eval<'_>, dir: &str, word: &str) -> Option<crate::source::FileId> {
    let stem = word
        .strip_suffix(".js")
        .or_else(|| word.strip_suffix(".ts"))
        .or_else(|| word.strip_suffix(".mjs"))?;
    let source = stem.trim_start_matches("./");
    let source = ["dist/", "build/", "out/", "lib/"]
        .iter()
        .find_map(|built| source.strip_prefix(built))
        .unwrap_or(source);
    let candidates = [
        word.to_owned(),
        format!("{source}.ts"),
        format!("src/{source}.ts"),
        format!("{source}.js"),
        format!("src/{source}.js"),
    ];
    candidates.iter().find_map(|path| eval.context.tree.by_path(&join(dir, path.trim_start_matches("./"))))
}

/// The function of a plugin, and whether it shares what it sets up with the instance that takes it.
fn plugin(eval: &Eval<'_>, value: Site, env: &Env) -> (Site, Env, bool) {
    let (mut at, mut env) = eval.value(value, env);
    let mut shared = false;
    for _ in 0..4 {
        if !is_external(eval, at, &["fastify-plugin"], "()") {
            break;
        }
        let Some(inner) = arguments(eval, at).first().copied() else { break };
        shared = true;
        (at, env) = eval.value(inner, &env);
    }
    // A function that gives a plugin: `register(routes(deps))`.
    if eval.kind(at) == Kind::Call
        && let Some((function, inner)) = eval.entered(at, &env)
        && let Some(returned) = eval.returned(function).first()
    {
        let (found, inner) = eval.value(*returned, &inner);
        if matches!(eval.kind(found), Kind::Function(_)) {
            return (found, inner, shared);
        }
        if is_external(eval, found, &["fastify-plugin"], "()")
            && let Some(wrapped) = arguments(eval, found).first()
        {
            let (found, inner) = eval.value(*wrapped, &inner);
            return (found, inner, true);
        }
    }
    (at, env, shared)
}

/// The name of the plugin that a call stands in: `const adminAuth = fp(async (fastify) => { fastify.addHook(…) })`.
fn plugin_around(eval: &Eval<'_>, call: Site) -> Option<String> {
    let module = eval.module(call);
    let function = module.function_around(call.node)?;
    let own = module.function(function).map(|function| module.word(function.name));
    if let Some(name) = own.filter(|name| !name.is_empty()) {
        return Some(name.to_owned());
    }
    let wrapped = module.parent(function).filter(|wrapper| module.kind(*wrapper) == Kind::Call)?;
    let declarator = module.parent(wrapped).filter(|around| module.kind(*around) == Kind::Declarator)?;
    module.child(declarator, 0).and_then(|name| module.last_name(name)).map(str::to_owned)
}

impl Fastify<'_> {
    fn register(
        eval: &Eval<'_>,
        registration: &Registration,
        value: Site,
        options: Option<Site>,
        env: &Env,
        events: &mut Vec<Event>,
    ) {
        let option = |name: &str| options.and_then(|options| eval.property(options, env, name));
        let prefix = match option("prefix") {
            Some((prefix, env)) => eval.text(prefix, &env),
            None => Some(String::new()),
        };
        let (at, inner, shared) = plugin(eval, value, env);
        if matches!(eval.kind(at), Kind::Function(_)) {
            let Some(key) = first_parameter(eval, at) else { return };
            let env = entered_by(at, registration.call, &inner);
            let router = Instance { key, env };
            events.push(Event::Mount { router, prefixes: vec![prefix], scoped: !shared });
            return;
        }
        let Origin::External { package, .. } = eval.code().origin(value) else { return };
        if package == "@fastify/autoload" || package == "fastify-autoload" {
            if let Some(options) = options {
                autoload::load(eval, registration, options, env, events);
            }
            return;
        }
        if doors::is_inner(&package) {
            // The plugin is the server itself, or is made with one.
            let inner = package == "mercurius" || package.starts_with("@trpc/");
            let value = if inner { registration.call } else { value };
            events.push(Event::Door { value, path: prefix });
            return;
        }
        let global = option("global").map(|(global, _)| eval.kind(global));
        if global == Some(Kind::Flag(false)) {
            return;
        }
        events.extend(
            Hooks::of_package(eval, value, &package, registration.conditional)
                .map(|guard| Event::Guard { guard, filter: Filter::All }),
        );
    }

    fn hook(
        &self,
        eval: &Eval<'_>,
        registration: &Registration,
        name: Site,
        hook: Site,
        env: &Env,
        events: &mut Vec<Event>,
    ) {
        let Some(name) = eval.text(name, env) else { return };
        let around = AROUND.contains(&name.as_str());
        if !around && !BEFORE.contains(&name.as_str()) {
            return;
        }
        let mut found = self.hooks.read(eval, &opened(eval, hook, env), registration.conditional);
        for guard in found.guards.iter_mut().filter(|guard| guard.name == UNNAMED) {
            guard.name = plugin_around(eval, registration.call).unwrap_or_else(|| UNNAMED.to_owned());
        }
        let known = found.guards.into_iter().filter(|guard| !around || !guard.gives.is_empty());
        events.extend(known.map(Event::Hook));
        events.extend(found.unsure.filter(|_| !around).map(Event::Unsure));
    }

    #[allow(clippy::too_many_arguments)] // the parts of one registration
    fn route(
        &self,
        eval: &Eval<'_>,
        registration: &Registration,
        methods: &[String],
        path: Option<String>,
        options: Option<Site>,
        last: Option<Site>,
        env: &Env,
        events: &mut Vec<Event>,
    ) {
        let mut found = options.map(|options| self.hooks.of_route(eval, options, env)).unwrap_or_default();
        let last = match last {
            Some(last) => Some((last, env.clone())),
            None => options.and_then(|options| eval.property(options, env, "handler")),
        };
        let handler = last.map(|(last, env)| handler(eval, last, &env)).map(|(site, wrappers)| {
            found.extend(wrappers);
            site
        });
        events.push(Event::Route {
            site: registration.call,
            methods: methods.iter().map(|method| method.to_ascii_uppercase()).collect(),
            paths: vec![path],
            handler,
            guards: found.guards,
            unsure: found.unsure,
        });
    }
}

#[cfg(test)]
mod tests;
