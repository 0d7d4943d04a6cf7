//! Servers that keep connections open.

use rayon::prelude::*;

use super::{place, runs};
use crate::extract::Context;
use crate::extract::code::{Capability, Origin, Site};
use crate::facts::{Entry, SocketServer};
use crate::parse::javascript::{Kind, Module, NodeId};

/// One fact for each server of sockets.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let modules: Vec<_> = context.code.modules().filter(|(file, _)| runs(context, *file)).collect();
    let found = modules.par_iter().flat_map_iter(|(file, module)| {
        let made = module.calls();
        made.filter_map(|node| server(context, Site { file: *file, node }, module))
    });
    found.collect()
}

fn server(context: &Context<'_>, site: Site, module: &Module) -> Option<Entry> {
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
    if no_server(module, site.node) {
        return None;
    }
    let options = module.arguments(site.node).collect::<Vec<_>>();
    let option = |key: &str| options.iter().find_map(|options| module.property(*options, key));
    let uses = Uses::of(context, site, module);
    let checked = option("allowRequest").is_some() || option("verifyClient").is_some();
    let limited = option("maxHttpBufferSize").or_else(|| option("maxPayload")).is_some();
    let guards = [("auth", uses.auth || checked), ("payload-limit", limited), ("rate-limit", uses.limits)];
    let fact = SocketServer {
        library: library.to_owned(),
        route: option("path").and_then(|path| Some(module.text(path)?.into_owned())),
        guards: guards.into_iter().filter(|(_, there)| *there).map(|(word, _)| word.to_owned()).collect(),
    };
    Some(Entry::new(place(context, site), fact))
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
    /// A server is often handed around: everything in its file counts, and so do the functions that it is given to.
    fn of(context: &Context<'_>, site: Site, module: &Module) -> Self {
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
        uses
    }
}
