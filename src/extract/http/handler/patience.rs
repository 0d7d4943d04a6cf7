//! Whether what a program asks its database with gives up after some time, wherever that is set.

use crate::extract::Context;
use crate::extract::code::Capability;
use crate::extract::code::{Origin, Site, purpose};
use crate::parse::javascript::{Kind, Module, NodeId};

/// Whether a client of a database in the package of a file is told when to give up:
/// `new Pool({ connectionTimeoutMillis: 2000 })`.
pub(in crate::extract::http) fn clients_give_up(context: &Context<'_>, file: crate::source::FileId) -> bool {
    let dir = context.packages.dir_of(&context.tree.file(file).path);
    context.code.modules().any(|(file, module)| {
        let path = &context.tree.file(file).path;
        // What a package is good for takes longer to tell than where a file lies.
        !context.tree.file(file).is_aside()
            && context.packages.dir_of(path) == dir
            && module.imports.iter().any(|import| is_store(module.word(import.source)))
            && module.all().any(|node| {
                matches!(module.kind(node), Kind::Call | Kind::New)
                    && speaks_of_time(module, node)
                    && matches!(context.code.callee(Site { file, node }), Origin::External { package, .. } if is_store(&package))
            })
    })
}

fn is_store(package: &str) -> bool {
    let gives = purpose(package);
    gives.has(Capability::Database) || gives.has(Capability::Orm)
}

/// Whether an argument of a call has an option named after a time that is waited.
fn speaks_of_time(module: &Module, call: NodeId) -> bool {
    module.arguments(call).flat_map(|argument| module.descendants(argument)).any(|node| {
        match module.kind(node) {
            Kind::Property(word) => {
                let name = module.word(word).to_ascii_lowercase();
                name.contains("timeout") && !name.contains("idle")
            }
            _ => false,
        }
    })
}
