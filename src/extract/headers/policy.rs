//! Policies of scripts that code puts together.

use super::name;
use crate::extract::Context;
use crate::extract::code::Site;
use crate::parse::javascript::{Kind, Module, NodeId};

/// Whether a policy that is computed names scripts by nonce or hash: what its module, or that of the function that makes
/// it, says of `script-src`, and nothing there says otherwise.
pub(super) fn names_scripts(context: &Context<'_>, value: Site) -> bool {
    let Some(own) = context.code.module(value.file) else { return false };
    let made = own.resolve(value.node);
    let maker = own.callee(made).map(|node| context.code.definition(Site { file: value.file, node }).file);
    let mut told = Vec::new();
    for file in std::iter::once(value.file).chain(maker.filter(|file| *file != value.file)) {
        told.extend(context.code.module(file).map(directives).unwrap_or_default());
    }
    !told.is_empty() && told.iter().all(|directive| name::by_nonce(directive))
}

/// Every text of a module that says where scripts may come from, what is computed in it left out.
fn directives(module: &Module) -> Vec<String> {
    const DIRECTIVE: &str = "script-src ";
    if !module.spoken().contains(DIRECTIVE) {
        return Vec::new();
    }
    let whole = |node: NodeId| match module.kind(node) {
        Kind::Template => {
            Some(module.children(node).map(|part| module.text(part).unwrap_or_default()).collect::<String>())
        }
        Kind::Text(word) => {
            let part = module.parent(node).is_some_and(|parent| module.kind(parent) == Kind::Template);
            (!part).then(|| module.word(word).to_owned())
        }
        _ => None,
    };
    let texts = module.all().filter_map(whole);
    texts.filter_map(|text| text.find(DIRECTIVE).map(|at| text[at..].to_owned())).collect()
}

/// Whether the directives that helmet is given name scripts by nonce or hash.
pub(super) fn helmet_names_scripts(module: &Module, call: NodeId) -> bool {
    let directives = module.arguments(call).find_map(|options| {
        let policy = module.property(options, "contentSecurityPolicy").unwrap_or(options);
        module.property(policy, "directives")
    });
    let sources = directives.and_then(|directives| {
        ["scriptSrc", "script-src", "defaultSrc"].iter().find_map(|key| module.property(directives, key))
    });
    let Some(sources) = sources.map(|sources| module.resolve(sources)) else { return false };
    let texts = module.descendants(sources).filter_map(|node| match module.kind(node) {
        Kind::Text(word) => Some(module.word(word)),
        _ => None,
    });
    let words: Vec<&str> = texts.collect();
    name::by_nonce(&format!("script-src {}", words.join(" ")))
}
