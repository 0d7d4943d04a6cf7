//! Applications that an instance of a class holds, where others ask for them: `server.app.get(…)`.

use std::collections::HashSet;

use super::eval::Eval;
use super::uses::Aliases;
use crate::extract::code::Site;
use crate::parse::javascript::{BindingId, Bound, Kind, Module, NodeId};

/// Adds every place outside of their class where applications are asked for that a field holds: `this.app = express()`
/// is `server.app` to what has a `new Server()`.
pub(super) fn held(eval: &Eval<'_>, made: &[Site], aliases: &mut Aliases) {
    let fields: HashSet<&str> = made.iter().filter_map(|site| field(eval, *site)).collect();
    if fields.is_empty() {
        return;
    }
    let made: HashSet<Site> = made.iter().copied().collect();
    for (file, module) in eval.known.modules() {
        if !fields.iter().any(|field| module.may_say(field)) {
            continue;
        }
        let is_field = |name: &str| fields.contains(name);
        let members = module.all().filter(|node| asks(module, *node, is_field));
        let numbers =
            (0..module.bindings.len()).filter_map(|number| u32::try_from(number).ok()).map(BindingId);
        let parts = numbers.filter(|binding| {
            let bound = module.bindings[binding.0 as usize].bound;
            matches!(bound, Bound::Part(_, key) if is_field(module.word(key)))
        });
        let parts = parts.flat_map(|binding| module.uses(binding).iter().copied());
        for node in members.chain(parts) {
            let site = eval.definition(Site { file, node });
            if made.contains(&site) {
                aliases.entry(site).or_default().push((file, node));
            }
        }
    }
}

/// The name of the field that holds what a call makes.
fn field<'c>(eval: &Eval<'c>, made: Site) -> Option<&'c str> {
    let module = eval.module(made);
    eval.class_around(made)?;
    let parent = module.parent(made.node)?;
    match module.kind(parent) {
        Kind::Field(word) => Some(module.word(word)),
        Kind::Assign(_) => match module.kind(module.child(parent, 0)?) {
            Kind::Member(word) => Some(module.word(word)),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a node asks something other than `this` for one of these fields, and does not set it.
fn asks(module: &Module, node: NodeId, is_field: impl Fn(&str) -> bool) -> bool {
    let Kind::Member(word) = module.kind(node) else { return false };
    let sets = || {
        let parent = module.parent(node);
        parent.is_some_and(|parent| {
            matches!(module.kind(parent), Kind::Assign(_)) && module.child(parent, 0) == Some(node)
        })
    };
    is_field(module.word(word))
        && module.child(node, 0).is_some_and(|object| module.kind(object) != Kind::This)
        && !sets()
}
