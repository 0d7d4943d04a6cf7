//! npm, pnpm, yarn, bun and deno: which scripts of which packages they run, and how they install.

use super::model::{Found, What, join};
use super::resolve::{Key, Resolver, named, or_named, through};
use super::scripts::wildcard;
use crate::facts::Label;
use crate::parse::node::Node;
use crate::parse::shell::Options;
use crate::source::folder_of;

/// Where a manager is told to run.
enum Scope {
    /// In the package at or above the directory.
    Here,
    /// In every package.
    All,
    /// In those that a filter names.
    Named(Vec<String>),
}

/// A manager's command line without the options that say where.
struct Call<'w> {
    dir: String,
    scope: Scope,
    if_present: bool,
    words: Vec<&'w str>,
    /// Options that were left out of `words`.
    options: Vec<&'w str>,
}

impl Resolver<'_> {
    /// What a package manager leads to.
    pub(super) fn manager(&self, manager: &'static str, arguments: &[&str], dir: &str) -> Vec<Found> {
        let Some(call) = call(manager, arguments, dir) else { return Vec::new() };
        let Some((first, rest)) = call.words.split_first() else {
            return if manager == "yarn" { self.install(manager, &call, arguments) } else { Vec::new() };
        };
        match (manager, *first) {
            ("deno", "task") | (_, "run" | "run-script" | "rum") => {
                let Some(name) = rest.first() else { return Vec::new() };
                // yarn and bun run programs of dependencies in this way too.
                if matches!(manager, "yarn" | "bun") && !name.contains('$') && !self.has_script(&call, name) {
                    return self.program(&[rest, call.options.as_slice()].concat(), &call);
                }
                self.run(manager, name, &call)
            }
            // bun runs its own tests, unless a filter says in which packages to run the script of that name.
            ("deno", _) | ("bun", "test" | "build" | "audit" | "publish")
                if manager == "deno" || matches!(call.scope, Scope::Here) =>
            {
                self.known(&[&[manager], call.words.as_slice(), call.options.as_slice()].concat(), &call.dir)
                    .unwrap_or_default()
            }
            (_, "test" | "t" | "tst") | ("npm", "install-test" | "it" | "cit") => {
                self.run(manager, "test", &call)
            }
            (_, "start" | "stop" | "restart") => self.run(manager, first, &call),
            (_, "ci" | "clean-install" | "install" | "i" | "install-clean") => {
                self.install(manager, &call, arguments)
            }
            (_, "audit" | "publish") => {
                self.known(&[&[manager], arguments].concat(), &call.dir).unwrap_or_default()
            }
            ("npm", _) => Vec::new(),
            (_, "exec") if !rest.is_empty() => self.program(&[rest, call.options.as_slice()].concat(), &call),
            _ if BUILT_IN.contains(first) => Vec::new(),
            _ if self.has_script(&call, first) => self.run(manager, first, &call),
            // yarn, pnpm and bun run programs of dependencies by their name.
            _ => self.program(&[call.words.as_slice(), call.options.as_slice()].concat(), &call),
        }
    }

    /// Runs a program of a dependency where the call says: in the packages that a filter names.
    fn program(&self, words: &[&str], call: &Call<'_>) -> Vec<Found> {
        if matches!(call.scope, Scope::Here) {
            return self.command(words, &call.dir);
        }
        let mut directories = self.directories(call);
        let one = directories.len() == 1;
        if directories.is_empty() {
            directories.push(call.dir.clone());
        }
        let mut found: Vec<Found> = directories.iter().flat_map(|dir| self.command(words, dir)).collect();
        // Of several packages, those that do not have a file need not be meant; others are made on the way.
        found.retain(|found| one || !matches!(found.what, What::Reference { .. }));
        found
    }

    /// Runs a program that a manager was told to run, where the words before it say:
    /// `pnpm --filter web exec playwright test`.
    pub(super) fn executed(&self, before: &[&str], words: &[&str], dir: &str) -> Vec<Found> {
        let known =
            |word: &&str| ["npm", "npx", "pnpm", "yarn", "bun", "bunx"].into_iter().find(|name| name == word);
        let start = before.iter().rposition(|word| known(word).is_some());
        let placed = start.and_then(|start| {
            let options: Vec<&str> =
                before[start + 1..].iter().copied().filter(|word| *word != "--").collect();
            let manager = if before[start].starts_with("np") { "npm" } else { known(&before[start])? };
            call(manager, &options, dir)
        });
        placed.map_or_else(|| self.command(words, dir), |call| self.program(words, &call))
    }

    fn has_script(&self, call: &Call<'_>, name: &str) -> bool {
        self.directories(call)
            .iter()
            .any(|dir| self.scripts.at(dir).is_some_and(|manifest| manifest.script(name).is_some()))
    }

    fn directories(&self, call: &Call<'_>) -> Vec<String> {
        match &call.scope {
            Scope::Here => self.scripts.nearest(&call.dir).into_iter().collect(),
            Scope::All => self.scripts.dirs().map(str::to_owned).collect(),
            Scope::Named(filters) => {
                filters.iter().flat_map(|filter| self.scripts.named(filter, &call.dir)).collect()
            }
        }
    }

    /// Runs a script in the packages the call means.
    fn run(&self, manager: &str, name: &str, call: &Call<'_>) -> Vec<Found> {
        if name.contains("${") || name.contains("$(") {
            return vec![Found::new(
                What::Unknown { kind: "command", name: format!("{manager} run {name}") },
                &call.dir,
            )];
        }
        if manager == "deno" || self.scripts.nearest(&call.dir).is_none() {
            return self.deno_task(manager, name, call);
        }
        let directories = self.directories(call);
        let mut found: Vec<Found> =
            directories.iter().flat_map(|dir| self.package_script(manager, dir, name)).collect();
        let has = |dir: &String| {
            self.scripts.at(dir).is_some_and(|manifest| !matching(&manifest.names(), name).is_empty())
        };
        let known = directories.iter().any(has);
        let is_file = name.contains('/') || name.contains('.');
        let is_built_in = name == "start" || name == "install" || manager == "bun" && is_file;
        if !(call.if_present || is_built_in) {
            let place = match &call.scope {
                Scope::Here => directories.first().cloned().unwrap_or_default(),
                _ => call.dir.clone(),
            };
            // A filter may name packages that are made on the way.
            let exists = (known || matches!(call.scope, Scope::Here)).then_some(known);
            let what = What::Reference {
                kind: "script",
                name: name.to_owned(),
                place,
                user: manager.to_owned(),
                exists,
            };
            found.push(Found::new(what, &call.dir));
        }
        found
    }

    /// A script of the package in `dir`, with those before and after it; all that fit where the name has a `*`.
    pub(super) fn package_script(&self, manager: &str, dir: &str, name: &str) -> Vec<Found> {
        let Some(manifest) = self.scripts.at(dir) else { return Vec::new() };
        let mut all = Vec::new();
        for name in matching(&manifest.names(), name) {
            let Some(script) = manifest.script(name) else { continue };
            let key = Key::Script { dir: dir.to_owned(), name: name.to_owned() };
            let found = self.once(key, || {
                let around = [format!("pre{name}"), name.to_owned(), format!("post{name}")];
                let mut found = Vec::new();
                let mut idle = true;
                for node in around.iter().filter_map(|name| manifest.script(name)) {
                    let lines = self.script(node.text().unwrap_or_default(), PLAIN, dir, &[]);
                    idle &= lines.iter().all(|line| line.idle);
                    found.extend(lines.into_iter().flat_map(|line| line.found));
                }
                found.extend(self.wireit(dir, name));
                or_named(found, name, dir, idle)
            });
            let note = format!("the script `{name}`");
            all.extend(through(
                &found,
                &format!("{manager} run {name}"),
                &Label { place: manifest.place(script), note },
            ));
        }
        all
    }

    fn wireit(&self, dir: &str, name: &str) -> Vec<Found> {
        let Some(manifest) = self.scripts.at(dir) else { return Vec::new() };
        if manifest.script(name).and_then(Node::text) != Some("wireit") {
            return Vec::new();
        }
        let Some(task) = manifest.node.at(&["wireit", name]) else { return Vec::new() };
        let command = task.get("command").and_then(Node::text).unwrap_or_default();
        let lines = self.script(command, PLAIN, dir, &[]);
        let mut found: Vec<Found> = lines.into_iter().flat_map(|line| line.found).collect();
        for dependency in task.get("dependencies").map(Node::items).unwrap_or_default() {
            let script = dependency
                .scalar()
                .or_else(|| dependency.get("script").and_then(Node::scalar))
                .unwrap_or_default();
            let (below, script) =
                script.rsplit_once(':').filter(|(below, _)| below.contains('/')).unwrap_or(("", &script));
            if let Some(dir) = join(dir, below) {
                found.extend(self.package_script("wireit", &dir, script));
            }
        }
        found
    }

    fn deno_task(&self, manager: &str, name: &str, call: &Call<'_>) -> Vec<Found> {
        let dir = call.dir.as_str();
        for config in ["deno.json", "deno.jsonc"] {
            let path = join(dir, config).unwrap_or_default();
            let Some(file) = self.context.tree.by_path(&path) else { continue };
            let Some(task) = self.context.documents.node(file).and_then(|node| node.at(&["tasks", name]))
            else {
                continue;
            };
            let command =
                task.text().or_else(|| task.get("command").and_then(Node::text)).unwrap_or_default();
            let key = Key::Target { file: file.0, name: name.to_owned() };
            let found = self.once(key, || {
                let lines = self.script(command, PLAIN, dir, &[]);
                let idle = lines.iter().all(|line| line.idle);
                or_named(lines.into_iter().flat_map(|line| line.found).collect(), name, dir, idle)
            });
            let place = crate::source::Place { file, span: task.span };
            return through(
                &found,
                &format!("deno task {name}"),
                &Label { place, note: format!("the task `{name}`") },
            );
        }
        let tool = format!("{manager} run {name}");
        if call.if_present { Vec::new() } else { named(Some(name), &tool, dir) }
    }

    /// `npm-run-all a b:*`, `concurrently "npm:a" "cmd"`.
    pub(super) fn several(&self, base: &str, arguments: &[&str], dir: &str) -> Vec<Found> {
        let home = self.scripts.nearest(dir).unwrap_or_default();
        let mut found = Vec::new();
        for argument in arguments.iter().filter(|argument| !argument.starts_with('-')) {
            let named = argument
                .strip_prefix("npm:")
                .or_else(|| argument.strip_prefix("pnpm:"))
                .or_else(|| argument.strip_prefix("yarn:"));
            let script = named.or((base != "concurrently" && base != "conc").then_some(*argument));
            match script {
                Some(name) => {
                    let name = name.split_whitespace().next().unwrap_or_default();
                    found.extend(self.package_script("npm", &home, name));
                }
                None => found
                    .extend(self.script(argument, PLAIN, dir, &[]).into_iter().flat_map(|line| line.found)),
            }
        }
        found
    }

    /// `start-server-and-test start http://… test`: the last word is a script or a command.
    pub(super) fn last_command(&self, arguments: &[&str], dir: &str) -> Vec<Found> {
        let Some(last) = arguments.last() else { return Vec::new() };
        let home = self.scripts.nearest(dir).unwrap_or_default();
        let found = self.package_script("npm", &home, last);
        if !found.is_empty() {
            return found;
        }
        self.script(last, PLAIN, dir, &[]).into_iter().flat_map(|line| line.found).collect()
    }

    fn install(&self, manager: &'static str, call: &Call<'_>, arguments: &[&str]) -> Vec<Found> {
        let command = format!("{manager} {}", arguments.join(" "));
        let is_ci = call.words.first().is_some_and(|word| word.contains('c'));
        let packages =
            call.words.len() > 1 || call.options.iter().any(|option| matches!(*option, "-g" | "--global"));
        if packages {
            return Vec::new();
        }
        let has = |option: &str| {
            call.options.iter().any(|given| *given == option || given.strip_prefix(option) == Some("=true"))
        };
        let lock = |names: &[&str]| self.lockfile(&call.dir, names);
        let (lockfile, frozen, better) = match manager {
            "npm" => (lock(&["package-lock.json", "npm-shrinkwrap.json"]), is_ci, "npm ci"),
            "pnpm" => (
                lock(&["pnpm-lock.yaml"]),
                !has("--no-frozen-lockfile") && !has("--lockfile-only"),
                "pnpm install --frozen-lockfile",
            ),
            "bun" => (
                lock(&["bun.lock", "bun.lockb"]),
                is_ci || has("--frozen-lockfile"),
                "bun install --frozen-lockfile",
            ),
            "yarn" => {
                let lockfile = lock(&["yarn.lock"]);
                let classic = lockfile.as_deref().is_some_and(|path| self.is_classic(path));
                let frozen = if classic {
                    has("--frozen-lockfile") || has("--immutable")
                } else {
                    !has("--no-immutable")
                };
                (
                    lockfile,
                    frozen,
                    if classic { "yarn install --frozen-lockfile" } else { "yarn install --immutable" },
                )
            }
            _ => return Vec::new(),
        };
        let frozen = lockfile.map(|_| frozen);
        vec![Found::new(
            What::Install { manager, command: command.trim().to_owned(), frozen, better },
            &call.dir,
        )]
    }

    /// The lockfile at or above a directory; none where the directory is made on the way, as by a checkout of another
    /// repository.
    pub(super) fn lockfile(&self, dir: &str, names: &[&str]) -> Option<String> {
        if !self.context.tree.has_dir(dir) {
            return None;
        }
        let mut dir = dir;
        loop {
            let found = names
                .iter()
                .filter_map(|name| join(dir, name))
                .find(|path| self.context.tree.by_path(path).is_some());
            if found.is_some() || dir.is_empty() {
                return found;
            }
            dir = folder_of(dir);
        }
    }

    fn is_classic(&self, lockfile: &str) -> bool {
        let text = self.context.tree.by_path(lockfile).map(|file| self.context.tree.text(file));
        text.is_some_and(|text| text.lines().take(5).any(|line| line.contains("yarn lockfile v1")))
    }
}

/// How package scripts are started.
const PLAIN: Options =
    Options { dialect: crate::parse::shell::Dialect::Posix, errexit: false, pipefail: false, braces: false };

/// Words that yarn, pnpm and bun do not look up among the scripts.
const BUILT_IN: &[&str] = &[
    "add",
    "remove",
    "rm",
    "upgrade",
    "update",
    "up",
    "link",
    "unlink",
    "config",
    "cache",
    "init",
    "create",
    "dlx",
    "exec",
    "why",
    "list",
    "ls",
    "outdated",
    "pack",
    "version",
    "set",
    "plugin",
    "dedupe",
    "info",
    "login",
    "logout",
    "store",
    "fetch",
    "import",
    "rebuild",
    "prune",
    "patch",
    "env",
    "setup",
    "node",
    "bin",
    "root",
    "self-update",
    "global",
    "pm",
    "x",
    "deploy",
    "approve-builds",
    "npm",
    "constraints",
];

/// The scripts a name means: itself, or all that fit a pattern.
fn matching<'n>(names: &[&'n str], name: &str) -> Vec<&'n str> {
    let pattern = name
        .strip_prefix('/')
        .and_then(|name| name.strip_suffix('/'))
        .map(|regex| format!("{}*", regex.trim_matches(['^', '$', '.', '*'])));
    let pattern = pattern.unwrap_or_else(|| name.replace("**", "*"));
    names.iter().copied().filter(|known| wildcard(&pattern, known)).collect()
}

/// Takes the options that say where off a command line. None where it leads out of the repository.
fn call<'w>(manager: &str, arguments: &[&'w str], dir: &str) -> Option<Call<'w>> {
    let mut call = Call {
        dir: dir.to_owned(),
        scope: Scope::Here,
        if_present: false,
        words: Vec::new(),
        options: Vec::new(),
    };
    let mut filters: Vec<String> = Vec::new();
    let mut rest = arguments.iter().copied();
    while let Some(word) = rest.next() {
        let (option, value) =
            word.split_once('=').map_or((word, None), |(option, value)| (option, Some(value)));
        match option {
            "--" => break,
            "--prefix" | "-C" | "--dir" | "--cwd" => call.dir = join(dir, value.or_else(|| rest.next())?)?,
            "--workspace" | "-w" if manager == "npm" => {
                filters.extend(value.or_else(|| rest.next()).map(str::to_owned));
            }
            "--filter" | "-F" | "--filter-prod" => {
                filters.extend(value.or_else(|| rest.next()).map(str::to_owned));
            }
            "--workspaces" | "-ws" | "-r" | "--recursive" if value != Some("false") => {
                call.scope = Scope::All;
            }
            "--workspace-root" | "-w" => call.dir = String::new(),
            "--if-present" => call.if_present = true,
            "-s" | "--silent" | "--parallel" | "--stream" | "--aggregate-output" | "--no-bail" => {}
            _ if word.starts_with('-') => call.options.push(word),
            _ => call.words.push(word),
        }
    }
    if manager == "yarn" {
        yarn_workspaces(&mut call, &mut filters);
    }
    if manager == "pnpm" && matches!(call.words.first(), Some(&("recursive" | "multi" | "m"))) {
        call.words.remove(0);
        call.scope = Scope::All;
    }
    if !filters.is_empty() {
        call.scope = Scope::Named(filters);
    }
    Some(call)
}

/// `yarn workspace NAME …`, `yarn workspaces run …`, `yarn workspaces foreach run …`.
fn yarn_workspaces(call: &mut Call<'_>, filters: &mut Vec<String>) {
    match call.words.first() {
        Some(&"workspace") if call.words.len() > 2 => {
            filters.push(call.words[1].to_owned());
            call.words.drain(..2);
        }
        Some(&"workspaces") if call.words.len() > 1 => {
            call.scope = Scope::All;
            call.words.remove(0);
            if call.words[0] == "foreach" {
                call.words.remove(0);
            }
        }
        _ => {}
    }
}
