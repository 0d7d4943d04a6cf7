//! Checks of the one field that is read of a body against a list of what is allowed.

use std::collections::BTreeSet;

use crate::parse::javascript::{Bound, Kind, Module, NodeId, Operator};

/// Whether an `if` turns a request away whose one field of the body is not in a list that stands in the source:
/// `if (!KINDS.includes(request.body.kind)) throw …`.
pub(super) fn checks(module: &Module, function: NodeId, condition: NodeId) -> bool {
    let Some((test, then)) = module.child(condition, 0).zip(module.child(condition, 1)) else { return false };
    let Some((list, value)) = not_among(module, test) else { return false };
    let ends = std::iter::once(then)
        .chain(module.children(then))
        .any(|node| matches!(module.kind(node), Kind::Throw | Kind::Return));
    ends && is_fixed(module, list)
        && field(module, value).is_some_and(|field| fields(module, function) == BTreeSet::from([field]))
}

/// The list and the value of `!list.includes(value)`, `!list.find((one) => one === value)`, `!(value in list)`.
fn not_among(module: &Module, test: NodeId) -> Option<(NodeId, NodeId)> {
    let asked = (module.kind(test) == Kind::Unary(Operator::Not)).then(|| module.child(test, 0))??;
    match module.kind(asked) {
        Kind::Binary(Operator::In) => Some((module.child(asked, 1)?, module.child(asked, 0)?)),
        Kind::Call => {
            let (list, given) = (module.receiver(asked)?, module.argument(asked, 0)?);
            match module.called(asked)? {
                "includes" | "has" => Some((list, given)),
                "find" | "some" => {
                    let (one, body) = (module.parameters(given).next()?, module.body(given)?);
                    let equal =
                        matches!(module.kind(body), Kind::Binary(Operator::Equal | Operator::StrictEqual));
                    let (left, right) = (module.child(body, 0)?, module.child(body, 1)?);
                    let is_one =
                        |node| module.binding(node).is_some_and(|it| module.binding(one) == Some(it));
                    if !equal {
                        None
                    } else if is_one(left) {
                        Some((list, right))
                    } else {
                        is_one(right).then_some((list, left))
                    }
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether a list stands in the source: a literal, `Object.values(Kind)`, a constant by its capitals, what is imported.
fn is_fixed(module: &Module, list: NodeId) -> bool {
    let made = module.resolve(list);
    match module.kind(made) {
        Kind::Array | Kind::Object => true,
        Kind::New => module.called(made) == Some("Set"),
        Kind::Call => {
            matches!(module.called(made), Some("keys" | "values"))
                && module.receiver(made).is_some_and(|object| module.is_global(object, "Object"))
        }
        _ => {
            let capitals = |name: &str| name.len() > 2 && !name.bytes().any(|byte| byte.is_ascii_lowercase());
            let imported = module.binding(made).is_some_and(|binding| {
                matches!(module.bindings[binding.0 as usize].bound, Bound::Import(..))
            });
            // `OPTIONS.languages` of such a constant.
            let part = || module.child(made, 0).filter(|_| matches!(module.kind(made), Kind::Member(_)));
            imported
                || module.last_name(made).is_some_and(capitals)
                || part().and_then(|object| module.last_name(object)).is_some_and(capitals)
        }
    }
}

/// The field of the body that a value is.
fn field(module: &Module, value: NodeId) -> Option<&str> {
    let value = module.resolve(value);
    match module.kind(value) {
        // `form.get("lang") || ""`
        Kind::Logical(Operator::Or | Operator::Coalesce) => field(module, module.child(value, 0)?),
        Kind::Call => {
            let object = module.receiver(value).filter(|_| module.called(value) == Some("get"))?;
            is_body(module, object).then(|| asked_by_name(module, value))?
        }
        Kind::Member(word) => {
            module.child(value, 0).filter(|object| is_body(module, *object)).map(|_| module.word(word))
        }
        Kind::Name(_, Some(binding)) => match module.bindings[binding.0 as usize].bound {
            Bound::Part(object, key) if is_body(module, object) => Some(module.word(key)),
            _ => None,
        },
        _ => None,
    }
}

/// The field that a call of `get` names: `form.get("lang")`.
fn asked_by_name(module: &Module, call: NodeId) -> Option<&str> {
    match module.kind(module.argument(call, 0)?) {
        Kind::Text(word) => Some(module.word(word)),
        _ => None,
    }
}

fn is_body(module: &Module, node: NodeId) -> bool {
    let node = module.awaited(module.resolve(module.awaited(node)));
    match module.kind(node) {
        Kind::Member(word) => module.word(word) == "body",
        Kind::Call => {
            matches!(module.called(node), Some("json" | "formData")) && module.argument(node, 0).is_none()
        }
        Kind::Name(word, Some(_)) => matches!(module.word(word), "body" | "dto"),
        _ => false,
    }
}

/// The fields of the body that a function reads; the name of the body itself where it is used whole.
fn fields(module: &Module, function: NodeId) -> BTreeSet<&str> {
    let mut fields = BTreeSet::new();
    for node in module.descendants(function).filter(|node| is_read(module, *node)) {
        let Some(parent) = module.parent(node) else { continue };
        match module.kind(parent) {
            Kind::Member(word) => {
                let call = module.parent(parent).filter(|call| module.callee(*call) == Some(parent));
                let named = call.filter(|_| module.word(word) == "get");
                fields.insert(named.and_then(|call| asked_by_name(module, call)).unwrap_or(module.word(word)))
            }
            Kind::Declarator => {
                let pattern =
                    module.child(parent, 0).filter(|pattern| module.kind(*pattern) == Kind::ObjectPattern);
                for key in pattern.into_iter().flat_map(|pattern| module.children(pattern)) {
                    fields.insert(match module.kind(key) {
                        Kind::Property(word) => module.word(word),
                        _ => "",
                    });
                }
                continue;
            }
            Kind::Parameter | Kind::Await => continue,
            Kind::Property(_)
                if module.parent(parent).is_some_and(|outer| module.kind(outer) == Kind::ObjectPattern) =>
            {
                continue;
            }
            _ => fields.insert(""),
        };
    }
    fields
}

/// Whether a node reads the body, rather than to name what is read.
fn is_read(module: &Module, node: NodeId) -> bool {
    let named = module.parent(node).is_some_and(|parent| {
        module.kind(parent) == Kind::Declarator && module.child(parent, 0) == Some(node)
    });
    !named && is_body(module, node)
}
