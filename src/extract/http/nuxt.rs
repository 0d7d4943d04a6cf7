//! Nuxt and Nitro: handlers of `server/api` and `server/routes`, and the middleware before all of them.

use super::files::{
    Middleware, Root, Routed, exported, handler, join, modules_below, parameters, roots, stem,
};
use super::model::Found;
use crate::extract::Context;
use crate::extract::code::Code;
use crate::source::FileId;

/// Methods that end the name of a file: `users.get.ts`.
const METHODS: &[&str] = &["get", "post", "put", "patch", "delete", "head", "options", "connect", "trace"];

/// Every application of Nuxt and Nitro, and its routes.
pub(super) fn find(context: &Context<'_>) -> Found {
    let mut found = Found::default();
    let nuxt = roots(context, &["nuxt", "nuxt3", "nuxt-edge"], "nuxt.config");
    for root in &nuxt {
        read(context, &nuxt, root, ("nuxt", &["server/", "src/server/"]), &mut found);
    }
    let nitro = roots(context, &["nitropack", "nitro"], "nitro.config");
    let alone: Vec<_> =
        nitro.into_iter().filter(|root| !nuxt.iter().any(|other| other.dir == root.dir)).collect();
    for root in &alone {
        read(context, &alone, root, ("nitro", &["server/", "src/", ""]), &mut found);
    }
    found
}

fn read(
    context: &Context<'_>,
    roots: &[Root],
    root: &Root,
    (framework, folders): (&'static str, &[&str]),
    found: &mut Found,
) {
    let code = &context.code;
    let first = found.routes.len();
    let modules: Vec<(FileId, String)> = modules_below(context, roots, root)
        .filter_map(|(file, path)| {
            let stem = stem(path)?;
            let within = folders.iter().find_map(|folder| stem.strip_prefix(folder))?;
            Some((file, within.to_owned()))
        })
        .collect();
    let middlewares = modules.iter().filter_map(|(file, stem)| middleware(code, *file, stem)).collect();
    let routed = Routed::new(code, framework, middlewares);
    for (file, stem) in &modules {
        let (prefix, within) = match stem.split_once('/') {
            Some(("api", within)) => ("/api", within),
            Some(("routes", within)) => ("", within),
            _ => continue,
        };
        let (within, method) = method(within);
        let path = join(prefix, &path(within));
        match method {
            Some(method) => routed.one(*file, "default", &method, (&path, &path), found),
            None => {
                if let Some(exported) = exported(code, *file, "default") {
                    routed.any(&exported, (&path, &path), found);
                }
            }
        }
    }
    routed.app(root.config, first, found);
}

/// A handler that every request passes.
fn middleware(code: &Code<'_>, file: FileId, stem: &str) -> Option<Middleware> {
    let name = stem.strip_prefix("middleware/")?;
    let exported = exported(code, file, "default")?;
    // `01.auth` is the first of them.
    let number = name.find(|next: char| next.is_ascii_alphabetic()).unwrap_or(0);
    let value = exported.value.unwrap_or(exported.site);
    let site = handler(code, value).site.unwrap_or(value);
    Some(Middleware::part(code, site, &name[number..]))
}

/// The method at the end of a file's name, and the name without it.
fn method(stem: &str) -> (&str, Option<String>) {
    // Variants for the stages of a build: `x.get.dev`.
    let stem = stem.strip_suffix(".dev").or_else(|| stem.strip_suffix(".prod")).unwrap_or(stem);
    match stem.rsplit_once('.') {
        Some((rest, method)) if METHODS.contains(&method) => (rest, Some(method.to_ascii_uppercase())),
        _ => (stem, None),
    }
}

fn path(stem: &str) -> String {
    let segments = stem.split('/').filter(|segment| {
        let is_group = segment.starts_with('(') && segment.ends_with(')');
        !is_group && !segment.is_empty()
    });
    let mut segments: Vec<String> = segments.map(parameters).collect();
    if segments.last().is_some_and(|last| last == "index") {
        segments.pop();
    }
    format!("/{}", segments.join("/"))
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
    fn files_below_server_are_routes() {
        let found = routes(&[
            ("package.json", r#"{ "dependencies": { "nuxt": "4" } }"#),
            (
                "server/api/users/index.get.ts",
                "export default defineEventHandler(async function list(event) {});",
            ),
            (
                "server/api/users/index.post.ts",
                "export default defineEventHandler({ onRequest: [auth], handler: async function create() {} });",
            ),
            (
                "server/api/users/[id].ts",
                "export default eventHandler((event) => { if (event.method === 'DELETE') {} });",
            ),
            ("server/api/auth/[...].ts", "export default NuxtAuthHandler({});"),
            ("server/routes/sitemap.xml.ts", "export default cachedEventHandler(() => '');"),
            ("server/utils/db.ts", "export default {};"),
            ("server/middleware/01.auth.ts", "export default defineEventHandler(() => {});"),
        ]);
        assert_eq!(
            found,
            [
                "ALL /api/auth/:path* NuxtAuthHandler() [auth]",
                "DELETE /api/users/:id default [auth]",
                "GET /api/users list [auth]",
                "POST /api/users create [auth auth]",
                "ALL /sitemap.xml default [auth]",
            ]
        );
    }

    #[test]
    fn middleware_and_handlers_use_what_is_in_scope() {
        let files = [
            ("package.json", r#"{ "dependencies": { "nuxt": "4", "nuxt-auth-utils": "1" } }"#),
            (
                "server/middleware/auth.ts",
                "export default defineEventHandler(async (event) => { await requireUserSession(event); });",
            ),
            (
                "server/utils/limit.ts",
                "import { rateLimit } from 'express-rate-limit'; export const limited = () => rateLimit();",
            ),
            ("server/middleware/limit.ts", "export default defineEventHandler((event) => limited(event));"),
            (
                "server/api/a.post.ts",
                "export default defineEventHandler(async (event) => readValidatedBody(event, s.parse));",
            ),
        ];
        let found = crate::extract::http::shown::routes(find, &files);
        assert_eq!(found, ["POST /api/a  [auth=auth, limit=rate-limit]"]);
    }

    #[test]
    fn nitro_stands_alone() {
        let found = routes(&[
            ("package.json", r#"{ "dependencies": { "nitropack": "2" } }"#),
            ("routes/index.ts", "export default eventHandler(() => '');"),
            ("server/api/a.put.ts", "export default eventHandler(() => '');"),
        ]);
        assert_eq!(found, ["ALL / default", "PUT /api/a default"]);
    }
}
