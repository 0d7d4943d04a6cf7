//! What the configurations of tools and platforms name, and these configurations themselves.

use super::{Purpose, Reader, Side, bundlers, is_module};
use crate::extract::packages::resolve;
use crate::parse::javascript::{Kind, Module, NodeId};
use crate::parse::node::{Node, Value};
use crate::source::{FileId, SourceFile};

use super::super::patterns;

/// Configurations by their whole names whose texts are looked through for files.
#[rustfmt::skip]
const NAMES: &[&str] = &[
    "serverless.yml", "serverless.yaml", "serverless.json", "vercel.json", "netlify.toml", "wrangler.toml",
    "wrangler.json", "wrangler.jsonc", "angular.json", "nest-cli.json", "project.json", "workspace.json",
    "app.json", "firebase.json", "manifest.json", "template.yaml", "template.yml", "samconfig.toml",
    "fly.toml", "railway.json", "railway.toml", "render.yaml", "app.yaml", "supabase.toml", "config.toml",
    "cdk.json", "lerna.json", "turbo.json", "nodemon.json", ".mocharc.json", ".mocharc.yml", ".babelrc",
    ".swcrc", "bunfig.toml", "deno.json", "deno.jsonc", "mint.json", "function.json", "process.json",
    "pm2.json", "ecosystem.json", "codegen.yml", "graphql.config.yml", "ormconfig.json",
    "electron-builder.yml", "knip.json", "manifest.yml", "ionic.config.json", "capacitor.config.json",
    ".sequelizerc", "config.json", "tsup.json", "amplify.yml", "Pulumi.yaml",
];

/// Beginnings of names of scripts that tools read in the folder of a package. With `.config` they count anywhere.
#[rustfmt::skip]
const SCRIPTS: &[&str] = &[
    "webpack", "rollup", "gulpfile", "Gruntfile", "karma", "knexfile", "ormconfig", "protractor", "jest",
    "vitest", "esbuild", "Jakefile", "commitlint", "babel", ".eslintrc", ".prettierrc", ".babelrc",
    ".mocharc", ".sequelizerc", ".lintstagedrc", "setupTests", "setupProxy", "setup-jest", "plopfile",
    "craco", "mikro-orm", "drizzle", "newrelic", "forge", "vue", "metro", "tailwind", "postcss", "next",
    "nuxt", "svelte", "astro", "vite", "ecosystem", "serverless", "sst", "wdio", "react-native",
    "dangerfile", "razzle", "cypress", "playwright", "codegen", "lint-staged", "stylelint", "eslint",
    "prettier", ".pnpmfile", "keystatic", "remotion", "app", "prisma", "tsup", "tsdown", "rspack",
    "rsbuild", "unbuild", "build", "trigger", "open-next", "wxt", "orval", "electron", "react-router",
    "remix", "source", "velite", "content", "mdx", "uno", "nitro", "farm", "snowpack", "stencil", "panda",
    "i18n", "next-i18next", "lingui", "graphql",
];

impl Reader<'_> {
    /// Looks through every configuration.
    pub(super) fn configs(&mut self) {
        self.each_file(Self::config);
    }

    fn config(&mut self, file: FileId, source: &SourceFile) {
        if is_module(source.kind) {
            let owner = self.resolver.owner(source.dir()).map_or("", |owner| owner.dir.as_str());
            if is_tool(source, source.dir() == owner) {
                let reason = || format!("the configuration `{}`", source.name());
                self.add(file, Purpose::Tool, Side::Open, reason);
                self.named_in_script(file, source);
            }
        } else if NAMES.contains(&source.name()) || source.dir().ends_with(".vscode") {
            self.named_in_data(file, source);
        }
    }

    /// The texts of a configuration that is a module: those of its syntax tree.
    fn named_in_script(&mut self, file: FileId, source: &SourceFile) {
        let Some(module) = self.module(file) else { return };
        let reason = || format!("named in `{}`", source.path);
        for id in module.all() {
            let Kind::Text(word) = module.kind(id) else { continue };
            let text = module.word(word);
            if text.contains('*') && text.contains('/') && !text.contains(char::is_whitespace) {
                self.entries.perhaps.extend(patterns::matching(self.tree, self.resolver, source.dir(), text));
            } else if let Some(named) = self.configured(source.dir(), text) {
                let (purpose, side) = self.purpose(source, text, Some((module, id)));
                self.add(named, purpose, side, reason);
            }
        }
    }

    fn named_in_data(&mut self, file: FileId, source: &SourceFile) {
        let Some(node) = self.documents.node(file) else { return };
        let mut found = Vec::new();
        told(node, None, &mut found);
        for (text, told) in found {
            if text.contains('*') && text.contains('/') {
                self.entries.perhaps.extend(patterns::matching(self.tree, self.resolver, source.dir(), text));
            } else if let Some(named) = self.configured(source.dir(), text) {
                let (purpose, side) = self.purpose(source, text, None);
                self.add(named, purpose, told.unwrap_or(side), || format!("named in `{}`", source.path));
            }
        }
    }

    /// What the files are for that a configuration names, where it is a module in the node `at`.
    fn purpose(&self, source: &SourceFile, text: &str, at: Option<(&Module, NodeId)>) -> (Purpose, Side) {
        let name = source.name();
        let tests = ["jest", "vitest", "cypress", "playwright", "karma", ".mocharc", "wdio"];
        if tests.iter().any(|tool| name.starts_with(tool)) || text.contains("setup") {
            return (Purpose::Tool, Side::Open);
        }
        let servers = [
            "serverless",
            "wrangler",
            "nest-cli",
            "ecosystem",
            "template.",
            "function.json",
            "process.json",
            "pm2",
            "vercel",
        ];
        if servers.iter().any(|tool| name.starts_with(tool)) {
            return (Purpose::Program, Side::Server);
        }
        let aside = at.is_some_and(|(module, text)| bundlers::is_aside(module, text));
        if bundlers::is_bundler(name) && !aside {
            return (Purpose::Program, self.bundled(name, self.resolver.owner(source.dir()), at));
        }
        (Purpose::Tool, Side::Open)
    }

    /// The module that a text in a configuration names: a path, or a path and a name it exports (`src/api.handler`).
    pub(super) fn configured(&self, dir: &str, text: &str) -> Option<FileId> {
        if text.len() < 4 || text.len() > 200 || text.contains([' ', '\n', '*', '$']) || text.contains("://")
        {
            return None;
        }
        let plain = text.trim_start_matches("<rootDir>").trim_start_matches('/');
        if !plain.contains(['/', '.']) {
            return None;
        }
        let owner = self.resolver.owner(dir).map_or("", |owner| owner.dir.as_str());
        let dotted = plain.rsplit_once('.').map(|(path, _)| path).filter(|path| path.contains('/'));
        for base in [dir, owner, ""] {
            for path in std::iter::once(plain).chain(dotted) {
                let Some(full) = resolve(base, path) else { continue };
                let outputs =
                    self.resolver.owner(base).map(|owner| self.resolver.outputs(owner)).unwrap_or_default();
                let found = self
                    .resolver
                    .files
                    .file(&full)
                    .or_else(|| self.resolver.files.source_of(base, &full, &outputs));
                if let Some(file) = found.filter(|file| is_module(self.tree.file(*file).kind)) {
                    return Some(file);
                }
            }
        }
        None
    }
}

/// Whether a module is the configuration of a tool: by its name where a tool looks for it.
fn is_tool(source: &SourceFile, in_package: bool) -> bool {
    let name = source.name();
    let stem = source.stem();
    let first = stem.split('.').next().unwrap_or(stem);
    // Editors alone read these.
    if matches!(first, "volar" | "vls" | "vetur") {
        return false;
    }
    let config = stem.ends_with(".config") || name.contains(".config.") || name.contains(".conf.");
    let known = || SCRIPTS.contains(&first);
    if in_package {
        config || known() || stem.ends_with("rc") && stem.starts_with('.')
    } else {
        config && first != "app" && known()
    }
}

/// Every text of a value, with where it runs that its builder says so of: `@nx/angular:application` builds pages of what is
/// not under `server` or `ssr`.
fn told<'n>(node: &'n Node, side: Option<Side>, found: &mut Vec<(&'n str, Option<Side>)>) {
    match &node.value {
        Value::Text(text) => found.push((text, side)),
        Value::List(items) => items.iter().for_each(|item| told(item, side, found)),
        Value::Map(entries) => {
            let builder = ["executor", "builder"].iter().find_map(|key| node.at(&[key])?.text());
            let angular = builder.filter(|builder| builder.contains("angular"));
            let of = angular.map(|builder| {
                let serves = builder.ends_with(":server") || builder.contains("ssr");
                if serves { Side::Server } else { Side::Client }
            });
            let side = of.or(side);
            for entry in entries {
                let serves = side.is_some() && matches!(entry.key.as_str(), "server" | "ssr");
                told(&entry.value, if serves { Some(Side::Server) } else { side }, found);
            }
        }
        _ => {}
    }
}

/// Every text of a value.
pub(super) fn texts<'n>(node: &'n Node, found: &mut Vec<&'n str>) {
    match &node.value {
        Value::Text(text) => found.push(text),
        Value::List(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Map(entries) => entries.iter().for_each(|entry| texts(&entry.value, found)),
        _ => {}
    }
}
