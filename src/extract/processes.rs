//! Processes that listen for requests: how they stop, and what they make of errors that nobody caught.

use super::Context;
use super::code::{Origin, Site};
use super::packages::Role;
use super::side::{Side, is_platform};
use super::view::{View, each};
use crate::facts::{Entry, ProcessHandler, ServerProcess};
use crate::parse::javascript::{Kind, Module, NodeId, Operator};
use crate::source::Place;

/// Packages that stop a server in order, with what each is called.
const STOPPERS: &[&str] = &[
    "@godaddy/terminus",
    "lightship",
    "http-terminator",
    "http-graceful-shutdown",
    "close-with-grace",
    "fastify-graceful-shutdown",
    "stoppable",
    "exit-hook",
    "async-exit-hook",
    "node-graceful-shutdown",
    "express-graceful-exit",
    "@moleculer/lab",
    "moleculer",
];

/// Names of functions that end connections or let requests end.
const CLOSERS: &[&str] = &[
    "close",
    "closeAll",
    "disconnect",
    "$disconnect",
    "end",
    "quit",
    "stop",
    "shutdown",
    "destroy",
    "drain",
    "dispose",
    "closeAllConnections",
    "closeIdleConnections",
    "gracefulShutdown",
    "terminate",
    "teardown",
    "cleanup",
    "release",
];

/// What one module has to say.
enum Sign {
    /// It begins to listen.
    Listens { place: Place, framework: String, unlimited: Option<String> },
    /// It answers SIGTERM.
    Stops { by: String, drains: bool },
}

/// One fact for each process, and one for each handler of errors that nobody caught.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let signs = each(context, |view, found| {
        if view.side() == Side::Script
            || is_platform(view.path())
            || context.code.graph.live(view.file) == Some(false)
        {
            return;
        }
        let package = view.package().to_owned();
        found.extend(signs(view).into_iter().map(|sign| (package.clone(), sign)));
    });
    let mut entries = each(context, handlers);
    for (package, sign) in &signs {
        let Sign::Listens { place, framework, unlimited } = sign else { continue };
        if !is_server_package(context, *place) {
            continue;
        }
        let stops = signs.iter().filter_map(|(other, sign)| match sign {
            Sign::Stops { by, drains } if other == package || asks_for(context, package, other) => {
                Some((by.clone(), *drains))
            }
            _ => None,
        });
        let best = stops.max_by_key(|(_, drains)| *drains);
        let closes = best.as_ref().filter(|(_, drains)| *drains).map(|(by, _)| by.clone());
        let fault = match (&closes, &best) {
            (Some(_), _) => None,
            (None, Some(_)) => Some("its handler leaves at once".to_owned()),
            (None, None) => Some("nothing in its package answers the signal".to_owned()),
        };
        let fact =
            ServerProcess { framework: framework.clone(), closes, fault, unlimited: unlimited.clone() };
        entries.push(Entry::new(*place, fact));
    }
    entries
}

fn is_server_package(context: &Context<'_>, place: Place) -> bool {
    let owner = context.packages.owner(&context.tree.file(place.file).path, "npm");
    owner.is_some_and(|package| matches!(package.role, Role::Service | Role::Worker | Role::Web))
}

/// Whether a package depends on another one of the repository.
fn asks_for(context: &Context<'_>, package: &str, other: &str) -> bool {
    let name = context.packages.get(other, "npm").and_then(super::packages::Package::name);
    let package = context.packages.get(package, "npm");
    package.zip(name).is_some_and(|(package, name)| package.dependency(name).is_some())
}

/// Calls that begin to listen, or take care of the end.
const SIGNS: &[&str] =
    &["listen", "serve", "enableShutdownHooks", "on", "once", "addListener", "addSignalListener"];

fn signs(view: &View<'_>) -> Vec<Sign> {
    let module = view.module;
    let mut signs = Vec::new();
    for import in &module.imports {
        let source = module.word(import.source);
        if STOPPERS.contains(&source) {
            signs.push(Sign::Stops { by: source.to_owned(), drains: true });
        }
    }
    for call in module.calls_named(|name| SIGNS.contains(&name)) {
        let Some(name) = module.called(call) else { continue };
        match name {
            "listen" | "serve" => {
                if let Some(framework) = listens(view, call) {
                    let unlimited = unlimited(module);
                    signs.push(Sign::Listens { place: view.place(call), framework, unlimited });
                }
            }
            "enableShutdownHooks" => signs.push(Sign::Stops { by: name.to_owned(), drains: true }),
            "on" | "once" | "addListener" | "addSignalListener" => {
                if let Some(drains) = stops(view, call) {
                    signs.push(Sign::Stops { by: "a handler of SIGTERM".to_owned(), drains });
                }
            }
            _ => {}
        }
    }
    signs
}

/// The framework that begins to listen with a call.
fn listens(view: &View<'_>, call: NodeId) -> Option<String> {
    let module = view.module;
    let callee = module.callee(call)?;
    module.argument(call, 0)?;
    match view.origin(callee) {
        Origin::External { package, path } => {
            let framework = match package.as_str() {
                "express" | "fastify" | "koa" | "restify" | "polka" | "elysia" | "@hapi/hapi" | "connect" => {
                    package.as_str()
                }
                "@nestjs/core" => "nest",
                "node:http" | "node:https" | "node:http2" => "http",
                "@hono/node-server" => "hono",
                "@apollo/server" | "apollo-server" | "apollo-server-express" => "apollo",
                _ => return None,
            };
            let made = path.ends_with("listen") && path.contains("()") || package == "@hono/node-server";
            made.then(|| framework.to_owned())
        }
        Origin::Global(path) => match path.as_str() {
            "Bun.serve" => Some("bun".to_owned()),
            "Deno.serve" => Some("deno".to_owned()),
            _ => None,
        },
        Origin::Unknown if module.called(call) == Some("listen") => {
            let receiver = module.last_name(module.receiver(call)?)?;
            let names = ["app", "server", "httpServer", "httpsServer", "fastify", "api", "expressApp"];
            (names.contains(&receiver) && is_port(module, call)).then(|| "http".to_owned())
        }
        _ => None,
    }
}

/// Whether the first argument is a port: a number, `PORT`, `process.env.PORT`, `{ port }`.
fn is_port(module: &Module, call: NodeId) -> bool {
    let Some(first) = module.argument(call, 0) else { return false };
    let named = |node: NodeId| {
        module.last_name(node).is_some_and(|name| name.to_ascii_lowercase().contains("port"))
            || matches!(module.kind(node), Kind::Number(_))
    };
    named(first) || module.own_descendants(first).any(named) || module.property(first, "port").is_some()
}

/// A limit of time on requests that the module switches off.
fn unlimited(module: &Module) -> Option<String> {
    let zero = |node: NodeId| matches!(module.kind(node), Kind::Number(word) if module.word(word) == "0");
    module.all().find_map(|node| {
        if module.kind(node) != Kind::Assign(Operator::Assign) {
            return None;
        }
        let name = module.last_name(module.child(node, 0)?)?;
        let limit = matches!(name, "requestTimeout" | "headersTimeout");
        (limit && zero(module.child(node, 1)?)).then(|| format!("{name} = 0"))
    })
}

/// Whether `process.on(…)` answers SIGTERM, and then whether it lets requests end.
fn stops(view: &View<'_>, call: NodeId) -> Option<bool> {
    let module = view.module;
    let receiver = module.receiver(call)?;
    if module.last_name(receiver) != Some("process") && module.called(call) != Some("addSignalListener") {
        return None;
    }
    let event = module.argument(call, 0)?;
    let named = match module.text(event) {
        Some(event) => event == "SIGTERM",
        // `for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, stop)`
        None => module
            .all()
            .any(|node| matches!(module.kind(node), Kind::Text(word) if module.word(word) == "SIGTERM")),
    };
    named.then(|| module.argument(call, 1).is_some_and(|handler| calls_one_of(view, handler, CLOSERS)))
}

/// Whether a handler calls a function of one of these names, itself or through the local functions it calls.
fn calls_one_of(view: &View<'_>, handler: NodeId, names: &[&str]) -> bool {
    let code = &view.context.code;
    let mut open = vec![code.definition(view.site(handler))];
    let mut seen: Vec<Site> = Vec::new();
    while let Some(site) = open.pop() {
        let Some(module) = code.module(site.file).filter(|_| seen.len() < 24 && !seen.contains(&site)) else {
            continue;
        };
        seen.push(site);
        // Something that is made by a call: what is called and what it is given may do it.
        let mut reached = std::iter::once(site.node).chain(module.descendants(site.node));
        if reached.any(|node| {
            matches!(module.kind(node), Kind::Call)
                && module.called(node).is_some_and(|name| names.contains(&name))
        }) || module.last_name(site.node).is_some_and(|name| names.contains(&name))
        {
            return true;
        }
        let calls = module.descendants(site.node).filter(|node| module.kind(*node) == Kind::Call);
        open.extend(calls.chain([site.node]).filter_map(|call| {
            let callee = module.callee(call)?;
            let target = code.definition(Site { file: site.file, node: callee });
            (target.node != callee || target.file != site.file).then_some(target)
        }));
    }
    false
}

/// Handlers of `uncaughtException` and `unhandledRejection` in servers.
fn handlers(view: &View<'_>, found: &mut Vec<Entry>) {
    let module = view.module;
    for call in module.calls_named(|name| matches!(name, "on" | "once" | "addListener")) {
        let Some(event) = module.argument(call, 0).and_then(|event| module.text(event)) else { continue };
        let named = matches!(event.as_ref(), "uncaughtException" | "unhandledRejection");
        let process = module.receiver(call).is_some_and(|process| module.is_global(process, "process"));
        if !named || !process || !view.is_server() {
            continue;
        }
        let Some(handler) = module.argument(call, 1) else { continue };
        let fact = ProcessHandler { event: event.into_owned(), exits: leaves(view, handler) };
        found.push(view.entry(call, fact));
    }
}

/// Whether a handler makes the process leave: by itself, or through something that may do so.
fn leaves(view: &View<'_>, handler: NodeId) -> bool {
    const LEAVES: &[&str] =
        &["exit", "abort", "kill", "exitHandler", "gracefulShutdown", "shutdown", "stop", "close"];
    let code = &view.context.code;
    let site = code.definition(view.site(handler));
    let Some(module) = code.module(site.file) else { return true };
    if !matches!(module.kind(site.node), Kind::Function(_)) {
        return true; // what it is cannot be told
    }
    let throws = module.descendants(site.node).any(|node| module.kind(node) == Kind::Throw);
    let unknown = module.descendants(site.node).any(|node| {
        let Some(name) = module.called(node) else { return false };
        let name = name.to_ascii_lowercase();
        ["shutdown", "exit", "terminate", "crash", "fatal", "handleerror"]
            .iter()
            .any(|word| name.contains(word))
    });
    throws || unknown || calls_one_of(view, handler, LEAVES)
}

#[cfg(test)]
mod tests {
    use crate::extract::given::{SHOP, show};

    #[test]
    fn how_servers_stop() {
        for (text, expected) in [
            (
                r#"require("express")().listen(1)"#,
                vec!["express |  | nothing in its package answers the signal | "],
            ),
            (
                r#"const s = require("http").createServer(f); s.listen(1); process.on("SIGTERM", () => s.close())"#,
                vec!["http | a handler of SIGTERM |  | "],
            ),
            (
                r#"require("express")().listen(1); process.on("SIGTERM", stop); function stop() { process.exit() }"#,
                vec!["express |  | its handler leaves at once | "],
            ),
            (
                r#"require("express")().listen(1); process.on("SIGTERM", () => stop(0)); async function stop() { await db.$disconnect() }"#,
                vec!["express | a handler of SIGTERM |  | "],
            ),
            (
                r#"const s = require("express")().listen(1); s.requestTimeout = 0"#,
                vec!["express |  | nothing in its package answers the signal | requestTimeout = 0"],
            ),
            ("socket.listen(1)", vec![]),
        ] {
            let files = [SHOP, ("a.js", text)];
            assert_eq!(
                show("server.process", &["framework", "closes", "fault", "unlimited"], &files),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn what_nobody_caught() {
        for (text, expected) in [
            (r#"process.on("uncaughtException", (e) => log(e))"#, vec!["uncaughtException | false"]),
            (
                r#"process.on("uncaughtException", (e) => { log(e); leave() }); function leave() { process.exit(1) }"#,
                vec!["uncaughtException | true"],
            ),
            (r#"process.on("unhandledRejection", onFailure)"#, vec!["unhandledRejection | true"]),
        ] {
            let files = [SHOP, ("a.js", text)];
            assert_eq!(show("process.handler", &["event", "exits"], &files), expected, "{text}");
        }
    }
}
