//! Sites: packages that draw pages in browsers, and what watches over them.

use std::collections::HashMap;
use std::sync::LazyLock;

use rayon::prelude::*;
use regex::Regex;

use super::Context;
use super::packages::{Package, Role};
use super::view::package_name;
use crate::facts::{Entry, Site};
use crate::parse::javascript::{Kind, Module, NodeId};
use crate::parse::manifest::Group;
use crate::source::{FileId, FileKind, Place, SourceFile, dealt, pattern};

/// What draws pages, by the packages that bring it; the first that is found speaks.
const LIBRARIES: &[(&str, &[&str])] = &[
    ("react", &["react-dom", "next", "gatsby", "@remix-run/react", "@react-router/dev"]),
    ("vue", &["vue", "nuxt"]),
    ("svelte", &["svelte", "@sveltejs/kit"]),
    ("angular", &["@angular/core"]),
    ("solid", &["solid-js"]),
    ("preact", &["preact"]),
];

/// Fewer files than this that draw are an e-mail or a page of a server.
const FEWEST: usize = 3;

/// Packages that hold the size or speed of a site to a number.
const BUDGETS: &[&str] = &[
    "size-limit",
    "bundlesize",
    "bundlesize2",
    "bundlewatch",
    "bundlemon",
    "@lhci/cli",
    "lighthouse",
    "unlighthouse",
    "@unlighthouse/cli",
    "sitespeed.io",
    "lighthouse-ci",
];

/// Packages that show of what the code for browsers is made.
const ANALYSERS: &[&str] = &[
    "webpack-bundle-analyzer",
    "@next/bundle-analyzer",
    "rollup-plugin-visualizer",
    "rollup-plugin-analyzer",
    "vite-bundle-visualizer",
    "vite-bundle-analyzer",
    "source-map-explorer",
    "esbuild-visualizer",
    "sonda",
    "cra-bundle-analyzer",
    "@codecov/vite-plugin",
    "@codecov/webpack-plugin",
    "@codecov/nextjs-webpack-plugin",
    "@relative-ci/agent",
    "@rsdoctor/webpack-plugin",
    "@rsdoctor/rspack-plugin",
];

/// Frameworks whose build prints the size of each page, or fails where one is too large.
const BUILT_IN: &[&str] = &["next", "nuxt", "@angular/core", "gatsby"];

/// Boundaries, and routers that bring one of their own: the data routers of React Router, and `TanStack`'s.
static BOUNDARY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"\w*ErrorBoundary\w*|componentDidCatch|getDerivedStateFromError|errorElement|(?:default)?[eE]rrorComponent|CatchBoundary|on(?:Caught|Uncaught)Error|create(?:Browser|Hash|Memory)Router|RouterProvider|@tanstack/react-(?:router|start)",
    )
});

/// The parts of these that are always written so.
static BOUNDED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"ErrorBoundary|componentDidCatch|getDerivedStateFromError|errorElement|rrorComponent|CatchBoundary|onCaughtError|onUncaughtError|createBrowserRouter|createHashRouter|createMemoryRouter|RouterProvider|@tanstack/react-",
    )
});

static WATCH: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"web-vitals|[rR]eportWebVitals|@vercel/(?:analytics|speed-insights)|@sentry/(?:react-router|react|nextjs|vue|nuxt|sveltekit|svelte|angular|browser|astro|remix|gatsby|solidstart|solid|ember|tanstackstart-react)|sentry-cdn|@datadog/browser|datadoghq-browser|@newrelic/browser|NREUM|[lL]og[rR]ocket|posthog|@grafana/faro|@elastic/apm-rum|applicationinsights-web|rollbar|bugsnag|raygun4js|trackjs|highlight[.]run|@highlight-run|openreplay|cloudflareinsights|clarity[.]ms|@microsoft/clarity|hotjar|fullstory|instrumentation-document-load|sdk-trace-web|PerformanceObserver|honeybadger|airbrake|axiomhq|next-axiom|unhandledrejection|window[.]onerror|(?m:^onerror$)",
    )
});

/// Words of what holds pages to a number, in pipelines and configurations.
static HELD: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"lighthouse|size-limit|bundlesize|bundlewatch|bundlemon|compressed-size-action|bundle-analysis|maxAssetSize|maxEntrypointSize|sitespeed",
    )
});

/// The same in documents.
static TARGET: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?i)performance (?:budget|target|goal)s?|web vitals|largest contentful|bundle size (?:limit|budget)|lighthouse",
    )
});

/// What the files of one package say.
#[derive(Default)]
struct Marks {
    drawing: usize,
    starts: bool,
    boundary: Option<String>,
    watch: Option<String>,
}

impl Marks {
    fn add(&mut self, other: Self) {
        self.drawing += other.drawing;
        self.starts |= other.starts;
        self.boundary = self.boundary.take().or(other.boundary);
        self.watch = self.watch.take().or(other.watch);
    }
}

/// One fact for each site.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let candidates: Vec<_> = context.packages.all().iter().filter_map(drawn).collect();
    if candidates.is_empty() {
        return Vec::new();
    }
    let marks = marks(context);
    let held = held(context);
    let entries = candidates.into_iter().filter_map(|(package, library, place)| {
        let own = marks.get(package.dir.as_str()).filter(|own| own.drawing >= FEWEST)?;
        if package.role == Role::Service && !own.starts {
            return None;
        }
        let shared = context.packages.all().iter().filter(|other| other.role == Role::Library);
        let shared: Vec<&Marks> = shared.filter_map(|other| marks.get(other.dir.as_str())).collect();
        let first = |get: &dyn Fn(&Marks) -> Option<String>| {
            get(own).or_else(|| shared.iter().find_map(|marks| get(marks)))
        };
        let budget = named(context, package, BUDGETS).or_else(|| held.clone());
        let built_in = BUILT_IN.iter().find(|name| package.dependency(name).is_some());
        let analysis = named(context, package, ANALYSERS)
            .or_else(|| built_in.map(|name| format!("the build of {name}")));
        let fact = Site {
            name: package_name(context, &package.dir),
            library: library.to_owned(),
            boundary: first(&|marks| marks.boundary.clone()).or_else(|| router(package)),
            watch: first(&|marks| marks.watch.clone()),
            analysis: analysis.or_else(|| budget.clone()),
            budget,
        };
        Some(Entry::new(place, fact))
    });
    entries.collect()
}

/// A package that may draw pages, with what draws and where its manifest says so.
fn drawn(package: &Package) -> Option<(&Package, &'static str, Place)> {
    if package.ecosystem != "npm" || !matches!(package.role, Role::Web | Role::Service) {
        return None;
    }
    let declared =
        |name: &&str| package.dependencies().find(|(_, one)| one.name == *name && one.group != Group::Peer);
    LIBRARIES.iter().find_map(|(library, names)| {
        let (file, one) = names.iter().find_map(declared)?;
        Some((package, *library, Place { file, span: one.span }))
    })
}

/// The framework of a package, where its router draws a page of its own for what is thrown.
fn router(package: &Package) -> Option<String> {
    const FRAMEWORKS: &[&str] = &["@react-router/dev", "@remix-run/react", "@tanstack/react-start"];
    let found = FRAMEWORKS.iter().find(|name| package.dependency(name).is_some());
    found.map(|name| format!("the router of {name}"))
}

/// What the files of each package say, by its directory.
fn marks<'c>(context: &'c Context<'_>) -> HashMap<&'c str, Marks> {
    let files: Vec<_> = context.tree.entries().filter(|(_, file)| !file.is_aside()).collect();
    let read: Vec<_> = dealt(&files).filter_map(|(id, file)| of_file(context, *id, file)).collect();
    let mut marks: HashMap<&str, Marks> = HashMap::new();
    for (dir, one) in read {
        marks.entry(dir).or_default().add(one);
    }
    marks
}

fn of_file<'c>(context: &'c Context<'_>, id: FileId, file: &'c SourceFile) -> Option<(&'c str, Marks)> {
    let component = matches!(file.extension(), "vue" | "svelte");
    if !(file.kind.is_ecmascript() || component || file.kind == FileKind::Html) {
        return None;
    }
    let dir = context.packages.owner(&file.path, "npm")?.dir.as_str();
    let module = context.code.module(id);
    let text = module.map_or_else(|| context.tree.text(id), Module::spoken);
    let found = |regex: &LazyLock<Option<Regex>>, from: usize| {
        regex.as_ref().and_then(|regex| regex.find_at(text, from)).map(|found| found.as_str().to_owned())
    };
    // Looked for without the letters before it, which most texts can be passed over fast for.
    let boundary = || {
        let near = BOUNDED.as_ref()?.find(text)?.start();
        let word =
            text[..near].bytes().rev().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        found(&BOUNDARY, near - word.count())
    };
    let draws = || {
        module.is_some_and(|module| {
            file.name().ends_with(".component.ts")
                || file.kind != FileKind::TypeScript
                    && module.all().any(|node| matches!(module.kind(node), Kind::Element(..)))
        })
    };
    let page = file.kind == FileKind::Html;
    let marks = Marks {
        drawing: usize::from(component || !page && draws()),
        starts: module.is_some_and(starts),
        boundary: if page { None } else { by_name(file).or_else(boundary) },
        watch: found(&WATCH, 0),
    };
    Some((dir, marks))
}

/// Whether a module starts drawing in a browser.
fn starts(module: &Module) -> bool {
    let starts =
        |name: &str| matches!(name, "createRoot" | "hydrateRoot" | "createApp" | "hydrate" | "mount");
    let by_dom = |call: &NodeId| {
        module.receiver(*call).and_then(|object| module.last_name(object)) == Some("ReactDOM")
    };
    !module.calls_named(starts).is_empty() || module.calls_named(|name| name == "render").iter().any(by_dom)
}

/// `error.tsx` in the folder `app` of Next, `_error.tsx` in `pages`.
fn by_name(file: &SourceFile) -> Option<String> {
    let stem = file.name().rsplit_once('.').map_or(file.name(), |(stem, _)| stem);
    let within = |folder: &str| file.dir().split('/').any(|part| part == folder);
    let named = match stem {
        "error" | "global-error" => within("app"),
        "_error" => within("pages"),
        _ => false,
    };
    named.then(|| file.name().to_owned())
}

/// A dependency of a package, or of one above it.
fn named(context: &Context<'_>, package: &Package, names: &[&str]) -> Option<String> {
    let mut around = context.packages.lineage(package);
    around
        .find_map(|one| names.iter().find(|name| one.dependency(name).is_some()))
        .map(|name| (*name).to_owned())
}

/// What anywhere in the repository holds pages to a number.
fn held(context: &Context<'_>) -> Option<String> {
    let files: Vec<_> = context.tree.entries().filter(|(_, file)| !file.is_aside()).collect();
    files.par_iter().find_map_first(|(id, file)| {
        let name = file.name().trim_start_matches('.').to_ascii_lowercase();
        let starts =
            ["lighthouserc", "size-limit", "bundlewatch", "bundlesize", "bundlemonrc", "unlighthouse"];
        if starts.iter().any(|start| name.starts_with(start))
            || matches!(&*name, "budget.json" | "budgets.json")
        {
            return Some(format!("`{}`", file.name()));
        }
        let text = || context.tree.text(*id);
        let held = match file.kind {
            FileKind::Markdown => TARGET.as_ref()?.is_match(text()),
            FileKind::Yaml => HELD.as_ref()?.is_match(text()),
            FileKind::Json if name == "angular.json" => text().contains("\"budgets\""),
            FileKind::Json if name == "package.json" => HELD.as_ref()?.is_match(text()),
            kind if kind.is_ecmascript() && name.contains("webpack") => HELD.as_ref()?.is_match(text()),
            _ => false,
        };
        held.then(|| format!("`{}`", file.name()))
    })
}

#[cfg(test)]
mod tests {
    use crate::extract::given::show;

    #[test]
    fn sites_and_what_watches_over_them() {
        let manifest = |more: &str| {
            format!(
                r#"{{"name":"shop","scripts":{{"build":"vite build"}},"dependencies":{{"vite":"7","react-dom":"19"{more}}}}}"#
            )
        };
        let pages =
            [("src/a.tsx", "export const A = () => <a/>"), ("src/b.tsx", "export const B = () => <b/>")];
        let app = |text: &'static str| ("src/main.tsx", text);
        let plain = "createRoot(root).render(<App/>)";
        for (more, text, file, expected) in [
            ("", plain, None, vec!["shop | react |  |  |  | "]),
            (
                r#","rollup-plugin-visualizer":"6","@lhci/cli":"0""#,
                "import { onLCP } from 'web-vitals'; createRoot(root).render(<ErrorBoundary><App/></ErrorBoundary>)",
                None,
                vec!["shop | react | ErrorBoundary | web-vitals | @lhci/cli | rollup-plugin-visualizer"],
            ),
            (
                r#","next":"16""#,
                plain,
                Some(("src/app/global-error.tsx", "export default () => <p/>")),
                vec!["shop | react | global-error.tsx |  |  | the build of next"],
            ),
            (
                "",
                plain,
                Some(("docs/goals.md", "# Goals\n\nOur performance budget: 200 kB\n")),
                vec!["shop | react |  |  | `goals.md` | `goals.md`"],
            ),
            (
                "",
                plain,
                Some(("b.html", "<script src=\"https://static.cloudflareinsights.com/beacon.js\"></script>")),
                vec!["shop | react |  | cloudflareinsights |  | "],
            ),
        ] {
            let manifest = manifest(more);
            let mut files = vec![
                ("package.json", manifest.as_str()),
                ("index.html", "<p>"),
                app(text),
                pages[0],
                pages[1],
            ];
            files.extend(file);
            let attributes = ["name", "library", "boundary", "watch", "budget", "analysis"];
            assert_eq!(show("site", &attributes, &files), expected, "{text} {more}");
        }
        // E-mails of a service, and a library of components.
        let service = r#"{"scripts":{"start":"node a.js"},"dependencies":{"express":"5","react-dom":"19"}}"#;
        let files = [("package.json", service), ("mail/c.tsx", "<p/>"), pages[0], pages[1]];
        assert!(show("site", &["name"], &files).is_empty());
        let library = r#"{"name":"ui","main":"src/a.tsx","peerDependencies":{"react-dom":"19"}}"#;
        let files = [("package.json", library), ("src/c.tsx", "<p/>"), pages[0], pages[1]];
        assert!(show("site", &["name"], &files).is_empty());
    }
}
