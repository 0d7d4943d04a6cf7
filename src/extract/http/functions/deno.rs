//! `Deno.serve` and the `serve` of its standard library.

use super::serve::served;
use crate::extract::Context;
use crate::extract::code::Site;
use crate::extract::http::files::{Routed, handler, methods};
use crate::extract::http::model::{App, Found};
use crate::parse::javascript::Kind;

/// Servers of Deno outside of a platform.
pub(super) fn find(context: &Context<'_>) -> Found {
    let code = &context.code;
    let routed = Routed::new(code, "deno", Vec::new());
    let mut found = Found::default();
    for (file, module) in code.modules() {
        let source = context.tree.file(file);
        if source.is_aside() || super::supabase::function(&source.path).is_some() {
            continue;
        }
        let Some((call, answer)) = served(code, file, module) else { continue };
        let Some(at) = answer else { continue };
        let inner = handler(code, at);
        // What a router answers is told by the reader of that router.
        let is_function = |site: Site| {
            code.module(site.file).is_some_and(|module| matches!(module.kind(site.node), Kind::Function(_)))
        };
        if inner.site.is_some_and(is_function) {
            for method in methods(code, inner.site) {
                let inner = handler(code, at);
                found.routes.push(routed.route(call, &method, ("/*", "/*"), inner));
            }
            found.apps.push(App { site: call, framework: "deno", guards: Vec::new(), listens: Some(call) });
        }
    }
    found
}
