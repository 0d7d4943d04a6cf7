//! What is written of a route beside its code.

use std::sync::LazyLock;

use super::Route;
use crate::extract::Context;
use crate::extract::code::Site;
use crate::parse::javascript::{Kind, Module, NodeId};
use crate::source::Needles;

/// Words with which a route is said to tell whether the program is well, in small letters.
const OF_HEALTH: &[&str] = &[
    "health check",
    "healthcheck",
    "health-check",
    "liveness",
    "readiness",
    "health endpoint",
    "health probe",
];

/// Whether a route is said to tell whether the program is well: by its description, `{ schema: { description: "Health
/// check" } }`, `@ApiOperation({ summary })`, or by the comment before it.
pub(super) fn tells_of_health(context: &Context<'_>, route: &Route) -> bool {
    let registered = context.code.module(route.site.file).is_some_and(|module| {
        let around = if module.kind(route.site.node) == Kind::Decorator {
            module.parent(route.site.node)
        } else {
            None
        };
        let own = around.unwrap_or(route.site.node);
        describes(module, own) || comments(context, module, route.site)
    });
    registered
        || route.handler.is_some_and(|site| {
            let at = context.code.definition(site);
            context.code.module(at.file).is_some_and(|module| comments(context, module, at))
        })
}

fn says(text: &str) -> bool {
    static NEEDLES: LazyLock<Needles> = LazyLock::new(|| Needles::of(OF_HEALTH.iter().copied()));
    NEEDLES.are_in(text)
}

/// Whether a description within a node says so.
fn describes(module: &Module, node: NodeId) -> bool {
    ["description", "summary", "operationId"].iter().any(|key| module.may_say(key))
        && module.descendants(node).any(|inner| match module.kind(inner) {
            Kind::Property(word) => {
                matches!(module.word(word), "description" | "summary" | "operationId")
                    && module
                        .child(inner, 0)
                        .and_then(|value| module.text(value))
                        .is_some_and(|text| says(&text))
            }
            _ => false,
        })
}

/// Whether the comment that ends where the statement around a node begins says so.
fn comments(context: &Context<'_>, module: &Module, site: Site) -> bool {
    let text = context.tree.text(site.file);
    let start = module.span(site.node).start as usize;
    let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let before = module.comments.partition_point(|comment| comment.end as usize <= line);
    let Some(last) = before.checked_sub(1).and_then(|index| module.comments.get(index)) else { return false };
    let near = text[last.end as usize..line].trim().is_empty();
    near && says(last.of(text))
}

#[cfg(test)]
mod tests {
    use crate::extract::given::show;

    #[test]
    fn what_is_written_of_a_route() {
        for (route, expected) in [
            (
                "app.get('/', { schema: { description: 'Application health check endpoint.' } }, answer);",
                "health",
            ),
            ("// Liveness of the pod\napp.get('/x/y', answer);", "health"),
            ("/**\n * Used for health checks\n */\nfunction well() {}\napp.get('/x/y', well);", "health"),
            ("// Health check\n\nconst other = 1;\napp.get('/x/y', answer);", ""),
            ("app.get('/', { schema: { description: 'All orders' } }, answer);", ""),
            ("app.post('/', { schema: { description: 'Health check of a patient' } }, answer);", ""),
        ] {
            let text = format!("const app = require('fastify')();\n{route}\napp.listen({{ port: 80 }});");
            assert_eq!(show("http.route", &["classes"], &[("src/app.js", &text)]), [expected], "{route}");
        }
    }
}
