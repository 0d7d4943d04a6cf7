//! `NestJS`: the controllers that a root module reaches, and everything a request passes on its way to them.

mod bootstrap;
pub(super) mod class;
mod guard;
mod input;
mod middleware;
mod modules;
#[cfg(test)]
mod tests;

use bootstrap::Bootstrap;
use class::{Mark, Method};
use guard::{Gate, Key};
use input::Input;
use modules::{Global, Modules};

use std::collections::HashSet;

use super::{App, Found, Guard, Route, value};
use crate::extract::Context;
use crate::extract::code::{Capabilities, Capability, Code, Site};

/// The decorators that make a method a handler, with the method of HTTP.
const METHODS: &[(&str, &str)] = &[
    ("Get", "GET"),
    ("Post", "POST"),
    ("Put", "PUT"),
    ("Patch", "PATCH"),
    ("Delete", "DELETE"),
    ("Head", "HEAD"),
    ("Options", "OPTIONS"),
    ("All", "ALL"),
    ("Sse", "GET"),
    ("Search", "SEARCH"),
];

/// The decorators that make a method of a resolver an operation.
const OPERATIONS: &[(&str, &str)] =
    &[("Query", "QUERY"), ("Mutation", "MUTATION"), ("Subscription", "SUBSCRIPTION")];

/// Applications, and the routes of the controllers and resolvers in their modules.
pub(super) fn find(context: &Context<'_>) -> Found {
    let code = &context.code;
    let mut found = Found::default();
    let mut seen = HashSet::new();
    for (bootstrap, modules) in applications(context) {
        let reader = Reader::new(code, &bootstrap, &modules);
        found.apps.push(reader.app());
        let first = found.routes.len();
        for (class, owner) in &modules.controllers {
            reader.controller(*class, *owner, &mut found.routes);
        }
        for class in &modules.providers {
            reader.resolver(*class, &mut found.routes);
        }
        let package = context.packages.dir_of(&context.tree.file(bootstrap.site.file).path);
        let known = seen.clone();
        let mut own = found.routes.split_off(first);
        own.retain(|route| !known.contains(&(package, route.site)));
        seen.extend(own.iter().map(|route| (package, route.site)));
        found.routes.extend(own);
    }
    let mut seen = HashSet::new();
    found.routes.retain(|route| seen.insert((route.site, route.method.clone(), route.path.clone())));
    found
}

/// The applications with their modules, those of programs before those of tests, and the largest first: a module that
/// another one loads for its services brings its controllers along, and these are written for the larger one.
fn applications(context: &Context<'_>) -> Vec<(Bootstrap, Modules)> {
    let code = &context.code;
    let mut made = HashSet::new();
    let mut all: Vec<_> = bootstrap::find(context)
        .into_iter()
        // One that is made in two ways and goes one way is one application.
        .filter(|bootstrap| {
            let name = (code.definition(bootstrap.root), bootstrap.listens);
            bootstrap.listens.is_none() || made.insert(name)
        })
        .map(|bootstrap| {
            let modules = Modules::of(code, bootstrap.root);
            (bootstrap, modules)
        })
        .collect();
    all.sort_by_key(|(bootstrap, modules)| {
        let aside = context.tree.file(bootstrap.site.file).is_aside();
        (aside, std::cmp::Reverse(modules.controllers.len() + modules.providers.len()))
    });
    all
}

/// What stands before the routes of one application.
struct Reader<'c, 'r> {
    code: &'c Code<'r>,
    bootstrap: &'c Bootstrap,
    modules: &'c Modules,
    /// What `use` puts there, with the paths it is limited to.
    uses: Vec<(Guard, Option<Vec<String>>)>,
    switches: Vec<Guard>,
    guards: Vec<Gate>,
    interceptors: Vec<Gate>,
    pipes: Vec<Gate>,
    filters: Vec<Gate>,
}

/// A handler, with what its class and itself say.
struct Handler<'m> {
    class: Site,
    on_class: &'m [Mark],
    on_method: &'m [Mark],
    function: Site,
}

impl<'c, 'r> Reader<'c, 'r> {
    fn new(code: &'c Code<'r>, bootstrap: &'c Bootstrap, modules: &'c Modules) -> Self {
        let gates = |one: &[Global], other: &[Global]| -> Vec<Gate> {
            one.iter().chain(other).map(|global| Gate::new(code, global.site, global.value)).collect()
        };
        let (told, provided) = (&bootstrap.globals, &modules.globals);
        let switch = |(name, site): &(String, Site)| {
            let cors = name == "enableCors";
            let gives = Capabilities::default();
            let gives = if cors { gives.with(Capability::Cors) } else { gives };
            Guard { site: *site, name: name.clone(), gives }
        };
        let used = |(global, paths): &(Global, Option<Vec<String>>)| {
            (guard::plain(code, global.site, global.value), paths.clone())
        };
        Self {
            code,
            bootstrap,
            modules,
            uses: bootstrap.uses.iter().map(used).collect(),
            switches: bootstrap.switches.iter().map(switch).collect(),
            guards: gates(&told.guards, &provided.guards),
            interceptors: gates(&told.interceptors, &provided.interceptors),
            pipes: gates(&told.pipes, &provided.pipes),
            filters: gates(&told.filters, &provided.filters),
        }
    }

    fn app(&self) -> App {
        let everywhere =
            self.uses.iter().filter(|(_, paths)| paths.is_none()).map(|(guard, _)| guard.clone());
        let gates = [&self.guards, &self.interceptors, &self.pipes, &self.filters].into_iter().flatten();
        let guards =
            everywhere.chain(self.switches.iter().cloned()).chain(gates.map(|gate| gate.guard.clone()));
        let (site, listens) = (self.bootstrap.site, self.bootstrap.listens);
        App { site, framework: "@nestjs/core", guards: guards.collect(), listens }
    }

    /// The routes of a controller.
    fn controller(&self, class: Site, owner: Site, routes: &mut Vec<Route>) {
        let code = self.code;
        let on_class = class::marks(code, class);
        let Some(controller) = on_class.iter().find(|mark| mark.is("@nestjs/common", "Controller")) else {
            return;
        };
        let options = controller.arguments.first().copied();
        let path = options.and_then(|options| value::option(code, options, "path"));
        let is_object = options.is_some_and(|options| !value::entries(code, options).is_empty());
        let bases = texts(code, if is_object { path } else { options });
        for method in class::methods(code, class) {
            let on_method = class::marks(code, method.site);
            for mark in &on_method {
                let known = METHODS.iter().find(|(name, _)| mark.is("@nestjs/common", name));
                let Some((_, verb)) = known else { continue };
                let paths = texts(code, mark.arguments.first().copied());
                let handler =
                    Handler { class, on_class: &on_class, on_method: &on_method, function: method.function };
                for version in self.versions(&handler, options) {
                    for (base, path) in
                        bases.iter().flat_map(|base| paths.iter().map(move |path| (base, path)))
                    {
                        let local = base.as_deref().zip(path.as_deref());
                        let local = local
                            .zip(self.modules.path(owner))
                            .map(|((base, path), module)| value::join([module, base, path]));
                        let path =
                            local.as_deref().map(|local| self.whole(class, verb, version.as_deref(), local));
                        let guards = self.before(&handler, verb, local.as_deref(), path.as_deref());
                        let (site, handler) = (mark.site, Some(method.function));
                        let (framework, method) = ("@nestjs/core", (*verb).to_owned());
                        routes.push(Route {
                            site,
                            framework,
                            method,
                            path,
                            handler,
                            guards,
                            unsure: None,
                            server: None,
                        });
                    }
                }
            }
        }
    }

    /// The operations of a resolver.
    fn resolver(&self, class: Site, routes: &mut Vec<Route>) {
        let code = self.code;
        let on_class = class::marks(code, class);
        if !on_class.iter().any(|mark| mark.is("@nestjs/graphql", "Resolver")) {
            return;
        }
        for Method { name, site, function } in class::methods(code, class) {
            let on_method = class::marks(code, site);
            for mark in &on_method {
                let known = OPERATIONS.iter().find(|(name, _)| mark.is("@nestjs/graphql", name));
                let Some((_, verb)) = known else { continue };
                let named = mark.arguments.iter().find_map(|argument| {
                    value::text(code, *argument)
                        .or_else(|| value::text(code, value::option(code, *argument, "name")?))
                });
                let handler = Handler { class, on_class: &on_class, on_method: &on_method, function };
                let mut guards = self.before(&handler, "POST", None, None);
                // Middlewares of Nest that are aimed at paths do not know operations.
                guards.dedup_by(|one, other| one.site == other.site && one.name == other.name);
                routes.push(Route {
                    site: mark.site,
                    framework: "@nestjs/graphql",
                    method: (*verb).to_owned(),
                    path: Some(named.unwrap_or_else(|| name.clone())),
                    handler: Some(function),
                    guards,
                    unsure: None,
                    server: None,
                });
            }
        }
    }

    /// The versions of a route as parts of its path; none where it has none.
    fn versions(&self, handler: &Handler<'_>, options: Option<Site>) -> Vec<Option<String>> {
        let Some((prefix, default)) = &self.bootstrap.versions else { return vec![None] };
        let own = |marks: &[Mark]| {
            let mark = marks.iter().find(|mark| mark.is("@nestjs/common", "Version"))?;
            mark.arguments.first().copied()
        };
        let on_controller = || options.and_then(|options| value::option(self.code, options, "version"));
        let written = own(handler.on_method).or_else(|| own(handler.on_class)).or_else(on_controller);
        let numbers: Vec<String> = match written {
            Some(list) => value::items(self.code, list)
                .into_iter()
                .filter_map(|one| value::text(self.code, one))
                .collect(),
            None => default.clone(),
        };
        if numbers.is_empty() {
            return vec![None];
        }
        numbers.into_iter().map(|number| Some(format!("{prefix}{number}"))).collect()
    }

    /// A path with the prefix of the application, which is `:prefix` where it is computed.
    fn whole(&self, class: Site, method: &str, version: Option<&str>, local: &str) -> String {
        let bare = self.bootstrap.unprefixed.iter().any(|aim| aim.names(class, method, local));
        let prefix = if bare { "" } else { self.bootstrap.prefix.as_deref().unwrap_or(":prefix") };
        value::join([prefix, version.unwrap_or_default(), local])
    }

    /// Everything a request passes before a handler, in the order of the framework.
    fn before(
        &self,
        handler: &Handler<'_>,
        method: &str,
        local: Option<&str>,
        path: Option<&str>,
    ) -> Vec<Guard> {
        let code = self.code;
        let metadata: Vec<(Key, bool)> = handler
            .on_method
            .iter()
            .chain(handler.on_class)
            .filter_map(|mark| guard::metadata(code, mark))
            .collect();
        let own = |name: &str| -> Vec<Gate> {
            let marks = handler.on_class.iter().chain(handler.on_method);
            let marks = marks.filter(|mark| mark.is("@nestjs/common", name));
            let given = |mark: &Mark| {
                let values = mark.arguments.iter().flat_map(|list| value::items(code, *list));
                values.map(|value| Gate::new(code, mark.site, value)).collect::<Vec<_>>()
            };
            marks.flat_map(given).collect()
        };
        let mut guards: Vec<Guard> = self.used(path).collect();
        guards.extend(self.switches.iter().filter(|guard| guard.name == "enableCors").cloned());
        guards.extend(self.configured(handler.class, method, local));
        let (routed, wrapped) = (own("UseGuards"), own("UseInterceptors"));
        let gates = self.guards.iter().chain(&routed).chain(&self.interceptors).chain(&wrapped);
        guards.extend(gates.filter(|gate| gate.holds(&metadata)).map(|gate| gate.guard.clone()));
        let piped = own("UsePipes");
        let input = input::of(code, handler.function);
        let piped = self.pipes.iter().chain(&piped).filter_map(|gate| pipe(&gate.guard, &input));
        guards.extend(piped);
        let single = input.pipes.iter().map(|value| Gate::new(code, *value, *value).guard);
        guards.extend(single.filter_map(|guard| pipe(&guard, &input)));
        guards
    }

    /// What `use` puts before a path.
    fn used(&self, path: Option<&str>) -> impl Iterator<Item = Guard> {
        let before = move |paths: &Option<Vec<String>>| {
            let reaches = |pattern: &String| path.is_some_and(|path| middleware::under(pattern, path));
            paths.as_ref().is_none_or(|paths| paths.iter().any(reaches))
        };
        self.uses.iter().filter(move |(_, paths)| before(paths)).map(|(guard, _)| guard.clone())
    }

    /// What modules put before a route by `configure`.
    fn configured(&self, class: Site, method: &str, local: Option<&str>) -> Vec<Guard> {
        let path = local.unwrap_or_default();
        let aimed = self.modules.middlewares.iter().filter(|middleware| {
            let aimed = middleware.before.iter().any(|aim| aim.meets(class, method, path));
            aimed && !middleware.but.iter().any(|aim| aim.names(class, method, path))
        });
        let applied = aimed.flat_map(|middleware| &middleware.applied);
        applied.map(|value| Gate::new(self.code, *value, *value).guard).collect()
    }
}

/// A pipe before a route: one that validates does so only where it can know what the input must be.
fn pipe(guard: &Guard, input: &Input) -> Option<Guard> {
    let by_class = guard.name.ends_with("ValidationPipe");
    let parses = guard.name.starts_with("Parse");
    if !by_class && !parses {
        return Some(guard.clone());
    }
    let gives = guard.gives.with(Capability::Validation);
    (!input.open).then(|| Guard { gives, ..guard.clone() })
}

/// The texts of an argument that is a text, a list of texts or nothing; none for one that is computed.
fn texts(code: &Code<'_>, argument: Option<Site>) -> Vec<Option<String>> {
    match argument {
        Some(argument) => {
            let texts: Vec<_> =
                value::items(code, argument).into_iter().map(|item| value::text(code, item)).collect();
            if texts.is_empty() { vec![Some(String::new())] } else { texts }
        }
        None => vec![Some(String::new())],
    }
}
