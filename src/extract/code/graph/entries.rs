//! Where programs begin.

mod commands;
mod configs;
mod manifests;
mod pages;
mod routes;

use std::collections::{BTreeMap, BTreeSet};

use super::resolve::{Resolver, is_script};
use crate::extract::packages::{Package, Packages, Role};
use crate::parse::{Document, Documents};
use crate::source::{FileId, FileKind, Tree};

/// Why a file is a beginning, the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Purpose {
    /// A program that is run or served.
    Program,
    /// What a package gives to others.
    Library,
    /// A tool that is run to build, check or migrate.
    Tool,
    /// A test.
    Test,
}

/// Where the code that begins there runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// On a server or a machine of its developers.
    Server,
    /// In a browser or on a device of its users.
    Client,
    /// On both.
    Both,
    /// With whoever imports it, or it cannot be told.
    Open,
}

/// A file in which something begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// What for.
    pub(super) purpose: Purpose,
    /// Where.
    pub(super) side: Side,
    /// Why, in words: the script of this name, the command of that image.
    pub(super) reason: String,
}

/// Every beginning that is known.
#[derive(Debug, Default)]
pub(super) struct Entries {
    /// By file.
    pub(super) found: BTreeMap<FileId, Entry>,
    /// Files that may be a beginning.
    pub(super) perhaps: BTreeSet<FileId>,
    /// Folders of packages in which a framework or a tool finds files by rules of its own.
    pub(super) open: BTreeSet<String>,
}

/// What all readers of beginnings see.
pub(super) struct Reader<'r> {
    tree: &'r Tree,
    documents: &'r Documents,
    packages: &'r Packages,
    resolver: &'r Resolver<'r>,
    entries: Entries,
}

impl Entries {
    /// Looks for beginnings in manifests, commands, configurations, pages and the layouts of frameworks.
    pub(super) fn find(
        tree: &Tree,
        documents: &Documents,
        packages: &Packages,
        resolver: &Resolver<'_>,
    ) -> Self {
        let mut reader = Reader { tree, documents, packages, resolver, entries: Self::default() };
        reader.manifests();
        reader.commands();
        reader.configs();
        reader.pages();
        reader.routes();
        reader.tests();
        reader.entries
    }
}

impl<'r> Reader<'r> {
    /// Notes a beginning; of several reasons for a file the strongest and then the first is kept.
    fn add(&mut self, file: FileId, purpose: Purpose, side: Side, reason: impl FnOnce() -> String) {
        let source = self.tree.file(file);
        if !is_module(source.kind) || source.vendored {
            return;
        }
        let purpose = if source.test { Purpose::Test } else { purpose };
        match self.entries.found.get_mut(&file) {
            Some(known) if known.purpose < purpose => {}
            Some(known) if known.purpose == purpose => known.side = known.side.and(side),
            _ => drop(self.entries.found.insert(file, Entry { purpose, side, reason: reason() })),
        }
    }

    /// The packages of npm and Deno.
    fn scripted(&self) -> impl Iterator<Item = &'r Package> + use<'r> {
        self.packages.all().iter().filter(|package| is_script(package))
    }

    /// Every file of tests.
    fn tests(&mut self) {
        for (file, source) in self.tree.entries() {
            if source.test && is_module(source.kind) {
                self.add(file, Purpose::Test, Side::Open, || "a test".to_owned());
            }
        }
    }

    /// The module of a file.
    fn module(&self, file: FileId) -> Option<&'r crate::parse::javascript::Module> {
        match self.documents.get(file)? {
            Document::JavaScript(script) => Some(&script.module),
            _ => None,
        }
    }
}

impl Side {
    /// What two reasons say together.
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Open, side) | (side, Self::Open) => side,
            (one, other) if one == other => one,
            _ => Self::Both,
        }
    }

    /// Where the programs of a package run, as far as its role tells.
    fn of(role: Role) -> Self {
        match role {
            Role::Service | Role::Worker | Role::Cli | Role::Infra => Self::Server,
            Role::Web | Role::App => Self::Client,
            _ => Self::Open,
        }
    }
}

/// Whether a file holds code that can begin something.
fn is_module(kind: FileKind) -> bool {
    super::patterns::is_code(kind)
}
