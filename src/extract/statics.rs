//! Places that answer with the built files of a site, and whether they say how long these may be kept.

use super::Context;
use super::view::{View, each};
use crate::facts::{Entry, StaticFiles};
use crate::parse::javascript::{Kind, Module, NodeId};
use crate::source::{Place, Span};

/// Functions that answer with files: the package, the path in it, the name in messages.
const SERVERS: &[(&str, &str, &str)] = &[
    ("express", "static", "express.static"),
    ("serve-static", "", "serve-static"),
    ("koa-static", "", "koa-static"),
    ("@fastify/static", "", "@fastify/static"),
];

/// Names of folders with what a build made, or what pages ask for.
const FOLDERS: &[&str] =
    &["public", "static", "assets", "dist", "build", "client", "www", "out", "frontend", "web", "browser"];

/// Options that say how long a file may be kept.
const LIFETIMES: &[&str] = &["maxAge", "maxage", "setHeaders", "immutable", "cacheControl"];

/// One fact for each such place.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let front = front(context);
    let mut entries = each(context, |view, found| {
        let asks = view.module.imports.iter().any(|import| {
            let source = view.module.word(import.source);
            SERVERS.iter().any(|(package, ..)| *package == source)
        });
        if !asks || !view.is_server() || context.code.graph.live(view.file) == Some(false) {
            return;
        }
        for call in view.calls() {
            if let Some(mut fact) = served(view, call) {
                fact.lifetime = fact.lifetime.or_else(|| front.clone());
                found.push(view.entry(call, fact));
            }
        }
    });
    entries.extend(nginx(context));
    entries
}

/// `express.static("public", options)`, `app.register(fastifyStatic, { root })`.
fn served(view: &View<'_>, call: NodeId) -> Option<StaticFiles> {
    let module = view.module;
    let registered = module.called(call) == Some("register");
    let function = if registered { module.argument(call, 0)? } else { module.callee(call)? };
    if !matches!(module.kind(function), Kind::Name(_, Some(_)) | Kind::Member(_)) {
        return None;
    }
    let (package, path) = view.external(function)?;
    let (.., by) = SERVERS.iter().find(|(known, of, _)| *known == package && *of == path)?;
    let options = module.argument(call, 1);
    let folder = if registered { module.property(options?, "root")? } else { module.argument(call, 0)? };
    let folder = last_part(module, folder).filter(|name| FOLDERS.contains(&name.as_str()))?;
    let written = options.map(|options| module.resolve(options));
    let open = written.is_some_and(|options| {
        module.kind(options) != Kind::Object
            || module.children(options).any(|child| module.kind(child) == Kind::Spread)
    });
    let key = written.and_then(|options| {
        LIFETIMES.iter().find(|key| module.property(options, key).is_some()).map(|key| (*key).to_owned())
    });
    let lifetime = key.or_else(|| sets_header(module).then(|| "a header".to_owned()));
    let unsure = (open && lifetime.is_none()).then(|| "its options come from elsewhere".to_owned());
    Some(StaticFiles { by: (*by).to_owned(), folder, lifetime, unsure })
}

/// `dist` of `path.join(__dirname, "../client/dist")`.
fn last_part(module: &Module, node: NodeId) -> Option<String> {
    let node = module.resolve(node);
    let mut parts =
        std::iter::once(node).chain(module.descendants(node)).filter_map(|part| match module.kind(part) {
            Kind::Text(word) => module.word(word).trim_end_matches('/').rsplit('/').next(),
            _ => None,
        });
    parts.next_back().map(str::to_owned)
}

/// Whether a module sets how long answers may be kept by itself.
fn sets_header(module: &Module) -> bool {
    module.all().any(|node| {
        matches!(module.kind(node), Kind::Text(word) if module.word(word).eq_ignore_ascii_case("cache-control"))
    })
}

/// A proxy or a platform in front that says so for all files, by its file.
fn front(context: &Context<'_>) -> Option<String> {
    let mut files = context.tree.entries().filter(|(_, file)| !file.is_aside());
    let found = files.find(|(id, file)| {
        let front = matches!(
            file.name(),
            "vercel.json" | "netlify.toml" | "_headers" | "firebase.json" | "Caddyfile"
        ) || matches!(file.extension(), "conf" | "tf" | "vcl")
            || file.name().contains("nginx");
        front && keeps(context.tree.text(*id))
    });
    found.map(|(_, file)| format!("`{}`", file.path))
}

fn keeps(text: &str) -> bool {
    ["Cache-Control", "cache-control", "expires ", "proxy_cache", "cloudfront"]
        .iter()
        .any(|word| text.contains(word))
}

/// A server of nginx that answers with files: `root` and `try_files`.
fn nginx(context: &Context<'_>) -> Vec<Entry> {
    let files = context.tree.entries().filter(|(_, file)| {
        !file.is_aside()
            && (file.extension() == "conf" || file.name().contains("nginx") && !file.kind.is_ecmascript())
    });
    let entries = files.filter_map(|(id, _)| {
        let text = context.tree.text(id);
        if !(text.contains("server {") && text.contains("try_files")) {
            return None;
        }
        let line = text.lines().find(|line| line.trim_start().starts_with("root "))?;
        let start = line.as_ptr() as usize - text.as_ptr() as usize + line.len() - line.trim_start().len();
        let folder = line.trim().trim_start_matches("root ").trim_end_matches(';').trim();
        let lifetime = keeps(text).then(|| "expires".to_owned());
        let fact = StaticFiles { by: "nginx".to_owned(), folder: folder.to_owned(), lifetime, unsure: None };
        Some(Entry::new(Place { file: id, span: Span::new(start, start + line.trim().len()) }, fact))
    });
    entries.collect()
}

#[cfg(test)]
mod tests {
    use crate::extract::given::{SHOP, show};

    #[test]
    fn files_and_how_long_they_may_be_kept() {
        let head = "const express = require('express'); const path = require('path'); const app = express();";
        for (text, expected) in [
            (
                "app.use(express.static(path.join(__dirname, '../client/dist')))",
                vec!["express.static | dist |  | "],
            ),
            (
                "app.use(express.static('public', { maxAge: '1y' }))",
                vec!["express.static | public | maxAge | "],
            ),
            (
                "app.use(express.static('public', options))",
                vec!["express.static | public |  | its options come from elsewhere"],
            ),
            (
                "app.use(express.static('public')); app.use((q, a) => a.set('Cache-Control', 'no-cache'))",
                vec!["express.static | public | a header | "],
            ),
            ("app.use(express.static('uploads'))", vec![]),
        ] {
            let text = format!("{head} {text}; app.listen(1)");
            let files = [SHOP, ("a.js", text.as_str())];
            assert_eq!(
                show("static.files", &["by", "folder", "lifetime", "unsure"], &files),
                expected,
                "{text}"
            );
        }
        let conf =
            |more: &str| format!("server {{\n  root /srv/web;\n  try_files $uri /index.html;\n{more}}}\n");
        for (more, expected) in [("", "/srv/web | "), ("  expires 1y;\n", "/srv/web | expires")] {
            let text = conf(more);
            let files = [("nginx.conf", text.as_str())];
            assert_eq!(show("static.files", &["folder", "lifetime"], &files), [expected]);
        }
    }
}
