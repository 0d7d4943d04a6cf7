//! Headers that code sets: by a package made for it, or by their names.

use super::{Set, name, policy, text};
use crate::extract::Context;
use crate::extract::code::{Origin, Site};
use crate::facts::Entry;
use crate::parse::javascript::{ExportTarget, Kind, Module, NodeId};
use crate::source::FileId;

/// What helmet sets when nothing is said.
const HELMET: &[&str] = &[
    "content-security-policy",
    "strict-transport-security",
    "x-content-type-options",
    "x-frame-options",
    "referrer-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
];

/// Packages that set such headers, and whether a policy of scripts is among them.
const PACKAGES: &[(&str, bool)] = &[
    ("helmet", true),
    ("@fastify/helmet", true),
    ("koa-helmet", true),
    ("hono/secure-headers", false),
    ("@nichtsam/helmet", false),
    ("@nichtsam/helmet/node-http", false),
    ("@nosecone/next", true),
    ("nosecone", true),
    ("next-safe-middleware", true),
    ("@next-safe/middleware", true),
];

/// The headers that a module sets.
pub(super) fn facts(context: &Context<'_>, file: FileId, module: &Module) -> Vec<Entry> {
    let source = context.tree.file(file);
    if source.is_aside()
        || source.name().starts_with("next.config.")
        || context.code.graph.live(file) == Some(false)
    {
        return Vec::new();
    }
    let mut entries: Vec<Entry> = by_package(context, file, module).into_iter().collect();
    entries.extend(by_name(context, file, module));
    entries
}

/// A use of a package: a call of it, or handing it to a server.
fn by_package(context: &Context<'_>, file: FileId, module: &Module) -> Option<Entry> {
    let (package, policy) = PACKAGES.iter().find(|(package, _)| {
        module.imports.iter().any(|import| !import.type_only && module.word(import.source) == *package)
    })?;
    let is_it = |node: NodeId| {
        let origin = context.code.origin(Site { file, node });
        matches!(&origin, Origin::External { package: found, .. } if package.starts_with(found.as_str()))
    };
    let used = module.calls().find(|node| match module.kind(*node) {
        Kind::Call => {
            module.callee(*node).is_some_and(|callee| is_it(callee) && part(module, callee).is_none())
                || module.called(*node) == Some("register") && module.argument(*node, 0).is_some_and(is_it)
        }
        _ => false,
    });
    let used = used.or_else(|| handed_on(context, file, module, &is_it));
    let Some(used) = used else {
        return by_parts(context, file, module, (package, &is_it));
    };
    let mut set = Set::default();
    let off = |key: &str| {
        module.arguments(used).any(|options| {
            module
                .property(options, key)
                .is_some_and(|value| module.kind(module.resolve(value)) == Kind::Flag(false))
        })
    };
    for header in HELMET {
        let dropped = match *header {
            "content-security-policy" => !policy || off("contentSecurityPolicy"),
            "strict-transport-security" => off("hsts") || off("strictTransportSecurity"),
            _ => false,
        };
        if !dropped {
            set.add(header, None);
        }
    }
    if set.csp.is_some() {
        set.csp = Some(policy_of(module, used));
        set.nonce = policy::helmet_names_scripts(module, used);
    }
    set.fact(package, true, context.code.place(Site { file, node: used }))
}

/// `export default helmet`, in a folder whose modules are loaded as plugins.
fn handed_on(
    context: &Context<'_>,
    file: FileId,
    module: &Module,
    is_it: &dyn Fn(NodeId) -> bool,
) -> Option<NodeId> {
    let values = module.exports.iter().filter_map(|export| match export.target {
        ExportTarget::Value(node) => Some(node),
        _ => None,
    });
    values.filter(|_| context.code.graph.is_listed(file)).find(|node| is_it(*node))
}

/// The header that a part of helmet sets alone: `helmet.hsts`.
fn part(module: &Module, callee: NodeId) -> Option<&'static str> {
    let Kind::Member(word) = module.kind(callee) else { return None };
    Some(match module.word(word) {
        "contentSecurityPolicy" => "content-security-policy",
        "hsts" | "strictTransportSecurity" => "strict-transport-security",
        "noSniff" | "xContentTypeOptions" => "x-content-type-options",
        "frameguard" | "xFrameOptions" => "x-frame-options",
        "referrerPolicy" => "referrer-policy",
        "permissionsPolicy" | "featurePolicy" => "permissions-policy",
        "crossOriginOpenerPolicy" => "cross-origin-opener-policy",
        "crossOriginEmbedderPolicy" => "cross-origin-embedder-policy",
        "crossOriginResourcePolicy" => "cross-origin-resource-policy",
        "hidePoweredBy"
        | "xPoweredBy"
        | "dnsPrefetchControl"
        | "xDnsPrefetchControl"
        | "ieNoOpen"
        | "xDownloadOptions"
        | "xssFilter"
        | "xXssProtection"
        | "originAgentCluster"
        | "permittedCrossDomainPolicies"
        | "expectCt" => "",
        _ => return None,
    })
}

/// `helmet.contentSecurityPolicy(…)`, `helmet.noSniff()`: what the parts of a package set that is not used as a whole.
fn by_parts(
    context: &Context<'_>,
    file: FileId,
    module: &Module,
    (package, is_it): (&str, &dyn Fn(NodeId) -> bool),
) -> Option<Entry> {
    let calls = module.calls().filter(|node| module.kind(*node) == Kind::Call);
    let parts: Vec<_> = calls
        .filter_map(|call| {
            let callee = module.callee(call).filter(|callee| is_it(*callee))?;
            Some((call, part(module, callee)?))
        })
        .collect();
    let mut set = Set::default();
    for (call, header) in &parts {
        set.add(header, None);
        if *header == "content-security-policy" {
            set.csp = Some(directives_of(module, module.argument(*call, 0)));
            set.nonce = policy::helmet_names_scripts(module, *call);
        }
    }
    let (first, _) = parts.iter().find(|(_, header)| !header.is_empty())?;
    set.fact(package, true, context.code.place(Site { file, node: *first }))
}

/// What the directives of helmet say of scripts.
fn policy_of(module: &Module, call: NodeId) -> &'static str {
    directives_of(
        module,
        module.arguments(call).find_map(|options| module.property(options, "contentSecurityPolicy")),
    )
}

/// What the options of a policy say of scripts; those of helmet hold where none are given.
fn directives_of(module: &Module, policy: Option<NodeId>) -> &'static str {
    let directives = policy.and_then(|policy| module.property(policy, "directives"));
    let sources = directives.and_then(|directives| {
        ["scriptSrc", "script-src", "defaultSrc"].iter().find_map(|key| module.property(directives, key))
    });
    let Some(sources) = sources.map(|sources| module.resolve(sources)) else { return "strict" };
    let words: Vec<_> = module.children(sources).filter_map(|word| module.text(word)).collect();
    name::csp(&format!("script-src {}", words.join(" ")))
}

/// `response.headers.set("X-Frame-Options", "DENY")`, `{ "X-Frame-Options": "DENY" }`, `{ key: "X-Frame-Options", value }`
fn by_name(context: &Context<'_>, file: FileId, module: &Module) -> Option<Entry> {
    let mut set = Set::default();
    let mut first = None;
    let mut put = |node: NodeId, header: &str, value: Option<NodeId>| {
        let known = set.names.len();
        let known_text = value.and_then(|node| text(context, Site { file, node }));
        set.add(header, known_text.as_deref());
        if known_text.is_none() && header.eq_ignore_ascii_case("content-security-policy") {
            set.nonce |=
                value.is_some_and(|value| policy::names_scripts(context, Site { file, node: value }));
        }
        if set.names.len() > known {
            first = first.or(Some(node));
        }
    };
    for node in module.all() {
        match module.kind(node) {
            Kind::Property(word) if is_header(module.word(word)) => {
                put(node, module.word(word), module.child(node, 0));
            }
            Kind::Text(word) if is_header(module.word(word)) => {
                let Some(parent) = module.parent(node) else { continue };
                match module.kind(parent) {
                    Kind::Call if sets(module, parent) => {
                        put(node, module.word(word), module.argument(parent, 1));
                    }
                    Kind::Property(key) if matches!(module.word(key), "key" | "name") => {
                        let object = module.parent(parent);
                        let value = object.and_then(|object| module.property(object, "value"));
                        put(node, module.word(word), value);
                    }
                    Kind::Array => put(node, module.word(word), module.child(parent, 1)),
                    _ => {}
                }
            }
            _ => {}
        }
    }
    set.fact("code", true, context.code.place(Site { file, node: first? }))
}

fn is_header(word: &str) -> bool {
    word.len() > 12 && word.contains('-') && name::is_known(&word.to_ascii_lowercase())
}

/// Whether a call sets a header rather than reading one.
fn sets(module: &Module, call: NodeId) -> bool {
    const NAMES: &[&str] = &["set", "setHeader", "header", "append", "setResponseHeader", "appendHeader"];
    module.called(call).is_some_and(|name| NAMES.contains(&name)) && module.argument(call, 1).is_some()
}
