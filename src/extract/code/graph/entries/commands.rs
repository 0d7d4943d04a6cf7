//! What commands run: scripts of packages, images, pipelines, process files.

use super::{Purpose, Reader, Side, is_module};
use crate::extract::packages::{Package, join, resolve};
use crate::parse::node::{Node, Value};
use crate::source::{FileId, FileKind, SourceFile};

use super::super::patterns;

/// Programs that run the file they are given.
#[rustfmt::skip]
const RUNNERS: &[&str] = &[
    "node", "nodejs", "tsx", "ts-node", "ts-node-dev", "tsnd", "ts-node-esm", "nodemon", "bun", "deno",
    "babel-node", "swc-node", "jiti", "esno", "vite-node", "node-dev", "electron", "pm2", "pm2-runtime",
    "forever", "zx", "tsimp", "supervisor", "c8", "nyc", "electronmon", "tsc-watch", "bunx", "esr",
    "sucrase-node", "dotenvx",
];

/// Programs that make one file of those they are given and all that they import.
#[rustfmt::skip]
const BUNDLERS: &[&str] = &[
    "esbuild", "tsup", "tsdown", "ncc", "rollup", "webpack", "parcel", "bun", "microbundle", "bunchee",
    "unbuild", "pkgroll", "rspack", "vite", "swc",
];

/// Programs that read files and run none of them.
#[rustfmt::skip]
const CHECKERS: &[&str] = &[
    "eslint", "prettier", "biome", "oxlint", "stylelint", "tslint", "standard", "xo", "rm", "rimraf", "cp",
    "mv", "cat", "touch", "sed", "madge", "git", "echo", "wc", "test",
];

/// The endings of files with code.
const ENDINGS: &[&str] = &[".js", ".ts", ".mjs", ".cjs", ".mts", ".cts", ".tsx", ".jsx"];

/// Programs that run tests.
#[rustfmt::skip]
const TESTERS: &[&str] = &[
    "jest", "vitest", "mocha", "ava", "tap", "playwright", "cypress", "jasmine", "karma", "uvu", "k6",
    "artillery",
];

/// Keys of data files under which commands stand.
#[rustfmt::skip]
const KEYS: &[&str] = &[
    "command", "args", "run", "script", "scripts", "before_script", "after_script", "entrypoint",
    "startCommand", "buildCommand", "start_command", "build_command", "preDeployCommand", "cmd", "cmds",
    "commands", "start", "release", "install", "build", "web", "worker", "processes", "tasks", "services",
    "exec", "runs", "postCreateCommand", "app", "NODE_OPTIONS",
];

/// Programs with the files they begin from unless they are told others, and the side on which these run.
#[rustfmt::skip]
const CONVENTIONS: &[(&[&str], &[&str], Option<Side>)] = &[
    (&["react-scripts", "craco", "react-app-rewired"], &["src/index", "src/setupProxy", "src/service-worker", "src/setupTests", "src/serviceWorker"], Some(Side::Client)),
    (&["vue-cli-service", "rsbuild", "farm"], &["src/main", "src/index"], Some(Side::Client)),
    (&["expo", "react-native"], &["index", "App", "src/App", "index.android", "index.ios"], Some(Side::Client)),
    (&["nest"], &["src/main", "src/repl"], Some(Side::Server)),
    (&["electron-vite", "electron-forge"], &["src/main/index", "src/preload/index", "src/main", "src/preload", "src/index"], Some(Side::Client)),
    (&["webpack", "rspack", "microbundle", "tsdx", "bunchee", "tsdown", "tsup", "unbuild", "rollup", "pkgroll", "ncc"], &["src/index", "src/main"], None),
    (&["deno"], &["main", "mod"], Some(Side::Server)),
];

/// Programs that find the files of a package by rules of their own.
const FINDERS: &[&str] = &[
    "gulp",
    "grunt",
    "moleculer-runner",
    "strapi",
    "medusa",
    "sails",
    "umi",
    "max",
    "ember",
    "quasar",
    "hexo",
];

/// Files of commands by name.
#[rustfmt::skip]
const PROCESS_FILES: &[&str] = &[
    "Procfile", "Procfile.dev", "captain-definition", ".replit", "Jenkinsfile", "Tiltfile",
];

/// A text of commands, and where it stands.
pub(super) struct Text<'t> {
    pub(super) commands: &'t str,
    /// Folders the commands may run in, the most likely first.
    pub(super) dirs: Vec<String>,
    pub(super) reason: String,
    pub(super) side: Side,
    /// It runs where nobody says in which package: any may be meant.
    pub(super) anywhere: bool,
}

impl Reader<'_> {
    /// Looks through the scripts of all packages.
    pub(super) fn scripts(&mut self) {
        for package in self.scripted() {
            for (file, script) in package.scripts() {
                let side = Side::of(package.role);
                let of = if self.tree.file(file).name() == "package.json" { "script" } else { "task" };
                let text = Text {
                    commands: &script.command,
                    dirs: vec![package.dir.clone()],
                    reason: format!("the {of} `{}`", script.name),
                    side,
                    anywhere: false,
                };
                self.run(&text);
                self.conventions(package, &script.command, &text.reason);
            }
        }
    }

    /// Looks through all other commands of the repository.
    pub(super) fn commands(&mut self) {
        self.each_file(Self::file);
    }

    /// The commands of a file that holds some.
    fn file(&mut self, file: FileId, source: &SourceFile) {
        let tree = self.tree;
        let text = tree.text(file);
        match source.kind {
            FileKind::Dockerfile => {
                let mut commands = String::new();
                let mut workdirs = Vec::new();
                dockerfile(text, &mut commands, &mut workdirs);
                let mut dirs = around(source.dir());
                dirs.extend(workdirs.iter().flat_map(|dir| self.tails(dir)));
                let reason = format!("the command of `{}`", source.path);
                self.run(&Text { commands: &commands, dirs, reason, side: Side::Server, anywhere: true });
            }
            FileKind::Yaml | FileKind::Toml | FileKind::Json if !source.test => self.data(file, source),
            FileKind::Shell | FileKind::Makefile | FileKind::Justfile => self.plain(source, text),
            _ if PROCESS_FILES.contains(&source.name()) => self.plain(source, text),
            _ if source.name() == "run" && text.starts_with("#!") => self.plain(source, text),
            _ if source.name().ends_with(".service") && text.contains("ExecStart=") => {
                self.plain(source, &text.replace("ExecStart=", "").replace("WorkingDirectory=", "cd "));
            }
            FileKind::Markdown => self.documented(source, text),
            _ if is_module(source.kind) && !source.test => self.runnable(file, text),
            _ => {}
        }
    }

    fn plain(&mut self, source: &SourceFile, text: &str) {
        let dirs = around(source.dir());
        self.run(&Text {
            commands: text,
            dirs,
            reason: format!("run by `{}`", source.path),
            side: Side::Server,
            anywhere: true,
        });
    }

    /// Commands in a data file: pipelines, compose, platforms, orchestration.
    fn data(&mut self, file: FileId, source: &SourceFile) {
        if source.name() == "package.json" || source.name().starts_with("tsconfig") {
            return;
        }
        let mut found = Vec::new();
        match self.documents.get(file) {
            Some(crate::parse::Document::Yaml(nodes)) => {
                for node in nodes {
                    under_keys(node, &mut found);
                }
            }
            _ => {
                if let Some(node) = self.documents.node(file) {
                    under_keys(node, &mut found);
                }
            }
        }
        if found.is_empty() {
            return;
        }
        let text = found.join("\n");
        if !RUNNERS.iter().any(|runner| text.contains(runner))
            && !text.contains(".js")
            && !text.contains(".ts")
        {
            return;
        }
        let dirs = around(source.dir());
        let reason = format!("run by `{}`", source.path);
        self.run(&Text { commands: &text, dirs, reason, side: Side::Server, anywhere: true });
    }

    /// A file whose first line names an interpreter is a program.
    fn runnable(&mut self, file: FileId, text: &str) {
        if text.starts_with("#!") && !text.starts_with("#![") {
            self.add(file, Purpose::Program, Side::Server, || "its first line names what runs it".to_owned());
        }
    }

    /// A document that tells people to run a file.
    fn documented(&mut self, source: &SourceFile, text: &str) {
        let dirs = around(source.dir());
        for line in text.lines().filter(|line| names_code(line)) {
            let words = words(line);
            let runs = words.iter().position(|word| RUNNERS.contains(word));
            for word in runs.map_or(&[][..], |at| &words[at + 1..]) {
                if has_ending(word)
                    && let Some(file) = dirs.iter().find_map(|dir| self.at(dir, word))
                {
                    self.entries.perhaps.insert(file);
                }
            }
        }
    }

    /// The ends of a path that are folders here: `/app/apps/api` may be `apps/api`.
    fn tails(&self, path: &str) -> Vec<String> {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let tails = (0..parts.len()).map(|from| parts[from..].join("/"));
        tails.filter(|tail| self.tree.has_dir(tail)).collect()
    }

    /// Notes what the commands of a text run.
    pub(super) fn run(&mut self, text: &Text<'_>) {
        let mut below: Vec<String> = Vec::new();
        for command in text.commands.split(['\n', ';', '&', '|']) {
            let words = words(command);
            if let Some(at) = words
                .iter()
                .position(|word| matches!(*word, "cd" | "--prefix" | "--cwd" | "-C" | "pushd" | "--dir"))
            {
                below.extend(words.get(at + 1).map(|dir| (*dir).to_owned()));
            }
            let known = |list: &[&str]| words.iter().any(|word| list.contains(&program(word)));
            if words.is_empty() || words.first().is_some_and(|first| CHECKERS.contains(&program(first))) {
                continue;
            }
            let mut dirs: Vec<String> = Vec::new();
            dirs.extend(
                below.iter().rev().flat_map(|below| text.dirs.iter().filter_map(|dir| resolve(dir, below))),
            );
            dirs.extend(below.iter().flat_map(|below| self.tails(below)));
            dirs.extend(text.dirs.iter().cloned());
            let side = if known(RUNNERS) && !known(&["electron"]) { Side::Server } else { text.side };
            let purpose = if known(TESTERS) { Purpose::Tool } else { Purpose::Program };
            // What compiles each file by itself begins in none of them.
            let compiles = known(&["swc"]) || known(&["esbuild"]) && !words.contains(&"--bundle");
            let mut runs = false;
            for word in &words {
                let options = word.starts_with('-');
                let word = word.rsplit('=').next().unwrap_or(word);
                let found = if has_ending(word) || runs && !options && is_path(word) {
                    self.meant(&dirs, word, text.anywhere, known(BUNDLERS) && !compiles)
                } else {
                    Vec::new()
                };
                for file in found {
                    self.add(file, purpose, side, || text.reason.clone());
                }
                runs |= RUNNERS.contains(&program(word));
            }
        }
    }

    /// The files that a word of a command means.
    fn meant(&self, dirs: &[String], word: &str, anywhere: bool, globs: bool) -> Vec<FileId> {
        if word.contains(['*', '{', '$', '%']) {
            if !globs || word.contains(['$', '%']) {
                return Vec::new();
            }
            let dir = dirs.first().map_or("", String::as_str);
            return patterns::matching(self.tree, self.resolver, dir, word);
        }
        if let Some(file) = dirs.iter().find_map(|dir| self.at(dir, word)) {
            return vec![file];
        }
        // In an image: `/app/dist/main.js`.
        if word.starts_with('/') {
            let ends = word.match_indices('/').skip(1).map(|(at, _)| &word[at + 1..]);
            let found = ends.into_iter().find_map(|end| dirs.iter().find_map(|dir| self.at(dir, end)));
            if let Some(file) = found {
                return vec![file];
            }
        }
        let rest = word.trim_start_matches("./");
        if !anywhere || !rest.contains('/') {
            return Vec::new();
        }
        self.scripted().filter_map(|package| self.at(&package.dir, rest)).collect()
    }

    /// The module that a path in a folder means: also a folder, a package, and what is compiled to the path.
    fn at(&self, dir: &str, word: &str) -> Option<FileId> {
        let path = resolve(dir, word)?;
        let owner = self.resolver.owner(dir);
        let outputs = owner.map(|owner| self.resolver.outputs(owner)).unwrap_or_default();
        let file = self.resolver.files.module(&path).filter(|file| is_module(self.tree.file(*file).kind));
        file.or_else(|| self.resolver.package_in(&path).and_then(|package| self.resolver.given(package, "")))
            .or_else(|| self.resolver.files.source_of(dir, &path, &outputs))
            .or_else(|| self.resolver.files.source_of(&owner?.dir, &path, &outputs))
            .or_else(|| {
                self.resolver
                    .files
                    .source_of(dir, &join(&path, "index"), &outputs)
                    .filter(|_| !word.contains('.'))
            })
            .filter(|file| is_module(self.tree.file(*file).kind))
    }

    /// What programs run without being told.
    fn conventions(&mut self, package: &Package, command: &str, reason: &str) {
        let words = words(command);
        for (programs, paths, side) in CONVENTIONS {
            if !words.iter().any(|word| programs.contains(&program(word))) {
                continue;
            }
            // What a bundler makes of the index is for whom the package is.
            let side = side.unwrap_or_else(|| Side::of(package.role));
            for path in *paths {
                if let Some(file) = self.resolver.files.file(&join(&package.dir, path)) {
                    self.add(file, Purpose::Program, side, || reason.to_owned());
                }
            }
        }
        if words.first().is_some_and(|first| FINDERS.contains(&program(first))) {
            self.entries.open.insert(package.dir.clone());
        }
    }
}

/// The folder of a file and those above it.
fn around(dir: &str) -> Vec<String> {
    crate::extract::packages::above(dir).map(str::to_owned).collect()
}

/// Every text under a key of commands, at any depth; the items of a list are words of one command or lines.
fn under_keys(node: &Node, found: &mut Vec<String>) {
    match &node.value {
        Value::List(items) => items.iter().for_each(|item| under_keys(item, found)),
        Value::Map(entries) => {
            for entry in entries {
                let is_command = KEYS.contains(&entry.key.as_str());
                let texts = if is_command { entry.value.scalars() } else { Vec::new() };
                if !texts.is_empty() {
                    let exec = texts.iter().all(|text| !text.contains(' '));
                    found.push(texts.join(if exec { " " } else { "\n" }));
                }
                under_keys(&entry.value, found);
            }
        }
        _ => {}
    }
}

/// The commands that an image runs when it is built or started, and the folders they run in.
fn dockerfile(text: &str, commands: &mut String, workdirs: &mut Vec<String>) {
    let mut command = false;
    let mut continued = false;
    for line in text.lines() {
        let plain = line.trim();
        if !continued {
            let (instruction, rest) = plain.split_once(char::is_whitespace).unwrap_or((plain, ""));
            let instruction = instruction.to_ascii_uppercase();
            command = matches!(instruction.as_str(), "CMD" | "ENTRYPOINT" | "RUN" | "HEALTHCHECK" | "ENV");
            if instruction == "WORKDIR" {
                workdirs.push(rest.trim_matches(['"', ' ']).to_owned());
            }
        }
        continued = plain.ends_with('\\') || continued && plain.starts_with('#');
        if command {
            commands.push_str(&plain.trim_end_matches('\\').replace(['[', ']', ','], " "));
            commands.push(if continued { ' ' } else { '\n' });
        }
    }
}

/// The words of a command, quotes and brackets taken off: what is quoted is mostly a command itself.
fn words(command: &str) -> Vec<&str> {
    let separators = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '(' | ')' | '\\' | ',');
    command.split(separators).filter(|word| !word.is_empty()).collect()
}

/// The file name of a program, without a version.
fn program(word: &str) -> &str {
    let name = word.rsplit('/').next().unwrap_or(word);
    name.split_once('@').map_or(name, |(name, _)| if name.is_empty() { word } else { name })
}

/// Whether an ending of files with code stands in a line: all begin with a dot, which most lines have none of.
fn names_code(line: &str) -> bool {
    let ends = |at: usize| ENDINGS.iter().any(|ending| line.as_bytes()[at..].starts_with(ending.as_bytes()));
    memchr::memchr_iter(b'.', line.as_bytes()).any(ends)
}

/// Whether a word ends like a file with code.
fn has_ending(word: &str) -> bool {
    ENDINGS.iter().any(|ending| word.ends_with(ending))
}

/// Whether a word behind a runner may be the path of what it runs.
fn is_path(word: &str) -> bool {
    word == "."
        || word.contains('/')
        || word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}
