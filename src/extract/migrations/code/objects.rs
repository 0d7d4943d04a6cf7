//! Objects that calls of builders are given.

use super::walk::Walker;
use crate::parse::javascript::{BindingId, Kind, Module, NodeId};

impl<'m> Walker<'m> {
    /// The binding of the first parameter of a function, where that is a plain name.
    pub(super) fn first_parameter(&self, function: NodeId) -> Option<BindingId> {
        let pattern = self.module.parameters(function).next()?;
        match self.module.kind(pattern) {
            Kind::Name(_, binding) => binding,
            _ => None,
        }
    }

    /// The value of a property of an object that is written out.
    pub(super) fn property(&self, object: NodeId, key: &str) -> Option<NodeId> {
        self.module.property(self.value(object), key)
    }

    /// The text of a property.
    pub(super) fn property_text(&self, object: NodeId, key: &str) -> Option<String> {
        self.string(self.property(object, key)?)
    }

    /// Whether a property is `true`.
    pub(super) fn is_on(&self, object: NodeId, key: &str) -> bool {
        self.flag(object, key) == Some(true)
    }

    /// The truth value of a property.
    pub(super) fn flag(&self, object: NodeId, key: &str) -> Option<bool> {
        match self.module.kind(self.value(self.property(object, key)?)) {
            Kind::Flag(flag) => Some(flag),
            _ => None,
        }
    }

    /// The properties of an object that is written out; none where it is something else.
    pub(super) fn object(&self, node: NodeId) -> Option<Vec<(&'m str, NodeId)>> {
        let object = self.value(node);
        let module: &'m Module = self.module;
        (module.kind(object) == Kind::Object).then(|| module.properties(object))
    }
}
