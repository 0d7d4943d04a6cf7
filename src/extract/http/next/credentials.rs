//! The door that Auth.js opens for passwords: what `authorize` of its provider of credentials checks.

use super::Project;
use crate::extract::code::{Capabilities, Capability, Code, Origin, Site};
use crate::extract::http::files::{Handler, handler};
use crate::extract::http::model::{Found, Guard, Route};
use crate::parse::javascript::{Kind, Module};
use crate::source::{FileId, folder_of};

/// Packages of the provider.
const PROVIDERS: &[&str] = &[
    "next-auth/providers/credentials",
    "@auth/core/providers/credentials",
    "@auth/nextjs/providers/credentials",
];

/// `POST /api/auth/callback/credentials`, where a route of the project hands everything below `/api/auth` to Auth.js and a
/// password or a store is asked in this repository. `first` is the number of the first route of the project.
pub(super) fn door(project: &Project<'_>, first: usize, found: &mut Found) {
    let code = project.routed.code;
    let catches = |route: &&Route| route.path.as_deref().is_some_and(|path| path.contains("nextauth"));
    let Some(outer) = found.routes[first..].iter().filter(|route| route.method != "GET").find(catches) else {
        return;
    };
    let path = outer.path.as_deref().unwrap_or_default();
    let base = folder_of(path);
    let path = format!("{}/callback/credentials", base.strip_prefix(&project.routed.base).unwrap_or(base));
    // A limiter within the function that hands requests on.
    let around = outer.handler.map(|site| Guard {
        site,
        name: "NextAuth".to_owned(),
        gives: code
            .capabilities(site)
            .among(Capabilities::default().with(Capability::RateLimit).with(Capability::Captcha)),
    });
    let around: Vec<Guard> = around.into_iter().filter(|guard| !guard.gives.is_empty()).collect();
    let checks = project.modules.iter().flat_map(|(file, _)| authorizers(code, *file));
    let routes: Vec<Route> = checks
        .map(|site| {
            let inner = handler(code, site);
            let guards = [around.clone(), inner.guards].concat();
            project.routed.route(site, "POST", (&path, &path), Handler { site: inner.site, guards })
        })
        .collect();
    found.routes.extend(routes);
}

/// The functions of a module that check a password for Auth.js by themselves, rather than at another service.
fn authorizers(code: &Code<'_>, file: FileId) -> Vec<Site> {
    let Some(module) = code.module(file).filter(|module| asks(module)) else { return Vec::new() };
    let provides = |call: &_| match code.callee(Site { file, node: *call }) {
        Origin::External { package, .. } => PROVIDERS.contains(&package.as_str()),
        _ => false,
    };
    let calls = module.calls().filter(|call| module.kind(*call) == Kind::Call).filter(provides);
    let checks = calls.filter_map(|call| module.property(module.argument(call, 0)?, "authorize"));
    let own = |site: &Site| {
        let gives = code.capabilities(*site);
        [Capability::PasswordHash, Capability::Orm, Capability::Database]
            .into_iter()
            .any(|own| gives.has(own))
    };
    checks.map(|node| Site { file, node }).filter(own).collect()
}

fn asks(module: &Module) -> bool {
    module.imports.iter().any(|import| PROVIDERS.contains(&module.word(import.source)))
}
