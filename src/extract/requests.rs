//! Calls of other services over HTTP, and what ends them when no answer comes.

use super::Context;
use super::code::{Capability, Origin};
use super::idle;
use super::view::{View, each};
use crate::facts::{Entry, HttpRequest};
use crate::parse::javascript::{Kind, Module, NodeId, Operator};

/// How a library is called and where its options stand.
struct Library {
    /// The package.
    name: &'static str,
    /// The functions that send a request; the empty path is the package itself.
    sends: &'static [&'static str],
    /// The functions that make a client of its own with defaults.
    makes: &'static [&'static str],
    /// What ends a request by itself.
    default: Option<&'static str>,
}

const VERBS: &[&str] = &["", "get", "post", "put", "patch", "delete", "head", "options", "request", "stream"];

const LIBRARIES: &[Library] = &[
    Library { name: "axios", sends: VERBS, makes: &["create"], default: None },
    Library { name: "ofetch", sends: &["", "default", "$fetch", "ofetch"], makes: &[], default: None },
    Library { name: "node-fetch", sends: &["", "default"], makes: &[], default: None },
    Library { name: "cross-fetch", sends: &["", "fetch"], makes: &[], default: None },
    Library { name: "isomorphic-fetch", sends: &[""], makes: &[], default: None },
    Library { name: "undici", sends: &["fetch", "request", "stream"], makes: &[], default: None },
    Library { name: "got", sends: VERBS, makes: &["extend"], default: None },
    Library {
        name: "ky",
        sends: VERBS,
        makes: &["create", "extend"],
        default: Some("the ten seconds of ky"),
    },
    Library {
        name: "superagent",
        sends: &["get", "post", "put", "patch", "delete"],
        makes: &[],
        default: None,
    },
    Library { name: "node:http", sends: &["request", "get"], makes: &[], default: None },
    Library { name: "node:https", sends: &["request", "get"], makes: &[], default: None },
];

/// One fact for each call in a server.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let defaults = Defaults::find(context);
    each(context, |view, found| {
        if !view.is_server() || !may_send(view) {
            return;
        }
        let start = found.len();
        for call in view.calls() {
            if let Some(fact) = request(view, call, &defaults)
                && !idle::is_idle(context, view.file, view.module, call)
            {
                found.push(view.entry(call, fact));
            }
        }
        if found.len() > start && is_of_page(view) {
            found.truncate(start);
        }
    })
}

/// Whether a module, shared by a site and its server, does what only pages can: it reads chosen files, draws images,
/// holds back what a key or a mouse would do.
fn is_of_page(view: &View<'_>) -> bool {
    let module = view.module;
    view.calls().any(|call| {
        let Some(callee) = module.callee(call) else { return false };
        match module.kind(callee) {
            Kind::Name(word, None) => matches!(module.word(word), "FileReader" | "Image" | "XMLHttpRequest"),
            Kind::Member(word) => {
                matches!(module.word(word), "preventDefault" | "stopPropagation")
                    || module.word(word) == "createElement"
                        && module.is_global(callee, "document.createElement")
            }
            _ => false,
        }
    })
}

/// Limits that hold for all requests of a library.
#[derive(Default)]
struct Defaults {
    axios: bool,
    fetch: bool,
}

impl Defaults {
    /// `axios.defaults.timeout = …` and `setGlobalDispatcher(…)` of an agent that is given a limit.
    fn find(context: &Context<'_>) -> Self {
        let mut defaults = Self::default();
        for (_, module) in context.code.modules() {
            if !module.imports.iter().any(|import| matches!(module.word(import.source), "axios" | "undici")) {
                continue;
            }
            for node in module.all() {
                match module.kind(node) {
                    Kind::Assign(_) => {
                        let target = module.child(node, 0).and_then(|target| module.dotted(target));
                        defaults.axios |= target.is_some_and(|path| path.ends_with(".defaults.timeout"));
                    }
                    Kind::Call if module.called(node) == Some("setGlobalDispatcher") => {
                        defaults.fetch |= module.argument(node, 0).is_some_and(|agent| limits(module, agent));
                    }
                    _ => {}
                }
            }
        }
        defaults
    }
}

/// Whether an agent is given a limit, or that cannot be told. `new EnvHttpProxyAgent()` has none.
fn limits(module: &Module, agent: NodeId) -> bool {
    let agent = module.resolve(agent);
    if module.kind(agent) != Kind::New {
        return true;
    }
    module.arguments(agent).any(|argument| {
        let options = module.resolve(argument);
        let limit = |option| match module.kind(option) {
            Kind::Property(key) => {
                let key = module.word(key);
                key.ends_with("imeout") && !key.starts_with("keepAlive")
            }
            Kind::Spread => true,
            _ => false,
        };
        match module.kind(options) {
            Kind::Object => module.descendants(options).any(limit),
            Kind::Text(_) | Kind::Template => false, // the address of a proxy
            _ => true,
        }
    })
}

/// Whether a module has the words of a request at all.
fn may_send(view: &View<'_>) -> bool {
    const WORDS: &[&str] = &[
        "fetch",
        "axios",
        "got",
        "ky",
        "superagent",
        "http",
        "https",
        "undici",
        "request",
        "ofetch",
        "$fetch",
    ];
    view.calls().any(|call| {
        let left = view.module.leftmost(call);
        match view.module.kind(left) {
            Kind::Name(word, None) => matches!(view.module.word(word), "fetch" | "$fetch"),
            Kind::Name(_, Some(_)) | Kind::This => {
                view.module
                    .called(call)
                    .is_some_and(|name| VERBS.contains(&name) || WORDS.contains(&name) || name == "default")
                    || view.module.last_name(left).is_some_and(|name| WORDS.contains(&name))
            }
            _ => false,
        }
    })
}

fn request(view: &View<'_>, call: NodeId, defaults: &Defaults) -> Option<HttpRequest> {
    let module = view.module;
    if module.kind(call) != Kind::Call {
        return None;
    }
    let callee = module.callee(call)?;
    let (library, path) = sender(view, callee)?;
    let target = module.argument(call, 0).and_then(|address| target(view, address));
    // The address of a client that has its own begins where that ends.
    let near = |target: &str| is_near(target) && !(path.contains("()") && target.starts_with('/'));
    if target.as_deref().is_some_and(near) || module.argument(call, 0).is_some_and(|to| is_own(module, to)) {
        return None;
    }
    let known = LIBRARIES.iter().find(|known| known.name == library);
    let by_default = known.and_then(|known| known.default).map(str::to_owned).or_else(|| {
        let set = library == "axios" && defaults.axios || is_fetch(&library) && defaults.fetch;
        set.then(|| "a default for all requests".to_owned())
    });
    let mut options = Options::default();
    options.read_arguments(view, call, &library, &path);
    if path.contains("()") {
        options.read_client(view, module.receiver(call).unwrap_or(callee));
    }
    let timeout = options.ends.take().or(by_default).or_else(|| around(view, call));
    Some(HttpRequest { library, timeout, unsure: options.unsure, target })
}

/// The library that a callee sends a request with, and the path within it.
pub(super) fn sender(view: &View<'_>, callee: NodeId) -> Option<(String, String)> {
    let module = view.module;
    let name = module.last_name(callee)?;
    let plausible = VERBS.contains(&name)
        || matches!(module.kind(callee), Kind::Name(..)) && name.len() <= 24
        || matches!(name, "default" | "fetch");
    if !plausible {
        return None;
    }
    match view.origin(callee) {
        // `$fetch` of Nuxt and Nitro is `fetch` with a base.
        Origin::Global(path) if matches!(path.as_str(), "fetch" | "$fetch") => {
            Some(("fetch".to_owned(), String::new()))
        }
        Origin::External { package, path } => {
            let known = LIBRARIES.iter().find(|known| known.name == package)?;
            let (client, method) = match path.rsplit_once('.') {
                Some((client, method)) => (client, method),
                None if path.ends_with("()") => (path.as_str(), ""),
                None => ("", path.as_str()),
            };
            let maker = client.strip_suffix("()").map(|maker| maker.rsplit('.').next().unwrap_or(maker));
            let of_client = client.is_empty() || maker.is_some_and(|maker| known.makes.contains(&maker));
            (of_client && known.sends.contains(&method)).then_some((package, path))
        }
        _ => None,
    }
}

fn is_fetch(library: &str) -> bool {
    matches!(library, "fetch" | "undici")
}

/// The address of a request, as far as it is written.
fn target(view: &View<'_>, address: NodeId) -> Option<String> {
    let module = view.module;
    if let Some(text) = module.text(address) {
        return Some(text.into_owned());
    }
    let value = module.resolve(address);
    match module.kind(value) {
        Kind::Template | Kind::Binary(_) => {
            let mut start = String::new();
            written(module, value, &mut start);
            (!start.is_empty()).then(|| start + "…")
        }
        Kind::New => target(view, module.argument(value, 0)?),
        _ => None,
    }
}

/// Adds what a text always begins with; whether it goes on as written.
fn written(module: &Module, text: NodeId, start: &mut String) -> bool {
    if let Some(part) = module.text(text) {
        start.push_str(&part);
        return true;
    }
    matches!(module.kind(text), Kind::Template | Kind::Binary(Operator::Add))
        && module.children(text).all(|part| written(module, part, start))
}

/// Whether an address begins with the one that the application itself is known by: `${process.env.NEXTAUTH_URL}/api/jobs`.
fn is_own(module: &Module, address: NodeId) -> bool {
    const OWN: &[&str] = &[
        "NEXTAUTH_URL",
        "NEXTAUTH_URL_INTERNAL",
        "NEXT_PUBLIC_BASE_URL",
        "NEXT_PUBLIC_APP_URL",
        "NEXT_PUBLIC_SITE_URL",
        "NEXT_PUBLIC_VERCEL_URL",
        "VERCEL_URL",
        "NUXT_PUBLIC_SITE_URL",
    ];
    let value = module.resolve(address);
    match module.kind(value) {
        Kind::Template | Kind::Binary(_) | Kind::Logical(_) => {
            let mut parts = module.children(value);
            let first = parts.find(|part| {
                module.text(*part).is_none_or(|text| !matches!(&*text, "" | "https://" | "http://"))
            });
            first.is_some_and(|first| is_own(module, first))
        }
        Kind::New => module.argument(value, 0).is_some_and(|address| is_own(module, address)),
        Kind::Member(word) => {
            module.child(value, 0).is_some_and(|object| module.is_environment(object))
                && OWN.contains(&module.word(word))
        }
        _ => false,
    }
}

/// Whether an address leads nowhere else: a path of the own site, the own machine, data.
fn is_near(target: &str) -> bool {
    let host = target.split_once("://").map_or("", |(_, rest)| rest);
    let host = host.split(['/', ':', '…']).next().unwrap_or_default();
    target.starts_with(['/', '.'])
        || target.starts_with("data:")
        || target.starts_with("blob:")
        || target.starts_with("file:")
        || matches!(host, "localhost" | "127.0.0.1" | "0.0.0.0" | "[")
}

/// What the options of a request say of its end.
#[derive(Default)]
struct Options {
    ends: Option<String>,
    unsure: Option<String>,
}

impl Options {
    fn read_arguments(&mut self, view: &View<'_>, call: NodeId, library: &str, path: &str) {
        let method = path.rsplit('.').next().unwrap_or_default();
        let body = matches!(method, "post" | "put" | "patch") && library == "axios";
        let arguments = view.module.arguments(call).enumerate();
        for (index, argument) in arguments {
            let function = matches!(view.module.kind(view.module.resolve(argument)), Kind::Function(_));
            if !(function || body && index == 1) {
                self.read(view, argument, index > usize::from(body));
            }
        }
        if library.starts_with("node:") || library == "superagent" {
            self.read_chain(view, call);
        }
    }

    /// Reads one value: an object with `signal` or `timeout`, or something that may be one.
    fn read(&mut self, view: &View<'_>, value: NodeId, is_options: bool) {
        const ENDS: &[&str] =
            &["timeout", "signal", "cancelToken", "headersTimeout", "bodyTimeout", "dispatcher", "agent"];
        let module = view.module;
        let value = module.resolve(value);
        match module.kind(value) {
            Kind::Object => {
                let keys = module.properties(value);
                let end = ENDS
                    .iter()
                    .find(|end| keys.iter().any(|(key, value)| key == *end && is_set(view, *value)));
                if let Some(end) = end {
                    self.ends = Some((*end).to_owned());
                } else if module.children(value).any(|child| is_open_spread(view, child)) {
                    self.unsure = Some("its options come from elsewhere".to_owned());
                }
            }
            Kind::New if module.called(value) == Some("Request") => {
                self.read_request(view, value);
            }
            Kind::Text(_) | Kind::Template | Kind::Number(_) | Kind::Null | Kind::Binary(_) => {}
            // `fetch(buildRequest(…))`
            Kind::Call
                if module.called(value).is_some_and(|name| name.to_ascii_lowercase().contains("request")) =>
            {
                self.unsure = Some("its options come from elsewhere".to_owned());
            }
            _ if is_options => self.unsure = Some("its options come from elsewhere".to_owned()),
            Kind::Name(..) if view.module.last_name(value).is_some_and(is_options_name) => {
                self.unsure = Some("its options come from elsewhere".to_owned());
            }
            _ => {}
        }
    }

    /// The options of `new Request(address, options)`.
    fn read_request(&mut self, view: &View<'_>, request: NodeId) {
        if let Some(options) = view.module.argument(request, 1) {
            self.read(view, options, true);
        }
    }

    /// The options of the client that a request is made with: `axios.create({ timeout: 5000 })`.
    fn read_client(&mut self, view: &View<'_>, client: NodeId) {
        let code = &view.context.code;
        let made = code.definition(view.site(client));
        let Some(module) = code.module(made.file) else { return };
        if module.kind(made.node) != Kind::Call {
            self.unsure.get_or_insert_with(|| "its client is made elsewhere".to_owned());
            return;
        }
        let Some(options) = module.argument(made.node, 0) else { return };
        let keys = module.properties(options);
        if keys.iter().any(|(key, _)| matches!(*key, "timeout" | "signal" | "adapter")) {
            self.ends = Some("timeout of its client".to_owned());
        } else if module.kind(module.resolve(options)) != Kind::Object
            || module.children(module.resolve(options)).any(|child| module.kind(child) == Kind::Spread)
        {
            self.unsure.get_or_insert_with(|| "the options of its client come from elsewhere".to_owned());
        }
    }

    /// `.setTimeout(…)`, `.timeout(…)` and `.on("timeout", …)` of what the call gives.
    fn read_chain(&mut self, view: &View<'_>, call: NodeId) {
        let module = view.module;
        let around = module.function_around(call).unwrap_or_else(|| module.root());
        let ends = module.descendants(around).any(|node| match module.kind(node) {
            Kind::Member(word) => matches!(module.word(word), "setTimeout" | "timeout"),
            Kind::Text(word) => module.word(word) == "timeout",
            _ => false,
        });
        if ends {
            self.ends = Some("timeout".to_owned());
        }
    }
}

/// A value that is there: `timeout: false` ends nothing.
fn is_set(view: &View<'_>, value: NodeId) -> bool {
    !matches!(view.module.kind(value), Kind::Flag(false) | Kind::Null)
        && !matches!(view.module.kind(value), Kind::Number(word) if view.module.word(word) == "0")
}

/// `...options` of something that is not written here.
fn is_open_spread(view: &View<'_>, child: NodeId) -> bool {
    let module = view.module;
    module.kind(child) == Kind::Spread
        && module.child(child, 0).is_some_and(|value| module.kind(module.resolve(value)) != Kind::Object)
}

fn is_options_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["option", "config", "init", "opts"].iter().any(|word| name.contains(word))
}

/// What ends a request from outside: a wrapper that gives up, or a race with a clock.
fn around(view: &View<'_>, call: NodeId) -> Option<String> {
    let module = view.module;
    for node in module.ancestors(call) {
        if module.kind(node) != Kind::Call {
            continue;
        }
        let Some(callee) = module.callee(node) else { continue };
        if module.contains(callee, call) {
            continue;
        }
        let name = module.last_name(callee).unwrap_or_default();
        let lower = name.to_ascii_lowercase();
        if name == "race" || lower.contains("timeout") && name != "setTimeout" || lower.contains("deadline") {
            return Some(name.to_owned());
        }
        let gives = view.context.code.capabilities(view.site(callee));
        if gives.has(Capability::Timeout) || gives.has(Capability::CircuitBreaker) {
            return Some(name.to_owned());
        }
    }
    // `const answer = fetch(…); await Promise.race([answer, clock])`, and a breaker that is given the function.
    let function = module.function_around(call)?;
    let raced = module.own_descendants(function).any(|node| {
        module.kind(node) == Kind::Call
            && (module.called(node) == Some("race") || module.called(node) == Some("abort"))
    });
    raced.then(|| "race".to_owned())
}

#[cfg(test)]
mod tests;
