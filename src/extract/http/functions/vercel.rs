//! Vercel (`api/**`) and Netlify (`netlify/functions/**`).

use crate::extract::Context;
use crate::extract::code::{Code, Site};
use crate::extract::http::files::{
    Exported, Routed, VERBS, answering, bracketed, exported, named, property, stem, text, value,
};
use crate::extract::http::model::Found;
use crate::extract::packages::{above, join};
use crate::parse::javascript::Kind;
use crate::source::FileId;

/// Every function of both platforms.
pub(super) fn find(context: &Context<'_>) -> Found {
    let mut found = Found::default();
    let vercel = Routed::new(&context.code, "vercel", Vec::new());
    let netlify = Routed::new(&context.code, "netlify", Vec::new());
    for (file, _) in context.code.modules() {
        let source = context.tree.file(file);
        if source.vendored || source.generated {
            continue;
        }
        let Some(stem) = stem(&source.path) else { continue };
        if let Some(path) = vercel_path(context, stem) {
            read(&vercel, file, &path, &mut found);
        } else if let Some(path) = netlify_path(context, stem) {
            netlify_function(&netlify, file, &path, &mut found);
        }
    }
    found
}

/// The path of a file below `api/`, in a directory that Vercel deploys and no framework does.
fn vercel_path(context: &Context<'_>, stem: &str) -> Option<String> {
    const FRAMEWORKS: &[&str] =
        &["next", "nuxt", "@sveltejs/kit", "astro", "@remix-run/dev", "@react-router/dev"];
    let at = if stem.starts_with("api/") { Some(0) } else { stem.find("/api/").map(|at| at + 1) }?;
    let dir = stem[..at].trim_end_matches('/');
    let package = context.packages.get(dir, "npm");
    let declares = |name: &str| package.is_some_and(|package| package.dependency(name).is_some());
    let deployed = context.tree.by_path(&join(dir, "vercel.json")).is_some() || declares("@vercel/node");
    if !deployed || FRAMEWORKS.iter().any(|name| declares(name)) {
        return None;
    }
    let folders = &stem[at..];
    let hidden = folders.split('/').any(|part| part.starts_with(['_', '.']));
    (!hidden).then(|| bracketed(folders.strip_suffix("/index").unwrap_or(folders)))?
}

fn read(routed: &Routed<'_>, file: FileId, path: &str, found: &mut Found) {
    let names = named(routed.code, file);
    if names.iter().any(|name| VERBS.contains(&name.as_str())) {
        return routed.verbs(file, (path, path), "", found);
    }
    if let Some(exported) = exported(routed.code, file, "default").filter(|it| is_function(routed.code, it)) {
        routed.any(&exported, (path, path), found);
    }
}

/// An application of a library is told by the reader of that library.
fn is_function(code: &Code<'_>, exported: &Exported) -> bool {
    answering(code, exported).site.is_some_and(|at| {
        code.module(at.file).is_some_and(|module| matches!(module.kind(at.node), Kind::Function(_)))
    })
}

/// The path of a function of Netlify: a file, or a folder with an index or a file of the same name.
fn netlify_path(context: &Context<'_>, stem: &str) -> Option<String> {
    let dir = above(stem.rsplit_once('/')?.0).skip(1).find(|dir| {
        context.tree.by_path(&join(dir, "netlify.toml")).is_some()
            || stem
                .strip_prefix(dir)
                .is_some_and(|rest| rest.trim_start_matches('/').starts_with("netlify/functions/"))
    })?;
    let settings =
        context.tree.by_path(&join(dir, "netlify.toml")).and_then(|file| context.documents.node(file));
    let folder = settings.and_then(|node| {
        let folder = node.at(&["functions", "directory"]).or_else(|| node.at(&["build", "functions"]))?;
        Some(folder.text()?.trim_matches(['.', '/']).to_owned())
    });
    let folder = join(dir, folder.as_deref().unwrap_or("netlify/functions"));
    let rest = stem.strip_prefix(folder.as_str())?.strip_prefix('/')?;
    let name = match rest.split_once('/') {
        None => rest,
        Some((folder, file)) if file == "index" || file == folder => folder,
        Some(_) => return None,
    };
    Some(format!("/.netlify/functions/{name}"))
}

fn netlify_function(routed: &Routed<'_>, file: FileId, path: &str, found: &mut Found) {
    let code = routed.code;
    let config = exported(code, file, "config").and_then(|config| config.value);
    if config.is_some_and(|config| property(code, config, "schedule").is_some()) {
        return;
    }
    let own = config.and_then(|config| text(code, config, "path"));
    let path = own.as_deref().unwrap_or(path);
    let function = exported(code, file, "handler").or_else(|| exported(code, file, "default"));
    let scheduled = |at: Site| {
        let at = value(code, at);
        code.module(at.file).is_some_and(|module| module.called(at.node) == Some("schedule"))
    };
    if let Some(function) = function.filter(|it| !it.value.is_some_and(scheduled)) {
        routed.any(&function, (path, path), found);
    }
}
