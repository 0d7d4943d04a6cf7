//! Servers of edge runtimes: Cloudflare Workers, their small router, and Bun.

mod itty;

use super::files::{Handler, Routed, VERBS, exported, handler, methods, property, value};
use super::model::{App, Found};
use crate::extract::Context;
use crate::extract::code::{Code, Site};
use crate::parse::javascript::{Kind, Module, NodeId};
use crate::source::FileId;

/// Every worker and every server of Bun.
pub(super) fn find(context: &Context<'_>) -> Found {
    let mut found = Found::default();
    let code = &context.code;
    for file in entries(context) {
        worker(code, file, &mut found);
    }
    for (file, module) in code.modules() {
        if !context.tree.file(file).is_aside() {
            bun(code, file, module, &mut found);
            itty::read(code, file, module, &mut found);
        }
    }
    found
}

/// The modules that configurations of Wrangler start.
fn entries(context: &Context<'_>) -> Vec<FileId> {
    const CONFIGS: &[&str] = &["wrangler.toml", "wrangler.json", "wrangler.jsonc"];
    let configs = context.tree.entries().filter(|(_, file)| CONFIGS.contains(&file.name()) && !file.vendored);
    let entry = configs.filter_map(|(id, file)| {
        let main = context.documents.node(id)?.get("main")?.text()?.to_owned();
        context.tree.by_path(&crate::extract::packages::resolve(file.dir(), &main)?)
    });
    let mut files: Vec<_> = entry.collect();
    files.sort_unstable();
    files.dedup();
    files
}

/// `export default { fetch }`, or `addEventListener("fetch", …)`.
fn worker(code: &Code<'_>, file: FileId, found: &mut Found) {
    let module_style = exported(code, file, "default").and_then(|exported| {
        let object = value(code, exported.value?);
        Some((object, property(code, object, "fetch")?))
    });
    if let Some((object, fetch)) = module_style.or_else(|| listener(code, file)) {
        serve(code, "workers", object, fetch, found);
    }
}

/// A route for what a function answers; the routes of a router are told by the reader of that router.
fn serve(code: &Code<'_>, framework: &'static str, site: Site, fetch: Site, found: &mut Found) {
    let inner = handler(code, fetch);
    let is_function = |at: Site| {
        code.module(at.file).is_some_and(|module| matches!(module.kind(at.node), Kind::Function(_)))
    };
    let Some(at) = inner.site.filter(|at| is_function(*at)) else { return };
    found.apps.push(App { site, framework, guards: Vec::new(), listens: None });
    if itty::routes(code, at) {
        return;
    }
    let routed = Routed::new(code, framework, Vec::new());
    for method in methods(code, Some(at)) {
        let handler = Handler { site: Some(at), guards: inner.guards.clone() };
        found.routes.push(routed.route(site, &method, ("/*", "/*"), handler));
    }
}

/// `addEventListener("fetch", (event) => event.respondWith(answer(event.request)))`
fn listener(code: &Code<'_>, file: FileId) -> Option<(Site, Site)> {
    let module = code.module(file)?;
    let call = module.children(module.root()).find(|node| {
        module.called(*node) == Some("addEventListener")
            && module.argument(*node, 0).and_then(|node| module.text(node)).as_deref() == Some("fetch")
    })?;
    let function = module.argument(call, 1)?;
    Some((Site { file, node: call }, Site { file, node: function }))
}

/// `Bun.serve({ routes: { "/path": handler, "/other": { GET: handler } }, fetch })`
fn bun(code: &Code<'_>, file: FileId, module: &Module, found: &mut Found) {
    if !module.may_say("Bun") {
        return;
    }
    let is_serve = |node: &NodeId| {
        module.kind(*node) == Kind::Call
            && module.callee(*node).is_some_and(|callee| module.is_global(callee, "Bun.serve"))
    };
    let calls = module.calls_named(|name| name == "serve").into_iter().filter(is_serve);
    let routed = Routed::new(code, "bun", Vec::new());
    for node in calls {
        let call = Site { file, node };
        let Some(options) = module.argument(node, 0).map(|node| value(code, Site { file, node })) else {
            continue;
        };
        found.apps.push(App { site: call, framework: "bun", guards: Vec::new(), listens: Some(call) });
        for (path, answer) in entries_of(code, property(code, options, "routes")) {
            let verbs = entries_of(code, Some(answer));
            if verbs.iter().any(|(verb, _)| VERBS.contains(&verb.as_str())) {
                for (verb, answer) in verbs {
                    found.routes.push(routed.route(answer, &verb, (&path, &path), handler(code, answer)));
                }
            } else {
                let inner = handler(code, answer);
                // A file that is imported, or an answer that is ready, is no handler.
                if inner.site.is_some() {
                    found.routes.push(routed.route(answer, "ALL", (&path, &path), inner));
                }
            }
        }
        if let Some(fetch) = property(code, options, "fetch") {
            let apps = found.apps.len();
            serve(code, "bun", call, fetch, found);
            found.apps.truncate(apps);
        }
    }
}

/// The keys and values of an object.
fn entries_of(code: &Code<'_>, object: Option<Site>) -> Vec<(String, Site)> {
    let Some(object) = object.map(|object| value(code, object)) else { return Vec::new() };
    let Some(module) = code.module(object.file) else { return Vec::new() };
    let entries = module.properties(object.node).into_iter();
    entries.map(|(key, node)| (key.to_owned(), Site { file: object.file, node })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::given;
    use crate::extract::http::files::show;

    fn routes(files: &[(&str, &str)]) -> Vec<String> {
        given::with(files, |context| show(context, &find(context)))
    }

    #[test]
    fn the_main_module_of_a_worker_answers() {
        let table = [
            (
                "export default { async fetch(request, env) { if (request.method !== 'POST') return; } };",
                "POST /* fetch",
            ),
            (
                "const worker = { fetch: withAuth(handle) };\nfunction handle() {}\nexport default worker;",
                "ALL /* handle [withAuth]",
            ),
            ("addEventListener('fetch', function answer(event) {});", "ALL /* answer"),
        ];
        for (text, route) in table {
            assert_eq!(
                routes(&[("wrangler.toml", "main = \"src/index.ts\""), ("src/index.ts", text)]),
                [route]
            );
        }
        assert_eq!(routes(&[("src/index.ts", table[0].0)]), [""; 0]);
    }

    #[test]
    fn the_small_router_has_routes_in_order() {
        let found = routes(&[
            ("wrangler.jsonc", r#"{ "main": "./src/index.ts" }"#),
            (
                "src/index.ts",
                "import { AutoRouter } from 'itty-router';\nconst router = AutoRouter({ base: '/api', before: [cors] });\nrouter.get('/health', () => 'ok');\nrouter.all('*', authenticate);\nrouter.post('/users/:id', limit, function save() {}).delete('/users/:id', drop);\nfunction drop() {}\nexport default { fetch: (request) => router.fetch(request) };",
            ),
        ]);
        assert_eq!(
            found,
            [
                "GET /api/health default [cors]",
                "POST /api/users/:id save [cors authenticate limit]",
                "DELETE /api/users/:id drop [cors authenticate]",
            ]
        );
    }

    #[test]
    fn a_server_of_bun_has_routes_and_a_rest() {
        let found = routes(&[(
            "index.ts",
            "import page from './index.html';\nBun.serve({ routes: { '/': page, '/a/:id': (req) => new Response(), '/b': { GET: function list() {}, POST: save } }, fetch(req) {} });\nfunction save() {}",
        )]);
        assert_eq!(found, ["ALL /a/:id /a/:id", "GET /b list", "POST /b save", "ALL /* fetch"]);
    }
}
