//! Keys and indexes behind the columns of a table: `(t) => [uniqueIndex("by_mail").on(t.mail)]`.

use super::columns::Known;
use super::reader::{MAX_STEPS, Reader};
use crate::extract::code::{Origin, Site};
use crate::extract::declared::Index;
use crate::parse::javascript::{Bound, Kind, Module, NodeId};

/// The indexes that the third argument of a table tells. Those on expressions and on a part of the rows are left out.
pub(super) fn read(reader: &Reader<'_>, extra: Site, known: &Known) -> Vec<Index> {
    let mut site = reader.code.definition(extra);
    let Some(module) = reader.module(site) else { return Vec::new() };
    if let Kind::Function(_) = module.kind(site.node) {
        let [result] = module.results(site.node)[..] else { return Vec::new() };
        site.node = module.resolve(result);
    }
    let parts =
        module.children(site.node).filter_map(|part| match (module.kind(site.node), module.kind(part)) {
            (Kind::Array, _) => Some(part),
            (Kind::Object, Kind::Property(_)) => module.child(part, 0),
            _ => None,
        });
    parts.filter_map(|part| one(reader, module, Site { node: part, ..site }, known)).collect()
}

fn one(reader: &Reader<'_>, module: &Module, whole: Site, known: &Known) -> Option<Index> {
    let mut call = whole.node;
    let mut on: Option<Vec<NodeId>> = None;
    for _ in 0..MAX_STEPS {
        let Origin::External { path, .. } = reader.code.callee(Site { node: call, ..whole }) else {
            return None;
        };
        if !path.contains("()") {
            let unique = matches!(path.as_str(), "uniqueIndex" | "unique" | "primaryKey");
            let listed = || columns_of(module, call);
            let columns =
                if path == "primaryKey" { listed() } else { on.filter(|_| unique || path == "index")? };
            let names = columns.into_iter().map(|node| column(module, node, known));
            let columns = names.collect::<Option<Vec<_>>>().filter(|names| !names.is_empty())?;
            return Some(Index { columns, unique, place: reader.place(whole) });
        }
        match module.called(call)? {
            "where" => return None,
            "on" | "onOnly" => on = Some(module.arguments(call).collect()),
            "using" => on = Some(module.arguments(call).skip(1).collect()),
            _ => {}
        }
        call = module.receiver(call)?;
    }
    None
}

/// The columns of `primaryKey({ columns: [t.a, t.b] })` and `primaryKey(t.a, t.b)`.
fn columns_of(module: &Module, call: NodeId) -> Vec<NodeId> {
    let first = module.argument(call, 0);
    match first.and_then(|first| module.property(first, "columns")) {
        Some(list) => module.children(module.resolve(list)).collect(),
        None => module.arguments(call).collect(),
    }
}

/// The name of the column of `t.mail` and `t.mail.desc()`.
fn column(module: &Module, node: NodeId, known: &Known) -> Option<String> {
    let mut at = node;
    for _ in 0..MAX_STEPS {
        match module.kind(at) {
            Kind::Call => at = module.receiver(at)?,
            Kind::Member(key) => {
                let table = module.binding(module.child(at, 0)?)?;
                let bound = module.bindings.get(table.0 as usize)?.bound;
                return matches!(bound, Bound::Parameter(_, 0))
                    .then(|| known.named(module.word(key)).map(str::to_owned))
                    .flatten();
            }
            _ => return None,
        }
    }
    None
}
