//! A module as the readers of behaviour look at it: where it runs, and which of its functions answer requests.

use std::cell::OnceCell;

use rayon::prelude::*;

use super::Context;
use super::code::{Origin, Site};
use super::packages::Role;
use crate::facts::{Entry, Fact};
use crate::parse::javascript::{Kind, Module, NodeId};
use crate::source::{FileId, Place};

/// A module and what surrounds it.
pub(super) struct View<'c> {
    /// Everything that was read.
    pub(super) context: &'c Context<'c>,
    /// Its file.
    pub(super) file: FileId,
    /// The module.
    pub(super) module: &'c Module,
    side: OnceCell<Side>,
}

/// Where the code of a module runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// In a process that answers requests or works off jobs.
    Server,
    /// In a script that somebody starts by hand, or a build.
    Script,
    /// In a browser, in an application on a device, or it cannot be told.
    Elsewhere,
}

/// Folders whose files people or pipelines start by hand.
const SCRIPTS: &[&str] = &[
    "scripts",
    "script",
    "bin",
    "cli",
    "tools",
    "tooling",
    "seed",
    "seeds",
    "seeders",
    "seeder",
    "migrations",
    "migration",
    "prisma",
    "bench",
    "benchmarks",
    "e2e",
    "cypress",
    "playground",
    "sandbox",
    "hack",
    "demo",
    "demos",
    "docs",
];

/// Folders of what was built, or is served as it is.
const OUTPUT: &[&str] = &["build", "dist", ".next", "out", "public", "static", "assets"];

/// Packages that only code in browsers and on devices asks for.
const CLIENT: &[&str] = &[
    "react-dom",
    "vue",
    "svelte",
    "react-native",
    "expo",
    "react-router-dom",
    "@angular/core",
    "solid-js",
    "preact",
    "electron",
    "vscode",
    "jquery",
    "zustand",
    "@reduxjs/toolkit",
    "react-redux",
    "@tanstack/react-query",
    "swr",
    "pinia",
    "@remix-run/react",
];

/// Looks at every module in parallel; what is found keeps the order of the modules.
pub(super) fn each<T: Send>(
    context: &Context<'_>,
    look: impl Fn(&View<'_>, &mut Vec<T>) + Sync + Send,
) -> Vec<T> {
    let modules: Vec<_> = context.code.modules().collect();
    let one = |at: &(FileId, &Module)| {
        let mut found = Vec::new();
        look(&View { context, file: at.0, module: at.1, side: OnceCell::new() }, &mut found);
        found
    };
    modules.par_iter().flat_map_iter(one).collect()
}

impl<'c> View<'c> {
    /// Every call and `new` of a module, in the order of the text.
    pub(super) fn calls(&self) -> impl Iterator<Item = NodeId> + '_ {
        self.module.all().filter(|node| matches!(self.module.kind(*node), Kind::Call | Kind::New))
    }

    /// A fact at a node.
    pub(super) fn entry(&self, node: NodeId, fact: impl Fact) -> Entry {
        Entry::new(self.place(node), fact)
    }

    /// Where a node stands.
    pub(super) fn place(&self, node: NodeId) -> Place {
        Place { file: self.file, span: self.module.span(node) }
    }

    /// A node with its file.
    pub(super) fn site(&self, node: NodeId) -> Site {
        Site { file: self.file, node }
    }

    /// Where the value of a node comes from.
    pub(super) fn origin(&self, node: NodeId) -> Origin {
        self.context.code.origin(self.site(node))
    }

    /// The package and path that a node leads to, where it leads to a package.
    pub(super) fn external(&self, node: NodeId) -> Option<(String, String)> {
        match self.origin(node) {
            Origin::External { package, path } => Some((package, path)),
            _ => None,
        }
    }

    /// The path of the file.
    pub(super) fn path(&self) -> &'c str {
        &self.context.tree.file(self.file).path
    }

    /// The directory of the package of the file.
    pub(super) fn package(&self) -> &'c str {
        self.context.packages.dir_of(self.path())
    }

    /// Whether it runs in a server.
    pub(super) fn is_server(&self) -> bool {
        self.side() == Side::Server
    }

    /// Whether its package is run somewhere, rather than used by others.
    pub(super) fn is_deployed(&self) -> bool {
        self.context.packages.owner(self.path(), "npm").is_some_and(super::packages::Package::is_deployable)
    }

    /// Whether its package answers requests itself. The pages of a site may be made when it is built.
    pub(super) fn answers(&self) -> bool {
        let owner = self.context.packages.owner(self.path(), "npm");
        owner.is_some_and(|package| matches!(package.role, Role::Service | Role::Worker))
    }

    /// Where it runs.
    pub(super) fn side(&self) -> Side {
        *self.side.get_or_init(|| self.find_side())
    }

    fn find_side(&self) -> Side {
        let path = self.path();
        let graph = &self.context.code.graph;
        if by_hand(self.context, self.file) || path.split('/').any(|part| OUTPUT.contains(&part)) {
            return Side::Script;
        }
        if self.is_alone() {
            return Side::Script;
        }
        let client = graph.client(self.file);
        if client == Some(true) || self.module.has_directive("use client") || self.is_markup() {
            return Side::Elsewhere;
        }
        if is_platform(path) {
            return Side::Elsewhere; // the platform ends and restarts what runs there
        }
        let Some(package) = self.context.packages.owner(path, "npm") else { return Side::Elsewhere };
        let installs = package.parts.iter().any(|(_, part)| part.binaries);
        match package.role {
            Role::Cli | Role::App | Role::Docs | Role::Example | Role::Infra => Side::Elsewhere,
            Role::Library | Role::Service | Role::Worker if installs => Side::Elsewhere,
            _ if client == Some(false) => Side::Server,
            Role::Service | Role::Worker if !CLIENT.iter().any(|name| package.dependency(name).is_some()) => {
                Side::Server
            }
            Role::Service | Role::Worker | Role::Web if on_server_by_name(path) => Side::Server,
            _ => Side::Elsewhere,
        }
    }

    /// Whether no program is known to reach the module and no other module asks for it: people start it by hand. What
    /// listens for requests is a server whoever starts it.
    fn is_alone(&self) -> bool {
        let graph = &self.context.code.graph;
        let reached = graph.live(self.file) == Some(true) || graph.entry(self.file).is_some();
        !reached
            && (graph.live(self.file) == Some(false) || graph.importers(self.file).is_empty())
            && !self.calls().any(|call| matches!(self.module.called(call), Some("listen" | "serve")))
    }

    /// Whether it draws a page, or asks for what only pages ask for.
    fn is_markup(&self) -> bool {
        let extension = self.context.tree.file(self.file).extension();
        let asks = |name: &str| {
            CLIENT.iter().any(|known| name.strip_prefix(known).is_some_and(|rest| !rest.starts_with('-')))
        };
        matches!(extension, "vue" | "svelte" | "astro" | "jsx" | "tsx")
            || self
                .module
                .imports
                .iter()
                .any(|import| !import.type_only && asks(self.module.word(import.source)))
    }

    /// The nearest function around a node that answers requests.
    pub(super) fn handler_around(&self, node: NodeId) -> Option<NodeId> {
        self.module.ancestors(node).find(|id| self.is_handler(*id))
    }

    /// Whether a node is a function that answers requests: `(req, res)`, `(request, reply)`, `(c)` of Hono, `(ctx)` of
    /// Koa, a method under a routing decorator of Nest, `GET` and its like of a route file.
    pub(super) fn is_handler(&self, function: NodeId) -> bool {
        let Some(known) = self.module.function(function) else { return false };
        if known.parameters > 4 {
            return false;
        }
        let names: Vec<_> =
            self.module.parameters(function).map(|pattern| self.pattern_name(pattern)).collect();
        match names.as_slice() {
            [Some(request), Some(answer), ..] if is_request(request) && is_answer(answer) => true,
            [Some(error), Some(request), Some(answer), _] => {
                is_error(error) && is_request(request) && is_answer(answer)
            }
            [Some("c" | "ctx" | "context"), ..] => self.method_of_call(function).is_some(),
            _ => self.is_route_export(function) || self.nest_method(function).is_some(),
        }
    }

    /// Whether a function is an Express handler of errors: `(err, req, res, next)`.
    pub(super) fn is_error_handler(&self, function: NodeId) -> bool {
        let names: Vec<_> =
            self.module.parameters(function).map(|pattern| self.pattern_name(pattern)).collect();
        matches!(names.as_slice(), [Some(error), Some(request), _, _] if is_error(error) && is_request(request))
    }

    fn pattern_name(&self, pattern: NodeId) -> Option<&str> {
        match self.module.kind(pattern) {
            Kind::Name(word, _) => Some(self.module.word(word)),
            Kind::Default => self.pattern_name(self.module.child(pattern, 0)?),
            _ => None,
        }
    }

    /// `export async function GET` of a file named `route` or `+server`.
    fn is_route_export(&self, function: NodeId) -> bool {
        let name = self.module.function(function).map(|known| self.module.word(known.name));
        let file = self.context.tree.file(self.file).name();
        matches!(name, Some("GET" | "POST" | "PUT" | "PATCH" | "DELETE"))
            && (file.starts_with("route.") || file.starts_with("+server."))
    }

    /// The verb of the routing decorator above a method of a controller.
    fn nest_method(&self, function: NodeId) -> Option<&'static str> {
        let method = self.module.parent(function)?;
        if !matches!(self.module.kind(method), Kind::Method(_)) {
            return None;
        }
        let verb = |value: NodeId| {
            let name = self.module.called(value)?;
            verb_of(&name.to_ascii_lowercase())
                .filter(|_| name.starts_with(|first: char| first.is_uppercase()))
        };
        self.module.decorators(method).find_map(verb)
    }

    /// The method of the route whose handler a function is, `ALL` for any: by the call it is given to, its decorator or
    /// its name; none where that cannot be told.
    pub(super) fn method_of(&self, handler: NodeId) -> Option<&'static str> {
        if let Some(verb) = self.nest_method(handler).or_else(|| self.method_of_call(handler)) {
            return Some(verb);
        }
        let name = self.module.word(self.module.function(handler)?.name);
        if self.is_route_export(handler) {
            return verb_of(&name.to_ascii_lowercase());
        }
        let reads = ["get", "list", "fetch", "find", "search", "index", "show", "all"];
        let starts = |word: &str| {
            name.strip_prefix(word).is_some_and(|rest| !rest.starts_with(|next: char| next.is_lowercase()))
        };
        reads.iter().any(|word| starts(word)).then_some("GET")
    }

    /// `get` of `router.get("/x", wrap(handler))`.
    fn method_of_call(&self, function: NodeId) -> Option<&'static str> {
        let around = self.module.ancestors(function).take_while(|id| self.module.kind(*id) == Kind::Call);
        let mut calls = around.filter(|call| self.module.receiver(*call).is_some());
        calls.find_map(|call| self.module.called(call).and_then(verb_of))
    }
}

/// Whether a file is started by hand or by a tool, rather than being a part of what runs: only tools reach it, or its
/// path says so, and neither a module from elsewhere asks for it, nor does a framework or the start of the program.
pub(super) fn by_hand(context: &Context<'_>, file: FileId) -> bool {
    let graph = &context.code.graph;
    if graph.is_tool(file) {
        return true;
    }
    let path = |file: FileId| context.tree.file(file).path.as_str();
    let runs = |file: &FileId| {
        !context.tree.file(*file).is_aside()
            && !is_script(path(*file))
            && !graph.is_tool(*file)
            && graph.live(*file) != Some(false)
    };
    let begins = |why: &str| why.ends_with("finds it by its place") || why.starts_with("the script `start");
    is_script(path(file)) && !graph.entry(file).is_some_and(begins) && !graph.importers(file).iter().any(runs)
}

/// Whether a file is started by hand, by its path.
fn is_script(path: &str) -> bool {
    let (dir, name) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = name.split('.').next().unwrap_or_default();
    let hand =
        ["seed", "dev", "seeder", "migrate", "gulpfile", "Gruntfile", "setup", "jest", "vitest", "webpack"];
    name.contains(".config.")
        || name.starts_with('.')
        || hand.contains(&stem)
        || ["seed-", "seed_", "migrate-", "test-", "test_", "create-admin", "createAdmin", "check-"]
            .iter()
            .any(|start| stem.starts_with(start))
        || dir.split('/').any(|part| SCRIPTS.contains(&part) || part.starts_with('.'))
}

/// Whether a file is a function that a platform starts for each request.
pub(super) fn is_platform(path: &str) -> bool {
    path.split('/').any(|part| matches!(part, "supabase" | "netlify" | "functions" | "workers"))
}

/// Whether a file of a web application is one of its server, by the folders that frameworks give to it.
fn on_server_by_name(path: &str) -> bool {
    let (dir, name) = path.rsplit_once('/').unwrap_or(("", path));
    let in_folder = dir.split('/').any(|part| matches!(part, "server" | "backend" | "controllers"))
        || dir.contains("pages/api");
    name.starts_with("route.") || name.starts_with("+server.") || name.contains(".server.") || in_folder
}

/// The verb of a router's method: `GET` for `get`.
pub(super) fn verb_of(name: &str) -> Option<&'static str> {
    Some(match name {
        "get" => "GET",
        "post" => "POST",
        "put" => "PUT",
        "patch" => "PATCH",
        "delete" | "del" => "DELETE",
        "all" | "use" => "ALL",
        _ => return None,
    })
}

fn is_request(name: &str) -> bool {
    matches!(name, "req" | "request" | "_req" | "_request")
}

fn is_answer(name: &str) -> bool {
    matches!(name, "res" | "response" | "reply" | "_res" | "rep" | "h")
}

fn is_error(name: &str) -> bool {
    matches!(name, "err" | "error" | "e" | "_err" | "ex" | "_error" | "exception")
}

/// A package as a message calls it: its name in the manifest, else its directory.
pub(super) fn package_name(context: &Context<'_>, dir: &str) -> String {
    let name = context.packages.get(dir, "npm").and_then(super::packages::Package::name);
    name.map_or_else(
        || if dir.is_empty() { "the repository".to_owned() } else { dir.to_owned() },
        str::to_owned,
    )
}
