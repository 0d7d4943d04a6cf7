//! Where the code of a module runs: in a server, a script, a browser.

use std::sync::OnceLock;

use super::code::{Code, Target};
use super::packages::{Packages, Role};
use crate::parse::javascript::{ImportId, Kind, Module, NodeId, Operator};
use crate::source::{FileId, Tree};

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
    "extra",
    "contrib",
    "push-examples",
];

/// Words with which names of scripts begin that do one thing once.
#[rustfmt::skip]
const DEEDS: &[&str] = &[
    "add", "analyze", "check", "clean", "cleanup", "clear", "create", "debug", "delete", "diagnose", "export", "fix",
    "generate", "import", "inspect", "list", "make", "populate", "reset", "restore", "run", "set", "simulate", "sync",
    "test", "update", "upload", "validate", "verify",
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

/// Parts of names of packages by which servers drive or imitate browsers.
const DRIVES_BROWSERS: &[&str] =
    &["puppeteer", "playwright", "jsdom", "happy-dom", "selenium", "webdriver", "linkedom"];

/// What was asked of files: a dozen extractors do.
#[derive(Debug, Default)]
pub(super) struct Sides {
    sides: Box<[OnceLock<Side>]>,
    by_hand: Box<[OnceLock<bool>]>,
}

impl Sides {
    /// Nothing is known yet of that many files.
    pub(super) fn new(files: usize) -> Self {
        fn unknown<T>(files: usize) -> Box<[OnceLock<T>]> {
            std::iter::repeat_with(OnceLock::new).take(files).collect()
        }
        Self { sides: unknown(files), by_hand: unknown(files) }
    }

    /// The side of a file, looked for once.
    pub(super) fn of(&self, file: FileId, find: impl FnOnce() -> Side) -> Side {
        once(&self.sides, file, find)
    }

    /// Whether a file is started by hand, looked for once.
    pub(super) fn by_hand(&self, file: FileId, find: impl FnOnce() -> bool) -> bool {
        once(&self.by_hand, file, find)
    }
}

fn once<T: Copy>(known: &[OnceLock<T>], file: FileId, find: impl FnOnce() -> T) -> T {
    match known.get(file.0 as usize) {
        Some(known) => *known.get_or_init(find),
        None => find(),
    }
}

/// Where a module runs, by its path, what reaches it, what it asks for, and the role of its package.
pub(super) fn side(tree: &Tree, packages: &Packages, code: &Code<'_>, file: FileId, module: &Module) -> Side {
    let path = tree.file(file).path.as_str();
    let about = About { tree, code, file, module };
    let graph = &code.graph;
    if by_hand(tree, code, file) || path.split('/').any(|part| OUTPUT.contains(&part)) {
        return Side::Script;
    }
    if about.is_alone() {
        return Side::Script;
    }
    let client = graph.client(file);
    if client == Some(true)
        || module.has_directive("use client")
        || about.is_markup()
        || about.is_of_browsers()
    {
        return Side::Elsewhere;
    }
    if is_platform(path) {
        return Side::Elsewhere; // the platform ends and restarts what runs there
    }
    let Some(package) = packages.owner(path, "npm") else { return Side::Elsewhere };
    let installs = package.parts.iter().any(|(_, part)| part.binaries);
    match package.role {
        Role::Cli | Role::App | Role::Docs | Role::Example | Role::Infra => Side::Elsewhere,
        // A service that is deployed serves, also where it can be installed as a program.
        Role::Library | Role::Worker if installs => Side::Elsewhere,
        _ if client == Some(false) => Side::Server,
        Role::Service | Role::Worker if !CLIENT.iter().any(|name| package.dependency(name).is_some()) => {
            Side::Server
        }
        Role::Service | Role::Worker | Role::Web if on_server_by_name(path) => Side::Server,
        _ => Side::Elsewhere,
    }
}

struct About<'c> {
    tree: &'c Tree,
    code: &'c Code<'c>,
    file: FileId,
    module: &'c Module,
}

impl About<'_> {
    /// Whether no program is known to reach the module and no other module asks for it: people start it by hand. What
    /// listens for requests is a server whoever starts it.
    fn is_alone(&self) -> bool {
        let graph = &self.code.graph;
        let reached = graph.live(self.file) == Some(true) || graph.entry(self.file).is_some();
        !reached
            && (graph.live(self.file) == Some(false) || graph.importers(self.file).is_empty())
            && self.module.calls_named(|name| matches!(name, "listen" | "serve")).is_empty()
    }

    /// Whether it draws a page, or asks for what only pages ask for.
    fn is_markup(&self) -> bool {
        let extension = self.tree.file(self.file).extension();
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

    /// Whether it names what only browsers have, and nothing that only servers have: a script for visitors that lies in
    /// the package of a server.
    fn is_of_browsers(&self) -> bool {
        let Self { code, file, module, .. } = self;
        let named = |names: &[&str]| names.iter().any(|name| module.may_say(name));
        if !named(&["window", "document", "self", "navigator"]) || named(&["process", "Buffer", "__dirname"])
        {
            return false;
        }
        let asks_for_servers = (0..module.imports.len()).any(|index| {
            let import = u32::try_from(index).map(ImportId);
            import.is_ok_and(|import| match code.graph.target(*file, import) {
                Target::Runtime(_) => true,
                Target::Package(name, _) => DRIVES_BROWSERS.iter().any(|known| name.contains(known)),
                _ => false,
            })
        });
        !asks_for_servers && module.all().any(|node| self.is_of_page(node))
    }

    /// `window.location`, `document.title`, `self.addEventListener`, `navigator.sendBeacon`, where nothing asks before
    /// whether there is such a thing and no browser is driven by it.
    fn is_of_page(&self, node: NodeId) -> bool {
        let module = self.module;
        let Kind::Member(member) = module.kind(node) else { return false };
        let Some(Kind::Name(word, None)) = module.child(node, 0).map(|object| module.kind(object)) else {
            return false;
        };
        let of_browsers = match module.word(word) {
            "window" | "document" => true,
            "self" => {
                matches!(module.word(member), "addEventListener" | "skipWaiting" | "clients" | "registration")
            }
            "navigator" => module.word(member) == "sendBeacon",
            _ => false,
        };
        let asked = || {
            let name = module.word(word);
            module.all().any(|other| {
                module.kind(other) == Kind::Unary(Operator::TypeOf)
                    && module.child(other, 0).and_then(|named| module.last_name(named)) == Some(name)
            })
        };
        let driven = || {
            module.ancestors(node).any(|outer| {
                matches!(
                    module.called(outer),
                    Some(
                        "evaluate"
                            | "$eval"
                            | "$$eval"
                            | "waitForFunction"
                            | "evaluateHandle"
                            | "addInitScript"
                    )
                )
            })
        };
        of_browsers && !asked() && !driven()
    }
}

/// Whether a file is started by hand or by a tool, rather than being a part of what runs: only tools reach it, or its
/// path says so, and neither a module from elsewhere asks for it, nor does a framework or the start of the program.
pub(super) fn by_hand(tree: &Tree, code: &Code<'_>, file: FileId) -> bool {
    let graph = &code.graph;
    if graph.is_tool(file) || is_deed(tree, code, file) {
        return true;
    }
    let path = |file: FileId| tree.file(file).path.as_str();
    let runs = |file: &FileId| {
        !tree.file(*file).is_aside()
            && !is_script(path(*file))
            && !graph.is_tool(*file)
            && graph.live(*file) != Some(false)
    };
    let begins = |why: &str| why.ends_with("finds it by its place") || why.starts_with("the script `start");
    is_script(path(file)) && !graph.entry(file).is_some_and(begins) && !graph.importers(file).iter().any(runs)
}

/// Whether a file lies beside a manifest, is named for one deed, and nothing asks for it or starts it.
fn is_deed(tree: &Tree, code: &Code<'_>, file: FileId) -> bool {
    let graph = &code.graph;
    let source = tree.file(file);
    let stem = source.name().split('.').next().unwrap_or_default();
    let named = stem.split(['-', '_']).next().is_some_and(|verb| verb != stem && DEEDS.contains(&verb));
    named
        && graph.entry(file).is_none()
        && graph.importers(file).is_empty()
        && graph.live(file) != Some(true)
        && tree.by_path(&super::packages::join(source.dir(), "package.json")).is_some()
}

/// Whether a file is started by hand, by its path.
fn is_script(path: &str) -> bool {
    let (dir, name) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = name.split('.').next().unwrap_or_default();
    let hand = [
        "seed",
        "dev",
        "seeder",
        "migrate",
        "gulpfile",
        "Gruntfile",
        "setup",
        "jest",
        "vitest",
        "webpack",
        "plopfile",
    ];
    name.contains(".config.")
        || name.starts_with('.')
        || hand.contains(&stem)
        || ["seed-", "seed_", "migrate-", "test-", "test_", "create-admin", "createAdmin", "check-"]
            .iter()
            .any(|start| stem.starts_with(start))
        || dir.split('/').any(|part| SCRIPTS.contains(&part) || part.starts_with('.'))
        || dir.contains("turbo/generators") && ["/", dir, "/"].concat().contains("/turbo/generators/")
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
