//! How what protects an application is set: origins, limits, uploads, cookies.

mod ambient;
mod body;
mod cors;
mod limiter;
mod nest;
mod options;
mod session;
mod upload;

use rayon::prelude::*;

use super::Context;
use super::code::{Code, Origin, Site};
use crate::facts::{Entry, Fact};
use crate::parse::javascript::{Kind, Module, NodeId};
use crate::source::{FileId, dealt};

/// One fact for each place that sets something, in code that a program may run on a server.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let graph = &context.code.graph;
    let server = |file: FileId| graph.live(file) != Some(false) && graph.client(file) != Some(true);
    let modules: Vec<_> = context.code.modules().filter(|(file, _)| server(*file)).collect();
    let found = dealt(&modules).map(|(file, module)| one(context, *file, module));
    let mut entries: Vec<Entry> = found.flatten().collect();
    entries.extend(upload::facts(context, &modules));
    entries
}

/// A call or a property that may set something.
#[derive(Clone, Copy)]
struct Call<'c> {
    context: &'c Context<'c>,
    file: FileId,
    module: &'c Module,
    node: NodeId,
    /// The last name of what is called: `json` for `express.json()`.
    name: &'c str,
}

fn one(context: &Context<'_>, file: FileId, module: &Module) -> Vec<Entry> {
    let mut entries = Vec::new();
    let limits = limiter::asks_for_limiter(module);
    let concerns = |name: &str| cors::concerns(name) || body::concerns(name) || session::concerns(name);
    // What limits may be called as it is loaded, and has no name then.
    let calls = if limits { module.calls().collect() } else { module.calls_named(concerns) };
    for node in calls {
        let call = Call::new(context, file, module, node);
        entries.extend(cors::policy(&call).map(|fact| call.entry(fact)));
        if limits {
            entries.extend(limiter::limiter(&call).map(|fact| call.entry(fact)));
        }
        entries.extend(body::limit(&call).map(|fact| call.entry(fact)));
        entries.extend(session::cookie(&call).map(|fact| call.entry(fact)));
    }
    let sets = module.says_in_any_case(cors::HEADER) || module.may_say(body::SETTING);
    let properties = sets.then(|| module.all()).into_iter().flatten();
    for node in properties.filter(|node| matches!(module.kind(*node), Kind::Property(_))) {
        let call = Call::new(context, file, module, node);
        entries.extend(cors::policy(&call).map(|fact| call.entry(fact)));
        entries.extend(body::setting(&call).map(|fact| call.entry(fact)));
    }
    entries
}

impl<'c> Call<'c> {
    fn new(context: &'c Context<'c>, file: FileId, module: &'c Module, node: NodeId) -> Self {
        Self { context, file, module, node, name: module.called(node).unwrap_or_default() }
    }

    /// Whether the call is handed to `options("*", …)` of an application.
    fn before_options(&self) -> bool {
        let parent = self.module.parent(self.node);
        parent.is_some_and(|parent| {
            self.module.kind(parent) == Kind::Call
                && self.module.called(parent) == Some("options")
                && self.module.argument(parent, 0) != Some(self.node)
        })
    }

    fn code(&self) -> &'c Code<'c> {
        &self.context.code
    }

    fn site(&self, node: NodeId) -> Site {
        Site { file: self.file, node }
    }

    fn callee(&self) -> Option<Site> {
        self.module.callee(self.node).map(|node| self.site(node))
    }

    fn name(&self) -> &'c str {
        self.name
    }

    fn argument(&self, index: usize) -> Option<Site> {
        self.module.argument(self.node, index).map(|node| self.site(node))
    }

    /// The package that a value comes from, and its path there.
    fn external(&self, site: Site) -> Option<(String, String)> {
        match self.code().origin(site) {
            Origin::External { package, path } => Some((package, path)),
            _ => None,
        }
    }

    /// What the call takes from a package: `register(cors, options)` as well as `cors(options)`.
    fn taken(&self) -> Option<(String, String, Option<Site>)> {
        if self.name() == "register" {
            let (package, path) = self.external(self.argument(0)?)?;
            return Some((package, path, self.argument(1)));
        }
        let (package, path) = self.external(self.callee()?)?;
        Some((package, path, self.argument(0)))
    }

    fn entry(&self, fact: impl Fact) -> Entry {
        Entry::new(super::http::place(self.context, self.site(self.node)), fact)
    }
}

#[cfg(test)]
mod tests;
