//! Files that frameworks and platforms find by where they lie.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Purpose, Reader, Side, is_module};
use crate::extract::packages::{Package, above};
use crate::source::{FileId, FileKind, SourceFile, Tree};

/// A framework that finds files by their places.
struct Layout {
    /// What says that it is used: a dependency, or a file in the folder where it looks.
    marks: &'static [&'static str],
    /// Its name in reasons.
    name: &'static str,
    /// Where it looks.
    places: &'static [Place],
}

/// Files that are found: the beginnings of their paths below the folder of the framework, and of their names.
struct Place {
    /// Folders, with a slash at their end; empty for files that lie in the folder itself.
    folder: &'static str,
    /// The beginnings of names, without their endings; empty for all.
    names: &'static [&'static str],
    side: Side,
}

const fn place(folder: &'static str, names: &'static [&'static str], side: Side) -> Place {
    Place { folder, names, side }
}

/// Names of files that the router of Next reads in `app/`.
#[rustfmt::skip]
const APP: &[&str] = &[
    "page", "layout", "template", "loading", "error", "not-found", "global-error", "default", "icon",
    "apple-icon", "opengraph-image", "twitter-image", "sitemap", "robots", "manifest", "unauthorized",
    "forbidden", "global-not-found",
];

use Side::{Both, Client, Server};

#[rustfmt::skip]
const LAYOUTS: &[Layout] = &[
    Layout { marks: &["next", "next.config"], name: "Next.js", places: &[
        place("pages/api/", &[], Server), place("src/pages/api/", &[], Server),
        place("pages/", &[], Both), place("src/pages/", &[], Both),
        place("app/", &["route"], Server), place("src/app/", &["route"], Server),
        place("app/", APP, Server), place("src/app/", APP, Server),
        place("", &["middleware", "proxy", "instrumentation"], Server), place("src/", &["middleware", "proxy", "instrumentation"], Server),
        place("", &["instrumentation-client", "sentry.client.config"], Client), place("src/", &["instrumentation-client"], Client),
        place("", &["sentry.", "mdx-components", "next-sitemap"], Server), place("src/", &["mdx-components"], Server),
    ] },
    Layout { marks: &["@remix-run/react", "@remix-run/node", "@remix-run/dev", "@react-router/dev", "react-router.config", "remix.config"], name: "the router", places: &[
        place("app/routes/", &[], Both), place("app/", &["root", "entry.", "routes"], Both), place("", &["server"], Server), place("src/", &["root", "entry.", "routes"], Both), place("src/routes/", &[], Both),
    ] },
    Layout { marks: &["@sveltejs/kit", "svelte.config"], name: "SvelteKit", places: &[
        place("src/routes/", &["+server", "+page.server", "+layout.server"], Server), place("src/routes/", &["+"], Both),
        place("src/", &["hooks.server"], Server), place("src/", &["hooks", "service-worker", "instrumentation", "app"], Both), place("src/params/", &[], Both), place("src/hooks/", &["index"], Both),
    ] },
    Layout { marks: &["nuxt", "nuxt3", "nuxt.config"], name: "Nuxt", places: &[
        place("server/api/", &[], Server), place("server/routes/", &[], Server), place("server/middleware/", &[], Server), place("server/plugins/", &[], Server), place("server/tasks/", &[], Server),
        place("api/", &[], Server),
        place("pages/", &[], Both), place("plugins/", &[], Both), place("middleware/", &[], Both), place("layouts/", &[], Both), place("modules/", &[], Both), place("", &["app", "error", "router"], Both),
        place("app/pages/", &[], Both), place("app/plugins/", &[], Both), place("app/middleware/", &[], Both), place("app/layouts/", &[], Both), place("app/", &["app", "error", "router", "App"], Both),
        place("src/pages/", &[], Both), place("src/plugins/", &[], Both), place("src/middleware/", &[], Both), place("src/layouts/", &[], Both), place("src/", &["app", "error"], Both),
        place("src/server/api/", &[], Server), place("src/server/routes/", &[], Server), place("src/server/middleware/", &[], Server), place("src/server/plugins/", &[], Server),
    ] },
    Layout { marks: &["nitropack", "nitro", "nitro.config", "h3"], name: "Nitro", places: &[
        place("api/", &[], Server), place("routes/", &[], Server), place("middleware/", &[], Server), place("plugins/", &[], Server), place("tasks/", &[], Server),
        place("server/api/", &[], Server), place("server/routes/", &[], Server), place("server/middleware/", &[], Server), place("server/plugins/", &[], Server), place("server/tasks/", &[], Server),
    ] },
    Layout { marks: &["astro", "astro.config"], name: "Astro", places: &[
        place("src/pages/api/", &[], Server), place("src/pages/", &[], Both), place("src/content/", &["config"], Server), place("src/", &["content.config", "middleware", "live.config", "env", "fetch"], Server), place("src/actions/", &["index"], Server), place("src/middleware/", &["index"], Server),
    ] },
    Layout { marks: &["expo-router"], name: "Expo Router", places: &[place("app/", &[], Client), place("src/app/", &[], Client)] },
    Layout { marks: &["expo", "react-native"], name: "React Native", places: &[place("", &["App", "index"], Client)] },
    Layout { marks: &["@tanstack/react-start", "@tanstack/start", "@tanstack/solid-start", "@tanstack/react-router", "@tanstack/router-plugin", "@solidjs/start", "@analogjs/platform", "@builder.io/qwik-city", "vinxi", "@tanstack/router-vite-plugin", "@generouted/react-router", "vite-plugin-pages", "unplugin-vue-router", "fresh", "$fresh"], name: "the router", places: &[
        place("src/routes/", &[], Both), place("app/routes/", &[], Both), place("routes/", &[], Both), place("islands/", &[], Both), place("src/pages/", &[], Both), place("src/app/pages/", &[], Both), place("src/server/routes/", &[], Server),
        place("src/", &["router", "client", "server", "ssr", "start", "app", "entry", "root"], Both), place("app/", &["router", "client", "server", "ssr", "start", "entry"], Both), place("", &["dev", "main"], Both),
    ] },
    Layout { marks: &["vercel.json", "@vercel/node"], name: "Vercel", places: &[place("api/", &[], Server), place("", &["middleware"], Server)] },
    Layout { marks: &["netlify.toml", "@netlify/functions", "netlify-cli", "@netlify/edge-functions"], name: "Netlify", places: &[place("netlify/functions/", &[], Server), place("netlify/edge-functions/", &[], Server), place("functions/", &[], Server), place("api/", &[], Server)] },
    Layout { marks: &["wrangler.toml", "wrangler.json", "wrangler.jsonc", "wrangler", "@cloudflare/workers-types"], name: "Cloudflare Pages", places: &[place("functions/", &[], Server)] },
    Layout { marks: &["convex", "convex.json"], name: "Convex", places: &[place("convex/", &[], Server)] },
    Layout { marks: &["@trigger.dev/sdk", "trigger.config"], name: "Trigger.dev", places: &[place("trigger/", &[], Server), place("src/trigger/", &[], Server), place("src/jobs/", &[], Server)] },
    Layout { marks: &["@docusaurus/core"], name: "Docusaurus", places: &[place("src/pages/", &[], Client), place("src/theme/", &[], Client)] },
    Layout { marks: &["firebase-functions"], name: "Firebase", places: &[place("src/", &["index"], Server), place("", &["index"], Server)] },
];

/// Folders whose files are found by name when they are needed, wherever they lie.
#[rustfmt::skip]
const NAMED: &[&str] = &[
    "migrations", "migration", "seeds", "seeders", "seed", "seeding", "scripts", "script", "bin", "tools",
    "tooling", "hack", "locales", "locale", "i18n", "lang", "translations", "codemods", "templates",
    "template", "boilerplate", "scaffold", "generators", "schematics", "plop-templates", "load-tests",
    "loadtest", "k6", "dev", "docs", "doc", ".github", ".husky", "workbench", "lambda", "lambdas",
    "edge-functions", "cloud-functions",
];

/// Folders of which Nuxt puts the files at hand everywhere, without an import.
#[rustfmt::skip]
const AT_HAND: &[&str] = &[
    "components", "composables", "utils", "stores", "shared", "layers", "app", "content",
];

/// Names of files in which programs begin by custom, near the top of a package.
#[rustfmt::skip]
const PROGRAMS: &[&str] = &[
    "index", "main", "server", "app", "cli", "start", "bootstrap", "mod", "run", "init", "www", "setup",
    "instrument",
];

/// The same, wherever they lie.
#[rustfmt::skip]
const JOBS: &[&str] = &[
    "worker", "handler", "lambda", "cron", "seed", "consumer", "migrate", "sw", "service-worker",
];

/// Folders of modules that are there to be imported: one that gives nothing is loaded for what it does.
#[rustfmt::skip]
const PARTS: &[&str] = &[
    "config", "configs", "lib", "libs", "utils", "util", "middleware", "middlewares", "services", "service",
    "helpers", "plugins", "core", "common", "infra", "infrastructure", "monitoring", "observability",
    "modules", "providers", "controllers", "routes", "models",
];

impl Reader<'_> {
    /// Looks at the place of every module.
    pub(super) fn routes(&mut self) {
        let mut used: FxHashMap<String, Vec<&'static Layout>> = FxHashMap::default();
        let marked = marked(self.tree);
        for (file, source) in self.tree.entries() {
            if source.vendored || source.test || !is_module(source.kind) && source.extension() != "mdx" {
                continue;
            }
            for dir in above(source.dir()) {
                if !used.contains_key(dir) {
                    let may_be = marked.contains(dir) || self.resolver.package_in(dir).is_some();
                    let layouts = if may_be { self.layouts(dir) } else { Vec::new() };
                    used.insert(dir.to_owned(), layouts);
                }
                for layout in used.get(dir).into_iter().flatten() {
                    self.placed(file, source, dir, layout);
                }
            }
            self.custom(file, source, &used);
        }
    }

    /// The frameworks that look for files from this folder.
    fn layouts(&self, dir: &str) -> Vec<&'static Layout> {
        let package = self.resolver.package_in(dir);
        let depends =
            |mark: &str| package.is_some_and(|package: &Package| package.dependency(mark).is_some());
        let lies = |mark: &str| {
            let path = crate::extract::packages::join(dir, mark);
            mark.ends_with(".config") && self.resolver.files.file(&path).is_some()
                || mark.contains('.') && self.resolver.files.exact(&path).is_some()
        };
        LAYOUTS.iter().filter(|layout| layout.marks.iter().any(|mark| depends(mark) || lies(mark))).collect()
    }

    fn placed(&mut self, file: FileId, source: &SourceFile, dir: &str, layout: &Layout) {
        let below = if dir.is_empty() { source.path.as_str() } else { &source.path[dir.len() + 1..] };
        let name = source.name();
        let found = layout.places.iter().find(|place| {
            let inside = match place.folder {
                "" => !below.contains('/'),
                folder if folder.matches('/').count() == 1 && below.strip_prefix(folder).is_some() => {
                    place.names.is_empty() || !is_flat(layout, folder) || !below[folder.len()..].contains('/')
                }
                folder => below.starts_with(folder),
            };
            let stem = name.split_once('.').map_or(name, |(stem, _)| stem);
            let named = |start: &&str| {
                if start.contains(['.', '+']) {
                    name.starts_with(start)
                } else {
                    stem == *start || is_numbered(stem, start)
                }
            };
            inside && (place.names.is_empty() || place.names.iter().any(&named))
        });
        if let Some(place) = found {
            let side = self.declared_side(file).unwrap_or(place.side);
            self.add(file, Purpose::Program, side, || format!("{} finds it by its place", layout.name));
        }
    }

    /// `use client` at the top says where a module runs.
    fn declared_side(&self, file: FileId) -> Option<Side> {
        self.module(file).filter(|module| module.has_directive("use client")).map(|_| Side::Client)
    }

    /// Functions of Supabase, folders of migrations and scripts, and files with the names of programs.
    fn custom(&mut self, file: FileId, source: &SourceFile, used: &FxHashMap<String, Vec<&'static Layout>>) {
        let parts: Vec<&str> = source.dir().split('/').collect();
        let stem = source.name().split('.').next().unwrap_or_default();
        if let [.., "supabase", "functions", name] = parts.as_slice()
            && stem == "index"
            && !name.starts_with('_')
        {
            self.add(file, Purpose::Program, Side::Server, || "a function of Supabase".to_owned());
            return;
        }
        let named = parts.iter().any(|part| NAMED.contains(part));
        let nuxt = above(source.dir()).any(|dir| {
            used.get(dir).is_some_and(|layouts| layouts.iter().any(|layout| layout.name == "Nuxt"))
        });
        let at_hand = nuxt
            && (source.kind == FileKind::Vue
                || parts.iter().any(|part| AT_HAND.contains(part) || *part == "server"));
        let owner = self.resolver.owner(source.dir()).map_or("", |owner| owner.dir.as_str());
        let depth = source
            .dir()
            .strip_prefix(owner)
            .map_or(0, |below| below.split('/').filter(|part| !part.is_empty()).count());
        let program = PROGRAMS.contains(&stem) && depth <= 1 || JOBS.contains(&stem);
        let platform = [".native.", ".ios.", ".android.", ".web.", ".windows.", ".macos."]
            .iter()
            .any(|mark| source.name().contains(mark));
        if named || at_hand || program || platform || source.generated || self.runs_by_itself(file, &parts) {
            self.entries.perhaps.insert(file);
        }
    }

    /// Whether a module gives nothing to others: it is then run, if anything. So are those that a platform calls.
    fn runs_by_itself(&self, file: FileId, folders: &[&str]) -> bool {
        self.module(file).is_none_or(|module| {
            let called = |word| matches!(module.word(word), "handler" | "lambdaHandler" | "main" | "up");
            module.exports.is_empty() && !folders.iter().any(|part| PARTS.contains(part))
                || module.exports.iter().any(|export| called(export.name))
        })
    }
}

/// Folders in which the configuration of a framework may lie: most have none.
fn marked(tree: &Tree) -> FxHashSet<&str> {
    let marks = LAYOUTS.iter().flat_map(|layout| layout.marks).filter(|mark| mark.contains('.'));
    let marks: Vec<&str> = marks.copied().collect();
    let marking = tree.files().iter().filter(|file| marks.iter().any(|mark| file.name().starts_with(mark)));
    marking.map(SourceFile::dir).collect()
}

/// Whether the files a framework looks for by name lie right in this folder, not below it.
fn is_flat(layout: &Layout, folder: &str) -> bool {
    (layout.name != "Next.js" || folder != "app/") && !folder.contains("routes")
}

/// `icon1`, `apple-icon2`.
fn is_numbered(stem: &str, start: &str) -> bool {
    stem.strip_prefix(start)
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
}
