//! Whether browsers tell by themselves who asks.

use rustc_hash::FxHashSet;

use crate::extract::Context;
use crate::extract::code::{Site, Target};
use crate::extract::view::View;
use crate::parse::javascript::{BindingId, Bound, Import, ImportId, Kind, Module, NodeId};
use crate::source::FileId;

/// Packages that know who asks by a cookie, or by what else a browser sends along by itself.
const BY_COOKIE: &[&str] = &[
    "cookie",
    "cookies",
    "cookie-session",
    "express-session",
    "express-basic-auth",
    "@fastify/session",
    "@fastify/secure-session",
    "@fastify/basic-auth",
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

/// Whether a page of another site may ask in the name of its user: false where no module of the programs that run a file
/// reads a cookie, and they know who asks by a header that only the code of a client sets.
pub(super) fn may_be(context: &Context<'_>, file: FileId) -> bool {
    let mut bearer = false;
    for (file, module) in beside(context, file) {
        if context.code.graph.client(file) == Some(true) || context.tree.file(file).is_aside() {
            continue;
        }
        if by_cookie(context, file, module) {
            return true;
        }
        bearer |= !bearer && by_header(module);
    }
    !bearer
}

/// Whether a page of another site reads what is worth reading where browsers send no cookie along: most of those who
/// answer behind the policy ask nobody who he is; or, where these are not known, nothing in the programs that run it does.
pub(super) fn is_open(context: &Context<'_>, policy: Site) -> bool {
    let asks = |(file, module): (FileId, &Module)| {
        context.code.graph.client(file) != Some(true)
            && !context.tree.file(file).is_aside()
            && (by_cookie(context, file, module) || by_header(module))
    };
    // A header is set by hand in a function that stands before routes.
    let module = context.code.module(policy.file);
    let function = module.and_then(|module| module.function_around(policy.node));
    let stands = std::iter::once(policy.node).chain(function).map(|node| Site { file: policy.file, node });
    let mut answers = stands.filter_map(|stands| crate::extract::http::answers_behind(context, stands));
    let Some(answers) = answers.find(|answers| !answers.is_empty()) else {
        return !beside(context, policy.file).into_iter().any(asks);
    };
    let files: FxHashSet<FileId> = answers.iter().map(|function| function.file).collect();
    let asking = files.iter().filter(|file| {
        let mut modules = called_from(context, std::iter::once(**file), 1).into_iter();
        modules.any(asks)
    });
    asking.count() * 2 < files.len()
}

/// Whether a page of another site may ask, in the name of its user, for what stands behind a policy of one part of an
/// application, `use("/api/v1/*", cors())`: false where those who answer there, with what they call, read a header that
/// only the code of a client sets, and no cookie.
pub(super) fn may_be_behind(context: &Context<'_>, policy: Site) -> bool {
    let Some(module) = context.code.module(policy.file) else { return true };
    let part = module.parent(policy.node).and_then(|mount| module.argument(mount, 0));
    let path = part.and_then(|part| module.text(part)).unwrap_or_default();
    if !path.trim_end_matches(['*', '/']).starts_with('/') {
        return true;
    }
    let Some(functions) = crate::extract::http::answers_behind(context, policy) else { return true };
    let files = functions.iter().map(|function| function.file);
    let mut bearer = false;
    for (file, module) in called_from(context, files, 2) {
        if by_cookie(context, file, module) {
            return true;
        }
        bearer |= !bearer && by_header(module);
    }
    !bearer
}

/// Modules, what they load to call it, and what that loads in turn, so many steps deep.
fn called_from<'c>(
    context: &'c Context<'_>,
    files: impl Iterator<Item = FileId>,
    deepest: usize,
) -> Vec<(FileId, &'c Module)> {
    let mut seen = FxHashSet::default();
    let mut modules = Vec::new();
    let mut open: Vec<FileId> = files.collect();
    for _ in 0..=deepest {
        let mut next = Vec::new();
        for file in open.into_iter().filter(|file| seen.insert(*file)) {
            let Some(module) = context.code.module(file) else { continue };
            modules.push((file, module));
            let imports = (0_u32..).zip(&module.imports).filter(|(_, import)| !import.type_only);
            next.extend(imports.filter_map(|(number, _)| {
                match context.code.graph.target(file, ImportId(number)) {
                    Target::File(target) => Some(*target),
                    _ => None,
                }
            }));
        }
        open = next;
    }
    modules
}

/// The modules that run in the programs that a file is of: those that load it, what else is a server in its package, and
/// all that these load.
fn beside<'c>(context: &'c Context<'_>, file: FileId) -> Vec<(FileId, &'c Module)> {
    let code = &context.code;
    let package = |file: FileId| context.packages.dir_of(&context.tree.file(file).path);
    let own = package(file);
    let mut seen: FxHashSet<FileId> = std::iter::once(file).collect();
    let mut open = vec![file];
    while let Some(file) = open.pop() {
        open.extend(code.graph.importers(file).iter().filter(|importer| seen.insert(**importer)));
    }
    let mut open: Vec<FileId> = seen.iter().copied().collect();
    open.extend(code.modules().filter_map(|(file, module)| {
        let is_server = package(file) == own && View { context, file, module }.is_server();
        (is_server && seen.insert(file)).then_some(file)
    }));
    let mut modules = Vec::new();
    while let Some(file) = open.pop() {
        let Some(module) = code.module(file) else { continue };
        modules.push((file, module));
        for import in (0..).map(ImportId).take(module.imports.len()) {
            match code.graph.target(file, import) {
                Target::File(next) if seen.insert(*next) => open.push(*next),
                _ => {}
            }
        }
    }
    modules
}

/// Whether a module reads or sets cookies. A parser of cookies knows nobody before something reads what it parsed.
fn by_cookie(context: &Context<'_>, file: FileId, module: &Module) -> bool {
    let knows = |(number, import): (u32, &Import)| {
        let source = module.word(import.source);
        let known = BY_COOKIE.contains(&source) || source.starts_with("@auth/");
        known && !(source.ends_with("basic-auth") && is_before_one_path(module, ImportId(number)))
    };
    (0..).zip(&module.imports).any(knows)
        || NAMES.iter().any(|name| says(module, name)) && !is_of_one_mount(context, file, module)
}

/// Whether what asks for a password stands before one path only, as before a dashboard: `use("/queues", basicAuth(…), board)`.
fn is_before_one_path(module: &Module, import: ImportId) -> bool {
    let is_before = |node: NodeId| {
        let made = module.parent(node).filter(|made| module.callee(*made) == Some(node));
        let call = made.and_then(|made| module.parent(made));
        let path = call.and_then(|call| module.argument(call, 0)).and_then(|path| module.text(path));
        path.is_some_and(|path| path.starts_with('/') && !path.trim_end_matches(['/', '*']).is_empty())
    };
    let mut uses = uses(module, |one| one == import).peekable();
    uses.peek().is_some() && uses.all(is_before)
}

/// Every use of what these imports give.
fn uses(module: &Module, is_it: impl Fn(ImportId) -> bool) -> impl Iterator<Item = NodeId> {
    let numbers = (0..module.bindings.len()).filter_map(|number| u32::try_from(number).ok()).map(BindingId);
    let taken = numbers.filter(move |binding| {
        matches!(module.bindings[binding.0 as usize].bound, Bound::Import(import, _) if is_it(import))
    });
    taken.flat_map(|binding| module.uses(binding).iter().copied())
}

fn says(module: &Module, name: &str) -> bool {
    module.may_say(name) && module.spoken().lines().any(|word| word == name)
}

/// Whether all that a module gives is handed over together with the one path that it stands before: the guard of a
/// dashboard, `{ route: "/queues", middleware: Guard }`.
fn is_of_one_mount(context: &Context<'_>, file: FileId, module: &Module) -> bool {
    let is_mounted = |module: &Module, node: NodeId| {
        let property = module.parent(node).filter(|property| is_property(module, *property, "middleware"));
        let object = property.and_then(|property| module.parent(property));
        object.is_some_and(|object| {
            module
                .children(object)
                .any(|other| ["route", "path"].iter().any(|key| is_property(module, other, key)))
        })
    };
    let importers = context.code.graph.importers(file);
    let mounted = |importer: &FileId| {
        let Some(other) = context.code.module(*importer) else { return false };
        let leads = |import| *context.code.graph.target(*importer, import) == Target::File(file);
        let mut uses = uses(other, leads).peekable();
        uses.peek().is_some() && uses.all(|node| is_mounted(other, node))
    };
    !importers.is_empty() && module.exports.len() == 1 && importers.iter().all(mounted)
}

fn is_property(module: &Module, node: NodeId, key: &str) -> bool {
    matches!(module.kind(node), Kind::Property(word) if module.word(word) == key)
}

/// Headers in which tokens are sent, beside that of the standard.
const TOKENS: &[&str] =
    &["authorization", "x-auth-token", "x-access-token", "auth-token", "x-api-key", "x-token"];

/// Whether a module reads `headers.authorization`, or a header like it, in one of the ways that there are.
fn by_header(module: &Module) -> bool {
    const SIGNED: &[&str] =
        &["passport-jwt", "express-jwt", "express-oauth2-jwt-bearer", "hono/jwt", "koa-jwt"];
    let of_headers =
        |node: NodeId| module.child(node, 0).and_then(|object| module.last_name(object)) == Some("headers");
    let is = |text: &str| TOKENS.iter().any(|name| text.eq_ignore_ascii_case(name));
    module.imports.iter().any(|import| SIGNED.contains(&module.word(import.source)))
        || TOKENS.iter().chain(&["Authorization", "X-API-Key", "X-Api-Key"]).any(|name| module.may_say(name))
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
