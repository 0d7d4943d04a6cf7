//! What is written through models of Objection, which hold what they are given against their schema.

use crate::extract::Context;
use crate::parse::javascript::{Kind, Module, NodeId};

/// Methods of its queries that write.
const WRITES: &[&str] = &[
    "insert",
    "insertAndFetch",
    "insertGraph",
    "insertGraphAndFetch",
    "patch",
    "patchAndFetch",
    "patchAndFetchById",
    "update",
    "updateAndFetch",
    "updateAndFetchById",
    "upsertGraph",
    "upsertGraphAndFetch",
];

/// Whether a call writes through a query of a model: `User.query().insert(…)`, `user.$relatedQuery("flows").patch(…)`.
pub(super) fn writes_a_model(module: &Module, call: NodeId, name: &str) -> bool {
    let mut at = module.receiver(call).filter(|_| WRITES.contains(&name));
    while let Some(inner) = at {
        match module.called(inner) {
            Some("query" | "$query" | "$relatedQuery" | "relatedQuery") => return true,
            Some(_) => at = module.receiver(inner),
            None => return false,
        }
    }
    false
}

/// Whether nearly all models of Objection that a repository declares have a schema; false where it declares none.
pub(in crate::extract::http) fn models_hold_schemas(context: &Context<'_>) -> bool {
    let names = |module: &Module, node: NodeId, key: &str| match module.kind(node) {
        Kind::Field(word) | Kind::Method(word) => module.word(word) == key,
        _ => false,
    };
    let asked = context.packages.all().iter().any(|package| package.dependency("objection").is_some());
    if !asked {
        return false;
    }
    let (mut models, mut with_schema) = (0_usize, 0_usize);
    let speaking = context
        .code
        .modules()
        .filter(|(file, module)| module.may_say("tableName") && !context.tree.file(*file).is_aside());
    for (_, module) in speaking {
        for class in module.all().filter(|node| module.kind(*node) == Kind::Class) {
            if module.children(class).any(|part| names(module, part, "tableName")) {
                models += 1;
                with_schema +=
                    usize::from(module.children(class).any(|part| names(module, part, "jsonSchema")));
            }
        }
    }
    models > 0 && with_schema * 10 >= models * 9
}
