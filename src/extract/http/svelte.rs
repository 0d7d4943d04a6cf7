//! `SvelteKit`: `+server` and `+page.server` files, and the hook before all of them.

use super::files::{
    Routed, exported, modules_below, or_root, parameters, property, roots, sequence, stem, value,
};
use super::model::Found;
use crate::extract::Context;
use crate::extract::code::{Code, Site};
use crate::parse::javascript::Kind;
use crate::source::FileId;

/// Every application of `SvelteKit` and its routes.
pub(super) fn find(context: &Context<'_>) -> Found {
    let roots = roots(context, &["@sveltejs/kit"], "svelte.config");
    let code = &context.code;
    let mut found = Found::default();
    for root in &roots {
        let first = found.routes.len();
        let modules: Vec<_> = modules_below(context, &roots, root).collect();
        let hook = modules.iter().find(|(_, path)| {
            matches!(stem(path), Some("src/hooks.server" | "src/hooks.server/index" | "src/hooks/index"))
        });
        let hook = hook.and_then(|(file, _)| exported(code, *file, "handle"));
        let hooks = hook.map(|hook| sequence(code, &hook, "handle")).unwrap_or_default();
        let routed = Routed::new(code, "sveltekit", hooks);
        for (file, path) in modules {
            let Some(at) = stem(path).and_then(|stem| stem.strip_prefix("src/routes/")) else { continue };
            let (folders, name) = at.rsplit_once('/').unwrap_or(("", at));
            let (path, id) = paths(folders);
            match name.split('@').next().unwrap_or(name) {
                "+server" => routed.verbs(file, (&path, &id), "fallback", &mut found),
                "+page.server" => page(&routed, file, (&path, &id), &mut found),
                _ => {}
            }
        }
        routed.app(root.config, first, &mut found);
    }
    found
}

/// What loads a page, and the actions of its forms.
fn page(routed: &Routed<'_>, file: FileId, path: (&str, &str), found: &mut Found) {
    routed.one(file, "load", "GET", path, found);
    for (name, action) in actions(routed.code, file) {
        let handler = super::files::handler(routed.code, action);
        let mut route = routed.route(action, "POST", path, handler);
        if name != "default" {
            route.path = route.path.map(|path| format!("{path}?/{name}"));
        }
        found.routes.push(route);
    }
}

/// `export const actions = { default: …, remove: … }`
fn actions(code: &Code<'_>, file: FileId) -> Vec<(String, Site)> {
    let Some(object) = exported(code, file, "actions").and_then(|exported| exported.value) else {
        return Vec::new();
    };
    let object = value(code, object);
    let Some(module) = code.module(object.file).filter(|module| module.kind(object.node) == Kind::Object)
    else {
        return Vec::new();
    };
    let names = module.properties(object.node).into_iter().map(|(name, _)| name.to_owned());
    names.filter_map(|name| Some((name.clone(), property(code, object, &name)?))).collect()
}

/// The path of folders, and the same with its groups.
fn paths(folders: &str) -> (String, String) {
    let segments = folders.split('/').filter(|segment| !segment.is_empty());
    let mut path = String::new();
    for segment in segments.filter(|segment| !(segment.starts_with('(') && segment.ends_with(')'))) {
        path.push('/');
        path.push_str(&parameters(segment));
    }
    (or_root(path), format!("/{folders}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::given;
    use crate::extract::http::files::show;

    fn routes(files: &[(&str, &str)]) -> Vec<String> {
        let mut all = vec![("package.json", r#"{ "devDependencies": { "@sveltejs/kit": "2" } }"#)];
        all.extend(files);
        given::with(&all, |context| show(context, &find(context)))
    }

    #[test]
    fn server_files_and_pages_with_data_are_routes() {
        let found = routes(&[
            (
                "src/routes/api/users/+server.ts",
                "export async function GET() {}\nexport const POST = async () => {};\nexport const prerender = false;",
            ),
            ("src/routes/api/[...rest]/+server.js", "export const fallback = () => {};"),
            (
                "src/routes/(app)/posts/[id=integer]/+page.server.ts",
                "export const load = async () => {};\nexport const actions = { default: async () => {}, remove: async function drop() {} } satisfies Actions;",
            ),
            ("src/routes/(app)/+layout.server.ts", "export const load = () => {};"),
            ("src/routes/+page.server.ts", "export function load() {}"),
            ("src/lib/+server.ts", "export function GET() {}"),
        ]);
        assert_eq!(
            found,
            [
                "GET /posts/:id load",
                "POST /posts/:id default",
                "POST /posts/:id?/remove drop",
                "GET / load",
                "ALL /api/:rest* fallback",
                "GET /api/users GET",
                "POST /api/users POST",
            ]
        );
    }

    #[test]
    fn the_hook_stands_before_all() {
        let api = ("src/routes/api/+server.ts", "export function GET() {}");
        let one =
            ("src/hooks.server.ts", "export const handle = async ({ event, resolve }) => resolve(event);");
        let two = (
            "src/hooks.server.ts",
            "const a = () => {};\nfunction b() {}\nexport const handle = sequence(a, b, make({}));",
        );
        assert_eq!(routes(&[api, one]), ["GET /api GET [handle]"]);
        assert_eq!(routes(&[api, two]), ["GET /api GET [a b make]"]);
    }
}
