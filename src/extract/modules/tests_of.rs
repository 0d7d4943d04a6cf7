//! Which modules tests reach, and where it cannot be told that none does.

use std::collections::HashSet;

use super::owner;
use crate::extract::Context;
use crate::extract::code::Target;
use crate::parse::javascript::ImportId;
use crate::source::{FileId, FileKind};

/// Packages of tests that ask a running program from outside.
#[rustfmt::skip]
const OUTSIDE: &[&str] = &[
    "@playwright/test", "playwright", "cypress", "puppeteer", "webdriverio", "@wdio/globals", "testcafe",
    "k6", "detox", "newman", "nightwatch", "selenium-webdriver", "pactum", "artillery", "axios", "got",
    "node-fetch", "superagent", "supertest", "undici", "frisby", "chai-http", "@cucumber/cucumber",
];

/// What is known of the tests of a repository.
pub(super) struct Tests<'c> {
    /// Folders of packages of which a test reaches some module.
    packages: HashSet<&'c str>,
    /// Some test asks a running program, or what it asks for cannot be told.
    outside: bool,
}

impl<'c> Tests<'c> {
    /// Looks through all tests.
    pub(super) fn of(context: &'c Context<'_>) -> Self {
        let graph = &context.code.graph;
        let mut tests = Self { packages: HashSet::new(), outside: false };
        for (file, source) in context.tree.entries().filter(|(_, source)| !source.vendored) {
            let name = source.name();
            let foreign =
                matches!(source.kind, FileKind::Python | FileKind::Go | FileKind::Ruby | FileKind::Java)
                    && source.test
                    || [".feature", ".http", ".postman_collection.json", ".hurl"]
                        .iter()
                        .any(|end| name.ends_with(end));
            tests.outside |= foreign;
            match context.code.module(file) {
                Some(module) if source.test => {
                    tests.outside |= name.contains(".cy.") || name.contains(".e2e");
                    for (number, _) in (0..).zip(&module.imports) {
                        tests.outside |= match graph.target(file, ImportId(number)) {
                            Target::Unknown => true,
                            Target::Package(name, _) => OUTSIDE.contains(&name.as_str()),
                            _ => false,
                        };
                    }
                }
                Some(_) if !source.is_aside() && graph.tested(file) => {
                    tests.packages.extend(owner(context, file).map(|package| package.dir.as_str()));
                }
                _ => {}
            }
        }
        tests
    }

    /// Whether a test reaches a module; none where that cannot be told.
    pub(super) fn reach(&self, context: &Context<'_>, file: FileId) -> Option<bool> {
        if context.code.graph.tested(file) {
            return Some(true);
        }
        let followed =
            owner(context, file).is_some_and(|package| self.packages.contains(package.dir.as_str()));
        (followed && !self.outside).then_some(false)
    }
}
