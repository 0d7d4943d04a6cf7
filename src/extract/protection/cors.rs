//! Which origins may read.

use std::sync::LazyLock;

use super::Call;
use super::options::{Options, made, text};
use crate::extract::branch;
use crate::extract::code::{Code, Origin, Site};
use crate::facts::CorsPolicy;
use crate::parse::javascript::{Kind, Module, NodeId};
use crate::source::Needles;

/// The header that says whose pages may read an answer.
pub(super) const HEADER: &str = "access-control-allow-origin";

/// Calls that set a header of an answer.
const SETS: &[&str] = &["setHeader", "header", "set", "append", "writeHeader"];

/// Calls that make a server of sockets.
const SOCKETS: &[&str] =
    &["WebSocketGateway", "Server", "SocketServer", "SocketIOServer", "socketIo", "socketio", "io"];

/// Whether calls of this name may set a policy.
pub(super) fn concerns(name: &str) -> bool {
    name == "register" || SETS.contains(&name) || SOCKETS.contains(&name) || is_cors(name)
}

fn is_cors(name: &str) -> bool {
    static NEEDLES: LazyLock<Needles> = LazyLock::new(|| Needles::of(["cors"]));
    NEEDLES.are_in(name)
}

/// The policy a call or a property sets.
pub(super) fn policy(call: &Call<'_>) -> Option<CorsPolicy> {
    let policy = by_package(call).or_else(|| by_hand(call))?;
    let everybody = matches!(policy.origin.as_str(), "any" | "reflected");
    // Browsers send no cookie along where the answer says `*`, whatever it says of credentials.
    let sends = policy.credentials && policy.origin == "reflected";
    let plain = everybody && !sends && !policy.open && !policy.development;
    let by = match policy.library.as_str() {
        "header" => "Access-Control-Allow-Origin",
        "@nestjs/common" => "enableCors",
        library => library,
    };
    let sockets = matches!(by, "socket.io" | "@nestjs/websockets");
    let site = call.site(call.node);
    let ambient = if sockets {
        !asks_for_token(call.module)
    } else {
        let by_itself = || super::ambient::may_be(call.context, call.file);
        let sent_along = || policy.credentials || super::ambient::is_open(call.context, site);
        !plain || by_itself() && super::ambient::may_be_behind(call.context, site) && sent_along()
    };
    let answers = match (sockets, policy.credentials) {
        (true, _) => "what the server sends over sockets",
        (false, true) => "what the API answers to their visitors",
        (false, false) => "what the API answers",
    };
    Some(CorsPolicy { ambient, by: by.to_owned(), answers: answers.to_owned(), ..policy })
}

fn by_package(call: &Call<'_>) -> Option<CorsPolicy> {
    let (library, options) = library(call)?;
    let development = branch::development(call.module, call.node);
    let everybody = if reflects(call, &library) { "reflected" } else { "any" };
    let policy = |origin: &str| CorsPolicy {
        library: library.clone(),
        origin: if origin == "any" { everybody } else { origin }.to_owned(),
        origins: Vec::new(),
        credentials: false,
        development,
        open: is_open(call),
        ambient: true,
        by: String::new(),
        answers: String::new(),
    };
    let Some(options) = options else {
        // `@fastify/cors` and the others answer everybody unless told otherwise.
        return Some(policy("any"));
    };
    let Some(object) = Options::of(call.code(), options) else {
        let made = made(call.code(), options);
        let kind = call.code().module(made.file)?.kind(made.node);
        return Some(match kind {
            Kind::Function(_) => policy("function"),
            Kind::Flag(true) => policy("any"),
            Kind::Flag(false) => return None,
            _ => policy("unknown"),
        });
    };
    let Some(origin) = object.get(&["origin", "origins"]) else {
        return Some(policy(if object.complete { "any" } else { "unknown" }));
    };
    let told = told(call.code(), origin, 0);
    if told.kind == "none" {
        return None;
    }
    Some(CorsPolicy {
        library: library.clone(),
        origin: told.kind.to_owned(),
        origins: told.origins,
        credentials: object.flag("credentials") == Some(true),
        development: development || told.development,
        open: is_open(call),
        ambient: true,
        by: String::new(),
        answers: String::new(),
    })
}

/// Whether a package that is told nothing answers with the origin that asks: that of Koa did up to its fourth version.
fn reflects(call: &Call<'_>, library: &str) -> bool {
    let path = &call.context.tree.file(call.file).path;
    let asked = || {
        let package = call.context.packages.owner(path, "npm")?;
        let version = &package.dependency(library)?.version;
        let major = version.trim_start_matches(|c: char| !c.is_ascii_digit());
        major.split(|c: char| !c.is_ascii_digit()).next()?.parse::<u32>().ok()
    };
    match library {
        "kcors" => true,
        "@koa/cors" => asked().is_some_and(|major| major < 5),
        _ => false,
    }
}

/// Whether every route that the call is put before is meant for everybody. One that is put before none, as far as can be
/// told, may stand before all.
fn is_open(call: &Call<'_>) -> bool {
    let site = call.site(call.node);
    let routes = crate::extract::http::behind(call.context, site);
    !routes.is_empty()
        && routes.iter().all(|(method, path)| {
            crate::extract::http::only_reads(method)
                || path.as_deref().is_some_and(|path| path.split('/').any(|part| part == "public"))
        })
}

/// Whether a place is one of handlers that only read, of what serves files, or of a function that only such call.
fn is_read_only(call: &Call<'_>) -> bool {
    let module = call.module;
    let function = module.function_around(call.node);
    let around = function.and_then(|function| module.parent(function));
    let plain = around.is_some_and(|around| match module.kind(around) {
        // `static(folder, { setHeaders: (response) => … })`
        Kind::Property(word) | Kind::Method(word) => module.word(word) == "setHeaders",
        Kind::Call => matches!(module.called(around), Some("get" | "head")),
        _ => false,
    });
    plain || reads(call, call.node) || function.is_some_and(|function| is_called_by_reading(call, function))
}

/// Whether a place is one of handlers of routes, and all these only read.
fn reads(call: &Call<'_>, node: NodeId) -> bool {
    let methods = crate::extract::http::methods_around(call.context, call.site(node));
    !methods.is_empty() && methods.iter().all(|method| matches!(method.as_str(), "GET" | "HEAD" | "OPTIONS"))
}

/// Whether a function with a name is called in production by handlers that only read, and by nothing else.
fn is_called_by_reading(call: &Call<'_>, function: NodeId) -> bool {
    let code = call.code();
    let named = call.module.function(function).map(|known| call.module.word(known.name));
    let Some(name) = named.filter(|name| !name.is_empty()) else { return false };
    let target = Origin::Local(call.site(function));
    let mut callers = 0;
    for file in std::iter::once(&call.file).chain(code.graph.importers(call.file)) {
        let Some(module) = code.module(*file).filter(|module| module.may_say(name)) else { continue };
        for node in module.calls_named(|called| called == name) {
            let other = Call::new(call.context, *file, module, node);
            if code.callee(other.site(node)) != target || branch::development(module, node) {
                continue;
            }
            if !reads(&other, node) {
                return false;
            }
            callers += 1;
        }
    }
    callers > 0 && crate::extract::http::behind(call.context, call.site(function)).is_empty()
}

/// The package that a call sets up, and its options.
fn library(call: &Call<'_>) -> Option<(String, Option<Site>)> {
    let name = call.name();
    if name == "enableCors" {
        return Some(("@nestjs/common".to_owned(), call.argument(0)));
    }
    if name == "register" {
        let (package, _) = call.external(call.argument(0)?)?;
        let known = matches!(package.as_str(), "@fastify/cors" | "fastify-cors");
        return known.then(|| (package, call.argument(1)));
    }
    if let Some(socket) = of_sockets(call, name) {
        return Some(socket);
    }
    if !is_cors(name) {
        return None;
    }
    let (package, path) = call.external(call.callee()?)?;
    // `app.options("*", cors())` answers the question browsers ask first, and no request that reads.
    if call.before_options() {
        return None;
    }
    let known = matches!(
        (package.as_str(), path.as_str()),
        ("cors" | "@koa/cors" | "kcors" | "koa2-cors" | "micro-cors", _)
            | ("hono/cors" | "@elysiajs/cors", "cors")
    );
    // `cors.something()` is not the middleware.
    let whole = !path.contains('(') && (path.is_empty() || path == "cors" || path == "default");
    (known && whole).then(|| (package, call.argument(0)))
}

/// What a server of sockets is told of origins: `new Server(http, { cors })` of Socket.IO, `@WebSocketGateway({ cors })`
/// of Nest. Without it pages of other sites get no answer. Browsers ask it of requests only, not of `WebSocket`.
fn of_sockets(call: &Call<'_>, name: &str) -> Option<(String, Option<Site>)> {
    if !SOCKETS.contains(&name) {
        return None;
    }
    let option =
        |key| call.module.arguments(call.node).find_map(|options| call.module.property(options, key));
    let cors = option("cors")?;
    let is_socket = |transport| call.module.text(transport).is_some_and(|text| text == "websocket");
    if option("transports").is_some_and(|list| call.module.children(list).all(is_socket)) {
        return None;
    }
    let (package, path) = call.external(call.callee()?)?;
    let known = matches!(
        (package.as_str(), path.as_str()),
        ("socket.io", "" | "Server") | ("@nestjs/websockets", "WebSocketGateway")
    );
    known.then(|| (package, Some(call.site(cors))))
}

/// Whether a module knows who connects by a token that only the code of a client has, and by no cookie.
fn asks_for_token(module: &Module) -> bool {
    let says = |part: &str| module.spoken().lines().any(|word| word.to_ascii_lowercase().contains(part));
    (says("token") || says("authorization")) && !says("cookie")
}

/// What is told of an origin.
struct Told {
    kind: &'static str,
    origins: Vec<String>,
    development: bool,
}

impl Told {
    fn plain(kind: &'static str) -> Self {
        Self { kind, origins: Vec::new(), development: false }
    }

    fn written(origins: Vec<String>) -> Self {
        let local = |origin: &String| {
            let origin = origin.to_ascii_lowercase();
            origin.contains("localhost") || origin.contains("127.0.0.1") || origin.contains("0.0.0.0")
        };
        let kind = if origins.iter().any(|origin| origin == "*") {
            "any"
        } else if origins.is_empty() {
            "none"
        } else if origins.iter().all(local) {
            "local"
        } else {
            "list"
        };
        Self { kind, origins, development: false }
    }
}

/// What the value of `origin` says.
fn told(code: &Code<'_>, site: Site, depth: usize) -> Told {
    const DEEPEST: usize = 6;
    let at = made(code, site);
    let Some(module) = code.module(at.file).filter(|_| depth < DEEPEST) else {
        return Told::plain("unknown");
    };
    let child = |index| module.child(at.node, index).map(|node| Site { file: at.file, node });
    if let Some(origin) = text(code, at) {
        return Told::written(origin.split(',').map(|part| part.trim().to_owned()).collect());
    }
    match module.kind(at.node) {
        Kind::Flag(true) => Told::plain("reflected"),
        Kind::Flag(false) | Kind::Null => Told::plain("none"),
        Kind::Regex(word) if [".*", ".", "^.*$", ".+", "^.+$", "^"].contains(&module.word(word)) => {
            Told::plain("reflected")
        }
        Kind::Regex(word) => Told::written(vec![module.word(word).to_owned()]),
        Kind::Array => array(code, module, at),
        Kind::Function(_) => Told::plain(function(module, at.node)),
        Kind::Conditional => conditional(code, module, at, depth),
        Kind::Logical(_) => {
            let (left, right) = (child(0), child(1));
            let environment = left.is_some_and(|left| from_environment(code, left));
            let fallback = right.and_then(|right| text(code, right));
            if environment {
                let origins = fallback.into_iter().collect();
                return Told { kind: "environment", origins, development: false };
            }
            Told::plain("unknown")
        }
        _ if from_environment(code, at) => Told::plain("environment"),
        _ => Told::plain("unknown"),
    }
}

/// A list: of texts, or of what the environment gives among them.
fn array(code: &Code<'_>, module: &Module, at: Site) -> Told {
    let items: Vec<_> = module.children(at.node).map(|node| Site { file: at.file, node }).collect();
    if items.iter().any(|item| from_environment(code, *item)) {
        return Told::plain("environment");
    }
    let texts: Option<Vec<_>> = items
        .iter()
        .map(|item| {
            let at = made(code, *item);
            match code.module(at.file)?.kind(at.node) {
                Kind::Regex(word) => Some(code.module(at.file)?.word(word).to_owned()),
                _ => text(code, *item),
            }
        })
        .collect();
    texts.map_or_else(|| Told::plain("unknown"), Told::written)
}

/// `production ? a : b`: what holds in production; where the test tells nothing, what both say.
fn conditional(code: &Code<'_>, module: &Module, at: Site, depth: usize) -> Told {
    let branch = |index| {
        let node = module.child(at.node, index).unwrap_or(at.node);
        told(code, Site { file: at.file, node }, depth + 1)
    };
    let test = module.child(at.node, 0).and_then(|test| branch::production(module, test));
    match test {
        Some(true) => branch(1),
        Some(false) => branch(2),
        None => {
            let (then, otherwise) = (branch(1), branch(2));
            if then.kind == otherwise.kind { then } else { Told::plain("unknown") }
        }
    }
}

/// A function that decides: one that never looks at what it is asked lets everybody in.
fn function(module: &Module, function: NodeId) -> &'static str {
    let Some(body) = module.body(function) else { return "function" };
    let looks = module.descendants(function).any(|node| {
        matches!(
            module.kind(node),
            Kind::If | Kind::Conditional | Kind::Logical(_) | Kind::Switch | Kind::Throw
        )
    });
    let parameters: Vec<_> = module.parameters(function).collect();
    // `(origin, callback) => callback(null, true)`
    let calls_back =
        module.kind(body) == Kind::Call || module.children(body).any(|node| module.kind(node) == Kind::Call);
    let yes = module.descendants(function).any(|node| {
        module.kind(node) == Kind::Call
            && module.argument(node, 1).is_some_and(|value| module.kind(value) == Kind::Flag(true))
    });
    // `(origin) => origin`
    let returns = parameters
        .first()
        .and_then(|first| module.binding(*first))
        .is_some_and(|binding| module.binding(body) == Some(binding));
    if !looks && (parameters.len() >= 2 && calls_back && yes || returns) { "reflected" } else { "function" }
}

/// Whether a value comes from the environment, or from what is read of it.
fn from_environment(code: &Code<'_>, site: Site) -> bool {
    let at = made(code, site);
    let Some(module) = code.module(at.file) else { return false };
    let is_env = |node: NodeId| match module.kind(node) {
        Kind::Member(_) | Kind::Index => module.child(node, 0).is_some_and(|object| {
            module.is_environment(object)
                || module.dotted(object).is_some_and(|path| {
                    matches!(
                        path.as_str(),
                        "env" | "import.meta.env" | "config" | "Bun.env" | "c.env" | "envs" | "ENV"
                    )
                })
        }),
        Kind::Call => {
            module.called(node).is_some_and(|name| ["getOrThrow", "env"].contains(&name))
                || matches!(
                    module.dotted(module.callee(node).unwrap_or(node)).as_deref(),
                    Some("configService.get" | "config.get" | "this.configService.get" | "Deno.env.get")
                )
        }
        _ => false,
    };
    is_env(at.node) || module.descendants(at.node).any(is_env)
}

/// `response.setHeader("Access-Control-Allow-Origin", "*")`, and the same as a property of headers.
fn by_hand(call: &Call<'_>) -> Option<CorsPolicy> {
    let module = call.module;
    let value = match module.kind(call.node) {
        Kind::Call if SETS.contains(&call.name()) => {
            let key = call.argument(0)?;
            let is = module.text(key.node)?.eq_ignore_ascii_case(HEADER);
            is.then(|| call.argument(1))??
        }
        Kind::Property(word) if module.word(word).eq_ignore_ascii_case(HEADER) => {
            if asks_another(module, call.node) || on_supabase(call) {
                return None;
            }
            Site { file: call.file, node: module.child(call.node, 0)? }
        }
        _ => return None,
    };
    let told = told(call.code(), value, 0);
    let asked = module.span(value.node);
    let guarded = module
        .ancestors(call.node)
        .any(|around| matches!(module.kind(around), Kind::If | Kind::Conditional | Kind::Logical(_)));
    let text = asked.of(call.context.tree.text(call.file));
    let kind = match told.kind {
        "any" if chosen(module, call.node) => "function",
        "unknown" if is_asked_origin(text) => {
            if guarded {
                "function"
            } else {
                "reflected"
            }
        }
        "none" => return None,
        kind => kind,
    };
    Some(CorsPolicy {
        library: "header".to_owned(),
        origin: kind.to_owned(),
        origins: told.origins,
        credentials: false,
        development: told.development || branch::development(module, call.node),
        open: is_read_only(call),
        ambient: true,
        by: String::new(),
        answers: String::new(),
    })
}

/// Whether headers have a name and are used under conditions only: `{ ...(open && corsHeaders) }`.
fn chosen(module: &Module, property: NodeId) -> bool {
    let declarator = module.parent(property).and_then(|object| module.parent(object));
    let declarator = declarator.filter(|node| module.kind(*node) == Kind::Declarator);
    let name = declarator.and_then(|declarator| module.child(declarator, 0));
    let Some(binding) = name.and_then(|name| module.binding(name)) else { return false };
    let conditional = |node: &NodeId| {
        module.parent(*node).is_some_and(|around| {
            matches!(module.kind(around), Kind::Logical(_) | Kind::Conditional)
                && module.child(around, 0) != Some(*node)
        })
    };
    let uses = module.uses(binding);
    !uses.is_empty() && uses.iter().all(conditional)
}

/// Whether a value is the origin that a request names, as it is.
fn is_asked_origin(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let plain = !text.contains('?') && !text.contains('[')
        || text.ends_with("['origin']")
        || text.ends_with("[\"origin\"]");
    plain
        && (text.ends_with("headers.origin")
            || text.contains("headers.get(\"origin\")")
            || text.contains("headers.get('origin')")
            || text.ends_with("headers['origin']")
            || text.ends_with("headers[\"origin\"]")
            || text.ends_with(".header('origin')")
            || text.ends_with(".header(\"origin\")"))
}

/// Whether a file is a function of Supabase: these take a token in a header and never a cookie, and their documentation
/// wants every origin let in.
fn on_supabase(call: &Call<'_>) -> bool {
    call.context.tree.file(call.file).path.contains("supabase/functions/")
}

/// Whether headers are those of a request that this code makes: there the header means nothing.
fn asks_another(module: &Module, node: NodeId) -> bool {
    const ASKERS: &[&str] = &[
        "fetch", "axios", "get", "post", "put", "patch", "delete", "request", "create", "got", "ky",
        "$fetch", "ofetch",
    ];
    let mut around = module.ancestors(node).filter(|around| module.kind(*around) == Kind::Call);
    around.next().is_some_and(|call| module.called(call).is_some_and(|name| ASKERS.contains(&name)))
}
