//! How large the body of a request may be.

use super::Call;
use super::options::{Options, bytes};
use crate::extract::code::{Origin, Site};
use crate::facts::BodyLimit;
use crate::parse::javascript::{Kind, Module, NodeId};

/// The setting of Next for the bodies of server actions.
pub(super) const SETTING: &str = "bodySizeLimit";

/// Whether calls of this name may limit what is sent.
pub(super) fn concerns(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "json",
        "urlencoded",
        "raw",
        "text",
        "bodyParser",
        "koaBody",
        "bodyLimit",
        "useBodyParser",
        "fastify",
        "Fastify",
    ];
    NAMES.contains(&name)
}

/// The limit a call sets.
pub(super) fn limit(call: &Call<'_>) -> Option<BodyLimit> {
    if !concerns(call.name()) {
        return None;
    }
    let (parser, option, keys): (String, Option<Site>, &[&str]) = if call.name() == "useBodyParser" {
        ("Nest".to_owned(), call.argument(1), &["limit"])
    } else {
        let (package, path) = call.external(call.callee()?)?;
        match (package.as_str(), path.as_str()) {
            ("express" | "body-parser", "json" | "urlencoded" | "raw" | "text") => {
                let written = format!("{package}.{path}").replace("body-parser.", "bodyParser.");
                (written, call.argument(0), &["limit"])
            }
            ("koa-bodyparser" | "@koa/bodyparser" | "koa-body", _) => {
                (package, call.argument(0), &["jsonLimit", "formLimit", "textLimit"])
            }
            ("hono/body-limit", "bodyLimit") => (package, call.argument(0), &["maxSize"]),
            ("fastify", "" | "fastify" | "default") => (package, call.argument(0), &["bodyLimit"]),
            _ => return None,
        }
    };
    let options = Options::of(call.code(), option?)?;
    let value = options.get(keys)?;
    Some(BodyLimit {
        parser,
        written: written(call, value),
        bytes: bytes(call.code(), value)?,
        everywhere: everywhere(call),
    })
}

/// The limit of the configuration of Next.js, for all server actions: `serverActions: { bodySizeLimit: "50mb" }`.
pub(super) fn setting(call: &Call<'_>) -> Option<BodyLimit> {
    let module = call.module;
    let Kind::Property(word) = module.kind(call.node) else { return None };
    if module.word(word) != SETTING || !call.context.tree.file(call.file).name().starts_with("next.config.") {
        return None;
    }
    let value = Site { file: call.file, node: module.child(call.node, 0)? };
    let bytes = bytes(call.code(), value)?;
    Some(BodyLimit {
        parser: "serverActions".to_owned(),
        written: written(call, value),
        bytes,
        everywhere: true,
    })
}

fn written(call: &Call<'_>, value: Site) -> String {
    let place = call.code().place(call.code().definition(value));
    place.span.of(call.context.tree.text(place.file)).trim_matches(['"', '\'', '`']).to_owned()
}

/// Whether what a call makes stands before a whole application: `app.use(express.json())`, rather than
/// `app.use("/upload", …)` or `app.post("/upload", …)`.
fn everywhere(call: &Call<'_>) -> bool {
    let module = call.module;
    if matches!(call.name(), "fastify" | "Fastify" | "useBodyParser") {
        return true;
    }
    let mut around =
        module.ancestors(call.node).take_while(|node| !matches!(module.kind(*node), Kind::Function(_)));
    let Some(mount) = around.find(|node| module.kind(*node) == Kind::Call) else { return false };
    if module.called(mount) != Some("use") {
        return false;
    }
    let path = module.argument(mount, 0).filter(|first| !module.contains(*first, call.node));
    let all = path.is_none_or(|path| is_everything(module, path) || !names_path(module, path));
    all && !on_router(call, module, mount)
}

fn is_everything(module: &Module, node: NodeId) -> bool {
    module.text(node).is_some_and(|text| matches!(text.as_ref(), "/" | "*" | "/*" | "/api"))
}

/// Whether an argument is a path rather than another middleware.
fn names_path(module: &Module, node: NodeId) -> bool {
    module.text(node).is_some() || matches!(module.kind(node), Kind::Template | Kind::Array | Kind::Regex(_))
}

fn on_router(call: &Call<'_>, module: &Module, mount: NodeId) -> bool {
    let Some(receiver) = module.receiver(mount) else { return false };
    let origin = call.code().origin(Site { file: call.file, node: receiver });
    matches!(origin, Origin::External { path, .. } if path.contains("Router("))
}
