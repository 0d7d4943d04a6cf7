//! Servers of the runtime itself: `http.createServer` with a function that compares paths and methods.

use super::model::{App, Found, Guard, Route};
use crate::extract::Context;
use crate::extract::code::{Code, Origin, Site};
use crate::parse::javascript::{ImportForm, Kind, Module, NodeId, Operator, Word};
use crate::source::FileId;

/// How deep functions that are handed the request are followed.
const MAX_DEPTH: usize = 4;

/// The routes of every server.
pub(super) fn find(context: &Context<'_>) -> Found {
    let mut found = Found::default();
    for (file, module) in context.code.modules() {
        if !module
            .imports
            .iter()
            .any(|import| is_http(module, import.source) && import.form != ImportForm::Reexport)
        {
            continue;
        }
        let made = module.calls_named(|name| name == "createServer").into_iter();
        for node in made.filter(|node| module.kind(*node) == Kind::Call) {
            server(context, module, Site { file, node }, &mut found);
        }
    }
    found
}

fn is_http(module: &Module, source: Word) -> bool {
    matches!(module.word(source).trim_start_matches("node:"), "http" | "https" | "http2")
}

fn server(context: &Context<'_>, module: &Module, call: Site, found: &mut Found) {
    let code = &context.code;
    let Origin::External { package, path } = code.origin(call) else { return };
    if !matches!(package.as_str(), "node:http" | "node:https" | "node:http2") || path != "createServer()" {
        return;
    }
    let listener = module.arguments(call.node).last();
    let listener = listener.map(|node| code.definition(Site { node, ..call }));
    let listens = listening(module, call);
    let app = |found: &mut Found| {
        found.apps.push(App { site: call, framework: "http", guards: Vec::new(), listens });
    };
    let on_request =
        listener.filter(|site| is_function(code, *site)).or_else(|| on_request(code, module, call));
    let Some(listener) = on_request else { return };
    if listens.is_some_and(|site| is_own(module, site.node)) || ends_itself(code, listener, call) {
        return;
    }
    app(found);
    let mut reading = Reading { code, routes: Vec::new(), seen: Vec::new() };
    reading.function(listener, &[], 0);
    if reading.routes.is_empty() {
        reading.routes.push(Route {
            site: call,
            framework: "http",
            method: "ALL".to_owned(),
            path: None,
            handler: Some(listener),
            guards: Vec::new(),
            unsure: None,
            server: None,
        });
    }
    found.routes.extend(reading.routes);
}

/// Whether a server listens on any free port of the machine's own address: only the program itself knows where.
fn is_own(module: &Module, listen: NodeId) -> bool {
    let (port, _) = super::address::address(module, listen);
    let free = port.is_some_and(
        |port| matches!(module.kind(module.resolve(port)), Kind::Number(word) if module.word(word) == "0"),
    );
    free && super::address::is_loopback(module, listen)
}

/// Whether what listens closes the server once it was asked: the end of a sign-in that a command waits for.
fn ends_itself(code: &Code<'_>, listener: Site, server: Site) -> bool {
    let Some(module) = code.module(listener.file) else { return false };
    module.descendants(listener.node).any(|node| {
        module.kind(node) == Kind::Call
            && module.called(node) == Some("close")
            && module
                .receiver(node)
                .is_some_and(|object| code.definition(Site { node: object, ..listener }) == server)
    })
}

fn is_function(code: &Code<'_>, site: Site) -> bool {
    code.module(site.file).is_some_and(|module| matches!(module.kind(site.node), Kind::Function(_)))
}

/// `server.on("request", listener)`.
fn on_request(code: &Code<'_>, module: &Module, call: Site) -> Option<Site> {
    module.all().find_map(|node| {
        let name = module.argument(node, 0).filter(|_| module.called(node) == Some("on"))?;
        let object = module.receiver(node)?;
        let is_it = module.text(name).as_deref() == Some("request") && module.resolve(object) == call.node;
        let listener = module.argument(node, 1).filter(|_| is_it)?;
        Some(code.definition(Site { node: listener, ..call })).filter(|site| is_function(code, *site))
    })
}

/// Where the server begins to listen in its own module.
fn listening(module: &Module, call: Site) -> Option<Site> {
    let is_it = |node: &NodeId| {
        module.called(*node) == Some("listen")
            && module.receiver(*node).is_some_and(|object| module.resolve(object) == call.node)
    };
    module.all().find(is_it).map(|node| Site { node, ..call })
}

/// What a part of the listener knows of the requests that reach it.
#[derive(Clone, Default)]
struct Known {
    path: Option<String>,
    methods: Vec<String>,
}

struct Reading<'c> {
    code: &'c Code<'c>,
    routes: Vec<Route>,
    seen: Vec<Site>,
}

impl Reading<'_> {
    fn function(&mut self, function: Site, before: &[Guard], depth: usize) {
        if depth > MAX_DEPTH || self.seen.contains(&function) {
            return;
        }
        self.seen.push(function);
        let Some(module) = self.code.module(function.file) else { return };
        let Some(body) = module.body(function.node) else { return };
        let mut guards = before.to_vec();
        self.statements(module, function, body, &Known::default(), &mut guards, depth);
    }

    /// Statements in order: what is called before a path is compared stands before it.
    fn statements(
        &mut self,
        module: &Module,
        function: Site,
        block: NodeId,
        known: &Known,
        guards: &mut Vec<Guard>,
        depth: usize,
    ) {
        let children: Vec<NodeId> = match module.kind(block) {
            Kind::Block | Kind::Program | Kind::Case => module.children(block).collect(),
            _ => vec![block],
        };
        for statement in children {
            match module.kind(statement) {
                Kind::If => self.branch(module, function, statement, known, guards, depth),
                Kind::Switch => self.switch(module, function, statement, known, guards, depth),
                Kind::Try | Kind::Block => {
                    for part in module.children(statement).filter(|part| module.kind(*part) == Kind::Block) {
                        self.statements(module, function, part, known, guards, depth);
                    }
                    if module.kind(statement) == Kind::Block {
                        self.statements(module, function, statement, known, guards, depth);
                    }
                }
                _ => {
                    self.calls(function.file, module, statement, guards);
                    self.handed_on(module, function, statement, guards, depth);
                }
            }
        }
    }

    /// What a statement calls that may turn a request away.
    fn calls(&self, file: FileId, module: &Module, statement: NodeId, guards: &mut Vec<Guard>) {
        let own = std::iter::once(statement).chain(module.own_descendants(statement));
        for node in own.filter(|node| matches!(module.kind(*node), Kind::Call | Kind::New)) {
            let Some(callee) = module.callee(node) else { continue };
            let gives = self.code.capabilities(Site { file, node: callee });
            if !gives.is_empty() {
                let name = module.dotted(callee).unwrap_or_default();
                guards.push(Guard { site: Site { file, node }, name, gives });
            }
        }
    }

    /// A function that is handed the request compares it in our place.
    fn handed_on(
        &mut self,
        module: &Module,
        function: Site,
        statement: NodeId,
        guards: &[Guard],
        depth: usize,
    ) {
        let own = std::iter::once(statement).chain(module.own_descendants(statement));
        for node in own.filter(|node| module.kind(*node) == Kind::Call) {
            if module.arguments(node).count() < 2 {
                continue;
            }
            let Some(callee) = module.callee(node) else { continue };
            let target = self.code.definition(Site { node: callee, ..function });
            let there = self.code.module(target.file).and_then(|there| there.function(target.node));
            if there.is_some_and(|there| there.parameters >= 2) {
                self.function(target, guards, depth + 1);
            }
        }
    }

    fn branch(
        &mut self,
        module: &Module,
        function: Site,
        statement: NodeId,
        known: &Known,
        guards: &mut Vec<Guard>,
        depth: usize,
    ) {
        let parts: Vec<NodeId> = module.children(statement).collect();
        let [test, then, otherwise @ ..] = parts.as_slice() else { return };
        let compared = compared(module, *test);
        if compared.path.is_none() && compared.methods.is_empty() {
            self.calls(function.file, module, *test, guards);
            let mut inner = guards.clone();
            self.statements(module, function, *then, known, &mut inner, depth);
        } else {
            let mut inner = guards.clone();
            let known = Known {
                path: compared.path.or_else(|| known.path.clone()),
                methods: if compared.methods.is_empty() { known.methods.clone() } else { compared.methods },
            };
            self.known(module, function, *test, *then, &known, &mut inner, depth);
        }
        for part in otherwise {
            self.statements(module, function, *part, known, guards, depth);
        }
    }

    #[allow(clippy::too_many_arguments)] // one branch and all that is known of it
    fn known(
        &mut self,
        module: &Module,
        function: Site,
        test: NodeId,
        then: NodeId,
        known: &Known,
        guards: &mut Vec<Guard>,
        depth: usize,
    ) {
        let before = self.routes.len();
        self.statements(module, function, then, known, guards, depth);
        let answered = self.routes.len() > before;
        let Some(path) = known.path.clone().filter(|_| !answered) else { return };
        let any = vec!["ALL".to_owned()];
        for method in if known.methods.is_empty() { &any } else { &known.methods } {
            self.routes.push(Route {
                site: Site { node: test, ..function },
                framework: "http",
                method: method.clone(),
                path: Some(path.clone()),
                handler: Some(self.answers(module, function, then)),
                guards: guards.clone(),
                unsure: None,
                server: None,
            });
        }
    }

    /// The function that a branch hands the request to, else the listener.
    fn answers(&self, module: &Module, function: Site, then: NodeId) -> Site {
        let own = std::iter::once(then).chain(module.own_descendants(then));
        let calls =
            own.filter(|node| module.kind(*node) == Kind::Call && module.arguments(*node).count() >= 2);
        let targets = calls.filter_map(|call| {
            let callee = module.callee(call)?;
            Some(self.code.definition(Site { node: callee, ..function }))
        });
        targets.into_iter().find(|site| is_function(self.code, *site)).unwrap_or(function)
    }

    fn switch(
        &mut self,
        module: &Module,
        function: Site,
        statement: NodeId,
        known: &Known,
        guards: &[Guard],
        depth: usize,
    ) {
        let mut parts = module.children(statement);
        let Some(subject) = parts.next() else { return };
        let subject = speaks_of(module, subject);
        for case in parts {
            let Some(test) = module.child(case, 0) else { continue };
            let value = module.text(test).map(std::borrow::Cow::into_owned);
            let mut inner = guards.to_vec();
            match (subject, value) {
                (Some(About::Path), Some(path)) if path.starts_with('/') => {
                    let known = Known { path: Some(path), ..known.clone() };
                    self.known(module, function, test, case, &known, &mut inner, depth);
                }
                (Some(About::Method), Some(method)) => {
                    let known = Known { methods: vec![method], ..known.clone() };
                    self.known(module, function, test, case, &known, &mut inner, depth);
                }
                _ => self.statements(module, function, case, known, &mut inner, depth),
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum About {
    Path,
    Method,
}

/// What a value says of a request, by its name.
fn speaks_of(module: &Module, node: NodeId) -> Option<About> {
    match module.last_name(node)? {
        "url" | "pathname" | "path" | "route" => Some(About::Path),
        "method" => Some(About::Method),
        _ => None,
    }
}

/// What a condition compares.
fn compared(module: &Module, test: NodeId) -> Known {
    let mut known = Known::default();
    compare(module, test, &mut known, 0);
    known
}

fn compare(module: &Module, test: NodeId, known: &mut Known, depth: usize) {
    if depth > 64 {
        return;
    }
    match module.kind(test) {
        Kind::Logical(Operator::And | Operator::Or) => {
            for part in module.children(test) {
                compare(module, part, known, depth + 1);
            }
        }
        Kind::Binary(Operator::Equal | Operator::StrictEqual) => {
            let sides: Vec<NodeId> = module.children(test).collect();
            for (side, other) in [(0, 1), (1, 0)] {
                let (Some(side), Some(other)) = (sides.get(side), sides.get(other)) else { return };
                let Some(value) = module.text(*other) else { continue };
                match speaks_of(module, *side) {
                    Some(About::Path) if value.starts_with('/') && known.path.is_none() => {
                        known.path = Some(value.into_owned());
                    }
                    Some(About::Method) => known.methods.push(value.to_ascii_uppercase()),
                    _ => {}
                }
            }
        }
        Kind::Call if module.called(test) == Some("startsWith") => {
            let object = module.receiver(test).and_then(|object| speaks_of(module, object));
            let prefix = module.argument(test, 0).and_then(|prefix| module.text(prefix));
            if let (Some(About::Path), Some(prefix), None) = (object, prefix, &known.path) {
                known.path = Some(format!("{}/*", prefix.trim_end_matches('/')));
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::find;
    use crate::extract::http::mount::{finds, shown};

    finds! {
        comparisons_are_routes: { "server.js": r#"
            const http = require("node:http");
            const server = http.createServer(async (req, res) => {
                const url = new URL(req.url, "http://x");
                if (req.method === "GET" && url.pathname === "/health") { res.end("ok"); return; }
                if (url.pathname === "/users") {
                    if (req.method === "POST") { return createUser(req, res); }
                    else if (req.method === "GET") { return list(req, res); }
                }
                switch (url.pathname) {
                    case "/a": res.end(); break;
                    default: res.statusCode = 404; res.end();
                }
                if (url.pathname.startsWith("/static/")) res.end();
            });
            function createUser(req, res) { res.end(); }
            server.listen(3000);
        "# } => [
            "GET /health (…) []",
            "POST /users createUser []",
            "GET /users (…) []",
            "ALL /a (…) []",
            "ALL /static/* (…) []",
            "http [] listens",
        ];

        one_route_where_nothing_is_compared: { "server.js": r#"
            import { createServer } from "http";
            createServer(handle).listen(80);
            function handle(req, res) { proxy.web(req, res); }
        "# } => [
            "ALL ? handle []",
            "http [] listens",
        ];

        servers_that_nobody_outside_asks: {
            "proxy.js": r#"
                import { createServer } from "http";
                const proxy = createServer((req, res) => forward(req, res));
                proxy.listen(0, "127.0.0.1", () => use(proxy.address().port));
            "#,
            "login.js": r#"
                import { createServer } from "http";
                const server = createServer((req, res) => { take(req.url); res.end("close me"); server.close(); });
                server.listen(8976);
            "#,
        } => [];

        a_server_of_a_framework_is_that_of_the_framework: { "server.js": r#"
            const http = require("http");
            const app = require("express")();
            http.createServer(app).listen(80);
        "# } => [];
    }
}
