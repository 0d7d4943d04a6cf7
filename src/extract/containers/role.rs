//! What the final stage of a Dockerfile is for: told by its name, by what it starts, by what runs it.

use crate::source::pattern;
use std::sync::LazyLock;

use regex::Regex;

use super::builds::Build;
use super::images;
use super::paths::{dir, join, name};
use super::stacks::{self, Stack};
use crate::extract::Context;
use crate::parse::dockerfile::{Command, Dockerfile, Kind, Origin};

/// What a stage is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Role {
    /// `service`, `job`, `app`, `cli`, `base`, `dev`, `ci`, `spare`.
    pub(super) name: &'static str,
    /// What told it.
    pub(super) by: String,
}

fn role(name: &'static str, by: impl Into<String>) -> Role {
    Role { name, by: by.into() }
}

/// The role of stage `last` of the Dockerfile at `path`.
pub(super) fn of(
    context: &Context<'_>,
    path: &str,
    dockerfile: &Dockerfile,
    last: usize,
    builds: &[&Build],
    stacks: &[Stack],
) -> Role {
    if let Some(role) = by_place(context, path, dockerfile, last) {
        return role;
    }
    let start = start_text(dockerfile, last);
    let only_dev = !builds.is_empty() && builds.iter().all(|build| build.dev);
    if only_dev && start.as_deref().is_none_or(|text| is_match(&WATCHES, text)) {
        return role("dev", "it is built for development only");
    }
    let published =
        stacks.iter().flat_map(|stack| stack.compose.services.iter().map(move |service| (stack, service)));
    let mut published = published.filter(|(stack, service)| {
        !service.ports.is_empty() && builds_it(stack, service.build.as_ref(), path)
    });
    let published = published.next().map(|(stack, _)| stack.path.as_str());
    by_start(dockerfile, last, start, (published, by_surroundings(context, path)))
}

/// What the name and the folder of the file, or the name of the stage, tell.
fn by_place(context: &Context<'_>, path: &str, dockerfile: &Dockerfile, last: usize) -> Option<Role> {
    let lower = path.to_ascii_lowercase();
    if [".backup", ".bak", ".old", ".orig", ".disabled"].iter().any(|end| lower.ends_with(end)) {
        return Some(role("dev", "its name is that of a copy"));
    }
    if stacks::is_development(path) {
        let testing = ["ci", "test", "tests", "testing", "e2e", "integration", "bench", "benchmark"];
        let words: Vec<&str> = lower.split(['/', '.', '-', '_']).collect();
        let ci = words.iter().any(|word| testing.contains(word));
        return Some(role(if ci { "ci" } else { "dev" }, "its path"));
    }
    if lower.starts_with(".github/") || lower.starts_with(".gitlab/") || lower.starts_with(".circleci/") {
        return Some(role("ci", "its path"));
    }
    for manifest in ["action.yml", "action.yaml"] {
        let file = context.tree.by_path(&join(dir(path), manifest)?);
        let uses = file.and_then(|file| context.documents.node(file)?.at(&["runs", "image"])?.scalar());
        if uses.is_some_and(|image| name(&image) == name(path)) {
            return Some(role("ci", format!("{manifest} runs it as an action")));
        }
    }
    let stage = dockerfile.stages.get(last)?.name.as_ref()?;
    let lower = stage.text.to_ascii_lowercase();
    let test =
        lower.split(['-', '_', '.']).any(|word| matches!(word, "test" | "tests" | "ci" | "lint" | "e2e"));
    if test {
        return Some(role("ci", "the name of its last stage"));
    }
    stacks::is_development(&stage.text).then(|| role("dev", "the name of its last stage"))
}

/// What stands beside the file, or the folder it is in, tells of a service.
fn by_surroundings(context: &Context<'_>, path: &str) -> Option<String> {
    for file in ["fly.toml", "railway.toml", "railway.json"] {
        let beside = join(dir(path), file)?;
        if context.tree.by_path(&beside).is_some() {
            return Some(beside);
        }
    }
    is_match(&PLACE, dir(path)).then(|| "its folder".to_owned())
}

fn builds_it(stack: &Stack, build: Option<&crate::parse::compose::Build>, path: &str) -> bool {
    let Some(build) = build else { return false };
    let file = build.dockerfile.as_deref().unwrap_or("Dockerfile");
    join(dir(&stack.path), &build.context).and_then(|context| join(&context, file)).as_deref() == Some(path)
}

/// What it starts tells the rest.
fn by_start(
    dockerfile: &Dockerfile,
    last: usize,
    start: Option<String>,
    (published, surroundings): (Option<&str>, Option<String>),
) -> Role {
    let kinds =
        || dockerfile.lineage(last).flat_map(|(_, stage)| stage.instructions.iter().map(|one| &one.kind));
    let image = match dockerfile.root(last) {
        Some(Origin::Image(image)) => Some(image),
        _ => None,
    };
    let Some(start) = start else {
        return match image.and_then(images::lookup) {
            Some(known) if known.serves => role("service", "what its base image starts"),
            _ => role("base", "it starts nothing of its own"),
        };
    };
    if is_match(&SHELL_ONLY, &start) {
        return role("base", "it starts a shell");
    }
    if is_match(&JOB, &start) {
        return role("job", format!("it starts `{start}`"));
    }
    if kinds().any(|kind| matches!(kind, Kind::Expose(_))) {
        return role("service", "EXPOSE");
    }
    if kinds().any(|kind| matches!(kind, Kind::Healthcheck(Some(_)))) {
        return role("service", "HEALTHCHECK");
    }
    if let Some(path) = published {
        return role("service", format!("{path} publishes a port of it"));
    }
    if is_match(&SERVICE, &start) {
        return role("service", format!("it starts `{start}`"));
    }
    if is_match(&HELP, &start) {
        return role("cli", format!("it starts `{start}`"));
    }
    if let Some(told) = surroundings {
        return role("service", told);
    }
    role("app", format!("it starts `{start}`"))
}

/// Entry point and command as one text.
fn start_text(dockerfile: &Dockerfile, last: usize) -> Option<String> {
    let text = |command: &Command| match command {
        Command::Shell(script) => script.text.trim().to_owned(),
        Command::Exec(words) => words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" "),
    };
    let parts: Vec<String> =
        [dockerfile.entrypoint(last), dockerfile.command(last)].into_iter().flatten().map(text).collect();
    let joined = parts.join(" ");
    (!joined.trim().is_empty()).then(|| joined.trim().to_owned())
}

type Pattern = LazyLock<Option<Regex>>;

static SERVICE: Pattern = LazyLock::new(|| {
    let servers = r"\b(serve|server|start|gunicorn|uvicorn|hypercorn|daphne|granian|nginx|httpd|apache2|apache2-foreground|caddy|php-fpm|puma|unicorn|runserver|streamlit|waitress-serve|rackup|flask run|fastapi (run|dev)|http-server|pm2-runtime)\b";
    let programs = r"^(node|bun|deno|tsx|ts-node|java|dotnet|python3?)\b.*\b(server|app|main|index|api|www|wsgi|asgi|[\w.-]+\.(jar|dll))\b";
    pattern(&format!("(?i){servers}|{programs}"))
});

static PLACE: Pattern = LazyLock::new(|| {
    pattern(r"(?i)(^|[/_-])(server|service|services|svc|api|backend|gateway|proxy|web|webapp)([/_-]|$)")
});

static JOB: Pattern = LazyLock::new(|| {
    pattern(
        r"(?i)\b(worker|celery|cron|crond|migrate|migration|migrations|seed|backup|job|consumer|sidekiq|queue:work|alembic)\b",
    )
});

static WATCHES: Pattern = LazyLock::new(|| {
    pattern(
        r"(?i)\b(nodemon|dev|start:dev|--reload|--watch|watch|runserver|sleep infinity)\b|tail -f /dev/null",
    )
});

static SHELL_ONLY: Pattern =
    LazyLock::new(|| pattern(r"^(/usr)?(/bin/)?(ba|z|a)?sh( -l)?$|^sleep |^tail -f /dev/null$|^(top|true)$"));

static HELP: Pattern = LazyLock::new(|| pattern(r"(^|\s)(--help|-h|help|--version)$"));

fn is_match(pattern: &Pattern, text: &str) -> bool {
    pattern.as_ref().is_some_and(|pattern| pattern.is_match(text))
}
