//! Interfaces and their descriptions: whether there is one, whether it is sound, and where it and the routes differ.

mod document;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::Context;
use crate::facts::{Api, ApiDocument, Dependency, Entry, HttpApp, HttpRoute, Package, Store};
use crate::source::{Place, SourceFile};
use document::{Description, Operation};

/// Frameworks whose routes serve the pages of the same package.
const OF_PAGES: &[&str] = &[
    "next",
    "remix",
    "react-router",
    "@remix-run/node",
    "svelte",
    "sveltekit",
    "@sveltejs/kit",
    "nuxt",
    "nitro",
    "astro",
];

/// Packages that write a description while the program runs, or from its source.
const WRITERS: &[&str] = &[
    "@nestjs/swagger",
    "swagger-jsdoc",
    "@fastify/swagger",
    "fastify-swagger",
    "tsoa",
    "express-openapi",
    "@hono/zod-openapi",
    "hono-openapi",
    "@asteasolutions/zod-to-openapi",
    "swagger-autogen",
    "express-swagger-generator",
    "express-jsdoc-swagger",
    "zod-openapi",
    "@anatine/zod-openapi",
    "@ts-rest/open-api",
    "@elysiajs/swagger",
    "@elysiajs/openapi",
    "trpc-to-openapi",
    "trpc-openapi",
    "@orpc/openapi",
    "routing-controllers-openapi",
    "koa-swagger-decorator",
    "hapi-swagger",
    "next-swagger-doc",
    "next-openapi-gen",
    "@adonisjs/swagger",
    "adonis-autoswagger",
    "chanfana",
    "@loopback/rest",
    "@feathersjs/swagger",
    "feathers-swagger",
    "@wesleytodd/openapi",
    "express-zod-api",
];

/// One fact for each interface and description, and one for each mistake and difference.
pub(super) fn facts(context: &Context<'_>, store: &Store) -> Vec<Entry> {
    let documents = document::find(context);
    let routes: Vec<(&Entry, &HttpRoute)> =
        store.all::<HttpRoute>().filter(|(_, route)| is_rest(route)).collect();
    let mut found = Vec::new();
    let mut by_package: BTreeMap<&str, Vec<(&Entry, &HttpRoute)>> = BTreeMap::new();
    for (entry, route) in routes {
        if !store.context(entry.place.file).test {
            by_package
                .entry(store.context(entry.place.file).package.as_str())
                .or_default()
                .push((entry, route));
        }
    }
    let several = by_package.len() > 1 || documents.len() > 1;
    for (package, routes) in &by_package {
        found.extend(api(context, store, package, routes, &documents));
    }
    for document in &documents {
        let own = by_package
            .iter()
            .find(|(package, _)| **package == document.package)
            .or_else(|| by_package.iter().next());
        let differences = own.filter(|_| !several).and_then(|(_, routes)| compare(document, routes));
        found.push(self::document(document, differences));
    }
    found
}

/// A route that other programs may call: neither a page nor an operation with a contract of its own.
fn is_rest(route: &HttpRoute) -> bool {
    matches!(route.method.as_str(), "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "ALL")
        && !matches!(route.framework.as_str(), "@trpc/server" | "@orpc/server")
        && !route
            .classes
            .iter()
            .any(|class| matches!(class.as_str(), "docs" | "health" | "metrics" | "debug"))
        && !is_of_operators(route.route.as_deref().unwrap_or_default())
        // A listener that answers everything alike is no interface of several routes.
        && (route.route.is_some() || route.framework != "http")
}

/// Whether a path is there for those who run the program, or for browsers and robots, and not for other programs.
fn is_of_operators(path: &str) -> bool {
    const LAST: &[&str] = &[
        "metrics",
        "prometheus",
        "version",
        "favicon.ico",
        "robots.txt",
        "sitemap.xml",
        "manifest.json",
        "*",
    ];
    let mut parts = path.split('/');
    let last = path.rsplit('/').next().unwrap_or_default();
    LAST.contains(&last) || parts.any(|part| matches!(part, "internal" | "_internal" | "__internal"))
}

fn api(
    context: &Context<'_>,
    store: &Store,
    package: &str,
    routes: &[(&Entry, &HttpRoute)],
    documents: &[Description],
) -> Option<Entry> {
    let (first, _) = routes.first()?;
    let frameworks: BTreeSet<&str> = routes.iter().map(|(_, route)| route.framework.as_str()).collect();
    let own = |entry: &Entry| store.context(entry.place.file).package == package;
    let writer = || {
        let mut dependencies = store.all::<Dependency>().filter(|(entry, _)| own(entry));
        dependencies
            .find(|(_, dependency)| WRITERS.contains(&dependency.name.as_str()))
            .map(|(_, found)| found.name.clone())
    };
    let written = || {
        let document = documents.iter().find(|document| document.package == package || documents.len() == 1);
        document.map(|document| context.tree.file(document.place.file).path.clone())
    };
    let schema = || {
        let mut files = context.tree.files().iter().filter(|file| !file.is_aside() && !file.vendored);
        let described = |file: &&SourceFile| {
            matches!(file.extension(), "proto" | "tsp" | "smithy" | "apib" | "raml")
                || file.name().ends_with("postman_collection.json")
        };
        files.find(described).map(|file| file.path.clone())
    };
    let numbered = routes.iter().filter_map(|(_, route)| route.route.as_deref()).find_map(version);
    let told = || {
        let mut apps = store.all::<HttpApp>().filter(|(entry, _)| own(entry));
        apps.find_map(|(_, app)| app.guards.iter().find(|guard| *guard == "enableVersioning").cloned())
    };
    let pages = frameworks.iter().any(|framework| OF_PAGES.contains(framework));
    let fronts = || {
        store
            .all::<Package>()
            .any(|(entry, package)| package.role == "web" && !store.context(entry.place.file).test)
    };
    let fact = Api {
        routes: i64::try_from(routes.len()).unwrap_or(i64::MAX),
        frameworks: frameworks.iter().map(|framework| (*framework).to_owned()).collect(),
        described: writer().or_else(written).or_else(schema),
        version: numbered.or_else(told),
        internal: pages || fronts(),
    };
    Some(Entry::new(first.place, fact))
}

/// The version that a path names: `v1`.
fn version(path: &str) -> Option<String> {
    let is_version = |segment: &&str| {
        let number = segment.strip_prefix('v');
        number.is_some_and(|number| {
            !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        })
    };
    path.split('/').find(is_version).map(str::to_owned)
}

/// A path with its parameters without names.
fn plain(path: &str) -> String {
    let segment = |segment: &str| match segment.chars().next() {
        Some(':' | '{') => ":".to_owned(),
        _ => segment.to_owned(),
    };
    path.split('/')
        .filter(|part| !part.is_empty())
        .map(segment)
        .fold(String::new(), |path, part| path + "/" + &part)
}

/// How many differences are told.
const MAX_TOLD: usize = 4;

/// Something too many in a description or among the routes.
type Difference = (Place, String);

fn document(document: &Description, differences: Option<Vec<Difference>>) -> Entry {
    let agrees = differences.as_ref().map(Vec::is_empty);
    let differences = differences.unwrap_or_default();
    let mut told: Vec<String> = differences.iter().take(MAX_TOLD).map(|(_, what)| what.clone()).collect();
    if differences.len() > MAX_TOLD {
        told.push(format!("{} more", differences.len() - MAX_TOLD));
    }
    let fact = ApiDocument {
        operations: i64::try_from(document.operations.len()).unwrap_or(i64::MAX),
        mistakes: document.mistakes.iter().map(|(_, what)| what.clone()).collect(),
        agrees,
        differences: told,
    };
    let entry = Entry::new(document.place, fact);
    let labels = document.mistakes.iter().chain(&differences).take(MAX_TOLD);
    labels.fold(entry, |entry, (place, what)| entry.with(*place, what.clone()))
}

/// The differences between a description and the routes; none where they cannot be compared: some paths are computed,
/// or so little fits that they are about different things.
fn compare(document: &Description, routes: &[(&Entry, &HttpRoute)]) -> Option<Vec<Difference>> {
    if routes.iter().any(|(_, route)| route.route.is_none() || route.method == "ALL") {
        return None;
    }
    let routes: Vec<(String, Place, &HttpRoute)> = routes
        .iter()
        .filter_map(|(entry, route)| Some((plain(route.route.as_deref()?), entry.place, *route)))
        .collect();
    let prefix = prefix(document, &routes);
    let named =
        |operation: &Operation| (operation.method.clone(), format!("{prefix}{}", plain(&operation.path)));
    let operations: BTreeSet<(String, String)> = document.operations.iter().map(named).collect();
    let answers = |(path, _, route): &(String, Place, &HttpRoute)| (route.method.clone(), path.clone());
    let answered: BTreeSet<(String, String)> = routes.iter().map(answers).collect();
    let both = operations.intersection(&answered).count();
    if both * 2 < operations.len() || both * 2 < answered.len() {
        return None;
    }
    let undescribed = routes.iter().filter(|route| !operations.contains(&answers(route)));
    let undescribed =
        undescribed.map(|(_, place, route)| (*place, format!("it does not name `{}`", route.name)));
    let unanswered = document.operations.iter().filter(|operation| !answered.contains(&named(operation)));
    let unanswered = unanswered.map(|operation| {
        (operation.place, format!("no route answers `{} {}`", operation.method, operation.path))
    });
    Some(undescribed.chain(unanswered).collect())
}

/// What stands before the paths of the description in those of the routes: that with which most of them fit.
fn prefix(document: &Description, routes: &[(String, Place, &HttpRoute)]) -> String {
    let mut fits: HashMap<&str, usize> = HashMap::new();
    for operation in &document.operations {
        let path = plain(&operation.path);
        for (route, ..) in routes.iter().filter(|(_, _, fact)| fact.method == operation.method) {
            if let Some(before) = route.strip_suffix(path.as_str()) {
                *fits.entry(before).or_default() += 1;
            }
        }
    }
    let best =
        fits.into_iter().max_by_key(|(before, count)| (*count, std::cmp::Reverse(before.len()), *before));
    best.map(|(before, _)| before.to_owned()).unwrap_or_default()
}
