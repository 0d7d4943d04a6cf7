//! Where programs begin.

mod bundlers;
mod commands;
mod configs;
mod manifests;
mod pages;
mod routes;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::resolve::{Resolver, is_script};
use crate::extract::packages::{Package, Packages, Role};
use crate::parse::{Document, Documents};
use crate::source::{FileId, FileKind, SourceFile, Tree};

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
    pub(super) fn find<'r>(
        tree: &'r Tree,
        documents: &'r Documents,
        packages: &'r Packages,
        resolver: &'r Resolver<'r>,
    ) -> Self {
        let parts: [fn(&mut Reader<'r>); 7] = [
            Reader::manifests,
            Reader::scripts,
            Reader::commands,
            Reader::configs,
            Reader::pages,
            Reader::routes,
            Reader::tests,
        ];
        let part = |look: &fn(&mut Reader<'r>)| {
            let mut reader = Reader { tree, documents, packages, resolver, entries: Self::default() };
            look(&mut reader);
            reader.entries
        };
        parts.par_iter().map(part).reduce(Self::default, Self::and)
    }

    /// These and others that were looked for later.
    fn and(mut self, later: Self) -> Self {
        for (file, entry) in later.found {
            self.add(file, entry.purpose, entry.side, || entry.reason);
        }
        self.perhaps.extend(later.perhaps);
        self.open.extend(later.open);
        self
    }

    /// Notes a beginning; of several reasons for a file the strongest and then the first is kept.
    fn add(&mut self, file: FileId, purpose: Purpose, side: Side, reason: impl FnOnce() -> String) {
        match self.found.get_mut(&file) {
            Some(known) if known.purpose < purpose => {}
            Some(known) if known.purpose == purpose => known.side = known.side.and(side),
            _ => drop(self.found.insert(file, Entry { purpose, side, reason: reason() })),
        }
    }
}

impl<'r> Reader<'r> {
    /// Notes a beginning, where the file is code that people wrote.
    fn add(&mut self, file: FileId, purpose: Purpose, side: Side, reason: impl FnOnce() -> String) {
        let source = self.tree.file(file);
        if !is_module(source.kind) || source.vendored {
            return;
        }
        let purpose = if source.test { Purpose::Test } else { purpose };
        self.entries.add(file, purpose, side, reason);
    }

    /// Looks at every file that is not vendored, many at a time; what is found keeps the order of files.
    fn each_file(&mut self, look: impl Fn(&mut Self, FileId, &'r SourceFile) + Sync) {
        let files: Vec<_> = self.tree.entries().filter(|(_, source)| !source.vendored).collect();
        let Self { tree, documents, packages, resolver, .. } = *self;
        let parts = files.par_chunks(256).map(|files| {
            let mut reader = Reader { tree, documents, packages, resolver, entries: Entries::default() };
            for (file, source) in files {
                look(&mut reader, *file, source);
            }
            reader.entries
        });
        self.entries = std::mem::take(&mut self.entries).and(parts.reduce(Entries::default, Entries::and));
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
