//! The modules that a root module reaches: their controllers, providers, middlewares and what they set for all.

use std::collections::HashSet;

use super::class;
use super::middleware::{self, Middleware};
use crate::extract::code::{Code, Origin, Site};
use crate::extract::http::value;
use crate::parse::javascript::{Kind, NodeId};

/// How deep modules may be made of each other by functions; classes are visited once anyway.
const MAX_DEPTH: usize = 64;

/// Something that stands before every route of the application.
#[derive(Debug, Clone, Copy)]
pub(super) struct Global {
    /// Where it is put there.
    pub site: Site,
    /// The class or value.
    pub value: Site,
}

/// What stands before every route, by its kind and in order.
#[derive(Debug, Default, Clone)]
pub(super) struct Globals {
    /// `APP_GUARD` and `useGlobalGuards`.
    pub guards: Vec<Global>,
    /// `APP_INTERCEPTOR` and `useGlobalInterceptors`.
    pub interceptors: Vec<Global>,
    /// `APP_PIPE` and `useGlobalPipes`.
    pub pipes: Vec<Global>,
    /// `APP_FILTER` and `useGlobalFilters`.
    pub filters: Vec<Global>,
}

/// Everything that a root module reaches.
#[derive(Debug, Default)]
pub(super) struct Modules {
    /// The classes of controllers with the module that names them.
    pub controllers: Vec<(Site, Site)>,
    /// The classes of providers, resolvers among them.
    pub providers: Vec<Site>,
    /// What stands before all routes.
    pub globals: Globals,
    /// What `configure` puts before routes.
    pub middlewares: Vec<Middleware>,
    /// The paths that `RouterModule` gives to modules.
    pub paths: Vec<(Site, Option<String>)>,
    seen: HashSet<Site>,
}

impl Modules {
    /// Everything reached from a root module.
    pub(super) fn of(code: &Code<'_>, root: Site) -> Self {
        let mut modules = Self::default();
        modules.import(code, root, 0);
        modules
    }

    /// The path that `RouterModule` gives to a module: empty without one, none where it is computed.
    pub(super) fn path(&self, module: Site) -> Option<&str> {
        match self.paths.iter().find(|(class, _)| *class == module) {
            Some((_, path)) => path.as_deref(),
            None => Some(""),
        }
    }

    /// An item of `imports`: a class, `X.forRoot()`, `forwardRef(() => X)`, an object, or a list of such.
    fn import(&mut self, code: &Code<'_>, item: Site, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        for item in value::items(code, item) {
            let item = code.definition(item);
            let Some(module) = code.module(item.file) else { continue };
            match module.kind(item.node) {
                Kind::Class => self.class(code, item, depth),
                Kind::Object => self.object(code, item, depth),
                Kind::Call => self.call(code, item, depth),
                Kind::Function(_) => self.results(code, item, depth),
                _ => {}
            }
        }
    }

    fn results(&mut self, code: &Code<'_>, function: Site, depth: usize) {
        for result in value::returned(code, function) {
            self.import(code, result, depth + 1);
        }
    }

    fn call(&mut self, code: &Code<'_>, call: Site, depth: usize) {
        let Some(module) = code.module(call.file) else { return };
        let at = |node: NodeId| Site { node, ..call };
        let first = module.argument(call.node, 0).map(at);
        let receiver = module.receiver(call.node).map(at);
        match (module.called(call.node), receiver) {
            (Some("forwardRef"), None) | (Some("registerWhen"), Some(_)) => {
                if let Some(item) = first {
                    self.import(code, item, depth + 1);
                }
            }
            (Some(name), Some(receiver)) if module.last_name(receiver.node) == Some("RouterModule") => {
                if let Some(routes) = first.filter(|_| matches!(name, "register" | "forRoot" | "forRoutes")) {
                    self.routes(code, routes, Some(""), 0);
                }
            }
            (Some(name), Some(receiver)) => {
                let Some(class) = class::of(code, receiver) else { return };
                self.class(code, class, depth);
                let made = class::methods(code, class).into_iter().find(|method| method.name == name);
                if let Some(method) = made {
                    self.results(code, method.function, depth);
                }
            }
            (_, None) => {
                let function = module.callee(call.node).map(|node| code.definition(at(node)));
                if let Some(function) = function {
                    self.results(code, function, depth);
                }
            }
            _ => {}
        }
    }

    /// `[{ path, module, children }]`.
    fn routes(&mut self, code: &Code<'_>, routes: Site, above: Option<&str>, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        for route in value::items(code, routes) {
            let own = match value::option(code, route, "path") {
                Some(path) => value::text(code, path),
                None => Some(String::new()),
            };
            let path = above.and_then(|above| Some(value::join([above, own.as_deref()?])));
            if let Some(class) =
                value::option(code, route, "module").and_then(|module| class::of(code, module))
            {
                self.paths.push((class, path.clone()));
            }
            if let Some(children) = value::option(code, route, "children") {
                self.routes(code, children, path.as_deref(), depth + 1);
            }
            if let Some(class) = class::of(code, route) {
                self.paths.push((class, above.map(str::to_owned)));
            }
        }
    }

    fn class(&mut self, code: &Code<'_>, class: Site, depth: usize) {
        if !self.seen.insert(class) {
            return;
        }
        for mark in class::marks(code, class) {
            if mark.is("@nestjs/common", "Module") {
                let options = mark.arguments.iter().flat_map(|options| value::objects(code, *options));
                options.for_each(|options| self.options(code, options, class, depth));
            }
        }
        let configure = class::methods(code, class).into_iter().find(|method| method.name == "configure");
        self.middlewares
            .extend(configure.into_iter().flat_map(|method| middleware::read(code, method.function)));
    }

    /// A module made by a function: `{ module: X, imports, … }`.
    fn object(&mut self, code: &Code<'_>, object: Site, depth: usize) {
        if !self.seen.insert(object) {
            return;
        }
        let class = value::option(code, object, "module").and_then(|module| class::of(code, module));
        if let Some(class) = class {
            self.class(code, class, depth);
        }
        self.options(code, object, class.unwrap_or(object), depth);
    }

    fn options(&mut self, code: &Code<'_>, options: Site, owner: Site, depth: usize) {
        if let Some(imports) = value::option(code, options, "imports") {
            self.import(code, imports, depth + 1);
        }
        let listed =
            |key| value::option(code, options, key).into_iter().flat_map(|list| value::items(code, list));
        for controller in listed("controllers").filter_map(|item| class::of(code, item)) {
            if !self.controllers.contains(&(controller, owner)) {
                self.controllers.push((controller, owner));
            }
        }
        for provider in listed("providers") {
            self.provider(code, provider);
        }
    }

    fn provider(&mut self, code: &Code<'_>, provider: Site) {
        if let Some(class) = class::of(code, provider) {
            if self.seen.insert(class) {
                self.providers.push(class);
            }
            return;
        }
        let Some(token) = value::option(code, provider, "provide") else { return };
        let Origin::External { package, path } = code.origin(token) else { return };
        let list = match (package.as_str(), path.as_str()) {
            ("@nestjs/core", "APP_GUARD") => &mut self.globals.guards,
            ("@nestjs/core", "APP_INTERCEPTOR") => &mut self.globals.interceptors,
            ("@nestjs/core", "APP_PIPE") => &mut self.globals.pipes,
            ("@nestjs/core", "APP_FILTER") => &mut self.globals.filters,
            _ => return,
        };
        let keys = ["useClass", "useExisting", "useValue"];
        let value = keys.iter().find_map(|key| value::option(code, provider, key));
        let made = || {
            let factory = code.definition(value::option(code, provider, "useFactory")?);
            value::returned(code, factory).into_iter().next()
        };
        if let Some(value) = value.or_else(made) {
            let site = if provider.file == value.file { provider } else { value };
            list.push(Global { site, value });
        }
    }
}
