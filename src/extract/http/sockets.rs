//! Servers that keep connections open.

use rayon::prelude::*;

use super::{place, runs};
use crate::extract::Context;
use crate::extract::code::{Capability, Origin, Site};
use crate::facts::{Entry, SocketServer};
use crate::parse::javascript::{Kind, Module, NodeId};
use crate::source::FileId;

/// One fact for each server of sockets.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let modules: Vec<_> = context.code.modules().filter(|(file, _)| runs(context, *file)).collect();
    let made = modules.par_iter().flat_map_iter(|(file, module)| {
        let calls = module.calls().map(|node| Site { file: *file, node });
        calls.filter_map(|site| Some((site, *module, library(context, site, module)?)))
    });
    let made: Vec<_> = made.collect();
    if made.is_empty() {
        return Vec::new();
    }
    let handlers: Vec<_> =
        modules.par_iter().flat_map_iter(|(file, module)| connections(context, *file, module)).collect();
    made.iter().map(|(site, module, library)| server(context, *site, module, library, &handlers)).collect()
}

/// Where a module handles connections: the server that is asked for them, and the call.
fn connections(context: &Context<'_>, file: FileId, module: &Module) -> Vec<(Site, Site)> {
    let events = ["connection", "connect"];
    if !events.iter().any(|event| module.may_say(event)) {
        return Vec::new();
    }
    let is_event = |call: NodeId| {
        let event = module.argument(call, 0).and_then(|event| module.text(event));
        matches!(module.called(call), Some("on" | "once"))
            && event.is_some_and(|event| events.contains(&event.as_ref()))
    };
    let calls = module.calls().filter(|call| is_event(*call));
    let of = |call: NodeId| {
        let node = module.receiver(call)?;
        Some((context.code.definition(Site { file, node }), Site { file, node: call }))
    };
    calls.filter_map(of).collect()
}

/// The library whose server a call makes.
fn library(context: &Context<'_>, site: Site, module: &Module) -> Option<&'static str> {
    let callee = module.callee(site.node)?;
    let name = module.last_name(callee)?;
    // Only what may be one is followed to its origin: names are aliased, but rarely so.
    let likely = [
        "Server",
        "WebSocketServer",
        "WebsocketServer",
        "WSServer",
        "SocketServer",
        "SocketIOServer",
        "IOServer",
        "io",
        "socketIo",
        "socketio",
        "socketIO",
        "socket",
    ];
    if !likely.contains(&name) {
        return None;
    }
    let Origin::External { package, path } = context.code.origin(Site { file: site.file, node: callee })
    else {
        return None;
    };
    let library = match (package.as_str(), path.as_str()) {
        ("socket.io", "" | "Server") => "socket.io",
        ("ws", "Server" | "WebSocketServer") => "ws",
        _ => return None,
    };
    (!no_server(module, site.node)).then_some(library)
}

fn server(
    context: &Context<'_>,
    site: Site,
    module: &Module,
    library: &str,
    handlers: &[(Site, Site)],
) -> Entry {
    let options = module.arguments(site.node).collect::<Vec<_>>();
    let option = |key: &str| options.iter().find_map(|options| module.property(*options, key));
    let uses = Uses::of(context, site, module, handlers);
    let checked = option("allowRequest").is_some() || option("verifyClient").is_some();
    let limited = option("maxHttpBufferSize").or_else(|| option("maxPayload")).is_some();
    let guards = [("auth", uses.auth || checked), ("payload-limit", limited), ("rate-limit", uses.limits)];
    let fact = SocketServer {
        library: library.to_owned(),
        route: option("path").and_then(|path| Some(module.text(path)?.into_owned())),
        guards: guards.into_iter().filter(|(_, there)| *there).map(|(word, _)| word.to_owned()).collect(),
    };
    Entry::new(place(context, site), fact)
}

/// `new WebSocketServer({ noServer: true })` counts as well; `new Server()` of an engine that is only named does not.
fn no_server(module: &Module, node: NodeId) -> bool {
    module.kind(node) == Kind::Call && module.argument(node, 0).is_none()
}

/// What the modules that use a server put before its connections and messages.
struct Uses {
    auth: bool,
    limits: bool,
}

impl Uses {
    /// A server is often handed around: everything in its file counts, and so do the functions that it is given to, and
    /// what handles its connections elsewhere.
    fn of(context: &Context<'_>, site: Site, module: &Module, handlers: &[(Site, Site)]) -> Self {
        let mut uses = Self { auth: false, limits: false };
        let mut look = |site: Site| {
            let gives = context.code.capabilities(site);
            uses.auth |=
                gives.has(Capability::Auth) || gives.has(Capability::Token) || gives.has(Capability::Session);
            uses.limits |= gives.has(Capability::RateLimit);
        };
        let calls = module.calls().filter(|node| module.kind(*node) == Kind::Call);
        for call in calls {
            let on = matches!(module.called(call), Some("use" | "on" | "once"));
            let handed = module
                .arguments(call)
                .any(|argument| context.code.definition(Site { file: site.file, node: argument }) == site);
            if on || handed {
                look(Site { file: site.file, node: call });
            }
        }
        let elsewhere = handlers.iter().filter(|(server, call)| *server == site && call.file != site.file);
        elsewhere.for_each(|(_, call)| look(*call));
        uses
    }
}
