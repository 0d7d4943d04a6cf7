//! Applications that are loaded from where they are built to: `app.use(await import(BUILT).then((built) => built.app))`.

use super::eval::{Eval, MAX_STEPS};
use super::model::{Instance, Key};
use crate::extract::Context;
use crate::extract::code::{Site, Target};
use crate::parse::javascript::{Bound, ExportTarget, Kind, Module, NodeId};
use crate::source::FileId;

/// Whether no other module asks for one by its name, tests aside: what it exports is loaded some other way, or not at all.
pub(in crate::extract::http) fn is_alone(context: &Context<'_>, file: FileId) -> bool {
    context.code.graph.importers(file).iter().all(|importer| context.tree.file(*importer).is_aside())
}

/// The application that a module loads by a path that leads to no source: the one of its package that a module exports
/// which nothing asks for by name.
pub(super) fn loaded(eval: &Eval<'_>, value: Site) -> Option<Instance> {
    if !is_loaded(eval, value) {
        return None;
    }
    let context = eval.context;
    let package = |file: FileId| context.packages.dir_of(&context.tree.file(file).path);
    let is_it = |made: &&Site| {
        made.file != value.file
            && !context.tree.file(made.file).is_aside()
            && package(made.file) == package(value.file)
            && is_alone(context, made.file)
            && is_exported(eval, **made)
    };
    let mut candidates = eval.apps.get()?.iter().filter(is_it);
    let only = candidates.next()?;
    candidates.next().is_none().then_some(Instance { key: Key::Made(*only), env: None })
}

fn is_exported(eval: &Eval<'_>, made: Site) -> bool {
    let module = eval.module(made);
    module.exports.iter().any(|export| match export.target {
        ExportTarget::Binding(binding) => {
            let declared = module.bindings[binding.0 as usize].declared;
            eval.definition(Site { node: declared, ..made }) == made
        }
        ExportTarget::Value(node) => eval.definition(Site { node, ..made }) == made,
        ExportTarget::From(..) | ExportTarget::All(_) => false,
    })
}

/// Whether a value is what an import gives whose path is computed, or leads to no file: a member of it, what is done with
/// it in `then`, or a name of that.
fn is_loaded(eval: &Eval<'_>, value: Site) -> bool {
    let module = eval.module(value);
    let mut node = value.node;
    for _ in 0..MAX_STEPS {
        let next = match module.kind(node) {
            Kind::Import(import) => {
                return *eval.code().graph.target(value.file, import) == Target::Unknown;
            }
            Kind::Call if is_import(module, node) => return true,
            Kind::Call if module.called(node) == Some("then") => module.receiver(node),
            Kind::Await | Kind::Member(_) => module.child(node, 0),
            Kind::Name(_, Some(binding)) => match module.bindings[binding.0 as usize].bound {
                Bound::Value(inner) | Bound::Part(inner, _) => Some(inner),
                _ => None,
            },
            _ => None,
        };
        let Some(next) = next else { return false };
        node = next;
    }
    false
}

/// `import(PATH)`
fn is_import(module: &Module, node: NodeId) -> bool {
    let callee = module.callee(node);
    callee.is_some_and(|callee| module.is_global(callee, "import"))
}
