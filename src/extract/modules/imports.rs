//! What modules ask packages for, whether that is declared and installed, and what is declared for nobody.

use std::collections::{HashMap, HashSet};

use rayon::prelude::*;
use regex::Regex;

use super::owner;
use crate::extract::Context;
use crate::extract::code::Target;
use crate::extract::packages::{Package, Role, above, capabilities, join};
use crate::facts::{DependencyUse, Entry, Import as Fact};
use crate::parse::javascript::{ImportId, Kind, Module, NodeId};
use crate::parse::manifest::{Declared, Group, Origin};
use crate::source::{FileId, FileKind, Place, SourceFile, dealt, folder_of, pattern};

/// Beginnings of names that no registry knows: aliases and modules that tools make up.
#[rustfmt::skip]
const MADE_UP: &[&str] = &[
    "@/", "~", "$", "#", "@theme", "@site", "@generated", "@docusaurus/", "virtual", "@app/", "@src/",
    "@root/", ":", "uno.css", "unfonts.css", "windi.css",
];

/// Names that an engine, an editor or a framework provides without a dependency of that name.
#[rustfmt::skip]
const PROVIDED: &[&str] = &[
    "k6", "vscode", "electron", "atom", "bun", "aws-lambda", "aws-sdk", "estree", "geojson", "csstype",
    "json-schema", "react-native", "source-map-support", "vue", "react", "react-dom", "h3", "ofetch", "ufo",
    "defu", "pathe", "vue-router", "svelte", "vite", "vitest", "@jest/globals", "server-only",
    "client-only", "postcss", "tailwindcss", "typescript", "esbuild", "webpack", "rollup", "graphql",
    "styled-system", "express-serve-static-core", "unist", "hast", "mdast", "aws_lambda", "eslint",
    "prettier",
];

/// Parts of names of packages that are used without being asked for: plugins, drivers, types, programs.
#[rustfmt::skip]
const BY_NAME: &[&str] = &[
    "@types/", "plugin", "preset", "config", "loader", "eslint", "babel", "cli", "polyfill", "adapter",
    "driver", "theme", "font", "tailwind", "postcss", "prettier", "core-js", "regenerator",
    "reflect-metadata", "rxjs", "tslib", "typescript", "react-dom", "react-native", "expo",
    "@nestjs/platform", "swagger-ui", "pino-pretty", "sharp", "encoding", "bufferutil", "utf-8-validate",
    "graphql", "class-validator", "class-transformer", "mysql", "sqlite", "pg", "tedious", "oracledb",
    "mariadb", "ioredis", "redis", "autoprefixer", "sass", "less", "nodemon", "ts-node", "tsx",
    "@prisma/client", "prisma", "webpack", "vite", "-types", "@vercel/", "@emotion/", "@capacitor",
    "@ionic", "zone.js", "@angular/", "@mui/", "newrelic", "dd-trace", "instrumentation", "next", "peer",
    "husky", "dotenv", "passport", "multer", "react-is", "acorn", "source-map-support", "@tiptap/pm",
    "@jridgewell/", "@opentelemetry/", "@sentry/profiling", "devtools", "@react-router/", "@remix-run/", "isbot",
    "@sveltejs/", "@nuxt", "@astrojs/", "@docusaurus/", "@storybook/", "gatsby", "@bull-board/", "-crt",
];

/// Facts of every import of a package, and of dependencies that nothing names.
pub(super) fn facts(context: &Context<'_>, modules: &[(FileId, &Module)]) -> Vec<Entry> {
    let mut entries: Vec<Entry> =
        dealt(modules).flat_map_iter(|(file, module)| of_module(context, *file, module)).collect();
    entries.extend(uses(context));
    entries
}

fn of_module(context: &Context<'_>, file: FileId, module: &Module) -> Vec<Entry> {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let mut found: Vec<(Fact, Place)> = Vec::new();
    for (number, import) in (0..).zip(&module.imports) {
        let Target::Package(name, _) = context.code.graph.target(file, ImportId(number)) else { continue };
        if let Some(known) = seen.get(name.as_str()) {
            // What is loaded once for sure is loaded.
            let known = &mut found[*known].0;
            known.type_only &= import.type_only;
            known.conditional &= import.conditional;
            continue;
        }
        seen.insert(name, found.len());
        let source = module.word(import.source);
        let declared = declared(context, file, name, source);
        let fact = Fact {
            source: source.to_owned(),
            name: name.clone(),
            type_only: import.type_only,
            conditional: import.conditional || declared == Some(false) && is_tried(module, ImportId(number)),
            declared,
            locked: if declared == Some(false) { locked(context, file, name) } else { None },
        };
        found.push((fact, Place { file, span: import.span }));
    }
    found.into_iter().map(|(fact, place)| Entry::new(place, fact)).collect()
}

/// Whether what fails to be loaded is caught.
fn is_tried(module: &Module, import: ImportId) -> bool {
    let asks = |id: &NodeId| module.kind(*id) == Kind::Import(import);
    let tried = |id| module.ancestors(id).any(|around| module.kind(around) == Kind::Try);
    module.all().filter(asks).any(tried)
}

/// Whether a manifest at or above a module declares a package.
fn declared(context: &Context<'_>, file: FileId, name: &str, source: &str) -> Option<bool> {
    let path = context.tree.file(file).path.as_str();
    let owner = owner(context, file)?;
    let here = above(folder_of(path));
    let packages = here.filter_map(|dir| context.packages.get(dir, "npm"));
    for package in packages {
        let types = format!("@types/{}", name.trim_start_matches('@').replace('/', "__"));
        if package.name() == Some(name)
            || package.dependency(name).is_some()
            || package.dependency(&types).is_some()
        {
            return Some(true);
        }
        if aliased(context, package, name) {
            return Some(true);
        }
    }
    let plain = source == name || source.strip_prefix(name).is_some_and(|rest| rest.starts_with('/'));
    let strange =
        MADE_UP.iter().any(|start| source.starts_with(start)) || PROVIDED.contains(&name) || !is_name(name);
    let here = context.packages.named(name).is_some();
    let deno = owner.ecosystem == "deno" || path.contains("supabase/functions/");
    let read = context.documents.node(owner.file()).is_some();
    (plain && !strange && !here && !deno && read).then_some(false)
}

/// Whether a manifest gives another package this name: `"name": "npm:other@1"`.
fn aliased(context: &Context<'_>, package: &Package, name: &str) -> bool {
    let groups = ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"];
    let node = context.documents.node(package.file());
    node.is_some_and(|node| {
        groups.iter().any(|group| node.get(group).is_some_and(|list| list.get(name).is_some()))
    })
}

/// Whether a text can be the name of a package.
fn is_name(name: &str) -> bool {
    let plain = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_.".contains(&b))
    };
    match name.strip_prefix('@') {
        Some(scoped) => scoped.split_once('/').is_some_and(|(scope, name)| plain(scope) && plain(name)),
        None => plain(name) && !name.starts_with('.'),
    }
}

/// Whether the lockfile nearest to a module installs a package.
fn locked(context: &Context<'_>, file: FileId, name: &str) -> Option<bool> {
    let names = ["package-lock.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "npm-shrinkwrap.json"];
    let dir = context.tree.file(file).dir();
    let found =
        above(dir).find_map(|dir| names.iter().find_map(|lock| context.tree.by_path(&join(dir, lock))))?;
    let text = context.tree.text(found);
    if text.is_empty() {
        return None;
    }
    let whole = |(at, _): (usize, &str)| {
        let before = text[..at].chars().next_back();
        let after = text[at + name.len()..].chars().next();
        before.is_none_or(|c| matches!(c, '"' | '\'' | '/' | ' ' | '\n'))
            && after.is_some_and(|c| matches!(c, '"' | '\'' | '@' | ':'))
    };
    Some(text.match_indices(name).any(whole))
}

/// Dependencies for production, and whether nothing asks for them or names them.
fn uses(context: &Context<'_>) -> Vec<Entry> {
    let asked = asked(context);
    let packages = context.packages.all().iter();
    let packages = packages.filter(|package| {
        package.ecosystem == "npm" && package.role != Role::Example && package.source_files > 0
    });
    let declared = packages
        .flat_map(Package::dependencies)
        .filter(|(_, declared)| declared.group == Group::Prod && declared.source == Origin::Registry);
    let declared: Vec<(FileId, &Declared)> = declared.collect();
    let names = declared.iter().map(|(_, declared)| declared.name.as_str());
    let doubtful: HashSet<&str> =
        names.filter(|name| !asked.contains(name) && !found_by_name(name)).collect();
    let known = named(context, &doubtful);
    let uses = declared.into_iter().map(|(file, declared)| {
        let name = declared.name.as_str();
        let fact =
            DependencyUse { name: name.to_owned(), idle: doubtful.contains(name) && !known.contains(name) };
        Entry::new(Place { file, span: declared.span }, fact)
    });
    uses.collect()
}

/// Whether others find a package by its name: a plugin, a driver, a program.
fn found_by_name(name: &str) -> bool {
    BY_NAME.iter().any(|part| name.contains(part))
        || capabilities("npm", name).iter().any(|given| is_tool(given))
}

fn is_tool(capability: &str) -> bool {
    let tools = [
        "linter",
        "formatter",
        "test-runner",
        "coverage",
        "type-checker",
        "build-tool",
        "ts-runner",
        "watcher",
        "task-runner",
        "web",
        "app",
    ];
    tools.contains(&capability)
}

/// Every package that a module asks for, tests and types among them.
fn asked<'c>(context: &'c Context<'_>) -> HashSet<&'c str> {
    let graph = &context.code.graph;
    let mut asked = HashSet::new();
    for (file, module) in context.code.modules() {
        for number in (0..).take(module.imports.len()) {
            if let Target::Package(name, _) = graph.target(file, ImportId(number)) {
                asked.insert(name.as_str());
            }
        }
    }
    asked
}

/// Which of these names stand in a text of a module, a script, a configuration, a style or a page.
fn named<'n>(context: &Context<'_>, names: &HashSet<&'n str>) -> HashSet<&'n str> {
    if names.is_empty() {
        return HashSet::new();
    }
    let mut sorted: Vec<&str> = names.iter().copied().collect();
    // The longest first: an alternation takes the first that fits.
    sorted.sort_by_key(|name| (std::cmp::Reverse(name.len()), *name));
    let names_of_all = sorted.iter().map(|name| regex::escape(name)).collect::<Vec<_>>().join("|");
    let Some(any) = pattern(&names_of_all) else {
        return names.clone();
    };
    let files: Vec<(FileId, &SourceFile)> =
        context.tree.entries().filter(|(id, file)| may_name(context, *id, file)).collect();
    let found: Vec<HashSet<&str>> = dealt(&files)
        .map(|(file, source)| match context.code.module(*file) {
            Some(module) => texts(module, &any),
            None if source.name() == "package.json" => scripts(context, *file, &any),
            None => any.find_iter(context.tree.text(*file)).map(|found| found.as_str()).collect(),
        })
        .collect();
    let found: HashSet<&str> = found.into_iter().flatten().collect();
    names.iter().copied().filter(|name| found.contains(name)).collect()
}

/// Whether what a file names is needed. Copies of other people's code ask for packages as well, where they run.
fn may_name(context: &Context<'_>, id: FileId, file: &SourceFile) -> bool {
    const LARGEST: u64 = 256 * 1024;
    (!file.vendored || context.code.graph.live(id) == Some(true))
        && file.bytes <= LARGEST
        && !matches!(
            file.kind,
            FileKind::Lockfile | FileKind::Markdown | FileKind::Text | FileKind::Image | FileKind::Csv
        )
}

fn texts<'m>(module: &'m Module, any: &Regex) -> HashSet<&'m str> {
    let words = module.all().filter_map(|id| match module.kind(id) {
        Kind::Text(word) => Some(module.word(word)),
        _ => None,
    });
    words.flat_map(|text| any.find_iter(text).map(|found| found.as_str())).collect()
}

/// Names in a manifest outside of its lists of dependencies.
fn scripts<'t>(context: &'t Context<'_>, file: FileId, any: &Regex) -> HashSet<&'t str> {
    let Some(node) = context.documents.node(file) else { return HashSet::new() };
    let text = context.tree.text(file);
    let lists = ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"];
    let others = node.entries().iter().filter(|entry| !lists.contains(&entry.key.as_str()));
    others.flat_map(|entry| any.find_iter(entry.value.span.of(text)).map(|found| found.as_str())).collect()
}
