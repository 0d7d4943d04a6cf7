//! Routes that `app/routes.ts` lists.

use super::Leaf;
use crate::extract::Context;
use crate::extract::code::{Code, Site};
use crate::extract::http::files::{exported, join, value};
use crate::extract::packages::resolve;
use crate::parse::javascript::{Kind, Module, NodeId};
use crate::source::FileId;

/// How deep routes may nest.
const MAX_DEPTH: usize = 20;

/// The routes of the table; none where the table is made from file names.
pub(super) fn leaves(context: &Context<'_>, file: FileId, app: &str) -> Option<Vec<Leaf>> {
    let code = &context.code;
    let list = value(code, exported(code, file, "default")?.value?);
    let mut table = Table { context, app, leaves: Vec::new() };
    let module = code.module(list.file)?;
    if module.kind(list.node) != Kind::Array {
        return None;
    }
    table.list(list, "", &[], 0);
    (!table.leaves.is_empty()).then_some(table.leaves)
}

struct Table<'c> {
    context: &'c Context<'c>,
    app: &'c str,
    leaves: Vec<Leaf>,
}

impl Table<'_> {
    fn code(&self) -> &Code<'_> {
        &self.context.code
    }

    /// Every route of a list.
    fn list(&mut self, list: Site, prefix: &str, around: &[FileId], depth: usize) {
        let list = value(self.code(), list);
        let Some(module) = self.context.code.module(list.file).filter(|_| depth < MAX_DEPTH) else { return };
        let nodes: Vec<NodeId> = module.children(list.node).collect();
        for node in nodes {
            let node =
                if module.kind(node) == Kind::Spread { module.child(node, 0).unwrap_or(node) } else { node };
            let at = value(self.code(), Site { file: list.file, node });
            let Some(module) = self.context.code.module(at.file) else { continue };
            if module.kind(at.node) == Kind::Call {
                self.entry(module, at, prefix, around, depth);
            }
        }
    }

    /// `index(file)`, `route(path, file, children)`, `layout(file, children)`, `prefix(path, children)`.
    fn entry(&mut self, module: &Module, call: Site, prefix: &str, around: &[FileId], depth: usize) {
        let arguments: Vec<NodeId> = module.arguments(call.node).collect();
        let text = |number: usize| arguments.get(number).and_then(|node| module.text(*node));
        let (path, file) = match module.called(call.node) {
            Some("index" | "layout") => (None, text(0)),
            Some("route") => (text(0), text(1)),
            Some("prefix") => (text(0), None),
            _ => return,
        };
        let path = join(prefix, &path.map(|path| parameters(&path)).unwrap_or_default());
        let file = file.and_then(|file| self.context.tree.by_path(&resolve(self.app, &file)?));
        let mut inner = around.to_vec();
        if let Some(file) = file {
            inner.push(file);
            self.leaves.push(Leaf { file, path: path.clone(), around: around.to_vec() });
        }
        let is_list = |node: &&NodeId| module.kind(module.resolve(**node)) == Kind::Array;
        if let Some(children) = arguments.iter().rfind(is_list) {
            self.list(Site { file: call.file, node: *children }, &path, &inner, depth + 1);
        }
    }
}

/// `*` is a parameter for the rest.
fn parameters(path: &str) -> String {
    match path.strip_suffix('*') {
        Some(rest) => format!("{rest}:path*"),
        None => path.to_owned(),
    }
}
