//! What becomes of failures in handlers of Express: asynchronous ones that nobody catches, and handlers of errors.

use std::collections::{HashMap, HashSet};

use super::Context;
use super::code::{Origin, Site};
use super::view::{View, each, verb_of};
use crate::facts::{AsyncHandler, Entry, ErrorHandler};
use crate::parse::javascript::{Kind, Module, NodeId};

/// Packages that hand the failure of an asynchronous handler on.
const CATCHERS: &[&str] =
    &["express-async-errors", "express-promise-router", "@awaitjs/express", "express-async-router"];

/// One fact for each handler of errors, and one for each asynchronous handler.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let guarded: HashSet<String> = each(context, |view, found| {
        if view.module.imports.iter().any(|import| CATCHERS.contains(&view.module.word(import.source))) {
            found.push(view.package().to_owned());
        }
    })
    .into_iter()
    .collect();
    let mut seen = HashSet::new();
    let handlers = each(context, |view, found: &mut Vec<(Site, String)>| {
        if view.is_server() && is_express_4(view) && !guarded.contains(view.package()) {
            for call in view.module.calls_named(|name| verb_of(name).is_some()) {
                asynchronous(view, call, found);
            }
        }
    });
    let traced = traced(context);
    let mut entries = each(context, |view, found| error_handlers(view, &traced, found));
    for (site, name) in handlers.into_iter().filter(|(site, _)| seen.insert(*site)) {
        let Some(module) = context.code.module(site.file) else { continue };
        let open = first_await(module, site.node);
        let place = context.code.place(Site { file: site.file, node: open.unwrap_or(site.node) });
        entries.push(Entry::new(place, AsyncHandler { name, guarded: open.is_none() }));
    }
    entries
}

/// Whether the package is written for Express 4 or before.
fn is_express_4(view: &View<'_>) -> bool {
    let package = view.context.packages.owner(view.path(), "npm");
    let version =
        package.and_then(|package| package.dependency("express")).map(|express| express.version.as_str());
    version.is_some_and(|version| {
        version.trim_start_matches(['^', '~', '>', '=', 'v', ' ']).starts_with(['3', '4'])
    })
}

/// The asynchronous functions that a router is given as they are.
fn asynchronous(view: &View<'_>, call: NodeId, found: &mut Vec<(Site, String)>) {
    let module = view.module;
    let code = &view.context.code;
    if module.argument(call, 0).is_none() {
        return;
    }
    let Some(callee) = module.callee(call).filter(|callee| matches!(module.kind(*callee), Kind::Member(_)))
    else {
        return;
    };
    let Origin::External { package, path } = view.origin(callee) else { return };
    if package != "express" || !path.contains("()") {
        return;
    }
    for argument in module.arguments(call) {
        let mut site = code.definition(view.site(argument));
        if let Origin::Local(local) = code.origin(site) {
            site = local;
        }
        let Some(of) = code.module(site.file) else { continue };
        let Some(function) = of.function(site.node).filter(|function| function.asynchronous) else {
            continue;
        };
        let name = of.word(function.name);
        let name = if name.is_empty() { "a handler" } else { name };
        found.push((site, name.to_owned()));
    }
}

/// The first `await` of a function that stands in no `try` and whose failure nothing else catches.
fn first_await(module: &Module, function: NodeId) -> Option<NodeId> {
    module.own_descendants(function).find(|node| {
        let guarded = |node: NodeId| {
            let mut around = module.ancestors(node).take_while(|around| *around != function);
            around.any(|around| matches!(module.kind(around), Kind::Try | Kind::Catch | Kind::Finally))
        };
        let caught = || module.child(*node, 0).is_some_and(|value| module.called(value) == Some("catch"));
        module.kind(*node) == Kind::Await && !caught() && !guarded(*node)
    })
}

/// Words by which an answer names its request.
const IDENTIFIERS: &[&str] = &[
    "requestId",
    "request_id",
    "reqId",
    "requestID",
    "traceId",
    "trace_id",
    "correlationId",
    "correlation_id",
    "eventId",
    "errorId",
    "error_id",
    "sentry",
];

/// Headers that do.
const HEADERS: &[&str] = &["x-request-id", "x-correlation-id", "x-trace-id", "request-id", "traceparent"];

/// The packages whose every answer carries an identifier of its request, with the header or what sets it.
fn traced(context: &Context<'_>) -> HashMap<String, String> {
    let mut found: HashMap<String, String> = each(context, |view, found| {
        let sets = |name: &str| matches!(name, "set" | "setHeader" | "header" | "append");
        for call in view.module.calls_named(sets).into_iter().filter(|_| view.is_server()) {
            let name = view.module.argument(call, 0).and_then(|name| view.module.text(name));
            let known = name.filter(|name| HEADERS.contains(&name.to_ascii_lowercase().as_str()));
            found.extend(known.map(|name| (view.package().to_owned(), name.into_owned())));
        }
    })
    .into_iter()
    .collect();
    for package in context.packages.all().iter().filter(|package| package.has("request-id")) {
        found.entry(package.dir.clone()).or_insert_with(|| "a package for it".to_owned());
    }
    found
}

/// Functions with four parameters that begin with an error, and what `use` is given under such a name.
fn error_handlers(view: &View<'_>, traced: &HashMap<String, String>, found: &mut Vec<Entry>) {
    let module = view.module;
    for function in &module.functions {
        if function.parameters == 4 && view.is_error_handler(function.node) {
            let name = module.word(function.name).to_owned();
            let answers = writes_answer(module, function.node);
            let traced = identifier(module, function.node).or_else(|| traced.get(view.package()).cloned());
            found.push(view.entry(function.node, ErrorHandler { name, answers, traced }));
        }
    }
    let sets =
        |name: &str| matches!(name, "use" | "setErrorHandler" | "onError" | "setupExpressErrorHandler");
    for call in module.calls_named(sets) {
        let named = module.arguments(call).find_map(|argument| {
            let value = if module.kind(argument) == Kind::Call { module.callee(argument)? } else { argument };
            let name = module.last_name(value)?;
            name.to_ascii_lowercase().contains("error").then(|| name.to_owned())
        });
        let own =
            (module.called(call) != Some("use")).then(|| module.called(call).unwrap_or_default().to_owned());
        if let Some(name) = named.or(own) {
            let written = module.arguments(call).find(|argument| module.function(*argument).is_some());
            let answers = module.called(call) != Some("use")
                && written.is_some_and(|function| writes_answer(module, function));
            let traced = written
                .and_then(|function| identifier(module, function))
                .or_else(|| traced.get(view.package()).cloned());
            found.push(view.entry(call, ErrorHandler { name, answers, traced }));
        }
    }
}

/// Whether a function writes an answer of data.
fn writes_answer(module: &Module, function: NodeId) -> bool {
    module.descendants(function).any(|node| {
        module.kind(node) == Kind::Call && matches!(module.called(node), Some("json" | "send" | "jsonp"))
    })
}

/// The name by which a function speaks of an identifier of the request.
fn identifier(module: &Module, function: NodeId) -> Option<String> {
    module.descendants(function).find_map(|node| match module.kind(node) {
        Kind::Property(word) | Kind::Member(word) => {
            let name = module.word(word);
            let of_request = || {
                let object = module.child(node, 0).and_then(|object| module.last_name(object));
                name == "id" && matches!(object, Some("req" | "request"))
            };
            (IDENTIFIERS.contains(&name) || of_request()).then(|| name.to_owned())
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use crate::extract::given::{SHOP, show};

    #[test]
    fn asynchronous_handlers() {
        for (text, expected) in [
            (
                r#"const app = require("express")(); app.get("/", async (req, res) => { await a() })"#,
                vec!["a handler | false | await a()"],
            ),
            (
                r#"const app = require("express")(); app.get("/", f); async function f(req, res) { try { await a() } catch {} }"#,
                vec!["f | true | async function f(req, res) { try { await a() } catch {} }"],
            ),
            (
                r#"const app = require("express")(); app.get("/", wrap(async (req, res) => { await a() }))"#,
                vec![],
            ),
            (
                r#"require("express-async-errors"); const app = require("express")(); app.get("/", async () => { await a() })"#,
                vec![],
            ),
        ] {
            let files = [SHOP, ("a.js", text)];
            assert_eq!(show("handler.async", &["name", "guarded", "@"], &files), expected, "{text}");
        }
    }

    #[test]
    fn handlers_of_errors() {
        for (text, expected) in [
            ("function onError(err, req, res, next) {}", vec!["onError"]),
            ("app.use(errorHandler())", vec!["errorHandler"]),
            ("app.use(cors())", vec![]),
        ] {
            let files = [SHOP, ("a.js", text)];
            assert_eq!(show("error.handler", &["name"], &files), expected, "{text}");
        }
    }
}
