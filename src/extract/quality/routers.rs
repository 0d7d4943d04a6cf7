//! What routers of browsers do with an address that they do not know.

use std::collections::{BTreeMap, BTreeSet};

use super::super::Context;
use super::super::view::{View, each};
use crate::facts::{ClientRouter, Entry};
use crate::parse::javascript::{Bound, Imported, Kind, Module, NodeId};
use crate::source::Place;

/// Packages that make files of folders into pages, or answer unknown addresses by themselves.
const OTHERS: &[&str] = &[
    "@react-router/dev",
    "@remix-run/react",
    "@tanstack/react-router",
    "next",
    "nuxt",
    "gatsby",
    "@redwoodjs/router",
    "vite-plugin-pages",
    "unplugin-vue-router",
    "expo-router",
];

/// What one module says of routes.
enum Said {
    /// Pages are listed here, by this library.
    Router(Place, &'static str),
    /// An unknown address gets a page.
    Page,
    /// It is sent to another.
    Redirect,
}

/// What is known of a package: where its pages are listed and by what, and what an unknown address gets.
type Known = (Option<(Place, &'static str)>, Option<&'static str>);

/// The packages whose routers are known.
const LIBRARIES: &[&str] = &["react-router-dom", "react-router", "wouter", "vue-router", "@angular/router"];

/// One fact for each package with a router.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let asks =
        |module: &Module| module.imports.iter().any(|import| LIBRARIES.contains(&module.word(import.source)));
    let asking = context.code.modules().filter(|(_, module)| asks(module));
    let asking: BTreeSet<&str> =
        asking.map(|(file, _)| context.packages.dir_of(&context.tree.file(file).path)).collect();
    if asking.is_empty() {
        return Vec::new();
    }
    let said = each(context, |view, found| {
        if asking.contains(view.package()) {
            look(view, found);
        }
    });
    let mut packages: BTreeMap<String, Known> = BTreeMap::new();
    for (dir, said) in said {
        let of = packages.entry(dir).or_default();
        match said {
            Said::Router(place, library) => _ = of.0.get_or_insert((place, library)),
            Said::Page => of.1 = Some("a page"),
            Said::Redirect => _ = of.1.get_or_insert("a redirect"),
        }
    }
    packages
        .into_values()
        .filter_map(|(router, unknown)| {
            let (place, library) = router?;
            let unknown = unknown.map(str::to_owned);
            Some(Entry::new(place, ClientRouter { library: library.to_owned(), unknown }))
        })
        .collect()
}

fn look(view: &View<'_>, found: &mut Vec<(String, Said)>) {
    let module = view.module;
    let package = view.context.packages.owner(view.path(), "npm");
    if package.is_none_or(|package| OTHERS.iter().any(|name| package.dependency(name).is_some())) {
        return;
    }
    if view.context.code.graph.live(view.file) == Some(false) {
        return;
    }
    for node in module.all() {
        let said = match module.kind(node) {
            Kind::Element(name, _) if module.word(name) == "Route" => {
                takes_all(view, node).then_some(Said::Page)
            }
            Kind::Element(..) | Kind::Call | Kind::New => {
                router(view, node).map(|library| Said::Router(view.place(node), library))
            }
            Kind::Attribute(word) | Kind::Property(word) => unknown(view, node, module.word(word)),
            _ => None,
        };
        found.extend(said.map(|said| (view.package().to_owned(), said)));
    }
}

/// Whether a `<Route>` has no path and none below it: it stands for whatever is left.
fn takes_all(view: &View<'_>, node: NodeId) -> bool {
    let module = view.module;
    !module.children(node).any(|child| match module.kind(child) {
        Kind::Attribute(word) => matches!(module.word(word), "path" | "index"),
        Kind::Spread => true,
        _ => module.descendants(child).chain([child]).any(
            |inner| matches!(module.kind(inner), Kind::Element(name, _) if module.word(name) == "Route"),
        ),
    })
}

/// The library of which a node lists pages.
fn router(view: &View<'_>, node: NodeId) -> Option<&'static str> {
    let module = view.module;
    let binding = match module.kind(node) {
        Kind::Element(_, binding) => binding?,
        _ => module.binding(module.callee(node)?)?,
    };
    let Bound::Import(import, imported) = module.bindings[binding.0 as usize].bound else { return None };
    let name = match imported {
        Imported::Named(name) => module.word(name),
        _ => "",
    };
    let import = &module.imports[import.0 as usize];
    match (module.word(import.source), name) {
        (
            "react-router-dom" | "react-router",
            "Routes" | "Switch" | "useRoutes" | "createBrowserRouter" | "createHashRouter",
        ) => Some("React Router"),
        ("wouter", "Switch") => Some("wouter"),
        ("vue-router", "createRouter") => Some("Vue Router"),
        ("@angular/router", "provideRouter") => Some("Angular"),
        _ => None,
    }
}

/// What an attribute or a property says of unknown addresses: a path that stands for all, or what shows errors of a
/// whole router.
fn unknown(view: &View<'_>, node: NodeId, name: &str) -> Option<Said> {
    let module = view.module;
    if matches!(name, "errorElement" | "ErrorBoundary" | "notFoundComponent") {
        return Some(Said::Page);
    }
    if name != "path" {
        return None;
    }
    let text = module.child(node, 0).and_then(|value| module.text(value))?;
    let lower = text.to_ascii_lowercase();
    let named = lower.contains("404") || lower.contains("not-found") || lower.contains("notfound");
    let all = matches!(&*text, "*" | "/*" | "**" | "/**") || text.contains("(.*)");
    if !all {
        return named.then_some(Said::Page);
    }
    let around = module.parent(node)?;
    let leads = module.descendants(around).any(|inner| match module.kind(inner) {
        Kind::Element(word, _) => matches!(module.word(word), "Navigate" | "Redirect"),
        Kind::Property(word) => matches!(module.word(word), "redirect" | "redirectTo"),
        Kind::Call => module.called(inner) == Some("redirect"),
        _ => false,
    });
    Some(if leads { Said::Redirect } else { Said::Page })
}
