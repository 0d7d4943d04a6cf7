//! AWS Lambda, as `serverless.yml` names its functions.

use crate::extract::Context;
use crate::extract::code::{Capabilities, Capability, Site};
use crate::extract::http::Guard;
use crate::extract::http::files::{Handler, Routed, answering, exported};
use crate::extract::http::model::Found;
use crate::extract::packages::resolve;
use crate::parse::javascript::NodeId;
use crate::parse::node::{Node, Value};
use crate::source::{FileId, SourceFile};

/// Names of the files that describe functions.
const FILES: &[&str] =
    &["serverless.yml", "serverless.yaml", "serverless.ts", "serverless.js", "serverless.json"];

/// Every function with an event of HTTP.
pub(super) fn find(context: &Context<'_>) -> Found {
    let routed = Routed::new(&context.code, "lambda", Vec::new());
    let mut found = Found::default();
    for (id, file) in
        context.tree.entries().filter(|(_, file)| FILES.contains(&file.name()) && !file.vendored)
    {
        let Some(functions) = context.documents.node(id).and_then(|node| node.get("functions")) else {
            continue;
        };
        for function in functions.entries() {
            read(context, &routed, file, &function.value, &mut found);
        }
    }
    found
}

fn read(context: &Context<'_>, routed: &Routed<'_>, file: &SourceFile, function: &Node, found: &mut Found) {
    let Some((module, name)) =
        function.get("handler").and_then(Node::text).and_then(|text| text.rsplit_once('.'))
    else {
        return;
    };
    let Some(module) = source(context, file.dir(), module) else { return };
    let Some(exported) = exported(&context.code, module, name) else { return };
    let handler = answering(&context.code, &exported);
    for event in function.get("events").map(Node::items).unwrap_or_default() {
        let Some((method, path, authorized)) = event.entries().iter().find_map(|entry| {
            matches!(entry.key.as_str(), "http" | "httpApi").then(|| request(&entry.value)).flatten()
        }) else {
            continue;
        };
        let platform = authorized.then(|| Guard {
            site: Site { file: module, node: NodeId(0) },
            name: "authorizer".to_owned(),
            gives: Capabilities::default().with(Capability::Auth),
        });
        let guards = platform.into_iter().chain(handler.guards.iter().cloned()).collect();
        let handler = Handler { site: handler.site, guards };
        found.routes.push(routed.route(exported.site, &method, (&path, &path), handler));
    }
}

/// Method and path of an event, and whether something authorizes it: `GET /users/{id}`, or a mapping.
fn request(event: &Node) -> Option<(String, String, bool)> {
    let (method, path) = match &event.value {
        Value::Text(text) => text.split_once(' ').unwrap_or(("*", text)),
        _ => (event.get("method").and_then(Node::text).unwrap_or("*"), event.get("path")?.text()?),
    };
    let method = match method.to_ascii_uppercase().as_str() {
        "*" | "ANY" => "ALL".to_owned(),
        method => method.to_owned(),
    };
    let path = path.replace("+}", "*").replace('}', "").replace('{', ":");
    let path = if path == "*" { "/*".to_owned() } else { path };
    let authorized = event.get("authorizer").is_some_and(|node| !node.is_null())
        || event.get("private").and_then(Node::flag) == Some(true);
    Some((method, format!("/{}", path.trim_start_matches('/')), authorized))
}

/// The source of a module named without its extension.
fn source(context: &Context<'_>, dir: &str, module: &str) -> Option<FileId> {
    let path = resolve(dir, module)?;
    ["ts", "js", "mjs", "cjs", "mts"]
        .iter()
        .find_map(|extension| context.tree.by_path(&format!("{path}.{extension}")))
}
