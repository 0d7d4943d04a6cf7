//! Files whose commands run migrations: manifests, scripts of a shell, Dockerfiles, settings of platforms.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::commands::{self, Run};
use crate::extract::migrations::{self, tools};
use crate::extract::{Context, containers, packages, pushes};
use crate::facts::{Entry, MigrationRun};
use crate::parse::Document;
use crate::parse::dockerfile::{Dockerfile, Kind};
use crate::parse::node::Node;
use crate::parse::shell;
use crate::source::{FileId, FileKind, Place, SourceFile, Span};

/// Where settings of a platform hold a command, by the name of the file, with what is run by it.
const SETTINGS: &[(&str, &[&str], &str)] = &[
    ("fly.toml", &["deploy", "release_command"], "release"),
    ("railway.json", &["deploy", "preDeployCommand"], "release"),
    ("railway.toml", &["deploy", "preDeployCommand"], "release"),
    ("railway.json", &["deploy", "startCommand"], "start"),
    ("railway.toml", &["deploy", "startCommand"], "start"),
    ("railway.json", &["build", "buildCommand"], "release"),
    ("railway.toml", &["build", "buildCommand"], "release"),
    ("app.json", &["scripts", "postdeploy"], "release"),
    ("vercel.json", &["buildCommand"], "release"),
    ("netlify.toml", &["build", "command"], "release"),
];

/// The same of each service that Render runs.
const RENDER: &[(&str, &str)] =
    &[("preDeployCommand", "release"), ("buildCommand", "release"), ("startCommand", "start")];

/// Words of scripts that begin a process or a release.
const BEGINS: &[&str] =
    &["entrypoint", "start", "deploy", "release", "migrat", "run", "init", "boot", "update"];

/// A command that runs migrations, with its surroundings.
struct Line {
    place: Place,
    stage: &'static str,
    aside: bool,
    run: Run,
}

/// One fact for each such command.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let mut lines = scripts(context);
    for (file, source) in context.tree.entries().filter(|(_, source)| !source.is_aside() && may_run(source)) {
        if says(context.tree.text(file)) {
            lines.extend(of_file(context, file, source));
        }
    }
    if lines.is_empty() {
        return Vec::new();
    }
    let missing = Missing::of(context);
    lines.into_iter().map(|line| entry(&missing, line)).collect()
}

/// Whether a file is one of those that are looked into.
fn may_run(file: &SourceFile) -> bool {
    let name = file.name();
    match file.kind {
        FileKind::Shell | FileKind::Dockerfile => true,
        FileKind::Yaml => name.contains("compose") || name.starts_with("render."),
        _ => name == "Procfile" || SETTINGS.iter().any(|(known, ..)| *known == name),
    }
}

/// Whether a text names a program of a tool at all.
fn says(text: &str) -> bool {
    static WORDS: LazyLock<Option<AhoCorasick>> =
        LazyLock::new(|| AhoCorasick::new(tools::TOOLS.iter().flat_map(|tool| tool.programs)).ok());
    WORDS.as_ref().is_some_and(|words| words.is_match(text))
}

fn entry(missing: &Missing<'_>, line: Line) -> Entry {
    let told = !line.aside && (line.stage != "script" || line.run.tool == "prisma");
    let fact = MigrationRun {
        missing: if told { missing.folder(&line) } else { None },
        tool: line.run.tool,
        by: line.run.by,
        stage: line.stage.to_owned(),
        aside: line.aside,
        masked: line.run.masked.map(str::to_owned),
        wired: None,
    };
    Entry::new(line.place, fact)
}

/// The scripts of packages.
fn scripts(context: &Context<'_>) -> Vec<Line> {
    let mut lines = Vec::new();
    for (file, script) in context.packages.all().iter().flat_map(packages::Package::scripts) {
        let source = context.tree.file(file);
        if source.is_aside() || !says(&script.command) {
            continue;
        }
        let production = pushes::is_for_production(&script.name);
        let aside = pushes::is_aside(&script.name) || pushes::is_aside(&script.command);
        let stage = match script.name.as_str() {
            _ if !production => "script",
            name if name.contains("start") => "start",
            _ => "release",
        };
        let runs = commands::of(&shell::parse(&script.command).document, &script.command);
        let place = Place { file, span: script.span };
        lines.extend(runs.into_iter().map(|run| Line { place, stage, aside, run }));
    }
    lines
}

fn of_file(context: &Context<'_>, file: FileId, source: &SourceFile) -> Vec<Line> {
    let lower = source.path.to_ascii_lowercase();
    let text = context.tree.text(file);
    let here = |aside: bool, stage: &'static str, run: Run| {
        let place = Place { file, span: run.span };
        Line { place, stage, aside, run }
    };
    match context.documents.get(file) {
        Some(Document::Shell(script)) => {
            let name = source.name().to_ascii_lowercase();
            let aside = pushes::is_aside(&lower.replace('_', "-"))
                || name.contains("setup")
                || !BEGINS.iter().any(|word| name.contains(word));
            commands::of(script, text).into_iter().map(|run| here(aside, "shell", run)).collect()
        }
        Some(Document::Dockerfile(dockerfile)) => {
            let aside = containers::is_development(&source.path) || pushes::is_aside(&lower);
            image(dockerfile, text).into_iter().map(|(stage, run)| here(aside, stage, run)).collect()
        }
        Some(Document::Json(node) | Document::Toml(node)) => {
            let settings = SETTINGS.iter().filter(|(name, ..)| *name == source.name());
            let told = settings.filter_map(|(_, path, stage)| Some((node.at(path)?, *stage)));
            told.flat_map(|(node, stage)| written(file, node, stage)).collect()
        }
        Some(Document::Yaml(nodes)) => nodes.iter().flat_map(|node| services(file, source, node)).collect(),
        _ if source.name() == "Procfile" => procfile(file, text),
        _ => Vec::new(),
    }
}

/// What an image runs while it is built, and when it starts. Of the commands that it starts with only the last counts.
fn image(dockerfile: &Dockerfile, text: &str) -> Vec<(&'static str, Run)> {
    let dialect = shell::Dialect::Posix;
    let mut found = Vec::new();
    let runs = dockerfile.stages.iter().flat_map(|stage| &stage.instructions);
    for instruction in runs {
        if let Kind::Run(run) = &instruction.kind
            && let Some(script) = containers::script(&run.command, dialect)
        {
            found.extend(commands::of(&script, text).into_iter().map(|run| ("image", run)));
        }
    }
    if let Some(last) = dockerfile.stages.len().checked_sub(1) {
        for command in [dockerfile.entrypoint(last), dockerfile.command(last)].into_iter().flatten() {
            let script = containers::script(command, dialect).unwrap_or_default();
            found.extend(commands::of(&script, text).into_iter().map(|run| ("start", run)));
        }
    }
    found
}

/// The commands that a value of a settings file holds, as one text or as a list.
fn written(file: FileId, node: &Node, stage: &'static str) -> Vec<Line> {
    let place = Place { file, span: node.span };
    let line = |run: Run| Line { place, stage, aside: false, run };
    let texts: Vec<String> = match node.text() {
        Some(text) => vec![text.to_owned()],
        // A list is the words of one command where an entry holds no blank, else a list of commands.
        None if node.items().iter().any(|item| item.text().is_some_and(|text| text.contains(' ')))
            && node.items().first().and_then(Node::text) != Some("sh") =>
        {
            node.scalars()
        }
        None => {
            let quoted = |word: &String| format!("'{}'", word.replace('\'', "'\\''"));
            vec![node.scalars().iter().map(quoted).collect::<Vec<_>>().join(" ")]
        }
    };
    let runs = texts.iter().flat_map(|text| commands::of(&shell::parse(text).document, text));
    runs.map(line).collect()
}

/// The services of Render, and those of a compose file.
fn services(file: FileId, source: &SourceFile, node: &Node) -> Vec<Line> {
    let Some(services) = node.get("services") else { return Vec::new() };
    let mut lines = Vec::new();
    if matches!(source.name(), "render.yaml" | "render.yml") {
        for service in services.items() {
            for (key, stage) in RENDER {
                lines.extend(service.get(key).into_iter().flat_map(|node| written(file, node, stage)));
            }
        }
        return lines;
    }
    for service in services.entries() {
        for key in ["entrypoint", "command"] {
            let value = service.value.get(key).into_iter();
            lines.extend(value.flat_map(|node| written(file, node, "start")));
        }
    }
    let aside = containers::is_development(&source.path);
    for line in &mut lines {
        line.aside = aside;
    }
    lines
}

/// Each process of a Procfile.
fn procfile(file: FileId, text: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let begin = at;
        at += line.len();
        let Some((process, command)) = line.split_once(':') else { continue };
        let stage = if process == "release" { "release" } else { "start" };
        let place = Place { file, span: Span::new(begin, begin + line.trim_end().len()) };
        let runs = commands::of(&shell::parse(command).document, command);
        lines.extend(runs.into_iter().map(|run| Line { place, stage, aside: false, run }));
    }
    lines
}

/// What tells whether a folder of migrations is there.
struct Missing<'c> {
    context: &'c Context<'c>,
    /// The folders of sets of Prisma.
    prisma: bool,
    /// A schema of Prisma for a database that has migrations.
    schema: bool,
}

impl<'c> Missing<'c> {
    fn of(context: &'c Context<'c>) -> Self {
        let sets = migrations::sets(context);
        let mut schemas =
            context.documents.schemas().filter(|(file, _)| !context.tree.file(*file).is_aside());
        let schema =
            schemas.any(|(_, schema)| schema.source().is_some() && schema.provider() != Some("mongodb"));
        // Migrations without a number, or of other names, are a folder all the same.
        let folder = context.tree.entries().any(|(_, file)| {
            file.kind == FileKind::Sql && file.name() == "migration.sql"
                || file.name() == "migration_lock.toml"
        });
        let prisma = folder || sets.iter().any(|set| set.tool == "prisma");
        Self { context, prisma, schema }
    }

    /// The folder that a command takes migrations from, where the repository does not hold it.
    fn folder(&self, line: &Line) -> Option<String> {
        let run = &line.run;
        if run.by.starts_with("prisma migrate deploy") {
            let absent = self.schema && !self.prisma && line.stage != "script";
            return absent.then(|| "prisma/migrations".to_owned());
        }
        // What stands where in an image of others is not told here.
        let folder = run.folder.as_deref().filter(|folder| !folder.starts_with('/'))?;
        absent(self.context, folder).then(|| folder.to_owned())
    }
}

/// Whether no folder of the repository can be the one that a path names, wherever the path begins: in an image and where
/// code is built to, folders stand elsewhere.
pub(super) fn absent(context: &Context<'_>, path: &str) -> bool {
    let mut parts = path.split('/').filter(|part| !part.is_empty() && !matches!(*part, "." | ".."));
    let Some(last) = parts.next_back() else { return false };
    let is = |dir: &str| dir.rsplit('/').next() == Some(last);
    let held = |file: &SourceFile| {
        std::iter::successors(Some(file.dir()), |dir| dir.rsplit_once('/').map(|(above, _)| above)).any(is)
    };
    !context.tree.files().iter().any(held)
}
