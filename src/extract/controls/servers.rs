//! The packages with code that runs on a server, and which modules they reach.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::BEFORE_ROUTES;
use crate::extract::Context;
use crate::extract::code::{Capabilities, Capability, Target};
use crate::extract::packages::{Package, Role};
use crate::facts::{HttpApp, HttpRoute, SocketServer, Store};
use crate::parse::javascript::ImportId;
use crate::source::{FileId, Place, Span};

/// A package that runs on a server.
pub(super) struct Server<'p> {
    pub(super) package: &'p Package,
    /// Where its application is made, else its manifest.
    pub(super) place: Place,
    pub(super) frameworks: Vec<String>,
    pub(super) runs_on: bool,
    /// How many routes it answers, without those for health, metrics and docs.
    pub(super) routes: i64,
    /// How many of these answer everybody with the same.
    pub(super) plain: i64,
    /// How many of these only read.
    pub(super) reads: i64,
    /// Routes of it ask a database.
    pub(super) stored: bool,
    /// How many of these each capability stands before.
    pub(super) covered: BTreeMap<Capability, i64>,
    /// What stands before an application that listens and hands its requests on to others, in ways no reader follows.
    pub(super) handed_on: Capabilities,
    /// What it takes over sockets is limited.
    pub(super) sockets_limited: bool,
    /// How many there are of which it can be told what stands before them.
    pub(super) clear: i64,
    /// Its modules, dead ones too, and those of other packages that they load.
    pub(super) reached: BTreeSet<FileId>,
    /// Those of which it cannot be told whether a program loads them, though one is known.
    pub(super) unclear: BTreeSet<FileId>,
    /// Those that could not be read.
    pub(super) unread: Vec<FileId>,
}

/// Frameworks whose routes are functions that a platform calls.
const CALLED: &[&str] = &["supabase", "workers", "functions", "vercel", "netlify", "lambda", "firebase"];

/// Every package that runs on a server, in the order of directories.
pub(super) fn find<'c>(context: &'c Context<'_>, store: &Store) -> Vec<Server<'c>> {
    let npm = context.packages.all().iter().filter(|package| package.ecosystem == "npm");
    let deployed =
        npm.filter(|package| package.is_deployable() && !context.tree.file(package.file()).is_aside());
    let mut servers: Vec<_> = deployed.map(|package| empty(package)).collect();
    routes(context, store, &mut servers);
    servers.retain(|server| server.routes > 0 || server.package.role != Role::Web);
    for server in &mut servers {
        server.reached = reached(context, server.package);
        server.unclear = unclear(context, store, server);
        let unread = server.reached.iter().filter(|file| context.code.graph.is_unread(**file));
        server.unread = unread.copied().collect();
    }
    servers.retain(|server| !server.reached.is_empty());
    servers
}

fn empty(package: &Package) -> Server<'_> {
    Server {
        package,
        place: Place { file: package.file(), span: Span::default() },
        frameworks: Vec::new(),
        runs_on: package.role != Role::Web,
        routes: 0,
        plain: 0,
        reads: 0,
        stored: false,
        covered: BTreeMap::new(),
        handed_on: Capabilities::default(),
        sockets_limited: false,
        clear: 0,
        reached: BTreeSet::new(),
        unclear: BTreeSet::new(),
        unread: Vec::new(),
    }
}

fn routes(context: &Context<'_>, store: &Store, servers: &mut [Server<'_>]) {
    let of = |file: FileId| {
        context.packages.owner(&context.tree.file(file).path, "npm").map(|package| &package.dir)
    };
    let apart: Vec<_> = store.all::<HttpApp>().filter(|(_, app)| !app.listens).collect();
    for (entry, app) in store.all::<HttpApp>() {
        let owner = of(entry.place.file);
        let others = apart
            .iter()
            .any(|(entry, other)| other.framework == app.framework && of(entry.place.file) == owner);
        let Some(server) = servers.iter_mut().find(|server| Some(&server.package.dir) == owner) else {
            continue;
        };
        if server.place.span == Span::default() && !store.context(entry.place.file).test {
            server.place = entry.place;
        }
        if app.listens && others {
            let before =
                BEFORE_ROUTES.iter().filter(|one| app.capabilities.iter().any(|word| word == one.word()));
            server.handed_on = before.fold(server.handed_on, |all, one| all.with(*one));
        }
        server.runs_on &= !CALLED.contains(&&*app.framework);
    }
    for (entry, socket) in store.all::<SocketServer>() {
        let owner = of(entry.place.file);
        let limited = socket.guards.iter().any(|guard| guard == Capability::RateLimit.word());
        if let Some(server) = servers.iter_mut().find(|server| Some(&server.package.dir) == owner) {
            server.sockets_limited |= limited && !store.context(entry.place.file).test;
        }
    }
    for (entry, route) in store.all::<HttpRoute>() {
        let owner = of(entry.place.file);
        let aside =
            ["health", "metrics", "docs"].iter().any(|class| route.classes.iter().any(|one| one == class));
        let Some(server) = servers.iter_mut().find(|server| Some(&server.package.dir) == owner) else {
            continue;
        };
        // What browsers ask before they ask is answered without any work.
        if aside || route.method == "OPTIONS" || store.context(entry.place.file).test {
            continue;
        }
        server.routes += 1;
        server.plain += i64::from(route.plain);
        server.reads += i64::from(matches!(&*route.method, "GET" | "QUERY"));
        server.stored |= route.stored;
        if !server.frameworks.contains(&route.framework) {
            server.frameworks.push(route.framework.clone());
        }
        server.clear += i64::from(route.unsure.is_none());
        let login = route.classes.iter().any(|class| class == "login");
        for capability in BEFORE_ROUTES.iter().filter(|_| route.unsure.is_none()) {
            // A login that turns somebody away keeps nobody from other routes.
            let asks = matches!(capability, Capability::Auth | Capability::Role);
            if !(login && asks) && route.capabilities.iter().any(|word| word == capability.word()) {
                *server.covered.entry(*capability).or_default() += 1;
            }
        }
    }
}

/// The modules of a package that run on a server, and what they load of other packages of the repository.
fn reached(context: &Context<'_>, package: &Package) -> BTreeSet<FileId> {
    let graph = &context.code.graph;
    let runs = |file: FileId| !context.tree.file(file).is_aside() && graph.client(file) != Some(true);
    let own = context.code.modules().map(|(file, _)| file).filter(|file| {
        let path = &context.tree.file(*file).path;
        runs(*file) && context.packages.owner(path, "npm").is_some_and(|owner| owner.dir == package.dir)
    });
    let mut found: BTreeSet<FileId> = own.collect();
    let mut waiting: Vec<FileId> =
        found.iter().copied().filter(|file| graph.live(*file) != Some(false)).collect();
    while let Some(file) = waiting.pop() {
        let Some(module) = context.code.module(file) else { continue };
        for (number, import) in (0_u32..).zip(&module.imports) {
            if let (false, Target::File(other)) = (import.type_only, graph.target(file, ImportId(number)))
                && runs(*other)
                && found.insert(*other)
            {
                waiting.push(*other);
            }
        }
    }
    found
}

/// The modules that no known program asks for, where one is known: something begins there, or listens. What lies in a
/// folder that is loaded as a whole runs, and what a framework puts at hand is asked for without an import.
fn unclear(context: &Context<'_>, store: &Store, server: &Server<'_>) -> BTreeSet<FileId> {
    let graph = &context.code.graph;
    let listens: Vec<FileId> = store
        .all::<HttpApp>()
        .filter(|(entry, app)| app.listens && server.reached.contains(&entry.place.file))
        .map(|(entry, _)| entry.place.file)
        .collect();
    let begins = |file: &FileId| graph.live(*file) == Some(true) && !graph.is_tool(*file);
    let at_hand = ["nuxt", "nitropack", "nitro"].iter().any(|name| server.package.dependency(name).is_some());
    if at_hand || listens.is_empty() && !server.reached.iter().any(begins) {
        return BTreeSet::new();
    }
    let mut runs: BTreeSet<FileId> = listens.iter().copied().collect();
    let mut waiting = listens;
    while let Some(file) = waiting.pop() {
        let Some(module) = context.code.module(file) else { continue };
        for (number, import) in (0_u32..).zip(&module.imports) {
            if let (false, Target::File(other)) = (import.type_only, graph.target(file, ImportId(number)))
                && runs.insert(*other)
            {
                waiting.push(*other);
            }
        }
    }
    let unknown = |file: &&FileId| graph.live(**file).is_none() && !graph.is_listed(**file);
    server.reached.iter().filter(unknown).filter(|file| !runs.contains(file)).copied().collect()
}

/// The packages that code of a package imports that is sent to browsers.
pub(super) fn imported_by_pages<'c>(context: &'c Context<'_>, package: &Package) -> HashSet<&'c str> {
    let graph = &context.code.graph;
    let pages = context.code.modules().filter(|(file, _)| {
        let path = &context.tree.file(*file).path;
        graph.client(*file) == Some(true)
            && context.packages.owner(path, "npm").is_some_and(|owner| owner.dir == package.dir)
    });
    let imports = pages.flat_map(|(file, module)| {
        let numbers = 0..u32::try_from(module.imports.len()).unwrap_or(u32::MAX);
        numbers.map(move |number| graph.target(file, ImportId(number)))
    });
    let named = imports.filter_map(|target| match target {
        Target::Package(name, _) => Some(name.as_str()),
        _ => None,
    });
    named.collect()
}

impl Server<'_> {
    /// The name of its package, else its directory.
    pub(super) fn name(&self) -> String {
        let dir = if self.package.dir.is_empty() { "the repository" } else { &self.package.dir };
        self.package.name().unwrap_or(dir).to_owned()
    }
}
