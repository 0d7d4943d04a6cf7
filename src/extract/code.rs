//! The code of the repository as one: what names stand for across modules, and what functions are good for.

mod behaviour;
mod capability;
mod graph;
mod knowledge;
mod origin;
mod scope;
mod travel;

pub use capability::{Capabilities, Capability};
pub use graph::{Graph, Target};
pub use knowledge::{external, purpose, works_through_others};
pub use origin::Origin;

use std::sync::{Mutex, OnceLock, PoisonError};

use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};

use super::packages::Packages;
use crate::parse::javascript::{Module, NodeId};
use crate::parse::{Document, Documents};
use crate::source::{FileId, Place, Tree};

/// A node of a module of the repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Site {
    /// The file.
    pub file: FileId,
    /// The node.
    pub node: NodeId,
}

/// Every module of the repository, and how they hang together.
#[derive(Debug)]
pub struct Code<'r> {
    documents: &'r Documents,
    /// Which module asks for which.
    pub graph: Graph,
    scope: scope::Scope,
    travel: travel::Travel,
    /// What the calls of each file call, in their order: every analysis asks for that.
    callees: Vec<OnceLock<Box<[origin::Value]>>>,
    /// Whether functions ask other services, as far as that was looked for.
    pub(super) asking: Remembered,
    /// What modules ask for, each once.
    specifiers: OnceLock<Box<[CompactString]>>,
}

/// Answers that were given for values, for who asks again.
#[derive(Debug, Default)]
pub(super) struct Remembered(Mutex<FxHashMap<Site, bool>>);

impl Remembered {
    /// The answer for a value, found once. Finding it may ask for others.
    pub(super) fn of(&self, site: Site, find: impl FnOnce() -> bool) -> bool {
        let known = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(answer) = known().get(&site) {
            return *answer;
        }
        let answer = find();
        known().insert(site, answer);
        answer
    }
}

impl<'r> Code<'r> {
    /// Links the modules.
    pub fn new(tree: &'r Tree, documents: &'r Documents, packages: &Packages) -> Self {
        let graph = Graph::new(tree, documents, packages);
        let scope = scope::Scope::new(tree, documents, packages);
        let callees = documents.ids().map(|_| OnceLock::new()).collect();
        let (travel, specifiers) = (travel::Travel::default(), OnceLock::new());
        let asking = Remembered::default();
        let mut code = Self { documents, graph, scope, travel, callees, asking, specifiers };
        code.travel = travel::Travel::new(&code);
        code
    }

    /// The module of a file, where it is one.
    pub fn module(&self, file: FileId) -> Option<&'r Module> {
        match self.documents.get(file)? {
            Document::JavaScript(script) => Some(&script.module),
            _ => None,
        }
    }

    /// Every file, module or not, in the order of paths.
    fn files(&self) -> impl Iterator<Item = FileId> + use<> {
        self.documents.ids()
    }

    /// Every module with its file, in the order of paths.
    pub fn modules(&self) -> impl Iterator<Item = (FileId, &'r Module)> + '_ {
        self.documents.ids().filter_map(|file| Some((file, self.module(file)?)))
    }

    /// What modules ask for, each specifier once as it is written.
    pub fn specifiers(&self) -> impl Iterator<Item = &str> {
        let all = || {
            let of_module =
                |module: &'r Module| module.imports.iter().map(|import| module.word(import.source));
            let all: FxHashSet<&str> = self.modules().flat_map(|(_, module)| of_module(module)).collect();
            all.into_iter().map(CompactString::from).collect()
        };
        self.specifiers.get_or_init(all).iter().map(CompactString::as_str)
    }

    /// Where a site stands.
    pub fn place(&self, site: Site) -> Place {
        let span = self.module(site.file).map(|module| module.span(site.node)).unwrap_or_default();
        Place { file: site.file, span }
    }
}
