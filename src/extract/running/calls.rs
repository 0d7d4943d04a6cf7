//! Calls and settings in JavaScript that run migrations, and whether anything leads to them.

use memchr::memmem;

use super::{commands, files};
use crate::extract::view::{View, each};
use crate::extract::{Context, catches, pushes};
use crate::facts::{Entry, MigrationRun};
use crate::parse::javascript::{Kind, Module, NodeId};
use crate::parse::shell;
use crate::source::FileId;

/// One fact for each such call or setting.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    each(context, look)
}

/// A call that runs migrations.
struct Found {
    tool: String,
    by: String,
    folder: Option<String>,
}

fn look(view: &View<'_>, found: &mut Vec<Entry>) {
    let module = view.module;
    let source = view.context.tree.file(view.file);
    let says = |word: &str| memmem::find(module.spoken().as_bytes(), word.as_bytes()).is_some();
    if source.is_aside() || !(says("igrat") || says("alembic")) {
        return;
    }
    let mut wired = None;
    for call in view.calls() {
        let Some(run) = package_call(view, call).or_else(|| child_process(view, call)) else { continue };
        let wired = *wired.get_or_insert_with(|| wired_of(view.context, view.file));
        let fact = MigrationRun {
            tool: run.tool,
            by: run.by,
            stage: "code".to_owned(),
            aside: pushes::is_aside(&source.path.to_ascii_lowercase().replace('_', "-")),
            missing: run.folder.filter(|folder| files::absent(view.context, folder)),
            masked: masked(module, call),
            wired,
        };
        found.push(view.entry(call, fact));
    }
}

/// Calls of the packages that run migrations.
fn package_call(view: &View<'_>, call: NodeId) -> Option<Found> {
    let module = view.module;
    let name = module.called(call)?;
    let receiver = module.receiver(call).and_then(|receiver| module.last_name(receiver)).unwrap_or_default();
    let asks = |words: &[&str]| {
        module.imports.iter().any(|import| words.iter().any(|word| module.word(import.source).contains(word)))
    };
    let found = |tool: &str, by: &str, folder: Option<String>| {
        Some(Found { tool: tool.to_owned(), by: by.to_owned(), folder })
    };
    match name {
        "migrate" => {
            let (package, _) = view.external(module.callee(call)?)?;
            if package.starts_with("drizzle-orm/") && package.ends_with("/migrator") {
                return found("drizzle", "migrate()", literal(module, call, 1, "migrationsFolder"));
            }
            (package == "postgrator").then(|| Found {
                tool: package,
                by: "migrate()".to_owned(),
                folder: None,
            })
        }
        "latest" if receiver == "migrate" => {
            found("knex", "migrate.latest()", literal(module, call, 0, "directory"))
        }
        "runMigrations"
            if module.receiver(call).is_some() && asks(&["typeorm", "data-source", "datasource"]) =>
        {
            found("typeorm", "runMigrations()", None)
        }
        "migrateToLatest" => found("kysely", "migrateToLatest()", None),
        "up" if receiver == "umzug" => found("umzug", "umzug.up()", None),
        "up" if receiver == "getMigrator" || receiver == "migrator" && asks(&["mikro-orm"]) => {
            found("mikro-orm", "getMigrator().up()", None)
        }
        _ => {
            let (package, path) = view.external(module.callee(call)?)?;
            (package == "node-pg-migrate" && (path.is_empty() || path == "runner")).then(|| Found {
                tool: package,
                by: name.to_owned(),
                folder: literal(module, call, 0, "dir"),
            })
        }
    }
}

/// A folder that is written as a text: one that is put together is looked for where the program runs.
fn literal(module: &Module, call: NodeId, argument: usize, key: &str) -> Option<String> {
    let value = module.property(module.argument(call, argument)?, key)?;
    let text = module.text(value)?;
    (!text.is_empty() && !text.starts_with('/')).then(|| text.into_owned())
}

/// A command that is given to the shell: `execSync("npx prisma migrate deploy")`.
fn child_process(view: &View<'_>, call: NodeId) -> Option<Found> {
    let module = view.module;
    if !matches!(
        module.called(call)?,
        "exec"
            | "execSync"
            | "execAsync"
            | "spawn"
            | "spawnSync"
            | "execFile"
            | "execFileSync"
            | "execa"
            | "execaSync"
            | "$"
    ) {
        return None;
    }
    let mut text = module.text(module.argument(call, 0)?)?.into_owned();
    if let Some(listed) = module.argument(call, 1).filter(|list| module.kind(*list) == Kind::Array) {
        for word in module.children(listed) {
            text.push(' ');
            text.push_str(&module.text(word)?);
        }
    }
    let run = commands::of(&shell::parse(&text).document, &text).into_iter().next()?;
    Some(Found { tool: run.tool, by: run.by, folder: run.folder })
}

/// What catches the failure of a call and goes on as if there were none.
fn masked(module: &Module, call: NodeId) -> Option<String> {
    let mut inner = call;
    for outer in module.ancestors(call) {
        match module.kind(outer) {
            Kind::Try if module.child(outer, 0) == Some(inner) => {
                let handler = module.children(outer).find(|child| module.kind(*child) == Kind::Catch)?;
                let body = module.children(handler).find(|child| module.kind(*child) == Kind::Block)?;
                return catches::goes_on(module, body).map(|does| format!("its `catch` {does}"));
            }
            Kind::Call if module.called(outer) == Some("catch") && module.callee(outer) == Some(inner) => {
                let handler = module.argument(outer, 0)?;
                let body = module.function(handler).and_then(|_| module.body(handler))?;
                return catches::goes_on(module, body).map(|does| format!("its `.catch()` {does}"));
            }
            _ if module.function(outer).is_some() => return None,
            _ => inner = outer,
        }
    }
    None
}

/// Whether anything leads to a module that runs migrations: a program, a script, a pipeline, a document.
fn wired_of(context: &Context<'_>, file: FileId) -> Option<bool> {
    let graph = &context.code.graph;
    if graph.live(file) == Some(true) || graph.entry(file).is_some() {
        return Some(true);
    }
    // What others ask for may be reached by way of these, and what is listed by a program may be run by it.
    if !graph.importers(file).is_empty() || graph.is_listed(file) || graph.tested(file) {
        return None;
    }
    let source = context.tree.file(file);
    let (name, stem) = (source.name(), source.stem());
    // The file may be named as it is, or as what it is built to.
    let built = [".js", ".mjs", ".cjs"].map(|end| format!("{stem}{end}"));
    let folder = source.dir().rsplit('/').next().unwrap_or_default();
    let short = format!("{folder}/{stem}");
    let mut others = context.tree.entries().filter(|(other, text)| *other != file && !text.vendored);
    let named = others.any(|(other, _)| {
        let text = context.tree.text(other).as_bytes();
        let says = |word: &str| memmem::find(text, word.as_bytes()).is_some();
        says(name) || says(&short) || built.iter().any(|name| says(name))
    });
    Some(named)
}
