//! What values stand for while routers are put together.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::known::Known;
use super::model::{Env, Frame, Given, Role, Shape};
use crate::extract::Context;
use crate::extract::code::{Code, Site, Target};
use crate::parse::javascript::{Bound, ExportTarget, FunctionForm, Imported, Kind, Module, NodeId, Operator};
use crate::source::FileId;

/// How many steps from value to value are taken: code can lead in circles.
pub(super) const MAX_STEPS: usize = 24;

/// Follows routers, paths and lists through the code.
pub(in crate::extract::http) struct Eval<'c> {
    /// Everything that was read.
    pub context: &'c Context<'c>,
    /// The framework.
    pub shape: &'static Shape,
    pub(super) known: Known<'c>,
    pub(super) roles: RefCell<FxHashMap<Site, Option<Role>>>,
    definitions: RefCell<FxHashMap<Site, Site>>,
    /// The calls that make applications.
    pub(super) apps: OnceCell<Vec<Site>>,
    /// How many values are looked up for one another right now.
    open: Cell<usize>,
}

impl<'c> Eval<'c> {
    pub(super) fn new(context: &'c Context<'c>, shape: &'static Shape) -> Self {
        Self {
            context,
            shape,
            known: Known::new(&context.code),
            roles: RefCell::default(),
            definitions: RefCell::default(),
            apps: OnceCell::new(),
            open: Cell::new(0),
        }
    }

    /// The code of the repository.
    pub(in crate::extract::http) fn code(&self) -> &'c Code<'c> {
        &self.context.code
    }

    /// The module a site stands in. A site comes from a module.
    pub(in crate::extract::http) fn module(&self, site: Site) -> &'c Module {
        self.known.module(site.file)
    }

    /// What a node is.
    pub(in crate::extract::http) fn kind(&self, site: Site) -> Kind {
        self.module(site).kind(site.node)
    }

    /// The node that makes a value.
    pub(in crate::extract::http) fn definition(&self, site: Site) -> Site {
        if let Some(known) = self.definitions.borrow().get(&site) {
            return *known;
        }
        let found = definition(self.code(), site);
        self.definitions.borrow_mut().insert(site, found);
        found
    }

    /// What a module exports by this name.
    pub(in crate::extract::http) fn export(&self, file: FileId, name: &str) -> Option<Site> {
        export(self.code(), file, name)
    }

    /// What a value is, through what functions are handed: its definition and the names around it.
    pub(in crate::extract::http) fn value(&self, site: Site, env: &Env) -> (Site, Env) {
        let (mut at, mut env) = (self.definition(site), env.clone());
        if self.open.get() >= MAX_STEPS {
            return (at, env);
        }
        self.open.set(self.open.get() + 1);
        for _ in 0..MAX_STEPS {
            let next = match self.kind(at) {
                Kind::Name(_, Some(_)) => self.handed(at, &env),
                Kind::Member(word) => {
                    let object = self.below(at, 0);
                    object.and_then(|object| self.property(object, &env, self.module(at).word(word)))
                }
                _ => None,
            };
            let Some((site, outer)) = next else { break };
            if site == at {
                break;
            }
            (at, env) = (self.definition(site), outer);
        }
        self.open.set(self.open.get() - 1);
        (at, env)
    }

    /// What a value is as it is written where it is handed over first.
    pub(super) fn written(&self, value: Site, env: &Env) -> Site {
        let (mut at, mut env) = (value, env.clone());
        for _ in 0..MAX_STEPS {
            let name = self.definition(at);
            let is_name = matches!(self.kind(name), Kind::Name(_, Some(_)));
            let Some((site, outer)) = is_name.then(|| self.handed(name, &env)).flatten() else { break };
            (at, env) = (site, outer);
        }
        at
    }

    /// What a name of a function or a loop stands for.
    fn handed(&self, name: Site, env: &Env) -> Option<(Site, Env)> {
        let module = self.module(name);
        let binding = module.bindings[module.binding(name.node)?.0 as usize];
        match binding.bound {
            Bound::Parameter(function, index) => {
                self.argument(Site { node: function, ..name }, index as usize, env)
            }
            Bound::ParameterPart(function, index, key) => {
                let (object, env) = self.argument(Site { node: function, ..name }, index as usize, env)?;
                self.property(object, &env, module.word(key))
            }
            Bound::Part(value, key) => {
                let found = self.property(Site { node: value, ..name }, env, module.word(key))?;
                Some(found)
            }
            Bound::Value(value) => Some((Site { node: value, ..name }, env.clone())),
            Bound::Unknown => self.item_name(name, binding.declared, env),
            Bound::Item(value, index) => {
                let items = self.items(Site { node: value, ..name }, env, 0)?;
                items.into_iter().nth(index as usize)
            }
            Bound::Import(..) => None,
        }
    }

    /// What a variable of a loop stands for, or a part of it.
    fn item_name(&self, name: Site, declared: NodeId, env: &Env) -> Option<(Site, Env)> {
        let module = self.module(name);
        let owns = |id: &NodeId| matches!(module.kind(*id), Kind::Loop(_) | Kind::Function(_));
        let owner = module.ancestors(declared).find(owns)?;
        let (item, env) = self.argument(Site { node: owner, ..name }, 0, env)?;
        let parent = module.parent(declared)?;
        match module.kind(parent) {
            Kind::Property(key) => self.property(item, &env, module.word(key)),
            Kind::ArrayPattern => {
                let index = module.children(parent).position(|child| child == declared)?;
                self.items(item, &env, 0)?.into_iter().nth(index)
            }
            _ => Some((item, env)),
        }
    }

    /// What a function is handed in this place: by the frame it is read in, else by the one call of it.
    fn argument(&self, owner: Site, index: usize, env: &Env) -> Option<(Site, Env)> {
        let mut frame = env.as_ref();
        while let Some(inner) = frame {
            if inner.owner == owner {
                return match &inner.given {
                    Given::Call(call) => {
                        let argument = self.module(*call).argument(call.node, index)?;
                        Some((Site { node: argument, ..*call }, inner.outer.clone()))
                    }
                    Given::Item(item, env) => (index == 0).then(|| (*item, env.clone())),
                };
            }
            frame = inner.outer.as_ref();
        }
        let calls = self.callers(owner);
        let call = calls.first().filter(|_| calls.len() == 1)?;
        let argument = self.module(*call).argument(call.node, index)?;
        Some((Site { node: argument, ..*call }, None))
    }

    /// The calls of a function of the repository; of a constructor, where its class is made.
    pub(super) fn callers(&self, function: Site) -> Vec<Site> {
        let candidates = self.known.calls_by_name(function);
        let module = self.module(function);
        let around = module.function(function.node).map(|function| function.form);
        let method = around.is_some_and(|form| form == FunctionForm::Method);
        let is_it = |call: &Site| {
            if call.file == function.file && module.contains(function.node, call.node) {
                return false;
            }
            let there = self.module(*call);
            let Some(callee) = there.callee(call.node) else { return false };
            if there.receiver(call.node).is_some_and(|object| there.kind(object) == Kind::This) {
                return method && call.file == function.file && self.same_class(function, *call);
            }
            let found = self.definition(Site { node: callee, ..*call });
            found == function || self.kind(found) == Kind::Class && self.constructor(found) == Some(function)
        };
        candidates.into_iter().filter(is_it).collect()
    }

    fn same_class(&self, one: Site, other: Site) -> bool {
        self.class_around(one).is_some_and(|class| self.class_around(other) == Some(class))
    }

    /// The class a node stands in.
    pub(super) fn class_around(&self, site: Site) -> Option<NodeId> {
        class_around(self.code(), site)
    }

    fn constructor(&self, class: Site) -> Option<Site> {
        let module = self.module(class);
        module.children(class.node).find_map(|method| {
            let function = module.children(method).last()?;
            let found = module.function(function)?;
            (found.form == FunctionForm::Constructor).then_some(Site { node: function, ..class })
        })
    }

    /// The child of this number.
    pub(in crate::extract::http) fn below(&self, site: Site, index: usize) -> Option<Site> {
        let node = self.module(site).child(site.node, index)?;
        Some(Site { node, ..site })
    }

    /// A property of an object, a field of an instance.
    pub(in crate::extract::http) fn property(
        &self,
        object: Site,
        env: &Env,
        name: &str,
    ) -> Option<(Site, Env)> {
        let (object, env) = match self.kind(object) {
            Kind::This => (Site { node: self.class_around(object)?, ..object }, env.clone()),
            _ => self.value(object, env),
        };
        let module = self.module(object);
        match module.kind(object.node) {
            Kind::Object => {
                let value = module.properties(object.node).into_iter().rev().find(|(key, _)| *key == name)?.1;
                Some((Site { node: value, ..object }, env))
            }
            Kind::Class => self.field(object, &env, name, 0),
            Kind::New => {
                let class = self.definition(self.below(object, 0)?);
                if self.kind(class) != Kind::Class {
                    return None;
                }
                let frame = |constructor| {
                    Some(Rc::new(Frame {
                        owner: constructor,
                        given: Given::Call(object),
                        outer: env.clone(),
                    }))
                };
                let inner = self.constructor(class).map_or(env.clone(), frame);
                self.field(class, &inner, name, 0)
            }
            Kind::Call => {
                let (function, inner) = self.entered(object, &env)?;
                let returned = self.returned(function);
                returned.into_iter().find_map(|value| {
                    let literal = self.definition(value);
                    let there = self.module(literal);
                    if there.kind(literal.node) != Kind::Object {
                        return None;
                    }
                    let value = there.properties(literal.node).into_iter().find(|(key, _)| *key == name)?.1;
                    Some((Site { node: value, ..literal }, inner.clone()))
                })
            }
            _ => None,
        }
    }

    /// What a field of a class holds: what it is declared with, or given in a method; a method itself.
    fn field(&self, class: Site, env: &Env, name: &str, depth: usize) -> Option<(Site, Env)> {
        let module = self.module(class);
        for member in module.children(class.node) {
            let found = match module.kind(member) {
                Kind::Field(word) if module.word(word) == name => module
                    .children(member)
                    .last()
                    .filter(|value| !matches!(module.kind(*value), Kind::Decorator | Kind::Type(..))),
                Kind::Method(word) if module.word(word) == name => module.children(member).last(),
                _ => None,
            };
            let Some(found) = found.map(|node| Site { node, ..class }) else { continue };
            let function = module.function(found.node);
            if function.is_some_and(|it| it.form == FunctionForm::Getter) {
                return Some((*self.returned(found).first()?, env.clone()));
            }
            return Some((found, env.clone()));
        }
        if let Some(value) = self.assigned(class, name) {
            return Some((value, env.clone()));
        }
        let base = module.children(class.node).find(|child| module.kind(*child) == Kind::Extends)?;
        let base = self.definition(self.below(Site { node: base, ..class }, 0)?);
        (self.kind(base) == Kind::Class && depth < MAX_STEPS)
            .then(|| self.field(base, env, name, depth + 1))
            .flatten()
    }

    fn assigned(&self, class: Site, name: &str) -> Option<Site> {
        let module = self.module(class);
        module
            .descendants(class.node)
            .find_map(|node| {
                if module.kind(node) != Kind::Assign(Operator::Assign) {
                    return None;
                }
                let target = module.child(node, 0)?;
                let Kind::Member(word) = module.kind(target) else { return None };
                let own = module.child(target, 0).is_some_and(|object| module.kind(object) == Kind::This);
                (own && module.word(word) == name).then(|| module.child(node, 1)).flatten()
            })
            .map(|node| Site { node, ..class })
    }

    /// The function of the repository that a call runs, with what it is handed.
    pub(in crate::extract::http) fn entered(&self, call: Site, env: &Env) -> Option<(Site, Env)> {
        let callee = self.below(call, 0)?;
        let (function, inner) = self.value(callee, env);
        let function = match self.kind(function) {
            Kind::Function(_) => function,
            Kind::Class => self.constructor(function)?,
            _ => return None,
        };
        // A method knows what its instance was made with.
        let outer = if self.known.method(function) { inner } else { env.clone() };
        let depth = std::iter::successors(outer.as_ref(), |frame| frame.outer.as_ref()).count();
        if depth > MAX_STEPS {
            return None;
        }
        Some((function, Some(Rc::new(Frame { owner: function, given: Given::Call(call), outer }))))
    }

    /// What a function gives back.
    pub(in crate::extract::http) fn returned(&self, function: Site) -> Vec<Site> {
        let module = self.module(function);
        let Some(body) = module.body(function.node) else { return Vec::new() };
        if module.kind(body) != Kind::Block {
            return vec![Site { node: body, ..function }];
        }
        let returns = module.own_descendants(body).filter(|node| module.kind(*node) == Kind::Return);
        returns.filter_map(|node| self.below(Site { node, ..function }, 0)).collect()
    }

    /// What a loop goes through: the items of a list, and the values of an object, as `_.each` does.
    pub(super) fn turns(&self, list: Site, env: &Env) -> Option<Vec<(Site, Env)>> {
        self.items(list, env, 0).or_else(|| {
            let (object, env) = self.value(list, env);
            let module = self.module(object);
            let values =
                (module.kind(object.node) == Kind::Object).then(|| module.properties(object.node))?;
            Some(values.into_iter().map(|(_, node)| (Site { node, ..object }, env.clone())).collect())
        })
    }

    /// The items of a list.
    pub(in crate::extract::http) fn items(
        &self,
        list: Site,
        env: &Env,
        depth: usize,
    ) -> Option<Vec<(Site, Env)>> {
        if depth > MAX_STEPS {
            return None;
        }
        let (list, env) = self.value(list, env);
        let module = self.module(list);
        match module.kind(list.node) {
            Kind::Array => {
                let mut items = Vec::new();
                for child in module.children(list.node) {
                    let item = Site { node: child, ..list };
                    match module.kind(child) {
                        Kind::Spread => {
                            let inner = self.below(item, 0)?;
                            items.extend(self.items(inner, &env, depth + 1)?);
                        }
                        Kind::Hole => {}
                        _ => items.push((item, env.clone())),
                    }
                }
                Some(items)
            }
            Kind::Call if module.receiver(list.node).is_some_and(|node| module.is_global(node, "Object")) => {
                let object = Site { node: module.argument(list.node, 0)?, ..list };
                let (object, env) = self.value(object, &env);
                (module.called(list.node) == Some("values")).then(|| {
                    let values = self.module(object).properties(object.node).into_iter();
                    values.map(|(_, node)| (Site { node, ..object }, env.clone())).collect()
                })
            }
            Kind::Call => {
                let method = module.called(list.node)?;
                let object = Site { node: module.receiver(list.node)?, ..list };
                matches!(method, "filter" | "flat" | "reverse" | "sort" | "slice" | "concat")
                    .then(|| self.items(object, &env, depth + 1))
                    .flatten()
            }
            _ => None,
        }
    }

    /// The text that a value always is, through what functions are handed.
    pub(in crate::extract::http) fn text(&self, site: Site, env: &Env) -> Option<String> {
        self.text_of(site, env, 0)
    }

    fn text_of(&self, site: Site, env: &Env, depth: usize) -> Option<String> {
        if depth > MAX_STEPS {
            return None;
        }
        let (at, env) = self.value(site, env);
        let module = self.module(at);
        let part = |node| self.text_of(Site { node, ..at }, &env, depth + 1);
        match module.kind(at.node) {
            Kind::Text(word) | Kind::Number(word) => Some(module.word(word).to_owned()),
            Kind::Template | Kind::Binary(Operator::Add) => {
                module.children(at.node).map(part).collect::<Option<Vec<_>>>().map(|parts| parts.concat())
            }
            Kind::Logical(Operator::Or | Operator::Coalesce) => {
                part(module.child(at.node, 0)?).or_else(|| part(module.child(at.node, 1)?))
            }
            Kind::Property(_) => part(module.child(at.node, 0)?),
            _ => None,
        }
    }
}

/// The class a node stands in.
pub(super) fn class_around(code: &Code<'_>, site: Site) -> Option<NodeId> {
    let module = code.module(site.file)?;
    module.class_around(site.node)
}

/// The node that makes a value, where it is one of a module: what is imported may be data.
pub(super) fn definition(code: &Code<'_>, site: Site) -> Site {
    let Some(module) = code.module(site.file) else { return site };
    let site_inside = Site { node: module.awaited(site.node), ..site };
    let is_known = |found: &Site| {
        code.module(found.file)
            .and_then(|module| module.all().next_back())
            .is_some_and(|last| found.node <= last)
    };
    let settled = |site: Site| Some(code.definition(site)).filter(is_known);
    let found = settled(site_inside).unwrap_or(site_inside);
    let Some(Kind::Import(import)) = code.module(found.file).map(|module| module.kind(found.node)) else {
        return found;
    };
    let Target::File(file) = code.graph.target(found.file, import) else { return found };
    export(code, *file, "default").and_then(settled).unwrap_or(found)
}

fn export(code: &Code<'_>, file: FileId, name: &str) -> Option<Site> {
    let module = code.module(file)?;
    let export = module.exports.iter().find(|export| module.word(export.name) == name)?;
    match export.target {
        ExportTarget::Binding(binding) => {
            Some(Site { file, node: module.bindings[binding.0 as usize].declared })
        }
        ExportTarget::Value(node) => Some(Site { file, node }),
        ExportTarget::From(import, imported) => {
            let Target::File(target) = code.graph.target(file, import) else { return None };
            match imported {
                Imported::Named(word) if *target != file => self::export(code, *target, module.word(word)),
                Imported::Default if *target != file => self::export(code, *target, "default"),
                _ => None,
            }
        }
        ExportTarget::All(_) => None,
    }
}
