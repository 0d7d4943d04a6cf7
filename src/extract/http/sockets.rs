//! Servers that keep connections open.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::{place, runs};
use crate::extract::Context;
use crate::extract::code::{Capability, Origin, Site};
use crate::facts::{Entry, SocketServer};
use crate::parse::javascript::{FunctionForm, Kind, Module, NodeId};
use crate::source::FileId;

/// Names of what makes a server. Only what may be one is followed to its origin: names are aliased, but rarely so.
const LIKELY: &[&str] = &[
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

/// One fact for each server of sockets.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let modules: Vec<_> = context.code.modules().filter(|(file, _)| runs(context, *file)).collect();
    let made = modules.par_iter().flat_map_iter(|(file, module)| {
        let calls = module.calls_named(|name| LIKELY.contains(&name)).into_iter();
        let calls = calls.map(|node| Site { file: *file, node });
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
    let is_event = |call: &NodeId| {
        let event = module.argument(*call, 0).and_then(|event| module.text(event));
        event.is_some_and(|event| events.contains(&event.as_ref()))
    };
    let calls = module.calls_named(|name| matches!(name, "on" | "once")).into_iter().filter(is_event);
    let of = |call: NodeId| {
        let node = module.receiver(call)?;
        Some((context.code.definition(Site { file, node }), Site { file, node: call }))
    };
    calls.filter_map(of).collect()
}

/// The library whose server a call makes.
fn library(context: &Context<'_>, site: Site, module: &Module) -> Option<&'static str> {
    let callee = module.callee(site.node)?;
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
        let own = handlers.iter().filter(|(server, _)| *server == site);
        for (_, call) in own {
            if call.file != site.file {
                look(*call);
            }
            listeners(context, *call).into_iter().for_each(&mut look);
        }
        uses
    }
}

/// The methods that a connection is handed to by a name whose object is not known, as those of a list of handlers:
/// `for (const handler of handlers) handler.create(socket)`. All methods of that name count that listen to their first
/// parameter.
fn listeners(context: &Context<'_>, connection: Site) -> Vec<Site> {
    let Some(module) = context.code.module(connection.file) else { return Vec::new() };
    let handler = module.argument(connection.node, 1).map(|handler| module.resolve(handler));
    let Some(handler) = handler.filter(|handler| module.function(*handler).is_some()) else {
        return Vec::new();
    };
    let socket = module.parameters(handler).next().and_then(|socket| module.binding(socket));
    let is_socket = |node: NodeId| socket.is_some() && module.binding(module.resolve(node)) == socket;
    let names = module.descendants(handler).filter_map(|call| {
        let name = module.called(call).filter(|_| module.receiver(call).is_some())?;
        let handed = module.argument(call, 0).is_some_and(is_socket);
        let unknown = || context.code.callee(Site { file: connection.file, node: call }) == Origin::Unknown;
        (handed && unknown()).then_some(name)
    });
    let names: BTreeSet<&str> = names.collect();
    if names.is_empty() {
        return Vec::new();
    }
    let methods = context.code.modules().flat_map(|(file, module)| {
        let methods = module.functions.iter().filter(|function| {
            function.form == FunctionForm::Method
                && names.contains(module.word(function.name))
                && listens(module, function.node)
        });
        methods.map(move |function| Site { file, node: function.node }).collect::<Vec<_>>()
    });
    methods.filter(|method| runs(context, method.file)).collect()
}

/// Whether a function listens to what its first parameter tells: `socket.on("login", …)`.
fn listens(module: &Module, function: NodeId) -> bool {
    let first = module.parameters(function).next().and_then(|first| module.binding(first));
    first.is_some_and(|first| {
        module.uses(first).iter().any(|node| {
            let call = module.parent(*node).and_then(|member| module.parent(member));
            call.is_some_and(|call| module.called(call) == Some("on") && module.receiver(call) == Some(*node))
        })
    })
}

#[cfg(test)]
mod tests {
    use crate::extract::given::show;

    #[test]
    fn handlers_of_a_list_limit_what_comes_in() {
        let server = "import { Server } from 'socket.io'; import { Logins } from './logins';
            class Main {
              handlers = [new Logins()];
              serve(http) {
                this.io = new Server(http);
                this.io.on('connection', async (socket) => {
                  for (const handler of this.handlers) handler.create(socket, this);
                });
              }
            }
            new Main().serve(http);";
        for (first, expected) in [("socket.on('login', async", "rate-limit"), ("other.on('login', async", "")]
        {
            let logins = format!(
                "import {{ RateLimiter }} from 'limiter';
                const limiter = new RateLimiter({{ tokensPerInterval: 20, interval: 'minute' }});
                export class Logins {{
                  create(socket, main) {{
                    {first} (data, done) => {{ if (!await limiter.removeTokens(1)) return; done(data); }});
                  }}
                }}"
            );
            let files = [("src/main.ts", server), ("src/logins.ts", logins.as_str())];
            assert_eq!(show("socket.server", &["guards"], &files), [expected], "{first}");
        }
    }
}
