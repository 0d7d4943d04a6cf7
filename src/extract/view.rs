//! A module as the readers of behaviour look at it: where it runs, and which of its functions answer requests.

use rayon::prelude::*;

use super::Context;
use super::code::{Origin, Site};
use super::packages::Role;
use super::side::{self, Side};
use crate::facts::{Entry, Fact};
use crate::parse::javascript::{Kind, Module, NodeId};
use crate::source::{FileId, Place, dealt};

/// A module and what surrounds it.
pub(super) struct View<'c> {
    /// Everything that was read.
    pub(super) context: &'c Context<'c>,
    /// Its file.
    pub(super) file: FileId,
    /// The module.
    pub(super) module: &'c Module,
}

/// Looks at every module in parallel; what is found keeps the order of the modules.
pub(super) fn each<T: Send>(
    context: &Context<'_>,
    look: impl Fn(&View<'_>, &mut Vec<T>) + Sync + Send,
) -> Vec<T> {
    let modules: Vec<_> = context.code.modules().collect();
    let one = |at: &(FileId, &Module)| {
        let mut found = Vec::new();
        look(&View { context, file: at.0, module: at.1 }, &mut found);
        found
    };
    dealt(&modules).flat_map_iter(one).collect()
}

impl<'c> View<'c> {
    /// Every call and `new` of a module, in the order of the text.
    pub(super) fn calls(&self) -> impl Iterator<Item = NodeId> + '_ {
        self.module.calls()
    }

    /// A fact at a node.
    pub(super) fn entry(&self, node: NodeId, fact: impl Fact) -> Entry {
        Entry::new(self.place(node), fact)
    }

    /// Where a node stands.
    pub(super) fn place(&self, node: NodeId) -> Place {
        Place { file: self.file, span: self.module.span(node) }
    }

    /// A node with its file.
    pub(super) fn site(&self, node: NodeId) -> Site {
        Site { file: self.file, node }
    }

    /// Where the value of a node comes from.
    pub(super) fn origin(&self, node: NodeId) -> Origin {
        self.context.code.origin(self.site(node))
    }

    /// The package and path that a node leads to, where it leads to a package.
    pub(super) fn external(&self, node: NodeId) -> Option<(String, String)> {
        match self.origin(node) {
            Origin::External { package, path } => Some((package, path)),
            _ => None,
        }
    }

    /// The path of the file.
    pub(super) fn path(&self) -> &'c str {
        &self.context.tree.file(self.file).path
    }

    /// The directory of the package of the file.
    pub(super) fn package(&self) -> &'c str {
        self.context.packages.dir_of(self.path())
    }

    /// Whether it runs in a server.
    pub(super) fn is_server(&self) -> bool {
        self.side() == Side::Server
    }

    /// Whether its package is run somewhere, rather than used by others.
    pub(super) fn is_deployed(&self) -> bool {
        self.context.packages.owner(self.path(), "npm").is_some_and(super::packages::Package::is_deployable)
    }

    /// Whether its package answers requests itself. The pages of a site may be made when it is built.
    pub(super) fn answers(&self) -> bool {
        let owner = self.context.packages.owner(self.path(), "npm");
        owner.is_some_and(|package| matches!(package.role, Role::Service | Role::Worker))
    }

    /// Where it runs.
    pub(super) fn side(&self) -> Side {
        let Context { tree, packages, code, .. } = self.context;
        self.context.sides.of(self.file, || side::side(tree, packages, code, self.file, self.module))
    }

    /// The nearest function around a node that answers requests.
    pub(super) fn handler_around(&self, node: NodeId) -> Option<NodeId> {
        self.module.ancestors(node).find(|id| self.is_handler(*id))
    }

    /// Whether a node is a function that answers requests: `(req, res)`, `(request, reply)`, `(c)` of Hono, `(ctx)` of
    /// Koa, a method under a routing decorator of Nest, `GET` and its like of a route file.
    pub(super) fn is_handler(&self, function: NodeId) -> bool {
        let Some(known) = self.module.function(function) else { return false };
        if known.parameters > 4 {
            return false;
        }
        let names: Vec<_> =
            self.module.parameters(function).map(|pattern| self.pattern_name(pattern)).collect();
        match names.as_slice() {
            [Some(request), Some(answer), ..] if is_request(request) && is_answer(answer) => true,
            [Some(error), Some(request), Some(answer), _] => {
                is_error(error) && is_request(request) && is_answer(answer)
            }
            [Some("c" | "ctx" | "context"), ..] => self.method_of_call(function).is_some(),
            _ => self.is_route_export(function) || self.nest_method(function).is_some(),
        }
    }

    /// Whether a function is an Express handler of errors: `(err, req, res, next)`.
    pub(super) fn is_error_handler(&self, function: NodeId) -> bool {
        let names: Vec<_> =
            self.module.parameters(function).map(|pattern| self.pattern_name(pattern)).collect();
        matches!(names.as_slice(), [Some(error), Some(request), _, _] if is_error(error) && is_request(request))
    }

    fn pattern_name(&self, pattern: NodeId) -> Option<&str> {
        match self.module.kind(pattern) {
            Kind::Name(word, _) => Some(self.module.word(word)),
            Kind::Default => self.pattern_name(self.module.child(pattern, 0)?),
            _ => None,
        }
    }

    /// `export async function GET` of a file named `route` or `+server`.
    fn is_route_export(&self, function: NodeId) -> bool {
        let name = self.module.function(function).map(|known| self.module.word(known.name));
        let file = self.context.tree.file(self.file).name();
        matches!(name, Some("GET" | "POST" | "PUT" | "PATCH" | "DELETE"))
            && (file.starts_with("route.") || file.starts_with("+server."))
    }

    /// The verb of the routing decorator above a method of a controller.
    fn nest_method(&self, function: NodeId) -> Option<&'static str> {
        let method = self.module.parent(function)?;
        if !matches!(self.module.kind(method), Kind::Method(_)) {
            return None;
        }
        let verb = |value: NodeId| {
            let name = self.module.called(value)?;
            verb_of(&name.to_ascii_lowercase())
                .filter(|_| name.starts_with(|first: char| first.is_uppercase()))
        };
        self.module.decorators(method).find_map(verb)
    }

    /// The method of the route whose handler a function is, `ALL` for any: by the call it is given to, its decorator or
    /// its name; none where that cannot be told.
    pub(super) fn method_of(&self, handler: NodeId) -> Option<&'static str> {
        if let Some(verb) = self.nest_method(handler).or_else(|| self.method_of_call(handler)) {
            return Some(verb);
        }
        let name = self.module.word(self.module.function(handler)?.name);
        if self.is_route_export(handler) {
            return verb_of(&name.to_ascii_lowercase());
        }
        let reads = ["get", "list", "fetch", "find", "search", "index", "show", "all"];
        let starts = |word: &str| {
            name.strip_prefix(word).is_some_and(|rest| !rest.starts_with(|next: char| next.is_lowercase()))
        };
        reads.iter().any(|word| starts(word)).then_some("GET")
    }

    /// `get` of `router.get("/x", wrap(handler))`.
    fn method_of_call(&self, function: NodeId) -> Option<&'static str> {
        let around = self.module.ancestors(function).take_while(|id| self.module.kind(*id) == Kind::Call);
        let mut calls = around.filter(|call| self.module.receiver(*call).is_some());
        calls.find_map(|call| self.module.called(call).and_then(verb_of))
    }
}

/// Whether a file is started by hand or by a tool, rather than being a part of what runs.
pub(super) fn by_hand(context: &Context<'_>, file: FileId) -> bool {
    context.sides.by_hand(file, || side::by_hand(context.tree, &context.code, file))
}

/// The verb of a router's method: `GET` for `get`.
pub(super) fn verb_of(name: &str) -> Option<&'static str> {
    Some(match name {
        "get" => "GET",
        "post" => "POST",
        "put" => "PUT",
        "patch" => "PATCH",
        "delete" | "del" => "DELETE",
        "all" | "use" => "ALL",
        _ => return None,
    })
}

fn is_request(name: &str) -> bool {
    matches!(name, "req" | "request" | "_req" | "_request")
}

fn is_answer(name: &str) -> bool {
    matches!(name, "res" | "response" | "reply" | "_res" | "rep" | "h")
}

fn is_error(name: &str) -> bool {
    matches!(name, "err" | "error" | "e" | "_err" | "ex" | "_error" | "exception")
}

/// A package as a message calls it: its name in the manifest, else its directory.
pub(super) fn package_name(context: &Context<'_>, dir: &str) -> String {
    let name = context.packages.get(dir, "npm").and_then(super::packages::Package::name);
    name.map_or_else(
        || if dir.is_empty() { "the repository".to_owned() } else { dir.to_owned() },
        str::to_owned,
    )
}
