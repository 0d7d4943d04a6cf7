//! What is done to a router, looked up forward from where it is made.

use std::collections::BTreeSet;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::eval::{Eval, class_around, definition};
use super::model::Key;
use crate::extract::code::{Code, Site, Target};
use crate::parse::javascript::{BindingId, Bound, FunctionForm, Kind, Loop, Module, NodeId, Operator};
use crate::source::FileId;

/// How deep calls of calls are followed to find out when something is registered.
const MAX_DEPTH: usize = 8;

/// How a router is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::extract::http) enum Use {
    /// A method of it is called.
    Method,
    /// It is the argument of this number.
    Argument(u32),
    /// It is a property of an argument, or a member of it is an argument: `serve({ fetch: app.fetch })`.
    Within(u32),
}

/// One use of a router.
#[derive(Debug, Clone)]
pub(in crate::extract::http) struct Registration {
    /// The call.
    pub call: Site,
    /// The router.
    pub on: Key,
    /// How the router is used there.
    pub by: Use,
    /// It stands under a condition.
    pub conditional: bool,
    /// Loops and callbacks of loops it stands in, the outermost first.
    pub loops: Vec<Site>,
    /// When it runs, compared with others of the router.
    order: Vec<(u32, u32)>,
}

/// Names that importing modules have for routers of others.
pub(super) type Aliases = FxHashMap<Site, Vec<(FileId, NodeId)>>;

/// Every use of a router, in the order they run.
pub(super) fn registrations(eval: &Eval<'_>, key: Key, aliases: &Aliases) -> Vec<Registration> {
    let mut search =
        Search { eval, key, home: None, file: FileId(0), found: Vec::new(), seen: FxHashSet::default() };
    match key {
        Key::Made(site) => {
            search.file = site.file;
            search.home = eval.module(site).function_around(site.node);
            search.follow(site.file, site.node);
            for (file, node) in aliases.get(&site).into_iter().flatten() {
                search.follow(*file, *node);
            }
        }
        Key::Given(file, binding) => {
            let module = eval.known.module(file);
            search.file = file;
            search.home = module.function_around(module.bindings[binding.0 as usize].declared);
            search.named(file, binding);
        }
    }
    let mut found = search.found;
    found.sort_by(|a, b| a.order.cmp(&b.order));
    found
}

/// Names under which other modules use what is called into being elsewhere, with the node to follow.
pub(super) fn aliases(code: &Code<'_>) -> Aliases {
    let modules: Vec<(FileId, &Module)> = code.modules().collect();
    let named: Vec<(Site, NodeId, FileId)> =
        modules.par_iter().flat_map_iter(|(file, module)| named_in(code, *file, module)).collect();
    let mut found: Aliases = FxHashMap::default();
    for (made, node, file) in named {
        found.entry(made).or_default().push((file, node));
    }
    found
}

/// What is made elsewhere, by the nodes of a module that stand for it.
fn named_in(code: &Code<'_>, file: FileId, module: &Module) -> Vec<(Site, NodeId, FileId)> {
    let mut found = Vec::new();
    let kind = |site: Site| code.module(site.file).map(|module| module.kind(site.node));
    let is_made = |made: Site| matches!(kind(made), Some(Kind::Call | Kind::New));
    for binding in 0..module.bindings.len() {
        let binding = BindingId(u32::try_from(binding).unwrap_or(u32::MAX));
        let Bound::Import(import, _) = module.bindings[binding.0 as usize].bound else { continue };
        if module.imports[import.0 as usize].type_only
            || !matches!(code.graph.target(file, import), Target::File(_))
        {
            continue;
        }
        let mut known = None;
        for node in module.uses(binding) {
            let Some(used) = acted_on(module, *node) else { continue };
            let site = Site { file, node: used };
            let made = if used == *node {
                *known.get_or_insert_with(|| definition(code, site))
            } else {
                definition(code, site)
            };
            if made.file != file && is_made(made) {
                found.push((made, used, file));
            }
        }
    }
    // A field that a class inherits is made in another place.
    let classes = module.functions.iter().any(|function| function.form == FunctionForm::Method);
    for node in module.all().filter(|_| classes) {
        if let Kind::Member(_) = module.kind(node)
            && module.child(node, 0).is_some_and(|object| module.kind(object) == Kind::This)
            && module.parent(node).is_some_and(|parent| matches!(module.kind(parent), Kind::Member(_)))
            && inherits(module, node)
        {
            let made = definition(code, Site { file, node });
            if is_made(made) && class_around(code, made) != class_around(code, Site { file, node }) {
                found.push((made, node, file));
            }
        }
    }
    found
}

fn inherits(module: &Module, node: NodeId) -> bool {
    let class = module.class_around(node);
    class.is_some_and(|class| module.children(class).any(|child| module.kind(child) == Kind::Extends))
}

/// The value of which a method is called, or that is handed on: the name, or a member of it.
fn acted_on(module: &Module, node: NodeId) -> Option<NodeId> {
    let parent = module.parent(node)?;
    match module.kind(parent) {
        Kind::Call | Kind::New => (module.child(parent, 0) != Some(node)).then_some(node),
        Kind::Member(_) => {
            let above = module.parent(parent)?;
            match module.kind(above) {
                Kind::Call if module.child(above, 0) == Some(parent) => Some(node),
                Kind::Call | Kind::New | Kind::Property(_) => Some(node),
                Kind::Member(_) => {
                    let call = module.parent(above)?;
                    (module.kind(call) == Kind::Call && module.child(call, 0) == Some(above))
                        .then_some(parent)
                }
                _ => None,
            }
        }
        _ => None,
    }
}

struct Search<'s, 'c> {
    eval: &'s Eval<'c>,
    key: Key,
    /// The function in which the router is made or handed over; none for the module.
    home: Option<NodeId>,
    file: FileId,
    found: Vec<Registration>,
    seen: FxHashSet<(FileId, NodeId)>,
}

impl Search<'_, '_> {
    fn named(&mut self, file: FileId, binding: BindingId) {
        let module = self.eval.known.module(file);
        for node in module.uses(binding) {
            self.follow(file, *node);
        }
    }

    /// Goes up from a node that is the router to what is done with it.
    fn follow(&mut self, file: FileId, node: NodeId) {
        let module = self.eval.known.module(file);
        let mut at = node;
        let mut within = false;
        while self.seen.insert((file, at)) {
            let Some(parent) = module.parent(at) else { return };
            match module.kind(parent) {
                Kind::Member(word) => match self.member(file, parent, module.word(word)) {
                    Some((next, inside)) => {
                        within |= inside;
                        at = next;
                    }
                    None => return,
                },
                Kind::Call | Kind::New => {
                    let Some(index) = module.arguments(parent).position(|argument| argument == at) else {
                        return;
                    };
                    let index = u32::try_from(index).unwrap_or(u32::MAX);
                    let by = if within { Use::Within(index) } else { Use::Argument(index) };
                    self.found(file, parent, by);
                    return;
                }
                Kind::Declarator => {
                    if let Some(pattern) = module.child(parent, 0).filter(|pattern| *pattern != at)
                        && let Kind::Name(_, Some(binding)) = module.kind(pattern)
                        && !within
                    {
                        self.named(file, binding);
                    }
                    return;
                }
                Kind::Field(word) => return self.field(file, parent, module.word(word)),
                Kind::Assign(Operator::Assign | Operator::Or | Operator::Coalesce)
                    if module.child(parent, 1) == Some(at) =>
                {
                    self.assigned(file, parent);
                    at = parent;
                }
                Kind::Property(_) | Kind::Object => {
                    within = true;
                    at = parent;
                }
                Kind::Await
                | Kind::Logical(_)
                | Kind::Conditional
                | Kind::Sequence
                | Kind::Default
                | Kind::Spread => at = parent,
                _ => return,
            }
        }
    }

    /// A member of the router: a method that is called, or what answers for it where it is handed on. Gives what to
    /// follow further, and whether that only stands for the router.
    fn member(&mut self, file: FileId, member: NodeId, name: &str) -> Option<(NodeId, bool)> {
        let module = self.eval.known.module(file);
        let call = module
            .parent(member)
            .filter(|above| module.kind(*above) == Kind::Call && module.child(*above, 0) == Some(member));
        let Some(call) = call else {
            return matches!(name, "fetch" | "handle" | "handler" | "server").then_some((member, true));
        };
        self.found(file, call, Use::Method);
        let stands_for = name == "callback" || name == "bind";
        (stands_for || self.eval.shape.itself.contains(&name)).then_some((call, stands_for))
    }

    fn assigned(&mut self, file: FileId, assign: NodeId) {
        let module = self.eval.known.module(file);
        let Some(target) = module.child(assign, 0) else { return };
        match module.kind(target) {
            Kind::Name(_, Some(binding)) => self.named(file, binding),
            Kind::Member(word) => {
                let own = module.child(target, 0).is_some_and(|object| module.kind(object) == Kind::This);
                if own {
                    self.field(file, target, module.word(word));
                }
            }
            _ => {}
        }
    }

    /// Every use of a field in its class; without a class, in the function that plays one.
    fn field(&mut self, file: FileId, inside: NodeId, name: &str) {
        let module = self.eval.known.module(file);
        let class = self.eval.class_around(Site { file, node: inside });
        let around = class.or_else(|| module.function_around(inside)).unwrap_or(module.root());
        for node in module.descendants(around) {
            if let Kind::Member(word) = module.kind(node)
                && module.word(word) == name
                && module.child(node, 0).is_some_and(|object| module.kind(object) == Kind::This)
            {
                self.follow(file, node);
            }
        }
    }

    fn found(&mut self, file: FileId, call: NodeId, by: Use) {
        let module = self.eval.known.module(file);
        let mut loops = Vec::new();
        let mut conditional = false;
        let mut below = call;
        for node in module.ancestors(call) {
            if Some(node) == self.home && file == self.file {
                break;
            }
            match module.kind(node) {
                Kind::If | Kind::Conditional => conditional |= module.child(node, 0) != Some(below),
                Kind::Logical(_) => conditional |= module.child(node, 1) == Some(below),
                Kind::Loop(Loop::ForOf | Loop::ForAwait) => loops.push(Site { file, node }),
                Kind::Function(_) => match callback_of(module, node) {
                    Some(around) => {
                        if matches!(module.called(around), Some("forEach" | "map" | "each" | "forOwn")) {
                            loops.push(Site { file, node });
                        }
                    }
                    None => break,
                },
                _ => {}
            }
            below = node;
        }
        loops.reverse();
        let order = self.order(file, call, 0);
        let call = Site { file, node: call };
        self.found.push(Registration { call, on: self.key, by, conditional, loops, order });
    }

    /// When a node runs: where it stands, or where the function around it is called.
    fn order(&self, file: FileId, node: NodeId, depth: usize) -> Vec<(u32, u32)> {
        let module = self.eval.known.module(file);
        // What stands in the file of the router runs before what imports it.
        let rank = if file == self.file { 0 } else { file.0.saturating_add(1) };
        let own = (rank, module.span(node).end);
        let mut function = module.function_around(node);
        while let Some(inner) = function {
            if Some(inner) == self.home && file == self.file || depth > MAX_DEPTH {
                break;
            }
            if callback_of(module, inner).is_none() {
                if let Some(call) = first_call(module, inner) {
                    let mut order = self.order(file, call, depth + 1);
                    order.push(own);
                    return order;
                }
                break;
            }
            function = module.function_around(inner);
        }
        vec![own]
    }
}

/// The call that a function is handed to, or that runs it at once.
fn callback_of(module: &Module, function: NodeId) -> Option<NodeId> {
    module.parent(function).filter(|parent| matches!(module.kind(*parent), Kind::Call | Kind::New))
}

/// Where a function of a module is first called in it.
fn first_call(module: &Module, function: NodeId) -> Option<NodeId> {
    let found = module.function(function)?;
    if matches!(found.form, FunctionForm::Constructor | FunctionForm::Getter | FunctionForm::Setter) {
        return None;
    }
    let is_method = module.parent(function).is_some_and(|node| {
        matches!(module.kind(node), Kind::Method(_) | Kind::Field(_) | Kind::Property(_))
    });
    if is_method {
        return module.all().find(|node| {
            module.kind(*node) == Kind::Call
                && module.callee(*node).is_some_and(
                    |callee| matches!(module.kind(callee), Kind::Member(word) if word == found.name),
                )
        });
    }
    let bindings = module.bindings.iter().enumerate();
    let named = bindings.filter(|(_, binding)| binding.bound == Bound::Value(function));
    let uses: BTreeSet<NodeId> = named
        .flat_map(|(index, _)| module.uses(BindingId(u32::try_from(index).unwrap_or(u32::MAX))))
        .copied()
        .collect();
    uses.into_iter().find_map(|node| {
        let call = module.parent(node)?;
        (module.callee(call) == Some(node)).then_some(call)
    })
}
