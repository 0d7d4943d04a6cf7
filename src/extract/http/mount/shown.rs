//! What readers find in small programs, as lines, for tests.

use crate::extract::Context;
use crate::extract::code::Site;
use crate::extract::given;
use crate::extract::http::model::{Found, Guard};

/// `METHOD path handler [guards]` for every route, then `app [guards] listens` for every application.
pub(in crate::extract::http) fn shown(
    find: fn(&Context<'_>) -> Found,
    files: &[(&str, &str)],
) -> Vec<String> {
    given::with(files, |context| {
        let found = find(context);
        let routes = found.routes.iter().map(|route| {
            let path = route.path.as_deref().unwrap_or("?");
            let handler = route.handler.map(|site| name(context, site)).unwrap_or_default();
            let unsure = route.unsure.as_ref().map(|why| format!(" unsure: {why}")).unwrap_or_default();
            format!("{} {path} {handler} [{}]{unsure}", route.method, guards(&route.guards))
        });
        let apps = found.apps.iter().map(|app| {
            let listens = if app.listens.is_some() { " listens" } else { "" };
            format!("{} [{}]{listens}", app.framework, guards(&app.guards))
        });
        routes.chain(apps).collect()
    })
}

fn name(context: &Context<'_>, site: Site) -> String {
    let Some(module) = context.code.module(site.file) else { return String::new() };
    if let Some(name) = module.last_name(site.node) {
        return name.to_owned();
    }
    let named = module.function(site.node).map(|function| module.word(function.name));
    named.filter(|name| !name.is_empty()).unwrap_or("(…)").to_owned()
}

fn guards(guards: &[Guard]) -> String {
    guards.iter().map(|guard| guard.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// Tables of small programs and what is found in them.
macro_rules! finds {
    ($($name:ident: { $($path:literal: $text:literal),* $(,)? } => [$($line:literal),* $(,)?];)*) => {
        $(
            #[test]
            fn $name() {
                let found = shown(find, &[$(($path, $text)),*]);
                assert_eq!(found, [$($line),*] as [&str; _], "\n{}", found.join("\n"));
            }
        )*
    };
}
pub(in crate::extract::http) use finds;
