//! Whether browsers tell by themselves who asks.

use crate::extract::Context;
use crate::parse::javascript::{Kind, Module, NodeId};
use crate::source::FileId;

/// Packages that know who asks by a cookie, or by what else a browser sends along by itself.
const BY_COOKIE: &[&str] = &[
    "cookie",
    "cookies",
    "cookie-parser",
    "cookie-session",
    "express-session",
    "express-basic-auth",
    "@fastify/cookie",
    "@fastify/session",
    "@fastify/secure-session",
    "@fastify/basic-auth",
    "fastify-cookie",
    "koa-session",
    "koa-generic-session",
    "hono/cookie",
    "hono/basic-auth",
    "iron-session",
    "next-auth",
    "better-auth",
    "lucia",
    "lusca",
    "csurf",
    "supertokens-node",
    "@supabase/ssr",
];

/// Names that stand where cookies are read or set.
const NAMES: &[&str] =
    &["cookie", "cookies", "signedCookies", "setCookie", "getCookie", "Set-Cookie", "set-cookie", "Cookie"];

/// Whether a page of another site may ask in the name of its user: false where no module of a server reads a cookie, and
/// the package of a file knows who asks by a header that only the code of a client sets.
pub(super) fn may_be(context: &Context<'_>, file: FileId) -> bool {
    let package = |file: FileId| {
        context.packages.owner(&context.tree.file(file).path, "npm").map(|package| &package.dir)
    };
    let own = package(file);
    let mut bearer = false;
    for (file, module) in context.code.modules() {
        if context.code.graph.client(file) == Some(true) || context.tree.file(file).is_aside() {
            continue;
        }
        if by_cookie(module) {
            return true;
        }
        bearer |= !bearer && package(file) == own && by_header(module);
    }
    !bearer
}

fn by_cookie(module: &Module) -> bool {
    let source = |import: &crate::parse::javascript::Import| {
        let source = module.word(import.source);
        BY_COOKIE.contains(&source) || source.starts_with("@auth/")
    };
    module.imports.iter().any(source) || NAMES.iter().any(|name| module.may_say(name))
}

/// Whether a module reads `headers.authorization`, in one of the ways that there are.
fn by_header(module: &Module) -> bool {
    const SIGNED: &[&str] =
        &["passport-jwt", "express-jwt", "express-oauth2-jwt-bearer", "hono/jwt", "koa-jwt"];
    let of_headers =
        |node: NodeId| module.child(node, 0).and_then(|object| module.last_name(object)) == Some("headers");
    let is = |text: &str| text.eq_ignore_ascii_case("authorization");
    module.imports.iter().any(|import| SIGNED.contains(&module.word(import.source)))
        || (module.may_say("authorization") || module.may_say("Authorization"))
            && module.all().any(|node| match module.kind(node) {
                Kind::Member(word) => is(module.word(word)) && of_headers(node),
                Kind::Index => {
                    let key = module.child(node, 1).and_then(|key| module.text(key));
                    key.is_some_and(|key| is(&key)) && of_headers(node)
                }
                // `request.header("Authorization")`, `request.get("Authorization")`, `headers.get("authorization")`
                Kind::Call => {
                    matches!(module.called(node), Some("header" | "get"))
                        && module.argument(node, 1).is_none()
                        && module
                            .argument(node, 0)
                            .and_then(|key| module.text(key))
                            .is_some_and(|key| is(&key))
                }
                _ => false,
            })
}
