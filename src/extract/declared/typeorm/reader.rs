//! What the readers of classes and of fields ask of decorators.

use super::names::Naming;
use crate::extract::code::{Code, Origin, Site};
use crate::parse::javascript::{Kind, Module, NodeId};

/// Reads classes.
pub(super) struct Reader<'c> {
    pub(super) code: &'c Code<'c>,
    pub(super) naming: Naming,
}

/// A decorator of `TypeORM`: its name, and its call.
pub(super) type Mark = (String, Site);

/// What a decorator gives.
pub(super) enum Given {
    /// This name.
    Name(String),
    /// None.
    Absent,
    /// It cannot be told.
    Unknown,
}

impl<'c> Reader<'c> {
    pub(super) fn module(&self, site: Site) -> Option<&'c Module> {
        self.code.module(site.file)
    }

    /// The decorators of `TypeORM` on a class or a field; none at all where one is of the repository's own, which may
    /// stand for any of them.
    pub(super) fn marks(&self, site: Site) -> Option<Vec<Mark>> {
        let module = self.module(site)?;
        let mut marks = Vec::new();
        for node in module.decorators(site.node).filter(|node| module.kind(*node) == Kind::Call) {
            let call = Site { node, ..site };
            match self.code.callee(call) {
                Origin::External { package, path } if package == "typeorm" => marks.push((path, call)),
                Origin::External { .. } => {}
                Origin::Local(_) | Origin::Global(_) | Origin::Unknown => return None,
            }
        }
        Some(marks)
    }

    /// The arguments of a decorator, names of constants followed.
    pub(super) fn arguments(&self, call: Site) -> impl Iterator<Item = Site> {
        let module = self.module(call);
        let nodes: Vec<NodeId> = module.into_iter().flat_map(|module| module.arguments(call.node)).collect();
        nodes.into_iter().map(move |node| self.code.definition(Site { node, ..call }))
    }

    /// What one of the options of a decorator is.
    pub(super) fn option(&self, call: Site, key: &str) -> Option<Site> {
        self.arguments(call).find_map(|value| self.property(value, key))
    }

    /// A property of an object.
    pub(super) fn property(&self, object: Site, key: &str) -> Option<Site> {
        Some(Site { node: self.module(object)?.property(object.node, key)?, ..object })
    }

    /// The name that an object of options gives, or its absence.
    pub(super) fn named(&self, object: Site) -> Given {
        let Some(module) = self.module(object) else { return Given::Unknown };
        let plain = |part: NodeId| matches!(module.kind(part), Kind::Property(_) | Kind::Method(_));
        if !module.children(object.node).all(plain) {
            return Given::Unknown;
        }
        match self.property(object, "name") {
            Some(name) => self.text(name).map_or(Given::Unknown, Given::Name),
            None => Given::Absent,
        }
    }

    /// The text that a value always has.
    pub(super) fn text(&self, site: Site) -> Option<String> {
        let told = |site: Site| Some(self.module(site)?.text(site.node)?.into_owned());
        told(site).or_else(|| told(self.code.definition(site)))
    }

    /// Whether a value is this flag.
    pub(super) fn is(&self, site: Option<Site>, flag: bool) -> bool {
        site.is_some_and(|site| {
            self.module(site).is_some_and(|module| module.kind(site.node) == Kind::Flag(flag))
        })
    }

    /// The class that a function gives: `() => Team`.
    pub(super) fn class_of(&self, site: Site) -> Option<Site> {
        let function = self.code.definition(site);
        let module = self.module(function)?;
        let [result] = module.results(function.node)[..] else { return None };
        let class = self.code.definition(Site { node: result, ..function });
        (self.module(class)?.kind(class.node) == Kind::Class).then_some(class)
    }
}
