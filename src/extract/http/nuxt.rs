//! Nuxt and Nitro: handlers of `server/api` and `server/routes`, and the middleware before all of them.

use super::files::{
    Middleware, Root, Routed, Scope, exported, handler, join, modules_below, parameters, property, roots,
    settings, stem, value,
};
use super::model::Found;
use crate::extract::Context;
use crate::extract::code::{Capabilities, Capability, Code, Site};
use crate::parse::javascript::{Kind, NodeId};
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
    let written = modules.iter().filter_map(|(file, stem)| middleware(code, *file, stem));
    let middlewares =
        root.config.and_then(|config| security(code, config)).into_iter().chain(written).collect();
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

/// The module `nuxt-security`, where a configuration names it: headers and a limiter before all routes.
fn security(code: &Code<'_>, config: FileId) -> Option<Middleware> {
    const NAME: &str = "nuxt-security";
    let options = settings(code, config)?;
    let list = value(code, property(code, options, "modules")?);
    let module = code.module(list.file)?;
    let is_name = |node: NodeId| matches!(module.kind(node), Kind::Text(word) if module.word(word) == NAME);
    let node = module.descendants(list.node).find(|node| is_name(*node))?;
    // `'nuxt-security'` and `['nuxt-security', { … }]` are there, whatever is decided on the way to others may not be.
    let decides =
        |outer: &NodeId| matches!(module.kind(*outer), Kind::Conditional | Kind::Logical(_) | Kind::Call);
    let between = module.ancestors(node).take_while(|outer| *outer != list.node);
    let scope = if between.into_iter().any(|outer| decides(&outer)) { Scope::Sometimes } else { Scope::All };
    let own = property(code, options, "security");
    let is_off = |key: &str| {
        let set = own.and_then(|own| property(code, own, key));
        set.is_some_and(|set| module.kind(set.node) == Kind::Flag(false) && set.file == list.file)
    };
    let parts = [("headers", Capability::SecurityHeaders), ("rateLimiter", Capability::RateLimit)];
    let on = parts.into_iter().filter(|(key, _)| !is_off(key)).map(|(_, capability)| capability);
    let gives = on.fold(Capabilities::default(), Capabilities::with);
    Some(Middleware::module(Site { file: list.file, node }, NAME, gives, scope))
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
    fn a_module_hardens_all_routes() {
        for (config, expected) in [
            ("modules: ['@pinia/nuxt', 'nuxt-security']", " [nuxt-security=rate-limit+security-headers]"),
            ("modules: [['nuxt-security', {}]]", " [nuxt-security=rate-limit+security-headers]"),
            (
                "modules: ['nuxt-security'], security: { rateLimiter: false }",
                " [nuxt-security=security-headers]",
            ),
            ("modules: ['a', ...(isDev ? [] : ['nuxt-security'])]", " []"),
            ("modules: ['a']", " []"),
        ] {
            let config = format!("export default defineNuxtConfig({{ {config} }});");
            let files = [
                ("package.json", r#"{ "dependencies": { "nuxt": "4", "nuxt-security": "2" } }"#),
                ("nuxt.config.ts", config.as_str()),
                ("server/api/a.ts", "export default defineEventHandler(() => '');"),
            ];
            let found = crate::extract::http::shown::routes(find, &files);
            assert_eq!(found, [format!("ALL /api/a {expected}")], "{config}");
            let reason =
                config.contains("isDev").then_some("a condition decides whether `nuxt-security` is there");
            let unsure = given::with(&files, |context| find(context).routes.remove(0).unsure);
            assert_eq!(unsure.as_deref(), reason, "{config}");
        }
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
