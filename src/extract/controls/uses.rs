//! What the modules of servers import, call and do by themselves.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::OF_INTEREST;
use crate::extract::Context;
use crate::extract::branch;
use crate::extract::code::{Capabilities, Capability, Origin, Site, Target, external, purpose};
use crate::extract::idle;
use crate::parse::javascript::{
    BindingId, Bound, ExportTarget, ImportForm, ImportId, Imported, Kind, Module, NodeId,
};
use crate::source::{FileId, Span};

/// What was found in one module.
#[derive(Debug, Default)]
pub(super) struct Uses {
    /// The packages that are loaded when it runs, with the place of each specifier.
    pub(super) imports: Vec<(String, Span)>,
    /// What is called, and what local functions do by themselves.
    pub(super) found: Vec<Found>,
    /// The services that it asks, and whether the library tries again by itself.
    pub(super) asks: Vec<(String, bool)>,
}

/// A call of a package, or a local function that plays a part.
#[derive(Debug)]
pub(super) struct Found {
    /// The package; none for a local function.
    pub(super) package: Option<String>,
    /// The name of a local function.
    pub(super) name: Option<String>,
    pub(super) gives: Capabilities,
    pub(super) span: Span,
    /// It hands over one error, and sets nothing up.
    pub(super) reports_only: bool,
    /// It is called only where a setting says so.
    pub(super) chosen: bool,
}

/// Libraries that work as soon as they are loaded.
const AT_LOAD: &[&str] = &[
    "newrelic",
    "dd-trace/init",
    "elastic-apm-node/start",
    "express-async-errors",
    "@opentelemetry/auto-instrumentations-node/register",
];

/// What asks other services, and tries again by itself.
const PATIENT: &[&str] = &[
    "openai",
    "@anthropic-ai/sdk",
    "stripe",
    "got",
    "ky",
    "ofetch",
    "groq-sdk",
    "@google-cloud/storage",
    "twilio",
    "@ai-sdk/openai",
    "@ai-sdk/anthropic",
    "ai",
    "langchain",
    "@langchain/openai",
    "cohere-ai",
    "together-ai",
    "@mistralai/mistralai",
    "@octokit/rest",
    "@slack/web-api",
    "replicate",
];

/// By file, where anything was found.
pub(super) fn find(context: &Context<'_>) -> FxHashMap<FileId, Uses> {
    let modules: Vec<_> = context.code.modules().collect();
    let runs = |file: FileId| {
        let source = context.tree.file(file);
        !source.is_aside() && context.code.graph.client(file) != Some(true) && !builds(source.name())
    };
    modules
        .into_par_iter()
        .filter(|(file, _)| runs(*file))
        .map(|(file, module)| (file, of_module(context, file, module)))
        .filter(|(_, uses)| !uses.imports.is_empty() || !uses.found.is_empty() || !uses.asks.is_empty())
        .collect()
}

/// Settings of tools that build or test: what they do to a server for development holds for no other.
fn builds(name: &str) -> bool {
    let tools =
        ["vite.", "vitest.", "webpack.", "rollup.", "tsup.", "jest.", "playwright.", "rspack.", "esbuild."];
    name.contains(".config.") && tools.iter().any(|tool| name.starts_with(tool))
}

/// The services that these modules ask, and whether one is asked without trying again.
pub(super) fn asked<'u>(all: impl Iterator<Item = &'u Uses>) -> (Vec<String>, bool) {
    let mut names = Vec::new();
    let mut once = false;
    for (name, patient) in all.flat_map(|uses| &uses.asks) {
        once |= !patient;
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    names.sort_unstable();
    (names, once)
}

fn of_module(context: &Context<'_>, file: FileId, module: &Module) -> Uses {
    let mut uses = Uses::default();
    let wanted = OF_INTEREST.iter().fold(Capabilities::default(), |all, one| all.with(*one));
    imports(context, file, module, &mut uses);
    for node in module.all() {
        match module.kind(node) {
            Kind::Call | Kind::New | Kind::Tagged => {
                call(context, Site { file, node }, module, wanted, &mut uses);
            }
            Kind::Name(_, Some(_)) => value(context, Site { file, node }, module, wanted, &mut uses),
            _ => {}
        }
    }
    // What the settings of a framework add to answers, it adds to all of them.
    let settings = context.tree.file(file).name().contains(".config.");
    for function in module.functions.iter().filter(|_| !settings) {
        let gives = context.code.behaviour(Site { file, node: function.node }).among(wanted);
        let idle = gives.has(Capability::RateLimit) && is_idle_method(context, file, module, function.node);
        let gives = if idle { gives.without(Capability::RateLimit) } else { gives };
        if !gives.is_empty() {
            uses.found.push(Found {
                package: None,
                name: Some(module.word(function.name).to_owned()).filter(|name| !name.is_empty()),
                gives,
                span: head(module, function.node),
                reports_only: false,
                chosen: false,
            });
        }
    }
    uses
}

/// Whether a function is a method of a class of its own that no module names: nothing calls it. What frameworks call by
/// its name stands in a class that extends one of theirs, is decorated, or is named as they want it.
fn is_idle_method(context: &Context<'_>, file: FileId, module: &Module, function: NodeId) -> bool {
    let Some(method) = module.parent(function) else { return false };
    let Some(class) = module.parent(method).filter(|class| module.kind(*class) == Kind::Class) else {
        return false;
    };
    let asked = |child: NodeId| matches!(module.kind(child), Kind::Extends | Kind::Decorator);
    !module.children(class).chain(module.children(method)).any(asked)
        && idle::is_never_named(context, file, module, method)
}

fn imports(context: &Context<'_>, file: FileId, module: &Module, uses: &mut Uses) {
    for (number, import) in (0_u32..).zip(&module.imports) {
        let (false, Target::Package(name, within)) =
            (import.type_only, context.code.graph.target(file, ImportId(number)))
        else {
            continue;
        };
        uses.imports.push((name.clone(), import.span));
        let whole = if within.is_empty() { name.clone() } else { format!("{name}/{within}") };
        let bound = module
            .bindings
            .iter()
            .any(|binding| matches!(binding.bound, Bound::Import(id, _) if id == ImportId(number)));
        let alone = import.form == ImportForm::Static && !bound;
        // A plugin that is handed on as it is, to what loads a folder.
        let handed = || context.code.graph.is_listed(file) && hands_on(module, ImportId(number));
        if AT_LOAD.contains(&&*whole) || alone || handed() {
            let gives = purpose(&whole);
            uses.found.push(Found::of(name, gives, import.span, ""));
        }
    }
}

/// `export default helmet`, where that is what was imported.
fn hands_on(module: &Module, import: ImportId) -> bool {
    let is = |binding: BindingId| matches!(module.bindings[binding.0 as usize].bound, Bound::Import(id, _) if id == import);
    module.exports.iter().any(|export| match export.target {
        ExportTarget::Binding(binding) => is(binding),
        ExportTarget::Value(node) => module.binding(node).is_some_and(is),
        ExportTarget::From(id, _) => id == import,
        ExportTarget::All(_) => false,
    })
}

/// A call of something of a package.
fn call(context: &Context<'_>, site: Site, module: &Module, wanted: Capabilities, uses: &mut Uses) {
    let Some(callee) = module.child(site.node, 0) else { return };
    let first = module.leftmost(callee);
    match module.kind(first) {
        Kind::Name(word, None) => {
            if module.word(word) == "fetch" && first == callee && leaves(module, site.node) {
                uses.asks.push(("fetch".to_owned(), false));
            }
            return;
        }
        Kind::Name(_, Some(_)) | Kind::This | Kind::Import(_) => {}
        _ => return,
    }
    let Origin::External { package, path } = context.code.origin(Site { file: site.file, node: callee })
    else {
        return;
    };
    let gives = external(&package, &path);
    let name = root(&package);
    let asks = [Capability::HttpClient, Capability::Payment, Capability::Llm, Capability::Mail];
    if asks.iter().any(|capability| gives.has(*capability)) {
        let patient =
            PATIENT.contains(&name) || name.starts_with("@aws-sdk/") || gives.has(Capability::Retry);
        uses.asks.push((name.to_owned(), patient));
    }
    if package == "fastify" && matches!(path.as_str(), "" | "fastify") {
        fastify(module, site.node, uses);
    }
    // A schema that is made is handed to what checks with it, often as a parameter that cannot be followed.
    let made = purpose(name).has(Capability::Validation);
    let gives = if made { gives.with(Capability::Validation) } else { gives };
    let gives = gives.among(wanted);
    if !gives.is_empty() {
        let chosen = branch::chosen(module, site.node);
        uses.found.push(Found { chosen, ..Found::of(name, gives, head(module, site.node), &path) });
    }
}

/// `Fastify({ logger: true })` logs with pino, requests too.
fn fastify(module: &Module, call: NodeId, uses: &mut Uses) {
    let options = module.argument(call, 0);
    let logger = options.and_then(|options| {
        module.property(options, "logger").or_else(|| module.property(options, "loggerInstance"))
    });
    if logger.is_some_and(|logger| module.kind(module.resolve(logger)) != Kind::Flag(false)) {
        let gives = Capabilities::default().with(Capability::StructuredLog).with(Capability::RequestLog);
        uses.found.push(Found::of("fastify", gives, head(module, call), ""));
    }
}

/// Something of a package that is handed on: `useClass: ThrottlerGuard`, `app.use(helmet)`.
fn value(context: &Context<'_>, site: Site, module: &Module, wanted: Capabilities, uses: &mut Uses) {
    let Some(Bound::Import(import, imported)) =
        module.binding(site.node).map(|binding| module.bindings[binding.0 as usize].bound)
    else {
        return;
    };
    let Some(parent) = module.parent(site.node) else { return };
    let handed = match module.kind(parent) {
        Kind::Call | Kind::New => module.child(parent, 0) != Some(site.node),
        Kind::Property(_) | Kind::Array | Kind::Decorator | Kind::Extends | Kind::Conditional => true,
        _ => false,
    };
    let Target::Package(name, within) = context.code.graph.target(site.file, import) else { return };
    if !handed {
        return;
    }
    let path = match imported {
        Imported::Named(word) => module.word(word),
        Imported::Default | Imported::All => "",
    };
    let whole = if within.is_empty() { name.clone() } else { format!("{name}/{within}") };
    let gives = external(&whole, path).among(wanted);
    if !gives.is_empty() {
        uses.found.push(Found::of(name, gives, module.span(site.node), path));
    }
}

/// Whether `fetch` asks another service, as far as its address is written; a path asks the own one.
fn leaves(module: &Module, call: NodeId) -> bool {
    let Some(address) = module.argument(call, 0) else { return false };
    let text = match module.kind(address) {
        Kind::Text(word) => module.word(word),
        Kind::Template => match module.child(address, 0).map(|part| module.kind(part)) {
            Some(Kind::Text(word)) => module.word(word),
            _ => return false,
        },
        _ => return false,
    };
    text.starts_with("https://")
}

/// The package of a module within it.
fn root(module: &str) -> &str {
    let parts = if module.starts_with('@') { 2 } else { 1 };
    module.match_indices('/').nth(parts - 1).map_or(module, |(at, _)| &module[..at])
}

/// What is shown of a call: its callee; of a function: its first line.
fn head(module: &Module, node: NodeId) -> Span {
    let whole = module.span(node);
    match module.kind(node) {
        Kind::Call | Kind::New => {
            let end = module.child(node, 0).map_or(whole.end, |callee| module.span(callee).end);
            Span::new(whole.start as usize, end as usize)
        }
        _ => {
            let end = module.body(node).map_or(whole.end, |body| module.span(body).start);
            Span::new(whole.start as usize, end.max(whole.start + 1) as usize)
        }
    }
}

impl Found {
    fn of(package: &str, gives: Capabilities, span: Span, path: &str) -> Self {
        let last = path.rsplit('.').next().unwrap_or_default();
        let reports_only = last.starts_with("capture")
            || matches!(last, "notify" | "error" | "critical" | "warning" | "noticeError" | "trackException");
        Self { package: Some(package.to_owned()), name: None, gives, span, reports_only, chosen: false }
    }
}
