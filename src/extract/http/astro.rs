//! Astro: endpoints below `src/pages` that answer when asked, actions, and the middleware before them.

use super::files::{
    Root, Routed, bracketed, exported, modules_below, object, property, roots, sequence, settings, stem,
    text, value,
};
use super::model::{Found, Route};
use crate::extract::Context;
use crate::extract::code::{Code, Site};
use crate::parse::javascript::Kind;
use crate::source::FileId;

/// Every application of Astro and its routes.
pub(super) fn find(context: &Context<'_>) -> Found {
    let roots = roots(context, &["astro"], "astro.config");
    let mut found = Found::default();
    for root in &roots {
        read(context, &roots, root, &mut found);
    }
    found
}

fn read(context: &Context<'_>, roots: &[Root], root: &Root, found: &mut Found) {
    let code = &context.code;
    let first = found.routes.len();
    let modules: Vec<_> = modules_below(context, roots, root).collect();
    let middleware = modules
        .iter()
        .find(|(_, path)| matches!(stem(path), Some("src/middleware" | "src/middleware/index")));
    let middleware = middleware.and_then(|(file, _)| exported(code, *file, "onRequest"));
    let middlewares = middleware.map(|hook| sequence(code, &hook, "onRequest")).unwrap_or_default();
    let output = root.config.and_then(|file| text(code, settings(code, file)?, "output"));
    let on_demand = output.as_deref() == Some("server");
    let routed = Routed::new(code, "astro", middlewares);
    for (file, path) in modules {
        let Some(at) = stem(path) else { continue };
        if at == "src/actions/index" {
            actions(&routed, file, found);
        }
        let Some(folders) = at.strip_prefix("src/pages/") else { continue };
        let folders = folders.strip_suffix("/index").unwrap_or(folders);
        let folders = if folders == "index" { "" } else { folders };
        let Some(path) = bracketed(folders).filter(|_| answers(code, file, on_demand)) else { continue };
        routed.verbs(file, (&path, &path), "ALL", found);
    }
    routed.app(root.config, first, found);
}

/// Whether an endpoint answers when asked: what is rendered beforehand is a file.
fn answers(code: &Code<'_>, file: FileId, on_demand: bool) -> bool {
    let prerender =
        exported(code, file, "prerender").and_then(|exported| exported.value).map(|at| value(code, at));
    let flag = prerender.and_then(|at| match code.module(at.file)?.kind(at.node) {
        Kind::Flag(flag) => Some(flag),
        _ => None,
    });
    flag.map_or(on_demand, |prerender| !prerender)
}

/// `export const server = { save: defineAction({ handler }) }`
fn actions(routed: &Routed<'_>, file: FileId, found: &mut Found) {
    let code = routed.code;
    let Some(server) = exported(code, file, "server").and_then(|server| object(code, server.value?, 0))
    else {
        return;
    };
    let Some(module) = code.module(server.file) else { return };
    for (_, action) in module.properties(server.node) {
        let site = Site { file: server.file, node: action };
        let Some(options) = object(code, site, 0) else { continue };
        let Some(handler) = property(code, options, "handler") else { continue };
        let handler = super::files::handler(code, handler);
        let route = Route { path: None, ..routed.route(site, "ACTION", ("/_actions", "/_actions"), handler) };
        found.routes.push(route);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::given;
    use crate::extract::http::files::show;

    fn routes(files: &[(&str, &str)]) -> Vec<String> {
        let mut all = vec![("package.json", r#"{ "dependencies": { "astro": "5" } }"#)];
        all.extend(files);
        given::with(&all, |context| show(context, &find(context)))
    }

    #[test]
    fn endpoints_that_are_rendered_on_demand_are_routes() {
        let users = (
            "src/pages/api/users.ts",
            "export const GET: APIRoute = async function list() {};\nexport const ALL = () => {};",
        );
        let feed = ("src/pages/rss.xml.js", "export const prerender = true;\nexport function GET() {}");
        let form =
            ("src/pages/api/[id]/index.ts", "export const prerender = false;\nexport function POST() {}");
        let server = ("astro.config.mjs", "export default defineConfig({ output: 'server' });");
        assert_eq!(routes(&[users, feed, form]), ["POST /api/:id POST"]);
        assert_eq!(
            routes(&[server, users, feed, form]),
            ["POST /api/:id POST", "GET /api/users list", "ALL /api/users ALL"]
        );
    }

    #[test]
    fn the_middleware_stands_before_endpoints_and_actions() {
        let found = routes(&[
            ("astro.config.mjs", "export default { output: 'server' };"),
            (
                "src/middleware.ts",
                "const a = () => {};\nexport const onRequest = sequence(a, defineMiddleware(async () => {}));",
            ),
            ("src/pages/api/a.ts", "export function GET() {}"),
            (
                "src/actions/index.ts",
                "export const server = { save: defineAction({ input: {}, handler: async function save() {} }) };",
            ),
        ]);
        assert_eq!(found, ["ACTION - save [a onRequest]", "GET /api/a GET [a onRequest]"]);
    }
}
