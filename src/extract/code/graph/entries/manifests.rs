//! What manifests name: `main`, `bin`, `exports`, and tools that look for files by themselves.

use super::commands::Text;
use super::{Purpose, Reader, Side};
use crate::extract::packages::{Package, Role, join};
use crate::parse::node::{Node, Value};
use crate::source::FileId;

use super::super::{manifest, patterns};

/// Dependencies that find files by rules of their own: nothing can be said of what is not reached.
#[rustfmt::skip]
const OPEN: &[&str] = &[
    "@strapi/strapi", "strapi", "@medusajs/medusa", "@adonisjs/core", "sails", "moleculer",
    "@loopback/core", "@loopback/rest", "egg", "@midwayjs/core", "@foal/core", "@redwoodjs/core",
    "@redwoodjs/api", "@redwoodjs/web", "blitz", "@blitzjs/next", "ember-source", "meteor-node-stubs",
    "@oclif/core", "@keystone-6/core", "@keystonejs/keystone", "sst", "@azure/functions", "wxt", "plasmo",
    "vike", "vite-plugin-ssr", "@quasar/app-vite", "@quasar/app-webpack", "umi", "@umijs/max", "ice",
    "rwsdk", "hexo", "@11ty/eleventy", "vuepress", "@docusaurus/core", "vitepress", "ponder",
    "@ponder/core", "encore.dev", "motia", "@feathersjs/configuration", "awilix", "require-all",
    "require-directory", "require-dir", "include-all", "express-file-routing", "consign", "express-load",
    "@decorators/express", "routing-controllers", "tsoa", "@nuxt/content", "gridsome", "sapper",
    "@ionic/cli", "nativescript", "@nativescript/core", "@tarojs/taro", "dumi", "father", "hardhat",
    "@foundry-rs/easy", "@wordpress/scripts", "gulp", "grunt", "laravel-mix", "laravel-vite-plugin",
    "n8n-workflow", "homebridge", "@sapphire/framework", "discord-akairo", "@mastra/core", "payload",
    "@elizaos/core", "probot", "gatsby", "@ember/app", "mercurius-codegen",
];

/// Keys of a `package.json` under which paths name no code that is run.
#[rustfmt::skip]
const ASIDE: &[&str] = &[
    "scripts", "dependencies", "devDependencies", "peerDependencies", "optionalDependencies", "files",
    "sideEffects", "types", "typings", "typesVersions", "description", "keywords", "workspaces",
    "lint-staged", "eslintConfig", "eslintIgnore", "name", "repository", "homepage", "bugs", "author",
    "license", "imports", "exports", "main", "module", "bin", "browser", "source", "resolutions",
    "overrides", "pnpm", "nyc", "c8", "publishConfig", "engines", "version", "release", "prettier",
];

impl Reader<'_> {
    /// Reads the manifests of all packages of npm and Deno.
    pub(super) fn manifests(&mut self) {
        for package in self.scripted() {
            let frameworks =
                package.dependencies().any(|(_, dependency)| OPEN.contains(&dependency.name.as_str()));
            if frameworks {
                self.entries.open.insert(package.dir.clone());
            }
            let Some(node) = self.resolver.node(package) else {
                self.entries.open.insert(package.dir.clone());
                continue;
            };
            self.given(package, node);
            self.settings(package, node);
            // Anybody may ask for any file of a package that is published without `exports`.
            let published = package.role == Role::Library
                && node.get("exports").is_none()
                && !package.parts.iter().any(|(_, part)| part.private)
                && (node.get("files").is_some()
                    || node.get("publishConfig").is_some()
                    || node.get("types").is_some());
            if published {
                self.entries.open.insert(package.dir.clone());
            }
        }
    }

    fn given(&mut self, package: &Package, node: &Node) {
        let (purpose, side) = match package.role {
            Role::Service | Role::Worker | Role::Cli => (Purpose::Program, Side::Server),
            Role::Web | Role::App => (Purpose::Program, Side::Client),
            _ => (Purpose::Library, Side::Open),
        };
        let plain = ["main", "module", "browser", "source", "react-native", "unpkg", "jsdelivr"];
        let plain = plain.iter().filter_map(|key| Some((*key, node.get(key)?.text()?)));
        let exports = manifest::all_exports(node).into_iter().map(|path| ("exports", path));
        for (key, path) in plain.chain(exports) {
            for file in self.paths(package, path) {
                self.add(file, purpose, side, || {
                    format!("`{key}` of `{}`", join(&package.dir, "package.json"))
                });
            }
        }
        let programs = node.get("bin").map(|bin| match &bin.value {
            Value::Map(entries) => entries.iter().filter_map(|entry| entry.value.text()).collect(),
            _ => bin.text().into_iter().collect::<Vec<_>>(),
        });
        for path in programs.unwrap_or_default() {
            for file in self.paths(package, path) {
                let reason = || format!("`bin` of `{}`", join(&package.dir, "package.json"));
                self.add(file, Purpose::Program, Side::Server, reason);
            }
        }
        let speaks = ["main", "module", "exports", "bin"].iter().any(|key| node.get(key).is_some());
        // Node takes `index.js` where nothing is said; so do bundlers for packages of a workspace.
        if !speaks && let Some(file) = self.resolver.files.conventional(&package.dir) {
            if package.role == Role::Library {
                self.add(file, Purpose::Library, side, || "the index of the package".to_owned());
            } else {
                self.entries.perhaps.insert(file);
            }
        }
    }

    /// The files of a path in `exports`, of which `*` stands for any name.
    fn paths(&self, package: &Package, path: &str) -> Vec<FileId> {
        if path.contains('*') {
            let glob = path.replacen('*', "**/*", usize::from(!path.contains("**")));
            return patterns::matching(self.tree, self.resolver, &package.dir, &glob);
        }
        self.resolver.files.built(&package.dir, path, &self.resolver.outputs(package)).into_iter().collect()
    }

    /// Files that the settings of tools within a `package.json` name.
    fn settings(&mut self, package: &Package, node: &Node) {
        let own = node.entries().iter().filter(|entry| !ASIDE.contains(&entry.key.as_str()));
        for entry in own {
            let mut texts = Vec::new();
            super::configs::texts(&entry.value, &mut texts);
            let reason = || format!("`{}` of `{}`", entry.key, join(&package.dir, "package.json"));
            for commands in texts.iter().filter(|text| text.contains(' ')) {
                let dirs = vec![package.dir.clone()];
                self.run(&Text { commands, dirs, reason: reason(), side: Side::Open, anywhere: false });
            }
            let files: Vec<_> = texts.iter().filter_map(|text| self.configured(&package.dir, text)).collect();
            for file in files {
                self.add(file, Purpose::Tool, Side::Open, reason);
            }
        }
    }
}
