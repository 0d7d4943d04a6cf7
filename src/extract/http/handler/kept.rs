//! Whether what a module keeps in memory is changed by what a request brings.

use super::is_parameter;
use crate::parse::javascript::{Bound, Kind, Module, NodeId};

/// Whether a call puts what comes from outside into a list or a map that the module keeps: `orders.set(id, body)`.
pub(super) fn is_changed(module: &Module, call: NodeId, name: &str) -> bool {
    let value = match name {
        "set" => module.argument(call, 1),
        "push" | "unshift" | "add" => module.argument(call, 0),
        _ => None,
    };
    let store = module.receiver(call).filter(|store| is_kept(module, *store));
    store.is_some() && value.is_some_and(|value| comes_with_body(module, value, 0))
}

/// Whether a name stands for a list or a map that is made once for the whole module.
fn is_kept(module: &Module, store: NodeId) -> bool {
    let Some(binding) = module.binding(store) else { return false };
    let binding = module.bindings[binding.0 as usize];
    let Bound::Value(made) = binding.bound else { return false };
    let makes = match module.kind(made) {
        Kind::Array => true,
        Kind::New => matches!(module.called(made), Some("Map" | "Set")),
        _ => false,
    };
    makes && module.function_around(binding.declared).is_none()
}

/// Whether a value is the body of a request, a part of it, or made of such: `{ id, ...req.body }`.
fn comes_with_body(module: &Module, value: NodeId, depth: usize) -> bool {
    const MAX_DEPTH: usize = 4;
    if depth > MAX_DEPTH {
        return false;
    }
    std::iter::once(value).chain(module.descendants(value)).any(|node| match module.kind(node) {
        Kind::Member(word) => {
            module.word(word) == "body"
                && module.child(node, 0).is_some_and(|object| is_parameter(module, object))
        }
        Kind::Call => {
            matches!(module.called(node), Some("json" | "parse" | "readBody" | "formData"))
        }
        Kind::Name(_, Some(binding)) => match module.bindings[binding.0 as usize].bound {
            Bound::Value(inner) | Bound::Part(inner, _) if inner != value => {
                !module.contains(inner, value) && comes_with_body(module, inner, depth + 1)
            }
            _ => false,
        },
        _ => false,
    })
}
