//! How much of what protects and watches a server works: declared, present, imported, live, applied.

mod dead;
mod kept;
mod servers;
mod uses;

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use self::servers::Server;
use self::uses::{Found, Uses};
use super::Context;
use super::code::{Capabilities, Capability, purpose, works_through_others};
use super::http;
use crate::facts::{Control, Entry, Server as ServerFact, Store};
use crate::parse::javascript::Kind;
use crate::parse::manifest::Group;
use crate::source::{FileId, Place};

/// What controls are told for.
const OF_INTEREST: &[Capability] = &[
    Capability::RateLimit,
    Capability::Auth,
    Capability::Role,
    Capability::Validation,
    Capability::SecurityHeaders,
    Capability::Cors,
    Capability::Csrf,
    Capability::Signature,
    Capability::Compression,
    Capability::StructuredLog,
    Capability::RequestLog,
    Capability::ErrorTracking,
    Capability::Metrics,
    Capability::Tracing,
    Capability::Cache,
    Capability::Queue,
    Capability::Retry,
    Capability::CircuitBreaker,
    Capability::SecretsManager,
    Capability::Sanitizer,
    Capability::AuditLog,
    Capability::Pagination,
    Capability::Batching,
    Capability::Timeout,
    Capability::Encryption,
    Capability::Session,
];

/// What works by standing before routes.
const BEFORE_ROUTES: &[Capability] = &[
    Capability::RateLimit,
    Capability::Auth,
    Capability::Role,
    Capability::Validation,
    Capability::SecurityHeaders,
    Capability::Cors,
    Capability::Csrf,
    Capability::Compression,
    Capability::RequestLog,
];

/// How far a control has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Declared,
    Unread,
    Present,
    Imported,
    Unclear,
    Live,
    Applied,
}

impl Stage {
    fn word(self) -> &'static str {
        match self {
            Self::Declared => "declared",
            Self::Unread => "unread",
            Self::Present => "present",
            Self::Imported => "imported",
            Self::Unclear => "unclear",
            Self::Live => "live",
            Self::Applied => "applied",
        }
    }
}

/// A control while it is looked for.
struct Candidate {
    stage: Stage,
    place: Place,
    /// What is made in its module stands before a route.
    before: bool,
    local: bool,
    export: Option<String>,
}

/// What is known of the modules of all servers.
struct Known {
    uses: FxHashMap<FileId, Uses>,
    /// The modules in which what stands before routes is made.
    makers: FxHashSet<(FileId, Capability)>,
}

/// The controls of one server, by capability and name.
type Candidates = BTreeMap<(Capability, String), Candidate>;

/// One fact for each server and each of its controls.
pub(super) fn facts(context: &Context<'_>, store: &Store) -> Vec<Entry> {
    let servers = servers::find(context, store);
    if servers.is_empty() {
        return Vec::new();
    }
    let known = Known { uses: uses::find(context), makers: http::makers(context) };
    let outside = kept::outside(context);
    let others = i64::try_from(servers.len()).unwrap_or(i64::MAX) - 1;
    servers
        .iter()
        .flat_map(|server| of_server(context, server, &known, (others, outside.as_deref())))
        .collect()
}

fn of_server(
    context: &Context<'_>,
    server: &Server<'_>,
    known: &Known,
    (others, outside): (i64, Option<&str>),
) -> Vec<Entry> {
    let mut found = Candidates::new();
    from_manifest(context, server, &mut found);
    let placed = known.placed(server);
    for file in &server.reached {
        from_module(context, server, *file, (known, placed), &mut found);
    }
    from_scripts(server, &mut found);
    prune(&mut found);
    dead::find(context, server, &mut found);
    let keeps = kept::within(context, server, &found).or_else(|| outside.map(str::to_owned));
    told(server, &known.uses, &found, (others, keeps))
}

impl Known {
    /// What is made in a module of a server that also does it: where it stands before routes is known then.
    fn placed(&self, server: &Server<'_>) -> Capabilities {
        let made = server.reached.iter().filter_map(|file| Some((*file, self.uses.get(file)?)));
        let gives = made.flat_map(|(file, uses)| {
            let all = uses.found.iter().fold(Capabilities::default(), |all, one| all.and(one.gives));
            all.iter().filter(move |one| self.makers.contains(&(file, *one))).collect::<Vec<_>>()
        });
        gives.fold(Capabilities::default(), Capabilities::with)
    }
}

/// What the manifest declares, and pages do not use for themselves.
fn from_manifest(context: &Context<'_>, server: &Server<'_>, found: &mut Candidates) {
    let pages = servers::imported_by_pages(context, server.package);
    for (file, dependency) in server.package.dependencies() {
        let runs = matches!(dependency.group, Group::Prod | Group::Optional);
        if !runs || pages.contains(dependency.name.as_str()) {
            continue;
        }
        let place = Place { file, span: dependency.span };
        // Who cannot be read and asks for a package names it all the same.
        let asked =
            server.unread.iter().any(|file| context.tree.text(*file).contains(dependency.name.as_str()));
        let stage = if asked { Stage::Unread } else { Stage::Declared };
        for capability in interesting(purpose(&dependency.name)) {
            raise(found, capability, &dependency.name, Candidate::library(stage, place));
        }
    }
}

fn from_module(
    context: &Context<'_>,
    server: &Server<'_>,
    file: FileId,
    (known, placed): (&Known, Capabilities),
    found: &mut Candidates,
) {
    let Some(uses) = known.uses.get(&file) else { return };
    let dead = context.code.graph.live(file) == Some(false);
    let unclear = server.unclear.contains(&file);
    for (package, span) in &uses.imports {
        let stage = if dead { Stage::Present } else { Stage::Imported };
        for capability in interesting(purpose(package)) {
            raise(found, capability, package, Candidate::library(stage, Place { file, span: *span }));
        }
    }
    if dead {
        return;
    }
    for one in &uses.found {
        let place = Place { file, span: one.span };
        for capability in interesting(one.gives) {
            // What stands before routes only where a setting says so may stand before none.
            let chosen = one.chosen && BEFORE_ROUTES.contains(&capability);
            let stage = match capability {
                _ if unclear || chosen => Stage::Unclear,
                Capability::SecurityHeaders if sets_headers(context, file) => Stage::Applied,
                _ => called(server, capability, one),
            };
            let before = BEFORE_ROUTES.contains(&capability) && known.makers.contains(&(file, capability));
            if let Some(package) = &one.package {
                let candidate = Candidate { before, ..Candidate::library(stage, place) };
                raise(found, capability, package, candidate);
            } else {
                let path = context.tree.file(file).path.clone();
                // Where it is known what stands before routes, nothing else does.
                let stage = if before || !placed.has(capability) { stage } else { stage.min(Stage::Live) };
                let candidate = Candidate { stage, place, before, local: true, export: one.name.clone() };
                raise(found, capability, &path, candidate);
            }
        }
    }
}

/// Whether a file is the settings of Next.js that put headers on its pages: `headers() { return [{ source, headers }] }`.
fn sets_headers(context: &Context<'_>, file: FileId) -> bool {
    let named = context.tree.file(file).name().starts_with("next.config.");
    context.code.module(file).is_some_and(|module| {
        named
            && module.all().any(|node| match module.kind(node) {
                Kind::Method(word) => module.word(word) == "headers",
                Kind::Property(word) => {
                    let function = module.child(node, 0).and_then(|value| module.function(value));
                    module.word(word) == "headers" && function.is_some()
                }
                _ => false,
            })
    })
}

/// What is called works, unless it has to stand before routes and stands before none.
fn called(server: &Server<'_>, capability: Capability, one: &Found) -> Stage {
    let covers = server.covered.get(&capability).is_some_and(|covered| *covered > 0)
        || server.handed_on.has(capability)
        || capability == Capability::RateLimit && server.sockets_limited;
    if BEFORE_ROUTES.contains(&capability) {
        // What could not be read may put it before routes.
        let otherwise = if server.unread.is_empty() { Stage::Live } else { Stage::Unclear };
        if covers { Stage::Applied } else { otherwise }
    } else if capability == Capability::ErrorTracking && one.reports_only {
        Stage::Live
    } else {
        Stage::Applied
    }
}

/// `node --require dd-trace/init` loads a library before the program.
fn from_scripts(server: &Server<'_>, found: &mut Candidates) {
    for ((capability, name), candidate) in found.iter_mut() {
        let seen = [Capability::ErrorTracking, Capability::Metrics, Capability::Tracing].contains(capability);
        let loads = |command: &str| {
            command.split_whitespace().any(|word| {
                word.trim_matches(['"', '\'']).trim_start_matches("--import=").starts_with(&**name)
            })
        };
        if seen && !candidate.local && server.package.scripts().any(|(_, script)| loads(&script.command)) {
            candidate.stage = Stage::Applied;
        }
    }
}

/// Of code that plays a part by itself the first module speaks, and only where no library does so.
fn prune(found: &mut Candidates) {
    let speaks: Vec<Capability> = found
        .iter()
        .filter(|(_, candidate)| !candidate.local && candidate.stage >= Stage::Live)
        .map(|((capability, _), _)| *capability)
        .collect();
    let mut last = None;
    found.retain(|(capability, _), candidate| {
        if !candidate.local {
            return true;
        }
        let first = last != Some(*capability);
        last = Some(*capability);
        first && !speaks.contains(capability)
    });
}

impl Candidate {
    fn library(stage: Stage, place: Place) -> Self {
        Self { stage, place, before: false, local: false, export: None }
    }
}

/// Keeps the furthest stage, of equals the one before routes, and of these the first place.
fn raise(found: &mut Candidates, capability: Capability, name: &str, candidate: Candidate) {
    let key = (capability, name.to_owned());
    let further =
        found.get(&key).is_none_or(|known| (known.stage, known.before) < (candidate.stage, candidate.before));
    if further {
        found.insert(key, candidate);
    }
}

fn interesting(all: Capabilities) -> impl Iterator<Item = Capability> {
    OF_INTEREST.iter().copied().filter(move |capability| all.has(*capability))
}

/// The facts of what was found.
fn told(
    server: &Server<'_>,
    uses: &FxHashMap<FileId, Uses>,
    found: &Candidates,
    (others, keeps): (i64, Option<String>),
) -> Vec<Entry> {
    let mut entries = Vec::with_capacity(found.len() + 1);
    let covering =
        server.covered.iter().filter(|(_, covered)| **covered > 0).map(|(capability, _)| *capability);
    let mut controls = covering.fold(Capabilities::default(), Capabilities::with);
    let mut wired = controls;
    for ((capability, name), candidate) in found {
        controls = controls.with(*capability);
        if works(*capability, candidate.stage) {
            wired = wired.with(*capability);
        }
        // Code of its own that is called somewhere may stand before routes in a way that no reader knows.
        let hidden = candidate.local && matches!(candidate.stage, Stage::Unclear | Stage::Live)
            // Of what works by being handed to another, no call tells.
            || matches!(candidate.stage, Stage::Present | Stage::Imported)
                && works_through_others(*capability, name);
        if !hidden {
            entries.push(Entry::new(candidate.place, control(server, found, (*capability, name), candidate)));
        }
    }
    let (asks, asks_once) = uses::asked(server.reached.iter().filter_map(|file| uses.get(file)));
    let fact = ServerFact {
        name: server.name(),
        of: server.package.dir.clone(),
        role: server.package.role.word().to_owned(),
        frameworks: server.frameworks.clone(),
        runs_on: server.runs_on,
        routes: server.routes,
        plain: server.routes > 0 && server.plain == server.routes,
        reads: if server.stored { server.reads } else { 0 },
        keeps,
        controls: controls.words(),
        wired: wired.words(),
        services: i64::try_from(asks.len()).unwrap_or(i64::MAX),
        asks,
        others,
        asks_once,
    };
    entries.push(Entry::new(server.place, fact));
    entries
}

/// Whether a control does its work at this stage. Some stand behind frameworks that tell nothing of their routes: called
/// is enough for them.
fn works(capability: Capability, stage: Stage) -> bool {
    const STRICT: &[Capability] = &[Capability::RateLimit, Capability::SecurityHeaders, Capability::Csrf];
    stage == Stage::Applied || stage == Stage::Live && !STRICT.contains(&capability)
}

fn control(
    server: &Server<'_>,
    found: &Candidates,
    (capability, name): (Capability, &str),
    candidate: &Candidate,
) -> Control {
    let other = found.iter().find(|((other, theirs), known)| {
        *other == capability
            && theirs != name
            && known.stage > candidate.stage
            && (works(capability, known.stage) || known.stage == Stage::Live)
    });
    let routed = BEFORE_ROUTES.contains(&capability) && server.clear > 0;
    let covers = routed && candidate.stage >= Stage::Live;
    let covered = if covers { server.covered.get(&capability).copied().unwrap_or_default() } else { 0 };
    Control {
        capability: capability.word().to_owned(),
        name: name.to_owned(),
        local: candidate.local,
        of: server.package.dir.clone(),
        state: state(candidate, (capability, name), routed).to_owned(),
        stage: candidate.stage.word().to_owned(),
        covered: routed.then_some(covered),
        total: routed.then_some(server.clear),
        share: routed.then(|| covered * 100 / server.clear),
        reach: reach(server, capability, covered),
        sockets: capability == Capability::RateLimit && server.sockets_limited,
        part: part(candidate, name),
        instead: other.map(|((_, name), _)| name.clone()),
    }
}

/// What it stands before, in words.
fn reach(server: &Server<'_>, capability: Capability, covered: i64) -> String {
    if covered > 0 {
        format!("{covered} of {} routes", server.clear)
    } else if capability == Capability::RateLimit && server.sockets_limited {
        "what comes in over sockets".to_owned()
    } else {
        "all that the application hands on".to_owned()
    }
}

/// The export of a module, else the name of its file; a library by its name.
fn part(candidate: &Candidate, name: &str) -> String {
    let file = name.rsplit('/').next().filter(|_| candidate.local).unwrap_or(name);
    candidate.export.clone().unwrap_or_else(|| file.to_owned())
}

fn state(candidate: &Candidate, (capability, name): (Capability, &str), routed: bool) -> &'static str {
    match candidate.stage {
        Stage::Declared => "is in the manifest, and no module imports it",
        Stage::Unread => "is in the manifest, and no module that could be read imports it",
        Stage::Present if candidate.local => "is built, but no program reaches its module",
        Stage::Present => "is imported only where no program comes",
        Stage::Imported if capability == Capability::Auth && purpose(name).has(Capability::Token) => {
            "is imported, but no token of a request is checked with it"
        }
        Stage::Imported => "is imported, but nothing of it is called",
        Stage::Unclear => "is called in a module of which it cannot be told whether a program loads it",
        Stage::Live if routed => "is called, but stands before no route",
        Stage::Live if BEFORE_ROUTES.contains(&capability) => "is called, and no route is known behind it",
        Stage::Live => "is called, but never set up",
        Stage::Applied => "is at work",
    }
}

#[cfg(test)]
mod tests;
