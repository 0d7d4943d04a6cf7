//! Supabase: `supabase/functions/<name>/index.ts`, and whether the platform checks the token before it.

use super::serve::served;
use crate::extract::Context;
use crate::extract::code::{Capabilities, Capability, Site};
use crate::extract::http::Guard;
use crate::extract::http::files::{Handler, Routed, exported, handler, methods, value};
use crate::extract::http::model::{App, Found};
use crate::extract::packages::Package;
use crate::parse::javascript::{Kind, NodeId};

/// Every function of every project of Supabase.
pub(super) fn find(context: &Context<'_>) -> Found {
    let code = &context.code;
    let routed = Routed::new(code, "supabase", Vec::new());
    let mut found = Found::default();
    for (file, module) in code.modules() {
        let source = context.tree.file(file);
        let Some((project, name)) = function(&source.path).filter(|_| !source.vendored) else { continue };
        let (site, answer) = match served(code, file, module) {
            Some(served) => served,
            None => match exported(code, file, "default").and_then(|exported| exported.value) {
                Some(at) => (at, Some(fetch(context, at).unwrap_or(at))),
                None => continue,
            },
        };
        let inner = answer.map(|at| handler(code, at)).unwrap_or_default();
        let is_router = inner.site.or(answer).is_none_or(|at| {
            code.module(at.file)
                .is_none_or(|module| !matches!(module.kind(at.node), Kind::Function(_) | Kind::Call))
        });
        let platform = checks_token(context, project, name).then(|| Guard {
            site: Site { file, node: NodeId(0) },
            name: "verify_jwt".to_owned(),
            gives: Capabilities::default().with(Capability::Auth),
        });
        let path = format!("/functions/v1/{name}");
        for method in methods(code, inner.site) {
            let guards = platform.iter().chain(&inner.guards).cloned().collect();
            let handler = Handler { site: inner.site.or(answer), guards };
            let mut route = routed.route(site, &method, (&path, &path), handler);
            if is_router && platform.is_none() {
                route.unsure = Some("a router of its own answers".to_owned());
            }
            found.routes.push(route);
        }
        let guards = platform.into_iter().collect();
        found.apps.push(App { site, framework: "supabase", guards, listens: None });
    }
    found
}

/// `export default { fetch }`
fn fetch(context: &Context<'_>, site: Site) -> Option<Site> {
    let at = value(&context.code, site);
    let node = context.code.module(at.file)?.property(at.node, "fetch")?;
    Some(Site { file: at.file, node })
}

/// The directory of the project and the name of the function that a file is: the entry of one, and no shared code.
pub(super) fn function(path: &str) -> Option<(&str, &str)> {
    let (project, rest) = if let Some(rest) = path.strip_prefix("supabase/functions/") {
        ("supabase", rest)
    } else {
        let (project, rest) = path.split_at(path.find("/supabase/functions/")? + "/supabase".len());
        (project, &rest["/functions/".len()..])
    };
    let (name, file) = rest.split_once('/')?;
    let is_entry = matches!(file, "index.ts" | "index.js" | "index.tsx" | "index.mts" | "index.mjs");
    (is_entry && !name.starts_with(['_', '.'])).then_some((project, name))
}

/// Whether the platform turns away requests without a token: it does unless it is told not to.
fn checks_token(context: &Context<'_>, project: &str, name: &str) -> bool {
    let config = context.tree.by_path(&format!("{project}/config.toml"));
    let flag = config
        .and_then(|config| context.documents.node(config)?.at(&["functions", name, "verify_jwt"])?.flag());
    flag.unwrap_or(true) && !deployed_without(context, name)
}

/// Whether a script deploys a function, or all of them, with `--no-verify-jwt`.
fn deployed_without(context: &Context<'_>, name: &str) -> bool {
    let scripts = context.packages.all().iter().flat_map(Package::scripts);
    let commands = scripts.flat_map(|(_, script)| script.command.split(['&', ';', '|']));
    let mut deploys = commands.filter_map(|command| Some(command.split_once("functions deploy")?.1));
    deploys.any(|rest| {
        let named = rest.split_whitespace().find(|word| !word.starts_with('-'));
        rest.contains("--no-verify-jwt") && named.is_none_or(|named| named == name)
    })
}
