//! Functions that stand in a program that runs, but that nothing in it calls.

use super::Context;
use crate::parse::javascript::{ExportTarget, FunctionForm, Kind, Module, NodeId};
use crate::source::FileId;

/// Whether a place lies in a function that nothing calls: one of a module's own that no line of it names, or a method that
/// no module names.
pub(super) fn is_idle(context: &Context<'_>, file: FileId, module: &Module, node: NodeId) -> bool {
    let mut around = module.ancestors(node).filter(|outer| matches!(module.kind(*outer), Kind::Function(_)));
    around.any(|function| match module.function(function).map(|function| function.form) {
        Some(FunctionForm::Method) => is_idle_member(context, file, module, function),
        Some(FunctionForm::Declaration | FunctionForm::Arrow | FunctionForm::Expression) => {
            is_unused(module, function)
        }
        _ => false,
    })
}

/// Whether a function has a name that is not exported, and that nothing but itself uses.
fn is_unused(module: &Module, function: NodeId) -> bool {
    let around = module.parent(function);
    let declared = match around.map(|around| module.kind(around)) {
        Some(Kind::Declarator) => around.and_then(|around| module.child(around, 0)),
        Some(Kind::Block | Kind::Program) => Some(function),
        _ => None,
    };
    let is = |binding: &crate::parse::javascript::Binding| Some(binding.declared) == declared;
    let mut named = (0_u32..).zip(&module.bindings).filter(|(_, binding)| is(binding));
    let (Some((id, binding)), None) = (named.next(), named.next()) else { return false };
    let id = crate::parse::javascript::BindingId(id);
    let given = module.exports.iter().any(|export| match export.target {
        ExportTarget::Binding(exported) => exported == id,
        ExportTarget::Value(value) => value == function || value == binding.declared,
        _ => false,
    });
    !given && !binding.mutated && module.uses(id).iter().all(|used| module.contains(function, *used))
}

/// Whether a function is a method that no module names, of a class that is extended by nobody's and that only an
/// injector makes: nothing calls it. What frameworks call by its name is decorated, or is named as they want it.
fn is_idle_member(context: &Context<'_>, file: FileId, module: &Module, function: NodeId) -> bool {
    let Some(method) = module.parent(function) else { return false };
    let Some(class) = module.parent(method).filter(|class| module.kind(*class) == Kind::Class) else {
        return false;
    };
    let injected = |decorator: NodeId| {
        let name = module.called(decorator).or_else(|| module.last_name(decorator));
        matches!(name, Some("Injectable" | "Service" | "injectable"))
    };
    let dispatches = || {
        let mut inside = module.descendants(class);
        inside.any(|node| {
            module.kind(node) == Kind::Index
                && module.child(node, 0).is_some_and(|object| module.kind(object) == Kind::This)
        })
    };
    let extends = || module.children(class).any(|child| module.kind(child) == Kind::Extends);
    module.decorators(method).next().is_none()
        && module.decorators(class).all(injected)
        && !extends()
        && !dispatches()
        && is_never_named(context, file, module, method)
}

/// Whether no module that runs names a method, and frameworks do not either.
pub(super) fn is_never_named(context: &Context<'_>, file: FileId, module: &Module, method: NodeId) -> bool {
    const CALLED: &[&str] = &[
        "use",
        "handle",
        "canActivate",
        "intercept",
        "consume",
        "resolve",
        "run",
        "execute",
        "validate",
        "transform",
        "catch",
        "process",
        "fetch",
        "onModuleInit",
        "onModuleDestroy",
        "onApplicationBootstrap",
        "onApplicationShutdown",
        "beforeApplicationShutdown",
    ];
    let Kind::Method(word) = module.kind(method) else { return false };
    let name = module.word(word);
    if CALLED.contains(&name) || name.is_empty() {
        return false;
    }
    let names = |other: FileId, module: &Module| {
        module.may_say(name)
            && module.all().any(|node| match module.kind(node) {
                Kind::Method(word) => (other, node) != (file, method) && module.word(word) == name,
                Kind::Member(word) | Kind::Name(word, _) | Kind::Property(word) | Kind::Text(word) => {
                    module.word(word) == name
                }
                _ => false,
            })
    };
    !context.code.modules().any(|(other, module)| !context.tree.file(other).test && names(other, module))
}
