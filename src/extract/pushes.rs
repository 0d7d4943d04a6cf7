//! What changes or empties a database without migrations or without asking, and how many processes are meant to run.

use std::sync::LazyLock;

use regex::Regex;

use super::Context;
use super::code::{Origin, Site};
use super::view::{View, each};
use crate::facts::{DataWipe, DockerCommand, DockerStart, Entry, Scale, SchemaPush, Script, Store};
use crate::parse::Document;
use crate::parse::javascript::{Kind, Module, NodeId};
use crate::parse::node::Node;
use crate::source::{FileKind, Place, Span, pattern};

static PUSH: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(r"(prisma db push|drizzle-kit push|typeorm schema:sync|mikro-orm schema:update)")
});

static WIPE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(prisma migrate reset\b[^&|;]*(?:--force|-f\b)|prisma db push\b[^&|;]*--force-reset|sequelize(?:-cli)? db:drop|typeorm schema:drop|supabase db reset\b[^&|;]*--linked|dropDatabase\(\))",
    )
});

/// Scripts that run where production is built, deployed or started.
static PRODUCTION: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"^(pre|post)?(start|build|deploy|release|install)([:_-](prod|production|server|api|app))?$|^(vercel|render|railway|heroku|netlify)-|^heroku-postbuild$",
    )
});

/// Scripts that are not meant for production, by their names or what they set.
static ASIDE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(test|tests|testing|e2e|dev|develop|development|local|ci|docker:dev)\b|localhost|127\.0\.0\.1",
    )
});

/// Whether a script of this name runs where production is built, deployed or started.
pub(super) fn is_for_production(name: &str) -> bool {
    matched(&PRODUCTION, name).is_some()
}

/// Whether a name or a command says that it is not meant for production.
pub(super) fn is_aside(text: &str) -> bool {
    matched(&ASIDE, text).is_some()
}

fn matched<'t>(regex: &LazyLock<Option<Regex>>, text: &'t str) -> Option<&'t str> {
    regex.as_ref().and_then(|regex| regex.find(text)).map(|found| found.as_str())
}

/// One fact for each such command, call or setting.
pub(super) fn facts(context: &Context<'_>, store: &Store) -> Vec<Entry> {
    let mut entries = each(context, source);
    for (entry, script) in store.all::<Script>() {
        if let Some(by) = matched(&PUSH, &script.command) {
            let production =
                matched(&PRODUCTION, &script.name).is_some() && matched(&ASIDE, &script.command).is_none();
            let guard = (!production).then(|| "the name of the script".to_owned());
            let stage = format!("the script `{}`", script.name);
            entries.push(Entry::new(entry.place, SchemaPush { by: by.to_owned(), stage, guard }));
        }
        if let Some(by) = matched(&WIPE, &script.command) {
            let aside = matched(&ASIDE, &script.name).or_else(|| matched(&ASIDE, &script.command));
            let guard = aside.map(|word| format!("`{word}`"));
            entries.push(Entry::new(entry.place, DataWipe { by: by.to_owned(), guard }));
        }
    }
    let starts = store
        .all::<DockerStart>()
        .map(|(entry, start)| (entry.place, start.text.as_str(), start.role.as_str()));
    let builds =
        store.all::<DockerCommand>().map(|(entry, run)| (entry.place, run.text.as_str(), run.role.as_str()));
    for (place, text, role) in starts.chain(builds) {
        if let Some(by) = matched(&PUSH, text).filter(|_| !matches!(role, "dev" | "ci" | "spare")) {
            entries.push(Entry::new(
                place,
                SchemaPush { by: by.to_owned(), stage: "the image".to_owned(), guard: None },
            ));
        }
    }
    entries.extend(shells(context));
    entries.extend(scales(context));
    entries
}

/// Scripts of a shell by which a container or a release begins.
fn shells(context: &Context<'_>) -> Vec<Entry> {
    let mut entries = Vec::new();
    for (file, source) in context.tree.entries().filter(|(_, source)| source.kind == FileKind::Shell) {
        let name = source.name().to_ascii_lowercase();
        let begins = ["entrypoint", "start", "deploy", "release"].iter().any(|word| name.contains(word));
        let text = context.tree.text(file);
        if !begins || name.contains("dev") || name.contains("local") || name.contains("test") {
            continue;
        }
        let Some(found) = PUSH.as_ref().and_then(|regex| regex.find(text)) else { continue };
        let line = text[..found.start()].rsplit('\n').next().unwrap_or_default();
        if !line.contains('#') && !line.contains("echo") {
            let fact = SchemaPush {
                by: found.as_str().to_owned(),
                stage: format!("`{}`", source.path),
                guard: None,
            };
            entries.push(Entry::new(Place { file, span: Span::new(found.start(), found.end()) }, fact));
        }
    }
    entries
}

/// `synchronize: true` of `TypeORM`, `sync({ alter: true })` of Sequelize, `dropDatabase()`.
fn source(view: &View<'_>, found: &mut Vec<Entry>) {
    let module = view.module;
    let asks = |words: &[&str]| {
        module.imports.iter().any(|import| words.iter().any(|word| module.word(import.source).contains(word)))
    };
    if asks(&["typeorm"]) && view.is_server() {
        for (node, value) in synchronize(module) {
            let kind = module.kind(value);
            if kind == Kind::Flag(false) {
                continue;
            }
            let on = kind == Kind::Flag(true);
            let chosen = is_conditional(module, node) || is_chosen(module, node);
            let guard = (!on || chosen).then(|| "a condition".to_owned());
            let by = if on { "synchronize: true" } else { "synchronize" }.to_owned();
            let fact = SchemaPush { by, stage: "the code".to_owned(), guard };
            found.push(view.entry(node, fact));
        }
    }
    for call in module.calls_named(|name| matches!(name, "sync" | "dropDatabase")) {
        match module.called(call) {
            Some("sync") => found.extend(sync(view, call)),
            Some("dropDatabase") if module.argument(call, 0).is_none() => {
                let guard = guard(module).or_else(|| guarded_within(view, call));
                found.push(view.entry(call, DataWipe { by: "dropDatabase()".to_owned(), guard }));
            }
            _ => {}
        }
    }
}

/// Settings `synchronize: …` of a module, with their values: whether tables are made from classes.
pub(super) fn synchronize(module: &Module) -> impl Iterator<Item = (NodeId, NodeId)> + '_ {
    let all = module.may_say("synchronize").then(|| module.all()).into_iter().flatten();
    let named = |node: &NodeId| matches!(module.kind(*node), Kind::Property(word) if module.word(word) == "synchronize");
    all.filter(named).filter_map(|node| Some((node, module.child(node, 0)?)))
}

/// Whether a call makes the tables of every model of Sequelize: `sequelize.sync()`.
pub(super) fn syncs(module: &Module, call: NodeId) -> bool {
    let name = || Some(module.last_name(module.receiver(call)?)?.to_ascii_lowercase());
    module.called(call) == Some("sync")
        && name().is_some_and(|name| name.contains("sequelize") || matches!(name.as_str(), "db" | "database"))
}

fn sync(view: &View<'_>, call: NodeId) -> Option<Entry> {
    let module = view.module;
    let options = module.argument(call, 0)?;
    let on =
        |key: &str| module.property(options, key).is_some_and(|value| module.kind(value) == Kind::Flag(true));
    if !syncs(module, call) || is_conditional(module, call) {
        return None;
    }
    if on("force") {
        let guard = guard(module);
        return Some(view.entry(call, DataWipe { by: "sync({ force: true })".to_owned(), guard }));
    }
    (on("alter") && view.is_server()).then(|| {
        let fact =
            SchemaPush { by: "sync({ alter: true })".to_owned(), stage: "the code".to_owned(), guard: None };
        view.entry(call, fact)
    })
}

/// Whether a node only counts under a condition on the environment.
fn is_conditional(module: &Module, node: NodeId) -> bool {
    module.ancestors(node).any(|around| {
        let tested = matches!(module.kind(around), Kind::If | Kind::Conditional | Kind::Logical(_));
        tested && module.child(around, 0).is_some_and(|test| says_environment(module, test))
    })
}

/// Whether the object around a property has a name, and is taken under conditions on the environment only:
/// `production ? prodOptions : devOptions`.
fn is_chosen(module: &Module, property: NodeId) -> bool {
    let declarator = module.parent(property).and_then(|object| module.parent(object));
    let declarator = declarator.filter(|node| module.kind(*node) == Kind::Declarator);
    let name = declarator.and_then(|declarator| module.child(declarator, 0));
    let uses = name.and_then(|name| module.binding(name)).map(|binding| module.uses(binding));
    uses.is_some_and(|uses| !uses.is_empty() && uses.iter().all(|node| is_conditional(module, *node)))
}

fn says_environment(module: &Module, test: NodeId) -> bool {
    std::iter::once(test).chain(module.descendants(test)).any(|part| match module.kind(part) {
        Kind::Member(word) | Kind::Name(word, _) => {
            let name = module.word(word).to_ascii_lowercase();
            ["env", "prod", "dev", "test", "sync", "alter", "force"].iter().any(|word| name.contains(word))
        }
        _ => false,
    })
}

/// What keeps a script away from production: a question, a flag that has to be given, a look at the environment.
fn guard(module: &Module) -> Option<String> {
    module.all().find_map(|node| match module.kind(node) {
        Kind::Member(word)
            if matches!(module.word(word), "NODE_ENV" | "argv" | "APP_ENV" | "ENVIRONMENT") =>
        {
            Some(module.word(word).to_owned())
        }
        Kind::Call
            if matches!(module.called(node), Some("confirm" | "prompt" | "question" | "createInterface")) =>
        {
            Some("a question".to_owned())
        }
        Kind::If if refuses(module, node) => Some("a condition".to_owned()),
        _ => None,
    })
}

/// What keeps a function of the program that is called away from production: it ends where the environment is another.
fn guarded_within(view: &View<'_>, call: NodeId) -> Option<String> {
    let code = &view.context.code;
    let Origin::Local(function) = code.callee(Site { file: view.file, node: call }) else { return None };
    let module = code.module(function.file)?;
    let ends = |node: NodeId| {
        matches!(module.kind(node), Kind::Return | Kind::Throw)
            || module.callee(node).is_some_and(|callee| module.is_global(callee, "process.exit"))
    };
    let turns_away = module.own_descendants(function.node).any(|node| {
        module.kind(node) == Kind::If
            && module.child(node, 0).is_some_and(|test| says_environment(module, test))
            && module
                .child(node, 1)
                .is_some_and(|then| std::iter::once(then).chain(module.descendants(then)).any(ends))
    });
    turns_away.then(|| "a condition".to_owned())
}

/// Whether a variable of the environment has to be set, or the module throws or ends.
fn refuses(module: &Module, condition: NodeId) -> bool {
    let Some((test, then)) = module.child(condition, 0).zip(module.child(condition, 1)) else { return false };
    let asks = std::iter::once(test).chain(module.descendants(test)).any(|node| module.is_environment(node));
    let ends = |node: NodeId| match module.kind(node) {
        Kind::Throw => true,
        Kind::Call => module.callee(node).is_some_and(|callee| module.is_global(callee, "process.exit")),
        _ => false,
    };
    asks && std::iter::once(then).chain(module.descendants(then)).any(ends)
}

/// Where a file says that more than one process of a service is to run.
fn scales(context: &Context<'_>) -> Vec<Entry> {
    let mut entries = Vec::new();
    for (file, source) in context.tree.entries().filter(|(_, source)| !source.is_aside()) {
        let found: Vec<(Span, String, bool)> = match context.documents.get(file) {
            Some(Document::Yaml(nodes)) => nodes.iter().filter_map(manifest).collect(),
            Some(Document::Toml(node) | Document::Json(node))
                if matches!(source.name(), "fly.toml" | "railway.json" | "railway.toml") =>
            {
                platform(node).into_iter().collect()
            }
            _ => Vec::new(),
        };
        entries.extend(
            found
                .into_iter()
                .map(|(span, by, automatic)| Entry::new(Place { file, span }, Scale { by, automatic })),
        );
    }
    entries.extend(each(context, clusters));
    entries
}

fn number(node: &Node) -> Option<i64> {
    node.scalar()?.parse().ok()
}

fn manifest(node: &Node) -> Option<(Span, String, bool)> {
    let kind = node.get("kind").and_then(Node::text);
    if matches!(kind, Some("HorizontalPodAutoscaler" | "ScaledObject")) {
        return Some((node.get("kind")?.span, "an autoscaler".to_owned(), true));
    }
    if matches!(kind, Some("Deployment" | "StatefulSet" | "Rollout")) {
        let replicas = node.at(&["spec", "replicas"])?;
        let count = number(replicas).filter(|count| *count > 1)?;
        return Some((replicas.span, format!("`replicas: {count}`"), false));
    }
    for service in node.get("services").map(Node::entries).unwrap_or_default() {
        let replicas = service.value.at(&["deploy", "replicas"]);
        if let Some((replicas, count)) =
            replicas.and_then(|node| Some((node, number(node)?))).filter(|(_, n)| *n > 1)
        {
            return Some((replicas.span, format!("`replicas: {count}`"), false));
        }
    }
    for service in node.get("services").map(Node::items).unwrap_or_default() {
        let instances = service.get("numInstances");
        if let Some((instances, count)) =
            instances.and_then(|node| Some((node, number(node)?))).filter(|(_, n)| *n > 1)
        {
            return Some((instances.span, format!("`numInstances: {count}`"), false));
        }
        if let Some(scaling) = service.get("scaling") {
            return Some((scaling.span, "`scaling`".to_owned(), true));
        }
    }
    None
}

fn platform(node: &Node) -> Option<(Span, String, bool)> {
    let keys: &[&[&str]] = &[&["http_service", "min_machines_running"], &["deploy", "numReplicas"]];
    keys.iter().find_map(|path| {
        let value = node.at(path)?;
        let count = number(value).filter(|count| *count > 1)?;
        Some((value.span, format!("`{} = {count}`", path.last().unwrap_or(&"")), false))
    })
}

/// `instances: "max"` of PM2, and `cluster.fork()`.
fn clusters(view: &View<'_>, found: &mut Vec<Entry>) {
    let module = view.module;
    if view.path().contains("ecosystem.config.") {
        for node in module.all() {
            let named = matches!(module.kind(node), Kind::Property(word) if module.word(word) == "instances");
            let value = module.child(node, 0).filter(|_| named).and_then(|value| module.text(value));
            if let Some(count) = value.filter(|count| count.as_ref() != "1") {
                found.push(view.entry(node, Scale { by: format!("`instances: {count}`"), automatic: false }));
            }
        }
    }
    if module.imports.iter().any(|import| matches!(module.word(import.source), "cluster" | "node:cluster")) {
        let fork = view.calls().find(|call| module.called(*call) == Some("fork"));
        found.extend(
            fork.map(|call| view.entry(call, Scale { by: "`cluster.fork()`".to_owned(), automatic: false })),
        );
    }
}

/// Where a module may have tables made from classes in production: the setting and its value. None where it tells stages
/// apart, by another setting of the same name or by what it asks.
pub(super) fn may_synchronize(module: &Module, text: &str) -> Option<(NodeId, NodeId)> {
    let settings: Vec<(NodeId, NodeId)> = synchronize(module).collect();
    let off = |value: NodeId| {
        let text = module.span(value).of(text);
        module.kind(value) == Kind::Flag(false)
            || ["NODE_ENV", "production", "development"].iter().any(|word| text.contains(word))
    };
    let apart = settings.iter().any(|(_, value)| off(*value));
    settings.into_iter().next().filter(|_| !apart)
}

#[cfg(test)]
mod tests {
    use crate::extract::given::{SHOP, show};

    #[test]
    fn schemas_that_are_pushed() {
        for (text, expected) in [
            (
                r#"const { DataSource } = require("typeorm"); new DataSource({ synchronize: true })"#,
                vec!["synchronize: true | the code | "],
            ),
            (
                r#"const { DataSource } = require("typeorm"); new DataSource({ synchronize: dev })"#,
                vec!["synchronize | the code | a condition"],
            ),
            (
                r#"const { DataSource } = require("typeorm"); const dev = { synchronize: true }, live = { synchronize: false };
                new DataSource(process.env.NODE_ENV !== "production" ? dev : live)"#,
                vec!["synchronize: true | the code | a condition"],
            ),
            (
                r#"const { DataSource } = require("typeorm"); const options = { synchronize: true };
                new DataSource(process.env.URL ? options : {}); new DataSource(options)"#,
                vec!["synchronize: true | the code | "],
            ),
            ("sequelize.sync({ alter: true })", vec!["sync({ alter: true }) | the code | "]),
            ("sequelize.sync()", vec![]),
        ] {
            let files = [SHOP, ("a.js", text)];
            assert_eq!(show("schema.push", &["by", "stage", "guard"], &files), expected, "{text}");
        }
    }

    #[test]
    fn what_empties_a_database() {
        for (text, expected) in [
            ("sequelize.sync({ force: true })", vec!["sync({ force: true }) | "]),
            (r#"if (process.env.NODE_ENV === "test") db.dropDatabase()"#, vec!["dropDatabase() | NODE_ENV"]),
            ("require('./guarded').dropDatabase()", vec!["dropDatabase() | a condition"]),
            ("require('./open').dropDatabase()", vec!["dropDatabase() | "]),
        ] {
            let files = [
                SHOP,
                ("a.js", text),
                (
                    "guarded.js",
                    "const config = require('./config'); exports.dropDatabase = async () => {
                        if (config.appEnv !== 'test') { log('not here'); return; }
                        await client.query(`DROP DATABASE ${name}`);
                    };",
                ),
                (
                    "open.js",
                    "exports.dropDatabase = async () => { if (!name) return; await client.query(`DROP DATABASE ${name}`); };",
                ),
            ];
            assert_eq!(show("data.wipe", &["by", "guard"], &files), expected, "{text}");
        }
    }

    #[test]
    fn more_than_one_process() {
        for (path, text, expected) in [
            ("a.yml", "kind: Deployment\nspec: { replicas: 3 }", vec!["`replicas: 3` | false"]),
            ("a.yml", "kind: Deployment\nspec: { replicas: 1 }", vec![]),
            ("a.yml", "kind: HorizontalPodAutoscaler", vec!["an autoscaler | true"]),
            ("compose.yml", "services: { a: { deploy: { replicas: 2 } } }", vec!["`replicas: 2` | false"]),
            (
                "fly.toml",
                "[http_service]\nmin_machines_running = 2",
                vec!["`min_machines_running = 2` | false"],
            ),
            (
                "ecosystem.config.js",
                "module.exports = { apps: [{ instances: \"max\" }] }",
                vec!["`instances: max` | false"],
            ),
        ] {
            assert_eq!(show("scale", &["by", "automatic"], &[(path, text)]), expected, "{text}");
        }
    }
}
