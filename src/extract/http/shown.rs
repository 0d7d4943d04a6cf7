//! Routes as lines, for the tests of readers.

use super::Found;
use crate::extract::Context;
use crate::extract::code::Capability;
use crate::extract::given;

/// `METHOD path handler [guard=capability+…]` of each route that a reader finds in these files.
pub(super) fn routes(find: fn(&Context<'_>) -> Found, files: &[(&str, &str)]) -> Vec<String> {
    given::with(files, |context| {
        let lines = find(context).routes.into_iter().map(|route| {
            let module = route.handler.and_then(|site| Some((site, context.code.module(site.file)?)));
            let handler =
                module.and_then(|(site, module)| Some(module.word(module.function(site.node)?.name)));
            let guards: Vec<String> = route
                .guards
                .iter()
                .map(|guard| {
                    let gives: Vec<&str> = guard.gives.iter().map(Capability::word).collect();
                    if gives.is_empty() {
                        guard.name.clone()
                    } else {
                        format!("{}={}", guard.name, gives.join("+"))
                    }
                })
                .collect();
            let path = route.path.as_deref().unwrap_or("?");
            format!("{} {path} {} [{}]", route.method, handler.unwrap_or("?"), guards.join(", "))
        });
        lines.collect()
    })
}
