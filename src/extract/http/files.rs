//! What the readers of file-routed frameworks and of platform functions share: paths that folders spell, handlers
//! behind wrappers, and what a middleware lets pass.

mod config;
mod exported;
mod folder;
mod gate;
mod handler;
mod methods;
mod middleware;
mod pattern;
mod predicate;
mod roots;
mod site;

pub(in crate::extract) use config::{object, property, settings, text};
pub(in crate::extract) use exported::{exported, named};
pub(in crate::extract) use folder::stem;
pub(in crate::extract) use handler::value;
pub(in crate::extract) use middleware::{Middleware, Scope};
pub(in crate::extract) use pattern::Pattern;
pub(in crate::extract) use roots::{Root, configuration, modules_below, roots};

pub(in crate::extract::http) use exported::Exported;
pub(in crate::extract::http) use folder::{bracketed, join, or_root, parameters};
pub(in crate::extract::http) use handler::{Handler, handler};
pub(in crate::extract::http) use methods::{VERBS, methods};
pub(in crate::extract::http) use middleware::sequence;
pub(in crate::extract::http) use site::{Routed, answering};

/// Routes as lines, `METHOD path handler [guards]`, and why one is unsure.
#[cfg(test)]
pub(in crate::extract::http) fn show(
    context: &crate::extract::Context<'_>,
    found: &super::Found,
) -> Vec<String> {
    use crate::parse::javascript::Kind;
    let name = |site: crate::extract::code::Site| {
        let module = context.code.module(site.file).unwrap();
        match (module.function(site.node), module.kind(site.node)) {
            (Some(function), _) if module.word(function.name).is_empty() => "default".to_owned(),
            (Some(function), _) => module.word(function.name).to_owned(),
            (None, Kind::Call) => format!("{}()", module.called(site.node).unwrap_or_default()),
            _ => "?".to_owned(),
        }
    };
    let line = |route: &super::Route| {
        let handler = route.handler.map_or_else(|| "-".to_owned(), name);
        let guards: Vec<_> = route.guards.iter().map(|guard| guard.name.as_str()).collect();
        let guards = if guards.is_empty() { String::new() } else { format!(" [{}]", guards.join(" ")) };
        let unsure = route.unsure.as_ref().map(|reason| format!(" ? {reason}")).unwrap_or_default();
        format!("{} {} {handler}{guards}{unsure}", route.method, route.path.as_deref().unwrap_or("-"))
    };
    found.routes.iter().map(line).collect()
}
