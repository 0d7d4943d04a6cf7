//! How far an application believes the proxies in front of it.

use rayon::prelude::*;

use super::App;
use crate::extract::Context;
use crate::extract::code::Site;
use crate::parse::javascript::{Kind, Module, NodeId};

/// A place that sets how many proxies are believed.
#[derive(Debug)]
pub(super) struct Trust {
    /// What it is set on.
    on: Site,
    /// Whether `on` is known to be a value made in this repository, rather than a parameter.
    sure: bool,
    /// As written.
    value: String,
}

/// Every place that sets it on an application: `app.set("trust proxy", 1)`, `fastify({ trustProxy: true })`,
/// `app.proxy = true`.
pub(super) fn find(context: &Context<'_>) -> Vec<Trust> {
    let modules: Vec<_> = context.code.modules().collect();
    let found = modules.par_iter().flat_map_iter(|(file, module)| {
        let says = ["trust proxy", "trustProxy", "proxy"].iter().any(|word| module.may_say(word));
        let nodes = module.all().filter(move |_| says);
        nodes.filter_map(|node| {
            let (on, value) = setting(module, node)?;
            let site = Site { file: *file, node: on };
            let made = context.code.definition(site);
            let sure = context
                .code
                .module(made.file)
                .is_some_and(|module| matches!(module.kind(made.node), Kind::Call | Kind::New));
            let text = context.tree.text(*file);
            let value =
                value.map_or_else(|| "true".to_owned(), |value| module.span(value).of(text).to_owned());
            Some(Trust { on: made, sure, value })
        })
    });
    found.collect()
}

/// What a node sets it on, and to what.
fn setting(module: &Module, node: NodeId) -> Option<(NodeId, Option<NodeId>)> {
    match module.kind(node) {
        Kind::Call => {
            let name = module.called(node)?;
            if name != "set" && name != "enable" {
                return None;
            }
            let key = module.argument(node, 0)?;
            if module.text(key).as_deref() != Some("trust proxy") {
                return None;
            }
            let receiver = module.receiver(node)?;
            Some((receiver, module.argument(node, 1)))
        }
        Kind::Assign(_) => {
            let (target, value) = (module.child(node, 0)?, module.child(node, 1)?);
            let proxy = matches!(module.kind(target), Kind::Member(word) if module.word(word) == "proxy");
            (proxy && module.kind(value) == Kind::Flag(true)).then_some(())?;
            Some((module.child(target, 0)?, Some(value)))
        }
        _ => None,
    }
}

/// What an application believes: set on it, set on a parameter somewhere in its package, or given where it is made.
pub(super) fn of(context: &Context<'_>, app: &App, trust: &[Trust]) -> Option<String> {
    let package = |site: Site| context.packages.dir_of(&context.tree.file(site.file).path);
    let made = context.code.definition(app.site);
    let set =
        trust.iter().find(|trust| trust.on == made || !trust.sure && package(trust.on) == package(app.site));
    set.map(|trust| trust.value.clone()).or_else(|| {
        let module = context.code.module(app.site.file)?;
        let given = module.arguments(app.site.node).find_map(|options| {
            ["trustProxy", "proxy"].iter().find_map(|key| module.property(options, key))
        })?;
        Some(module.span(given).of(context.tree.text(app.site.file)).to_owned())
    })
}
