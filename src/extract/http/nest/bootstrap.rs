//! Where an application is made and told what stands before all its routes.

use std::collections::HashSet;

use super::middleware::{Aim, aim};
use super::modules::{Global, Globals};
use crate::extract::Context;
use crate::extract::code::{Code, Origin, Site};
use crate::extract::http::value;
use crate::parse::javascript::{BindingId, Bound, Kind, Module, NodeId};

/// How many functions an application is handed on through.
const MAX_DEPTH: usize = 4;

/// An application.
#[derive(Debug)]
pub(super) struct Bootstrap {
    /// `NestFactory.create(…)`.
    pub site: Site,
    /// The root module, as written.
    pub root: Site,
    /// Where it begins to listen.
    pub listens: Option<Site>,
    /// It takes requests: it listens, is handed to a server, or is returned. What scripts make to ask its services
    /// does not.
    pub serves: bool,
    /// The prefix of all paths: none where it is computed.
    pub prefix: Option<String>,
    /// The routes without the prefix.
    pub unprefixed: Vec<Aim>,
    /// Versions stand in paths: what stands before the number, and the versions of routes that name none.
    pub versions: Option<(String, Vec<String>)>,
    /// What is put before routes by `use` and `register`, with the paths it is limited to.
    pub uses: Vec<(Global, Option<Vec<String>>)>,
    /// What stands before all routes.
    pub globals: Globals,
    /// `enableCors`, `enableShutdownHooks` and the like, by name.
    pub switches: Vec<(String, Site)>,
}

/// Every application that the program makes: `NestFactory.create` of tests is none.
pub(super) fn find(context: &Context<'_>) -> Vec<Bootstrap> {
    let code = &context.code;
    let mut found: Vec<Bootstrap> = Vec::new();
    for (file, module) in code.modules() {
        let asks = |import: &crate::parse::javascript::Import| module.word(import.source) == "@nestjs/core";
        if !module.imports.iter().any(asks) || context.tree.file(file).is_aside() {
            continue;
        }
        let made = module.calls_named(|name| name == "create").into_iter();
        for node in made.filter(|node| module.kind(*node) == Kind::Call) {
            found.extend(application(code, module, Site { file, node }));
        }
    }
    found
}

fn application(code: &Code<'_>, module: &Module, site: Site) -> Option<Bootstrap> {
    let at = |node: NodeId| Site { node, ..site };
    let Origin::External { package, path } = code.origin(at(module.callee(site.node)?)) else { return None };
    if package != "@nestjs/core" || path != "NestFactory.create" {
        return None;
    }
    let mut app = Bootstrap {
        site,
        root: at(module.argument(site.node, 0)?),
        listens: None,
        serves: false,
        prefix: Some(String::new()),
        unprefixed: Vec::new(),
        versions: None,
        uses: Vec::new(),
        globals: Globals::default(),
        switches: Vec::new(),
    };
    for argument in module.arguments(site.node).skip(1).map(at) {
        if let Some(cors) = value::option(code, argument, "cors") {
            app.switches.push(("enableCors".to_owned(), cors));
        }
        adapter(code, argument, &mut app);
    }
    let mut follow = Follow { code, app, seen: HashSet::new() };
    follow.made(site, 0);
    Some(follow.app).filter(|app| app.serves)
}

/// `new ExpressAdapter(server)`: what is put on the server by `use` stands before the application.
fn adapter(code: &Code<'_>, argument: Site, app: &mut Bootstrap) {
    let definition = code.definition(argument);
    let Some(module) = code.module(definition.file) else { return };
    if module.kind(definition.node) != Kind::New || module.called(definition.node) != Some("ExpressAdapter") {
        return;
    }
    app.serves = true;
    let server = module.argument(definition.node, 0).and_then(|server| module.binding(server));
    for used in server.map(|server| module.uses(server)).unwrap_or_default() {
        if let Some(call) = method_call(module, *used).filter(|call| module.called(*call) == Some("use")) {
            app.uses.extend(used_by(code, module, Site { node: call, ..definition }));
        }
    }
}

/// The call of a method of a value: `app.use(…)` of `app`.
fn method_call(module: &Module, value: NodeId) -> Option<NodeId> {
    let member = module.parent(value).filter(|node| matches!(module.kind(*node), Kind::Member(_)))?;
    module.parent(member).filter(|call| module.callee(*call) == Some(member))
}

/// What `use` and `register` put before routes.
fn used_by(code: &Code<'_>, module: &Module, call: Site) -> Vec<(Global, Option<Vec<String>>)> {
    let at = |node: NodeId| Site { node, ..call };
    let mut values: Vec<Site> = module.arguments(call.node).map(at).collect();
    if module.called(call.node) == Some("register") {
        values.truncate(1);
        return values.into_iter().map(|value| (Global { site: call, value }, None)).collect();
    }
    let first = values.first().map(|first| value::items(code, *first)).unwrap_or_default();
    let paths: Option<Vec<String>> = first.iter().map(|path| value::text(code, *path)).collect();
    let paths = paths.filter(|paths| !paths.is_empty());
    if paths.is_some() {
        values.remove(0);
    }
    let values = values.into_iter().flat_map(|value| value::items(code, value));
    values.map(|value| (Global { site: call, value }, paths.clone())).collect()
}

/// Follows an application through names and functions that it is handed to.
struct Follow<'c, 'r> {
    code: &'c Code<'r>,
    app: Bootstrap,
    seen: HashSet<(Site, BindingId)>,
}

impl Follow<'_, '_> {
    /// The value of a call is the application: follows where it goes.
    fn made(&mut self, site: Site, depth: usize) {
        let Some(module) = self.code.module(site.file).filter(|_| depth < MAX_DEPTH) else { return };
        let mut at = site.node;
        for parent in module.ancestors(site.node) {
            match module.kind(parent) {
                Kind::Await | Kind::Conditional | Kind::Logical(_) => at = parent,
                Kind::Declarator | Kind::Assign(_) => {
                    let binding = module.child(parent, 0).and_then(|name| module.binding(name));
                    if let Some(binding) = binding {
                        self.name(site, binding, depth);
                    }
                    return;
                }
                Kind::Return => return self.returned(site, depth),
                Kind::Member(_) => {
                    let call = method_call(module, at).map(|node| Site { node, ..site });
                    if let Some(call) = call {
                        self.told(module, call);
                    }
                    return;
                }
                _ => return,
            }
        }
    }

    /// A name is the application: everything that it is told.
    fn name(&mut self, site: Site, binding: BindingId, depth: usize) {
        let Some(module) = self.code.module(site.file).filter(|_| depth < MAX_DEPTH) else { return };
        let root = Site { node: module.root(), ..site };
        if !self.seen.insert((root, binding)) {
            return;
        }
        for used in module.uses(binding) {
            let at = |node: NodeId| Site { node, ..site };
            let Some(parent) = module.parent(*used) else { continue };
            match module.kind(parent) {
                Kind::Member(_) => {
                    if let Some(call) = method_call(module, *used) {
                        self.told(module, at(call));
                    }
                }
                Kind::Call if module.callee(parent) != Some(*used) => {
                    self.handed(module, at(parent), *used, depth);
                }
                Kind::Return => self.returned(at(*used), depth),
                _ => {}
            }
        }
    }

    /// The application is given to a function.
    fn handed(&mut self, module: &Module, call: Site, given: NodeId, depth: usize) {
        let Some(index) = module.arguments(call.node).position(|argument| argument == given) else { return };
        let Some(callee) = module.callee(call.node) else { return };
        let function = self.code.definition(Site { node: callee, ..call });
        let Some(module) = self.code.module(function.file) else { return };
        let parameter =
            module.parameters(function.node).nth(index).filter(|_| module.function(function.node).is_some());
        if let Some(binding) = parameter.and_then(|parameter| module.binding(parameter)) {
            self.name(function, binding, depth + 1);
        }
    }

    /// The function around returns the application: those who call it have it.
    fn returned(&mut self, site: Site, depth: usize) {
        let code = self.code;
        self.app.serves = true;
        let Some(module) = code.module(site.file) else { return };
        let Some(function) = module.function_around(site.node) else { return };
        let makes = |binding: &Bound| *binding == Bound::Value(function);
        let names = module.bindings.iter().enumerate().filter(|(_, binding)| makes(&binding.bound));
        let own: Vec<Site> = names
            .flat_map(|(index, _)| module.uses(BindingId(u32::try_from(index).unwrap_or(u32::MAX))))
            .map(|node| Site { node: *node, ..site })
            .collect();
        let function = Site { node: function, ..site };
        let elsewhere = code.graph.importers(site.file).iter().flat_map(|file| {
            let module = code.module(*file);
            let names = module.into_iter().flat_map(|module| {
                let imported = module
                    .bindings
                    .iter()
                    .enumerate()
                    .filter(|(_, binding)| matches!(binding.bound, Bound::Import(..)));
                imported
                    .flat_map(|(index, _)| module.uses(BindingId(u32::try_from(index).unwrap_or(u32::MAX))))
            });
            names
                .map(|node| Site { file: *file, node: *node })
                .filter(|site| code.definition(*site) == function)
        });
        for used in own.into_iter().chain(elsewhere) {
            let Some(module) = code.module(used.file) else { continue };
            let call = module.parent(used.node).filter(|call| module.callee(*call) == Some(used.node));
            if let Some(node) = call {
                self.made(Site { node, ..used }, depth + 1);
            }
        }
    }

    /// The application is told something.
    fn told(&mut self, module: &Module, call: Site) {
        let code = self.code;
        let at = |node: NodeId| Site { node, ..call };
        let first = module.argument(call.node, 0).map(at);
        let second = module.argument(call.node, 1).map(at);
        let Some(name) = module.called(call.node) else { return };
        let app = &mut self.app;
        let listens = app.listens.filter(|listens| listens.file == call.file && listens.node < call.node);
        if listens.is_some() && !name.starts_with("enable") {
            return; // what is told once requests come in reaches no route
        }
        let globals = match name {
            "listen" | "listenAsync" => {
                app.serves = true;
                app.listens.get_or_insert(call);
                return;
            }
            "init" | "getHttpServer" | "getHttpAdapter" => return app.serves = true,
            "use" | "register" => return app.uses.extend(used_by(code, module, call)),
            "setGlobalPrefix" => {
                app.prefix = first.and_then(|prefix| value::text(code, prefix));
                let excluded = second.and_then(|options| value::option(code, options, "exclude"));
                let excluded = excluded.into_iter().flat_map(|list| value::items(code, list));
                return app.unprefixed.extend(excluded.filter_map(|item| aim(code, item)));
            }
            "enableVersioning" => {
                app.versions = versions(code, first);
                return app.switches.push((name.to_owned(), call));
            }
            "useGlobalGuards" => &mut app.globals.guards,
            "useGlobalInterceptors" => &mut app.globals.interceptors,
            "useGlobalPipes" => &mut app.globals.pipes,
            "useGlobalFilters" => &mut app.globals.filters,
            _ if name.starts_with("enable") => return app.switches.push((name.to_owned(), call)),
            _ => return,
        };
        let given = module.arguments(call.node).flat_map(|argument| value::items(code, at(argument)));
        globals.extend(given.map(|value| Global { site: value, value }));
    }
}

/// How `enableVersioning` writes versions into paths: only those of the type `URI` stand there.
fn versions(code: &Code<'_>, options: Option<Site>) -> Option<(String, Vec<String>)> {
    let options = options.map(|options| code.definition(options));
    let option = |key| value::option(code, options?, key);
    if let Some(kind) = option("type") {
        let word = code.module(kind.file).and_then(|module| module.last_name(kind.node));
        if word != Some("URI") {
            return None;
        }
    }
    let prefix = match option("prefix") {
        Some(prefix)
            if code.module(prefix.file).map(|module| module.kind(prefix.node)) == Some(Kind::Flag(false)) =>
        {
            String::new()
        }
        Some(prefix) => value::text(code, prefix).unwrap_or_else(|| "v".to_owned()),
        None => "v".to_owned(),
    };
    let default = option("defaultVersion").into_iter().flat_map(|list| value::items(code, list));
    Some((prefix, default.filter_map(|version| value::text(code, version)).collect()))
}
