//! Firebase: functions made by `onRequest` and `onCall`.

use crate::extract::Context;
use crate::extract::code::{Origin, Site};
use crate::extract::http::files::{Handler, Routed, handler, methods};
use crate::extract::http::model::Found;
use crate::parse::javascript::{ExportTarget, Kind};

/// Every exported function of Firebase that answers over HTTP.
pub(super) fn find(context: &Context<'_>) -> Found {
    let code = &context.code;
    let routed = Routed::new(code, "firebase", Vec::new());
    let mut found = Found::default();
    for (file, module) in code.modules() {
        let imports =
            module.imports.iter().any(|import| module.word(import.source).starts_with("firebase-functions"));
        if !imports || context.tree.file(file).vendored {
            continue;
        }
        for export in &module.exports {
            let node = match export.target {
                ExportTarget::Value(node) => node,
                ExportTarget::Binding(binding) => {
                    module.resolve(module.bindings[binding.0 as usize].declared)
                }
                ExportTarget::From(..) | ExportTarget::All(_) => continue,
            };
            let call = code.definition(Site { file, node });
            let Some(module) = code.module(call.file) else { continue };
            let method = match (module.kind(call.node), module.called(call.node)) {
                (Kind::Call, Some("onRequest")) => None,
                (Kind::Call, Some("onCall")) => Some("POST"),
                _ => continue,
            };
            let Some(callee) = module.callee(call.node) else { continue };
            let origin = code.origin(Site { file: call.file, node: callee });
            if matches!(&origin, Origin::External { package, .. } if !package.starts_with("firebase-functions"))
            {
                continue;
            }
            let Some(last) = module.arguments(call.node).last() else { continue };
            let inner = handler(code, Site { file: call.file, node: last });
            let Some(site) = inner.site.filter(|at| {
                code.module(at.file).is_some_and(|module| matches!(module.kind(at.node), Kind::Function(_)))
            }) else {
                continue;
            };
            let path = format!("/{}", code.module(file).map_or("", |module| module.word(export.name)));
            let all = method.map_or_else(|| methods(code, Some(site)), |method| vec![method.to_owned()]);
            for method in all {
                let handler = Handler { site: Some(site), guards: inner.guards.clone() };
                found.routes.push(routed.route(call, &method, (&path, &path), handler));
            }
        }
    }
    found
}
