//! The object that a configuration file gives, behind wrappers, functions and names.

use super::exported::exported;
use super::handler::value;
use crate::extract::code::{Code, Site};
use crate::parse::javascript::{Kind, NodeId};
use crate::source::FileId;

/// How many wrappers are taken off.
const MAX_DEPTH: usize = 12;

/// The object that a configuration file exports.
pub(in crate::extract) fn settings(code: &Code<'_>, file: FileId) -> Option<Site> {
    object(code, exported(code, file, "default")?.value?, 0)
}

/// The object behind a value: `withX(config)`, `withX(options)(config)`, `() => config`, `async () => { … return config }`.
pub(in crate::extract) fn object(code: &Code<'_>, site: Site, depth: usize) -> Option<Site> {
    let at = value(code, site);
    let module = code.module(at.file).filter(|_| depth < MAX_DEPTH)?;
    let of = |node: NodeId| object(code, Site { file: at.file, node }, depth + 1);
    match module.kind(at.node) {
        Kind::Object => Some(at),
        Kind::Call => module.arguments(at.node).find_map(of),
        Kind::Await | Kind::Spread => module.child(at.node, 0).and_then(of),
        Kind::Function(_) => {
            let body = module.body(at.node)?;
            if module.kind(body) != Kind::Block {
                return of(body);
            }
            let returns = module.own_descendants(body).filter(|node| module.kind(*node) == Kind::Return);
            let values: Vec<_> = returns.filter_map(|node| module.child(node, 0)).collect();
            values.into_iter().rev().find_map(of)
        }
        Kind::Conditional => module.children(at.node).skip(1).find_map(of),
        _ => None,
    }
}

/// The value of a property, spreads of objects that are written out elsewhere opened.
pub(in crate::extract) fn property(code: &Code<'_>, site: Site, key: &str) -> Option<Site> {
    find(code, site, key, 0)
}

fn find(code: &Code<'_>, site: Site, key: &str, depth: usize) -> Option<Site> {
    let at = value(code, site);
    let module = code.module(at.file).filter(|_| depth < MAX_DEPTH)?;
    if module.kind(at.node) != Kind::Object {
        return None;
    }
    let parts: Vec<NodeId> = module.children(at.node).collect();
    parts.into_iter().rev().find_map(|part| {
        let here = |node| Site { file: at.file, node };
        match module.kind(part) {
            Kind::Property(word) if module.word(word) == key => module.child(part, 0).map(here),
            Kind::Method(word) if module.word(word) == key => module.children(part).last().map(here),
            Kind::Spread => find(code, here(module.child(part, 0)?), key, depth + 1),
            _ => None,
        }
    })
}

/// The text of a property.
pub(in crate::extract) fn text(code: &Code<'_>, site: Site, key: &str) -> Option<String> {
    let at = value(code, property(code, site, key)?);
    code.module(at.file)?.text(at.node).map(std::borrow::Cow::into_owned)
}
