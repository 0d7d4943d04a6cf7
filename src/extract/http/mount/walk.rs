//! Routes unfolded from every application through its mounts.

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::eval::Eval;
use super::handed::{applied, handed_on, served};
use super::held::held;
use super::model::{Env, Event, Filter, Flow, Frame, Given, Instance, Key, Shape};
use super::paths::{COMPUTED, comparable, fits, joined, tidy, under};
use super::roots::{applications, instances, names_framework};
use super::uses::{Aliases, Registration, Use, aliases, registrations};
use crate::extract::Context;
use crate::extract::code::Site;
use crate::extract::http::doors;
use crate::extract::http::model::{App, Door, Found, Guard, Route};
use crate::parse::javascript::Kind;

/// Routes that one application can have; more are the work of a generator, or of mounts in a circle.
const MOST_ROUTES: usize = 20_000;

/// How deep routers are mounted in each other.
const MOST_MOUNTS: usize = 40;

/// A framework: what its methods do.
pub(in crate::extract::http) trait Reader {
    /// The framework as data.
    fn shape(&self) -> &'static Shape;

    /// What the call that makes a router says of all its routes: a prefix, middlewares.
    fn made(&self, _eval: &Eval<'_>, _call: Site, _env: &Env, _events: &mut Vec<Event>) {}

    /// What one use of a router does.
    fn read(&self, eval: &Eval<'_>, registration: &Registration, env: &Env, events: &mut Vec<Event>);

    /// Applications that no call makes.
    fn further(&self, _eval: &Eval<'_>) -> Vec<Instance> {
        Vec::new()
    }
}

/// Every application of a framework with its routes.
pub(in crate::extract::http) fn find(context: &Context<'_>, reader: &dyn Reader) -> Found {
    let shape = reader.shape();
    let mut found = Found::default();
    if !context.code.specifiers().any(|specifier| names_framework(specifier, shape)) {
        return found;
    }
    let eval = Eval::new(context, shape);
    let made = eval.apps.get_or_init(|| applications(&eval));
    let mut roots: Vec<Instance> = reader.further(&eval);
    roots.extend(instances(&eval, made.clone()));
    if roots.is_empty() {
        return found;
    }
    let mut known = aliases(&context.code);
    held(&eval, made, &mut known);
    let shared = Shared { aliases: known, registrations: RefCell::default() };
    let mut mounted = FxHashSet::default();
    let mut walked = Vec::new();
    for root in roots {
        let site = match root.key {
            Key::Made(site) => site,
            Key::Given(file, binding) => {
                let module = eval.known.module(file);
                let declared = module.bindings[binding.0 as usize].declared;
                Site { file, node: module.function_around(declared).unwrap_or(declared) }
            }
        };
        let mut walk = Walk::new(&eval, reader, &shared);
        walk.router(&root, Some(""));
        if !context.tree.file(site.file).is_aside() {
            mounted.extend(walk.mounted.iter().copied().filter(|key| *key != root.key));
        }
        walked.push((root.key, site, walk.ended()));
    }
    for (key, site, walk) in walked {
        if mounted.contains(&key) {
            continue;
        }
        let aside = context.tree.file(site.file).is_aside();
        // What a test puts before the routes of the program says nothing of the program.
        let routes = walk.routes.into_iter();
        found.routes.extend(routes.filter(|route| !aside || context.tree.file(route.site.file).is_aside()));
        found.doors.extend(walk.doors.into_iter().filter(|_| !aside));
        found.apps.push(App {
            site,
            framework: shape.framework,
            guards: walk.before_all,
            listens: walk.listens,
        });
    }
    found
}

struct Shared {
    aliases: Aliases,
    registrations: RefCell<FxHashMap<Key, Rc<Vec<Registration>>>>,
}

/// A guard and the paths it stands before, from the root.
#[derive(Clone)]
struct Standing {
    guard: Guard,
    filter: Filter,
    /// It stands before what comes later in the application itself, not only in a part of it.
    wide: bool,
}

/// What one application comes to.
struct Ended {
    routes: Vec<Route>,
    doors: Vec<Door>,
    before_all: Vec<Guard>,
    listens: Option<Site>,
}

struct Walk<'w, 'c> {
    eval: &'w Eval<'c>,
    reader: &'w dyn Reader,
    shared: &'w Shared,
    standing: Vec<Standing>,
    unsure: Vec<String>,
    path: Vec<Key>,
    /// How many parts of the application that keep their middlewares to themselves are open.
    parts: usize,
    mounted: FxHashSet<Key>,
    /// How many routers are below a path that is computed.
    computed: usize,
    routes: Vec<Route>,
    doors: Vec<Door>,
    before_all: Option<Vec<Guard>>,
    listens: Option<Site>,
}

impl<'w, 'c> Walk<'w, 'c> {
    fn new(eval: &'w Eval<'c>, reader: &'w dyn Reader, shared: &'w Shared) -> Self {
        Self {
            eval,
            reader,
            shared,
            standing: Vec::new(),
            unsure: Vec::new(),
            path: Vec::new(),
            parts: 0,
            mounted: FxHashSet::default(),
            computed: 0,
            routes: Vec::new(),
            doors: Vec::new(),
            before_all: None,
            listens: None,
        }
    }

    fn ended(mut self) -> Ended {
        self.settle();
        let before_all = self.before_all.unwrap_or_default();
        Ended { routes: self.routes, doors: self.doors, before_all, listens: self.listens }
    }

    /// What stands before all routes is known once the first one comes.
    fn settle(&mut self) {
        if self.before_all.is_none() {
            let wide = |standing: &&Standing| standing.wide && covers_all(&standing.filter);
            let all = self.standing.iter().filter(wide);
            self.before_all = Some(all.map(|standing| standing.guard.clone()).collect());
        }
    }

    fn router(&mut self, router: &Instance, prefix: Option<&str>) {
        if self.path.contains(&router.key) || self.path.len() > MOST_MOUNTS {
            return;
        }
        if !self.path.is_empty() {
            self.mounted.insert(router.key);
        }
        self.path.push(router.key);
        let mut events = Vec::new();
        self.made(router, &mut events);
        let registrations = self.registrations(router.key);
        for registration in registrations.iter() {
            for env in self.unrolled(&registration.loops, &router.env) {
                let before = events.len();
                self.reader.read(self.eval, registration, &env, &mut events);
                if registration.by != Use::Method && events.len() == before {
                    events.extend(served(self.eval, registration));
                    events.extend(applied(self.eval, registration));
                    events.extend(handed_on(self.eval, registration, &env));
                }
            }
        }
        let mut prefix = prefix.map(str::to_owned);
        for event in &events {
            if let Event::Prefix(own) = event {
                prefix = together(prefix.as_deref(), own.as_deref());
            }
        }
        self.stand_here(&events, prefix.as_deref());
        for event in events {
            self.event(event, prefix.as_deref());
        }
        self.path.pop();
    }

    /// What a call makes a router with, and what the function that makes it already did to it.
    fn made(&mut self, router: &Instance, events: &mut Vec<Event>) {
        let Key::Made(call) = router.key else { return };
        if self.eval.role(call).is_some() {
            self.reader.made(self.eval, call, &router.env, events);
            return;
        }
        let derived = self.eval.module(call).called(call.node);
        if derived.is_some_and(|name| self.eval.shape.derived.contains(&name)) {
            return;
        }
        for inner in self.eval.inner(call, &router.env, 0) {
            events.push(Event::Mount { router: inner, prefixes: vec![Some(String::new())], scoped: false });
        }
    }

    fn registrations(&self, key: Key) -> Rc<Vec<Registration>> {
        if let Some(known) = self.shared.registrations.borrow().get(&key) {
            return Rc::clone(known);
        }
        let found = Rc::new(registrations(self.eval, key, &self.shared.aliases));
        self.shared.registrations.borrow_mut().insert(key, Rc::clone(&found));
        found
    }

    /// One environment for each turn of the loops around a registration.
    fn unrolled(&self, loops: &[Site], env: &Env) -> Vec<Env> {
        let mut all = vec![env.clone()];
        for owner in loops {
            let module = self.eval.module(*owner);
            let list = match module.kind(owner.node) {
                Kind::Loop(_) => module.child(owner.node, 1),
                // `list.forEach(each)`, and `_.each(list, each)`
                _ => module.parent(owner.node).and_then(|call| {
                    let first = module.argument(call, 0).filter(|first| *first != owner.node);
                    first.or_else(|| module.receiver(call))
                }),
            };
            let Some(list) = list.map(|node| Site { node, ..*owner }) else { continue };
            let turn = |env: &Env| match self.eval.turns(list, env) {
                Some(items) if items.len() <= MOST_ROUTES => items
                    .into_iter()
                    .map(|(item, inner)| {
                        let given = Given::Item(item, inner);
                        Some(Rc::new(Frame { owner: *owner, given, outer: env.clone() }))
                    })
                    .collect(),
                _ => vec![env.clone()],
            };
            all = all.iter().flat_map(turn).take(MOST_ROUTES).collect();
        }
        all
    }

    /// What stands before the routes of a router whenever it was put there.
    fn stand_here(&mut self, events: &[Event], prefix: Option<&str>) {
        for event in events {
            if let Event::Hook(guard) = event {
                self.stand(guard.clone(), Filter::All, prefix);
            }
        }
    }

    fn stand(&mut self, guard: Guard, filter: Filter, prefix: Option<&str>) {
        let scoped = self.eval.shape.flow == Flow::Scoped;
        let filter = match filter {
            Filter::All if scoped => Filter::All,
            Filter::All => Filter::Under(prefix.map(str::to_owned)),
            Filter::Under(path) => Filter::Under(together(prefix, path.as_deref())),
            Filter::Pattern(path) => Filter::Pattern(together(prefix, path.as_deref())),
            Filter::Parameter(name) => Filter::Parameter(name),
        };
        self.standing.push(Standing { guard, filter, wide: self.parts == 0 });
    }

    /// What is done in a part of the application that keeps its middlewares to itself.
    fn apart(&mut self, scoped: bool, work: impl FnOnce(&mut Self)) {
        if !scoped || self.eval.shape.flow != Flow::Scoped {
            return work(self);
        }
        let marks = (self.standing.len(), self.unsure.len());
        self.parts += 1;
        work(self);
        self.parts -= 1;
        self.standing.truncate(marks.0);
        self.unsure.truncate(marks.1);
    }

    fn event(&mut self, event: Event, prefix: Option<&str>) {
        match event {
            Event::Hook(_) | Event::Prefix(_) => {}
            Event::Guard { guard, filter } => {
                let below = match &filter {
                    Filter::All | Filter::Parameter(_) => Some(""),
                    Filter::Under(path) | Filter::Pattern(path) => path.as_deref(),
                };
                if doors::may_be(self.eval.code(), guard.site) {
                    self.door(guard.site, together(prefix, below));
                }
                self.stand(guard, filter, prefix);
            }
            Event::Door { value, path } => self.door(value, together(prefix, path.as_deref())),
            Event::Group(events) => self.apart(true, |walk| {
                walk.stand_here(&events, prefix);
                for event in events {
                    walk.event(event, prefix);
                }
            }),
            Event::Unsure(reason) => self.unsure.push(reason),
            Event::Listen(site) => self.listens = self.listens.or(Some(site)),
            Event::Route { site, methods, paths, handler, guards, unsure } => {
                self.settle();
                for path in &paths {
                    for method in &methods {
                        self.route(
                            site,
                            method,
                            together(prefix, path.as_deref()),
                            handler,
                            &guards,
                            unsure.as_ref(),
                        );
                    }
                }
            }
            Event::Mount { router, prefixes, scoped } => {
                for mounted in &prefixes {
                    // What stands within a router is told by its own paths, whatever lies in front of them.
                    let stand_in = mounted.is_none().then(|| self.stand_in());
                    let prefix = together(prefix, mounted.as_deref().or(stand_in.as_deref()));
                    self.apart(scoped, |walk| walk.router(&router, prefix.as_deref()));
                }
            }
        }
    }

    /// What stands for a path that is computed, alike within one router only.
    fn stand_in(&mut self) -> String {
        self.computed += 1;
        format!("{COMPUTED}{}", self.computed)
    }

    fn route(
        &mut self,
        site: Site,
        method: &str,
        path: Option<String>,
        handler: Option<Site>,
        own: &[Guard],
        unsure: Option<&String>,
    ) {
        if self.routes.len() >= MOST_ROUTES {
            return;
        }
        let path = path.map(|path| tidy(&path));
        let (mut guards, standing) = self.before(path.as_deref());
        let unsure = unsure.cloned().or(standing);
        guards.extend(own.iter().cloned());
        let framework = self.eval.shape.framework;
        let (method, path) = (method.to_owned(), path.filter(|path| !path.contains(COMPUTED)));
        self.routes.push(Route { site, framework, method, path, handler, guards, unsure, server: None });
    }

    fn door(&mut self, value: Site, path: Option<String>) {
        let path = path.map(|path| tidy(path.trim_end_matches('*')));
        let (guards, unsure) = self.before(path.as_deref());
        self.doors.push(Door { value, guards, unsure });
    }

    /// What stands before a path by now, and why that cannot be told.
    fn before(&self, path: Option<&str>) -> (Vec<Guard>, Option<String>) {
        let mut unsure = self.unsure.first().cloned();
        let mut guards = Vec::new();
        for standing in &self.standing {
            match stands(&standing.filter, path) {
                Some(false) => {}
                Some(true) => guards.push(standing.guard.clone()),
                None => {
                    if unsure.is_none() && !standing.guard.gives.is_empty() {
                        let name = &standing.guard.name;
                        unsure = Some(format!("`{name}` stands before paths that are computed"));
                    }
                    guards.push(standing.guard.clone());
                }
            }
        }
        (guards, unsure)
    }
}

fn covers_all(filter: &Filter) -> bool {
    match filter {
        Filter::All => true,
        Filter::Under(path) | Filter::Pattern(path) => {
            path.as_deref().is_some_and(|path| path.trim_matches(['/', '*']).is_empty())
        }
        Filter::Parameter(_) => false,
    }
}

/// Whether a guard stands before a path; none where it cannot be told.
fn stands(filter: &Filter, path: Option<&str>) -> Option<bool> {
    if covers_all(filter) {
        return Some(true);
    }
    let path = path?;
    match filter {
        Filter::All => Some(true),
        Filter::Under(prefix) => {
            let prefix = tidy(prefix.as_deref()?);
            comparable(path, &prefix).then(|| under(path, &prefix))
        }
        Filter::Pattern(pattern) => {
            let pattern = tidy(pattern.as_deref()?);
            comparable(path, &pattern).then(|| fits(path, &pattern))
        }
        Filter::Parameter(name) => {
            Some(path.split('/').any(|part| part.strip_prefix(':') == Some(name.as_str())))
        }
    }
}

fn together(prefix: Option<&str>, path: Option<&str>) -> Option<String> {
    match (prefix?, path?) {
        (prefix, "") => Some(prefix.to_owned()),
        (prefix, path) => Some(joined(prefix, path)),
    }
}
