//! What modules of Nest set for the files that their controllers take.

use crate::extract::Context;
use crate::extract::code::{Code, Site};
use crate::parse::javascript::{Kind, Module, NodeId};
use crate::source::FileId;

/// Options of multer that a module gives to a controller; none where they cannot be told.
pub(super) struct Given {
    controller: Site,
    options: Option<Site>,
}

/// What `MulterModule.register` and `registerAsync` set, by the controllers of the modules that import them.
pub(super) fn given(context: &Context<'_>, modules: &[(FileId, &Module)]) -> Vec<Given> {
    let code = &context.code;
    let mut found = Vec::new();
    for (file, module) in modules.iter().filter(|(_, module)| module.may_say("MulterModule")) {
        for node in module.calls() {
            let of = module.receiver(node).and_then(|receiver| module.last_name(receiver));
            if of != Some("MulterModule") {
                continue;
            }
            let Some(options) = options(code, module, Site { file: *file, node }) else { continue };
            let controllers = controllers(code, module, Site { file: *file, node });
            found.extend(controllers.into_iter().map(|controller| Given { controller, options }));
        }
    }
    found
}

/// The options that hold for the controller around an interceptor: the outer one is none where no module gives any.
#[allow(clippy::option_option)] // none are given, and what is given cannot be told
pub(super) fn around(module: &Module, interceptor: Site, all: &[Given]) -> Option<Option<Site>> {
    let class = module.class_around(interceptor.node)?;
    let controller = Site { node: class, ..interceptor };
    all.iter().find(|given| given.controller == controller).map(|given| given.options)
}

/// The options of `register(options)` and of `registerAsync({ useFactory: () => options })`.
#[allow(clippy::option_option)] // another call, and one whose options cannot be told
fn options(code: &Code<'_>, module: &Module, call: Site) -> Option<Option<Site>> {
    let first = module.argument(call.node, 0).map(|node| Site { node, ..call });
    match module.called(call.node) {
        Some("register") => Some(first),
        Some("registerAsync") => {
            let made = first.map(|site| code.definition(site));
            let factory = made.and_then(|made| {
                let node = code.module(made.file)?.property(made.node, "useFactory")?;
                Some(code.definition(Site { node, ..made }))
            });
            Some(factory.and_then(|factory| returned(code, factory)))
        }
        _ => None,
    }
}

/// The object that a function returns, where it returns one only.
fn returned(code: &Code<'_>, function: Site) -> Option<Site> {
    let module = code.module(function.file)?;
    let inner = match module.kind(function.node) {
        Kind::Method(_) => module.children(function.node).last()?,
        _ => function.node,
    };
    let body = module.body(inner)?;
    if module.kind(body) != Kind::Block {
        return Some(Site { node: body, ..function });
    }
    let mut returns = module.own_descendants(body).filter(|node| module.kind(*node) == Kind::Return);
    let only = returns.next().filter(|_| returns.next().is_none())?;
    Some(Site { node: module.child(only, 0)?, ..function })
}

/// The controllers of the module that imports something.
fn controllers(code: &Code<'_>, module: &Module, import: Site) -> Vec<Site> {
    let is_module = |node: &NodeId| {
        module.kind(*node) == Kind::Object
            && module.parent(*node).is_some_and(|parent| module.called(parent) == Some("Module"))
    };
    let object = module.ancestors(import.node).find(is_module);
    let list = object.and_then(|object| module.property(object, "controllers"));
    let Some(list) = list.filter(|list| module.kind(*list) == Kind::Array) else { return Vec::new() };
    module.children(list).map(|node| code.definition(Site { node, ..import })).collect()
}
