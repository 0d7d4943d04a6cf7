//! `@fastify/autoload`: folders whose modules are plugins, with the path of the folder before their routes.

use super::hooks::Hooks;
use super::plugin;
use crate::extract::code::{Origin, Site};
use crate::extract::http::mount::{
    Env, Eval, Event, Filter, Instance, Registration, entered_by, first_parameter,
};
use crate::extract::packages::resolve;
use crate::parse::javascript::Kind;
use crate::source::{FileId, SourceFile};

/// What the options say.
#[allow(clippy::struct_excessive_bools)] // as the options are
struct Options {
    dir: String,
    prefix: Option<String>,
    /// Folders are no part of the path.
    plain: bool,
    /// `_id` of a folder is a parameter.
    parameters: bool,
    /// Modules named `autohooks` hook into what lies beside them.
    hooks: bool,
    /// And into what lies below.
    cascade: bool,
    call: Site,
}

/// Every plugin of the folder that the options name.
pub(super) fn load(
    eval: &Eval<'_>,
    registration: &Registration,
    options: Site,
    env: &Env,
    events: &mut Vec<Event>,
) {
    let option = |name: &str| eval.property(options, env, name);
    let flag = |name: &str| option(name).map(|(value, _)| eval.kind(value));
    let Some((dir, _)) = option("dir") else { return };
    let from = eval.context.tree.file(dir.file).dir();
    let Some(dir) = resolve(from, &format!("./{}", folder(eval, dir))) else { return };
    let inner = option("options").and_then(|(inner, env)| eval.property(inner, &env, "prefix"));
    let options = Options {
        dir,
        prefix: inner.map_or(Some(String::new()), |(prefix, env)| eval.text(prefix, &env)),
        plain: flag("dirNameRoutePrefix") == Some(Kind::Flag(false)),
        parameters: flag("routeParams") == Some(Kind::Flag(true)),
        hooks: flag("autoHooks") == Some(Kind::Flag(true)),
        cascade: flag("cascadeHooks") == Some(Kind::Flag(true)),
        call: registration.call,
    };
    let mut found = of_dir(eval, &options, &options.dir, &[]);
    if found.iter().any(|event| matches!(event, Event::Mount { .. } | Event::Guard { .. } | Event::Group(_)))
    {
        events.append(&mut found);
    }
}

/// The folder that `join(__dirname, "routes")` and its like name, relative to the module.
fn folder(eval: &Eval<'_>, value: Site) -> String {
    let at = eval.definition(value);
    let module = eval.module(at);
    let texts = std::iter::once(at.node).chain(module.descendants(at.node));
    let parts = texts.filter_map(|node| match module.kind(node) {
        Kind::Text(word) => Some(module.word(word).trim_matches('/')),
        _ => None,
    });
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/")
}

fn of_dir(eval: &Eval<'_>, options: &Options, dir: &str, above: &[FileId]) -> Vec<Event> {
    let tree = &eval.context.tree;
    let below = tree.below(dir);
    let mut own: Vec<&SourceFile> =
        below.iter().filter(|file| file.dir() == dir && is_plugin(file)).collect();
    let mut hooks = if options.cascade { above.to_vec() } else { Vec::new() };
    if options.hooks {
        let found = own.iter().filter(|file| file.name().starts_with("autohooks."));
        hooks.extend(found.filter_map(|file| tree.by_path(&file.path)));
    }
    own.retain(|file| !file.name().starts_with("autohooks."));
    if let Some(index) = own.iter().position(|file| file.name().starts_with("index.")) {
        own = vec![own[index]];
    }
    let prefix = prefix(options, dir);
    let mut events = Vec::new();
    for file in own.iter().filter_map(|file| tree.by_path(&file.path)) {
        let Some((mount, shared)) = mounted(eval, options, file, prefix.clone()) else { continue };
        let hooked = hooks.iter().filter_map(|hook| mounted(eval, options, *hook, Some(String::new())));
        let mut group: Vec<Event> = hooked
            .map(|(event, _)| match event {
                Event::Mount { router, prefixes, .. } => Event::Mount { router, prefixes, scoped: false },
                other => other,
            })
            .collect();
        if group.is_empty() || shared {
            events.push(mount);
        } else {
            group.push(mount);
            events.push(Event::Group(group));
        }
    }
    let mut folders: Vec<&str> = Vec::new();
    for file in below {
        let rest = file.path.strip_prefix(dir).unwrap_or_default().trim_start_matches('/');
        let Some((folder, _)) = rest.split_once('/') else { continue };
        if folders.last() != Some(&folder) && !folders.contains(&folder) {
            folders.push(folder);
        }
    }
    for folder in folders.into_iter().filter(|folder| *folder != "node_modules") {
        let inner = if dir.is_empty() { folder.to_owned() } else { format!("{dir}/{folder}") };
        events.extend(of_dir(eval, options, &inner, &hooks));
    }
    events
}

fn is_plugin(file: &SourceFile) -> bool {
    let name = file.name();
    file.kind.is_ecmascript() && !file.is_aside() && !name.contains(".d.")
}

fn prefix(options: &Options, dir: &str) -> Option<String> {
    let mut prefix = options.prefix.clone()?;
    if !options.plain {
        let rest = dir.strip_prefix(&options.dir).unwrap_or_default();
        for part in rest.split('/').filter(|part| !part.is_empty()) {
            prefix.push('/');
            match part.strip_prefix('_').filter(|_| options.parameters) {
                Some(name) => prefix.extend([":", name]),
                None => prefix.push_str(part),
            }
        }
    }
    Some(prefix)
}

fn mounted(
    eval: &Eval<'_>,
    options: &Options,
    file: FileId,
    prefix: Option<String>,
) -> Option<(Event, bool)> {
    let exported = eval.export(file, "default")?;
    let (function, env, shared) = plugin(eval, exported, &None);
    // `export default helmet`, `export default fp(helmet)`: a package's plugin shares what it sets up.
    let of_package = [exported, function].into_iter().find_map(|value| match eval.code().origin(value) {
        Origin::External { package, .. } if package != "fastify-plugin" => Some((value, package)),
        _ => None,
    });
    if let Some((value, package)) = of_package {
        let guard = Hooks::of_package(eval, value, &package, false)?;
        return Some((Event::Guard { guard, filter: Filter::All }, true));
    }
    let key = first_parameter(eval, function)?;
    let text = |name: &str| eval.export(file, name).and_then(|value| eval.text(value, &None));
    let prefix = text("prefixOverride").or_else(|| {
        text("autoPrefix").and_then(|own| Some(format!("{}/{own}", options.prefix.as_deref()?))).or(prefix)
    });
    let router = Instance { key, env: entered_by(function, options.call, &env) };
    Some((Event::Mount { router, prefixes: vec![prefix], scoped: !shared }, shared))
}
