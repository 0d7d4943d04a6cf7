//! Builds for browsers that publish their sources.

use crate::extract::Context;
use crate::extract::packages::Package;
use crate::facts::{Entry, SourceMap};
use crate::parse::node::Node;
use crate::source::{Place, Span};

/// Packages that hand source maps to an error tracker, by the beginning of their names.
const UPLOADS: &[&str] = &[
    "@sentry/",
    "@bugsnag/",
    "@datadog/",
    "@posthog/",
    "@highlight-run/",
    "@rollbar/",
    "rollbar-sourcemap",
    "vite-plugin-sentry",
    "@honeybadger-io/",
    "@newrelic/",
];

/// One fact for each configuration that publishes them.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let mut entries = Vec::new();
    for (file, source) in context.tree.entries().filter(|(_, file)| !file.is_aside()) {
        let Some(tool) = tool(source.name()) else { continue };
        let Some(package) = context.packages.owner(&source.path, "npm").filter(|it| it.is_deployable())
        else {
            continue;
        };
        let Some((by, span)) = context.documents.node(file).and_then(|node| published(tool, node)) else {
            continue;
        };
        let mut names = context.packages.lineage(package).flat_map(Package::dependencies);
        let uploads =
            names.find(|(_, declared)| UPLOADS.iter().any(|start| declared.name.starts_with(start)));
        let fact = SourceMap {
            tool: tool.to_owned(),
            by: by.to_owned(),
            uploaded_by: uploads.map(|(_, declared)| declared.name.clone()),
        };
        entries.push(Entry::new(Place { file, span }, fact));
    }
    entries
}

fn tool(name: &str) -> Option<&'static str> {
    let tools = [
        ("vite.config.", "vite"),
        ("next.config.", "next"),
        ("nuxt.config.", "nuxt"),
        ("angular.json", "angular"),
    ];
    tools.into_iter().find(|(start, _)| name.starts_with(start)).map(|(_, tool)| tool)
}

/// The key that publishes them, and where it stands.
fn published(tool: &str, node: &Node) -> Option<(&'static str, Span)> {
    let at = |path: &[&str]| {
        let (last, above) = path.split_last()?;
        let entry = node.at(above)?.entry(last)?;
        is_on(&entry.value).then(|| entry.key_span.to(entry.value.span))
    };
    match tool {
        // What is built for others to import, or to run on a server, is no site.
        "vite" if node.at(&["build", "lib"]).is_none() && node.at(&["build", "ssr"]).is_none() => {
            at(&["build", "sourcemap"]).map(|span| ("build.sourcemap", span))
        }
        "next" => at(&["productionBrowserSourceMaps"]).map(|span| ("productionBrowserSourceMaps", span)),
        "nuxt" => at(&["sourcemap"])
            .map(|span| ("sourcemap", span))
            .or_else(|| at(&["sourcemap", "client"]).map(|span| ("sourcemap.client", span))),
        "angular" => node.get("projects")?.entries().iter().find_map(|project| {
            let path = ["architect", "build", "configurations", "production"];
            let entry = project.value.at(&path)?.entry("sourceMap")?;
            is_on(&entry.value).then(|| ("sourceMap", entry.key_span.to(entry.value.span)))
        }),
        _ => None,
    }
}

/// `true` and `inline`; what is `hidden` is written and not named in the code.
fn is_on(value: &Node) -> bool {
    value.flag() == Some(true) || value.text().is_some_and(|text| text == "inline")
}

#[cfg(test)]
mod tests {
    use crate::extract::given::show;

    #[test]
    fn what_publishes_sources() {
        let site =
            r#"{"scripts": {"build": "vite build"}, "dependencies": {"react": "19.0.0", "vite": "7.0.0"}}"#;
        let tracked = r#"{"scripts": {"build": "vite build"}, "dependencies": {"react": "19.0.0", "@sentry/vite-plugin": "4.0.0"}}"#;
        let html = ("index.html", "<script type=module src=/src/main.js></script>");
        for (manifest, path, text, expected) in [
            (
                site,
                "vite.config.ts",
                "export default { build: { sourcemap: true } }",
                vec!["vite | build.sourcemap | "],
            ),
            (site, "vite.config.ts", "export default { build: { sourcemap: 'hidden' } }", vec![]),
            (
                site,
                "vite.config.ts",
                "export default { build: { sourcemap: true, lib: { entry: 'a' } } }",
                vec![],
            ),
            (
                tracked,
                "vite.config.ts",
                "export default { build: { sourcemap: true } }",
                vec!["vite | build.sourcemap | @sentry/vite-plugin"],
            ),
            (
                site,
                "next.config.js",
                "module.exports = { productionBrowserSourceMaps: true }",
                vec!["next | productionBrowserSourceMaps | "],
            ),
            (
                site,
                "nuxt.config.ts",
                "export default { sourcemap: { client: true } }",
                vec!["nuxt | sourcemap.client | "],
            ),
            (
                site,
                "angular.json",
                r#"{"projects": {"a": {"architect": {"build": {"configurations": {"production": {"sourceMap": true}}}}}}}"#,
                vec!["angular | sourceMap | "],
            ),
        ] {
            let files = [("package.json", manifest), html, ("src/main.js", "render()"), (path, text)];
            assert_eq!(show("source.map", &["tool", "by", "uploaded_by"], &files), expected, "{text}");
        }
    }
}
