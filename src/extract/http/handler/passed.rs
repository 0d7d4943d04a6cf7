//! What becomes of a body: whether it is only handed to another service, as a proxy does.

use std::collections::HashSet;

use super::functions;
use crate::extract::code::{Capability, Code, Origin, Site};
use crate::parse::javascript::{Bound, Kind, Module, NodeId, Operator};

/// How many wrappers lie around a body that is handed on: `{ body: JSON.stringify(await request.json()) }`.
const MAX_DEPTH: usize = 12;

/// What becomes of a body, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fate {
    /// It is held against what is written, or put there.
    Checked,
    /// It is handed to another service as it is.
    Whole,
    /// Parts of it are.
    Parts,
    /// Anything else.
    Used,
}

/// What becomes of a body that is read at this node.
pub(super) fn fate(code: &Code<'_>, site: Site) -> Fate {
    let follow = |module| Walk { code, module, file: site.file }.follow(site.node, Fate::Whole, 0);
    code.module(site.file).map_or(Fate::Used, follow)
}

struct Walk<'c, 'r> {
    code: &'c Code<'r>,
    module: &'c Module,
    file: crate::source::FileId,
}

impl Walk<'_, '_> {
    /// `share`: what the node is of the body, all of it or a part.
    fn follow(&self, node: NodeId, share: Fate, depth: usize) -> Fate {
        let module = self.module;
        let Some(parent) = module.parent(node).filter(|_| depth < MAX_DEPTH) else { return Fate::Used };
        let up = |share: Fate| self.follow(parent, share, depth + 1);
        let first = module.child(parent, 0) == Some(node);
        match module.kind(parent) {
            Kind::Property(word) => self.property(parent, module.word(word), share, depth),
            Kind::Assign(_) if !first => self.assigned(parent, share),
            Kind::Call | Kind::New if !first => self.given(parent, share, depth),
            Kind::Member(_) => self.part(parent, depth),
            Kind::Declarator if !first => self.named(parent, share, depth),
            Kind::Binary(
                Operator::Equal | Operator::NotEqual | Operator::StrictEqual | Operator::StrictNotEqual,
            ) => {
                let other = module.children(parent).find(|side| *side != node);
                let written = other.is_some_and(|other| {
                    module.text(other).is_some()
                        || matches!(module.kind(other), Kind::Flag(_) | Kind::Null)
                        || module.is_global(other, "undefined")
                });
                if written { Fate::Checked } else { Fate::Used }
            }
            Kind::Unary(Operator::Not | Operator::TypeOf) => Fate::Checked,
            // `request.body = schema.parse(input)` reads nothing.
            Kind::If | Kind::Conditional | Kind::Assign(Operator::Assign) if first => Fate::Checked,
            Kind::Await | Kind::Conditional | Kind::Logical(_) => up(share),
            Kind::Template | Kind::Array | Kind::Spread | Kind::Object | Kind::Binary(Operator::Add) => {
                up(Fate::Parts)
            }
            _ => Fate::Used,
        }
    }

    /// A property of the options of a request, or of an object that is handed on.
    fn property(&self, property: NodeId, key: &str, share: Fate, depth: usize) -> Fate {
        let module = self.module;
        let Some(object) = module.parent(property).filter(|object| module.kind(*object) == Kind::Object)
        else {
            return Fate::Used;
        };
        let call = module.parent(object);
        if matches!(key, "body" | "data") && call.is_some_and(|call| self.asks(call)) {
            return share;
        }
        self.follow(object, Fate::Parts, depth + 1)
    }

    /// `options.body = request.body; fetch(url, options)`
    fn assigned(&self, assign: NodeId, share: Fate) -> Fate {
        let module = self.module;
        let target = module.child(assign, 0).filter(
            |target| matches!(module.kind(*target), Kind::Member(word) if module.word(word) == "body"),
        );
        let options = target.and_then(|target| module.child(target, 0));
        let Some(binding) = options.and_then(|options| module.binding(options)) else { return Fate::Used };
        let mut calls = module
            .uses(binding)
            .iter()
            .filter_map(|used| module.parent(*used).filter(|call| module.callee(*call) != Some(*used)));
        if calls.any(|call| self.asks(call)) { share } else { Fate::Used }
    }

    /// An argument of a call.
    fn given(&self, call: NodeId, share: Fate, depth: usize) -> Fate {
        match self.module.called(call).unwrap_or_default() {
            "stringify" => self.follow(call, share, depth + 1),
            "String" | "Number" | "Boolean" | "parseInt" | "parseFloat" | "encodeURIComponent"
            | "fromEntries" => self.follow(call, Fate::Parts, depth + 1),
            "post" | "put" | "patch" if self.asks(call) => share,
            // A function of this repository that asks makes something of what it is given.
            _ if self.asks(call) || self.leads_to_a_request(call) => Fate::Parts,
            _ => Fate::Used,
        }
    }

    /// `body.name`, `form.get("name")`.
    fn part(&self, member: NodeId, depth: usize) -> Fate {
        const GIVE: &[&str] = &["get", "getAll", "has", "toString", "trim", "toLowerCase"];
        let module = self.module;
        match module.parent(member).filter(|call| module.callee(*call) == Some(member)) {
            None => self.follow(member, Fate::Parts, depth + 1),
            Some(call) if module.last_name(member).is_some_and(|name| GIVE.contains(&name)) => {
                self.follow(call, Fate::Parts, depth + 1)
            }
            Some(_) => Fate::Used,
        }
    }

    /// `const body = …`, `const { name } = …`: what becomes of all uses of the names.
    fn named(&self, declarator: NodeId, share: Fate, depth: usize) -> Fate {
        let module = self.module;
        let Some(pattern) = module.child(declarator, 0) else { return Fate::Used };
        let (names, share) = match module.kind(pattern) {
            Kind::Name(..) => (vec![pattern], share),
            Kind::ObjectPattern => {
                let parts = module.children(pattern).map(|part| module.child(part, 0).unwrap_or(part));
                (parts.collect(), Fate::Parts)
            }
            _ => return Fate::Used,
        };
        let fates = names.into_iter().map(|name| {
            let Some(binding) = module.binding(name) else { return Fate::Used };
            let bound = module.bindings[binding.0 as usize].bound;
            let uses = module.uses(binding);
            if !matches!(bound, Bound::Value(_) | Bound::Part(..)) || uses.is_empty() {
                return Fate::Used;
            }
            uses.iter().map(|used| self.follow(*used, share, depth + 1)).max().unwrap_or(Fate::Used)
        });
        fates.max().unwrap_or(Fate::Used)
    }

    /// Whether a call asks another service, by itself or in what it calls.
    fn asks(&self, call: NodeId) -> bool {
        let module = self.module;
        let at = |node: NodeId| Site { file: self.file, node };
        let is_fetch = || matches!(self.code.callee(at(call)), Origin::Global(name) if name == "fetch" || name == "Request");
        let gives = |node: NodeId| self.code.capabilities(at(node)).has(Capability::HttpClient);
        matches!(module.kind(call), Kind::Call | Kind::New)
            && (is_fetch() || gives(call) || module.callee(call).is_some_and(gives))
    }

    /// Whether a call is one of local code that asks another service.
    fn leads_to_a_request(&self, call: NodeId) -> bool {
        let callee = self.module.callee(call).map(|node| Site { file: self.file, node });
        let inner = callee.map(|callee| functions(self.code, callee, 0)).unwrap_or_default();
        let sends = |inner: &[Site]| {
            let mut seen = HashSet::new();
            inner.iter().any(|function| sends(self.code, *function, 0, &mut seen))
        };
        // Handlers share what they call.
        match inner.as_slice() {
            [function] => self.code.asking.of(*function, || sends(&inner)),
            inner => sends(inner),
        }
    }
}

/// Whether a function of the repository asks another service, by itself or in what it calls.
fn sends(code: &Code<'_>, function: Site, depth: usize, seen: &mut HashSet<Site>) -> bool {
    const DEEPEST: usize = 3;
    const MOST: usize = 40;
    let Some(module) = code.module(function.file) else { return false };
    if depth > DEEPEST || seen.len() > MOST || !seen.insert(function) {
        return false;
    }
    let walk = Walk { code, module, file: function.file };
    let is_call = |node: &NodeId| matches!(module.kind(*node), Kind::Call | Kind::New);
    let calls = || module.descendants(function.node).filter(is_call);
    calls().any(|call| walk.asks(call))
        || calls().any(|call| {
            let callee = module.callee(call).map(|node| Site { node, ..function });
            let inner = callee.map(|callee| functions(code, callee, 0)).unwrap_or_default();
            inner.into_iter().any(|inner| sends(code, inner, depth + 1, seen))
        })
}
