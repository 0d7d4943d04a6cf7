//! Which kinds of tests there are beside those of units, and what is wrong with how tests are set up.

mod blocks;
mod options;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use super::Context;
use super::packages::Package;
use crate::facts::{Check, CiAction, Dependency, Entry, Script, Store, TestRunners, TestSuite};
use crate::source::{FileId, Place, SourceFile};

/// Packages and programs whose only purpose is a kind of test: kind, names; `*` at the end stands for any rest.
const TOOLS: &[(&str, &[&str])] = &[
    (
        "load",
        &[
            "k6",
            "artillery",
            "autocannon",
            "loadtest",
            "locust",
            "gatling*",
            "@gatling.io/*",
            "vegeta",
            "wrk",
            "wrk2",
            "oha",
            "bombardier",
            "drill",
            "goose",
            "tsung",
            "jmeter",
            "@types/k6",
            "grafana/k6-action",
            "grafana/run-k6-action",
            "grafana/setup-k6-action",
            "artilleryio/*",
        ],
    ),
    (
        "e2e",
        &[
            "playwright",
            "@playwright/test",
            "pytest-playwright",
            "cypress",
            "cypress-io/github-action",
            "@wdio/cli",
            "webdriverio",
            "testcafe",
            "nightwatch",
            "detox",
            "codeceptjs",
            "protractor",
            "selenium-webdriver",
            "selenium",
            "puppeteer",
            "@cucumber/cucumber",
            "maestro",
            "mobile-dev-inc/action-maestro-cloud",
            "capybara",
            "@badeball/cypress-cucumber-preprocessor",
            "@web/test-runner-playwright",
            "splinter",
            "@stablyai/*",
            "@magnitudedev/*",
            "patrol",
            "integration_test",
        ],
    ),
    (
        "contract",
        &[
            "@pact-foundation/*",
            "pact-python",
            "pact",
            "pact_consumer",
            "pact-foundation/*",
            "dredd",
            "schemathesis",
            "schemathesis/action",
            "jest-openapi",
            "chai-openapi-response-validator",
            "openapi-response-validator",
            "vitest-openapi",
            "@apideck/portman",
            "specmatic",
            "tcases-openapi",
            "@stoplight/prism-cli",
            "hikaku",
            "committee",
            "rspec-openapi",
            "openapi-core",
            "@spotlightjs/openapi",
            "buf",
            "bufbuild/*",
        ],
    ),
    (
        "visual",
        &[
            "chromatic",
            "chromaui/action",
            "chromaui/action-next",
            "@chromatic-com/*",
            "@percy/*",
            "percy",
            "backstopjs",
            "loki",
            "lost-pixel",
            "lost-pixel/lost-pixel",
            "reg-suit",
            "reg-cli",
            "jest-image-snapshot",
            "@argos-ci/*",
            "@applitools/*",
            "happo",
            "happo.io",
            "happo-*",
            "creevey",
            "@storycap-testrun/*",
            "storycap",
            "cypress-image-snapshot",
            "cypress-visual-regression",
            "pixelmatch",
            "@vitest/browser-visual",
        ],
    ),
];

/// Names of files and folders of tools.
const FILES: &[(&str, &str, &str)] = &[
    ("load", "locust", "locustfile.py"),
    ("load", "artillery", "artillery.yml"),
    ("load", "artillery", "artillery.yaml"),
    ("e2e", "playwright", "playwright.config.ts"),
    ("e2e", "playwright", "playwright.config.js"),
    ("e2e", "playwright", "playwright.config.mjs"),
    ("e2e", "cypress", "cypress.config.ts"),
    ("e2e", "cypress", "cypress.config.js"),
    ("e2e", "cypress", "cypress.json"),
    ("visual", "backstopjs", "backstop.json"),
    ("visual", "lost-pixel", "lostpixel.config.ts"),
    ("contract", "dredd", "dredd.yml"),
];

/// Runners of unit tests that do the same.
const RUNNERS: &[&str] = &["jest", "vitest", "mocha", "ava", "jasmine", "tap"];

/// One fact for each kind of suite and place, and those of how tests are set up.
pub(super) fn facts(context: &Context<'_>, store: &Store) -> Vec<Entry> {
    let mut entries = Vec::new();
    for (entry, dependency) in store.all::<Dependency>() {
        entries.extend(known(&dependency.name).map(|kind| suite(entry.place, kind, &dependency.name)));
    }
    for (entry, action) in store.all::<CiAction>() {
        entries.extend(known(&action.action).map(|kind| suite(entry.place, kind, &action.action)));
    }
    for (entry, script) in store.all::<Script>() {
        for tool in &script.tools {
            let Some(kind) = known(tool) else { continue };
            entries.push(suite(entry.place, kind, tool));
            if kind == "load" && is_soak(&script.name) {
                entries.push(suite(entry.place, "soak", tool));
            }
        }
    }
    for (entry, check) in store.all::<Check>().filter(|(_, check)| check.kind == "e2e") {
        entries.push(suite(entry.place, "e2e", &check.tool));
    }
    for (file, source) in context.tree.entries().filter(|(_, source)| !source.vendored) {
        entries.extend(of_file(context, file, source));
    }
    entries.extend(runners(context, store));
    entries.extend(blocks::facts(context));
    entries.extend(options::facts(context));
    entries
}

fn known(name: &str) -> Option<&'static str> {
    let is = |pattern: &&str| match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => *pattern == name,
    };
    TOOLS.iter().find(|(_, names)| names.iter().any(is)).map(|(kind, _)| *kind)
}

fn suite(place: Place, kind: &str, tool: &str) -> Entry {
    Entry::new(place, TestSuite { kind: kind.to_owned(), tool: tool.to_owned() })
}

fn is_soak(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["soak", "endurance", "longevity"].iter().any(|word| name.contains(word))
}

/// What the name of a file, or what it asks for, shows.
fn of_file(context: &Context<'_>, file: FileId, source: &SourceFile) -> Vec<Entry> {
    let place = Place::file(file);
    let named = FILES.iter().filter(|(_, _, name)| *name == source.name());
    let mut found: Vec<Entry> = named.map(|(kind, tool, _)| suite(place, kind, tool)).collect();
    if source.extension() == "jmx" {
        found.push(suite(place, "load", "jmeter"));
    }
    if source.path.starts_with(".maestro/") || source.path.contains("/.maestro/") {
        found.push(suite(place, "e2e", "maestro"));
    }
    if let Some(module) = context.code.module(file) {
        let asked = |name: &str| {
            module.imports.iter().any(|import| {
                let source = module.word(import.source);
                source == name || source.strip_prefix(name).is_some_and(|rest| rest.starts_with('/'))
            })
        };
        if asked("k6") {
            found.push(suite(place, "load", "k6"));
        }
        if (asked("@playwright/test") || asked("vitest")) && compares_pictures(module) {
            found.push(suite(place, "visual", "toHaveScreenshot"));
        }
    }
    let loads = found.iter().any(|entry| entry.get::<TestSuite>().is_some_and(|suite| suite.kind == "load"));
    if loads && is_soak(&source.path) {
        found.push(suite(place, "soak", "load test"));
    }
    found
}

fn compares_pictures(module: &crate::parse::javascript::Module) -> bool {
    module.all().any(|node| {
        matches!(module.called(node), Some("toHaveScreenshot" | "toMatchScreenshot" | "toMatchImageSnapshot"))
    })
}

/// Several runners of unit tests in a workspace, or in one package.
fn runners(context: &Context<'_>, store: &Store) -> Vec<Entry> {
    let is_runner = |check: &Check| check.kind == "test" && RUNNERS.contains(&check.tool.as_str());
    let workspace = context.packages.all().iter().any(Package::is_root);
    let mut found = Vec::new();
    let mut dirs: BTreeSet<&str> = BTreeSet::new();
    for (entry, _) in store.all::<Check>().filter(|(_, check)| is_runner(check)) {
        let dir = store.context(entry.place.file).package.as_str();
        dirs.insert(if workspace { "" } else { dir });
    }
    for dir in dirs {
        let mut tools: Vec<(&str, Place)> = Vec::new();
        for (entry, check) in store.all::<Check>().filter(|(_, check)| is_runner(check)) {
            let own = workspace || store.context(entry.place.file).package == dir;
            let known = tools.iter().any(|(tool, _)| *tool == check.tool);
            if own && !known && !store.context(entry.place.file).test {
                tools.push((check.tool.as_str(), entry.place));
            }
        }
        let Some((_, first)) = tools.first() else { continue };
        // Jest is what React Native needs, whatever the rest of a workspace uses.
        let native = store
            .all::<Dependency>()
            .any(|(_, dependency)| matches!(dependency.name.as_str(), "react-native" | "expo"));
        let reason = native.then(|| "the tests of React Native run in Jest alone".to_owned());
        let names = tools.iter().map(|(tool, _)| (*tool).to_owned()).collect();
        let fact = TestRunners { tools: names, reason };
        found.push(match tools.get(1) {
            Some((_, second)) => Entry::new(*second, fact).with(*first, "the other is set up here"),
            None => Entry::new(*first, fact),
        });
    }
    found
}
